// What must always hold of a ledger, on random chains: portions equal one load, order and forks do not matter, rollback
// equals never happened, thread count and memory do not matter, what is wrong leaves the ledger as it was.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/hex.h"
#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using tests::ByteVector;
using tests::RandomChain;
using tests::TemporaryFolder;
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};

const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
ingest::IngestOptions quick() {
  ingest::IngestOptions options;
  options.durable = false;
  return options;
}
std::string digest(const std::string& ledger) {
  auto opened = ledger::Ledger::open(ledger);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error().message);
  return opened.ok() ? base::to_hex(opened->digest()) : "";
}
void verify(const std::string& folder) {
  auto opened = ledger::Ledger::open(folder);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  const auto status = ledger::verify(*opened, [](const std::string&) {});
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
}
ingest::IngestSummary must(base::Result<ingest::IngestSummary> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return result.ok() ? *result : ingest::IngestSummary{};
}
std::string write_blk(const TemporaryFolder& folder, const std::string& name, const std::vector<ByteVector>& blocks,
                      const ByteVector& key = {}, size_t zeros = 0) {
  tests::write_bytes(folder / name, tests::blk_bytes(blocks, kMagic, key, zeros));
  return folder / name;
}
RandomChain grown(uint64_t seed, int blocks, const RandomChain::Shape& shape = {}) {
  RandomChain chain(seed, shape);
  for (int b = 0; b < blocks; ++b) chain.grow();
  return chain;
}

TEST(PropertyLedger, PortionsEqualOneLoad) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    const TemporaryFolder folder;
    const RandomChain chain = grown(seed, 40);
    const std::string all = write_blk(folder, "blk00000.dat", chain.blocks());
    must(ingest::ingest_blk(folder / "one", regtest(), {all}, quick()));
    std::mt19937_64 random(seed);
    for (size_t at = 0, part = 0; at < chain.blocks().size(); ++part) {
      const size_t size = std::min<size_t>(1 + random() % 9, chain.blocks().size() - at);
      const std::vector<ByteVector> some(chain.blocks().begin() + static_cast<ptrdiff_t>(at),
                                         chain.blocks().begin() + static_cast<ptrdiff_t>(at + size));
      must(ingest::ingest_blk(folder / "many", regtest(), {write_blk(folder, "part.dat", some)}, quick()));
      at += size;
    }
    EXPECT_EQ(digest(folder / "one"), digest(folder / "many")) << "seed " << seed;
    verify(folder / "one");
    verify(folder / "many");
    const std::string before = digest(folder / "one");
    const auto again = must(ingest::ingest_blk(folder / "one", regtest(), {all}, quick()));
    EXPECT_EQ(again.blocks_added, 0U);
    EXPECT_EQ(again.blocks_known, 40U);
    EXPECT_EQ(digest(folder / "one"), before);
  }
}

TEST(PropertyLedger, OrderObfuscationThreadsAndMemoryDoNotMatter) {
  for (uint64_t seed = 11; seed <= 13; ++seed) {
    const TemporaryFolder folder;
    const RandomChain chain = grown(seed, 30);
    must(ingest::ingest_blk(folder / "plain", regtest(), {write_blk(folder, "blk00000.dat", chain.blocks())}, quick()));
    // Shuffled into three obfuscated files with zero fill, in a folder with its key.
    std::vector<ByteVector> shuffled = chain.blocks();
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(seed));
    const ByteVector key = {1, 2, 3, 4, 5, 6, 7, 250};
    const std::string blocks = folder / "blocks";
    ASSERT_TRUE(base::make_folders(blocks).ok());
    tests::write_bytes(blocks + "/xor.dat", key);
    for (size_t f = 0; f < 3; ++f) {
      const std::vector<ByteVector> part(shuffled.begin() + static_cast<ptrdiff_t>(f * 10),
                                         shuffled.begin() + static_cast<ptrdiff_t>(f * 10 + 10));
      tests::write_bytes(blocks + "/blk0000" + std::to_string(f) + ".dat", tests::blk_bytes(part, kMagic, key, 1000));
    }
    for (const unsigned threads : {1U, 2U, 5U}) {
      ingest::IngestOptions options = quick();
      options.threads = threads;
      options.memory_bytes = threads == 5 ? size_t{64} << 10 : size_t{64} << 20;  // so little that everything spills
      const std::string ledger = folder / ("t" + std::to_string(threads));
      must(ingest::ingest_blk(ledger, regtest(), {blocks}, options));
      EXPECT_EQ(digest(ledger), digest(folder / "plain")) << "threads " << threads;
      verify(ledger);
    }
  }
}

TEST(PropertyLedger, MostWorkWinsAndRollbackEqualsNeverHappened) {
  for (uint64_t seed = 21; seed <= 24; ++seed) {
    const TemporaryFolder folder;
    const RandomChain trunk = grown(seed, 12);
    for (int depth = 1; depth <= 5; ++depth) {
      RandomChain left = trunk, right = trunk;
      right.turn(seed * 100 + static_cast<uint64_t>(depth));
      for (int b = 0; b < depth; ++b) left.grow();
      for (int b = 0; b < depth + 1; ++b) right.grow();
      const std::string tag = std::to_string(depth);
      const std::string left_file = write_blk(folder, "left" + tag, left.blocks());
      const std::string right_file = write_blk(folder, "right" + tag, right.blocks());
      // Left first, then right, which has more work: as if left had never been.
      const std::string ledger = folder / ("reorg" + tag);
      must(ingest::ingest_blk(ledger, regtest(), {left_file}, quick()));
      const auto summary = must(ingest::ingest_blk(ledger, regtest(), {right_file}, quick()));
      EXPECT_EQ(summary.blocks_reverted, static_cast<uint64_t>(depth));
      must(ingest::ingest_blk(folder / ("right-only" + tag), regtest(), {right_file}, quick()));
      EXPECT_EQ(digest(ledger), digest(folder / ("right-only" + tag)));
      verify(ledger);
      // Less work changes nothing; both at once choose the same.
      EXPECT_EQ(must(ingest::ingest_blk(ledger, regtest(), {left_file}, quick())).blocks_stale,
                static_cast<uint64_t>(depth));
      EXPECT_EQ(digest(ledger), digest(folder / ("right-only" + tag)));
      must(ingest::ingest_blk(folder / ("both" + tag), regtest(), {left_file, right_file}, quick()));
      EXPECT_EQ(digest(folder / ("both" + tag)), digest(ledger));
      // Rolled back to the trunk: as if there had never been more.
      {
        auto writer = ledger::LedgerWriter::open(ledger, {});
        ASSERT_TRUE(writer.ok());
        ASSERT_TRUE(writer->rollback(regtest(), 11).ok());
      }
      must(ingest::ingest_blk(folder / ("trunk" + tag), regtest(), {write_blk(folder, "trunk", trunk.blocks())},
                              quick()));
      EXPECT_EQ(digest(ledger), digest(folder / ("trunk" + tag)));
      verify(ledger);
    }
  }
}

// What has a segment's name and is none was put there by somebody: a folder of exports, a file, a link.
TEST(PropertyLedger, WhatSomebodyElsePutIntoTheFolderStays) {
  const TemporaryFolder folder;
  const RandomChain chain = grown(31, 6);
  const std::string theirs = folder / "l/bitcoin-regtest";
  ASSERT_TRUE(base::make_folders(theirs + "/202401").ok());
  ASSERT_TRUE(base::make_folders(theirs + "/000001.left").ok());
  ASSERT_TRUE(base::make_folders(folder / "elsewhere").ok());
  ASSERT_TRUE(base::replace_file(theirs + "/202401/movements.csv", "mine").ok());
  ASSERT_TRUE(base::replace_file(theirs + "/202402", "mine").ok());
  std::filesystem::create_symlink(folder / "elsewhere", theirs + "/202403");
  ASSERT_TRUE(base::make_folders(theirs + "/900001").ok());  // half written by a killed writer
  ASSERT_TRUE(base::replace_file(theirs + "/900001/outputs.col", "").ok());
  ASSERT_TRUE(base::replace_file(folder / "l/.COMMIT.new-1-1", "").ok());
  must(ingest::ingest_blk(folder / "l", regtest(), {write_blk(folder, "all.dat", chain.blocks())}, quick()));
  EXPECT_EQ(*base::read_file(theirs + "/202401/movements.csv", 100), "mine");
  EXPECT_TRUE(base::exists(theirs + "/202402"));
  EXPECT_TRUE(std::filesystem::is_symlink(theirs + "/202403"));
  EXPECT_FALSE(base::exists(theirs + "/900001"));
  EXPECT_FALSE(base::exists(folder / "l/.COMMIT.new-1-1"));
  verify(folder / "l");
}

TEST(PropertyLedger, BrokenInputLeavesTheLedger) {
  const TemporaryFolder folder;
  const RandomChain chain = grown(31, 20);
  const std::vector<ByteVector> first(chain.blocks().begin(), chain.blocks().begin() + 10);
  must(ingest::ingest_blk(folder / "l", regtest(), {write_blk(folder, "first", first)}, quick()));
  const std::string before = digest(folder / "l");
  const auto refused = [&](const std::vector<ByteVector>& blocks, const char* says) {
    const auto result = ingest::ingest_blk(folder / "l", regtest(), {write_blk(folder, "bad.dat", blocks)}, quick());
    ASSERT_FALSE(result.ok()) << says;
    EXPECT_EQ(result.error().kind, base::ErrorKind::kBadInput);
    EXPECT_NE(result.error().message.find(says), std::string::npos) << result.error().message;
    EXPECT_NE(result.error().message.find("bad.dat"), std::string::npos) << result.error().message;
    EXPECT_NE(result.error().message.find("offset"), std::string::npos) << result.error().message;
    EXPECT_EQ(digest(folder / "l"), before);
    verify(folder / "l");
  };
  // On top of block 9: transactions of our own making.
  const base::Hash256 tip = tests::block_hash(first.back());
  const auto coinbase = [](uint32_t nonce, uint64_t value) {
    tests::MadeTransaction tx;
    tx.lock_time = nonce;
    tx.outputs = {{value, tests::p2wpkh(nonce)}};
    return tx;
  };
  const auto spend = [](const tests::MadeInput& in, uint64_t value) {
    tests::MadeTransaction tx;
    tx.inputs = {in};
    tx.outputs = {{value, tests::p2wpkh(1)}};
    tx.segwit = true;
    return tx;
  };
  const auto with = [&](std::vector<tests::MadeTransaction> transactions) {
    transactions.insert(transactions.begin(), coinbase(90001, 50));
    return tests::make_block(tip, 1'400'000'000, 0x207fffff, 1, transactions);
  };
  tests::MadeInput nowhere;
  nowhere.id[0] = 42;
  refused({with({spend(nowhere, 1)})}, "a missing previous output");
  // A coin of the ledger that is unspent at height 9: the coinbase of block 9, whose identifier we know by rebuilding
  // it.
  chain::UtxoBlock decoded;
  std::vector<tests::MadeInput> own;
  const auto base_block = tests::make_block(tip, 1'400'000'000, 0x207fffff, 1, {coinbase(1, 5000)});
  tests::MadeInput coin{tests::identifier(coinbase(1, 5000)), 0};
  const auto next = tests::make_block(tests::block_hash(base_block), 1'400'000'600, 0x207fffff, 2,
                                      {coinbase(2, 50), spend(coin, 4000), [&] {
                                         auto tx = spend(coin, 4000);
                                         tx.lock_time = 9;
                                         return tx;
                                       }()});
  refused({base_block, next}, "an output spent twice");
  refused({base_block, tests::make_block(tests::block_hash(base_block), 1'400'000'600, 0x207fffff, 2,
                                         {coinbase(2, 50), spend(coin, 5001)})},
          "outputs of 5001 satoshi from inputs of 5000");
  coin.output = 3;
  refused({base_block, tests::make_block(tests::block_hash(base_block), 1'400'000'600, 0x207fffff, 2,
                                         {coinbase(2, 50), spend(coin, 50)})},
          "a missing previous output");
  refused({tests::make_block(tip, 1'400'000'000, 0x207fffff, 1, {coinbase(1, chain::kMoneyMaxSatoshi + 1)})},
          "value overflow");
  // Truncated: the record says more than there is. It is left out, and said.
  ByteVector cut = tests::blk_bytes({chain.blocks()[10]}, kMagic, {}, 0);
  cut.resize(cut.size() - 5);
  tests::write_bytes(folder / "bad.dat", cut);
  const auto truncated = ingest::ingest_blk(folder / "l", regtest(), {folder / "bad.dat"}, quick());
  ASSERT_TRUE(truncated.ok());
  ASSERT_EQ(truncated->notes.size(), 1U);
  EXPECT_NE(truncated->notes[0].find("truncated: the record says"), std::string::npos);
  EXPECT_EQ(digest(folder / "l"), before);
}

TEST(PropertyLedger, DuplicateCoinbasesAreKeptApart) {  // BIP 30
  const TemporaryFolder folder;
  std::vector<ByteVector> blocks;
  tests::MadeTransaction coinbase;
  coinbase.lock_time = 7;
  coinbase.outputs = {{5000, tests::p2wpkh(1)}};
  base::Hash256 previous{};
  for (uint32_t b = 0; b < 3; ++b) {
    tests::MadeTransaction mine = coinbase;
    if (b == 1) mine.lock_time = 8;  // blocks 0 and 2 have the same coinbase
    blocks.push_back(tests::make_block(previous, 1'300'000'000 + b, 0x207fffff, b, {mine}));
    previous = tests::block_hash(blocks.back());
  }
  tests::MadeTransaction spend;
  spend.inputs = {{tests::identifier(coinbase), 0}};
  spend.outputs = {{4000, tests::p2wpkh(2)}};
  tests::MadeTransaction last = coinbase;
  last.lock_time = 9;
  blocks.push_back(tests::make_block(previous, 1'300'000'009, 0x207fffff, 9, {last, spend}));
  must(ingest::ingest_blk(folder / "l", regtest(), {write_blk(folder, "blk", blocks)}, quick()));
  verify(folder / "l");
  auto opened = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(opened.ok());
  const ledger::UtxoStore& store = *opened->chains()[0].utxo;
  uint64_t spenders[3] = {};
  store.spenders(0, spenders);
  EXPECT_EQ(spenders[0], ledger::kNoNumber);  // overwritten: nobody can spend it
  EXPECT_EQ(spenders[2], 4U);
  EXPECT_EQ(store.find_transaction(tests::identifier(coinbase)), std::optional<uint64_t>(2));
}

// Random transfers, as text rows.
std::vector<std::string> random_rows(uint64_t seed, uint64_t blocks) {
  std::mt19937_64 random(seed);
  std::vector<std::string> rows;
  char text[512];
  for (uint64_t b = 0; b < blocks; ++b) {
    for (uint64_t t = 0; t < 4; ++t) {
      const uint64_t hash = seed * 1000000 + b * 10 + t;
      const auto row = [&](int position, const char* kind, const char* asset, const std::string& from,
                           const std::string& to, const char* zeros) {
        std::snprintf(text, sizeof text, "%llu,%llu,0x%064llx,%llu,%d,%s,%s,%s,%s,%llu%s",
                      static_cast<unsigned long long>(b), static_cast<unsigned long long>(1000 + b * 12),
                      static_cast<unsigned long long>(hash), static_cast<unsigned long long>(t), position, kind, asset,
                      from.c_str(), to.c_str(), static_cast<unsigned long long>(1 + random() % 1000), zeros);
        rows.emplace_back(text);
      };
      const auto someone = [&] {
        char address[48];
        std::snprintf(address, sizeof address, "0x%040llx", static_cast<unsigned long long>(1 + random() % 12));
        return std::string(address);
      };
      row(0, "fee", "ETH", someone(), "", "");
      row(1, "transfer", "ETH", random() % 4 == 0 ? "" : someone(), someone(),
          random() % 3 == 0 ? "00000000000000000000000000000000000" : "");
      row(2, "transfer", "0x00000000000000000000000000000000000000aa", someone(), random() % 9 == 0 ? "" : someone(),
          "");
    }
  }
  return rows;
}
std::string write_rows(const TemporaryFolder& folder, const std::string& name, const std::vector<std::string>& rows) {
  std::string text =
      "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n";
  for (const std::string& row : rows) text += row + "\n";
  EXPECT_TRUE(base::replace_file(folder / name, text).ok());
  return folder / name;
}

TEST(PropertyLedger, AccountPortionsOrderAndMemory) {
  for (uint64_t seed = 41; seed <= 44; ++seed) {
    const TemporaryFolder folder;
    const auto rows = random_rows(seed, 40);
    const std::string all = write_rows(folder, "all.csv", rows);
    must(ingest::ingest_transfers(folder / "one", ethereum(), {all}, quick()));
    verify(folder / "one");
    auto shuffled = rows;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937_64(seed));
    ingest::IngestOptions small = quick();
    small.memory_bytes = 64 << 10;
    small.threads = 3;
    must(ingest::ingest_transfers(folder / "shuffled", ethereum(), {write_rows(folder, "shuffled.csv", shuffled)},
                                  small));
    EXPECT_EQ(digest(folder / "shuffled"), digest(folder / "one"));
    verify(folder / "shuffled");
    std::mt19937_64 random(seed);
    for (size_t block = 0; block < 40;) {
      const size_t size = std::min<size_t>(1 + random() % 7, 40 - block);
      const std::vector<std::string> part(rows.begin() + static_cast<ptrdiff_t>(block * 12),
                                          rows.begin() + static_cast<ptrdiff_t>((block + size) * 12));
      must(ingest::ingest_transfers(folder / "many", ethereum(), {write_rows(folder, "part.csv", part)}, quick()));
      block += size;
    }
    EXPECT_EQ(digest(folder / "many"), digest(folder / "one"));
    verify(folder / "many");
    EXPECT_EQ(must(ingest::ingest_transfers(folder / "one", ethereum(), {all}, quick())).blocks_added, 0U);
    // Rolled back and on again: the same.
    {
      auto writer = ledger::LedgerWriter::open(folder / "one", {});
      ASSERT_TRUE(writer.ok());
      ASSERT_TRUE(writer->rollback(ethereum(), 16).ok());
    }
    verify(folder / "one");
    must(ingest::ingest_transfers(folder / "one", ethereum(), {all}, quick()));
    EXPECT_EQ(digest(folder / "one"), digest(folder / "many"));
  }
}

TEST(PropertyLedger, DisorderFarIntoAFileIsNoContradiction) {
  // The first block's last row stands behind 12,000 others: streaming it would see block 0 without that row.
  const TemporaryFolder folder;
  auto rows = random_rows(47, 1000);
  must(ingest::ingest_transfers(folder / "l", ethereum(), {write_rows(folder, "good.csv", rows)}, quick()));
  std::rotate(rows.begin() + 11, rows.begin() + 12, rows.end());
  const auto again =
      must(ingest::ingest_transfers(folder / "l", ethereum(), {write_rows(folder, "far.csv", rows)}, quick()));
  EXPECT_EQ(again.blocks_added, 0U);
  EXPECT_EQ(again.blocks_known, 1000U);
}

TEST(PropertyLedger, ContradictingRowsAreRefusedWithTheirLine) {
  const TemporaryFolder folder;
  auto rows = random_rows(51, 4);
  must(ingest::ingest_transfers(folder / "l", ethereum(), {write_rows(folder, "good.csv", rows)}, quick()));
  const std::string before = digest(folder / "l");
  const auto refused = [&](const std::vector<std::string>& bad, const char* says) {
    const auto result =
        ingest::ingest_transfers(folder / "l", ethereum(), {write_rows(folder, "bad.csv", bad)}, quick());
    ASSERT_FALSE(result.ok()) << says;
    EXPECT_NE(result.error().message.find(says), std::string::npos) << result.error().message;
    EXPECT_EQ(digest(folder / "l"), before);
  };
  const std::string hash = "0x" + std::string(64, 'b'), other = "0x" + std::string(64, 'c'),
                    a = "0x" + std::string(40, '1');
  refused({"9,5000," + hash + ",0,0,transfer,ETH," + a + "," + a + ",1",
           "9,5001," + other + ",1,0,transfer,ETH," + a + "," + a + ",1"},
          "bad.csv:3: two block times of block 9, 5000 and 5001");
  refused({"9,5000," + hash + ",0,0,transfer,ETH," + a + "," + a + ",1",
           "9,5000," + other + ",0,1,transfer,ETH," + a + "," + a + ",1"},
          "bad.csv:3: two transaction_hashes with transaction_index 0");
  refused({"9,5000," + hash + ",0,0,transfer,ETH," + a + "," + a + ",1",
           "9,5000," + hash + ",0,0,transfer,ETH," + a + "," + a + ",2"},
          "bad.csv:3: position 0 stands twice");
  refused({"9,5000," + hash + ",0,0,transfer,ETH," + a + ",0x12,1"}, "bad.csv:2: column 'to_address'");
  refused({"2,1024," + hash + ",0,0,transfer,ETH," + a + "," + a + ",1"}, "differs from the ledger's");
}
}  // namespace
}  // namespace jindo
