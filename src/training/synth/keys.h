// Keys of a simulated world: public keys, scripts and addresses as a function of seed and key number, so that any
// thread can make any key. There are no private keys and no signatures that verify: bytes of the right shape and length
// stand in their place. Thread safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"

namespace jindo::synth {

using Account20 = std::array<uint8_t, 20>;
using KeyNumber = uint64_t;

enum class ScriptKind : uint8_t { kP2pkh, kP2shP2wpkh, kP2wpkh, kP2tr, kP2wshMultisig, kP2shMultisig };

// What pays to the key, and what spends it.
struct KeyScripts {
  std::vector<uint8_t> output;   // scriptPubKey
  std::vector<uint8_t> input;    // scriptSig
  std::vector<uint8_t> witness;  // serialized stack, its count first; empty: none
};
void output_script(uint64_t seed, KeyNumber key, ScriptKind kind, std::vector<uint8_t>& out);
// `sighash` varies the signatures' bytes.
void spend_scripts(uint64_t seed, KeyNumber key, ScriptKind kind, uint64_t sighash, std::vector<uint8_t>& input,
                   std::vector<uint8_t>& witness);
// The last 20 bytes of Keccak-256 over the key's 64 stand-in bytes, as on EVM chains and Tron.
Account20 account_address(uint64_t seed, KeyNumber key);
base::Hash256 random_hash(uint64_t seed, uint64_t a, uint64_t b);

}  // namespace jindo::synth
