// PartitionedSpill<Record>: records appended to one of P partitions, in memory until the budget is used, then in
// nameless files. Within a partition, append order is kept. This is what makes the joins and indexes of a ledger many
// times the memory's size sequential: partition by hash or by range, then work on one partition at a time.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "base/temp_file.h"

namespace jindo::ledger {

template <class Record>
class PartitionedSpill {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  PartitionedSpill() = default;
  PartitionedSpill(std::string folder, size_t partitions, size_t memory_bytes)
      : folder_(std::move(folder)),
        partitions_(partitions),
        flush_at_(std::max<size_t>(memory_bytes / partitions / sizeof(Record), 64)) {}

  size_t partitions() const { return partitions_.size(); }
  uint64_t count(size_t partition) const {
    return partitions_[partition].written + partitions_[partition].buffer.size();
  }

  base::Status add(size_t partition, const Record& record) {
    Partition& p = partitions_[partition];
    p.buffer.push_back(record);
    if (p.buffer.size() < flush_at_) return {};
    return flush(p);
  }

  // Calls visit(span of records) in append order. May be called again until release().
  template <class Visit>
  base::Status read(size_t partition, Visit visit) {
    Partition& p = partitions_[partition];
    if (p.written > 0) {
      JINDO_DO(flush(p));
      JINDO_DO(p.file.rewind());
      std::vector<Record> window(std::min<size_t>(p.written, std::max<size_t>((size_t{1} << 20) / sizeof(Record), 1)));
      for (uint64_t left = p.written; left > 0;) {
        const size_t want = std::min<uint64_t>(left, window.size());
        JINDO_TRY(const size_t bytes, p.file.read(window.data(), want * sizeof(Record)));
        if (bytes != want * sizeof(Record)) return base::machine_failed("a temporary file lost data");
        JINDO_DO(visit(std::span<const Record>(window.data(), want)));
        left -= want;
      }
      return {};
    }
    return visit(std::span<const Record>(p.buffer));
  }
  base::Result<std::vector<Record>> take(size_t partition) {
    Partition& p = partitions_[partition];
    if (p.written == 0) return std::move(p.buffer);
    std::vector<Record> out;
    out.reserve(count(partition));
    JINDO_DO(read(partition, [&](std::span<const Record> part) -> base::Status {
      out.insert(out.end(), part.begin(), part.end());
      return {};
    }));
    release(partition);
    return out;
  }
  void release(size_t partition) { partitions_[partition] = Partition(); }

 private:
  struct Partition {
    std::vector<Record> buffer;
    base::TempFile file;
    uint64_t written = 0;
  };
  base::Status flush(Partition& p) {
    if (p.buffer.empty()) return {};
    if (p.written == 0) {
      JINDO_TRY(p.file, base::TempFile::create(folder_));
    }
    JINDO_DO(p.file.write(p.buffer.data(), p.buffer.size() * sizeof(Record)));
    p.written += p.buffer.size();
    p.buffer.clear();
    return {};
  }
  std::string folder_;
  std::vector<Partition> partitions_;
  size_t flush_at_ = 0;
};

// Runs work(i) for all i on several threads and consume(i, result) in order of i on the calling thread; at most
// `threads` results are held at once. The outcome does not depend on the number of threads.
template <class T, class Work, class Consume>
base::Status in_order(size_t count, unsigned threads, Work work, Consume consume);

}  // namespace jindo::ledger

#include "base/parallel.h"

namespace jindo::ledger {
template <class T, class Work, class Consume>
base::Status in_order(size_t count, unsigned threads, Work work, Consume consume) {
  const size_t batch = std::max(1U, threads);
  for (size_t first = 0; first < count; first += batch) {
    const size_t size = std::min(batch, count - first);
    std::vector<T> results(size);
    JINDO_DO(base::parallel_for(size, threads, [&](size_t i) -> base::Status {
      JINDO_TRY(results[i], work(first + i));
      return {};
    }));
    for (size_t i = 0; i < size; ++i) JINDO_DO(consume(first + i, results[i]));
  }
  return {};
}
}  // namespace jindo::ledger
