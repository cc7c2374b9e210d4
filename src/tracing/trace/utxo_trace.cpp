// The pass over a UTXO chain. Tainted outputs wait at the transaction that spends them; transactions are taken in
// ledger order from a bitmap queue, so the cost is what is tainted, not the ledger.
#include <algorithm>
#include <map>
#include <numeric>

#include "trace/engine.h"
#include "trace/haircut.h"
#include "trace/paged_index.h"
#include "trace/pending_set.h"

namespace jindo::trace {
namespace {
using ledger::kNoNumber;

// Lots of all tainted outputs in one array; an output's lots stand together. Lots are dead once their output is spent.
struct OutputLots {
  uint64_t output = 0;
  uint64_t first = 0;
  uint32_t count = 0;
  bool spent = false;
};

template <class O>  // of origins: 256 bits where value may come from another chain
class UtxoPass : public Pass {
  using Lot64 = Lot<uint64_t, O>;

 public:
  UtxoPass(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass)
      : reader_(&reader),
        seeds_(std::move(seeds)),
        pass_(pass),
        options_(pass.options),
        policy_(pass.options.policy),
        index_(reader.info().outputs),
        pending_(reader.info().transactions) {
    services_ = options_.services != nullptr && options_.services->has_chain(*reader.info().network);
    pools_ = policy_ == Policy::kHaircut || policy_ == Policy::kPoison;
    // Address space only; pages come with use, and growing by copying costs more than the trace.
    const auto reserved = seeds_.empty()
                              ? size_t{0}
                              : static_cast<size_t>(std::min<uint64_t>(reader_->info().outputs, uint64_t{1} << 20));
    lots_.reserve(reserved);
    outputs_.reserve(reserved);
    if (reserved > 0) pass_.result.terminals.reserve(std::min<size_t>(reserved, size_t{1} << 18));
    for (const UtxoSeed& seed : seeds_) pending_.insert(seed.transaction);
  }

  uint64_t next() override { return pending_.min(); }
  int64_t next_time() override { return reader_->block(reader_->block_of_transaction(pending_.min())).order_time; }
  void step() override {
    const auto number = pending_.pop_min();
    if (!number) return;
    if (*number >= block_end_) {
      if (coinbase_waits()) {  // what it pays out may be spent before this transaction
        pending_.insert(*number);
        finish_coinbase();
        return;
      }
      enter_block(*number);
    }
    transaction(*number);
    position_ = *number;
    started_ = true;
    if (pending_.empty() && coinbase_waits()) finish_coinbase();
  }
  bool schedule(uint64_t output) override {
    const uint64_t transaction = reader_->transaction_of_output(output);
    if (started_ && transaction <= position_) return false;
    pending_.insert(transaction);
    return true;
  }
  void settle_block() override {
    if (coinbase_waits()) finish_coinbase();
  }
  void finish(Result& into) override { collect_holdings(into); }
  // Numbers stay when a ledger grows. Outputs spent by the new transactions wake up; so do thefts among them.
  void go_on(const ledger::ChainReader& grown, std::vector<UtxoSeed> seeds) {
    const uint64_t known = reader_->info().transactions;
    reader_ = static_cast<const ledger::UtxoReader*>(&grown);
    index_.grow(reader_->info().outputs);
    pending_ = PendingSet(std::max<uint64_t>(reader_->info().transactions, 1));
    seeds_ = std::move(seeds);
    next_seed_ = 0;
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction < known) ++next_seed_;
    for (size_t s = next_seed_; s < seeds_.size(); ++s) pending_.insert(seeds_[s].transaction);
    ledger::UtxoTransactionView view;
    for (uint64_t t = known; t < reader_->info().transactions; ++t) {
      reader_->transaction(t, view);
      for (const uint64_t output : view.in_output) {
        if (output == kNoNumber || index_.get(output) == 0) continue;
        pending_.insert(t);
        break;
      }
    }
    block_end_ = 0;  // the block that was last may not be the last any more
  }
  void forget_previews() override { previewed_.clear(); }
  void preview(const PendingTransaction& transaction, std::vector<PendingArrival>& out) override {
    const uint64_t known = reader_->info().outputs;
    const bool any = std::any_of(transaction.in_output.begin(), transaction.in_output.end(), [&](uint64_t output) {
      if (output == kNoNumber) return false;
      return output < known ? index_.get(output) != 0 : previewed_.count(output) != 0;
    });
    if (!any) return;
    view_ = {};
    view_.in_output = transaction.in_output;
    view_.in_value = transaction.in_value;
    view_.out_value = transaction.out_value;
    previewing_ = true;
    gather();
    previewing_ = false;
    for (Lot64& lot : paying_)
      if (!lot.clean()) ++lot.hops;
    const size_t count = transaction.out_value.size();
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), uint32_t{0});
    if (policy_ == Policy::kTiho)
      std::stable_sort(order_.begin(), order_.end(),
                       [&](uint32_t a, uint32_t b) { return transaction.out_value[a] > transaction.out_value[b]; });
    for (const uint32_t o : order_) {
      if (transaction.out_value[o] > balance_) break;  // pays more than it has: no block will take it
      take(transaction.out_value[o]);
      if (!tainted(taken_)) continue;
      by_source_.clear();
      for (const Lot64& lot : taken_)
        if (!lot.clean()) by_source_.add(lot);
      for (const Lot64& sum : by_source_.sorted()) {
        const uint32_t source = pass_.crossings.real(sum.source);
        out.push_back({o, source, sum.hops, source != sum.source, base::Uint256(sum.amount), widen(sum.origin)});
      }
      previewed_[transaction.first_output + o] = taken_;
    }
    by_source_.clear();
    view_ = {};
  }
  bool go_on(const ledger::ChainReader& grown, const SeedFinder& find) override {
    auto seeds = find_seeds(static_cast<const ledger::UtxoReader&>(grown), find.sources, find.which);
    if (!seeds.ok()) return false;
    go_on(grown, std::move(*seeds));
    return true;
  }

 private:
  void enter_block(uint64_t transaction) {
    const uint64_t number = reader_->block_of_transaction(transaction);
    block_ = reader_->block(number);
    block_end_ = number + 1 < reader_->info().blocks ? reader_->block(number + 1).first_transaction
                                                     : reader_->info().transactions;
  }

  void transaction(uint64_t number) {
    reader_->transaction(number, view_);
    if (view_.coinbase() && options_.through_fees) {
      // Its outputs wait for the fees of its block; a theft of them is seeded there too.
      coinbase_seeded_ = next_seed_ < seeds_.size() && seeds_[next_seed_].transaction == number;
      coinbase_seed_ = next_seed_;
      while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction == number) ++next_seed_;
      return;
    }
    ++pass_.result.visited_transactions;
    gather();
    for (Lot64& lot : paying_)
      if (!lot.clean()) ++lot.hops;
    pay_outputs();
    pay_fee();
  }

  // What pays: the inputs joined in order. Under pools: one pool a source, and the sum.
  void gather() {
    paying_.clear();
    balance_ = 0;
    for (size_t i = 0; i < view_.in_output.size(); ++i) {
      const uint64_t value = view_.in_value[i];
      balance_ += value;
      if (previewing_ && view_.in_output[i] != kNoNumber && view_.in_output[i] >= reader_->info().outputs) {
        gather_previewed(view_.in_output[i], value);
        continue;
      }
      const uint32_t slot = view_.in_output[i] == kNoNumber ? 0 : index_.get(view_.in_output[i]);
      if (slot == 0) {
        if (!pools_) append_lot(paying_, Lot64{value, 0, kClean, 0, kNoStep});
        continue;
      }
      OutputLots& held = outputs_[slot - 1];
      if (!previewing_) held.spent = true;
      if (options_.observer != nullptr && !previewing_) tell_left(held);
      for (uint32_t k = 0; k < held.count; ++k) {
        const Lot64& lot = lots_[held.first + k];
        if (pools_)
          add_to_pools(paying_, lot);
        else
          append_lot(paying_, lot);
      }
    }
    if (view_.coinbase()) {  // minted: clean, and as much as it pays out
      balance_ = std::accumulate(view_.out_value.begin(), view_.out_value.end(), uint64_t{0});
      if (!pools_) append_lot(paying_, Lot64{balance_, 0, kClean, 0, kNoStep});
    }
    if (policy_ == Policy::kLifo) std::reverse(paying_.begin(), paying_.end());
    if (policy_ == Policy::kTiho) {
      std::stable_partition(paying_.begin(), paying_.end(), [](const Lot64& lot) { return !lot.clean(); });
    }
    at_ = 0;
  }

  void gather_previewed(uint64_t output, uint64_t value) {
    const auto found = previewed_.find(output);
    if (found == previewed_.end()) {
      if (!pools_) append_lot(paying_, Lot64{value, 0, kClean, 0, kNoStep});
      return;
    }
    for (const Lot64& lot : found->second) {
      if (!pools_)
        append_lot(paying_, lot);
      else if (!lot.clean())
        add_to_pools(paying_, lot);
    }
  }

  // Takes value out of what pays, in the policy's order, into taken_.
  void take(uint64_t value) {
    taken_.clear();
    if (value == 0) return;
    if (policy_ == Policy::kPoison) {
      for (const Lot64& pool : paying_) taken_.push_back({value, value, pool.source, pool.hops, kNoStep});
      balance_ -= std::min(balance_, value);
      return;
    }
    if (policy_ == Policy::kHaircut) {
      haircut_.take(paying_, balance_, value, taken_);
      balance_ -= value;
      return;
    }
    balance_ -= value;
    while (value > 0) {
      CHECK(at_ < paying_.size());
      Lot64& lot = paying_[at_];
      if (lot.amount <= value) {
        value -= lot.amount;
        taken_.push_back(lot);
        ++at_;
      } else {
        taken_.push_back(split_off(lot, value));
        value = 0;
      }
    }
  }

  void pay_outputs() {
    const size_t count = view_.out_value.size();
    spenders_.resize(count);
    reader_->spenders(view_.first_output, spenders_);
    if (policy_ == Policy::kTiho && count > 1) {
      order_.resize(count);
      std::iota(order_.begin(), order_.end(), uint32_t{0});
      std::stable_sort(order_.begin(), order_.end(),
                       [&](uint32_t a, uint32_t b) { return view_.out_value[a] > view_.out_value[b]; });
      for (const uint32_t o : order_) pay_output(o);
    } else {
      for (uint32_t o = 0; o < count; ++o) pay_output(o);
    }
    skip_seeds();
  }

  const UtxoSeed* seed_of(uint64_t output) const {
    // Seeds are sorted by output; those of this transaction stand from next_seed_ on.
    for (size_t s = next_seed_; s < seeds_.size() && seeds_[s].transaction == view_.number; ++s) {
      if (seeds_[s].output == output) return &seeds_[s];
    }
    return nullptr;
  }
  void skip_seeds() {
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction <= view_.number) ++next_seed_;
  }

  void pay_output(uint32_t o) {
    const uint64_t value = view_.out_value[o];
    const uint64_t output = view_.first_output + o;
    const UtxoSeed* seed = seed_of(output);
    arriving_.clear();
    if (seed != nullptr) {
      take(seed->amount);
      steal(*seed);
      if (value > seed->amount) {
        take(value - seed->amount);
        arriving_.insert(arriving_.end(), taken_.begin(), taken_.end());
      }
    } else {
      take(value);
      std::swap(arriving_, taken_);
    }
    const uint32_t out = pass_.crossings.paying_out(pass_.chain, output);
    if (out != kNoLink && pass_.crossings.full(out)) pay_out(out, output, value);
    if (!tainted(arriving_)) return;
    const uint32_t in = pass_.crossings.taking_in(pass_.chain, output);
    if (in != kNoLink && !pass_.crossings.full(in)) return take_in(in, value);
    arrive(o, output);
  }

  // What a link pays out stands in the place of clean value; what is tainted of the inputs' goes along.
  void pay_out(uint32_t link, uint64_t output, uint64_t value) {
    uint64_t own = 0;
    std::vector<Lot64> lots;
    for (const Lot64& lot : arriving_) {
      if (lot.clean()) continue;
      lots.push_back(lot);
      if (policy_ != Policy::kPoison) own += lot.amount;
    }
    if (own >= value) return;  // all of it is other stolen value: the bag stays, and ends with the service
    std::vector<WideLot> lost;
    for (const WideLot& wide : pass_.crossings.take(link, base::Uint256(value - own), policy_, lost)) {
      Lot64 lot{wide.amount.low(), {}, wide.source, wide.hops, wide.step, wide.link};
      narrow_origin(wide.origin, lot.origin);
      lots.push_back(lot);
    }
    arriving_ = std::move(lots);
    if (lost.empty()) return;
    by_source_.clear();
    std::vector<Lot64> ended;
    for (const WideLot& wide : lost) {
      Lot64 lot{0, {}, wide.source, wide.hops, wide.step, wide.link};
      narrow_origin(wide.origin, lot.origin);
      by_source_.add(lot);
      ended.push_back(lot);
    }
    end_lots(TerminalKind::kFee, reader_->output_address(output), Owner{"rounding: less than a unit", "", ""}, ended);
  }
  void take_in(uint32_t link, uint64_t value) {
    std::vector<WideLot> lots;
    for (Lot64& lot : arriving_) {
      WideLot wide = widen_lot(lot);
      if (!lot.clean()) {
        pass_.crossings.note_use(link, wide, pass_.result);
        if (options_.record) {
          wide.step = record(lot, from_of(lot), kNoNumber, false);
          pass_.result.steps[wide.step].link = pass_.crossings.used(link);
        }
      }
      lots.push_back(wide);
    }
    pass_.crossings.put(link, std::move(lots), base::Uint256(value), policy_);
  }

  // The named value becomes the seed's; what was tainted in it ends as superseded.
  void steal(const UtxoSeed& seed) {
    uint64_t fresh = seed.amount;
    by_source_.clear();
    for (const Lot64& lot : taken_) {
      if (lot.clean()) continue;
      if (seed.since && pass_.crossings.real(lot.source) == seed.source) {
        fresh -= std::min(fresh, lot.amount);
        arriving_.push_back(lot);
      } else {
        by_source_.add(lot);
      }
    }
    end_lots(TerminalKind::kSuperseded, reader_->output_address(seed.output), kNobody, taken_);
    if (fresh == 0) return;
    Lot64 stolen{fresh, fresh, seed.source, 0, kNoStep};
    pass_.result.totals[seed.source].stolen += base::Uint256(fresh);
    if (options_.record) stolen.step = record(stolen, kNoNumber, seed.output, true);
    arriving_.insert(arriving_.begin(), stolen);
  }

  static bool tainted(const std::vector<Lot64>& lots) {
    return std::any_of(lots.begin(), lots.end(), [](const Lot64& lot) { return !lot.clean(); });
  }

  // Ends what by_source_ holds; `lots` are its parts, for the steps.
  void end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                const std::vector<Lot64>& lots) {
    for (const Lot64& sum : by_source_.sorted()) {
      Terminal terminal;
      terminal.kind = kind;
      terminal.network = reader_->info().network;
      terminal.asset = chain::native_asset();
      terminal.address = address;
      if (!owner.name.empty()) terminal.name = pass_.result.add_name(owner);
      terminal.transaction = reader_->transaction_id(view_.number);
      terminal.time = block_.time;
      terminal.order_time = block_.order_time;
      terminal.place = view_.number;
      terminal.source = sum.source;
      terminal.amount = sum.amount;
      terminal.origin = sum.origin;
      pass_.result.totals[sum.source].ended += terminal.origin;
      if (options_.observer != nullptr) options_.observer->ended(terminal, about(sum, address, view_.first_output));
      if (options_.record) {
        const auto at = static_cast<uint32_t>(pass_.result.terminals.size());
        for (const Lot64& lot : lots) {
          if (lot.source == sum.source) pass_.result.steps[record(lot, from_of(lot), kNoNumber, false)].terminal = at;
        }
      }
      if (options_.keep_terminals) pass_.result.terminals.push_back(terminal);
    }
    by_source_.clear();
  }

  // Where a lot was before: the output its last step led to.
  uint64_t from_of(const Lot64& lot) const {
    return pools_ || lot.step == kNoStep || lot.link != kNoLink ? kNoNumber : pass_.result.steps[lot.step].to;
  }
  uint32_t record(const Lot64& lot, uint64_t from, uint64_t to, bool theft) {
    Step step;
    step.chain = pass_.chain;
    step.source = pass_.crossings.real(lot.source);
    step.inferred = step.source != lot.source;
    if (lot.link != kNoLink) step.link = pass_.crossings.used(lot.link);
    step.place = view_.number;
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

  // Value arrives at an output: ends there by kind, by service, by bound, or is held.
  void arrive(uint32_t o, uint64_t output) {
    if (view_.out_type[o] == chain::ScriptType::kNullData) {
      end_all(TerminalKind::kBurn, {}, kNobody);
      return;
    }
    if (services_) {
      const chain::AddressKey address = reader_->output_address(output);
      const attribution::Service* service = options_.services->find(*reader_->info().network, address);
      if (service != nullptr && options_.through.count(service->category) == 0) {
        end_all(TerminalKind::kService, address, Owner{service->name, service->category, service->basis});
        return;
      }
    }
    if (bounded()) {
      apply_bounds(output);
      if (!tainted(arriving_)) return;
    }
    hold(output, spenders_[o]);
  }
  void end_all(TerminalKind kind, const chain::AddressKey& address, const Owner& owner) {
    by_source_.clear();
    for (const Lot64& lot : arriving_)
      if (!lot.clean()) by_source_.add(lot);
    end_lots(kind, address, owner, arriving_);
  }
  bool bounded() const { return options_.hops_max || options_.until || !options_.amount_min.is_zero(); }
  void apply_bounds(uint64_t output) {
    const bool late = options_.until && block_.time > *options_.until;
    std::vector<uint64_t> sums(2 * pass_.result.sources.size(), 0);
    for (const Lot64& lot : arriving_)
      if (!lot.clean()) sums[lot.source] += lot.amount;
    by_source_.clear();
    std::vector<Lot64> ended;
    for (Lot64& lot : arriving_) {
      if (lot.clean() || lot.hops == 0) continue;  // a theft itself is never bounded
      const bool stop = late || (options_.hops_max && lot.hops > *options_.hops_max) ||
                        base::Uint256(sums[lot.source]) < options_.amount_min;
      if (!stop) continue;
      by_source_.add(lot);
      ended.push_back(lot);
      lot = Lot64{lot.amount, 0, kClean, 0, kNoStep};
    }
    if (!ended.empty()) end_lots(TerminalKind::kBound, reader_->output_address(output), kNobody, ended);
  }

  void hold(uint64_t output, uint64_t spender) {
    OutputLots held;
    held.output = output;
    held.first = lots_.size();
    merged_.clear();
    for (Lot64& lot : arriving_) {
      if (options_.record && !lot.clean() && !(lot.hops == 0 && lot.step != kNoStep))
        lot.step = record(lot, from_of(lot), output, false);
      lot.link = kNoLink;
      if (pools_) {
        if (!lot.clean()) add_to_pools(merged_, lot);
      } else {
        append_lot(merged_, lot);
      }
    }
    if (policy_ == Policy::kPoison) {  // a theft of part of an output taints it whole
      const uint64_t value = reader_->output_value(output);
      for (Lot64& lot : merged_) {
        lot.amount = value;
        lot.origin = O(value);
      }
    }
    if (options_.observer != nullptr) tell_arrived(output);
    lots_.insert(lots_.end(), merged_.begin(), merged_.end());
    held.count = static_cast<uint32_t>(merged_.size());
    outputs_.push_back(held);
    index_.at(output) = static_cast<uint32_t>(outputs_.size());
    if (spender != kNoNumber) pending_.insert(spender);
  }

  // ---- for whoever watches (trace/observer.h) -----------------------------------------------------------------------
  Tainted about(const Lot64& lot, const chain::AddressKey& address, uint64_t output) const {
    Tainted out;
    out.chain = pass_.chain;
    out.source = pass_.crossings.real(lot.source);
    out.inferred = out.source != lot.source;
    out.address = address;
    out.asset = chain::native_asset();
    out.transaction = view_.number;
    out.place = output;
    out.time = block_.time;
    out.hops = lot.hops;
    out.amount = lot.amount;
    out.origin = lot.origin;
    for (size_t i = 0; i < view_.in_output.size(); ++i) {
      if (view_.in_output[i] == kNoNumber || index_.get(view_.in_output[i]) == 0) continue;
      out.counterpart = reader_->output_address(view_.in_output[i]);
      break;
    }
    return out;
  }
  void tell_left(const OutputLots& held) {
    BySource<uint64_t, O> sums;
    for (uint32_t k = 0; k < held.count; ++k)
      if (!lots_[held.first + k].clean()) sums.add(lots_[held.first + k]);
    for (const Lot64& sum : sums.sorted()) {
      Tainted what = about(sum, reader_->output_address(held.output), held.output);
      what.counterpart = {};
      options_.observer->left(what);
    }
  }
  void tell_arrived(uint64_t output) {
    BySource<uint64_t, O> sums;
    for (const Lot64& lot : merged_)
      if (!lot.clean()) sums.add(lot);
    for (const Lot64& sum : sums.sorted())
      options_.observer->arrived(about(sum, reader_->output_address(output), output));
  }

  void pay_fee() {
    if (view_.coinbase()) return;
    const uint64_t fee = balance_;
    if (fee == 0 && policy_ != Policy::kPoison) return;
    take(fee);
    if (!tainted(taken_)) return;
    if (options_.through_fees) {
      fees_.push_back({view_.number, taken_});
      return;
    }
    by_source_.clear();
    for (const Lot64& lot : taken_)
      if (!lot.clean()) by_source_.add(lot);
    end_lots(TerminalKind::kFee, {}, kNobody, taken_);
  }

  // With --through-fees: a block's coinbase pays its outputs from the subsidy, then the fees in transaction order. It
  // comes first in its block but is settled last, which no one can tell: it matures later.
  bool coinbase_waits() const { return !fees_.empty() || coinbase_seeded_; }
  void finish_coinbase() {
    const auto fees = std::move(fees_);
    fees_.clear();
    std::vector<Lot64> income;
    uint64_t total_fees = 0;
    ledger::UtxoTransactionView view;
    size_t next = 0;
    for (uint64_t t = block_.first_transaction; t < block_end_; ++t) {
      reader_->transaction(t, view);
      if (view.coinbase()) continue;
      const uint64_t fee = std::accumulate(view.in_value.begin(), view.in_value.end(), uint64_t{0}) -
                           std::accumulate(view.out_value.begin(), view.out_value.end(), uint64_t{0});
      total_fees += fee;
      if (next < fees.size() && fees[next].transaction == t) {
        uint64_t tainted_part = 0;
        for (const Lot64& lot : fees[next].lots) {
          income.push_back(lot);
          tainted_part += lot.amount;
        }
        // Pools leave the clean part out of the list; the joined list has it.
        if (policy_ == Policy::kHaircut && fee > tainted_part)
          income.push_back({fee - tainted_part, 0, kClean, 0, kNoStep});
        ++next;
      } else if (fee > 0) {
        income.push_back({fee, 0, kClean, 0, kNoStep});
      }
    }
    reader_->transaction(block_.first_transaction, view_);
    if (!view_.coinbase()) return settle_without_coinbase(income);
    const uint64_t paid = std::accumulate(view_.out_value.begin(), view_.out_value.end(), uint64_t{0});
    const uint64_t allowed = chain::block_subsidy(*reader_->info().network, block_.height);
    const uint64_t subsidy = paid > allowed + total_fees ? paid - total_fees : allowed;
    paying_.clear();
    if (!pools_) append_lot(paying_, Lot64{subsidy, 0, kClean, 0, kNoStep});
    for (Lot64& lot : income) {
      if (!lot.clean()) ++lot.hops;
      if (!pools_)
        append_lot(paying_, lot);
      else if (!lot.clean())
        add_to_pools(paying_, lot);
    }
    balance_ = subsidy + total_fees;
    if (policy_ == Policy::kLifo) std::reverse(paying_.begin(), paying_.end());
    if (policy_ == Policy::kTiho)
      std::stable_partition(paying_.begin(), paying_.end(), [](const Lot64& lot) { return !lot.clean(); });
    at_ = 0;
    ++pass_.result.visited_transactions;
    const size_t kept = next_seed_;
    if (coinbase_seeded_) next_seed_ = coinbase_seed_;
    coinbase_seeded_ = false;
    pay_outputs();
    next_seed_ = std::max(kept, next_seed_);
    if (balance_ > 0) {  // what the miner did not claim is nobody's
      take(balance_);
      by_source_.clear();
      for (const Lot64& lot : taken_)
        if (!lot.clean()) by_source_.add(lot);
      end_lots(TerminalKind::kBurn, {}, Owner{"unclaimed by the miner", "", ""}, taken_);
    }
  }
  void settle_without_coinbase(const std::vector<Lot64>& income) {  // a partial ledger may lack the coinbase
    by_source_.clear();
    for (const Lot64& lot : income)
      if (!lot.clean()) by_source_.add(lot);
    end_lots(TerminalKind::kFee, {}, kNobody, income);
    coinbase_seeded_ = false;
  }

  void collect_holdings(Result& into) {
    BySource<uint64_t, O> sums;
    for (const OutputLots& held : outputs_) {
      if (held.spent) continue;
      sums.clear();
      for (uint32_t k = 0; k < held.count; ++k)
        if (!lots_[held.first + k].clean()) sums.add(lots_[held.first + k]);
      const uint64_t tx = reader_->transaction_of_output(held.output);
      ledger::UtxoTransactionView view;
      reader_->transaction(tx, view);
      const int64_t time = reader_->block(reader_->block_of_transaction(tx)).time;
      for (const Lot64& sum : sums.sorted()) {
        Holding holding;
        holding.network = reader_->info().network;
        holding.asset = chain::native_asset();
        holding.address = reader_->output_address(held.output);
        holding.transaction = reader_->transaction_id(tx);
        holding.output = static_cast<uint32_t>(held.output - view.first_output);
        holding.source = sum.source;
        holding.amount = sum.amount;
        holding.origin = sum.origin;
        holding.hops = sum.hops;
        holding.first_time = holding.last_time = time;
        holding.node = held.output;
        into.totals[sum.source].held += holding.origin;
        into.holdings.push_back(holding);
      }
    }
    into.visited_addresses += count_addresses();
  }
  // Distinct owners: by row first, which is cheap, then by key where several segments may hold the same.
  uint64_t count_addresses() const {
    std::map<uint64_t, std::pair<PagedIndex, std::vector<uint64_t>>> segments;  // rows seen: one output each
    for (const OutputLots& held : outputs_) {
      const uint64_t owner = reader_->output_owner(held.output);
      if (owner == kNoNumber) continue;
      auto at = segments.find(owner >> 48);
      if (at == segments.end())
        at = segments
                 .emplace(owner >> 48, std::make_pair(PagedIndex(reader_->info().inputs + reader_->info().outputs),
                                                      std::vector<uint64_t>()))
                 .first;
      const uint64_t row = owner & ((uint64_t{1} << 48) - 1);  // a bit each: they stay in the cache
      uint32_t& seen = at->second.first.at(row / 32);
      if ((seen >> (row % 32) & 1) == 0) at->second.second.push_back(held.output);
      seen |= uint32_t{1} << (row % 32);
    }
    if (segments.size() == 1) return segments.begin()->second.second.size();
    std::vector<chain::AddressKey> keys;
    for (const auto& [segment, seen] : segments) {
      for (const uint64_t output : seen.second) keys.push_back(reader_->output_address(output));
    }
    std::sort(keys.begin(), keys.end());
    return static_cast<uint64_t>(std::unique(keys.begin(), keys.end()) - keys.begin());
  }

  struct PaidFee {
    uint64_t transaction;
    std::vector<Lot64> lots;
  };
  const ledger::UtxoReader* reader_;
  std::vector<UtxoSeed> seeds_;
  const ChainPass pass_;
  const Options& options_;
  Policy policy_;
  bool services_ = false;
  bool pools_ = false;
  size_t next_seed_ = 0;
  bool started_ = false;
  uint64_t position_ = 0;  // the transaction that ran last
  PagedIndex index_;
  PendingSet pending_;
  std::vector<OutputLots> outputs_;
  std::vector<Lot64> lots_;
  std::map<uint64_t, std::vector<Lot64>> previewed_;  // outputs of unconfirmed transactions
  bool previewing_ = false;
  ledger::BlockRow block_;
  uint64_t block_end_ = 0;
  bool coinbase_seeded_ = false;
  size_t coinbase_seed_ = 0;
  std::vector<PaidFee> fees_;
  // Of the transaction at hand.
  ledger::UtxoTransactionView view_;
  std::vector<Lot64> paying_, taken_, arriving_, merged_;
  size_t at_ = 0;
  uint64_t balance_ = 0;
  std::vector<uint64_t> spenders_;
  std::vector<uint32_t> order_;
  Haircut<uint64_t, O> haircut_;
  BySource<uint64_t, O> by_source_;
};
}  // namespace

std::unique_ptr<Pass> utxo_pass(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass,
                                bool wide) {
  if (wide) return std::make_unique<UtxoPass<base::Uint256>>(reader, std::move(seeds), pass);
  return std::make_unique<UtxoPass<uint64_t>>(reader, std::move(seeds), pass);
}
}  // namespace jindo::trace
