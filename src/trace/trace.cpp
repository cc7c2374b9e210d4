#include "trace/trace.h"

#include <algorithm>
#include <tuple>

#include "trace/engine.h"

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

// All passes, the earliest place first: by block time, then by chain. A pay-out waits for its pay-in.
void run_in_order(std::vector<std::unique_ptr<Pass>>& passes, const Crossings& crossings) {
  if (passes.size() == 1) {
    while (passes[0]->next() != ledger::kNoNumber) passes[0]->step();
    return;
  }
  struct Turn {
    uint64_t place = ledger::kNoNumber;
    int64_t time = 0;
    size_t barrier = 0;
  };
  std::vector<Turn> turns(passes.size());
  for (;;) {
    for (size_t c = 0; c < passes.size(); ++c) {
      const uint64_t place = passes[c]->next();
      if (place == turns[c].place) continue;
      turns[c].place = place;
      if (place != ledger::kNoNumber) turns[c].time = passes[c]->next_time();
    }
    size_t chosen = SIZE_MAX, any = SIZE_MAX;
    for (size_t c = 0; c < passes.size(); ++c) {
      if (turns[c].place == ledger::kNoNumber) continue;
      if (any == SIZE_MAX || turns[c].time < turns[any].time) any = c;
      const auto& barriers = crossings.barriers(static_cast<uint32_t>(c));
      bool waits = false;
      for (size_t b = turns[c].barrier; b < barriers.size() && barriers[b].place <= turns[c].place && !waits; ++b) {
        waits = turns[barriers[b].from_chain].place <= barriers[b].from_place;
        if (!waits && b == turns[c].barrier) ++turns[c].barrier;
      }
      if (!waits && (chosen == SIZE_MAX || turns[c].time < turns[chosen].time)) chosen = c;
    }
    if (any == SIZE_MAX) return;
    passes[chosen == SIZE_MAX ? any : chosen]->step();  // each waits for another: clocks decide
  }
}

// What went into a link and never came out, since the clocks of the chains contradict it: it ends at the service.
void end_leftovers(const ledger::Ledger& ledger, Crossings& crossings, Result& result) {
  for (const auto& [index, lots] : crossings.leftovers()) {
    const resolve::Link& link = crossings.link(index);
    const ledger::ChainReader& reader = ledger.find(*link.from.network)->reader();
    const ledger::BlockRow block = reader.block(reader.block_of_transaction(link.from.transaction));
    for (const WideLot& lot : lots) {
      if (lot.clean()) continue;
      Terminal terminal;
      terminal.kind = TerminalKind::kService;
      terminal.network = link.from.network;
      terminal.asset = link.from.asset;
      terminal.address = link.from.holder;
      terminal.name = result.add_name({link.service.empty() ? "between chains" : link.service, "bridge", "link"});
      terminal.transaction = reader.transaction_id(link.from.transaction);
      terminal.time = block.time;
      terminal.order_time = block.order_time;
      terminal.place = link.from.network->model == chain::LedgerModel::kUtxo ? link.from.transaction : link.from.place;
      terminal.source = lot.source;
      terminal.amount = lot.amount;
      terminal.origin = lot.origin;
      result.totals[lot.source].ended += lot.origin;
      result.terminals.push_back(terminal);
    }
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
  Result result;
  result.policy = options.policy;
  result.sources = sources;
  result.totals.resize(2 * sources.size());  // the second half: what came by inferred links
  result.ledger_digest = ledger.digest();
  for (const Source& source : sources) {
    if (ledger.find(*source.network) != nullptr) continue;
    const std::string label = source.thefts.empty() ? "incident " + source.incident : source.thefts.front().label;
    return base::bad_input(label + ": the ledger holds no chain " + std::string(source.network->name));
  }
  // With links value may turn up on any chain.
  std::vector<std::vector<uint32_t>> which;
  std::vector<const ledger::LedgerChain*> chains;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    std::vector<uint32_t> own;
    for (uint32_t s = 0; s < sources.size(); ++s)
      if (sources[s].network == chain.network) own.push_back(s);
    if (own.empty() && options.resolver == nullptr) continue;
    const ledger::ChainInfo& info = chain.reader().info();
    result.chains.push_back({chain.network, info.tip_height, info.tip_time, info.notes, info.note_digest});
    result.nodes.emplace_back();
    which.push_back(std::move(own));
    chains.push_back(&chain);
  }
  if (options.resolver != nullptr) {
    result.registry_version = options.resolver->registry().version();
    result.registry_digest = options.resolver->registry().digest();
  }
  Crossings crossings(options, result.chains, sources.size());
  std::vector<std::unique_ptr<Pass>> passes;
  for (uint32_t c = 0; c < chains.size(); ++c) {
    const ChainPass pass{result, c, which[c], options, crossings};
    if (chains[c]->utxo) {
      JINDO_TRY(auto seeds, find_seeds(*chains[c]->utxo, sources, which[c]));
      passes.push_back(utxo_pass(*chains[c]->utxo, std::move(seeds), pass, chains.size() > 1));
    } else {
      JINDO_TRY(auto seeds, find_seeds(*chains[c]->account, sources, which[c]));
      passes.push_back(account_pass(*chains[c]->account, std::move(seeds), pass));
    }
  }
  crossings.schedule = [&](uint32_t chain, uint64_t place) { (void)passes[chain]->schedule(place); };
  run_in_order(passes, crossings);
  for (const auto& pass : passes) pass->finish();
  end_leftovers(ledger, crossings, result);
  split_inferred(result);
  JINDO_DO(prove_conservation(result));
  sort_holdings(result.holdings);
  // One chain's rows come in order already, but for the fees that wait for their block's coinbase.
  if (result.chains.size() > 1 || options.through_fees) sort_terminals(result);
  return result;
}
}  // namespace jindo::trace
