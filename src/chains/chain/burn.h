// Addresses that nobody can pay from. What comes to one is gone for good: a trace ends there (terminal `burn`). What
// comes out of one, as exports write the mint of a token from the zero address, is newly made and clean. Such an
// address is nobody: it joins nobody, and nobody is told by dealing with it. How sure: no chain's rules forbid to spend
// from these; a key would have to be found that hashes to chosen digits. (What the rules forbid is
// ScriptType::kNullData.) Immutable; safe to use from all threads.
#pragma once

#include <span>
#include <string_view>

#include "chain/address.h"
#include "chain/network.h"

namespace jindo::chain {

struct BurnPlace {
  std::string_view address;  // as the chain's users write it
  std::string_view chain;    // its name; "evm": all with ether's addresses; "bitcoin-testnet": all with its versions
  std::string_view name;     // what a trace calls it
  std::string_view source;
};
std::span<const BurnPlace> burn_places();
// Null for an address that somebody may pay from.
const BurnPlace* find_burn(const Network& network, const AddressKey& address);
// Those of a network, for passes that look their outputs up once.
std::span<const AddressKey> burn_keys(const Network& network);

}  // namespace jindo::chain
