// EVM tables or nodes' answers as blocks in order of height: straight from files whose rows are in order, or sorted.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/row_stream.h"
#include "decode/ethereum_etl.h"
#include "decode/evm_block.h"

namespace jindo::ingest {

// What all of a source's blocks are read by.
struct EvmBasis {
  const chain::Network* network = nullptr;
  bool whole = true;              // a block's row and its transactions must agree in number
  bool has_transactions = false;  // there is a transactions table
  std::string scratch;            // for packed files and sorting
  size_t memory_bytes = 0;        // for sorting
};

// The tables' rows, each in order of blocks, handed out a block at a time.
class EvmSource {
 public:
  explicit EvmSource(const EvmBasis& basis);
  virtual ~EvmSource() = default;
  base::Result<bool> next(chain::AccountBlock& out);
  const decode::EvmBlockNotes& notes() const { return notes_; }
  const decode::EvmReadNotes& read_notes() const { return read_notes_; }

 protected:
  template <class Row>
  using Rows = std::unique_ptr<base::RowSource<Row>>;
  Rows<decode::EvmBlockRow> blocks_;
  Rows<decode::EvmTransactionRow> transactions_;
  Rows<decode::EvmReceiptRow> receipts_;
  Rows<decode::EvmTokenTransferRow> transfers_;
  Rows<decode::EvmTraceRow> traces_;
  Rows<decode::EvmLogRow> logs_;
  Rows<decode::EvmTraceRow> withdrawals_;
  EvmBasis basis_;
  decode::EvmBlockRows rows_;
  decode::EvmReadNotes read_notes_;

 private:
  decode::EvmBlockNotes notes_;
};

// Straight from the files, a thread a table; for exports in order of blocks.
class StreamedEvm : public EvmSource {
 public:
  StreamedEvm(const std::vector<decode::EvmFile>& files, const EvmBasis& basis);
  ~StreamedEvm() override;
  StreamedEvm(const StreamedEvm&) = delete;
  StreamedEvm& operator=(const StreamedEvm&) = delete;
  uint64_t bytes_done() const { return bytes_done_; }  // of all tables together

 private:
  template <class Row, class Member>
  std::unique_ptr<base::RowSource<Row>> stream(const std::vector<decode::EvmFile>& files,
                                               std::initializer_list<decode::EvmTable> tables, Member member);
  std::atomic<uint64_t> bytes_done_{0};
};

// Read as a whole and sorted first. Errors name rows by file and line.
class SortedEvm : public EvmSource {
 public:
  explicit SortedEvm(const EvmBasis& basis);
  base::Status read_tables(const std::vector<decode::EvmFile>& files, base::Progress& progress);
  // Nodes' answers (decode/evm_json.h). Traces that know their transaction by hash only are joined to the blocks.
  base::Status read_answers(const std::vector<std::string>& files, base::Progress& progress);
  uint64_t height_max() const { return height_max_; }

 private:
  // A transaction's place, to be found by hash.
  struct Place {
    base::Hash256 hash{};
    uint64_t block = 0;
    uint32_t index = 0;
    friend bool operator<(const Place& a, const Place& b) { return a.hash < b.hash; }
  };
  template <class File, class Read>
  base::Status read_files(const std::vector<File>& files, base::Progress& progress, Read read);
  template <class Row>
  base::Status add(Rows<Row>& rows, const Row& row);
  base::Status join_hashed();
  uint64_t height_max_ = 0;
  decode::RowPlaces places_;
  base::ExternalSorter<decode::EvmHashedTrace> hashed_;
  base::ExternalSorter<Place> places_by_hash_;
};

}  // namespace jindo::ingest
