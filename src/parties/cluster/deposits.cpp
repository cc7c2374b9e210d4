// Deposit addresses of exchanges, by what comes in and is passed on; whose customers share one.
#include "cluster/deposits.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "chain/burn.h"

namespace jindo::cluster {
namespace {
using ledger::kNoNumber;
constexpr size_t kPairsShown = 5;
constexpr size_t kPayersMax = 50;  // an address with more is no customer's own

struct Transfer {
  uint64_t number = 0, block = 0;
  base::Uint256 amount;
  chain::AddressKey other;
};

struct Transfers {  // of one holding, in ledger order
  std::vector<Transfer> in, sent;
};
Transfers read_transfers(const ledger::AccountReader& reader, const ledger::HoldingHandle& holding,
                         const chain::AddressKey& address) {
  Transfers out;
  ledger::Movement m;
  for (uint32_t s = 0; s < reader.segments(); ++s) {
    for (const uint64_t number : reader.movements_of(holding, s)) {
      reader.movement(number, m);
      if (m.kind != chain::MovementKind::kTransfer) continue;
      Transfer t;
      t.number = number;
      t.amount = reader.amount(number);
      if (t.amount.is_zero()) continue;
      t.block = reader.block(reader.block_of_transaction(m.transaction)).height;
      const chain::AddressKey from =
          m.from == kNoNumber ? chain::AddressKey{} : reader.holding_address(m.segment, m.from);
      const chain::AddressKey to = m.to == kNoNumber ? chain::AddressKey{} : reader.holding_address(m.segment, m.to);
      if (from == to) continue;
      const bool outgoing = from == address;
      t.other = outgoing ? to : from;
      if (chain::find_burn(*reader.info().network, t.other) != nullptr) t.other = {};  // minted: by no customer
      (outgoing ? out.sent : out.in).push_back(t);
    }
  }
  return out;
}
// Whether all of it went to one exchange, the one found before if there is one; that is noted.
bool goes_to_one(const std::vector<Transfer>& sent, const ExchangeOf& exchange_of, std::string& one) {
  for (const Transfer& t : sent) {
    const std::string exchange = t.other.is_none() ? std::string() : exchange_of(t.other);
    if (exchange.empty() || (!one.empty() && exchange != one)) return false;
    one = exchange;
  }
  return true;
}
// Pairs what came in with the first that was sent on soon after, whole but for gas; each is used once.
void pair_up(const Transfers& transfers, bool native, const ExchangeOf& exchange_of, const ForwardingOptions& options,
             std::set<chain::AddressKey>& payers, Deposit& out) {
  const std::vector<Transfer>& sent = transfers.sent;
  std::vector<bool> used(sent.size());
  for (const Transfer& t : transfers.in) {
    if (t.other.is_none()) continue;
    if (!exchange_of(t.other).empty()) continue;  // the exchange itself sends gas, or pays out
    payers.insert(t.other);
    ++out.received;
    for (size_t i = 0; i < sent.size(); ++i) {
      const Transfer& o = sent[i];
      if (used[i] || o.number < t.number || o.block > t.block + options.blocks_max || o.amount > t.amount) continue;
      const base::Uint256 difference = t.amount - o.amount;
      if (!(native ? difference <= options.native_difference_max : difference.is_zero())) continue;
      used[i] = true;
      ++out.forwarded;
      if (out.pairs.size() < kPairsShown) out.pairs.push_back({t.number, o.number});
      break;
    }
  }
}
}  // namespace

uint8_t Deposit::confidence() const {
  // One pair may be chance; the share that is passed on says how wholly it forwards.
  const uint64_t share = received == 0 ? 0 : forwarded * 100 / received;
  const uint64_t cap = forwarded >= 3 ? 95 : forwarded == 2 ? 85 : 70;
  return static_cast<uint8_t>(std::min(cap, share));
}

bool find_deposit(const ledger::AccountReader& reader, const chain::AddressKey& address, const ExchangeOf& exchange_of,
                  const ForwardingOptions& options, Deposit& out) {
  out = {};
  out.address = address;
  if (!exchange_of(address).empty()) return false;
  if (reader.creation_of(address)) return false;  // a contract forwards by its code: who made it is another question
  const auto handle = reader.find_address(address);
  if (!handle) return false;
  const auto holdings = reader.holdings_of(*handle);
  uint64_t movements = 0;
  for (const ledger::HoldingHandle& holding : holdings)
    for (uint32_t s = 0; s < reader.segments(); ++s) movements += reader.movements_of(holding, s).size();
  if (movements > options.movements_max) return false;

  std::set<chain::AddressKey> payers;
  for (const ledger::HoldingHandle& holding : holdings) {
    const Transfers transfers = read_transfers(reader, holding, address);
    if (!goes_to_one(transfers.sent, exchange_of, out.exchange)) return false;
    pair_up(transfers, holding.asset == chain::native_asset(), exchange_of, options, payers, out);
  }
  out.payers.assign(payers.begin(), payers.end());
  return !out.exchange.empty() && out.forwarded > 0;
}

std::vector<Deposit> find_deposits(const ledger::AccountReader& reader,
                                   const std::vector<chain::AddressKey>& exchange_addresses,
                                   const ExchangeOf& exchange_of, const ForwardingOptions& options,
                                   const std::function<void(uint64_t)>& progress) {
  struct Hash {
    size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
  };
  std::unordered_set<chain::AddressKey, Hash> asked;
  std::vector<Deposit> out;
  ledger::Movement m;
  uint64_t done = 0;
  for (const chain::AddressKey& exchange : exchange_addresses) {
    const auto handle = reader.find_address(exchange);
    if (!handle) continue;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      for (uint32_t s = 0; s < reader.segments(); ++s) {
        for (const uint64_t number : reader.movements_of(holding, s)) {
          reader.movement(number, m);
          if (progress && ++done % 65'536 == 0) progress(done);
          if (m.kind != chain::MovementKind::kTransfer || m.from == kNoNumber) continue;
          const chain::AddressKey from = reader.holding_address(m.segment, m.from);
          if (from == exchange || !asked.insert(from).second) continue;
          Deposit deposit;
          if (find_deposit(reader, from, exchange_of, options, deposit)) out.push_back(std::move(deposit));
        }
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const Deposit& a, const Deposit& b) { return a.address < b.address; });
  return out;
}

bool find_sweep(const ledger::UtxoReader& reader, const ledger::AddressHandle& address, const ExchangeOf& exchange_of,
                Sweep& out, uint64_t spends_max) {
  out = {};
  out.spends = reader.sent_count(address);
  if (out.spends == 0 || out.spends > spends_max) return false;
  ledger::UtxoTransactionView view;
  for (const uint64_t input : reader.sent(address, 0, spends_max)) {
    const uint64_t transaction = reader.transaction_of_input(input);
    reader.transaction(transaction, view);
    if (view.out_value.size() != 1) return false;
    const std::string exchange = exchange_of(reader.output_address(view.first_output));
    if (exchange.empty() || (!out.exchange.empty() && exchange != out.exchange)) return false;
    if (out.exchange.empty()) out.transaction = transaction;
    out.exchange = exchange;
  }
  return true;
}

std::vector<std::vector<chain::AddressKey>> customers_of(const std::vector<Deposit>& deposits) {
  std::map<chain::AddressKey, chain::AddressKey> up;
  const auto root = [&](chain::AddressKey key) {
    for (auto at = up.find(key); at != up.end() && !(at->second == key); at = up.find(key)) key = at->second;
    return key;
  };
  std::set<chain::AddressKey> own;  // a deposit address pays into another now and then: no customer
  for (const Deposit& d : deposits) own.insert(d.address);
  for (const Deposit& d : deposits) {
    if (d.payers.size() > kPayersMax) continue;
    const chain::AddressKey* first = nullptr;
    for (const chain::AddressKey& payer : d.payers) {
      if (own.count(payer) != 0) continue;
      up.emplace(payer, payer);
      if (first == nullptr) {
        first = &payer;
        continue;
      }
      const chain::AddressKey a = root(*first), b = root(payer);
      if (!(a == b)) up[std::max(a, b)] = std::min(a, b);
    }
  }
  std::map<chain::AddressKey, std::vector<chain::AddressKey>> groups;
  for (const auto& [key, parent] : up) groups[root(key)].push_back(key);
  std::vector<std::vector<chain::AddressKey>> out;
  for (auto& [key, members] : groups)
    if (members.size() > 1) out.push_back(std::move(members));
  return out;
}
}  // namespace jindo::cluster
