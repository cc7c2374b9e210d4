// Amounts and times as exports write them.
#include "exports/decimals.h"

#include <gtest/gtest.h>

#include "exports/moment.h"
#include "exports/summary.h"

namespace jindo::exports {

TEST(Decimals, PlainText) {
  EXPECT_EQ(plain_decimal("5,586"), "5586");
  EXPECT_EQ(plain_decimal("1,234,567.50"), "1234567.5");
  EXPECT_EQ(plain_decimal("1.0E-6"), "0.000001");
  EXPECT_EQ(plain_decimal("1e-7"), "0.0000001");
  EXPECT_EQ(plain_decimal("4.01E+5"), "401000");
  EXPECT_EQ(plain_decimal(".5"), "0.5");
  EXPECT_EQ(plain_decimal("5."), "5");
  EXPECT_EQ(plain_decimal("000"), "0");
  for (const char* text :
       {"", ".", "-1", "1,23", "1,2345", ",123", "1.2.3", "0x10", "1e", "1e9999", "NaN", "1 000", "1e150"})
    EXPECT_FALSE(plain_decimal(text)) << text;
}

TEST(Decimals, ExactOrAFault) {
  EXPECT_EQ(base::to_decimal(scale_amount("319.22562200498686051", 18).amount), "319225622004986860510");
  EXPECT_EQ(scale_amount("1.0000001", 6).fault, ScaleFault::kTooFine);
  EXPECT_EQ(scale_amount("1.5000000", 1).fault, ScaleFault::kNone);
  EXPECT_EQ(scale_amount("x", 6).fault, ScaleFault::kNotANumber);
  EXPECT_EQ(scale_amount("115792089237316195423570985008687907853269984665640564039457584007913129639936", 0).fault,
            ScaleFault::kTooLarge);
  EXPECT_EQ(scale_amount("115792089237316195423570985008687907853269984665640564039457584007913129639935", 0).fault,
            ScaleFault::kNone);
  EXPECT_EQ(significant_digits("401346.7688584047"), 16U);
  EXPECT_EQ(significant_digits("10000"), 1U);
}

TEST(Decimals, SumsOfAnyLength) {
  EXPECT_EQ(add_decimals("1.5", "0.25"), "1.75");
  EXPECT_EQ(add_decimals("999", "1"), "1000");
  EXPECT_EQ(add_decimals("0.5", "0.5"), "1");
  const std::string most = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  EXPECT_EQ(add_decimals(most, most), "231584178474632390847141970017375815706539969331281128078915168015826259279870");
  EXPECT_TRUE(decimal_less("9", "10"));
  EXPECT_TRUE(decimal_less("1.45", "1.5"));
  EXPECT_FALSE(decimal_less("2", "2"));
}

TEST(Decimals, DecimalsThatTheUserTells) {
  Reading reading;
  reading.chain = "ethereum";
  reading.unknown = {Unknown::kDecimals};
  for (const char* amount : {"1.5", "0.1234567"}) {
    Movement movement;
    movement.row = reading.movements.size() + 2;
    movement.asset = "0xdac17f958d2ee523a2206206994597c13d831ec7";
    movement.decimal = amount;
    reading.movements.push_back(movement);
  }
  ReadOptions options;
  options.decimals = [](const std::string&, const std::string&) { return std::optional(6); };
  apply_decimals(options, reading);
  ASSERT_EQ(reading.movements.size(), 1U);
  EXPECT_EQ(base::to_decimal(reading.movements[0].amount), "1500000");
  EXPECT_TRUE(reading.movements[0].decimal.empty());
  ASSERT_EQ(reading.refusals.size(), 1U);
  EXPECT_EQ(reading.refusals[0].row, 3U);
  EXPECT_TRUE(reading.unknown.empty());
}

TEST(Moments, AsExportsWriteThem) {
  for (const char* text : {"1740147371", "1740147371000", "1740147371.25", "2025-02-21 14:16:11",
                           "2025-02-21T14:16:11Z", "2025-02-21 14:16:11.000 UTC", "2025-02-21 14:16:11.000000Z",
                           "2025/2/21 14:16:11", "2025-02-21 23:16:11+09:00", "2025-02-21 14:16:11+00"}) {
    const auto moment = read_moment(text);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(moment->seconds, 1740147371) << text;
    EXPECT_TRUE(moment->to_the_second) << text;
  }
  EXPECT_FALSE(read_moment("2025-02-21 14:16")->to_the_second);
  EXPECT_FALSE(read_moment("2025-02-21 14:16:11")->has_zone);
  for (const char* text :
       {"", "yesterday", "2025-02-30 00:00:00", "2025-02-21 25:00:00", "12345", "21/02/2025", "1740147371999999999999"})
    EXPECT_FALSE(read_moment(text)) << text;
  const auto bi = read_moment_as("February 21, 2025, 2:16 PM", "%B %d, %Y, %I:%M %p");
  ASSERT_TRUE(bi);
  EXPECT_EQ(bi->seconds, 1740147360);
  EXPECT_FALSE(bi->to_the_second);
  EXPECT_EQ(read_moment_as("21.02.2025 14:16:11", "%d.%m.%Y %H:%M:%S")->seconds, 1740147371);
  EXPECT_FALSE(read_moment_as("13:00 PM", "%I:%M %p"));
  EXPECT_FALSE(read_moment_as("21.02.2025", "%d/%m/%Y"));
}
}  // namespace jindo::exports
