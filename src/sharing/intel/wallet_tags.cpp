#include "intel/wallet_tags.h"

#include <algorithm>

#include "attribution/subject.h"
#include "chain/address.h"
#include "stix/extensions.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
using attribution::Category;
using attribution::Tag;
using simdjson::dom::element;

attribution::SourceKind source_of(const Organisation& maker) {
  if (maker.kind == "agency") return attribution::SourceKind::kAuthority;
  if (maker.kind == "researcher") return attribution::SourceKind::kResearch;
  if (maker.kind == "exchange" || maker.kind == "issuer") return attribution::SourceKind::kService;
  return attribution::SourceKind::kUnknown;
}
std::vector<std::string> texts_in(const simdjson::dom::object& from, const char* name) {
  std::vector<std::string> out;
  simdjson::dom::array list;
  std::string_view text;
  if (from[name].get(list) != simdjson::SUCCESS) return out;
  for (const element item : list)
    if (item.get(text) == simdjson::SUCCESS) out.emplace_back(text);
  return out;
}
// What it names as a kind of party or deed: labels, and the types that STIX has for some objects.
void add_words(const simdjson::dom::object& from, Tag& tag) {
  for (const char* name : {"labels", "indicator_types", "threat_actor_types", "malware_types", "infrastructure_types"})
    for (const std::string& word : texts_in(from, name)) {
      if (tag.terms.size() + word.size() < attribution::kLabelMax - 2)
        tag.terms += (tag.terms.empty() ? "" : ", ") + word;
      tag.category = attribution::more_telling(tag.category, attribution::find_category(word));
    }
  if (tag.category == Category::kUnknown && stix::text_of(from, "type") == "malware") tag.category = Category::kMalware;
}
std::optional<int64_t> seconds_of(const simdjson::dom::object& from, const char* name) {
  const auto us = stix::parse_timestamp_us(stix::text_of(from, name));
  return us ? std::optional<int64_t>(*us / 1'000'000) : std::nullopt;
}
std::string cut(std::string_view text) {
  size_t size = std::min(text.size(), attribution::kLabelMax);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return std::string(text.substr(0, size));
}
// Jindo's own wallets say on which chains; of others every chain whose addresses look so.
std::vector<std::string> chains_of(const simdjson::dom::object& wallet) {
  simdjson::dom::object extensions, mine;
  if (wallet["extensions"].get(extensions) == simdjson::SUCCESS &&
      extensions[stix::kWallet].get(mine) == simdjson::SUCCESS)
    return texts_in(mine, "chains");
  return {};
}
}  // namespace

std::vector<std::string> chains_spelling(const std::string& address) {
  std::vector<std::string> out;
  const auto lower = [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
  };
  for (const chain::Network& network : chain::networks()) {
    if (network.name.find("test") != std::string_view::npos) continue;
    const auto key = chain::parse_address(network, address);
    if (key.ok() && lower(chain::format_address(network, *key)) == lower(address)) out.emplace_back(network.caip2);
  }
  return out;
}
std::vector<std::string> wallets_in_pattern(std::string_view pattern) {
  static constexpr std::string_view kPath = "cryptocurrency-wallet:value";
  std::vector<std::string> out;
  const auto blank = [&](size_t& at) {
    while (at < pattern.size() && static_cast<unsigned char>(pattern[at]) <= ' ') ++at;
  };
  // A text in quotes; `at` behind it.
  const auto quoted = [&](size_t& at, std::string& text) {
    if (at >= pattern.size() || pattern[at] != '\'') return false;
    for (++at; at < pattern.size() && pattern[at] != '\''; ++at) {
      if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
      text += pattern[at];
    }
    return at < pattern.size() && ++at > 0;
  };
  for (size_t at = pattern.find(kPath); at != std::string_view::npos; at = pattern.find(kPath, at)) {
    at += kPath.size();
    blank(at);
    const bool in = pattern.substr(at, 2) == "IN";
    if (!in && (at >= pattern.size() || pattern[at] != '=')) continue;  // NOT, !=, LIKE, MATCHES …
    at += in ? 2 : 1;
    blank(at);
    if (in && (at >= pattern.size() || pattern[at++] != '(')) continue;
    do {
      blank(at);
      std::string text;
      if (!quoted(at, text)) break;
      out.push_back(std::move(text));
      blank(at);
    } while (in && at < pattern.size() && pattern[at++] == ',');
  }
  return out;
}

WalletTags wallet_tags(const stix::Object& object, const Organisation& maker, Marking marking,
                       const std::function<std::optional<std::string>(const std::string& id)>& find) {
  WalletTags out;
  simdjson::dom::parser parser, parser_of_wallet, parser_of_named;
  simdjson::dom::object from, wallet, named;
  if (parser.parse(object.json).get(from) != simdjson::SUCCESS) return out;
  const auto fetched = [&](simdjson::dom::parser& with, const std::string& id, simdjson::dom::object& into) {
    const auto text = find(id);
    return text && with.parse(*text).get(into) == simdjson::SUCCESS;
  };
  Tag tag;
  tag.source = object.id;
  // Two that say the same stay two, and so do two versions: one may be withdrawn.
  tag.context = object.id + (object.version.empty() ? "" : " " + object.version);
  tag.author = maker.name;
  tag.source_kind = source_of(maker);
  tag.marking = marking;
  int64_t confidence = 0;
  if (from["confidence"].get(confidence) == simdjson::SUCCESS && confidence >= 0 && confidence <= 100) {
    tag.confidence = static_cast<uint8_t>(confidence);
    tag.confidence_term = "stated";
  }
  if (object.version_us > 0) tag.stated = object.version_us / 1'000'000;
  std::vector<std::string> addresses, chains;
  if (object.type == "indicator") {
    if (stix::text_of(from, "pattern_type") == "stix") addresses = wallets_in_pattern(stix::text_of(from, "pattern"));
    if (addresses.empty()) return out;
    tag.label = cut(stix::text_of(from, "name"));
    if (tag.label.empty()) tag.label = cut(stix::text_of(from, "description"));
    tag.valid_from = seconds_of(from, "valid_from");
    tag.valid_until = seconds_of(from, "valid_until");
    add_words(from, tag);
  } else if (object.type == "relationship") {
    // Jindo's incidents are traced, not tagged.
    const std::string source(stix::text_of(from, "source_ref")), target(stix::text_of(from, "target_ref"));
    if (stix::type_in(source) != "cryptocurrency-wallet" || stix::type_in(target) == "incident" ||
        stix::type_in(target) == "cryptocurrency-wallet")
      return out;
    out.speaks = true;
    if (!fetched(parser_of_wallet, source, wallet) || !fetched(parser_of_named, target, named)) return out;
    addresses.emplace_back(stix::text_of(wallet, "value"));
    chains = chains_of(wallet);
    tag.label = cut(stix::text_of(named, "name"));
    if (tag.label.empty()) return out;
    tag.context += ": " + std::string(stix::text_of(from, "relationship_type")).substr(0, 200) + " " +
                   std::string(stix::type_in(target));
    add_words(from, tag);
    add_words(named, tag);
  } else if (object.type == "cryptocurrency-wallet") {
    const std::string holder(stix::text_of(from, "holder_ref"));
    add_words(from, tag);
    if (tag.terms.empty() && holder.empty()) return out;
    addresses.emplace_back(stix::text_of(from, "value"));
    chains = chains_of(from);
    if (!holder.empty() && fetched(parser_of_named, holder, named)) tag.label = cut(stix::text_of(named, "name"));
    if (tag.label.empty()) tag.label = tag.terms;
  } else {
    return out;
  }
  out.speaks = true;
  if (tag.label.empty()) tag.label = "named by " + cut(maker.name).substr(0, 400);
  for (const std::string& address : addresses) {
    std::vector<std::string> on = chains;
    if (on.empty()) on = chains_spelling(address);
    if (on.empty()) out.batch.refuse(object.id, address, "it is no address of a chain known here");
    for (const std::string& chain : on) {
      auto subject = attribution::make_address_subject(chain, address);
      if (!subject.ok()) {
        out.batch.refuse(object.id, address, subject.error().message);
        continue;
      }
      Tag one = tag;
      one.subject = std::move(*subject);
      out.batch.add(std::move(one), object.id);
    }
  }
  return out;
}
}  // namespace jindo::intel
