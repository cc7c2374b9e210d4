// Real data, where ../shared is beside the checkout (CI has it; a user's machine does not, and then these say so and
// pass by).
#include <gtest/gtest.h>

#include <filesystem>

#include "base/base64.h"
#include "base/hex.h"
#include "decode/bitcoin_block.h"
#include "ingest/ingest.h"
#include "inquiry/tracing.h"
#include "ledger/ledger_writer.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using tests::TemporaryFolder;
const std::string kShared = tests::shared_data();
#define NEEDS_SHARED_DATA()      \
  if (!base::is_folder(kShared)) \
  GTEST_SKIP() << kShared << " is not here: real data is beside the checkout only where Jindo is developed"

const chain::Network& network(const char* name) { return **chain::find_network(name); }
ingest::IngestOptions quick() {
  ingest::IngestOptions options;
  options.durable = false;
  return options;
}
void copy(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

TEST(RealData, MainnetBlocksAndSixOutputs) {
  NEEDS_SHARED_DATA();
  const TemporaryFolder folder;
  const auto summary = ingest::ingest_blk(folder / "l", network("bitcoin"),
                                          {kShared + "/bitcoin/mainnet_0_438/first-100k-blocks.dat"}, quick());
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_EQ(summary->blocks_added, 439U);
  EXPECT_EQ(summary->transactions_added, 446U);
  ASSERT_TRUE(base::replace_file(folder / "i.yaml",
                                 "id: six\nname: six\ndate: 2009-01-12\nthefts:\n"
                                 "  - {chain: bitcoin, transaction: "
                                 "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16, output: 0}\n"
                                 "  - {chain: bitcoin, transaction: "
                                 "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16, output: 1}\n")
                  .ok());
  for (const trace::Policy policy : trace::kPolicies) {
    inquiry::TraceRequest request;
    request.ledger = folder / "l";
    request.incidents = {folder / "i.yaml"};
    request.options.policy = policy;
    const auto traced = inquiry::trace_incidents(request);
    ASSERT_TRUE(traced.ok()) << traced.error().message;
    EXPECT_EQ(traced->result.holdings.size(), 6U) << trace::policy_name(policy);
    base::Uint256 sum;
    for (const auto& holding : traced->result.holdings) sum += holding.origin;
    EXPECT_EQ(sum, base::Uint256(5'000'000'000)) << trace::policy_name(policy);
  }
}

TEST(RealData, SingleBlocksDecode) {
  NEEDS_SHARED_DATA();
  uint64_t files = 0;
  for (const char* sub : {"/bitcoin/single", "/bitcoin/with_undo"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kShared + sub)) {
      if (entry.path().string().find("undo.raw") != std::string::npos) continue;
      const auto text = base::read_file(entry.path().string(), 8 << 20);
      ASSERT_TRUE(text.ok());
      chain::UtxoBlock block;
      const auto status = decode::decode_block(base::as_bytes(*text), 0, block);
      EXPECT_TRUE(status.ok()) << entry.path() << ": " << (status.ok() ? "" : status.error().message);
      EXPECT_GT(block.transactions.size(), 1U) << entry.path();
      // Cut anywhere, it is refused and nothing else happens.
      for (size_t cut = 1; cut < text->size(); cut += text->size() / 37 + 1) {
        EXPECT_FALSE(decode::decode_block(base::as_bytes(std::string_view(*text).substr(0, cut)), 0, block).ok());
      }
      ++files;
    }
  }
  EXPECT_GE(files, 7U);
}

TEST(RealData, BitcoinEtlEqualsTheNodesBlocks) {
  NEEDS_SHARED_DATA();
  // Blocks 0 and 1 as bitcoin-etl wrote them, against the node's own file.
  const TemporaryFolder folder;
  const std::string etl = kShared + "/bitcoin/bitcoin_etl/test_export_blocks_job/bitcoin";
  std::string lines;
  for (const char* block : {"/block_1", "/block_0"}) {  // out of order on purpose
    const auto part = base::read_file(etl + block + "/expected_transactions.json", 1 << 20);
    ASSERT_TRUE(part.ok());
    lines += *part + "\n";
  }
  ASSERT_TRUE(base::replace_file(folder / "transactions.json", lines).ok());
  const auto added =
      ingest::ingest_bitcoin_etl(folder / "etl", network("bitcoin"),
                                 {folder / "transactions.json", etl + "/block_0/expected_blocks.json"}, quick());
  ASSERT_TRUE(added.ok()) << added.error().message;
  ASSERT_TRUE(ingest::ingest_blk(folder / "blk", network("bitcoin"),
                                 {kShared + "/bitcoin/mainnet_0_438/first-100k-blocks.dat"}, quick())
                  .ok());
  {
    auto writer = ledger::LedgerWriter::open(folder / "blk", {});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->rollback(network("bitcoin"), 1).ok());
  }
  const auto a = ledger::Ledger::open(folder / "etl"), b = ledger::Ledger::open(folder / "blk");
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(base::to_hex(a->digest()), base::to_hex(b->digest()));
  // An export that begins in the middle lacks previous outputs: refused unless it is taken as partial.
  const std::string middle = etl + "/stream_50001_50002/expected_transactions.json";
  const auto refused = ingest::ingest_bitcoin_etl(folder / "m", network("bitcoin"), {middle}, quick());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("a missing previous output"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find("expected_transactions.json:"), std::string::npos) << refused.error().message;
  ingest::IngestOptions partial = quick();
  partial.partial = true;
  const auto taken = ingest::ingest_bitcoin_etl(folder / "m", network("bitcoin"), {middle}, partial);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->external_inputs, 3U);
}

TEST(RealData, EthereumEtlWithReceiptsAndTokens) {
  NEEDS_SHARED_DATA();
  const TemporaryFolder folder;
  const std::string stream = kShared + "/ethereum/ethereum_etl/test_stream/blocks_17173049_17173050";
  for (const char* table : {"transactions", "token_transfers", "blocks"})
    copy(stream + "/expected_" + table + ".json", folder / (std::string(table) + ".json"));
  const auto summary = ingest::ingest_ethereum_etl(folder / "l", network("ethereum"), {folder.path()}, quick());
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_EQ(summary->blocks_added, 2U);
  EXPECT_EQ(summary->fees_unknown, 0U);
  EXPECT_EQ(summary->status_unknown, 0U);
  const auto ledger = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(ledger.ok());
  EXPECT_TRUE(ledger::verify(*ledger, [](const std::string&) {}).ok());
  // The first transaction: 107,281 gas… its fee first, its value, then its tokens by log.
  const ledger::AccountStore& store = *ledger->chains()[0].account;
  chain::TxId id;
  ASSERT_TRUE(
      chain::parse_hash(network("ethereum"), "0xeb107a40ba73a50c79a9f2026e902d758d1c5e5e211f7a7db1b294f88f118dd0", id));
  const auto number = store.find_transaction(id);
  ASSERT_TRUE(number.has_value());
  std::vector<uint64_t> scratch;
  const auto movements = store.movements_of_transaction(*number, scratch);
  ASSERT_GE(movements.size(), 4U);
  ledger::Movement m;
  store.movement(movements[0], m);
  EXPECT_EQ(m.kind, chain::MovementKind::kFee);
  EXPECT_EQ(base::to_decimal(store.amount(movements[1])), "1642894143");
  EXPECT_EQ(base::to_decimal(store.amount(movements[2])), "7056176614974947328");
  EXPECT_EQ(base::to_decimal(store.amount(movements[3])), "150188698577042438264952193024");
}

TEST(RealData, EthereumEtlTraces) {
  NEEDS_SHARED_DATA();
  const std::string etl = kShared + "/ethereum/ethereum_etl";
  const auto amounts = [&](const std::vector<std::pair<std::string, std::string>>& files, const std::string& blocks) {
    const TemporaryFolder folder;
    for (const auto& [from, name] : files) copy(etl + from, folder / name);
    EXPECT_TRUE(base::replace_file(folder / "blocks.csv", "number,hash,parent_hash,timestamp\n" + blocks).ok());
    const auto summary = ingest::ingest_ethereum_etl(folder / "l", network("ethereum"), {folder.path()}, quick());
    EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().message);
    std::vector<std::string> out;
    const auto ledger = ledger::Ledger::open(folder / "l");
    const ledger::AccountStore& store = *ledger->chains()[0].account;
    for (uint64_t n = 0; n < store.info().movements; ++n) out.push_back(base::to_decimal(store.amount(n)));
    return out;
  };
  const std::string zeros(64, '0');
  const auto block = [&](const std::string& number) {
    return number + ",0x" + std::string(63, '0') + "1,0x" + zeros + ",1455404053\n";
  };
  // callcode moves nothing; the reward is minted at the end.
  EXPECT_EQ(
      amounts({{"/test_export_traces_job/block_with_subtraces/expected_traces.csv", "traces.csv"}}, block("1000000")),
      (std::vector<std::string>{"100000000000000000000", "437194980000000000", "5000000000000000000"}));
  // Out of gas: nothing of the first; the second and the reward.
  EXPECT_EQ(amounts({{"/test_export_traces_job/block_with_error/expected_traces.csv", "traces.csv"}}, block("1000895")),
            (std::vector<std::string>{"1100000000000000000", "5000000000000000000"}));
  // A contract destroys itself: its balance goes to the beneficiary.
  EXPECT_EQ(
      amounts({{"/test_export_traces_job/block_with_suicide/expected_traces.csv", "traces.csv"}}, block("1011973")),
      (std::vector<std::string>{"50000000000000000", "5000000000000000000"}));
  // Traces out of geth have neither hash nor status; an error tells.
  EXPECT_EQ(
      amounts({{"/test_extract_geth_traces_job/block_with_error/expected_traces.csv", "traces.csv"}}, block("1000895")),
      (std::vector<std::string>{"1100000000000000000"}));
}
TEST(RealData, TronTransactionsWithFees) {
  NEEDS_SHARED_DATA();
  const TemporaryFolder folder;
  const auto summary =
      ingest::ingest_graphsense_tron(folder / "l", network("tron"), {kShared + "/tron/0_10000"}, quick());
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_EQ(summary->transactions_added, 2172U);
  EXPECT_EQ(summary->fees_unknown, 0U) << "every transaction has its row in tx_fee";
  ASSERT_EQ(summary->notes.size(), 1U);
  EXPECT_EQ(summary->notes[0].substr(0, 4), "119 ") << "value without a recipient";
  const auto ledger = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(ledger.ok());
  // The export's first row, in its own base64: block 9386, 5 TRX.
  base::Hash256 id;
  ASSERT_TRUE(base::from_base64("1qgIU1nspO3U7hpAxQlg/Z4BsWqRWOyns82/lZstA40=", id));
  const auto& reader = *ledger->find(network("tron"))->account;
  EXPECT_EQ(reader.info().blocks, 661U);
  const auto transaction = reader.find_transaction(id);
  ASSERT_TRUE(transaction.has_value());
  std::vector<uint64_t> scratch;
  const auto movements = reader.movements_of_transaction(*transaction, scratch);
  ASSERT_EQ(movements.size(), 1U);
  EXPECT_EQ(reader.amount(movements[0]), base::Uint256(5'000'000));
  const auto again =
      ingest::ingest_graphsense_tron(folder / "l", network("tron"), {kShared + "/tron/0_10000"}, quick());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->blocks_added, 0U);
  EXPECT_EQ(again->blocks_known, 661U);
}

TEST(RealData, TronTracesCutTo32BitsAreRefusedUnlessAskedFor) {
  NEEDS_SHARED_DATA();
  const TemporaryFolder folder;
  const std::vector<std::string> input{kShared + "/tron/56804500_56805500"};
  const auto refused = ingest::ingest_graphsense_tron(folder / "l", network("tron"), input, quick());
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("traces.json:52: field 'callValue'"), std::string::npos)
      << refused.error().message;
  ingest::IngestOptions partial = quick();
  partial.partial = true;
  const auto summary = ingest::ingest_graphsense_tron(folder / "l", network("tron"), input, partial);
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_EQ(summary->blocks_added, 1001U);
  // 203 calls and 7 suicides that were not rejected carry a positive value; the 22 cut ones are left out.
  EXPECT_EQ(summary->items_added, 210U);
}
}  // namespace
}  // namespace jindo
