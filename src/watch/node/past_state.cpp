// A state made as a live node makes it, but with a tracker of its own that stops at given heights.
#include "node/past_state.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/hex.h"
#include "inquiry/ownership.h"
#include "ledger/block_places.h"

namespace jindo::node {
namespace {
base::Result<std::shared_ptr<const attribution::TagIndex>> tags_of(const ReplayRequest& request, int64_t on) {
  const std::string records = request.records.empty() ? inquiry::records_of(request.ledger) : request.records;
  if (!base::exists(records)) return std::make_shared<const attribution::TagIndex>(attribution::TagIndex::of({}));
  JINDO_TRY(const auto store, attribution::TagStore::open(records, records::Database::Access::kRead));
  JINDO_TRY(auto tags, attribution::TagIndex::load(store, on));
  return std::make_shared<const attribution::TagIndex>(std::move(tags));
}

exposure::TrackerOptions tracker_options(const ReplayRequest& request, const PastVersions& versions) {
  exposure::TrackerOptions out;
  out.policy = versions.policy.tracing;
  out.links = versions.policy.links;
  out.resolve = request.resolve;
  out.categories = versions.policy.categories;
  out.heights = versions.heights;
  return out;
}

std::vector<exposure::TrackedIncident> tracked(const ArchivedIncidents& archived) {
  std::vector<exposure::TrackedIncident> out;
  for (size_t i = 0; i < archived.incidents.size(); ++i) {
    const incidents::Incident& incident = archived.incidents[i];
    const auto sources = incidents::trace_sources({incident});
    if (!sources.empty()) out.push_back({incident.id, incident.name, sources, archived.digests[i]});
  }
  return out;
}

// A chain is covered up to the last block of its height.
void cut_coverage(exposure::Snapshot& snapshot, const ledger::Ledger& ledger,
                  const std::map<const chain::Network*, uint64_t>& heights) {
  for (exposure::ChainCoverage& chain : snapshot.chains) {
    const auto height = heights.find(chain.network);
    if (height == heights.end()) continue;
    const ledger::ChainReader& reader = ledger.find(*chain.network)->reader();
    const uint64_t blocks = ledger::blocks_up_to(reader, height->second);
    if (blocks == 0) continue;
    const ledger::BlockRow tip = reader.block(blocks - 1);
    chain.blocks = blocks;
    chain.height = tip.height;
    chain.time = tip.order_time;
    chain.hash = tip.hash;
  }
}
}  // namespace

base::Result<std::shared_ptr<const ledger::Ledger>> open_ledger(const std::string& folder) {
  JINDO_TRY(auto ledger, ledger::Ledger::open(folder));
  return std::make_shared<const ledger::Ledger>(std::move(ledger));
}

base::Result<std::shared_ptr<screening::State>> make_past_state(const ReplayRequest& request,
                                                                std::shared_ptr<const ledger::Ledger> ledger,
                                                                const PastVersions& versions) {
  auto state = std::make_shared<screening::State>();
  state->policy = std::make_shared<const screening::Policy>(versions.policy);
  JINDO_TRY(state->tags, tags_of(request, versions.tags_on));
  exposure::Tracker tracker(tracker_options(request, versions), {});
  tracker.set_tags(state->tags);
  tracker.set_incidents(tracked(versions.incidents));
  JINDO_DO(tracker.advance(ledger));
  auto snapshot = std::make_shared<exposure::Snapshot>(*tracker.published().get());
  cut_coverage(*snapshot, *ledger, versions.heights);
  state->snapshot = std::move(snapshot);
  state->incidents_digest = versions.incidents_digest;
  state->incidents = versions.incidents.incidents.size();
  state->tags_on = versions.tags_on;
  for (const exposure::TrackStatus& s : tracker.status())
    if (s.state == exposure::TrackState::kWaiting) state->add_waiting(s.id, s.problem);
  for (const incidents::Incident& incident : versions.incidents.incidents)
    if (incidents::trace_sources({incident}).empty()) state->add_without_theft(incident.id);
  return state;
}

base::Result<RecordedState> make_recorded_state(const ReplayRequest& request,
                                                std::shared_ptr<const ledger::Ledger> ledger,
                                                const StateRecord& record) {
  PastVersions versions;
  const std::string path = request.data + "/archive/policy-" + record.policy + ".yaml";
  JINDO_TRY(versions.policy, screening::read_policy(path));
  if (versions.policy.digest != record.policy) return base::bad_input(path + ": is not what its name says");
  JINDO_TRY(versions.incidents, read_archived_incidents(request.data, record.incidents));
  versions.incidents_digest = record.incidents;
  versions.tags_on = record.tags_on;
  for (const StateRecord::At& at : record.chains) versions.heights[at.network] = at.height;
  // A chain that came later is as if it were not there.
  for (const ledger::LedgerChain& chain : ledger->chains()) versions.heights.try_emplace(chain.network, 0);
  RecordedState out;
  JINDO_TRY(out.state, make_past_state(request, ledger, versions));
  for (const ledger::LedgerChain& chain : ledger->chains())
    if (std::none_of(record.chains.begin(), record.chains.end(),
                     [&](const StateRecord::At& at) { return at.network == chain.network; }))
      out.state->later.insert(chain.network);
  out.tags_same = base::to_hex(out.state->tags->digest()) == record.tags;
  return out;
}
}  // namespace jindo::node
