// UTXO chains: what several files tell of a transaction becomes one, inputs find their outputs in the set, and blocks
// hold what the files hold of them: this is a partial ledger, whose other outputs stand as the files state them.
#include <algorithm>
#include <set>

#include "base/hex.h"
#include "exports/reconcile_parts.h"

namespace jindo::exports {
namespace {
struct UtxoMerged : Placed {
  std::optional<chain::BlockHash> block_hash;
  bool coinbase = false;
  std::vector<chain::UtxoInput> inputs;  // external: value and owner are told
  std::vector<chain::UtxoOutput> outputs;
  std::vector<std::pair<uint32_t, std::vector<uint8_t>>> data_scripts;  // of OP_RETURN outputs
  std::vector<Witness> witnesses;
};

std::string hash_text(const chain::Network& network, const base::Hash256& hash) {
  return chain::format_hash(network, hash);
}

// What one more file tells of a transaction: fills or contradicts.
class Teller {
 public:
  Teller(const chain::Network& network, UtxoMerged& tx, Reconciled& out)
      : network_(network),
        tx_(tx),
        out_(out),
        about_("transaction " + hash_text(network, tx.id) + ": "),
        first_(tx.witness) {}

  void tell(const Transaction& told, const Witness& by, bool time_is_weak) {
    const auto number = [](const auto& value) { return std::to_string(value); };
    const auto hash = [&](const base::Hash256& value) { return hash_text(network_, value); };
    agree(out_, tx_.block, first_, told.height, by, about_ + "its block", number);
    agree(out_, tx_.block_hash, first_, told.block_hash, by, about_ + "its block's hash", hash);
    agree(out_, tx_.index, first_, told.index, by, about_ + "its place in the block", number);
    if (!time_is_weak) agree(out_, tx_.time, first_, told.time, by, about_ + "its time", number);
    inputs(told, by);
    outputs(told, by);
    if (tx_.data_scripts.empty()) tx_.data_scripts = told.data_scripts;
    tx_.witnesses.push_back(by);
  }

 private:
  void differs(const std::string& what, const Witness& by, const std::string& one, const std::string& other) {
    contradict(out_, about_ + what, tx_.witness, one, by, other);
  }
  void inputs(const Transaction& told, const Witness& by) {
    if (tx_.witnesses.empty()) {
      tx_.inputs = told.inputs;
      tx_.coinbase = told.coinbase;
      return;
    }
    if (told.inputs.size() != tx_.inputs.size())
      return differs("number of inputs", by, std::to_string(tx_.inputs.size()), std::to_string(told.inputs.size()));
    for (size_t i = 0; i < told.inputs.size(); ++i) {
      chain::UtxoInput& known = tx_.inputs[i];
      chain::UtxoInput in = told.inputs[i];
      if (known.previous == chain::TxId{}) {  // a file that names no previous outputs
        known.previous = in.previous;
        known.output_index = in.output_index;
      } else if (in.previous == chain::TxId{}) {
        in.previous = known.previous;
        in.output_index = known.output_index;
      }
      if (known.previous != in.previous || known.output_index != in.output_index) {
        differs("input " + std::to_string(i), by,
                hash_text(network_, known.previous) + ":" + std::to_string(known.output_index),
                hash_text(network_, in.previous) + ":" + std::to_string(in.output_index));
      } else if (!known.external) {
        known = in;
      } else if (in.external && known.value != in.value) {
        differs("value of input " + std::to_string(i), by, std::to_string(known.value), std::to_string(in.value));
      } else if (in.external && known.key.is_none()) {
        known.key = in.key;
      }
    }
  }
  void outputs(const Transaction& told, const Witness& by) {
    if (tx_.witnesses.empty()) {
      tx_.outputs = told.outputs;
      return;
    }
    if (told.outputs.size() != tx_.outputs.size())
      return differs("number of outputs", by, std::to_string(tx_.outputs.size()), std::to_string(told.outputs.size()));
    for (size_t i = 0; i < told.outputs.size(); ++i) {
      chain::UtxoOutput& known = tx_.outputs[i];
      const chain::UtxoOutput& one = told.outputs[i];
      if (known.value != one.value) {
        differs("value of output " + std::to_string(i), by, std::to_string(known.value), std::to_string(one.value));
      } else if (known.key.is_none()) {
        known = one;
      } else if (!one.key.is_none() && known.key != one.key) {
        differs("owner of output " + std::to_string(i), by, chain::format_address(network_, known.key),
                chain::format_address(network_, one.key));
      }
    }
  }

  const chain::Network& network_;
  UtxoMerged& tx_;
  Reconciled& out_;
  std::string about_;
  Witness first_;
};

using Merged = std::map<chain::TxId, UtxoMerged>;

Merged merge_transactions(const chain::Network& network, std::span<const Reading> readings,
                          const std::vector<uint32_t>& order, Reconciled& out) {
  Merged merged;
  for (uint32_t rank = 0; rank < order.size(); ++rank) {
    const Reading& reading = readings[order[rank]];
    for (const Transaction& told : reading.transactions) {
      const Witness by{order[rank], told.row};
      UtxoMerged& tx = merged[told.id];
      if (tx.witnesses.empty()) {
        tx.id = told.id;
        tx.witness = by;
        tx.first_reading = rank;
      }
      const bool weak = reading.unknown.has(Unknown::kTime);
      Teller(network, tx, out).tell(told, by, weak);
      if (!tx.time && told.time) tx.time = told.time;  // the best there is; a better file's time is told beside it
    }
  }
  return merged;
}

bool held(const ReconcileOptions& options, const chain::TxId& id) {
  return options.ledger_holds && options.ledger_holds(id);
}

// Takes out what cannot stand: inputs of which nobody tells value and owner, and what spends of those.
void let_wait(Merged& merged, const ReconcileOptions& options, Reconciled& out) {
  std::map<chain::TxId, std::vector<chain::TxId>> spenders;  // that need the output
  std::vector<chain::TxId> leaving;
  for (const auto& [id, tx] : merged) {
    bool missing = false;
    for (const chain::UtxoInput& in : tx.inputs) {
      if (in.external) continue;
      if (merged.count(in.previous) == 0 && !held(options, in.previous)) missing = true;
      spenders[in.previous].push_back(id);
    }
    if (missing) leaving.push_back(id);
  }
  while (!leaving.empty()) {
    const auto at = merged.find(leaving.back());
    leaving.pop_back();
    if (at == merged.end()) continue;
    wait(out, "inputs without their previous outputs: neither owner nor value; add a file that tells them",
         at->second.witness, 1);
    const auto spending = spenders.find(at->first);
    if (spending != spenders.end()) leaving.insert(leaving.end(), spending->second.begin(), spending->second.end());
    merged.erase(at);
  }
}

// Inputs whose output the set holds are links; the others stand as told.
void link_inputs(const chain::Network& network, Merged& merged, const ReconcileOptions& options, Reconciled& out) {
  for (auto& [id, tx] : merged) {
    for (size_t i = 0; i < tx.inputs.size(); ++i) {
      chain::UtxoInput& in = tx.inputs[i];
      const auto previous = merged.find(in.previous);
      if (previous == merged.end()) {
        if (in.external && held(options, in.previous)) in = {in.previous, in.output_index, false, 0, {}};
        continue;
      }
      const std::string about = "transaction " + hash_text(network, id) + ": input " + std::to_string(i);
      const std::vector<chain::UtxoOutput>& outputs = previous->second.outputs;
      if (in.output_index >= outputs.size()) {
        contradict(out, about, tx.witness, "output " + std::to_string(in.output_index), previous->second.witness,
                   std::to_string(outputs.size()) + " outputs");
      } else if (in.external && in.value != outputs[in.output_index].value) {
        contradict(out, about + ": its value", tx.witness, std::to_string(in.value), previous->second.witness,
                   std::to_string(outputs[in.output_index].value));
      }
      in.external = false;
      in.value = 0;
      in.key = {};
    }
  }
}

// In a block: by place where told; else what spends behind what it spends, then by identifier, the coinbase first.
std::vector<const UtxoMerged*> order_in_block(const std::vector<Placed*>& placed) {
  std::vector<const UtxoMerged*> list;
  for (const Placed* one : placed) list.push_back(static_cast<const UtxoMerged*>(one));
  const auto before = [](const UtxoMerged* a, const UtxoMerged* b) {
    if (a->block != b->block) return a->block < b->block;
    if (a->coinbase != b->coinbase) return a->coinbase;
    if (a->index.has_value() != b->index.has_value()) return a->index.has_value();
    if (a->index && *a->index != *b->index) return *a->index < *b->index;
    return a->id < b->id;
  };
  std::sort(list.begin(), list.end(), before);
  std::map<chain::TxId, const UtxoMerged*> here;
  for (const UtxoMerged* tx : list) here[tx->id] = tx;
  std::vector<const UtxoMerged*> out;
  std::set<const UtxoMerged*> done, open;
  std::vector<std::pair<const UtxoMerged*, size_t>> stack;  // depth first, without recursion: chains can be long
  for (const UtxoMerged* first : list) {
    if (done.count(first) != 0) continue;
    stack.push_back({first, 0});
    while (!stack.empty()) {
      auto& [tx, next] = stack.back();
      open.insert(tx);
      if (next == tx->inputs.size()) {
        if (done.insert(tx).second) out.push_back(tx);
        stack.pop_back();
        continue;
      }
      const auto spent = here.find(tx->inputs[next++].previous);
      if (spent == here.end() || open.count(spent->second) != 0)
        continue;  // a circle is an error of the ledger's build
      stack.push_back({spent->second, 0});
    }
  }
  return out;
}

void write_utxo_block(uint64_t height, const std::vector<Placed*>& placed, Reconciled& out) {
  chain::UtxoBlock block;
  block.height = height;
  const UtxoMerged* hash_by = nullptr;
  for (const UtxoMerged* tx : order_in_block(placed)) {
    block.time = *tx->time;
    if (tx->block_hash && !out.heights_are_times) {
      if (hash_by != nullptr && *hash_by->block_hash != *tx->block_hash) {
        contradict(out, "block " + std::to_string(height) + ": its hash", hash_by->witness,
                   base::to_hex(*hash_by->block_hash), tx->witness, base::to_hex(*tx->block_hash));
      }
      hash_by = tx;
      block.hash = *tx->block_hash;
    }
    chain::UtxoTransaction row;
    row.id = tx->id;
    row.first_input = static_cast<uint32_t>(block.inputs.size());
    row.inputs = static_cast<uint32_t>(tx->inputs.size());
    row.first_output = static_cast<uint32_t>(block.outputs.size());
    row.outputs = static_cast<uint32_t>(tx->outputs.size());
    block.inputs.insert(block.inputs.end(), tx->inputs.begin(), tx->inputs.end());
    block.outputs.insert(block.outputs.end(), tx->outputs.begin(), tx->outputs.end());
    for (const auto& [output, script] : tx->data_scripts)
      chain::add_output_note(block, static_cast<uint32_t>(block.transactions.size()), output, script);
    block.transactions.push_back(row);
    out.begin.push_back(out.witnesses.size());
    out.witnesses.insert(out.witnesses.end(), tx->witnesses.begin(), tx->witnesses.end());
  }
  out.utxo.push_back(std::move(block));
}
}  // namespace

base::Status reconcile_utxo(const chain::Network& network, std::span<const Reading> readings,
                            const std::vector<uint32_t>& order, const ReconcileOptions& options, Reconciled& out) {
  Merged merged = merge_transactions(network, readings, order, out);
  std::vector<Placed*> all;
  for (auto& [id, tx] : merged) all.push_back(&tx);
  std::map<uint64_t, std::vector<chain::TxId>> blocks;
  Merged standing;
  for (const auto& [height, list] : place_in_blocks(all, out)) {
    for (const Placed* tx : list) {
      blocks[height].push_back(tx->id);
      standing.insert(merged.extract(tx->id));
    }
  }
  let_wait(standing, options, out);
  link_inputs(network, standing, options, out);
  for (const auto& [height, ids] : blocks) {
    std::vector<Placed*> list;
    for (const chain::TxId& id : ids)
      if (const auto found = standing.find(id); found != standing.end()) list.push_back(&found->second);
    if (!list.empty()) write_utxo_block(height, list, out);
  }
  out.begin.push_back(out.witnesses.size());
  return {};
}
}  // namespace jindo::exports
