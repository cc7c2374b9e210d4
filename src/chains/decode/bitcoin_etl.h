// bitcoin-etl's JSON lines (blockchain-etl/bitcoin-etl, docs/schema.md): one transaction, or one block, a line.
// The owner of an output is taken from script_hex, so that a taproot output that the exporter calls nonstandard gets
// its bc1p address, and a ledger from an export equals the ledger from the node's files.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "chain/block.h"

namespace jindo::decode {

struct BitcoinEtlTransaction {
  uint64_t block_height = 0;
  chain::BlockHash block_hash{};
  int64_t block_time = 0;
  bool coinbase = false;
  bool has_index = false;
  uint64_t index = 0;
  chain::TxId id{};
  uint8_t form = 0;           // chain::TransactionForm; 0 where the export lacks version, lock_time or sequences
  uint32_t virtual_size = 0;  // 0 where the export lacks it
  std::vector<chain::UtxoInput> inputs;  // value and key as exported, for partial ledgers
  std::vector<chain::UtxoOutput> outputs;
  std::vector<std::pair<uint32_t, std::vector<uint8_t>>> data_scripts;  // of OP_RETURN outputs, by index
};
struct BitcoinEtlBlock {
  uint64_t height = 0;
  chain::BlockHash hash{};
  int64_t time = 0;
  uint64_t transaction_count = 0;
};

// Parses lines; keeps simdjson's buffers between them. Not thread safe.
class BitcoinEtlParser {
 public:
  explicit BitcoinEtlParser(const chain::Network& network);
  ~BitcoinEtlParser();
  // Error messages say what was expected; the caller puts file and line before them.
  base::Status parse_transaction(std::string_view line, BitcoinEtlTransaction& out);
  base::Status parse_block(std::string_view line, BitcoinEtlBlock& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jindo::decode
