// CoinJoins as their programs make them (docs/methodology/exercises.md gives the sources): what the protocols have in
// common. Who owns which equal output is known to the participants only; the answer key has it, marked so.
#include "simulate/coinjoin.h"

#include <algorithm>

#include "simulate/world.h"

namespace jindo::simulate {

void JoinDraft::pay(const JoinParticipant& one, uint64_t value, bool equal) {
  Payee payee;
  payee.wallet = one.wallet;
  payee.value = value;
  outputs.push_back({payee, one.mine, equal});
}
uint64_t JoinDraft::least_sum() const {
  uint64_t least = UINT64_MAX;
  for (const JoinParticipant& one : all) least = std::min(least, one.sum);
  return least;
}
bool JoinDraft::all_have(uint64_t floor_sum) const {
  return std::all_of(all.begin(), all.end(), [&](const JoinParticipant& one) { return one.sum >= floor_sum; });
}

std::optional<World::Joined> World::coinjoin(JoinStyle style, const std::vector<WalletId>& mine,
                                             uint64_t denomination) {
  switch (style) {
    case JoinStyle::kWasabi1:
      return join_wasabi1(mine, denomination);
    case JoinStyle::kWasabi2:
      return join_wasabi2(mine, denomination);
    case JoinStyle::kWhirlpool:
      return join_whirlpool(mine, denomination);
    case JoinStyle::kJoinMarket:
      return join_market(mine, denomination);
  }
  return std::nullopt;
}

// The wallets asked for, each with all its coins.
JoinDraft World::begin_join(const std::vector<WalletId>& mine) {
  JoinDraft draft;
  for (const WalletId wallet : mine) {
    JoinParticipant one;
    one.wallet = wallet;
    one.coins = bitcoin_->coins_of(wallet, 40);
    one.mine = true;
    for (const CoinId id : one.coins) one.sum += bitcoin_->coin(id).value;
    draft.all.push_back(one);
  }
  return draft;
}

// Others with at least `floor_sum`, up to `wanted` of them: makers hold large sums, the crowd is anybody with enough.
// False where fewer than `others_least` can be found.
bool World::join_crowd(JoinDraft& draft, uint64_t floor_sum, size_t wanted, size_t others_least) {
  UtxoChain& chain = *bitcoin_;
  std::vector<JoinParticipant>& all = draft.all;
  const size_t mine = all.size();
  const size_t tries_most = wanted * 12;
  for (size_t tries = 0; tries < tries_most && all.size() < wanted + mine; ++tries) {
    const auto wallet =
        static_cast<WalletId>(random_.chance(500)   ? persons_ - 1 - random_.below(std::min(kMakers, persons_ / 4))
                              : random_.chance(500) ? random_.below(persons_)
                                                    : pick_person());
    if (chain.wallet(wallet).balance < floor_sum) continue;
    if (std::any_of(all.begin(), all.end(), [&](const JoinParticipant& p) { return p.wallet == wallet; })) continue;
    JoinParticipant one;
    one.wallet = wallet;
    for (const CoinId id : chain.coins_of(wallet, 12)) {
      one.coins.push_back(id);
      one.sum += chain.coin(id).value;
      if (one.sum >= floor_sum) break;
    }
    if (one.sum >= floor_sum) all.push_back(one);
  }
  return all.size() >= mine + others_least;
}

// The draft as a transaction, inputs and outputs in no order that says anything; with the answer key's row.
World::Joined World::finish_join(JoinDraft draft, uint64_t denomination, const std::string& service) {
  std::vector<JoinOutput>& outs = draft.outputs;
  std::vector<CoinId> inputs;
  for (const JoinParticipant& one : draft.all) inputs.insert(inputs.end(), one.coins.begin(), one.coins.end());
  for (size_t i = outs.size(); i > 1; --i) std::swap(outs[i - 1], outs[random_.below(i)]);
  for (size_t i = inputs.size(); i > 1; --i) std::swap(inputs[i - 1], inputs[random_.below(i)]);
  std::vector<Payee> payees;
  payees.reserve(outs.size());
  for (const JoinOutput& one : outs) payees.push_back(one.payee);
  SpendOptions options;
  options.keep_id = true;
  const Spent spent = bitcoin_->submit(inputs, payees, options);
  Joined out;
  for (size_t i = 0; i < outs.size(); ++i) {
    if (!outs[i].mine) continue;
    (outs[i].equal ? out.equal : out.change).push_back(spent.outputs[i]);
  }
  out.transaction = spent.transaction;
  out.denomination = denomination;
  out.others = static_cast<uint32_t>(
      std::count_if(draft.all.begin(), draft.all.end(), [](const JoinParticipant& one) { return !one.mine; }));
  add_join_link(spent.transaction, service);
  return out;
}

void World::add_join_link(uint64_t transaction, const std::string& service) {
  add_link({"coinjoin", "thief_only", bitcoin_index_, transaction, bitcoin_index_, transaction, service});
}
}  // namespace jindo::simulate
