// Messages cut into frames under one signed header, and put together again.
#include "intel/bus_message.h"

#include <algorithm>

#include "base/hash.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
constexpr const char* kKinds[] = {"objects", "position", "ask"};
std::string signed_text(std::string_view header) { return "jindo node bus 1\n" + std::string(header); }
bool is_key(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}
// The part up to the next blank.
std::string_view word(std::string_view& text) {
  const size_t end = text.find(' ');
  const std::string_view out = text.substr(0, end);
  text = end == std::string_view::npos ? "" : text.substr(end + 1);
  return out;
}
std::optional<uint64_t> count_in(std::string_view text) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  return std::stoull(std::string(text));
}
}  // namespace

std::vector<std::string> bus_frames(const BusMessage& message, const SigningKey& key, size_t bytes_max) {
  const std::string header = base::json_object([&](base::JsonWriter& json) {
    json.field("kind", kKinds[static_cast<size_t>(message.kind)]);
    json.field("node", key.public_hex());
    json.field("collection", message.collection);
    json.field("from", message.from);
    json.field("to", message.to);
    if (!message.whom.empty()) json.field("whom", message.whom);
    json.field("payload", base::to_hex(base::sha256(base::as_bytes(message.payload))));
  });
  const std::string signature = key.sign(signed_text(header));
  const size_t room = std::max<size_t>(1024, bytes_max > header.size() + 1024 ? bytes_max - header.size() - 1024 : 0);
  const size_t parts = std::max<size_t>(1, (message.payload.size() + room - 1) / room);
  std::vector<std::string> out;
  for (size_t i = 0; i < parts; ++i)
    out.push_back(std::to_string(i) + " " + std::to_string(parts) + " " + signature + " " + header + "\n" +
                  message.payload.substr(i * room, room));
  return out;
}

base::Result<std::optional<BusMessage>> BusReader::take(std::string_view frame,
                                                        const std::function<bool(const std::string& node)>& trusts) {
  const size_t end = frame.find('\n');
  if (end == std::string_view::npos || end > 4096) return base::bad_input("expected a header line");
  std::string_view line = frame.substr(0, end);
  const std::string_view part = frame.substr(end + 1);
  const auto number = count_in(word(line)), parts = count_in(word(line));
  const std::string signature(word(line));
  const std::string header(line);
  if (!number || !parts || *number >= *parts) return base::bad_input("expected the part's number and their count");
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  if (parser.parse(header).get(from) != simdjson::SUCCESS) return base::bad_input("expected a JSON header");
  BusMessage out;
  out.node = std::string(stix::text_of(from, "node"));
  if (!is_key(out.node) || !trusts(out.node)) return base::bad_input("from a node that is none of this organisation's");
  if (!check_signed(signed_text(header), out.node, signature)) return base::bad_input("its signature does not fit");
  const std::string_view kind = stix::text_of(from, "kind");
  const auto* const found = std::find(std::begin(kKinds), std::end(kKinds), kind);
  out.kind = static_cast<BusMessage::Kind>(found - std::begin(kKinds));
  out.collection = std::string(stix::text_of(from, "collection"));
  out.whom = std::string(stix::text_of(from, "whom"));
  if (found == std::end(kKinds) || from["from"].get(out.from) != simdjson::SUCCESS ||
      from["to"].get(out.to) != simdjson::SUCCESS || out.from < 0 || out.to < 0 ||
      !stix::is_identifier("collection--" + out.collection))
    return base::bad_input("expected kind, collection, from and to");
  Begun& begun = begun_[out.node];
  if (*number == 0) begun = {header, 0, ""};
  if (begun.header != header || begun.next != *number) {  // a part was lost: what it belongs to is asked for again
    begun = {};
    return std::optional<BusMessage>();
  }
  if (begun.payload.size() + part.size() > kBusPayloadMax) {
    begun = {};
    return base::bad_input("larger than " + std::to_string(kBusPayloadMax) + " bytes");
  }
  begun.payload += part;
  if (++begun.next < *parts) return std::optional<BusMessage>();
  out.payload = std::move(begun.payload);
  begun = {};
  if (base::to_hex(base::sha256(base::as_bytes(out.payload))) != stix::text_of(from, "payload"))
    return base::bad_input("its payload is not the one signed");
  return std::optional(std::move(out));
}
}  // namespace jindo::intel
