// Pieces that the forms of a trace have in common.
#include "report/trace_text.h"

#include <map>

namespace jindo::report {
std::string outpoint_of(const trace::Holding& holding) {
  if (!holding.transaction) return "";
  return chain::format_hash(*holding.network, *holding.transaction) + ":" + std::to_string(holding.output);
}

std::string amount_and_asset(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                             const chain::AddressKey& asset, const base::Uint256& amount) {
  return inquiry::show_amount(incidents, network, asset, amount) + " " + inquiry::show_asset(incidents, network, asset);
}

std::string names_of(const std::vector<incidents::Incident>& incidents) {
  std::string out;
  for (const incidents::Incident& incident : incidents) out += (out.empty() ? "" : ", ") + incident.name;
  return out;
}

std::vector<AbsurdAsset> absurd_assets(const trace::Result& result) {
  std::map<std::pair<std::string_view, chain::AddressKey>, AbsurdAsset> found;
  const auto note = [&](const chain::Network* network, const chain::AddressKey& asset, bool stolen) {
    AbsurdAsset& one =
        found.emplace(std::make_pair(network->name, asset), AbsurdAsset{network, asset, false}).first->second;
    one.stolen |= stolen;
  };
  for (const uint32_t s : result.left_out) note(result.sources[s].network, result.sources[s].asset, true);
  const auto look = [&](const auto& rows) {
    for (const auto& row : rows)
      if (base::is_beyond(row.amount)) note(row.network, row.asset, false);
  };
  look(result.holdings);
  look(result.terminals);
  look(result.unexplained);
  std::vector<AbsurdAsset> out;
  for (const auto& entry : found) out.push_back(entry.second);
  return out;
}

void as_of_field(base::JsonWriter& json, const trace::Result& result) {
  json.object("as_of", [&] {
    for (const trace::ChainState& chain : result.chains) json.field(chain.network->name, chain.tip_height);
  });
}

void marking_field(base::JsonWriter& json, const inquiry::Traced& traced) {
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) json.field("marking", marking);
}
}  // namespace jindo::report
