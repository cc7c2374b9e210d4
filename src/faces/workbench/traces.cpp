// Traces made, kept and let go; the fields that answers made of one begin with.
#include "workbench/traces.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"
#include "report/trace_text.h"

namespace jindo::workbench {
namespace {
constexpr size_t kKept = 24;
constexpr uint64_t kWeightMax = 24'000'000;  // steps, nodes and edges of all that are kept: about 3 GB
constexpr uint32_t kInferredLeast = 500'000;

std::shared_ptr<const TraceView> view_of(const TraceKey& key, std::unique_ptr<inquiry::Traced> traced) {
  auto out = std::make_shared<TraceView>();
  out->key = key;
  out->traced = std::move(traced);
  out->flow = inquiry::build_flow(*out->traced);
  out->figures = inquiry::figures_of(*out->traced);
  out->marking = inquiry::marking_of(*out->traced);
  const inquiry::Flow& flow = out->flow;
  out->out.resize(flow.nodes.size());
  out->in.resize(flow.nodes.size());
  out->first_received.assign(flow.nodes.size(), INT64_MAX);
  for (uint32_t n = 0; n < flow.nodes.size(); ++n)
    if (!flow.nodes[n].link) out->nodes_of[{flow.nodes[n].network, flow.nodes[n].address}].push_back(n);
  for (uint32_t e = 0; e < flow.edges.size(); ++e) {
    const inquiry::FlowEdge& edge = flow.edges[e];
    out->out[edge.from].push_back(e);
    out->in[edge.to].push_back(e);
    out->first_received[edge.to] = std::min(out->first_received[edge.to], edge.first_time);
  }
  out->held.resize(flow.nodes.size() * out->sources());
  for (const trace::Holding& h : out->result().holdings) {
    const auto found = out->nodes_of.find({h.network, h.address});
    if (found == out->nodes_of.end()) continue;
    for (const uint32_t n : found->second)
      if (!flow.nodes[n].terminal) {
        if (key.policy != trace::Policy::kPoison) out->held[n * out->sources() + h.source] += h.origin;
        break;
      }
  }
  return out;
}
}  // namespace

base::Result<std::shared_ptr<const TraceView>> Traces::get(const TraceKey& key) {
  std::string written;
  for (const incidents::Incident& incident : node_.incidents())
    if (incident.id == key.incident) written = incidents::write_incident(incident) + incident.marking;
  if (written.empty()) return base::answer_no("no incident " + key.incident.substr(0, 100));
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto& found = entries_[key];
    if (!found) found = std::make_shared<Entry>();
    entry = found;
    used_.remove(key);
    used_.push_front(key);
  }
  const std::lock_guard<std::mutex> making(entry->making);
  const auto state = node_.state();
  const std::string now = base::to_hex(state->snapshot->ledger_digest) + base::to_hex(state->tags->digest());
  const int64_t at = base::unix_ms();
  const bool fresh = entry->incident == written &&
                     (entry->state == now || at - entry->made_ms < std::min<int64_t>(60'000, 10 * entry->cost_ms));
  if (!fresh || (entry->view == nullptr && entry->problem.empty())) {
    auto traced = node_.trace_now(key.incident, key.policy, key.inferred ? kInferredLeast : UINT32_MAX);
    entry->view = nullptr;
    entry->problem.clear();
    if (traced.ok())
      entry->view = view_of(key, std::move(*traced));
    else if (traced.error().kind == base::ErrorKind::kMachine)
      return traced.error();
    else
      entry->problem = traced.error().message;
    entry->incident = written;
    entry->state = now;
    entry->made_ms = base::unix_ms();
    entry->cost_ms = entry->made_ms - at;
    let_go(*entry);
  }
  if (entry->view == nullptr) return base::answer_no(entry->problem);
  return entry->view;
}
// Those not asked for longest go, beyond the limits. The newest stays whatever it weighs.
void Traces::let_go(const Entry& mine) {
  const std::lock_guard<std::mutex> lock(mutex_);
  uint64_t weight = 0;
  size_t kept = 0;
  for (auto it = used_.begin(); it != used_.end();) {
    const auto found = entries_.find(*it);
    if (found->second.get() == &mine) {
      weight += mine.view ? mine.view->weight() : 0;
      ++kept;
      ++it;
      continue;
    }
    // One that is being made counts when it is made.
    std::unique_lock<std::mutex> idle(found->second->making, std::try_to_lock);
    if (idle.owns_lock() && found->second->view) weight += found->second->view->weight();
    if (idle.owns_lock() && (++kept > kKept || weight > kWeightMax)) {
      idle.unlock();
      entries_.erase(found);
      it = used_.erase(it);
    } else {
      ++it;
    }
  }
}

void trace_fields(base::JsonWriter& json, const TraceView& view) {
  json.field("incident", view.key.incident);
  json.field("policy", trace::policy_name(view.key.policy));
  json.field("inferred", view.key.inferred);
  if (!view.marking.empty()) json.field("marking", view.marking);
  report::as_of_field(json, view.result());
  json.field("ledger", base::to_hex(view.result().ledger_digest));
}
void source_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names) {
  const trace::Result& result = view.result();
  const bool sums = view.key.policy != trace::Policy::kPoison;
  json.array("sources", [&] {
    for (size_t s = 0; s < result.sources.size(); ++s)
      json.object([&] {
        const inquiry::Figures& figures = view.figures[s];
        const trace::SourceTotal& inferred = result.inferred_totals[s];
        json.field("asset", names.use(*result.sources[s].network, result.sources[s].asset));
        json.field("stolen", base::to_decimal(result.is_left_out(s) ? base::kBeyond : figures.stolen));
        if (result.is_left_out(s)) json.field("left_out", true);
        if (!sums) return;  // poison's have none
        json.field("held", base::to_decimal(figures.held));
        json.field("ended", base::to_decimal(figures.ended));
        json.field("held_ppm", share_ppm(figures.held, figures.stolen));
        json.field("ended_ppm", share_ppm(figures.ended, figures.stolen));
        json.field("held_inferred", base::to_decimal(inferred.held));
        json.field("ended_inferred", base::to_decimal(inferred.ended));
      });
  });
}
}  // namespace jindo::workbench
