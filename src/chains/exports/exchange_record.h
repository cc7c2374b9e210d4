// A row of an account at an exchange, from its cells, whatever file has them. Off chain: never a movement.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exports/attested.h"

namespace jindo::exports {

struct ExchangeCells {
  std::string_view kind;  // in the exchange's words: "Withdraw", "외부입금"
  std::string_view asset, amount, fee, network, address, transaction, time;
  std::string_view status;  // "" is done
};

// A deposit or a withdrawal by the words that exchanges have for them; kOther for trades and all else.
ExchangeRecord::Kind exchange_kind(std::string_view words);
bool exchange_says_done(std::string_view status);
// Signs, units within the cell ("1.5 ETH") and thousands separators are taken off. Error: no amount.
base::Result<ExchangeRecord> exchange_record(const ExchangeCells& cells, ExchangeRecord::Kind kind);

// "XXBT" -> "BTC", "ZEUR" -> "EUR".
std::string kraken_asset(std::string_view asset);
// "23-05-06 23:05:55", "2026/1/10 9:00:00", and what read_moment takes; `zoned` says whether the text has a zone.
std::optional<int64_t> exchange_time(std::string_view text, bool& zoned);
// An identifier of a chain's transaction; "" for the exchange's own ("Internal transfer 123").
std::string chain_transaction(std::string_view text);

}  // namespace jindo::exports
