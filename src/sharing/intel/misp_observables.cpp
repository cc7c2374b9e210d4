// MISP's attributes as STIX observables, each with the pattern that an indicator of it has.
#include <arpa/inet.h>

#include <cctype>
#include <functional>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "chain/address.h"
#include "intel/misp_parts.h"
#include "stix/extensions.h"

namespace jindo::intel {
namespace {
using base::JsonWriter;
constexpr MispKind kMispKinds[] = {
    {"ip-dst", "ipv4-addr", "", "value"},
    {"ip-src", "ipv4-addr", "", "value"},
    {"domain", "domain-name", "", "value"},
    {"hostname", "domain-name", "", "value"},
    {"url", "url", "", "value"},
    {"link", "url", "", "value"},
    {"email-src", "email-addr", "", "value"},
    {"email-dst", "email-addr", "", "value"},
    {"email", "email-addr", "", "value"},
    {"md5", "file", "MD5", ""},
    {"sha1", "file", "SHA-1", ""},
    {"sha256", "file", "SHA-256", ""},
    {"sha512", "file", "SHA-512", ""},
    {"filename", "file", "", "name"},
};
std::string pattern_text(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}
Observable make_observable(const std::string& type, const std::function<void(JsonWriter&)>& fields,
                           const Markings& markings, const std::string& pattern) {
  Observable out;
  out.id = stix::observable_identifier(base::json_object([&](JsonWriter& json) {
    json.field("type", type);
    fields(json);
  }));
  out.pattern = pattern;
  out.json = base::json_object([&](JsonWriter& json) {
    json.field("type", type);
    json.field("spec_version", "2.1");
    json.field("id", out.id);
    json.key("object_marking_refs");
    json.begin_array();
    for (const std::string& ref : markings.refs) json.string(ref);
    json.end_array();
    fields(json);
  });
  return out;
}
}  // namespace

std::span<const MispKind> misp_kinds() { return kMispKinds; }
std::string misp_text(const simdjson::dom::object& from, const char* name) {
  simdjson::dom::element value;
  if (from[name].get(value) != simdjson::SUCCESS) return "";
  std::string_view text;
  int64_t number = 0;
  bool yes = false;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(number) == simdjson::SUCCESS) return std::to_string(number);
  if (value.get(yes) == simdjson::SUCCESS) return yes ? "1" : "0";
  return "";
}
std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}
base::Result<Observable> wallet_observable(const std::string& symbol, const std::string& value,
                                           const Markings& markings) {
  std::vector<std::string> chains;
  std::string text = value;
  for (const chain::Network& network : chain::networks()) {
    if (!symbol.empty() && lower(std::string(network.native)) != lower(symbol)) continue;
    const auto key = chain::parse_address(network, value);
    if (!key.ok() || network.name.find("regtest") != std::string_view::npos) continue;
    if (chains.empty()) text = chain::format_address(network, *key);
    chains.emplace_back(network.caip2);
  }
  if (chains.empty() && (symbol.empty() || symbol == "BTC" || symbol == "ETH"))
    return base::bad_input("'" + value.substr(0, 80) + "' is no address of a chain that is known here");
  return make_observable(
      "cryptocurrency-wallet",
      [&](JsonWriter& json) {
        json.field("value", text);
        json.key("extensions");
        json.begin_object();
        json.key(stix::kPublicWallet);
        json.json(R"({"extension_type":"new-sco"})");
        if (!chains.empty()) {
          json.key(stix::kWallet);
          json.begin_object();
          json.field("extension_type", "property-extension");
          json.key("chains");
          json.begin_array();
          for (const std::string& chain : chains) json.string(chain);
          json.end_array();
          json.end_object();
        }
        json.end_object();
      },
      markings, "[cryptocurrency-wallet:value = " + pattern_text(text) + "]");
}
namespace {
// An address, IPv4 or IPv6, perhaps with a prefix.
base::Result<std::string> ip_type(const std::string& value) {
  uint8_t bytes[16];
  const std::string address = value.substr(0, value.find('/'));
  if (inet_pton(AF_INET, address.c_str(), bytes) == 1) return std::string("ipv4-addr");
  if (inet_pton(AF_INET6, address.c_str(), bytes) == 1) return std::string("ipv6-addr");
  return base::bad_input("'" + value.substr(0, 80) + "' is no IP address");
}
base::Result<Observable> hash_observable(const MispKind& kind, const std::string& value, const Markings& markings) {
  const std::string_view type = kind.misp;
  const std::string digest = lower(value);
  const size_t digits = type == "md5" ? 32 : type == "sha1" ? 40 : type == "sha256" ? 64 : 128;
  if (digest.size() != digits || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
    return base::bad_input("'" + digest.substr(0, 140) + "' is no " + std::string(type));
  return make_observable(
      kind.stix,
      [&](JsonWriter& json) {
        json.key("hashes");
        json.begin_object();
        json.field(kind.hash, digest);
        json.end_object();
      },
      markings, std::string("[file:hashes.'") + kind.hash + "' = " + pattern_text(digest) + "]");
}
}  // namespace

base::Result<std::optional<Observable>> observable_of(const std::string& type, const std::string& value,
                                                      const Markings& markings) {
  if (type == "btc" || type == "xmr" || type == "dash") {
    std::string symbol = type;
    for (char& c : symbol) c = static_cast<char>(std::toupper(c));
    JINDO_TRY(Observable out, wallet_observable(symbol, value, markings));
    return std::optional(std::move(out));
  }
  for (const MispKind& kind : kMispKinds) {
    if (type != kind.misp) continue;
    if (*kind.hash != '\0') {
      JINDO_TRY(Observable out, hash_observable(kind, value, markings));
      return std::optional(std::move(out));
    }
    std::string stix_type = kind.stix;
    if (stix_type == "ipv4-addr") {
      JINDO_TRY(stix_type, ip_type(value));
    }
    return std::optional(make_observable(
        stix_type, [&](JsonWriter& json) { json.field(kind.path, value); }, markings,
        "[" + stix_type + ":" + kind.path + " = " + pattern_text(value) + "]"));
  }
  return std::optional<Observable>();
}
}  // namespace jindo::intel
