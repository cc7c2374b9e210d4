#include "screening/screen.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"

namespace jindo::screening {
namespace {
using base::Uint256;
using exposure::NetworkAddress;
constexpr uint32_t kWhole = 1'000'000;
constexpr size_t kTrailStepsMax = 256;

NetworkAddress place_of(const chain::Network& network, const chain::AddressKey& key) {
  return {exposure::network_number(network), key};
}

// All that an address ever received of an asset, by the ledger.
Uint256 received_of(const State& state, const chain::Network& network, const chain::AddressKey& address,
                    const chain::AddressKey& asset) {
  const ledger::LedgerChain* chain = state.snapshot->ledger->find(network);
  if (chain == nullptr) return {};
  if (chain->utxo) {
    const auto handle = chain->utxo->find_address(address);
    return handle ? chain->utxo->totals(*handle).received : Uint256();
  }
  const auto holding = chain->account->find_holding(address, asset);
  return holding ? chain->account->totals(*holding).received : Uint256();
}

uint32_t share_of(const Uint256& part, const Uint256& whole) {
  if (whole.is_zero()) return 0;
  if (!(part < whole)) return kWhole;
  return static_cast<uint32_t>(base::mul_div(Uint256(kWhole), part, whole).quotient.low());
}

bool reaches(const std::vector<AmountLimit>& limits, const chain::Network& network, const chain::AddressKey& asset,
             const Uint256& amount) {
  for (const AmountLimit& limit : limits) {
    const bool same = limit.symbol.empty() ? limit.network == &network && limit.asset == asset
                                           : asset == chain::native_asset() && network.native == limit.symbol &&
                                                 (limit.network == nullptr || limit.network == &network);
    if (same && amount < limit.amount) return false;
  }
  return true;
}

bool graver(const Exposure& a, const Exposure& b) {
  return std::make_tuple(a.source->kind, a.row.hops, kWhole - a.share, a.row.source, a.row.asset) <
         std::make_tuple(b.source->kind, b.row.hops, kWhole - b.share, b.row.source, b.row.asset);
}

bool matches(const Rule& rule, const State& state, const Question& question, const Exposure& e) {
  const exposure::SourceInfo& source = *e.source;
  if (source.kind == exposure::SourceKind::kIncident) {
    if (!rule.any_incident &&
        std::find(rule.incidents.begin(), rule.incidents.end(), source.id) == rule.incidents.end())
      return false;
  } else if (std::find(rule.categories.begin(), rule.categories.end(), source.id) == rule.categories.end()) {
    return false;
  }
  if (rule.direction == Direction::kReceived && source.sent) return false;
  if (rule.direction == Direction::kSent && !source.sent) return false;
  if (rule.direction == Direction::kAny && source.sent && rule.share_min) return false;  // no share of what was sent
  if (rule.hops_max && e.row.hops > *rule.hops_max) return false;
  if (rule.share_min && e.share < *rule.share_min) return false;
  if (rule.exact_only && (e.row.flags & exposure::kInferred) != 0) return false;
  if (rule.held_only && e.row.held.is_zero()) return false;
  if (!reaches(rule.amounts_min, *e.asset->network, e.asset->key, rule.held_only ? e.row.held : e.row.received))
    return false;
  if (rule.within_seconds) {
    for (const exposure::ChainCoverage& chain : state.snapshot->chains)
      if (chain.network == e.asset->network && e.row.last_time + *rule.within_seconds < chain.time) return false;
  }
  return !question.amount || reaches(rule.question_amounts_min, *question.network,
                                     question.asset.value_or(chain::native_asset()), *question.amount);
}

std::string say(const Exposure& e) {
  std::string out =
      e.source->kind == exposure::SourceKind::kIncident ? "stolen in " : (e.source->sent ? "sent to " : "from ");
  out += e.source->title;
  out += (e.row.flags & exposure::kTheft) != 0 && e.source->kind == exposure::SourceKind::kCategory
             ? ": the listed address itself"
             : ", " + std::to_string(e.row.hops) + (e.row.hops == 1 ? " movement on" : " movements on");
  if ((e.row.flags & exposure::kInferred) != 0) out += ", partly by an inferred link";
  if ((e.row.flags & exposure::kUnconfirmed) != 0) out += ", not confirmed yet";
  return out;
}
}  // namespace

void State::finish() {
  entries.clear();
  for (const ListEntry& entry : policy->lists) entries[place_of(*entry.network, entry.address)].lists.push_back(&entry);
  for (const ListEntry& entry : policy->exemptions)
    entries[place_of(*entry.network, entry.address)].exemptions.push_back(&entry);
  coverage_json = coverage_of(nullptr);
}
std::string State::coverage_of(const std::set<std::string>* hidden) const {
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.key("chains");
  json.begin_array();
  for (const exposure::ChainCoverage& chain : snapshot->chains) {
    json.begin_object();
    json.field("chain", chain.network->name);
    json.field("height", chain.height);
    json.field("time", base::format_time(chain.time));
    json.field("block", chain::format_hash(*chain.network, chain.hash));
    json.end_object();
  }
  json.end_array();
  json.field("ledger", base::to_hex(snapshot->ledger_digest));
  json.key("incidents");
  json.begin_object();
  json.field("count", hidden == nullptr ? incidents : incidents - std::min<uint64_t>(incidents, hidden->size()));
  json.field("digest", hidden == nullptr ? incidents_digest : std::string());
  json.end_object();
  json.key("tags");
  json.begin_object();
  json.field("count", static_cast<uint64_t>(tags ? tags->tags().size() : 0));
  json.field("digest", tags ? base::to_hex(tags->digest()) : std::string());
  json.field("in_force", base::format_time(tags_on));
  json.end_object();
  json.key("policy");
  json.begin_object();
  json.field("name", policy->name);
  json.field("digest", policy->digest);
  json.field("tracing", trace::policy_name(policy->tracing));
  json.end_object();
  json.field("findings_as_of", findings ? findings->as_of : std::string());
  json.field("state", number);
  json.end_object();
  return out;
}

void State::add_waiting(const std::string& incident, const std::string& problem) {
  unknown.push_back({incident, "incident " + incident + " is not traced yet: " + problem});
}
uint64_t State::waiting() const {
  return static_cast<uint64_t>(
      std::count_if(unknown.begin(), unknown.end(), [](const Unknown& u) { return !u.incident.empty(); }));
}

std::vector<std::string> incidents_behind(const Assessment& assessment, Verdict least) {
  std::vector<std::string> out;
  for (const Reason& reason : assessment.reasons) {
    if (reason.verdict < least || reason.exempted != nullptr || reason.exposure < 0) continue;
    const Exposure& e = assessment.exposures[static_cast<size_t>(reason.exposure)];
    if (e.source->kind == exposure::SourceKind::kIncident) out.push_back(e.source->id);
  }
  return out;
}
std::vector<std::string> rests_on(const Assessment& assessment) {
  std::vector<std::string> out = incidents_behind(assessment, Verdict::kReview);
  for (const Reason& reason : assessment.reasons) {
    if (reason.verdict < Verdict::kReview || reason.exempted != nullptr || reason.exposure < 0) continue;
    const Exposure& e = assessment.exposures[static_cast<size_t>(reason.exposure)];
    if (e.source->kind != exposure::SourceKind::kIncident) out.push_back("category:" + e.source->id);
  }
  for (const attribution::Tag& tag : assessment.tags)
    if (tag.collection == attribution::kSharedTags) out.push_back("tag:" + tag.source);
  return out;
}
Assessment assess(const State& state, const Question& question, const chain::AddressKey& address) {
  Assessment out;
  const chain::Network& network = *question.network;
  const Policy& policy = *state.policy;
  const NetworkAddress place = place_of(network, address);
  const auto& snapshot = *state.snapshot;
  Uint256 total;
  uint32_t total_of = UINT32_MAX;
  snapshot.rows_of(place, exposure::hash_of(place), [&](const exposure::Row& row) {
    Exposure e;
    e.row = row;
    e.source = &(*snapshot.sources)[row.source];
    e.asset = &(*snapshot.assets)[row.asset];
    if (question.hidden != nullptr && e.source->kind == exposure::SourceKind::kIncident &&
        question.hidden->count(e.source->id) != 0)
      return;
    if (question.asset && !(e.asset->key == *question.asset)) return;
    if (!e.source->sent) {
      if (total_of != row.asset) {
        total = received_of(state, network, address, e.asset->key);
        total_of = row.asset;
      }
      Uint256 whole = total;
      if ((row.flags & exposure::kUnconfirmed) != 0) {
        out.unconfirmed = true;
        if (base::add_overflows(whole, row.held_origin, whole)) whole = total;  // held_origin: the whole payment
      }
      e.share = share_of(row.received, whole);
    }
    out.exposures.push_back(std::move(e));
  });
  std::sort(out.exposures.begin(), out.exposures.end(), graver);
  if (state.tags) out.tags = state.tags->find(network, address);
  if (state.findings) {
    const auto found = state.findings->by_party.find(place);
    if (found != state.findings->by_party.end())
      for (const uint32_t f : found->second) {
        const auto& finding = state.findings->findings[f];
        const bool seen = question.hidden == nullptr ||
                          std::none_of(finding.incidents.begin(), finding.incidents.end(),
                                       [&](const std::string& id) { return question.hidden->count(id) != 0; });
        if (seen) out.findings.push_back(&finding);
      }
  }
  const auto entry = state.entries.find(place);
  const auto exempted = [&](const Rule& rule) -> const ListEntry* {
    if (entry == state.entries.end()) return nullptr;
    for (const ListEntry* e : entry->second.exemptions)
      if (e->rule == rule.id && (!e->until || question.now < *e->until)) return e;
    return nullptr;
  };
  const auto add = [&](const Rule& rule, std::string text, int exposure) {
    Reason reason;
    reason.rule = &rule;
    reason.verdict = rule.verdict;
    reason.text = std::move(text);
    reason.exposure = exposure;
    reason.exempted = exempted(rule);
    if (reason.exempted == nullptr) out.verdict = std::max(out.verdict, rule.verdict);
    out.reasons.push_back(std::move(reason));
  };
  for (const Rule& rule : policy.rules) {
    if (rule.of_exposures()) {
      for (size_t i = 0; i < out.exposures.size(); ++i) {
        if (!matches(rule, state, question, out.exposures[i])) continue;
        add(rule, say(out.exposures[i]), static_cast<int>(i));
        break;  // the gravest that matches tells it
      }
    } else if (rule.of_tags()) {
      for (const attribution::Tag& tag : out.tags) {
        if (tag.confidence < rule.confidence_min) continue;
        if (std::find(rule.tags.begin(), rule.tags.end(), tag.category) == rule.tags.end()) continue;
        add(rule, std::string(attribution::name_of(tag.category)) + ": " + tag.label + " (" + tag.collection + ")", -1);
        out.reasons.back().tag = &tag;
        break;
      }
    } else {
      for (const typology::Finding* finding : out.findings) {
        if (finding->score < rule.score_min) continue;
        if (!rule.any_technique &&
            std::find(rule.techniques.begin(), rule.techniques.end(), finding->technique->id) == rule.techniques.end())
          continue;
        add(rule, finding->technique->title, -1);
        break;
      }
    }
  }
  if (entry != state.entries.end()) {
    for (const ListEntry* e : entry->second.lists) {
      if (e->until && question.now >= *e->until) continue;
      Reason reason;
      reason.entry = e;
      reason.verdict = e->verdict;
      reason.text = "on the list " + e->list + ": " + e->reason;
      out.verdict = std::max(out.verdict, e->verdict);
      out.reasons.push_back(std::move(reason));
    }
  }
  const auto lacking = [&](std::string text) {
    Reason reason;
    reason.verdict = policy.unknown;
    reason.text = text;
    out.verdict = std::max(out.verdict, policy.unknown);
    out.reasons.push_back(std::move(reason));
    out.unknown.push_back(std::move(text));
  };
  if (!state.has_chain(network)) lacking("this node holds no ledger of " + std::string(network.name));
  if (policy.behind_seconds > 0) {
    for (const exposure::ChainCoverage& chain : snapshot.chains)
      if (chain.network == &network && chain.time + policy.behind_seconds < question.now)
        lacking("the ledger of " + std::string(network.name) + " is behind: its last block is of " +
                base::format_time(chain.time));
  }
  for (const Unknown& unknown : state.unknown)
    if (is_shown(unknown, question.hidden)) out.unknown.push_back(unknown.text);
  std::stable_sort(out.reasons.begin(), out.reasons.end(), [](const Reason& a, const Reason& b) {
    return std::make_pair(a.exempted != nullptr, -static_cast<int>(a.verdict)) <
           std::make_pair(b.exempted != nullptr, -static_cast<int>(b.verdict));
  });
  return out;
}

std::vector<TrailStep> first_trail(const State& state, const chain::Network& network, const chain::AddressKey& address,
                                   const exposure::Row& row, bool& complete) {
  std::vector<TrailStep> out;
  complete = false;
  const ledger::LedgerChain* chain = state.snapshot->ledger->find(network);
  if (chain == nullptr || row.first_place == UINT64_MAX) return out;
  chain::AddressKey to = address;
  exposure::Row at = row;
  const auto row_of = [&](const chain::AddressKey& payer, uint64_t before, exposure::Row& found) {
    const NetworkAddress place = place_of(network, payer);
    bool hit = false;
    state.snapshot->rows_of(place, exposure::hash_of(place), [&](const exposure::Row& candidate) {
      if (candidate.source != row.source || candidate.first_place >= before || hit) return;
      found = candidate;
      hit = true;
    });
    return hit;
  };
  ledger::UtxoTransactionView view;
  ledger::Movement movement;
  std::vector<uint64_t> scratch;
  while (out.size() < kTrailStepsMax) {
    TrailStep step;
    step.network = &network;
    step.to = to;
    step.hops = at.hops;
    step.time = at.first_time;
    exposure::Row before;
    bool found = false;
    uint64_t transaction;
    if (chain->utxo) {
      transaction = chain->utxo->transaction_of_output(at.first_place);
      if (at.hops > 0) {
        chain->utxo->transaction(transaction, view);
        for (size_t i = 0; i < view.in_output.size() && !found; ++i) {
          step.from = chain->utxo->input_address(view.first_input + i);
          found = row_of(step.from, view.first_output, before);
        }
      }
    } else {
      const ledger::AccountReader& reader = *chain->account;
      reader.movement(at.first_place, movement);
      transaction = movement.transaction;
      if (movement.from != ledger::kNoNumber) step.from = reader.holding_address(movement.segment, movement.from);
      if (at.hops > 0) {
        found = !step.from.is_none() && row_of(step.from, at.first_place, before);
        // A swap: what pays it out is the exchange; who gave is another party of the transaction.
        if (!found) {
          for (const uint64_t m : reader.movements_of_transaction(transaction, scratch)) {
            reader.movement(m, movement);
            if (movement.from == ledger::kNoNumber) continue;
            const chain::AddressKey payer = reader.holding_address(movement.segment, movement.from);
            if (!row_of(payer, at.first_place, before)) continue;
            step.from = payer;
            found = true;
            break;
          }
        }
      }
    }
    step.transaction = chain->reader().transaction_id(transaction);
    step.height = chain->reader().block(chain->reader().block_of_transaction(transaction)).height;
    out.push_back(step);
    if (at.hops == 0) complete = true;
    if (!found) break;
    to = step.from;
    at = before;
  }
  std::reverse(out.begin(), out.end());
  return out;
}
}  // namespace jindo::screening
