// fake_token_noise: unknown tokens that came unasked and never left.
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using ledger::kNoNumber;
constexpr size_t kTokensMin = 3;
constexpr size_t kMovementsMax = 5'000;
}  // namespace

void find_fake_tokens(const Scene& scene, Findings& out) {
  std::set<std::pair<const chain::Network*, chain::AddressKey>> traced;  // assets that the stolen value ever was
  for (const Move& move : scene.moves()) traced.insert({scene.chain(move.chain).network, move.asset});
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.account || scene.service_at(at) != nullptr) continue;
    const ledger::AccountReader& reader = *chain.account;
    const auto handle = reader.find_address(at.address);
    if (!handle) continue;
    Finding finding;
    std::set<chain::AddressKey> tokens;
    size_t seen = 0;
    ledger::Movement movement;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      if (holding.asset.kind == chain::AddressKind::kNative || traced.count({at.network, holding.asset}) != 0 ||
          scene.assets().find(*at.network, holding.asset) != nullptr)
        continue;
      bool sent = false;
      std::vector<uint64_t> came;
      for (uint32_t segment = 0; segment < reader.segments() && seen <= kMovementsMax; ++segment) {
        for (const uint64_t number : reader.movements_of(holding, segment)) {
          if (++seen > kMovementsMax) break;
          reader.movement(number, movement);
          if (movement.to == holding.rows[segment]) {
            came.push_back(movement.transaction);
            continue;
          }
          // Logged in the holder's name: his own only if he began the transaction.
          sent |= Scene::began(reader, movement.transaction, at.address);
        }
      }
      if (sent || came.empty()) continue;
      tokens.insert(holding.asset);
      for (const uint64_t transaction : came)
        scene.add_transaction(finding, chain, transaction, reader.block(reader.block_of_transaction(transaction)).time);
    }
    if (tokens.size() < kTokensMin || seen > kMovementsMax) continue;
    finding.technique = &technique("fake_token_noise");
    finding.score = 800'000;
    finding.parties.push_back({at.network, at.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                   counted(tokens.size(), "token", "tokens") + " that nobody knows came to " + scene.address_text(at) +
                   " unasked and never left it: noise, not stolen value";
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
