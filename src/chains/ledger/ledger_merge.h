// A merge beside the writer: segments that become one while the ledger goes on, built from what was mapped when it
// began. The thread touches nothing of the writer but `unwanted`. Inside the ledger only.
#pragma once

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "ledger/ledger_writer.h"

namespace jindo::ledger {

struct LedgerWriter::Merge {
  const chain::Network* network = nullptr;
  std::vector<std::string> segments;  // the names of those that it replaces
  std::string name;
  std::atomic<bool> unwanted{false};
  std::future<base::Status> built;
  ~Merge() { unwanted = true; }  // the future's end waits
};

}  // namespace jindo::ledger
