// Readers of tables on small inputs: variants of headers, what moves and what does not, what is refused and why.
#include <gtest/gtest.h>

#include "base/file.h"
#include "exports/account_rows.h"
#include "exports/format.h"
#include "exports/row_cells.h"
#include "exports/summary.h"
#include "support/temporary_folder.h"

namespace jindo::exports {
namespace {
const char* const kHash = "0x34c139e2d514360e59d4d2994906533e8c63e244f318377f5fe1532cc67b268f";
const char* const kA = "0x1111111111111111111111111111111111111111";
const char* const kB = "0x2222222222222222222222222222222222222222";
const char* const kToken = "0xae7ab96520de3a18e5e111b5eaab095312d7fe84";

Reading read_text(const std::string& text, const ReadOptions& options = {}, const std::string& name = "t.csv") {
  static const tests::TemporaryFolder folder;
  EXPECT_TRUE(base::make_folders(folder.path()).ok());
  const std::string path = folder / name;
  EXPECT_TRUE(base::replace_file(path, text).ok());
  auto reading = read_export(path, options);
  EXPECT_TRUE(reading.ok()) << reading.error().message;
  return reading.ok() ? *reading : Reading();
}
// "fee A>: 1 (coin)" a line: what was read.
std::string told(const Reading& reading) {
  std::string out;
  for (const size_t i : ledger_order(reading)) {
    const Movement& m = reading.movements[i];
    const char* const parts[] = {"block", "fee", "value", "internal", "token"};
    const auto name = [](const std::string& address) {
      return address == kA ? "A" : address == kB ? "B" : address.empty() ? "-" : address;
    };
    out += std::string(parts[static_cast<int>(m.part)]) + " " + name(m.from) + ">" + name(m.to) + " " +
           (m.decimal.empty() ? base::to_decimal(m.amount) : m.decimal + "?") +
           (m.asset.empty()     ? ""
            : m.asset == kToken ? " T"
                                : " " + m.asset) +
           "\n";
  }
  return out;
}
std::string row(std::initializer_list<std::string> cells) {
  std::string out;
  for (const std::string& cell : cells) out += cell + ",";
  out.back() = '\n';
  return out;
}
std::string why(const Reading& reading) { return reading.refusals.empty() ? "" : reading.refusals.front().why; }
}  // namespace

TEST(ExportBytes, MoreThanMemoryTakesIsAnErrorThatSaysWhatToDo) {
  EXPECT_TRUE(check_export_bytes("f", 25, false, 100).ok());
  const base::Status more = check_export_bytes("f", 26, false, 100);
  ASSERT_FALSE(more.ok());
  EXPECT_NE(more.error().message.find("--memory"), std::string::npos);
  EXPECT_FALSE(check_export_bytes("f", 7, true, 100).ok());
}

TEST(FormatChains, AnEvmExplorersFileIsNoTronFile) {
  ReadOptions options;
  options.chain = "tron";
  const std::string text =
      std::string("\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"From\",\"To\",\"ContractAddress\",") +
      "\"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"TxnFee(ETH)\",\"Status\"\n\"" + kHash + "\",\"1\",\"1700000000\",\"" +
      kA + "\",\"" + kB + "\",\"\",\"0\",\"1\",\"0.1\",\"\"\n";
  const Reading on_tron = read_text(text, options);
  EXPECT_TRUE(on_tron.file_refused);
  EXPECT_TRUE(on_tron.movements.empty());
  options.chain = "ethereum";
  EXPECT_EQ(read_text(text, options).movements.size(), 2u);
}

TEST(EtherscanTables, TransactionsOfEveryHeader) {
  // Columns in another order, no Status, MATIC; and a sister that says BNB.
  const std::string text =
      "Blockno,Txhash,To,From,TxnFee(USD),TxnFee(MATIC),Value_OUT(MATIC),Value_IN(MATIC),UnixTimestamp\n" +
      row({"7", kHash, kB, kA, "9", "0.001", "\"1234.5\"", "0", "1700000000"});
  const Reading reading = read_text(text);
  EXPECT_EQ(reading.format, "etherscan-txs");
  EXPECT_EQ(reading.chain, "polygon");
  EXPECT_TRUE(reading.unknown.has(Unknown::kStatus));
  EXPECT_EQ(told(reading), "fee A>- 1000000000000000\nvalue A>B 1234500000000000000000\n");
  EXPECT_EQ(reading.holder, "") << "one row: either may be whose history it is";

  ReadOptions options;
  options.chain = "ethereum";
  const Reading other = read_text(text, options);
  EXPECT_TRUE(other.file_refused);
  EXPECT_NE(why(other).find("--chain says ethereum"), std::string::npos);
  EXPECT_EQ(other.refused(), 1U);
}

TEST(EtherscanTables, FailuresCreationsAndTornRows) {
  const std::string header =
      "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"From\",\"To\",\"ContractAddress\",\"Value_IN(ETH)\","
      "\"Value_OUT(ETH)\",\"TxnFee(ETH)\",\"Status\",\"ErrCode\"\n";
  const Reading reading =
      read_text(header + row({kHash, "9", "1700000000", kA, kB, "", "0", "4", "0.1", "Error(0)", "Reverted"}) +
                row({kHash, "8", "1700000000", kA, "", kB, "0", "2", "0.1", "", ""}) +
                row({kHash, "7", "1700000000", kA, kB, "", "0", "1", "0.1", "maybe", ""}) +
                row({kHash, "7", "1700000000", kA, kB, "", "0", "0.0000000000000000001", "0", "", ""}) +
                row({kHash, "6", "1700000000", kA}));
  EXPECT_EQ(told(reading), "fee A>- 100000000000000000\nvalue A>B 2000000000000000000\nfee A>- 100000000000000000\n");
  EXPECT_EQ(reading.refused(), 3U);
  EXPECT_EQ(reading.rows, 5U);
  EXPECT_NE(why(reading).find("status 'maybe'"), std::string::npos);
  EXPECT_EQ(reading.refusals[0].row, 4U);
}

TEST(EtherscanTables, ABlockchainsBeginningIsAMint) {
  const Reading reading = read_text("Txhash,Blockno,UnixTimestamp,From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH)\n" +
                                    row({"GENESIS_1111", "0", "1438269973", "GENESIS", kB, "5", "0", "0"}));
  EXPECT_EQ(told(reading), "block ->B 5000000000000000000\n");
}

TEST(EtherscanTables, TokensKeepTheirWholeUnits) {
  const Reading reading =
      read_text("Txhash,UnixTimestamp,DateTime,From,To,Value,ContractAddress,TokenName,TokenSymbol\n" +
                row({kHash, "1700000000", "", kA, kB, "\"3,360.5\"", kToken, "Tok\"en", "X"}));
  EXPECT_EQ(reading.format, "etherscan-erc20");
  EXPECT_EQ(told(reading), "token A>B 3360.5? T\n");
  EXPECT_TRUE(reading.unknown.has(Unknown::kBlock));
  EXPECT_TRUE(reading.unknown.has(Unknown::kDecimals));
}

TEST(EtherscanTables, ATokenPageNeedsItsContract) {
  const std::string text = "Txhash,Blockno,UnixTimestamp,DateTime (UTC),From,To,Quantity,Method\n" +
                           row({kHash, "1", "1700000000", "", kA, kB, "2.5", "Transfer"});
  const Reading without = read_text(text);
  EXPECT_TRUE(without.file_refused);
  EXPECT_TRUE(without.unknown.has(Unknown::kContract));
  EXPECT_EQ(told(read_text(text, {}, std::string("export-token-") + kToken + " (1).csv")), "token A>B 2.5? T\n");
  ReadOptions options;
  options.contract = kToken;
  EXPECT_EQ(told(read_text(text, options)), "token A>B 2.5? T\n");
}

TEST(EtherscanTables, NftsAreAssetsOfTheirOwn) {
  const Reading reading =
      read_text("Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,TokenId,TokenName,TokenSymbol\n" +
                row({kHash, "1", "1700000000", "", kA, kB, kToken, "0042", "n", "s"}));
  EXPECT_EQ(reading.format, "etherscan-nft");
  EXPECT_EQ(told(reading), std::string("token A>B 1 ") + kToken + ":42\n");
}

TEST(BlockscoutTables, IndexColumnsThatWereSwapped) {
  const std::string cells = row({kHash, "3", "5", "0xaa", "7", "87", "2025-02-21 14:16:11.000000Z", kA, kB, "", "call",
                                 "call", "1", "1", "12", "0x", "0x", "", ""});
  const Reading reading = read_text(
      "TxHash,Index,BlockNumber,BlockHash,TxIndex,BlockIndex,UnixTimestamp,FromAddress,ToAddress,ContractAddress,Type,"
      "CallType,Gas,GasUsed,Value,Input,Output,ErrCode,Fee\n" +
      cells);
  ASSERT_EQ(reading.movements.size(), 1U);
  EXPECT_EQ(reading.movements[0].index, 87U);
  EXPECT_EQ(reading.movements[0].path, std::vector<uint32_t>{3});
}

TEST(BlockscoutTables, LogsAreTokens) {
  const std::string a_topic = std::string("0x000000000000000000000000") + (kA + 2);
  const std::string b_topic = std::string("0x000000000000000000000000") + (kB + 2);
  const std::string topic(kTransferTopic), amount = "0x" + std::string(63, '0') + "9";
  const Reading reading = read_text(
      "TxHash,Index,BlockNumber,BlockHash,ContractAddress,Data,FirstTopic,SecondTopic,ThirdTopic,FourthTopic\n" +
      row({kHash, "4", "5", "0xaa", kToken, amount, topic, a_topic, b_topic, ""}) +
      row({kHash, "5", "5", "0xaa", kToken, "0x", topic, a_topic, b_topic, amount}) +
      row({kHash, "6", "5", "0xaa", kToken, "0x", topic, a_topic, "", ""}) +
      row({kHash, "7", "5", "0xaa", kToken, "0x", kHash, "", "", ""}));
  EXPECT_EQ(told(reading), "token A>B 9 T\ntoken A>B 1 " + std::string(kToken) + ":9\n");
  EXPECT_EQ(reading.refused(), 1U) << "a Transfer without a value is named, another event is not";
}

TEST(TronscanTables, OklinkInChinese) {
  const Reading reading =
      read_text("交易哈希,区块高度,本地时间(UTC+8),UTC时间,发送方,接收方,数量,代币符号,代币地址,logIndex\n" +
                row({kHash, "57700080", "2025/08/15 23:53:00", "2025/08/15 15:53:00", kA, kB, "0.543696", "FIST",
                     kToken, "590"}));
  EXPECT_EQ(reading.format, "tronscan");
  EXPECT_EQ(told(reading), "token A>B 0.543696? T\n");
  EXPECT_EQ(reading.movements[0].time, 1755273180) << "the column in UTC";
  EXPECT_EQ(reading.movements[0].log, 590U);
}

TEST(WarehouseTables, WhatFailedTakesItsCallsAlong) {
  const Reading reading = read_text(
      "transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address,error,status,"
      "block_timestamp,block_number\n" +
      row({kHash, "1", kA, kB, "5", "call", "call", "\"0,0\"", "", "1", "2025-02-21 14:16:11 UTC", "9"}) +
      row({kHash, "1", kA, kB, "7", "call", "call", "1", "", "1", "2025-02-21 14:16:11 UTC", "9"}) +
      row({kHash, "1", kA, kB, "8", "call", "delegatecall", "2", "", "1", "2025-02-21 14:16:11 UTC", "9"}) +
      row({kHash, "1", kA, kB, "6", "call", "call", "0", "Reverted", "0", "2025-02-21 14:16:11 UTC", "9"}) +
      row({"", "", "", kB, "2000000000000000000", "reward", "", "", "", "1", "2025-02-21 14:16:11 UTC", "9"}));
  EXPECT_EQ(reading.format, "bigquery");
  EXPECT_EQ(told(reading), "internal A>B 7\nblock ->B 2000000000000000000\n");
}

TEST(WarehouseTables, AnEmptyReceiverIsNoBurn) {
  const Reading reading = read_text(
      "transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address,error,status,"
      "block_timestamp,block_number\n" +
      row({kHash, "1", kA, "", "5", "create", "", "0", "", "1", "2025-02-21 14:16:11 UTC", "9"}));
  EXPECT_EQ(told(reading), "");
  EXPECT_EQ(why(reading), "value without a receiver");
}

TEST(WarehouseTables, FeesWithBlobs) {
  const Reading reading = read_text(
      "hash,transaction_index,from_address,to_address,value,gas_price,receipt_gas_used,receipt_effective_gas_price,"
      "receipt_status,receipt_blob_gas_used,receipt_blob_gas_price,block_timestamp,block_number\n" +
      row({kHash, "1", kA, kB, "5", "1", "21000", "10", "0", "131072", "2", "2025-02-21 14:16:11 UTC", "9"}));
  EXPECT_EQ(told(reading), "fee A>- 472144\n") << "the status is 0: the fee is all";
}

TEST(DuneTables, RawTracesWithoutASender) {
  const Reading reading = read_text(
      "block_time,block_number,value,success,tx_index,error,tx_success,tx_hash,from,to,trace_address,type,address,"
      "call_type,refund_address,blockchain\n" +
      row({"2025-02-21 14:16:11.000 UTC", "9", "5", "true", "1", "", "true", kHash, "", "", "[0]", "suicide", kA, "",
           kB, "ethereum"}) +
      row({"2025-02-21 14:16:11.000 UTC", "9", "5", "true", "1", "", "false", kHash, kA, kB, "[1]", "call", "", "call",
           "", "ethereum"}) +
      row({"2025-02-21 14:16:11.000 UTC", "9", "5", "true", "1", "", "true", kHash, kA, kB, "[2]", "call", "", "call",
           "", "base"}));
  EXPECT_EQ(reading.chain, "ethereum");
  EXPECT_EQ(reading.movements.size(), 1U);
  EXPECT_EQ(reading.refused(), 1U);
  EXPECT_NE(why(reading).find("a row of base"), std::string::npos);
}

TEST(AnalystTables, RoundedDoublesAreRefused) {
  const std::string header =
      "transactionHash,fromAddress,toAddress,tokenAddress,type,blockTimestamp,blockNumber,tokenDecimals,unitValue,chain\n";
  const Reading reading =
      read_text(header + row({kHash, kA, kB, "", "external", "2025-02-21T14:16:11Z", "9", "18", "1.5", "bsc"}) +
                row({kHash, kA, kB, kToken, "token", "2025-02-21T14:16:11Z", "9", "18", "30375.547917685258", "bsc"}));
  EXPECT_EQ(told(reading), "value A>B 1500000000000000000\n");
  EXPECT_EQ(why(reading), "unitValue of 17 digits is a rounded double: 30375.547917685258");
}

TEST(AccountRows, Paths) {
  const std::vector<uint32_t> path = {0, 12};
  for (const char* text : {"0,12", "[0,12]", "[0, 12]", "0_12", "{0,12}", "0 12", "0.12"})
    EXPECT_EQ(read_path(text), path);
  EXPECT_EQ(read_path("[]"), std::vector<uint32_t>());
  EXPECT_FALSE(read_path("0,-1"));
  EXPECT_FALSE(read_path("4294967295"));
  EXPECT_FALSE(read_path(std::string(5000, '1')));
}

TEST(AccountRows, IdentifiersInOneForm) {
  EXPECT_EQ(canonical_hash(Style::kEvm, std::string(kHash).substr(2)), kHash);
  EXPECT_FALSE(canonical_hash(Style::kEvm, "0x12"));
  EXPECT_EQ(canonical_address(Style::kEvm, "ronin:1111111111111111111111111111111111111111"), kA);
  EXPECT_EQ(canonical_address(Style::kTron, "41a614f803b6fd780986a42c78ec9c7f77e6ded13c"),
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
  EXPECT_FALSE(canonical_address(Style::kTron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u")) << "a wrong checksum";
}

TEST(ForeignFormats, EveryOneHasATitleAndOneReader) {
  for (const char* name : foreign_format_names()) {
    if (is_format_family(name)) continue;
    const Format* format = find_foreign_format(std::string_view(name));
    ASSERT_NE(format, nullptr) << name;
    EXPECT_NE(format->read_table == nullptr, format->read_json == nullptr) << name;
    EXPECT_GT(std::string(format->title).size(), 3U) << name;
  }
}
}  // namespace jindo::exports
