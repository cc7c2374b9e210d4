// Answers as JSON: what the API sends.
#include <algorithm>

#include "base/clock.h"
#include "screening/parties.h"
#include "screening/screen.h"

namespace jindo::screening {
namespace {
using base::bad_input;
using base::JsonWriter;

void write_amount(JsonWriter& json, const char* name, const base::Uint256& amount) {
  json.field(name, base::to_decimal(amount));
}

// Parts per million as a decimal fraction.
void write_millionths(JsonWriter& json, const char* name, uint32_t parts) {
  char text[16];
  std::snprintf(text, sizeof text, "%u.%06u", parts / 1000000, parts % 1000000);
  json.field(name, text);
}

void write_trail(JsonWriter& json, const State& state, const Question& question, const chain::AddressKey& address,
                 const exposure::Row& row) {
  bool complete = false;
  const auto trail = first_trail(state, *question.network, address, row, complete);
  json.key("trail");
  json.begin_array();
  for (const TrailStep& step : trail) {
    json.begin_object();
    json.field("transaction", chain::format_hash(*step.network, step.transaction));
    json.field("height", step.height);
    json.field("time", base::format_time(step.time));
    if (!step.from.is_none()) json.field("from", chain::format_address(*step.network, step.from));
    json.field("to", chain::format_address(*step.network, step.to));
    json.end_object();
  }
  json.end_array();
  json.field("trail_complete", complete);
}

void write_exposure(JsonWriter& json, const State& state, const Question& question, const chain::AddressKey& address,
                    const Exposure& e, bool with_trail) {
  const bool unconfirmed = (e.row.flags & exposure::kUnconfirmed) != 0;
  json.begin_object();
  json.field("kind", e.source->kind == exposure::SourceKind::kIncident ? "incident" : "category");
  json.field("id", e.source->id);
  json.field("title", e.source->title);
  if (const auto marking = state.markings.find(e.source->id);
      marking != state.markings.end() && e.source->kind == exposure::SourceKind::kIncident)
    json.field("marking", attribution::name_of(marking->second));
  json.field("direction", e.source->sent ? "sent" : "received");
  json.field("direct", e.row.hops <= 1);
  json.field("hops", uint64_t{e.row.hops});
  json.field("chain", e.asset->network->name);
  json.field("asset", chain::format_asset(*e.asset->network, e.asset->key));
  json.field("stolen_chain", e.source->network->name);
  json.field("stolen_asset", chain::format_asset(*e.source->network, e.source->asset));
  write_amount(json, e.source->sent ? "sent" : "received", e.row.received);
  if (!e.source->sent) {
    write_amount(json, "received_origin", e.row.received_origin);
    write_amount(json, "held", e.row.held);
    if (!unconfirmed) write_amount(json, "held_origin", e.row.held_origin);
    if (unconfirmed) write_amount(json, "payment", e.row.held_origin);
    write_millionths(json, "share", e.share);
  }
  json.field("movements", uint64_t{e.row.arrivals});
  json.field("first_time", base::format_time(e.row.first_time));
  json.field("last_time", base::format_time(e.row.last_time));
  if ((e.row.flags & exposure::kInferred) != 0) json.field("inferred", true);
  if ((e.row.flags & exposure::kEnded) != 0) json.field("service", true);
  if (unconfirmed) json.field("unconfirmed", true);
  if (with_trail && !unconfirmed) write_trail(json, state, question, address, e.row);
  json.end_object();
}

// Which addresses are spent together with it, by the ledger alone.
void write_cluster(JsonWriter& json, const State& state, const chain::Network& network,
                   const chain::AddressKey& address) {
  const auto clusters = state.clusters.find(&network);
  const ledger::LedgerChain* chain = state.snapshot->ledger ? state.snapshot->ledger->find(network) : nullptr;
  if (clusters == state.clusters.end() || chain == nullptr || !chain->utxo) return;
  const auto handle = chain->utxo->find_address(address);
  const uint32_t number = handle ? clusters->second->number_of(*chain->utxo, *handle) : cluster::kNoAddress;
  if (number == cluster::kNoAddress) return;
  const uint32_t root = clusters->second->root(number);
  json.key("cluster");
  json.begin_object();
  json.field("first_address", chain::format_address(network, clusters->second->numbers().address(*chain->utxo, root)));
  json.field("addresses", uint64_t{clusters->second->size(root)});
  if (!clusters->second->name_of(root).empty()) json.field("name", clusters->second->name_of(root));
  json.end_object();
}

// The strictest marking of what an assessment rests on.
std::optional<attribution::Marking> marking_of(const State& state, const Assessment& assessment) {
  std::optional<attribution::Marking> out;
  const auto add = [&](attribution::Marking marking) { out = std::max(out.value_or(marking), marking); };
  for (const Exposure& e : assessment.exposures)
    if (const auto found = state.markings.find(e.source->id);
        found != state.markings.end() && e.source->kind == exposure::SourceKind::kIncident)
      add(found->second);
  for (const typology::Finding* finding : assessment.findings)
    for (const std::string& id : finding->incidents)
      if (const auto found = state.markings.find(id); found != state.markings.end()) add(found->second);
  for (const attribution::Tag& tag : assessment.tags)
    if (tag.marking != attribution::Marking::kClear) add(tag.marking);
  return out;
}
void note(const Assessment& assessment, Answer& out) {
  const auto add = [](std::vector<std::string> from, std::vector<std::string>& to) {
    for (std::string& id : from)
      if (std::find(to.begin(), to.end(), id) == to.end()) to.push_back(std::move(id));
  };
  if (assessment.verdict == Verdict::kAllow) return;
  add(rests_on(assessment), out.rests_on);
  if (assessment.verdict != Verdict::kHold) return;
  add(incidents_behind(assessment, Verdict::kHold), out.held_for);
  for (const Reason& reason : assessment.reasons)
    if (reason.verdict == Verdict::kHold && reason.exempted == nullptr && reason.tag != nullptr &&
        reason.tag->collection == attribution::kSharedTags)
      add({"tag:" + reason.tag->source}, out.held_for);
}
void write_reason(JsonWriter& json, const Reason& reason) {
  json.begin_object();
  if (reason.rule != nullptr) {
    json.field("rule", reason.rule->id);
    if (!reason.rule->text.empty()) json.field("says", reason.rule->text);
  } else if (reason.entry != nullptr) {
    json.field("list", reason.entry->list);
  } else {
    json.field("rule", "unknown");
  }
  json.field("verdict", verdict_name(reason.verdict));
  json.field("because", reason.text);
  if (reason.exposure >= 0) json.field("exposure", static_cast<uint64_t>(reason.exposure));
  if (reason.exempted != nullptr) {
    json.key("exempted");
    json.begin_object();
    json.field("reason", reason.exempted->reason);
    if (!reason.exempted->by.empty()) json.field("by", reason.exempted->by);
    json.field("until", base::format_time(*reason.exempted->until));
    json.end_object();
  }
  json.end_object();
}

void write_tag(JsonWriter& json, const State& state, const attribution::Tag& tag) {
  json.begin_object();
  json.field("label", tag.label);
  json.field("category", attribution::name_of(tag.category));
  if (!tag.actor.empty()) json.field("actor", state.tags->owner_of(tag));
  json.field("source", tag.source);
  json.field("collection", tag.collection);
  json.field("confidence", uint64_t{tag.confidence});
  json.field("marking", attribution::name_of(tag.marking));
  json.end_object();
}

void write_finding(JsonWriter& json, const typology::Finding& finding) {
  json.begin_object();
  json.field("technique", finding.technique->id);
  json.field("title", finding.technique->title);
  write_millionths(json, "score", finding.score);
  json.field("text", finding.text);
  json.key("incidents");
  json.begin_array();
  for (const std::string& incident : finding.incidents) json.string(incident);
  json.end_array();
  if (finding.inferred) json.field("inferred", true);
  json.end_object();
}

// The first exposures to received value are written with their trails, as many as were asked for.
void write_exposures(JsonWriter& json, const State& state, const Question& question, const chain::AddressKey& address,
                     const std::vector<Exposure>& exposures) {
  json.key("exposure");
  json.begin_array();
  unsigned trails = 0;
  for (const Exposure& e : exposures) {
    const bool with_trail = !e.source->sent && trails < question.trails;
    if (with_trail) ++trails;
    write_exposure(json, state, question, address, e, with_trail);
  }
  json.end_array();
}

void write_assessment(JsonWriter& json, const State& state, const Question& question, const chain::AddressKey& address,
                      const Assessment& assessment) {
  if (const auto marking = marking_of(state, assessment)) json.field("marking", attribution::name_of(*marking));
  json.key("reasons");
  json.begin_array();
  for (const Reason& reason : assessment.reasons) write_reason(json, reason);
  json.end_array();
  write_exposures(json, state, question, address, assessment.exposures);
  json.key("tags");
  json.begin_array();
  for (const attribution::Tag& tag : assessment.tags) write_tag(json, state, tag);
  json.end_array();
  write_cluster(json, state, *question.network, address);
  json.key("findings");
  json.begin_array();
  for (const typology::Finding* finding : assessment.findings) write_finding(json, *finding);
  json.end_array();
}

std::string deciding_rules(const Assessment& assessment) {
  std::string out;
  for (const Reason& reason : assessment.reasons) {
    if (reason.exempted != nullptr || reason.verdict != assessment.verdict) continue;
    if (assessment.verdict == Verdict::kAllow) continue;
    if (!out.empty()) out += ' ';
    out += name_of_rule(reason);
  }
  return out;
}

void write_unknown(JsonWriter& json, const std::vector<std::string>& unknown) {
  json.key("unknown");
  json.begin_array();
  for (const std::string& text : unknown) json.string(text);
  json.end_array();
}

// Both write a whole object into out.json.
void answer_address(const State& state, const Question& question, Answer& out) {
  const Assessment assessment = assess(state, question, question.address);
  out.verdict = assessment.verdict;
  out.rules = deciding_rules(assessment);
  out.unconfirmed = assessment.unconfirmed;
  note(assessment, out);
  JsonWriter json(out.json, false);
  json.begin_object();
  json.field("verdict", verdict_name(out.verdict));
  json.key("question");
  json.json(out.question);
  write_assessment(json, state, question, question.address, assessment);
  write_unknown(json, assessment.unknown);
  json.end_object();
}

void write_party(JsonWriter& json, const State& state, const Question& question, const Party& party,
                 const Assessment& assessment) {
  json.begin_object();
  json.field("role", party.pays ? "pays" : "receives");
  json.field("address", chain::format_address(*question.network, party.address));
  json.field("asset", chain::format_asset(*question.network, party.asset));
  write_amount(json, "amount", party.amount);
  json.field("verdict", verdict_name(assessment.verdict));
  write_assessment(json, state, question, party.address, assessment);
  json.end_object();
}

base::Status answer_transaction(const State& state, const Question& question, Answer& out) {
  JINDO_TRY(const Parties parties, parties_of(state, question));
  std::vector<Assessment> assessed;
  for (const Party& party : parties.all) {
    Question of = question;
    of.amount = party.amount;
    of.asset = party.asset;
    assessed.push_back(assess(state, of, party.address));
    const Assessment& a = assessed.back();
    out.unconfirmed = out.unconfirmed || a.unconfirmed;
    if (a.verdict > out.verdict) {
      out.verdict = a.verdict;
      out.rules = deciding_rules(a);
    }
    note(a, out);
  }
  if (parties.unconfirmed) out.unconfirmed = true;
  JsonWriter json(out.json, false);
  json.begin_object();
  json.field("verdict", verdict_name(out.verdict));
  json.key("question");
  json.json(out.question);
  json.field("where", parties.where);
  json.key("parties");
  json.begin_array();
  for (size_t i = 0; i < assessed.size(); ++i) write_party(json, state, question, parties.all[i], assessed[i]);
  json.end_array();
  write_unknown(json, assessed.empty() ? std::vector<std::string>() : assessed.back().unknown);
  json.end_object();
  return {};
}
}  // namespace

base::Result<Answer> answer(const State& state, const Question& question) {
  Answer out;
  out.question.reserve(256);
  JsonWriter asked(out.question, false);
  write_question(question, asked);
  out.json.reserve(3072);
  if (question.kind == QuestionKind::kTransaction)
    JINDO_DO(answer_transaction(state, question, out));
  else
    answer_address(state, question, out);
  // What it covers is the same for every answer of a state.
  out.json.pop_back();
  out.json += ",\"coverage\":";
  out.json += question.hidden == nullptr ? state.coverage_json : state.coverage_of(question.hidden);
  out.json += '}';
  return out;
}
}  // namespace jindo::screening
