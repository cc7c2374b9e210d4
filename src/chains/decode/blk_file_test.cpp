// What nodes leave between and behind the records of their files.
#include "decode/blk_file.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "support/temporary_folder.h"

namespace jindo::decode {
namespace {
std::string bytes_of(const std::string& hex) {
  std::vector<uint8_t> out(hex.size() / 2);
  EXPECT_TRUE(base::from_hex(hex, out));
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}
// Bitcoin's first block, 285 bytes.
std::string first_block() {
  return bytes_of(
      "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
      "888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
      "0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054"
      "696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f75742066"
      "6f722062616e6b73ffffffff"
      "0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e5"
      "1ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000");
}
std::string head(const std::string& magic = "f9beb4d9") { return bytes_of(magic + "1d010000"); }
std::string record(const std::string& magic = "f9beb4d9") { return head(magic) + first_block(); }

base::Result<BlkFile> open_as(const std::string& content, const char* network = "bitcoin", XorKey key = {}) {
  const tests::TemporaryFolder folder;
  std::string stored = content;
  for (size_t i = 0; i < stored.size(); ++i) stored[i] = static_cast<char>(stored[i] ^ key[i % 8]);
  EXPECT_TRUE(base::replace_file(folder / "blk00000.dat", stored).ok());
  return BlkFile::open(folder / "blk00000.dat", **chain::find_network(network), key);
}

TEST(BlkFile, PassesOverZerosAndJunkBetweenRecords) {
  for (const XorKey& key : {XorKey{}, XorKey{1, 2, 3, 4, 5, 6, 7, 8}}) {
    std::string zeros(293, '\0'), end(640, '\0');  // what the node never wrote is zero on disk
    const std::string first = record(), second = head() + record(), third = "junk and no record" + record();
    std::string content = first + zeros + second + third + end;
    for (size_t i = 0; i < content.size(); ++i) {
      const bool unwritten = (i >= first.size() && i < first.size() + zeros.size()) || i >= content.size() - end.size();
      if (unwritten) content[i] = static_cast<char>(key[i % 8]);
    }
    const auto file = open_as(content, "bitcoin", key);
    ASSERT_TRUE(file.ok()) << file.error().message;
    EXPECT_EQ(file->records().size(), 3U);
    EXPECT_EQ(file->zero_gaps(), 1U);
    EXPECT_EQ(file->junk_bytes(), 8U + 18U);
    EXPECT_EQ(file->torn(), "");
  }
  const auto wrong = open_as("junk" + record());
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message.find("offset 0: expected bitcoin's message start"), std::string::npos);
}
TEST(BlkFile, ATornLastRecordIsLeftOut) {
  const std::string whole = record();
  auto cut = open_as(whole + whole.substr(0, 150));
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->records().size(), 1U);
  EXPECT_NE(cut->torn().find("truncated: the record says 285 bytes, 142 are left"), std::string::npos);
  auto half = open_as(whole + whole.substr(0, 150) + std::string(4000, '\0'));  // preallocated, written half
  ASSERT_TRUE(half.ok());
  EXPECT_EQ(half->records().size(), 2U);
  half->drop_torn();
  EXPECT_EQ(half->records().size(), 1U);
  EXPECT_FALSE(half->torn().empty());
  auto headless = open_as(whole + bytes_of("f9beb4d900000000") + std::string(100, '\0'));
  ASSERT_TRUE(headless.ok());
  EXPECT_EQ(headless->records().size(), 1U);
  EXPECT_FALSE(headless->torn().empty());
  auto sound = open_as(whole);
  sound->drop_torn();
  EXPECT_EQ(sound->records().size(), 1U);
  EXPECT_EQ(sound->torn(), "");
}
TEST(BlkFile, MagicIsTheNetworksButOnSignets) {
  EXPECT_TRUE(open_as(record("1c163f28"), "bitcoin-testnet4").ok());
  EXPECT_FALSE(open_as(record("1c163f28"), "bitcoin-testnet").ok());
  const auto custom = open_as(record("0a0b0c0d") + record("0a0b0c0d"), "bitcoin-signet");
  ASSERT_TRUE(custom.ok());
  EXPECT_EQ(custom->records().size(), 2U);
  EXPECT_EQ(base::to_hex(custom->magic()), "0a0b0c0d");
}
}  // namespace
}  // namespace jindo::decode
