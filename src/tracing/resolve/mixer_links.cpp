// Which note a withdrawal from a pool spends: the published heuristics of mixer.h as a table of rules, asked in order,
// the first that speaks being the link. What they get wrong stands in mixer.h.
#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "resolve/mixer.h"

namespace jindo::resolve {
namespace {
using ledger::kNoNumber;

// How often each was right on exercises, or as the papers report where exercises cannot show it
// (methodology/resolving.md).
constexpr uint32_t kReuse = 800'000;
constexpr uint32_t kGasPrice = 700'000;
constexpr uint32_t kProfile = 400'000;
constexpr uint32_t kLinked = 200'000;
constexpr uint32_t kTiming = 20'000;
constexpr uint32_t kSmallSetMax = 3;
constexpr size_t kTimingNotesMax = 1'000;  // in that hour; in a pool with more it says nothing
constexpr int64_t kTimingSeconds = 3'600;
constexpr size_t kOutsideMovementsMax = 400;  // an address with more is a service, and proves nothing

struct KeyHash {
  size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
};

// ---- over all pools of a mixer: how many notes of each somebody put in, somebody took out -------------------------
using Counts = std::map<size_t, uint32_t>;  // by pool
struct Party {
  Counts counts;
  int64_t first = INT64_MAX, last = INT64_MIN;
  void note(size_t pool, int64_t time) {
    ++counts[pool];
    first = std::min(first, time);
    last = std::max(last, time);
  }
};
struct Sides {
  std::map<chain::AddressKey, Party> depositors, recipients;
};
std::string text_of(const Counts& counts) {
  std::string out;
  for (const auto& [pool, count] : counts) out += std::to_string(pool) + "x" + std::to_string(count) + " ";
  return out;
}
std::string mixer_key(const MixerPool& pool) { return std::string(pool.chain->network->name) + pool.mixer; }

class Profiles {
 public:
  explicit Profiles(const std::vector<MixerPool>& pools) {
    std::map<std::string, Sides> by_mixer;
    for (size_t p = 0; p < pools.size(); ++p) {
      Sides& sides = by_mixer[mixer_key(pools[p])];
      for (const MixerDeposit& d : pools[p].deposits) sides.depositors[d.depositor].note(p, d.time);
      for (const MixerWithdrawal& w : pools[p].withdrawals) sides.recipients[w.recipient].note(p, w.time);
    }
    for (const auto& [mixer, sides] : by_mixer) match_profiles(mixer, sides);
  }
  // The one depositor with the recipient's profile; null for none.
  const chain::AddressKey* depositor_of(const MixerPool& pool, const chain::AddressKey& recipient) const {
    const auto found = depositor_of_.find({mixer_key(pool), recipient});
    return found == depositor_of_.end() ? nullptr : &found->second;
  }

 private:
  // Pairs the recipients whose profile nobody else has with the only depositor of that profile, if it came before.
  void match_profiles(const std::string& mixer, const Sides& sides) {
    std::map<std::string, std::vector<const std::pair<const chain::AddressKey, Party>*>> depositors_of;
    std::map<std::string, uint32_t> recipients_of;
    for (const auto& entry : sides.depositors) depositors_of[text_of(entry.second.counts)].push_back(&entry);
    for (const auto& entry : sides.recipients) ++recipients_of[text_of(entry.second.counts)];
    for (const auto& [recipient, party] : sides.recipients) {
      if (party.counts.size() < 2) continue;  // one pool is no profile
      const auto found = depositors_of.find(text_of(party.counts));
      if (found == depositors_of.end() || found->second.size() != 1 || recipients_of[found->first] != 1) continue;
      if (found->second[0]->second.last <= party.first) depositor_of_[{mixer, recipient}] = found->second[0]->first;
    }
  }
  std::map<std::pair<std::string, chain::AddressKey>, chain::AddressKey> depositor_of_;  // mixer, recipient
};

// ---- outside the pools: who paid whom -----------------------------------------------------------------------------
class Partners {
 public:
  // Who paid an address, or was paid by it, in anything but through the pool; nobody where it is too busy. Sorted.
  const std::vector<chain::AddressKey>& of(const MixerPool& pool, const chain::AddressKey& address) {
    const auto added = known_.emplace(std::make_pair(pool.chain, address), std::vector<chain::AddressKey>());
    if (added.second) added.first->second = read(pool, address);
    return added.first->second;
  }

 private:
  static std::vector<chain::AddressKey> read(const MixerPool& pool, const chain::AddressKey& address) {
    std::vector<chain::AddressKey> out;
    const ledger::AccountReader& reader = *pool.chain->account;
    const auto handle = reader.find_address(address);
    if (!handle) return out;
    size_t seen = 0;
    ledger::Movement movement;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
        for (const uint64_t number : reader.movements_of(holding, segment)) {
          if (++seen > kOutsideMovementsMax) return {};
          reader.movement(number, movement);
          const uint64_t row = movement.from == holding.rows[segment] ? movement.to : movement.from;
          if (row == kNoNumber || movement.kind != chain::MovementKind::kTransfer || reader.amount(number).is_zero())
            continue;
          const chain::AddressKey other = reader.holding_address(segment, row);
          if (!(other == pool.address) && !(other == address)) out.push_back(other);
        }
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }
  std::map<std::pair<const ledger::LedgerChain*, chain::AddressKey>, std::vector<chain::AddressKey>> known_;
};

// ---- one pool -----------------------------------------------------------------------------------------------------
class PoolLinker {
 public:
  PoolLinker(const MixerPool& pool, const Profiles& profiles, Partners& partners)
      : pool_(pool), profiles_(profiles), partners_(partners), spent_(pool.deposits.size(), false) {
    for (size_t d = 0; d < pool.deposits.size(); ++d) {
      notes_of_[pool.deposits[d].depositor].deposits.push_back(d);
      if (pool.deposits[d].gas_price != 0) deposits_at_[pool.deposits[d].gas_price].push_back(d);
    }
    for (const MixerWithdrawal& out : pool.withdrawals)
      if (!out.relayed && out.gas_price != 0) ++withdrawals_at_[out.gas_price];
  }

  void run(std::vector<Link>& links) {
    for (const MixerWithdrawal& out : pool_.withdrawals) {
      for (const Rule& rule : kRules) {
        const std::optional<Match> match = (this->*rule.find)(out);
        if (!match) continue;
        if (rule.takes_note) {
          spent_[match->deposit] = true;
          ++notes_of_[pool_.deposits[match->deposit].depositor].spent;
        }
        links.push_back(make_link(out, rule.name, *match));
        break;
      }
    }
  }

 private:
  struct Match {
    size_t deposit = 0;
    size_t notes = 1;  // among how many notes it was chosen
    uint32_t confidence = 0;
    std::string evidence;
  };
  struct Rule {
    const char* name;
    std::optional<Match> (PoolLinker::*find)(const MixerWithdrawal& out);
    bool takes_note;  // no later withdrawal may be linked with the deposit
  };
  static const Rule kRules[6];
  struct Notes {                   // of one depositor
    std::vector<size_t> deposits;  // in ledger order
    size_t oldest = 0;             // all before it are spent
    size_t spent = 0;              // every one of them before the withdrawal at hand
  };

  // The depositor's oldest note that no link has taken, among how many that were there then.
  std::optional<Match> note_of(const chain::AddressKey& depositor, const MixerWithdrawal& out) {
    const auto found = notes_of_.find(depositor);
    if (found == notes_of_.end()) return std::nullopt;
    Notes& notes = found->second;
    while (notes.oldest < notes.deposits.size() && spent_[notes.deposits[notes.oldest]]) ++notes.oldest;
    const auto before = std::partition_point(notes.deposits.begin(), notes.deposits.end(),
                                             [&](size_t d) { return pool_.deposits[d].movement <= out.movement; });
    const auto count = static_cast<size_t>(before - notes.deposits.begin()) - notes.spent;
    if (count == 0) return std::nullopt;
    return Match{notes.deposits[notes.oldest], count, 0, {}};
  }

  std::optional<Match> by_gas_price(const MixerWithdrawal& out) {
    if (out.relayed) return std::nullopt;
    const auto priced = withdrawals_at_.find(out.gas_price);
    const auto paid = deposits_at_.find(out.gas_price);
    if (priced == withdrawals_at_.end() || priced->second != 1 || paid == deposits_at_.end() ||
        paid->second.size() != 1)
      return std::nullopt;
    const size_t deposit = paid->second[0];
    if (pool_.deposits[deposit].movement >= out.movement || spent_[deposit]) return std::nullopt;
    return Match{deposit, 1, kGasPrice,
                 "both at a gas price of " + std::to_string(out.gas_price) + ", which no other of the pool paid"};
  }
  std::optional<Match> by_address(const MixerWithdrawal& out) {
    std::optional<Match> match = note_of(out.recipient, out);
    if (match) {
      match->confidence = kReuse;
      match->evidence = "the recipient itself deposited before";
    }
    return match;
  }
  std::optional<Match> by_profile(const MixerWithdrawal& out) {
    const chain::AddressKey* depositor = profiles_.depositor_of(pool_, out.recipient);
    if (depositor == nullptr) return std::nullopt;
    std::optional<Match> match = note_of(*depositor, out);
    if (match) {
      match->confidence = kProfile;
      match->evidence = "one depositor and one recipient have these numbers of notes in each pool";
    }
    return match;
  }
  std::optional<Match> by_partner(const MixerWithdrawal& out) {
    for (const chain::AddressKey& other : partners_.of(pool_, out.recipient)) {
      std::optional<Match> match = note_of(other, out);
      if (!match) continue;
      match->confidence = kLinked;
      match->evidence = "recipient and depositor " + chain::format_address(*pool_.chain->network, other) +
                        " paid one another outside the pool";
      return match;
    }
    return std::nullopt;
  }
  std::optional<Match> by_small_set(const MixerWithdrawal& out) {
    if (out.anonymity_set == 0 || out.anonymity_set > kSmallSetMax) return std::nullopt;
    while (oldest_ < pool_.deposits.size() && spent_[oldest_]) ++oldest_;
    if (oldest_ == pool_.deposits.size() || pool_.deposits[oldest_].movement >= out.movement) return std::nullopt;
    return Match{oldest_, out.anonymity_set, kCertain / (out.anonymity_set + 1),
                 "the pool held " + std::to_string(out.anonymity_set) + " notes"};
  }
  std::optional<Match> by_timing(const MixerWithdrawal& out) {
    const auto& deposits = pool_.deposits;
    while (recent_ < deposits.size() && deposits[recent_].time < out.time - kTimingSeconds) ++recent_;
    std::optional<size_t> only;
    for (size_t d = recent_; d < deposits.size() && deposits[d].movement < out.movement; ++d) {
      if (d - recent_ >= kTimingNotesMax) return std::nullopt;
      if (spent_[d]) continue;
      if (only) return std::nullopt;  // two are none
      only = d;
    }
    if (!only) return std::nullopt;
    return Match{*only, out.anonymity_set, kTiming, "the only note put in during the hour before"};
  }

  Link make_link(const MixerWithdrawal& out, const char* rule, const Match& match) const {
    const MixerDeposit& in = pool_.deposits[match.deposit];
    Link link;
    link.kind = LinkKind::kMixer;
    link.rule = rule;
    link.service = pool_.mixer;
    link.confidence = match.confidence;
    link.candidates = static_cast<uint32_t>(match.notes - 1);
    link.anonymity_set = out.anonymity_set;
    const chain::Network& network = *pool_.chain->network;
    link.from = {&network, in.transaction, in.movement, in.depositor, pool_.address, pool_.asset, pool_.denomination};
    link.to = {&network, out.transaction, out.movement, out.recipient, pool_.address, pool_.asset, out.amount};
    link.evidence = {match.evidence,
                     "the pool held " + std::to_string(out.anonymity_set) + " notes before the withdrawal"};
    return link;
  }

  const MixerPool& pool_;
  const Profiles& profiles_;
  Partners& partners_;
  std::unordered_map<chain::AddressKey, Notes, KeyHash> notes_of_;
  std::unordered_map<uint64_t, std::vector<size_t>> deposits_at_;  // by gas price
  std::unordered_map<uint64_t, size_t> withdrawals_at_;            // how many without a relayer, by gas price
  std::vector<bool> spent_;
  size_t oldest_ = 0;  // all before it are spent
  size_t recent_ = 0;  // the first put in during the hour before the withdrawal at hand
};

// In the order in which they are asked. So weak a guess as timing takes no note away from a better one.
const PoolLinker::Rule PoolLinker::kRules[6] = {
    {"gas-price", &PoolLinker::by_gas_price, true}, {"address-reuse", &PoolLinker::by_address, true},
    {"profile", &PoolLinker::by_profile, true},     {"linked", &PoolLinker::by_partner, true},
    {"small-set", &PoolLinker::by_small_set, true}, {"timing", &PoolLinker::by_timing, false},
};
}  // namespace

std::vector<Link> link_mixer_notes(const std::vector<MixerPool>& pools) {
  const Profiles profiles(pools);
  Partners partners;
  std::vector<Link> links;
  for (const MixerPool& pool : pools) PoolLinker(pool, profiles, partners).run(links);
  return links;
}
}  // namespace jindo::resolve
