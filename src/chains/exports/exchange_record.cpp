// Exchanges' words and number forms.
#include "exports/exchange_record.h"

#include <algorithm>
#include <array>

#include "exports/decimals.h"
#include "exports/identifiers.h"
#include "exports/moment.h"

namespace jindo::exports {
namespace {
using base::bad_input;

std::string lower_words(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}
bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}
// Kraken's four letters of what was there first (its API, "Assets").
constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kKrakenAssets = {{
    {"XXBT", "BTC"}, {"XBT", "BTC"},  {"XETH", "ETH"}, {"XETC", "ETC"}, {"XLTC", "LTC"},
    {"XXRP", "XRP"}, {"XXLM", "XLM"}, {"XXMR", "XMR"}, {"XZEC", "ZEC"}, {"XXDG", "DOGE"},
    {"XDG", "DOGE"}, {"XREP", "REP"}, {"XMLN", "MLN"}, {"ZEUR", "EUR"}, {"ZUSD", "USD"},
    {"ZGBP", "GBP"}, {"ZCAD", "CAD"}, {"ZJPY", "JPY"}, {"ZAUD", "AUD"}, {"ZCHF", "CHF"},
}};
}  // namespace

ExchangeRecord::Kind exchange_kind(std::string_view words) {
  const std::string text = lower_words(words);
  if (is_one_of(text, {"deposit", "deposits", "receive", "received", "fiat deposit", "bank deposit", "crypto deposit",
                       "입금", "외부입금", "入金", "預入"}))
    return ExchangeRecord::Kind::kDeposit;
  if (is_one_of(text, {"withdraw", "withdrawal", "withdrawals", "send", "sent", "fiat withdraw", "fiat withdrawal",
                       "bank withdrawal", "crypto withdrawal", "출금", "외부출금", "出金", "外部送付"}))
    return ExchangeRecord::Kind::kWithdrawal;
  return ExchangeRecord::Kind::kOther;
}

bool exchange_says_done(std::string_view status) {
  return is_one_of(lower_words(status), {"", "completed", "complete", "success", "successful", "succeeded", "finished",
                                         "done", "accepted", "credited", "완료"});
}

std::string kraken_asset(std::string_view asset) {
  for (const auto& [theirs, ours] : kKrakenAssets)
    if (asset == theirs) return std::string(ours);
  return std::string(asset);
}

std::optional<int64_t> exchange_time(std::string_view text, bool& zoned) {
  std::string plain(text);
  if (plain.size() > 8 && plain[2] == '-' && plain[5] == '-') plain.insert(0, "20");
  const auto moment = read_moment(plain);
  zoned = moment && moment->has_zone;
  if (!moment || moment->seconds < 0) return std::nullopt;
  return moment->seconds;
}

std::string chain_transaction(std::string_view text) {
  if (const auto plain = plain_hash(text)) return (text.substr(0, 2) == "0x" ? "0x" : "") + *plain;
  if (text.size() < 40 || text.find(' ') != std::string_view::npos) return "";
  return std::string(text);  // of a chain of another form
}

base::Result<ExchangeRecord> exchange_record(const ExchangeCells& cells, ExchangeRecord::Kind kind) {
  ExchangeRecord out;
  out.kind = kind;
  out.done = exchange_says_done(cells.status);
  out.asset = cells.asset;
  const auto number = [](std::string_view text, std::string* unit) -> std::optional<std::string> {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    const size_t blank = text.find(' ');
    if (blank != std::string_view::npos && unit != nullptr) *unit = text.substr(blank + 1);
    return plain_decimal(text.substr(0, blank));
  };
  std::string unit;
  const auto amount = number(cells.amount, &unit);
  if (!amount) return bad_input("'" + std::string(cells.amount.substr(0, 60)) + "' is no amount");
  out.amount = *amount;
  if (!unit.empty()) out.asset = unit;
  out.fee = number(cells.fee, nullptr).value_or("");
  out.network = cells.network;
  out.address = cells.address;
  out.transaction = chain_transaction(cells.transaction);
  bool zoned = false;
  out.time = exchange_time(cells.time, zoned);
  return out;
}

}  // namespace jindo::exports
