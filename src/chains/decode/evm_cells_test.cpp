// Cells as exporters write them: absent values, times, paths, topics.
#include "decode/evm_cells.h"

#include <gtest/gtest.h>

namespace jindo::decode {
namespace {
EvmCells one_cell(std::string_view text) {
  static const Columns columns{{"c"}, {}};
  EvmCells out(columns);
  out.cells()[0] = text;
  return out;
}
TEST(EvmCells, WhatMeansNoValueIsAbsent) {
  for (const char* none : {"", "\\N", "NULL", "null", "None", "nan", "NaN", "<NA>"})
    EXPECT_FALSE(one_cell(none).has(0)) << none;
  for (const char* some : {"0", "N", "Nothing", "Reverted", "nano", "\\n"}) EXPECT_TRUE(one_cell(some).has(0)) << some;
}
TEST(EvmCells, TimesAreSecondsOrDates) {
  for (const char* same : {"1700000000", "2023-11-14 22:13:20 UTC", "2023-11-14 22:13:20", "2023-11-14T22:13:20Z",
                           "2023-11-14 22:13:20.000000 UTC", "2023-11-14 22:13:20+00", "2023-11-15 07:13:20+09:00"}) {
    const auto time = one_cell(same).time(0);
    ASSERT_TRUE(time.ok()) << same;
    EXPECT_EQ(*time, 1'700'000'000) << same;
  }
  for (const char* wrong : {"", "2023-11-14", "2023-11-14 22:13:20.5 UTC", "1699-01-01 00:00:00", "1.7e9", "yesterday",
                            "99999999999999999999"})
    EXPECT_FALSE(one_cell(wrong).time(0).ok()) << wrong;
}
TEST(EvmCells, AmountsAreDigits) {
  EXPECT_TRUE(
      one_cell("115792089237316195423570985008687907853269984665640564039457584007913129639935").amount(0).ok());
  for (const char* wrong : {"1e+18", "1E18", "1.0", "-1", "", "1,000",
                            "115792089237316195423570985008687907853269984665640564039457584007913129639936"}) {
    const auto amount = one_cell(wrong).amount(0);
    ASSERT_FALSE(amount.ok()) << wrong;
    EXPECT_NE(amount.error().message.find(std::string("found '") + std::string(wrong).substr(0, 60)),
              std::string::npos);
  }
  EXPECT_FALSE(one_cell("281474976710657").block(0).ok());  // beyond 2^48
}
TEST(EvmCells, PathsAndTopicsWithAndWithoutBrackets) {
  for (const char* same : {"0,300,2", "[0,300,2]", "[0, 300, 2]"}) {
    EvmTraceRow row;
    ASSERT_TRUE(one_cell(same).path(0, row).ok()) << same;
    EXPECT_EQ(row.path_size, 7) << same;
  }
  EvmTraceRow row;
  EXPECT_TRUE(one_cell("[]").path(0, row).ok());
  EXPECT_FALSE(one_cell("0;1").path(0, row).ok());
  EXPECT_FALSE(one_cell("4294967296").path(0, row).ok());
  const std::string topic = "0x" + std::string(64, 'A');
  std::vector<base::Hash256> topics;
  for (const std::string& same : {topic + "," + topic, "[\"" + topic + "\",\"" + topic + "\"]"}) {
    ASSERT_TRUE(one_cell(same).topics(0, topics).ok());
    EXPECT_EQ(topics.size(), 2U);
  }
  EXPECT_FALSE(one_cell(topic + "," + topic + "," + topic + "," + topic + "," + topic).topics(0, topics).ok());
}
}  // namespace
}  // namespace jindo::decode
