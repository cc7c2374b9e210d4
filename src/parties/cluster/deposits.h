// Deposit addresses of exchanges on account chains, by forwarding (Victor 2020, "Address Clustering Heuristics for
// Ethereum", Financial Cryptography): an exchange gives each customer an address that passes on what it gets to the
// exchange's own. Whoever pays into the same deposit address is taken for one customer. Evidence of its own kind: never
// merged with co-spending. What it gets wrong: a customer's private wallet that only ever paid one exchange, in full,
// at once; contracts that forward; sponsors who pay into others' deposit addresses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ledger/reader.h"

namespace jindo::cluster {

struct ForwardingOptions {
  uint64_t blocks_max = 3200;  // between in and out (Victor's t_max)
  base::Uint256 native_difference_max = base::Uint256(10'000'000'000'000'000ULL);  // 0.01 ether (a_max): gas
  uint64_t movements_max = 10'000;  // an address with more is no deposit address
};
// Who owns an exchange's own address, by attribution; "" for anybody else. Called often.
using ExchangeOf = std::function<std::string(const chain::AddressKey&)>;

struct Forwarding {          // one pair that proves it
  uint64_t in = 0, out = 0;  // movement numbers
};
struct Deposit {
  chain::AddressKey address;
  std::string exchange;
  uint64_t received = 0, forwarded = 0;   // transfers in from others; those that an outgoing one matches
  std::vector<Forwarding> pairs;          // the first few
  std::vector<chain::AddressKey> payers;  // who paid in, each once, sorted; the exchange itself left out
  uint8_t confidence() const;             // 0 to 100, by the share and the number that match
};
// Whether the address is a deposit address: all it sends goes to one exchange, and at least one transfer in is matched
// by one out of the same asset, soon after and of (nearly) the same amount. `out` is what is known then.
bool find_deposit(const ledger::AccountReader& reader, const chain::AddressKey& address, const ExchangeOf& exchange_of,
                  const ForwardingOptions& options, Deposit& out);
// All of them: everybody who paid one of the exchanges' addresses is looked at. Sorted by address.
std::vector<Deposit> find_deposits(const ledger::AccountReader& reader,
                                   const std::vector<chain::AddressKey>& exchange_addresses,
                                   const ExchangeOf& exchange_of, const ForwardingOptions& options,
                                   const std::function<void(uint64_t done)>& progress = {});
// The same on UTXO chains: all that the address ever spends goes, whole and with nothing beside it, into transactions
// whose one output pays one exchange's own address: its sweeps of deposit addresses. What it gets wrong: somebody who
// pays an exchange's main address all he has, in one piece. `spends_max`: an address with more is no deposit address.
struct Sweep {
  std::string exchange;
  uint64_t spends = 0;
  uint64_t transaction = 0;  // the first of them
  uint8_t confidence() const { return spends >= 3 ? 90 : spends == 2 ? 85 : 75; }
};
bool find_sweep(const ledger::UtxoReader& reader, const ledger::AddressHandle& address, const ExchangeOf& exchange_of,
                Sweep& out, uint64_t spends_max = 1000);

// The customers: addresses that share a deposit address, directly or through one another. Each group sorted.
std::vector<std::vector<chain::AddressKey>> customers_of(const std::vector<Deposit>& deposits);

}  // namespace jindo::cluster
