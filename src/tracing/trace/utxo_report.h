// What the pass over a UTXO chain writes down: steps (when recorded), terminals, and the calls to an observer. It
// changes no lot but for what the result says of it.
#pragma once

#include <vector>

#include "trace/engine.h"
#include "trace/observer.h"
#include "trace/utxo_outputs.h"

namespace jindo::trace {

// Where a pass is: the transaction at hand and its block.
struct UtxoPlace {
  const ledger::UtxoReader* reader = nullptr;  // of the ledger as it is now
  ledger::UtxoTransactionView view;
  ledger::BlockRow block;
};

template <class O>
class UtxoReport {
 public:
  // `place` and `outputs` are the pass's own and outlive this.
  UtxoReport(const ChainPass& pass, const UtxoPlace& place, const TaintedOutputs<O>& outputs)
      : pass_(pass), options_(pass.options), place_(place), outputs_(outputs), pools_(is_pooled(pass.options.policy)) {}

  // ---- steps -------------------------------------------------------------------------------------------------------
  // Where a lot was before: the output its last step led to.
  uint64_t from_of(const UtxoLot<O>& lot) const {
    const bool unknown = pools_ || lot.step == kNoStep || lot.link != kNoLink;
    return unknown ? ledger::kNoNumber : pass_.result.steps[lot.step].to;
  }
  // The step's number. `to`: an output, or kNoNumber for a terminal and for a link.
  uint32_t record(const UtxoLot<O>& lot, uint64_t from, uint64_t to, bool theft) {
    Step step;
    step.chain = pass_.chain;
    step.source = pass_.crossings.real(lot.source);
    step.inferred = step.source != lot.source;
    if (lot.link != kNoLink) step.link = pass_.crossings.used(lot.link);
    step.place = place_.view.number;
    step.from = from;
    step.to = to;
    step.parent = pools_ ? kNoStep : lot.step;
    step.hops = lot.hops;
    step.theft = theft;
    step.amount = lot.amount;
    step.origin = lot.origin;
    pass_.result.steps.push_back(step);
    return static_cast<uint32_t>(pass_.result.steps.size() - 1);
  }

  // ---- terminals ---------------------------------------------------------------------------------------------------
  // What is tainted of `lots` ends here: a terminal for each source.
  void end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                const std::vector<UtxoLot<O>>& lots) {
    by_source_.clear();
    by_source_.add_tainted(lots);
    for (const UtxoLot<O>& sum : by_source_.sorted()) {
      Terminal terminal;
      terminal.kind = kind;
      terminal.network = place_.reader->info().network;
      terminal.asset = chain::native_asset();
      terminal.address = address;
      if (!owner.name.empty()) terminal.name = pass_.result.add_name(owner);
      terminal.transaction = place_.reader->transaction_id(place_.view.number);
      terminal.time = place_.block.time;
      terminal.order_time = place_.block.order_time;
      terminal.place = place_.view.number;
      terminal.source = sum.source;
      terminal.amount = sum.amount;
      terminal.origin = sum.origin;
      pass_.result.totals[sum.source].ended += terminal.origin;
      if (options_.observer != nullptr)
        options_.observer->ended(terminal, about(sum, address, place_.view.first_output));
      if (options_.record) record_ends(sum.source, lots);
      if (options_.keep_terminals) pass_.result.terminals.push_back(terminal);
    }
  }

  // ---- observers (trace/observer.h) --------------------------------------------------------------------------------
  void notify_left(const typename TaintedOutputs<O>::Row& row) {
    if (options_.observer == nullptr) return;
    BySource<uint64_t, O> sums;
    sums.add_tainted(outputs_.lots(row));
    for (const UtxoLot<O>& sum : sums.sorted()) {
      Tainted what = about(sum, place_.reader->output_address(row.output), row.output);
      what.counterpart = {};
      options_.observer->left(what);
    }
  }
  void notify_arrived(uint64_t output, const std::vector<UtxoLot<O>>& lots) {
    if (options_.observer == nullptr) return;
    BySource<uint64_t, O> sums;
    sums.add_tainted(lots);
    for (const UtxoLot<O>& sum : sums.sorted())
      options_.observer->arrived(about(sum, place_.reader->output_address(output), output));
  }

 private:
  // The steps of a source's lots into the terminal that comes next.
  void record_ends(uint32_t source, const std::vector<UtxoLot<O>>& lots) {
    const auto at = static_cast<uint32_t>(pass_.result.terminals.size());
    for (const UtxoLot<O>& lot : lots) {
      if (lot.source != source) continue;
      const uint32_t step = record(lot, from_of(lot), ledger::kNoNumber, false);
      pass_.result.steps[step].terminal = at;
    }
  }
  Tainted about(const UtxoLot<O>& lot, const chain::AddressKey& address, uint64_t output) const {
    Tainted out;
    out.chain = pass_.chain;
    out.source = pass_.crossings.real(lot.source);
    out.inferred = out.source != lot.source;
    out.address = address;
    out.asset = chain::native_asset();
    out.transaction = place_.view.number;
    out.place = output;
    out.time = place_.block.time;
    out.hops = lot.hops;
    out.amount = lot.amount;
    out.origin = lot.origin;
    for (const uint64_t spent : place_.view.in_output) {
      if (spent == ledger::kNoNumber || !outputs_.contains(spent)) continue;
      out.counterpart = place_.reader->output_address(spent);
      break;
    }
    return out;
  }

  const ChainPass pass_;
  const Options& options_;
  const UtxoPlace& place_;
  const TaintedOutputs<O>& outputs_;
  const bool pools_;
  BySource<uint64_t, O> by_source_;
};

}  // namespace jindo::trace
