// The flow of a recorded trace between addresses: who passed stolen value to whom. For pictures and graph files.
#pragma once

#include <string>
#include <vector>

#include "inquiry/tracing.h"

namespace jindo::inquiry {

struct FlowNode {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  std::string label;  // the address, or what ends there: "fee", "service Binance" …
  std::string role;   // what the incidents say it is
  bool terminal = false;
  bool theft = false;    // received the theft itself
  bool link = false;     // a swap, bridge or mixer that value went through
  uint32_t hops = 0;     // fewest from a theft
  base::Uint256 passed;  // origin that came in, of all sources
};
struct FlowEdge {
  uint32_t from = 0, to = 0;  // nodes
  uint32_t source = 0;
  bool inferred = false;  // an inferred link lies on its way
  uint64_t movements = 0;
  base::Uint256 origin;
  int64_t first_time = 0, last_time = 0;
  chain::TxId first_transaction{};
  uint64_t place = UINT64_MAX;  // of the last movement counted: lots of one movement count once
  bool last_place(uint64_t now) {
    const bool fresh = place != now;
    place = now;
    return fresh;
  }
};
struct Flow {
  std::vector<FlowNode> nodes;  // in order of first appearance in the trace
  std::vector<FlowEdge> edges;  // likewise
};
// Under pools on UTXO chains value comes from all inputs of a transaction; the edge starts at the first input's owner.
Flow build_flow(const Traced& traced);

}  // namespace jindo::inquiry
