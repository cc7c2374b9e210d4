// Sharing outwards: incidents, traces, acts made into signed versions, and withdrawn; what is known of who acted.
#include <algorithm>

#include "base/clock.h"
#include "base/json_writer.h"
#include "federation/sharing.h"
#include "inquiry/findings.h"
#include "inquiry/tracing.h"
#include "intel/trace_stix.h"
#include "stix/extensions.h"
#include "stix/identifier.h"

namespace jindo::federation {
namespace {
using base::Status;
Status all_taken(const intel::AddReport& report) {
  for (const intel::Added& added : report.objects)
    if (added.outcome == intel::Outcome::kFailed) return base::wrong_use(added.object + ": " + added.message);
  return {};
}
}  // namespace

// New versions of what changed, signed; of the rest the version that there is.
base::Result<std::vector<stix::Object>> Sharing::as_versions(const std::vector<std::string>& objects) {
  const auto directory = store_->directory();
  std::vector<stix::Object> out;
  const int64_t now = base::unix_us() / 1000 * 1000;
  for (const std::string& text : objects) {
    JINDO_TRY(const stix::Object draft, stix::parse_object(intel::with_times(text, now, now)));
    JINDO_TRY(const auto versions, store_->versions_of(draft.id));
    const intel::Version* last = nullptr;
    int64_t created = now, newest = 0;
    for (const intel::Version& v : versions) {
      if (v.owner != directory->own) continue;
      if (last == nullptr) created = v.version_us;
      newest = v.version_us;
      last = v.deleted ? last : &v;
    }
    if (last != nullptr && intel::same_content(last->json, draft.json)) {
      JINDO_TRY(stix::Object same, stix::parse_object(last->json));
      out.push_back(std::move(same));
      continue;
    }
    const int64_t modified = std::max(now, newest + 1000);
    JINDO_TRY(const std::string signed_text,
              intel::sign_object(*key_, intel::with_times(text, created, modified), last == nullptr ? "" : last->hash));
    JINDO_TRY(stix::Object made, stix::parse_object(signed_text));
    out.push_back(std::move(made));
  }
  return out;
}
base::Result<std::unique_ptr<intel::MailKey>> Sharing::mail_key() const {
  const auto directory = store_->directory();
  const auto own = directory->organisations.find(directory->own);
  return intel::MailKey::open_or_make(options_.data + "/mail-key.asc",
                                      own == directory->organisations.end() ? "Jindo node" : own->second.name);
}
base::Result<intel::Publisher> Sharing::publisher() const {
  const auto directory = store_->directory();
  const auto own = directory->organisations.find(directory->own);
  if (own == directory->organisations.end())
    return base::wrong_use("this node's organisation is not set up; see `jindo intel apply`");
  return intel::Publisher{own->second, store_->secret()};
}
// What may be published of this node's own, to whom, by whom.
base::Result<incidents::Incident> Sharing::publishable(const std::string& id, const intel::Release& release,
                                                       const By& by) const {
  const auto directory = store_->directory();
  if (by.reader.organisation != directory->own)
    return base::wrong_use("only the organisation that runs this node publishes its incidents");
  const auto incidents = node_->incidents();
  const auto found =
      std::find_if(incidents.begin(), incidents.end(), [&](const incidents::Incident& i) { return i.id == id; });
  if (found == incidents.end()) return base::answer_no("no incident " + id.substr(0, 100));
  if (!found->shared_object.empty() && found->shared_by != directory->own)
    return base::wrong_use("incident " + id + " is " + found->shared_by +
                           "'s; a note, an opinion or a sighting of it is "
                           "what another organisation publishes");
  const auto marking = attribution::find_marking(found->marking);
  if (marking && *marking > release.tlp)
    return base::wrong_use("incident " + id + " is marked " + found->marking + "; it cannot be published as " +
                           attribution::name_of(release.tlp));
  for (const std::string& group : release.groups)
    if (directory->groups.count(group) == 0)
      return base::wrong_use("no sharing group '" + group.substr(0, 100) + "' is known here");
  return *found;
}
base::Result<intel::AddReport> Sharing::publish(const std::string& id, const std::string& collection,
                                                const intel::Release& release, const By& by) {
  JINDO_TRY(const intel::Publisher self, publisher());
  JINDO_TRY(const incidents::Incident incident, publishable(id, release, by));
  if (!incident.shared_object.empty())
    return base::wrong_use("incident " + id + " was published by another node of this organisation; change it there");
  const auto ledger = node_->state()->snapshot->ledger;
  const auto block_of = [&](const chain::Network& network,
                            const chain::TxId& transaction) -> std::optional<intel::Block> {
    const ledger::LedgerChain* chain = ledger ? ledger->find(network) : nullptr;
    const auto number = chain == nullptr ? std::nullopt : chain->reader().find_transaction(transaction);
    if (!number) return std::nullopt;
    const ledger::BlockRow block = chain->reader().block(chain->reader().block_of_transaction(*number));
    return intel::Block{block.height, block.time};
  };
  JINDO_TRY(const auto objects,
            as_versions(intel::incident_objects(incident, self, intel::markings_of(release, self), block_of)));
  JINDO_TRY(auto report, store_->add(submission_of(collection, by), objects));
  JINDO_DO(store_->set_fact(kIncidentFact + intel::incident_object_id(id, self), id));
  return report;
}
base::Result<intel::AddReport> Sharing::publish_trace(const std::string& id, trace::Policy policy,
                                                      const std::string& collection, const intel::Release& release,
                                                      const By& by) {
  JINDO_TRY(const intel::Publisher self, publisher());
  JINDO_TRY(const incidents::Incident incident, publishable(id, release, by));
  JINDO_TRY(const std::string object, object_of(id));
  JINDO_TRY(const auto places, store_->collections_of(object));
  if (std::find(places.begin(), places.end(), collection) == places.end())
    return base::wrong_use("incident " + id +
                           " is not published in this collection; its trace names it, so publish "
                           "the incident first");
  JINDO_TRY(const auto traced, node_->trace_now(id, policy));
  // Owners named in it come from tags, which have markings too.
  if (const auto marking = attribution::find_marking(inquiry::marking_of(*traced)); marking && *marking > release.tlp)
    return base::wrong_use("the trace rests on what is marked " + std::string(attribution::name_of(*marking)) +
                           "; it cannot be published as " + attribution::name_of(release.tlp));
  intel::TraceEvidence evidence;
  evidence.incident = object;
  evidence.incident_name = incident.name;
  evidence.result = &traced->result;
  const auto found = policy == trace::Policy::kFifo ? inquiry::find_techniques(*traced) : nullptr;  // lots kept apart
  if (found) evidence.findings = found->findings;
  JINDO_DO(add_trail(*traced, evidence));
  auto texts = intel::trace_objects(evidence, self, intel::markings_of(release, self));
  JINDO_TRY(auto objects, as_versions(texts));
  // Findings of an earlier trace that this one no longer has.
  JINDO_TRY(const auto naming, store_->naming(object));
  std::set<std::string> said;
  for (const stix::Object& made : objects) said.insert(made.id);
  std::map<std::string, const intel::Version*> last;
  for (const intel::Version& v : naming)
    if (found && v.owner == self.own.id && v.type == "note" && v.json.find(stix::kFinding) != std::string::npos)
      if (const auto*& kept = last[v.object]; kept == nullptr || kept->version_us < v.version_us) kept = &v;
  for (const auto& [note, version] : last) {
    if (version->revoked || said.count(note) != 0) continue;
    JINDO_TRY(stix::Object gone, withdrawal_of(*version));
    objects.push_back(std::move(gone));
  }
  return store_->add(submission_of(collection, by), objects);
}
// The trails to where most lies and ended, as one.
Status Sharing::add_trail(const inquiry::Traced& traced, intel::TraceEvidence& evidence) {
  const intel::TracePlaces places = intel::places_of(traced.result);
  std::vector<trace::TrailTarget> targets;
  std::set<std::pair<const chain::Network*, std::string>> asked;
  const auto ask = [&](const chain::Network* network, const chain::AddressKey& address) {
    if (address.is_none() || !asked.emplace(network, chain::format_address(*network, address)).second) return;
    trace::TrailTarget target;
    target.network = network;
    target.address = address;
    targets.push_back(target);
  };
  for (const trace::Holding* h : places.holdings) ask(h->network, h->address);
  for (const trace::Terminal* t : places.ended) ask(t->network, t->address);
  using Key = std::tuple<const chain::Network*, uint64_t, chain::TxId, uint64_t, chain::AddressKey, chain::AddressKey,
                         uint32_t, bool, uint32_t>;
  std::map<Key, trace::TrailStep> steps;
  for (const trace::TrailTarget& target : targets) {
    const auto trail = trace::find_trail(*traced.ledger, traced.result, target);
    if (!trail.ok() || steps.size() + trail->size() > intel::kReportSteps) {
      ++evidence.without_trail;
      continue;
    }
    for (const trace::TrailStep& step : *trail) {
      if (step.ends == "fee") continue;
      const auto [at, fresh] = steps.emplace(Key{step.network, step.height, step.transaction, step.position, step.from,
                                                 step.to, step.source, step.theft, step.link},
                                             step);
      if (fresh || step.mixed) continue;  // mixed: each trail says all that the movement carried
      at->second.amount += step.amount;
      at->second.origin += step.origin;
    }
  }
  for (auto& [key, step] : steps) evidence.trail.push_back(std::move(step));
  std::stable_sort(evidence.trail.begin(), evidence.trail.end(),
                   [](const trace::TrailStep& a, const trace::TrailStep& b) { return a.time < b.time; });
  return {};
}
intel::Submission Sharing::submission_of(const std::string& collection, const By& by) {
  intel::Submission out;
  out.collection = collection;
  out.by = by.reader;
  out.key = by.key;
  out.way = intel::Way::kLocal;
  out.propose = by.propose;
  return out;
}
base::Result<stix::Object> Sharing::withdrawal_of(const intel::Version& version) const {
  const int64_t modified = std::max(base::unix_us() / 1000 * 1000, version.version_us + 1000);
  JINDO_TRY(const std::string text, intel::withdrawn(version.json, modified));
  JINDO_TRY(const std::string signed_text, intel::sign_object(*key_, text, version.hash));
  return stix::parse_object(signed_text);
}
base::Result<std::string> Sharing::object_of(const std::string& incident) const {
  for (const incidents::Incident& i : node_->incidents())
    if (i.id == incident && !i.shared_object.empty()) return i.shared_object;
  const auto directory = store_->directory();
  intel::Publisher self;
  self.own.id = directory->own;
  self.secret = store_->secret();
  return intel::incident_object_id(incident, self);
}
base::Result<size_t> Sharing::withdraw(const std::string& incident, const By& by) {
  const auto directory = store_->directory();
  if (by.reader.organisation != directory->own)
    return base::wrong_use("only the organisation that runs this node withdraws what it published");
  JINDO_TRY(const std::string object, object_of(incident));
  JINDO_TRY(auto versions, store_->naming(object));
  JINDO_TRY(const auto own_versions, store_->versions_of(object));
  versions.insert(versions.end(), own_versions.begin(), own_versions.end());
  std::map<std::string, const intel::Version*> last;
  for (const intel::Version& v : versions) {
    if (v.owner != directory->own || v.deleted || stix::is_observable(v.type) || v.type == "sighting") continue;
    const intel::Version*& kept = last[v.object];
    if (kept == nullptr || kept->version_us < v.version_us) kept = &v;
  }
  if (last.count(object) == 0) return base::answer_no("nothing was published of incident " + incident.substr(0, 100));
  std::map<std::string, std::vector<stix::Object>> by_collection;
  size_t count = 0;
  for (const auto& [id, version] : last) {
    if (version->revoked) continue;
    JINDO_TRY(const stix::Object made, withdrawal_of(*version));
    JINDO_TRY(const auto places, store_->collections_of(id));
    for (const std::string& place : places) by_collection[place].push_back(made);
    ++count;
  }
  for (const auto& [collection, objects] : by_collection) {
    JINDO_TRY(const auto report, store_->add(submission_of(collection, by), objects));
    JINDO_DO(all_taken(report));
  }
  return count;
}

// ---- what was done about it ----
base::Result<Sharing::SharedIncident> Sharing::shared_of(const std::string& incident) const {
  if (!incident.starts_with(kOfTag)) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = shared_.find(incident);
    if (found == shared_.end()) return base::answer_no("no shared incident " + incident.substr(0, 100));
    return found->second;
  }
  SharedIncident out;
  out.object = incident.substr(kOfTag.size());
  JINDO_TRY(const auto versions, store_->versions_of(out.object));
  if (versions.empty()) return base::answer_no("no object " + out.object.substr(0, 100));
  out.owner = versions.back().owner;
  out.received_us = versions.front().received_us;
  return out;
}
base::Result<bool> Sharing::act(const std::string& incident, intel::Action action) {
  JINDO_TRY(const SharedIncident shared, shared_of(incident));
  intel::Telling telling;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    telling = config_.telling;
  }
  const std::map<std::string, bool> reported = {
      {"seen", telling.seen}, {"held", telling.held}, {"frozen", telling.frozen}, {"returned", telling.returned}};
  const auto asked = reported.find(action.act);
  if (asked == reported.end()) return base::wrong_use("'act': expected seen, held, frozen or returned");
  if (!asked->second) return false;
  JINDO_TRY(const intel::Publisher self, publisher());
  if (shared.owner == self.own.id) return false;  // this organisation's own, by another node of it
  const auto directory = store_->directory();
  action.incident_object = shared.object;
  if (action.at_us == 0) action.at_us = base::unix_us();
  if (shared.received_us > 0) action.after_ms = std::max<int64_t>(0, (action.at_us - shared.received_us) / 1000);
  intel::Release release;  // for the publisher only
  release.organisations = {shared.owner};
  const auto markings = intel::markings_of(release, self);
  std::vector<std::string> texts = markings.definitions;
  for (std::string& text : intel::action_objects(action, self, markings)) texts.push_back(std::move(text));
  if (action.act == "seen" || (action.act == "held" && action.transaction.empty())) {  // the first time counts
    JINDO_TRY(const stix::Object sighting,
              stix::parse_object(intel::with_times(texts[markings.definitions.size()], 0, 0)));
    JINDO_TRY(const auto before, store_->versions_of(sighting.id));
    if (!before.empty()) return true;
  }
  JINDO_TRY(const auto objects, as_versions(texts));
  const auto reader = directory->reader(directory->own, intel::Affiliation::kStaff, "");
  JINDO_TRY(const auto collections, store_->collections_of(shared.object));
  for (const std::string& collection : collections) {
    intel::Submission submission;
    submission.collection = collection;
    submission.by = *reader;
    submission.way = intel::Way::kLocal;
    submission.approved = true;
    JINDO_TRY(const auto report, store_->add(submission, objects));
    JINDO_DO(all_taken(report));
  }
  return true;
}
void Sharing::held(const std::string& incident, const std::string& chain) {
  const bool of_tag = incident.starts_with(kOfTag);
  // A sighting is of an indicator, not of a relationship or a wallet (STIX 2.1, 5.2.1).
  if (of_tag ? !incident.substr(kOfTag.size()).starts_with("indicator--")
             : !any_shared_.load(std::memory_order_relaxed))
    return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if ((!of_tag && shared_.count(incident) == 0) || !held_.insert(incident).second) return;
  intel::Action action;
  action.act = "held";
  action.at_us = base::unix_us();
  action.chain = chain;
  to_report_.emplace_back(incident, action);
}
namespace {
// `heard_after_ms`: from when this node had the incident to when it heard of the act, by its clock alone.
void write_act(base::JsonWriter& json, const intel::Action& action, const std::string& organisation,
               const std::string& name, int64_t heard_after_ms) {
  json.begin_object();
  json.field("organisation", organisation);
  json.field("name", name);
  json.field("act", action.act);
  json.field("at", stix::format_timestamp_us(action.at_us));
  if (action.after_ms) json.field("after_ms", *action.after_ms);
  if (!action.chain.empty()) json.field("chain", action.chain);
  if (!action.asset.empty()) json.field("asset", action.asset);
  if (!action.amount.empty()) json.field("amount", action.amount);
  if (!action.transaction.empty()) json.field("transaction", action.transaction);
  if (!action.comment.empty()) json.field("comment", action.comment);
  json.field("told_after_ms", heard_after_ms);
  json.end_object();
}
}  // namespace
base::Result<std::string> Sharing::acts_json(const std::string& incident, const intel::Reader& reader) {
  JINDO_TRY(const std::string object, object_of(incident));
  JINDO_TRY(const auto versions, store_->versions_of(object));
  const auto directory = store_->directory();
  const auto audiences = store_->audiences();
  const intel::Version* last = nullptr;
  int64_t first_us = 0, published_us = 0;  // the second as this node had it
  for (const intel::Version& v : versions) {
    if (v.deleted || !audiences->sees(v.audience, reader)) continue;
    if (last == nullptr) {
      first_us = v.version_us;
      published_us = v.received_us;
    }
    last = &v;
  }
  if (last == nullptr) return base::answer_no("no shared incident " + incident.substr(0, 100));
  JINDO_TRY(const auto naming, store_->naming(object));
  return base::json_object([&](base::JsonWriter& json) {
    json.field("incident", incident);
    json.field("object", object);
    json.field("published_by", last->owner);
    json.field("published_by_name", directory->name_of(last->owner));
    json.field("published", stix::format_timestamp_us(first_us));
    json.field("marking", attribution::name_of(audiences->tlp(last->audience)));
    json.field("withdrawn", last->revoked);
    json.field("signature", last->signature);
    json.key("acts");
    json.begin_array();
    std::optional<int64_t> first_hold;
    for (const intel::Version& v : naming) {
      if (!audiences->sees(v.audience, reader) || v.revoked) continue;
      const auto action = intel::action_of(v.json);
      if (!action || action->incident_object != object) continue;
      // By this node's clock alone: clocks of others may be hours off. The publisher's is from flag to hold.
      const int64_t heard_after = std::max<int64_t>(0, (v.received_us - published_us) / 1000);
      write_act(json, *action, v.owner, directory->name_of(v.owner), heard_after);
      if (action->act == "held") first_hold = std::min(first_hold.value_or(heard_after), heard_after);
    }
    json.end_array();
    if (first_hold) json.field("flag_to_first_hold_ms", *first_hold);
    json.key("other_words");
    json.begin_array();
    for (const intel::Version& v : naming) {
      if (!audiences->sees(v.audience, reader) || v.revoked ||
          (v.type != "opinion" && v.type != "note" && v.type != "report"))
        continue;
      json.json(v.json);
    }
    json.end_array();
  });
}

}  // namespace jindo::federation
