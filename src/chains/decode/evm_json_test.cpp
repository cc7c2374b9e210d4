// Nodes' answers in all their forms, and what is no answer.
#include "decode/evm_json.h"

#include <gtest/gtest.h>

namespace jindo::decode {
namespace {
const std::string kHash = "0xa000000000000000000000000000000000000000000000000000000000000001";
const std::string kOne = "0x8dd29add9992f7006f4d0f57bd9e468d6cd32012";
const std::string kTwo = "0x4c26d9074c27d89ede59270c0ac14b71e071b152";

struct Read {
  std::vector<EvmBlockRow> blocks;
  std::vector<EvmTransactionRow> transactions;
  std::vector<EvmReceiptRow> receipts;
  std::vector<EvmTokenTransferRow> tokens;
  std::vector<EvmTraceRow> traces;
  std::vector<EvmHashedTrace> hashed;
  std::vector<EvmLogRow> logs;
  EvmReadNotes notes;
  std::string error;
};
template <class Row>
auto into(std::vector<Row>& rows) {
  return [&rows](const Row& row) {
    rows.push_back(row);
    return base::Status();
  };
}
Read read(const std::string& text) {
  Read out;
  EvmSinks sinks;
  sinks.block = into(out.blocks);
  sinks.transaction = into(out.transactions);
  sinks.receipt = into(out.receipts);
  sinks.token_transfer = into(out.tokens);
  sinks.trace = into(out.traces);
  sinks.hashed_trace = into(out.hashed);
  sinks.log = into(out.logs);
  sinks.notes = &out.notes;
  uint64_t sequence = 0;
  const auto status = read_evm_json_line(text, sequence, sinks);
  if (!status.ok()) out.error = status.error().message;
  return out;
}
std::string block(const std::string& more = "") {
  return R"({"number":"0x64","hash":")" + kHash + R"(","parentHash":")" + kHash +
         R"(","timestamp":"0x6553f100","transactions":[{"hash":")" + kHash + R"(","transactionIndex":"0x0","from":")" +
         kOne + R"(","to":")" + kTwo + R"(","value":"0x7","gasPrice":"0x0","input":"0x")" + more + "}]}";
}
std::string receipt(const std::string& logs = "", const std::string& more = "") {
  return R"({"transactionHash":")" + kHash + R"(","blockNumber":"0x64","gasUsed":"0x5208","effectiveGasPrice":"0x1")" +
         more + R"(,"status":"0x1","contractAddress":null,"logs":[)" + logs + "]}";
}
std::string transfer(const std::string& topics, const std::string& data) {
  return R"({"address":")" + kTwo + R"(","topics":[)" + topics + R"(],"data":"0x)" + data +
         R"(","logIndex":"0x3","transactionHash":")" + kHash + R"(","blockNumber":"0x64","removed":false})";
}
std::string word(const std::string& digits) { return std::string(64 - digits.size(), '0') + digits; }
std::string topic_text(const std::string& digits) { return "\"0x" + digits + "\""; }
const std::string kTransfer = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

TEST(EvmJson, BatchesAndLoneAnswers) {
  const std::string batch = R"([{"jsonrpc":"2.0","id":1,"result":)" + block() +
                            R"(},{"jsonrpc":"2.0","id":2,"result":)" + receipt() +
                            R"(},{"jsonrpc":"2.0","id":3,"result":[]}])";
  const Read all = read(batch);
  EXPECT_EQ(all.error, "");
  ASSERT_EQ(all.transactions.size(), 1U);
  EXPECT_EQ(all.blocks.at(0).transactions, 1U);
  EXPECT_EQ(all.receipts.size(), 1U);
  EXPECT_EQ(read(receipt()).receipts.size(), 1U);
  EXPECT_EQ(read("[" + receipt() + "," + receipt() + "]").receipts.size(), 2U);
  const Read lone = read(R"({"hash":")" + kHash + R"(","blockNumber":"0x64","transactionIndex":"0x2","from":")" + kOne +
                         R"(","to":null,"value":"0x1"})");
  ASSERT_EQ(lone.transactions.size(), 1U);
  EXPECT_EQ(lone.transactions[0].time, kTimeUnknown);
}
TEST(EvmJson, AnErrorSaysWhatTheNodeSaid) {
  EXPECT_NE(read(R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"header not found"}})")
                .error.find("-32000 'header not found'"),
            std::string::npos);
  EXPECT_NE(read(R"([{"jsonrpc":"2.0","id":1,"result":null}])").error.find("answered null"), std::string::npos);
  EXPECT_NE(read(R"([{"txHash":")" + kHash + R"(","error":"execution timeout"}])").error.find("execution timeout"),
            std::string::npos);
  EXPECT_NE(read(R"({"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":[]})").error.find("without a result"),
            std::string::npos);
  EXPECT_NE(read(R"({"a":1})").error.find("not an answer that is read"), std::string::npos);
  EXPECT_NE(read(R"({"transactionHash":")" + kHash + R"(","blockNumber":null,"gasUsed":"0x1","logs":[]})")
                .error.find("not in a block yet"),
            std::string::npos);
}
TEST(EvmJson, CallTracersTreesAreHandedOutInOrder) {
  const std::string tree = R"({"type":"CALL","from":")" + kOne + R"(","to":")" + kTwo +
                           R"(","value":"0x0","gasUsed":"0x0","calls":[{"type":"STATICCALL","from":")" + kTwo +
                           R"(","to":")" + kOne + R"(","gasUsed":"0x0"},{"type":"CALL","from":")" + kTwo +
                           R"(","to":")" + kOne + R"(","value":"0x9","error":"execution reverted","calls":[{"type":)" +
                           R"("SELFDESTRUCT","from":")" + kOne + R"(","to":")" + kTwo + R"(","value":"0x9"}]}]})";
  const Read whole = read(R"({"jsonrpc":"2.0","id":1,"result":[{"txHash":")" + kHash + R"(","result":)" + tree + "}]}");
  EXPECT_EQ(whole.error, "");
  ASSERT_EQ(whole.hashed.size(), 4U);
  EXPECT_FALSE(whole.hashed[1].trace.moves_value);
  EXPECT_TRUE(whole.hashed[2].trace.failed);
  EXPECT_EQ(whole.hashed[3].trace.type, EvmTraceType::kSuicide);
  EXPECT_EQ(whole.hashed[3].trace.path_size, 2);
  EXPECT_EQ(whole.hashed[3].trace.path[0], 1);
  EXPECT_NE(read(R"({"jsonrpc":"2.0","id":1,"result":)" + tree + "}").error.find("does not name its transaction"),
            std::string::npos);
  std::string deep = R"({"type":"CALL","from":")" + kOne + R"(","to":")" + kTwo + R"(","gasUsed":"0x0"})";
  for (int i = 0; i < 1024; ++i)
    deep = R"({"type":"CALL","from":")" + kOne + R"(","to":")" + kTwo + R"(","gasUsed":"0x0","calls":[)" + deep + "]}";
  EXPECT_EQ(read(R"([{"txHash":")" + kHash + R"(","result":)" + deep + "}]").hashed.size(), 1025U);
}
TEST(EvmJson, TransfersInAnyShape) {
  const std::string from = word(kOne.substr(2)), to = word(kTwo.substr(2)), value = word("3e8");
  const auto one = [&](const std::string& log) {
    const Read got = read(receipt(log));
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.tokens.size(), 1U);
    if (got.tokens.empty()) return;
    EXPECT_EQ(got.tokens[0].value, base::Uint256(1000));
    EXPECT_EQ(got.tokens[0].log_index, 3U);
    EXPECT_EQ(got.tokens[0].from[0], 0x8d);
    EXPECT_EQ(got.tokens[0].to[0], 0x4c);
  };
  std::string upper = kTransfer;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  one(transfer(topic_text(kTransfer) + "," + topic_text(from) + "," + topic_text(to), value));
  one(transfer(topic_text(upper) + "," + topic_text(from) + "," + topic_text(to), value));
  one(transfer(topic_text(kTransfer) + "," + topic_text(from), to + value));
  one(transfer(topic_text(kTransfer), from + to + value));
  const Read nft = read(receipt(
      transfer(topic_text(kTransfer) + "," + topic_text(from) + "," + topic_text(to) + "," + topic_text(value), "")));
  EXPECT_TRUE(nft.tokens.empty());
  EXPECT_EQ(nft.logs.size(), 1U);  // counted, and told
  std::string lone = transfer(topic_text(kTransfer), from + to + value);
  EXPECT_EQ(read("[" + lone + "]").tokens.size(), 1U);  // eth_getLogs
  lone.replace(lone.find("false"), 5, "true");
  const Read removed = read("[" + lone + "]");
  EXPECT_TRUE(removed.tokens.empty());
  EXPECT_EQ(removed.notes.removed_logs, 1U);
}
TEST(EvmJson, WhatTypesAddToGasAndValue) {
  const Read deposit = read(block(R"(,"type":"0x7e","mint":"0x9")"));
  EXPECT_EQ(deposit.transactions.at(0).mint, base::Uint256(9));
  EXPECT_FALSE(deposit.transactions[0].odd_type);
  EXPECT_EQ(read(block(R"(,"type":"0x64","requestId":"0x1")")).transactions.at(0).mint, base::Uint256(7));
  const Read sponsored = read(block(R"(,"type":"0x64","payer":")" + kTwo + "\""));
  EXPECT_TRUE(sponsored.transactions.at(0).has_payer);
  EXPECT_TRUE(sponsored.transactions[0].mint.is_zero());
  EXPECT_TRUE(read(block(R"(,"type":"0x69")")).transactions.at(0).odd_type);
  EXPECT_FALSE(read(block(R"(,"type":"0x4")")).transactions.at(0).odd_type);
  const Read blobs = read(receipt("", R"(,"blobGasUsed":"0x20000","blobGasPrice":"0x5","operatorFeeScalar":"0x0")"));
  EXPECT_EQ(blobs.receipts.at(0).blob_fee, base::Uint256(655360));
  EXPECT_FALSE(blobs.receipts[0].has_operator_fee);
}
}  // namespace
}  // namespace jindo::decode
