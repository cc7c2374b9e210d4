// What the ledger keeps for telling owners: creations, sums of busy addresses, how transactions were written; and the
// change heuristics, sweeps and deposits read from it.
#include <gtest/gtest.h>

#include "cluster/change.h"
#include "cluster/deposits.h"
#include "ingest/ingest.h"
#include "ledger/ledger_writer.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using chain::AddressKey;
using tests::TemporaryFolder;
constexpr uint64_t kBtc = 100'000'000;
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }

AddressKey account(uint64_t n) {
  std::array<uint8_t, 20> bytes{};
  for (int i = 0; i < 8; ++i) bytes[static_cast<size_t>(12 + i)] = static_cast<uint8_t>(n >> (8 * i));
  bytes[0] = 7;
  return chain::make_key(chain::AddressKind::kAccount, bytes);
}
struct Move {
  AddressKey from, to;
  uint64_t amount;
  AddressKey creates;  // the sender creates it here
};
chain::AccountBlock block_of(uint64_t height, const std::vector<Move>& moves) {
  chain::AccountBlock out;
  out.height = height;
  out.time = static_cast<int64_t>(height * 12);
  for (const Move& move : moves) {
    chain::AccountTransaction tx;
    tx.id[0] = static_cast<uint8_t>(out.transactions.size());
    tx.id[1] = static_cast<uint8_t>(out.transactions.size() >> 8);
    tx.id[2] = static_cast<uint8_t>(height);
    tx.id[3] = static_cast<uint8_t>(height >> 8);
    tx.index = static_cast<uint32_t>(out.transactions.size());
    tx.first_movement = static_cast<uint32_t>(out.movements.size());
    tx.movements = 1;
    chain::AccountMovement m;
    m.asset = chain::native_asset();
    m.from = move.from;
    m.to = move.to;
    m.amount = base::Uint256(move.amount);
    if (!move.creates.is_none())
      out.creations.push_back({static_cast<uint32_t>(out.transactions.size()), move.creates, move.from});
    out.movements.push_back(m);
    out.transactions.push_back(tx);
  }
  return out;
}
void append(const std::string& folder, const std::vector<chain::AccountBlock>& blocks) {
  ledger::WriterOptions options;
  options.durable = false;
  auto writer = ledger::LedgerWriter::open(folder, options);
  ASSERT_TRUE(writer.ok());
  const auto status = writer->append_account(ethereum(), {}, [&](ledger::AccountBuilder& builder) -> base::Status {
    for (const auto& block : blocks) JINDO_DO(builder.add(block));
    return {};
  });
  ASSERT_TRUE(status.ok()) << status.error().message;
}

TEST(OwnerColumns, CreationsSurviveMergesAndRollbacks) {
  const TemporaryFolder folder;
  // Many small commits: segments are merged on the way.
  for (uint64_t b = 1; b <= 12; ++b)
    append(folder / "l",
           {block_of(b, {{account(1), account(2), b, account(100 + b)}, {account(3), account(1), 5, {}}})});
  const auto check = [&](uint64_t last) {
    const auto ledger = ledger::Ledger::open(folder / "l");
    ASSERT_TRUE(ledger.ok());
    const ledger::AccountStore& store = *ledger->chains().front().account;
    EXPECT_EQ(store.created_by(account(1), 100).size(), last);
    EXPECT_EQ(store.created_by(account(1), 3).size(), 3U);
    EXPECT_TRUE(store.created_by(account(3), 100).empty());
    for (uint64_t b = 1; b <= last; ++b) {
      const auto creation = store.creation_of(account(100 + b));
      ASSERT_TRUE(creation.has_value()) << b;
      EXPECT_EQ(creation->creator, account(1));
      EXPECT_EQ(store.block(store.block_of_transaction(creation->transaction)).height, b);
    }
    EXPECT_FALSE(store.creation_of(account(100 + last + 1)).has_value());
  };
  check(12);
  {
    ledger::WriterOptions options;
    options.durable = false;
    auto writer = ledger::LedgerWriter::open(folder / "l", options);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->rollback(ethereum(), 7).ok());
  }
  check(7);
}

TEST(OwnerColumns, SumsOfBusyAddressesEqualTheirMovements) {
  const TemporaryFolder folder;
  uint64_t received = 0, sent = 0;
  for (uint64_t b = 1; b <= 3; ++b) {
    std::vector<Move> moves;
    for (uint64_t i = 0; i < 5000; ++i) {
      const bool in = i % 3 != 0;
      moves.push_back(in ? Move{account(10 + i % 7), account(1), b * i + 1, {}}
                         : Move{account(1), account(20 + i % 5), i + 1, {}});
      (in ? received : sent) += moves.back().amount;
    }
    append(folder / "l", {block_of(b, moves)});
  }
  const auto ledger = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(ledger.ok());
  const ledger::AccountStore& store = *ledger->chains().front().account;
  EXPECT_FALSE(store.all_segments().front().busy.empty());
  const auto totals = store.totals(*store.find_holding(account(1), chain::native_asset()));
  EXPECT_EQ(totals.received, base::Uint256(received));
  EXPECT_EQ(totals.sent, base::Uint256(sent));
  EXPECT_FALSE(totals.overflowed);
}

TEST(Deposits, WhoForwardsToOneExchangeOnly) {
  const TemporaryFolder folder;
  constexpr uint64_t kGas = 1'000'000'000'000'000;  // 0.001 ether
  constexpr uint64_t kEther = 1'000'000'000'000'000'000;
  const AddressKey hot = account(1), other_hot = account(2), deposit = account(3), user = account(4), both = account(5),
                   late = account(6), friend_of = account(7);
  append(folder / "l", {block_of(1, {{user, deposit, kEther, {}},
                                     {user, both, kEther, {}},
                                     {friend_of, deposit, 2 * kEther, {}},
                                     {user, late, kEther, {}}}),
                        block_of(2, {{deposit, hot, kEther - kGas, {}},
                                     {deposit, hot, 2 * kEther - kGas, {}},
                                     {both, hot, kEther / 2, {}},
                                     {both, other_hot, kEther / 2 - kGas, {}}}),
                        block_of(5000, {{late, hot, kEther - kGas, {}}})});
  const auto ledger = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(ledger.ok());
  const ledger::AccountStore& store = *ledger->chains().front().account;
  const cluster::ExchangeOf exchange_of = [&](const AddressKey& key) -> std::string {
    return key == hot ? "One" : key == other_hot ? "Two" : "";
  };
  cluster::Deposit found;
  ASSERT_TRUE(cluster::find_deposit(store, deposit, exchange_of, {}, found));
  EXPECT_EQ(found.exchange, "One");
  EXPECT_EQ(found.received, 2U);
  EXPECT_EQ(found.forwarded, 2U);
  EXPECT_EQ(found.payers.size(), 2U);
  EXPECT_EQ(found.confidence(), 85);
  EXPECT_FALSE(cluster::find_deposit(store, both, exchange_of, {}, found));  // two exchanges
  EXPECT_FALSE(cluster::find_deposit(store, late, exchange_of, {}, found));  // 4,999 blocks later
  EXPECT_FALSE(cluster::find_deposit(store, hot, exchange_of, {}, found));
  const auto all = cluster::find_deposits(store, {hot, other_hot}, exchange_of, {});
  ASSERT_EQ(all.size(), 1U);
  const auto customers = cluster::customers_of(all);
  ASSERT_EQ(customers.size(), 1U);
  EXPECT_EQ(customers.front().size(), 2U);
}

// A chain of hand-made transactions; owner 1's coins are P2WPKH, owner 2's P2PKH.
TEST(Change, HeuristicsPointAtTheChange) {
  const TemporaryFolder folder;
  tests::MadeTransaction first, second, third;
  first.outputs = {{50 * kBtc, tests::p2wpkh(1)}};
  second.outputs = {{50 * kBtc, tests::script_of("p2pkh", 2)}};
  second.lock_time = 1;
  third.outputs = {{50 * kBtc, tests::p2wpkh(9)}};
  third.lock_time = 2;
  tests::MadeTransaction pays;  // 10 to owner 2, who is known; the rest to a fresh address of the payer's type
  pays.inputs = {{tests::identifier(first), 0}};
  pays.outputs = {{10 * kBtc, tests::script_of("p2pkh", 2)}, {3'999'990'007, tests::p2wpkh(3)}};
  tests::MadeTransaction back;  // the change goes back to where it came from
  back.inputs = {{tests::identifier(pays), 1}};
  back.outputs = {{5 * kBtc, tests::p2wpkh(4)}, {3'499'980'001, tests::p2wpkh(3)}};
  base::Hash256 tip{};
  std::vector<tests::ByteVector> blocks;
  const std::vector<std::vector<tests::MadeTransaction>> all = {{first}, {second}, {third, pays, back}};
  for (uint32_t b = 0; b < all.size(); ++b) {
    blocks.push_back(tests::make_block(tip, 1'600'000'000 + b * 600, 0x207fffff, b, all[b]));
    tip = tests::block_hash(blocks.back());
  }
  tests::write_bytes(folder / "blk00000.dat", tests::blk_bytes(blocks, {0xfa, 0xbf, 0xb5, 0xda}, {}, 0));
  ingest::IngestOptions options;
  options.durable = false;
  const auto done = ingest::ingest_blk(folder / "l", regtest(), {folder / "blk00000.dat"}, options);
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto ledger = ledger::Ledger::open(folder / "l");
  const ledger::UtxoStore& store = *ledger->chains().front().utxo;
  const auto said = [&](const tests::MadeTransaction& tx) {
    std::map<cluster::ChangeHeuristic, uint32_t> out;
    for (const auto& e : cluster::change_evidence(store, *store.find_transaction(tests::identifier(tx))))
      out[e.heuristic] = e.output;
    return out;
  };
  using H = cluster::ChangeHeuristic;
  const auto of_pays = said(pays);
  EXPECT_EQ(of_pays.at(H::kFresh), 1U);
  EXPECT_EQ(of_pays.at(H::kScriptType), 1U);
  EXPECT_EQ(of_pays.at(H::kRoundAmount), 1U);
  EXPECT_EQ(of_pays.at(H::kPeeling), 1U);
  EXPECT_EQ(of_pays.count(H::kReuse), 0U);
  const auto of_back = said(back);
  EXPECT_EQ(of_back.at(H::kReuse), 1U);
  EXPECT_EQ(of_back.at(H::kFresh), 0U);  // the payee is new: fresh is mistaken here, as it says it may be
  const auto verdict =
      cluster::weigh(cluster::change_evidence(store, *store.find_transaction(tests::identifier(back))));
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(verdict->output, 1U);
  EXPECT_TRUE(cluster::change_evidence(store, 0).empty());
  ledger::UtxoTransactionView view;
  store.transaction(*store.find_transaction(tests::identifier(pays)), view);
  EXPECT_NE(view.form & chain::kFormKnown, 0);
  EXPECT_GT(view.virtual_size, 100U);
}
}  // namespace
}  // namespace jindo
