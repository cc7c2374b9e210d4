// The pass over a UTXO chain. Tainted outputs wait at the transaction that spends them; transactions are taken in
// ledger order from a bitmap queue, so the cost is what is tainted, not the ledger. One class a policy (utxo_payer.h)
// and a width of origins; what it holds, writes down, previews and defers has a file each (utxo_*.h).
#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "chain/burn.h"
#include "chain/network.h"
#include "ledger/reader.h"
#include "trace/engine.h"
#include "trace/pending_set.h"
#include "trace/seeds.h"
#include "trace/utxo_fees.h"
#include "trace/utxo_outputs.h"
#include "trace/utxo_payer.h"
#include "trace/utxo_preview.h"
#include "trace/utxo_report.h"

namespace jindo::trace {
namespace {
using ledger::kNoNumber;

template <class Payer>
class UtxoPass : public Pass {
  using O = typename Payer::Origin;
  using UtxoLots = std::vector<UtxoLot<O>>;
  using Fee = typename WaitingFees<O>::Fee;

 public:
  UtxoPass(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass)
      : seeds_(std::move(seeds)),
        pass_(pass),
        options_(pass.options),
        outputs_(reader.info().outputs),
        pending_(reader.info().transactions),
        report_(pass, at_, outputs_) {
    at_.reader = &reader;
    services_ = options_.services != nullptr && options_.services->knows_chain(*reader.info().network);
    find_burns();
    bounded_ = options_.hops_max || options_.until || !options_.amount_min.is_zero();
    // Address space only; pages come with use, and growing by copying costs more than the trace.
    const auto reserved =
        seeds_.empty() ? size_t{0} : static_cast<size_t>(std::min<uint64_t>(reader.info().outputs, uint64_t{1} << 20));
    outputs_.reserve(reserved);
    if (reserved > 0) pass_.result.terminals.reserve(std::min<size_t>(reserved, size_t{1} << 18));
    for (const UtxoSeed& seed : seeds_) pending_.insert(seed.transaction);
  }

  uint64_t next() override { return pending_.min(); }
  int64_t next_time() override {
    return at_.reader->block(at_.reader->block_of_transaction(pending_.min())).order_time;
  }
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
    run_transaction(*number);
    position_ = *number;
    started_ = true;
    if (pending_.empty() && coinbase_waits()) finish_coinbase();
  }
  bool schedule(uint64_t output) override {
    const uint64_t transaction = at_.reader->transaction_of_output(output);
    if (started_ && transaction <= position_) return false;
    pending_.insert(transaction);
    return true;
  }
  void settle_block() override {
    if (coinbase_waits()) finish_coinbase();
  }
  void finish(Result& into) override {
    outputs_.collect_holdings(*at_.reader, into);
    into.visited_addresses += outputs_.count_addresses(*at_.reader);
  }
  // Numbers stay when a ledger grows. Outputs spent by the new transactions wake up; so do thefts among them.
  bool go_on(const ledger::ChainReader& grown, const SeedFinder& find) override {
    const auto& reader = static_cast<const ledger::UtxoReader&>(grown);
    auto seeds = find_seeds(reader, find.sources, find.which);
    if (!seeds.ok()) return false;
    const uint64_t known = at_.reader->info().transactions;
    at_.reader = &reader;
    find_burns();
    outputs_.grow(reader.info().outputs);
    pending_ = PendingSet(std::max<uint64_t>(reader.info().transactions, 1));
    wake_seeds(std::move(*seeds), known);
    wake_spenders(known);
    block_end_ = 0;  // the block that was last may not be the last any more
    return true;
  }
  void forget_previews() override { previews_.forget(); }
  void preview(const PendingTransaction& transaction, std::vector<PendingArrival>& out) override {
    previews_.preview(transaction, at_.reader->info().outputs, outputs_, pass_.crossings, out);
  }

 private:
  // Outputs that pay where nobody can pay from: few, so they are looked up once.
  void find_burns() {
    burns_.clear();
    for (const chain::AddressKey& key : chain::burn_keys(*at_.reader->info().network)) {
      const auto handle = at_.reader->find_address(key);
      if (!handle) continue;
      const auto received = at_.reader->received(*handle, 0, SIZE_MAX);
      burns_.insert(burns_.end(), received.begin(), received.end());
    }
    std::sort(burns_.begin(), burns_.end());
  }
  void wake_seeds(std::vector<UtxoSeed> seeds, uint64_t known) {
    seeds_ = std::move(seeds);
    next_seed_ = 0;
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction < known) ++next_seed_;
    for (size_t s = next_seed_; s < seeds_.size(); ++s) pending_.insert(seeds_[s].transaction);
  }
  void wake_spenders(uint64_t known) {
    ledger::UtxoTransactionView view;
    for (uint64_t t = known; t < at_.reader->info().transactions; ++t) {
      at_.reader->transaction(t, view);
      const bool spends = std::any_of(view.in_output.begin(), view.in_output.end(), [&](uint64_t output) {
        return output != kNoNumber && outputs_.contains(output);
      });
      if (spends) pending_.insert(t);
    }
  }
  void enter_block(uint64_t transaction) {
    const uint64_t number = at_.reader->block_of_transaction(transaction);
    at_.block = at_.reader->block(number);
    block_end_ = number + 1 < at_.reader->info().blocks ? at_.reader->block(number + 1).first_transaction
                                                        : at_.reader->info().transactions;
  }

  // ---- one transaction ---------------------------------------------------------------------------------------------
  void run_transaction(uint64_t number) {
    at_.reader->transaction(number, at_.view);
    if (at_.view.coinbase() && options_.through_fees) return defer_coinbase();
    ++pass_.result.visited_transactions;
    gather();
    pay_outputs();
    if (!at_.view.coinbase()) pay_fee();
  }

  // What pays: the inputs joined in order.
  void gather() {
    payer_.clear();
    for (size_t i = 0; i < at_.view.in_output.size(); ++i) {
      const uint64_t value = at_.view.in_value[i];
      auto* held = at_.view.in_output[i] == kNoNumber ? nullptr : outputs_.find(at_.view.in_output[i]);
      if (held == nullptr) {
        payer_.add_clean(value);
        continue;
      }
      held->spent = true;
      report_.notify_left(*held);
      payer_.add_tainted(value, outputs_.lots(*held));
    }
    if (at_.view.coinbase()) payer_.add_clean(paid_out());  // minted: clean, and as much as it pays out
    payer_.arrange();
  }
  uint64_t paid_out() const {
    return std::accumulate(at_.view.out_value.begin(), at_.view.out_value.end(), uint64_t{0});
  }

  void pay_outputs() {
    spenders_.resize(at_.view.out_value.size());
    at_.reader->spenders(at_.view.first_output, spenders_);
    each_output<Payer>(at_.view.out_value, order_, [this](uint32_t o) { pay_output(o); });
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction <= at_.view.number) ++next_seed_;
  }

  void pay_output(uint32_t o) {
    const uint64_t value = at_.view.out_value[o];
    const uint64_t output = at_.view.first_output + o;
    const UtxoSeed* seed = seed_of(output);
    if (seed == nullptr)
      payer_.take(value, arriving_);
    else
      pay_seeded(*seed, value);
    const uint32_t out = pass_.crossings.paying_out(pass_.chain, output);
    if (out != kNoLink && pass_.crossings.full(out)) pay_out(out, output, value);
    if (!tainted(arriving_)) return;
    const uint32_t in = pass_.crossings.taking_in(pass_.chain, output);
    if (in != kNoLink && !pass_.crossings.full(in)) return take_in(in, value);
    arrive(o, output);
  }

  // ---- thefts ------------------------------------------------------------------------------------------------------
  const UtxoSeed* seed_of(uint64_t output) const {
    // Seeds are sorted by output; those of this transaction begin at next_seed_.
    for (size_t s = next_seed_; s < seeds_.size() && seeds_[s].transaction == at_.view.number; ++s) {
      if (seeds_[s].output == output) return &seeds_[s];
    }
    return nullptr;
  }
  void pay_seeded(const UtxoSeed& seed, uint64_t value) {
    arriving_.clear();
    payer_.take(seed.amount, taken_);
    steal(seed);
    if (value <= seed.amount) return;
    payer_.take(value - seed.amount, taken_);
    arriving_.insert(arriving_.end(), taken_.begin(), taken_.end());
  }
  // The named value becomes the seed's; what was tainted in it ends as superseded.
  void steal(const UtxoSeed& seed) {
    uint64_t fresh = seed.amount;
    UtxoLots ended;
    for (const UtxoLot<O>& lot : taken_) {
      if (lot.clean()) continue;
      if (seed.since && pass_.crossings.real(lot.source) == seed.source) {
        fresh -= std::min(fresh, lot.amount);
        arriving_.push_back(lot);
      } else {
        ended.push_back(lot);
      }
    }
    report_.end_lots(TerminalKind::kSuperseded, at_.reader->output_address(seed.output), kNobody, ended);
    if (fresh == 0) return;
    UtxoLot<O> stolen{fresh, fresh, seed.source, 0, kNoStep};
    pass_.result.totals[seed.source].stolen += base::Uint256(fresh);
    if (options_.record) stolen.step = report_.record(stolen, kNoNumber, seed.output, true);
    arriving_.insert(arriving_.begin(), stolen);
  }

  // ---- links (trace/crossings.h) -----------------------------------------------------------------------------------
  // What a link pays out takes the place of clean value; what is tainted of the inputs' goes along.
  void pay_out(uint32_t link, uint64_t output, uint64_t value) {
    uint64_t own = 0;
    UtxoLots lots;
    for (const UtxoLot<O>& lot : arriving_) {
      if (lot.clean()) continue;
      lots.push_back(lot);
      if (Payer::kPolicy != Policy::kPoison) own += lot.amount;
    }
    if (own >= value) return;  // all of it is other stolen value: the bag stays, and ends with the service
    std::vector<WideLot> lost;
    for (const WideLot& wide : pass_.crossings.take(link, base::Uint256(value - own), Payer::kPolicy, lost))
      lots.push_back(narrow_lot<O>(wide));
    arriving_ = std::move(lots);
    if (lost.empty()) return;
    UtxoLots ended;
    for (const WideLot& wide : lost) ended.push_back(narrow_lot<O>(wide));
    report_.end_lots(TerminalKind::kFee, at_.reader->output_address(output),
                     Owner{"rounding: less than a unit", "", ""}, ended);
  }
  void take_in(uint32_t link, uint64_t value) {
    std::vector<WideLot> lots;
    for (const UtxoLot<O>& lot : arriving_) {
      WideLot wide = widen_lot(lot);
      if (!lot.clean()) {
        pass_.crossings.note_use(link, wide, pass_.result);
        if (options_.record) {
          wide.step = report_.record(lot, report_.from_of(lot), kNoNumber, false);
          pass_.result.steps[wide.step].link = pass_.crossings.used(link);
        }
      }
      lots.push_back(wide);
    }
    pass_.crossings.put(link, std::move(lots), base::Uint256(value), Payer::kPolicy);
  }

  // ---- arrival -----------------------------------------------------------------------------------------------------
  // Value arrives at an output: ends there by kind, by service, by bound, or is held.
  void arrive(uint32_t o, uint64_t output) {
    if (at_.view.out_type[o] == chain::ScriptType::kNullData)
      return report_.end_lots(TerminalKind::kBurn, {}, kNobody, arriving_);
    if (!burns_.empty() && std::binary_search(burns_.begin(), burns_.end(), output)) return end_at_burn(output);
    if (services_ && end_at_service(output)) return;
    if (bounded_) {
      apply_bounds(output);
      if (!tainted(arriving_)) return;
    }
    hold(output, at_.view.out_value[o]);
    if (spenders_[o] != kNoNumber) pending_.insert(spenders_[o]);
  }
  void end_at_burn(uint64_t output) {
    const chain::AddressKey address = at_.reader->output_address(output);
    const chain::BurnPlace* burn = chain::find_burn(*at_.reader->info().network, address);
    const std::string name(burn == nullptr ? "" : burn->name);
    report_.end_lots(TerminalKind::kBurn, address, Owner{name, "", "burn table"}, arriving_);
  }
  bool end_at_service(uint64_t output) {
    const chain::AddressKey address = at_.reader->output_address(output);
    const attribution::Service* service = options_.services->find(*at_.reader->info().network, address);
    if (service == nullptr || options_.through.count(service->category) != 0) return false;
    report_.end_lots(TerminalKind::kService, address, Owner{service->name, service->category, service->basis},
                     arriving_);
    return true;
  }
  void apply_bounds(uint64_t output) {
    const bool late = options_.until && at_.block.time > *options_.until;
    std::vector<uint64_t> sums(2 * pass_.result.sources.size(), 0);
    for (const UtxoLot<O>& lot : arriving_)
      if (!lot.clean()) sums[lot.source] += lot.amount;
    UtxoLots ended;
    for (UtxoLot<O>& lot : arriving_) {
      if (lot.clean() || lot.hops == 0) continue;  // a theft itself is never bounded
      const bool stop = late || (options_.hops_max && lot.hops > *options_.hops_max) ||
                        base::Uint256(sums[lot.source]) < options_.amount_min;
      if (!stop) continue;
      ended.push_back(lot);
      lot = clean_lot<O>(lot.amount);
    }
    if (!ended.empty()) report_.end_lots(TerminalKind::kBound, at_.reader->output_address(output), kNobody, ended);
  }
  void hold(uint64_t output, uint64_t value) {
    held_.clear();
    for (UtxoLot<O>& lot : arriving_) {
      if (options_.record && !lot.clean() && !(lot.hops == 0 && lot.step != kNoStep))
        lot.step = report_.record(lot, report_.from_of(lot), output, false);
      lot.link = kNoLink;
      Payer::merge(held_, lot);
    }
    Payer::come_to_rest(held_, value);
    report_.notify_arrived(output, held_);
    outputs_.put(output, held_);
  }

  // ---- fees --------------------------------------------------------------------------------------------------------
  void pay_fee() {
    const uint64_t fee = payer_.balance();
    if (fee == 0) return;
    payer_.take(fee, taken_);
    if (!tainted(taken_)) return;
    if (options_.through_fees)
      fees_.put(at_.view.number, fee, taken_);
    else
      report_.end_lots(TerminalKind::kFee, {}, kNobody, taken_);
  }

  // With --through-fees: a block's coinbase pays its outputs from the subsidy, then the fees in transaction order. It
  // comes first in its block but is settled last, which no one can tell: it matures later. A theft of its outputs is
  // seeded there too.
  void defer_coinbase() {
    coinbase_seeded_ = next_seed_ < seeds_.size() && seeds_[next_seed_].transaction == at_.view.number;
    coinbase_seed_ = next_seed_;
    while (next_seed_ < seeds_.size() && seeds_[next_seed_].transaction == at_.view.number) ++next_seed_;
  }
  bool coinbase_waits() const { return !fees_.empty() || coinbase_seeded_; }
  void finish_coinbase() {
    const std::vector<Fee> fees = fees_.take_block(*at_.reader, at_.block.first_transaction, block_end_);
    at_.reader->transaction(at_.block.first_transaction, at_.view);
    if (at_.view.coinbase())
      run_coinbase(fees);
    else
      end_fees(fees);
    coinbase_seeded_ = false;
  }
  void run_coinbase(const std::vector<Fee>& fees) {
    gather_income(fees);
    ++pass_.result.visited_transactions;
    const size_t kept = next_seed_;
    if (coinbase_seeded_) next_seed_ = coinbase_seed_;
    pay_outputs();
    next_seed_ = std::max(kept, next_seed_);
    if (payer_.balance() == 0) return;
    payer_.take(payer_.balance(), taken_);  // what the miner did not claim is nobody's
    report_.end_lots(TerminalKind::kBurn, {}, Owner{"unclaimed by the miner", "", ""}, taken_);
  }
  void gather_income(const std::vector<Fee>& fees) {
    uint64_t total = 0;
    for (const Fee& fee : fees) total += fee.amount;
    const uint64_t paid = paid_out();
    const uint64_t allowed = chain::block_subsidy(*at_.reader->info().network, at_.block.height);
    payer_.clear();
    payer_.add_clean(paid > allowed + total ? paid - total : allowed);
    for (const Fee& fee : fees) {
      if (fee.lots.empty())
        payer_.add_clean(fee.amount);
      else
        payer_.add_tainted(fee.amount, fee.lots);
    }
    payer_.arrange();
  }
  void end_fees(const std::vector<Fee>& fees) {  // a partial ledger may lack the coinbase
    UtxoLots ended;
    for (const Fee& fee : fees) ended.insert(ended.end(), fee.lots.begin(), fee.lots.end());
    report_.end_lots(TerminalKind::kFee, {}, kNobody, ended);
  }

  std::vector<UtxoSeed> seeds_;
  const ChainPass pass_;
  const Options& options_;
  bool services_ = false;
  bool bounded_ = false;
  size_t next_seed_ = 0;
  std::vector<uint64_t> burns_;
  bool started_ = false;
  uint64_t position_ = 0;  // the transaction that ran last
  TaintedOutputs<O> outputs_;
  PendingSet pending_;
  UtxoPreviews<Payer> previews_;
  uint64_t block_end_ = 0;
  WaitingFees<O> fees_;
  bool coinbase_seeded_ = false;
  size_t coinbase_seed_ = 0;
  // Of the transaction at hand.
  UtxoPlace at_;
  Payer payer_;
  UtxoLots taken_, arriving_, held_;
  std::vector<uint64_t> spenders_;
  std::vector<uint32_t> order_;
  UtxoReport<O> report_;
};

template <class O>
std::unique_ptr<Pass> pass_by_policy(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds,
                                     const ChainPass& pass) {
  switch (pass.options.policy) {
    case Policy::kFifo:
      return std::make_unique<UtxoPass<FifoPayer<O>>>(reader, std::move(seeds), pass);
    case Policy::kLifo:
      return std::make_unique<UtxoPass<LifoPayer<O>>>(reader, std::move(seeds), pass);
    case Policy::kHaircut:
      return std::make_unique<UtxoPass<HaircutPayer<O>>>(reader, std::move(seeds), pass);
    case Policy::kPoison:
      return std::make_unique<UtxoPass<PoisonPayer<O>>>(reader, std::move(seeds), pass);
    case Policy::kTiho:
      return std::make_unique<UtxoPass<TihoPayer<O>>>(reader, std::move(seeds), pass);
  }
  return nullptr;
}
}  // namespace

std::unique_ptr<Pass> utxo_pass(const ledger::UtxoReader& reader, std::vector<UtxoSeed> seeds, const ChainPass& pass,
                                bool wide) {
  return wide ? pass_by_policy<base::Uint256>(reader, std::move(seeds), pass)
              : pass_by_policy<uint64_t>(reader, std::move(seeds), pass);
}
}  // namespace jindo::trace
