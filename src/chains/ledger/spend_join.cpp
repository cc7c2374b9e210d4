// The join of one partition: a hash table of the definitions, probed by each spend.
#include "ledger/spend_join.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/hex.h"
#include "ledger/chain_store.h"

namespace jindo::ledger {
using base::bad_input;
using base::Status;

base::Error missing_output(const Spend& spend, const PlaceOf& place_of) {
  return bad_input(place_of(spend.transaction, spend.input) + ": spends output " + std::to_string(spend.output_index) +
                   " of transaction " + base::to_hex_reversed(spend.id) +
                   ", which the chain does not hold before it: a missing previous output");
}

base::Result<Joined> join_spends(PartitionedSpill<Definition>& all_definitions, PartitionedSpill<Spend>& all_spends,
                                 size_t partition, const PlaceOf& place_of) {
  Joined out;
  JINDO_TRY(std::vector<Definition> definitions, all_definitions.take(partition));
  const size_t slots = std::bit_ceil(definitions.size() * 2 + 2);
  std::vector<uint32_t> table(slots, UINT32_MAX);
  std::vector<uint32_t> earlier(definitions.size(), UINT32_MAX);  // the definition before with the same identifier
  const auto slot_of = [&](const chain::TxId& id) {
    uint64_t hash = 0;
    std::memcpy(&hash, id.data() + 8, 8);
    return static_cast<size_t>(hash) & (slots - 1);
  };
  for (uint32_t d = 0; d < definitions.size(); ++d) {
    size_t at = slot_of(definitions[d].id);
    while (table[at] != UINT32_MAX && definitions[table[at]].id != definitions[d].id) at = (at + 1) & (slots - 1);
    if (table[at] != UINT32_MAX) {
      // BIP 30: only a coinbase may repeat an identifier, and did, twice, before block 91,880 of mainnet.
      if (definitions[d].coinbase_block == 0 || definitions[table[at]].coinbase_block == 0) {
        return bad_input(place_of(definitions[d].transaction, 0) +
                         ": a transaction identifier that the chain has already; "
                         "expected a new one (BIP 30)");
      }
      earlier[d] = table[at];
    }
    table[at] = d;
  }
  JINDO_DO(all_spends.read(partition, [&](std::span<const Spend> spends) -> Status {
    for (const Spend& spend : spends) {
      size_t at = slot_of(spend.id);
      while (table[at] != UINT32_MAX && definitions[table[at]].id != spend.id) at = (at + 1) & (slots - 1);
      uint32_t d = table[at];
      while (d != UINT32_MAX && definitions[d].transaction >= spend.transaction) d = earlier[d];
      if (d == UINT32_MAX) {
        out.unresolved.push_back(spend);
      } else if (spend.output_index >= definitions[d].outputs) {
        return missing_output(spend, place_of);
      } else if (definitions[d].coinbase_block == spend.block) {
        return bad_input(place_of(spend.transaction, spend.input) +
                         ": spends the coinbase of its own block; expected it to mature");
      } else {
        out.matches.push_back({definitions[d].first_output + spend.output_index, spend.input, spend.transaction});
      }
    }
    return {};
  }));
  all_spends.release(partition);
  out.entries.reserve(definitions.size());
  for (const Definition& definition : definitions)
    out.entries.push_back({id_hash(definition.id), definition.transaction});
  std::sort(out.entries.begin(), out.entries.end(), [](const IndexEntry& a, const IndexEntry& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.number < b.number;
  });
  // In the order of the index, so that look-ups in older segments run through theirs once.
  std::sort(out.unresolved.begin(), out.unresolved.end(), [](const Spend& a, const Spend& b) {
    const uint64_t x = id_hash(a.id), y = id_hash(b.id);
    return x != y ? x < y : a.input < b.input;
  });
  return out;
}
}  // namespace jindo::ledger
