// The past of a live node: states as they were at a height, whole trails.
#include <simdjson.h>

#include <algorithm>

#include "inquiry/tracing.h"
#include "node/live_node.h"
#include "node/replay.h"
#include "report/formats.h"

namespace jindo::node {
base::Result<std::shared_ptr<const screening::State>> LiveNode::state_at(const chain::Network& network,
                                                                         uint64_t height) {
  const auto now = state();
  const ledger::LedgerChain* chain = now->snapshot->ledger->find(network);
  if (chain == nullptr) return base::answer_no("this node holds no ledger of " + std::string(network.name));
  if (height > chain->reader().info().tip_height)
    return base::answer_no("the ledger of " + std::string(network.name) + " ends at height " +
                           std::to_string(chain->reader().info().tip_height));
  const base::MutexLock lock(past_mutex_);
  for (const auto& [key, past] : past_)
    if (key == std::make_pair(&network, height) && past->snapshot->ledger_digest == now->snapshot->ledger_digest)
      return past;
  ReplayRequest request;
  request.ledger = options_.ledger;
  request.data = options_.data;
  request.records = options_.records;
  request.resolve = options_.resolve;
  JINDO_TRY(auto past, replay_state_at(request, *now, network, height));
  past_.emplace_back(std::make_pair(&network, height), past);
  if (past_.size() > 4) past_.pop_front();
  return past;
}

base::Result<std::unique_ptr<inquiry::Traced>> LiveNode::trace_now(const std::string& id, trace::Policy policy,
                                                                   uint32_t inferred_min) const {
  auto traced = std::make_unique<inquiry::Traced>();
  for (const incidents::Incident& incident : incidents())
    if (incident.id == id) traced->incidents.push_back(incident);
  if (traced->incidents.empty()) return base::answer_no("no incident " + id.substr(0, 100));
  const auto sources = incidents::trace_sources(traced->incidents);
  if (sources.empty()) return base::answer_no("incident " + id + " names no theft to trace");
  JINDO_TRY(auto ledger, ledger::Ledger::open(options_.ledger));
  traced->ledger = std::make_unique<ledger::Ledger>(std::move(ledger));
  JINDO_TRY(traced->owners, inquiry::Ownership::of(state()->tags, {}, ""));  // by tags alone, as the index
  JINDO_DO(traced->owners->add_registry(options_.resolve.registry));
  trace::Options options;
  options.policy = policy;
  options.record = true;
  options.services = traced->owners->services().empty() ? nullptr : &traced->owners->services();
  resolve::ResolveRequest resolve = options_.resolve;
  resolve.inferred |= inferred_min != UINT32_MAX;
  options.inferred_min = inferred_min;
  JINDO_TRY(traced->resolver, resolve::Resolver::make(*traced->ledger, traced->owners->services(), resolve));
  options.resolver = traced->resolver.get();
  JINDO_TRY(traced->result, trace::run(*traced->ledger, sources, options));
  return traced;
}
base::Result<std::string> LiveNode::explain(const std::string& id, trace::Policy policy, const chain::Network& network,
                                            const chain::AddressKey& address) {
  JINDO_TRY(const auto traced, trace_now(id, policy));
  trace::TrailTarget target;
  target.network = &network;
  target.address = address;
  JINDO_TRY(const auto trail, trace::find_trail(*traced->ledger, traced->result, target));
  std::string out;
  report::print_trail_json(*traced, trail, [&](std::string_view part) { out += part; });
  return out;
}
}  // namespace jindo::node
