// The flow as boxes and bands for a Sankey diagram: acyclic, few boxes, each with the share of what was stolen.
#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/clock.h"
#include "workbench/flow_places.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
using base::Uint256;
constexpr uint64_t kPoisonWeight = 20'000;  // poison's amounts have no sum: every band is as wide
constexpr uint32_t kColumnsMax = kFlowColumnsMax;

struct Box : FlowPlace {
  uint32_t column = 0;
  uint64_t in = 0, out = 0;   // parts per million of what was stolen, over all sources: how wide it is
  std::vector<Uint256> held;  // by source
  uint64_t addresses = 0;
  bool inferred = false;
};
struct Band {
  uint64_t weight = 0;
  std::vector<Uint256> origin;  // by source
  uint64_t movements = 0;
  int64_t first = INT64_MAX, last = 0;
  bool inferred = true, back = false;
  const chain::Network* network = nullptr;
  chain::TxId transaction{};
};

void box_fields(base::JsonWriter& json, const Box& box, const TraceView& view) {
  json.field("key", box.key);
  json.field("label", box.label);
  json.field("kind", box.kind);
  if (!box.category.empty()) json.field("category", box.category);
  if (!box.role.empty()) json.field("role", box.role);
  if (!box.chain.empty()) json.field("chain", box.chain);
  if (!box.address.empty()) json.field("address", box.address);
  json.field("column", uint64_t{box.column});
  json.field("in_ppm", box.in);
  json.field("out_ppm", box.out);
  const std::vector<uint64_t> held = shares_of(view, box.held);
  json.field("held_ppm", std::accumulate(held.begin(), held.end(), uint64_t{0}));
  json.list("held_shares", held, [&](uint64_t ppm) { json.number(ppm); });  // by source: what is said of it
  json.field("addresses", box.addresses);
  if (box.inferred) json.field("inferred", true);
}
void band_fields(base::JsonWriter& json, const Band& band) {
  json.field("ppm", band.weight);
  json.list("origin", band.origin, [&](const Uint256& origin) { json.string(base::to_decimal(origin)); });
  json.field("movements", band.movements);
  json.field("first_time", base::format_time(band.first));
  json.field("last_time", base::format_time(band.last));
  json.field("inferred", band.inferred);
  json.field("back", band.back);  // to a place earlier in the picture: listed, not drawn
  json.field("chain", band.network->name);
  json.field("transaction", chain::format_hash(*band.network, band.transaction));
}

class FlowView {
 public:
  FlowView(const FlowRequest& request, const TraceView& view) : request_(request), view_(view) {}
  void build() {
    place_columns();
    choose_shown();
    for (uint32_t n = 0; n < flow().nodes.size(); ++n) box_of_.push_back(box_for(n));
    add_bands();
    break_circles();
  }
  void write(base::JsonWriter& json, const FlowComparison& comparison) const {
    json.list("columns", column_names_);
    json.objects("nodes", boxes_, [&](const Box& box) {
      box_fields(json, box, view_);
      if (box.kind != "rest") comparison.arrived_field(json, box.key);
    });
    json.objects("links", bands_, [&](const auto& entry) {
      json.field("from", uint64_t{entry.first.first});
      json.field("to", uint64_t{entry.first.second});
      band_fields(json, entry.second);
    });
  }

 private:
  const inquiry::Flow& flow() const { return view_.flow; }
  uint64_t weight_of(const inquiry::FlowEdge& edge) const {
    if (view_.key.policy == trace::Policy::kPoison) return kPoisonWeight;
    return share_ppm(edge.origin, view_.result().totals[edge.source].stolen);
  }
  // By hops: as far as the fewest hops. By time: the day, week, month or year of the first arrival. By service: as by
  // hops, but addresses nobody is known to own are one box.
  void place_columns() {
    column_.assign(flow().nodes.size(), 0);
    request_.by == FlowBy::kTime ? place_by_time() : place_by_hops();
  }
  void place_by_hops() {
    column_ = columns_by_hops(view_);
    const uint32_t last = column_.empty() ? 0 : *std::max_element(column_.begin(), column_.end());
    for (uint32_t c = 0; c <= last; ++c) column_names_.push_back(std::to_string(c) + (c == kColumnsMax - 1 ? "+" : ""));
  }
  void place_by_time() {
    const size_t digits = digits_of_time();
    std::map<std::string, uint32_t> column_of;
    for (const int64_t time : view_.first_received)
      if (time != INT64_MAX) column_of[base::format_time(time).substr(0, digits)] = 0;
    uint32_t next = 1;
    column_names_.push_back("");
    for (auto& [date, column] : column_of) {
      column = std::min(next++, 2 * kColumnsMax);
      if (column_names_.size() <= column) column_names_.push_back(date);
    }
    for (uint32_t n = 0; n < flow().nodes.size(); ++n) {
      const int64_t time = view_.first_received[n];
      column_[n] = time == INT64_MAX ? 0 : column_of[base::format_time(time).substr(0, digits)];
    }
  }
  // How much of a time as text names its column: the finest step (hour, day, month, year) that has few enough columns.
  size_t digits_of_time() const {
    size_t digits = 0;
    for (const size_t step : {size_t{13}, size_t{10}, size_t{7}, size_t{4}}) {
      digits = step;
      std::set<std::string> steps;
      for (const int64_t time : view_.first_received)
        if (time != INT64_MAX) steps.insert(base::format_time(time).substr(0, digits));
      if (steps.size() < kColumnsMax) break;
    }
    return digits;
  }
  void choose_shown() {
    std::vector<uint64_t> through(flow().nodes.size()), outgoing(flow().nodes.size());
    for (const inquiry::FlowEdge& edge : flow().edges) {
      if (edge.from == edge.to) continue;
      through[edge.to] += weight_of(edge);
      outgoing[edge.from] += weight_of(edge);
    }
    for (size_t n = 0; n < through.size(); ++n) through[n] = std::max(through[n], outgoing[n]);
    std::vector<uint32_t> order(flow().nodes.size());
    for (uint32_t n = 0; n < order.size(); ++n) order[n] = n;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return through[a] > through[b]; });
    shown_.assign(order.size(), false);
    for (size_t i = 0; i < std::min(order.size(), request_.nodes_max); ++i) shown_[order[i]] = true;
  }
  uint32_t box_for(uint32_t n) {
    Box box;
    static_cast<FlowPlace&>(box) = place_of(view_, request_.by, n, column_[n]);
    box.column = column_[n];
    if (!shown_[n] && (request_.by != FlowBy::kService || flow().nodes[n].theft)) {
      static_cast<FlowPlace&>(box) = {};
      box.key = "rest " + std::to_string(box.column);
      box.kind = "rest";
    }
    const auto added = box_numbers_.emplace(box.key, static_cast<uint32_t>(boxes_.size()));
    if (added.second) boxes_.push_back(box);
    Box& there = boxes_[added.first->second];
    there.column = std::max(there.column, box.column);
    there.held.resize(view_.sources());
    ++there.addresses;
    for (size_t s = 0; s < view_.sources(); ++s) there.held[s] += view_.held[n * view_.sources() + s];
    return added.first->second;
  }
  void add_bands() {
    for (const inquiry::FlowEdge& edge : flow().edges) {
      const uint32_t from = box_of_[edge.from], to = box_of_[edge.to];
      if (from == to) continue;
      Band& band = bands_[{from, to}];
      if (band.origin.empty()) band.origin.resize(view_.sources());
      const uint64_t weight = weight_of(edge);
      band.weight += weight;
      band.origin[edge.source] += edge.origin;
      band.movements += edge.movements;
      if (edge.first_time < band.first) {
        band.first = edge.first_time;
        band.network = flow().nodes[edge.to].network;
        band.transaction = edge.first_transaction;
      }
      band.last = std::max(band.last, edge.last_time);
      band.inferred &= edge.inferred;  // a band is inferred where all of it is
      boxes_[from].out += weight;
      boxes_[to].in += weight;
      boxes_[to].inferred |= edge.inferred;
    }
  }
  // A diagram goes one way: of each circle the thinnest band is listed beside it. Bands are taken from the widest on,
  // and one that would close a circle over those taken is left out.
  void break_circles() {
    std::vector<std::pair<const std::pair<uint32_t, uint32_t>, Band>*> order;
    for (auto& entry : bands_) order.push_back(&entry);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->second.weight > b->second.weight; });
    std::vector<std::vector<uint32_t>> next(boxes_.size());
    for (auto* entry : order) {
      const auto [from, to] = std::pair<uint32_t, uint32_t>(entry->first);
      std::vector<bool> seen(boxes_.size(), false);
      std::vector<uint32_t> stack{to};
      seen[to] = true;
      while (!stack.empty() && !seen[from]) {
        const uint32_t at = stack.back();
        stack.pop_back();
        for (const uint32_t other : next[at])
          if (!seen[other]) {
            seen[other] = true;
            stack.push_back(other);
          }
      }
      if (seen[from])
        entry->second.back = true;
      else
        next[from].push_back(to);
    }
  }

  const FlowRequest& request_;
  const TraceView& view_;
  std::vector<uint32_t> column_, box_of_;
  std::vector<std::string> column_names_;
  std::vector<bool> shown_;
  std::vector<Box> boxes_;
  std::map<std::string, uint32_t> box_numbers_;
  std::map<std::pair<uint32_t, uint32_t>, Band> bands_;
};
}  // namespace

base::Result<std::string> Workbench::flow(const Asker& asker, const FlowRequest& request) {
  JINDO_TRY(const auto view, trace_for(asker, request.trace));
  FlowComparison comparison(request.by);
  comparison.add(*view);
  for (const trace::Policy policy : request.beside) {
    TraceKey other = request.trace;
    other.policy = policy;
    JINDO_TRY(const auto beside, trace_for(asker, other));
    comparison.add(*beside);
  }
  FlowView picture(request, *view);
  picture.build();
  AssetNames names(assets_, view->traced->incidents);
  return base::json_object([&](base::JsonWriter& json) {
    trace_fields(json, *view);
    json.field("by", request.by == FlowBy::kHops ? "hops" : request.by == FlowBy::kTime ? "time" : "service");
    source_fields(json, *view, names);
    picture.write(json, comparison);
    if (!request.beside.empty()) comparison.difference_fields(json);
    names.write(json);
  });
}
}  // namespace jindo::workbench
