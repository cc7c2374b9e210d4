// Warning lists: read from MISP's JSON, asked for one value at a time.
#include "intel/warning_lists.h"

#include <arpa/inet.h>

#include "base/uint256.h"
#include "intel/misp_parts.h"

namespace jindo::intel {
namespace {
using simdjson::dom::element;
using simdjson::dom::object;

// The 4 or 16 bytes of an address of the family; empty where it is none.
std::vector<uint8_t> address_bytes(const std::string& text, int family) {
  std::vector<uint8_t> out(family == AF_INET ? 4 : 16);
  if (inet_pton(family, text.c_str(), out.data()) != 1) out.clear();
  return out;
}
// "10.0.0.0/8", or an address alone: its bytes, and how many bits of them count.
base::Result<std::pair<std::vector<uint8_t>, unsigned>> network_of(const std::string& list, const std::string& text) {
  const size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  std::vector<uint8_t> bytes = address_bytes(address, AF_INET);
  if (bytes.empty()) bytes = address_bytes(address, AF_INET6);
  if (bytes.empty()) return base::bad_input(list + ": '" + text.substr(0, 80) + "': expected an IP network");
  unsigned bits = static_cast<unsigned>(bytes.size()) * 8;
  if (slash != std::string::npos) {
    const auto number = base::parse_decimal(text.substr(slash + 1));
    if (!number || !number->fits_u64() || number->low() > bits)
      return base::bad_input(list + ": '" + text.substr(0, 80) + "': expected a prefix of 0 to " +
                             std::to_string(bits));
    bits = static_cast<unsigned>(number->low());
  }
  return std::make_pair(std::move(bytes), bits);
}
bool is_inside(const std::vector<uint8_t>& address, const std::vector<uint8_t>& network, unsigned bits) {
  if (network.size() != address.size()) return false;
  bool inside = true;
  for (unsigned b = 0; b < bits && inside; ++b) inside = ((network[b / 8] ^ address[b / 8]) >> (7 - b % 8) & 1) == 0;
  return inside;
}
}  // namespace

base::Status WarningLists::add(const std::string& name, std::string_view json) {
  simdjson::dom::parser parser;
  object root;
  simdjson::dom::array list;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS ||
      root["list"].get(list) != simdjson::SUCCESS)
    return base::bad_input(name + ": expected a MISP warning list: type, name, list");
  List out;
  out.name = misp_text(root, "name").empty() ? name : misp_text(root, "name");
  const std::string type = misp_text(root, "type");
  simdjson::dom::array types;
  if (root["matching_attributes"].get(types) == simdjson::SUCCESS)
    for (const element item : types) {
      std::string_view text;
      if (item.get(text) == simdjson::SUCCESS) out.types.emplace(text);
    }
  if (type != "string" && type != "hostname" && type != "substring" && type != "cidr") {
    unread_.push_back(out.name + " (" + (type.empty() ? "no type" : type) + ")");
    return {};
  }
  for (const element item : list) {
    std::string_view raw;
    if (item.get(raw) != simdjson::SUCCESS || raw.empty()) continue;
    const std::string text = lower(std::string(raw));
    if (type == "string") out.strings.insert(text);
    if (type == "hostname") out.hostnames.insert(text[0] == '.' ? text.substr(1) : text);
    if (type == "substring") out.substrings.push_back(text);
    if (type == "cidr") {
      JINDO_TRY(auto network, network_of(name, text));
      out.networks.push_back(std::move(network));
    }
  }
  lists_.push_back(std::move(out));
  return {};
}
std::string WarningLists::holds(std::string_view type, std::string_view raw) const {
  const std::string value = lower(std::string(raw));
  std::string host = value;
  if (const size_t scheme = host.find("://"); scheme != std::string::npos) host = host.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/:?#"));
  std::vector<uint8_t> address = address_bytes(host, AF_INET);
  if (address.empty()) address = address_bytes(value, AF_INET6);  // not the host: its colons cut it
  for (const List& list : lists_) {
    if (!list.types.empty() && list.types.count(std::string(type)) == 0) continue;
    if (list.strings.count(value) != 0) return list.name;
    for (std::string part = host; !list.hostnames.empty() && !part.empty();) {  // the name and all above it
      if (list.hostnames.count(part) != 0) return list.name;
      const size_t dot = part.find('.');
      part = dot == std::string::npos ? "" : part.substr(dot + 1);
    }
    for (const std::string& text : list.substrings)
      if (value.find(text) != std::string::npos) return list.name;
    for (const auto& [network, bits] : list.networks)
      if (is_inside(address, network, bits)) return list.name;
  }
  return "";
}
}  // namespace jindo::intel
