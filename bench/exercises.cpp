// Figures of making and ingesting exercises.
#include "exercises.h"

#include "base/file.h"
#include "inquiry/tracing.h"
#include "ledger/ledger.h"
#include "measure.h"

namespace jindo::bench {
namespace {
uint64_t folder_bytes(const std::string& folder) {
  uint64_t out = 0;
  const auto names = must(base::list_folder(folder));
  for (const std::string& name : names) {
    const std::string path = folder + "/" + name;
    out += base::is_folder(path) ? folder_bytes(path) : must(base::file_size(path));
  }
  return out;
}
std::string short_number(double value) { return std::to_string(static_cast<uint64_t>(value)); }

struct Case {
  const char* scenario;
  const char* scale;
  const char* chain;
  const char* format;
  const char* input;
  const char* incident;
};
}  // namespace

void exercise_benches(const std::string& program, const std::string& work) {
  const std::string file = work + "/plain";
  constexpr size_t kChunk = size_t{4} << 20;
  const std::vector<uint8_t> chunk(kChunk, 7);
  const double plain = best_seconds(2, [&] {
    base::FileWriter writer = must(base::FileWriter::create(file));
    for (int i = 0; i < 256; ++i) {
      if (!writer.append(chunk).ok()) std::exit(1);
    }
    if (!writer.close(true).ok()) std::exit(1);
  });
  (void)base::remove_all(file);
  row("disk, 1 GiB written and synced", 256.0 * kChunk / plain / 1e6, "MB/s", "the machine's limit");

  const Case cases[] = {
      {"mined-coins", "3M", "bitcoin", "blk", "/bitcoin/blocks", "/incident-tidewater.yaml"},
      {"bridge-keys", "2M", "ethereum", "ethereum-etl", "/ethereum", "/incident-han-river.yaml"},
  };
  for (const Case& one : cases) {
    const std::string folder = work + "/exercise", ledger_folder = work + "/exercise-ledger";
    const Child made = run_program({program, "exercise", "new", "--scenario", one.scenario, "--seed", "1", "--scale",
                                    one.scale, "--out", fresh(folder), "--quiet"});
    const double bytes = static_cast<double>(folder_bytes(folder));
    const Child read = run_program({program, "ingest", "--ledger", fresh(ledger_folder), "--chain", one.chain,
                                    "--format", one.format, folder + one.input});
    const ledger::Ledger ledger = must(ledger::Ledger::open(ledger_folder));
    const ledger::ChainInfo& info = ledger.chains().front().reader().info();
    const auto movements = static_cast<double>(info.inputs + info.outputs + info.movements);
    const std::string name = std::string("exercise ") + one.scenario;
    row(name + ": made", movements / made.seconds, "movements/s",
        short_number(movements) + " movements, " + short_number(bytes / 1e6) + " MB in all files");
    row("  bytes written", bytes / made.seconds / 1e6, "MB/s", "synced");
    row("  its peak memory", made.peak_mib, "MiB", "resident, of the whole process");
    row(name + ": ingested", movements / read.seconds, "movements/s", std::string("as ") + one.format);
    for (const trace::Policy policy : {trace::Policy::kFifo, trace::Policy::kHaircut, trace::Policy::kPoison}) {
      inquiry::TraceRequest request;
      request.ledger = ledger_folder;
      request.incidents = {folder + one.incident};
      request.options.policy = policy;
      request.owners.services = {folder + "/services.csv"};
      inquiry::Traced traced = must(inquiry::trace_incidents(request));
      const double s = best_seconds(3, [&] { traced = must(inquiry::trace_incidents(request)); });
      row(name + ": trace " + trace::policy_name(policy), s * 1e3, "ms",
          std::to_string(traced.result.visited_transactions) + " tainted transactions, the planted theft");
    }
    fresh(folder);
    fresh(ledger_folder);
  }
}
}  // namespace jindo::bench
