// Techniques, looked for beside everything else: the detectors need whole recorded traces, which take seconds; answers
// say as of which state they were looked for.
#include <chrono>

#include "base/hex.h"
#include "base/parallel.h"
#include "inquiry/findings.h"
#include "node/live_node.h"

namespace jindo::node {
// What the detectors find in the traces of all incidents, as of a state.
std::shared_ptr<screening::FindingIndex> LiveNode::find_techniques(const screening::State& now) {
  auto index = std::make_shared<screening::FindingIndex>();
  index->ledger_digest = base::to_hex(now.snapshot->ledger_digest);
  for (const auto& chain : now.snapshot->chains)
    index->as_of +=
        (index->as_of.empty() ? "" : ", ") + std::string(chain.network->name) + " " + std::to_string(chain.height);
  for (const incidents::Incident& incident : incidents()) {
    // Lots keep apart: that is what detectors read. One that waits for its theft is looked at another time.
    const auto traced = trace_now(incident.id, trace::Policy::kFifo);
    if (!traced.ok()) continue;
    const auto found = inquiry::find_techniques(**traced);
    for (const typology::Finding& finding : found->findings) {
      const auto number = static_cast<uint32_t>(index->findings.size());
      index->findings.push_back(finding);
      for (const typology::Party& party : finding.parties)
        index->by_party[{exposure::network_number(*party.network), party.address}].push_back(number);
    }
  }
  return index;
}

void LiveNode::look_for_findings() {
  base::give_way(10);
  std::string looked;
  while (!jobs_.rest(std::chrono::seconds(looked.empty() ? 0 : options_.findings_seconds))) {
    const auto now = state();
    if (!now || !now->snapshot->ledger) continue;
    const std::string state_name = base::to_hex(now->snapshot->ledger_digest) + now->incidents_digest;
    if (state_name == looked) continue;
    looked = state_name;
    auto index = find_techniques(*now);
    ++counts_.findings_runs;
    (void)jobs_.run([this, &index]() -> base::Status {
      findings_ = std::move(index);
      return publish();
    });
  }
}
}  // namespace jindo::node
