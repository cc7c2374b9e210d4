// ExternalSorter<Record>: sorts trivially copyable records by operator< within a memory budget: runs that do not fit
// are sorted and written to unlinked temporary files, then merged. Input already in order costs one comparison a
// record. Stable order is the caller's business: give records a sequence number. Not thread safe.
#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "base/temp_file.h"

namespace jindo::base {

template <class Record>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  ExternalSorter(std::string temporary_folder, size_t bytes_max)
      : folder_(std::move(temporary_folder)), records_max_(std::max<size_t>(bytes_max / sizeof(Record), 1024)) {}

  Status add(const Record& record) {
    if (!records_.empty() && record < records_.back()) in_order_ = false;
    records_.push_back(record);
    ++count_;
    if (records_.size() < records_max_) return {};
    return spill();
  }
  uint64_t count() const { return count_; }

  // Ends adding; next() then yields every record in order.
  Status finish() {
    if (runs_.empty()) {
      sort_memory();
      return {};
    }
    if (!records_.empty()) JINDO_DO(spill());
    std::vector<Record>().swap(records_);
    for (size_t i = 0; i < runs_.size(); ++i) {
      JINDO_DO(runs_[i]->file.rewind());
      JINDO_DO(refill(i));
      if (runs_[i]->left()) heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), later());
    return {};
  }
  Result<const Record*> peek() {
    if (runs_.empty()) return at_ < records_.size() ? &records_[at_] : nullptr;
    return heap_.empty() ? nullptr : &runs_[heap_.front()]->front();
  }
  Status pop() {
    if (runs_.empty()) {
      ++at_;
      return {};
    }
    std::pop_heap(heap_.begin(), heap_.end(), later());
    const size_t run = heap_.back();
    ++runs_[run]->at;
    if (!runs_[run]->left()) JINDO_DO(refill(run));
    if (runs_[run]->left())
      std::push_heap(heap_.begin(), heap_.end(), later());
    else
      heap_.pop_back();
    return {};
  }

 private:
  struct Run {
    TempFile file;
    std::vector<Record> window;
    size_t at = 0;
    bool left() const { return at < window.size(); }
    const Record& front() const { return window[at]; }
  };
  auto later() const {
    return [this](size_t a, size_t b) { return runs_[b]->front() < runs_[a]->front(); };
  }
  void sort_memory() {
    if (!in_order_) std::sort(records_.begin(), records_.end());
    in_order_ = true;
  }
  Status spill() {
    sort_memory();
    auto run = std::make_unique<Run>();
    JINDO_TRY(run->file, TempFile::create(folder_));
    JINDO_DO(run->file.write(records_.data(), records_.size() * sizeof(Record)));
    runs_.push_back(std::move(run));
    records_.clear();
    return {};
  }
  Status refill(size_t index) {
    Run& run = *runs_[index];
    const size_t share = std::max<size_t>(records_max_ / (runs_.size() + 1), 256);
    run.window.resize(share);
    run.at = 0;
    JINDO_TRY(const size_t bytes, run.file.read(run.window.data(), share * sizeof(Record)));
    run.window.resize(bytes / sizeof(Record));
    return {};
  }

  std::string folder_;
  size_t records_max_;
  std::vector<Record> records_;
  size_t at_ = 0;
  bool in_order_ = true;
  uint64_t count_ = 0;
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<size_t> heap_;
};

}  // namespace jindo::base
