// One key, several addresses: the forms that one public key takes on a chain, and the same account on other chains.
// Read from the addresses themselves, so the link is exact where it says that the key is the same: P2PKH, P2WPKH and
// P2SH-P2WPKH commit to one HASH160 (BIP 141), EVM chains and Tron share Ethereum's derivation of an account from its
// key. What it gets wrong: a contract at the same address of two chains may have two owners (told apart where the
// ledger knows its creation); the key may have been sold or shared.
#pragma once

#include <vector>

#include "chain/address.h"
#include "chain/network.h"

namespace jindo::cluster {

struct SameKey {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  const char* form = "";  // "P2WPKH of the same key", "the same account"
};
// What else the key may be known as, on `networks`; the address itself left out. Whether it occurs is for the caller.
std::vector<SameKey> same_key_forms(const chain::Network& network, const chain::AddressKey& address,
                                    const std::vector<const chain::Network*>& networks);
// From a HASH160 that another chain's address commits to (tags of Bitcoin's forks).
std::vector<SameKey> forms_of_key_hash(const chain::Network& network, base::Bytes hash160);

}  // namespace jindo::cluster
