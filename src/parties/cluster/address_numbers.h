// AddressNumbers: a dense number for each address of a UTXO chain, in the order in which addresses first appear.
// Numbers never change while the chain grows, whatever the ledger's segments do: an address's number is the rank of the
// first output that paid it among all such first outputs, kept as one bit an output. Addresses of a partial ledger that
// first appear as the owner of an input from before it ("external") have numbers of their own, with the top bit set.
// Thread safe for reading.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "base/private_column.h"
#include "ledger/utxo_store.h"

namespace jindo::cluster {

inline constexpr uint32_t kExternalNumber = uint32_t{1} << 31;
inline constexpr uint32_t kNoAddress = UINT32_MAX;

// Bits with rank and select: 448 bits and the count before them in one cache line.
struct RankBlock {
  uint64_t before = 0;
  uint64_t words[7] = {};
};
static_assert(sizeof(RankBlock) == 64);
inline constexpr uint64_t kRankBits = 448;

class AddressNumbers {
 public:
  static base::Result<AddressNumbers> create();
  // As saved: the blocks' file, and the inputs that brought external addresses.
  static base::Result<AddressNumbers> open(const std::string& path, uint64_t blocks, uint64_t addresses,
                                           std::vector<uint64_t> externals);

  uint32_t count() const { return count_; }  // without external ones
  uint32_t external_count() const { return static_cast<uint32_t>(externals_.size()); }
  std::span<const RankBlock> blocks() const { return bits_.span(); }
  const std::vector<uint64_t>& externals() const { return externals_; }

  // kNoAddress where the address first appears behind what is numbered.
  uint32_t of(const ledger::UtxoReader& reader, const ledger::AddressHandle& address) const;
  chain::AddressKey address(const ledger::UtxoReader& reader, uint32_t number) const;

  // In order: each birth comes behind all before it.
  base::Result<uint32_t> add_output(uint64_t output);
  base::Result<uint32_t> add_external(uint64_t input);
  // All at once, in any order, from several threads; then finish().
  base::Status begin(uint64_t outputs);
  void mark(uint64_t output);
  base::Status finish(std::vector<uint64_t> externals);
  uint32_t rank(uint64_t output) const {
    const RankBlock& block = bits_[output / kRankBits];
    const uint64_t bit = output % kRankBits;
    uint64_t out = block.before;
    for (uint64_t w = 0; w < bit / 64; ++w) out += static_cast<uint64_t>(std::popcount(block.words[w]));
    const uint64_t below = (uint64_t{1} << (bit % 64)) - 1;
    return static_cast<uint32_t>(out + static_cast<uint64_t>(std::popcount(block.words[bit / 64] & below)));
  }

 private:
  bool marked(uint64_t output) const {
    if (output / kRankBits >= bits_.size()) return false;
    return (bits_[output / kRankBits].words[output % kRankBits / 64] >> (output % kRankBits % 64) & 1) != 0;
  }
  base::PrivateColumn<RankBlock> bits_;
  std::vector<uint64_t> externals_;  // ascending
  uint32_t count_ = 0;
};

// Where an address first appears: an output, or (in partial ledgers) an external input.
struct Birth {
  bool external = false;
  uint64_t place = ledger::kNoNumber;
};
Birth birth_of(const ledger::UtxoReader& reader, const ledger::AddressHandle& address);

}  // namespace jindo::cluster
