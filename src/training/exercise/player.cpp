// The plan of a scenario in time, and its steps as actions: which wallets, when, tried again until they are done.
#include "exercise/player.h"

#include <algorithm>

namespace jindo::exercise {
namespace {
using base::bad_input;
using base::Status;
constexpr int kTriesMost = 30;
constexpr uint64_t kActionsMost = 2'000'000;
constexpr int64_t kTryAgainSeconds = 1200;

bool is_theft(Verb verb) { return verb == Verb::kTheft || verb == Verb::kSalaries; }
// These spread their own work over the step's time.
bool spreads_itself(Verb verb) {
  return verb == Verb::kMix || verb == Verb::kForward || verb == Verb::kPeel || verb == Verb::kSplit ||
         verb == Verb::kCoinjoin || verb == Verb::kSalaries;
}
}  // namespace

Player::Player(simulate::World& world, const Scenario& scenario, Book& book)
    : world_(world),
      scenario_(scenario),
      book_(book),
      step_transactions_(scenario.steps.size()),
      random_(world.options().seed, 2) {}

uint32_t Player::scaled(uint32_t wallets) const {
  const uint64_t part = uint64_t{wallets} * std::min<uint64_t>(world_.options().movements, 1'000'000) / 1'000'000;
  return static_cast<uint32_t>(std::max<uint64_t>(part, std::min(wallets, 3U)));
}
int64_t Player::now(uint32_t chain) const {
  return world_.is_utxo(chain) ? world_.bitcoin().time() : world_.account(chain).time();
}
void Player::fail(uint32_t step, const std::string& what) {
  if (error_.ok())
    error_ = bad_input("scenario " + scenario_.id + ", line " + std::to_string(scenario_.steps[step].line) + ", step " +
                       scenario_.steps[step].id + ": " + what);
}
void Player::done(uint32_t step, uint32_t chain, uint64_t transaction) {
  step_transactions_[step].emplace_back(chain, transaction);
}
std::optional<uint32_t> Player::incident_index(const std::string& id) const {
  for (uint32_t i = 0; i < scenario_.incidents.size(); ++i)
    if (scenario_.incidents[i].id == id) return i;
  return std::nullopt;
}
std::optional<uint32_t> Player::incident_of(const Step& step) const {
  return step.of.empty() ? std::nullopt : incident_index(step.of);
}
Uint128 Player::units(uint32_t step, const std::string& text, uint32_t chain, AssetId asset) {
  const auto value = parse_units(text, world_.decimals(chain, asset));
  if (!value) {
    fail(step, "'" + text + "' is finer than the asset's unit");
    return 0;
  }
  return *value;
}

Place Player::fresh(uint32_t chain, const std::string& actor, const char* role) {
  return world_.new_place(chain, actors_.at(actor).owner, role);
}
Group& Player::group(const std::string& name, uint32_t chain, AssetId asset, const std::string& actor) {
  const auto [at, added] = groups_.try_emplace(name);
  if (added) {
    at->second.chain = chain;
    at->second.asset = asset;
    at->second.actor = actor;
  }
  return at->second;
}

Status Player::make_wallets() {
  for (const WalletGroup& wallet : scenario_.wallets) {
    const uint32_t chain = *world_.find_chain(wallet.chain);
    Group& made = group(wallet.id, chain, 0, wallet.owner);
    made.contract = wallet.contract;
    made.places.push_back(fresh(chain, wallet.owner, wallet.contract ? "contract" : "wallet"));
    for (const Holding& holding : wallet.holds) {
      const auto asset = world_.find_asset(chain, holding.asset);
      if (!asset)
        return bad_input("scenario " + scenario_.id + ", wallets " + wallet.id + ": no asset '" + holding.asset +
                         "' on " + wallet.chain);
      const auto amount = parse_units(holding.amount, world_.decimals(chain, *asset));
      if (!amount || *amount == 0)
        return bad_input("scenario " + scenario_.id + ", wallets " + wallet.id + ": '" + holding.amount +
                         "' is no amount of " + holding.asset);
      world_.endow(made.places.front(), *asset, *amount);
    }
    if (!world_.is_utxo(chain))  // and something for fees
      world_.endow(made.places.front(), 0, 1000 * world_.account(chain).token_fee());
    chain_of_[wallet.id] = chain;
  }
  return {};
}

Status Player::plan() {
  for (const Actor& actor : scenario_.actors) {
    ActorState state;
    state.actor = actor;
    state.owner = world_.owners().add(actor.name, actor.kind);
    actors_[actor.id] = state;
  }
  JINDO_DO(make_wallets());
  // Gas for thieves: one clean wallet of each on each account chain, filled by an exchange's withdrawal beforehand.
  for (auto& [id, state] : actors_) {
    if (state.actor.kind != "thief") continue;
    for (uint32_t c = 0; c < world_.chains(); ++c) {
      if (world_.is_utxo(c)) continue;
      const Place gas = fresh(c, id, "gas wallet");
      state.gas[c] = gas;
      const size_t exchange = random_.below(world_.exchanges().size());
      world_.at(c, world_.theft_clock() - 3 * 3600, [this, c, gas, exchange] {
        simulate::AccountChain& chain = world_.account(c);
        chain.transfer_coin(world_.exchanges()[exchange].hot[c].id, gas.id, 20'000 * chain.token_fee());
      });
    }
  }
  int64_t end = world_.theft_clock();
  for (uint32_t s = 0; s < scenario_.steps.size(); ++s) {
    const Step& step = scenario_.steps[s];
    const uint32_t chain = step.from == "crowd" ? *world_.find_chain(step.chain) : chain_of_.at(step.from);
    const uint32_t to_chain = step.verb == Verb::kBridge ? *world_.find_chain(step.chain) : chain;
    if (!step.to.empty()) chain_of_.try_emplace(step.to, to_chain);
    const int64_t start = step.at ? world_.theft_clock() + *step.at : end + (s == 0 ? 0 : step.after);
    const int64_t over = margin(step, chain);
    if (start + over > world_.end_time())
      return bad_input("scenario " + scenario_.id + ", line " + std::to_string(step.line) + ", step " + step.id +
                       ": ends " + std::to_string((start + over - world_.theft_clock()) / 3600) +
                       "h after hour zero; 'duration' is " + std::to_string(scenario_.duration / 3600) + "h");
    end = std::max(end, start + over);
    world_.at(chain, start, [this, s] { run_step(s); });
  }
  return {};
}

// How long a step may take until what it moved has arrived.
int64_t Player::margin(const Step& step, uint32_t chain) const {
  const bool bitcoin = world_.is_utxo(chain);
  switch (step.verb) {
    case Verb::kBridge:
      return step.over + (bitcoin ? 7200 : 3600);
    case Verb::kForward:
      return std::max<int64_t>(step.over, 120 * static_cast<int64_t>(step.hops)) + (bitcoin ? 3600 : 300);
    case Verb::kPeel:
    case Verb::kCoinjoin:
      return std::max<int64_t>(step.over, 300 * static_cast<int64_t>(step.rounds)) + (bitcoin ? 3600 : 300);
    case Verb::kMix:
      return std::max<int64_t>(step.over, 6 * 3600) + 600;
    default:
      return step.over + (bitcoin ? 3600 : 300);
  }
}

void Player::attempt(uint32_t step, uint32_t chain, int64_t time, Action action, int tries) {
  world_.at(chain, time, [this, step, chain, action = std::move(action), tries] {
    if (!error_.ok()) return;
    if (action()) return;
    if (tries + 1 >= kTriesMost) {
      if (scenario_.steps[step].verb != Verb::kCoinjoin)  // a round that nobody joins is left out
        fail(step, "could not be done in " + std::to_string(kTriesMost) +
                       " tries: too little in the wallets, the vaults or the pools; make the amounts smaller");
      return;
    }
    attempt(step, chain, now(chain) + kTryAgainSeconds, action, tries + 1);
  });
}

// The asset that a step is about: named, or what the wallets hold. nullopt: the scenario has failed.
std::optional<AssetId> Player::asset_of_step(uint32_t s, uint32_t chain) {
  const Step& step = scenario_.steps[s];
  if (!step.asset.empty()) {
    const auto found = world_.find_asset(chain, step.asset);
    if (!found) fail(s, "no asset '" + step.asset + "' on " + std::string(world_.network(chain).name));
    return found;
  }
  const auto from_group = groups_.find(step.from);
  return from_group != groups_.end() ? from_group->second.asset : 0;
}

// The places that a step moves value from: those with something stolen, or to be robbed; for a theft from the crowd one
// nameless place each. None: the scenario has failed.
std::vector<Place> Player::places_of_step(uint32_t s, uint32_t chain, AssetId asset) {
  const Step& step = scenario_.steps[s];
  std::vector<Place> places;
  if (step.from == "crowd") {
    places.resize(std::max<uint32_t>(1, scaled(std::max<uint32_t>(step.wallets, 1))));
    Group& to = group(step.to, chain, asset, step.by);
    if (to.places.empty()) to.places.push_back(fresh(chain, step.by, "collecting wallet"));
    ensure_gas(step.by, to.places[0], static_cast<uint32_t>(places.size()) + 2);
    return places;
  }
  const auto from_group = groups_.find(step.from);
  if (from_group == groups_.end()) {
    fail(s, "wallets '" + step.from + "' were not made in time");
    return {};
  }
  const bool robbed = is_theft(step.verb) && step.by != from_group->second.actor;
  const auto incident = incident_of(step);
  for (const Place& place : from_group->second.places)
    if (robbed || book_.stolen(place, asset, incident) > 0) places.push_back(place);
  if (places.empty()) {
    fail(s, "nothing stolen is at '" + step.from + "' at this time");
    return {};
  }
  places.resize(std::max<size_t>(1, places.size() * step.share / 1000));
  return places;
}

// The group that a step fills; for a consolidation with the wallets that it goes to.
void Player::prepare_target(const Step& step, uint32_t chain, AssetId asset, const std::string& actor, size_t places) {
  if (step.to.empty() || step.verb == Verb::kBridge) return;
  Group& to = group(step.to, chain, asset, actor);
  if (step.verb != Verb::kConsolidate) return;
  const size_t targets = std::max<size_t>(1, std::min<size_t>(step.wallets == 0 ? 1 : scaled(step.wallets), places));
  for (size_t i = 0; i < targets; ++i) to.places.push_back(fresh(chain, actor, "wallet"));
}

void Player::run_step(uint32_t s) {
  if (!error_.ok()) return;
  const Step& step = scenario_.steps[s];
  const uint32_t chain = step.from == "crowd" ? *world_.find_chain(step.chain) : chain_of_.at(step.from);
  const auto asset = asset_of_step(s, chain);
  if (!asset) return;
  const std::vector<Place> places = places_of_step(s, chain, *asset);
  if (places.empty()) return;
  const uint64_t actions = uint64_t{places.size()} * std::max(step.hops, step.rounds);
  if (actions > kActionsMost)
    return fail(s, std::to_string(actions) + " actions; at most " + std::to_string(kActionsMost) + " a step (limit)");
  const auto from_group = groups_.find(step.from);
  if (from_group != groups_.end()) from_group->second.asset = *asset;
  prepare_target(step, chain, *asset, is_theft(step.verb) ? step.by : from_group->second.actor, places.size());
  const int64_t start = now(chain);
  const auto count = static_cast<int64_t>(places.size());
  for (int64_t k = 0; k < count; ++k) {
    Context context;
    context.step = s;
    context.from = places[static_cast<size_t>(k)];
    context.index = static_cast<size_t>(k);
    context.count = static_cast<size_t>(count);
    const int64_t slot = std::max<int64_t>(1, step.over / count);
    int64_t time = start + step.over * k / count + static_cast<int64_t>(random_.below(static_cast<uint64_t>(slot)));
    if (spreads_itself(step.verb)) time = start + 1;
    attempt(s, chain, time, [this, context, asset = *asset] { return act(context, asset); });
  }
}

bool Player::act(const Context& context, AssetId asset) {
  const Step& step = step_of(context);
  switch (step.verb) {
    case Verb::kTheft:
      return step.from == "crowd" ? crowd_theft(context, groups_.at(step.to).places[0]) : theft(context);
    case Verb::kSalaries:
      return salaries(context);
    case Verb::kSplit:
      return split(context);
    case Verb::kForward:
      return forward(context);
    case Verb::kPeel:
      return peel(context);
    case Verb::kConsolidate:
    case Verb::kPay: {
      const auto& to = groups_.at(step.to).places;
      return carry(context, context.from, to[context.index % to.size()], asset, 0);
    }
    case Verb::kSwap:
    case Verb::kWrap:
      return swap(context);
    case Verb::kBridge:
      return bridge(context);
    case Verb::kMix:
      return mix(context);
    case Verb::kCoinjoin:
      return coinjoin(context, 0);
    case Verb::kDeposit:
      return deposit(context);
    case Verb::kFreeze:
      return freeze(context);
    case Verb::kBuyHashrate:
      return buy_hashrate(context);
  }
  return true;
}

Book::Move Player::move_of(const Context& context, const Place& from, const Place& to, AssetId asset, Uint128 amount,
                           uint64_t transaction) const {
  Book::Move move;
  move.from = from;
  move.from_asset = move.to_asset = asset;
  move.to = to;
  move.leaves = move.arrives = amount;
  move.step = context.step;
  move.chain = from.chain;
  move.transaction = transaction;
  move.time = now(from.chain);
  return move;
}

bool Player::ensure_gas(const std::string& actor, const Place& place, uint32_t transactions) {
  if (world_.is_utxo(place.chain)) return true;
  simulate::AccountChain& chain = world_.account(place.chain);
  const Uint128 wanted = transactions * chain.fee_of(400'000);
  // Stolen coins are not gas money here: only what is clean counts.
  const Uint128 held = chain.balance(place.id, 0), stolen = book_.stolen(place, 0);
  if (held >= stolen + wanted) return true;
  const auto& gas = actors_.at(actor).gas;
  const auto found = gas.find(place.chain);
  if (found == gas.end()) return held >= wanted;
  const uint64_t number = chain.transfer_coin(found->second.id, place.id, wanted);
  if (number == 0) return false;
  world_.add_link({"common_gas_funder", "noise", place.chain, number, place.chain, number, world_.address_text(place)});
  return true;
}

bool Player::carry(const Context& context, const Place& from, const Place& to, AssetId asset, Uint128 amount,
                   Knowable knows) {
  const Step& step = step_of(context);
  const std::optional<uint32_t> incident = incident_of(step);
  const Uint128 stolen = book_.stolen(from, asset, incident);
  if (stolen == 0) return true;
  if (amount == 0 || amount > stolen) amount = stolen;
  Book::Move move = move_of(context, from, to, asset, amount, 0);
  move.incident = incident;
  move.knows = knows;
  if (world_.is_utxo(from.chain)) return carry_coins(context, std::move(move), amount);
  return carry_balance(context, std::move(move), amount);
}

// On bitcoin: transactions until the amount, or all that the wallet has, is out.
bool Player::carry_coins(const Context& context, Book::Move move, Uint128 amount) {
  const Place from = move.from, to = move.to;
  simulate::UtxoChain& chain = world_.bitcoin();
  simulate::SpendOptions options;
  options.keep_id = true;
  options.fee_rate = 6 + random_.below(10);
  while (chain.wallet(from.id).balance > 0) {
    const bool whole = amount >= chain.wallet(from.id).balance;
    std::optional<simulate::Spent> spent;
    if (whole) {
      spent = chain.sweep(from.id, to.id, simulate::Payee::kNewKey, options);
    } else {
      simulate::Payee payee;
      payee.wallet = to.id;
      payee.value = static_cast<uint64_t>(amount);
      const uint64_t fee = options.fee_rate * 400;
      if (payee.value > fee + simulate::kDustSatoshi && chain.wallet(from.id).balance < payee.value + fee)
        payee.value -= fee;
      spent = chain.pay(from.id, {payee}, options);
    }
    if (!spent) return false;
    const simulate::Coin& coin = chain.coin(spent->outputs[0]);
    move.leaves = move.arrives = std::min<Uint128>(coin.value, amount);
    move.transaction = spent->transaction;
    move.to_text = chain.address(coin.wallet, coin.key);
    book_.move(move);
    book_.settle(from, 0, chain.wallet(from.id).balance, spent->transaction);
    done(context.step, from.chain, spent->transaction);
    if (!whole) break;
  }
  return true;
}

// On an account chain: one transfer.
bool Player::carry_balance(const Context& context, Book::Move move, Uint128 amount) {
  const Step& step = step_of(context);
  const Place from = move.from, to = move.to;
  const AssetId asset = move.from_asset;
  simulate::AccountChain& chain = world_.account(from.chain);
  if (asset == 0) {
    const Uint128 balance = chain.balance(from.id, 0), fee = chain.coin_fee();
    if (balance <= fee) return false;
    amount = std::min(amount, balance - fee);
  } else if (!ensure_gas(groups_.count(step.from) != 0 ? groups_.at(step.from).actor : step.by, from, 1)) {
    return false;
  }
  move.transaction = chain.transfer(asset, from.id, to.id, amount);
  if (move.transaction == 0) return false;
  move.leaves = move.arrives = amount;
  book_.move(move);
  book_.settle(from, asset, chain.balance(from.id, asset), move.transaction);
  if (asset != 0) book_.settle(from, 0, chain.balance(from.id, 0), move.transaction);
  done(context.step, from.chain, move.transaction);
  auto& recent = world_.services(from.chain).recent;
  if (recent.size() < 64)
    recent.push_back({from.id, to.id});
  else
    recent[random_.below(recent.size())] = {from.id, to.id};
  return true;
}
}  // namespace jindo::exercise
