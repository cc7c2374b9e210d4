// A whole small ledger out of any bytes, with amounts as absurd as contracts make them, driven through everything that
// a ledger's numbers reach: the builders, a trace under each policy with its reports and trails, findings, the exposure
// index live and from nothing, address pages, clusters. Used by the fuzz target and by the property test alike.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace jindo::tests {

// "" when all that must hold held: nothing ended the program, every answer is a value or an error of the input, what
// was stolen is conserved for each source that is traced, and a live index equals one made from nothing. Else what did
// not.
std::string drive_whole_ledger(std::span<const uint8_t> bytes);

}  // namespace jindo::tests
