// Reading one JSON object's fields with errors that name the field. Wraps simdjson's DOM, whose big integers are read
// from their own text (amounts exceed 64 bits). Include in .cpp files only: simdjson costs compile time.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uint256.h"

namespace jindo::decode {

// simdjson's number parser rejects integers beyond 64 bits; quote them first. In: one JSON text. Out: the same text in
// `padded` with every integer of 19 digits and more turned into a string, and simdjson's padding behind it.
void quote_long_integers(std::string_view json, std::string& padded);

class JsonFields {
 public:
  explicit JsonFields(simdjson::dom::object object) : object_(object) {}

  bool has(const char* name) const {
    simdjson::dom::element element;
    return object_[name].get(element) == simdjson::SUCCESS && !element.is_null();
  }
  base::Result<std::string_view> text(const char* name) const;
  base::Result<uint64_t> u64(const char* name) const;  // an integer, or a string of one
  base::Result<base::Uint256> amount(const char* name) const;
  base::Result<bool> boolean(const char* name) const;
  base::Result<simdjson::dom::array> array(const char* name) const;
  base::Result<simdjson::dom::object> object(const char* name) const;
  bool is_negative(const char* name) const;  // a number below zero
  std::string_view text_or_empty(const char* name) const;
  std::string number_or_empty(const char* name) const;  // digits of an integer or string; "" when null or absent

 private:
  simdjson::dom::object object_;
};

base::Error json_error(simdjson::error_code code);
// Parses what quote_long_integers made. The document lives in the parser until its next use. Limit: 4,096 levels deep
// (the EVM's calls nest 1,024 deep, two levels each).
base::Status parse_padded(simdjson::dom::parser& parser, const std::string& padded, simdjson::dom::element& out);

}  // namespace jindo::decode
