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
}  // namespace

base::Result<std::vector<UtxoSeed>> find_seeds(const ledger::UtxoReader& reader, const std::vector<Source>& sources,
                                               const std::vector<uint32_t>& which) {
  std::vector<UtxoSeed> out;
  const chain::Network& network = *reader.info().network;
  std::map<uint64_t, std::string> taken;  // explicit thefts by output
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts) {
      if (!theft.transaction) continue;
      const auto number = reader.find_transaction(*theft.transaction);
      if (!number) return not_held(network, theft);
      ledger::UtxoTransactionView view;
      reader.transaction(*number, view);
      const uint32_t index = theft.output.value_or(0);
      if (index >= view.out_value.size()) {
        return bad_input(theft.label + ": the transaction has " + std::to_string(view.out_value.size()) +
                         " outputs; no output " + std::to_string(index));
      }
      UtxoSeed seed{*number, view.first_output + index, view.out_value[index], s, false};
      if (theft.amount) {
        if (Uint256(seed.amount) < *theft.amount) return bad_input(short_of(theft, seed.amount));
        seed.amount = theft.amount->low();
      }
      const auto added = taken.emplace(seed.output, theft.label);
      if (!added.second) return bad_input(theft.label + ": names the same output as " + added.first->second);
      out.push_back(seed);
    }
  }
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts) {
      if (!theft.address) continue;
      const auto handle = reader.find_address(*theft.address);
      if (!handle && theft.may_be_missing) continue;
      if (!handle)
        return bad_input(theft.label + ": the ledger does not hold address " +
                         chain::format_address(network, *theft.address));
      const uint64_t from = first_from(reader, theft.since, &ledger::BlockRow::first_output);
      uint64_t found = 0;
      for (uint64_t output : from == UINT64_MAX ? std::vector<uint64_t>() : reader.received(*handle, from, SIZE_MAX)) {
        const uint64_t tx = reader.transaction_of_output(output);
        if (reader.block(reader.block_of_transaction(tx)).time < theft.since) continue;
        ledger::UtxoTransactionView view;
        reader.transaction(tx, view);
        bool own = false;  // change that the address gives itself is not received
        for (size_t i = 0; i < view.in_output.size() && !own; ++i)
          own = reader.input_address(view.first_input + i) == *theft.address;
        if (own) continue;
        ++found;
        if (!taken.emplace(output, theft.label).second) continue;  // named already: not stolen twice
        if (reader.output_value(output) > 0) out.push_back({tx, output, reader.output_value(output), s, true});
      }
      if (found == 0 && !theft.may_be_missing)
        return bad_input(theft.label + ": the address receives nothing from " + base::format_time(theft.since) +
                         " on in this ledger");
    }
  }
  std::sort(out.begin(), out.end(), [](const UtxoSeed& a, const UtxoSeed& b) { return a.output < b.output; });
  return out;
}

base::Result<std::vector<AccountSeed>> find_seeds(const ledger::AccountReader& reader,
                                                  const std::vector<Source>& sources,
                                                  const std::vector<uint32_t>& which) {
  std::vector<AccountSeed> out;
  const chain::Network& network = *reader.info().network;
  std::map<uint64_t, Uint256> taken;  // of each movement
  const auto add = [&](const Theft& theft, uint64_t movement, const Uint256& amount, uint32_t source,
                       bool since) -> base::Status {
    Uint256& sum = taken[movement];
    if (sum + amount > reader.amount(movement))
      return bad_input(theft.label + ": another theft names the same movement");
    sum += amount;
    if (!amount.is_zero()) out.push_back({movement, amount, source, since});
    return {};
  };
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts) {
      if (!theft.transaction) continue;
      const auto number = reader.find_transaction(*theft.transaction);
      if (!number) return not_held(network, theft);
      std::vector<uint64_t> scratch, matching;
      Uint256 total;
      ledger::Movement movement;
      for (const uint64_t m : reader.movements_of_transaction(*number, scratch)) {
        reader.movement(m, movement);
        if (movement.kind == chain::MovementKind::kFee || movement.to == ledger::kNoNumber) continue;
        if (!(reader.asset(movement.segment, movement.asset) == sources[s].asset)) continue;
        if (theft.to && !(reader.holding_address(movement.segment, movement.to) == *theft.to)) continue;
        matching.push_back(m);
        total += reader.amount(m);
      }
      if (matching.empty()) {
        return bad_input(theft.label + ": transaction " + chain::format_hash(network, *theft.transaction) +
                         " moves no " + chain::format_asset(network, sources[s].asset) +
                         (theft.to ? " to " + chain::format_address(network, *theft.to) : "") + " in this ledger");
      }
      if (!theft.amount) {
        for (const uint64_t m : matching) JINDO_DO(add(theft, m, reader.amount(m), s, false));
        continue;
      }
      if (total < *theft.amount) return bad_input(short_of(theft, total));
      // A movement of just that amount, else from the first on.
      const auto exact =
          std::find_if(matching.begin(), matching.end(), [&](uint64_t m) { return reader.amount(m) == *theft.amount; });
      if (exact != matching.end()) {
        JINDO_DO(add(theft, *exact, *theft.amount, s, false));
        continue;
      }
      Uint256 left = *theft.amount;
      for (const uint64_t m : matching) {
        const Uint256 part = std::min(left, reader.amount(m));
        JINDO_DO(add(theft, m, part, s, false));
        left -= part;
      }
    }
  }
  for (const uint32_t s : which) {
    for (const Theft& theft : sources[s].thefts) {
      if (!theft.address) continue;
      const auto handle = reader.find_holding(*theft.address, sources[s].asset);
      if (!handle && theft.may_be_missing) continue;
      if (!handle) {
        return bad_input(theft.label + ": the ledger does not hold " + chain::format_asset(network, sources[s].asset) +
                         " of address " + chain::format_address(network, *theft.address));
      }
      const uint64_t from = first_from(reader, theft.since, &ledger::BlockRow::first_movement);
      uint64_t found = 0;
      ledger::Movement movement;
      for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
        const auto movements = reader.movements_of(*handle, segment);
        for (auto it = std::lower_bound(movements.begin(), movements.end(), from); it != movements.end(); ++it) {
          reader.movement(*it, movement);
          if (movement.to != handle->rows[segment] || movement.from == movement.to) continue;
          if (reader.block(reader.block_of_transaction(movement.transaction)).time < theft.since) continue;
          ++found;
          const Uint256 rest = reader.amount(*it) - taken[*it];
          JINDO_DO(add(theft, *it, rest, s, true));
        }
      }
      if (found == 0 && !theft.may_be_missing)
        return bad_input(theft.label + ": the address receives nothing from " + base::format_time(theft.since) +
                         " on in this ledger");
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const AccountSeed& a, const AccountSeed& b) { return a.movement < b.movement; });
  return out;
}
}  // namespace jindo::trace
