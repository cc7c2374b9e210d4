// Batches of an account chain's blocks to an export's table files: batches are formatted on several threads, written in
// the order they came. Bytes do not depend on the threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "synth/account_batch.h"

namespace jindo::synth {

// One export format: its tables' file names and first lines, and a batch's rows of each.
class TableFormat {
 public:
  virtual ~TableFormat() = default;
  virtual std::vector<std::string> files() const = 0;
  virtual std::vector<std::string> headers() const = 0;
  virtual void format(const AccountBatch& batch, std::vector<std::string>& tables) const = 0;
};
// What `ethereumetl export_all` with traces writes (CSV), or `ethereumetl stream` (JSON lines).
std::unique_ptr<TableFormat> ethereum_etl_format(uint64_t chain_seed, bool json);
// GraphSense's Tron export: JSON lines with base64 bytes (docs/formats/inputs.md).
std::unique_ptr<TableFormat> tron_format(uint64_t chain_seed);

class TableWriter {
 public:
  TableWriter(std::unique_ptr<TableFormat> format, std::string folder, unsigned threads);
  ~TableWriter();
  base::Status open(const std::string& owners_path);
  base::Status submit(AccountBatch batch);  // waits while too many are under way
  base::Status finish();
  uint64_t bytes_written() const;

 private:
  struct Job {
    AccountBatch batch;
    std::vector<std::string> tables;
    bool taken = false, done = false;
  };
  void work();
  base::Status write_done(std::unique_lock<std::mutex>& lock, size_t leave);

  std::unique_ptr<TableFormat> format_;
  std::string folder_;
  unsigned threads_;
  std::vector<base::FileWriter> files_;
  base::FileWriter owners_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool stop_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace jindo::synth
