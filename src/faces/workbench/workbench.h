// The workbench's questions: what a page shows an investigator of incidents, flows, graphs, addresses. Each answer is
// JSON text that says what it covers; amounts are base units, "assets" has their names and decimals; what rests on a
// marked thing carries the marking. Over a live node, which it only asks. docs/API.md has the routes. Thread safe.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "federation/sharing.h"
#include "inquiry/address_page.h"
#include "report/formats.h"
#include "workbench/flow_places.h"
#include "workbench/tag_search.h"
#include "workbench/traces.h"
#include "workbench/view_store.h"

namespace jindo::workbench {

// Who asks: which incidents it may not see (null: it sees all), and as whom it reads shared intelligence.
struct Asker {
  std::shared_ptr<const std::set<std::string>> hidden;
  std::optional<intel::Reader> reader;
  bool sees(const std::string& incident) const { return hidden == nullptr || hidden->count(incident) == 0; }
};
struct FlowRequest {
  TraceKey trace;
  FlowBy by = FlowBy::kHops;
  size_t nodes_max = 40;
  std::vector<trace::Policy> beside;  // what comes to each place under these too, and where they do not agree
};
// What an address's neighbours, or its movements, are narrowed to. Times are unix seconds, ends included.
struct Filter {
  std::optional<chain::AddressKey> asset, counterparty;
  std::optional<base::Uint256> amount_min, amount_max;
  int64_t from_time = INT64_MIN, until_time = INT64_MAX;
  bool in = true, out = true;
};
struct ExpandRequest {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  Filter filter;
  std::optional<TraceKey> trace;  // marks what is tainted
  bool only_tainted = false;      // with trace: from the trace alone
  bool only_services = false;
  size_t limit = 100;
};
struct PathRequest {
  const chain::Network* network = nullptr;
  chain::AddressKey from, to;
  std::optional<TraceKey> trace;  // looked through first, over its links too
};
struct MovementsRequest {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  Filter filter;
  bool newest_first = true;
  std::string cursor;  // as the page before gave it; "" for the first
  size_t limit = 100;
};

class Workbench {
 public:
  static base::Result<std::unique_ptr<Workbench>> open(node::LiveNode& node, federation::Sharing& sharing);

  // ---- incidents ----
  base::Result<std::string> board(const Asker& asker, trace::Policy policy);
  base::Result<std::string> incident(const Asker& asker, const TraceKey& key);
  base::Result<std::string> flow(const Asker& asker, const FlowRequest& request);
  base::Result<std::string> trail(const Asker& asker, const TraceKey& key, const std::string& to);
  base::Result<std::string> findings(const Asker& asker, const TraceKey& key);
  // CSV or GraphML of the whole trace, as `jindo trace` writes them.
  base::Result<std::string> trace_file(const Asker& asker, const TraceKey& key, report::Format format);

  // ---- graph ----
  // The trace as nodes and edges, those with fewest hops first, at most `nodes_max`.
  base::Result<std::string> trace_graph(const Asker& asker, const TraceKey& key, size_t nodes_max);
  base::Result<std::string> expand(const Asker& asker, const ExpandRequest& request);
  base::Result<std::string> path(const Asker& asker, const PathRequest& request);

  // ---- one thing ----
  base::Result<std::string> address(const Asker& asker, const chain::Network* network, const std::string& text);
  base::Result<std::string> movements(const Asker& asker, const MovementsRequest& request);
  base::Result<std::string> transaction(const Asker& asker, const chain::Network* network, const std::string& text);
  base::Result<std::string> search(const Asker& asker, const std::string& text, size_t limit);

  // ---- sharing ----
  // Objects that came in after a position (0: the newest), the newest first; `shown`: how many.
  base::Result<std::string> shared_objects(const Asker& asker, int64_t after, size_t limit, uint64_t& shown);

  ViewStore& views() { return *views_; }

 private:
  Workbench(node::LiveNode& node, federation::Sharing& sharing) : node_(node), sharing_(sharing), traces_(node) {}
  base::Result<std::shared_ptr<const TraceView>> trace_for(const Asker& asker, const TraceKey& key);
  // Owners by what the node holds now; made again when tags or clusters changed.
  base::Result<std::shared_ptr<const inquiry::Ownership>> owners(const screening::State& state);
  std::vector<incidents::Incident> incidents_for(const Asker& asker) const;
  // Pages of an address that ledger or tags know, else of one that incidents do; none: kNo.
  base::Result<std::vector<inquiry::AddressPage>> pages_for(const std::vector<incidents::Incident>& incidents,
                                                            const screening::State& state,
                                                            const inquiry::Ownership& owners,
                                                            const chain::Network* network, const std::string& text);

  node::LiveNode& node_;
  federation::Sharing& sharing_;
  Traces traces_;
  TagSearch tag_search_;
  resolve::AssetBook assets_;
  std::unique_ptr<ViewStore> views_;
  std::mutex owners_mutex_;
  std::shared_ptr<const inquiry::Ownership> owners_;
  std::shared_ptr<const attribution::TagIndex> owners_tags_;
  screening::ClusterMap owners_clusters_;
  std::mutex address_mutex_;  // Ownership::store() is one thread's
};

// Who an address is, in fields of an open object: label, owner, category, service, role, cluster — what is known.
void who_fields(base::JsonWriter& json, const inquiry::Ownership& owners,
                const std::vector<incidents::Incident>& incidents, const ledger::LedgerChain* chain,
                const chain::Network& network, const chain::AddressKey& address);
// The strictest of markings; "" where there is none.
std::string strictest(const std::string& a, const std::string& b);

}  // namespace jindo::workbench
