// Etherscan-style label files, and STIX 2.1 cryptocurrency-wallet objects (OASIS cti-stix-common-objects, extension
// be78509e-6958-51b1-8b26-d17ee0eba2d7).
#include "attribution/subject.h"
#include "attribution/tag_batch.h"
#include "base/clock.h"
#include "decode/json_fields.h"

namespace jindo::attribution {
namespace {
using simdjson::dom::element;
using simdjson::dom::object;

base::Result<object> top_object(const std::string& path, std::string_view content, simdjson::dom::parser& parser,
                                const simdjson::padded_string& padded) {
  if (content.size() > kImportBytesMax) return base::bad_input(path + ": more than 256 MiB (limit)");
  object out;
  const auto code = parser.parse(padded).get(out);
  if (code == simdjson::INCORRECT_TYPE) return base::bad_input(path + ": expected one JSON object");
  if (code != simdjson::SUCCESS) return base::bad_input(path + ": " + decode::json_error(code).message);
  return out;
}
std::string file_stem(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find('.'));
}
// "Tether USD (USDT)": a token's own contract.
bool names_a_token(std::string_view name) {
  const size_t open = name.rfind(" (");
  if (open == std::string_view::npos || name.back() != ')') return false;
  const std::string_view symbol = name.substr(open + 2, name.size() - open - 3);
  return !symbol.empty() && symbol.size() <= 16 && symbol.find(' ') == std::string_view::npos;
}
}  // namespace

base::Status read_label_json(const std::string& path, std::string_view content, const std::string& chain,
                             TagBatch& batch) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(content);
  JINDO_TRY(const object all, top_object(path, content, parser, padded));
  const std::string stem = file_stem(path);
  const bool tokens = stem.find("Token") != std::string::npos;
  batch.collection = "labels " + chain + " " + stem;
  size_t row = 0;
  for (const auto& field : all) {
    const std::string place = path + ": entry " + std::to_string(++row);
    std::string_view name;
    std::string slugs;
    Category category = Category::kUnknown;
    object details;
    if (field.value.get(details) == simdjson::SUCCESS) {
      if (details["name"].get(name) != simdjson::SUCCESS) name = {};
      simdjson::dom::array labels;
      if (details["labels"].get(labels) == simdjson::SUCCESS) {
        for (const element label : labels) {
          std::string_view slug;
          if (label.get(slug) != simdjson::SUCCESS || slugs.size() + slug.size() > kLabelMax - 2) continue;
          slugs += (slugs.empty() ? "" : ", ") + std::string(slug);
          category = more_telling(category, category_of_slug(slug));
        }
      }
    } else if (field.value.get(name) != simdjson::SUCCESS) {
      batch.refuse(place, field.key, "expected a name, or an object with 'name' and 'labels'");
      continue;
    }
    auto subject = make_address_subject(chain, field.key);
    if (!subject.ok()) {
      batch.refuse(place, field.key, subject.error().message);
      continue;
    }
    // A token's labels are its trade's: "exchange" on a token's contract makes it no exchange. What accuses stays.
    if ((tokens || names_a_token(name)) && !info_of(category).risk) category = Category::kToken;
    Tag tag;
    tag.subject = std::move(*subject);
    tag.label = std::string(name.empty() ? std::string_view(slugs) : name);
    tag.category = category;
    tag.terms = slugs;
    tag.confidence = find_confidence("web_crawl")->level;
    tag.confidence_term = "web_crawl";
    tag.source_kind = SourceKind::kCrawl;
    tag.author = "Etherscan-style labels";
    tag.source = stem;
    batch.add(std::move(tag), place);
  }
  return {};
}

namespace {
std::string_view text_of(const object& from, const char* name) {
  std::string_view out;
  return from[name].get(out) == simdjson::SUCCESS ? out : std::string_view();
}
void wallet(const std::string& path, const object& o, const std::map<std::string, std::string>& names,
            TagBatch& batch) {
  const std::string id(text_of(o, "id"));
  const std::string place = path + ": " + id.substr(0, 100);
  const std::string_view value = text_of(o, "value");
  // The public extension names no chain; Jindo's own property does, others' are tried.
  std::string_view chain;
  for (const char* field : {"x_jindo_chain", "chain", "symbol", "currency"})
    if (chain.empty()) chain = text_of(o, field);
  auto subject = make_address_subject(chain, value);
  if (!subject.ok()) return batch.refuse(place, value, subject.error().message);
  Tag tag;
  tag.subject = std::move(*subject);
  const auto holder = names.find(std::string(text_of(o, "holder_ref")));
  tag.label = holder != names.end() ? holder->second : "wallet of an object in " + file_stem(path);
  tag.source = id;
  tag.author = "STIX";
  if (chain.empty()) tag.context = "chain told from the address's form";
  simdjson::dom::array marks;
  if (o["object_marking_refs"].get(marks) == simdjson::SUCCESS) {
    for (const element mark : marks) {
      std::string_view ref;
      if (mark.get(ref) != simdjson::SUCCESS) continue;
      const auto marking = marking_of_definition(ref);
      if (!marking)
        return batch.refuse(place, value,
                            "marking '" + std::string(ref.substr(0, 80)) + "' is not known here: it cannot be kept to");
      tag.marking = std::max(tag.marking, *marking);
    }
  }
  simdjson::dom::array labels;
  if (o["labels"].get(labels) == simdjson::SUCCESS) {
    for (const element label : labels) {
      std::string_view term;
      if (label.get(term) != simdjson::SUCCESS || tag.terms.size() + term.size() > kLabelMax - 2) continue;
      tag.terms += (tag.terms.empty() ? "" : ", ") + std::string(term);
      tag.category = more_telling(tag.category, find_category(term));
    }
  }
  uint64_t confidence = 0;
  if (o["confidence"].get(confidence) == simdjson::SUCCESS) {
    if (confidence > 100)
      return batch.refuse(place, value, "confidence " + std::to_string(confidence) + "; expected 0 to 100");
    tag.confidence = static_cast<uint8_t>(confidence);
    tag.confidence_term = "stated";
  }
  if (const auto modified = base::parse_time(text_of(o, "modified").substr(0, 19))) tag.stated = *modified;
  batch.add(std::move(tag), place);
}
}  // namespace

base::Status read_stix_wallets(const std::string& path, std::string_view content, TagBatch& batch) {
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(content);
  JINDO_TRY(const object top, top_object(path, content, parser, padded));
  batch.collection = "stix " + file_stem(path);
  std::vector<object> objects;
  if (text_of(top, "type") == "bundle") {
    simdjson::dom::array list;
    if (top["objects"].get(list) == simdjson::SUCCESS) {
      for (const element item : list) {
        object o;
        if (item.get(o) != simdjson::SUCCESS) return base::bad_input(path + ": 'objects': expected objects");
        objects.push_back(o);
      }
    }
  } else if (!text_of(top, "type").empty()) {
    objects.push_back(top);
  } else {
    return base::bad_input(path + ": expected a STIX bundle or object with 'type'");
  }
  std::map<std::string, std::string> names;
  for (const object& o : objects)
    if (!text_of(o, "name").empty())
      names[std::string(text_of(o, "id"))] = std::string(text_of(o, "name").substr(0, kLabelMax));
  size_t wallets = 0;
  for (const object& o : objects) {
    if (text_of(o, "type") != "cryptocurrency-wallet") continue;
    ++wallets;
    wallet(path, o, names, batch);
  }
  if (wallets == 0) batch.notes.push_back(path + ": holds no cryptocurrency-wallet object");
  return {};
}
}  // namespace jindo::attribution
