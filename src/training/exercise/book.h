// Book: where each stolen unit truly is. The player of a scenario writes down every move of stolen value as it makes
// it; at the end the book is the answer key. Inside one wallet of a thief no fact tells equal units apart: they leave
// in the order they came, unless the scenario says whose they are (`of`). Origin is never created nor lost: Σ over what
// is held and what ended = what was stolen, for every source, checked when the key is written.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulate/world.h"

namespace jindo::exercise {

using base::Uint128;
using simulate::AssetId;
using simulate::Place;

enum class Knowable : uint8_t {
  kExact,      // read from the chain
  kInferable,  // by time and amount, or as the usual shape of a service
  kThiefOnly,  // nobody else can be sure
};
const char* knowable_name(Knowable knows);

struct Source {  // one incident and one asset on one chain
  uint32_t incident = 0;
  uint32_t chain = 0;
  AssetId asset = 0;
  Uint128 stolen = 0;
};
inline constexpr uint32_t kNoTrail = UINT32_MAX;
struct TrailStep {
  uint32_t parent = kNoTrail;
  uint32_t step = 0;  // of the scenario
  uint32_t source = 0;
  uint32_t chain = 0;
  uint64_t transaction = 0;
  int64_t time = 0;
  std::string from, to;
  synth::OwnerId to_owner = 0;
  AssetId asset = 0;
  Uint128 amount = 0, origin = 0;
  Knowable knows = Knowable::kExact;
};
struct Stake {
  uint32_t source = 0;
  Uint128 amount = 0, origin = 0;
  uint32_t hops = 0;
  uint32_t trail = kNoTrail;
  Knowable knows = Knowable::kExact;  // the worst on the way
};
struct Ended {
  const char* kind = "fee";
  Place at;
  AssetId asset = 0;
  Stake stake;
  uint64_t transaction = 0;
};
struct TheftRecord {
  uint32_t source = 0;
  uint64_t transaction = 0;
  Place to;
  std::string to_text;
  uint32_t output = 0;
  Uint128 amount = 0;
  int64_t time = 0;
  bool by_address = false;  // named by address and time, not one by one
};
struct KeyLink {
  const char* kind = "";
  Knowable knows = Knowable::kExact;
  uint32_t step = 0;
  uint32_t from_chain = 0, to_chain = 0;
  uint64_t from = 0, to = 0;
  std::string from_address, to_address;
  AssetId from_asset = 0, to_asset = 0;
  Uint128 from_amount = 0, to_amount = 0;
  std::string service;
};
struct Proceeds {
  Place at;
  AssetId asset = 0;
  Uint128 amount = 0;
  uint32_t step = 0;
  std::vector<uint64_t> transactions;
};

class Book {
 public:
  explicit Book(simulate::World& world) : world_(world) {}

  uint32_t source(uint32_t incident, uint32_t chain, AssetId asset);  // made where it is new
  void steal(const TheftRecord& theft, AssetId asset, uint32_t step);
  Uint128 stolen(const Place& place, AssetId asset, std::optional<uint32_t> incident = std::nullopt) const;

  struct Move {
    Place from;
    AssetId from_asset = 0;
    Uint128 leaves = 0;
    Place to;
    AssetId to_asset = 0;
    Uint128 arrives = 0;
    uint32_t step = 0;
    uint32_t chain = 0;
    uint64_t transaction = 0;
    int64_t time = 0;
    Knowable knows = Knowable::kExact;
    std::optional<uint32_t> incident;  // only this one's
    std::string from_text, to_text;    // where they differ from the places' own addresses
  };
  void move(const Move& move);
  // What the books say beyond the true balance went to fees.
  void settle(const Place& place, AssetId asset, Uint128 balance, uint64_t transaction, const char* kind = "fee");
  void end(const Place& place, AssetId asset, Uint128 amount, const char* kind, uint64_t transaction);
  void set_state(const Place& place, const char* state) { states_[place] = state; }
  void add_link(KeyLink link) { links_.push_back(std::move(link)); }
  void add_proceeds(Proceeds proceeds) { proceeds_.push_back(std::move(proceeds)); }
  // A mixer's note, value between chains: in the hands of a service, at no address of its own.
  Place new_virtual_place(uint32_t chain, std::string text, synth::OwnerId owner) {
    virtual_.emplace_back(std::move(text), owner);
    return {chain, kVirtual + static_cast<uint32_t>(virtual_.size() - 1)};
  }
  static bool is_virtual(const Place& place) { return place.id >= kVirtual; }
  std::string text(const Place& place) const;
  synth::OwnerId owner(const Place& place) const;

  const std::vector<Source>& sources() const { return sources_; }
  const std::vector<TrailStep>& trail() const { return trail_; }
  const std::vector<TheftRecord>& thefts() const { return thefts_; }
  const std::vector<Ended>& ended() const { return ended_; }
  const std::vector<KeyLink>& links() const { return links_; }
  const std::vector<Proceeds>& proceeds() const { return proceeds_; }
  const std::map<std::pair<Place, AssetId>, std::vector<Stake>>& stakes() const { return stakes_; }
  std::string state(const Place& place) const {
    const auto found = states_.find(place);
    return found == states_.end() ? (is_virtual(place) ? "under_way" : "held") : found->second;
  }
  // Σ held + ended − stolen, by source; all zero or the key is wrong.
  base::Status check() const;

 private:
  static constexpr uint32_t kVirtual = 0x80000000;
  std::vector<Stake> take(const Place& place, AssetId asset, Uint128 amount, std::optional<uint32_t> incident);
  simulate::World& world_;
  std::vector<Source> sources_;
  std::vector<TrailStep> trail_;
  std::vector<TheftRecord> thefts_;
  std::vector<Ended> ended_;
  std::vector<KeyLink> links_;
  std::vector<Proceeds> proceeds_;
  std::vector<std::pair<std::string, synth::OwnerId>> virtual_;
  std::map<std::pair<Place, AssetId>, std::vector<Stake>> stakes_;
  std::map<Place, const char*> states_;
};

}  // namespace jindo::exercise
