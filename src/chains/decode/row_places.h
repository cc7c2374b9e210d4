// RowPlaces: from a row's sequence number back to its file and line, for errors that name two rows. Readers say where a
// row stands; rows that follow one another line by line take no memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace jindo::decode {

class RowPlaces {
 public:
  void begin_file(const std::string& path) { files_.push_back(path); }
  // Row `sequence` stands in `line` of the file begun last, and so do all up to the next one noted (`same_line`), or
  // each a line further. Sequences ascend.
  void note(uint64_t sequence, uint64_t line, bool same_line) {
    const auto file = static_cast<uint32_t>(files_.size() - 1);
    if (!runs_.empty()) {
      const Run& last = runs_.back();
      if (last.file == file && !same_line && !last.same_line && sequence - last.sequence == line - last.line) return;
    }
    runs_.push_back({sequence, line, file, same_line});
  }
  std::string where(uint64_t sequence) const {
    const Run* run = find(sequence);
    if (run == nullptr) return "?";
    return files_[run->file] + ":" + std::to_string(run->same_line ? run->line : run->line + sequence - run->sequence);
  }

 private:
  struct Run {
    uint64_t sequence, line;
    uint32_t file;
    bool same_line;
  };
  const Run* find(uint64_t sequence) const {
    const auto after = std::upper_bound(runs_.begin(), runs_.end(), sequence,
                                        [](uint64_t wanted, const Run& run) { return wanted < run.sequence; });
    return after == runs_.begin() ? nullptr : &*(after - 1);
  }
  std::vector<std::string> files_;
  std::vector<Run> runs_;
};

}  // namespace jindo::decode
