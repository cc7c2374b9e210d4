// Tags end to end: every import format, history, what is in force, services; on made-up and public packs.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "attribution/subject.h"
#include "attribution/tag_index.h"
#include "base/clock.h"
#include "support/temporary_folder.h"

namespace jindo::attribution {
namespace {
using tests::TemporaryFolder;
constexpr const char* kThief = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
constexpr int64_t kDay = 86'400;

TagStore open_store(const TemporaryFolder& folder) {
  auto out = TagStore::open(folder / "records.db", records::Database::Access::kWrite);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return std::move(*out);
}
Tag tag_of(const std::string& address, const std::string& label, uint8_t confidence = 50) {
  Tag out;
  out.subject = *make_address_subject("ethereum", address);
  out.label = label;
  out.category = Category::kExchange;
  out.confidence = confidence;
  out.confidence_term = "stated";
  out.author = "test";
  return out;
}
std::string address_of(int n) {
  char text[64];
  std::snprintf(text, sizeof text, "0x%040x", 0x1000000 + n);
  return text;
}

TEST(Subject, TickersChainsAndForms) {
  EXPECT_EQ(make_address_subject("ETH", "0x098b716b8aaf21512996dc57eb0615e2383e2f96")->text, kThief);
  EXPECT_EQ(make_address_subject("XBT", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")->chain, "bitcoin");
  EXPECT_EQ(make_address_subject("USDT", "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq")->chain, "tron");
  EXPECT_EQ(make_address_subject("XBT", "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq")->chain, "tron");  // as OFAC has it
  EXPECT_EQ(make_address_subject("XMR", "88anything")->chain, "monero");
  EXPECT_EQ(make_address_subject("", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S")->chain, "bitcoin");
  EXPECT_FALSE(make_address_subject("ETH", "0x098B716B8Aaf21512996dC57EB0615e2383E2f9").ok());
  EXPECT_FALSE(make_address_subject("ETH", "0x098B716b8Aaf21512996dC57EB0615e2383E2f96").ok());  // EIP-55 broken
  EXPECT_FALSE(make_address_subject("", "who knows").ok());
}
TEST(Subject, AbsurdOnesAreToldSo) {
  const auto reason = [](const char* text, Category category = Category::kFrozen) {
    return absurd(*make_address_subject("ETH", text), category);
  };
  EXPECT_NE(reason("0x0000000000000000000000000000000000000000"), "");
  EXPECT_NE(reason("0x0000000000000000000000000000000000000018"), "");
  EXPECT_NE(reason("0x000000000000000000000000000000000000dead"), "");
  EXPECT_NE(reason("0xffffffffffffffffffffffffffffffffffffffff"), "");
  EXPECT_EQ(reason(kThief), "");
  EXPECT_EQ(reason("0x000000000000000000000000000000000000dead", Category::kBurn), "");
  EXPECT_NE(absurd(*make_address_subject("BTC", "1111111111111111111114oLvT2"), Category::kTheft), "");
}
TEST(Subject, KeysOfBitcoinsForks) {
  std::array<uint8_t, 20> bitcoin{}, cash{}, legacy{};
  // CashAddr specification's first vector: both spell one key.
  ASSERT_TRUE(key_hash_of(*make_address_subject("BTC", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"), bitcoin));
  ASSERT_TRUE(
      key_hash_of(*make_address_subject("BCH", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"), cash));
  ASSERT_TRUE(key_hash_of(*make_address_subject("BCH", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"), legacy));
  EXPECT_EQ(bitcoin, cash);
  EXPECT_EQ(bitcoin, legacy);
  EXPECT_FALSE(key_hash_of(*make_address_subject("BCH", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b"), cash));
}

TEST(Tag, TheOneShownFirst) {
  Tag sure = tag_of(kThief, "sure", 90), authority = tag_of(kThief, "authority", 50),
      crawl = tag_of(kThief, "crawl", 50);
  authority.source_kind = SourceKind::kAuthority;
  crawl.source_kind = SourceKind::kCrawl;
  Tag later = crawl;
  later.label = "later";
  crawl.stated = 1;
  later.stated = 2;
  std::vector<Tag> tags{crawl, later, authority, sure};
  std::sort(tags.begin(), tags.end(), shown_before);
  EXPECT_EQ(tags[0].label, "sure");
  EXPECT_EQ(tags[1].label, "authority");
  EXPECT_EQ(tags[2].label, "later");
  EXPECT_EQ(tags[3].label, "crawl");
}
TEST(Tag, Markings) {
  EXPECT_EQ(find_marking("TLP:AMBER+STRICT"), Marking::kAmberStrict);
  EXPECT_EQ(find_marking("white"), Marking::kClear);
  EXPECT_FALSE(find_marking("purple").has_value());
}

TEST(TagStore, HistoryAnswersWhetherAnAddressWasListed) {
  const TemporaryFolder folder;
  TagStore store = open_store(folder);
  const auto import = [&](int64_t day, const std::vector<int>& members) {
    TagBatch batch;
    batch.collection = "list";
    for (const int n : members) batch.add(tag_of(address_of(n), "owner " + std::to_string(n)), "here");
    ImportOptions options;
    options.as_of = day * kDay;
    auto done = store.import(batch, options);
    EXPECT_TRUE(done.ok()) << done.error().message;
    return *done;
  };
  import(10, {1, 2});
  const auto second = import(20, {2, 3});
  EXPECT_EQ(second.added, 1U);
  EXPECT_EQ(second.gone, 1U);
  EXPECT_EQ(second.known, 1U);
  EXPECT_TRUE(import(20, {3, 2}).repeated);
  TagBatch other;
  other.collection = "list";
  other.add(tag_of(address_of(9), "x"), "here");
  ImportOptions same_day;
  same_day.as_of = 20 * kDay;
  EXPECT_FALSE(store.import(other, same_day).ok());  // that day is told already
  const auto snapshots = store.collections()->front().snapshots;
  const auto on = [&](int n, int64_t day) {
    const auto tags = store.tags_of(*make_address_subject("ethereum", address_of(n)));
    return stood_on(tags->front(), snapshots, day * kDay).answer;
  };
  EXPECT_EQ(on(1, 10), Listed::kYes);
  EXPECT_EQ(on(1, 15), Listed::kUnknown);
  EXPECT_EQ(on(1, 20), Listed::kNo);
  EXPECT_EQ(on(1, 5), Listed::kUnknown);
  EXPECT_EQ(on(2, 15), Listed::kYes);
  EXPECT_EQ(on(3, 10), Listed::kNo);
  EXPECT_EQ(on(3, 30), Listed::kUnknown);
  const auto index_at = [&](int64_t day) { return TagIndex::load(store, day * kDay)->tags().size(); };
  EXPECT_EQ(index_at(9), 0U);
  EXPECT_EQ(index_at(15), 2U);
  EXPECT_EQ(index_at(25), 2U);
}

// Whatever the order in which snapshots come, the same is known.
TEST(TagStore, OrderOfSnapshotsDoesNotMatter) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<std::pair<int64_t, bool>> snapshots;  // day, has it
    for (int64_t day = 1; day <= 7; ++day)
      if (random() % 4 != 0) snapshots.emplace_back(day * 10, random() % 2 == 0);
    std::vector<Seen> expected;
    for (size_t i = 0; i < snapshots.size(); ++i) {
      if (!snapshots[i].second) continue;
      if (i > 0 && snapshots[i - 1].second)
        expected.back().last = snapshots[i].first;
      else
        expected.push_back({snapshots[i].first, snapshots[i].first});
    }
    std::shuffle(snapshots.begin(), snapshots.end(), random);
    std::vector<Seen> seen;
    std::vector<int64_t> complete;
    for (const auto& [day, has] : snapshots) {
      seen = seen_after(seen, complete, day, has, true);
      complete.insert(std::upper_bound(complete.begin(), complete.end(), day), day);
    }
    EXPECT_EQ(seen, expected) << "round " << round;
  }
}

TEST(TagStore, WithdrawalsStayInHistory) {
  const TemporaryFolder folder;
  TagStore store = open_store(folder);
  const auto id = store.add(tag_of(kThief, "a mistake"), 100 * kDay);
  ASSERT_TRUE(id.ok());
  EXPECT_FALSE(store.withdraw(*id, 110 * kDay, "", "why").ok());
  ASSERT_TRUE(store.withdraw(*id, 110 * kDay, "kim", "belongs to the victim").ok());
  EXPECT_FALSE(store.withdraw(*id, 111 * kDay, "kim", "again").ok());
  EXPECT_FALSE(store.withdraw(*id + 1, 111 * kDay, "kim", "none").ok());
  const auto tags = store.tags_of(*make_address_subject("ethereum", kThief));
  ASSERT_EQ(tags->size(), 1U);
  EXPECT_EQ(tags->front().withdrawal->author, "kim");
  EXPECT_EQ(TagIndex::load(store, 105 * kDay)->tags().size(), 1U);
  EXPECT_EQ(TagIndex::load(store, 110 * kDay)->tags().size(), 0U);
  EXPECT_FALSE(store.add(tag_of("0x0000000000000000000000000000000000000000", "zero"), 1).ok());
}

TEST(TagIndex, FindsEveryTagAndNothingElse) {
  std::vector<Tag> tags;
  for (int n = 0; n < 3000; ++n)
    for (int k = 0; k <= n % 3; ++k) tags.push_back(tag_of(address_of(n), "owner", static_cast<uint8_t>(10 + k)));
  const TagIndex index = TagIndex::of(tags);
  const chain::Network& ethereum = **chain::find_network("ethereum");
  for (int n = 0; n < 3000; ++n) {
    const auto found = index.find(ethereum, *chain::parse_address(ethereum, address_of(n)));
    ASSERT_EQ(found.size(), static_cast<size_t>(n % 3 + 1));
    EXPECT_EQ(found.front().confidence, 10 + n % 3);
  }
  EXPECT_TRUE(index.find(ethereum, *chain::parse_address(ethereum, kThief)).empty());
  EXPECT_TRUE(index.find(**chain::find_network("bsc"), *chain::parse_address(ethereum, address_of(1))).empty());
}

TEST(Readers, HeadersAreInheritedAndTermsMapped) {
  TagBatch batch;
  const auto status = read_tagpack("p.yaml",
                                   "title: T\ncreator: C\nconfidence: authority_data\nabuse: sanction\ncategory: user\n"
                                   "label: L\ncurrency: ETH\nlastmod: 2022-04-15\ntags:\n- address: '" +
                                       std::string(kThief) +
                                       "'\n- address: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S\n  currency: BTC\n"
                                       "  label: own\n  confidence: nonsense\n- address: ''\n",
                                   batch);
  ASSERT_TRUE(status.ok()) << status.error().message;
  ASSERT_EQ(batch.tags.size(), 2U);
  EXPECT_EQ(batch.tags[0].label, "L");
  EXPECT_EQ(batch.tags[0].category, Category::kSanctioned);
  EXPECT_EQ(batch.tags[0].confidence, 60);
  EXPECT_EQ(batch.tags[1].label, "own");
  EXPECT_EQ(batch.tags[1].confidence, 5);
  EXPECT_EQ(batch.notes.size(), 1U);
  EXPECT_EQ(batch.refused.size(), 1U);
  EXPECT_EQ(base::format_time(*batch.as_of), "2022-04-15T00:00:00Z");
}
TEST(Readers, WrongYamlNamesTheLine) {
  for (const char* text : {"title: T\ntags: 3\n", "title: T\n", "tags:\n- a: &x 1\n  b: *x\n", "", "[1]",
                           "tags:\n- {a: [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}"}) {
    TagBatch batch;
    const auto status = read_tagpack("p.yaml", text, batch);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_NE(status.error().message.find("p.yaml"), std::string::npos);
  }
}
TEST(Readers, XmlOutsideOfTheListIsRefused) {
  for (const char* text :
       {"<a/>", "<Sanctions>", "<!DOCTYPE x [<!ENTITY a 'b'>]><Sanctions>&a;</Sanctions>", "", "<Sanctions/>"}) {
    TagBatch batch;
    EXPECT_FALSE(read_ofac_xml_text("l.xml", text, batch).ok()) << text;
  }
}
TEST(Readers, TokensAreNoExchanges) {
  TagBatch batch;
  const std::string labels =
      "{\"0x098B716B8Aaf21512996dC57EB0615e2383E2f96\":{\"name\":\"Huobi Token (HT)\",\"labels\":[\"exchange\"]},"
      "\"0xdac17f958d2ee523a2206206994597c13d831ec7\":{\"name\":\"Binance 14\",\"labels\":[\"binance\"]}}";
  ASSERT_TRUE(read_label_json("x.json", labels, "ethereum", batch).ok());
  ASSERT_EQ(batch.tags.size(), 2U);
  EXPECT_EQ(batch.tags[0].category, Category::kToken);
  EXPECT_EQ(batch.tags[1].category, Category::kExchange);
}
}  // namespace
}  // namespace jindo::attribution
