// freeze: an issuer froze an address in the trace.
#include <map>

#include "typology/detectors.h"
#include "typology/issuer_freezes.h"
#include "typology/quantity.h"

namespace jindo::typology {
void find_frozen(const Scene& scene, Findings& out) {
  for (uint32_t c = 0; c < scene.result().chains.size(); ++c) {
    const ledger::LedgerChain& chain = scene.chain(c);
    if (!chain.account) continue;
    struct Freeze {
      std::vector<uint64_t> transactions;
      std::vector<uint32_t> nodes;
    };
    std::map<chain::AddressKey, Freeze> by_token;
    for (const IssuerWord& word : issuer_words(chain)) {
      const uint32_t node = word.frozen ? scene.find_node(*chain.network, word.user) : kNobody;
      if (node == kNobody || scene.nodes()[node].in.empty()) continue;
      by_token[word.token].transactions.push_back(word.transaction);
      by_token[word.token].nodes.push_back(node);
    }
    for (const auto& [token, freeze] : by_token) {
      Finding finding;
      for (const uint64_t transaction : freeze.transactions)
        scene.add_transaction(finding, chain, transaction,
                              chain.reader().block(chain.reader().block_of_transaction(transaction)).time);
      finding.technique = &technique("freeze");
      finding.score = 990'000;
      for (const uint32_t node : freeze.nodes) {
        finding.parties.push_back({chain.network, scene.nodes()[node].address});
        for (const uint32_t m : scene.nodes()[node].in) scene.add_incident(finding, scene.moves()[m]);
      }
      finding.text = Scene::when(finding.first_time, finding.last_time) + " the issuer of " +
                     scene.asset_text(*chain.network, token) + " froze " +
                     counted(freeze.nodes.size(), "address", "addresses") + " in the trace";
      out.push_back(std::move(finding));
    }
  }
}
}  // namespace jindo::typology
