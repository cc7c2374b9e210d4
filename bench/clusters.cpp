// Figures of clustering.
#include "clusters.h"

#include <cstring>
#include <fstream>

#include "attribution/tag_index.h"
#include "base/file.h"
#include "cluster/store.h"
#include "ledger/ledger.h"
#include "measure.h"
#include "synthetic.h"

namespace jindo::bench {
namespace {
cluster::Clusters build(const ledger::UtxoReader& reader, unsigned threads) {
  auto out = must(cluster::Clusters::create({}));
  const auto status = out.advance(reader, threads);
  if (!status.ok()) must(base::Result<int>(status.error()));
  return out;
}
// What the peer gets: the same joins as pairs of numbers (first input's owner, another's), joint transactions left out.
void write_edges(const ledger::UtxoReader& reader, const cluster::Clusters& clusters, const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  std::vector<std::vector<uint32_t>> numbers;
  const auto passes = reader.passes();
  for (const ledger::ColumnPass& pass : passes) {
    auto& table = numbers.emplace_back(pass.address_key.size(), cluster::kNoAddress);
    for (uint64_t row = 0; row < table.size(); ++row)
      table[row] = clusters.number_of(reader, *reader.find_address(pass.address_key[row]));
    for (uint64_t t = 0; t < pass.transactions(); ++t) {
      const uint64_t begin = pass.tx_first_input[t] - pass.first_input,
                     end = pass.tx_first_input[t + 1] - pass.first_input;
      if (end - begin < 2 ||
          clusters.rules().kept_out[static_cast<size_t>(cluster::find_join(reader, pass.first_transaction + t).kind)])
        continue;
      for (uint64_t i = begin + 1; i < end; ++i) {
        const uint32_t pair[2] = {table[pass.in_address[begin]], table[pass.in_address[i]]};
        out.write(reinterpret_cast<const char*>(pair), sizeof pair);
      }
    }
  }
}
std::string ledger_of(const std::string& program, const std::string& work, const std::string& name,
                      uint64_t transactions, uint32_t owners) {
  const std::string blocks = work + "/" + (name == "utxo" ? "blocks" : name + "-blocks");
  if (!base::exists(blocks + "/made")) {
    make_blocks_folder(blocks, transactions, owners);
    (void)base::replace_file(blocks + "/made", "1");
  }
  const std::string folder = work + "/" + name;
  if (!base::exists(folder + "/COMMIT"))
    run_program({program, "ingest", "--ledger", folder, "--chain", "bitcoin-regtest", "--format", "blk", blocks});
  return folder;
}
void measure(const std::string& folder, const std::string& what, int runs, const std::string& edges) {
  const ledger::Ledger ledger = must(ledger::Ledger::open(folder));
  const ledger::UtxoStore& store = *ledger.chains().front().utxo;
  const ledger::ChainInfo& info = store.info();
  const std::string size =
      std::to_string(info.transactions) + " transactions, " + std::to_string(info.inputs) + " inputs";
  row("cluster " + what + ", two threads", best_seconds(runs, [&] { build(store, 2); }) * 1e3, "ms", size);
  row("cluster " + what + ", one thread", best_seconds(runs, [&] { build(store, 1); }) * 1e3, "ms", "");
  const cluster::Clusters clusters = build(store, 2);
  uint32_t largest = 0, joined = 0;
  for (uint32_t n = 0; n < clusters.numbers().count(); ++n) {
    if (clusters.root(n) == n) largest = std::max(largest, clusters.size(n));
    joined += clusters.root(n) != n ? 1 : 0;
  }
  row("  addresses", clusters.numbers().count(), "",
      std::to_string(joined) + " joins; the largest cluster has " + std::to_string(largest) + "; held " +
          std::to_string(clusters.held().size()));
  cluster::UpdateSummary summary;
  cluster::UpdateOptions options;
  options.rebuild = true;
  must(cluster::ClusterStore::update(folder, store, {}, options, summary));
  bool other = false;
  row("  open what is stored",
      best_seconds(20, [&] { must(cluster::ClusterStore::open(folder, *info.network, {}, other)); }) * 1e3, "ms",
      "mapped");
  std::vector<chain::AddressKey> keys;
  const auto& table = store.all_segments().front().address_key;
  for (size_t i = 0; i < 100'000; ++i) keys.push_back(table[i * 2'654'435'761ULL % table.size()]);
  uint64_t sum = 0;
  const double s = best_seconds(3, [&] {
    for (const auto& key : keys) sum += clusters.root(clusters.number_of(store, *store.find_address(key)));
  });
  row("  an address's cluster", s / static_cast<double>(keys.size()) * 1e9, "ns", sum == 42 ? " " : "random addresses");
  if (!edges.empty()) write_edges(store, clusters, edges);
}
// A look-up in an index of a million tags, of addresses that are there and of some that are not.
void tag_lookups() {
  std::vector<attribution::Tag> tags(1'000'000);
  const chain::Network& ethereum = *must(chain::find_network("ethereum"));
  const auto key_of = [](uint64_t n) {
    std::array<uint8_t, 20> bytes{};
    const uint64_t mixed = n * 0x9e3779b97f4a7c15ULL;
    std::memcpy(bytes.data(), &mixed, 8);
    std::memcpy(bytes.data() + 8, &n, 8);
    return chain::make_key(chain::AddressKind::kAccount, bytes);
  };
  for (uint64_t n = 0; n < tags.size(); ++n) {
    tags[n].subject.network = &ethereum;
    tags[n].subject.key = key_of(n);
    tags[n].label = "x";
  }
  const attribution::TagIndex index = attribution::TagIndex::of(std::move(tags));
  std::vector<chain::AddressKey> asked;
  for (uint64_t i = 0; i < 1'000'000; ++i) asked.push_back(key_of(i * 2'654'435'761ULL % 2'000'000));
  uint64_t found = 0;
  const double s = best_seconds(5, [&] {
    for (const auto& key : asked) found += index.find(ethereum, key).size();
  });
  row("look up an address's tags", s / static_cast<double>(asked.size()) * 1e9, "ns",
      found == 42 ? " " : "a million tags, random addresses, half of them tagged");
}
}  // namespace

void cluster_benches(const std::string& program, const std::string& work) {
  measure(ledger_of(program, work, "utxo", 570'000, 400'000), "the first bench's chain", 7, work + "/edges.bin");
  tag_lookups();
}
void cluster_benches_large(const std::string& program, const std::string& work) {
  measure(ledger_of(program, work, "large", 25'000'000, 20'000'000), "50 million inputs", 2, "");
}
}  // namespace jindo::bench
