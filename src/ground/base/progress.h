// Progress: one line on standard error with what, done, rate and time left; redrawn in place on a terminal at most
// ten times a second. update() is cheap and may be called from one thread at a time.
#pragma once

#include <cstdint>
#include <string>

namespace jindo::base {

enum class ProgressMode { kAuto, kAlways, kNever };

class Progress {
 public:
  Progress(ProgressMode mode, std::string what, std::string unit, uint64_t bytes_total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void phase(const std::string& what);
  void update(uint64_t bytes_done, uint64_t items_done);

 private:
  void draw(bool last);
  bool enabled_ = false;
  bool terminal_ = false;
  std::string what_;
  std::string unit_;
  uint64_t bytes_total_ = 0;
  uint64_t bytes_done_ = 0;
  uint64_t items_done_ = 0;
  uint64_t started_ns_ = 0;
  uint64_t drawn_ns_ = 0;
  bool drew_ = false;
};

}  // namespace jindo::base
