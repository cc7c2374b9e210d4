// Contacts: what an address of an account chain has had to do with each other one, and, of two that look alike, which
// is made to look like the other. Told by what cannot be forged: who was really dealt with, and since when; who is
// there only by transfers of nothing, of unknown tokens in somebody's name, and of dust.
#pragma once

#include <map>
#include <vector>

#include "typology/scene.h"

namespace jindo::typology {

inline constexpr size_t kContactMovementsMax = 20'000;  // an address with more is a service: no contacts are read
inline constexpr uint64_t kTinyPpm = 1'000;             // of what moved with the other: dust beside it

struct Dealing {  // one transfer
  uint64_t number = 0, transaction = 0;
  chain::AddressKey asset;
  base::Uint256 amount;
  bool came = false;   // paid by the other one
  bool known = false;  // an asset that the registry, an incident or a table knows
  bool asked = false;  // begun by the address itself, so nobody else's doing
};
using Dealings = std::vector<Dealing>;  // with one other address, in ledger order

enum class Decoy { kNeither, kFirst, kSecond, kOneOfThem };

class Contacts {
 public:
  Contacts(const Scene& scene, const ledger::LedgerChain& chain, const chain::AddressKey& address);

  const std::map<chain::AddressKey, Dealings>& all() const { return by_party_; }
  const Dealings& with(const chain::AddressKey& party) const;
  Dealings before(const chain::AddressKey& party, uint64_t transaction) const;
  // Whether anything but noise ever moved.
  bool real(const Dealings& dealings) const;
  // Of two that look alike, which is the decoy of the other.
  Decoy judge(const Dealings& first, const Dealings& second) const;
  // The first transfer that is no noise, beside what moved with the other one; kNoNumber for none.
  uint64_t first_real(const Dealings& of, const Dealings& beside) const;
  enum class Noise { kNone, kNothing, kFake, kTiny };
  Noise noise(const Dealing& dealing, const Dealings& beside) const;

 private:
  uint64_t first_noise(const Dealings& of, const Dealings& beside) const;
  base::Uint256 dust_;  // of the chain's coin
  std::map<chain::AddressKey, Dealings> by_party_;
};

}  // namespace jindo::typology
