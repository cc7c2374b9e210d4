// Tags from a CSV table whose columns a mapping names.
#include "attribution/subject.h"
#include "attribution/tag_batch.h"
#include "base/clock.h"
#include "base/uint256.h"
#include "decode/csv.h"

namespace jindo::attribution {
namespace {
enum Field : size_t {
  kAddress,
  kTransaction,
  kChain,
  kLabel,
  kCategory,
  kActor,
  kConfidence,
  kSource,
  kSourceKind,
  kAuthor,
  kStated,
  kValidFrom,
  kValidUntil,
  kMarking,
  kDefiner,
  kContext,
};
constexpr const char* kFields[] = {"address",     "transaction", "chain",           "label",  "category", "actor",
                                   "confidence",  "source",      "source_kind",     "author", "stated",   "valid_from",
                                   "valid_until", "marking",     "cluster_definer", "context"};
// The column of each field, and which of them may be absent.
void choose_columns(const std::map<std::string, std::string>& mapping, std::vector<std::string>& columns,
                    std::vector<std::string>& optional) {
  for (const char* field : kFields) {
    const auto mapped = mapping.find(field);
    columns.emplace_back(mapped != mapping.end() ? mapped->second : field);
    // What a mapping names must be there; what it does not may be absent. A column that cannot be is named so.
    if (columns.back().empty()) columns.back() = std::string("\x01") + field;
    const std::string name = field;
    if (mapped == mapping.end() || mapped->second.empty()) {
      if (name != "label" || mapped != mapping.end()) optional.push_back(columns.back());
    }
  }
}

base::Status read_rows(const std::string& path, const std::vector<std::string>& columns, decode::CsvReader reader,
                       const Tag& defaults, TagBatch& batch) {
  const std::string name = path.substr(path.rfind('/') + 1);
  batch.collection = "csv " + name.substr(0, name.find('.'));
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    if (!reader.has(kAddress) && !reader.has(kTransaction))
      return base::bad_input(path + ": has neither a column '" + columns[kAddress] + "' nor '" + columns[kTransaction] +
                             "'");
    const std::string place = reader.place();
    const bool transaction = reader.cell(kAddress).empty() && !reader.cell(kTransaction).empty();
    const std::string_view text = reader.cell(transaction ? kTransaction : kAddress);
    const auto no = [&](const std::string& why) { batch.refuse(place, text, why); };
    auto subject = transaction ? make_transaction_subject(reader.cell(kChain), text)
                               : make_address_subject(reader.cell(kChain), text);
    if (!subject.ok()) {
      no(subject.error().message);
      continue;
    }
    Tag tag;
    tag.subject = std::move(*subject);
    tag.label = std::string(reader.cell(kLabel));
    tag.confidence = defaults.confidence;
    tag.confidence_term = defaults.confidence_term;
    tag.source_kind = defaults.source_kind;
    tag.terms = std::string(reader.cell(kCategory));
    tag.category = find_category(tag.terms);
    tag.actor = std::string(reader.cell(kActor));
    tag.source = std::string(reader.cell(kSource));
    tag.author = std::string(reader.cell(kAuthor));
    tag.context = std::string(reader.cell(kContext));
    const std::string_view definer = reader.cell(kDefiner);
    tag.cluster_definer = definer == "true" || definer == "1" || definer == "yes";
    const std::string confidence(reader.cell(kConfidence));
    if (const ConfidenceTerm* term = find_confidence(confidence)) {
      tag.confidence = term->level;
      tag.confidence_term = term->term;
      tag.source_kind = term->source;
    } else if (!confidence.empty()) {
      const auto level = base::parse_decimal(confidence);
      if (!level || !level->fits_u64() || level->low() > 100) {
        no("confidence '" + confidence.substr(0, 40) + "': expected 0 to 100, or a known term");
        continue;
      }
      tag.confidence = static_cast<uint8_t>(level->low());
      tag.confidence_term = "stated";
    }
    bool good = true;
    if (!reader.cell(kSourceKind).empty()) {
      const auto kind = find_source_kind(reader.cell(kSourceKind));
      good = kind.has_value();
      if (kind) tag.source_kind = *kind;
    }
    if (!good) {
      no("source kind '" + std::string(reader.cell(kSourceKind).substr(0, 40)) +
         "': expected authority, service, ledger, research, community, crawl or unknown");
      continue;
    }
    const auto date = [&](Field field, std::optional<int64_t>& out) {
      if (reader.cell(field).empty()) return;
      out = base::parse_time(reader.cell(field));
      if (!out) good = false;
    };
    date(kStated, tag.stated);
    date(kValidFrom, tag.valid_from);
    date(kValidUntil, tag.valid_until);
    if (!good) {
      no("a date that is none; expected 2024-09-27 or 2024-09-27T12:00:00Z");
      continue;
    }
    if (!reader.cell(kMarking).empty()) {
      const auto marking = find_marking(reader.cell(kMarking));
      if (!marking) {
        no("marking '" + std::string(reader.cell(kMarking).substr(0, 40)) +
           "': expected TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
        continue;
      }
      tag.marking = *marking;
    }
    batch.add(std::move(tag), place);
  }
}
}  // namespace

std::span<const char* const> tag_csv_fields() { return kFields; }

base::Status read_tag_csv(const std::string& path, const std::map<std::string, std::string>& mapping,
                          const Tag& defaults, TagBatch& batch) {
  std::vector<std::string> columns, optional;
  choose_columns(mapping, columns, optional);
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::open(path, columns, optional));
  return read_rows(path, columns, std::move(reader), defaults, batch);
}
base::Status read_tag_csv_text(const std::string& name, std::string_view content,
                               const std::map<std::string, std::string>& mapping, const Tag& defaults,
                               TagBatch& batch) {
  std::vector<std::string> columns, optional;
  choose_columns(mapping, columns, optional);
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::from_text(name, base::as_bytes(content), columns, optional));
  return read_rows(name, columns, std::move(reader), defaults, batch);
}
}  // namespace jindo::attribution
