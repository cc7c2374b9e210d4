// look_alike_address: the theft went to an address that looks like one the victim uses.
#include "typology/detectors.h"

namespace jindo::typology {
namespace {
using ledger::kNoNumber;
constexpr size_t kPaymentsMax = 5'000;

// Whom an address paid before a place, at most so many.
std::vector<chain::AddressKey> paid_before(const ledger::LedgerChain& chain, const chain::AddressKey& payer,
                                           uint64_t transaction) {
  std::vector<chain::AddressKey> out;
  const auto handle = chain.reader().find_address(payer);
  if (!handle) return out;
  if (chain.utxo) {
    ledger::UtxoTransactionView view;
    for (const uint64_t input : chain.utxo->sent(*handle, 0, kPaymentsMax)) {
      const uint64_t spending = chain.utxo->transaction_of_input(input);
      if (spending >= transaction) break;
      chain.utxo->transaction(spending, view);
      for (size_t o = 0; o < view.out_value.size(); ++o)
        out.push_back(chain.utxo->output_address(view.first_output + o));
    }
    return out;
  }
  ledger::Movement movement;
  for (const ledger::HoldingHandle& holding : chain.account->holdings_of(*handle)) {
    for (uint32_t segment = 0; segment < chain.account->segments(); ++segment) {
      for (const uint64_t number : chain.account->movements_of(holding, segment)) {
        if (out.size() >= kPaymentsMax) return out;
        chain.account->movement(number, movement);
        if (movement.transaction >= transaction || movement.from != holding.rows[segment] || movement.to == kNoNumber)
          continue;
        out.push_back(chain.account->holding_address(segment, movement.to));
      }
    }
  }
  return out;
}
}  // namespace

void find_look_alike(const Scene& scene, Findings& out) {
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (!move.theft || move.to == kNobody) continue;
    const Node& receiver = scene.nodes()[move.to];
    const ledger::LedgerChain& chain = scene.chain(move.chain);
    std::vector<std::pair<chain::AddressKey, std::string>> genuine;
    for (const KnownPlace& known : scene.known())
      if (known.network == chain.network)
        genuine.emplace_back(known.address, known.role.empty() ? "known" : known.role);
    // The payers: a bitcoin transaction's first inputs, a movement's sender.
    std::vector<chain::AddressKey> payers;
    if (chain.utxo) {
      ledger::UtxoTransactionView view;
      chain.utxo->transaction(move.transaction, view);
      const uint64_t first_input = view.first_input;
      const std::vector<uint64_t> spent(view.in_output.begin(), view.in_output.end());
      for (size_t i = 0; i < spent.size() && payers.size() < 20; ++i) {
        const chain::AddressKey payer = chain.utxo->input_address(first_input + i);
        // Where the coins come from: what was paid there beside this change was the victim's payment.
        if (spent[i] != kNoNumber) {
          chain.utxo->transaction(chain.utxo->transaction_of_output(spent[i]), view);
          for (size_t o = 0; o < std::min<size_t>(view.out_value.size(), 100); ++o)
            genuine.emplace_back(chain.utxo->output_address(view.first_output + o), "paid beside the victim's change");
        }
        if (std::find(payers.begin(), payers.end(), payer) == payers.end()) payers.push_back(payer);
      }
    } else if (move.from != kNobody) {
      payers.push_back(scene.nodes()[move.from].address);
    }
    for (const chain::AddressKey& payer : payers) genuine.emplace_back(payer, "the victim's own");
    for (const chain::AddressKey& payer : payers)
      for (const chain::AddressKey& paid : paid_before(chain, payer, move.transaction))
        genuine.emplace_back(paid, "paid before");
    for (const auto& [address, role] : genuine) {
      const Likeness alike = likeness(*chain.network, receiver.address, address);
      if (!alike.fools()) continue;
      Finding finding = scene.begin("look_alike_address", {m});
      finding.score = 950'000;
      finding.parties = {{chain.network, receiver.address}, {chain.network, address}};
      finding.text = Scene::when(move.time, move.time) + " " +
                     scene.amount_text(*chain.network, move.asset, move.amount) + " went to " +
                     scene.address_text(receiver) + ", which looks like " +
                     chain::format_address(*chain.network, address) + " (" + role + ")";
      out.push_back(std::move(finding));
      break;
    }
  }
}
}  // namespace jindo::typology
