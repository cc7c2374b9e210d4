// GraphSense TagPacks and ActorPacks: graphsense-lib, tagpack/conf/tagpack_schema.yaml and actorpack_schema.yaml.
#include <algorithm>
#include <filesystem>

#include "attribution/subject.h"
#include "attribution/tag_batch.h"
#include "attribution/yaml_items.h"
#include "base/clock.h"
#include "base/file.h"

namespace jindo::attribution {
namespace {
// What a tag says, or what the header says for all.
const std::string& inherited(const YamlItem& tag, const YamlItem& header, const char* field) {
  return tag.has(field) ? tag.one(field) : header.one(field);
}
std::optional<int64_t> date_of(const std::string& text) {
  if (const auto time = base::parse_time(text)) return time;
  // "2023-08-16 12:18:52.619444": Python's spelling, with a fraction.
  return base::parse_time(text.substr(0, text.find('.')));
}
Category category_in(const YamlItem& tag, const YamlItem& header, std::string& terms) {
  Category out = Category::kUnknown;
  const auto take = [&](const std::string& field, const std::string& term) {
    if (term.empty()) return;
    terms += (terms.empty() ? "" : ", ") + field + " " + term;
    out = more_telling(out, find_category(term));
  };
  take("abuse", inherited(tag, header, "abuse"));
  take("category", inherited(tag, header, "category"));
  const YamlItem& concepts = tag.has("concepts") ? tag : header;
  const auto found = concepts.fields.find("concepts");
  if (found != concepts.fields.end()) {
    for (const std::string& term : found->second)
      if (term != inherited(tag, header, "category") && term != inherited(tag, header, "abuse")) take("concept", term);
  }
  return out;
}
std::string beside(const std::string& path, const std::string& name) {
  return (std::filesystem::path(path).parent_path() / name).string();
}
// What the included files say, where the header itself says nothing.
base::Status take_includes(const std::string& path, YamlItem& header) {
  constexpr size_t kHeaderBytesMax = size_t{1} << 20;
  const std::vector<std::string> includes = std::move(header.includes);
  header.includes.clear();
  for (const std::string& name : includes) {
    const std::filesystem::path file(name);
    if (name.empty() || file.is_absolute() || std::find(file.begin(), file.end(), "..") != file.end())
      return base::bad_input(path + ": !include '" + name.substr(0, 80) + "': expected a file beside the pack");
    const std::string from = beside(path, name);
    JINDO_TRY(const std::string content, base::read_file(from, kHeaderBytesMax));
    YamlItem included;
    JINDO_DO(read_yaml_header(from, content, included));
    if (!included.includes.empty()) return base::bad_input(from + ": an include in an include; expected plain fields");
    header.fields.merge(included.fields);
  }
  return {};
}
}  // namespace

std::vector<std::string> tagpack_includes(const std::string& path, std::string_view content) {
  std::vector<std::string> out;
  for (size_t at = 0; at < content.size();) {
    const size_t end = std::min(content.find('\n', at), content.size());
    const std::string_view line = content.substr(at, end - at);
    at = end + 1;
    if (line.rfind("tags:", 0) == 0) break;
    constexpr std::string_view kInclude = ": !include ";
    const size_t mark = line.find(kInclude);
    if (mark == std::string_view::npos || line.front() == ' ' || line.front() == '#') continue;
    std::string_view name = line.substr(mark + kInclude.size());
    while (!name.empty() && (name.front() == ' ' || name.front() == '"' || name.front() == '\'')) name.remove_prefix(1);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\r' || name.back() == '"' || name.back() == '\''))
      name.remove_suffix(1);
    if (!name.empty()) out.push_back(beside(path, std::string(name)));
  }
  return out;
}

base::Status read_tagpack(const std::string& path, std::string_view content, TagBatch& batch) {
  YamlItem header;
  std::map<std::string, size_t> unknown_terms;
  size_t elsewhere = 0;  // addresses of another chain than the one named
  JINDO_DO(read_yaml_items(path, content, "tags", header, [&](const YamlItem& item) -> base::Status {
    if (!header.includes.empty()) JINDO_DO(take_includes(path, header));
    const std::string place = path + ": line " + std::to_string(item.line);
    for (const char* needed : {"title", "creator"})
      if (header.one(needed).empty()) return base::bad_input(path + ": expected '" + needed + ":' before the tags");
    Tag tag;
    const std::string& network = inherited(item, header, "network");
    const std::string& currency = inherited(item, header, "currency");
    const std::string& chain = network.empty() ? currency : network;
    const bool transaction = item.has("tx_hash");
    const std::string& text = item.one(transaction ? "tx_hash" : "address");
    auto subject = transaction ? make_transaction_subject(chain, text) : make_address_subject(chain, text);
    if (!subject.ok() && !transaction) {
      auto guessed = guess_address_subject(text);
      if (guessed.ok()) {
        subject = std::move(guessed);
        ++elsewhere;
      }
    }
    if (!subject.ok()) {
      batch.refuse(place, text, subject.error().message);
      return {};
    }
    tag.subject = std::move(*subject);
    tag.label = inherited(item, header, "label");
    tag.category = category_in(item, header, tag.terms);
    tag.actor = inherited(item, header, "actor");
    tag.source = inherited(item, header, "source");
    tag.author = header.one("creator");
    tag.context = inherited(item, header, "context");
    const std::string& definer = inherited(item, header, "is_cluster_definer");
    tag.cluster_definer = definer == "true" || definer == "True";
    const std::string& term = inherited(item, header, "confidence");
    if (!term.empty()) {
      if (const ConfidenceTerm* confidence = find_confidence(term)) {
        tag.confidence = confidence->level;
        tag.confidence_term = confidence->term;
        tag.source_kind = confidence->source;
      } else {
        ++unknown_terms[term];
      }
    }
    const std::string& lastmod = inherited(item, header, "lastmod");
    if (!lastmod.empty()) {
      tag.stated = date_of(lastmod);
      if (!tag.stated) {
        batch.refuse(place, text, "lastmod '" + lastmod.substr(0, 40) + "': expected a date");
        return {};
      }
      batch.as_of = std::max(batch.as_of.value_or(INT64_MIN), *tag.stated);
    }
    batch.add(std::move(tag), place);
    return {};
  }));
  const size_t slash = path.rfind('/');
  std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  name = name.substr(0, name.find('.'));
  batch.collection = "tagpack " + name;
  if (elsewhere > 0)
    batch.notes.push_back(path + ": " + std::to_string(elsewhere) +
                          " addresses are not of the chain that the pack names: taken by their form");
  for (const auto& [term, count] : unknown_terms)
    batch.notes.push_back(path + ": " + std::to_string(count) + " tags have the confidence '" + term.substr(0, 60) +
                          "', which is no known term: taken as unknown");
  return {};
}

base::Status read_actorpack(const std::string& path, std::string_view content, TagBatch& batch) {
  YamlItem header;
  JINDO_DO(read_yaml_items(path, content, "actors", header, [&](const YamlItem& item) -> base::Status {
    const std::string place = path + ": line " + std::to_string(item.line);
    Actor actor;
    actor.id = item.one("id");
    actor.label = item.one("label");
    actor.uri = item.one("uri");
    if (actor.id.empty() || actor.label.empty() || actor.id.size() > kLabelMax || actor.label.size() > kLabelMax) {
      batch.refuse(place, actor.id, "expected an actor with 'id' and 'label'");
      return {};
    }
    const auto list = [&](const char* field, std::vector<std::string>& out) {
      const auto found = item.fields.find(field);
      if (found != item.fields.end()) out = found->second;
    };
    list("categories", actor.categories);
    list("jurisdictions", actor.jurisdictions);
    const auto context = item.fields.find("context");
    if (context != item.fields.end())
      for (const std::string& line : context->second)
        if (actor.context.size() + line.size() < kContextMax) actor.context += line + "\n";
    batch.actors.push_back(std::move(actor));
    return {};
  }));
  batch.as_of = date_of(header.one("lastmod"));
  const size_t slash = path.rfind('/');
  std::string name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  batch.collection = "actorpack " + name.substr(0, name.find('.'));
  return {};
}
}  // namespace jindo::attribution
