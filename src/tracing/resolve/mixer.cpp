#include "resolve/mixer.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace jindo::resolve {
namespace {
using base::Uint256;
using ledger::kNoNumber;

// How often each was right on exercises, or as the papers report where exercises cannot show it
// (methodology/resolving.md).
constexpr uint32_t kReuse = 800'000;
constexpr uint32_t kGasPrice = 700'000;
constexpr uint32_t kProfile = 400'000;
constexpr uint32_t kLinked = 200'000;
constexpr uint32_t kTiming = 20'000;
constexpr size_t kTimingNotesMax = 1'000;  // in that hour; a pool with more tells nothing by it
constexpr int64_t kTimingSeconds = 3'600;
constexpr size_t kOutsideMovementsMax = 400;  // an address with more is a service, and proves nothing

struct KeyHash {
  size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
};

class PoolFinder {
 public:
  PoolFinder(const ledger::LedgerChain& chain, const Registry& registry, const attribution::ServiceDirectory& services)
      : chain_(chain), reader_(*chain.account), registry_(registry), services_(services) {}

  void run(std::vector<MixerPool>& out) {
    for (const MixerEntry& mixer : registry_.mixers()) {
      const std::vector<base::Hash256> topics{mixer.deposit.topic(), mixer.withdrawal.topic()};
      reader_.scan_events(topics, [&](const ledger::Note& note) {
        if (mixer.deposit.matches(note)) deposit(mixer, note);
        if (mixer.withdrawal.matches(note)) withdrawal(mixer, note);
      });
    }
    std::set<chain::AddressKey> named;
    for (const MixerEntry& mixer : registry_.mixers()) {
      const auto found = mixer.contracts.find(chain_.network);
      if (found == mixer.contracts.end()) continue;
      for (const chain::AddressKey& address : found->second)
        if (named.insert(address).second) by_movements(address, mixer.name);
    }
    for (const chain::AddressKey& address : services_.addresses(*chain_.network, "mixer"))
      if (named.insert(address).second) by_movements(address, services_.find_named(*chain_.network, address)->name);
    for (auto& [address, pool] : pools_) {
      if (pool.deposits.empty()) continue;
      finish(pool);
      out.push_back(std::move(pool));
    }
  }

 private:
  MixerPool& pool_of(const chain::AddressKey& address, const std::string& mixer) {
    MixerPool& pool = pools_[address];
    if (pool.chain == nullptr) {
      const attribution::Service* service = services_.find_named(*chain_.network, address);
      pool.chain = &chain_;
      pool.address = address;
      pool.mixer = service != nullptr ? service->name : mixer;
    }
    return pool;
  }
  // Who pays the transaction's gas; else whoever its first movement came from.
  chain::AddressKey sender_of(uint64_t transaction) {
    ledger::Movement movement;
    chain::AddressKey first;
    for (const uint64_t number : reader_.movements_of_transaction(transaction, scratch_)) {
      reader_.movement(number, movement);
      if (movement.from == kNoNumber) continue;
      const chain::AddressKey from = reader_.holding_address(movement.segment, movement.from);
      if (movement.kind == chain::MovementKind::kFee) return from;
      if (first.is_none()) first = from;
    }
    return first;
  }
  // The movement of the transaction into (or out of) the pool: to the recipient if one is named, else the largest.
  bool find_movement(uint64_t transaction, const chain::AddressKey& pool, bool in,
                     const std::optional<chain::AddressKey>& recipient, uint64_t& number, chain::AddressKey& other,
                     chain::AddressKey& asset, Uint256& amount) {
    ledger::Movement movement;
    number = kNoNumber;
    amount = {};
    for (const uint64_t n : reader_.movements_of_transaction(transaction, scratch_)) {
      reader_.movement(n, movement);
      if (movement.kind != chain::MovementKind::kTransfer || movement.from == kNoNumber || movement.to == kNoNumber)
        continue;
      const chain::AddressKey from = reader_.holding_address(movement.segment, movement.from);
      const chain::AddressKey to = reader_.holding_address(movement.segment, movement.to);
      if (!((in ? to : from) == pool) || (recipient && !(to == *recipient))) continue;
      const Uint256 value = reader_.amount(n);
      if (value.is_zero() || value < amount) continue;
      number = n;
      amount = value;
      other = in ? from : to;
      asset = reader_.asset(movement.segment, movement.asset);
    }
    return number != kNoNumber;
  }
  int64_t time_of(uint64_t transaction) const { return reader_.block(reader_.block_of_transaction(transaction)).time; }

  void deposit(const MixerEntry& mixer, const ledger::Note& note) {
    MixerDeposit out;
    chain::AddressKey payer, asset;
    Uint256 amount;
    if (!find_movement(note.transaction, note.contract, true, std::nullopt, out.movement, payer, asset, amount)) return;
    out.transaction = note.transaction;
    out.time = time_of(note.transaction);
    out.depositor = sender_of(note.transaction);
    out.gas_price = reader_.gas_price(note.transaction);
    MixerPool& pool = pool_of(note.contract, mixer.name);
    pool.asset = asset;
    pool.denomination = amount;
    pool.deposits.push_back(out);
  }
  void withdrawal(const MixerEntry& mixer, const ledger::Note& note) {
    MixerWithdrawal out;
    chain::AddressKey asset;
    const auto recipient = mixer.withdrawal.address(note, "to");
    if (!find_movement(note.transaction, note.contract, false, recipient, out.movement, out.recipient, asset,
                       out.amount))
      return;
    out.transaction = note.transaction;
    out.time = time_of(note.transaction);
    out.gas_price = reader_.gas_price(note.transaction);
    out.relayed = !(sender_of(note.transaction) == out.recipient);
    pool_of(note.contract, mixer.name).withdrawals.push_back(out);
  }

  // A pool whose events the ledger lacks: what comes in is always the same amount.
  void by_movements(const chain::AddressKey& address, const std::string& mixer) {
    if (pools_.count(address) != 0) return;
    const auto handle = reader_.find_address(address);
    if (!handle) return;
    for (const ledger::HoldingHandle& holding : reader_.holdings_of(*handle)) {
      MixerPool pool;
      pool.chain = &chain_;
      pool.address = address;
      pool.asset = holding.asset;
      pool.mixer = mixer;
      ledger::Movement movement;
      bool fixed = true;
      std::map<uint64_t, MixerWithdrawal> largest;  // by transaction: the rest goes to the relayer
      for (uint32_t segment = 0; segment < reader_.segments() && fixed; ++segment) {
        for (const uint64_t number : reader_.movements_of(holding, segment)) {
          reader_.movement(number, movement);
          const Uint256 amount = reader_.amount(number);
          if (movement.kind != chain::MovementKind::kTransfer || amount.is_zero() || movement.from == kNoNumber ||
              movement.to == kNoNumber)
            continue;
          if (movement.to == holding.rows[segment]) {
            if (!pool.denomination.is_zero() && pool.denomination != amount) {
              fixed = false;
              break;
            }
            pool.denomination = amount;
            pool.deposits.push_back({movement.transaction, number, time_of(movement.transaction),
                                     reader_.holding_address(segment, movement.from),
                                     reader_.gas_price(movement.transaction)});
          } else {
            MixerWithdrawal& out = largest[movement.transaction];
            if (amount < out.amount) continue;
            out = {movement.transaction,
                   number,
                   time_of(movement.transaction),
                   reader_.holding_address(segment, movement.to),
                   amount,
                   reader_.gas_price(movement.transaction),
                   true,
                   0};
          }
        }
      }
      if (!fixed || pool.deposits.size() < 2) continue;
      for (const auto& [transaction, out] : largest) pool.withdrawals.push_back(out);
      pools_.emplace(address, std::move(pool));
      return;
    }
  }

  static void finish(MixerPool& pool) {
    const auto by_place = [](const auto& a, const auto& b) { return a.movement < b.movement; };
    std::sort(pool.deposits.begin(), pool.deposits.end(), by_place);
    std::sort(pool.withdrawals.begin(), pool.withdrawals.end(), by_place);
    size_t d = 0;
    for (size_t w = 0; w < pool.withdrawals.size(); ++w) {
      while (d < pool.deposits.size() && pool.deposits[d].movement < pool.withdrawals[w].movement) ++d;
      pool.withdrawals[w].anonymity_set = static_cast<uint32_t>(d > w ? d - w : 0);
    }
  }

  const ledger::LedgerChain& chain_;
  const ledger::AccountReader& reader_;
  const Registry& registry_;
  const attribution::ServiceDirectory& services_;
  std::map<chain::AddressKey, MixerPool> pools_;
  std::vector<uint64_t> scratch_;
};

class Linker {
 public:
  explicit Linker(const std::vector<MixerPool>& pools) : pools_(pools) {}

  std::vector<Link> run() {
    profiles();
    for (size_t p = 0; p < pools_.size(); ++p) pool(p);
    return std::move(links_);
  }

 private:
  // ---- profiles: how many notes of each pool of a mixer somebody put in, somebody took out
  // ---------------------------
  using Counts = std::map<size_t, uint32_t>;
  static std::string text_of(const Counts& counts) {
    std::string out;
    for (const auto& [pool, count] : counts) out += std::to_string(pool) + "x" + std::to_string(count) + " ";
    return out;
  }
  void profiles() {
    struct Party {
      Counts counts;
      int64_t first = INT64_MAX, last = INT64_MIN;
    };
    std::map<std::string, std::pair<std::map<chain::AddressKey, Party>, std::map<chain::AddressKey, Party>>> by_mixer;
    for (size_t p = 0; p < pools_.size(); ++p) {
      auto& [depositors, recipients] = by_mixer[std::string(pools_[p].chain->network->name) + pools_[p].mixer];
      const auto note = [&](Party& party, int64_t time) {
        ++party.counts[p];
        party.first = std::min(party.first, time);
        party.last = std::max(party.last, time);
      };
      for (const MixerDeposit& d : pools_[p].deposits) note(depositors[d.depositor], d.time);
      for (const MixerWithdrawal& w : pools_[p].withdrawals) note(recipients[w.recipient], w.time);
    }
    for (auto& [mixer, sides] : by_mixer) {
      std::map<std::string, std::vector<const std::pair<const chain::AddressKey, Party>*>> depositors_of;
      std::map<std::string, uint32_t> recipients_of;
      for (const auto& entry : sides.first) depositors_of[text_of(entry.second.counts)].push_back(&entry);
      for (const auto& entry : sides.second) ++recipients_of[text_of(entry.second.counts)];
      for (const auto& [recipient, party] : sides.second) {
        if (party.counts.size() < 2) continue;  // one pool is no profile
        const auto found = depositors_of.find(text_of(party.counts));
        if (found == depositors_of.end() || found->second.size() != 1 || recipients_of[found->first] != 1) continue;
        if (found->second[0]->second.last <= party.first) profile_of_[{mixer, recipient}] = found->second[0]->first;
      }
    }
  }

  void pool(size_t p) {
    const MixerPool& pool = pools_[p];
    struct Notes {  // of one depositor, in ledger order
      std::vector<size_t> deposits;
      size_t oldest = 0;  // all before it are spent
      size_t spent = 0;   // every one of them before the withdrawal at hand
    };
    std::unordered_map<chain::AddressKey, Notes, KeyHash> deposits_of;
    std::unordered_map<uint64_t, std::vector<size_t>> deposits_at, withdrawals_at;
    for (size_t d = 0; d < pool.deposits.size(); ++d) {
      deposits_of[pool.deposits[d].depositor].deposits.push_back(d);
      if (pool.deposits[d].gas_price != 0) deposits_at[pool.deposits[d].gas_price].push_back(d);
    }
    for (size_t w = 0; w < pool.withdrawals.size(); ++w)
      if (!pool.withdrawals[w].relayed && pool.withdrawals[w].gas_price != 0)
        withdrawals_at[pool.withdrawals[w].gas_price].push_back(w);
    std::vector<bool> spent(pool.deposits.size(), false);
    size_t oldest = 0;  // all before it are spent
    size_t recent = 0;  // the first put in during the hour before the withdrawal at hand
    for (size_t w = 0; w < pool.withdrawals.size(); ++w) {
      const MixerWithdrawal& out = pool.withdrawals[w];
      // The depositor's oldest note that no link has taken; how many of them stood there then.
      const auto note_of = [&](const chain::AddressKey& depositor, size_t& chosen) -> size_t {
        chosen = SIZE_MAX;
        const auto found = deposits_of.find(depositor);
        if (found == deposits_of.end()) return 0;
        Notes& notes = found->second;
        while (notes.oldest < notes.deposits.size() && spent[notes.deposits[notes.oldest]]) ++notes.oldest;
        const auto before = std::partition_point(notes.deposits.begin(), notes.deposits.end(),
                                                 [&](size_t d) { return pool.deposits[d].movement <= out.movement; });
        const auto count = static_cast<size_t>(before - notes.deposits.begin()) - notes.spent;
        if (count > 0) chosen = notes.deposits[notes.oldest];
        return count;
      };
      size_t chosen = SIZE_MAX, count = 0;
      const char* rule = nullptr;
      uint32_t confidence = 0;
      std::string evidence;
      const auto priced = withdrawals_at.find(out.gas_price);
      const auto paid = deposits_at.find(out.gas_price);
      if (!out.relayed && priced != withdrawals_at.end() && priced->second.size() == 1 && paid != deposits_at.end() &&
          paid->second.size() == 1 && pool.deposits[paid->second[0]].movement < out.movement &&
          !spent[paid->second[0]]) {
        rule = "gas-price";
        confidence = kGasPrice;
        chosen = paid->second[0];
        count = 1;
        evidence = "both at a gas price of " + std::to_string(out.gas_price) + ", which no other of the pool paid";
      }
      if (rule == nullptr && (count = note_of(out.recipient, chosen)) > 0) {
        rule = "address-reuse";
        confidence = kReuse;
        evidence = "the recipient itself deposited before";
      }
      if (rule == nullptr) {
        const auto profile = profile_of_.find({std::string(pool.chain->network->name) + pool.mixer, out.recipient});
        if (profile != profile_of_.end() && (count = note_of(profile->second, chosen)) > 0) {
          rule = "profile";
          confidence = kProfile;
          evidence = "one depositor and one recipient have these numbers of notes in each pool";
        }
      }
      if (rule == nullptr) {
        for (const chain::AddressKey& other : partners(pool, out.recipient)) {
          if ((count = note_of(other, chosen)) == 0) continue;
          rule = "linked";
          confidence = kLinked;
          evidence = "recipient and depositor " + chain::format_address(*pool.chain->network, other) +
                     " paid one another outside the pool";
          break;
        }
      }
      if (rule == nullptr && out.anonymity_set > 0 && out.anonymity_set <= 3) {
        while (oldest < pool.deposits.size() && spent[oldest]) ++oldest;
        if (oldest < pool.deposits.size() && pool.deposits[oldest].movement < out.movement) chosen = oldest;
        if (chosen != SIZE_MAX) {
          rule = "small-set";
          confidence = kCertain / (out.anonymity_set + 1);
          count = out.anonymity_set;
          evidence = "the pool held " + std::to_string(out.anonymity_set) + " notes";
        }
      }
      if (rule == nullptr) {
        while (recent < pool.deposits.size() && pool.deposits[recent].time < out.time - kTimingSeconds) ++recent;
        size_t lately = 0;
        for (size_t d = recent; d < pool.deposits.size() && pool.deposits[d].movement < out.movement && lately < 2;
             ++d) {
          if (d - recent >= kTimingNotesMax) lately = 2;
          if (spent[d]) continue;
          ++lately;
          chosen = d;
        }
        if (lately == 1) {
          rule = "timing";
          confidence = kTiming;
          count = out.anonymity_set;
          evidence = "the only note put in during the hour before";
        } else {
          chosen = SIZE_MAX;
        }
      }
      if (rule == nullptr || chosen == SIZE_MAX) continue;
      // So weak a guess takes no note away from a better one.
      if (confidence > kTiming) {
        spent[chosen] = true;
        ++deposits_of[pool.deposits[chosen].depositor].spent;
      }
      make(pool, pool.deposits[chosen], out, rule, confidence, static_cast<uint32_t>(count - 1), evidence);
    }
  }

  // Who paid an address, or was paid by it, in anything but through the pool; nobody where it is too busy.
  std::vector<chain::AddressKey> partners(const MixerPool& pool, const chain::AddressKey& address) {
    const auto known = partners_.find({pool.chain, address});
    if (known != partners_.end()) return known->second;
    std::vector<chain::AddressKey> out;
    const ledger::AccountReader& reader = *pool.chain->account;
    const auto handle = reader.find_address(address);
    size_t seen = 0;
    if (handle) {
      ledger::Movement movement;
      for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
        for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
          for (const uint64_t number : reader.movements_of(holding, segment)) {
            if (++seen > kOutsideMovementsMax) break;
            reader.movement(number, movement);
            const uint64_t row = movement.from == holding.rows[segment] ? movement.to : movement.from;
            if (row == kNoNumber || movement.kind != chain::MovementKind::kTransfer || reader.amount(number).is_zero())
              continue;
            const chain::AddressKey other = reader.holding_address(segment, row);
            if (!(other == pool.address) && !(other == address)) out.push_back(other);
          }
        }
      }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    if (seen > kOutsideMovementsMax) out.clear();
    partners_[{pool.chain, address}] = out;
    return out;
  }

  void make(const MixerPool& pool, const MixerDeposit& in, const MixerWithdrawal& out, const char* rule,
            uint32_t confidence, uint32_t others, const std::string& evidence) {
    Link link;
    link.kind = LinkKind::kMixer;
    link.rule = rule;
    link.service = pool.mixer;
    link.confidence = confidence;
    link.candidates = others;
    link.anonymity_set = out.anonymity_set;
    const chain::Network& network = *pool.chain->network;
    link.from = {&network, in.transaction, in.movement, in.depositor, pool.address, pool.asset, pool.denomination};
    link.to = {&network, out.transaction, out.movement, out.recipient, pool.address, pool.asset, out.amount};
    link.evidence = {evidence, "the pool held " + std::to_string(out.anonymity_set) + " notes before the withdrawal"};
    links_.push_back(std::move(link));
  }

  const std::vector<MixerPool>& pools_;
  std::map<std::pair<std::string, chain::AddressKey>, chain::AddressKey> profile_of_;
  std::map<std::pair<const ledger::LedgerChain*, chain::AddressKey>, std::vector<chain::AddressKey>> partners_;
  std::vector<Link> links_;
};
}  // namespace

std::vector<MixerPool> find_mixer_pools(const ledger::Ledger& ledger, const Registry& registry,
                                        const attribution::ServiceDirectory& services) {
  std::vector<MixerPool> out;
  for (const ledger::LedgerChain& chain : ledger.chains())
    if (chain.account) PoolFinder(chain, registry, services).run(out);
  return out;
}
std::vector<Link> link_mixer_notes(const std::vector<MixerPool>& pools) { return Linker(pools).run(); }
}  // namespace jindo::resolve
