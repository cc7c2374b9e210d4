// A sharing file read field by field, each error with its line; and applied to the store.
#include "intel/config.h"

#include <algorithm>

#include "base/file.h"
#include "decode/yaml_fields.h"
#include "intel/openpgp.h"
#include "net/http.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
using base::Status;
constexpr size_t kConfigBytesMax = size_t{4} << 20;

class ConfigReader {
 public:
  explicit ConfigReader(const std::string& path) : fields_(path) {}
  base::Result<Config> run(const std::string& yaml) {
    if (yaml.size() > kConfigBytesMax)
      return base::bad_input(fields_.path() + ": larger than " + std::to_string(kConfigBytesMax) + " bytes");
    JINDO_TRY(const YAML::Node root, fields_.load(yaml));
    JINDO_DO(fields_.guard([&] { return all(root); }));
    return std::move(out_);
  }

 private:
  base::Error wrong(const YAML::Node& at, const std::string& what) const { return fields_.wrong(at, what); }
  // A mistyped field must not widen who sees what.
  Status known(const YAML::Node& at, const std::vector<std::string>& names) const {
    if (!at.IsMap()) return wrong(at, "expected fields");
    for (const auto& field : at)
      if (std::find(names.begin(), names.end(), field.first.Scalar()) == names.end()) {
        std::string all_names;
        for (const std::string& name : names) all_names += (all_names.empty() ? "" : ", ") + name;
        return wrong(field.first, "unknown field '" + field.first.Scalar().substr(0, 60) + "'; expected " + all_names);
      }
    return {};
  }
  Status put(const YAML::Node& at, const char* name, std::string& out, bool needed = false) const {
    JINDO_TRY(std::string text, fields_.text(at, name, needed));
    if (!text.empty()) out = std::move(text);
    return {};
  }
  Status yes(const YAML::Node& at, const char* name, bool& out) const {
    JINDO_TRY(const std::string text, fields_.text(at, name, false));
    if (text.empty()) return {};
    if (text != "true" && text != "false")
      return wrong(at[name], std::string("'") + name + "': expected true or false");
    out = text == "true";
    return {};
  }
  Status checked(const YAML::Node& at, const Status& status) const {
    return status.ok() ? status : Status(wrong(at, status.error().message));
  }
  Status checked(const YAML::Node& at, const base::Result<std::string>& result) const {
    return result.ok() ? Status() : Status(wrong(at, result.error().message));
  }
  Status organisation(const YAML::Node& at, Organisation& out) {
    JINDO_DO(known(
        at, {"id", "name", "country", "kind", "contact", "community", "four_eyes", "active", "keys", "mail_key_file"}));
    JINDO_DO(put(at, "name", out.name, true));
    JINDO_DO(put(at, "country", out.country, true));
    JINDO_DO(put(at, "kind", out.kind, true));
    JINDO_DO(put(at, "contact", out.contact));
    JINDO_DO(put(at, "id", out.id));
    if (out.id.empty()) out.id = stix::own_identifier("identity", "organisation " + out.country + " " + out.name);
    JINDO_DO(yes(at, "community", out.community));
    JINDO_DO(yes(at, "four_eyes", out.four_eyes));
    JINDO_DO(yes(at, "active", out.active));
    JINDO_TRY(const YAML::Node keys, fields_.list(at, "keys"));
    for (const auto& key : keys) out.keys.push_back(key.IsScalar() ? key.Scalar() : "");
    std::string file;
    JINDO_DO(put(at, "mail_key_file", file));
    if (!file.empty()) {
      JINDO_TRY(out.mail_key, base::read_file(file, size_t{1} << 20));
      JINDO_DO(checked(at["mail_key_file"], mail_fingerprint(file, out.mail_key)));
    }
    names_[out.name] = out.id;
    return checked(at, check(out));
  }
  Status group(const YAML::Node& at) {
    SharingGroup out;
    JINDO_DO(known(at, {"id", "name", "purpose", "members"}));
    JINDO_DO(put(at, "id", out.id, true));
    JINDO_DO(put(at, "name", out.name, true));
    JINDO_DO(put(at, "purpose", out.purpose, true));
    JINDO_TRY(const YAML::Node members, fields_.list(at, "members"));
    for (const auto& member : members) {
      const std::string name = member.IsScalar() ? member.Scalar() : "";
      const auto found = names_.find(name);
      if (found != names_.end())
        out.members.insert(found->second);
      else if (name == "own")
        out.members.insert(out_.own.id);
      else if (stix::is_identifier(name))
        out.members.insert(name);
      else
        return wrong(member, "'members': expected an organisation's name or identifier, or own");
    }
    out_.groups.push_back(out);
    return checked(at, check(out));
  }
  Status collection(const YAML::Node& at) {
    Collection out;
    JINDO_DO(known(at, {"id", "title", "description", "group", "unmarked", "writable"}));
    JINDO_DO(put(at, "title", out.title, true));
    JINDO_DO(put(at, "description", out.description));
    JINDO_DO(put(at, "group", out.group));
    JINDO_DO(put(at, "id", out.id));
    if (out.id.empty()) out.id = stix::own_identifier("collection", out_.own.id + " " + out.title).substr(12);
    JINDO_DO(yes(at, "writable", out.writable));
    std::string unmarked = "amber";
    JINDO_DO(put(at, "unmarked", unmarked));
    const auto marking = attribution::find_marking(unmarked);
    if (!marking) return wrong(at["unmarked"], "'unmarked': expected clear, green, amber, amber+strict or red");
    out.unmarked = *marking;
    titles_[out.title] = out.id;
    out_.collections.push_back(out);
    return checked(at, check(out));
  }
  // By its title or identifier.
  Status collection_named(const YAML::Node& at, const char* name, std::string& out) const {
    JINDO_DO(put(at, name, out));
    if (out.empty()) return {};
    if (const auto found = titles_.find(out); found != titles_.end()) out = found->second;
    if (!stix::is_identifier("collection--" + out))
      return wrong(at[name], std::string("'") + name + "': expected a collection's title or identifier");
    return {};
  }
  Status secret_in(const YAML::Node& at, std::string& out) const {
    std::string file;
    JINDO_DO(put(at, "token_file", file));
    if (file.empty()) return {};
    JINDO_TRY(out, base::read_file(file, 4096));
    while (!out.empty() && static_cast<unsigned char>(out.back()) <= ' ') out.pop_back();
    return {};
  }
  Status peer(const YAML::Node& at) {
    Peer out;
    JINDO_DO(known(at, {"id", "url", "collection", "organisation", "into", "from", "scheme", "user", "token",
                        "token_file", "act", "poll_ms", "verify_tls"}));
    JINDO_DO(put(at, "id", out.id, true));
    JINDO_DO(put(at, "url", out.url, true));
    JINDO_DO(put(at, "collection", out.collection, true));
    if (!stix::is_identifier("collection--" + out.collection))
      return wrong(at["collection"], "'collection': expected the identifier that the server gives it");
    if (const auto url = net::parse_url(out.url); !url.ok()) return wrong(at["url"], url.error().message);
    JINDO_DO(put(at, "organisation", out.organisation, true));
    if (const auto found = names_.find(out.organisation); found != names_.end()) out.organisation = found->second;
    if (!stix::is_identifier(out.organisation))
      return wrong(at["organisation"], "'organisation': expected the name or identifier of who runs the server");
    JINDO_DO(collection_named(at, "into", out.into));
    JINDO_DO(collection_named(at, "from", out.from));
    if (out.into.empty() && out.from.empty()) return wrong(at, "expected 'into', 'from' or both");
    JINDO_DO(put(at, "scheme", out.scheme));
    if (out.scheme != "bearer" && out.scheme != "basic" && out.scheme != "token")
      return wrong(at["scheme"], "'scheme': expected bearer, basic or token");
    JINDO_DO(put(at, "user", out.user));
    JINDO_DO(put(at, "token", out.token));
    JINDO_DO(secret_in(at, out.token));
    JINDO_DO(yes(at, "act", out.act));
    JINDO_DO(yes(at, "verify_tls", out.verify_tls));
    std::string poll;
    JINDO_DO(put(at, "poll_ms", poll));
    if (!poll.empty()) {
      if (poll.size() > 8 || poll.find_first_not_of("0123456789") != std::string::npos || std::stoul(poll) < 10)
        return wrong(at["poll_ms"], "'poll_ms': expected milliseconds, from 10");
      out.poll_ms = static_cast<unsigned>(std::stoul(poll));
    }
    for (const Peer& other : out_.peers)
      if (other.id == out.id) return wrong(at["id"], "'id': two peers of one name");
    out_.peers.push_back(out);
    return {};
  }
  Status all(const YAML::Node& root) {
    if (!root.IsMap()) return wrong(root, "expected a sharing file: organisation, organisations, groups …");
    JINDO_DO(
        known(root, {"organisation", "organisations", "groups", "collections", "peers", "tell", "nats", "act_on"}));
    if (!root["organisation"]) return wrong(root, "'organisation' is missing: whose node this is");
    JINDO_DO(organisation(root["organisation"], out_.own));
    JINDO_TRY(const YAML::Node others, fields_.list(root, "organisations"));
    for (const auto& node : others) {
      Organisation other;
      JINDO_DO(organisation(node, other));
      out_.organisations.push_back(other);
    }
    JINDO_TRY(const YAML::Node groups, fields_.list(root, "groups"));
    for (const auto& node : groups) JINDO_DO(group(node));
    JINDO_TRY(const YAML::Node collections, fields_.list(root, "collections"));
    for (const auto& node : collections) JINDO_DO(collection(node));
    JINDO_TRY(const YAML::Node peers, fields_.list(root, "peers"));
    for (const auto& node : peers) JINDO_DO(peer(node));
    if (const YAML::Node tell = root["tell"]) {
      JINDO_DO(known(tell, {"seen", "held", "frozen", "returned"}));
      JINDO_DO(yes(tell, "seen", out_.telling.seen));
      JINDO_DO(yes(tell, "held", out_.telling.held));
      JINDO_DO(yes(tell, "frozen", out_.telling.frozen));
      JINDO_DO(yes(tell, "returned", out_.telling.returned));
    }
    if (const YAML::Node nats = root["nats"]) {
      BusConfig& bus = out_.bus;
      JINDO_DO(known(nats, {"url", "subject", "collection", "token_file", "credentials", "authority"}));
      JINDO_DO(put(nats, "url", bus.url, true));
      JINDO_DO(put(nats, "subject", bus.subject));
      if (bus.subject.find_first_of(" \t*>") != std::string::npos)
        return wrong(nats["subject"], "'subject': expected a NATS subject without blanks and wildcards");
      JINDO_DO(put(nats, "credentials", bus.credentials));
      JINDO_DO(put(nats, "authority", bus.authority));
      JINDO_DO(secret_in(nats, bus.token));
      JINDO_DO(collection_named(nats, "collection", bus.collection));
      if (bus.collection.empty()) return wrong(nats, "'collection' is missing: which one the nodes keep in common");
    }
    out_.act_on = "signed";
    JINDO_DO(put(root, "act_on", out_.act_on));
    if (out_.act_on != "signed" && out_.act_on != "all")
      return wrong(root["act_on"], "'act_on': expected signed or all");
    return {};
  }
  decode::YamlFields fields_;
  Config out_;
  std::map<std::string, std::string> names_, titles_;
};
}  // namespace

base::Result<Config> parse_config(const std::string& path, const std::string& yaml) {
  return ConfigReader(path).run(yaml);
}

base::Result<Config> apply_config(Store& store, const std::string& path, const std::string& yaml,
                                  const std::string& own_key) {
  JINDO_TRY(Config config, parse_config(path, yaml));
  if (std::find(config.own.keys.begin(), config.own.keys.end(), own_key) == config.own.keys.end())
    config.own.keys.push_back(own_key);
  JINDO_DO(store.set_own(config.own));
  for (const Organisation& organisation : config.organisations) JINDO_DO(store.put(organisation));
  for (const SharingGroup& group : config.groups) JINDO_DO(store.put(group));
  for (const Collection& collection : config.collections) {
    JINDO_TRY(const Collection put, store.put(collection));
    (void)put;
  }
  for (const Organisation& organisation : config.organisations)
    if (!organisation.mail_key.empty())
      JINDO_DO(store.set_fact("mail key of " + organisation.id, organisation.mail_key));
  JINDO_DO(store.set_fact("config path", path));
  JINDO_DO(store.set_fact("config", yaml));
  return config;
}
base::Result<Config> applied_config(Store& store) {
  JINDO_TRY(const std::string yaml, store.fact("config"));
  if (yaml.empty()) return Config{};
  JINDO_TRY(const std::string path, store.fact("config path"));
  return parse_config(path, yaml);
}
base::Result<std::string> mail_key_of(Store& store, const std::string& organisation) {
  return store.fact("mail key of " + organisation);
}
}  // namespace jindo::intel
