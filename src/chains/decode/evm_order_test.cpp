// Rows that stand twice, contradict each other, or say more than older tables did.
#include <gtest/gtest.h>

#include "decode/evm_block.h"
#include "decode/evm_logs.h"

namespace jindo::decode {
namespace {
Account20 holder(uint8_t n) {
  Account20 out{};
  out[19] = n;
  return out;
}
base::Hash256 id(uint8_t n) {
  base::Hash256 out{};
  out[0] = n;
  return out;
}
EvmTransactionRow made_transaction(uint32_t index, uint8_t from, uint8_t to, uint64_t value) {
  EvmTransactionRow row;
  row.index = index;
  row.hash = id(static_cast<uint8_t>(index + 1));
  row.from = holder(from);
  row.to = holder(to);
  row.has_to = true;
  row.value = value;
  row.time = 1'700'000'000;
  row.status = kStatusDone;
  return row;
}
EvmTraceRow made_trace(uint32_t index, std::vector<uint32_t> path, uint8_t from, uint8_t to, uint64_t value) {
  EvmTraceRow row;
  row.index = index;
  for (const uint32_t step : path) add_path_step(step, row);
  row.from = holder(from);
  row.to = holder(to);
  row.has_from = row.has_to = row.moves_value = true;
  row.value = value;
  return row;
}
EvmLogRow made_transfer(uint64_t index, size_t indexed, uint8_t from, uint8_t to, uint8_t value) {
  EvmLogRow row;
  row.log_index = index;
  row.sequence = 100 + index;
  row.transaction = id(1);
  row.contract = holder(77);
  row.topics = static_cast<uint8_t>(1 + indexed);
  row.topic[0] = transfer_topic();
  const uint8_t words[] = {from, to, value};
  for (size_t i = 0; i < 3; ++i) {
    if (i < indexed)
      row.topic[i + 1][31] = words[i];
    else
      row.data[32 * (i - indexed) + 31] = words[i];
  }
  row.data_size = static_cast<uint32_t>(32 * (3 - indexed));
  return row;
}
struct Built {
  chain::AccountBlock block;
  EvmBlockNotes notes;
  std::string error;
};
Built build(EvmBlockRows rows) {
  Built out;
  const auto status = assemble_evm_block(5, rows, out.block, out.notes);
  if (!status.ok()) out.error = status.error().message;
  return out;
}
std::vector<uint64_t> moved(const Built& built) {
  EXPECT_EQ(built.error, "");
  std::vector<uint64_t> out;
  for (const auto& movement : built.block.movements) out.push_back(movement.amount.low());
  return out;
}
// Two files of which rows 0 to 9 and 10 to 19 are.
RowPlaces two_files() {
  RowPlaces out;
  out.begin_file("a.csv");
  out.note(0, 2, false);
  out.begin_file("b.csv");
  out.note(10, 2, false);
  return out;
}

TEST(EvmOrder, TheSameRowTwiceCountsOnce) {
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 9), made_transaction(0, 1, 2, 9)};
  rows.traces = {made_trace(0, {}, 1, 2, 9), made_trace(0, {0}, 2, 3, 7), made_trace(0, {}, 1, 2, 9),
                 made_trace(0, {0}, 2, 3, 7)};
  rows.receipts.resize(2);
  for (auto& receipt : rows.receipts) {
    receipt.transaction = id(1);
    receipt.gas_used = 4;
    receipt.has_price = true;
    receipt.gas_price = 1;
  }
  rows.withdrawals = {withdrawal_row(5, 0, 31, holder(9), 1), withdrawal_row(5, 1, 31, holder(9), 1),
                      withdrawal_row(5, 0, 32, holder(9), 1)};
  rows.logs = {made_transfer(3, 2, 1, 2, 50), made_transfer(3, 2, 1, 2, 50)};
  rows.logs[1].sequence = 200;
  const Built built = build(rows);
  EXPECT_EQ(moved(built), (std::vector<uint64_t>{4, 9, 7, 50, 1'000'000'000, 1'000'000'000}));
  EXPECT_GE(built.notes.rows_again, 5U);
}
TEST(EvmOrder, RowsThatContradictNameBothPlaces) {
  const RowPlaces places = two_files();
  EvmBlockRows rows;
  rows.places = &places;
  rows.transactions = {made_transaction(0, 1, 2, 9)};
  rows.traces = {made_trace(0, {0}, 2, 3, 7), made_trace(0, {0}, 2, 3, 8)};
  rows.traces[0].sequence = 1;
  rows.traces[1].sequence = 10;
  EXPECT_NE(build(rows).error.find("two traces of one call"), std::string::npos);
  EXPECT_NE(build(rows).error.find("a.csv:3 and b.csv:2"), std::string::npos);
  rows.traces.clear();
  rows.transactions.push_back(made_transaction(4, 1, 2, 9));
  rows.transactions[1].hash = id(1);
  rows.transactions[1].sequence = 12;
  EXPECT_NE(build(rows).error.find("stands at index 0 and at index 4: a.csv:2 and b.csv:4"), std::string::npos);
  rows.transactions.pop_back();
  rows.withdrawals = {withdrawal_row(5, 3, 31, holder(9), 1), withdrawal_row(5, 13, 31, holder(9), 2)};
  EXPECT_NE(build(rows).error.find("two withdrawals of index 31: a.csv:5 and b.csv:5"), std::string::npos);
}
TEST(EvmOrder, PathsDeeperThanTheRowHoldsAreToldApart) {
  const std::vector<uint32_t> deep(80, 1);
  std::vector<uint32_t> other = deep;
  other.back() = 2;
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 9)};
  rows.traces = {made_trace(0, {}, 1, 2, 9), made_trace(0, deep, 3, 4, 5), made_trace(0, other, 3, 4, 5),
                 made_trace(0, deep, 3, 4, 5), made_trace(0, other, 3, 4, 5)};
  EXPECT_EQ(moved(build(rows)), (std::vector<uint64_t>{9, 5, 5}));
}
TEST(EvmOrder, AlikeRewardsAreAsManyAsOneFileHas) {
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 0)};
  for (const uint32_t file : {0, 0, 1, 1, 1}) {  // two uncles of one miner in the first file, three in the second
    EvmTraceRow reward = withdrawal_row(5, 0, EvmTraceRow::kNoId, holder(9), 3);
    reward.file = file;
    rows.traces.push_back(reward);
  }
  EXPECT_EQ(moved(build(rows)).size(), 3U);
  EXPECT_EQ(build(rows).notes.rows_again, 2U);
}
TEST(EvmOrder, TransfersOfLogsCountWhereNoRowStandsForThem) {
  for (const size_t indexed : {0, 1, 2}) {
    EvmBlockRows rows;
    rows.transactions = {made_transaction(0, 1, 2, 0)};
    rows.logs = {made_transfer(0, indexed, 1, 2, 50), made_transfer(1, indexed, 2, 3, 40)};
    const Built alone = build(rows);
    EXPECT_EQ(moved(alone), (std::vector<uint64_t>{50, 40})) << indexed;
    EXPECT_EQ(alone.notes.transfers_from_logs, 2U);
    EXPECT_TRUE(alone.block.notes.empty());
    EvmTokenTransferRow row;
    row.log_index = 1;
    row.transaction = id(1);
    row.token = holder(77);
    row.from = holder(2);
    row.to = holder(3);
    row.value = 40;
    rows.token_transfers = {row};
    EXPECT_EQ(moved(build(rows)), (std::vector<uint64_t>{50, 40}));
    rows.token_transfers[0].value = 41;
    EXPECT_NE(build(rows).error.find("differs from the event"), std::string::npos);
  }
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 0)};
  rows.logs = {made_transfer(0, 3, 1, 2, 50)};
  const Built nft = build(rows);
  EXPECT_TRUE(moved(nft).empty());
  EXPECT_EQ(nft.notes.nft_transfers, 1U);
  rows.logs[0].topics = 2;
  EXPECT_EQ(build(rows).notes.odd_transfers, 1U);
}
TEST(EvmOrder, ABlocksRowSaysHowManyTransactions) {
  EvmBlockRows rows;
  rows.has_transactions = true;
  rows.transactions = {made_transaction(0, 1, 2, 3)};
  rows.blocks.resize(1);
  rows.blocks[0].time = 1'700'000'000;
  rows.blocks[0].hash = id(9);
  rows.blocks[0].transactions = 2;
  EXPECT_NE(build(rows).error.find("has 1 transactions; its blocks row says 2"), std::string::npos);
  rows.whole = false;
  EXPECT_EQ(build(rows).notes.transactions_lacking, 1U);
  rows.whole = true;
  rows.transactions.clear();
  EXPECT_NE(build(rows).error.find("has 0 transactions"), std::string::npos);
  rows.has_transactions = false;  // an export of blocks and traces, say
  EXPECT_EQ(build(rows).error, "");
}
TEST(EvmBlockRules, BlobFeesAreChargedBesideTheGas) {
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 0)};
  rows.transactions[0].type = kTypeBlob;
  rows.receipts.resize(1);
  rows.receipts[0].transaction = id(1);
  rows.receipts[0].gas_used = 21000;
  rows.receipts[0].has_price = true;
  rows.receipts[0].gas_price = 1;
  EXPECT_EQ(build(rows).notes.blob_fees_unknown, 1U);
  rows.receipts[0].has_blob_fee = true;
  rows.receipts[0].blob_fee = *gas_cost(131072, 5);
  const Built built = build(rows);
  EXPECT_EQ(moved(built), (std::vector<uint64_t>{676360}));
  EXPECT_EQ(built.notes.blob_fees_unknown, 0U);
  base::Uint256 most;
  most.words.fill(UINT64_MAX);
  rows.receipts[0].gas_price = most;  // what input claims never ends the program
  EXPECT_NE(build(rows).error.find("a fee of 2^256 and more"), std::string::npos);
  rows.receipts[0].gas_used = 1;
  EXPECT_NE(build(rows).error.find("a fee of 2^256 and more"), std::string::npos);
}
TEST(EvmBlockRules, ADepositMintsToItsSenderWhetherItSucceedsOrNot) {
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 5)};
  rows.transactions[0].mint = 8;
  Built built = build(rows);
  EXPECT_EQ(moved(built), (std::vector<uint64_t>{8, 5}));
  EXPECT_TRUE(built.block.movements[0].from.is_none());
  EXPECT_EQ(built.block.movements[0].to, built.block.movements[1].from);
  rows.transactions[0].status = kStatusFailed;
  EXPECT_EQ(moved(build(rows)), (std::vector<uint64_t>{8}));
}
TEST(EvmBlockRules, ASponsorPaysTheFee) {
  EvmBlockRows rows;
  rows.transactions = {made_transaction(0, 1, 2, 0)};
  rows.transactions[0].has_fee = rows.transactions[0].has_payer = true;
  rows.transactions[0].fee = 21;
  rows.transactions[0].payer = holder(6);
  const Built built = build(rows);
  EXPECT_EQ(built.block.movements.at(0).from.bytes[19], 6);
}
TEST(EvmBlockRules, SelfdestructInItsOwnFavourBurnsBeforeCancun) {
  EvmBlockRows rows;
  rows.network = *chain::find_network("ethereum");
  rows.transactions = {made_transaction(0, 1, 2, 0)};
  rows.traces = {made_trace(0, {}, 1, 2, 0), made_trace(0, {0}, 2, 2, 10)};
  rows.traces[1].type = EvmTraceType::kSuicide;
  Built built = build(rows);  // 2023
  ASSERT_EQ(moved(built), (std::vector<uint64_t>{10}));
  EXPECT_TRUE(built.block.movements[0].to.is_none());
  rows.transactions[0].time = 1'710'338'135;
  built = build(rows);
  EXPECT_FALSE(built.block.movements.at(0).to.is_none());
  rows.traces[0] = made_trace(0, {}, 1, 2, 0);  // made in the same transaction: EIP-6780 ends it still
  rows.traces[0].type = EvmTraceType::kCreate;
  EXPECT_TRUE(build(rows).block.movements.at(0).to.is_none());
  rows.traces[0].type = EvmTraceType::kCall;
  rows.network = *chain::find_network("moonbeam");
  EXPECT_EQ(build(rows).notes.selfdestructs_unknown, 1U);
}
}  // namespace
}  // namespace jindo::decode
