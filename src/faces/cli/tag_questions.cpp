// tag show, listed, collections, refused, categories: what the records say of tags.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "attribution/tag_store.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "cli/tag_arguments.h"

namespace jindo::cli {
namespace {
using attribution::Listed;
using attribution::Tag;
using attribution::TagStore;
using records::Database;
using Snapshots = std::vector<attribution::Snapshot>;

std::string standing(const Tag& tag, const Snapshots& snapshots, int64_t on) {
  if (attribution::in_force(tag, snapshots, on)) return "in force";
  return attribution::stood_on(tag, snapshots, on).reason;
}
void print_tag_json(base::JsonWriter& json, const Tag& tag, const Snapshots& snapshots, int64_t on) {
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
  json.field("in_force", attribution::in_force(tag, snapshots, on));
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
}
void print_tag_text(const Tag& tag, const Snapshots& snapshots, int64_t on) {
  print("tag " + std::to_string(tag.id) + "  " + tag.label + " [" + attribution::name_of(tag.category) + "]" +
        (tag.actor.empty() ? "" : ", actor " + tag.actor) + "\n    confidence " + std::to_string(tag.confidence) +
        " (" + tag.confidence_term + "), by " + tag.author + ", " + attribution::name_of(tag.marking) + "\n    " +
        tag.collection + (tag.source.empty() ? "" : ", " + tag.source) +
        (tag.stated ? ", stated " + day_of(*tag.stated) : "") + "\n    " + standing(tag, snapshots, on) + "\n");
}

base::Status run_tag_show(const Arguments& arguments) {
  JINDO_TRY(const auto subject, subject_of(arguments));
  JINDO_TRY(const int64_t on, time_of(arguments, "--tags-at", now()));
  JINDO_TRY(const TagStore store, open_tags(arguments, Database::Access::kRead));
  JINDO_TRY(const auto tags, store.tags_of(subject));
  JINDO_TRY(const auto collections, store.collections());
  std::map<std::string, Snapshots> snapshots;
  for (const auto& c : collections) snapshots[c.name] = c.snapshots;
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (const Tag& tag : tags) {
    if (json_wanted(arguments))
      print_tag_json(json, tag, snapshots[tag.collection], on);
    else
      print_tag_text(tag, snapshots[tag.collection], on);
  }
  if (json_wanted(arguments)) json.end_array();
  if (tags.empty()) return base::answer_no("no tag names " + subject.text + " on " + subject.chain);
  return {};
}
Command tag_show_command() {
  return {
      .name = "tag show",
      .operands = "ADDRESS|TXID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "every tag there ever was",
      .description =
          "Tags in force and past, in the order in which they are shown: confidence, then the source's rank, then "
          "date.",
      .options = {kLedgerOr, kRecords, kTagChain, kTagsAt, kFormatTable},
      .examples = {"jindo tag show --ledger L 0x098B716B8Aaf21512996dC57EB0615e2383E2f96"},
      .run = run_tag_show,
  };
}

// What the collections say of one day, each by itself and together.
struct ListedAnswers {
  std::vector<attribution::ListedAnswer> answers;
  // One publisher may bring a list out in several formats ("ofac-sdn-advanced", "ofac-sdn-addresses"): what one edition
  // says of the day answers for the publisher.
  std::map<std::string, Listed> by_publisher;

  void take(const std::string& collection, attribution::ListedAnswer answer) {
    const std::string publisher = collection.substr(0, collection.find('-'));
    Listed& so_far = by_publisher.emplace(publisher, answer.answer).first->second;
    if (answer.answer == Listed::kYes || (answer.answer == Listed::kNo && so_far == Listed::kUnknown))
      so_far = answer.answer;
    answers.push_back(std::move(answer));
  }
  // Yes where one publisher says so; not known where one does not know.
  Listed together() const {
    Listed all = Listed::kNo;
    for (const auto& [publisher, answer] : by_publisher)
      if (answer == Listed::kYes || (answer == Listed::kUnknown && all == Listed::kNo)) all = answer;
    return all;
  }
};
// Asks the collection `wanted`, or where it is "" every official list; `tags` are the subject's.
ListedAnswers ask_collections(const std::vector<attribution::Collection>& collections, const std::vector<Tag>& tags,
                              const std::string& wanted, int64_t on) {
  ListedAnswers out;
  const auto official = [](const Tag& tag) { return tag.confidence_term == "official_list"; };
  for (const auto& c : collections) {
    if (!wanted.empty() && c.name != wanted) continue;
    bool any = false;
    for (const Tag& tag : tags) {
      if (tag.collection != c.name || (wanted.empty() && !official(tag))) continue;
      any = true;
      out.take(c.name, attribution::stood_on(tag, c.snapshots, on));
    }
    if (any || (wanted.empty() && c.name.rfind("ofac-", 0) != 0)) continue;
    // The collection never had it: "no" where a snapshot of the day, or of both sides, says so.
    Tag absent;
    absent.collection = c.name;
    attribution::ListedAnswer answer = attribution::stood_on(absent, c.snapshots, on);
    answer.tag.reset();
    out.take(c.name, std::move(answer));
  }
  return out;
}
const char* word_of(Listed answer) { return answer == Listed::kYes ? "yes" : answer == Listed::kNo ? "no" : "unknown"; }
void print_listed_json(const attribution::Subject& subject, int64_t on, const ListedAnswers& said) {
  base::JsonWriter json(print);
  json.begin_object();
  json.field("chain", subject.chain);
  json.field("address", subject.text);
  json.field("on", base::format_time(on));
  json.field("listed", word_of(said.together()));
  json.key("because");
  json.begin_array();
  for (const auto& answer : said.answers) {
    json.begin_object();
    json.compact(true);
    json.field("listed", word_of(answer.answer));
    if (answer.tag) json.field("label", answer.tag->label);
    json.field("reason", answer.reason);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.end_object();
}

base::Status run_tag_listed(const Arguments& arguments) {
  JINDO_TRY(const auto subject, subject_of(arguments));
  JINDO_TRY(const int64_t on, time_of(arguments, "--on", 0));
  JINDO_TRY(const TagStore store, open_tags(arguments, Database::Access::kRead));
  JINDO_TRY(const auto tags, store.tags_of(subject));
  JINDO_TRY(const auto collections, store.collections());
  const std::string wanted = arguments.has("--collection") ? arguments.get("--collection") : "";
  const ListedAnswers said = ask_collections(collections, tags, wanted, on);
  if (!wanted.empty() &&
      std::none_of(collections.begin(), collections.end(), [&](const auto& c) { return c.name == wanted; }))
    return base::bad_input("no collection '" + wanted + "' was imported; 'jindo tag collections' lists them");
  if (said.answers.empty()) return base::bad_input("not known: no list of sanctions was imported");
  const Listed all = said.together();
  if (json_wanted(arguments)) {
    print_listed_json(subject, on, said);
  } else {
    print(std::string(word_of(all)) + ": " + subject.text + " on " + day_of(on) + "\n");
    for (const auto& answer : said.answers)
      print("  " + (answer.tag ? answer.tag->label + ": " : std::string()) + answer.reason + "\n");
  }
  if (all == Listed::kYes) return {};
  if (all == Listed::kNo) return base::answer_no("not listed on " + day_of(on));
  return base::bad_input("whether it was listed on " + day_of(on) + " is not known from what was imported");
}
Command tag_listed_command() {
  return {
      .name = "tag listed",
      .operands = "ADDRESS",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "was it listed on a date?",
      .description =
          "Answers from the snapshots of the collections: yes (exit status 0), no (1), or not known (3) with what "
          "is known before and after.",
      .options =
          {kLedgerOr,
           kRecords,
           kTagChain,
           {.name = "--on", .value = "DATE", .help = "the date", .required = true},
           {.name = "--collection", .value = "NAME", .help = "only this collection", .fallback = "official lists"},
           kFormatTable},
      .examples = {"jindo tag listed --ledger L 0xd90e2f925DA726b50C4Ed8D0Fb90Ad053324F31b --on 2024-09-27"},
      .run = run_tag_listed,
  };
}

base::Status run_tag_collections(const Arguments& arguments) {
  JINDO_TRY(const TagStore store, open_tags(arguments, Database::Access::kRead));
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
      dates += (dates.empty() ? "" : ", ") + day_of(s.as_of) + (s.complete ? "" : " (part)");
    print(c.name + ": " + std::to_string(c.tags) + " tags" +
          (c.actors > 0 ? ", " + std::to_string(c.actors) + " actors" : "") +
          (c.refused > 0 ? ", " + std::to_string(c.refused) + " refused" : "") + "; snapshots " + dates + "\n");
  }
  if (json_wanted(arguments)) json.end_array();
  return {};
}
Command tag_collections_command() {
  return {
      .name = "tag collections",
      .summary = "what was imported, when",
      .description = "Collections with their snapshots.",
      .options = {kLedgerOr, kRecords, kFormatTable},
      .examples = {"jindo tag collections --ledger L"},
      .run = run_tag_collections,
  };
}

base::Status run_tag_refused(const Arguments& arguments) {
  JINDO_TRY(const TagStore store, open_tags(arguments, Database::Access::kRead));
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
Command tag_refused_command() {
  return {
      .name = "tag refused",
      .summary = "what imports refused, and why",
      .description = "File and line, subject, reason.",
      .options = {kLedgerOr,
                  kRecords,
                  {.name = "--collection", .value = "NAME", .help = "only this collection", .fallback = "all"},
                  kFormatTable},
      .examples = {"jindo tag refused --ledger L"},
      .run = run_tag_refused,
  };
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
Command tag_categories_command() {
  return {
      .name = "tag categories",
      .summary = "the categories and the terms they stand for",
      .description =
          "Jindo's categories, those at which a trace ends, INTERPOL's and GraphSense's terms, Etherscan's slugs; "
          "the terms of confidence with their levels.",
      .options = {kFormatTable},
      .examples = {"jindo tag categories"},
      .run = run_tag_categories,
  };
}
}  // namespace

std::vector<Command> tag_question_commands() {
  return {tag_show_command(), tag_listed_command(), tag_collections_command(), tag_refused_command(),
          tag_categories_command()};
}
}  // namespace jindo::cli
