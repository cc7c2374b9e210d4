// Reconciling: what several files tell is one, what one file tells twice is two, what contradicts is named, and the
// result is a function of the set.
#include "exports/reconcile.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/hex.h"
#include "base/random.h"

namespace jindo::exports {
namespace {
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
const chain::Network& bitcoin() { return **chain::find_network("bitcoin"); }

std::string address(int n) {
  char text[43];
  std::snprintf(text, sizeof text, "0x%040x", n + 0x1000);
  return text;
}
std::string hash(int n) {
  char text[67];
  std::snprintf(text, sizeof text, "0x%064x", n + 1);
  return text;
}
Movement token(int tx, int from, int to, uint64_t amount) {
  Movement out;
  out.part = Part::kToken;
  out.transaction = hash(tx);
  out.from = address(from);
  out.to = address(to);
  out.asset = address(99);
  out.amount = amount;
  out.block = 100 + static_cast<uint64_t>(tx);
  out.time = 1'700'000'000 + 12 * tx;
  return out;
}
Movement coin(int tx, int from, int to, uint64_t amount, Part part = Part::kNative) {
  Movement out = token(tx, from, to, amount);
  out.part = part;
  out.asset = "";
  return out;
}
Reading file(const std::string& name, std::vector<Movement> movements) {
  Reading out;
  out.file = name;
  out.format = "test";
  out.digest = base::sha256(base::as_bytes(name));
  out.rows = movements.size();
  for (size_t i = 0; i < movements.size(); ++i) movements[i].row = i + 2;
  out.movements = std::move(movements);
  return out;
}
Reconciled run(const std::vector<Reading>& readings) {
  auto out = reconcile(ethereum(), readings);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return std::move(*out);
}
size_t movements(const Reconciled& reconciled) {
  size_t out = 0;
  for (const chain::AccountBlock& block : reconciled.account) out += block.movements.size();
  return out;
}
std::string digest(const Reconciled& reconciled) {
  std::string out;
  for (const chain::AccountBlock& block : reconciled.account) out += base::to_hex(chain::block_digest(block));
  for (const chain::UtxoBlock& block : reconciled.utxo) out += base::to_hex(chain::block_digest(block));
  return out;
}

TEST(Reconcile, AcrossFilesARowIsOneAndInOneFileEqualRowsAreTwo) {
  const Movement row = token(1, 1, 2, 5);
  EXPECT_EQ(movements(run({file("a", {row}), file("b", {row})})), 1u);
  EXPECT_EQ(movements(run({file("a", {row, row}), file("b", {row})})), 2u);
  EXPECT_EQ(movements(run({file("a", {row, row}), file("b", {row, row})})), 2u);
  const Reconciled both = run({file("a", {row}), file("b", {row})});
  EXPECT_EQ(both.witnesses.size(), 2u) << "both rows attest it";
}

TEST(Reconcile, ALogIndexFillsWhatAnotherFileLeavesOpen) {
  Movement first = token(1, 1, 2, 5), second = token(1, 1, 2, 5), other = token(1, 3, 4, 7);
  first.log = 10;
  second.log = 4;
  other.log = 1;
  const Movement open = token(1, 1, 2, 5);
  const Reconciled out = run({file("open", {open, open}), file("logs", {first, second, other})});
  ASSERT_EQ(movements(out), 3u);
  EXPECT_EQ(out.account[0].movements[0].amount, base::Uint256(7)) << "by log";
  EXPECT_TRUE(out.contradictions.empty());
  // The same log twice in one file is one row twice.
  EXPECT_EQ(movements(run({file("logs", {first, first})})), 1u);
}

TEST(Reconcile, OwnValueAndInnerCallsOfOneContentAreOneAcrossFiles) {
  const Movement own = coin(1, 1, 2, 5), inner = coin(1, 1, 2, 5, Part::kInternal);
  for (const auto& order :
       {std::vector<Reading>{file("a", {own}), file("b", {inner, coin(1, 2, 3, 5, Part::kInternal)})},
        std::vector<Reading>{file("b", {own}), file("a", {inner, coin(1, 2, 3, 5, Part::kInternal)})}}) {
    const Reconciled out = run(order);
    ASSERT_EQ(movements(out), 2u);
    const auto first = chain::parse_address(ethereum(), address(1));
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(out.account[0].movements[0].from, *first) << "the transaction's own value runs first";
  }
}

TEST(Reconcile, ContradictionsNameBothRows) {
  Movement one = token(1, 1, 2, 5), other = token(1, 1, 2, 6);
  one.log = other.log = 3;
  const std::vector<Reading> readings = {file("a.csv", {one}), file("b.csv", {other})};
  const Reconciled out = run(readings);
  ASSERT_EQ(out.contradictions.size(), 1u);
  const std::string text = describe(readings, out.contradictions[0]);
  EXPECT_NE(text.find("a.csv:2 says "), std::string::npos) << text;
  EXPECT_NE(text.find("b.csv:2 says "), std::string::npos) << text;
  EXPECT_NE(text.find("log 3"), std::string::npos) << text;

  Movement elsewhere = token(1, 1, 2, 5);
  elsewhere.block = 999;
  EXPECT_EQ(run({file("a", {token(1, 1, 2, 5)}), file("b", {elsewhere})}).contradictions.size(), 1u);
  EXPECT_EQ(run({file("a", {coin(1, 1, 2, 5)}), file("b", {coin(1, 1, 2, 6)})}).contradictions.size(), 1u)
      << "a transaction has one value of its own";
}

TEST(Reconcile, PartsRunInOrderAndTheZeroAddressOfATokenIsNobody) {
  Movement mint = token(1, 1, 2, 9);
  mint.from = "0x0000000000000000000000000000000000000000";
  Movement inner_late = coin(1, 2, 3, 2, Part::kInternal), inner_early = coin(1, 2, 4, 3, Part::kInternal);
  inner_late.path = {{1}};
  inner_early.path = {{0, 5}};
  const Movement fee = coin(1, 1, 0, 1, Part::kFee);
  const Reconciled out = run({file("a", {mint, inner_late, inner_early, coin(1, 1, 2, 8), fee})});
  ASSERT_EQ(out.account.size(), 1u);
  const auto& list = out.account[0].movements;
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[0].kind, chain::MovementKind::kFee);
  EXPECT_TRUE(list[0].to.is_none());
  EXPECT_EQ(list[1].amount, base::Uint256(8));
  EXPECT_EQ(list[2].amount, base::Uint256(3));
  EXPECT_EQ(list[3].amount, base::Uint256(2));
  EXPECT_TRUE(list[4].from.is_none());
}

TEST(Reconcile, AFileFromTheNewestToTheOldestIsTurnedOver) {
  Movement a = token(1, 1, 2, 1), b = token(2, 1, 2, 2), c = token(3, 1, 2, 3), d = token(4, 1, 2, 4);
  for (Movement* m : {&b, &c}) m->block = 150;  // two of one block, no place told
  for (Movement* m : {&b, &c}) m->time = 1'700'000'600;
  d.block = 160;
  d.time = 1'700'000'700;
  const std::string forwards = digest(run({file("x", {a, b, c, d})}));
  EXPECT_EQ(digest(run({file("x", {d, c, b, a})})), forwards);
}

TEST(Reconcile, WithoutABlockTheTimeFindsItOrStandsForAllHeights) {
  Movement known = token(1, 1, 2, 1), timed = token(2, 1, 2, 2);
  timed.block.reset();
  timed.time = known.time;
  const Reconciled found = run({file("a", {known}), file("b", {timed})});
  EXPECT_FALSE(found.heights_are_times);
  ASSERT_EQ(found.account.size(), 1u);
  EXPECT_EQ(found.account[0].height, 101u);
  timed.time = *known.time + 1;
  const Reconciled times = run({file("a", {known}), file("b", {timed})});
  EXPECT_TRUE(times.heights_are_times);
  ASSERT_EQ(times.account.size(), 2u);
  EXPECT_EQ(times.account[0].height, 1'700'000'012u);
  EXPECT_TRUE(times.unknown.has(Unknown::kBlock));
}

TEST(Reconcile, WhatCannotStandWaitsAndSaysWhy) {
  Movement nft = token(1, 1, 2, 1), scale = token(2, 1, 2, 0), nowhere = token(3, 1, 2, 1);
  nft.asset += ":77";
  scale.decimal = "1.5";
  nowhere.block.reset();
  nowhere.time.reset();
  const Reconciled out = run({file("a", {nft, scale, nowhere, token(4, 1, 2, 1)})});
  EXPECT_EQ(movements(out), 1u);
  ASSERT_EQ(out.waiting.size(), 3u);
  EXPECT_NE(out.waiting[1].why.find("--decimals"), std::string::npos);
}

TEST(Reconcile, AChainOfAnotherKindIsAnError) {
  const std::vector<Reading> readings = {file("a", {token(1, 1, 2, 1)})};
  const auto on_bitcoin = reconcile(bitcoin(), readings);
  ASSERT_FALSE(on_bitcoin.ok());
  EXPECT_NE(on_bitcoin.error().message.find("bitcoin is no such chain"), std::string::npos);
  const auto on_tron = reconcile(**chain::find_network("tron"), readings);
  ASSERT_FALSE(on_tron.ok());
  EXPECT_NE(on_tron.error().message.find("not tron's"), std::string::npos);
}

TEST(Reconcile, OneTransactionOfManyEqualRowsIsReadInReasonableTime) {
  std::vector<Movement> many(60'000, token(1, 1, 2, 5));
  std::vector<Movement> numbered = many;
  for (size_t i = 0; i < numbered.size(); ++i) numbered[i].log = i;
  EXPECT_EQ(movements(run({file("a", many), file("b", numbered), file("c", many)})), 60'000u);
}

// A made-up chain; files are views of it: one address's rows, with or without logs, cut at random.
std::vector<Reading> views(base::Random& random) {
  std::vector<Movement> truth;
  for (int tx = 0; tx < 40; ++tx) {
    const auto who = [&] { return static_cast<int>(random.below(6)); };
    truth.push_back(coin(tx, who(), who(), 1 + random.below(3), Part::kFee));
    if (random.below(2) == 0) truth.push_back(coin(tx, who(), who(), 1 + random.below(3)));
    for (uint64_t log = 0; log < random.below(4); ++log) {
      truth.push_back(token(tx, who(), who(), 1 + random.below(2)));
      truth.back().log = log;
    }
  }
  for (Movement& m : truth) m.to = m.part == Part::kFee ? "" : m.to;
  std::vector<Reading> out;
  for (int i = 0; i < 12; ++i) {
    std::vector<Movement> rows;
    const std::string mine = address(static_cast<int>(random.below(6)));
    const bool logs = random.below(2) == 0;
    for (const Movement& m : truth) {
      if (m.from != mine && m.to != mine) continue;
      rows.push_back(m);
      if (!logs) rows.back().log.reset();
    }
    if (random.below(3) == 0) std::reverse(rows.begin(), rows.end());
    if (rows.size() > 4 && random.below(2) == 0) rows.resize(rows.size() / 2);
    out.push_back(file("view" + std::to_string(i), rows));
  }
  out.push_back(file("all", truth));
  return out;
}

TEST(Reconcile, TheSameSetInAnyOrderGivesTheSameBlocks) {
  base::Random random(20);
  for (int world = 0; world < 20; ++world) {
    std::vector<Reading> readings = views(random);
    const size_t all = readings.back().movements.size();
    const Reconciled first = run(readings);
    EXPECT_TRUE(first.contradictions.empty());
    EXPECT_EQ(movements(first), all) << "views of one truth add nothing to it";
    for (int order = 0; order < 50; ++order) {
      for (size_t i = readings.size(); i > 1; --i) std::swap(readings[i - 1], readings[random.below(i)]);
      ASSERT_EQ(digest(run(readings)), digest(first));
    }
    readings.push_back(readings.front());
    EXPECT_EQ(digest(run(readings)), digest(first)) << "the same file twice";
  }
}

Transaction spend(int id, std::vector<std::pair<int, uint32_t>> inputs, std::vector<uint64_t> outputs) {
  Transaction out;
  out.id[0] = static_cast<uint8_t>(id);
  out.height = 500;
  out.time = 1'600'000'000;
  out.coinbase = inputs.empty();
  for (const auto& [previous, index] : inputs) {
    chain::UtxoInput in;
    in.previous[0] = static_cast<uint8_t>(previous);
    in.output_index = index;
    out.inputs.push_back(in);
  }
  for (const uint64_t value : outputs) {
    chain::UtxoOutput one;
    one.value = value;
    one.type = chain::ScriptType::kPubkeyHash;
    one.key = chain::make_key(chain::AddressKind::kPubkeyHash, base::Hash160{static_cast<uint8_t>(id)});
    out.outputs.push_back(one);
  }
  return out;
}
void tell_input(Transaction& tx, size_t input, uint64_t value) {
  tx.inputs[input].external = true;
  tx.inputs[input].value = value;
  tx.inputs[input].key = chain::make_key(chain::AddressKind::kPubkeyHash, base::Hash160{0xee});
}
Reading utxo_file(const std::string& name, std::vector<Transaction> transactions) {
  Reading out = file(name, {});
  out.transactions = std::move(transactions);
  return out;
}

TEST(ReconcileUtxo, InputsFindTheirOutputsInTheSetAndSpendsComeBehind) {
  Transaction first = spend(9, {{1, 0}}, {70, 30}), second = spend(3, {{9, 1}}, {25});
  tell_input(first, 0, 100);
  tell_input(second, 0, 30);
  const auto out = reconcile(bitcoin(), std::vector<Reading>{utxo_file("b", {second}), utxo_file("a", {first})});
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->utxo.size(), 1u);
  EXPECT_EQ(out->utxo[0].transactions[0].id, first.id) << "what is spent comes first, whatever the identifiers";
  EXPECT_TRUE(out->utxo[0].inputs[0].external);
  EXPECT_FALSE(out->utxo[0].inputs[1].external) << "held by the set";
  tell_input(second, 0, 31);
  const auto wrong = reconcile(bitcoin(), std::vector<Reading>{utxo_file("b", {second}), utxo_file("a", {first})});
  ASSERT_TRUE(wrong.ok());
  ASSERT_EQ(wrong->contradictions.size(), 1u);
}

TEST(ReconcileUtxo, WhatAnOutputSaysIsKept) {
  Transaction said = spend(9, {{1, 0}}, {70, 0});
  tell_input(said, 0, 100);
  const Transaction silent = said;
  said.data_scripts = {{1, {0x6a, 0x03, 'o', 'u', 't'}}};
  const auto out = reconcile(bitcoin(), std::vector<Reading>{utxo_file("b", {silent}), utxo_file("a", {said})});
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->utxo[0].notes.size(), 1u);
  EXPECT_EQ(std::string(out->utxo[0].note_bytes.begin(), out->utxo[0].note_bytes.end()), "out");
}

TEST(ReconcileUtxo, WithoutPreviousOutputsATransactionWaitsAndSoDoesWhatSpendsIt) {
  const Transaction open = spend(5, {{1, 0}}, {70}), next = spend(6, {{5, 0}}, {60});
  const auto out = reconcile(bitcoin(), std::vector<Reading>{utxo_file("a", {open, next, spend(7, {}, {50})})});
  ASSERT_TRUE(out.ok());
  ASSERT_EQ(out->waiting.size(), 1u);
  EXPECT_EQ(out->waiting[0].rows, 2u);
  ASSERT_EQ(out->utxo.size(), 1u);
  EXPECT_EQ(out->utxo[0].transactions.size(), 1u);
  Transaction told = open;
  tell_input(told, 0, 80);
  const auto whole = reconcile(
      bitcoin(), std::vector<Reading>{utxo_file("a", {open, next, spend(7, {}, {50})}), utxo_file("b", {told})});
  ASSERT_TRUE(whole.ok());
  EXPECT_TRUE(whole->waiting.empty());
  EXPECT_EQ(whole->utxo[0].transactions.size(), 3u) << "another file tells the input";
}
}  // namespace
}  // namespace jindo::exports
