// Makes bitcoin blocks for tests and benches: valid structure, identifiers and merkle roots, no proof of work, no
// signatures that verify. Deterministic: the same seed gives the same bytes.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/hash.h"
#include "chain/block.h"

namespace jindo::tests {

using ByteVector = std::vector<uint8_t>;

struct MadeInput {
  chain::TxId id{};
  uint32_t output = 0;
};
struct MadeOutput {
  uint64_t value = 0;
  ByteVector script;
};
struct MadeTransaction {
  std::vector<MadeInput> inputs;  // empty: a coinbase
  std::vector<MadeOutput> outputs;
  bool segwit = false;
  uint32_t lock_time = 0;  // tells otherwise equal transactions apart
};
ByteVector serialize(const MadeTransaction& tx, bool with_witness);
chain::TxId identifier(const MadeTransaction& tx);
// A block of these transactions; `nonce` tells equal ones apart.
ByteVector make_block(const base::Hash256& previous, uint32_t time, uint32_t bits, uint32_t nonce,
                      const std::vector<MadeTransaction>& transactions);
base::Hash256 block_hash(const ByteVector& block);

// Scripts by kind: p2pkh, p2wpkh, p2sh, p2wsh, p2tr, p2pk, multisig, op_return, nonstandard; owner fills the payload.
ByteVector script_of(const std::string& kind, uint64_t owner);
ByteVector p2wpkh(uint64_t owner);

// A record file as a node writes it. key: 8 bytes of obfuscation, or empty.
ByteVector blk_bytes(const std::vector<ByteVector>& blocks, std::array<uint8_t, 4> magic, const ByteVector& key,
                     size_t zero_fill);
void write_bytes(const std::string& path, const ByteVector& bytes);

// A growing random chain that tracks what is unspent. Copy it to fork.
class RandomChain {
 public:
  struct Shape {
    uint32_t transactions = 6;  // a block, besides the coinbase, once there is something to spend
    uint32_t owners = 40;
    uint32_t inputs_max = 3;
    uint32_t outputs_max = 3;
    bool odd_scripts = true;  // every script kind, not just P2WPKH
    uint32_t recent = 0;      // spend among the last so many outputs only; 0: all
  };
  RandomChain(uint64_t seed, const Shape& shape) : random_(seed), shape_(shape) {}
  const ByteVector& grow();  // one more block
  void turn(uint64_t seed) {
    random_.seed(seed);
    nonce_ += 7919;
  }  // other choices from here on
  const std::vector<ByteVector>& blocks() const { return blocks_; }
  void drop_bytes() { blocks_.clear(); }  // after writing them out
  uint64_t height() const { return height_; }
  // Some unspent or spent output made so far, for thefts: (txid, index, value).
  const std::vector<std::pair<MadeInput, uint64_t>>& made() const { return made_; }

 private:
  struct Coin {
    MadeInput at;
    uint64_t value;
  };
  ByteVector random_script();
  uint64_t pick(uint64_t below) { return below == 0 ? 0 : random_() % below; }
  std::mt19937_64 random_;
  Shape shape_;
  std::vector<ByteVector> blocks_;
  std::vector<Coin> coins_;
  std::vector<std::pair<MadeInput, uint64_t>> made_;
  base::Hash256 tip_{};
  uint64_t height_ = 0;
  uint32_t nonce_ = 0;
};

}  // namespace jindo::tests
