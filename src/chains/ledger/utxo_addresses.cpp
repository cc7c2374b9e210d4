// The index by address: what each address received, in order of partition and hash, and, once inputs are linked, what
// it sent.
#include "ledger/utxo_passes.h"

namespace jindo::ledger {
using base::Status;

Status group_addresses(UtxoBuild& build) {
  // References: outputs of this segment, and inputs that spend outputs of older ones. The latter go to `sent`.
  build.owners = build.spill<Owner>(build.outputs / build.out_range + 1, 12);
  build.foreign_rows = build.spill<Owner>(1, 32);
  const size_t references_max = build.references_max();
  AddressTable addresses(build.files, build.outputs);
  OffsetColumn offsets;
  ColumnWriter<uint64_t> received;
  JINDO_DO(addresses.open());
  JINDO_DO(offsets.open(build.files, "received_offset"));
  JINDO_DO(build.files.open(received, "received"));
  uint64_t partition_first = 0;
  GroupSink sink;
  sink.row = [&](const Group& group) { return addresses.add(group); };
  sink.references = [&](uint64_t row, std::span<const uint64_t> references) -> Status {
    const uint64_t global_row = partition_first + row;
    JINDO_DO(offsets.begin(global_row, received.count()));
    for (const uint64_t reference : references) {
      if ((reference & UtxoBuild::kInputReference) != 0) {
        JINDO_DO(build.foreign_rows.add(0, {reference & ~UtxoBuild::kInputReference, global_row}));
        continue;
      }
      JINDO_DO(received.append(build.first_output + reference));
      JINDO_DO(build.owners.add(reference / build.out_range, {reference, global_row}));
    }
    return {};
  };
  build.row_first.assign(1, 0);
  JINDO_DO(in_order<GroupedPartition>(
      build.partitions, build.options.threads, [&](size_t p) { return group_partition(build.keys, p, references_max); },
      [&](size_t p, GroupedPartition& grouped) -> Status {
        partition_first = addresses.count();
        JINDO_DO(emit_partition(build.keys, p, grouped, references_max, sink));
        build.row_first.push_back(addresses.count());
        return {};
      }));
  JINDO_DO(offsets.begin(addresses.count(), received.count()));
  JINDO_DO(addresses.close());
  JINDO_DO(offsets.close(build.files));
  return build.files.close(received);
}

namespace {
struct SentPartition {
  std::vector<uint64_t> counts;  // one a row
  std::vector<uint64_t> inputs;  // global, row after row
};
// A counting sort by row. Frees the partition.
base::Result<SentPartition> sort_sent(UtxoBuild& build, size_t p) {
  SentPartition out;
  const uint64_t first = build.row_first[p];
  out.counts.assign(build.row_first[p + 1] - first, 0);
  JINDO_DO(build.sent.read(p, [&](std::span<const Sent> records) -> Status {
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
  JINDO_DO(build.sent.read(p, [&](std::span<const Sent> records) -> Status {
    for (const Sent& record : records) out.inputs[place[record.row - first]++] = build.first_input + record.input;
    return {};
  }));
  build.sent.release(p);
  return out;
}
}  // namespace

Status index_sent(UtxoBuild& build) {
  ColumnWriter<uint64_t> offsets, sent;
  JINDO_DO(build.files.open(offsets, "sent_offset"));
  JINDO_DO(build.files.open(sent, "sent"));
  JINDO_DO(in_order<SentPartition>(
      build.partitions, build.options.threads, [&](size_t p) { return sort_sent(build, p); },
      [&](size_t, SentPartition& out) -> Status {
        uint64_t at = sent.count();
        for (const uint64_t count : out.counts) {
          JINDO_DO(offsets.append(at));
          at += count;
        }
        return sent.append(std::span<const uint64_t>(out.inputs));
      }));
  JINDO_DO(offsets.append(sent.count()));
  return build.files.close(offsets, sent);
}
}  // namespace jindo::ledger
