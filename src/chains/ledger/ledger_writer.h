// LedgerWriter: the one writer of a ledger. It appends blocks, or reverts blocks and appends, as one commit; what a
// crash leaves behind is removed when the next writer opens. One thread; a merge runs on a thread of its own beside it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "ledger/account_builder.h"
#include "ledger/commit.h"
#include "ledger/ledger.h"
#include "ledger/utxo_builder.h"

namespace jindo::ledger {

struct WriterOptions {
  size_t memory_bytes = size_t{2} << 30;
  unsigned threads = 2;
  bool durable = true;
  std::function<void(const char* phase)> phase;
  // Segments of more rows together are merged beside, on a thread of their own, while appends go on behind them. Those
  // that hold one of the newest blocks are left out: a reorganisation copies what it keeps of a segment.
  uint64_t merge_beside_rows = UINT64_MAX;
  uint64_t newest_blocks = 144;
};

class LedgerWriter {
 public:
  // Makes the folder if it is not there; takes its lock.
  static base::Result<LedgerWriter> open(const std::string& folder, const WriterOptions& options);
  const LedgerChain* find(const chain::Network& network) const { return ledger_.find(network); }

  struct Append {
    uint64_t keep_blocks = UINT64_MAX;  // blocks of the chain to keep; those behind are reverted in the same commit
    uint64_t expected_bytes = 0;
    bool partial = false;
    bool unique_ids = false;  // account chains: a transaction's hash that stands in two blocks is an error
    std::function<std::string(uint64_t block)> where;
    Coverage coverage;               // added to the chain's in the same commit; empty: none
    bool coverage_replaces = false;  // it stands in place of the chain's
  };
  base::Status append_utxo(const chain::Network& network, const Append& append,
                           const std::function<base::Status(UtxoBuilder&)>& feed);
  base::Status append_account(const chain::Network& network, const Append& append,
                              const std::function<base::Status(AccountBuilder&)>& feed);
  // Reverts every block above `height`. The chain goes when none is left.
  base::Status rollback(const chain::Network& network, uint64_t height);
  // Takes the chain out of the ledger, whole. A chain that is not there is no error.
  base::Status drop_chain(const chain::Network& network);
  // Says anew what the chain was made of. Error: no such chain.
  base::Status replace_coverage(const chain::Network& network, const Coverage& coverage);

  // Whether segments are being merged beside; what went wrong with the last merge, once ("" for nothing): it begins
  // again with the next append.
  bool merging() const { return merge_ != nullptr; }
  std::string take_merge_problem() { return std::exchange(merge_problem_, std::string()); }
  // Waits for the merge that runs, and makes it count.
  base::Status finish_merge();

  const std::string& temporary_folder() const { return temporary_; }
  const WriterOptions& options() const { return options_; }

 private:
  base::Status sweep();
  base::Status reload();
  base::Result<std::string> new_segment(const chain::Network& network, std::string& name);
  std::string chain_folder(const chain::Network& network) const;
  std::vector<std::string> segment_folders(const chain::Network& network, size_t count);  // of the first ones
  BuildOptions build_options(const std::string& folder, const Append& append) const;
  base::Status commit_segment(const chain::Network& network, size_t keep_segments, const std::string& name,
                              const Append& append);
  base::Result<CommitSegment> seal_segment(const chain::Network& network, const std::string& name) const;
  base::Status publish(const Commit& next);
  template <class Store>
  base::Status append_segment(const chain::Network& network, const Append& append,
                              const std::function<base::Status(typename Store::Builder&)>& feed);
  base::Status rebuild(const chain::Network& network, size_t first_segment, uint64_t end_block);
  base::Status compact(const chain::Network& network);
  struct Merge;
  base::Status merge_beside(const chain::Network& network, size_t first, size_t end);
  base::Status take_merge();
  std::string folder_;
  std::string temporary_;
  WriterOptions options_;
  base::FileLock lock_;
  Commit commit_;
  Ledger ledger_;
  std::string merge_problem_;
  std::unique_ptr<Merge, void (*)(Merge*)> merge_{nullptr, [](Merge*) {}};  // its end waits for the thread
};

}  // namespace jindo::ledger
