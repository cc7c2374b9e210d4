// Planned bitcoin blocks to the bytes that a node keeps: `blk00000.dat` and on, obfuscated where asked. A plan names
// what is spent by slot, not by txid: identifiers come into being here, in order, while the next blocks are being
// planned.
//
//   plan (slots, keys, values) → [scripts, on all threads] → [txids, in order] → [merkle roots, header] → file
//
// Structure, txids, witness commitment (BIP 141), merkle roots and links are valid; proof of work and signatures are
// not made. Block files roll over at 128 MiB as Bitcoin Core's do (MAX_BLOCKFILE_SIZE). Bytes do not depend on the
// threads.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "chain/block.h"
#include "synth/keys.h"
#include "synth/owner_file.h"

namespace jindo::synth {

struct PlannedInput {
  uint32_t slot = 0;  // of the output spent
  ScriptKind kind = ScriptKind::kP2wpkh;
  KeyNumber key = 0;
};
struct PlannedOutput {
  uint64_t value = 0;
  uint32_t slot = 0;  // where the new output is kept; kNoSlot: nobody can spend it (OP_RETURN)
  ScriptKind kind = ScriptKind::kP2wpkh;
  bool first_use = false;  // of this key: the answer key gets a row
  uint32_t script_at = 0;  // a script of its own in the plan's bytes, or none
  uint32_t script_bytes = 0;
  OwnerId owner = 0;
  KeyNumber key = 0;
  const char* role = "";
};
inline constexpr uint32_t kNoSlot = UINT32_MAX;
struct PlannedTransaction {
  uint64_t number = 0;
  uint32_t first_input = 0, inputs = 0;
  uint32_t first_output = 0, outputs = 0;
  uint32_t lock_time = 0;
  bool keep_id = false;  // its txid will be asked for
};
struct PlannedBlock {
  uint64_t height = 0;
  int64_t time = 0;
  std::vector<PlannedTransaction> transactions;  // the coinbase first
  std::vector<PlannedInput> inputs;
  std::vector<PlannedOutput> outputs;
  std::vector<uint8_t> bytes;
};

struct BitcoinFilesOptions {
  std::string folder;       // of blocks
  std::string owners_path;  // the answer key's rows of this chain
  bool obfuscate = false;   // write xor.dat and obfuscate (Bitcoin Core 28)
  uint64_t seed = 0;
  unsigned threads = 2;
  const chain::Network* network = nullptr;
};

class BitcoinEncoder {
 public:
  BitcoinEncoder(BitcoinFilesOptions options, const OwnerNames& owners);
  ~BitcoinEncoder();
  base::Status open();
  // Takes a batch; blocks while the one before is being encoded. An error of an earlier batch comes out here.
  base::Status submit(std::vector<PlannedBlock> batch);
  base::Status finish();
  // Waits until the transaction has been encoded. Only for those planned with keep_id and submitted.
  chain::TxId id(uint64_t number);
  bool has_id(uint64_t number);  // encoded already
  uint64_t bytes_written() const { return bytes_written_; }

 private:
  struct Outpoint {
    chain::TxId id{};
    uint32_t index = 0;
  };
  struct Encoded;
  struct EncodedBlock;
  void work();
  base::Status encode(const std::vector<PlannedBlock>& batch);
  void encode_scripts(const PlannedBlock& block, size_t transaction, Encoded& out) const;
  void take_outputs(const PlannedBlock& block, const PlannedTransaction& tx, const base::Hash256& id);
  void assemble(const PlannedBlock& block, Encoded* transactions, EncodedBlock& out) const;
  base::Status write_block(const std::vector<uint8_t>& header, const std::vector<uint8_t>& body);
  base::Status drain(std::unique_lock<std::mutex>& lock);

  BitcoinFilesOptions options_;
  const OwnerNames& owners_;
  std::vector<Outpoint> outpoints_;
  base::Hash256 tip_{};
  base::FileWriter file_;
  base::FileWriter owners_file_;
  uint32_t file_number_ = 0;
  bool file_open_ = false;
  std::array<uint8_t, 8> key_{};
  uint64_t bytes_written_ = 0;
  std::vector<Encoded> scratch_;  // of a batch, kept: their buffers are used again
  std::vector<EncodedBlock> blocks_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PlannedBlock> waiting_;
  bool has_waiting_ = false, busy_ = false, stop_ = false;
  base::Status status_;
  std::map<uint64_t, chain::TxId> kept_;
  std::thread thread_;
};

}  // namespace jindo::synth
