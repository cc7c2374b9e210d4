// Traces kept ready for the workbench: an incident's trace by a policy, recorded, with its flow between addresses and
// an index over it. A trace is made again when the incident, the tags or the ledger changed; while a ledger grows block
// by block one is shown for ten times as long as it took to make (a minute at most), and says which heights it is of.
// Thread safe; two that ask for the same wait for one trace.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/json_writer.h"
#include "exposure/table.h"
#include "inquiry/figures.h"
#include "inquiry/flow.h"
#include "node/live_node.h"
#include "workbench/asset_names.h"

namespace jindo::workbench {

struct TraceKey {
  std::string incident;
  trace::Policy policy = trace::Policy::kFifo;
  bool inferred = false;  // inferred links too, from confidence 0.5 on
  friend auto operator<=>(const TraceKey&, const TraceKey&) = default;
};
struct TraceView {
  TraceKey key;
  std::unique_ptr<inquiry::Traced> traced;
  inquiry::Flow flow;
  std::vector<inquiry::Figures> figures;  // by source
  std::string marking;                    // "" for none
  // Of the flow: nodes of an address (an address can also be a place where the trace ends), edges by their ends.
  std::map<std::pair<const chain::Network*, chain::AddressKey>, std::vector<uint32_t>> nodes_of;
  std::vector<std::vector<uint32_t>> out, in;
  std::vector<base::Uint256> held;      // of each node, one a source: node * sources + source
  std::vector<int64_t> first_received;  // of each node; INT64_MAX: it received nothing
  const trace::Result& result() const { return traced->result; }
  size_t sources() const { return traced->result.sources.size(); }
  uint64_t weight() const { return result().steps.size() + flow.nodes.size() + flow.edges.size(); }
};
using inquiry::share_ppm;

class Traces {
 public:
  explicit Traces(node::LiveNode& node) : node_(node) {}
  // No such incident, or one whose theft the ledger does not hold: kNo.
  base::Result<std::shared_ptr<const TraceView>> get(const TraceKey& key);

 private:
  struct Entry {
    std::mutex making;
    std::shared_ptr<const TraceView> view;  // what follows is of it
    std::string incident, state;            // what it was made of
    std::string problem;                    // instead of a view
    int64_t made_ms = 0, cost_ms = 0;
  };
  void let_go(const Entry& mine);
  node::LiveNode& node_;
  std::mutex mutex_;
  std::map<TraceKey, std::shared_ptr<Entry>> entries_;
  std::list<TraceKey> used_;  // the latest first
};

// What every answer made of a trace begins with: incident, policy, marking, heights, the ledger's digest.
void trace_fields(base::JsonWriter& json, const TraceView& view);
// "sources": what was stolen, asset by asset, with what of it is held and ended.
void source_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names);

}  // namespace jindo::workbench
