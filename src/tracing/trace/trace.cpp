// The trace as one call, and what is done to every result at its end: inferred parts marked, conservation proved, rows
// sorted.
#include "trace/trace.h"

#include <algorithm>
#include <tuple>

#include "trace/engine.h"
#include "trace/live_trace.h"

namespace jindo::trace {
namespace {
using base::Status;

std::string printed(const chain::Network& network, const chain::AddressKey& key) {
  return chain::format_address(network, key);
}

// By chain, asset, address or outpoint, source; as text, so that two results compare byte for byte.
void sort_holdings(std::vector<Holding>& holdings) {
  struct Keyed {
    std::string_view chain;
    std::string asset, place;
    uint32_t output, source;
    bool inferred;
    size_t at;
  };
  std::vector<Keyed> keys;
  keys.reserve(holdings.size());
  for (size_t i = 0; i < holdings.size(); ++i) {
    const Holding& h = holdings[i];
    keys.push_back({h.network->name, printed(*h.network, h.asset),
                    h.transaction ? chain::format_hash(*h.network, *h.transaction) : printed(*h.network, h.address),
                    h.output, h.source, h.inferred, i});
  }
  std::sort(keys.begin(), keys.end(), [](const Keyed& a, const Keyed& b) {
    return std::tie(a.chain, a.asset, a.place, a.output, a.source, a.inferred) <
           std::tie(b.chain, b.asset, b.place, b.output, b.source, b.inferred);
  });
  std::vector<Holding> sorted;
  sorted.reserve(holdings.size());
  for (const Keyed& key : keys) sorted.push_back(holdings[key.at]);
  holdings = std::move(sorted);
}

// By the order across chains, then place; steps that name terminals follow.
void sort_terminals(Result& result) {
  const auto less = [](const Terminal& x, const Terminal& y) {
    return std::tie(x.order_time, x.network->caip2, x.place) < std::tie(y.order_time, y.network->caip2, y.place);
  };
  if (std::is_sorted(result.terminals.begin(), result.terminals.end(), less)) return;  // one chain: nearly always
  std::vector<uint32_t> order(result.terminals.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return less(result.terminals[a], result.terminals[b]); });
  std::vector<Terminal> sorted;
  sorted.reserve(order.size());
  std::vector<uint32_t> moved(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    moved[order[i]] = i;
    sorted.push_back(result.terminals[order[i]]);
  }
  result.terminals = std::move(sorted);
  for (Step& step : result.steps) {
    if (step.terminal != UINT32_MAX) step.terminal = moved[step.terminal];
  }
}

// The inferred part of each source, back to its source and marked.
void split_inferred(Result& result) {
  const auto sources = static_cast<uint32_t>(result.sources.size());
  const auto mark = [&](auto& rows) {
    for (auto& row : rows) {
      row.inferred = row.source >= sources;
      if (row.inferred) row.source -= sources;
    }
  };
  mark(result.holdings);
  mark(result.terminals);
  result.inferred_totals.assign(result.totals.begin() + sources, result.totals.end());
  result.totals.resize(sources);
  for (uint32_t s = 0; s < sources; ++s) {
    result.totals[s].held += result.inferred_totals[s].held;
    result.totals[s].ended += result.inferred_totals[s].ended;
  }
}

Status prove_conservation(const Result& result) {
  if (result.policy == Policy::kPoison) return {};
  std::vector<SourceTotal> sums(result.sources.size());
  for (const Holding& holding : result.holdings) sums[holding.source].held += holding.origin;
  for (const Terminal& terminal : result.terminals) sums[terminal.source].ended += terminal.origin;
  for (size_t s = 0; s < sums.size(); ++s) {
    const SourceTotal& total = result.totals[s];
    if (sums[s].held == total.held && sums[s].ended == total.ended && total.held + total.ended == total.stolen)
      continue;
    return base::answer_no("bug: conservation broken for " + result.sources[s].incident + ": stolen " +
                           base::to_decimal(total.stolen) + ", held " + base::to_decimal(sums[s].held) + ", ended " +
                           base::to_decimal(sums[s].ended) +
                           "; no result is given. Please report this with the ledger's digest");
  }
  return {};
}
}  // namespace

uint32_t Result::add_name(const Owner& owner) {
  const auto added = name_numbers.emplace(owner.basis + '\n' + owner.category + '\n' + owner.name,
                                          static_cast<uint32_t>(names.size()));
  if (added.second) names.push_back(owner);
  return added.first->second;
}

const char* terminal_name(TerminalKind kind) {
  switch (kind) {
    case TerminalKind::kFee:
      return "fee";
    case TerminalKind::kBurn:
      return "burn";
    case TerminalKind::kSuperseded:
      return "superseded";
    case TerminalKind::kService:
      return "service";
    case TerminalKind::kBound:
      return "bound";
  }
  return "?";
}

base::Result<Result> run(const ledger::Ledger& ledger, const std::vector<Source>& sources, const Options& options) {
  // The caller keeps the ledger for as long as this runs.
  const std::shared_ptr<const ledger::Ledger> borrowed(&ledger, [](const ledger::Ledger*) {});
  JINDO_TRY(const auto live, LiveTrace::start(borrowed, sources, options));
  return live->take_result();
}

base::Status finish_result(const Options& options, Result& result) {
  split_inferred(result);
  JINDO_DO(prove_conservation(result));
  sort_holdings(result.holdings);
  // One chain's rows come in order already, but for the fees that wait for their block's coinbase.
  if (result.chains.size() > 1 || options.through_fees) sort_terminals(result);
  return {};
}

}  // namespace jindo::trace
