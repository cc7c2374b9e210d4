// Tables of investigators by a column map, and maps that are wrong.
#include "exports/column_map.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "exports/asset_table.h"
#include "support/temporary_folder.h"

namespace jindo::exports {
namespace {
const std::string kMapped = "0x34c139e2d514360e59d4d2994906533e8c63e244f318377f5fe1532cc67b268f";
const std::string kSender = "0x1111111111111111111111111111111111111111";
const std::string kReceiver = "0x2222222222222222222222222222222222222222";
const std::string kContract = "0xae7ab96520de3a18e5e111b5eaab095312d7fe84";

base::Result<Reading> mapped(const std::string& text, const std::string& yaml, const ReadOptions& options = {}) {
  static const tests::TemporaryFolder folder;
  EXPECT_TRUE(base::make_folders(folder.path()).ok());
  const std::string path = folder / "table.csv";
  EXPECT_TRUE(base::replace_file(path, text).ok());
  const auto map = ColumnMap::parse("map.yaml", yaml);
  EXPECT_TRUE(map.ok()) << map.error().message;
  if (!map.ok()) return map.error();
  return read_mapped(path, *map, options);
}
std::string map_error(const std::string& yaml) {
  const auto map = ColumnMap::parse("map.yaml", yaml);
  return map.ok() ? "" : map.error().message;
}
}  // namespace

TEST(ColumnMaps, ATableOfHops) {
  const auto reading = mapped(
      "Hash;Zeit;An;Token;Betrag;Art;Gebühr\n" + kMapped + ";21.02.2025 15:16:11;" + kReceiver +
          ";;1.234,5 ETH;nativ;0,001\n" + kMapped + ";21.02.2025 15:16:11;" + kReceiver + ";" + kContract +
          ";10;token;\n" + kMapped + ";21.02.2025 15:16:11;" + kReceiver + ";USDT;10;token;\n" + kMapped + ";morgen;" +
          kReceiver + ";;1;nativ;\n" + kMapped + ";21.02.2025 15:16:11;" + kReceiver + ";;1;freigabe;\n",
      "chain: ethereum\ncolumns: {transaction: Hash, time: Zeit, to: An, asset: Token, amount: Betrag, kind: Art, "
      "fee: Gebühr}\nconstants: {from: \"" +
          kSender +
          "\"}\ntime: {format: \"%d.%m.%Y %H:%M:%S\", zone: \"+01:00\"}\n"
          "amount: {unit: whole, point: \",\", strip: [ETH]}\nkind: {value: nativ, token: token, skip: [freigabe]}\n");
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  ASSERT_EQ(reading->movements.size(), 3U);
  EXPECT_EQ(base::to_decimal(reading->movements[0].amount), "1000000000000000") << "the fee";
  EXPECT_EQ(base::to_decimal(reading->movements[1].amount), "1234500000000000000000");
  EXPECT_EQ(reading->movements[1].time, 1740147371);
  EXPECT_EQ(reading->movements[1].from, kSender);
  EXPECT_EQ(reading->movements[2].asset, kContract);
  EXPECT_EQ(reading->movements[2].decimal, "10");
  EXPECT_EQ(reading->refused(), 2U);
  EXPECT_NE(reading->refusals[0].why.find("'USDT'"), std::string::npos);
  EXPECT_NE(reading->refusals[1].why.find("'morgen' is no time"), std::string::npos);
  EXPECT_TRUE(reading->unknown.has(Unknown::kBlock));
  EXPECT_TRUE(reading->unknown.has(Unknown::kDecimals));
  EXPECT_FALSE(reading->unknown.has(Unknown::kTimeZone));
}

TEST(ColumnMaps, AWrongChecksumIsAWrongAddress) {
  const auto reading =
      mapped("h,f,t,a\n" + kMapped + ",0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4," + kReceiver + ",1\n" + kMapped +
                 ",0x1db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4," + kReceiver + ",1\n",
             "chain: eip155:1\ncolumns: {transaction: h, from: f, to: t, amount: a}\namount: {unit: base}\n");
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_EQ(reading->movements.size(), 1U);
  EXPECT_EQ(reading->refused(), 1U);
}

TEST(ColumnMaps, ErrorsNameTheirLine) {
  EXPECT_NE(map_error("chain: ethereum\n").find("'columns' is missing"), std::string::npos);
  EXPECT_NE(map_error("chain: ethereum\ncolumns:\n  amount: a\n  hash: b\n").find("map.yaml:4"), std::string::npos);
  EXPECT_NE(map_error("columns: {amount: a}\nchain: narnia\n").find("map.yaml:2"), std::string::npos);
  EXPECT_NE(map_error("columns: {from: a}\n").find("'amount' or 'fee'"), std::string::npos);
  EXPECT_NE(map_error("columns: {amount: a}\namount: {unit: gwei}\n").find("expected whole"), std::string::npos);
  EXPECT_NE(map_error("columns: {amount: a}\namount: {point: \",\", thousands: \",\"}\n").find("thousands"),
            std::string::npos);
  EXPECT_NE(map_error("columns: {amount: a, from: b}\nconstants: {from: c}\n").find("column already"),
            std::string::npos);
  EXPECT_NE(map_error("columns: {amount: a}\ntime: {zone: KST}\n").find("+09:00"), std::string::npos);
  EXPECT_NE(map_error("[1, 2]").find("expected a map"), std::string::npos);
  EXPECT_NE(map_error("a: [").find("map.yaml"), std::string::npos);
  const auto reading = mapped("x,y\n1,2\n", "chain: ethereum\ncolumns: {amount: z}\n");
  ASSERT_FALSE(reading.ok());
  EXPECT_NE(reading.error().message.find("column 'z' of the map is not in the header: x, y"), std::string::npos);
}

TEST(ColumnMaps, BothSidesAreNeeded) {
  const auto without = mapped("t,a\n" + kReceiver + ",1\n", "chain: ethereum\ncolumns: {to: t, amount: a}\n");
  ASSERT_FALSE(without.ok());
  EXPECT_NE(without.error().message.find("the map names no 'from'"), std::string::npos);
  const auto reading =
      mapped("f,t,a\n" + kSender + "," + kReceiver + ",1\n" + "," + kReceiver + ",2\n" + kSender + ",,3\n",
             "chain: ethereum\ncolumns: {from: f, to: t, amount: a}\n");
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  EXPECT_EQ(reading->movements.size(), 1U) << "an empty cell is no mint and no burn";
  EXPECT_EQ(reading->refused(), 2U);
}

TEST(AssetTables, DecimalsByTheUser) {
  AssetTable table;
  EXPECT_TRUE(table.add(kContract + "=18").ok());
  EXPECT_FALSE(table.add(kContract + "=78").ok());
  EXPECT_FALSE(table.add("USDT=6").ok());
  EXPECT_EQ(table.decimals("bsc", kContract), 18);
  EXPECT_EQ(table.decimals("bsc", kSender), std::nullopt);
  static const tests::TemporaryFolder folder;
  ASSERT_TRUE(base::make_folders(folder.path()).ok());
  const std::string path = folder / "assets.csv";
  ASSERT_TRUE(base::replace_file(path, "chain,address,symbol,decimals\nronin," + kSender + ",SLP,0\nronin," +
                                           kReceiver + ",X,1\nronin," + kContract + ",X,1\n")
                  .ok());
  ASSERT_TRUE(table.read(path).ok());
  EXPECT_EQ(table.decimals("ronin", kSender), 0);
  EXPECT_EQ(table.contracts_by_symbol("ronin").count("X"), 0U) << "two contracts of one symbol";
  EXPECT_EQ(table.contracts_by_symbol("ronin").at("SLP"), kSender);
}
}  // namespace jindo::exports
