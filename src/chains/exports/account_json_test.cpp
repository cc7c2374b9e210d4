// Answers about account chains: what moves, who pays, and what is not taken for data.
#include <gtest/gtest.h>

#include "support/export_text.h"

namespace jindo::exports {
namespace {
const std::string kTx = "0x" + std::string(64, '1');
const std::string kFrom = "0x" + std::string(40, 'a'), kTo = "0x" + std::string(40, 'b');
const std::string kToken = "0x" + std::string(40, 'c');
const char* kTronA = "TEqyWRKCzREYC2bK2fc3j7pp8XjAa6tJK1";
const char* kTronB = "THyfEGbsnzE3nz512nBXTAAGsuiAVjnxtg";
const char* kTronToken = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";

std::string with_names(std::string text) {
  const std::pair<std::string, std::string> names[] = {
      {"$TX", kTx}, {"$HASH", kTx.substr(2)}, {"$FROM", kFrom}, {"$TOKEN", kToken},
      {"$TO", kTo}, {"$1", kTronA},           {"$2", kTronB},   {"$3", kTronToken}};
  for (const auto& [name, value] : names)
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}
Reading answer(const std::string& text, const std::string& chain = "", const std::string& transaction = "") {
  ReadOptions options;
  options.chain = chain;
  options.transaction = transaction;
  return tests::read_json_text(with_names(text), options);
}
std::string first_refusal(const Reading& reading) {
  return reading.refusals.empty() ? "" : reading.refusals.front().why;
}
// "part from>to amount asset", one a movement.
std::vector<std::string> told(const Reading& reading) {
  std::vector<std::string> out;
  for (const Movement& m : reading.movements) {
    const auto name = [](const std::string& text) {
      if (text == kFrom || text == kTronA) return std::string("FROM");
      if (text == kTo || text == kTronB) return std::string("TO");
      if (text == kToken || text == kTronToken) return std::string("TOKEN");
      return text;
    };
    const char* parts[] = {"block", "fee", "native", "internal", "token"};
    std::string asset = m.asset;
    if (asset.substr(0, 42) == kToken) asset = "TOKEN" + asset.substr(42);
    out.push_back(std::string(parts[static_cast<int>(m.part)]) + " " + name(m.from) + ">" + name(m.to) + " " +
                  base::to_decimal(m.amount) + (asset.empty() ? "" : " " + name(asset)));
  }
  return out;
}
using Told = std::vector<std::string>;

std::string etherscan_row(const std::string& more) {
  return R"({"blockNumber":"5","timeStamp":"1270917100","hash":"$TX","from":"$FROM","to":"$TO",)" + more + "}";
}
const char* kPaid =
    R"("nonce":"1","transactionIndex":"3","value":"70","gasPrice":"2","gasUsed":"21000","contractAddress":"",
  "input":"0x","isError":"0")";

TEST(EtherscanApi, ATransactionIsItsFeeAndItsValue) {
  const Reading reading = answer(R"({"status":"1","message":"OK","result":[)" + etherscan_row(kPaid) + "]}");
  EXPECT_EQ(reading.format, "etherscan-api-txlist");
  EXPECT_EQ(told(reading), (Told{"fee FROM> 42000", "native FROM>TO 70"}));
  EXPECT_EQ(reading.movements.at(0).index, 3u);
  EXPECT_EQ(reading.movements.at(0).gas_price, 2u);
  EXPECT_EQ(reading.unknown, (UnknownSet{Unknown::kInternal, Unknown::kChain}));
}

TEST(EtherscanApi, AFailedOnePaysItsFeeOnly) {
  std::string row = etherscan_row(kPaid);
  row.replace(row.find(R"("isError":"0")"), 13, R"("isError":"1")");
  EXPECT_EQ(told(answer("[" + row + "]")), Told{"fee FROM> 42000"});
}

TEST(EtherscanApi, ACreatedContractIsPaidAndNamed) {
  const Reading reading = answer(
      R"([{"blockNumber":"5","timeStamp":"1270917100","hash":"$TX","from":"$FROM","to":"","nonce":"1","value":"70",
      "gasPrice":"2","gasUsed":"1","contractAddress":"$TOKEN","isError":"0"}])");
  EXPECT_EQ(told(reading), (Told{"fee FROM> 2", "native FROM>TOKEN 70"}));
  ASSERT_EQ(reading.created.size(), 1u);
  EXPECT_EQ(reading.created[0].contract, kToken);
  EXPECT_EQ(reading.created[0].creator, kFrom);
  std::string lost = R"([{"blockNumber":"5","timeStamp":"1270917100","hash":"$TX","from":"$FROM","to":"","nonce":"1",
      "value":"70","gasPrice":"2","gasUsed":"1","contractAddress":"","isError":"0"}])";
  EXPECT_NE(first_refusal(answer(lost)).find("nobody was paid"), std::string::npos);
}

TEST(EtherscanApi, InnerCallsTokensAndNfts) {
  const Reading inner =
      answer("[" + etherscan_row(R"("value":"9","type":"call","traceId":"0_1","isError":"0","errCode":"")") + "," +
             etherscan_row(R"("value":"9","type":"delegatecall","isError":"0","errCode":"")") + "," +
             etherscan_row(R"("value":"9","type":"call","isError":"1","errCode":"x")") + "]");
  EXPECT_EQ(inner.format, "etherscan-api-txlistinternal");
  EXPECT_EQ(told(inner), Told{"internal FROM>TO 9"});
  EXPECT_EQ(inner.movements.at(0).path, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(inner.unknown, (UnknownSet{Unknown::kOrder, Unknown::kFee, Unknown::kChain}));

  const std::string token =
      R"("contractAddress":"$TOKEN","value":"0","tokenName":"t","tokenSymbol":"T","tokenDecimal":"18","transactionIndex":"3")";
  const Reading tokens = answer("[" + etherscan_row(token) + "]");
  EXPECT_EQ(tokens.format, "etherscan-api-tokentx");
  EXPECT_EQ(told(tokens), Told{"token FROM>TO 0 TOKEN"});

  const std::string nft = R"("contractAddress":"$TOKEN","tokenID":"77","tokenName":"t","tokenSymbol":"T")";
  const Reading nfts = answer("[" + etherscan_row(nft) + "," + etherscan_row(nft + R"(,"tokenValue":"4")") + "]");
  EXPECT_EQ(nfts.format, "etherscan-api-tokennfttx");
  EXPECT_EQ(told(nfts), (Told{"token FROM>TO 1 TOKEN:77", "token FROM>TO 4 TOKEN:77"}));
}

TEST(EtherscanApi, SeveralAnswersOfSeveralActions) {
  const Reading reading = answer(R"({"status":"1","message":"OK","result":[)" + etherscan_row(kPaid) + R"(]}
{"status":"1","message":"OK","result":[)" +
                                 etherscan_row(R"("value":"9","type":"call","isError":"0","errCode":"")") + "]}");
  EXPECT_EQ(reading.format, "etherscan-api");
  EXPECT_EQ(told(reading), (Told{"fee FROM> 42000", "native FROM>TO 70", "internal FROM>TO 9"}));
  EXPECT_EQ(reading.unknown, UnknownSet{Unknown::kChain}) << "the other answer tells the place in the block";
}

TEST(EtherscanApi, ErrorsAreNoDataAndEmptyIsNone) {
  const Reading empty = answer(R"({"status":"0","message":"No transactions found","result":[]})");
  EXPECT_EQ(empty.format, "etherscan-api");
  EXPECT_FALSE(empty.file_refused);
  EXPECT_EQ(empty.refused(), 0u);
  const Reading error = answer(R"({"status":"0","message":"NOTOK","result":"Max rate limit reached"})");
  EXPECT_TRUE(error.file_refused);
  EXPECT_NE(first_refusal(error).find("Max rate limit reached"), std::string::npos);
  const Reading hole = answer(R"({"status":"1","message":"OK","result":[)" + etherscan_row(kPaid) +
                              R"(]}{"status":"0","message":"NOTOK","result":"Max rate limit reached"})");
  EXPECT_FALSE(hole.file_refused);
  EXPECT_TRUE(hole.unknown.has(Unknown::kNextPage));
  EXPECT_EQ(hole.refused(), 1u);
  const Reading mined =
      answer(R"({"status":"1","message":"OK","result":[{"blockNumber":"5","timeStamp":"1","blockReward":"3"}]})");
  EXPECT_TRUE(mined.file_refused);
}

TEST(EtherscanApi, ByTransactionHashNeedsTheHash) {
  const std::string text =
      R"([{"blockNumber":"5","timeStamp":"1","from":"$FROM","to":"$TO","value":"9","type":"call","isError":"0","errCode":""}])";
  EXPECT_TRUE(answer(text).file_refused);
  const Reading given = answer(text, "ethereum", kTx);
  EXPECT_EQ(told(given), Told{"internal FROM>TO 9"});
  EXPECT_EQ(given.movements.at(0).transaction, kTx);
}

TEST(EtherscanApi, GenesisAndWithdrawalsAreOfTheBlock) {
  const Reading reading = answer(
      R"([{"blockNumber":"0","timeStamp":"1438269973","hash":"GENESIS_aa","from":"GENESIS","to":"$TO","nonce":"",
      "value":"70","gasPrice":"0","gasUsed":"0","isError":"0","transactionIndex":"0","contractAddress":""},
      {"withdrawalIndex":"1","validatorIndex":"2","address":"$TO","amount":"3","blockNumber":"9","timestamp":"1700000000"}])");
  EXPECT_EQ(told(reading), (Told{"block >TO 70", "block >TO 3000000000"}));
}

TEST(EtherscanApi, WrongFieldsRefuseTheirRow) {
  for (const char* wrong : {R"("value":"-1")", R"("value":"1.5")", R"("value":"1e400")", R"("value":"")"}) {
    std::string row = etherscan_row(kPaid);
    row.replace(row.find(R"("value":"70")"), 12, wrong);
    const Reading reading = answer("[" + row + "," + etherscan_row(kPaid) + "]");
    EXPECT_EQ(reading.refused(), 1u) << wrong;
    EXPECT_NE(first_refusal(reading).find("'value'"), std::string::npos) << wrong;
    EXPECT_EQ(reading.movements.size(), 2u) << wrong;
  }
}

TEST(BigQueryJson, TracesThatMove) {
  const auto row = [](const std::string& more) {
    return R"({"transaction_hash":"$TX","transaction_index":"8","from_address":"$FROM","to_address":"$TO","value":"5",
      "block_number":"7","block_timestamp":"2010-04-10 16:31:40 UTC",)" +
           more + "}\n";
  };
  const Reading reading =
      answer(row(R"("trace_type":"call","call_type":"call","trace_address":"","status":"1")") +
             row(R"("trace_type":"call","call_type":"delegatecall","trace_address":"0","status":"1")") +
             row(R"("trace_type":"call","call_type":"call","trace_address":"1,0","status":"1")") +
             row(R"("trace_type":"call","call_type":"call","trace_address":"2","status":"0")") +
             row(R"("trace_type":"reward","trace_address":"","status":"1")"));
  EXPECT_EQ(reading.format, "bigquery");
  EXPECT_EQ(told(reading), (Told{"native FROM>TO 5", "internal FROM>TO 5", "block >TO 5"}));
  EXPECT_EQ(reading.movements.at(1).path, (std::vector<uint32_t>{1, 0}));
}

TEST(TronGrid, TransfersTransactionsAndInnerCalls) {
  const Reading reading = answer(
      R"({"data":[{"transaction_id":"$HASH","token_info":{"address":"$3","decimals":6},"block_timestamp":1270917100000,
      "from":"$1","to":"$2","type":"Transfer","value":"5"},{"transaction_id":"$HASH","token_info":{"address":"$3"},
      "block_timestamp":1270917100000,"from":"$1","to":"$2","type":"Approval","value":"5"}],"meta":{"fingerprint":"x",
      "links":{"next":"https://…"}}})");
  EXPECT_EQ(told(reading), Told{"token FROM>TO 5 TOKEN"});
  EXPECT_EQ(reading.chain, "tron");
  EXPECT_TRUE(reading.unknown.has(Unknown::kNextPage));
  const auto transaction = [](const std::string& type, const std::string& value, const std::string& result) {
    return R"({"txID":"$HASH","blockNumber":7,"block_timestamp":1270917100000,"ret":[{"contractRet":")" + result +
           R"(","fee":3}],"raw_data":{"contract":[{"type":")" + type +
           R"(","parameter":{"value":{"owner_address":"$1",)" + value + "}}}]}}\n";
  };
  const Reading all = answer(transaction("TransferContract", R"("to_address":"$2","amount":9)", "SUCCESS") +
                             transaction("TransferContract", R"("to_address":"$2","amount":9)", "REVERT") +
                             transaction("FreezeBalanceV2Contract", R"("frozen_balance":9)", "SUCCESS") +
                             transaction("TransferAssetContract", R"("to_address":"$2","amount":9)", "SUCCESS"));
  EXPECT_EQ(told(all), (Told{"fee FROM> 3", "native FROM>TO 9", "fee FROM> 3", "fee FROM> 3"}));
  EXPECT_EQ(all.refused(), 1u);
  EXPECT_EQ(all.notes.size(), 1u);
  EXPECT_FALSE(all.unknown.has(Unknown::kBlock));
  const std::string inner =
      R"({"internal_tx_id":"i","tx_id":"$HASH","block_timestamp":1270917100000,"from_address":"$1",
      "to_address":"$2","data":{"rejected":false,"call_value":{"_":4}}})";
  const Reading twice = answer("{\"data\":[" + inner + "," + inner + "]}");
  EXPECT_EQ(told(twice), Told{"internal FROM>TO 4"});
  EXPECT_TRUE(twice.unknown.has(Unknown::kBlock));
}

TEST(Bitquery, WholeUnitsByTheirDecimals) {
  const std::string row = R"([{"Block_Number":7,"Block_Time":1270917100,"Transaction_Hash":"$TX","Transaction_Index":1,
      "Fee_SenderFee":"0.000000000000000003","TransactionStatus_Success":"true","Transfer_Amount":"1.5",
      "Transfer_Currency_Decimals":18,"Transfer_Currency_Native":"true","Transfer_Currency_Symbol":"BNB",
      "Transfer_Sender":"$FROM","Transfer_Receiver":"$TO","Transfer_Type":"transaction"}])";
  const Reading reading = answer(row);
  EXPECT_EQ(reading.format, "bitquery");
  EXPECT_EQ(reading.chain, "bsc");
  EXPECT_EQ(told(reading), (Told{"fee FROM> 3", "native FROM>TO 1500000000000000000"}));
  std::string fine = row;
  fine.replace(fine.find("\"1.5\""), 5, "\"1.5000000000000000001\"");
  EXPECT_EQ(answer(fine).refused(), 1u);
}

TEST(Blockchair, CallsOfDumpsAndDashboards) {
  const Reading dump = tests::read_table_text(
      with_names("block_id\ttransaction_hash\tindex\ttime\tsender\trecipient\tchild_call_count\tvalue\ttransferred\n"
                 "7\t$HASH\t0\t2010-04-10 16:31:40\taaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\t$TO\t1\t5\t1\n"
                 "7\t$HASH\t0.2\t2010-04-10 16:31:40\t$FROM\t$TO\t1\t6\t1\n"
                 "7\t$HASH\t0.3\t2010-04-10 16:31:40\t$FROM\t$TO\t1\t6\t0\n"));
  EXPECT_EQ(told(dump), (Told{"native FROM>TO 5", "internal FROM>TO 6"}));
  EXPECT_EQ(dump.movements.at(1).path, std::vector<uint32_t>{2});
  const Reading rounded = answer(
      R"({"data":{"$FROM":{"calls":[{"block_id":7,"transaction_hash":"$TX","index":"0","time":"2010-04-10 16:31:40",
      "sender":"$FROM","recipient":"$TO","value":4.0134676885840467e+23,"transferred":true}]}}})");
  EXPECT_EQ(rounded.format, "blockchair");
  EXPECT_EQ(rounded.refused(), 1u);
}

TEST(TronscanApi, TokensAndTheCoin) {
  const Reading reading = answer(
      R"({"total":1,"token_transfers":[{"transaction_id":"$HASH","block_ts":1270917100000,"from_address":"$1",
      "to_address":"$2","block":7,"contract_address":"$3","quant":"5","event_type":"Transfer","contractRet":"SUCCESS",
      "confirmed":true,"revert":false}]}{"data":[{"hash":"$HASH","block_timestamp":1270917100000,"block":7,"from":"$1",
      "to":"$2","amount":"4","contract_ret":"SUCCESS","contract_type":"TransferContract","confirmed":1,"revert":0}]})");
  EXPECT_EQ(reading.format, "tronscan");
  EXPECT_EQ(told(reading), (Told{"token FROM>TO 5 TOKEN", "native FROM>TO 4"}));
}
}  // namespace
}  // namespace jindo::exports
