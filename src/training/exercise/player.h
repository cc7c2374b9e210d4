// Player: makes a scenario's steps happen in a world. When a step's time comes it looks at the wallets it is about and
// schedules an action for each; an action makes transactions, like anybody's, and writes what it moved into the book.
// An action that cannot be done yet (a vault is short, too few join) is tried again; in the end the scenario fails and
// says where.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exercise/book.h"
#include "exercise/scenario.h"

namespace jindo::exercise {

struct ActorState {
  Actor actor;
  synth::OwnerId owner = 0;
  std::map<uint32_t, Place> gas;  // a wallet of clean coins for fees, one a chain
};
struct Group {
  uint32_t chain = 0;
  AssetId asset = 0;
  std::string actor;
  std::vector<Place> places;
  bool contract = false;
};

class Player {
 public:
  Player(simulate::World& world, const Scenario& scenario, Book& book);
  base::Status plan();
  base::Status status() const { return error_; }
  const std::vector<std::vector<std::pair<uint32_t, uint64_t>>>& step_transactions() const {
    return step_transactions_;
  }
  const std::map<std::string, ActorState>& actors() const { return actors_; }

 private:
  using Action = std::function<bool()>;  // false: not now
  struct Context {                       // one action: which step, from where
    uint32_t step = 0;
    Place from;
    size_t index = 0, count = 1;
  };
  const Step& step_of(const Context& context) const { return scenario_.steps[context.step]; }
  void run_step(uint32_t step);
  std::optional<AssetId> asset_of_step(uint32_t step, uint32_t chain);
  std::vector<Place> places_of_step(uint32_t step, uint32_t chain, AssetId asset);
  void prepare_target(const Step& step, uint32_t chain, AssetId asset, const std::string& actor, size_t places);
  bool act(const Context& context, AssetId asset);  // what the step's verb does
  void attempt(uint32_t step, uint32_t chain, int64_t time, Action action, int tries = 0);
  void fail(uint32_t step, const std::string& what);
  uint32_t scaled(uint32_t wallets) const;
  int64_t margin(const Step& step, uint32_t chain) const;
  int64_t now(uint32_t chain) const;

  Place fresh(uint32_t chain, const std::string& actor, const char* role);
  Group& group(const std::string& name, uint32_t chain, AssetId asset, const std::string& actor);
  std::optional<uint32_t> incident_index(const std::string& id) const;
  std::optional<uint32_t> incident_of(const Step& step) const;  // whose value a step moves; none: all there is
  bool ensure_gas(const std::string& actor, const Place& place, uint32_t transactions);
  // All (amount 0) or a part of the stolen value at a place to another; false when it cannot be.
  bool carry(const Context& context, const Place& from, const Place& to, AssetId asset, Uint128 amount,
             Knowable knows = Knowable::kExact);
  bool carry_coins(const Context& context, Book::Move move, Uint128 amount);
  bool carry_balance(const Context& context, Book::Move move, Uint128 amount);
  // A move of one amount, unchanged, by a transaction of this moment.
  Book::Move move_of(const Context& context, const Place& from, const Place& to, AssetId asset, Uint128 amount,
                     uint64_t transaction) const;
  void done(uint32_t step, uint32_t chain, uint64_t transaction);
  Uint128 units(uint32_t step, const std::string& text, uint32_t chain, AssetId asset);

  bool theft(const Context& context);
  bool crowd_theft(const Context& context, const Place& to);
  bool salaries(const Context& context);
  bool split(const Context& context);
  std::vector<Uint128> parts_of_split(const Context& context, uint32_t chain, AssetId asset, Uint128 held);
  void split_coins(const Context& context, const std::vector<Uint128>& parts, const std::vector<Place>& children);
  bool pay_parts(const Context& context, const std::vector<Uint128>& parts, const std::vector<Place>& children,
                 size_t first);
  bool forward(const Context& context);
  bool peel(const Context& context);
  bool swap(const Context& context);
  bool bridge(const Context& context);
  struct BridgeChoice {
    size_t index = 0;
    bool from_a = true;
  };
  std::optional<BridgeChoice> choose_bridge(const Context& context, const std::string& name);
  Uint128 amount_to_bridge(const Place& place, AssetId asset);
  void write_arrival(const Context& context, const Place& way, KeyLink link, uint64_t arrival, const Place& at,
                     Uint128 got);
  bool mix(const Context& context);
  bool deposit_note(const Context& context, size_t pool, int64_t withdraw_at, const Place& out);
  bool withdraw_note(const Context& context, size_t pool, const Place& note, const Place& out, uint64_t deposit);
  bool coinjoin(const Context& context, uint32_t round);
  bool deposit(const Context& context);
  bool deposit_part(const Context& context, const Place& from, AssetId asset, Uint128 amount, size_t nth);
  bool freeze(const Context& context);
  bool buy_hashrate(const Context& context);
  Place look_alike_wallet(const Context& context, const Place& victim);
  base::Status make_wallets();

  simulate::World& world_;
  const Scenario& scenario_;
  Book& book_;
  std::map<std::string, ActorState> actors_;
  std::map<std::string, Group> groups_;
  std::map<std::string, uint32_t> chain_of_;  // of groups, known before they are made
  std::vector<std::vector<std::pair<uint32_t, uint64_t>>> step_transactions_;
  base::Random random_;
  base::Status error_;
};

}  // namespace jindo::exercise
