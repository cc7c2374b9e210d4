// Figures of the detectors.
#include "findings.h"

#include "base/file.h"
#include "inquiry/findings.h"
#include "measure.h"
#include "support/places.h"

namespace jindo::bench {
namespace {
struct Case {
  const char* scenario;
  const char* scale;
  const char* incident;
  trace::Policy policy;
  std::vector<std::array<const char*, 3>> inputs;  // chain, format, folder
};
}  // namespace

void finding_benches(const std::string& program, const std::string& work) {
  const Case cases[] = {
      {"many-chains",
       "250k",
       "incident-lantern.yaml",
       trace::Policy::kFifo,
       {{"ethereum", "ethereum-etl", "ethereum"},
        {"bsc", "ethereum-etl", "bsc"},
        {"arbitrum", "ethereum-etl", "arbitrum"}}},
      {"many-chains",
       "1M",
       "incident-lantern.yaml",
       trace::Policy::kFifo,
       {{"ethereum", "ethereum-etl", "ethereum"},
        {"bsc", "ethereum-etl", "bsc"},
        {"arbitrum", "ethereum-etl", "arbitrum"}}},
      {"bridge-keys",
       "2M",
       "incident-han-river.yaml",
       trace::Policy::kHaircut,
       {{"ethereum", "ethereum-etl", "ethereum"}}},
      {"mined-coins", "1M", "incident-tidewater.yaml", trace::Policy::kHaircut, {{"bitcoin", "blk", "bitcoin/blocks"}}},
      {"mined-coins", "2M", "incident-tidewater.yaml", trace::Policy::kHaircut, {{"bitcoin", "blk", "bitcoin/blocks"}}},
      {"mined-coins", "4M", "incident-tidewater.yaml", trace::Policy::kHaircut, {{"bitcoin", "blk", "bitcoin/blocks"}}},
  };
  for (const Case& one : cases) {
    const std::string folder = work + "/exercise", ledger_folder = fresh(work + "/exercise-ledger");
    (void)run_program({program, "exercise", "new", "--scenario", one.scenario, "--seed", "1", "--scale", one.scale,
                       "--out", fresh(folder), "--quiet"});
    for (const auto& [chain, format, input] : one.inputs)
      (void)run_program(
          {program, "ingest", "--ledger", ledger_folder, "--chain", chain, "--format", format, folder + "/" + input});
    inquiry::TraceRequest request;
    request.ledger = ledger_folder;
    request.incidents = {folder + "/" + one.incident};
    request.options.policy = one.policy;
    request.options.record = true;
    request.owners.services = {folder + "/services.csv"};
    request.resolve.registry = {tests::source_folder() + "/data/registry"};
    request.links = false;
    double plain = 1e9, linked = 1e9, found = 1e9;
    (void)must(inquiry::trace_incidents(request));
    plain = best_seconds(3, [&] { (void)must(inquiry::trace_incidents(request)); });
    request.links = true;
    inquiry::Traced traced = must(inquiry::trace_incidents(request));
    linked = best_seconds(3, [&] { traced = must(inquiry::trace_incidents(request)); });
    size_t findings = 0;
    found = best_seconds(3, [&] { findings = inquiry::find_techniques(traced)->findings.size(); });
    const std::string name = std::string(one.scenario) + " " + one.scale + ", " + trace::policy_name(one.policy);
    const std::string size = std::to_string(traced.result.steps.size()) + " movements in the trace, " +
                             std::to_string(traced.result.links.size()) + " links gone through";
    row(name + ": trace without links", plain * 1e3, "ms", "recorded");
    row(name + ": trace with links", linked * 1e3, "ms", size);
    row(name + ": findings", found * 1e3, "ms", std::to_string(findings) + " findings");
    fresh(folder);
    fresh(ledger_folder);
  }
}
}  // namespace jindo::bench
