// Each step of a recorded trace becomes part of an edge between two nodes.
#include "inquiry/flow.h"

#include <map>
#include <tuple>

namespace jindo::inquiry {
namespace {
using ledger::kNoNumber;

class FlowBuilder {
 public:
  explicit FlowBuilder(const Traced& traced) : traced_(traced) {}
  Flow run() {
    for (const trace::Step& step : traced_.result.steps) add(step);
    return std::move(flow_);
  }

 private:
  const ledger::LedgerChain& chain_of(const trace::Step& step) const {
    return *traced_.ledger->find(*traced_.result.chains[step.chain].network);
  }
  uint64_t transaction_of(const trace::Step& step) const {
    const ledger::LedgerChain& chain = chain_of(step);
    if (chain.utxo) return step.place;
    ledger::Movement m;
    chain.account->movement(step.place, m);
    return m.transaction;
  }
  chain::AddressKey end_address(const trace::Step& step, uint64_t end) const {
    const ledger::LedgerChain& chain = chain_of(step);
    return chain.utxo ? chain.utxo->output_address(end) : traced_.result.nodes[step.chain][end].address;
  }
  chain::AddressKey sender(const trace::Step& step) const {
    if (step.from != kNoNumber) return end_address(step, step.from);
    const ledger::LedgerChain& chain = chain_of(step);
    if (chain.utxo) {
      ledger::UtxoTransactionView view;
      chain.utxo->transaction(step.place, view);
      return view.in_output.empty() ? chain::AddressKey{} : chain.utxo->input_address(view.first_input);
    }
    ledger::Movement m;
    chain.account->movement(step.place, m);
    return m.from == kNoNumber ? chain::AddressKey{} : chain.account->holding_address(m.segment, m.from);
  }
  uint32_t node(const chain::Network* network, const chain::AddressKey& address, const std::string& ends) {
    const auto added =
        node_of_.emplace(std::make_tuple(network, address, ends), static_cast<uint32_t>(flow_.nodes.size()));
    if (added.second) {
      FlowNode fresh;
      fresh.network = network;
      fresh.address = address;
      fresh.terminal = !ends.empty();
      const std::string text = chain::format_address(*network, address);
      fresh.label = ends.empty() ? (text.empty() ? "(minted)" : text) : ends + (text.empty() ? "" : " " + text);
      fresh.role = known_role(traced_.incidents, *network, address);
      fresh.hops = UINT32_MAX;
      flow_.nodes.push_back(fresh);
    }
    return added.first->second;
  }
  uint32_t link_node(const chain::Network* network, uint32_t index) {
    const resolve::Link& link = traced_.result.links[index].link;
    const std::string name =
        std::string(resolve::link_kind_name(link.kind)) + (link.service.empty() ? "" : " " + link.service);
    const uint32_t at = node(
        link.kind == resolve::LinkKind::kSwap || link.kind == resolve::LinkKind::kWrap ? network : link.from.network,
        {}, name);
    flow_.nodes[at].terminal = false;
    flow_.nodes[at].link = true;
    return at;
  }
  void add(const trace::Step& step) {
    const chain::Network* network = traced_.result.chains[step.chain].network;
    std::string ends;
    chain::AddressKey to;
    const bool through = step.link != UINT32_MAX;
    const bool into = through && step.to == kNoNumber && step.terminal == UINT32_MAX;
    if (into) {
    } else if (step.terminal != UINT32_MAX) {
      const trace::Terminal& terminal = traced_.result.terminals[step.terminal];
      ends = trace::terminal_name(terminal.kind);
      if (terminal.name != 0) ends += " " + traced_.result.name_of(terminal);
      to = terminal.address;
    } else {
      to = end_address(step, step.to);
    }
    const uint32_t from_node = through && !into ? link_node(network, step.link) : node(network, sender(step), "");
    const uint32_t to_node = into ? link_node(network, step.link) : node(network, to, ends);
    FlowNode& reached = flow_.nodes[to_node];
    reached.passed += traced_.result.policy == trace::Policy::kPoison ? base::Uint256() : step.origin;
    reached.hops = std::min(reached.hops, step.hops + 1);
    reached.theft |= step.theft;
    if (step.theft) flow_.nodes[from_node].hops = 0;
    const uint64_t transaction = transaction_of(step);
    const ledger::ChainReader& reader = chain_of(step).reader();
    const int64_t time = reader.block(reader.block_of_transaction(transaction)).time;
    const auto added = edge_of_.emplace(std::make_tuple(from_node, to_node, step.source * 2 + (step.inferred ? 1 : 0)),
                                        static_cast<uint32_t>(flow_.edges.size()));
    if (added.second) {
      FlowEdge edge;
      edge.from = from_node;
      edge.to = to_node;
      edge.source = step.source;
      edge.inferred = step.inferred;
      edge.first_time = time;
      edge.first_transaction = reader.transaction_id(transaction);
      flow_.edges.push_back(edge);
    }
    FlowEdge& edge = flow_.edges[added.first->second];
    edge.movements += edge.last_place(step.place) ? 1 : 0;
    edge.last_time = time;
    if (traced_.result.policy != trace::Policy::kPoison) edge.origin += step.origin;
  }
  const Traced& traced_;
  Flow flow_;
  std::map<std::tuple<const chain::Network*, chain::AddressKey, std::string>, uint32_t> node_of_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> edge_of_;
};
}  // namespace

Flow build_flow(const Traced& traced) { return FlowBuilder(traced).run(); }
}  // namespace jindo::inquiry
