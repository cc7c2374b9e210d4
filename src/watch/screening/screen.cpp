// An address assessed: what it has to do with what is known, and which of the policy's rules that meets.
#include "screening/screen.h"

#include <algorithm>

namespace jindo::screening {
namespace {
using base::Uint256;
constexpr uint32_t kWhole = 1'000'000;

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

// One address looked at, step by step.
class Assessor {
 public:
  Assessor(const State& state, const Question& question, const chain::AddressKey& address)
      : state_(state),
        question_(question),
        network_(*question.network),
        address_(address),
        place_{exposure::network_number(network_), address} {
    const auto entry = state.entries.find(place_);
    if (entry != state.entries.end()) entry_ = &entry->second;
  }

  void find_exposures() {
    Uint256 total;
    uint32_t total_of = UINT32_MAX;  // asset
    const exposure::Snapshot& snapshot = *state_.snapshot;
    snapshot.rows_of(place_, exposure::hash_of(place_), [&](const exposure::Row& row) {
      Exposure e;
      e.row = row;
      e.source = &(*snapshot.sources)[row.source];
      e.asset = &(*snapshot.assets)[row.asset];
      if (question_.hidden != nullptr && e.source->kind == exposure::SourceKind::kIncident &&
          question_.hidden->count(e.source->id) != 0)
        return;
      if (question_.asset && !(e.asset->key == *question_.asset)) return;
      if (!e.source->sent) {
        if (total_of != row.asset) {
          total = received_of(state_, network_, address_, e.asset->key);
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
  }

  void find_tags_and_findings() {
    if (state_.tags) out.tags = state_.tags->find(network_, address_);
    if (!state_.findings) return;
    const auto found = state_.findings->by_party.find(place_);
    if (found == state_.findings->by_party.end()) return;
    for (const uint32_t f : found->second) {
      const typology::Finding& finding = state_.findings->findings[f];
      const bool seen = question_.hidden == nullptr ||
                        std::none_of(finding.incidents.begin(), finding.incidents.end(),
                                     [&](const std::string& id) { return question_.hidden->count(id) != 0; });
      if (seen) out.findings.push_back(&finding);
    }
  }

  void apply_rules() {
    for (const Rule& rule : state_.policy->rules) {
      if (rule.of_exposures())
        apply_to_exposures(rule);
      else if (rule.of_tags())
        apply_to_tags(rule);
      else
        apply_to_findings(rule);
    }
  }

  void apply_lists() {
    if (entry_ == nullptr) return;
    for (const ListEntry* e : entry_->lists) {
      if (e->until && question_.now >= *e->until) continue;
      Reason reason;
      reason.entry = e;
      reason.verdict = e->verdict;
      reason.text = "on the list " + e->list + ": " + e->reason;
      out.verdict = std::max(out.verdict, e->verdict);
      out.reasons.push_back(std::move(reason));
    }
  }

  void add_unknown() {
    for (Lack& lack : state_.lacking(question_)) add_lacking(std::move(lack));
    for (const Unknown& unknown : state_.unknown)
      if (is_shown(unknown, question_.hidden)) out.unknown.push_back(unknown.text);
  }

  // The gravest first; those exempted last.
  void sort_reasons() {
    std::stable_sort(out.reasons.begin(), out.reasons.end(), [](const Reason& a, const Reason& b) {
      return std::make_pair(a.exempted != nullptr, -static_cast<int>(a.verdict)) <
             std::make_pair(b.exempted != nullptr, -static_cast<int>(b.verdict));
    });
  }

  Assessment out;

 private:
  void apply_to_exposures(const Rule& rule) {
    for (size_t i = 0; i < out.exposures.size(); ++i) {
      if (!matches(rule, state_, question_, out.exposures[i])) continue;
      add_reason(rule, say(out.exposures[i])).exposure = static_cast<int>(i);
      return;  // the gravest that matches says it
    }
  }
  void apply_to_tags(const Rule& rule) {
    for (const attribution::Tag& tag : out.tags) {
      if (tag.confidence < rule.confidence_min) continue;
      if (std::find(rule.tags.begin(), rule.tags.end(), tag.category) == rule.tags.end()) continue;
      add_reason(rule, std::string(attribution::name_of(tag.category)) + ": " + tag.label + " (" + tag.collection + ")")
          .tag = &tag;
      return;
    }
  }
  void apply_to_findings(const Rule& rule) {
    for (const typology::Finding* finding : out.findings) {
      if (finding->score < rule.score_min) continue;
      if (!rule.any_technique &&
          std::find(rule.techniques.begin(), rule.techniques.end(), finding->technique->id) == rule.techniques.end())
        continue;
      add_reason(rule, finding->technique->title);
      return;
    }
  }

  const ListEntry* exemption_from(const Rule& rule) const {
    if (entry_ == nullptr) return nullptr;
    for (const ListEntry* e : entry_->exemptions)
      if (e->rule == rule.id && (!e->until || question_.now < *e->until)) return e;
    return nullptr;
  }
  Reason& add_reason(const Rule& rule, std::string text) {
    Reason reason;
    reason.rule = &rule;
    reason.verdict = rule.verdict;
    reason.text = std::move(text);
    reason.exempted = exemption_from(rule);
    if (reason.exempted == nullptr) out.verdict = std::max(out.verdict, rule.verdict);
    out.reasons.push_back(std::move(reason));
    return out.reasons.back();
  }
  // What must be known to answer and is not: the policy says what verdict that is.
  void add_lacking(Lack lack) {
    Reason reason;
    reason.verdict = lack.verdict;
    reason.text = lack.text;
    out.verdict = std::max(out.verdict, lack.verdict);
    out.reasons.push_back(std::move(reason));
    out.unknown.push_back(std::move(lack.text));
  }

  const State& state_;
  const Question& question_;
  const chain::Network& network_;
  const chain::AddressKey& address_;
  const exposure::NetworkAddress place_;
  const State::Lookup* entry_ = nullptr;  // lists and exemptions that name the address
};
}  // namespace

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

std::string name_of_rule(const Reason& reason) {
  if (reason.rule != nullptr) return reason.rule->id;
  return reason.entry != nullptr ? "list:" + reason.entry->list : "unknown";
}

Assessment assess(const State& state, const Question& question, const chain::AddressKey& address) {
  Assessor assessor(state, question, address);
  assessor.find_exposures();
  assessor.find_tags_and_findings();
  assessor.apply_rules();
  assessor.apply_lists();
  assessor.add_unknown();
  assessor.sort_reasons();
  return std::move(assessor.out);
}
}  // namespace jindo::screening
