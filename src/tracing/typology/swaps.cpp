// swap, wrap, freeze_proof_swap, swap_unswap.
#include <map>
#include <set>
#include <tuple>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr int64_t kBackSeconds = 7 * 86'400;
constexpr uint64_t kBackPpm = 500'000;

struct Trade {
  uint32_t into = UINT32_MAX;  // the move that gave
  std::vector<uint32_t> moves;
  const resolve::Link* link = nullptr;
};

// swap_unswap: who got an asset gives it back for what was given before.
void find_returns(const Scene& scene, const std::map<uint32_t, Trade>& trades, Findings& out) {
  using Way = std::tuple<const chain::Network*, chain::AddressKey, chain::AddressKey, chain::AddressKey>;
  using When = std::pair<int64_t, uint32_t>;  // time, link
  std::map<Way, std::set<When>> by_way;       // who gives, what, for what
  for (const auto& [index, trade] : trades) {
    const resolve::Link& link = *trade.link;
    if (link.kind == resolve::LinkKind::kWrap || trade.into == UINT32_MAX) continue;
    by_way[{link.from.network, link.from.address, link.from.asset, link.to.asset}].insert(
        {scene.moves()[trade.into].time, index});
  }
  for (const auto& [index, trade] : trades) {
    const resolve::Link& a = *trade.link;
    if (a.kind == resolve::LinkKind::kWrap || trade.into == UINT32_MAX) continue;
    const auto back = by_way.find({a.from.network, a.to.address, a.to.asset, a.from.asset});
    if (back == by_way.end()) continue;
    const int64_t start = scene.moves()[trade.into].time;
    for (auto at = back->second.upper_bound({start, index}); at != back->second.end(); ++at) {
      if (at->first - start > kBackSeconds) break;
      const Trade& second = trades.at(at->second);
      const resolve::Link& b = *second.link;
      if (ratio_ppm(b.to.amount, a.from.amount) < kBackPpm) continue;
      std::vector<uint32_t> moves(trade.moves);
      moves.insert(moves.end(), second.moves.begin(), second.moves.end());
      Finding finding = scene.begin("swap_unswap", moves);
      finding.score = 750'000;
      finding.parties.push_back({a.from.network, a.from.address});
      finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                     chain::format_address(*a.from.network, a.from.address) + " exchanged " +
                     scene.amount_text(*a.from.network, a.from.asset, a.from.amount) + " for " +
                     scene.amount_text(*a.to.network, a.to.asset, a.to.amount) + " and then back for " +
                     scene.amount_text(*b.to.network, b.to.asset, b.to.amount);
      out.push_back(std::move(finding));
      break;
    }
  }
}
}  // namespace

void find_swaps(const Scene& scene, Findings& out) {
  std::map<uint32_t, Trade> trades;  // by link
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (move.link == UINT32_MAX || move.joined) continue;
    const resolve::Link& link = scene.result().links[move.link].link;
    if (link.kind != resolve::LinkKind::kSwap && link.kind != resolve::LinkKind::kWrap) continue;
    Trade& trade = trades[move.link];
    trade.link = &link;
    trade.moves.push_back(m);
    if (move.into_link) trade.into = m;
  }
  struct Pair {
    std::vector<uint32_t> moves;
    Uint256 given, got;
    size_t count = 0;
    std::map<std::string, size_t> protocols;
  };
  using Key = std::tuple<const chain::Network*, chain::AddressKey, chain::AddressKey>;
  std::map<Key, Pair> pairs[3];  // swaps, wraps, swaps out of what can be frozen
  for (const auto& entry : trades) {
    const auto& trade = entry.second;
    const resolve::Link& link = *trade.link;
    const Key key{link.from.network, link.from.asset, link.to.asset};
    const auto add = [&](Pair& pair) {
      pair.moves.insert(pair.moves.end(), trade.moves.begin(), trade.moves.end());
      pair.given += link.from.amount;
      pair.got += link.to.amount;
      ++pair.count;
      ++pair.protocols[link.service];
    };
    add(pairs[link.kind == resolve::LinkKind::kWrap ? 1 : 0][key]);
    const resolve::AssetFacts* from = scene.assets().find(*link.from.network, link.from.asset);
    const resolve::AssetFacts* to = scene.assets().find(*link.to.network, link.to.asset);
    if (from != nullptr && to != nullptr && from->freezable && !to->freezable) add(pairs[2][key]);
  }
  constexpr const char* kIds[] = {"swap", "wrap", "freeze_proof_swap"};
  for (size_t kind = 0; kind < 3; ++kind) {
    for (const auto& [key, pair] : pairs[kind]) {
      const auto& [network, from, to] = key;
      Finding finding = scene.begin(kIds[kind], pair.moves);
      finding.score = kind == 2 ? 850'000 : finding.inferred ? 800'000 : 990'000;
      std::string protocols;
      for (const auto& [name, count] : pair.protocols)
        if (!name.empty() && protocols.find(name) == std::string::npos)
          protocols += (protocols.empty() ? "" : "; ") + name;
      finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                     scene.amount_text(*network, from, pair.given) + " became " +
                     scene.amount_text(*network, to, pair.got) + " in " +
                     counted(pair.count, kind == 1 ? "wrap" : "swap", kind == 1 ? "wraps" : "swaps") +
                     (protocols.empty() ? "" : " (" + protocols + ")") +
                     (kind == 2 ? ": its issuer can freeze the first; nobody can freeze the second" : "");
      out.push_back(std::move(finding));
    }
  }
  // There and back by one address. Wraps are left out: a coin is wrapped for every trade.
  find_returns(scene, trades, out);
}
}  // namespace jindo::typology
