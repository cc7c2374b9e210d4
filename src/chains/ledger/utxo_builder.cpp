#include "ledger/utxo_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "ledger/fee_check.h"
#include "ledger/grouping.h"
#include "ledger/spend_join.h"
#include "ledger/totals.h"

namespace jindo::ledger {
namespace {
using base::bad_input;
using base::Status;

struct Owner {
  uint64_t output;  // local
  uint64_t row;
};
struct Source {     // what an input is
  uint64_t input;   // local
  uint64_t output;  // global or kNoNumber
  uint64_t value;
  uint64_t row;  // or kNoNumber
};
struct Sent {
  uint64_t row;
  uint64_t input;  // local
};
constexpr uint64_t kInputReference = uint64_t{1} << 63;  // in KeyRecord: the reference is an input, not an output

// How many rows of `count` go to each of at most `partitions` ranges.
uint64_t range_size(uint64_t count, size_t partitions) {
  return std::max<uint64_t>(65536, (count + partitions - 1) / partitions);
}

class Builder : public UtxoBuilder {
 public:
  Builder(const BuildOptions& options, const UtxoStore* older)
      : options_(options), older_(older), files_(options.folder, options.durable), notes_(files_) {
    if (older != nullptr && older->info().blocks > 0) {
      const ChainInfo& info = older->info();
      first_ = {info.blocks, info.transactions, info.inputs, info.outputs};
      const BlockRow tip = older->block(info.blocks - 1);
      chain_digest_ = tip.chain_digest;
      order_time_ = tip.order_time;
      work_ = tip.work;
      tip_height_ = tip.height;
      has_tip_ = true;
    }
    // A partition's records come to about a third of the raw bytes; keep one well below the budget.
    const uint64_t share = std::max<uint64_t>(options.memory_bytes / 16, 1);
    partitions_ = std::clamp<size_t>(std::bit_ceil(options.expected_bytes / share + 1), 16, 1024);
    partition_bits_ = static_cast<unsigned>(std::bit_width(partitions_) - 1);
    definitions_ = spill<Definition>();
    spends_ = spill<Spend>();
    keys_ = spill<KeyRecord>();
    external_values_ = PartitionedSpill<Source>(options.temporary_folder, 1, options.memory_bytes / 32);
    resolved_ = PartitionedSpill<Match>(options.temporary_folder, 1, options.memory_bytes / 32);
  }

  Status open() {
    JINDO_DO(files_.open(blocks_, "blocks"));
    JINDO_DO(files_.open(tx_id_, "tx_id"));
    JINDO_DO(files_.open(tx_block_, "tx_block"));
    JINDO_DO(files_.open(tx_first_input_, "tx_first_input"));
    JINDO_DO(files_.open(tx_first_output_, "tx_first_output"));
    JINDO_DO(files_.open(tx_form_, "tx_form"));
    JINDO_DO(notes_.open());
    JINDO_DO(files_.open(tx_virtual_size_, "tx_virtual_size"));
    JINDO_DO(files_.open(out_value_, "out_value"));
    JINDO_DO(files_.open(out_type_, "out_type"));
    return files_.open(external_, "external");
  }

  Status add(const chain::UtxoBlock& block) override {
    JINDO_DO(add_block(block, chain::block_digest(block)));
    for (const chain::UtxoTransaction& tx : block.transactions) {
      for (uint32_t i = 0; i < tx.inputs; ++i) {
        const chain::UtxoInput& in = block.inputs[tx.first_input + i];
        if (in.external) {
          JINDO_DO(add_external(in, i));
        } else {
          const Spend spend{in.previous, inputs_ + i, transactions_ + first_.transaction, in.output_index,
                            static_cast<uint32_t>(blocks_.count())};
          JINDO_DO(spends_.add(partition_of(id_hash(in.previous)), spend));
        }
      }
      JINDO_DO(add_transaction(block, tx));
    }
    return {};
  }

  Status add_resolved(const chain::UtxoBlock& block, const base::Hash256& digest,
                      const std::vector<uint64_t>& outputs) override {
    JINDO_DO(add_block(block, digest));
    for (const chain::UtxoTransaction& tx : block.transactions) {
      for (uint32_t i = 0; i < tx.inputs; ++i) {
        const uint64_t output = outputs[tx.first_input + i];
        if (output == kNoNumber) {
          JINDO_DO(add_external(block.inputs[tx.first_input + i], i));
        } else {
          JINDO_DO(resolved_.add(0, {output, inputs_ + i, transactions_ + first_.transaction}));
        }
      }
      JINDO_DO(add_transaction(block, tx));
    }
    return {};
  }

  Status finish() override {
    if (blocks_.count() == 0) return base::bad_input("no blocks to add");
    JINDO_DO(tx_first_input_.append(first_.input + inputs_));
    JINDO_DO(tx_first_output_.append(first_.output + outputs_));
    JINDO_DO(files_.close(blocks_, "blocks"));
    JINDO_DO(files_.close(tx_id_, "tx_id"));
    JINDO_DO(files_.close(tx_block_, "tx_block"));
    JINDO_DO(files_.close(tx_first_input_, "tx_first_input"));
    JINDO_DO(files_.close(tx_first_output_, "tx_first_output"));
    JINDO_DO(files_.close(tx_form_, "tx_form"));
    JINDO_DO(notes_.finish());
    JINDO_DO(files_.close(tx_virtual_size_, "tx_virtual_size"));
    JINDO_DO(files_.close(out_value_, "out_value"));
    JINDO_DO(files_.close(out_type_, "out_type"));
    JINDO_DO(files_.close(external_, "external"));
    phase("joining spends");
    JINDO_DO(join());
    phase("grouping by address");
    JINDO_DO(group());
    phase("linking");
    JINDO_DO(link_outputs());
    JINDO_DO(link_inputs());
    phase("indexing");
    JINDO_DO(index_sent());
    JINDO_DO(write_busy_utxo(files_, first_.input, first_.output));
    return files_.finish(chain::LedgerModel::kUtxo);
  }

 private:
  struct First {
    uint64_t block = 0, transaction = 0, input = 0, output = 0;
  };

  template <class Record>
  PartitionedSpill<Record> spill() const {
    return PartitionedSpill<Record>(options_.temporary_folder, partitions_, options_.memory_bytes / 12);
  }
  void phase(const char* name) const {
    if (options_.phase) options_.phase(name);
  }
  size_t partition_of(uint64_t hash) const { return static_cast<size_t>(hash >> (64 - partition_bits_)); }

  // Names the place of an input for an error.
  std::string place_of(uint64_t transaction, uint64_t input) const {
    const uint64_t t = transaction - first_.transaction;
    auto blocks = base::MappedFile::open(files_.path("blocks"));
    if (!blocks.ok()) return "?";
    const base::Bytes bytes = blocks->bytes();
    const std::span<const BlockRow> rows(reinterpret_cast<const BlockRow*>(bytes.data()),
                                         bytes.size() / sizeof(BlockRow));
    const auto after =
        std::upper_bound(rows.begin(), rows.end(), transaction,
                         [](uint64_t wanted, const BlockRow& row) { return wanted < row.first_transaction; });
    const auto block = static_cast<uint64_t>(after - rows.begin()) - 1;
    uint64_t first_input = 0;
    auto firsts = base::MappedFile::open(files_.path("tx_first_input"));
    if (firsts.ok()) std::memcpy(&first_input, firsts->bytes().data() + t * 8, 8);
    std::string out = options_.where ? options_.where(block) + ": " : "";
    return out + "block " + std::to_string(rows[block].height) + ", transaction " +
           std::to_string(transaction - rows[block].first_transaction) + ", input " +
           std::to_string(first_.input + input - first_input);
  }

  Status add_block(const chain::UtxoBlock& block, const base::Hash256& digest) {
    if (has_tip_ && (options_.partial ? block.height <= tip_height_ : block.height != tip_height_ + 1)) {
      return bad_input("block " + std::to_string(block.height) + " does not follow block " +
                       std::to_string(tip_height_));
    }
    has_tip_ = true;
    tip_height_ = block.height;
    BlockRow row;
    row.height = block.height;
    row.time = block.time;
    order_time_ = blocks_.count() == 0 && first_.block == 0 ? block.time : std::max(order_time_, block.time);
    row.order_time = order_time_;
    row.first_transaction = first_.transaction + transactions_;
    row.first_input = first_.input + inputs_;
    row.first_output = first_.output + outputs_;
    row.hash = block.hash;
    row.digest = digest;
    base::Sha256 chained;
    chained.update(chain_digest_);
    chained.update(digest);
    chain_digest_ = chained.finish();
    row.chain_digest = chain_digest_;
    work_ += chain::block_work(block.bits);
    row.work = work_;
    row.bits = block.bits;
    JINDO_DO(notes_.add(block.notes, block.note_bytes, row.first_transaction, row.digest));
    return blocks_.append(row);
  }

  Status add_transaction(const chain::UtxoBlock& block, const chain::UtxoTransaction& tx) {
    JINDO_DO(tx_id_.append(tx.id));
    JINDO_DO(tx_block_.append(static_cast<uint32_t>(blocks_.count() - 1)));
    JINDO_DO(tx_first_input_.append(first_.input + inputs_));
    JINDO_DO(tx_first_output_.append(first_.output + outputs_));
    JINDO_DO(tx_form_.append(tx.form));
    JINDO_DO(tx_virtual_size_.append(tx.virtual_size));
    const Definition definition{tx.id, first_.transaction + transactions_, first_.output + outputs_, tx.outputs,
                                tx.inputs == 0 ? static_cast<uint32_t>(blocks_.count()) : 0U};
    JINDO_DO(definitions_.add(partition_of(id_hash(tx.id)), definition));
    for (uint32_t i = 0; i < tx.outputs; ++i) {
      const chain::UtxoOutput& out = block.outputs[tx.first_output + i];
      JINDO_DO(out_value_.append(out.value));
      JINDO_DO(out_type_.append(out.type));
      if (!out.key.is_none()) JINDO_DO(add_key(out.key, outputs_ + i));
    }
    ++transactions_;
    inputs_ += tx.inputs;
    outputs_ += tx.outputs;
    return {};
  }
  Status add_key(const chain::AddressKey& key, uint64_t reference) {
    KeyRecord record;
    record.hash = chain::hash_key(key);
    record.reference = reference;
    record.key = key;
    return keys_.add(partition_of(record.hash), record);
  }
  Status add_external(const chain::UtxoInput& in, uint32_t ordinal) {
    ExternalRow row;
    row.input = first_.input + inputs_ + ordinal;
    row.previous = in.previous;
    row.output_index = in.output_index;
    JINDO_DO(external_.append(row));
    return add_foreign(inputs_ + ordinal, kNoNumber, in.value, in.key);
  }
  // An input whose output is not in this segment: value and owner are known here and now.
  Status add_foreign(uint64_t input, uint64_t output, uint64_t value, const chain::AddressKey& key) {
    if (!key.is_none()) JINDO_DO(add_key(key, input | kInputReference));
    return external_values_.add(0, {input, output, value, kNoNumber});
  }

  // ---- join: which output does each input spend -------------------------------------------------------------------
  PlaceOf place() const {
    return [this](uint64_t transaction, uint64_t input) { return place_of(transaction, input); };
  }
  Status join() {
    out_ranges_ = range_size(outputs_, partitions_);
    matches_ =
        PartitionedSpill<Match>(options_.temporary_folder, outputs_ / out_ranges_ + 1, options_.memory_bytes / 12);
    const uint64_t older_outputs = first_.output;
    late_ranges_ = range_size(older_outputs, partitions_);
    late_ = PartitionedSpill<Match>(options_.temporary_folder, older_outputs / late_ranges_ + 1,
                                    options_.memory_bytes / 32);
    ColumnWriter<uint64_t> buckets;
    ColumnWriter<IndexEntry> entries;
    JINDO_DO(files_.open(buckets, "tx_bucket"));
    JINDO_DO(files_.open(entries, "tx_entry"));
    BucketWriter bucket_writer(buckets, bucket_bits(transactions_));
    JINDO_DO(in_order<Joined>(
        partitions_, options_.threads, [&](size_t p) { return join_spends(definitions_, spends_, p, place()); },
        [&](size_t, Joined& joined) -> Status {
          for (const Match& match : joined.matches) JINDO_DO(add_match(match));
          for (const Spend& spend : joined.unresolved) JINDO_DO(resolve_older(spend));
          for (const IndexEntry& entry : joined.entries) JINDO_DO(bucket_writer.entry(entry.prefix));
          return entries.append(std::span<const IndexEntry>(joined.entries));
        }));
    JINDO_DO(bucket_writer.finish());
    JINDO_DO(files_.close(buckets, "tx_bucket"));
    JINDO_DO(files_.close(entries, "tx_entry"));
    JINDO_DO(resolved_.read(0, [&](std::span<const Match> matches) -> Status {
      for (const Match& match : matches) {
        if (match.output >= first_.output) {
          JINDO_DO(add_match(match));
        } else {
          JINDO_DO(add_late(match));
        }
      }
      return {};
    }));
    resolved_.release(0);
    return {};
  }
  Status add_match(const Match& match) {
    const uint64_t local = match.output - first_.output;
    return matches_.add(local / out_ranges_, match);
  }
  Status resolve_older(const Spend& spend) {
    const auto transaction = older_ != nullptr ? older_->find_transaction(spend.id) : std::nullopt;
    if (!transaction) return missing_output(spend, place());
    UtxoTransactionView view;
    older_->transaction(*transaction, view);
    if (spend.output_index >= view.out_value.size()) return missing_output(spend, place());
    return add_late({view.first_output + spend.output_index, spend.input, spend.transaction});
  }
  Status add_late(const Match& match) {
    uint64_t spender = 0;
    older_->spenders(match.output, {&spender, 1});
    if (spender != kNoNumber) return spent_twice(match, spender);
    JINDO_DO(late_.add(match.output / late_ranges_, match));
    return add_foreign(match.input, match.output, older_->output_value(match.output),
                       older_->output_address(match.output));
  }
  base::Error spent_twice(const Match& match, uint64_t other) const {
    return bad_input(place_of(match.transaction, match.input) + ": spends an output that transaction number " +
                     std::to_string(other) + " of the chain spent before: an output spent twice");
  }

  // ---- group: addresses, and what each received --------------------------------------------------------------------
  Status group() {
    // References: outputs of this segment, and inputs that spend outputs of older ones. The latter go to `sent`.
    owners_ =
        PartitionedSpill<Owner>(options_.temporary_folder, outputs_ / out_ranges_ + 1, options_.memory_bytes / 12);
    foreign_rows_ = PartitionedSpill<Owner>(options_.temporary_folder, 1, options_.memory_bytes / 32);
    const size_t references_max = std::max<size_t>(options_.memory_bytes / 64, 4096);
    ColumnWriter<chain::AddressKey> keys;
    ColumnWriter<uint64_t> buckets, offsets, received;
    JINDO_DO(files_.open(keys, "address_key"));
    JINDO_DO(files_.open(buckets, "address_bucket"));
    JINDO_DO(files_.open(offsets, "received_offset"));
    JINDO_DO(files_.open(received, "received"));
    BucketWriter bucket_writer(buckets, bucket_bits(outputs_));
    uint64_t partition_first = 0;
    uint64_t open_row = 0;  // rows below have their end written
    GroupSink sink;
    sink.row = [&](const Group& group) -> Status {
      JINDO_DO(bucket_writer.entry(group.hash));
      return keys.append(group.key);
    };
    sink.references = [&](uint64_t row, std::span<const uint64_t> references) -> Status {
      const uint64_t global_row = partition_first + row;
      for (; open_row <= global_row; ++open_row) JINDO_DO(offsets.append(received.count()));
      for (const uint64_t reference : references) {
        if ((reference & kInputReference) != 0) {
          JINDO_DO(foreign_rows_.add(0, {reference & ~kInputReference, global_row}));
          continue;
        }
        JINDO_DO(received.append(first_.output + reference));
        JINDO_DO(owners_.add(reference / out_ranges_, {reference, global_row}));
      }
      return {};
    };
    row_first_.assign(1, 0);
    JINDO_DO(in_order<GroupedPartition>(
        partitions_, options_.threads, [&](size_t p) { return group_partition(keys_, p, references_max); },
        [&](size_t p, GroupedPartition& grouped) -> Status {
          partition_first = keys.count();
          JINDO_DO(emit_partition(keys_, p, grouped, references_max, sink));
          row_first_.push_back(keys.count());
          return {};
        }));
    rows_ = keys.count();
    for (; open_row <= rows_; ++open_row) JINDO_DO(offsets.append(received.count()));
    JINDO_DO(bucket_writer.finish());
    JINDO_DO(files_.close(keys, "address_key"));
    JINDO_DO(files_.close(buckets, "address_bucket"));
    JINDO_DO(files_.close(offsets, "received_offset"));
    return files_.close(received, "received");
  }

  // ---- link --------------------------------------------------------------------------------------------------------
  struct OutputRange {
    std::vector<uint64_t> spender;
    std::vector<uint64_t> address;
    std::vector<Source> sources;
  };
  base::Result<OutputRange> link_output_range(size_t range, std::span<const uint64_t> values) {
    OutputRange out;
    const uint64_t begin = range * out_ranges_;
    const uint64_t size = std::min(out_ranges_, outputs_ - std::min(outputs_, begin));
    out.spender.assign(size, kNoNumber);
    out.address.assign(size, kNoNumber);
    JINDO_TRY(const auto owners, owners_.take(range));
    for (const Owner& owner : owners) out.address[owner.output - begin] = owner.row;
    JINDO_TRY(const auto matches, matches_.take(range));
    out.sources.reserve(matches.size());
    for (const Match& match : matches) {
      const uint64_t local = match.output - first_.output;
      uint64_t& spender = out.spender[local - begin];
      if (spender != kNoNumber) {
        return spent_twice(match, spender);
      }
      spender = match.transaction;
      out.sources.push_back({match.input, match.output, values[local], out.address[local - begin]});
    }
    return out;
  }
  Status link_outputs() {
    in_ranges_ = range_size(inputs_, partitions_);
    sources_ =
        PartitionedSpill<Source>(options_.temporary_folder, inputs_ / in_ranges_ + 1, options_.memory_bytes / 12);
    JINDO_TRY(const base::MappedFile value_file, base::MappedFile::open(files_.path("out_value")));
    const std::span<const uint64_t> values(reinterpret_cast<const uint64_t*>(value_file.bytes().data()), outputs_);
    ColumnWriter<uint64_t> spender, address;
    JINDO_DO(files_.open(spender, "out_spender"));
    JINDO_DO(files_.open(address, "out_address"));
    JINDO_DO(in_order<OutputRange>(
        matches_.partitions(), options_.threads, [&](size_t r) { return link_output_range(r, values); },
        [&](size_t r, OutputRange& out) -> Status {
          JINDO_DO(spender.append(std::span<const uint64_t>(out.spender)));
          JINDO_DO(address.append(std::span<const uint64_t>(out.address)));
          for (const Source& source : out.sources) JINDO_DO(sources_.add(source.input / in_ranges_, source));
          value_file.drop_before((r + 1) * out_ranges_ * 8);
          return {};
        }));
    JINDO_DO(files_.close(spender, "out_spender"));
    JINDO_DO(files_.close(address, "out_address"));
    return link_late();
  }
  // Outputs of older segments that this one spends.
  Status link_late() {
    ColumnWriter<uint64_t> output, spender;
    JINDO_DO(files_.open(output, "late_output"));
    JINDO_DO(files_.open(spender, "late_spender"));
    for (size_t range = 0; range < late_.partitions(); ++range) {
      JINDO_TRY(auto matches, late_.take(range));
      std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
        return a.output != b.output ? a.output < b.output : a.transaction < b.transaction;
      });
      for (size_t i = 0; i < matches.size(); ++i) {
        if (i > 0 && matches[i].output == matches[i - 1].output)
          return spent_twice(matches[i], matches[i - 1].transaction);
        JINDO_DO(output.append(matches[i].output));
        JINDO_DO(spender.append(matches[i].transaction));
      }
    }
    JINDO_DO(files_.close(output, "late_output"));
    JINDO_DO(files_.close(spender, "late_spender"));
    // Foreign inputs' values, then their rows, to the input ranges; the row comes as a second record.
    JINDO_DO(external_values_.read(0, [&](std::span<const Source> sources) -> Status {
      for (const Source& source : sources) JINDO_DO(sources_.add(source.input / in_ranges_, source));
      return {};
    }));
    external_values_.release(0);
    foreign_ = PartitionedSpill<Owner>(options_.temporary_folder, inputs_ / in_ranges_ + 1, options_.memory_bytes / 32);
    JINDO_DO(foreign_rows_.read(0, [&](std::span<const Owner> owners) -> Status {
      for (const Owner& owner : owners) JINDO_DO(foreign_.add(owner.output / in_ranges_, owner));
      return {};
    }));
    foreign_rows_.release(0);
    return {};
  }

  struct InputRange {
    std::vector<uint64_t> output, value, address;
  };
  base::Result<InputRange> link_input_range(size_t range) {
    InputRange out;
    const uint64_t begin = range * in_ranges_;
    const uint64_t size = std::min(in_ranges_, inputs_ - std::min(inputs_, begin));
    out.output.assign(size, kNoNumber);
    out.value.assign(size, 0);
    out.address.assign(size, kNoNumber);
    JINDO_TRY(const auto sources, sources_.take(range));
    CHECK(sources.size() == size);
    for (const Source& source : sources) {
      out.output[source.input - begin] = source.output;
      out.value[source.input - begin] = source.value;
      out.address[source.input - begin] = source.row;
    }
    JINDO_TRY(const auto rows, foreign_.take(range));
    for (const Owner& owner : rows) out.address[owner.output - begin] = owner.row;
    return out;
  }
  Status link_inputs() {
    sent_ = PartitionedSpill<Sent>(options_.temporary_folder, partitions_, options_.memory_bytes / 12);
    ColumnWriter<uint64_t> output, value, address;
    JINDO_DO(files_.open(output, "in_output"));
    JINDO_DO(files_.open(value, "in_value"));
    JINDO_DO(files_.open(address, "in_address"));
    FeeCheck::Columns columns;
    columns.first_input = files_.path("tx_first_input");
    columns.first_output = files_.path("tx_first_output");
    columns.out_value = files_.path("out_value");
    columns.transactions = transactions_;
    columns.base_transaction = first_.transaction;
    columns.base_input = first_.input;
    columns.base_output = first_.output;
    JINDO_TRY(FeeCheck fees, FeeCheck::open(columns, place()));
    size_t sent_partition = 0;
    JINDO_DO(in_order<InputRange>(
        sources_.partitions(), options_.threads, [&](size_t r) { return link_input_range(r); },
        [&](size_t r, InputRange& in) -> Status {
          JINDO_DO(output.append(std::span<const uint64_t>(in.output)));
          JINDO_DO(value.append(std::span<const uint64_t>(in.value)));
          JINDO_DO(address.append(std::span<const uint64_t>(in.address)));
          for (size_t i = 0; i < in.address.size(); ++i) {
            const uint64_t row = in.address[i];
            if (row == kNoNumber) continue;
            while (row >= row_first_[sent_partition + 1] || row < row_first_[sent_partition]) {
              sent_partition = static_cast<size_t>(std::upper_bound(row_first_.begin(), row_first_.end(), row) -
                                                   row_first_.begin()) -
                               1;
            }
            JINDO_DO(sent_.add(sent_partition, {row, r * in_ranges_ + i}));
          }
          return fees.inputs(in.value);
        }));
    JINDO_DO(fees.finish());
    JINDO_DO(files_.close(output, "in_output"));
    JINDO_DO(files_.close(value, "in_value"));
    return files_.close(address, "in_address");
  }

  // ---- index: what each address sent -------------------------------------------------------------------------------
  struct SentPartition {
    std::vector<uint64_t> counts;  // one a row
    std::vector<uint64_t> inputs;
  };
  Status index_sent() {
    ColumnWriter<uint64_t> offsets, sent;
    JINDO_DO(files_.open(offsets, "sent_offset"));
    JINDO_DO(files_.open(sent, "sent"));
    JINDO_DO(in_order<SentPartition>(
        partitions_, options_.threads,
        [&](size_t p) -> base::Result<SentPartition> {
          SentPartition out;
          const uint64_t first = row_first_[p];
          out.counts.assign(row_first_[p + 1] - first, 0);
          JINDO_DO(sent_.read(p, [&](std::span<const Sent> records) -> Status {
            for (const Sent& record : records) ++out.counts[record.row - first];
            return {};
          }));
          std::vector<uint64_t> place(out.counts.size());
          uint64_t total = 0;
          for (size_t i = 0; i < place.size(); ++i) {
            place[i] = total;
            total += out.counts[i];
          }
          out.inputs.resize(total);
          JINDO_DO(sent_.read(p, [&](std::span<const Sent> records) -> Status {
            for (const Sent& record : records) out.inputs[place[record.row - first]++] = first_.input + record.input;
            return {};
          }));
          sent_.release(p);
          return out;
        },
        [&](size_t, SentPartition& out) -> Status {
          uint64_t at = sent.count();
          for (const uint64_t count : out.counts) {
            JINDO_DO(offsets.append(at));
            at += count;
          }
          return sent.append(std::span<const uint64_t>(out.inputs));
        }));
    JINDO_DO(offsets.append(sent.count()));
    JINDO_DO(files_.close(offsets, "sent_offset"));
    return files_.close(sent, "sent");
  }

  BuildOptions options_;
  const UtxoStore* older_;
  SegmentWriter files_;
  NoteWriter notes_;
  First first_;
  base::Hash256 chain_digest_{};
  int64_t order_time_ = 0;
  base::Uint256 work_;
  uint64_t tip_height_ = 0;
  bool has_tip_ = false;
  size_t partitions_ = 16;
  unsigned partition_bits_ = 4;
  uint64_t transactions_ = 0, inputs_ = 0, outputs_ = 0, rows_ = 0;  // local
  uint64_t out_ranges_ = 1, in_ranges_ = 1, late_ranges_ = 1;
  std::vector<uint64_t> row_first_;  // first row of each address partition, and the end
  ColumnWriter<BlockRow> blocks_;
  ColumnWriter<chain::TxId> tx_id_;
  ColumnWriter<uint32_t> tx_block_, tx_virtual_size_;
  ColumnWriter<uint8_t> tx_form_;
  ColumnWriter<uint64_t> tx_first_input_, tx_first_output_, out_value_;
  ColumnWriter<chain::ScriptType> out_type_;
  ColumnWriter<ExternalRow> external_;
  PartitionedSpill<Definition> definitions_;
  PartitionedSpill<Spend> spends_;
  PartitionedSpill<KeyRecord> keys_;
  PartitionedSpill<Match> matches_, late_, resolved_;
  PartitionedSpill<Owner> owners_, foreign_rows_, foreign_;
  PartitionedSpill<Source> sources_, external_values_;
  PartitionedSpill<Sent> sent_;
};
}  // namespace

base::Result<std::unique_ptr<UtxoBuilder>> UtxoBuilder::create(const BuildOptions& options, const UtxoStore* older) {
  auto out = std::make_unique<Builder>(options, older);
  JINDO_DO(out->open());
  return std::unique_ptr<UtxoBuilder>(std::move(out));
}
}  // namespace jindo::ledger
