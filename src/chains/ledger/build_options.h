// How a segment is built, on either model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace jindo::ledger {

struct BuildOptions {
  std::string folder;            // of the new segment; exists
  std::string temporary_folder;  // for spilled data
  size_t memory_bytes = size_t{2} << 30;
  unsigned threads = 2;
  uint64_t expected_bytes = 0;  // of raw input: sizes the partitions
  bool durable = true;
  bool partial = false;                              // heights may leave gaps, as in an export of some blocks
  bool unique_ids = false;                           // account chains: one hash in two blocks is an error
  std::function<std::string(uint64_t block)> where;  // block number in this build -> "FILE: offset N", for errors
  std::function<void(const char* phase)> phase;      // progress
};

}  // namespace jindo::ledger
