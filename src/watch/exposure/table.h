// Table: addresses and their exposure to stolen or listed value, immutable, in memory. A look-up is a hash, a slot and
// a row; one that misses nearly always ends at the slot. Bytes an address: 44 for the key, 96 for each row, about 11
// for the slots (docs/methodology/exposure.md). Thread safe once built.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/uint256.h"
#include "chain/address.h"

namespace jindo::exposure {

// An amount in 16 bytes; what is larger than 127 bits is in its table's list of wide amounts.
struct Packed {
  uint64_t low = 0, high = 0;
};
inline constexpr uint64_t kWideBit = uint64_t{1} << 63;

enum RowFlag : uint8_t {
  kInferred = 1,     // some of it came over an inferred link
  kTheft = 2,        // received straight from the theft, or is the listed address itself
  kEnded = 4,        // the trace ends here: a service's address
  kUnconfirmed = 8,  // of a transaction that no block holds yet
};

// What one address has to do with one source in one asset.
struct Row {
  base::Uint256 received, received_origin;  // all that ever came
  base::Uint256 held, held_origin;          // of it, what is there now; unconfirmed: held_origin is the whole payment
  uint64_t first_place = 0;                 // output or movement number by which it first came
  uint32_t source = 0;                      // into Snapshot's sources
  uint32_t asset = 0;                       // into Snapshot's assets
  uint32_t first_time = 0, last_time = 0;   // of blocks, unix seconds
  uint32_t arrivals = 0;
  uint16_t hops = 0;  // the fewest movements from the theft to here
  uint8_t flags = 0;
};

struct NetworkAddress {
  uint8_t network = 0;  // into chain::networks()
  chain::AddressKey key;
  friend bool operator==(const NetworkAddress&, const NetworkAddress&) = default;
};
static_assert(sizeof(NetworkAddress) == 34);
inline uint64_t hash_of(const NetworkAddress& address) {
  return chain::hash_key(address.key) + address.network * 0x9e3779b97f4a7c15ULL;
}
uint8_t network_number(const chain::Network& network);
struct NetworkAddressHash {
  using is_avalanching = void;
  size_t operator()(const NetworkAddress& address) const { return static_cast<size_t>(hash_of(address)); }
};

class Table {
 public:
  static constexpr uint32_t kMissing = UINT32_MAX;

  // The key's number, kMissing where the table does not hold it. A key without rows says "no longer exposed".
  uint32_t find(const NetworkAddress& address, uint64_t hash) const;
  void prefetch(uint64_t hash) const { __builtin_prefetch(&slots_[slot_of(hash)]); }
  size_t rows_of(uint32_t key) const { return keys_[key].count; }
  Row row(uint32_t key, size_t n) const;
  uint32_t source_of(uint32_t key, size_t n) const { return rows_[keys_[key].first + n].source; }

  size_t keys() const { return keys_.size(); }
  size_t rows() const { return rows_.size(); }
  NetworkAddress key(uint32_t number) const { return {keys_[number].network, keys_[number].key}; }
  size_t bytes() const;

 private:
  friend class TableBuilder;
  struct KeyRow {
    chain::AddressKey key;
    uint8_t network = 0;
    uint32_t first = 0, count = 0;
  };
  struct PackedRow {
    Packed received, received_origin, held, held_origin;
    uint64_t first_place;
    uint32_t source, asset, first_time, last_time, arrivals;
    uint16_t hops;
    uint8_t flags;
  };
  static_assert(sizeof(KeyRow) == 44 && sizeof(PackedRow) == 96);
  size_t slot_of(uint64_t hash) const {
    return static_cast<size_t>(static_cast<base::Uint128>(hash) * slots_.size() >> 64);
  }
  base::Uint256 unpack(const Packed& packed) const;
  std::vector<uint64_t> slots_;  // 24 bits of the hash, 40 of 1 + key number; 0: free
  std::vector<KeyRow> keys_;
  std::vector<PackedRow> rows_;
  std::vector<base::Uint256> wide_;
};

class TableBuilder {
 public:
  void reserve(size_t keys, size_t rows);
  // Rows of the key added last. Each key once.
  void add_key(const NetworkAddress& address);
  void add_row(const Row& row);
  size_t keys() const { return table_->keys_.size(); }
  std::shared_ptr<const Table> finish();

 private:
  Packed pack(const base::Uint256& amount);
  std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

}  // namespace jindo::exposure
