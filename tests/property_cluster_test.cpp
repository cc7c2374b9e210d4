// What must always hold of clusters, on random chains: the fast pass equals a plain one, blocks taken in later equal
// all at once, a reorganisation leaves nothing behind, splits stay, and the reason given for a join is one and is
// shortest.
#include <gtest/gtest.h>

#include <map>
#include <queue>
#include <set>

#include "cluster/store.h"
#include "cluster/why.h"
#include "ingest/ingest.h"
#include "ledger/ledger.h"
#include "support/chain_maker.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using chain::AddressKey;
using cluster::Clusters;
using cluster::Rules;
using tests::RandomChain;
using tests::TemporaryFolder;
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};

const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }
RandomChain::Shape wide() {
  RandomChain::Shape shape;
  shape.transactions = 12;
  shape.owners = 600;
  shape.inputs_max = 4;
  shape.outputs_max = 4;
  return shape;
}
std::string ingest_blocks(const TemporaryFolder& folder, const std::string& name,
                          const std::vector<tests::ByteVector>& blocks) {
  ingest::IngestOptions options;
  options.durable = false;
  const std::string file = folder / (name + ".dat");
  tests::write_bytes(file, tests::blk_bytes(blocks, kMagic, {}, 0));
  const auto done = ingest::ingest_blk(folder / name, regtest(), {file}, options);
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().message);
  return folder / name;
}
ledger::Ledger opened(const std::string& folder) {
  auto out = ledger::Ledger::open(folder);
  EXPECT_TRUE(out.ok());
  return std::move(*out);
}
const ledger::UtxoStore& store_of(const ledger::Ledger& ledger) { return *ledger.chains().front().utxo; }
Clusters all_at_once(const ledger::UtxoStore& store, const Rules& rules, unsigned threads = 2) {
  auto out = Clusters::create(rules);
  EXPECT_TRUE(out.ok());
  const auto status = out->advance(store, threads);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
  return std::move(*out);
}
Clusters updated(const std::string& folder, const ledger::UtxoStore& store, const Rules& rules,
                 cluster::UpdateSummary* summary = nullptr) {
  cluster::UpdateOptions options;
  options.durable = false;
  cluster::UpdateSummary ignored;
  auto out = cluster::ClusterStore::update(folder, store, rules, options, summary != nullptr ? *summary : ignored);
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return std::move(*out);
}

// Address -> its cluster's first address: says the same whatever the numbers are.
using Partition = std::map<std::string, std::string>;
std::set<AddressKey> addresses_of(const ledger::UtxoStore& store) {
  std::set<AddressKey> out;
  for (const auto& segment : store.all_segments()) out.insert(segment.address_key.begin(), segment.address_key.end());
  return out;
}
std::string text(const AddressKey& key) { return chain::format_address(regtest(), key); }
Partition partition(const ledger::UtxoStore& store, const Clusters& clusters) {
  Partition out;
  std::map<uint32_t, uint32_t> sizes;
  for (const AddressKey& key : addresses_of(store)) {
    const uint32_t number = clusters.number_of(store, *store.find_address(key));
    EXPECT_NE(number, cluster::kNoAddress) << text(key);
    EXPECT_EQ(clusters.numbers().address(store, number), key);
    const uint32_t root = clusters.root(number);
    ++sizes[root];
    out[text(key)] = text(clusters.numbers().address(store, root));
  }
  for (const auto& [root, size] : sizes) EXPECT_EQ(clusters.size(root), size);
  return out;
}

// The same, one transaction after another over a map of keys: what the engine is held against.
struct Plain {
  std::map<AddressKey, AddressKey> up;
  std::map<AddressKey, std::string> name;
  std::map<AddressKey, uint64_t> size;
  std::vector<std::pair<uint64_t, cluster::HoldReason>> held;
  AddressKey root(AddressKey key) {
    while (up.count(key) != 0 && !(up[key] == key)) key = up[key];
    return key;
  }
  uint64_t size_of(const AddressKey& r) { return size.count(r) != 0 ? size[r] : 1; }
};
Plain plain_clusters(const ledger::UtxoStore& store, const Rules& rules) {
  Plain out;
  for (const auto& named : rules.names) out.name[named.address] = named.name;
  const std::set<chain::TxId> nothing(rules.joins_nothing.begin(), rules.joins_nothing.end());
  const std::set<chain::TxId> accepted(rules.accepted.begin(), rules.accepted.end());
  ledger::UtxoTransactionView view;
  for (uint64_t t = 0; t < store.info().transactions; ++t) {
    store.transaction(t, view);
    std::set<AddressKey> roots;
    for (uint64_t i = 0; i < view.in_output.size(); ++i) {
      const AddressKey key = store.input_address(view.first_input + i);
      if (!key.is_none()) roots.insert(out.root(key));
    }
    const auto finding = cluster::find_join(store, t);
    const bool taken = accepted.count(store.transaction_id(t)) != 0;
    if (roots.size() < 2 || nothing.count(store.transaction_id(t)) != 0) continue;
    if (rules.kept_out[static_cast<size_t>(finding.kind)] && !taken) continue;
    std::set<std::string> names;
    uint64_t total = 0, largest = 0;
    for (const AddressKey& root : roots) {
      if (out.name.count(root) != 0) names.insert(out.name[root]);
      total += out.size_of(root);
      largest = std::max(largest, out.size_of(root));
    }
    bool apart = false;
    for (const auto& [a, b] : rules.apart)
      apart |= !(out.root(a) == out.root(b)) && roots.count(out.root(a)) != 0 && roots.count(out.root(b)) != 0;
    if (!taken) {
      std::optional<cluster::HoldReason> reason;
      if (total - largest > rules.growth_max) reason = cluster::HoldReason::kGrowth;
      if (apart) reason = cluster::HoldReason::kApart;
      if (names.size() > 1) reason = cluster::HoldReason::kNames;
      if (reason) {
        out.held.emplace_back(t, *reason);
        continue;
      }
    }
    const AddressKey first = *roots.begin();
    for (const AddressKey& root : roots) out.up[root] = first;
    out.size[first] = total;
    if (!names.empty() && !taken) out.name[first] = *names.begin();
  }
  return out;
}
void expect_same(const ledger::UtxoStore& store, const Clusters& fast, Plain& plain) {
  std::map<std::string, std::string> there, back;
  for (const AddressKey& key : addresses_of(store)) {
    const std::string a =
        text(fast.numbers().address(store, fast.root(fast.number_of(store, *store.find_address(key)))));
    const std::string b = text(plain.root(key));
    EXPECT_EQ(there.emplace(a, b).first->second, b) << text(key);
    EXPECT_EQ(back.emplace(b, a).first->second, a) << text(key);
  }
  ASSERT_EQ(fast.held().size(), plain.held.size());
  for (size_t i = 0; i < plain.held.size(); ++i) {
    EXPECT_EQ(fast.held()[i].transaction, plain.held[i].first);
    EXPECT_EQ(fast.held()[i].reason, plain.held[i].second);
  }
}
// Names for every thirtieth address, a few splits, a small limit: every guard has work.
Rules busy_rules(const ledger::UtxoStore& store) {
  Rules rules;
  const auto all = addresses_of(store);
  size_t i = 0;
  std::vector<AddressKey> some;
  for (const AddressKey& key : all) {
    if (++i % 30 == 0) rules.names.push_back({key, "owner " + std::to_string(i / 30 % 4)});
    if (i % 37 == 0) some.push_back(key);
  }
  for (size_t s = 0; s + 1 < some.size(); s += 2) rules.apart.emplace_back(some[s], some[s + 1]);
  rules.joins_nothing.push_back(store.transaction_id(store.info().transactions / 2));
  rules.growth_max = 6;
  return rules;
}

TEST(PropertyCluster, TheFastPassEqualsAPlainOne) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, wide());
    for (int b = 0; b < 60; ++b) chain.grow();
    const auto ledger = opened(ingest_blocks(folder, "ledger", chain.blocks()));
    const auto& store = store_of(ledger);
    for (const Rules& rules : {Rules{}, busy_rules(store)}) {
      Plain plain = plain_clusters(store, rules);
      const Clusters one = all_at_once(store, rules, 1);
      expect_same(store, one, plain);
      const Clusters many = all_at_once(store, rules, 4);
      EXPECT_EQ(partition(store, one), partition(store, many));
      EXPECT_EQ(one.totals(), many.totals());
      EXPECT_GT(one.totals().joining, 50U);
    }
    EXPECT_FALSE(plain_clusters(store, busy_rules(store)).held.empty());
  }
}

TEST(PropertyCluster, BlocksTakenInLaterEqualAllAtOnceAndAReorganisationLeavesNothing) {
  for (uint64_t seed = 11; seed <= 14; ++seed) {
    const TemporaryFolder folder;
    RandomChain chain(seed, wide());
    for (int b = 0; b < 80; ++b) chain.grow();
    RandomChain other = chain;
    const std::string ledger_folder = ingest_blocks(folder, "ledger", chain.blocks());
    const Rules rules = busy_rules(store_of(opened(ledger_folder)));
    updated(ledger_folder, store_of(opened(ledger_folder)), rules);
    size_t had = chain.blocks().size();
    for (const int more : {1, 2, 5, 1, 3}) {
      for (int b = 0; b < more; ++b) chain.grow();
      const std::vector<tests::ByteVector> fresh(chain.blocks().begin() + static_cast<ptrdiff_t>(had),
                                                 chain.blocks().end());
      had = chain.blocks().size();
      ingest_blocks(folder, "ledger", fresh);
      const auto ledger = opened(ledger_folder);
      const auto& store = store_of(ledger);
      cluster::UpdateSummary summary;
      const Clusters stepped = updated(ledger_folder, store, rules, &summary);
      EXPECT_FALSE(summary.rebuilt) << summary.why_rebuilt;
      const Clusters whole = all_at_once(store, rules);
      EXPECT_EQ(partition(store, stepped), partition(store, whole));
      EXPECT_EQ(stepped.held(), whole.held());
      EXPECT_EQ(stepped.totals(), whole.totals());
      bool other_rules = true;
      auto stored = cluster::ClusterStore::open(ledger_folder, regtest(), rules, other_rules);
      ASSERT_TRUE(stored.ok()) << stored.error().message;
      ASSERT_TRUE(stored->has_value());
      EXPECT_FALSE(other_rules);
      EXPECT_EQ(partition(store, **stored), partition(store, whole));
      EXPECT_EQ((*stored)->held(), whole.held());
    }
    // A branch with more work from block 80 on, as long as all that came since and one more.
    other.turn(seed * 77);
    for (size_t b = 80; b < had + 1; ++b) other.grow();
    ingest_blocks(folder, "ledger", {other.blocks().begin() + 80, other.blocks().end()});
    const auto ledger = opened(ledger_folder);
    const auto& store = store_of(ledger);
    cluster::UpdateSummary summary;
    const Clusters after = updated(ledger_folder, store, rules, &summary);
    EXPECT_FALSE(summary.rebuilt) << summary.why_rebuilt;
    EXPECT_EQ(partition(store, after), partition(store, all_at_once(store, rules)));
    EXPECT_EQ(after.held(), all_at_once(store, rules).held());
    // Other rules: everything is made anew, and says so.
    Rules fewer = rules;
    fewer.names.clear();
    const Clusters renamed = updated(ledger_folder, store, fewer, &summary);
    EXPECT_TRUE(summary.rebuilt);
    EXPECT_EQ(partition(store, renamed), partition(store, all_at_once(store, fewer)));
  }
}

// Steps between two addresses over joining transactions, by a plain search.
std::map<AddressKey, int> distances(const ledger::UtxoStore& store, const Clusters& clusters, const AddressKey& from) {
  std::set<uint64_t> held;
  for (const auto& h : clusters.held()) held.insert(h.transaction);
  std::map<AddressKey, std::vector<std::vector<AddressKey>>> edges;
  ledger::UtxoTransactionView view;
  for (uint64_t t = 0; t < store.info().transactions; ++t) {
    store.transaction(t, view);
    if (held.count(t) != 0 || clusters.rules().kept_out[static_cast<size_t>(cluster::find_join(store, t).kind)])
      continue;
    std::vector<AddressKey> keys;
    for (uint64_t i = 0; i < view.in_output.size(); ++i) keys.push_back(store.input_address(view.first_input + i));
    for (const AddressKey& key : keys) edges[key].push_back(keys);
  }
  std::map<AddressKey, int> out{{from, 0}};
  std::queue<AddressKey> queue;
  queue.push(from);
  while (!queue.empty()) {
    const AddressKey at = queue.front();
    queue.pop();
    for (const auto& keys : edges[at])
      for (const AddressKey& key : keys)
        if (!key.is_none() && out.emplace(key, out[at] + 1).second) queue.push(key);
  }
  return out;
}

// An output that anybody can spend stands beside two wallets' inputs in turn: neither joins the other by it.
TEST(Clusters, WhatAnybodyCanSpendJoinsNobody) {
  const std::vector<tests::ByteVector> keyless = {
      {0x51, 0x02, 0x4e, 0x73},  // pay to anchor
      {0x51},                    // OP_TRUE
      {},                        // the spender pushes what is wanted
      {0x52, 0x02, 0xab, 0xcd},  // a witness program without rules
      [] {                       // one of 32 bytes, which only its hash names
        tests::ByteVector out{0x52, 0x20};
        out.resize(34, 7);
        return out;
      }(),
  };
  for (const tests::ByteVector& script : keyless) {
    const TemporaryFolder folder;
    tests::MadeTransaction coinbase;
    coinbase.outputs = {{1000, tests::p2wpkh(1)}, {1000, tests::p2wpkh(2)}, {240, script}, {240, script},
                        {1000, tests::p2wpkh(3)}, {1000, tests::p2wpkh(3)}};
    const chain::TxId made = tests::identifier(coinbase);
    const auto spend = [&](std::vector<uint32_t> outputs, uint64_t to) {
      tests::MadeTransaction out;
      for (const uint32_t output : outputs) out.inputs.push_back({made, output});
      out.outputs = {{500, tests::p2wpkh(to)}};
      return out;
    };
    const auto first = tests::make_block({}, 1'700'000'000, 0x207fffff, 0, {coinbase});
    tests::MadeTransaction next;
    next.lock_time = 1;
    next.outputs = {{0, tests::p2wpkh(9)}};
    const auto second = tests::make_block(tests::block_hash(first), 1'700'000'600, 0x207fffff, 0,
                                          {next, spend({0, 2}, 4), spend({1, 3}, 5), spend({4, 5}, 6)});
    const auto ledger = opened(ingest_blocks(folder, "l", {first, second}));
    const ledger::UtxoStore& store = store_of(ledger);
    const Clusters clusters = all_at_once(store, {});
    const auto root = [&](uint64_t owner) {
      const AddressKey key = chain::classify_script(tests::p2wpkh(owner)).key;
      return clusters.root(clusters.number_of(store, *store.find_address(key)));
    };
    EXPECT_NE(root(1), root(2));
    const auto why = cluster::why_joined(store, clusters, chain::classify_script(tests::p2wpkh(1)).key,
                                         chain::classify_script(tests::p2wpkh(2)).key, 1000);
    ASSERT_TRUE(why.ok());
    EXPECT_TRUE(why->steps.empty());
  }
}
TEST(PropertyCluster, TheReasonForAJoinIsOneAndIsShortest) {
  const TemporaryFolder folder;
  RandomChain chain(31, wide());
  for (int b = 0; b < 50; ++b) chain.grow();
  const auto ledger = opened(ingest_blocks(folder, "ledger", chain.blocks()));
  const auto& store = store_of(ledger);
  Rules rules;
  rules.growth_max = 8;
  const Clusters clusters = all_at_once(store, rules);
  const auto all = addresses_of(store);
  const std::vector<AddressKey> keys(all.begin(), all.end());
  size_t joined = 0, apart = 0;
  for (size_t i = 0; i < keys.size(); i += 7) {
    const auto far = distances(store, clusters, keys[i]);
    for (size_t k = 0; k < keys.size(); k += 5) {
      const auto why = cluster::why_joined(store, clusters, keys[i], keys[k]);
      ASSERT_TRUE(why.ok());
      const bool same = clusters.root(clusters.number_of(store, *store.find_address(keys[i]))) ==
                        clusters.root(clusters.number_of(store, *store.find_address(keys[k])));
      if (!same || i == k) {
        EXPECT_TRUE(why->steps.empty());
        EXPECT_EQ(same, far.count(keys[k]) != 0);
        ++apart;
        continue;
      }
      ++joined;
      ASSERT_EQ(why->steps.size(), static_cast<size_t>(far.at(keys[k])));
      AddressKey at = keys[i];
      for (const auto& step : why->steps) {
        EXPECT_EQ(step.from, at);
        ledger::UtxoTransactionView view;
        store.transaction(step.transaction, view);
        EXPECT_EQ(store.input_address(view.first_input + step.from_input), step.from);
        EXPECT_EQ(store.input_address(view.first_input + step.to_input), step.to);
        at = step.to;
      }
      EXPECT_EQ(at, keys[k]);
    }
    const uint32_t number = clusters.number_of(store, *store.find_address(keys[i]));
    const auto members = cluster::members_of(store, clusters, number, SIZE_MAX);
    ASSERT_TRUE(members.ok());
    EXPECT_EQ(members->size(), clusters.size(clusters.root(number)));
  }
  EXPECT_GT(joined, 100U);
  EXPECT_GT(apart, 10U);
}
}  // namespace
}  // namespace jindo
