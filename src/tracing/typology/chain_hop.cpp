// chain_hop: across bridges, and into bridges whose other side is not known.
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
void find_chain_hops(const Scene& scene, Findings& out) {
  struct Way {
    std::vector<uint32_t> moves;
    base::Uint256 in;
    size_t crossings = 0;
    bool open = false;
  };
  // By bridge, from where with what, to where as what.
  std::map<std::tuple<std::string, const chain::Network*, chain::AddressKey, const chain::Network*, chain::AddressKey>,
           Way>
      ways;
  std::set<uint32_t> behind;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (move.joined) continue;
    const chain::Network* network = scene.chain(move.chain).network;
    if (move.link != UINT32_MAX) {
      const resolve::Link& link = scene.result().links[move.link].link;
      if (link.kind != resolve::LinkKind::kBridge) continue;
      Way& way = ways[{link.service, link.from.network, link.from.asset, link.to.network, link.to.asset}];
      way.moves.push_back(m);
      if (move.into_link) {
        ++way.crossings;
        way.in += move.amount;
      }
      continue;
    }
    const trace::Owner* service = scene.service_of(move);
    if (service == nullptr || service->category != "bridge") continue;
    Way& way = ways[{service->name, network, move.asset, nullptr, {}}];
    way.open = true;
    // A customer's own address, which passes on to the bridge: the payment into it is the crossing's beginning.
    if (scene.forwards_to_service(move.from, "bridge", nullptr)) {
      if (!behind.insert(move.from).second) continue;
      for (const uint32_t in : scene.nodes()[move.from].in) {
        way.moves.push_back(in);
        way.in += scene.moves()[in].amount;
        ++way.crossings;
      }
      continue;
    }
    way.moves.push_back(m);
    way.in += move.amount;
    ++way.crossings;
  }
  for (const auto& [key, way] : ways) {
    const auto& [service, from, asset, to, got] = key;
    Finding finding = scene.begin("chain_hop", way.moves);
    finding.score = way.open ? 850'000 : finding.inferred ? 700'000 : 950'000;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " + scene.amount_text(*from, asset, way.in) +
                   " crossed from " + std::string(from->name) +
                   (to != nullptr ? " to " + std::string(to->name) + ", as " + scene.asset_text(*to, got) : "") +
                   " by " + (service.empty() ? "a bridge" : service) + " in " +
                   counted(way.crossings, "crossing", "crossings") +
                   (way.open ? "; where it came out this ledger does not say" : "");
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
