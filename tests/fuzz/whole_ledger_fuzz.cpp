// Any bytes as a whole small ledger with absurd amounts: what is asked of it ends with a value or an error, what was
// stolen is conserved, and a live index equals one made from nothing (support/whole_ledger.h).
#include <cstdio>
#include <cstdlib>

#include "support/whole_ledger.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string wrong = jindo::tests::drive_whole_ledger({data, size});
  if (wrong.empty()) return 0;
  std::fprintf(stderr, "whole ledger: %s\n", wrong.c_str());
  std::abort();
}
