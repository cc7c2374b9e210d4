// STIX objects out as one MISP event: observables as attributes, wallets of other coins than bitcoin as MISP's object
// for addresses of any coin.
#include "base/clock.h"
#include "base/json_writer.h"
#include "chain/address.h"
#include "intel/misp.h"
#include "intel/misp_parts.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
using base::JsonWriter;
using simdjson::dom::object;

// A wallet that MISP has no type of attribute for.
struct Coin {
  std::string id;  // the wallet's
  std::string address;
  std::string symbol;  // of the first chain whose address it can be; "" for none
};

class EventWriter {
 public:
  EventWriter(JsonWriter& json, int64_t now) : json_(json), now_(std::to_string(now)) {}

  // The event's own fields; what is in it follows.
  void head(const std::string& uuid, const std::string& name, Marking tlp, const Organisation& own, int64_t now) {
    // Distribution never says more than TLP: all communities for CLEAR, this community for GREEN, else this
    // organisation.
    const char* distribution = tlp == Marking::kClear ? "3" : tlp == Marking::kGreen ? "1" : "0";
    json_.field("uuid", uuid);
    json_.field("info", name);
    json_.field("date", base::format_time(now).substr(0, 10));
    json_.field("timestamp", now_);
    json_.field("publish_timestamp", now_);
    json_.field("published", true);
    json_.field("analysis", "2");
    json_.field("threat_level_id", "1");
    json_.field("distribution", distribution);
    json_.key("Orgc");
    json_.begin_object();
    json_.field("name", own.name);
    json_.field("uuid", own.id.substr(10));
    json_.end_object();
    json_.key("Tag");
    json_.begin_array();
    json_.begin_object();
    json_.field("name", lower(attribution::name_of(tlp)));
    json_.end_object();
    json_.end_array();
  }
  void attributes(const std::vector<stix::Object>& objects) {
    json_.key("Attribute");
    json_.begin_array();
    for (const stix::Object& observable : objects) attributes_of(observable);
    json_.end_array();
  }
  // The coins that attributes() came by.
  void coin_objects() {
    json_.key("Object");
    json_.begin_array();
    for (const Coin& coin : coins_) coin_object(coin);
    json_.end_array();
  }

 private:
  void attribute(const std::string& id, const char* type, const char* category, std::string_view value) {
    json_.begin_object();
    json_.field("uuid", id.substr(id.size() - 36));
    json_.field("type", type);
    json_.field("category", category);
    json_.field("value", value);
    json_.field("to_ids", true);
    json_.field("distribution", "5");
    json_.field("timestamp", now_);
    json_.end_object();
  }
  void attributes_of(const stix::Object& observable) {
    simdjson::dom::parser parser;
    object from, hashes;
    if (parser.parse(observable.json).get(from) != simdjson::SUCCESS) return;
    const std::string value(stix::text_of(from, "value"));
    const std::string& type = observable.type;
    if (type == "ipv4-addr" || type == "ipv6-addr") attribute(observable.id, "ip-dst", "Network activity", value);
    if (type == "domain-name") attribute(observable.id, "domain", "Network activity", value);
    if (type == "url") attribute(observable.id, "url", "Network activity", value);
    if (type == "email-addr") attribute(observable.id, "email", "Payload delivery", value);
    if (type == "file" && from["hashes"].get(hashes) == simdjson::SUCCESS)
      for (const MispKind& kind : misp_kinds())
        if (*kind.hash != '\0' && !stix::text_of(hashes, kind.hash).empty())
          attribute(observable.id, kind.misp, "Payload delivery", stix::text_of(hashes, kind.hash));
    if (type == "cryptocurrency-wallet") wallet(observable.id, value);
  }
  void wallet(const std::string& id, const std::string& address) {
    const auto bitcoin = chain::find_network("bitcoin");
    if (bitcoin.ok() && chain::parse_address(**bitcoin, address).ok()) {
      attribute(id, "btc", "Financial fraud", address);
      return;
    }
    std::string symbol;
    for (const chain::Network& network : chain::networks())
      if (symbol.empty() && chain::parse_address(network, address).ok()) symbol = std::string(network.native);
    coins_.push_back({id, address, symbol});
  }
  void coin_object(const Coin& coin) {
    json_.begin_object();
    json_.field("uuid", coin.id.substr(coin.id.size() - 36));
    json_.field("name", "coin-address");
    json_.field("meta-category", "financial");
    json_.field("template_uuid", "d0e6997e-78da-4815-a6a1-cfc1c1cb8a46");
    json_.field("template_version", "7");
    json_.field("distribution", "5");
    json_.field("timestamp", now_);
    json_.key("Attribute");
    json_.begin_array();
    coin_part(coin, "address-crypto", coin.address, true);
    if (!coin.symbol.empty()) coin_part(coin, "symbol", coin.symbol, false);
    json_.end_array();
    json_.end_object();
  }
  void coin_part(const Coin& coin, const char* relation, const std::string& value, bool looked_for) {
    json_.begin_object();
    json_.field("uuid", stix::own_identifier("attribute", coin.id + relation).substr(11));
    json_.field("object_relation", relation);
    json_.field("type", "text");
    json_.field("category", "Financial fraud");
    json_.field("value", value);
    json_.field("to_ids", looked_for);
    json_.field("distribution", "5");
    json_.field("timestamp", now_);
    json_.end_object();
  }
  JsonWriter& json_;
  const std::string now_;  // seconds since 1970, as MISP writes times
  std::vector<Coin> coins_;
};
}  // namespace

std::string write_misp_event(const std::string& uuid, const std::string& name, Marking tlp, const Organisation& own,
                             const std::vector<stix::Object>& objects, int64_t now) {
  return base::json_object([&](JsonWriter& json) {
    EventWriter writer(json, now);
    json.key("Event");
    json.begin_object();
    writer.head(uuid, name, tlp, own, now);
    writer.attributes(objects);
    writer.coin_objects();
    json.end_object();
  });
}
}  // namespace jindo::intel
