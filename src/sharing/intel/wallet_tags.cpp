// Tags out of indicators' patterns, relationships of wallets, and wallets with words or a holder of their own.
#include "intel/wallet_tags.h"

#include <algorithm>
#include <cctype>

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

namespace {
using Find = std::function<std::optional<std::string>(const std::string& id)>;
// What an object says: of these addresses, on these chains (none: all whose addresses look so), this.
struct Said {
  Tag tag;
  std::vector<std::string> addresses, chains;
};
// An object that another names, and the text behind it.
struct Named {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  bool find(const Find& find, const std::string& id) {
    const auto text = find(id);
    return text && parser.parse(*text).get(object) == simdjson::SUCCESS;
  }
};
// Whose word it is: what a tag has whatever the object's type.
Tag said_by(const stix::Object& object, const simdjson::dom::object& from, const Organisation& maker, Marking marking) {
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
  return tag;
}
// Each reads one type of object; false where it says nothing of a wallet.
bool read_indicator(const simdjson::dom::object& from, Said& said) {
  if (stix::text_of(from, "pattern_type") == "stix")
    said.addresses = wallets_in_pattern(stix::text_of(from, "pattern"));
  if (said.addresses.empty()) return false;
  Tag& tag = said.tag;
  tag.label = cut(stix::text_of(from, "name"));
  if (tag.label.empty()) tag.label = cut(stix::text_of(from, "description"));
  tag.valid_from = seconds_of(from, "valid_from");
  tag.valid_until = seconds_of(from, "valid_until");
  add_words(from, tag);
  return true;
}
// `speaks`: it is about a wallet, be what it names here or not.
bool read_relationship(const simdjson::dom::object& from, const Find& find, Said& said, bool& speaks) {
  // Jindo's incidents are traced, not tagged.
  const std::string source(stix::text_of(from, "source_ref")), target(stix::text_of(from, "target_ref"));
  if (stix::type_in(source) != "cryptocurrency-wallet" || stix::type_in(target) == "incident" ||
      stix::type_in(target) == "cryptocurrency-wallet")
    return false;
  speaks = true;
  Named wallet, named;
  if (!wallet.find(find, source) || !named.find(find, target)) return false;
  said.addresses.emplace_back(stix::text_of(wallet.object, "value"));
  said.chains = chains_of(wallet.object);
  Tag& tag = said.tag;
  tag.label = cut(stix::text_of(named.object, "name"));
  if (tag.label.empty()) return false;
  tag.context += ": " + std::string(stix::text_of(from, "relationship_type")).substr(0, 200) + " " +
                 std::string(stix::type_in(target));
  add_words(from, tag);
  add_words(named.object, tag);
  return true;
}
bool read_wallet(const simdjson::dom::object& from, const Find& find, Said& said) {
  Tag& tag = said.tag;
  const std::string holder(stix::text_of(from, "holder_ref"));
  add_words(from, tag);
  if (tag.terms.empty() && holder.empty()) return false;
  said.addresses.emplace_back(stix::text_of(from, "value"));
  said.chains = chains_of(from);
  Named named;
  if (!holder.empty() && named.find(find, holder)) tag.label = cut(stix::text_of(named.object, "name"));
  if (tag.label.empty()) tag.label = tag.terms;
  return true;
}
// A tag an address and chain.
void tag_each(const Said& said, const std::string& object, attribution::TagBatch& out) {
  for (const std::string& address : said.addresses) {
    std::vector<std::string> chains = said.chains;
    if (chains.empty()) chains = chains_spelling(address);
    if (chains.empty()) out.refuse(object, address, "it is no address of a chain known here");
    for (const std::string& chain : chains) {
      auto subject = attribution::make_address_subject(chain, address);
      if (!subject.ok()) {
        out.refuse(object, address, subject.error().message);
        continue;
      }
      Tag one = said.tag;
      one.subject = std::move(*subject);
      out.add(std::move(one), object);
    }
  }
}
}  // namespace

WalletTags wallet_tags(const stix::Object& object, const Organisation& maker, Marking marking, const Find& find) {
  WalletTags out;
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  if (parser.parse(object.json).get(from) != simdjson::SUCCESS) return out;
  Said said{said_by(object, from, maker, marking), {}, {}};
  const bool tags = object.type == "indicator"               ? read_indicator(from, said)
                    : object.type == "relationship"          ? read_relationship(from, find, said, out.speaks)
                    : object.type == "cryptocurrency-wallet" ? read_wallet(from, find, said)
                                                             : false;
  if (!tags) return out;
  out.speaks = true;
  if (said.tag.label.empty()) said.tag.label = "named by " + cut(maker.name).substr(0, 400);
  tag_each(said, object.id, out.batch);
  return out;
}
}  // namespace jindo::intel
