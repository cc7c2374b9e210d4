// The shape of a transaction, gathered from a pass's columns for the detectors of coinjoin.h; find_join is
// clusters.h's, of one transaction.
#include "cluster/join_columns.h"

#include <string_view>

#include "chain/keyless.h"
#include "cluster/clusters.h"

namespace jindo::cluster {
using ledger::ColumnPass;

std::vector<uint64_t> coordinator_rows(const ledger::UtxoReader& reader, size_t pass) {
  std::vector<uint64_t> out;
  for (const std::string_view text : wasabi_coordinator_addresses()) {
    const auto key = chain::parse_address(*reader.info().network, text);
    if (!key.ok()) continue;  // a test network
    const uint64_t row = reader.row_in_pass(pass, *key, chain::hash_key(*key));
    if (row != ledger::kNoNumber) out.push_back(row);
  }
  return out;
}

bool is_keyless(const ledger::UtxoReader& reader, const chain::AddressKey& key, uint64_t output) {
  if (chain::anybody_can_spend(key)) return true;
  if (key.kind != chain::AddressKind::kScript || output == ledger::kNoNumber) return false;
  ledger::UtxoTransactionView view;
  reader.transaction(reader.transaction_of_output(output), view);
  return view.out_type[output - view.first_output] == chain::ScriptType::kWitnessUnknown;
}

void leave_out_keyless(const ledger::UtxoReader& reader, const ColumnPass& pass, const Ends& e,
                       std::vector<uint64_t>& owners) {
  const auto keyless = [&](uint64_t row) {
    const chain::AddressKey& key = pass.address_key[row];
    if (key.kind != chain::AddressKind::kScript) return chain::anybody_can_spend(key);
    const auto* input = std::find(pass.in_address.data() + e.in, pass.in_address.data() + e.in + e.inputs, row);
    return is_keyless(reader, key, pass.in_output[static_cast<size_t>(input - pass.in_address.data())]);
  };
  owners.erase(std::remove_if(owners.begin(), owners.end(), keyless), owners.end());
}

JoinFinding detect_join(const ColumnPass& pass, const Ends& e, const std::vector<uint64_t>& owners,
                        const std::vector<uint64_t>& coordinators) {
  JoinShape shape;
  shape.in_value = pass.in_value.subspan(e.in, e.inputs);
  shape.out_value = pass.out_value.subspan(e.out, e.outputs);
  shape.out_type = pass.out_type.subspan(e.out, e.outputs);
  shape.in_owners = owners.size();
  if (e.outputs == 2) {  // only PayJoin asks
    const chain::ScriptType type = shape.out_type[0];
    shape.one_script_type = shape.out_type[1] == type;
    for (const uint64_t row : owners) {
      const chain::AddressKind kind = pass.address_key[row].kind;
      const bool same =
          (type == chain::ScriptType::kWitnessKeyHash && kind == chain::AddressKind::kWitnessKeyHash) ||
          (type == chain::ScriptType::kPubkeyHash && kind == chain::AddressKind::kPubkeyHash) ||
          (type == chain::ScriptType::kScriptHash && kind == chain::AddressKind::kScriptHash) ||
          (type == chain::ScriptType::kTaproot && kind == chain::AddressKind::kTaproot) ||
          (type == chain::ScriptType::kWitnessScriptHash && kind == chain::AddressKind::kWitnessScriptHash);
      shape.one_script_type &= same;
    }
    for (uint64_t o = e.out; o < e.out + 2; ++o)
      shape.pays_itself |= std::binary_search(owners.begin(), owners.end(), pass.out_address[o]);
  } else if (!coordinators.empty()) {
    for (uint64_t o = e.out; o < e.out + e.outputs; ++o)
      shape.coordinator |=
          std::find(coordinators.begin(), coordinators.end(), pass.out_address[o]) != coordinators.end();
  }
  return cluster::find_join(shape);
}

JoinFinding find_join(const ledger::UtxoReader& reader, uint64_t transaction) {
  const auto passes = reader.passes();
  for (size_t p = passes.size(); p-- > 0;) {
    const ColumnPass& pass = passes[p];
    if (transaction < pass.first_transaction) continue;
    const Ends e = ends_of(pass, transaction - pass.first_transaction);
    std::vector<uint64_t> owners;
    distinct_owners(pass, e, owners);
    leave_out_keyless(reader, pass, e, owners);
    if (owners.size() < 2) return {};
    return detect_join(pass, e, owners, coordinator_rows(reader, p));
  }
  return {};
}
}  // namespace jindo::cluster
