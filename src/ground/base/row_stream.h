// RowSource<Row>: rows in order, one at a time: peek (nullptr at the end), pop. Two kinds:
//   SortedRows  out of an ExternalSorter, for input in any order
//   RowStream   straight from a reader on its own thread, for input that is in order already; it notices when that is
//   not
//               so (out_of_order) and the caller begins again with SortedRows.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/external_sort.h"
#include "base/result.h"

namespace jindo::base {

template <class Row>
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual Result<const Row*> peek() = 0;
  virtual Status pop() = 0;
};

template <class Row>
class SortedRows : public RowSource<Row> {
 public:
  SortedRows(std::string folder, size_t bytes_max) : sorter_(std::move(folder), bytes_max) {}
  ExternalSorter<Row>& sorter() { return sorter_; }
  Result<const Row*> peek() override { return sorter_.peek(); }
  Status pop() override { return sorter_.pop(); }

 private:
  ExternalSorter<Row> sorter_;
};

template <class Row>
class RowStream : public RowSource<Row> {
 public:
  using Sink = std::function<Status(const Row&)>;
  using Reader = std::function<Status(const Sink&)>;  // calls the sink for each row; stops when it fails

  RowStream() = default;
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;
  ~RowStream() override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }
  void start(Reader reader) {
    started_ = true;
    thread_ = std::thread([this, reader = std::move(reader)] { produce(reader); });
  }
  bool out_of_order() const { return out_of_order_; }  // ask after an error

  Result<const Row*> peek() override {
    if (at_ < batch_.size()) return &batch_[at_];
    if (!started_) return nullptr;
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !full_.empty() || ended_; });
    if (full_.empty()) {
      if (!status_.ok()) return status_.error();
      return nullptr;
    }
    std::swap(batch_, full_.front());
    empty_.push_back(std::move(full_.front()));  // the used batch goes back to be filled again
    full_.pop_front();
    at_ = 0;
    lock.unlock();
    changed_.notify_all();
    return &batch_[0];
  }
  Status pop() override {
    ++at_;
    return {};
  }

 private:
  static constexpr size_t kBatchRows = 4096;
  static constexpr size_t kBatchesMax = 4;

  void produce(const Reader& reader) {
    std::vector<Row> batch;
    batch.reserve(kBatchRows);
    Row last{};
    bool any = false;
    Status status = reader([&](const Row& row) -> Status {
      if (any && row < last) {
        out_of_order_ = true;
        return bad_input("rows are not in order");
      }
      any = true;
      last = row;
      batch.push_back(row);
      return batch.size() < kBatchRows ? Status() : hand_over(batch);
    });
    if (status.ok() && !batch.empty()) status = hand_over(batch);
    const std::lock_guard<std::mutex> lock(mutex_);
    status_ = status;
    ended_ = true;
    changed_.notify_all();
  }
  Status hand_over(std::vector<Row>& batch) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return full_.size() < kBatchesMax || stopped_; });
    if (stopped_) return answer_no("stopped");
    full_.push_back(std::move(batch));
    batch = {};
    if (!empty_.empty()) {
      batch = std::move(empty_.back());
      empty_.pop_back();
    }
    batch.clear();
    batch.reserve(kBatchRows);
    lock.unlock();
    changed_.notify_all();
    return {};
  }

  std::thread thread_;
  bool started_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<Row>> full_;
  std::vector<std::vector<Row>> empty_;
  bool ended_ = false;
  bool stopped_ = false;
  bool out_of_order_ = false;
  Status status_;
  std::vector<Row> batch_;
  size_t at_ = 0;
};

}  // namespace jindo::base
