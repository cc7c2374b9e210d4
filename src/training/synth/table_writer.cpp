// Batches formatted by several threads and written in their order.
#include "synth/table_writer.h"

#include "base/check.h"

namespace jindo::synth {
using base::Status;

TableWriter::TableWriter(std::unique_ptr<TableFormat> format, std::string folder, unsigned threads)
    : format_(std::move(format)), folder_(std::move(folder)), threads_(std::max(1U, threads)) {}

TableWriter::~TableWriter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

Status TableWriter::open(const std::string& owners_path) {
  JINDO_DO(base::make_folders(folder_));
  const auto names = format_->files();
  const auto headers = format_->headers();
  for (size_t i = 0; i < names.size(); ++i) {
    JINDO_TRY(base::FileWriter file, base::FileWriter::create(folder_ + "/" + names[i], size_t{1} << 20));
    files_.push_back(std::move(file));
    JINDO_DO(files_.back().append(base::as_bytes(headers[i])));
  }
  JINDO_TRY(owners_, base::FileWriter::create(owners_path, size_t{1} << 18));
  JINDO_DO(owners_.append(base::as_bytes(OwnerNames::kHeader)));
  for (unsigned t = 0; t < threads_; ++t) workers_.emplace_back([this] { work(); });
  return {};
}

void TableWriter::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    Job* job = nullptr;
    changed_.wait(lock, [&] {
      job = nullptr;
      for (const auto& candidate : jobs_) {
        if (!candidate->taken) {
          job = candidate.get();
          break;
        }
      }
      return stop_ || job != nullptr;
    });
    if (job == nullptr) return;
    job->taken = true;
    lock.unlock();
    format_->format(job->batch, job->tables);
    lock.lock();
    job->done = true;
    changed_.notify_all();
  }
}

// Writes what is done, in order, until at most `leave` jobs are under way.
Status TableWriter::write_done(std::unique_lock<std::mutex>& lock, size_t leave) {
  while (!jobs_.empty()) {
    if (!jobs_.front()->done) {
      if (jobs_.size() <= leave) return {};
      changed_.wait(lock, [this] { return jobs_.front()->done; });
    }
    const std::unique_ptr<Job> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    for (size_t i = 0; i < files_.size(); ++i) JINDO_DO(files_[i].append(base::as_bytes(job->tables[i])));
    JINDO_DO(owners_.append(base::as_bytes(job->batch.owners)));
    lock.lock();
  }
  return {};
}

Status TableWriter::submit(AccountBatch batch) {
  auto job = std::make_unique<Job>();
  job->batch = std::move(batch);
  job->tables.resize(files_.size());
  std::unique_lock<std::mutex> lock(mutex_);
  jobs_.push_back(std::move(job));
  changed_.notify_all();
  return write_done(lock, threads_ + 1);
}

Status TableWriter::finish() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    JINDO_DO(write_done(lock, 0));
    CHECK(jobs_.empty());
    stop_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
  workers_.clear();
  for (auto& file : files_) JINDO_DO(file.close(true));
  JINDO_DO(owners_.close(true));
  return base::sync_folder(folder_);
}

uint64_t TableWriter::bytes_written() const {
  uint64_t out = 0;
  for (const auto& file : files_) out += file.size();
  return out;
}
}  // namespace jindo::synth
