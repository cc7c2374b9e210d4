// Rows of a bitcoin-etl block in order; a pruned node's inputs.
#include "ingest/etl_block.h"

#include <gtest/gtest.h>

#include "decode/bitcoin_block.h"
#include "ingest/pruned.h"

namespace jindo::ingest {
namespace {
chain::TxId txid(uint8_t n) {
  chain::TxId out{};
  out[31] = n;  // the first byte as it is printed
  return out;
}
EtlRow etl_row(uint8_t id, std::vector<uint8_t> spends, int index, const std::string& place) {
  EtlRow row;
  row.place = place;
  row.transaction.id = txid(id);
  row.transaction.coinbase = spends.empty();
  row.transaction.has_index = index >= 0;
  row.transaction.index = static_cast<uint64_t>(std::max(index, 0));
  for (const uint8_t spent : spends) {
    chain::UtxoInput in;
    in.previous = txid(spent);
    row.transaction.inputs.push_back(in);
  }
  row.transaction.outputs.resize(1);
  return row;
}
std::string ids(const std::vector<EtlRow>& rows) {
  std::string out;
  for (const EtlRow& row : rows) out += std::to_string(row.transaction.id[31]) + " ";
  return out;
}
std::string error_of(std::vector<EtlRow> rows) {
  uint64_t again = 0;
  bool ordered = false;
  const auto status = order_etl_block(rows, again, ordered);
  return status.ok() ? "" : status.error().message;
}

TEST(EtlBlock, WithoutIndexEachStandsBehindWhatItSpends) {
  std::vector<EtlRow> rows = {etl_row(1, {5}, -1, "a:1"),  etl_row(9, {}, -1, "a:2"),   etl_row(5, {7}, -1, "a:3"),
                              etl_row(3, {99}, -1, "a:4"), etl_row(7, {98}, -1, "a:5"), etl_row(7, {98}, -1, "b:5")};
  uint64_t again = 0;
  bool ordered = false;
  ASSERT_TRUE(order_etl_block(rows, again, ordered).ok());
  EXPECT_EQ(ids(rows), "9 3 7 5 1 ");
  EXPECT_EQ(again, 1U);
  EXPECT_TRUE(ordered);
  EXPECT_NE(error_of({etl_row(1, {2}, -1, "a:1"), etl_row(2, {1}, -1, "a:2")}).find("in a circle"), std::string::npos);
}
TEST(EtlBlock, WhatContradictsNamesBothRows) {
  EXPECT_EQ(error_of({etl_row(1, {}, 0, "a:1"), etl_row(2, {1}, 1, "a:2")}), "");
  EXPECT_NE(error_of({etl_row(1, {}, 0, "a:1"), etl_row(1, {}, 3, "b:7")}).find("b:7: transaction"), std::string::npos);
  EXPECT_NE(error_of({etl_row(1, {}, 0, "a:1"), etl_row(2, {1}, 0, "b:7")}).find("(a:1 is the other)"),
            std::string::npos);
  EXPECT_NE(error_of({etl_row(1, {}, 0, "a:1"), etl_row(1, {8}, 0, "b:7")}).find("with different content"),
            std::string::npos);
  EXPECT_NE(error_of({etl_row(1, {}, 0, "a:1"), etl_row(2, {1}, -1, "b:7")}).find("has an index"), std::string::npos);
}

chain::UtxoBlock one_transaction(uint8_t id, std::vector<uint8_t> spends, std::vector<uint64_t> outputs) {
  chain::UtxoBlock block;
  chain::UtxoTransaction tx;
  tx.id = txid(id);
  tx.inputs = static_cast<uint32_t>(spends.size());
  tx.outputs = static_cast<uint32_t>(outputs.size());
  for (const uint8_t spent : spends) {
    chain::UtxoInput in;
    in.previous = txid(spent);
    block.inputs.push_back(in);
  }
  for (const uint64_t value : outputs) {
    chain::UtxoOutput out;
    out.value = value;
    block.outputs.push_back(out);
  }
  block.transactions.push_back(tx);
  return block;
}
TEST(Pruned, InputsFromBeforeCarryWhatTheOutputsNeed) {
  PrunedInputs pruned(nullptr, size_t{1} << 20);
  chain::UtxoBlock first = one_transaction(1, {}, {50}), second = one_transaction(2, {1, 90, 91}, {70, 5});
  ASSERT_TRUE(pruned.take(first).ok());
  ASSERT_TRUE(pruned.take(second).ok());
  EXPECT_FALSE(second.inputs[0].external);
  EXPECT_TRUE(second.inputs[1].external);
  EXPECT_EQ(second.inputs[1].value, 25U);
  EXPECT_EQ(second.inputs[2].value, 0U);
  EXPECT_EQ(pruned.external(), 2U);
  PrunedInputs small(nullptr, 32);
  EXPECT_FALSE(small.take(first).ok());
}
TEST(Pruned, HeightsAreTheCoinbases) {
  const auto height = [](std::vector<uint8_t> script) {
    std::vector<uint8_t> block(80, 0);
    for (const uint8_t b : {1, 2, 0, 0, 0, 0, 1, 1}) block.push_back(b);  // count, version, segwit, inputs
    block.insert(block.end(), 32, 0);
    block.insert(block.end(), 4, 0xff);
    block.push_back(static_cast<uint8_t>(script.size()));
    block.insert(block.end(), script.begin(), script.end());
    return decode::coinbase_height(block);
  };
  EXPECT_EQ(height({3, 0x70, 0x8c, 0x0d, 9}), 0x0d8c70U);
  EXPECT_EQ(height({0x51}), 1U);
  EXPECT_EQ(height({0x60}), 16U);
  EXPECT_EQ(height({0}), 0U);
  EXPECT_EQ(height({4, 0xff, 0xff, 0, 0x1d}), 0x1d00ffffU);  // of before BIP 34: whoever asks bounds it
  EXPECT_EQ(height({3, 1, 1, 0x81}), std::nullopt);          // negative
  EXPECT_EQ(height({9, 1}), std::nullopt);
  EXPECT_EQ(height({}), std::nullopt);
}
TEST(Pruned, BlocksInOrderOfIdentifiersAreAnotherChains) {
  chain::UtxoBlock block;
  for (uint8_t n = 0; n < 14; ++n) {
    chain::UtxoTransaction tx;
    tx.id = txid(n == 0 ? 200 : n);
    block.transactions.push_back(tx);
  }
  EXPECT_TRUE(ordered_by_identifier(block));
  std::swap(block.transactions[4], block.transactions[9]);
  EXPECT_FALSE(ordered_by_identifier(block));
}
}  // namespace
}  // namespace jindo::ingest
