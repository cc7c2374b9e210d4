// Memos field by field, and the names of assets in them.
#include "resolve/thorchain_memo.h"

#include <algorithm>
#include <utility>

#include "base/hex.h"

namespace jindo::resolve {
namespace {
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}
std::string_view field(std::string_view& rest) {
  const size_t colon = rest.find(':');
  const std::string_view out = rest.substr(0, colon);
  rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  return out;
}
// "Asset notation", shortened names.
constexpr std::pair<const char*, const char*> kAbbreviations[] = {
    {"A", "AVAX.AVAX"}, {"B", "BTC.BTC"}, {"C", "BCH.BCH"},   {"N", "BNB.BNB"},   {"S", "BSC.BNB"},  {"D", "DOGE.DOGE"},
    {"E", "ETH.ETH"},   {"L", "LTC.LTC"}, {"R", "THOR.RUNE"}, {"G", "GAIA.ATOM"}, {"F", "BASE.ETH"}, {"X", "XRP.XRP"},
};
void parse_asset(std::string_view text, ThorchainMemo& out) {
  std::string name = upper(text);
  for (const auto& [letter, whole] : kAbbreviations)
    if (name == letter) name = whole;
  const size_t dot = name.find_first_of("./~");  // layer 1, synthetic, trade asset
  out.chain = name.substr(0, dot);
  std::string rest = dot == std::string::npos ? name : name.substr(dot + 1);
  const size_t dash = rest.find('-');
  out.symbol = rest.substr(0, dash);
  if (dash != std::string::npos) {
    out.contract = rest.substr(dash + 1);
    for (char& c : out.contract) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
}
}  // namespace

std::optional<ThorchainMemo> parse_thorchain_memo(std::string_view text) {
  if (text.size() > 1024) return std::nullopt;
  ThorchainMemo out;
  std::string_view rest = text;
  const std::string action = upper(field(rest));
  if (action == "=" || action == "SWAP" || action == "S" || action == "=<") {
    out.kind = ThorchainMemo::Kind::kSwap;
    const std::string_view asset = field(rest);
    if (asset.empty()) return std::nullopt;
    parse_asset(asset, out);
    std::string_view destination = field(rest);
    // "destination/refund address"
    out.destination = std::string(destination.substr(0, destination.find('/')));
    return out;
  }
  if (action == "OUT" || action == "REFUND") {
    out.kind = action == "OUT" ? ThorchainMemo::Kind::kOut : ThorchainMemo::Kind::kRefund;
    std::string_view hash = field(rest);
    if (hash.size() == 66 && (hash.substr(0, 2) == "0x" || hash.substr(0, 2) == "0X")) hash.remove_prefix(2);
    if (!base::from_hex(hash, out.reference)) return std::nullopt;
    return out;
  }
  return std::nullopt;
}
}  // namespace jindo::resolve
