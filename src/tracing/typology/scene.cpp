// The trace's steps become moves between nodes (add_steps); then what detectors ask about them, and the words they use.
#include "typology/scene.h"

#include <algorithm>
#include <tuple>

#include "base/clock.h"
#include "chain/burn.h"
#include "resolve/join_links.h"
#include "typology/quantity.h"

namespace jindo::typology {
using base::Uint256;
using ledger::kNoNumber;

Scene::Scene(const ledger::Ledger& ledger, const trace::Result& result, const resolve::AssetBook& assets,
             const resolve::Registry& registry, const attribution::ServiceDirectory& services,
             std::vector<KnownPlace> known)
    : ledger_(ledger),
      result_(result),
      assets_(assets),
      registry_(registry),
      services_(services),
      known_(std::move(known)) {
  for (const trace::ChainState& state : result.chains) chains_.push_back(ledger.find(*state.network));
  add_steps();
}

uint32_t Scene::node_of(const chain::Network* network, const chain::AddressKey& address) {
  if (address.is_none()) return kNobody;
  const auto added = node_numbers_.emplace(std::make_pair(network, address), static_cast<uint32_t>(nodes_.size()));
  if (added.second) nodes_.push_back({network, address, {}, {}});
  return added.first->second;
}
uint32_t Scene::find_node(const chain::Network& network, const chain::AddressKey& address) const {
  const auto found = node_numbers_.find({&network, address});
  return found == node_numbers_.end() ? kNobody : found->second;
}

namespace {
// The block of each transaction asked for; steps come mostly in order, so the last one is kept.
class BlockOf {
 public:
  const ledger::BlockRow& find(uint32_t chain, const ledger::ChainReader& reader, uint64_t transaction) {
    if (chain_ != chain || transaction < first_ || transaction >= end_) {
      const uint64_t number = reader.block_of_transaction(transaction);
      block_ = reader.block(number);
      chain_ = chain;
      first_ = block_.first_transaction;
      end_ =
          number + 1 < reader.info().blocks ? reader.block(number + 1).first_transaction : reader.info().transactions;
    }
    return block_;
  }

 private:
  uint32_t chain_ = UINT32_MAX;
  uint64_t first_ = 1, end_ = 0;
  ledger::BlockRow block_;
};

// What the step itself says of its move.
Move move_of(const trace::Step& step) {
  Move move;
  move.chain = step.chain;
  move.place = step.place;
  move.source = step.source;
  move.terminal = step.terminal;
  move.link = step.link;
  move.theft = step.theft;
  move.into_link = step.link != UINT32_MAX && step.to == kNoNumber && step.terminal == UINT32_MAX;
  move.out_of_link = step.link != UINT32_MAX && !move.into_link;
  move.inferred = step.inferred;
  move.amount = step.amount;
  move.origin = step.origin;
  return move;
}

struct Ends {  // of a move; kNone: nobody
  chain::AddressKey from, to;
};
// What the ledger says of the move: transaction, asset and all that the place carries go into it.
Ends read_utxo_place(const ledger::UtxoReader& reader, const trace::Step& step, Move& move) {
  Ends ends;
  move.transaction = step.place;
  move.asset = chain::native_asset();
  if (step.from != kNoNumber) {
    ends.from = reader.output_address(step.from);
  } else if (!step.theft) {
    ledger::UtxoTransactionView view;
    reader.transaction(step.place, view);
    if (!view.in_output.empty()) ends.from = reader.input_address(view.first_input);
  }
  if (step.to != kNoNumber) {
    ends.to = reader.output_address(step.to);
    move.whole = Uint256(reader.output_value(step.to));
  }
  return ends;
}
Ends read_account_place(const ledger::AccountReader& reader, const trace::Step& step, Move& move) {
  Ends ends;
  ledger::Movement movement;
  reader.movement(step.place, movement);
  move.transaction = movement.transaction;
  move.asset = reader.asset(movement.segment, movement.asset);
  move.whole = reader.amount(step.place);
  if (movement.from != kNoNumber) ends.from = reader.holding_address(movement.segment, movement.from);
  if (movement.to != kNoNumber) ends.to = reader.holding_address(movement.segment, movement.to);
  return ends;
}
}  // namespace

void Scene::add_steps() {
  moves_.reserve(result_.steps.size());
  std::vector<int64_t> order_times;  // by move
  std::vector<uint64_t> step_to;     // by move, for merging: the step's `to`
  BlockOf block_of;
  for (const trace::Step& step : result_.steps) {
    const ledger::LedgerChain& chain = *chains_[step.chain];
    Move move = move_of(step);
    if (merge_step(step, move.into_link, step_to)) continue;
    Ends ends = chain.utxo ? read_utxo_place(*chain.utxo, step, move) : read_account_place(*chain.account, step, move);
    if (step.terminal != UINT32_MAX) {
      const trace::Terminal& terminal = result_.terminals[step.terminal];
      move.fee = terminal.kind == trace::TerminalKind::kFee;
      ends.to = terminal.kind == trace::TerminalKind::kBurn ? chain::AddressKey{} : terminal.address;
    }
    if (chain::find_burn(*chain.network, ends.from) != nullptr) ends.from = {};  // nobody
    if (move.into_link && move.link < result_.links.size() && chain.utxo)
      ends.to = result_.links[move.link].link.from.holder;
    const ledger::BlockRow& block = block_of.find(step.chain, chain.reader(), move.transaction);
    move.time = block.time;
    if (move.whole < move.amount) move.whole = move.amount;
    move.from = node_of(chain.network, ends.from);
    move.to = node_of(chain.network, ends.to);
    moves_.push_back(move);
    step_to.push_back(step.to);
    order_times.push_back(block.order_time);
  }
  sort_moves(order_times);
  mark_joined();
  list_at_nodes();
}

// Lots of one movement stand together or nearly so: a step is merged with one of the last few moves if it can be.
bool Scene::merge_step(const trace::Step& step, bool into_link, const std::vector<uint64_t>& step_to) {
  constexpr size_t kBackMax = 8;
  for (size_t back = 0; back < kBackMax && back < moves_.size(); ++back) {
    Move& last = moves_[moves_.size() - 1 - back];
    if (last.chain != step.chain || last.place != step.place) return false;
    if (step_to[step_to.size() - 1 - back] != step.to || last.source != step.source || last.terminal != step.terminal ||
        last.link != step.link || last.theft != step.theft || last.into_link != into_link)
      continue;
    last.amount += step.amount;
    last.origin += step.origin;
    last.inferred |= step.inferred;
    return true;
  }
  return false;
}

void Scene::sort_moves(const std::vector<int64_t>& order_times) {
  std::vector<uint32_t> order(moves_.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::make_tuple(order_times[a], moves_[a].chain, moves_[a].place) <
           std::make_tuple(order_times[b], moves_[b].chain, moves_[b].place);
  });
  std::vector<Move> sorted;
  sorted.reserve(moves_.size());
  for (const uint32_t i : order) sorted.push_back(moves_[i]);
  moves_ = std::move(sorted);
}

void Scene::list_at_nodes() {
  for (uint32_t i = 0; i < moves_.size(); ++i) {
    const Move& move = moves_[i];
    if (move.fee) continue;
    if (move.joined) continue;  // patterns behind a joint transaction would be somebody else's
    if (move.to != kNobody && !move.into_link) nodes_[move.to].in.push_back(i);
    if (move.from != kNobody && !move.theft && !move.out_of_link) nodes_[move.from].out.push_back(i);
  }
}

// In order of time: out of a joint transaction, or out of addresses that got only such value.
void Scene::mark_joined() {
  std::map<std::pair<uint32_t, uint64_t>, std::pair<bool, bool>> joint;  // hides whose; of any kind
  std::vector<uint8_t> clear(nodes_.size(), 0);                          // got value that was not joined
  for (Move& move : moves_) {
    const ledger::LedgerChain& chain = *chains_[move.chain];
    if (chain.utxo && !move.theft) {
      const auto known = joint.find({move.chain, move.transaction});
      if (known == joint.end()) {
        const resolve::JoinReading join = resolve::read_join(*chain.utxo, move.transaction);
        move.joined = join.equal_outputs >= 2 || join.finding.kind == cluster::JoinKind::kWasabi20;
        move.premix = join.finding.kind != cluster::JoinKind::kNone && join.finding.kind != cluster::JoinKind::kPayJoin;
        joint[{move.chain, move.transaction}] = {move.joined, move.premix};
      } else {
        move.joined = known->second.first;
        move.premix = known->second.second;
      }
    }
    move.behind = !move.theft && move.from != kNobody && !move.out_of_link && clear[move.from] == 0;
    if (move.joined && move.from != kNobody) nodes_[move.from].enters_join = true;
    move.joined |= move.behind;
    if (!move.joined && move.to != kNobody) clear[move.to] = 1;
  }
}

const trace::Owner* Scene::service_of(const Move& move) const {
  if (move.terminal == UINT32_MAX) return nullptr;
  const trace::Terminal& terminal = result_.terminals[move.terminal];
  return terminal.kind == trace::TerminalKind::kService ? &result_.owner_of(terminal) : nullptr;
}

bool Scene::began(const ledger::AccountReader& reader, uint64_t transaction, const chain::AddressKey& address) {
  std::vector<uint64_t> scratch;
  ledger::Movement movement;
  for (const uint64_t number : reader.movements_of_transaction(transaction, scratch)) {
    reader.movement(number, movement);
    if (movement.kind == chain::MovementKind::kFee && movement.from != kNoNumber)
      return reader.holding_address(movement.segment, movement.from) == address;
  }
  return false;
}

bool Scene::forwards_to_service(uint32_t node, std::string_view category, const trace::Owner** owner) const {
  if (node == kNobody) return false;
  if (forwarding_.size() < nodes_.size()) forwarding_.resize(nodes_.size());
  if (!forwarding_[node]) forwarding_[node] = find_forwarding(node);
  const trace::Owner* found = *forwarding_[node];
  if (found == nullptr || found->category != category) return false;
  if (owner != nullptr) *owner = found;
  return true;
}
const trace::Owner* Scene::find_forwarding(uint32_t node) const {
  const Node& at = nodes_[node];
  if (at.out.empty() || at.in.empty()) return nullptr;
  const trace::Owner* to = nullptr;
  for (const uint32_t m : at.out) {
    const trace::Owner* service = service_of(moves_[m]);
    if (service == nullptr || (to != nullptr && !(*to == *service))) return nullptr;
    to = service;
  }
  for (const uint32_t m : at.in)
    if (moves_[m].theft) return nullptr;  // the thief's own first address
  // Nothing else goes out of it, stolen or not.
  const ledger::LedgerChain& chain = chain_of(at);
  if (chain.account) {
    const auto handle = chain.account->find_address(at.address);
    if (!handle) return nullptr;
    ledger::Movement movement;
    size_t seen = 0;
    for (const ledger::HoldingHandle& holding : chain.account->holdings_of(*handle)) {
      for (uint32_t segment = 0; segment < chain.account->segments(); ++segment) {
        for (const uint64_t number : chain.account->movements_of(holding, segment)) {
          if (++seen > 2000) return nullptr;
          chain.account->movement(number, movement);
          if (movement.kind != chain::MovementKind::kTransfer || movement.from != holding.rows[segment] ||
              movement.to == kNoNumber)
            continue;
          const attribution::Service* service =
              services_.find(*at.network, chain.account->holding_address(segment, movement.to));
          if (service == nullptr || service->name != to->name) return nullptr;
        }
      }
    }
  }
  return to;
}

std::string Scene::asset_text(const chain::Network& network, const chain::AddressKey& asset) const {
  const resolve::AssetFacts* facts = assets_.find(network, asset);
  return facts != nullptr ? facts->symbol : "of token " + chain::format_asset(network, asset);
}
std::string Scene::amount_text(const chain::Network& network, const chain::AddressKey& asset,
                               const Uint256& amount) const {
  if (base::is_beyond(amount)) return "2^256-1 or more " + asset_text(network, asset);
  const resolve::AssetFacts* facts = assets_.find(network, asset);
  return decimal_text(amount, facts != nullptr ? facts->decimals : 0) + " " + asset_text(network, asset);
}
std::string Scene::when(int64_t first, int64_t last) {
  const std::string a = base::format_time(first), b = base::format_time(last);
  if (first == last) return "On " + a.substr(0, 10) + " at " + a.substr(11, 8) + " UTC";
  if (a.substr(0, 10) == b.substr(0, 10))
    return "On " + a.substr(0, 10) + " between " + a.substr(11, 8) + " and " + b.substr(11, 8) + " UTC";
  return "From " + a.substr(0, 10) + " " + a.substr(11, 8) + " to " + b.substr(0, 10) + " " + b.substr(11, 8) + " UTC";
}
std::optional<Uint256> Scene::value_of(const chain::Network& network, const chain::AddressKey& asset,
                                       const Uint256& amount, int64_t time) const {
  const resolve::AssetFacts* facts = assets_.find(network, asset);
  if (facts == nullptr) return std::nullopt;
  return assets_.value(*facts, amount, time);
}

void Scene::add_transaction(Finding& finding, const ledger::LedgerChain& chain, uint64_t transaction,
                            int64_t time) const {
  const Sighting sighting{chain.network, chain.reader().transaction_id(transaction)};
  if (std::find(finding.transactions.begin(), finding.transactions.end(), sighting) == finding.transactions.end())
    finding.transactions.push_back(sighting);
  finding.first_time = finding.transactions.size() == 1 ? time : std::min(finding.first_time, time);
  finding.last_time = finding.transactions.size() == 1 ? time : std::max(finding.last_time, time);
}
void Scene::add_incident(Finding& finding, const Move& move) const {
  const std::string& incident = incident_of(move);
  if (std::find(finding.incidents.begin(), finding.incidents.end(), incident) == finding.incidents.end())
    finding.incidents.push_back(incident);
}
Finding Scene::begin(const char* id, const std::vector<uint32_t>& moves) const {
  Finding out;
  out.technique = &technique(id);
  std::vector<uint32_t> order(moves);
  std::sort(order.begin(), order.end());
  const Sighting* last = nullptr;
  out.first_time = INT64_MAX;
  out.last_time = INT64_MIN;
  for (const uint32_t m : order) {
    const Move& move = moves_[m];
    const ledger::LedgerChain& chain = *chains_[move.chain];
    const Sighting sighting{chain.network, chain.reader().transaction_id(move.transaction)};
    if (last == nullptr || !(*last == sighting)) out.transactions.push_back(sighting);
    last = &out.transactions.back();
    out.first_time = std::min(out.first_time, move.time);
    out.last_time = std::max(out.last_time, move.time);
    out.inferred |= move.inferred;
    add_incident(out, move);
  }
  return out;
}
}  // namespace jindo::typology
