// The money trail: by which way did value come to a holding or a terminal? The movements from the theft to it, in
// ledger order, with the origin carried on each. Under fifo, lifo and tiho that is exactly the part that ended there;
// under haircut and poison value mixes in a pool, so each step carries what the movement carried in all (marked
// `mixed`).
#pragma once

#include "trace/trace.h"

namespace jindo::trace {

struct TrailStep {
  const chain::Network* network = nullptr;
  chain::TxId transaction{};
  uint64_t height = 0;
  int64_t time = 0;
  uint64_t position = 0;  // in the transaction: the output's index, or the movement's
  chain::AddressKey asset;
  chain::AddressKey from;
  chain::AddressKey to;
  std::optional<chain::TxId> from_transaction;  // UTXO: the outpoint spent
  uint32_t from_output = 0;
  bool theft = false;
  bool mixed = false;
  bool inferred = false;       // an inferred link lies on its way
  uint32_t link = UINT32_MAX;  // into Result::links: it went into that link here, or came out of it
  bool into_link = false;      // into
  std::string ends;            // terminal kind, when it ends there
  uint32_t source = 0;
  std::optional<base::Uint256> moved;  // by the whole movement, in the ledger; none for fees and all inputs
  base::Uint256 amount;                // of the asset it is, the stolen part
  base::Uint256 origin;                // of what was stolen
};
struct TrailTarget {
  const chain::Network* network = nullptr;
  std::optional<chain::AddressKey> address;
  std::optional<chain::TxId> transaction;  // an outpoint: with output
  uint32_t output = 0;
};
// `result` must have been recorded. No trail (the target has nothing of it): kNo.
base::Result<std::vector<TrailStep>> find_trail(const ledger::Ledger& ledger, const Result& result,
                                                const TrailTarget& target);

}  // namespace jindo::trace
