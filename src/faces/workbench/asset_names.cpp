// Names of assets, gathered while an answer is written.
#include "workbench/asset_names.h"

namespace jindo::workbench {

std::string AssetNames::use(const chain::Network& network, const chain::AddressKey& asset) {
  const std::string text =
      asset == chain::native_asset() ? std::string(network.native) : chain::format_asset(network, asset);
  const std::string name = std::string(network.name) + "/" + text;
  if (used_.count(name) != 0) return name;
  Facts facts{text.size() > 12 ? text.substr(0, 8) + "…" : text, 0, false};
  if (asset == chain::native_asset()) {
    facts = {std::string(network.native), network.decimals, true};
  } else if (const resolve::AssetFacts* known = book_.find(network, asset)) {
    facts = {known->symbol, known->decimals, true};
  } else {
    for (const incidents::Incident& incident : incidents_)
      for (const incidents::Token& token : incident.tokens)
        if (token.network == &network && token.key == asset) facts = {token.symbol, token.decimals, true};
  }
  used_.emplace(name, std::move(facts));
  return name;
}
void AssetNames::write(base::JsonWriter& json) const {
  json.object("assets", [&] {
    for (const auto& entry : used_)
      json.object(entry.first, [&] {
        const Facts& facts = entry.second;
        json.field("symbol", facts.symbol);
        json.field("decimals", static_cast<int64_t>(facts.decimals));
        if (!facts.known) json.field("unknown", true);
      });
  });
}
}  // namespace jindo::workbench
