// Contracts are held in the form in which readings hold them, so that a look-up is one of text.
#include "exports/asset_table.h"

#include <set>

#include "base/uint256.h"
#include "decode/csv.h"
#include "exports/chain_names.h"
#include "exports/row_cells.h"

namespace jindo::exports {
namespace {
constexpr uint64_t kDecimalsMax = 77;

std::optional<std::string> canonical_contract(std::string_view text) {
  for (const Style style : {Style::kEvm, Style::kTron, Style::kSolana}) {
    if (style == Style::kTron && !text.starts_with("T")) continue;
    if (const auto out = canonical_address(style, text)) return out;
  }
  return std::nullopt;
}
std::optional<int> read_decimals(std::string_view text) {
  const auto value = base::parse_decimal(text);
  if (!value || *value > base::Uint256(kDecimalsMax)) return std::nullopt;
  return static_cast<int>(value->low());
}
}  // namespace

base::Status AssetTable::read(const std::string& path) {
  JINDO_TRY(decode::CsvReader reader,
            decode::CsvReader::open(path, {"chain", "address", "symbol", "decimals", "kind"}, {"symbol", "kind"}));
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    if (!reader.cell(4).empty() && reader.cell(4) != "token") continue;
    const std::string chain = chain_by_any_name(reader.cell(0));
    if (chain.empty())
      return base::bad_input(reader.place() + ": column 'chain': unknown chain '" + std::string(reader.cell(0)) + "'");
    const auto contract = canonical_contract(reader.cell(1));
    if (!contract) return base::bad_input(reader.place() + ": column 'address': expected a token's contract");
    const auto decimals = read_decimals(reader.cell(3));
    if (!decimals) return base::bad_input(reader.place() + ": column 'decimals': expected 0 to 77");
    chains_[chain][*contract] = {std::string(reader.cell(2)), *decimals};
  }
}

base::Status AssetTable::add(std::string_view text) {
  const size_t equals = text.find('=');
  const auto contract = canonical_contract(text.substr(0, equals));
  const auto decimals = equals == std::string_view::npos ? std::nullopt : read_decimals(text.substr(equals + 1));
  if (!contract || !decimals)
    return base::wrong_use("--decimals: '" + std::string(text) + "' is not CONTRACT=N with N from 0 to 77");
  anywhere_[*contract] = *decimals;
  return {};
}

std::optional<int> AssetTable::decimals(const std::string& chain, const std::string& contract) const {
  if (const auto found = anywhere_.find(contract); found != anywhere_.end()) return found->second;
  const auto rows = chains_.find(chain);
  if (rows == chains_.end()) return std::nullopt;
  const auto found = rows->second.find(contract);
  return found == rows->second.end() ? std::nullopt : std::optional(found->second.decimals);
}

std::map<std::string, int> AssetTable::all_decimals(const std::string& chain) const {
  std::map<std::string, int> out = anywhere_;
  const auto rows = chains_.find(chain);
  if (rows == chains_.end()) return out;
  for (const auto& [contract, row] : rows->second) out.emplace(contract, row.decimals);
  return out;
}

std::map<std::string, std::string> AssetTable::contracts_by_symbol(const std::string& chain) const {
  std::map<std::string, std::string> out;
  const auto rows = chains_.find(chain);
  if (rows == chains_.end()) return out;
  std::set<std::string> doubled;
  for (const auto& [contract, row] : rows->second)
    if (!row.symbol.empty() && !out.try_emplace(row.symbol, contract).second) doubled.insert(row.symbol);
  for (const std::string& symbol : doubled) out.erase(symbol);
  return out;
}
}  // namespace jindo::exports
