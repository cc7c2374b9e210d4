// A build of a UTXO segment: blocks as they come (add), then its passes in order (finish).
#include "ledger/utxo_builder.h"

#include "ledger/totals.h"
#include "ledger/utxo_passes.h"

namespace jindo::ledger {
namespace {
using base::Status;

class UtxoSegmentBuilder : public UtxoBuilder {
 public:
  UtxoSegmentBuilder(const BuildOptions& options, const UtxoStore* older)
      : build_(options, older), rows_(build_.files, older) {
    if (older != nullptr && older->info().blocks > 0) work_ = older->info().work;
  }

  Status open() {
    SegmentWriter& files = build_.files;
    JINDO_DO(rows_.open());
    JINDO_DO(files.open(tx_first_input_, "tx_first_input"));
    JINDO_DO(files.open(tx_first_output_, "tx_first_output"));
    JINDO_DO(files.open(tx_form_, "tx_form"));
    JINDO_DO(files.open(tx_virtual_size_, "tx_virtual_size"));
    JINDO_DO(files.open(out_value_, "out_value"));
    JINDO_DO(files.open(out_type_, "out_type"));
    return files.open(external_, "external");
  }

  Status add(const chain::UtxoBlock& block) override {
    JINDO_DO(add_block(block, chain::block_digest(block)));
    for (const chain::UtxoTransaction& tx : block.transactions) {
      for (uint32_t i = 0; i < tx.inputs; ++i) {
        const chain::UtxoInput& in = block.inputs[tx.first_input + i];
        if (in.external) {
          JINDO_DO(add_external(in, i));
        } else {
          const Spend spend{in.previous, build_.inputs + i, rows_.next_transaction(), in.output_index,
                            static_cast<uint32_t>(rows_.blocks())};
          JINDO_DO(build_.spends.add(build_.partition_of(id_hash(in.previous)), spend));
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
          JINDO_DO(build_.resolved.add(0, {output, build_.inputs + i, rows_.next_transaction()}));
        }
      }
      JINDO_DO(add_transaction(block, tx));
    }
    return {};
  }

  Status finish() override {
    if (rows_.blocks() == 0) return base::bad_input("no blocks to add");
    JINDO_DO(close_rows());
    build_.transactions = rows_.transactions();
    build_.phase("joining spends");
    JINDO_DO(join_inputs(build_));
    build_.phase("grouping by address");
    JINDO_DO(group_addresses(build_));
    build_.phase("linking");
    JINDO_DO(link_outputs_and_inputs(build_));
    build_.phase("indexing");
    JINDO_DO(index_sent(build_));
    JINDO_DO(write_busy_utxo(build_.files, build_.first_input, build_.first_output));
    return build_.files.finish(chain::LedgerModel::kUtxo);
  }

 private:
  Status add_block(const chain::UtxoBlock& block, const base::Hash256& digest) {
    const auto& tip = rows_.tip_height();
    if (tip && (build_.options.partial ? block.height <= *tip : block.height != *tip + 1)) {
      return base::bad_input("block " + std::to_string(block.height) + " does not follow block " +
                             std::to_string(*tip));
    }
    work_ = chain::add_work(work_, chain::block_work(block.bits));
    BlockRow row = rows_.row_of(block, digest);
    row.first_input = build_.first_input + build_.inputs;
    row.first_output = build_.first_output + build_.outputs;
    row.work = work_;
    row.bits = block.bits;
    return rows_.add_block(row, block.notes, block.note_bytes);
  }

  Status add_transaction(const chain::UtxoBlock& block, const chain::UtxoTransaction& tx) {
    const Definition definition{tx.id, rows_.next_transaction(), build_.first_output + build_.outputs, tx.outputs,
                                tx.inputs == 0 ? static_cast<uint32_t>(rows_.blocks()) : 0U};
    JINDO_DO(build_.definitions.add(build_.partition_of(id_hash(tx.id)), definition));
    JINDO_DO(rows_.add_transaction(tx.id));
    JINDO_DO(tx_first_input_.append(build_.first_input + build_.inputs));
    JINDO_DO(tx_first_output_.append(build_.first_output + build_.outputs));
    JINDO_DO(tx_form_.append(tx.form));
    JINDO_DO(tx_virtual_size_.append(tx.virtual_size));
    for (uint32_t i = 0; i < tx.outputs; ++i) {
      const chain::UtxoOutput& out = block.outputs[tx.first_output + i];
      JINDO_DO(out_value_.append(out.value));
      JINDO_DO(out_type_.append(out.type));
      if (!out.key.is_none()) JINDO_DO(build_.add_key(out.key, build_.outputs + i));
    }
    build_.inputs += tx.inputs;
    build_.outputs += tx.outputs;
    return {};
  }
  Status add_external(const chain::UtxoInput& in, uint32_t ordinal) {
    ExternalRow row;
    row.input = build_.first_input + build_.inputs + ordinal;
    row.previous = in.previous;
    row.output_index = in.output_index;
    JINDO_DO(external_.append(row));
    return build_.add_foreign(build_.inputs + ordinal, kNoNumber, in.value, in.key);
  }

  Status close_rows() {
    JINDO_DO(tx_first_input_.append(build_.first_input + build_.inputs));
    JINDO_DO(tx_first_output_.append(build_.first_output + build_.outputs));
    JINDO_DO(rows_.close_blocks());
    JINDO_DO(build_.files.close(tx_first_input_, tx_first_output_, tx_form_));
    JINDO_DO(rows_.close_notes());
    return build_.files.close(tx_virtual_size_, out_value_, out_type_, external_);
  }

  UtxoBuild build_;
  BlockColumns rows_;
  base::Uint256 work_;  // of the chain up to here
  ColumnWriter<uint64_t> tx_first_input_, tx_first_output_, out_value_;
  ColumnWriter<uint32_t> tx_virtual_size_;
  ColumnWriter<uint8_t> tx_form_;
  ColumnWriter<chain::ScriptType> out_type_;
  ColumnWriter<ExternalRow> external_;
};
}  // namespace

base::Result<std::unique_ptr<UtxoBuilder>> UtxoBuilder::create(const BuildOptions& options, const UtxoStore* older) {
  auto out = std::make_unique<UtxoSegmentBuilder>(options, older);
  JINDO_DO(out->open());
  return std::unique_ptr<UtxoBuilder>(std::move(out));
}
}  // namespace jindo::ledger
