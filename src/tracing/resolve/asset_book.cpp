// Reading tables of assets and prices; a value by the nearest price within a day, else by the one that always holds.
#include "resolve/asset_book.h"

#include <algorithm>

#include "base/clock.h"
#include "decode/csv.h"

namespace jindo::resolve {
namespace {
using base::Uint256;
constexpr int64_t kAlways = INT64_MIN;
constexpr int64_t kDay = 86'400;
constexpr int kDecimalsMax = 38;

Uint256 power_of_ten(int exponent) {
  Uint256 out(1);
  for (int i = 0; i < exponent; ++i) out = base::mul_div(out, 10, 1).quotient;
  return out;
}
bool is_dollar(const std::string& symbol) {
  for (const char* name : {"USDT", "USDC", "DAI", "BUSD", "TUSD", "USDP", "FDUSD", "PYUSD", "USDD", "USDS"})
    if (symbol == name) return true;
  return false;
}
// "68000", "0.9993": dollars to 10^-12 dollars.
std::optional<Uint256> parse_price(std::string_view text) {
  const size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? std::string_view() : text.substr(point + 1));
  if (fraction.size() > 12) fraction.resize(12);
  fraction.resize(12, '0');
  return base::parse_decimal(digits + fraction);
}
}  // namespace

AssetBook::AssetBook() {
  for (const chain::Network& network : chain::networks())
    add(network, chain::native_asset(), {std::string(network.native), network.decimals, false, false});
}

void AssetBook::add(const chain::Network& network, const chain::AddressKey& asset, AssetFacts facts) {
  facts.dollar |= is_dollar(facts.symbol);
  facts_[{&network, asset}] = std::move(facts);
}

base::Status AssetBook::read_assets(const std::string& path) {
  JINDO_TRY(decode::CsvReader reader,
            decode::CsvReader::open(path, {"chain", "address", "symbol", "decimals", "kind"}, {"kind"}));
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    if (!reader.cell(4).empty() && reader.cell(4) != "token") continue;
    const auto wrong = [&](const std::string& what) { return base::bad_input(reader.place() + ": " + what); };
    const auto network = chain::find_network(reader.cell(0));
    if (!network.ok()) return wrong(network.error().message);
    const auto asset = chain::parse_asset(**network, reader.cell(1));
    if (!asset.ok()) return wrong("column 'address': " + asset.error().message);
    const auto decimals = base::parse_decimal(reader.cell(3));
    if (!decimals || *decimals > Uint256(kDecimalsMax)) return wrong("column 'decimals': expected 0 to 38");
    const std::string symbol(reader.cell(2));
    if (symbol.empty() || symbol.size() > 40) return wrong("column 'symbol': expected 1 to 40 characters");
    add(**network, *asset, {symbol, static_cast<int>(decimals->low()), symbol == "USDT" || symbol == "USDC", false});
  }
}

base::Status AssetBook::read_prices(const std::string& path) {
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::open(path, {"symbol", "time", "usd"}, {"time"}));
  for (size_t rows = 0;; ++rows) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    const auto wrong = [&](const std::string& what) { return base::bad_input(reader.place() + ": " + what); };
    if (rows == 1'000'000) return wrong("more than a million prices (limit)");
    if (reader.cell(0).empty()) return wrong("column 'symbol': expected an asset's symbol, like ETH");
    const auto price = parse_price(reader.cell(2));
    if (!price || price->is_zero()) return wrong("column 'usd': expected a price in dollars, like 68000 or 0.9993");
    int64_t time = kAlways;
    if (!reader.cell(1).empty()) {
      const auto parsed = base::parse_time(reader.cell(1));
      if (!parsed) return wrong("column 'time': expected a time like 2024-05-31T12:00:00Z");
      time = *parsed;
    }
    prices_[std::string(reader.cell(0))][time] = *price;
  }
}

const AssetFacts* AssetBook::find(const chain::Network& network, const chain::AddressKey& asset) const {
  const auto found = facts_.find({&network, asset});
  return found == facts_.end() ? nullptr : &found->second;
}

std::optional<Uint256> AssetBook::value(const AssetFacts& facts, const Uint256& amount, int64_t time) const {
  Uint256 price;
  const auto known = prices_.find(facts.symbol);
  if (known != prices_.end()) {
    int64_t best = kDay + 1;
    for (auto at = known->second.lower_bound(time - kDay); at != known->second.end() && at->first <= time + kDay;
         ++at) {
      const int64_t gap = std::abs(at->first - time);
      if (gap < best) {
        best = gap;
        price = at->second;
      }
    }
    if (price.is_zero() && known->second.begin()->first == kAlways) price = known->second.begin()->second;
  }
  if (price.is_zero() && facts.dollar) price = power_of_ten(12);
  if (price.is_zero() || facts.decimals > kDecimalsMax) return std::nullopt;
  if (amount.words[3] != 0 || price.words[1] != 0) return std::nullopt;  // products beyond what anybody owns
  return base::mul_div(amount, price, power_of_ten(facts.decimals)).quotient;
}

std::optional<Uint256> AssetBook::rescale(const Uint256& amount, int from_decimals, int to_decimals) {
  if (from_decimals >= to_decimals)
    return base::mul_div(amount, 1, power_of_ten(std::min(from_decimals - to_decimals, 76))).quotient;
  if (amount.words[2] != 0 || amount.words[3] != 0) return std::nullopt;
  return base::mul_div(amount, power_of_ten(std::min(to_decimals - from_decimals, kDecimalsMax)), 1).quotient;
}
}  // namespace jindo::resolve
