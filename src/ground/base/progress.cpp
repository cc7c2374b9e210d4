// The progress line: when it is drawn, and what it says.
#include "base/progress.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

#include "base/clock.h"

namespace jindo::base {
Progress::Progress(ProgressMode mode, std::string what, std::string unit, uint64_t bytes_total)
    : terminal_(::isatty(STDERR_FILENO) == 1),
      what_(std::move(what)),
      unit_(std::move(unit)),
      bytes_total_(bytes_total),
      started_ns_(monotonic_ns()),
      drawn_ns_(started_ns_) {
  enabled_ = mode == ProgressMode::kAlways || (mode == ProgressMode::kAuto && terminal_);
}
Progress::~Progress() {
  if (enabled_ && drew_) draw(true);
}
void Progress::phase(const std::string& what) {
  what_ = what;
  if (enabled_) draw(false);
}
void Progress::update(uint64_t bytes_done, uint64_t items_done) {
  bytes_done_ = bytes_done;
  items_done_ = items_done;
  if (!enabled_) return;
  const uint64_t interval_ns = terminal_ ? 100'000'000 : 1'000'000'000;
  if (monotonic_ns() - drawn_ns_ >= interval_ns) draw(false);
}
void Progress::draw(bool last) {
  drawn_ns_ = monotonic_ns();
  drew_ = true;
  const uint64_t elapsed_ms = (drawn_ns_ - started_ns_) / 1'000'000 + 1;
  const unsigned long long rate = items_done_ * 1000 / elapsed_ms;
  std::string line =
      what_ + ": " + std::to_string(items_done_) + " " + unit_ + ", " + std::to_string(rate) + " a second";
  if (bytes_total_ > 0 && bytes_done_ > 0) {
    line += ", " + std::to_string(bytes_done_ * 100 / bytes_total_) + " %";
    if (!last && bytes_done_ < bytes_total_) {
      const uint64_t left_s = (bytes_total_ - bytes_done_) * elapsed_ms / bytes_done_ / 1000;
      line += ", " + std::to_string(left_s / 60) + " min " + std::to_string(left_s % 60) + " s left";
    }
  }
  std::fprintf(stderr, terminal_ ? "\r\033[K%s%s" : "%s%s\n", line.c_str(), terminal_ && last ? "\n" : "");
  std::fflush(stderr);
}
}  // namespace jindo::base
