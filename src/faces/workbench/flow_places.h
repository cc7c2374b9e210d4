// Places of a flow: what a picture of it may show as a box (an address, a service, a role, what ends there), and how
// much came to each in the whole trace, whether a box is drawn for it or not. Policies are compared by these.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workbench/traces.h"

namespace jindo::workbench {

enum class FlowBy : uint8_t { kHops, kTime, kService };

struct FlowPlace {
  std::string key;  // the same under every policy, but for places of nobody known by service: they are `rest`
  std::string label, kind, category, role, chain, address;
};
// Of a node. `column`: its hops, which name places that nobody is known to own where places are by service.
FlowPlace place_of(const TraceView& view, FlowBy by, uint32_t node, uint32_t column);
// How far each node is from the theft, as columns have it: 0 for where it was taken from, 11 for all that are farther.
std::vector<uint32_t> columns_by_hops(const TraceView& view);
inline constexpr uint32_t kFlowColumnsMax = 12;

// What came to a place: origin by source. Under poison amounts have no sum, and what counts is that it was reached.
struct Reached {
  FlowPlace place;
  std::vector<base::Uint256> in;
};
// By key, of all places that have an owner, role or address; what passes between a place's own addresses is not
// counted.
std::map<std::string, Reached> places_reached(const TraceView& view, FlowBy by);
// Parts per million by source of what was stolen of it.
std::vector<uint64_t> shares_of(const TraceView& view, const std::vector<base::Uint256>& amounts);

// Several policies' traces of one incident beside each other.
class FlowComparison {
 public:
  explicit FlowComparison(FlowBy by) : by_(by) {}
  void add(const TraceView& view);
  // "arrived": by policy, the shares that came to the place; a policy under which it was not reached is left out.
  void arrived_field(base::JsonWriter& json, const std::string& key) const;
  // "differences": the places on which they do not agree, the largest first; "differences_all": how many there are.
  void difference_fields(base::JsonWriter& json) const;

 private:
  struct Line {
    const FlowPlace* place = nullptr;
    uint64_t spread = 0;  // the largest difference of a source's shares, poison left out
  };
  std::vector<Line> lines() const;
  struct Trace {
    trace::Policy policy;
    std::map<std::string, std::vector<uint64_t>> shares;  // by place
  };
  FlowBy by_;
  std::vector<Trace> traces_;
  std::map<std::string, FlowPlace> places_;
};

}  // namespace jindo::workbench
