// tag import, add, withdraw: what changes tags.
#include <algorithm>
#include <filesystem>
#include <set>

#include "attribution/tag_store.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "cli/tag_arguments.h"

namespace jindo::cli {
namespace {
using attribution::Tag;
using attribution::TagBatch;
using attribution::TagStore;
using records::Database;

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
    std::set<std::filesystem::path> included;  // headers of packs, which are none themselves
    for (const std::string& name : names) {
      if (!wanted(name)) continue;
      out.push_back(operand + (operand.back() == '/' ? "" : "/") + name);
      if (format != "tagpack") continue;
      JINDO_TRY(const std::string content, base::read_file(out.back(), attribution::kImportBytesMax));
      for (const std::string& file : attribution::tagpack_includes(out.back(), content))
        included.insert(std::filesystem::path(file).lexically_normal());
    }
    out.erase(std::remove_if(out.begin() + static_cast<ptrdiff_t>(before), out.end(),
                             [&](const std::string& path) {
                               return included.count(std::filesystem::path(path).lexically_normal()) != 0;
                             }),
              out.end());
    if (out.size() == before) return base::bad_input(operand + ": holds no file that looks like " + format);
  }
  return out;
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
  JINDO_TRY(TagStore store, open_tags(arguments, Database::Access::kWrite));
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
    print(summary.collection + " of " + day_of(summary.as_of) + ": " + std::to_string(summary.tags) + " tags, " +
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
Command tag_import_command() {
  return {
      .name = "tag import",
      .operands = "FILE|DIR...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "bring in tags",
      .description =
          "Reads tags of a publisher as one snapshot of its collection, in one commit. "
          "What an earlier snapshot had and a later one has not counts as withdrawn between the two; "
          "nothing is deleted. What is absurd (the zero address, a checksum that does not hold) is refused with the "
          "reason; 'tag refused' lists it.",
      .options =
          {kLedgerOr,
           kRecords,
           {.name = "--format",
            .value = "FORMAT",
            .help = "what the input is",
            .choices = "tagpack|actorpack|ofac-xml|ofac-list|labels|stix|csv",
            .required = true},
           {.name = "--as-of",
            .value = "TIME",
            .help = "the snapshot's date",
            .fallback = "what the input states; for labels and csv: now"},
           {.name = "--collection", .value = "NAME", .help = "the collection's name", .fallback = "by format and file"},
           {.name = "--partial", .help = "only part of the collection: nothing counts as withdrawn"},
           {.name = "--chain",
            .value = "CHAIN",
            .help = "labels: the chain; ofac-list: the ticker where the file's name has none"},
           {.name = "--map",
            .value = "FIELD=COLUMN",
            .help = "csv: the column for address, transaction, chain, label, category, actor, confidence, source, "
                    "source_kind, author, stated, valid_from, valid_until, marking, cluster_definer or context",
            .repeated = true},
           {.name = "--confidence",
            .value = "N|TERM",
            .help = "csv: for rows that state none; 0 to 100, or a term",
            .fallback = "unknown"},
           {.name = "--marking",
            .value = "TLP",
            .help = "at least this marking for all",
            .fallback = "as the input says, else TLP:CLEAR",
            .choices = "clear|green|amber|amber+strict|red"},
           {.name = "--summary",
            .value = "FORMAT",
            .help = "how to print what was done",
            .fallback = "table",
            .choices = "json|table"}},
      .examples = {"jindo tag import --ledger L --format tagpack packs/",
                   "jindo tag import --ledger L --format ofac-xml sdn_advanced.xml",
                   "jindo tag import --ledger L --format ofac-list --as-of 2024-09-27 ofac/2024-09-27/",
                   "jindo tag import --ledger L --format labels --chain ethereum combinedAllLabels.json",
                   "jindo tag import --records r.db --format csv --map address=addr --map label=name ours.csv"},
      .run = run_tag_import,
  };
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
  JINDO_TRY(TagStore store, open_tags(arguments, Database::Access::kWrite));
  JINDO_TRY(const int64_t id, store.add(tag, now()));
  print("tag " + std::to_string(id) + "\n");
  return {};
}
Command tag_add_command() {
  return {
      .name = "tag add",
      .operands = "ADDRESS",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "tag an address by hand",
      .description = "Adds one tag to the collection 'local'. A tag is never changed: withdraw it and add another.",
      .options = {kLedgerOr,
                  kRecords,
                  kTagChain,
                  {.name = "--label", .value = "TEXT", .help = "who it is said to be", .required = true},
                  {.name = "--category",
                   .value = "TERM",
                   .help = "a category; 'tag categories' lists them",
                   .fallback = "unknown"},
                  {.name = "--actor", .value = "ID", .help = "an actor's identifier"},
                  {.name = "--confidence",
                   .value = "N|TERM",
                   .help = "0 to 100, or a term",
                   .fallback = "forensic_investigation"},
                  {.name = "--source", .value = "TEXT", .help = "where it is known from", .required = true},
                  kAuthor,
                  {.name = "--marking",
                   .value = "TLP",
                   .help = "who may see it",
                   .fallback = "amber",
                   .choices = "clear|green|amber|amber+strict|red"},
                  {.name = "--valid-from", .value = "TIME", .help = "valid from then on"},
                  {.name = "--valid-until", .value = "TIME", .help = "valid until then"},
                  {.name = "--cluster", .help = "it stands for the whole cluster"}},
      .examples =
          {"jindo tag add --ledger L 0x098B716B8Aaf21512996dC57EB0615e2383E2f96 --label 'Ronin exploiter' --category theft "
           "--source 'case 17' --author kim"},
      .run = run_tag_add,
  };
}

base::Status run_tag_withdraw(const Arguments& arguments) {
  const auto id = base::parse_decimal(arguments.operands[0]);
  if (!id || !id->fits_u64() || id->low() > INT64_MAX)
    return base::wrong_use("expected a tag's number, as 'jindo tag show' prints");
  JINDO_TRY(const int64_t at, time_of(arguments, "--at", now()));
  JINDO_TRY(TagStore store, open_tags(arguments, Database::Access::kWrite));
  return store.withdraw(static_cast<int64_t>(id->low()), at, arguments.get("--author"), arguments.get("--reason"));
}
Command tag_withdraw_command() {
  return {
      .name = "tag withdraw",
      .operands = "ID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "withdraw a tag",
      .description = "From then on it is not in force; it stays in history with author and reason.",
      .options = {kLedgerOr,
                  kRecords,
                  kReason,
                  kAuthor,
                  {.name = "--at", .value = "TIME", .help = "from when on", .fallback = "now"}},
      .examples = {"jindo tag withdraw --ledger L 4711 --author kim --reason 'address belongs to the victim'"},
      .run = run_tag_withdraw,
  };
}
}  // namespace

std::vector<Command> tag_change_commands() { return {tag_import_command(), tag_add_command(), tag_withdraw_command()}; }
}  // namespace jindo::cli
