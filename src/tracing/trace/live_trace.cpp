// A trace from its start to the ledger's tip and on: a pass a chain, run together in the order of time; heights of the
// past cut the ledger where it stood then.
#include "trace/live_trace.h"

#include <algorithm>

#include "trace/engine.h"

namespace jindo::trace {
namespace {
struct Turn {
  uint64_t place = ledger::kNoNumber;
  int64_t time = 0;
  size_t barrier = 0;  // those before it are passed
};
// Whether what comes next on this chain pays out of a link whose pay-in has not run yet.
bool waits_for_pay_in(std::vector<Turn>& turns, size_t chain, const std::vector<Crossings::Barrier>& barriers) {
  Turn& turn = turns[chain];
  for (size_t b = turn.barrier; b < barriers.size() && barriers[b].place <= turn.place; ++b) {
    if (turns[barriers[b].from_chain].place <= barriers[b].from_place) return true;
    if (b == turn.barrier) ++turn.barrier;
  }
  return false;
}
// All passes, the earliest place first: by block time, then by chain. A pay-out waits for its pay-in.
// Nothing from a chain's end on is done.
void run_in_order(std::vector<std::unique_ptr<Pass>>& passes, const Crossings& crossings,
                  const std::vector<uint64_t>& ends) {
  if (passes.size() == 1) {
    while (passes[0]->next() < ends[0]) passes[0]->step();
    return;
  }
  std::vector<Turn> turns(passes.size());
  for (;;) {
    for (size_t c = 0; c < passes.size(); ++c) {
      uint64_t place = passes[c]->next();
      if (place >= ends[c]) place = ledger::kNoNumber;
      if (place == turns[c].place) continue;
      turns[c].place = place;
      if (place != ledger::kNoNumber) turns[c].time = passes[c]->next_time();
    }
    size_t chosen = SIZE_MAX, any = SIZE_MAX;
    for (size_t c = 0; c < passes.size(); ++c) {
      if (turns[c].place == ledger::kNoNumber) continue;
      if (any == SIZE_MAX || turns[c].time < turns[any].time) any = c;
      const bool waits = waits_for_pay_in(turns, c, crossings.barriers(static_cast<uint32_t>(c)));
      if (!waits && (chosen == SIZE_MAX || turns[c].time < turns[chosen].time)) chosen = c;
    }
    if (any == SIZE_MAX) return;
    passes[chosen == SIZE_MAX ? any : chosen]->step();  // each waits for another: clocks decide
  }
}

// What went into a link and never came out, since the clocks of the chains contradict it: it ends at the service.
void end_leftovers(const ledger::Ledger& ledger, const Crossings& crossings, Result& result) {
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

// A chain's end for this trace: in transactions, and in what its pass counts.
struct End {
  uint64_t blocks = 0, transaction = 0, place = 0;
};
End end_of(const ledger::LedgerChain& chain, const std::map<const chain::Network*, uint64_t>& heights) {
  const ledger::ChainReader& reader = chain.reader();
  End out;
  out.blocks = reader.info().blocks;
  out.transaction = out.place = ledger::kNoNumber;
  const auto limit = heights.find(chain.network);
  if (limit == heights.end() || reader.info().tip_height <= limit->second) return out;
  uint64_t low = 0;
  while (low < out.blocks) {
    const uint64_t middle = (low + out.blocks) / 2;
    if (reader.block(middle).height <= limit->second)
      low = middle + 1;
    else
      out.blocks = middle;
  }
  const ledger::BlockRow block = reader.block(out.blocks);
  out.transaction = block.first_transaction;
  out.place = chain.utxo ? block.first_transaction : block.first_movement;
  return out;
}
ChainState state_of(const ledger::LedgerChain& chain, const End& end) {
  const ledger::ChainInfo& info = chain.reader().info();
  ChainState out{chain.network, info.tip_height, info.tip_time, info.notes, info.note_digest};
  if (end.blocks == info.blocks) return out;
  out.tip_height = out.tip_time = 0;
  if (end.blocks > 0) {
    const ledger::BlockRow tip = chain.reader().block(end.blocks - 1);
    out.tip_height = tip.height;
    out.tip_time = tip.order_time;
  }
  return out;
}
// Thefts after the end: those named by their transaction are not held yet, of addresses only the later receipts.
template <class Seed, class Place>
base::Status cut_seeds(std::vector<Seed>& seeds, Place place, uint64_t end, const std::vector<Source>& sources) {
  const auto late = std::find_if(seeds.begin(), seeds.end(), [&](const Seed& seed) { return seed.*place >= end; });
  for (auto seed = late; seed != seeds.end(); ++seed) {
    if (!seed->since)
      return base::bad_input("incident " + sources[seed->source].incident +
                             ": a theft it names is not in the ledger yet at the height asked for");
  }
  seeds.erase(late, seeds.end());
  return {};
}
// Blocks that were there are there still.
bool extends(const ledger::ChainReader& grown, const ledger::ChainReader& known) {
  const ledger::ChainInfo& info = known.info();
  if (grown.info().blocks < info.blocks) return false;
  return info.blocks == 0 || grown.block(info.blocks - 1).digest == known.block(info.blocks - 1).digest;
}
}  // namespace

struct LiveTrace::State {
  std::shared_ptr<const ledger::Ledger> ledger;
  Options options;
  Result result;
  std::vector<std::vector<uint32_t>> which;  // sources by chain
  std::vector<uint64_t> ends;
  std::optional<Crossings> crossings;
  std::vector<std::unique_ptr<Pass>> passes;

  base::Status set_sources(std::vector<Source> sources) {
    result.policy = options.policy;
    result.totals.resize(2 * sources.size());  // the second half: what came by inferred links
    result.ledger_digest = ledger->digest();
    for (const Source& source : sources) {
      if (ledger->find(*source.network) != nullptr) continue;
      const std::string label = source.thefts.empty() ? "incident " + source.incident : source.thefts.front().label;
      return base::bad_input(label + ": the ledger holds no chain " + std::string(source.network->name));
    }
    result.sources = std::move(sources);
    return {};
  }
  // The sources' chains; with links all, since value may turn up on any. Then the links between them.
  std::vector<const ledger::LedgerChain*> choose_chains() {
    std::vector<const ledger::LedgerChain*> chains;
    std::vector<uint64_t> transaction_ends;
    for (const ledger::LedgerChain& chain : ledger->chains()) {
      std::vector<uint32_t> own;
      for (uint32_t s = 0; s < result.sources.size(); ++s)
        if (result.sources[s].network == chain.network) own.push_back(s);
      if (own.empty() && options.resolver == nullptr) continue;
      const End end = end_of(chain, options.heights);
      ends.push_back(end.place);
      transaction_ends.push_back(end.transaction);
      result.chains.push_back(state_of(chain, end));
      result.nodes.emplace_back();
      which.push_back(std::move(own));
      chains.push_back(&chain);
    }
    if (options.resolver != nullptr) {
      result.registry_version = options.resolver->registry().version();
      result.registry_digest = options.resolver->registry().digest();
    }
    crossings.emplace(options, result.chains, result.sources.size(), transaction_ends);
    return chains;
  }
  base::Status add_pass(const ledger::LedgerChain& chain, uint32_t c) {
    const ChainPass pass{result, c, which[c], options, *crossings};
    if (chain.utxo) {
      JINDO_TRY(auto seeds, find_seeds(*chain.utxo, result.sources, which[c]));
      JINDO_DO(cut_seeds(seeds, &UtxoSeed::transaction, ends[c], result.sources));
      passes.push_back(utxo_pass(*chain.utxo, std::move(seeds), pass, result.chains.size() > 1));
    } else {
      JINDO_TRY(auto seeds, find_seeds(*chain.account, result.sources, which[c]));
      JINDO_DO(cut_seeds(seeds, &AccountSeed::movement, ends[c], result.sources));
      const std::vector<uint32_t> beyond = leave_out_beyond(seeds);
      result.left_out.insert(result.left_out.end(), beyond.begin(), beyond.end());
      passes.push_back(account_pass(*chain.account, std::move(seeds), pass));
    }
    return {};
  }
  void run() {
    for (bool more = true; more;) {
      run_in_order(passes, *crossings, ends);
      more = false;
      for (size_t c = 0; c < passes.size(); ++c) {
        passes[c]->settle_block();
        more = more || passes[c]->next() < ends[c];
      }
    }
  }
  base::Status finish(Result& into) const {
    for (const auto& pass : passes) pass->finish(into);
    end_leftovers(*ledger, *crossings, into);
    return finish_result(options, into);
  }
};

LiveTrace::LiveTrace(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveTrace::~LiveTrace() = default;

base::Result<std::unique_ptr<LiveTrace>> LiveTrace::start(std::shared_ptr<const ledger::Ledger> ledger,
                                                          std::vector<Source> sources, const Options& options) {
  auto state = std::make_unique<State>();
  state->ledger = std::move(ledger);
  state->options = options;
  JINDO_DO(state->set_sources(std::move(sources)));
  const std::vector<const ledger::LedgerChain*> chains = state->choose_chains();
  for (uint32_t c = 0; c < chains.size(); ++c) JINDO_DO(state->add_pass(*chains[c], c));
  state->crossings->schedule = [s = state.get()](uint32_t chain, uint64_t place) {
    (void)s->passes[chain]->schedule(place);
  };
  state->run();
  return std::unique_ptr<LiveTrace>(new LiveTrace(std::move(state)));
}

bool LiveTrace::go_on(std::shared_ptr<const ledger::Ledger> grown) {
  State& state = *state_;
  CHECK(state.options.heights.empty());
  for (size_t c = 0; c < state.passes.size(); ++c) {
    const chain::Network& network = *state.result.chains[c].network;
    const ledger::LedgerChain* now = grown->find(network);
    if (now == nullptr || !extends(now->reader(), state.ledger->find(network)->reader())) return false;
  }
  // With links a chain that the ledger did not have may hold what crossed.
  if (state.options.resolver != nullptr && grown->chains().size() != state.passes.size()) return false;
  for (size_t c = 0; c < state.passes.size(); ++c) {
    const ledger::LedgerChain* now = grown->find(*state.result.chains[c].network);
    if (!state.passes[c]->go_on(now->reader(), {state.result.sources, state.which[c]})) return false;
    state.result.chains[c] = state_of(*now, {now->reader().info().blocks, 0, 0});
  }
  state.ledger = std::move(grown);
  state.result.ledger_digest = state.ledger->digest();
  state.run();
  return true;
}

void LiveTrace::forget_previews() {
  for (const auto& pass : state_->passes) pass->forget_previews();
}
void LiveTrace::preview(const chain::Network& network, const PendingTransaction& transaction,
                        std::vector<PendingArrival>& out) {
  for (size_t c = 0; c < state_->passes.size(); ++c)
    if (state_->result.chains[c].network == &network) state_->passes[c]->preview(transaction, out);
}
void LiveTrace::preview_payment(const chain::Network& network, const chain::AddressKey& from,
                                const chain::AddressKey& asset, const base::Uint256& amount,
                                std::vector<PendingArrival>& out) {
  for (size_t c = 0; c < state_->passes.size(); ++c)
    if (state_->result.chains[c].network == &network) state_->passes[c]->preview_payment(from, asset, amount, out);
}

base::Result<Result> LiveTrace::result() const {
  CHECK(state_->options.keep_terminals);
  Result out = state_->result;
  JINDO_DO(state_->finish(out));
  return out;
}
base::Result<Result> LiveTrace::take_result() {
  CHECK(state_->options.keep_terminals);
  Result out;
  // Passes add to the result that they ran with.
  JINDO_DO(state_->finish(state_->result));
  out = std::move(state_->result);
  return out;
}
const std::vector<ChainState>& LiveTrace::chains() const { return state_->result.chains; }
const Result& LiveTrace::running() const { return state_->result; }
}  // namespace jindo::trace
