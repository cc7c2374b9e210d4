// What the pass over an account chain writes down: terminals, steps, holdings, the calls to an observer; and previews
// of payments that no block holds yet.
#include "trace/account_pass.h"

namespace jindo::trace {
using base::Uint256;
using ledger::kNoNumber;

chain::AddressKey AccountPass::receiver() const {
  return now_.to == kNoNumber ? chain::AddressKey{} : reader_->holding_address(now_.segment, now_.to);
}

void AccountPass::end_lots(TerminalKind kind, const chain::AddressKey& address, const Owner& owner,
                           const std::vector<WideLot>& lots) {
  by_source_.clear();
  by_source_.add_tainted(lots);
  for (const WideLot& sum : by_source_.sorted()) {
    tainted_move_ = true;
    Terminal terminal;
    terminal.kind = kind;
    terminal.network = reader_->info().network;
    terminal.asset = reader_->asset(now_.segment, now_.asset);
    terminal.address = address;
    if (!owner.name.empty()) terminal.name = pass_.result.add_name(owner);
    terminal.transaction = reader_->transaction_id(now_.transaction);
    terminal.time = block_.time;
    terminal.order_time = block_.order_time;
    terminal.place = now_.number;
    terminal.source = sum.source;
    terminal.amount = sum.amount;
    terminal.origin = sum.origin;
    pass_.result.totals[sum.source].ended += sum.origin;
    if (options_.observer != nullptr) options_.observer->ended(terminal, about(sum, address, terminal.asset));
    if (options_.record) {
      const auto at = static_cast<uint32_t>(pass_.result.terminals.size());
      for (const WideLot& lot : lots) {
        if (lot.source == sum.source) pass_.result.steps[record(lot, kNoNumber)].terminal = at;
      }
    }
    if (options_.keep_terminals) pass_.result.terminals.push_back(terminal);
  }
}

uint32_t AccountPass::record(const WideLot& lot, uint64_t to, uint32_t into) {
  Step step;
  step.chain = pass_.chain;
  step.source = pass_.crossings.real(lot.source);
  step.inferred = step.source != lot.source;
  step.place = now_.number;
  step.theft = lot.hops == 0;
  const uint32_t from = slot_of(now_.from);
  step.from = step.theft || lot.link != kNoLink || from == 0 ? kNoNumber : from - 1;
  step.link = into == kNoLink ? used_link(lot.link) : pass_.crossings.used(into);
  step.to = to;
  step.parent = pools_ ? kNoStep : lot.step;
  step.hops = lot.hops;
  step.amount = lot.amount;
  step.origin = lot.origin;
  pass_.result.steps.push_back(step);
  return static_cast<uint32_t>(pass_.result.steps.size() - 1);
}

uint32_t AccountPass::used_link(uint32_t link) const {
  if (link == kNoLink) return UINT32_MAX;
  return link == kExchanged ? static_cast<uint32_t>(pass_.result.links.size() - 1) : pass_.crossings.used(link);
}

Tainted AccountPass::about(const WideLot& lot, const chain::AddressKey& address, const chain::AddressKey& asset) const {
  Tainted out;
  out.chain = pass_.chain;
  out.source = pass_.crossings.real(lot.source);
  out.inferred = out.source != lot.source;
  out.address = address;
  out.asset = asset;
  if (now_.from != kNoNumber) out.counterpart = reader_->holding_address(now_.segment, now_.from);
  out.transaction = now_.transaction;
  out.place = now_.number;
  out.time = block_.time;
  out.hops = lot.hops;
  out.amount = lot.amount;
  out.origin = lot.origin;
  return out;
}

void AccountPass::collect_holdings(Result& into) const {
  BySource<Uint256> sums;
  std::vector<chain::AddressKey> addresses;
  auto& nodes = into.nodes[pass_.chain];
  for (uint32_t slot = 0; slot < followed_.size(); ++slot) {
    const Followed& f = followed_[slot];
    nodes.push_back({f.handle.address, f.handle.asset});
    addresses.push_back(f.handle.address);
    if (!f.active) continue;
    sums.clear();
    sums.add_tainted(f.lots.view());
    for (const auto& high : f.highs) sums.pass_beyond(high.first);
    for (const WideLot& sum : sums.sorted()) {
      Holding holding;
      holding.network = reader_->info().network;
      holding.asset = f.handle.asset;
      holding.address = f.handle.address;
      holding.source = sum.source;
      holding.amount = sum.amount;
      holding.origin = sum.origin;
      holding.hops = sum.hops;
      holding.first_time = f.times.at(sum.source).first;
      holding.last_time = f.times.at(sum.source).second;
      holding.node = slot;
      into.totals[sum.source].held += sum.origin;
      into.holdings.push_back(holding);
    }
  }
  std::sort(addresses.begin(), addresses.end());
  into.visited_addresses += static_cast<uint64_t>(std::unique(addresses.begin(), addresses.end()) - addresses.begin());
}

void AccountPass::preview_payment(const chain::AddressKey& from, const chain::AddressKey& asset, const Uint256& amount,
                                  std::vector<PendingArrival>& out) {
  index_by_key();
  const auto known = by_key_.find({from, asset});
  if (known == by_key_.end() || !followed_[known->second - 1].active || amount.is_zero()) return;
  const Followed& f = followed_[known->second - 1];
  LotQueue lots = f.lots;
  PoolHighs highs = f.highs;
  const Uint256 value = std::min(amount, f.balance.saturated());
  std::vector<WideLot> taken;
  take_by_policy(lots, highs, f.balance, value, taken);
  BySource<Uint256> sums;
  sums.add_tainted(taken);
  for (const WideLot& sum : sums.sorted()) {
    const uint32_t source = pass_.crossings.real(sum.source);
    out.push_back({0, source, sum.hops + 1, source != sum.source, sum.amount, sum.origin});
  }
}
}  // namespace jindo::trace
