// What a bitcoin output's script pays to. Templates: Bitcoin Core, src/script/solver.cpp; BIP 16, 141, 341.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "chain/address.h"

namespace jindo::chain {

enum class ScriptType : uint8_t {
  kNonStandard = 0,
  kPubkey = 1,
  kPubkeyHash = 2,
  kScriptHash = 3,
  kWitnessKeyHash = 4,
  kWitnessScriptHash = 5,
  kTaproot = 6,
  kWitnessUnknown = 7,
  kMultisig = 8,
  kNullData = 9,
};

struct ScriptOwner {
  ScriptType type = ScriptType::kNonStandard;
  AddressKey key;  // kNone for kNullData: nobody can spend it
};

ScriptOwner classify_script(base::Bytes script);
// The data that an OP_RETURN output carries: its pushes joined, in order; what is no push ends it. Empty for other
// scripts.
std::vector<uint8_t> null_data(base::Bytes script);

}  // namespace jindo::chain
