// What the readers of account chains' rows share: identifiers with errors that name the field, and movements that
// follow the rules of every export: coin of zero moves nothing, a token of zero is a movement, a fee has a payer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exports/attested.h"

namespace jindo::exports {

using FieldOf = std::function<std::string_view(const char*)>;  // a row's field by name; "" where there is none

// Where a row stands. Movements of one transaction share it.
struct RowPlace {
  uint64_t row = 0;
  std::string transaction;
  std::optional<uint64_t> block;
  std::optional<int64_t> time;
  std::optional<uint32_t> index;
};

class AccountReading {
 public:
  AccountReading(std::string chain, Reading& out) : chain_(std::move(chain)), out_(out) {}
  const std::string& chain() const { return chain_; }

  // Of the chain, in its one form. Error: none; empty is one too.
  base::Result<std::string> address(const char* field, std::string_view text) const;
  base::Result<std::string> hash(const char* field, std::string_view text) const;
  base::Result<std::string> address_or_nobody(const char* field, std::string_view text) const;  // "" where empty
  base::Result<uint64_t> block(const char* field, std::string_view text) const;
  base::Result<int64_t> time(const char* field, std::string_view text) const;
  // An integer in base units. A number with an exponent and more than 15 digits was a double and is refused.
  base::Result<base::Uint256> amount(const char* field, std::string_view text, int decimals = 0) const;

  void add_fee(const RowPlace& place, const std::string& payer, const base::Uint256& amount, uint64_t gas_price = 0);
  void add_coin(const RowPlace& place, Part part, const std::string& from, const std::string& to,
                const base::Uint256& amount, std::optional<std::vector<uint32_t>> path = std::nullopt);
  void add_token(const RowPlace& place, const std::string& asset, const std::string& from, const std::string& to,
                 const base::Uint256& amount, std::optional<uint64_t> log = std::nullopt);

  // What a call's input says, where it is text or a router's memo (decode/evm_logs.h).
  void add_call_text(const RowPlace& place, const std::string& to, std::string_view input);
  void add_created(const RowPlace& place, const std::string& contract, const std::string& creator);

 private:
  std::string chain_;
  Reading& out_;
};

}  // namespace jindo::exports
