// Links both ways, a range at a time: each output's spender and owner; each input's output, value and owner.
#include <algorithm>

#include "ledger/fee_check.h"
#include "ledger/utxo_passes.h"

namespace jindo::ledger {
namespace {
using base::Status;

struct OutputRange {
  std::vector<uint64_t> spender, address;
  std::vector<Source> sources;
};
struct InputRange {
  std::vector<uint64_t> output, value, address;
};

class Links {
 public:
  explicit Links(UtxoBuild& build) : build_(build), in_range_(build.range_size(build.inputs)) {
    const size_t ranges = build.inputs / in_range_ + 1;
    sources_ = build.spill<Source>(ranges, 12);
    foreign_ = build.spill<Owner>(ranges, 32);
  }

  Status outputs() {
    SegmentWriter& files = build_.files;
    JINDO_TRY(const base::MappedFile value_file, base::MappedFile::open(files.path("out_value")));
    const std::span<const uint64_t> values(reinterpret_cast<const uint64_t*>(value_file.bytes().data()),
                                           build_.outputs);
    ColumnWriter<uint64_t> spender, address;
    JINDO_DO(files.open(spender, "out_spender"));
    JINDO_DO(files.open(address, "out_address"));
    JINDO_DO(in_order<OutputRange>(
        build_.matches.partitions(), build_.options.threads, [&](size_t r) { return output_range(r, values); },
        [&](size_t r, OutputRange& out) -> Status {
          JINDO_DO(spender.append(std::span<const uint64_t>(out.spender)));
          JINDO_DO(address.append(std::span<const uint64_t>(out.address)));
          for (const Source& source : out.sources) JINDO_DO(sources_.add(source.input / in_range_, source));
          value_file.drop_before((r + 1) * build_.out_range * 8);
          return {};
        }));
    return files.close(spender, address);
  }

  // Outputs of older segments that this one spends.
  Status late_outputs() {
    ColumnWriter<uint64_t> output, spender;
    JINDO_DO(build_.files.open(output, "late_output"));
    JINDO_DO(build_.files.open(spender, "late_spender"));
    for (size_t range = 0; range < build_.late.partitions(); ++range) {
      JINDO_TRY(auto matches, build_.late.take(range));
      std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
        return a.output != b.output ? a.output < b.output : a.transaction < b.transaction;
      });
      for (size_t i = 0; i < matches.size(); ++i) {
        if (i > 0 && matches[i].output == matches[i - 1].output)
          return build_.spent_twice(matches[i], matches[i - 1].transaction);
        JINDO_DO(output.append(matches[i].output));
        JINDO_DO(spender.append(matches[i].transaction));
      }
    }
    return build_.files.close(output, spender);
  }

  // Foreign inputs' values, then their rows, to the input ranges; the row comes as a second record.
  Status take_foreign() {
    JINDO_DO(build_.foreign_sources.read(0, [&](std::span<const Source> sources) -> Status {
      for (const Source& source : sources) JINDO_DO(sources_.add(source.input / in_range_, source));
      return {};
    }));
    build_.foreign_sources.release(0);
    JINDO_DO(build_.foreign_rows.read(0, [&](std::span<const Owner> owners) -> Status {
      for (const Owner& owner : owners) JINDO_DO(foreign_.add(owner.place / in_range_, owner));
      return {};
    }));
    build_.foreign_rows.release(0);
    return {};
  }

  Status inputs() {
    SegmentWriter& files = build_.files;
    build_.sent = build_.spill<Sent>(build_.partitions, 12);
    ColumnWriter<uint64_t> output, value, address;
    JINDO_DO(files.open(output, "in_output"));
    JINDO_DO(files.open(value, "in_value"));
    JINDO_DO(files.open(address, "in_address"));
    JINDO_TRY(FeeCheck fees, FeeCheck::open(fee_columns(), build_.place()));
    JINDO_DO(in_order<InputRange>(
        sources_.partitions(), build_.options.threads, [&](size_t r) { return input_range(r); },
        [&](size_t r, InputRange& in) -> Status {
          JINDO_DO(output.append(std::span<const uint64_t>(in.output)));
          JINDO_DO(value.append(std::span<const uint64_t>(in.value)));
          JINDO_DO(address.append(std::span<const uint64_t>(in.address)));
          JINDO_DO(add_sent(r * in_range_, in.address));
          return fees.inputs(in.value);
        }));
    JINDO_DO(fees.finish());
    return files.close(output, value, address);
  }

 private:
  base::Result<OutputRange> output_range(size_t range, std::span<const uint64_t> values) {
    OutputRange out;
    const uint64_t begin = range * build_.out_range;
    const uint64_t size = std::min(build_.out_range, build_.outputs - std::min(build_.outputs, begin));
    out.spender.assign(size, kNoNumber);
    out.address.assign(size, kNoNumber);
    JINDO_TRY(const auto owners, build_.owners.take(range));
    for (const Owner& owner : owners) out.address[owner.place - begin] = owner.row;
    JINDO_TRY(const auto matches, build_.matches.take(range));
    out.sources.reserve(matches.size());
    for (const Match& match : matches) {
      const uint64_t local = match.output - build_.first_output;
      uint64_t& spender = out.spender[local - begin];
      if (spender != kNoNumber) return build_.spent_twice(match, spender);
      spender = match.transaction;
      out.sources.push_back({match.input, match.output, values[local], out.address[local - begin]});
    }
    return out;
  }

  base::Result<InputRange> input_range(size_t range) {
    InputRange out;
    const uint64_t begin = range * in_range_;
    const uint64_t size = std::min(in_range_, build_.inputs - std::min(build_.inputs, begin));
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
    for (const Owner& owner : rows) out.address[owner.place - begin] = owner.row;
    return out;
  }

  // Inputs from `begin` on and the rows of their owners, to the partition that holds the row.
  Status add_sent(uint64_t begin, const std::vector<uint64_t>& rows) {
    const std::vector<uint64_t>& row_first = build_.row_first;
    for (size_t i = 0; i < rows.size(); ++i) {
      const uint64_t row = rows[i];
      if (row == kNoNumber) continue;
      while (row >= row_first[sent_partition_ + 1] || row < row_first[sent_partition_]) {
        const auto after = std::upper_bound(row_first.begin(), row_first.end(), row);
        sent_partition_ = static_cast<size_t>(after - row_first.begin()) - 1;
      }
      JINDO_DO(build_.sent.add(sent_partition_, {row, begin + i}));
    }
    return {};
  }

  FeeCheck::Columns fee_columns() const {
    FeeCheck::Columns out;
    out.first_input = build_.files.path("tx_first_input");
    out.first_output = build_.files.path("tx_first_output");
    out.out_value = build_.files.path("out_value");
    out.transactions = build_.transactions;
    out.base_transaction = build_.first_transaction;
    out.base_input = build_.first_input;
    out.base_output = build_.first_output;
    return out;
  }

  UtxoBuild& build_;
  uint64_t in_range_;
  PartitionedSpill<Source> sources_;  // by range of the input
  PartitionedSpill<Owner> foreign_;   // rows of foreign inputs, by range of the input
  size_t sent_partition_ = 0;         // of the last row
};
}  // namespace

Status link_outputs_and_inputs(UtxoBuild& build) {
  Links links(build);
  JINDO_DO(links.outputs());
  JINDO_DO(links.late_outputs());
  JINDO_DO(links.take_foreign());
  return links.inputs();
}
}  // namespace jindo::ledger
