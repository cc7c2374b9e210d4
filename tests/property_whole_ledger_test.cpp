// Whole ledgers with absurd amounts, by the driver that the fuzz target uses too: from seeds, so that the same ledgers
// run everywhere. A failure prints its seed; support/whole_ledger.h says what must hold.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "support/whole_ledger.h"

namespace jindo {
TEST(WholeLedger, AbsurdAmountsEndNothingAndLoseNothing) {
  const char* wanted = std::getenv("JINDO_SEEDS");  // so many, for a longer look
  const uint64_t seeds = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 1000;
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<uint8_t> bytes(40 + random() % 1200);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    const std::string wrong = tests::drive_whole_ledger(bytes);
    ASSERT_EQ(wrong, "") << "seed " << seed;
  }
}
TEST(WholeLedger, NoBytesAreALedgerToo) { EXPECT_EQ(tests::drive_whole_ledger({}), ""); }
}  // namespace jindo
