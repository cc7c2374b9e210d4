// Joint transactions in columns: the owners of a transaction's inputs, as rows of a pass, and what kind of joint
// transaction (coinjoin.h) it is. For full passes: nothing is looked up, nothing is kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "cluster/coinjoin.h"
#include "ledger/reader.h"

namespace jindo::cluster {

struct Ends {  // of a transaction, in its pass
  uint64_t in = 0, inputs = 0, out = 0, outputs = 0;
};
inline Ends ends_of(const ledger::ColumnPass& pass, uint64_t t) {
  Ends e;
  e.in = pass.tx_first_input[t] - pass.first_input;
  e.inputs = pass.tx_first_input[t + 1] - pass.tx_first_input[t];
  e.out = pass.tx_first_output[t] - pass.first_output;
  e.outputs = pass.tx_first_output[t + 1] - pass.tx_first_output[t];
  return e;
}
// The distinct rows of the inputs, sorted; inputs without an address are left out.
inline void distinct_owners(const ledger::ColumnPass& pass, const Ends& e, std::vector<uint64_t>& owners) {
  owners.clear();
  for (uint64_t i = e.in; i < e.in + e.inputs; ++i)
    if (pass.in_address[i] != ledger::kNoNumber) owners.push_back(pass.in_address[i]);
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
}
// Whether anybody can spend a script (chain/keyless.h); where only a hash names it, its spent output's type is asked.
bool is_keyless(const ledger::UtxoReader& reader, const chain::AddressKey& key, uint64_t output);
// Takes out the rows of scripts that anybody can spend: they are no owners.
void leave_out_keyless(const ledger::UtxoReader& reader, const ledger::ColumnPass& pass, const Ends& ends,
                       std::vector<uint64_t>& owners);
// What kind of joint transaction it is. `owners`: as distinct_owners gives them; `coordinators`: as coordinator_rows.
JoinFinding detect_join(const ledger::ColumnPass& pass, const Ends& ends, const std::vector<uint64_t>& owners,
                        const std::vector<uint64_t>& coordinators);
// The rows of Wasabi 1.0's coordinator in a pass.
std::vector<uint64_t> coordinator_rows(const ledger::UtxoReader& reader, size_t pass);

}  // namespace jindo::cluster
