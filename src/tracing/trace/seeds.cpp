// Thefts looked up in a chain, in two passes: those that name a transaction, then those of "all that this address
// receives", which leave out what the first ones took.
#include "trace/seeds.h"

#include <algorithm>
#include <map>

#include "base/clock.h"

namespace jindo::trace {
namespace {
using base::bad_input;
using base::Uint256;

std::string short_of(const Theft& theft, const Uint256& found) {
  return theft.label + ": the ledger's movement carries " + base::to_decimal(found) + ", less than the " +
         base::to_decimal(*theft.amount) + " named";
}
base::Error not_held(const chain::Network& network, const Theft& theft) {
  return bad_input(theft.label + ": the ledger does not hold transaction " +
                   chain::format_hash(network, *theft.transaction) + " on " + std::string(network.name) +
                   "; ingest the blocks that do");
}

// The first number at or after a time, by bisection over blocks. Block times may go back a little on bitcoin: the
// running maximum is what orders them, so start from it and let the caller test each block's own time.
template <class Member>
uint64_t first_from(const ledger::ChainReader& reader, int64_t since, Member member) {
  uint64_t low = 0;
  uint64_t high = reader.info().blocks;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (reader.block(middle).order_time < since)
      low = middle + 1;
    else
      high = middle;
  }
  return low < reader.info().blocks ? reader.block(low).*member : UINT64_MAX;
}
base::Error nothing_received(const Theft& theft) {
  return bad_input(theft.label + ": the address receives nothing from " + base::format_time(theft.since) +
                   " on in this ledger");
}
template <class Finder>
base::Status find_all(Finder& finder, const std::vector<Source>& sources, const std::vector<uint32_t>& which) {
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts)
      if (theft.transaction) JINDO_DO(finder.find_named(s, theft));
  }
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts)
      if (theft.address) JINDO_DO(finder.find_received(s, theft));
  }
  return {};
}

// ---- UTXO chains
// -----------------------------------------------------------------------------------------------------
class UtxoSeedFinder {
 public:
  explicit UtxoSeedFinder(const ledger::UtxoReader& reader) : reader_(reader), network_(*reader.info().network) {}
  base::Status find_named(uint32_t source, const Theft& theft) {
    const auto number = reader_.find_transaction(*theft.transaction);
    if (!number) return not_held(network_, theft);
    ledger::UtxoTransactionView view;
    reader_.transaction(*number, view);
    const uint32_t index = theft.output.value_or(0);
    if (index >= view.out_value.size()) {
      return bad_input(theft.label + ": the transaction has " + std::to_string(view.out_value.size()) +
                       " outputs; no output " + std::to_string(index));
    }
    UtxoSeed seed{*number, view.first_output + index, view.out_value[index], source, false};
    if (theft.amount) {
      if (Uint256(seed.amount) < *theft.amount) return bad_input(short_of(theft, seed.amount));
      seed.amount = theft.amount->low();
    }
    const auto added = taken_.emplace(seed.output, theft.label);
    if (!added.second) return bad_input(theft.label + ": names the same output as " + added.first->second);
    seeds_.push_back(seed);
    return {};
  }
  base::Status find_received(uint32_t source, const Theft& theft) {
    const auto handle = reader_.find_address(*theft.address);
    if (!handle && theft.may_be_missing) return {};
    if (!handle) {
      return bad_input(theft.label + ": the ledger does not hold address " +
                       chain::format_address(network_, *theft.address));
    }
    const uint64_t from = first_from(reader_, theft.since, &ledger::BlockRow::first_output);
    if (from == UINT64_MAX) return theft.may_be_missing ? base::Status() : nothing_received(theft);
    bool found = false;
    for (const uint64_t output : reader_.received(*handle, from, SIZE_MAX)) {
      const uint64_t tx = reader_.transaction_of_output(output);
      if (reader_.block(reader_.block_of_transaction(tx)).time < theft.since) continue;
      if (pays_out_of(tx, *theft.address)) continue;  // change that the address gives itself is not received
      found = true;
      if (!taken_.emplace(output, theft.label).second) continue;  // named already: not stolen twice
      const uint64_t value = reader_.output_value(output);
      if (value > 0) seeds_.push_back({tx, output, value, source, true});
    }
    if (!found && !theft.may_be_missing) return nothing_received(theft);
    return {};
  }
  std::vector<UtxoSeed> take_sorted() {
    std::sort(seeds_.begin(), seeds_.end(), [](const UtxoSeed& a, const UtxoSeed& b) { return a.output < b.output; });
    return std::move(seeds_);
  }

 private:
  bool pays_out_of(uint64_t transaction, const chain::AddressKey& address) const {
    ledger::UtxoTransactionView view;
    reader_.transaction(transaction, view);
    for (size_t i = 0; i < view.in_output.size(); ++i)
      if (reader_.input_address(view.first_input + i) == address) return true;
    return false;
  }

  const ledger::UtxoReader& reader_;
  const chain::Network& network_;
  std::map<uint64_t, std::string> taken_;  // by output: the theft that has it
  std::vector<UtxoSeed> seeds_;
};

// ---- account chains
// --------------------------------------------------------------------------------------------------
class AccountSeedFinder {
 public:
  AccountSeedFinder(const ledger::AccountReader& reader, const std::vector<Source>& sources)
      : reader_(reader), sources_(sources), network_(*reader.info().network) {}
  base::Status find_named(uint32_t source, const Theft& theft) {
    const auto number = reader_.find_transaction(*theft.transaction);
    if (!number) return not_held(network_, theft);
    const std::vector<uint64_t> matching = matching_movements(*number, theft, sources_[source].asset);
    if (matching.empty()) {
      return bad_input(theft.label + ": transaction " + chain::format_hash(network_, *theft.transaction) +
                       " moves no " + chain::format_asset(network_, sources_[source].asset) +
                       (theft.to ? " to " + chain::format_address(network_, *theft.to) : "") + " in this ledger");
    }
    if (theft.amount) return add_amount(source, theft, matching);
    for (const uint64_t m : matching) JINDO_DO(add(theft, {m, reader_.amount(m), source, false}));
    return {};
  }
  base::Status find_received(uint32_t source, const Theft& theft) {
    const auto handle = reader_.find_holding(*theft.address, sources_[source].asset);
    if (!handle && theft.may_be_missing) return {};
    if (!handle) {
      return bad_input(theft.label + ": the ledger does not hold " +
                       chain::format_asset(network_, sources_[source].asset) + " of address " +
                       chain::format_address(network_, *theft.address));
    }
    const uint64_t from = first_from(reader_, theft.since, &ledger::BlockRow::first_movement);
    bool found = false;
    ledger::Movement movement;
    for (uint32_t segment = 0; segment < reader_.segments(); ++segment) {
      const auto movements = reader_.movements_of(*handle, segment);
      for (auto it = std::lower_bound(movements.begin(), movements.end(), from); it != movements.end(); ++it) {
        reader_.movement(*it, movement);
        if (movement.to != handle->rows[segment] || movement.from == movement.to) continue;
        if (reader_.block(reader_.block_of_transaction(movement.transaction)).time < theft.since) continue;
        found = true;
        JINDO_DO(add(theft, {*it, reader_.amount(*it) - taken_[*it], source, true}));
      }
    }
    if (!found && !theft.may_be_missing) return nothing_received(theft);
    return {};
  }
  std::vector<AccountSeed> take_sorted() {
    std::stable_sort(seeds_.begin(), seeds_.end(),
                     [](const AccountSeed& a, const AccountSeed& b) { return a.movement < b.movement; });
    return std::move(seeds_);
  }

 private:
  // Those of a transaction that move the asset, to the receiver where one is named.
  std::vector<uint64_t> matching_movements(uint64_t transaction, const Theft& theft,
                                           const chain::AddressKey& asset) const {
    std::vector<uint64_t> scratch, out;
    ledger::Movement movement;
    for (const uint64_t m : reader_.movements_of_transaction(transaction, scratch)) {
      reader_.movement(m, movement);
      if (movement.kind == chain::MovementKind::kFee || movement.to == ledger::kNoNumber) continue;
      if (!(reader_.asset(movement.segment, movement.asset) == asset)) continue;
      if (theft.to && !(reader_.holding_address(movement.segment, movement.to) == *theft.to)) continue;
      out.push_back(m);
    }
    return out;
  }
  // A movement of just the amount named, else from the first on.
  base::Status add_amount(uint32_t source, const Theft& theft, const std::vector<uint64_t>& matching) {
    Uint256 total;
    for (const uint64_t m : matching) total += reader_.amount(m);
    if (total < *theft.amount) return bad_input(short_of(theft, total));
    const auto exact =
        std::find_if(matching.begin(), matching.end(), [&](uint64_t m) { return reader_.amount(m) == *theft.amount; });
    if (exact != matching.end()) return add(theft, {*exact, *theft.amount, source, false});
    Uint256 left = *theft.amount;
    for (const uint64_t m : matching) {
      const Uint256 part = std::min(left, reader_.amount(m));
      JINDO_DO(add(theft, {m, part, source, false}));
      left -= part;
    }
    return {};
  }
  base::Status add(const Theft& theft, const AccountSeed& seed) {
    Uint256& sum = taken_[seed.movement];
    if (seed.amount > reader_.amount(seed.movement) - sum)
      return bad_input(theft.label + ": another theft names the same movement");
    sum += seed.amount;
    if (!seed.amount.is_zero()) seeds_.push_back(seed);
    return {};
  }

  const ledger::AccountReader& reader_;
  const std::vector<Source>& sources_;
  const chain::Network& network_;
  std::map<uint64_t, Uint256> taken_;  // of each movement
  std::vector<AccountSeed> seeds_;
};
}  // namespace

std::vector<uint32_t> leave_out_beyond(std::vector<AccountSeed>& seeds) {
  std::map<uint32_t, base::WideSum> sums;
  for (const AccountSeed& seed : seeds) sums[seed.source] += seed.amount;
  std::vector<uint32_t> out;
  for (const auto& [source, sum] : sums)
    if (base::is_beyond(sum.saturated())) out.push_back(source);
  if (out.empty()) return out;
  seeds.erase(
      std::remove_if(seeds.begin(), seeds.end(),
                     [&](const AccountSeed& seed) { return std::binary_search(out.begin(), out.end(), seed.source); }),
      seeds.end());
  return out;
}

base::Result<std::vector<UtxoSeed>> find_seeds(const ledger::UtxoReader& reader, const std::vector<Source>& sources,
                                               const std::vector<uint32_t>& which) {
  UtxoSeedFinder finder(reader);
  JINDO_DO(find_all(finder, sources, which));
  return finder.take_sorted();
}

base::Result<std::vector<AccountSeed>> find_seeds(const ledger::AccountReader& reader,
                                                  const std::vector<Source>& sources,
                                                  const std::vector<uint32_t>& which) {
  AccountSeedFinder finder(reader, sources);
  JINDO_DO(find_all(finder, sources, which));
  return finder.take_sorted();
}
}  // namespace jindo::trace
