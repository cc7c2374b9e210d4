// The trail, found backwards over recorded steps: by parents where lots keep apart, by every step that led to a place
// under pools; then printed forwards, a line for each movement.
#include "trace/trail.h"

#include <algorithm>
#include <map>
#include <set>

#include "trace/lots.h"

namespace jindo::trace {
namespace {
using ledger::kNoNumber;

class TrailFinder {
 public:
  TrailFinder(const ledger::Ledger& ledger, const Result& result, uint32_t chain_index)
      : result_(result), chain_index_(chain_index) {
    for (const ChainState& state : result.chains) chains_.push_back(ledger.find(*state.network));
  }

  std::vector<TrailStep> find(const TrailTarget& target) {
    // What counts as "it": lots held there at the end, and steps that ended there.
    std::vector<uint32_t> ends;
    for (uint32_t i = 0; i < result_.steps.size(); ++i) {
      const Step& step = result_.steps[i];
      if (step.chain != chain_index_) continue;
      if (step.terminal != UINT32_MAX ? matches(result_.terminals[step.terminal], target)
                                      : matches_node(step.to, target))
        ends.push_back(i);
    }
    if (is_pooled(result_.policy)) return closure(ends);
    // A lot's way is its chain of parents. A lot that moved on from here is part of the later step's way; count each
    // way once, at its last step.
    std::map<uint32_t, base::Uint256> moved_origin, moved_amount;
    for (const Step& step : result_.steps) {
      if (step.parent == kNoStep) continue;
      moved_origin[step.parent] += step.origin;
      moved_amount[step.parent] += step.amount;
    }
    for (const uint32_t end : ends) {
      const Step& step = result_.steps[end];
      if (step.terminal == UINT32_MAX) {
        const base::Uint256 origin_left = step.origin - moved_origin[end];
        const base::Uint256 amount_left = step.amount - moved_amount[end];
        if (!amount_left.is_zero()) walk(end, amount_left, origin_left);
      } else {
        walk(end, step.amount, step.origin);
      }
    }
    // Nothing is left there: the trail through it is the trail to it.
    if (sums_.empty()) {
      for (const uint32_t end : ends) walk(end, result_.steps[end].amount, result_.steps[end].origin);
    }
    return printed(false);
  }

 private:
  struct Sum {
    base::Uint256 amount, origin;
  };
  bool matches(const Terminal& terminal, const TrailTarget& target) const {
    if (target.transaction) return false;
    return terminal.network == target.network && target.address && terminal.address == *target.address;
  }
  bool matches_node(uint64_t node, const TrailTarget& target) const {
    if (node == kNoNumber) return false;
    const ledger::LedgerChain& chain = *chains_[chain_index_];
    if (chain.account) return target.address && result_.nodes[chain_index_][node].address == *target.address;
    if (target.transaction) {
      const uint64_t tx = chain.utxo->transaction_of_output(node);
      ledger::UtxoTransactionView view;
      chain.utxo->transaction(tx, view);
      return chain.utxo->transaction_id(tx) == *target.transaction && node - view.first_output == target.output;
    }
    return target.address && chain.utxo->output_address(node) == *target.address;
  }
  static bool into_link(const Step& step) {
    return step.link != UINT32_MAX && step.to == kNoNumber && step.terminal == UINT32_MAX;
  }
  static bool out_of_link(const Step& step) { return step.link != UINT32_MAX && !into_link(step); }
  void walk(uint32_t at, base::Uint256 amount, const base::Uint256& origin) {
    while (at != kNoStep) {
      const Step& step = result_.steps[at];
      Sum& sum = sums_[at];
      sum.amount += amount;
      sum.origin += origin;
      at = step.parent;
      // Before a link the same origin was another amount, of another asset.
      if (at != kNoStep && out_of_link(step) && !result_.steps[at].origin.is_zero())
        amount = base::mul_div(result_.steps[at].amount, origin, result_.steps[at].origin).quotient;
    }
  }
  // Pools: every step that led to a place, before value left it for the step behind.
  std::vector<TrailStep> closure(const std::vector<uint32_t>& ends) {
    std::map<std::tuple<uint32_t, uint64_t, uint32_t>, std::vector<uint32_t>> into;  // (chain, node, source) -> steps
    std::map<std::pair<uint32_t, uint32_t>, std::vector<uint32_t>> into_links;       // (link, source) -> steps
    for (uint32_t i = 0; i < result_.steps.size(); ++i) {
      const Step& step = result_.steps[i];
      if (step.to != kNoNumber) into[{step.chain, step.to, step.source}].push_back(i);
      if (into_link(step)) into_links[{step.link, step.source}].push_back(i);
    }
    std::vector<uint32_t> open(ends);
    std::set<uint32_t> seen(ends.begin(), ends.end());
    const auto reach = [&](uint32_t chain, uint64_t node, uint32_t source, uint64_t before) {
      const auto found = into.find({chain, node, source});
      if (found == into.end()) return;
      for (const uint32_t i : found->second) {
        if (result_.steps[i].place < before && seen.insert(i).second) open.push_back(i);
      }
    };
    while (!open.empty()) {
      const Step& step = result_.steps[open.back()];
      open.pop_back();
      if (step.theft) continue;
      if (out_of_link(step)) {
        for (const uint32_t i : into_links[{step.link, step.source}])
          if (seen.insert(i).second) open.push_back(i);
      } else if (step.from != kNoNumber) {
        reach(step.chain, step.from, step.source, step.place);
      } else if (chains_[step.chain]->utxo) {
        ledger::UtxoTransactionView view;
        chains_[step.chain]->utxo->transaction(step.place, view);
        const uint32_t chain = step.chain, source = step.source;
        const uint64_t place = step.place;
        for (const uint64_t output : view.in_output) reach(chain, output, source, place);
      }
    }
    for (const uint32_t i : seen) sums_[i] = {result_.steps[i].amount, result_.steps[i].origin};
    return printed(true);
  }

  // Steps of the same movement between the same ends are one line.
  std::vector<TrailStep> printed(bool mixed) const {
    // In order of time over all chains, then as the steps came: into a link before out of it.
    std::map<std::tuple<int64_t, uint32_t, uint64_t, uint32_t, uint64_t, uint64_t, uint32_t, bool, uint32_t>,
             std::pair<uint32_t, Sum>>
        lines;
    for (const auto& [i, sum] : sums_) {
      const Step& step = result_.steps[i];
      const ledger::ChainReader& reader = chains_[step.chain]->reader();
      const uint64_t tx = chains_[step.chain]->utxo ? step.place : transaction_of(step);
      auto& line = lines[{reader.block(reader.block_of_transaction(tx)).order_time, step.chain, step.place, step.source,
                          step.from, step.to, step.terminal, step.theft, step.link}];
      line.first = i;
      line.second.amount += sum.amount;
      line.second.origin += sum.origin;
    }
    std::vector<TrailStep> out;
    out.reserve(lines.size());
    for (const auto& [key, line] : lines) out.push_back(describe(result_.steps[line.first], line.second, mixed));
    return out;
  }
  TrailStep describe(const Step& step, const Sum& sum, bool mixed) const {
    TrailStep out;
    const ledger::LedgerChain& chain = *chains_[step.chain];
    out.network = chain.network;
    out.inferred = step.inferred;
    out.link = step.link;
    out.into_link = into_link(step);
    out.theft = step.theft;
    out.mixed = mixed && !step.theft;
    out.source = step.source;
    out.amount = sum.amount;
    out.origin = sum.origin;
    if (step.terminal != UINT32_MAX) {
      out.ends = terminal_name(result_.terminals[step.terminal].kind);
      out.to = result_.terminals[step.terminal].address;
    }
    const uint64_t tx = chain.utxo ? step.place : transaction_of(step);
    out.transaction = chain.reader().transaction_id(tx);
    const ledger::BlockRow block = chain.reader().block(chain.reader().block_of_transaction(tx));
    out.height = block.height;
    out.time = block.time;
    if (chain.utxo)
      describe_utxo(step, tx, out);
    else
      describe_account(step, tx, out);
    return out;
  }
  uint64_t transaction_of(const Step& step) const {
    ledger::Movement m;
    chains_[step.chain]->account->movement(step.place, m);
    return m.transaction;
  }
  void describe_utxo(const Step& step, uint64_t tx, TrailStep& out) const {
    const ledger::UtxoStore& store = *chains_[step.chain]->utxo;
    ledger::UtxoTransactionView view;
    store.transaction(tx, view);
    out.asset = chain::native_asset();
    if (step.to != kNoNumber) {
      out.to = store.output_address(step.to);
      out.position = step.to - view.first_output;
      out.moved = base::Uint256(store.output_value(step.to));
    }
    uint64_t spent = step.from;
    if (spent == kNoNumber && !view.in_output.empty()) spent = view.in_output.front();  // all inputs: name the first
    if (spent == kNoNumber) return;
    const uint64_t from = store.transaction_of_output(spent);
    ledger::UtxoTransactionView source;
    store.transaction(from, source);
    out.from = store.output_address(spent);
    out.from_transaction = store.transaction_id(from);
    out.from_output = static_cast<uint32_t>(spent - source.first_output);
  }
  void describe_account(const Step& step, uint64_t tx, TrailStep& out) const {
    const ledger::AccountStore& store = *chains_[step.chain]->account;
    ledger::Movement m;
    store.movement(step.place, m);
    out.asset = store.asset(m.segment, m.asset);
    if (m.from != kNoNumber) out.from = store.holding_address(m.segment, m.from);
    if (m.to != kNoNumber) out.to = store.holding_address(m.segment, m.to);
    out.position = step.place - store.first_movement(tx);
    out.moved = store.amount(step.place);
  }

  std::vector<const ledger::LedgerChain*> chains_;
  const Result& result_;
  uint32_t chain_index_;
  std::map<uint32_t, Sum> sums_;
};
}  // namespace

base::Result<std::vector<TrailStep>> find_trail(const ledger::Ledger& ledger, const Result& result,
                                                const TrailTarget& target) {
  for (uint32_t c = 0; c < result.chains.size(); ++c) {
    if (result.chains[c].network != target.network) continue;
    std::vector<TrailStep> out = TrailFinder(ledger, result, c).find(target);
    if (!out.empty()) return out;
  }
  return base::answer_no("nothing of it came there");
}
}  // namespace jindo::trace
