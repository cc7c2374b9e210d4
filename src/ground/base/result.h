// Result<T>: a value or an Error. For everything that input or the machine can cause; bugs are CHECKs.
// An Error says what went wrong, where (file, offset or line) and what was expected, in one line a user can act on.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace jindo::base {

enum class ErrorKind {
  kNo = 1,        // the answer is "no", or a check failed
  kWrongUse = 2,  // the command line or the call is wrong
  kBadInput = 3,  // a file, an incident, an address is not what it should be
  kMachine = 4,   // disk, memory, permissions
};

struct Error {
  ErrorKind kind = ErrorKind::kBadInput;
  std::string message;
};

inline Error bad_input(std::string message) { return {ErrorKind::kBadInput, std::move(message)}; }
inline Error wrong_use(std::string message) { return {ErrorKind::kWrongUse, std::move(message)}; }
inline Error machine_failed(std::string message) { return {ErrorKind::kMachine, std::move(message)}; }
inline Error answer_no(std::string message) { return {ErrorKind::kNo, std::move(message)}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose
  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace jindo::base

#define JINDO_CONCAT_INNER(a, b) a##b
#define JINDO_CONCAT(a, b) JINDO_CONCAT_INNER(a, b)
// JINDO_TRY(auto x, expr): x = value of expr, or return its error.
#define JINDO_TRY_NAMED(name, declaration, expression) \
  auto name = (expression);                            \
  if (!name.ok()) return name.error();                 \
  declaration = std::move(name).value()
#define JINDO_TRY(declaration, expression) \
  JINDO_TRY_NAMED(JINDO_CONCAT(jindo_try_, __COUNTER__), declaration, expression)
// JINDO_DO(expr): return the error of a Status, go on otherwise.
#define JINDO_DO_NAMED(name, expression) \
  do {                                   \
    auto name = (expression);            \
    if (!name.ok()) return name.error(); \
  } while (false)
#define JINDO_DO(expression) JINDO_DO_NAMED(JINDO_CONCAT(jindo_do_, __COUNTER__), expression)
