// The exposure index against a plain map, and readers beside its writer.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

#include "exposure/index_writer.h"

namespace jindo::exposure {
namespace {
const chain::Network& bitcoin() { return **chain::find_network("bitcoin"); }
NetworkAddress address_of(uint64_t n) {
  std::array<uint8_t, 20> bytes{};
  std::memcpy(bytes.data(), &n, sizeof n);
  return {network_number(bitcoin()), chain::make_key(chain::AddressKind::kPubkeyHash, bytes)};
}
using Known = std::map<std::pair<uint64_t, uint32_t>, base::Uint256>;  // address, source: received

void expect_equal(const Snapshot& snapshot, const Known& known, uint64_t addresses, const std::vector<bool>& alive) {
  for (uint64_t a = 0; a < addresses; ++a) {
    std::map<uint32_t, base::Uint256> found;
    const NetworkAddress address = address_of(a);
    snapshot.rows_of(address, hash_of(address),
                     [&](const Row& row) { EXPECT_TRUE(found.emplace(row.source, row.received).second); });
    std::map<uint32_t, base::Uint256> expected;
    for (auto it = known.lower_bound({a, 0}); it != known.end() && it->first.first == a; ++it)
      if (alive[it->first.second]) expected[it->first.second] = it->second;
    ASSERT_EQ(found, expected) << a;
  }
}

// Random changes, sources that end, merges small and large: always what a plain map says.
void expect_plain_map(uint64_t seed, size_t changed_max) {
  std::mt19937_64 random(seed);
  IndexWriter index(changed_max);
  Known known;
  std::vector<bool> alive;
  for (int s = 0; s < 4; ++s) {
    index.add_source(
        {SourceKind::kIncident, "s" + std::to_string(s), "", &bitcoin(), chain::native_asset(), false, true});
    alive.push_back(true);
  }
  const uint32_t asset = index.asset_number(bitcoin(), chain::native_asset());
  for (int round = 0; round < 60; ++round) {
    const int changes = round % 10 == 0 ? 3000 : static_cast<int>(random() % 40);
    for (int c = 0; c < changes; ++c) {
      const uint64_t a = random() % 2000;
      const auto s = static_cast<uint32_t>(random() % alive.size());
      if (!alive[s]) continue;
      base::Uint256 amount(random() % 1000);
      if (random() % 50 == 0) amount.words[3] = random() % 7;  // wider than a packed row holds
      Row& row = index.row(address_of(a), asset, s);
      row.received += amount;
      ++row.arrivals;
      known[{a, s}] += amount;
    }
    if (round == 30) {
      index.end_source(1);
      alive[1] = false;
      alive.push_back(true);
      index.add_source({SourceKind::kIncident, "again", "", &bitcoin(), chain::native_asset(), false, true});
    }
    index.publish();
    expect_equal(index.last(), known, 2000, alive);
    EXPECT_LT(index.last().tables.size(), 12u);
  }
}
TEST(Index, IsAPlainMapWhateverTheMerges) {
  expect_plain_map(7, 1 << 20);
  expect_plain_map(8, 500);  // changes become tables on the way
  expect_plain_map(9, 7);
}
TEST(Index, ReadersGoOnWhileOneWrites) {
  IndexWriter index;
  index.add_source({SourceKind::kIncident, "s", "", &bitcoin(), chain::native_asset(), false, true});
  const uint32_t asset = index.asset_number(bitcoin(), chain::native_asset());
  std::atomic<bool> done{false};
  std::atomic<uint64_t> looked{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 2; ++r)
    readers.emplace_back([&] {
      uint64_t last = 0;
      while (!done) {
        const NetworkAddress address = address_of(1);
        index.published().get()->rows_of(address, hash_of(address), [&](const Row& row) {
          EXPECT_GE(row.received.low(), last);  // never back in time
          last = row.received.low();
        });
        ++looked;
      }
    });
  for (uint64_t i = 1; i <= 300; ++i) {
    index.row(address_of(1), asset, 0).received = base::Uint256(i);
    for (uint64_t a = 0; a < 300; ++a) index.row(address_of(2 + i * 300 + a), asset, 0).received = base::Uint256(i);
    index.publish();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(looked, 0u);
}
}  // namespace
}  // namespace jindo::exposure
