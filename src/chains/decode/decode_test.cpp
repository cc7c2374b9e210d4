// Decoders on small inputs, whole and broken.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/hex.h"
#include "decode/bitcoin_block.h"
#include "decode/csv.h"
#include "decode/evm_block.h"
#include "decode/json_fields.h"
#include "decode/transfers.h"

namespace jindo::decode {
namespace {

base::Result<CsvReader> csv(const std::string& text, const std::vector<std::string>& wanted,
                            const std::vector<std::string>& optional = {}) {
  return CsvReader::from_text("t.csv", base::as_bytes(text), wanted, optional);
}
TEST(Csv, QuotesLineEndsAndOrder) {
  const std::string text = "b,a,x\r\n1,\"two, \"\"2\"\"\nlines\",3\r\n\r\n4,,6";
  auto reader = csv(text, {"a", "b", "gone"}, {"gone"});
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  ASSERT_TRUE(*reader->next());
  EXPECT_EQ(reader->cell(0), "two, \"2\"\nlines");
  EXPECT_EQ(reader->cell(1), "1");
  EXPECT_FALSE(reader->has(2));
  ASSERT_TRUE(*reader->next());
  EXPECT_EQ(reader->line_number(), 5U);
  EXPECT_EQ(reader->cell(0), "");
  EXPECT_EQ(reader->cell(1), "4");
  EXPECT_FALSE(*reader->next());
}
TEST(Csv, Refuses) {
  const std::string header = "a,b\n", short_text = "a,b\n1\n", open_text = "a,b\n1,\"x";  // the reader borrows
  EXPECT_NE(csv(header, {"c"}).error().message.find("column 'c' is missing; the header is: a,b"), std::string::npos);
  auto short_row = csv(short_text, {"a"});
  ASSERT_TRUE(short_row.ok());
  EXPECT_NE(short_row->next().error().message.find("t.csv:2: 1 cells; expected 2"), std::string::npos);
  auto open_quote = csv(open_text, {"a"});
  EXPECT_NE(open_quote->next().error().message.find("ends inside a quoted cell"), std::string::npos);
  const std::string huge = "a,b\n1," + std::string(size_t{17} << 20, 'x') + "\n";
  auto big_cell = csv(huge, {"a"});
  EXPECT_NE(big_cell->next().error().message.find("more than 16 MiB (limit)"), std::string::npos);
}
TEST(Json, QuotesOnlyLongIntegers) {
  std::string out;
  quote_long_integers(
      R"({"v": 115792089237316195423570985008687907853269984665640564039457584007913129639935, "s": "12345678901234567890", "f": 12345678901234567890.5, "n": 12})",
      out);
  out.resize(out.size() - simdjson::SIMDJSON_PADDING);
  EXPECT_EQ(
      out,
      R"({"v": "115792089237316195423570985008687907853269984665640564039457584007913129639935", "s": "12345678901234567890", "f": 12345678901234567890.5, "n": 12})");
}

base::Error decode_error(std::vector<uint8_t> bytes) {
  chain::UtxoBlock block;
  const base::Status status = decode_block(bytes, 1000, block);
  EXPECT_FALSE(status.ok());
  return status.ok() ? base::bad_input("") : status.error();
}
// Block 170 is not needed for this: the genesis block is in every description of the protocol.
std::vector<uint8_t> genesis() {
  const std::string hex =
      "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3"
      "888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
      "0101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054"
      "696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f75742066"
      "6f722062616e6b73ffffffff"
      "0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e5"
      "1ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";
  std::vector<uint8_t> out(hex.size() / 2);
  EXPECT_TRUE(base::from_hex(hex, out));
  return out;
}
TEST(BitcoinBlock, Genesis) {
  chain::UtxoBlock block;
  ASSERT_TRUE(decode_block(genesis(), 0, block).ok());
  EXPECT_EQ(base::to_hex_reversed(block.hash), "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
  ASSERT_EQ(block.transactions.size(), 1U);
  EXPECT_EQ(base::to_hex_reversed(block.transactions[0].id),
            "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b");
  EXPECT_EQ(block.outputs[0].value, 5'000'000'000U);
}
TEST(BitcoinBlock, NamesWhatIsWrong) {
  auto bytes = genesis();
  bytes.pop_back();
  EXPECT_NE(decode_error(bytes).message.find("truncated"), std::string::npos);
  bytes = genesis();
  bytes.push_back(0);
  EXPECT_NE(decode_error(bytes).message.find("expected the end of the block"), std::string::npos);
  bytes = genesis();
  bytes[90] = 1;  // inside the null previous output
  EXPECT_NE(decode_error(bytes).message.find("a coinbase that spends is invalid"), std::string::npos);
  bytes = genesis();
  bytes[40] ^= 1;  // merkle root
  EXPECT_NE(decode_error(bytes).message.find("merkle root"), std::string::npos);
  bytes = genesis();
  bytes[80] = 253;  // transaction count: two bytes follow that say 1
  bytes.insert(bytes.begin() + 81, {1, 0});
  EXPECT_NE(decode_error(bytes).message.find("compact size (varint)"), std::string::npos);
  bytes = genesis();
  const size_t value = bytes.size() - 4 - 67 - 1 - 8;
  for (size_t i = 0; i < 8; ++i) bytes[value + i] = 0xff;
  EXPECT_NE(decode_error(bytes).message.find("value overflow"), std::string::npos);
  EXPECT_NE(decode_error(bytes).message.find("offset 12"), std::string::npos);  // 1000 and what lies before
}

Account20 account(uint8_t n) {
  Account20 out{};
  out[19] = n;
  return out;
}
EvmTransactionRow transaction(uint32_t index, uint8_t from, uint8_t to, uint64_t value) {
  EvmTransactionRow row;
  row.index = index;
  row.hash[0] = static_cast<uint8_t>(index + 1);
  row.from = account(from);
  row.to = account(to);
  row.has_to = true;
  row.value = value;
  row.time = 1000;
  row.status = kStatusDone;
  return row;
}
EvmTraceRow trace(uint32_t index, std::vector<uint8_t> path, uint8_t from, uint8_t to, uint64_t value,
                  bool failed = false) {
  EvmTraceRow row;
  row.index = index;
  row.path_size = static_cast<uint8_t>(path.size());
  std::copy(path.begin(), path.end(), row.path.begin());
  row.from = account(from);
  row.to = account(to);
  row.has_from = row.has_to = true;
  row.moves_value = true;
  row.value = value;
  row.failed = failed;
  return row;
}
std::vector<uint64_t> amounts(EvmBlockRows rows) {
  chain::AccountBlock block;
  EvmBlockNotes notes;
  const auto status = assemble_evm_block(5, rows, block, notes);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  std::vector<uint64_t> out;
  for (const auto& movement : block.movements) out.push_back(movement.amount.low());
  return out;
}
TEST(EvmBlock, ValueCountsOnceWhereTracesAre) {
  EvmBlockRows rows;
  rows.transactions = {transaction(0, 1, 2, 100), transaction(1, 1, 3, 7)};
  rows.traces = {trace(0, {1}, 2, 5, 20), trace(0, {}, 1, 2, 100), trace(0, {0}, 2, 4, 30)};
  EXPECT_EQ(amounts(rows),
            (std::vector<uint64_t>{100, 30, 20, 7}));  // the second transaction has no trace: its own value
}
TEST(EvmBlock, RevertedCallsMoveNothing) {
  EvmBlockRows rows;
  rows.transactions = {transaction(0, 1, 2, 100)};
  rows.traces = {trace(0, {}, 1, 2, 100), trace(0, {0}, 2, 3, 50, true), trace(0, {0, 0}, 3, 4, 40),
                 trace(0, {1}, 2, 5, 9)};
  EXPECT_EQ(amounts(rows), (std::vector<uint64_t>{100, 9}));
  rows.traces[0].failed = true;
  EXPECT_EQ(amounts(rows), (std::vector<uint64_t>{}));
}
TEST(EvmBlock, FailedTransactionsPayTheirFee) {
  EvmBlockRows rows;
  rows.transactions = {transaction(0, 1, 2, 100)};
  rows.transactions[0].status = kStatusFailed;
  rows.transactions[0].has_fee = true;
  rows.transactions[0].fee = 21;
  EXPECT_EQ(amounts(rows), (std::vector<uint64_t>{21}));
}
TEST(EvmBlock, CodeCallsMoveNothingAndRewardsComeLast) {
  EvmBlockRows rows;
  rows.transactions = {transaction(0, 1, 2, 100)};
  rows.traces = {trace(0, {}, 1, 2, 100), trace(0, {0}, 2, 2, 100)};
  rows.traces[1].moves_value = false;
  EvmTraceRow reward = trace(UINT32_MAX, {}, 0, 9, 5);
  reward.type = EvmTraceType::kReward;
  reward.has_from = false;
  EvmTraceRow fork = trace(UINT32_MAX, {}, 7, 8, 3);
  fork.type = EvmTraceType::kDaoFork;
  rows.traces.push_back(reward);
  rows.traces.push_back(fork);
  EXPECT_EQ(amounts(rows), (std::vector<uint64_t>{3, 100, 5}));
}
TEST(EvmBlock, SaysWhatDoesNotFit) {
  EvmBlockRows rows;
  rows.transactions = {transaction(0, 1, 2, 100)};
  rows.token_transfers.resize(1);
  rows.token_transfers[0].transaction[0] = 99;
  chain::AccountBlock block;
  EvmBlockNotes notes;
  EXPECT_NE(
      assemble_evm_block(5, rows, block, notes).error().message.find("block 5: a token transfer names transaction"),
      std::string::npos);
  rows.token_transfers.clear();
  rows.traces = {trace(4, {}, 1, 2, 1)};
  EXPECT_NE(assemble_evm_block(5, rows, block, notes).error().message.find("transaction index 4"), std::string::npos);
}

TEST(Transfers, RowsAndErrors) {
  const chain::Network& network = **chain::find_network("ethereum");
  const std::string hash = "0x" + std::string(64, 'a');
  const std::string from = "0x" + std::string(40, '1');
  TransferRow row;
  std::string_view good[10] = {
      "5",        "1000", hash, "0", "3",
      "transfer", "ETH",  from, "",  "115792089237316195423570985008687907853269984665640564039457584007913129639935"};
  ASSERT_TRUE(parse_transfer(network, good, row).ok());
  EXPECT_TRUE(row.to.is_none());
  const auto wrong = [&](size_t column, std::string_view text, const char* says) {
    std::string_view cells[10];
    std::copy(good, good + 10, cells);
    cells[column] = text;
    const auto status = parse_transfer(network, cells, row);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_NE(status.error().message.find(says), std::string::npos) << status.error().message;
  };
  wrong(0, "-1", "block_number");
  wrong(2, "0xzz", "transaction_hash");
  wrong(5, "gift", "transfer, fee or opening");
  wrong(6, "DOGE", "'asset'");
  wrong(7, "0x123", "from_address");
  wrong(7, "", "both empty");
  wrong(8, "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "EIP-55");
  wrong(9, "1.5", "amount");
}
}  // namespace
}  // namespace jindo::decode
