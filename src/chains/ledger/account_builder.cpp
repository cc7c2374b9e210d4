// A build of an account segment: blocks as they come (add), then its passes in order (finish).
#include "ledger/account_builder.h"

#include <map>

#include "base/external_sort.h"
#include "base/file.h"
#include "base/hex.h"
#include "ledger/segment_build.h"
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

class AccountSegmentBuilder : public AccountBuilder {
 public:
  AccountSegmentBuilder(const BuildOptions& options, const AccountStore* older)
      : build_(options),
        older_(older),
        rows_(build_.files, older),
        by_contract_(options.temporary_folder, options.memory_bytes / 32),
        by_creator_(options.temporary_folder, options.memory_bytes / 32) {
    if (older != nullptr) first_movement_ = older->info().movements;
    keys_ = build_.spill<KeyRecord>(build_.partitions, 3);
    identifiers_ = build_.spill<IndexEntry>(build_.partitions, 12);
  }

  Status open() {
    SegmentWriter& files = build_.files;
    JINDO_DO(rows_.open());
    JINDO_DO(files.open(tx_index_, "tx_index"));
    JINDO_DO(files.open(tx_first_movement_, "tx_first_movement"));
    JINDO_DO(files.open(tx_gas_price_, "tx_gas_price"));
    JINDO_DO(files.open(creations_, "creation"));
    JINDO_DO(files.open(mv_kind_, "mv_kind"));
    JINDO_DO(files.open(mv_asset_, "mv_asset"));
    JINDO_DO(files.open(mv_transaction_, "mv_transaction"));
    JINDO_DO(files.open(mv_amount_, "mv_amount"));
    return files.open(wide_amount_, "wide_amount");
  }

  Status add(const chain::AccountBlock& block) override {
    if (const auto& tip = rows_.tip_height(); tip && block.height <= *tip) {
      return base::bad_input("block " + std::to_string(block.height) + " does not come after block " +
                             std::to_string(*tip));
    }
    BlockRow row = rows_.row_of(block, chain::block_digest(block));
    row.first_movement = first_movement_ + movements_;
    JINDO_DO(rows_.add_block(row, block.notes, block.note_bytes));
    for (const chain::ContractCreation& creation : block.creations) {
      JINDO_DO(by_contract_.add({creation.contract, creations_.count()}));
      JINDO_DO(by_creator_.add({creation.creator, creations_.count()}));
      CreationRow entry{};
      entry.transaction = row.first_transaction + creation.transaction;
      entry.contract = creation.contract;
      entry.creator = creation.creator;
      JINDO_DO(creations_.append(entry));
    }
    for (const chain::AccountTransaction& tx : block.transactions) JINDO_DO(add_transaction(block, tx));
    return {};
  }

  Status finish() override {
    if (rows_.blocks() == 0) return base::bad_input("no blocks to add");
    JINDO_DO(close_rows());
    JINDO_DO(write_creations());
    build_.phase("indexing transactions");
    JINDO_DO(index_transactions());
    build_.phase("grouping by holding");
    JINDO_DO(group());
    build_.phase("linking");
    JINDO_DO(link());
    JINDO_DO(write_busy_account(build_.files, first_movement_));
    return build_.files.finish(chain::LedgerModel::kAccount);
  }

 private:
  uint32_t asset_number(const chain::AddressKey& key) {
    if (!assets_.empty() && assets_[last_asset_] == key) return last_asset_;
    const auto found = asset_of_.emplace(key, static_cast<uint32_t>(assets_.size()));
    if (found.second) assets_.push_back(key);
    last_asset_ = found.first->second;
    return last_asset_;
  }
  Status add_transaction(const chain::AccountBlock& block, const chain::AccountTransaction& tx) {
    const uint64_t number = rows_.next_transaction();
    if (tx.index != chain::kBlockLevelIndex) {
      const uint64_t prefix = id_hash(tx.id);
      JINDO_DO(identifiers_.add(build_.partition_of(prefix), {prefix, number}));
    }
    JINDO_DO(rows_.add_transaction(tx.id));
    JINDO_DO(tx_index_.append(tx.index));
    JINDO_DO(tx_gas_price_.append(tx.gas_price));
    JINDO_DO(tx_first_movement_.append(first_movement_ + movements_));
    for (uint32_t i = 0; i < tx.movements; ++i) JINDO_DO(add_movement(block.movements[tx.first_movement + i], number));
    return {};
  }
  Status add_movement(const chain::AccountMovement& movement, uint64_t transaction) {
    const uint32_t asset = asset_number(movement.asset);
    JINDO_DO(mv_kind_.append(movement.kind));
    JINDO_DO(mv_asset_.append(asset));
    JINDO_DO(mv_transaction_.append(transaction));
    if (movement.amount.fits_u64() && movement.amount.low() < kWideAmount) {
      JINDO_DO(mv_amount_.append(movement.amount.low()));
    } else {
      JINDO_DO(mv_amount_.append(kWideAmount | wide_amount_.count()));
      JINDO_DO(wide_amount_.append(movement.amount));
    }
    if (!movement.from.is_none()) JINDO_DO(add_side(movement.from, asset, movements_ * 2));
    if (!movement.to.is_none()) JINDO_DO(add_side(movement.to, asset, movements_ * 2 + 1));
    ++movements_;
    return {};
  }
  Status add_side(const chain::AddressKey& key, uint32_t asset, uint64_t reference) {
    KeyRecord record;
    record.hash = chain::hash_key(key);
    record.reference = reference;
    record.asset = asset;
    record.key = key;
    return keys_.add(build_.partition_of(record.hash), record);
  }

  Status close_rows() {
    JINDO_DO(tx_first_movement_.append(first_movement_ + movements_));
    JINDO_DO(rows_.close_blocks());
    JINDO_DO(build_.files.close(tx_index_, tx_first_movement_, tx_gas_price_));
    JINDO_DO(rows_.close_notes());
    JINDO_DO(build_.files.close(mv_kind_, mv_asset_, mv_transaction_, mv_amount_, wide_amount_));
    return build_.files.write<chain::AddressKey>("asset_key", assets_);
  }

  Status write_creations() {
    JINDO_DO(build_.files.close(creations_));
    JINDO_DO(write_order(by_contract_, "creation_by_contract"));
    return write_order(by_creator_, "creation_by_creator");
  }
  Status write_order(base::ExternalSorter<CreationKey>& sorter, const char* name) {
    ColumnWriter<uint64_t> rows;
    JINDO_DO(build_.files.open(rows, name));
    JINDO_DO(sorter.finish());
    for (;;) {
      JINDO_TRY(const CreationKey* next, sorter.peek());
      if (next == nullptr) break;
      JINDO_DO(rows.append(next->row));
      JINDO_DO(sorter.pop());
    }
    return build_.files.close(rows);
  }

  Status index_transactions() {
    TransactionIndex index(build_.files, rows_.transactions());
    JINDO_DO(index.open());
    JINDO_TRY(ids_file_, base::MappedFile::open(build_.files.path("tx_id")));
    JINDO_DO(in_order<std::vector<IndexEntry>>(
        build_.partitions, build_.options.threads,
        [&](size_t p) -> base::Result<std::vector<IndexEntry>> {
          JINDO_TRY(auto entries, identifiers_.take(p));
          TransactionIndex::sort(entries);
          return entries;
        },
        [&](size_t, std::vector<IndexEntry>& entries) -> Status {
          if (build_.options.unique_ids) JINDO_DO(check_unique(entries));
          return index.add(entries);
        }));
    return index.close();
  }
  // No hash stands in two blocks: nonces see to that on every account chain. Against the ledger's older segments it is
  // looked up where a few blocks are added only: for many it would mean reading their whole index.
  Status check_unique(const std::vector<IndexEntry>& entries) const {
    constexpr uint64_t kLookedUpMax = 65536;
    const chain::TxId none{};
    const bool look_up = older_ != nullptr && rows_.transactions() <= kLookedUpMax;
    for (size_t i = 0; i < entries.size(); ++i) {
      const bool twin = i > 0 && entries[i].prefix == entries[i - 1].prefix;
      if (!twin && !look_up) continue;
      const chain::TxId& id = id_of(entries[i].number);
      if (id == none) continue;
      if (twin && id == id_of(entries[i - 1].number)) return twice(id, entries[i - 1].number, entries[i].number);
      if (!look_up) continue;
      const auto found = older_->find_transaction(id);
      if (found) return twice(id, *found, entries[i].number);
    }
    return {};
  }
  const chain::TxId& id_of(uint64_t number) const {
    return reinterpret_cast<const chain::TxId*>(ids_file_.bytes().data())[number - first_number()];
  }
  uint64_t first_number() const { return rows_.next_transaction() - rows_.transactions(); }
  uint64_t height_of(uint64_t number) const {
    if (number < first_number()) return older_->block(older_->block_of_transaction(number)).height;
    const auto blocks = base::MappedFile::open(build_.files.path("blocks"));
    if (!blocks.ok()) return 0;
    const std::span<const BlockRow> rows(reinterpret_cast<const BlockRow*>(blocks->bytes().data()),
                                         blocks->bytes().size() / sizeof(BlockRow));
    const auto after = std::upper_bound(rows.begin(), rows.end(), number, [](uint64_t wanted, const BlockRow& row) {
      return wanted < row.first_transaction;
    });
    return after == rows.begin() ? 0 : (after - 1)->height;
  }
  base::Error twice(const chain::TxId& id, uint64_t first, uint64_t second) const {
    return base::bad_input("transaction " + base::to_hex(id) + " stands in block " + std::to_string(height_of(first)) +
                           " and in block " + std::to_string(height_of(second)) +
                           "; a transaction is in one block: the input mixes two branches of the chain");
  }

  // The columns that grouping writes: addresses, their holdings, the movements of each holding.
  struct HoldingColumns {
    HoldingColumns(SegmentWriter& segment, uint64_t movements_expected)
        : files(segment), addresses(segment, movements_expected) {}
    Status open() {
      JINDO_DO(addresses.open());
      JINDO_DO(files.open(first_holding, "address_first_holding"));
      JINDO_DO(files.open(holding_address, "holding_address"));
      JINDO_DO(files.open(holding_asset, "holding_asset"));
      JINDO_DO(offsets.open(files, "holding_offset"));
      return files.open(movements, "holding_movement");
    }
    // The next holding; those of one address come one after another.
    Status add(const Group& group) {
      if (addresses.count() == 0 || !(last_key == group.key)) {
        last_key = group.key;
        JINDO_DO(addresses.add(group));
        JINDO_DO(first_holding.append(holding_address.count()));
      }
      JINDO_DO(holding_address.append(addresses.count() - 1));
      return holding_asset.append(group.asset);
    }
    Status close() {
      JINDO_DO(offsets.begin(holding_address.count(), movements.count()));
      JINDO_DO(first_holding.append(holding_address.count()));
      JINDO_DO(addresses.close());
      JINDO_DO(files.close(first_holding, holding_address, holding_asset));
      JINDO_DO(offsets.close(files));
      return files.close(movements);
    }
    SegmentWriter& files;
    AddressTable addresses;
    ColumnWriter<uint64_t> first_holding, holding_address, movements;
    ColumnWriter<uint32_t> holding_asset;
    OffsetColumn offsets;
    chain::AddressKey last_key;
  };
  Status group() {
    ranges_ = build_.range_size(movements_);
    sides_ = build_.spill<Side>(movements_ / ranges_ + 1, 6);
    const size_t references_max = build_.references_max();
    HoldingColumns columns(build_.files, movements_);
    JINDO_DO(columns.open());
    uint64_t partition_first = 0;
    uint64_t last_movement = kNoNumber;
    uint64_t last_row = kNoNumber;
    GroupSink sink;
    sink.row = [&](const Group& group) { return columns.add(group); };
    sink.references = [&](uint64_t row, std::span<const uint64_t> references) -> Status {
      const uint64_t global_row = partition_first + row;
      JINDO_DO(columns.offsets.begin(global_row, columns.movements.count()));
      for (const uint64_t reference : references) {
        const uint64_t movement = reference / 2;
        // A payment to oneself has both ends here and is listed once.
        if (last_row != global_row || last_movement != movement)
          JINDO_DO(columns.movements.append(first_movement_ + movement));
        last_row = global_row;
        last_movement = movement;
        JINDO_DO(sides_.add(movement / ranges_, {reference, global_row}));
      }
      return {};
    };
    JINDO_DO(in_order<GroupedPartition>(
        build_.partitions, build_.options.threads, [&](size_t p) { return group_partition(keys_, p, references_max); },
        [&](size_t p, GroupedPartition& grouped) -> Status {
          partition_first = columns.holding_address.count();
          return emit_partition(keys_, p, grouped, references_max, sink);
        }));
    return columns.close();
  }

  struct Range {
    std::vector<uint64_t> from, to;
  };
  base::Result<Range> link_range(size_t r) {
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
  }
  Status link() {
    ColumnWriter<uint64_t> from, to;
    JINDO_DO(build_.files.open(from, "mv_from"));
    JINDO_DO(build_.files.open(to, "mv_to"));
    JINDO_DO(in_order<Range>(
        sides_.partitions(), build_.options.threads, [&](size_t r) { return link_range(r); },
        [&](size_t, Range& range) -> Status {
          JINDO_DO(from.append(std::span<const uint64_t>(range.from)));
          return to.append(std::span<const uint64_t>(range.to));
        }));
    return build_.files.close(from, to);
  }

  SegmentBuild build_;
  const AccountStore* older_;
  base::MappedFile ids_file_;  // tx_id, once it is written
  BlockColumns rows_;
  base::ExternalSorter<CreationKey> by_contract_, by_creator_;
  ColumnWriter<CreationRow> creations_;
  uint64_t first_movement_ = 0;
  uint64_t movements_ = 0;  // of this segment
  uint64_t ranges_ = 1;
  std::vector<chain::AddressKey> assets_;
  std::map<chain::AddressKey, uint32_t> asset_of_;
  uint32_t last_asset_ = 0;
  ColumnWriter<uint32_t> tx_index_, mv_asset_;
  ColumnWriter<uint64_t> tx_first_movement_, tx_gas_price_, mv_transaction_, mv_amount_;
  ColumnWriter<chain::MovementKind> mv_kind_;
  ColumnWriter<base::Uint256> wide_amount_;
  PartitionedSpill<KeyRecord> keys_;
  PartitionedSpill<IndexEntry> identifiers_;
  PartitionedSpill<Side> sides_;
};
}  // namespace

base::Result<std::unique_ptr<AccountBuilder>> AccountBuilder::create(const BuildOptions& options,
                                                                     const AccountStore* older) {
  auto out = std::make_unique<AccountSegmentBuilder>(options, older);
  JINDO_DO(out->open());
  return std::unique_ptr<AccountBuilder>(std::move(out));
}
}  // namespace jindo::ledger
