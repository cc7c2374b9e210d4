// Readings of many files to one chain's blocks. The result is a function of the set: the same files in any order, whole
// or in parts, give the same blocks. A movement that several files tell is one: the same part of the same transaction
// with the same parties and amount, and no place (log, trace address) that speaks against it. What one file knows fills
// what another leaves open. Rows of one file that are equal and have no place are two movements; across files the most
// that one file tells counts. What contradicts is named with both rows, and nothing is decided.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "chain/block.h"
#include "exports/attested.h"

namespace jindo::exports {

// A row that attests something: of readings[reading].
struct Witness {
  uint32_t reading = 0;
  uint64_t row = 0;
};
struct Contradiction {
  std::string about;  // "transaction 0x…: its block"
  Witness one, other;
  std::string one_says, other_says;
};
// Rows that cannot stand in a ledger yet, and what would let them.
struct Waiting {
  std::string why;
  uint64_t rows = 0;
  Witness first;
};

struct Reconciled {
  std::vector<chain::AccountBlock> account;   // in order of height; of account chains
  std::vector<chain::UtxoBlock> utxo;         // in order of height; of UTXO chains
  bool heights_are_times = false;             // some row has no block: unix seconds stand for all heights
  UnknownSet unknown;                         // of all readings of this chain
  std::vector<Contradiction> contradictions;  // none: the blocks are good
  std::vector<Waiting> waiting;
  // The rows behind each movement (account, in order of blocks) or transaction (UTXO): witnesses[begin[i], begin[i+1]).
  std::vector<uint64_t> begin;
  std::vector<Witness> witnesses;
};

struct ReconcileOptions {
  std::function<bool(const chain::TxId&)>
      ledger_holds;  // UTXO: whether a transaction's outputs are in a ledger already
};
// Readings of other chains are passed over; one whose chain is not told counts as of this one.
// Error: an address, asset or hash of a reading is none of this chain's (names file and row).
base::Result<Reconciled> reconcile(const chain::Network& network, std::span<const Reading> readings,
                                   const ReconcileOptions& options = {});

// "FILE:ROW"
std::string place_of(std::span<const Reading> readings, const Witness& witness);
// Both sides of a contradiction in one line.
std::string describe(std::span<const Reading> readings, const Contradiction& contradiction);

}  // namespace jindo::exports
