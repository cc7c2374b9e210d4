// Exchanges in the pass over an account chain: a transaction runs as a whole, what each party gave becomes what it got.
#include "trace/account_pass.h"

namespace jindo::trace {
using base::Uint256;
using ledger::kNoNumber;

void AccountPass::find_exchange() {
  exchange_.reset();
  if (!finder_) return;
  uint64_t end = transaction_ + 1 < reader_->info().transactions ? reader_->first_movement(transaction_ + 1)
                                                                 : reader_->info().movements;
  // A theft inside it is taken as it stands.
  const auto seed = std::lower_bound(seeds_.begin(), seeds_.end(), reader_->first_movement(transaction_),
                                     [](const AccountSeed& s, uint64_t wanted) { return s.movement < wanted; });
  if (seed != seeds_.end() && seed->movement < end) return;
  exchange_ = finder_->find(transaction_);
  if (!exchange_) return;
  if (!exchange_->exact && exchange_->confidence < options_.inferred_min) exchange_.reset();
  if (!exchange_) return;
  // Where nobody can tell which part of a party's loss became what, and that party holds stolen value.
  for (const resolve::Give& give : exchange_->gives) {
    if (give.split) continue;
    const uint32_t slot = slot_of_give(give);
    if (slot != 0 && followed_[slot - 1].active) {
      exchange_.reset();
      return;
    }
  }
}

uint32_t AccountPass::slot_of_give(const resolve::Give& give) {
  if (give.address.is_none()) return 0;
  ledger::Movement movement;
  reader_->movement(give.movement, movement);
  return movement.from == kNoNumber ? 0 : index_[movement.segment].get(movement.from);
}

// Calls act(slot) for both ends of each of its movements, where they were met before.
template <class Act>
void AccountPass::each_party(const resolve::Exchange& exchange, Act act) {
  ledger::Movement movement;
  for (uint64_t m = exchange.first_movement; m < exchange.end_movement; ++m) {
    reader_->movement(m, movement);
    for (const uint64_t row : {movement.from, movement.to}) {
      const uint32_t slot = row == kNoNumber ? 0 : index_[movement.segment].get(row);
      if (slot != 0) act(slot - 1);
    }
  }
}

void AccountPass::run_exchange() {
  const resolve::Exchange exchange = std::move(*exchange_);
  exchange_.reset();
  history_end_ = exchange.first_movement;
  past_ = done_until_ = exchange.end_movement;
  tainted_move_ = false;
  each_party(exchange, [this](uint32_t slot) { pass_by(slot); });
  std::vector<Given> given(exchange.gives.size());
  for (size_t g = 0; g < exchange.gives.size(); ++g) give(exchange.gives[g], given[g]);
  std::optional<resolve::Link> link;
  for (const resolve::Flow& flow : exchange.flows) run_flow(exchange, flow, given[flow.give], link);
  for (const resolve::Gain& gain : exchange.rest) {
    reader_->movement(gain.movement, now_);
    amount_ = gain.amount;
    arriving_.clear();
    if (!pools_) arriving_ = {clean_lot<Uint256>(gain.amount)};
    deliver();
  }
  each_party(exchange, [this](uint32_t slot) { settle(slot); });
  count_transaction(exchange.transaction);
  reader_->movement(exchange.end_movement - 1, now_);
}

void AccountPass::run_flow(const resolve::Exchange& exchange, const resolve::Flow& flow, Given& from,
                           std::optional<resolve::Link>& link) {
  if (flow.arrives.is_zero() && flow.taken.is_zero()) return;
  arriving_.clear();
  take_share(from, flow.taken);
  std::vector<WideLot> lost;
  const bool moved = tainted(arriving_);
  reader_->movement(flow.movement, now_);
  amount_ = flow.arrives;
  if (flow.changed && moved) {
    if (!link || link->from.place != exchange.gives[flow.give].movement || link->to.place != flow.movement)
      link = link_of_flow(exchange, flow);
    change(*link, exchange, flow, lost);
  } else if (flow.changed && !pools_) {
    arriving_ = {clean_lot<Uint256>(flow.arrives)};
  }
  end_lost(lost);
  if (flow.arrives.is_zero()) return;
  for (const uint32_t in : pass_.crossings.taking_in_at(pass_.chain, exchange.transaction)) {
    const resolve::Leg& leg = pass_.crossings.link(in).from;
    if (leg.holder == flow.to && leg.asset == flow.asset) take_in(in, flow.arrives);
  }
  deliver();
}

void AccountPass::give(const resolve::Give& give, Given& out) {
  out.left = give.amount;
  reader_->movement(give.movement, now_);
  Uint256 rest = give.amount;
  arriving_.clear();
  for (const uint32_t link : pass_.crossings.paying_out_at(pass_.chain, transaction_)) {
    const resolve::Leg& leg = pass_.crossings.link(link).to;
    if (!pass_.crossings.full(link) || !(leg.holder == give.address) || !(leg.asset == give.asset)) continue;
    const Uint256 part = std::min(leg.amount, rest);
    if (part.is_zero()) continue;
    std::vector<WideLot> lost;
    for (const WideLot& lot : pass_.crossings.take(link, part, policy_, lost)) out.lots.push_back(lot);
    end_lost(lost);
    rest -= part;
  }
  if (rest.is_zero()) return;
  take(slot_of_give(give), rest);
  out.lots.insert(out.lots.end(), taken_.begin(), taken_.end());
}

void AccountPass::take_share(Given& from, Uint256 value) {
  if (policy_ == Policy::kPoison) {
    for (WideLot lot : from.lots) {
      lot.amount = lot.origin = value;
      arriving_.push_back(lot);
    }
    return;
  }
  if (policy_ == Policy::kHaircut) {
    haircut_.take(from.lots, from.left, value, arriving_);
    from.left -= value;
    return;
  }
  from.left -= value;
  while (!value.is_zero() && from.head < from.lots.size()) {
    WideLot& lot = from.lots[from.head];
    if (value < lot.amount) {
      arriving_.push_back(split_off(lot, value));
      return;
    }
    value -= lot.amount;
    arriving_.push_back(lot);
    ++from.head;
  }
}

void AccountPass::change(const resolve::Link& link, const resolve::Exchange& exchange, const resolve::Flow& flow,
                         std::vector<WideLot>& lost) {
  const resolve::Give& from = exchange.gives[flow.give];
  const ledger::Movement arriving_by = now_;
  reader_->movement(from.movement, now_);
  for (WideLot& lot : arriving_) {
    if (lot.clean()) continue;
    tainted_move_ = true;
    if (!link.exact) lot.source = pass_.crossings.inferred(lot.source);
    pass_.crossings.note_exchange(link, lot, pass_.result);
    if (options_.record) {
      lot.step = record(lot, kNoNumber);
      pass_.result.steps[lot.step].link = static_cast<uint32_t>(pass_.result.links.size() - 1);
    }
    ++lot.hops;
    lot.link = kExchanged;
  }
  now_ = arriving_by;
  if (policy_ == Policy::kPoison) {
    for (WideLot& lot : arriving_) lot.amount = lot.origin = flow.arrives;
  } else {
    rescale(arriving_, flow.taken, flow.arrives, lost);
  }
}

resolve::Link AccountPass::link_of_flow(const resolve::Exchange& exchange, const resolve::Flow& flow) const {
  const resolve::Give& give = exchange.gives[flow.give];
  resolve::Link link;
  link.kind = exchange.wraps ? resolve::LinkKind::kWrap : resolve::LinkKind::kSwap;
  link.rule = exchange.exact ? "events" : "net-change";
  link.service = exchange.protocols;
  link.exact = exchange.exact;
  link.confidence = exchange.confidence;
  link.evidence = exchange.evidence;
  const chain::Network* network = reader_->info().network;
  link.from = {network, exchange.transaction, give.movement, give.address, {}, give.asset, flow.taken};
  link.to = {network, exchange.transaction, flow.movement, flow.to, {}, flow.asset, flow.arrives};
  return link;
}
}  // namespace jindo::trace
