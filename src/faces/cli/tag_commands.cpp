#include <algorithm>

#include "attribution/subject.h"
#include "attribution/tag_store.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"

namespace jindo::cli {
namespace {
using attribution::Tag;
using attribution::TagBatch;
using attribution::TagStore;
using records::Database;

base::Result<TagStore> open_store(const Arguments& arguments, Database::Access access) {
  if (!arguments.has("--ledger") && !arguments.has("--records"))
    return base::wrong_use("which records? Give --ledger DIR or --records FILE");
  if (arguments.has("--ledger") && access == Database::Access::kWrite)
    JINDO_DO(base::make_folders(arguments.get("--ledger")));
  return TagStore::open(records_path(arguments), access);
}
std::string day(int64_t time) { return base::format_time(time).substr(0, 10); }
bool json_wanted(const Arguments& arguments) { return arguments.get("--format") == "json"; }

// Folders stand for the files in them that the format reads, in order of name.
base::Result<std::vector<std::string>> input_files(const std::vector<std::string>& operands,
                                                   const std::string& format) {
  std::vector<std::string> out;
  const auto wanted = [&](const std::string& name) {
    const auto ends = [&](const char* suffix) {
      const std::string s = suffix;
      return name.size() >= s.size() && name.compare(name.size() - s.size(), s.size(), s) == 0;
    };
    if (format == "tagpack" || format == "actorpack") return ends(".yaml") || ends(".yml");
    if (format == "ofac-list") return name.rfind("sanctioned_addresses_", 0) == 0 && ends(".txt");
    if (format == "ofac-xml") return ends(".xml");
    if (format == "csv") return ends(".csv");
    return ends(".json");
  };
  for (const std::string& operand : operands) {
    if (!base::is_folder(operand)) {
      out.push_back(operand);
      continue;
    }
    JINDO_TRY(const auto names, base::list_folder(operand));
    const size_t before = out.size();
    for (const std::string& name : names)
      if (wanted(name)) out.push_back(operand + (operand.back() == '/' ? "" : "/") + name);
    if (out.size() == before) return base::bad_input(operand + ": holds no file that looks like " + format);
  }
  return out;
}
// A level from 0 to 100, or a known term.
base::Status set_confidence(const std::string& text, Tag& tag) {
  if (const auto* term = attribution::find_confidence(text)) {
    tag.confidence = term->level;
    tag.confidence_term = term->term;
    tag.source_kind = term->source;
    return {};
  }
  const auto level = base::parse_decimal(text);
  if (!level || !level->fits_u64() || level->low() > 100)
    return base::wrong_use("--confidence: expected 0 to 100, or a term that 'jindo tag categories' lists");
  tag.confidence = static_cast<uint8_t>(level->low());
  tag.confidence_term = "stated";
  return {};
}
base::Status read_one(const Arguments& arguments, const std::string& path, TagBatch& batch) {
  const std::string format = arguments.get("--format");
  const std::string chain = arguments.get("--chain");
  if (format == "ofac-xml") return attribution::read_ofac_xml(path, batch);
  if (format == "csv") {
    std::map<std::string, std::string> mapping;
    for (const std::string& pair : arguments.all("--map")) {
      const size_t equals = pair.find('=');
      const std::string field = pair.substr(0, equals);
      const auto fields = attribution::tag_csv_fields();
      if (equals == std::string::npos ||
          std::find_if(fields.begin(), fields.end(), [&](const char* f) { return field == f; }) == fields.end())
        return base::wrong_use("--map: expected FIELD=COLUMN with a field of a tag; found '" + pair + "'");
      mapping[field] = pair.substr(equals + 1);
    }
    Tag defaults;
    JINDO_DO(set_confidence(arguments.get("--confidence"), defaults));
    return attribution::read_tag_csv(path, mapping, defaults, batch);
  }
  JINDO_TRY(const std::string content, base::read_file(path, attribution::kImportBytesMax));
  if (format == "tagpack") return attribution::read_tagpack(path, content, batch);
  if (format == "actorpack") return attribution::read_actorpack(path, content, batch);
  if (format == "ofac-list") return attribution::read_ofac_list(path, content, chain, batch);
  if (format == "stix") return attribution::read_stix_wallets(path, content, batch);
  if (chain.empty()) return base::wrong_use("labels: which chain? Give --chain, as ethereum or bsc");
  return attribution::read_label_json(path, content, chain, batch);
}

void print_summary_json(base::JsonWriter& json, const attribution::ImportSummary& s) {
  json.begin_object();
  json.compact(true);
  json.field("collection", s.collection);
  json.field("as_of", base::format_time(s.as_of));
  json.field("tags", s.tags);
  json.field("new", s.added);
  json.field("known", s.known);
  json.field("gone", s.gone);
  json.field("twice", s.twice);
  json.field("actors", s.actors);
  json.field("refused", s.refused);
  json.field("repeated", s.repeated);
  json.end_object();
  json.compact(false);
}

base::Result<attribution::Subject> subject_of(const Arguments& arguments) {
  const std::string& text = arguments.operands[0];
  const std::string chain = arguments.get("--chain");
  auto subject = attribution::make_address_subject(chain, text);
  if (subject.ok()) return subject;
  if (!chain.empty()) {
    auto transaction = attribution::make_transaction_subject(chain, text);
    if (transaction.ok()) return transaction;
  }
  return subject.error();
}
std::string standing(const Tag& tag, const std::vector<attribution::Snapshot>& snapshots, int64_t on) {
  if (attribution::in_force(tag, snapshots, on)) return "in force";
  return attribution::stood_on(tag, snapshots, on).reason;
}
}  // namespace

base::Status run_tag_import(const Arguments& arguments) {
  JINDO_TRY(const auto files, input_files(arguments.operands, arguments.get("--format")));
  attribution::ImportOptions options;
  if (arguments.has("--collection")) options.collection = arguments.get("--collection");
  options.partial = arguments.has("--partial");
  options.now = now();
  if (arguments.has("--as-of")) {
    JINDO_TRY(options.as_of, time_of(arguments, "--as-of", 0));
  }
  if (arguments.has("--marking")) options.marking = attribution::find_marking(arguments.get("--marking"));
  // All is read before anything is written; files of one collection are one snapshot.
  uint64_t bytes = 0, bytes_done = 0;
  for (const std::string& file : files) {
    const auto size = base::file_size(file);
    if (size.ok()) bytes += *size;
  }
  base::Progress progress(progress_mode(arguments), "reading tags", "files", bytes);
  std::map<std::string, TagBatch> batches;
  for (size_t i = 0; i < files.size(); ++i) {
    TagBatch batch;
    JINDO_DO(read_one(arguments, files[i], batch));
    for (const std::string& text : batch.notes) note(arguments, text);
    const std::string name = options.collection.empty() ? batch.collection : options.collection;
    TagBatch& all = batches[name];
    all.collection = name;
    if (batch.as_of) all.as_of = std::max(all.as_of.value_or(INT64_MIN), *batch.as_of);
    std::move(batch.tags.begin(), batch.tags.end(), std::back_inserter(all.tags));
    std::move(batch.actors.begin(), batch.actors.end(), std::back_inserter(all.actors));
    std::move(batch.refused.begin(), batch.refused.end(), std::back_inserter(all.refused));
    const auto size = base::file_size(files[i]);
    if (size.ok()) bytes_done += *size;
    progress.update(bytes_done, i + 1);
  }
  JINDO_TRY(TagStore store, open_store(arguments, Database::Access::kWrite));
  // A list says of what day it is; labels and tables of one's own are of today unless told otherwise.
  const bool dated = arguments.get("--format") == "ofac-list" || arguments.get("--format") == "ofac-xml";
  const bool as_json = arguments.get("--summary") == "json";
  base::JsonWriter json(print);
  if (as_json) json.begin_array();
  for (auto& [name, batch] : batches) {
    if (!batch.as_of && !dated) batch.as_of = options.now;
    JINDO_TRY(const auto summary, store.import(batch, options));
    if (as_json) {
      print_summary_json(json, summary);
      continue;
    }
    print(summary.collection + " of " + day(summary.as_of) + ": " + std::to_string(summary.tags) + " tags, " +
          (summary.repeated ? "imported before"
                            : std::to_string(summary.added) + " new, " + std::to_string(summary.gone) + " gone") +
          (summary.actors > 0 ? ", " + std::to_string(summary.actors) + " actors" : "") +
          (summary.twice > 0 ? ", " + std::to_string(summary.twice) + " said twice" : "") +
          (summary.refused > 0 ? ", " + std::to_string(summary.refused) + " refused" : "") + "\n");
    for (size_t i = 0; i < std::min<size_t>(batch.refused.size(), 5); ++i)
      note(arguments,
           "refused: " + batch.refused[i].place + ": " + batch.refused[i].subject + ": " + batch.refused[i].reason);
    if (batch.refused.size() > 5) note(arguments, "… 'jindo tag refused' lists them all");
  }
  if (as_json) json.end_array();
  return {};
}

base::Status run_tag_add(const Arguments& arguments) {
  Tag tag;
  JINDO_TRY(tag.subject, subject_of(arguments));
  if (arguments.has("--cluster")) tag.cluster_definer = true;
  tag.label = arguments.get("--label");
  tag.terms = arguments.get("--category");
  tag.category = attribution::find_category(tag.terms);
  if (tag.category == attribution::Category::kUnknown && tag.terms != "unknown")
    return base::wrong_use("--category: '" + tag.terms + "' is no category; 'jindo tag categories' lists them");
  tag.actor = arguments.get("--actor");
  tag.source = arguments.get("--source");
  tag.author = arguments.get("--author");
  JINDO_DO(set_confidence(arguments.get("--confidence"), tag));
  tag.marking = *attribution::find_marking(arguments.get("--marking"));
  tag.stated = now();
  if (arguments.has("--valid-from")) {
    JINDO_TRY(tag.valid_from, time_of(arguments, "--valid-from", 0));
  }
  if (arguments.has("--valid-until")) {
    JINDO_TRY(tag.valid_until, time_of(arguments, "--valid-until", 0));
  }
  JINDO_TRY(TagStore store, open_store(arguments, Database::Access::kWrite));
  JINDO_TRY(const int64_t id, store.add(tag, now()));
  print("tag " + std::to_string(id) + "\n");
  return {};
}

base::Status run_tag_withdraw(const Arguments& arguments) {
  const auto id = base::parse_decimal(arguments.operands[0]);
  if (!id || !id->fits_u64() || id->low() > INT64_MAX)
    return base::wrong_use("expected a tag's number, as 'jindo tag show' prints");
  JINDO_TRY(const int64_t at, time_of(arguments, "--at", now()));
  JINDO_TRY(TagStore store, open_store(arguments, Database::Access::kWrite));
  return store.withdraw(static_cast<int64_t>(id->low()), at, arguments.get("--author"), arguments.get("--reason"));
}

base::Status run_tag_show(const Arguments& arguments) {
  JINDO_TRY(const auto subject, subject_of(arguments));
  JINDO_TRY(const int64_t on, time_of(arguments, "--tags-at", now()));
  JINDO_TRY(const TagStore store, open_store(arguments, Database::Access::kRead));
  JINDO_TRY(const auto tags, store.tags_of(subject));
  JINDO_TRY(const auto collections, store.collections());
  std::map<std::string, std::vector<attribution::Snapshot>> snapshots;
  for (const auto& c : collections) snapshots[c.name] = c.snapshots;
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (const Tag& tag : tags) {
    const std::string state = standing(tag, snapshots[tag.collection], on);
    if (json_wanted(arguments)) {
      json.begin_object();
      json.field("id", tag.id);
      json.field("chain", tag.subject.chain);
      json.field("subject", tag.subject.text);
      json.field("label", tag.label);
      json.field("category", attribution::name_of(tag.category));
      json.field("terms", tag.terms);
      json.field("actor", tag.actor);
      json.field("confidence", static_cast<uint64_t>(tag.confidence));
      json.field("confidence_term", tag.confidence_term);
      json.field("source", tag.source);
      json.field("source_kind", attribution::name_of(tag.source_kind));
      json.field("author", tag.author);
      json.field("collection", tag.collection);
      json.field("marking", attribution::name_of(tag.marking));
      json.field("cluster_definer", tag.cluster_definer);
      if (tag.stated) json.field("stated", base::format_time(*tag.stated));
      if (tag.valid_from) json.field("valid_from", base::format_time(*tag.valid_from));
      if (tag.valid_until) json.field("valid_until", base::format_time(*tag.valid_until));
      json.field("context", tag.context);
      json.field("in_force", attribution::in_force(tag, snapshots[tag.collection], on));
      json.key("seen");
      json.begin_array();
      for (const auto& seen : tag.seen) {
        json.begin_object();
        json.compact(true);
        json.field("first", base::format_time(seen.first));
        json.field("last", base::format_time(seen.last));
        json.end_object();
        json.compact(false);
      }
      json.end_array();
      if (tag.withdrawal) {
        json.field("withdrawn", base::format_time(tag.withdrawal->at));
        json.field("withdrawn_by", tag.withdrawal->author);
        json.field("withdrawn_because", tag.withdrawal->reason);
      }
      json.end_object();
      continue;
    }
    print("tag " + std::to_string(tag.id) + "  " + tag.label + " [" + attribution::name_of(tag.category) + "]" +
          (tag.actor.empty() ? "" : ", actor " + tag.actor) + "\n    confidence " + std::to_string(tag.confidence) +
          " (" + tag.confidence_term + "), by " + tag.author + ", " + attribution::name_of(tag.marking) + "\n    " +
          tag.collection + (tag.source.empty() ? "" : ", " + tag.source) +
          (tag.stated ? ", stated " + day(*tag.stated) : "") + "\n    " + state + "\n");
  }
  if (json_wanted(arguments)) json.end_array();
  if (tags.empty()) return base::answer_no("no tag names " + subject.text + " on " + subject.chain);
  return {};
}

base::Status run_tag_listed(const Arguments& arguments) {
  using attribution::Listed;
  JINDO_TRY(const auto subject, subject_of(arguments));
  JINDO_TRY(const int64_t on, time_of(arguments, "--on", 0));
  JINDO_TRY(const TagStore store, open_store(arguments, Database::Access::kRead));
  JINDO_TRY(const auto tags, store.tags_of(subject));
  JINDO_TRY(const auto collections, store.collections());
  const std::string wanted = arguments.has("--collection") ? arguments.get("--collection") : "";
  std::vector<attribution::ListedAnswer> answers;
  // One publisher may bring a list out in several formats ("ofac-sdn-advanced", "ofac-sdn-addresses"): what one edition
  // tells of the day answers for the publisher.
  std::map<std::string, Listed> by_publisher;
  const auto take = [&](const std::string& collection, attribution::ListedAnswer answer) {
    const std::string publisher = collection.substr(0, collection.find('-'));
    const auto known = by_publisher.emplace(publisher, answer.answer);
    Listed& so_far = known.first->second;
    if (answer.answer == Listed::kYes || (answer.answer == Listed::kNo && so_far == Listed::kUnknown))
      so_far = answer.answer;
    answers.push_back(std::move(answer));
  };
  const auto official = [](const Tag& tag) { return tag.confidence_term == "official_list"; };
  for (const auto& c : collections) {
    if (!wanted.empty() && c.name != wanted) continue;
    bool any = false;
    for (const Tag& tag : tags) {
      if (tag.collection != c.name || (wanted.empty() && !official(tag))) continue;
      any = true;
      take(c.name, attribution::stood_on(tag, c.snapshots, on));
    }
    if (any || (wanted.empty() && c.name.rfind("ofac-", 0) != 0)) continue;
    // The collection never had it: "no" where a snapshot of the day, or of both sides, tells so.
    Tag absent;
    absent.collection = c.name;
    attribution::ListedAnswer answer = attribution::stood_on(absent, c.snapshots, on);
    answer.tag.reset();
    take(c.name, std::move(answer));
  }
  if (!wanted.empty() &&
      std::none_of(collections.begin(), collections.end(), [&](const auto& c) { return c.name == wanted; }))
    return base::bad_input("no collection '" + wanted + "' was imported; 'jindo tag collections' lists them");
  if (answers.empty()) return base::bad_input("not known: no list of sanctions was imported");
  Listed all = Listed::kNo;
  for (const auto& [publisher, answer] : by_publisher)
    if (answer == Listed::kYes || (answer == Listed::kUnknown && all == Listed::kNo)) all = answer;
  const char* word = all == Listed::kYes ? "yes" : all == Listed::kNo ? "no" : "unknown";
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("chain", subject.chain);
    json.field("address", subject.text);
    json.field("on", base::format_time(on));
    json.field("listed", word);
    json.key("because");
    json.begin_array();
    for (const auto& answer : answers) {
      json.begin_object();
      json.compact(true);
      json.field("listed", answer.answer == Listed::kYes ? "yes" : answer.answer == Listed::kNo ? "no" : "unknown");
      if (answer.tag) json.field("label", answer.tag->label);
      json.field("reason", answer.reason);
      json.end_object();
      json.compact(false);
    }
    json.end_array();
    json.end_object();
  } else {
    print(std::string(word) + ": " + subject.text + " on " + day(on) + "\n");
    for (const auto& answer : answers)
      print("  " + (answer.tag ? answer.tag->label + ": " : std::string()) + answer.reason + "\n");
  }
  if (all == Listed::kYes) return {};
  if (all == Listed::kNo) return base::answer_no("not listed on " + day(on));
  return base::bad_input("whether it was listed on " + day(on) + " is not known from what was imported");
}

base::Status run_tag_collections(const Arguments& arguments) {
  JINDO_TRY(const TagStore store, open_store(arguments, Database::Access::kRead));
  JINDO_TRY(const auto collections, store.collections());
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (const auto& c : collections) {
    if (json_wanted(arguments)) {
      json.begin_object();
      json.field("collection", c.name);
      json.field("tags", c.tags);
      json.field("actors", c.actors);
      json.field("refused", c.refused);
      json.key("snapshots");
      json.begin_array();
      for (const auto& s : c.snapshots) {
        json.begin_object();
        json.compact(true);
        json.field("as_of", base::format_time(s.as_of));
        json.field("complete", s.complete);
        json.end_object();
        json.compact(false);
      }
      json.end_array();
      json.end_object();
      continue;
    }
    std::string dates;
    for (const auto& s : c.snapshots)
      dates += (dates.empty() ? "" : ", ") + day(s.as_of) + (s.complete ? "" : " (part)");
    print(c.name + ": " + std::to_string(c.tags) + " tags" +
          (c.actors > 0 ? ", " + std::to_string(c.actors) + " actors" : "") +
          (c.refused > 0 ? ", " + std::to_string(c.refused) + " refused" : "") + "; snapshots " + dates + "\n");
  }
  if (json_wanted(arguments)) json.end_array();
  return {};
}

base::Status run_tag_refused(const Arguments& arguments) {
  JINDO_TRY(const TagStore store, open_store(arguments, Database::Access::kRead));
  JINDO_TRY(const auto refused, store.refusals(arguments.has("--collection") ? arguments.get("--collection") : ""));
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (const auto& r : refused) {
    if (json_wanted(arguments)) {
      json.begin_object();
      json.compact(true);
      json.field("place", r.place);
      json.field("subject", r.subject);
      json.field("reason", r.reason);
      json.end_object();
      json.compact(false);
    } else {
      print(r.place + ": " + r.subject + ": " + r.reason + "\n");
    }
  }
  if (json_wanted(arguments)) json.end_array();
  return {};
}

base::Status run_tag_categories(const Arguments& arguments) {
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.key("categories");
    json.begin_array();
    for (const auto& c : attribution::categories()) {
      json.begin_object();
      json.compact(true);
      json.field("category", c.name);
      json.field("trace_ends", c.service);
      json.field("risk", c.risk);
      json.field("interpol", c.terms);
      json.field("etherscan", c.slugs);
      json.end_object();
      json.compact(false);
    }
    json.end_array();
    json.key("confidence");
    json.begin_array();
    for (const auto& t : attribution::confidence_terms()) {
      json.begin_object();
      json.compact(true);
      json.field("term", t.term);
      json.field("level", static_cast<uint64_t>(t.level));
      json.field("source", attribution::name_of(t.source));
      json.field("meaning", t.meaning);
      json.end_object();
      json.compact(false);
    }
    json.end_array();
    json.end_object();
    return {};
  }
  for (const auto& c : attribution::categories())
    print(std::string(c.name) + (c.service ? " (a trace ends here)" : "") + (c.risk ? " (risk)" : "") +
          (*c.terms != 0 ? std::string("; INTERPOL: ") + c.terms : "") +
          (*c.slugs != 0 ? std::string("; Etherscan: ") + c.slugs : "") + "\n");
  print("\nConfidence:\n");
  for (const auto& t : attribution::confidence_terms())
    print("  " + std::to_string(t.level) + "  " + t.term + " (" + attribution::name_of(t.source) + "): " + t.meaning +
          "\n");
  return {};
}
}  // namespace jindo::cli
