// Histories of wallets and of accounts at exchanges: records and watched transactions, never movements.
#include <gtest/gtest.h>

#include "support/export_text.h"

namespace jindo::exports {
namespace {
using Kind = ExchangeRecord::Kind;
const std::string kWatched(64, 'd');

TEST(WalletHistory, ElectrumNamesTransactionsToWatch) {
  const Reading reading = tests::read_table_text(
      "oc_transaction_hash,ln_payment_hash,label,confirmations,amount_chain_bc,amount_lightning_bc,fiat_value,"
      "network_fee_satoshi,fiat_fee,timestamp\n" +
      kWatched + ",,,3,0.1,0.,,0,,2024-05-01 10:00:00\n" + kWatched +
      ",,,0,0.1,0.,,0,,\n,abc,,,,0.1,,,,2024-05-01 10:00:00\n");
  EXPECT_EQ(reading.format, "electrum");
  ASSERT_EQ(reading.watched.size(), 1u);
  EXPECT_EQ(reading.watched[0].transaction, kWatched);
  EXPECT_EQ(reading.refused(), 1u);
  EXPECT_EQ(reading.notes.size(), 1u) << "the Lightning payment is told";
  EXPECT_TRUE(reading.unknown.has(Unknown::kTimeZone));
  const Reading old = tests::read_table_text("transaction_hash,label,confirmations,value,timestamp\n" + kWatched +
                                             ",x,9,0.1,2017-05-01 10:00\n");
  EXPECT_EQ(old.format, "electrum");
  EXPECT_EQ(old.watched.size(), 1u);
}

TEST(WalletHistory, SparrowSaysItsZoneOrNot) {
  const std::string row =
      "2026-01-02 03:04:05,,0.1,0.1,," + kWatched + "\nUnconfirmed,,0.1,0.2,," + kWatched + "\n\n# a remark\n";
  const Reading utc = tests::read_table_text("Date (UTC),Label,Value (BTC),Balance (BTC),Fee (BTC),Txid\n" + row);
  EXPECT_EQ(utc.format, "sparrow");
  ASSERT_EQ(utc.watched.size(), 1u);
  EXPECT_EQ(utc.watched[0].time, 1767323045);
  EXPECT_EQ(utc.refused(), 1u);
  EXPECT_FALSE(utc.unknown.has(Unknown::kTimeZone));
  const Reading local = tests::read_table_text("Date,Label,Value,Balance,Fee,Txid\n" + row);
  EXPECT_EQ(local.format, "sparrow");
  EXPECT_TRUE(local.unknown.has(Unknown::kTimeZone));
}

struct Row {
  Kind kind;
  std::string asset, amount;
};
void expect_records(const Reading& reading, const std::vector<Row>& rows) {
  EXPECT_EQ(reading.format, "exchange");
  EXPECT_TRUE(reading.movements.empty());
  ASSERT_EQ(reading.records.size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(reading.records[i].kind, rows[i].kind) << i;
    EXPECT_EQ(reading.records[i].asset, rows[i].asset) << i;
    EXPECT_EQ(reading.records[i].amount, rows[i].amount) << i;
    EXPECT_TRUE(reading.records[i].time.has_value()) << i;
  }
}

TEST(ExchangeTables, EachExchangesForm) {
  expect_records(
      tests::read_table_text("\"User_ID\",\"UTC_Time\",\"Account\",\"Operation\",\"Coin\",\"Change\",\"Remark\"\n"
                             "1,2017-12-04 19:13:15,Spot,Deposit,ETH,4.3E-5,\n"
                             "1,2017-12-04 19:13:15,Spot,Withdraw,ETH,-1.50,\n"
                             "1,2017-12-04 19:13:15,Spot,Fee,ETH,-1,\n"),
      {{Kind::kDeposit, "ETH", "0.000043"}, {Kind::kWithdrawal, "ETH", "1.5"}, {Kind::kOther, "ETH", "1"}});
  expect_records(tests::read_table_text("Time,Coin,Network,Amount,Fee,Address,TXID,Status\n23-09-20 "
                                        "22:25:57,HNT,SOL,12.013,0.11,addr,tx,Completed\n"),
                 {{Kind::kWithdrawal, "HNT", "12.013"}});
  expect_records(tests::read_table_text("Time,Coin,Network,Amount,Address,TXID,Status\n23-05-06 "
                                        "23:05:55,USDT,MATIC,125.5,addr,tx,Completed\n"),
                 {{Kind::kDeposit, "USDT", "125.5"}});
  expect_records(tests::read_table_text(
                     "Date(UTC),Coin,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status\n"
                     "2021-01-02 03:04:05,BTC,1,0.0005,a,t,,,Completed\n2021-01-02 03:04:05,BTC,1,0,a,t,,,Completed\n"),
                 {{Kind::kWithdrawal, "BTC", "1"}, {Kind::kDeposit, "BTC", "1"}});
  expect_records(tests::read_table_text("txid,refid,time,type,subtype,aclass,asset,amount,fee,balance\n"
                                        "L1,R1,2024-01-05 12:00:00,withdrawal,,currency,XXBT,-0.4,0.0005,0\n"),
                 {{Kind::kWithdrawal, "BTC", "0.4"}});
  expect_records(tests::read_table_text("UID: 1,Company Name: ,Country: \n"
                                        "Uid,Date & Time(UTC),Coin,QTY,Type,Account Balance,Description\n"
                                        "1,2026-03-01 10:00:40,USDC,500.0,Deposit,500.0,Deposit\n"),
                 {{Kind::kDeposit, "USDC", "500"}});
  expect_records(
      tests::read_table_text(
          "取引日時,通貨,取引種別,取引価格,通貨1,通貨1数量,手数料,通貨1の対円レート,通貨2,通貨2数量,備考\n"
          "2026/2/1 08:00:00,BTC,外部送付,0,BTC,-0.2,0,0,,,\n2026/2/1 08:00:00,BTC/JPY,買い,1,BTC,0.2,0,0,,,\n"),
      {{Kind::kWithdrawal, "BTC", "0.2"}, {Kind::kOther, "BTC", "0.2"}});
  expect_records(
      tests::read_table_text("id,time,operation,amount,trading_currency,price,original_currency,fee,comment\n"
                             "1,2026-01-01 00:00:00 +0900,Received,0.5,BTC,,,,x\n"),
      {{Kind::kDeposit, "BTC", "0.5"}});
}

TEST(ExchangeTables, WhatIsPendingOrNotAsWritten) {
  const Reading kraken = tests::read_table_text(
      "\"txid\",\"refid\",\"time\",\"type\",\"subtype\",\"aclass\",\"asset\",\"wallet\",\"amount\",\"fee\",\"balance\"\n"
      "\"\",\"R\",\"2024-02-01 09:00:00\",\"deposit\",\"\",\"currency\",\"XXBT\",\"spot\",0.5,0,\"\"\n"
      "\"L\",\"R\",\"2024-02-01 09:10:00\",\"deposit\",\"\",\"currency\",\"ZEUR\",\"spot\",many,0,\"\"\n");
  EXPECT_EQ(kraken.refused(), 2u);
  EXPECT_TRUE(kraken.records.empty());
}

TEST(ExchangeTables, CoinbaseSinceAndBeforeAddressColumns) {
  const Reading now = tests::read_table_text(
      "\nTransactions\nUser,x,y\nID,Timestamp,Transaction Type,Asset,Quantity Transacted,Notes,Sender Address,Recipient "
      "Address\n1,2025-06-15 12:00:00 UTC,Send,BTC,-0.1,Sent,,bc1qexampleexampleexampleexample\n");
  expect_records(now, {{Kind::kWithdrawal, "BTC", "0.1"}});
  EXPECT_EQ(now.records[0].address, "bc1qexampleexampleexampleexample");
  EXPECT_EQ(now.unknown, UnknownSet{Unknown::kTxid});
  const Reading before = tests::read_table_text(
      "Timestamp,Transaction Type,Asset,Quantity Transacted,USD Spot Price at Transaction,Notes\n"
      "2021-06-15T12:00:00Z,Send,BTC,0.1,1,Sent 0.1 BTC to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa\n");
  expect_records(before, {{Kind::kWithdrawal, "BTC", "0.1"}});
  EXPECT_EQ(before.records[0].address, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
}

TEST(ExchangeApis, RecordsOfEachAnswer) {
  const std::string hash = "0x" + std::string(64, '7');
  const Reading reading = tests::read_json_text(
      R"([{"coin":"ETH","amount":"0.07","network":"ETH","status":1,"address":"0xa","txId":")" + hash +
      R"(","insertTime":1703316993000},{"coin":"ETH","amount":"1","transactionFee":"0.1","network":"ETH","status":4,
      "address":"0xb","txId":"Internal transfer 12345678901234567890","applyTime":"2023-10-14 13:03:43"}])");
  expect_records(reading, {{Kind::kDeposit, "ETH", "0.07"}, {Kind::kWithdrawal, "ETH", "1"}});
  EXPECT_EQ(reading.records[0].transaction, hash);
  EXPECT_TRUE(reading.records[0].done);
  EXPECT_EQ(reading.records[1].transaction, "");
  EXPECT_EQ(reading.records[1].fee, "0.1");
  EXPECT_FALSE(reading.records[1].done);
  expect_records(
      tests::read_json_text(R"({"code":"0","data":[{"wdId":"1","ccy":"USDT","amt":"5","fee":"1","chain":"USDT-TRC20",
      "to":"T","txId":"x","ts":"1703316993000","state":"2"}]})"),
      {{Kind::kWithdrawal, "USDT", "5"}});
}
}  // namespace
}  // namespace jindo::exports
