#include "app/sharing.h"

#include <algorithm>
#include <chrono>

#include "app/peer_loop.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "stix/identifier.h"

namespace jindo::app {
namespace {
void write_organisation(const intel::Organisation& o, base::JsonWriter& json) {
  json.begin_object();
  json.field("id", o.id);
  json.field("name", o.name);
  json.field("country", o.country);
  json.field("kind", o.kind);
  if (!o.contact.empty()) json.field("contact", o.contact);
  json.field("community", o.community);
  json.field("four_eyes", o.four_eyes);
  json.field("active", o.active);
  json.key("keys");
  json.begin_array();
  for (const std::string& key : o.keys) json.string(key);
  json.end_array();
  json.end_object();
}
}  // namespace

std::string directory_json(const intel::Directory& directory, const std::string& signing_key) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("organisation", directory.own);
    json.field("signing_key", signing_key);
    json.key("organisations");
    json.begin_array();
    for (const auto& [id, o] : directory.organisations) write_organisation(o, json);
    json.end_array();
    json.key("groups");
    json.begin_array();
    for (const auto& [id, group] : directory.groups) {
      json.begin_object();
      json.field("id", id);
      json.field("name", group.name);
      json.field("purpose", group.purpose);
      json.key("members");
      json.begin_array();
      for (const std::string& member : group.members) json.string(member);
      json.end_array();
      json.end_object();
    }
    json.end_array();
    json.key("collections");
    json.begin_array();
    for (const auto& [id, c] : directory.collections) {
      json.begin_object();
      json.field("id", id);
      json.field("title", c.title);
      json.field("group", c.group);
      json.field("unmarked", attribution::name_of(c.unmarked));
      json.field("writable", c.writable);
      json.end_object();
    }
    json.end_array();
  });
}

using base::Status;
namespace {
int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}
const std::string kIncidentFact = "incident of ";  // + STIX object: the incident's identifier here
}  // namespace

base::Result<std::unique_ptr<Sharing>> Sharing::open(const SharingOptions& options) {
  std::unique_ptr<Sharing> out(new Sharing);
  out->options_ = options;
  JINDO_DO(base::make_folders(options.data));
  JINDO_TRY(out->store_, intel::Store::open(options.database.empty() ? options.data + "/intel.db" : options.database));
  JINDO_TRY(out->key_, intel::SigningKey::open_or_make(options.data + "/signing-key.pem"));
  if (options.reads) {
    JINDO_TRY(out->reads_, screening::DecisionLog::open(options.data + "/reads", {}));
  }
  if (!options.file.empty()) {
    JINDO_TRY(const std::string yaml, base::read_file(options.file, size_t{4} << 20));
    JINDO_DO(out->apply(options.file, yaml));
  } else {
    JINDO_TRY(out->config_, intel::applied_config(*out->store_));
  }
  return out;
}
Sharing::~Sharing() { stop(); }
void Sharing::say(const std::string& level, const std::string& event, const std::string& fields) const {
  if (node_ != nullptr && node_->options().log) node_->options().log(level, event, fields);
}

Status Sharing::start(LiveNode& node) {
  node_ = &node;
  for (const casework::Incident& incident : node.incidents())
    if (!incident.shared_object.empty()) JINDO_DO(remember(incident.id, incident.shared_object));
  keeper_ = std::thread([this] { keep(); });
  intel::Config config;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    config = config_;
  }
  start_peers(config);
  return {};
}
void Sharing::stop() {
  stopping_ = true;
  stop_peers();
  if (keeper_.joinable()) keeper_.join();
  if (reads_) {
    (void)reads_->settle(reads_->last());
    (void)reads_->sync();
  }
}
void Sharing::start_peers(const intel::Config& config) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const intel::Peer& peer : config.peers) peers_.push_back(std::make_unique<PeerLoop>(*this, peer));
  for (const auto& peer : peers_) peer->start();
}
void Sharing::stop_peers() {
  std::vector<std::unique_ptr<PeerLoop>> peers;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    peers.swap(peers_);
  }
  for (const auto& peer : peers) peer->stop();
}
std::vector<PeerStatus> Sharing::peers() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<PeerStatus> out;
  for (const auto& peer : peers_) out.push_back(peer->status());
  return out;
}

Status Sharing::apply(const std::string& path, const std::string& yaml) {
  JINDO_TRY(const auto config, intel::apply_config(*store_, path, yaml, key_->public_hex()));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    config_ = config;
  }
  if (node_ == nullptr) return {};
  stop_peers();
  start_peers(config);
  return {};
}
base::Result<uint64_t> Sharing::record_read(const ReadRecord& read) {
  const std::string fields = base::json_object([&](base::JsonWriter& json) {
    json.field("key", read.key);
    json.field("organisation", read.organisation);
    json.field("what", read.what);
    json.field("collection", read.collection);
    json.field("count", uint64_t{read.count});
    json.field("first", read.first);
    json.field("last", read.last);
  });
  return reads_->append("read", std::string_view(fields).substr(1, fields.size() - 2));
}

// ---- out ----
// New versions of what changed, signed; of the rest the version that there is.
base::Result<std::vector<stix::Object>> Sharing::as_versions(const std::vector<std::string>& objects) {
  const auto directory = store_->directory();
  std::vector<stix::Object> out;
  const int64_t now = now_us() / 1000 * 1000;
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
base::Result<intel::AddReport> Sharing::publish(const std::string& id, const std::string& collection,
                                                const intel::Release& release, const By& by) {
  const auto directory = store_->directory();
  const auto own = directory->organisations.find(directory->own);
  if (own == directory->organisations.end())
    return base::wrong_use("this node's organisation is not set up; see `jindo intel apply`");
  if (by.reader.organisation != directory->own)
    return base::wrong_use("only the organisation that runs this node publishes its incidents");
  const auto incidents = node_->incidents();
  const auto found =
      std::find_if(incidents.begin(), incidents.end(), [&](const casework::Incident& i) { return i.id == id; });
  if (found == incidents.end()) return base::answer_no("no incident " + id.substr(0, 100));
  if (!found->shared_object.empty())
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
  JINDO_TRY(const auto objects,
            as_versions(intel::incident_objects(*found, own->second, intel::markings_of(release, own->second))));
  intel::Submission submission;
  submission.collection = collection;
  submission.by = by.reader;
  submission.key = by.key;
  submission.way = intel::Way::kLocal;
  submission.propose = by.propose;
  JINDO_TRY(auto report, store_->add(submission, objects));
  JINDO_DO(store_->set_fact(kIncidentFact + intel::incident_object_id(*found, directory->own), id));
  return report;
}
base::Result<std::string> Sharing::object_of(const std::string& incident) const {
  const auto directory = store_->directory();
  for (const casework::Incident& i : node_->incidents())
    if (i.id == incident)
      return i.shared_object.empty() ? intel::incident_object_id(i, directory->own) : i.shared_object;
  casework::Incident gone;
  gone.id = incident;
  return intel::incident_object_id(gone, directory->own);
}
base::Result<size_t> Sharing::withdraw(const std::string& incident, const By& by) {
  const auto directory = store_->directory();
  if (by.reader.organisation != directory->own)
    return base::wrong_use("only the organisation that runs this node withdraws what it published");
  casework::Incident named;
  named.id = incident;
  const std::string object = intel::incident_object_id(named, directory->own);
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
    const int64_t modified = std::max(now_us() / 1000 * 1000, version->version_us + 1000);
    JINDO_TRY(const std::string text, intel::withdrawn(version->json, modified));
    JINDO_TRY(const std::string signed_text, intel::sign_object(*key_, text, version->hash));
    JINDO_TRY(const stix::Object made, stix::parse_object(signed_text));
    JINDO_TRY(const auto places, store_->collections_of(id));
    for (const std::string& place : places) by_collection[place].push_back(made);
    ++count;
  }
  for (const auto& [collection, objects] : by_collection) {
    intel::Submission submission;
    submission.collection = collection;
    submission.by = by.reader;
    submission.key = by.key;
    submission.way = intel::Way::kLocal;
    submission.propose = by.propose;
    JINDO_TRY(const auto report, store_->add(submission, objects));
    for (const intel::Added& added : report.objects)
      if (added.outcome == intel::Outcome::kFailed) return base::wrong_use(added.object + ": " + added.message);
  }
  return count;
}

// ---- what was done about it ----
base::Result<bool> Sharing::act(const std::string& incident, intel::Action action) {
  intel::Telling telling;
  SharedIncident shared;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    telling = config_.telling;
    const auto found = shared_.find(incident);
    if (found == shared_.end()) return base::answer_no("no shared incident " + incident.substr(0, 100));
    shared = found->second;
  }
  const std::map<std::string, bool> told = {
      {"seen", telling.seen}, {"held", telling.held}, {"frozen", telling.frozen}, {"returned", telling.returned}};
  const auto asked = told.find(action.act);
  if (asked == told.end()) return base::wrong_use("'act': expected seen, held, frozen or returned");
  if (!asked->second) return false;
  const auto directory = store_->directory();
  const auto own = directory->organisations.find(directory->own);
  if (own == directory->organisations.end()) return base::wrong_use("this node's organisation is not set up");
  action.incident_object = shared.object;
  if (action.at_us == 0) action.at_us = now_us();
  if (shared.published_us > 0) action.after_ms = std::max<int64_t>(0, (action.at_us - shared.published_us) / 1000);
  intel::Release release;  // for the publisher only
  release.organisations = {shared.owner};
  const auto markings = intel::markings_of(release, own->second);
  std::vector<std::string> texts = markings.definitions;
  texts.push_back(intel::action_object(action, own->second, markings));
  if (action.act == "seen" || (action.act == "held" && action.transaction.empty())) {  // the first time counts
    JINDO_TRY(const stix::Object sighting, stix::parse_object(intel::with_times(texts.back(), 0, 0)));
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
    for (const intel::Added& added : report.objects)
      if (added.outcome == intel::Outcome::kFailed) return base::wrong_use(added.object + ": " + added.message);
  }
  return true;
}
void Sharing::held(const std::string& incident, const std::string& chain) {
  if (!any_shared_.load(std::memory_order_relaxed)) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (shared_.count(incident) == 0 || !held_.insert(incident).second) return;
  intel::Action action;
  action.act = "held";
  action.at_us = now_us();
  action.chain = chain;
  to_tell_.emplace_back(incident, action);
}
base::Result<std::string> Sharing::acts_json(const std::string& incident, const intel::Reader& reader) {
  JINDO_TRY(const std::string object, object_of(incident));
  JINDO_TRY(const auto versions, store_->versions_of(object));
  const auto directory = store_->directory();
  const auto audiences = store_->audiences();
  const intel::Version* last = nullptr;
  int64_t first_us = 0;
  for (const intel::Version& v : versions) {
    if (v.deleted || !audiences->sees(v.audience, reader)) continue;
    if (last == nullptr) first_us = v.version_us;
    last = &v;
  }
  if (last == nullptr) return base::answer_no("no shared incident " + incident.substr(0, 100));
  JINDO_TRY(const auto naming, store_->naming(object));
  const auto name_of = [&](const std::string& id) {
    const auto found = directory->organisations.find(id);
    return found == directory->organisations.end() ? id : found->second.name;
  };
  return base::json_object([&](base::JsonWriter& json) {
    json.field("incident", incident);
    json.field("object", object);
    json.field("published_by", last->owner);
    json.field("published_by_name", name_of(last->owner));
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
      json.begin_object();
      json.field("organisation", v.owner);
      json.field("name", name_of(v.owner));
      json.field("act", action->act);
      json.field("at", stix::format_timestamp_us(action->at_us));
      if (action->after_ms) json.field("after_ms", *action->after_ms);
      if (!action->chain.empty()) json.field("chain", action->chain);
      if (!action->asset.empty()) json.field("asset", action->asset);
      if (!action->amount.empty()) json.field("amount", action->amount);
      if (!action->transaction.empty()) json.field("transaction", action->transaction);
      if (!action->comment.empty()) json.field("comment", action->comment);
      json.end_object();
      if (action->act == "held" && action->after_ms)
        first_hold = std::min(first_hold.value_or(*action->after_ms), *action->after_ms);
    }
    json.end_array();
    if (first_hold) json.field("flag_to_first_hold_ms", *first_hold);
    json.key("other_words");
    json.begin_array();
    for (const intel::Version& v : naming) {
      if (!audiences->sees(v.audience, reader) || v.revoked || (v.type != "opinion" && v.type != "note")) continue;
      json.json(v.json);
    }
    json.end_array();
  });
}

// ---- in ----
Status Sharing::remember(const std::string& incident, const std::string& object) {
  JINDO_TRY(const auto versions, store_->versions_of(object));
  if (versions.empty()) return {};
  SharedIncident shared;
  shared.object = object;
  shared.owner = versions.back().owner;
  shared.audience = versions.back().audience;
  shared.published_us = versions.front().version_us;
  const auto directory = store_->directory();
  const auto staff = directory->reader(directory->own, intel::Affiliation::kClient, "");
  if (!staff || !store_->sees(*staff, shared.audience)) strict_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  shared_[incident] = shared;
  any_shared_ = true;
  return {};
}
std::shared_ptr<const std::set<std::string>> Sharing::hidden_from(const intel::Reader& reader) const {
  if (!strict_) return nullptr;
  auto out = std::make_shared<std::set<std::string>>();
  const auto audiences = store_->audiences();
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [id, shared] : shared_)
    if (!audiences->sees(shared.audience, reader)) out->insert(id);
  if (out->empty()) return nullptr;
  return out;
}
Status Sharing::take_in(const intel::Item& item) {
  if (item.type != "incident") return {};
  const auto directory = store_->directory();
  JINDO_TRY(const auto version, store_->version(item.number));
  if (!version || version->owner == directory->own) return {};
  std::string act_on;
  std::set<std::string> quiet;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    act_on = config_.act_on;
    for (const intel::Peer& peer : config_.peers)
      if (!peer.act) quiet.insert(peer.organisation);
  }
  if (quiet.count(version->sender) != 0) return {};
  // Said by its maker: signed by a key of it, or sent by itself with its own token.
  const bool vouched =
      version->signature == "valid" || (version->way == intel::Way::kPushed && version->sender == version->owner);
  if (act_on != "all" && !vouched) {
    say("info", "not_acted_on",
        "\"object\":" + base::json_escape(item.object) + ",\"problem\":\"its maker did not sign it\"");
    return {};
  }
  JINDO_TRY(std::string id, store_->fact(kIncidentFact + item.object));
  if (version->revoked) {
    if (id.empty()) return {};
    const Status gone = node_->withdraw(id);
    if (!gone.ok() && gone.error().kind == base::ErrorKind::kMachine) return gone;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      shared_.erase(id);
    }
    say("info", "withdrawn", "\"incident\":" + base::json_escape(id) + ",\"by\":" + base::json_escape(version->owner));
    return {};
  }
  JINDO_TRY(const stix::Object object, stix::parse_object(version->json));
  auto incident = intel::incident_of(object, version->owner, store_->audiences()->tlp(version->audience));
  if (!incident.ok() || !*incident) {
    if (!incident.ok())
      say("error", "not_acted_on",
          "\"object\":" + base::json_escape(item.object) +
              ",\"problem\":" + base::json_escape(incident.error().message));
    return {};
  }
  if (id.empty()) {
    // Another incident of the same name keeps it: who says the same stays apart.
    id = (*incident)->id;
    for (const casework::Incident& known : node_->incidents())
      if (known.id == id && known.shared_object != item.object) id += "-by-" + version->owner.substr(10, 8);
    JINDO_DO(store_->set_fact(kIncidentFact + item.object, id));
  }
  (*incident)->id = id;
  JINDO_DO(remember(id, item.object));
  const Status flagged = node_->flag(casework::write_incident(**incident));
  if (!flagged.ok()) return flagged;
  intel::Action seen;
  seen.act = "seen";
  const auto told = act(id, seen);
  if (!told.ok() && told.error().kind == base::ErrorKind::kMachine) return told.error();
  return {};
}
// What this organisation may see, in every collection, in order, from where it was.
Status Sharing::take_in_new() {
  const auto directory = store_->directory();
  const auto reader = directory->reader(directory->own, intel::Affiliation::kStaff, "");
  if (!reader) return {};
  for (const auto& [id, collection] : directory->collections) {
    JINDO_TRY(const std::string kept, store_->fact("taken in " + id));
    intel::Query query;
    query.after = kept.empty() ? 0 : std::strtoll(kept.c_str(), nullptr, 10);
    query.types = {"incident"};
    query.with_text = false;
    JINDO_TRY(const intel::Page page, store_->page(collection, *reader, query));
    for (const intel::Item& item : page.items) {
      const Status taken = take_in(item);
      if (!taken.ok() && taken.error().kind == base::ErrorKind::kMachine) return taken;
      if (!taken.ok())
        say("error", "not_acted_on",
            "\"object\":" + base::json_escape(item.object) +
                ",\"problem\":" + base::json_escape(taken.error().message));
      JINDO_DO(store_->set_fact("taken in " + id, std::to_string(item.position)));
    }
  }
  return {};
}
void Sharing::keep() {
  int64_t position = 0;
  while (!stopping_) {
    const int64_t newest = store_->wait_beyond(position, 50);
    (void)store_->lift_embargoes(now_us());
    if (newest > position) {
      const Status taken = take_in_new();
      if (taken.ok()) position = newest;
      if (!taken.ok()) say("error", "take_in", "\"problem\":" + base::json_escape(taken.error().message));
    }
    for (;;) {
      std::pair<std::string, intel::Action> next;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (to_tell_.empty()) break;
        next = to_tell_.front();
        to_tell_.pop_front();
      }
      const auto told = act(next.first, next.second);
      if (!told.ok()) say("error", "tell", "\"problem\":" + base::json_escape(told.error().message));
    }
  }
}
}  // namespace jindo::app
