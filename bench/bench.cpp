// jindo_bench PROGRAM WORK_FOLDER [PART]: measures and prints one row a figure, as text and as
// WORK_FOLDER/figures.json. Ingest runs the program as a user does, in a process of its own, so that its peak memory is
// its own too.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/file.h"
#include "clusters.h"
#include "exercises.h"
#include "findings.h"
#include "ledger/ledger.h"
#include "measure.h"
#include "serving.h"
#include "synthetic.h"
#include "trace/trace.h"

namespace {
using namespace jindo;
using namespace jindo::bench;

void memory_bandwidth() {
  const size_t words = (size_t{512} << 20) / 8;
  std::vector<uint64_t> data(words, 1);
  for (const unsigned threads : {1U, 2U}) {
    std::vector<uint64_t> sums(threads);
    const double s = best_seconds(5, [&] {
      std::vector<std::thread> workers;
      for (unsigned t = 0; t < threads; ++t) {
        workers.emplace_back([&, t] {
          uint64_t sum = 0;
          for (size_t i = words / threads * t; i < words / threads * (t + 1); ++i) sum += data[i];
          sums[t] = sum;
        });
      }
      for (auto& worker : workers) worker.join();
    });
    row("memory, sequential read, " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"),
        static_cast<double>(words) * 8 / s / 1e9, "GB/s", "the machine's limit");
    if (sums[0] == 42) std::printf(" ");
  }
}

trace::Source utxo_source(const ledger::UtxoStore& store, uint64_t transaction) {
  trace::Source source;
  source.incident = "bench";
  source.network = store.info().network;
  source.asset = chain::native_asset();
  trace::Theft theft;
  theft.label = "bench";
  theft.transaction = store.transaction_id(transaction);
  theft.output = 0;
  source.thefts.push_back(theft);
  return source;
}

// Every tainted output ever, counted by steps in a recorded run outside the timing.
uint64_t tainted_outputs(const ledger::Ledger& ledger, const trace::Source& source, trace::Policy policy) {
  trace::Options options;
  options.policy = policy;
  options.record = true;
  const trace::Result result = must(trace::run(ledger, {source}, options));
  std::vector<uint64_t> ends;
  for (const trace::Step& step : result.steps)
    if (step.to != ledger::kNoNumber) ends.push_back(step.to);
  std::sort(ends.begin(), ends.end());
  return static_cast<uint64_t>(std::unique(ends.begin(), ends.end()) - ends.begin());
}

// The best time and the highest peak of several runs of an ingest.
Child best_ingest(unsigned runs, const std::string& program, const std::string& folder, const std::string& chain,
                  const std::string& format, const std::string& input) {
  Child best{1e300, 0};
  for (unsigned i = 0; i < runs; ++i) {
    const Child child =
        run_program({program, "ingest", "--ledger", fresh(folder), "--chain", chain, "--format", format, input});
    best.peak_mib = std::max(best.peak_mib, child.peak_mib);
    best.seconds = std::min(best.seconds, child.seconds);
  }
  return best;
}

void row_of_ingest(const Child& ingest, const ledger::ChainInfo& info) {
  row("ingest blk, all indexes", static_cast<double>(info.transactions) / ingest.seconds, "tx/s",
      std::to_string(info.transactions) + " transactions, " + std::to_string(info.inputs + info.outputs) +
          " inputs and outputs in " + std::to_string(ingest.seconds).substr(0, 5) + " s");
  row("  its peak memory", ingest.peak_mib, "MiB", "resident, of the whole process");
}

// Reads every item of one of `parts` parts of the columns.
uint64_t sum_of_part(const ledger::ColumnPass& p, size_t part, size_t parts) {
  uint64_t sum = 0;
  const auto bound = [&](size_t count, size_t at) { return at == parts ? count : count / parts * at; };
  for (size_t i = bound(p.in_output.size(), part); i < bound(p.in_output.size(), part + 1); ++i)
    sum += p.in_output[i] ^ p.in_value[i] ^ p.in_address[i];
  for (size_t i = bound(p.out_value.size(), part); i < bound(p.out_value.size(), part + 1); ++i)
    sum += p.out_value[i] ^ p.out_spender[i] ^ p.out_address[i];
  return sum;
}

void full_passes(const ledger::UtxoStore& store) {
  const double items = static_cast<double>(store.info().inputs + store.info().outputs);
  uint64_t sink = 0;
  const double pass = best_seconds(7, [&] {
    for (const ledger::ColumnPass& p : store.passes()) sink += sum_of_part(p, 0, 1);
  });
  row("full pass over inputs and outputs, one thread", items / pass / 1e6, "M items/s",
      "source, value, owner; value, spender, owner of each");
  const double pass_two = best_seconds(7, [&] {
    std::vector<std::thread> workers;
    std::vector<uint64_t> sums(2);
    for (size_t t = 0; t < 2; ++t) {
      workers.emplace_back([&, t] {
        for (const ledger::ColumnPass& p : store.passes()) sums[t] += sum_of_part(p, t, 2);
      });
    }
    for (auto& worker : workers) worker.join();
    sink += sums[0] + sums[1];
  });
  row("full pass over inputs and outputs, two threads", items / pass_two / 1e6, "M items/s", sink == 1 ? " " : "");
}

// The transaction of a seed whose haircut taints about 330,000 outputs: bisects over coinbases.
uint64_t find_seed(const ledger::Ledger& ledger, const ledger::UtxoStore& store) {
  constexpr uint64_t kWanted = 330'000;
  const auto distance = [](uint64_t count) { return count > kWanted ? count - kWanted : kWanted - count; };
  uint64_t lowest = 0, highest = store.info().blocks - 1, seed = 0, count = 0;
  while (lowest < highest) {
    const uint64_t middle = (lowest + highest) / 2;
    const uint64_t transaction = store.block(middle).first_transaction;
    const uint64_t tainted = tainted_outputs(ledger, utxo_source(store, transaction), trace::Policy::kHaircut);
    if (count == 0 || distance(tainted) < distance(count)) {
      count = tainted;
      seed = transaction;
    }
    if (tainted > kWanted)
      lowest = middle + 1;
    else
      highest = middle;
  }
  return seed;
}

// For the peers: outputs and spends as columns, and the seed.
void write_for_peers(const ledger::UtxoStore& store, uint64_t seed, const std::string& work) {
  std::FILE* edges = std::fopen((work + "/outputs.csv").c_str(), "wb");
  CHECK(edges != nullptr);
  std::fprintf(edges, "output,transaction,value,spender\n");
  ledger::UtxoTransactionView view;
  std::vector<uint64_t> spenders;
  for (uint64_t t = 0; t < store.info().transactions; ++t) {
    store.transaction(t, view);
    spenders.resize(view.out_value.size());
    store.spenders(view.first_output, spenders);
    for (size_t o = 0; o < view.out_value.size(); ++o) {
      std::fprintf(edges, "%llu,%llu,%llu,", static_cast<unsigned long long>(view.first_output + o),
                   static_cast<unsigned long long>(t), static_cast<unsigned long long>(view.out_value[o]));
      if (spenders[o] != ledger::kNoNumber) std::fprintf(edges, "%llu", static_cast<unsigned long long>(spenders[o]));
      std::fprintf(edges, "\n");
    }
  }
  std::fclose(edges);
  store.transaction(seed, view);
  (void)base::replace_file(work + "/seed", std::to_string(view.first_output));
}

void utxo_benches(const std::string& program, const std::string& work) {
  const std::string blocks = work + "/blocks";
  if (!base::exists(blocks + "/made")) {
    bench::make_blocks_folder(blocks, 570'000);
    (void)base::replace_file(blocks + "/made", "1");
  }
  const std::string folder = work + "/utxo";
  const Child ingest = best_ingest(3, program, folder, "bitcoin-regtest", "blk", blocks);
  const ledger::Ledger ledger = must(ledger::Ledger::open(folder));
  const ledger::UtxoStore& store = *ledger.chains().front().utxo;
  row_of_ingest(ingest, store.info());
  const double low = run_program({program, "ingest", "--ledger", fresh(work + "/low"), "--chain", "bitcoin-regtest",
                                  "--format", "blk", "--memory", "64M", blocks})
                         .peak_mib;
  row("  peak memory with --memory 64M", low, "MiB", "the same input, spilled");
  fresh(work + "/low");
  row("open the ledger", best_seconds(20, [&] { must(ledger::Ledger::open(folder)); }) * 1e3, "ms",
      "any size: maps, reads no column");
  full_passes(store);
  const uint64_t seed = find_seed(ledger, store);
  const trace::Source source = utxo_source(store, seed);
  for (const trace::Policy policy : trace::kPolicies) {
    trace::Options options;
    options.policy = policy;
    const uint64_t tainted = tainted_outputs(ledger, source, policy);
    trace::Result result;
    const double s = best_seconds(7, [&] { result = must(trace::run(ledger, {source}, options)); });
    row(std::string("trace ") + trace::policy_name(policy) + " from one seed", s * 1e3, "ms",
        std::to_string(tainted) + " tainted outputs, " + std::to_string(result.holdings.size()) + " held at the end");
  }
  write_for_peers(store, seed, work);
}

void ingest_transfers_bench(const std::string& program, const std::string& work, uint64_t movements) {
  const std::string csv = work + "/movements.csv";
  if (!base::exists(work + "/movements.made")) {
    bench::make_transfers_csv(csv, movements);
    (void)base::replace_file(work + "/movements.made", "1");
  }
  const Child child = best_ingest(1, program, work + "/account", "ethereum", "transfers", csv);
  row("ingest transfers CSV, all indexes", static_cast<double>(movements) / child.seconds, "rows/s",
      std::to_string(child.seconds).substr(0, 5) + " s");
  row("  its peak memory", child.peak_mib, "MiB", "resident, of the whole process");
}

void ingest_etl_bench(const std::string& program, const std::string& work) {
  const std::string etl = work + "/etl";
  if (!base::exists(work + "/etl.made"))
    (void)base::replace_file(work + "/etl.made", std::to_string(bench::make_ethereum_etl(etl, 2'000'000)));
  const uint64_t rows = std::strtoull(must(base::read_file(work + "/etl.made", 64)).c_str(), nullptr, 10);
  const Child child = best_ingest(3, program, work + "/etl-ledger", "ethereum", "ethereum-etl", etl);
  row("ingest ethereum-etl CSV, all indexes", static_cast<double>(rows) / child.seconds, "rows/s",
      std::to_string(rows) + " rows of transactions and token transfers, " +
          std::to_string(child.peak_mib).substr(0, 4) + " MiB");
  fresh(work + "/etl-ledger");
}

// A payment of some size out of what is then a busy address, late in the ledger, so that tracing it touches a large
// part of what follows: the first such movement's transaction.
chain::TxId find_theft(const ledger::AccountStore& store, uint64_t movements_made) {
  for (uint64_t m = movements_made * 2 / 10; m < movements_made; ++m) {
    ledger::Movement movement;
    store.movement(m, movement);
    if (movement.from == ledger::kNoNumber || movement.to == ledger::kNoNumber ||
        store.amount(m) < base::Uint256(50'000'000'000'000'000ULL))
      continue;
    const auto holding =
        store.find_holding(store.holding_address(movement.segment, movement.to), chain::native_asset());
    const auto movements = store.movements_of(*holding, movement.segment);
    if (movements.size() >= 500 && movements.back() > m) return store.transaction_id(movement.transaction);
  }
  CHECK(false);
  return {};
}

void account_benches(const std::string& program, const std::string& work) {
  constexpr uint64_t kMovements = 10'000'000;
  ingest_transfers_bench(program, work, kMovements);
  ingest_etl_bench(program, work);
  const std::string folder = work + "/account";
  const ledger::Ledger ledger = must(ledger::Ledger::open(folder));
  const ledger::AccountStore& store = *ledger.chains().front().account;
  row("open the account ledger", best_seconds(20, [&] { must(ledger::Ledger::open(folder)); }) * 1e3, "ms", "");
  uint64_t sink = 0;
  const double pass = best_seconds(5, [&] {
    uint64_t sum = 0;
    for (const ledger::AccountSegment& s : store.all_segments()) {
      for (size_t i = 0; i < s.mv_from.size(); ++i) sum += s.mv_from[i] ^ s.mv_to[i] ^ s.mv_amount[i];
    }
    sink += sum;
  });
  row("full pass over movements, one thread", static_cast<double>(store.info().movements) / pass / 1e6, "M movements/s",
      sink == 1 ? " " : "sender, recipient, amount of each");
  trace::Source source;
  source.incident = "bench";
  source.network = store.info().network;
  source.asset = chain::native_asset();
  trace::Theft theft;
  theft.label = "bench";
  theft.transaction = find_theft(store, kMovements);
  source.thefts.push_back(theft);
  for (const trace::Policy policy : trace::kPolicies) {
    trace::Options options;
    options.policy = policy;
    trace::Result result;
    const double s = best_seconds(3, [&] { result = must(trace::run(ledger, {source}, options)); });
    row(std::string("trace ") + trace::policy_name(policy) + ", account ledger, one theft", s * 1e3, "ms",
        std::to_string(result.visited_transactions) + " tainted transactions, " +
            std::to_string(result.visited_addresses) + " addresses");
  }
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(
        stderr,
        "usage: jindo_bench PROGRAM WORK_FOLDER [memory|utxo|account|exercises|findings|clusters|clusters-large]\n");
    return 2;
  }
  const auto wanted = [&](const char* name) { return argc == 3 || std::string(argv[3]) == name; };
  const std::string work = argv[2];
  if (!base::make_folders(work).ok()) return 1;
  if (wanted("memory")) memory_bandwidth();
  if (wanted("utxo")) utxo_benches(argv[1], work);
  if (wanted("account")) account_benches(argv[1], work);
  if (wanted("exercises")) exercise_benches(argv[1], work);
  if (wanted("findings")) finding_benches(argv[1], work);
  if (wanted("clusters")) cluster_benches(argv[1], work);
  if (argc == 4 && wanted("serving-data")) make_exposed_ledger(work, std::strtoull(argv[1], nullptr, 10));
  if (argc == 4 && wanted("clusters-large")) cluster_benches_large(argv[1], work);
  return write_rows(work + "/figures.json").ok() ? 0 : 1;
}
