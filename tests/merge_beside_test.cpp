// Segments merged beside while blocks come and go: the ledger stays the one that a single load makes, whatever the
// moment at which a merge is done, thrown away by a rollback, or cut off by the writer's end.
#include <gtest/gtest.h>

#include <random>

#include "decode/bitcoin_block.h"
#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"
#include "support/account_world.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using tests::TemporaryFolder;
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};
const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }

ledger::WriterOptions options_of(uint64_t rows) {
  ledger::WriterOptions options;
  options.durable = false;
  options.merge_beside_rows = rows;
  options.newest_blocks = 3;
  options.memory_bytes = 1 << 20;
  return options;
}
// As a single load of the first blocks would be.
void expect_same(const std::string& folder, const std::string& whole, const chain::Network& network) {
  const auto one = ledger::Ledger::open(folder);
  const auto other = ledger::Ledger::open(whole);
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_TRUE(ledger::verify(*one, [](const std::string&) {}).ok());
  const auto& reader = one->find(network)->reader();
  const uint64_t blocks = reader.info().blocks;
  EXPECT_EQ(reader.info().digest, other->find(network)->reader().block(blocks - 1).chain_digest);
}
struct Counts {
  unsigned beside = 0, thrown_away = 0;
};
// Blocks [0, count) one by one, now and then some taken back; add(writer, begin, end, keep) appends.
template <class Add>
Counts grow(const std::string& folder, const std::string& whole, const chain::Network& network, uint64_t count,
            uint64_t seed, const Add& add) {
  std::mt19937_64 random(seed);
  Counts out;
  auto writer = ledger::LedgerWriter::open(folder, options_of(60 + random() % 60));
  for (uint64_t at = 0; at < count;) {
    EXPECT_TRUE(writer.ok());
    const bool merging = writer->merging();
    const uint64_t end = std::min(count, at + 1 + random() % 2);
    add(*writer, at, end, at);
    at = end;
    out.beside += !merging && writer->merging();
    if (random() % 4 == 0) {
      EXPECT_TRUE(writer->finish_merge().ok());
    }
    EXPECT_EQ(writer->take_merge_problem(), "");
    if (at > 20 && random() % 6 == 0) {  // a branch, near the tip or deep
      const uint64_t keep = at - 1 - random() % (random() % 3 == 0 ? 15 : 3);
      const bool was = writer->merging();
      if (random() % 2 == 0) {
        const auto height = writer->find(network)->reader().block(keep - 1).height;
        EXPECT_TRUE(writer->rollback(network, height).ok());
        at = keep;
      } else {
        add(*writer, keep, keep + 1, keep);
        at = keep + 1;
      }
      out.thrown_away += was;
      expect_same(folder, whole, network);
    }
    if (random() % 9 == 0) {  // the process ends in the middle
      writer = base::machine_failed("closed");
      expect_same(folder, whole, network);
      writer = ledger::LedgerWriter::open(folder, options_of(60 + random() % 60));
    }
  }
  EXPECT_TRUE(writer->finish_merge().ok());
  expect_same(folder, whole, network);
  return out;
}

TEST(MergeBeside, UtxoLedgerStaysWhatOneLoadMakes) {
  Counts counts;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const TemporaryFolder folder;
    tests::RandomChain chain(seed, {});
    for (int b = 0; b < 90; ++b) chain.grow();
    tests::write_bytes(folder / "blk00000.dat", tests::blk_bytes(chain.blocks(), kMagic, {}, 0));
    ingest::IngestOptions quick;
    quick.durable = false;
    ASSERT_TRUE(ingest::ingest_blk(folder / "one", regtest(), {folder / "blk00000.dat"}, quick).ok());
    const auto add = [&](ledger::LedgerWriter& writer, uint64_t begin, uint64_t end, uint64_t keep) {
      ledger::LedgerWriter::Append append;
      append.keep_blocks = keep;
      const auto status = writer.append_utxo(regtest(), append, [&](ledger::UtxoBuilder& builder) -> base::Status {
        for (uint64_t b = begin; b < end; ++b) {
          chain::UtxoBlock block;
          JINDO_DO(decode::decode_block(chain.blocks()[b], 0, block));
          block.height = b;
          JINDO_DO(builder.add(block));
        }
        return {};
      });
      ASSERT_TRUE(status.ok()) << status.error().message;
    };
    const Counts found = grow(folder / "l", folder / "one", regtest(), 90, seed, add);
    counts.beside += found.beside;
    counts.thrown_away += found.thrown_away;
  }
  EXPECT_GT(counts.beside, 5u);
  EXPECT_GT(counts.thrown_away, 0u);
}

TEST(MergeBeside, AccountLedgerStaysWhatOneLoadMakes) {
  Counts counts;
  for (uint64_t seed = 11; seed <= 12; ++seed) {
    const TemporaryFolder folder;
    std::mt19937_64 random(seed);
    tests::Maker maker;
    for (uint64_t b = 0; b < 90; ++b) {
      std::vector<tests::Move> moves;
      for (uint64_t m = 0; m < 4 + random() % 8; ++m)
        moves.push_back({random() % 2 == 0 ? chain::native_asset() : tests::key(200),
                         random() % 3 == 0 ? chain::AddressKey() : tests::key(static_cast<uint8_t>(1 + random() % 9)),
                         tests::key(static_cast<uint8_t>(1 + random() % 9)), 1 + random() % 1000});
      maker.act(static_cast<int64_t>(1000 + b), tests::id_of(b, seed), moves, random() % 3 == 0 ? "E(bytes32)" : "",
                tests::id_of(b, 3));
    }
    const auto& blocks = maker.blocks;
    const auto add = [&](ledger::LedgerWriter& writer, uint64_t begin, uint64_t end, uint64_t keep) {
      ledger::LedgerWriter::Append append;
      append.keep_blocks = keep;
      append.partial = true;
      const auto status =
          writer.append_account(ethereum(), append, [&](ledger::AccountBuilder& builder) -> base::Status {
            for (uint64_t b = begin; b < end; ++b) JINDO_DO(builder.add(blocks[b]));
            return {};
          });
      ASSERT_TRUE(status.ok()) << status.error().message;
    };
    {
      auto writer = ledger::LedgerWriter::open(folder / "one", options_of(UINT64_MAX));
      ASSERT_TRUE(writer.ok());
      add(*writer, 0, blocks.size(), 0);
    }
    const Counts found = grow(folder / "l", folder / "one", ethereum(), blocks.size(), seed, add);
    counts.beside += found.beside;
    counts.thrown_away += found.thrown_away;
  }
  EXPECT_GT(counts.beside, 5u);
  EXPECT_GT(counts.thrown_away, 0u);
}
}  // namespace
}  // namespace jindo
