// What scripts/bench-serve loads: a bitcoin ledger in which one theft has reached so many addresses.
#pragma once

#include <cstdint>
#include <string>

namespace jindo::bench {
// Into FOLDER: blk00000.dat …, incident.yaml, addresses.txt (a sample of those exposed), clean.txt (as many that are
// not), more.txt (later blocks, hex, a line each, which spend some of it).
void make_exposed_ledger(const std::string& folder, uint64_t addresses);
}  // namespace jindo::bench
