// A Parquet file of one row, whose name is a pattern to whoever takes it for one.
#include "decode/parquet.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/file.h"
#include "support/temporary_folder.h"

namespace jindo::decode {
namespace {
// DuckDB: COPY (SELECT 5::BIGINT n, 7::DECIMAL(38,9) d, TIMESTAMP '2023-11-14 22:13:20' t, ['a','b'] l,
// '\x01\xAB'::BLOB b, 1e18::DOUBLE f, 3.0::DOUBLE g, [{'index':1,'amount':9}] s, NULL::VARCHAR e) TO … (COMPRESSION
// zstd).
constexpr const char* kOneRow =
    "UEFSMRUAFRwVLiwVAhUAFQYVBgAAKLUv/SAOcQAAAgAAAAIBBQAAAAAAAAAVABUsFTYsFQIVABUGFQYAACi1L/0gFpUAAGACAAAAAgEAAaE7"
    "hgABABswAhUAFRwVLiwVAhUAFQYVBgAAKLUv/SAOcQAAAgAAAAIBAEAeGCQKBgAVABVqFUgsFQQVABUGFQYAACi1L/0gNd0AAJghAAAAQQIA"
    "BAMBAAAAYQEAAABiAgBDBUAERhUAFRgVKiwVAhUAFQYVBgAAKLUv/SAMYQAAAgAAAAIBAgAAAAGrFQAVHBUuLBUCFQAVBhUGAAAotS/9IA5x"
    "AAACAAAAAgEAyE5nbcGrQxUAFRwVLiwVAhUAFQYVBgAAKLUv/SAOcQAAAgAAAAIBAAAAAAAACEAVABUgFTIsFQIVABUGFQYAACi1L/0gEIEA"
    "AAIAAAACAAIAAAACBAEAAAAVABUgFTIsFQIVABUGFQYAACi1L/0gEIEAAAIAAAACAAIAAAACBAkAAAAVABUMFR4sFQIVABUGFQYAACi1L/0g"
    "BjEAAAIAAAACABUCGfwQNQAYDWR1Y2tkYl9zY2hlbWEVEgAVBCUCGAFuJSQAFQ4VIBUCGAFkJQoVEhVMLFwVEhVMAAAAFQQlAhgBdCUUTIwS"
    "HCwAAAAAADUCGAFsFQIVBgA1BBgEbGlzdBUCABUMJQIYB2VsZW1lbnQlAAAVDCUCGAFiABUKJQIYAWYAFQolAhgBZwA1AhgBcxUCFQYANQQY"
    "BGxpc3QVAgA1AhgHZWxlbWVudBUEABUCJQIYBWluZGV4JSIAFQIlAhgGYW1vdW50JSIAFQwlAhgBZSUAABYCGRwZrCYAHBUEGRUAGRgBbhUM"
    "FgIWPhZQJgg8GAgFAAAAAAAAABgIBQAAAAAAAAAWACgIBQAAAAAAAAAYCAUAAAAAAAAAEREAAAAmABwVDhkVABkYAWQVDBYCFk4WWCZYPBgQ"
    "AAAAAAAAAAAAAAABoTuGABgQAAAAAAAAAAAAAAABoTuGABYAKBAAAAAAAAAAAAAAAAGhO4YAGBAAAAAAAAAAAAAAAAGhO4YAEREAAAAmABwV"
    "BBkVABkYAXQVDBYCFj4WUCawATwYCABAHhgkCgYAGAgAQB4YJAoGABYAKAgAQB4YJAoGABgIAEAeGCQKBgAREQAAACYAHBUMGRUAGTgBbARs"
    "aXN0B2VsZW1lbnQVDBYEFowBFmomgAI8GAFiGAFhFgAoAWIYAWEREQAAACYAHBUMGRUAGRgBYhUMFgIWOhZMJuoCPBgCAasYAgGrFgAoAgGr"
    "GAIBqxERAAAAJgAcFQoZFQAZGAFmFQwWAhY+FlAmtgM8GAgAyE5nbcGrQxgIAMhOZ23Bq0MWACgIAMhOZ23Bq0MYCADITmdtwatDEREAAAAm"
    "ABwVChkVABkYAWcVDBYCFj4WUCaGBDwYCAAAAAAAAAhAGAgAAAAAAAAIQBYAKAgAAAAAAAAIQBgIAAAAAAAACEAREQAAACYAHBUCGRUAGUgB"
    "cwRsaXN0B2VsZW1lbnQFaW5kZXgVDBYCFkIWVCbWBDwYBAEAAAAYBAEAAAAWACgEAQAAABgEAQAAABERAAAAJgAcFQIZFQAZSAFzBGxpc3QH"
    "ZWxlbWVudAZhbW91bnQVDBYCFkIWVCaqBTwYBAkAAAAYBAkAAAAWACgECQAAABgECQAAABERAAAAJgAcFQwZFQAZGAFlFQwWAhYuFkAm/gU8"
    "NgIAAAAWvgUWAiYIFrYGACgoRHVja0RCIHZlcnNpb24gdjEuNS42IChidWlsZCAwNjljYzlmOWI1KRmsHAAAHAAAHAAAHAAAHAAAHAAAHAAA"
    "HAAAHAAAHAAAAMwDAABQQVIx";

TEST(Parquet, CellsAreTextAndANameIsNoPattern) {
  const tests::TemporaryFolder folder;
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(base::from_base64(kOneRow, bytes));
  const std::string content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::vector<std::string> wanted = {"n", "d", "t", "l", "b", "f", "g", "s", "e", "gone"};
  for (const char* name : {"a[1].parquet", "*", "b?.parquet", "it's \"one\".parquet", "k=v.parquet"}) {
    const std::string path = folder / name;
    ASSERT_TRUE(base::replace_file(path, content).ok());
    ASSERT_TRUE(base::replace_file(folder / "a1.parquet", "no Parquet").ok());
    EXPECT_TRUE(is_parquet(path));
    auto opened = ParquetTable::open(path, wanted, {"gone"}, size_t{64} << 20);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    ParquetTable& table = **opened;
    ASSERT_TRUE(*table.next());
    EXPECT_EQ(table.cell(0), "5");
    EXPECT_EQ(table.cell(1), "7");
    EXPECT_EQ(table.cell(2), "1700000000");
    EXPECT_EQ(table.cell(3), "a,b");
    EXPECT_EQ(table.cell(4), "0x01ab");
    EXPECT_NE(table.cell(5).find("(a double)"), std::string_view::npos);  // 10^18 is beyond 2^53
    EXPECT_EQ(table.cell(6), "3");
    EXPECT_EQ(table.cell(7), "[{\"index\":1,\"amount\":9}]");
    EXPECT_EQ(table.cell(8), "");
    EXPECT_EQ(table.cell(9), "");
    EXPECT_FALSE(*table.next());
    EXPECT_EQ(table.row(), 1U);
  }
  EXPECT_FALSE(is_parquet(folder / "a1.parquet"));
  const auto lacks = ParquetTable::open(folder / "*", {"x"}, {}, size_t{64} << 20);
  ASSERT_FALSE(lacks.ok());
  EXPECT_NE(lacks.error().message.find("column 'x' is missing; the columns are: n,d,t,l"), std::string::npos);
  ASSERT_TRUE(base::replace_file(folder / "torn.parquet", content.substr(0, 900)).ok());
  const auto torn = ParquetTable::open(folder / "torn.parquet", {"n"}, {}, size_t{64} << 20);
  ASSERT_FALSE(torn.ok());
  EXPECT_NE(torn.error().message.find("torn.parquet"), std::string::npos);
  EXPECT_EQ(torn.error().message.find("/proc/"), std::string::npos);
}
}  // namespace
}  // namespace jindo::decode
