// mined_coins: hash rental as cover.
#include <map>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kMinedPaymentsMin = 3, kMinedPaymentsMax = 12;
constexpr uint64_t kLeastPpm = 600'000, kMostPpm = 990'000;  // what is seen to come back, of what was paid
constexpr int64_t kBeginSeconds = 14 * 86'400;
constexpr uint64_t kPaidMin = 10'000'000;  // 0.1 coin: below that coincidence is too easy

constexpr uint64_t kRoundSatoshi = 100'000;
constexpr int kPoolSteps = 4;  // a pool's change goes through so many of its payments

// Every input is a coinbase's output, or the change of such a payment.
bool freshly_mined(const ledger::UtxoReader& reader, const ledger::UtxoTransactionView& view, int depth) {
  if (view.coinbase()) return true;
  if (depth == 0 || view.in_output.size() > 16) return false;
  const std::vector<uint64_t> spent(view.in_output.begin(), view.in_output.end());
  ledger::UtxoTransactionView source;
  for (const uint64_t output : spent) {
    if (output == ledger::kNoNumber) return false;
    reader.transaction(reader.transaction_of_output(output), source);
    if (!freshly_mined(reader, source, depth - 1)) return false;
  }
  return true;
}

struct Payout {  // payments of one amount
  std::vector<uint64_t> transactions;
  std::vector<chain::AddressKey> owners;
  int64_t first = 0, last = 0;
};
// Mined coins paid out from a transaction on, to addresses that never got anything else: by amount, for a service pays
// its customer the same again and again. One pass over the transactions after the first theft.
std::map<uint64_t, Payout> payouts_from(const ledger::UtxoReader& reader, uint64_t first) {
  std::map<uint64_t, Payout> out;
  ledger::UtxoTransactionView view;
  for (uint64_t t = first; t < reader.info().transactions; ++t) {
    reader.transaction(t, view);
    if (view.coinbase() || !freshly_mined(reader, view, kPoolSteps)) continue;
    if (view.out_value.size() > 3) continue;  // a pool's batch
    const int64_t time = reader.block(reader.block_of_transaction(t)).time;
    for (size_t o = 0; o < view.out_value.size(); ++o) {
      // Round sums are what anybody pays.
      if (view.out_value[o] < kPaidMin / kMinedPaymentsMax || view.out_value[o] % kRoundSatoshi == 0) continue;
      const chain::AddressKey owner = reader.output_address(view.first_output + o);
      const auto handle = reader.find_address(owner);
      if (!handle || reader.received_count(*handle) != 1) continue;
      Payout& payout = out[view.out_value[o]];
      if (payout.transactions.empty()) payout.first = time;
      payout.last = time;
      payout.transactions.push_back(t);
      payout.owners.push_back(owner);
    }
  }
  return out;
}
}  // namespace

void find_mined_coins(const Scene& scene, Findings& out) {
  // Paid to a mining service that the incident names.
  std::vector<uint32_t> to_miners;
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (move.to == kNobody || move.theft || move.fee || move.joined) continue;
    for (const KnownPlace& known : scene.known())
      if (known.network == scene.nodes()[move.to].network && known.address == scene.nodes()[move.to].address &&
          known.role.find("mining") != std::string::npos)
        to_miners.push_back(m);
  }
  if (!to_miners.empty()) {
    Finding finding = scene.begin("mined_coins", to_miners);
    finding.score = 850'000;
    finding.text = Scene::when(finding.first_time, finding.last_time) + " stolen coins were paid to a mining service";
    out.push_back(std::move(finding));
  }
  for (uint32_t c = 0; c < scene.result().chains.size(); ++c) {
    const ledger::LedgerChain& chain = scene.chain(c);
    if (!chain.utxo) continue;
    uint64_t first = UINT64_MAX;
    for (const Move& move : scene.moves())
      if (move.chain == c) first = std::min(first, move.transaction);
    if (first == UINT64_MAX) continue;
    for (const auto& [amount, payout] : payouts_from(*chain.utxo, first)) {
      if (payout.transactions.size() < kMinedPaymentsMin || payout.transactions.size() > kMinedPaymentsMax ||
          payout.last - payout.first > 2 * kBeginSeconds)
        continue;
      const Uint256 sum = base::mul_div(Uint256(amount), payout.transactions.size(), 1).quotient;
      // The payment that is worth just a little more, the latest before them.
      uint32_t paid = UINT32_MAX;
      for (uint32_t m = 0; m < scene.moves().size(); ++m) {
        const Move& move = scene.moves()[m];
        if (move.chain != c || !move.plain() || move.joined || move.whole < Uint256(kPaidMin) ||
            move.time > payout.first || payout.first - move.time > kBeginSeconds)
          continue;
        const uint64_t share = ratio_ppm(sum, move.whole);
        if (share >= kLeastPpm && share <= kMostPpm) paid = m;
      }
      if (paid == UINT32_MAX) continue;
      Finding finding = scene.begin("mined_coins", {paid});
      for (const uint64_t transaction : payout.transactions)
        scene.add_transaction(finding, chain, transaction,
                              chain.utxo->block(chain.utxo->block_of_transaction(transaction)).time);
      finding.score = 500'000;
      finding.inferred = true;
      for (const chain::AddressKey& owner : payout.owners) finding.parties.push_back({chain.network, owner});
      const Move& move = scene.moves()[paid];
      finding.text =
          Scene::when(finding.first_time, finding.last_time) + " " +
          scene.amount_text(*chain.network, chain::native_asset(), move.whole) + " of stolen coins were paid to " +
          (move.to == kNobody ? std::string("somebody") : scene.address_text(scene.nodes()[move.to])) + ", and then " +
          scene.amount_text(*chain.network, chain::native_asset(), sum) + " of newly mined coins came to " +
          counted(payout.owners.size(), "fresh address", "fresh addresses") + " in " +
          std::to_string(payout.transactions.size()) + " equal payments: likely, not certain, the return";
      out.push_back(std::move(finding));
    }
  }
}
}  // namespace jindo::typology
