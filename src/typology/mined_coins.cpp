// mined_coins: hash rental as cover.
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
constexpr size_t kPaymentsMin = 2;
constexpr size_t kLookedMax = 200;

// Every input comes from a coinbase, or from a transaction all of whose inputs do.
bool freshly_mined(const ledger::UtxoReader& reader, uint64_t transaction, int depth) {
  ledger::UtxoTransactionView view;
  reader.transaction(transaction, view);
  if (view.coinbase()) return true;
  if (depth == 0 || view.in_output.size() > 64) return false;
  const std::vector<uint64_t> spent(view.in_output.begin(), view.in_output.end());
  for (const uint64_t output : spent)
    if (output == ledger::kNoNumber || !freshly_mined(reader, reader.transaction_of_output(output), depth - 1)) return false;
  return true;
}
}  // namespace

void find_mined_coins(const Scene& scene, Findings& out) {
  // Paid to a mining service that somebody named.
  std::vector<uint32_t> to_miners;
  std::string name;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (move.to == kNobody || move.theft || move.fee) continue;
    for (const KnownPlace& known : scene.known())
      if (known.network == scene.nodes()[move.to].network && known.address == scene.nodes()[move.to].address &&
          known.role.find("mining") != std::string::npos) {
        to_miners.push_back(m);
        name = known.role;
      }
  }
  if (!to_miners.empty()) {
    Finding finding = scene.begin("mined_coins", to_miners);
    finding.score = 850'000;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " stolen coins were paid to a mining service (" + name + ")";
    out.push_back(std::move(finding));
  }
  // Coins straight from coinbases come to addresses that hold stolen ones.
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.utxo || scene.service_at(at) != nullptr) continue;
    const auto handle = chain.utxo->find_address(at.address);
    if (!handle || chain.utxo->received_count(*handle) > kLookedMax) continue;
    Finding finding;
    std::set<uint64_t> payments;
    base::Uint256 sum;
    for (const uint64_t output : chain.utxo->received(*handle, 0, kLookedMax)) {
      const uint64_t transaction = chain.utxo->transaction_of_output(output);
      ledger::UtxoTransactionView view;
      chain.utxo->transaction(transaction, view);
      if (view.coinbase() || !freshly_mined(*chain.utxo, transaction, 1)) continue;
      payments.insert(transaction);
      sum += base::Uint256(chain.utxo->output_value(output));
      scene.add_transaction(finding, chain, transaction, chain.utxo->block(chain.utxo->block_of_transaction(transaction)).time);
    }
    if (payments.size() < kPaymentsMin) continue;
    finding.technique = &technique("mined_coins");
    finding.score = 600'000;
    finding.parties.push_back({at.network, at.address});
    finding.text = Scene::when(finding.first_time, finding.last_time) + " " + scene.address_text(at) + ", which held stolen coins, got " +
                   scene.amount_text(*at.network, chain::native_asset(), sum) + " straight from coinbases in " +
                   counted(payments.size(), "payment", "payments");
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
