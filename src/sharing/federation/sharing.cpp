// Sharing's life (open, start, configuration, stop) and what comes in: incidents of the store become those of the node.
#include "federation/sharing.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "federation/node_bus.h"
#include "federation/peer_loop.h"

namespace jindo::federation {
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
    JINDO_TRY(out->config_text_, out->store_->fact("config"));
  }
  return out;
}
Sharing::~Sharing() { stop(); }
void Sharing::say(const std::string& level, const std::string& event, const std::string& fields) const {
  if (node_ != nullptr && node_->options().log) node_->options().log(level, event, fields);
}

Status Sharing::start(node::LiveNode& node) {
  node_ = &node;
  for (const incidents::Incident& incident : node.incidents())
    if (!incident.shared_object.empty()) JINDO_DO(remember(incident.id, incident.shared_object));
  JINDO_DO(load_tagged());
  keeper_ = std::thread([this] { keep(); });
  tagger_ = std::thread([this] { keep_tags(); });
  intel::Config config;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    config = config_;
  }
  return start_peers(config);
}
void Sharing::stop() {
  stopping_ = true;
  if (keeper_.joinable()) keeper_.join();
  if (tagger_.joinable()) tagger_.join();
  stop_peers();
  if (reads_) {
    (void)reads_->settle(reads_->last());
    (void)reads_->sync();
  }
}
Status Sharing::start_peers(const intel::Config& config) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const intel::Peer& peer : config.peers) peers_.push_back(std::make_unique<PeerLoop>(*this, peer));
  for (const auto& peer : peers_) peer->start();
  if (config.bus.url.empty()) return {};
  bus_ = std::make_unique<NodeBus>(*this, config.bus);
  return bus_->start();
}
void Sharing::stop_peers() {
  std::vector<std::unique_ptr<PeerLoop>> peers;
  std::unique_ptr<NodeBus> bus;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    peers.swap(peers_);
    bus.swap(bus_);
  }
  for (const auto& peer : peers) peer->stop();
  if (bus) bus->stop();
}
std::vector<PeerStatus> Sharing::peers() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<PeerStatus> out;
  for (const auto& peer : peers_) out.push_back(peer->status());
  return out;
}

BusStatus Sharing::bus() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!bus_) return {};
  BusStatus out = bus_->status();
  out.configured = true;
  return out;
}
Status Sharing::apply(const std::string& path, const std::string& yaml) {
  const std::lock_guard<std::mutex> applying(applying_mutex_);
  JINDO_TRY(const auto config, intel::apply_config(*store_, path, yaml, key_->public_hex()));
  config_text_ = yaml;
  return use(config);
}
Status Sharing::use(const intel::Config& config) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    config_ = config;
  }
  if (node_ == nullptr || stopping_) return {};
  stop_peers();
  return start_peers(config);
}
// One that `jindo intel apply` wrote meanwhile.
Status Sharing::look_at_config() {
  const std::lock_guard<std::mutex> applying(applying_mutex_);
  JINDO_TRY(const std::string text, store_->fact("config"));
  if (text == config_text_) return {};
  config_text_ = text;
  JINDO_TRY(const auto config, intel::applied_config(*store_));
  say("info", "sharing_file", "\"changed\":true");
  return use(config);
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

// ---- in ----
Status Sharing::remember(const std::string& incident, const std::string& object) {
  JINDO_TRY(const auto versions, store_->versions_of(object));
  if (versions.empty()) return {};
  SharedIncident shared;
  shared.object = object;
  shared.owner = versions.back().owner;
  shared.audience = versions.back().audience;
  shared.received_us = versions.front().received_us;
  const auto directory = store_->directory();
  const auto least_of_ours = directory->least_of_ours();
  if (!least_of_ours || !store_->sees(*least_of_ours, shared.audience)) strict_ = true;
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
bool Sharing::acted_on(const intel::Version& version) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const intel::Peer& peer : config_.peers)
    if (!peer.act && peer.organisation == version.sender) return false;
  // Said by its maker: signed by a key of it, or sent by itself with its own token.
  return config_.act_on == "all" || version.signature == "valid" ||
         (version.way != intel::Way::kPulled && version.sender == version.owner);
}
Status Sharing::take_in(const intel::Item& item) {
  if (item.type != "incident") return {};
  const auto directory = store_->directory();
  JINDO_TRY(const auto version, store_->version(item.number));
  if (!version) return {};
  JINDO_TRY(std::string id, store_->fact(kIncidentFact + item.object));
  JINDO_TRY(const stix::Object object, stix::parse_object(version->json));
  // This organisation's own incident stays that of the node that made it, and signed it; the others have it as shared.
  const bool own = version->owner == directory->own;
  if (own) {
    const auto known = node_->incidents();
    const auto here =
        std::find_if(known.begin(), known.end(), [&](const incidents::Incident& i) { return i.id == id; });
    const bool shared = here != known.end() && here->shared_object == item.object;
    if (!shared && (here != known.end() || !object.signature || object.signature->key == key_->public_hex())) return {};
  }
  if (!acted_on(*version)) {
    say("info", "not_acted_on",
        "\"object\":" + base::json_escape(item.object) +
            ",\"problem\":\"its maker did not sign it, or the peer is not acted on\"");
    return {};
  }
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
    for (const incidents::Incident& known : node_->incidents())
      if (known.id == id && known.shared_object != item.object)
        id += "-by-" + (own ? object.signature->key.substr(0, 8) : version->owner.substr(10, 8));
    JINDO_DO(store_->set_fact(kIncidentFact + item.object, id));
  }
  (*incident)->id = id;
  JINDO_DO(remember(id, item.object));
  const Status flagged = node_->flag(incidents::write_incident(**incident));
  if (!flagged.ok()) return flagged;
  intel::Action seen;
  seen.act = "seen";
  const auto reported = act(id, seen);
  if (!reported.ok() && reported.error().kind == base::ErrorKind::kMachine) return reported.error();
  return {};
}
// What this organisation may see, in every collection, in order, from where it was.
Status Sharing::take_in_new() {
  const auto directory = store_->directory();
  const auto reader = directory->reader(directory->own, intel::Affiliation::kStaff, "");
  if (!reader) return {};
  for (const auto& [id, collection] : directory->collections) {
    JINDO_TRY(const std::string kept, store_->fact(place_of("taken in", id)));
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
      JINDO_DO(store_->set_fact(place_of("taken in", id), std::to_string(item.position)));
    }
  }
  return {};
}
void Sharing::keep() {
  int64_t position = 0;
  auto looked = std::chrono::steady_clock::now();
  while (!stopping_) {
    const int64_t newest = store_->wait_beyond(position, 50);
    if (const auto now = std::chrono::steady_clock::now(); now - looked > std::chrono::seconds(1)) {
      looked = now;
      const Status read = look_at_config();
      if (!read.ok()) say("error", "sharing_file", "\"problem\":" + base::json_escape(read.error().message));
    }
    (void)store_->lift_embargoes(base::unix_us());
    if (newest > position) {
      const Status taken = take_in_new();
      if (taken.ok()) position = newest;
      if (!taken.ok()) say("error", "take_in", "\"problem\":" + base::json_escape(taken.error().message));
    }
    for (;;) {
      std::pair<std::string, intel::Action> next;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (to_report_.empty()) break;
        next = to_report_.front();
        to_report_.pop_front();
      }
      const auto reported = act(next.first, next.second);
      if (!reported.ok()) say("error", "tell", "\"problem\":" + base::json_escape(reported.error().message));
    }
  }
}
}  // namespace jindo::federation
