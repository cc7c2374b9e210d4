// The identifier that an observable has by what it says (STIX 2.1, sections 2.9 and 6).
#include <algorithm>
#include <vector>

#include "stix/identifier.h"
#include "stix/json.h"
#include "stix/object.h"

namespace jindo::stix {
namespace {
using simdjson::dom::element;
using simdjson::dom::object;

struct Contributing {
  const char* type;
  std::vector<const char*> names;
};
// The "ID contributing properties" of each type in section 6; the wallet's is the public extension's: its value.
const std::vector<Contributing>& contributing() {
  static const std::vector<Contributing> table = {
      {"artifact", {"hashes", "payload_bin"}},
      {"autonomous-system", {"number"}},
      {"directory", {"path"}},
      {"domain-name", {"value"}},
      {"email-addr", {"value"}},
      {"email-message", {"from_ref", "subject", "body"}},
      {"file", {"hashes", "name", "parent_directory_ref", "extensions"}},
      {"ipv4-addr", {"value"}},
      {"ipv6-addr", {"value"}},
      {"mac-addr", {"value"}},
      {"mutex", {"name"}},
      {"network-traffic", {"start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"}},
      {"software", {"name", "cpe", "swid", "vendor", "version"}},
      {"url", {"value"}},
      {"user-account", {"account_type", "user_id", "account_login"}},
      {"windows-registry-key", {"key", "values"}},
      {"x509-certificate", {"hashes", "serial_number"}},
      {"virtual-asset-transfer", {"chain", "transaction", "position", "asset", "from_ref", "to_ref", "amount"}},
  };
  return table;
}
// Only one hash counts, the first of these that is there; without them the first by name. "" where there is none.
std::string chosen_hash(const object& hashes) {
  const auto text = [](std::string_view algorithm, element hash) {
    return "{\"" + std::string(algorithm) + "\":" + canonical(hash) + "}";
  };
  element hash;
  for (const char* preferred : {"MD5", "SHA-1", "SHA-256", "SHA-512"})
    if (hashes[preferred].get(hash) == simdjson::SUCCESS) return text(preferred, hash);
  std::string_view first;
  for (const auto member : hashes)
    if (first.empty() || first > member.key) first = member.key;
  return hashes[first].get(hash) == simdjson::SUCCESS ? text(first, hash) : "";
}
}  // namespace

std::string observable_identifier(std::string_view json) {
  simdjson::dom::parser parser;
  object from;
  if (parser.parse(json.data(), json.size()).get(from) != simdjson::SUCCESS) return "";
  const std::string type(text_of(from, "type"));
  if (type == "cryptocurrency-wallet" || type == "cryptocurrency-transaction")
    return named_identifier(type, text_of(from, "value"));
  for (const Contributing& rule : contributing()) {
    if (type != rule.type) continue;
    std::string content = "{";
    std::vector<std::string_view> names(rule.names.begin(), rule.names.end());
    std::sort(names.begin(), names.end());
    for (const std::string_view name : names) {
      element value;
      if (from[name].get(value) != simdjson::SUCCESS) continue;
      if (content.size() > 1) content += ',';
      content += "\"" + std::string(name) + "\":";
      object hashes;
      if (name == "hashes" && value.get(hashes) == simdjson::SUCCESS) {
        const std::string chosen = chosen_hash(hashes);
        if (chosen.empty()) return "";
        content += chosen;
      } else {
        content += canonical(value);
      }
    }
    if (content.size() == 1) return "";  // nothing to tell it by: a random one
    return named_identifier(type, content + "}");
  }
  return "";
}
}  // namespace jindo::stix
