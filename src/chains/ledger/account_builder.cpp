#include "ledger/account_builder.h"

#include <bit>
#include <map>

#include "base/external_sort.h"
#include "ledger/grouping.h"
#include "ledger/totals.h"

namespace jindo::ledger {
namespace {
using base::Status;

struct Side {          // one end of a movement
  uint64_t reference;  // movement (local) * 2 + (1 if it receives)
  uint64_t row;        // holding
};
struct CreationKey {  // a creation's row, to be ordered by contract or by creator
  chain::AddressKey key;
  uint64_t row;
  friend bool operator<(const CreationKey& a, const CreationKey& b) {
    const auto order = a.key <=> b.key;
    return order != 0 ? order < 0 : a.row < b.row;
  }
};
struct Identifier {
  uint64_t prefix;
  uint64_t number;
};

class Builder : public AccountBuilder {
 public:
  Builder(const BuildOptions& options, const AccountStore* older)
      : options_(options),
        files_(options.folder, options.durable),
        notes_(files_),
        by_contract_(options.temporary_folder, options.memory_bytes / 32),
        by_creator_(options.temporary_folder, options.memory_bytes / 32) {
    if (older != nullptr && older->info().blocks > 0) {
      const ChainInfo& info = older->info();
      first_block_ = info.blocks;
      first_transaction_ = info.transactions;
      first_movement_ = info.movements;
      const BlockRow tip = older->block(info.blocks - 1);
      chain_digest_ = tip.chain_digest;
      order_time_ = tip.order_time;
      tip_height_ = tip.height;
      has_tip_ = true;
    }
    const uint64_t share = std::max<uint64_t>(options.memory_bytes / 16, 1);
    partitions_ = std::clamp<size_t>(std::bit_ceil(options.expected_bytes / share + 1), 16, 1024);
    partition_bits_ = static_cast<unsigned>(std::bit_width(partitions_) - 1);
    keys_ = PartitionedSpill<KeyRecord>(options.temporary_folder, partitions_, options.memory_bytes / 3);
    identifiers_ = PartitionedSpill<Identifier>(options.temporary_folder, partitions_, options.memory_bytes / 12);
  }

  Status open() {
    JINDO_DO(files_.open(blocks_, "blocks"));
    JINDO_DO(files_.open(tx_id_, "tx_id"));
    JINDO_DO(files_.open(tx_block_, "tx_block"));
    JINDO_DO(files_.open(tx_index_, "tx_index"));
    JINDO_DO(files_.open(tx_first_movement_, "tx_first_movement"));
    JINDO_DO(files_.open(tx_gas_price_, "tx_gas_price"));
    JINDO_DO(files_.open(creations_, "creation"));
    JINDO_DO(notes_.open());
    JINDO_DO(files_.open(mv_kind_, "mv_kind"));
    JINDO_DO(files_.open(mv_asset_, "mv_asset"));
    JINDO_DO(files_.open(mv_transaction_, "mv_transaction"));
    JINDO_DO(files_.open(mv_amount_, "mv_amount"));
    return files_.open(wide_amount_, "wide_amount");
  }

  Status add(const chain::AccountBlock& block) override {
    if (has_tip_ && block.height <= tip_height_) {
      return base::bad_input("block " + std::to_string(block.height) + " does not come after block " +
                             std::to_string(tip_height_));
    }
    has_tip_ = true;
    tip_height_ = block.height;
    BlockRow row;
    row.height = block.height;
    row.time = block.time;
    order_time_ = blocks_.count() == 0 && first_block_ == 0 ? block.time : std::max(order_time_, block.time);
    row.order_time = order_time_;
    row.first_transaction = first_transaction_ + tx_id_.count();
    row.first_movement = first_movement_ + movements_;
    row.hash = block.hash;
    row.digest = chain::block_digest(block);
    base::Sha256 chained;
    chained.update(chain_digest_);
    chained.update(row.digest);
    chain_digest_ = chained.finish();
    row.chain_digest = chain_digest_;
    JINDO_DO(blocks_.append(row));
    for (const chain::ContractCreation& creation : block.creations) {
      JINDO_DO(by_contract_.add({creation.contract, creations_.count()}));
      JINDO_DO(by_creator_.add({creation.creator, creations_.count()}));
      CreationRow entry{};
      entry.transaction = row.first_transaction + creation.transaction;
      entry.contract = creation.contract;
      entry.creator = creation.creator;
      JINDO_DO(creations_.append(entry));
    }
    JINDO_DO(notes_.add(block.notes, block.note_bytes, row.first_transaction, row.digest));
    for (const chain::AccountTransaction& tx : block.transactions) JINDO_DO(add_transaction(block, tx));
    return {};
  }

  Status finish() override {
    if (blocks_.count() == 0) return base::bad_input("no blocks to add");
    JINDO_DO(tx_first_movement_.append(first_movement_ + movements_));
    JINDO_DO(files_.close(blocks_, "blocks"));
    JINDO_DO(files_.close(tx_id_, "tx_id"));
    JINDO_DO(files_.close(tx_block_, "tx_block"));
    JINDO_DO(files_.close(tx_index_, "tx_index"));
    JINDO_DO(files_.close(tx_first_movement_, "tx_first_movement"));
    JINDO_DO(files_.close(tx_gas_price_, "tx_gas_price"));
    JINDO_DO(notes_.finish());
    JINDO_DO(files_.close(mv_kind_, "mv_kind"));
    JINDO_DO(files_.close(mv_asset_, "mv_asset"));
    JINDO_DO(files_.close(mv_transaction_, "mv_transaction"));
    JINDO_DO(files_.close(mv_amount_, "mv_amount"));
    JINDO_DO(files_.close(wide_amount_, "wide_amount"));
    ColumnWriter<chain::AddressKey> assets;
    JINDO_DO(files_.open(assets, "asset_key"));
    JINDO_DO(assets.append(std::span<const chain::AddressKey>(assets_)));
    JINDO_DO(files_.close(assets, "asset_key"));
    JINDO_DO(write_creations());
    if (options_.phase) options_.phase("indexing transactions");
    JINDO_DO(index_transactions());
    if (options_.phase) options_.phase("grouping by holding");
    JINDO_DO(group());
    if (options_.phase) options_.phase("linking");
    JINDO_DO(link());
    JINDO_DO(write_busy_account(files_, first_movement_));
    return files_.finish(chain::LedgerModel::kAccount);
  }

 private:
  size_t partition_of(uint64_t hash) const { return static_cast<size_t>(hash >> (64 - partition_bits_)); }

  uint32_t asset_number(const chain::AddressKey& key) {
    if (!assets_.empty() && assets_[last_asset_] == key) return last_asset_;
    const auto found = asset_of_.emplace(key, static_cast<uint32_t>(assets_.size()));
    if (found.second) assets_.push_back(key);
    last_asset_ = found.first->second;
    return last_asset_;
  }
  Status add_transaction(const chain::AccountBlock& block, const chain::AccountTransaction& tx) {
    const uint64_t number = first_transaction_ + tx_id_.count();
    if (tx.index != chain::kBlockLevelIndex) {
      const uint64_t prefix = id_hash(tx.id);
      JINDO_DO(identifiers_.add(partition_of(prefix), {prefix, number}));
    }
    JINDO_DO(tx_id_.append(tx.id));
    JINDO_DO(tx_block_.append(static_cast<uint32_t>(blocks_.count() - 1)));
    JINDO_DO(tx_index_.append(tx.index));
    JINDO_DO(tx_gas_price_.append(tx.gas_price));
    JINDO_DO(tx_first_movement_.append(first_movement_ + movements_));
    for (uint32_t i = 0; i < tx.movements; ++i) {
      const chain::AccountMovement& movement = block.movements[tx.first_movement + i];
      const uint32_t asset = asset_number(movement.asset);
      JINDO_DO(mv_kind_.append(movement.kind));
      JINDO_DO(mv_asset_.append(asset));
      JINDO_DO(mv_transaction_.append(number));
      if (movement.amount.fits_u64() && movement.amount.low() < kWideAmount) {
        JINDO_DO(mv_amount_.append(movement.amount.low()));
      } else {
        JINDO_DO(mv_amount_.append(kWideAmount | wide_amount_.count()));
        JINDO_DO(wide_amount_.append(movement.amount));
      }
      if (!movement.from.is_none()) JINDO_DO(add_side(movement.from, asset, movements_ * 2));
      if (!movement.to.is_none()) JINDO_DO(add_side(movement.to, asset, movements_ * 2 + 1));
      ++movements_;
    }
    return {};
  }
  Status add_side(const chain::AddressKey& key, uint32_t asset, uint64_t reference) {
    KeyRecord record;
    record.hash = chain::hash_key(key);
    record.reference = reference;
    record.asset = asset;
    record.key = key;
    return keys_.add(partition_of(record.hash), record);
  }

  Status write_creations() {
    JINDO_DO(files_.close(creations_, "creation"));
    JINDO_DO(write_order(by_contract_, "creation_by_contract"));
    return write_order(by_creator_, "creation_by_creator");
  }
  Status write_order(base::ExternalSorter<CreationKey>& sorter, const char* name) {
    ColumnWriter<uint64_t> rows;
    JINDO_DO(files_.open(rows, name));
    JINDO_DO(sorter.finish());
    for (;;) {
      JINDO_TRY(const CreationKey* next, sorter.peek());
      if (next == nullptr) break;
      JINDO_DO(rows.append(next->row));
      JINDO_DO(sorter.pop());
    }
    return files_.close(rows, name);
  }

  Status index_transactions() {
    ColumnWriter<uint64_t> buckets;
    ColumnWriter<IndexEntry> entries;
    JINDO_DO(files_.open(buckets, "tx_bucket"));
    JINDO_DO(files_.open(entries, "tx_entry"));
    BucketWriter bucket_writer(buckets, bucket_bits(tx_id_.count()));
    JINDO_DO(in_order<std::vector<Identifier>>(
        partitions_, options_.threads,
        [&](size_t p) -> base::Result<std::vector<Identifier>> {
          JINDO_TRY(auto identifiers, identifiers_.take(p));
          std::sort(identifiers.begin(), identifiers.end(), [](const Identifier& a, const Identifier& b) {
            return a.prefix != b.prefix ? a.prefix < b.prefix : a.number < b.number;
          });
          return identifiers;
        },
        [&](size_t, std::vector<Identifier>& identifiers) -> Status {
          for (const Identifier& id : identifiers) {
            JINDO_DO(bucket_writer.entry(id.prefix));
            JINDO_DO(entries.append(IndexEntry{id.prefix, id.number}));
          }
          return {};
        }));
    JINDO_DO(bucket_writer.finish());
    JINDO_DO(files_.close(buckets, "tx_bucket"));
    return files_.close(entries, "tx_entry");
  }

  Status group() {
    ranges_ = std::max<uint64_t>(65536, (movements_ + partitions_ - 1) / partitions_);
    sides_ = PartitionedSpill<Side>(options_.temporary_folder, movements_ / ranges_ + 1, options_.memory_bytes / 6);
    const size_t references_max = std::max<size_t>(options_.memory_bytes / 64, 4096);
    ColumnWriter<chain::AddressKey> keys;
    ColumnWriter<uint64_t> buckets, first_holding, holding_address, offsets, movements;
    ColumnWriter<uint32_t> holding_asset;
    JINDO_DO(files_.open(keys, "address_key"));
    JINDO_DO(files_.open(buckets, "address_bucket"));
    JINDO_DO(files_.open(first_holding, "address_first_holding"));
    JINDO_DO(files_.open(holding_address, "holding_address"));
    JINDO_DO(files_.open(holding_asset, "holding_asset"));
    JINDO_DO(files_.open(offsets, "holding_offset"));
    JINDO_DO(files_.open(movements, "holding_movement"));
    BucketWriter bucket_writer(buckets, bucket_bits(movements_));
    uint64_t partition_first = 0;
    uint64_t open_row = 0;
    chain::AddressKey last_key;
    GroupSink sink;
    sink.row = [&](const Group& group) -> Status {
      if (keys.count() == 0 || !(last_key == group.key)) {
        last_key = group.key;
        JINDO_DO(bucket_writer.entry(group.hash));
        JINDO_DO(keys.append(group.key));
        JINDO_DO(first_holding.append(holding_address.count()));
      }
      JINDO_DO(holding_address.append(keys.count() - 1));
      return holding_asset.append(group.asset);
    };
    uint64_t last_movement = kNoNumber;
    uint64_t last_row = kNoNumber;
    sink.references = [&](uint64_t row, std::span<const uint64_t> references) -> Status {
      const uint64_t global_row = partition_first + row;
      for (; open_row <= global_row; ++open_row) JINDO_DO(offsets.append(movements.count()));
      for (const uint64_t reference : references) {
        const uint64_t movement = reference / 2;
        // A payment to oneself has both ends here and stands once.
        if (last_row != global_row || last_movement != movement) JINDO_DO(movements.append(first_movement_ + movement));
        last_row = global_row;
        last_movement = movement;
        JINDO_DO(sides_.add(movement / ranges_, {reference, global_row}));
      }
      return {};
    };
    JINDO_DO(in_order<GroupedPartition>(
        partitions_, options_.threads, [&](size_t p) { return group_partition(keys_, p, references_max); },
        [&](size_t p, GroupedPartition& grouped) -> Status {
          partition_first = holding_address.count();
          return emit_partition(keys_, p, grouped, references_max, sink);
        }));
    for (; open_row <= holding_address.count(); ++open_row) JINDO_DO(offsets.append(movements.count()));
    JINDO_DO(first_holding.append(holding_address.count()));
    JINDO_DO(bucket_writer.finish());
    JINDO_DO(files_.close(keys, "address_key"));
    JINDO_DO(files_.close(buckets, "address_bucket"));
    JINDO_DO(files_.close(first_holding, "address_first_holding"));
    JINDO_DO(files_.close(holding_address, "holding_address"));
    JINDO_DO(files_.close(holding_asset, "holding_asset"));
    JINDO_DO(files_.close(offsets, "holding_offset"));
    return files_.close(movements, "holding_movement");
  }

  struct Range {
    std::vector<uint64_t> from, to;
  };
  Status link() {
    ColumnWriter<uint64_t> from, to;
    JINDO_DO(files_.open(from, "mv_from"));
    JINDO_DO(files_.open(to, "mv_to"));
    JINDO_DO(in_order<Range>(
        sides_.partitions(), options_.threads,
        [&](size_t r) -> base::Result<Range> {
          Range out;
          const uint64_t begin = r * ranges_;
          const uint64_t size = std::min(ranges_, movements_ - std::min(movements_, begin));
          out.from.assign(size, kNoNumber);
          out.to.assign(size, kNoNumber);
          JINDO_DO(sides_.read(r, [&](std::span<const Side> sides) -> Status {
            for (const Side& side : sides)
              (side.reference % 2 == 0 ? out.from : out.to)[side.reference / 2 - begin] = side.row;
            return {};
          }));
          sides_.release(r);
          return out;
        },
        [&](size_t, Range& range) -> Status {
          JINDO_DO(from.append(std::span<const uint64_t>(range.from)));
          return to.append(std::span<const uint64_t>(range.to));
        }));
    JINDO_DO(files_.close(from, "mv_from"));
    return files_.close(to, "mv_to");
  }

  BuildOptions options_;
  SegmentWriter files_;
  NoteWriter notes_;
  base::ExternalSorter<CreationKey> by_contract_, by_creator_;
  ColumnWriter<CreationRow> creations_;
  uint64_t first_block_ = 0, first_transaction_ = 0, first_movement_ = 0;
  base::Hash256 chain_digest_{};
  int64_t order_time_ = 0;
  uint64_t tip_height_ = 0;
  bool has_tip_ = false;
  size_t partitions_ = 16;
  unsigned partition_bits_ = 4;
  uint64_t movements_ = 0;
  uint64_t ranges_ = 1;
  std::vector<chain::AddressKey> assets_;
  std::map<chain::AddressKey, uint32_t> asset_of_;
  uint32_t last_asset_ = 0;
  ColumnWriter<BlockRow> blocks_;
  ColumnWriter<chain::TxId> tx_id_;
  ColumnWriter<uint32_t> tx_block_, tx_index_, mv_asset_;
  ColumnWriter<uint64_t> tx_first_movement_, tx_gas_price_, mv_transaction_, mv_amount_;
  ColumnWriter<chain::MovementKind> mv_kind_;
  ColumnWriter<base::Uint256> wide_amount_;
  PartitionedSpill<KeyRecord> keys_;
  PartitionedSpill<Identifier> identifiers_;
  PartitionedSpill<Side> sides_;
};
}  // namespace

base::Result<std::unique_ptr<AccountBuilder>> AccountBuilder::create(const BuildOptions& options,
                                                                     const AccountStore* older) {
  auto out = std::make_unique<Builder>(options, older);
  JINDO_DO(out->open());
  return std::unique_ptr<AccountBuilder>(std::move(out));
}
}  // namespace jindo::ledger
