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

// What a row says of one thing, into the tag; each gives why it cannot be taken, "" where it can.
std::string read_confidence(const decode::CsvReader& reader, Tag& tag) {
  const std::string confidence(reader.cell(kConfidence));
  if (const ConfidenceTerm* term = find_confidence(confidence)) {
    tag.confidence = term->level;
    tag.confidence_term = term->term;
    tag.source_kind = term->source;
    return "";
  }
  if (confidence.empty()) return "";
  const auto level = base::parse_decimal(confidence);
  if (!level || !level->fits_u64() || level->low() > 100)
    return "confidence '" + confidence.substr(0, 40) + "': expected 0 to 100, or a known term";
  tag.confidence = static_cast<uint8_t>(level->low());
  tag.confidence_term = "stated";
  return "";
}
std::string read_source_kind(const decode::CsvReader& reader, Tag& tag) {
  if (reader.cell(kSourceKind).empty()) return "";
  const auto kind = find_source_kind(reader.cell(kSourceKind));
  if (!kind)
    return "source kind '" + std::string(reader.cell(kSourceKind).substr(0, 40)) +
           "': expected authority, service, ledger, research, community, crawl or unknown";
  tag.source_kind = *kind;
  return "";
}
std::string read_dates(const decode::CsvReader& reader, Tag& tag) {
  const std::pair<Field, std::optional<int64_t>*> dates[] = {
      {kStated, &tag.stated}, {kValidFrom, &tag.valid_from}, {kValidUntil, &tag.valid_until}};
  for (const auto& [field, out] : dates) {
    if (reader.cell(field).empty()) continue;
    *out = base::parse_time(reader.cell(field));
    if (!*out) return "a date that is none; expected 2024-09-27 or 2024-09-27T12:00:00Z";
  }
  return "";
}
std::string read_marking(const decode::CsvReader& reader, Tag& tag) {
  if (reader.cell(kMarking).empty()) return "";
  const auto marking = find_marking(reader.cell(kMarking));
  if (!marking)
    return "marking '" + std::string(reader.cell(kMarking).substr(0, 40)) +
           "': expected TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED";
  tag.marking = *marking;
  return "";
}

void read_row(const decode::CsvReader& reader, const Tag& defaults, TagBatch& batch) {
  const std::string place = reader.place();
  const bool transaction = reader.cell(kAddress).empty() && !reader.cell(kTransaction).empty();
  const std::string_view text = reader.cell(transaction ? kTransaction : kAddress);
  auto subject = transaction ? make_transaction_subject(reader.cell(kChain), text)
                             : make_address_subject(reader.cell(kChain), text);
  if (!subject.ok()) return batch.refuse(place, text, subject.error().message);
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
  for (const auto read : {read_confidence, read_source_kind, read_dates, read_marking}) {
    const std::string why_not = read(reader, tag);
    if (!why_not.empty()) return batch.refuse(place, text, why_not);
  }
  batch.add(std::move(tag), place);
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
    read_row(reader, defaults, batch);
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
