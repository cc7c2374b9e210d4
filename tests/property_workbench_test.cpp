// What must always hold of the workbench's answers: an address's movements, walked in portions of any size, in either
// order, under any filter, are those that a plain pass over the whole ledger finds; searches and views keep their word.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "ingest/ingest.h"
#include "server/sessions.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"
#include "workbench/movement_walk.h"

namespace jindo {
namespace {
using chain::AddressKey;
using ledger::kNoNumber;
using tests::RandomChain;
using tests::TemporaryFolder;
using workbench::Filter;
using workbench::Moved;
using workbench::MovementWalk;

const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
ingest::IngestOptions quick() {
  ingest::IngestOptions options;
  options.durable = false;
  return options;
}

struct Plain {
  Moved moved;
  int64_t time = 0;
  std::vector<AddressKey> others;
};
// Every movement of an address in ledger order: of a transaction, what it spends before what it pays.
std::vector<Plain> plain_utxo(const ledger::UtxoStore& store, const AddressKey& self) {
  std::vector<Plain> out;
  ledger::UtxoTransactionView view;
  for (uint64_t t = 0; t < store.info().transactions; ++t) {
    store.transaction(t, view);
    const int64_t time = store.block(store.block_of_transaction(t)).time;
    std::vector<AddressKey> payers, payees;
    for (uint64_t i = 0; i < view.in_output.size(); ++i) payers.push_back(store.input_address(view.first_input + i));
    for (uint64_t o = 0; o < view.out_value.size(); ++o) payees.push_back(store.output_address(view.first_output + o));
    for (uint64_t i = 0; i < view.in_output.size(); ++i)
      if (payers[i] == self)
        out.push_back(
            {{t, view.first_input + i, false, false, chain::native_asset(), {}, view.in_value[i]}, time, payees});
    for (uint64_t o = 0; o < view.out_value.size(); ++o)
      if (payees[o] == self)
        out.push_back(
            {{t, view.first_output + o, true, false, chain::native_asset(), {}, view.out_value[o]}, time, payers});
  }
  return out;
}
std::vector<Plain> plain_account(const ledger::AccountStore& store, const AddressKey& self) {
  std::vector<Plain> out;
  ledger::Movement m;
  for (uint64_t n = 0; n < store.info().movements; ++n) {
    store.movement(n, m);
    const AddressKey from = m.from != kNoNumber ? store.holding_address(m.segment, m.from) : AddressKey{};
    const AddressKey to = m.to != kNoNumber ? store.holding_address(m.segment, m.to) : AddressKey{};
    if (!(from == self) && !(to == self)) continue;
    const bool in = !(from == self);
    out.push_back({{m.transaction, n, in, m.kind == chain::MovementKind::kFee, store.asset(m.segment, m.asset),
                    in ? from : to, store.amount(n)},
                   store.block(store.block_of_transaction(m.transaction)).time,
                   {in ? from : to}});
  }
  return out;
}
bool passes(const Filter& f, const Plain& p) {
  return (p.moved.in ? f.in : f.out) && p.time >= f.from_time && p.time <= f.until_time &&
         (!f.amount_min || p.moved.amount >= *f.amount_min) && (!f.amount_max || p.moved.amount <= *f.amount_max) &&
         (!f.asset || p.moved.asset == *f.asset) &&
         (!f.counterparty || std::find(p.others.begin(), p.others.end(), *f.counterparty) != p.others.end());
}
// Pages of random sizes and random limits of what is looked at, each going on at the cursor of the one before.
std::vector<std::pair<bool, uint64_t>> walked(const ledger::LedgerChain& chain, const ledger::AddressHandle& handle,
                                              const Filter& filter, bool newest, std::mt19937_64& random) {
  std::vector<std::pair<bool, uint64_t>> out;
  std::string cursor;
  for (int pages = 0; pages < 10'000; ++pages) {
    auto walk = MovementWalk::start(chain, handle, filter, newest, cursor);
    EXPECT_TRUE(walk.ok()) << (walk.ok() ? "" : walk.error().message);
    if (!walk.ok()) return out;
    const size_t limit = 1 + random() % 20;
    const uint64_t examine = 1 + random() % 60;
    Moved moved;
    for (size_t n = 0; n < limit && (*walk)->next(moved, examine); ++n) out.emplace_back(moved.in, moved.place);
    if ((*walk)->at_end()) return out;
    cursor = (*walk)->cursor();
  }
  ADD_FAILURE() << "the walk does not end";
  return out;
}
void compare(const ledger::LedgerChain& chain, const std::vector<Plain>& all, const ledger::AddressHandle& handle,
             std::mt19937_64& random, size_t& compared) {
  for (int round = 0; round < 8; ++round) {
    Filter filter;
    const auto any = [&]() -> const Plain& { return all[random() % all.size()]; };
    if (random() % 3 == 0) filter.from_time = any().time - static_cast<int64_t>(random() % 2);
    if (random() % 3 == 0) filter.until_time = any().time + static_cast<int64_t>(random() % 2);
    if (random() % 3 == 0) filter.amount_min = any().moved.amount;
    if (random() % 4 == 0) filter.amount_max = any().moved.amount;
    if (random() % 4 == 0) filter.asset = any().moved.asset;
    if (random() % 4 == 0 && !any().others.empty()) {
      const auto& others = any().others;
      if (!others.empty() && !others.front().is_none()) filter.counterparty = others.front();
    }
    if (random() % 4 == 0) (random() % 2 == 0 ? filter.in : filter.out) = false;
    std::vector<std::pair<bool, uint64_t>> expected;
    for (const Plain& p : all)
      if (passes(filter, p)) expected.emplace_back(p.moved.in, p.moved.place);
    EXPECT_EQ(walked(chain, handle, filter, false, random), expected);
    std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(walked(chain, handle, filter, true, random), expected);
    compared += expected.size();
  }
}

TEST(PropertyWorkbench, MovementsOfUtxoAddresses) {
  size_t compared = 0;
  for (uint64_t seed = 71; seed <= 74; ++seed) {
    const TemporaryFolder folder;
    RandomChain::Shape shape;
    shape.owners = 6;
    RandomChain chain(seed, shape);
    std::mt19937_64 random(seed);
    // Several segments: portions of the chain come in one after the other.
    for (int portion = 0; portion < 3; ++portion) {
      for (int b = 0; b < 25; ++b) chain.grow();
      tests::write_bytes(folder / "a.blk", tests::blk_bytes(chain.blocks(), {0xfa, 0xbf, 0xb5, 0xda}, {}, 0));
      ASSERT_TRUE(ingest::ingest_blk(folder / "L", regtest(), {folder / "a.blk"}, quick()).ok());
    }
    const auto opened = ledger::Ledger::open(folder / "L");
    ASSERT_TRUE(opened.ok());
    const ledger::LedgerChain& store = *opened->find(regtest());
    std::vector<AddressKey> keys;
    for (uint64_t o = 0; o < store.utxo->info().outputs; ++o) {
      const AddressKey key = store.utxo->output_address(o);
      if (!key.is_none() && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
    std::shuffle(keys.begin(), keys.end(), random);
    keys.resize(std::min<size_t>(keys.size(), 12));
    for (const AddressKey& key : keys) {
      const auto handle = store.utxo->find_address(key);
      ASSERT_TRUE(handle);
      const auto all = plain_utxo(*store.utxo, key);
      EXPECT_EQ(workbench::movement_count(store, *handle), all.size());
      compare(store, all, *handle, random, compared);
    }
  }
  EXPECT_GT(compared, 2000u);
}
TEST(PropertyWorkbench, MovementsOfAccounts) {
  size_t compared = 0;
  for (uint64_t seed = 81; seed <= 84; ++seed) {
    const TemporaryFolder folder;
    std::mt19937_64 random(seed);
    const auto someone = [&] { return 1 + random() % 9; };
    uint64_t block = 0;
    for (int portion = 0; portion < 3; ++portion) {
      std::string text =
          "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,"
          "amount\n";
      for (int b = 0; b < 30; ++b, ++block)
        for (uint64_t t = 0; t < 4; ++t) {
          char row[400];
          const char* assets[] = {"ETH", "0x00000000000000000000000000000000000000aa",
                                  "0x00000000000000000000000000000000000000bb"};
          std::snprintf(row, sizeof row, "%llu,%llu,0x%064llx,%llu,0,transfer,%s,0x%040llx,0x%040llx,%llu\n",
                        static_cast<unsigned long long>(block), static_cast<unsigned long long>(1000 + block * 12),
                        static_cast<unsigned long long>(seed * 1'000'000 + block * 10 + t),
                        static_cast<unsigned long long>(t), assets[random() % 3],
                        static_cast<unsigned long long>(someone()), static_cast<unsigned long long>(someone()),
                        static_cast<unsigned long long>(1 + random() % 1000));
          text += row;
        }
      ASSERT_TRUE(base::replace_file(folder / "rows.csv", text).ok());
      ASSERT_TRUE(ingest::ingest_transfers(folder / "L", ethereum(), {folder / "rows.csv"}, quick()).ok());
    }
    const auto opened = ledger::Ledger::open(folder / "L");
    ASSERT_TRUE(opened.ok());
    const ledger::LedgerChain& store = *opened->find(ethereum());
    for (uint64_t n = 1; n <= 9; ++n) {
      std::array<uint8_t, 20> bytes{};
      bytes[19] = static_cast<uint8_t>(n);
      const AddressKey key = chain::make_key(chain::AddressKind::kAccount, bytes);
      const auto handle = store.account->find_address(key);
      ASSERT_TRUE(handle);
      const auto all = plain_account(*store.account, key);
      EXPECT_EQ(workbench::movement_count(store, *handle), all.size());
      compare(store, all, *handle, random, compared);
    }
  }
  EXPECT_GT(compared, 2000u);
}
TEST(PropertyWorkbench, CursorsThatNobodyGaveAreRefused) {
  const TemporaryFolder folder;
  RandomChain chain(5, {});
  for (int b = 0; b < 5; ++b) chain.grow();
  tests::write_bytes(folder / "a.blk", tests::blk_bytes(chain.blocks(), {0xfa, 0xbf, 0xb5, 0xda}, {}, 0));
  ASSERT_TRUE(ingest::ingest_blk(folder / "L", regtest(), {folder / "a.blk"}, quick()).ok());
  const auto opened = ledger::Ledger::open(folder / "L");
  ASSERT_TRUE(opened.ok());
  const ledger::LedgerChain& store = *opened->find(regtest());
  const auto handle = store.utxo->find_address(store.utxo->output_address(0));
  ASSERT_TRUE(handle);
  for (const char* cursor : {"m3", "o", "o1", "oxi2", "o1i", "i2o1", "o-1i2", "o99999999999999999999i1", "{}"})
    EXPECT_FALSE(MovementWalk::start(store, *handle, {}, true, cursor).ok()) << cursor;
}

TEST(TagSearch, FindsPiecesOfNamesTheBeginningFirst) {
  std::vector<attribution::Tag> tags;
  for (const char* label : {"Binance 14", "Old Binance wallet", "업비트 핫월렛", "Kraken", "binance.us"}) {
    attribution::Tag tag;
    tag.subject.chain = "ethereum";
    tag.subject.network = &ethereum();
    std::array<uint8_t, 20> bytes{};
    bytes[0] = static_cast<uint8_t>(tags.size() + 1);
    tag.subject.key = chain::make_key(chain::AddressKind::kAccount, bytes);
    tag.subject.text = chain::format_address(ethereum(), tag.subject.key);
    tag.label = label;
    tags.push_back(tag);
  }
  const auto index = std::make_shared<const attribution::TagIndex>(attribution::TagIndex::of(tags));
  workbench::TagSearch search;
  const auto labels = [&](const char* text, size_t limit) {
    std::vector<std::string> out;
    for (const attribution::Tag* tag : search.find(index, text, limit)) out.push_back(tag->label);
    return out;
  };
  const auto found = labels("BINANCE", 10);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found.back(), "Old Binance wallet");
  EXPECT_EQ(labels("비트", 10), std::vector<std::string>{"업비트 핫월렛"});
  EXPECT_EQ(labels("binance", 1).size(), 1u);
  EXPECT_TRUE(labels("", 10).empty());
  EXPECT_TRUE(labels("a\nb", 10).empty());
}

TEST(ViewStore, NobodyWritesOverWhatTheyHaveNotSeen) {
  const TemporaryFolder folder;
  auto store = workbench::ViewStore::open(folder / "views.db");
  ASSERT_TRUE(store.ok());
  workbench::CaseView view;
  view.name = "trail";
  view.content = "{\"version\":1}";
  const auto added = (*store)->add(view);
  ASSERT_TRUE(added.ok()) << added.error().message;
  auto mine = *added, theirs = *added;
  mine.content = "{\"mine\":1}";
  theirs.content = "{\"theirs\":1}";
  ASSERT_TRUE((*store)->change(theirs).ok());
  EXPECT_FALSE((*store)->change(mine).ok());
  EXPECT_EQ((*(*store)->find(added->id))->content, "{\"theirs\":1}");
  EXPECT_EQ((*store)->list()->size(), 1u);
  view.content.assign(workbench::kViewBytesMax + 1, ' ');
  EXPECT_FALSE((*store)->add(view).ok());
  view.content = "{}";
  view.name = "";
  EXPECT_FALSE((*store)->add(view).ok());
  ASSERT_TRUE((*store)->remove(added->id).ok());
  EXPECT_FALSE((*store)->remove(added->id).ok());
  // Again, as a server that was started anew would.
  ASSERT_TRUE(workbench::ViewStore::open(folder / "views.db").ok());
}

TEST(Sessions, EndWithTimeAndAreOfOneCookie) {
  server::Sessions sessions("jindo-test");
  net::Request request;
  request.method = "POST";
  const auto cookie = sessions.begin(request, "token", 1000);
  ASSERT_TRUE(cookie.ok());
  EXPECT_NE(cookie->find("; HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(cookie->find("token"), std::string::npos);
  const std::string pair = "other=1; " + cookie->substr(0, cookie->find(';'));
  request.cookie = pair;
  const auto found = sessions.find(request, 1001);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, base::sha256(base::as_bytes(std::string("token"))));
  EXPECT_TRUE(sessions.find(request, 1001 + server::Sessions::kIdleSeconds));
  EXPECT_FALSE(sessions.find(request, 1002 + 2 * server::Sessions::kIdleSeconds));  // nobody was there for so long
  const auto again = sessions.begin(request, "token", 2000);
  ASSERT_TRUE(again.ok());
  const std::string second = again->substr(0, again->find(';'));
  request.cookie = second;
  for (int64_t now = 2000; now <= 2000 + server::Sessions::kSecondsMax; now += 3600)
    EXPECT_TRUE(sessions.find(request, now)) << now;
  EXPECT_FALSE(sessions.find(request, 2001 + server::Sessions::kSecondsMax));  // however busy it was
  // Over TLS the cookie is bound to https and the host.
  request.secure = true;
  const auto safe = sessions.begin(request, "token", 1);
  ASSERT_TRUE(safe.ok());
  EXPECT_EQ(safe->rfind("__Host-jindo-test=", 0), 0u);
  EXPECT_NE(safe->find("; Secure"), std::string::npos);
}
TEST(Sessions, OnlyTheOwnPageMayChangeSomething) {
  const auto from = [](const char* method, const char* origin, const char* site) {
    net::Request request;
    request.method = method;
    request.host = "127.0.0.1:8650";
    request.origin = origin;
    request.fetch_site = site;
    return server::from_own_page(request);
  };
  EXPECT_TRUE(from("POST", "http://127.0.0.1:8650", "same-origin"));
  EXPECT_TRUE(from("GET", "", "same-origin"));
  EXPECT_TRUE(from("GET", "", "none"));  // typed by a person
  EXPECT_TRUE(from("GET", "", ""));
  EXPECT_FALSE(from("POST", "", ""));
  EXPECT_FALSE(from("POST", "http://127.0.0.1:9999", "same-site"));
  EXPECT_FALSE(from("POST", "http://127.0.0.1:9999", ""));
  EXPECT_FALSE(from("POST", "null", ""));
  EXPECT_FALSE(from("DELETE", "https://evil.example", "cross-site"));
  EXPECT_FALSE(from("GET", "", "cross-site"));
  EXPECT_FALSE(from("GET", "https://evil.example", ""));
  EXPECT_FALSE(from("POST", "http://127.0.0.1:8650.evil.example", ""));
}
}  // namespace
}  // namespace jindo
