// The passes that make a UTXO segment's links and indexes out of what UtxoBuilder spilled while blocks came, and what
// they hand on to each other. Each pass reads its records a partition or a range at a time and frees them.
// Inside the ledger only; one thread drives them.
#pragma once

#include "ledger/segment_build.h"
#include "ledger/spend_join.h"
#include "ledger/utxo_store.h"

namespace jindo::ledger {

struct Owner {
  uint64_t place;  // local: of an output, or of an input that spends an output of an older segment
  uint64_t row;    // of its address
};
struct Source {     // what an input is
  uint64_t input;   // local
  uint64_t output;  // global or kNoNumber
  uint64_t value;
  uint64_t row;  // or kNoNumber
};
struct Sent {
  uint64_t row;
  uint64_t input;  // local
};

// "Local" counts from the segment's first, "global" from the chain's. A "foreign" input spends an output that is not in
// this segment.
struct UtxoBuild : SegmentBuild {
  UtxoBuild(const BuildOptions& build_options, const UtxoStore* chain);

  // Names the place of an input for an error.
  std::string place_of(uint64_t transaction, uint64_t input) const;
  PlaceOf place() const {
    return [this](uint64_t transaction, uint64_t input) { return place_of(transaction, input); };
  }
  base::Error spent_twice(const Match& match, uint64_t other) const;

  static constexpr uint64_t kInputReference = uint64_t{1} << 63;  // in KeyRecord: the reference is an input, no output
  base::Status add_key(const chain::AddressKey& key, uint64_t reference) {
    KeyRecord record;
    record.hash = chain::hash_key(key);
    record.reference = reference;
    record.key = key;
    return keys.add(partition_of(record.hash), record);
  }
  // A foreign input: value and owner are known here and now.
  base::Status add_foreign(uint64_t input, uint64_t output, uint64_t value, const chain::AddressKey& key) {
    if (!key.is_none()) JINDO_DO(add_key(key, input | kInputReference));
    return foreign_sources.add(0, {input, output, value, kNoNumber});
  }

  const UtxoStore* older;                                             // the chain that the segment continues, or null
  uint64_t first_transaction = 0, first_input = 0, first_output = 0;  // global
  uint64_t transactions = 0, inputs = 0, outputs = 0;                 // of this segment

  // Spilled while blocks come, by partition of the identifier's or the key's hash.
  PartitionedSpill<Definition> definitions;
  PartitionedSpill<Spend> spends;
  PartitionedSpill<KeyRecord> keys;
  PartitionedSpill<Match> resolved;          // spends whose output's number is known already
  PartitionedSpill<Source> foreign_sources;  // without their rows
  // From join_inputs: which output each input spends, by range of the output.
  uint64_t out_range = 1, late_range = 1;
  PartitionedSpill<Match> matches;  // of this segment
  PartitionedSpill<Match> late;     // of older ones
  // From group_addresses.
  std::vector<uint64_t> row_first;       // first row of each address partition, and the end
  PartitionedSpill<Owner> owners;        // by range of the output
  PartitionedSpill<Owner> foreign_rows;  // of foreign inputs
  // From link_inputs, by partition of the address.
  PartitionedSpill<Sent> sent;
};

// Writes tx_bucket and tx_entry. Errors: what join_spends says; an output that the chain does not hold, or spent
// before.
base::Status join_inputs(UtxoBuild& build);
// Writes address_key, address_bucket, received_offset, received.
base::Status group_addresses(UtxoBuild& build);
// Writes out_spender, out_address, late_output, late_spender; in_output, in_value, in_address. Errors: an output spent
// twice; a transaction that pays out more than it takes in.
base::Status link_outputs_and_inputs(UtxoBuild& build);
// Writes sent_offset, sent.
base::Status index_sent(UtxoBuild& build);

}  // namespace jindo::ledger
