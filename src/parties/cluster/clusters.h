// Clusters: which addresses of a UTXO chain are spent together (multi-input heuristic: Nakamoto 2008, section 10; Reid,
// Harrigan 2011; Meiklejohn et al. 2013). What they are is a function of the ledger, the rules and nothing else: each
// transaction in ledger order joins the owners of its inputs, unless
//   - it is a joint transaction of a kind that is kept out (coinjoin.h),
//   - a person said that it joins nothing, or that two of the clusters are apart (a split),
//   - it would tie clusters of different named owners, or grow the larger by more than a limit at one stroke: then it
//     is held until a person accepts it, and nothing is joined.
// Blocks taken in later cost what they hold. Not thread safe for writing; a const object may be shared.
// What it gets wrong: joint transactions no detector knows; custodians' customers look like one owner, rightly or not.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "cluster/coinjoin.h"
#include "cluster/join_set.h"

namespace jindo::cluster {

struct NamedAddress {
  chain::AddressKey address;
  std::string name;  // who owns it, as attribution says
};
struct Rules {
  std::vector<NamedAddress> names;                                     // each address once
  std::vector<std::pair<chain::AddressKey, chain::AddressKey>> apart;  // never in one cluster
  std::vector<chain::TxId> joins_nothing;                              // these transactions join nothing
  std::vector<chain::TxId> accepted;                                   // these join whatever the guards say
  uint32_t growth_max = 10'000;                                        // addresses, at one stroke
  std::array<bool, kJoinKinds> kept_out = default_kept_out();
  static std::array<bool, kJoinKinds> default_kept_out();
  base::Hash256 digest() const;  // names the rules: same digest, same clusters
};

enum class HoldReason : uint8_t { kNames = 1, kApart = 2, kGrowth = 3 };
const char* hold_reason_name(HoldReason reason);
struct HeldJoin {
  uint64_t transaction = 0;
  HoldReason reason = HoldReason::kNames;
  friend bool operator==(const HeldJoin&, const HeldJoin&) = default;
};
struct Totals {
  uint64_t joining = 0;  // transactions with several owners of inputs that were let to join
  std::array<uint64_t, kJoinKinds> found{};
  friend bool operator==(const Totals&, const Totals&) = default;
};

// What an advance changed, in order: replaying it on the state before gives the state after (store.h).
struct Change {
  enum Kind : uint64_t { kBirth = 1, kExternalBirth = 2, kJoin = 3, kHeld = 4, kMark = 5 };
  uint64_t kind_and_place = 0;  // kind in the top four bits; output, input or transaction below
  uint32_t a = 0;
  uint32_t b = 0;
};
static_assert(sizeof(Change) == 16);

class Clusters {
 public:
  static base::Result<Clusters> create(Rules rules);

  // Takes in the ledger's blocks behind those it has. Progress: transactions done.
  base::Status advance(const ledger::UtxoReader& reader, unsigned threads,
                       const std::function<void(uint64_t transactions)>& progress = {});
  uint64_t blocks() const { return blocks_; }
  const chain::BlockHash& tip() const { return tip_; }
  const Rules& rules() const { return rules_; }
  const Totals& totals() const { return totals_; }
  const std::vector<HeldJoin>& held() const { return held_; }

  const AddressNumbers& numbers() const { return numbers_; }
  const JoinSet& sets() const { return sets_; }
  // The address's number; kNoAddress where it is not in what was taken in.
  uint32_t number_of(const ledger::UtxoReader& reader, const ledger::AddressHandle& address) const {
    return numbers_.of(reader, address);
  }
  uint32_t root(uint32_t number) const { return sets_.root(number); }
  uint32_t size(uint32_t root) const { return sets_.size(root); }
  // The name that its members' tags give; "" for none.
  const std::string& name_of(uint32_t root) const;

 private:
  friend class ClusterStore;
  struct Marks {
    uint32_t name = 0;            // into names_; 0 none
    std::vector<uint32_t> sides;  // 2 * constraint, + 1 for its other side
  };
  struct Candidate {  // a transaction that would join
    uint64_t transaction;
    uint32_t first, count;  // into the chunk's numbers
  };
  struct Chunk {
    size_t pass = 0;
    uint64_t begin = 0, end = 0;  // transactions of the pass
    std::vector<Candidate> candidates;
    std::vector<uint32_t> numbers;
    Totals totals;
  };
  struct KeyHash {
    size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
  };

  base::Status resolve_transactions(const ledger::UtxoReader& reader);
  base::Status advance_all(const ledger::UtxoReader& reader, unsigned threads,
                           const std::function<void(uint64_t)>& progress);
  base::Status advance_some(const ledger::UtxoReader& reader);
  base::Status add_births(const ledger::UtxoReader& reader, const ledger::ColumnPass& pass, uint64_t transaction);
  void mark_all(const ledger::UtxoReader& reader);
  void mark_new(const chain::AddressKey& key, uint32_t number);
  void add_mark(uint32_t number, uint32_t mark);
  template <class NumberOf>
  void scan(const ledger::UtxoReader& reader, const ledger::ColumnPass& pass, Chunk& chunk,
            const std::vector<uint64_t>& coordinators, const NumberOf& number_of) const;
  void take(const Chunk& chunk);
  void apply(uint64_t transaction, std::span<const uint32_t> numbers);
  void join(uint32_t root, uint32_t other);
  void set_marked(uint32_t root);
  base::Status replay(const Change& change);
  std::optional<HoldReason> conflict(const std::vector<uint32_t>& roots) const;
  const Marks* marks_of(uint32_t root) const;
  void log(Change::Kind kind, uint64_t place, uint32_t a, uint32_t b) {
    if (logging_) log_.push_back({static_cast<uint64_t>(kind) << 60 | place, a, b});
  }

  Rules rules_;
  std::vector<std::string> names_{""};
  std::unordered_map<chain::AddressKey, std::vector<uint32_t>, KeyHash> marks_of_key_;
  AddressNumbers numbers_;
  JoinSet sets_;
  std::vector<std::pair<uint32_t, uint32_t>> marked_;  // (number, mark), as they were set
  std::unordered_map<uint32_t, Marks> marks_;          // by root
  std::vector<uint64_t> marked_bits_;                  // a bit a number: its root may have marks
  std::unordered_set<uint64_t> joins_nothing_, accepted_;
  std::vector<HeldJoin> held_;
  Totals totals_;
  uint64_t blocks_ = 0;
  uint64_t transactions_ = 0;
  chain::BlockHash tip_{};
  bool logging_ = false;
  std::vector<Change> log_;
  std::vector<uint32_t> roots_;  // scratch
};

// The owners of a transaction's inputs and whether it is a joint one, by the reader alone: what the store's answers are
// explained by (why.h), and what a page of a transaction shows.
JoinFinding find_join(const ledger::UtxoReader& reader, uint64_t transaction);

}  // namespace jindo::cluster
