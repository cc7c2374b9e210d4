// Tables of exposure: rows packed behind a hash of addresses.
#include "exposure/table.h"

namespace jindo::exposure {
namespace {
constexpr unsigned kNumberBits = 40;
constexpr uint64_t kNumberMask = (uint64_t{1} << kNumberBits) - 1;
uint64_t tag_of(uint64_t hash) { return (hash * 0x9e3779b97f4a7c15ULL) & ~kNumberMask; }
}  // namespace

uint8_t network_number(const chain::Network& network) {
  return static_cast<uint8_t>(&network - chain::networks().data());
}

uint32_t Table::find(const NetworkAddress& address, uint64_t hash) const {
  if (slots_.empty()) return kMissing;
  const uint64_t tag = tag_of(hash);
  for (size_t at = slot_of(hash);; at = at + 1 == slots_.size() ? 0 : at + 1) {
    const uint64_t slot = slots_[at];
    if (slot == 0) return kMissing;
    if ((slot & ~kNumberMask) != tag) continue;
    const auto number = static_cast<uint32_t>((slot & kNumberMask) - 1);
    if (keys_[number].network == address.network && keys_[number].key == address.key) return number;
  }
}

base::Uint256 Table::unpack(const Packed& packed) const {
  if ((packed.high & kWideBit) != 0) return wide_[packed.low];
  base::Uint256 out(packed.low);
  out.words[1] = packed.high;
  return out;
}

Row Table::row(uint32_t key, size_t n) const {
  const PackedRow& from = rows_[keys_[key].first + n];
  Row out;
  out.received = unpack(from.received);
  out.received_origin = unpack(from.received_origin);
  out.held = unpack(from.held);
  out.held_origin = unpack(from.held_origin);
  out.first_place = from.first_place;
  out.source = from.source;
  out.asset = from.asset;
  out.first_time = from.first_time;
  out.last_time = from.last_time;
  out.arrivals = from.arrivals;
  out.hops = from.hops;
  out.flags = from.flags;
  return out;
}

size_t Table::bytes() const {
  return slots_.capacity() * sizeof(uint64_t) + keys_.capacity() * sizeof(KeyRow) +
         rows_.capacity() * sizeof(PackedRow) + wide_.capacity() * sizeof(base::Uint256);
}

void TableBuilder::reserve(size_t keys, size_t rows) {
  table_->keys_.reserve(keys);
  table_->rows_.reserve(rows);
}

void TableBuilder::add_key(const NetworkAddress& address) {
  table_->keys_.push_back({address.key, address.network, static_cast<uint32_t>(table_->rows_.size()), 0});
}

Packed TableBuilder::pack(const base::Uint256& amount) {
  const auto& words = amount.words;
  if ((words[2] | words[3]) == 0 && (words[1] & kWideBit) == 0) return {words[0], words[1]};
  table_->wide_.push_back(amount);
  return {table_->wide_.size() - 1, kWideBit};
}

void TableBuilder::add_row(const Row& row) {
  Table::PackedRow packed{};
  packed.received = pack(row.received);
  packed.received_origin = pack(row.received_origin);
  packed.held = pack(row.held);
  packed.held_origin = pack(row.held_origin);
  packed.first_place = row.first_place;
  packed.source = row.source;
  packed.asset = row.asset;
  packed.first_time = row.first_time;
  packed.last_time = row.last_time;
  packed.arrivals = row.arrivals;
  packed.hops = row.hops;
  packed.flags = row.flags;
  table_->rows_.push_back(packed);
  ++table_->keys_.back().count;
}

std::shared_ptr<const Table> TableBuilder::finish() {
  Table& table = *table_;
  CHECK(table.keys_.size() < UINT32_MAX && table.rows_.size() < UINT32_MAX);
  table.slots_.assign(table.keys_.size() + table.keys_.size() * 2 / 5 + 8, 0);  // at most 5/7 full
  for (uint32_t k = 0; k < table.keys_.size(); ++k) {
    const uint64_t hash = hash_of(table.key(k));
    size_t at = table.slot_of(hash);
    while (table.slots_[at] != 0) at = at + 1 == table.slots_.size() ? 0 : at + 1;
    table.slots_[at] = tag_of(hash) | (k + uint64_t{1});
  }
  return table_;
}
}  // namespace jindo::exposure
