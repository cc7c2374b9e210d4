// Finds the pools of a ledger's account chains: by events of known layouts from any emitter, else by movements of one
// amount into addresses that registry or attribution name. What links their notes is mixer_links.cpp.
#include "resolve/mixer.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace jindo::resolve {
namespace {
using base::Uint256;
using ledger::kNoNumber;

struct PoolMovement {  // one transfer into a pool, or out of it
  uint64_t number = 0;
  chain::AddressKey from, to;
  chain::AddressKey asset;
  Uint256 amount;
};

class PoolFinder {
 public:
  PoolFinder(const ledger::LedgerChain& chain, const Registry& registry, const attribution::ServiceDirectory& services)
      : chain_(chain), reader_(*chain.account), registry_(registry), services_(services) {}

  void run(std::vector<MixerPool>& out) {
    find_by_events();
    find_by_movements();
    for (auto& [address, pool] : pools_) {
      if (pool.deposits.empty()) continue;
      finish(pool);
      out.push_back(std::move(pool));
    }
  }

 private:
  void find_by_events() {
    for (const MixerEntry& mixer : registry_.mixers()) {
      const std::vector<base::Hash256> topics{mixer.deposit.topic(), mixer.withdrawal.topic()};
      reader_.scan_events(topics, [&](const ledger::Note& note) {
        if (mixer.deposit.matches(note)) deposit(mixer, note);
        if (mixer.withdrawal.matches(note)) withdrawal(mixer, note);
      });
    }
  }
  void find_by_movements() {
    std::set<chain::AddressKey> named;
    for (const MixerEntry& mixer : registry_.mixers()) {
      const auto found = mixer.contracts.find(chain_.network);
      if (found == mixer.contracts.end()) continue;
      for (const chain::AddressKey& address : found->second)
        if (named.insert(address).second) by_movements(address, mixer.name);
    }
    for (const chain::AddressKey& address : services_.addresses(*chain_.network, "mixer"))
      if (named.insert(address).second) by_movements(address, services_.find_named(*chain_.network, address)->name);
  }

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
  // Who pays the transaction's gas; else the payer of its first movement.
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
  // The transaction's largest transfer, the later of equals, whose ends fit.
  template <class Fits>
  std::optional<PoolMovement> largest_movement(uint64_t transaction, const Fits& fits) {
    std::optional<PoolMovement> out;
    ledger::Movement movement;
    for (const uint64_t number : reader_.movements_of_transaction(transaction, scratch_)) {
      reader_.movement(number, movement);
      if (movement.kind != chain::MovementKind::kTransfer || movement.from == kNoNumber || movement.to == kNoNumber)
        continue;
      const chain::AddressKey from = reader_.holding_address(movement.segment, movement.from);
      const chain::AddressKey to = reader_.holding_address(movement.segment, movement.to);
      if (!fits(from, to)) continue;
      const Uint256 amount = reader_.amount(number);
      if (amount.is_zero() || (out && amount < out->amount)) continue;
      out = PoolMovement{number, from, to, reader_.asset(movement.segment, movement.asset), amount};
    }
    return out;
  }
  std::optional<PoolMovement> movement_into(uint64_t transaction, const chain::AddressKey& pool) {
    return largest_movement(transaction,
                            [&](const chain::AddressKey&, const chain::AddressKey& to) { return to == pool; });
  }
  // To the recipient that the event names; to anybody where it names none.
  std::optional<PoolMovement> movement_out_of(uint64_t transaction, const chain::AddressKey& pool,
                                              const std::optional<chain::AddressKey>& recipient) {
    return largest_movement(transaction, [&](const chain::AddressKey& from, const chain::AddressKey& to) {
      return from == pool && (!recipient || to == *recipient);
    });
  }
  int64_t time_of(uint64_t transaction) const { return reader_.block(reader_.block_of_transaction(transaction)).time; }

  void deposit(const MixerEntry& mixer, const ledger::Note& note) {
    const auto paid = movement_into(note.transaction, note.contract);
    if (!paid) return;
    MixerPool& pool = pool_of(note.contract, mixer.name);
    pool.asset = paid->asset;
    pool.denomination = paid->amount;
    pool.deposits.push_back({note.transaction, paid->number, time_of(note.transaction), sender_of(note.transaction),
                             reader_.gas_price(note.transaction)});
  }
  void withdrawal(const MixerEntry& mixer, const ledger::Note& note) {
    const auto paid = movement_out_of(note.transaction, note.contract, mixer.withdrawal.address(note, "to"));
    if (!paid) return;
    MixerWithdrawal out;
    out.transaction = note.transaction;
    out.movement = paid->number;
    out.time = time_of(note.transaction);
    out.recipient = paid->to;
    out.amount = paid->amount;
    out.gas_price = reader_.gas_price(note.transaction);
    out.relayed = !(sender_of(note.transaction) == out.recipient);
    pool_of(note.contract, mixer.name).withdrawals.push_back(out);
  }

  // A pool whose events the ledger lacks.
  void by_movements(const chain::AddressKey& address, const std::string& mixer) {
    if (pools_.count(address) != 0) return;
    const auto handle = reader_.find_address(address);
    if (!handle) return;
    for (const ledger::HoldingHandle& holding : reader_.holdings_of(*handle)) {
      std::optional<MixerPool> pool = read_fixed(holding);
      if (!pool || pool->deposits.size() < 2) continue;
      pool->address = address;
      pool->mixer = mixer;
      pools_.emplace(address, std::move(*pool));
      return;
    }
  }
  // What went in and out of a holding, if what comes in is always the same amount.
  std::optional<MixerPool> read_fixed(const ledger::HoldingHandle& holding) {
    MixerPool pool;
    pool.chain = &chain_;
    pool.asset = holding.asset;
    ledger::Movement movement;
    std::map<uint64_t, MixerWithdrawal> largest;  // by transaction: the rest goes to the relayer
    for (uint32_t segment = 0; segment < reader_.segments(); ++segment) {
      for (const uint64_t number : reader_.movements_of(holding, segment)) {
        reader_.movement(number, movement);
        const Uint256 amount = reader_.amount(number);
        if (movement.kind != chain::MovementKind::kTransfer || amount.is_zero() || movement.from == kNoNumber ||
            movement.to == kNoNumber)
          continue;
        const int64_t time = time_of(movement.transaction);
        const uint64_t gas_price = reader_.gas_price(movement.transaction);
        if (movement.to == holding.rows[segment]) {
          if (!pool.denomination.is_zero() && pool.denomination != amount) return std::nullopt;
          pool.denomination = amount;
          pool.deposits.push_back(
              {movement.transaction, number, time, reader_.holding_address(segment, movement.from), gas_price});
        } else {
          MixerWithdrawal& out = largest[movement.transaction];
          if (amount < out.amount) continue;
          const chain::AddressKey recipient = reader_.holding_address(segment, movement.to);
          out = {movement.transaction, number, time, recipient, amount, gas_price, true, 0};
        }
      }
    }
    for (const auto& [transaction, out] : largest) pool.withdrawals.push_back(out);
    return pool;
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
}  // namespace

std::vector<MixerPool> find_mixer_pools(const ledger::Ledger& ledger, const Registry& registry,
                                        const attribution::ServiceDirectory& services) {
  std::vector<MixerPool> out;
  for (const ledger::LedgerChain& chain : ledger.chains())
    if (chain.account) PoolFinder(chain, registry, services).run(out);
  return out;
}
}  // namespace jindo::resolve
