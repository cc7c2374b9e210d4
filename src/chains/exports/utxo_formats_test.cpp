// UTXO formats: one story in each form, and what each must not believe.
#include <gtest/gtest.h>

#include "exports/utxo_reading.h"
#include "support/export_text.h"

namespace jindo::exports {
namespace {
const std::string kA(64, 'a'), kB(64, 'b'), kHash(64, 'c');
const char* kScript = "76a914b5cd7aaed869cd5ccb45868e8666e7e934a2373688ac";
const char* kOwner = "1HaHTfmvoUW6i6nhJf8jJs6tU4cHNmBQHQ";

// $A, $B, $H, $S, $O stand for the identifiers, the script and its owner.
std::string filled(std::string text) {
  const std::pair<std::string, std::string> names[] = {
      {"$A", kA}, {"$B", kB}, {"$H", kHash}, {"$S", kScript}, {"$O", kOwner}};
  for (const auto& [name, value] : names)
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
      text.replace(at, name.size(), value);
  return text;
}
Reading read_filled(const std::string& text, const ReadOptions& options = {}) {
  return tests::read_json_text(filled(text), options);
}
std::string refusal(const Reading& reading) { return reading.refusals.empty() ? "" : reading.refusals.front().why; }

// Transaction $A of block 7 spends $B:1 (1000 satoshi of $O) and pays 900 to $O.
void expect_story(const Reading& reading, const std::string& format) {
  SCOPED_TRACE(format);
  EXPECT_EQ(reading.format, format);
  ASSERT_EQ(reading.transactions.size(), 1u) << refusal(reading);
  const Transaction& transaction = reading.transactions[0];
  EXPECT_EQ(txid_text(transaction.id), kA);
  EXPECT_EQ(transaction.height, 7u);
  EXPECT_EQ(transaction.time, 1270917100);
  ASSERT_EQ(transaction.inputs.size(), 1u);
  EXPECT_TRUE(transaction.inputs[0].external);
  EXPECT_EQ(txid_text(transaction.inputs[0].previous), kB);
  EXPECT_EQ(transaction.inputs[0].output_index, 1u);
  EXPECT_EQ(transaction.inputs[0].value, 1000u);
  ASSERT_EQ(transaction.outputs.size(), 1u);
  EXPECT_EQ(transaction.outputs[0].value, 900u);
  const auto network = chain::find_network("bitcoin");
  EXPECT_EQ(chain::format_address(**network, transaction.outputs[0].key), kOwner);
  EXPECT_EQ(chain::format_address(**network, transaction.inputs[0].key), kOwner);
  EXPECT_EQ(reading.refused(), 0u);
}

const char* kEsplora =
    R"({"txid":"$A","vin":[{"txid":"$B","vout":1,"prevout":{"scriptpubkey":"$S","scriptpubkey_address":"$O",
    "value":1000},"is_coinbase":false}],"vout":[{"scriptpubkey":"$S","scriptpubkey_address":"$O","value":900}],
    "fee":100,"status":{"confirmed":true,"block_height":7,"block_hash":"$H","block_time":1270917100}})";
const char* kCore =
    R"({"txid":"$A","vin":[{"txid":"$B","vout":1,"prevout":{"height":6,"value":0.00001000,"scriptPubKey":{"hex":"$S"}}}],
    "vout":[{"value":9.00e-6,"n":0,"scriptPubKey":{"hex":"$S","address":"$O"}}])";

TEST(UtxoFormats, OneStoryInEveryForm) {
  expect_story(read_filled(kEsplora), "esplora");
  expect_story(read_filled("[" + std::string(kEsplora) + "]"), "esplora");
  expect_story(read_filled(std::string("{\"hash\":\"$H\",\"height\":7,\"time\":1270917100,\"tx\":[") + kCore + "}]}"),
               "bitcoin-cli");
  expect_story(read_filled(std::string("[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":") + kCore +
                           R"(,"blockhash":"$H","height":7,"blocktime":1270917100,"confirmations":3}}])"),
               "bitcoin-cli");
  expect_story(
      read_filled(R"({"address":"$O","n_tx":1,"txs":[{"hash":"$A","block_height":7,"time":1270917100,"vin_sz":1,
      "vout_sz":1,"inputs":[{"prev_out":{"hash":"$B","n":1,"value":1000,"addr":"$O","script":"$S"}}],
      "out":[{"n":0,"value":900,"addr":"$O","script":"$S"}]}]})"),
      "blockchain-info");
  expect_story(read_filled(R"({"hash":"$A","block_height":7,"block_index":4,"confirmed":"2010-04-10T16:31:40Z",
      "confirmations":9,"inputs":[{"prev_hash":"$B","output_index":1,"output_value":1000,"addresses":["$O"]}],
      "outputs":[{"value":900,"script":"$S","addresses":["$O"]}]})"),
               "blockcypher");
  expect_story(read_filled(R"({"data":{"$A":{"transaction":{"block_id":7,"hash":"$A","time":"2010-04-10 16:31:40",
      "is_coinbase":false,"input_count":1,"output_count":1,"fee":100},"inputs":[{"transaction_hash":"$B","index":1,
      "value":1000,"recipient":"$O","script_hex":"$S","spending_transaction_hash":"$A"}],"outputs":[{"index":0,
      "value":900,"recipient":"$O","script_hex":"$S"}]}},"context":{"code":200}})"),
               "blockchair");
  expect_story(read_filled(R"({"hash":"$A","block_number":"7","block_timestamp":"2010-04-10 16:31:40 UTC",
      "is_coinbase":false,"inputs":[{"spent_transaction_hash":"$B","spent_output_index":"1","addresses":["$O"],
      "value":"1000"}],"outputs":[{"index":"0","script_hex":"$S","addresses":["$O"],"value":"900"}]})"),
               "bigquery");
}

TEST(UtxoFormats, WhatEachCannotTell) {
  EXPECT_EQ(read_filled(kEsplora).unknown, UnknownSet{Unknown::kOrder});
  EXPECT_EQ(read_filled(kEsplora).chain, "bitcoin");
  const Reading raw = read_filled(std::string(kCore) + R"(,"blockhash":"$H","time":1270917100,"confirmations":3})");
  EXPECT_EQ(raw.unknown, (UnknownSet{Unknown::kBlock, Unknown::kOrder}));
  const Reading block =
      read_filled(std::string("{\"hash\":\"$H\",\"height\":7,\"time\":1270917100,\"tx\":[") + kCore + "}]}");
  EXPECT_TRUE(block.unknown.empty());
  EXPECT_EQ(block.transactions.at(0).index, 0u);
}

TEST(UtxoFormats, WhatIsNotInTheChainIsRefused) {
  std::string text = kEsplora;
  text.replace(text.find("\"confirmed\":true"), 16, "\"confirmed\":false");
  EXPECT_EQ(refusal(read_filled(text)), "unconfirmed");
  const Reading stale = read_filled(
      std::string("{\"hash\":\"$H\",\"height\":7,\"confirmations\":-1,\"time\":1,\"tx\":[") + kCore + "}]}");
  EXPECT_NE(refusal(stale).find("best chain"), std::string::npos);
  EXPECT_NE(refusal(read_filled(std::string(kCore) + "}")).find("unconfirmed"), std::string::npos);
  const Reading error = read_filled(
      R"({"result":{"txid":"$A","vin":[],"vout":[{"scriptPubKey":{}}]},"error":null}{"result":null,
      "error":{"code":-5,"message":"No such mempool transaction"}})");
  EXPECT_EQ(error.refused(), 2u);
}

TEST(UtxoFormats, AmountsThatCannotBe) {
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = kEsplora;
    text.replace(text.find(from), from.size(), to);
    return refusal(read_filled(text));
  };
  EXPECT_NE(with("\"value\":900", "\"value\":1001").find("pays out more than it spends"), std::string::npos);
  EXPECT_NE(with("\"value\":900", "\"value\":2100000000000001").find("21 million"), std::string::npos);
  EXPECT_NE(with("\"value\":900", "\"value\":-1").find("amount"), std::string::npos);
  EXPECT_NE(with("\"value\":900", "\"value\":900.5").find("decimals"), std::string::npos);
  EXPECT_NE(with("\"vout\":1,", "\"vout\":4294967295,").find("32-bit"), std::string::npos);
  std::string core = std::string("{\"hash\":\"$H\",\"height\":7,\"time\":1270917100,\"tx\":[") + kCore + "}]}";
  core.replace(core.find("9.00e-6"), 7, "0.000009000000001");
  EXPECT_NE(refusal(read_filled(core)).find("decimals"), std::string::npos);
}

TEST(UtxoFormats, AFeeThatIsNotInputsLessOutputsIsNoted) {
  std::string text = kEsplora;
  text.replace(text.find("\"fee\":100"), 9, "\"fee\":101");
  const Reading reading = read_filled(text);
  ASSERT_EQ(reading.notes.size(), 1u);
  EXPECT_NE(reading.notes[0].find("states a fee of 101"), std::string::npos);
}

TEST(UtxoFormats, TwiceIsOnceAndADifferenceIsNamed) {
  const std::string one = kEsplora;
  const Reading same = read_filled(one + "\n" + one);
  EXPECT_EQ(same.transactions.size(), 1u);
  EXPECT_EQ(same.refused(), 0u);
  EXPECT_EQ(same.notes.size(), 1u);
  std::string other = one;
  other.replace(other.find("\"value\":900"), 11, "\"value\":901");
  const Reading differs = read_filled(one + other);
  EXPECT_EQ(differs.transactions.size(), 1u);
  EXPECT_NE(refusal(differs).find("first in row 1"), std::string::npos);
}

TEST(UtxoFormats, InputsWithoutPreviousOutputsNeedALedgerThatHoldsThem) {
  const std::string text =
      R"({"hash":"$H","height":7,"time":1270917100,"tx":[{"txid":"$A","vin":[{"txid":"$B","vout":1}],
      "vout":[{"value":0.000009,"n":0,"scriptPubKey":{"hex":"$S"}}]}]})";
  const Reading alone = read_filled(text);
  EXPECT_TRUE(alone.file_refused);
  EXPECT_TRUE(alone.unknown.has(Unknown::kInputs));
  ReadOptions options;
  options.ledger_holds_outputs = true;
  const Reading onto = read_filled(text, options);
  ASSERT_EQ(onto.transactions.size(), 1u);
  EXPECT_FALSE(onto.transactions[0].inputs[0].external);
  EXPECT_EQ(onto.refused(), 0u);
}

TEST(UtxoFormats, AnInputFindsItsOutputInTheSameFile) {
  const std::string text =
      R"({"hash":"$H","height":7,"time":1270917100,"tx":[{"txid":"$B","vin":[{"coinbase":"00"}],
      "vout":[{"value":1,"n":0,"scriptPubKey":{"hex":"$S"}}]},{"txid":"$A","vin":[{"txid":"$B","vout":0}],
      "vout":[{"value":VALUE,"n":0,"scriptPubKey":{"hex":"$S"}}]}]})";
  std::string good = text, bad = text;
  good.replace(good.find("VALUE"), 5, "0.5");
  bad.replace(bad.find("VALUE"), 5, "1.5");
  const Reading reading = read_filled(good);
  ASSERT_EQ(reading.transactions.size(), 2u);
  EXPECT_EQ(reading.transactions[1].inputs[0].value, 100'000'000u);
  EXPECT_TRUE(reading.unknown.empty());
  EXPECT_NE(refusal(read_filled(bad)).find("pays out more"), std::string::npos);
}

TEST(UtxoFormats, AnotherCoinInTheSameFormIsNotBitcoin) {
  std::string text = kEsplora;
  for (size_t at = text.find("$O"); at != std::string::npos; at = text.find("$O"))
    text.replace(at, 2, "ltc1qg42tkwuuxefutzxezdkdel39gfstuap288mfea");
  EXPECT_TRUE(read_filled(text).file_refused);
  ReadOptions testnet;
  testnet.chain = "bitcoin-testnet";
  EXPECT_TRUE(read_filled(kEsplora, testnet).file_refused);
  ReadOptions ethereum;
  ethereum.chain = "ethereum";
  EXPECT_TRUE(read_filled(kEsplora, ethereum).file_refused);
}

TEST(UtxoFormats, NumbersOfBlockchainInfoAreNamesWithinAFile) {
  const Reading reading = read_filled(R"({"txs":[{"hash":"$A","tx_index":2,"block_height":8,"time":1270917200,
      "inputs":[{"prev_out":{"tx_index":1,"n":0,"value":500,"addr":"$O"}}],"out":[{"n":0,"value":400,"addr":"$O"}]},
      {"hash":"$B","tx_index":1,"block_height":7,"time":1270917100,"inputs":[{"prev_out":{"tx_index":77,"n":3,
      "value":600,"addr":"$O"}}],"out":[{"n":0,"value":500,"addr":"$O"}]}]})");
  ASSERT_EQ(reading.transactions.size(), 2u) << refusal(reading);
  EXPECT_EQ(txid_text(reading.transactions[0].inputs[0].previous), kB);
  EXPECT_EQ(reading.transactions[1].inputs[0].previous, chain::TxId{});
  EXPECT_EQ(reading.notes.size(), 1u);
}

TEST(UtxoFormats, HalvesMoveNothing) {
  const Reading outputs = tests::read_table_text(
      filled("block_id\ttransaction_hash\tindex\ttime\tvalue\trecipient\tscript_hex\n7\t$A\t0\t2010-04-10 "
             "16:31:40\t5\t$O\t$S\n"));
  EXPECT_EQ(outputs.format, "blockchair");
  EXPECT_TRUE(outputs.file_refused);
  EXPECT_NE(refusal(outputs).find("outputs without inputs"), std::string::npos);
  const Reading refs = read_filled(
      R"({"address":"$O","txrefs":[{"tx_hash":"$A","block_height":7,"tx_input_n":-1,"tx_output_n":0,"value":5}]})");
  EXPECT_EQ(refs.format, "blockcypher");
  EXPECT_TRUE(refs.file_refused);
  const Reading parts = read_filled(R"([{"tx_hash":"$A","tx_time":1,"blockchain_id":0,"output_address":"$O"}])");
  EXPECT_EQ(parts.format, "bitquery");
  EXPECT_EQ(parts.chain, "bitcoin");
  EXPECT_TRUE(parts.file_refused);
}

TEST(UtxoFormats, APageOfATransactionIsNotTheTransaction) {
  const Reading cypher =
      read_filled(R"({"hash":"$A","block_height":7,"block_index":4,"confirmed":"2010-04-10T16:31:40Z",
      "confirmations":9,"vin_sz":40,"next_inputs":"https://…","inputs":[{"prev_hash":"$B","output_index":1,
      "output_value":1000,"addresses":["$O"]}],"outputs":[{"value":900,"script":"$S"}]})");
  EXPECT_TRUE(cypher.unknown.has(Unknown::kNextPage));
  EXPECT_EQ(cypher.refused(), 1u);
}
}  // namespace
}  // namespace jindo::exports
