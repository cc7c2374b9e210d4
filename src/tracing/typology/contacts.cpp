// Every transfer of an address, by the other end; and the rules by which one of two like ends is called a decoy.
#include "typology/contacts.h"

#include <algorithm>

#include "chain/burn.h"
#include "typology/quantity.h"

namespace jindo::typology {
using base::Uint256;
using ledger::kNoNumber;

Contacts::Contacts(const Scene& scene, const ledger::LedgerChain& chain, const chain::AddressKey& address)
    : dust_(coin_dust(*chain.network)) {
  const ledger::AccountReader& reader = *chain.account;
  const auto handle = reader.find_address(address);
  if (!handle) return;
  size_t seen = 0;
  ledger::Movement movement;
  for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
    const bool known = scene.assets().find(*chain.network, holding.asset) != nullptr;
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      for (const uint64_t number : reader.movements_of(holding, segment)) {
        reader.movement(number, movement);
        const bool came = movement.to == holding.rows[segment];
        const uint64_t row = came ? movement.from : movement.to;
        if (movement.kind != chain::MovementKind::kTransfer || row == kNoNumber || movement.from == movement.to)
          continue;
        const chain::AddressKey other = reader.holding_address(segment, row);
        if (chain::find_burn(*chain.network, other) != nullptr) continue;  // nobody
        if (++seen > kContactMovementsMax) {
          by_party_.clear();
          return;
        }
        Dealing dealing{number, movement.transaction, holding.asset, reader.amount(number), came, known, false};
        // Only of what could be forged is it asked who began it.
        if (!known || dealing.amount.is_zero()) dealing.asked = Scene::began(reader, dealing.transaction, address);
        by_party_[other].push_back(dealing);
      }
    }
  }
  for (auto& [party, dealings] : by_party_)
    std::sort(dealings.begin(), dealings.end(), [](const Dealing& a, const Dealing& b) { return a.number < b.number; });
}

const Dealings& Contacts::with(const chain::AddressKey& party) const {
  static const Dealings none;
  const auto found = by_party_.find(party);
  return found == by_party_.end() ? none : found->second;
}

Dealings Contacts::before(const chain::AddressKey& party, uint64_t transaction) const {
  Dealings out = with(party);
  out.erase(std::find_if(out.begin(), out.end(), [&](const Dealing& d) { return d.transaction >= transaction; }),
            out.end());
  return out;
}

// A transfer of nothing, or of a token that nobody knows, says nothing unless the address began it itself: contracts
// log such transfers in anybody's name. A known asset's transfer from the address was its own doing; what came may be
// dust, which anybody can send.
Contacts::Noise Contacts::noise(const Dealing& dealing, const Dealings& beside) const {
  if (dealing.asked) return Noise::kNone;
  if (dealing.amount.is_zero()) return Noise::kNothing;
  if (!dealing.known) return Noise::kFake;
  if (!dealing.came) return Noise::kNone;
  if (dealing.asset.kind == chain::AddressKind::kNative && !(dust_ < dealing.amount)) return Noise::kTiny;
  Uint256 most;
  for (const Dealing& other : beside)
    if (other.asset == dealing.asset) most = std::max(most, other.amount);
  return !most.is_zero() && ratio_ppm(dealing.amount, most) <= kTinyPpm ? Noise::kTiny : Noise::kNone;
}

uint64_t Contacts::first_real(const Dealings& of, const Dealings& beside) const {
  for (const Dealing& dealing : of)
    if (noise(dealing, beside) == Noise::kNone) return dealing.number;
  return kNoNumber;
}
uint64_t Contacts::first_noise(const Dealings& of, const Dealings& beside) const {
  for (const Dealing& dealing : of)
    if (noise(dealing, beside) != Noise::kNone) return dealing.number;
  return kNoNumber;
}
bool Contacts::real(const Dealings& dealings) const { return first_real(dealings, {}) != kNoNumber; }

Decoy Contacts::judge(const Dealings& first, const Dealings& second) const {
  const uint64_t real_a = first_real(first, second), real_b = first_real(second, first);
  const uint64_t noise_a = first_noise(first, second), noise_b = first_noise(second, first);
  if (real_a == kNoNumber && real_b == kNoNumber) return Decoy::kNeither;  // both of a third, if of anybody
  if (real_a == kNoNumber) return noise_a == kNoNumber ? Decoy::kNeither : Decoy::kFirst;
  if (real_b == kNoNumber) return noise_b == kNoNumber ? Decoy::kNeither : Decoy::kSecond;
  // Both got or gave real money: one of them may have got it by mistake, after noise had put it into the history.
  const bool seeded_a = noise_a < real_a, seeded_b = noise_b < real_b;
  if (seeded_a != seeded_b) return seeded_a ? Decoy::kFirst : Decoy::kSecond;
  return seeded_a ? Decoy::kOneOfThem : Decoy::kNeither;
}
}  // namespace jindo::typology
