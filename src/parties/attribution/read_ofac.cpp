// OFAC's digital currency addresses: the SDN list's Advanced XML (features "Digital Currency Address - TICKER" of its
// parties), plain lists of one asset, and the legacy sdn.csv, whose remarks spell them out.
#include <libxml/xmlreader.h>

#include <memory>

#include "attribution/subject.h"
#include "attribution/tag_batch.h"
#include "base/clock.h"
#include "base/file.h"

namespace jindo::attribution {
namespace {
constexpr std::string_view kFeature = "Digital Currency Address - ";
constexpr size_t kTextMax = 4096;
constexpr const char* kCollectionXml = "ofac-sdn-advanced";
constexpr const char* kCollectionList = "ofac-sdn-addresses";

Tag listed(Subject subject, std::string label) {
  Tag tag;
  tag.subject = std::move(subject);
  tag.label = std::move(label);
  tag.category = Category::kSanctioned;
  tag.confidence = 100;
  tag.confidence_term = "official_list";
  tag.source_kind = SourceKind::kAuthority;
  tag.author = "OFAC";
  return tag;
}
void add_listed(const std::string& ticker, std::string_view text, const std::string& label, const std::string& source,
                const std::string& context, const std::string& terms, const std::string& place, TagBatch& batch) {
  auto subject = make_address_subject(ticker, text);
  if (!subject.ok()) return batch.refuse(place, text, subject.error().message);
  Tag tag = listed(std::move(*subject), label);
  tag.source = source;
  tag.context = context;
  tag.terms = terms;
  batch.add(std::move(tag), place);
}

// ---- Advanced XML --------------------------------------------------------------------------------------------------
struct Found {
  std::string feature_type, address, party;
  int line = 0;
};
struct Party {
  std::string name;  // of the primary alias
  std::string programmes, entered;
};

// One pass over the elements; what nests is known by the names of the open elements.
class SdnReader {
 public:
  explicit SdnReader(TagBatch& batch) : batch_(batch) {}
  base::Status read(xmlTextReaderPtr reader, const std::string& path) {
    path_ = path;
    xmlTextReaderSetErrorHandler(
        reader,
        [](void* self, const char* message, xmlParserSeverities, xmlTextReaderLocatorPtr locator) {
          auto* me = static_cast<SdnReader*>(self);
          if (me->problem_.empty())
            me->problem_ = "line " + std::to_string(xmlTextReaderLocatorLineNumber(locator)) + ": " + message;
        },
        this);
    int more = 0;
    while ((more = xmlTextReaderRead(reader)) == 1) {
      const int type = xmlTextReaderNodeType(reader);
      if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE)
        return base::bad_input(path + ": a document type or an entity; OFAC's list has none");
      if (type == XML_READER_TYPE_ELEMENT) {
        if (xmlTextReaderDepth(reader) > 64) return base::bad_input(path + ": nesting of more than 64 (limit)");
        begin(reader);
        if (xmlTextReaderIsEmptyElement(reader) == 1) end(name_of_node(reader));
      } else if (type == XML_READER_TYPE_END_ELEMENT) {
        end(name_of_node(reader));
      } else if (type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA) {
        const auto* value = reinterpret_cast<const char*>(xmlTextReaderConstValue(reader));
        if (value != nullptr && text_.size() < kTextMax) text_.append(value, std::min(std::strlen(value), kTextMax));
      }
    }
    if (more < 0) {
      while (!problem_.empty() && problem_.back() == '\n') problem_.pop_back();
      return base::bad_input(path + ": no well-formed XML: " + (problem_.empty() ? "it cannot be read" : problem_));
    }
    if (root_ != "Sanctions")
      return base::bad_input(path + ": expected OFAC's Advanced XML ('Sanctions' first), found '" +
                             root_.substr(0, 40) + "'");
    return finish();
  }

 private:
  static std::string name_of_node(xmlTextReaderPtr reader) {
    const auto* name = reinterpret_cast<const char*>(xmlTextReaderConstLocalName(reader));
    return name != nullptr ? name : "";
  }
  static std::string attribute(xmlTextReaderPtr reader, const char* name) {
    const std::unique_ptr<xmlChar, void (*)(void*)> value(
        xmlTextReaderGetAttribute(reader, reinterpret_cast<const xmlChar*>(name)), [](void* p) { xmlFree(p); });
    return value ? reinterpret_cast<const char*>(value.get()) : "";
  }

  void begin(xmlTextReaderPtr reader) {
    const std::string name = name_of_node(reader);
    if (root_.empty()) root_ = name;
    text_.clear();
    if (name == "FeatureType") {
      id_ = attribute(reader, "ID");
    } else if (name == "DistinctParty") {
      party_ = attribute(reader, "FixedRef");
    } else if (name == "Alias") {
      primary_ = attribute(reader, "Primary") == "true";
      alias_.clear();
    } else if (name == "Feature") {
      feature_type_ = attribute(reader, "FeatureTypeID");
      line_ = xmlTextReaderGetParserLineNumber(reader);
    } else if (name == "SanctionsEntry") {
      party_ = attribute(reader, "ProfileID");
    } else if (name == "EntryEvent" || name == "DateOfIssue") {
      year_ = month_ = day_ = 0;
      dating_ = name;
    }
  }
  void end(const std::string& name) {
    if (name == "FeatureType") {
      if (text_.rfind(kFeature, 0) == 0) tickers_[id_] = text_.substr(kFeature.size());
    } else if (name == "NamePartValue") {
      if (primary_ && alias_.size() < kLabelMax) alias_ += (alias_.empty() ? "" : " ") + text_;
    } else if (name == "Alias") {
      Party& party = parties_[party_];
      if (primary_ && party.name.empty()) party.name = alias_;
      primary_ = false;
    } else if (name == "VersionDetail") {
      if (tickers_.count(feature_type_) != 0 && !text_.empty()) found_.push_back({feature_type_, text_, party_, line_});
    } else if (name == "Feature") {
      feature_type_.clear();
    } else if (name == "Comment" && dating_.empty()) {
      comment_ = text_;
    } else if (name == "SanctionsMeasure") {
      Party& party = parties_[party_];
      if (!comment_.empty() && party.programmes.size() < 400)
        party.programmes += (party.programmes.empty() ? "" : ", ") + comment_;
      comment_.clear();
    } else if (name == "Year") {
      year_ = std::atoi(text_.c_str());
    } else if (name == "Month") {
      month_ = std::atoi(text_.c_str());
    } else if (name == "Day") {
      day_ = std::atoi(text_.c_str());
    } else if (name == "EntryEvent" || name == "DateOfIssue") {
      char date[32];
      std::snprintf(date, sizeof date, "%04d-%02d-%02d", year_ % 10'000, month_ % 100, day_ % 100);
      if (name == "DateOfIssue")
        batch_.as_of = base::parse_time(date);
      else if (parties_[party_].entered.empty())
        parties_[party_].entered = date;
      dating_.clear();
    }
    text_.clear();
  }
  base::Status finish() {
    batch_.collection = kCollectionXml;
    if (!batch_.as_of) return base::bad_input(path_ + ": has no DateOfIssue");
    for (const Found& f : found_) {
      const Party& party = parties_[f.party];
      const std::string context =
          "SDN " + f.party + (party.entered.empty() ? "" : ", party listed since " + party.entered);
      add_listed(tickers_[f.feature_type], f.address, party.name.empty() ? "SDN " + f.party : party.name,
                 "OFAC SDN list of " + base::format_time(*batch_.as_of).substr(0, 10), context, party.programmes,
                 path_ + ": line " + std::to_string(f.line), batch_);
    }
    return {};
  }

  TagBatch& batch_;
  std::string path_, problem_, root_, text_, id_, party_, alias_, feature_type_, comment_, dating_;
  bool primary_ = false;
  int line_ = 0, year_ = 0, month_ = 0, day_ = 0;
  std::map<std::string, std::string> tickers_;
  std::map<std::string, Party> parties_;
  std::vector<Found> found_;
};
using Reader = std::unique_ptr<xmlTextReader, void (*)(xmlTextReaderPtr)>;
constexpr int kXmlOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT;

// ---- plain lists ---------------------------------------------------------------------------------------------------
std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }
std::string ticker_of(const std::string& path) {
  constexpr std::string_view kPrefix = "sanctioned_addresses_";
  const std::string name = file_name(path);
  if (name.rfind(kPrefix, 0) != 0) return "";
  return name.substr(kPrefix.size(), name.find('.') - kPrefix.size());
}
// "…; Digital Currency Address - XBT 1abc…; alt. Digital Currency Address - ETH 0x…;" in a line of sdn.csv.
void legacy_line(const std::string& place, std::string_view line, TagBatch& batch) {
  const size_t quote = line.find('"');
  const size_t end = quote == std::string_view::npos ? quote : line.find('"', quote + 1);
  const std::string name(end == std::string_view::npos ? "" : line.substr(quote + 1, end - quote - 1));
  for (size_t at = line.find(kFeature); at != std::string_view::npos; at = line.find(kFeature, at)) {
    at += kFeature.size();
    const size_t blank = line.find(' ', at);
    if (blank == std::string_view::npos) return batch.refuse(place, line.substr(at), "expected 'TICKER ADDRESS'");
    const size_t stop = line.find_first_of("; .\"", blank + 1);
    const std::string number(line.substr(0, line.find(',')));
    add_listed(std::string(line.substr(at, blank - at)), line.substr(blank + 1, stop - blank - 1),
               name.empty() ? "SDN " + number : name, "OFAC sdn.csv", "SDN " + number, "", place, batch);
    at = blank;
  }
}
}  // namespace

base::Status read_ofac_xml(const std::string& path, TagBatch& batch) {
  if (!base::exists(path)) return base::bad_input(path + ": no such file");
  const Reader reader(xmlReaderForFile(path.c_str(), nullptr, kXmlOptions), xmlFreeTextReader);
  if (!reader) return base::machine_failed(path + ": cannot be opened");
  return SdnReader(batch).read(reader.get(), path);
}
base::Status read_ofac_xml_text(const std::string& name, std::string_view content, TagBatch& batch) {
  if (content.size() > kImportBytesMax) return base::bad_input(name + ": more than 256 MiB (limit)");
  const Reader reader(
      xmlReaderForMemory(content.data(), static_cast<int>(content.size()), nullptr, nullptr, kXmlOptions),
      xmlFreeTextReader);
  if (!reader) return base::bad_input(name + ": empty");
  return SdnReader(batch).read(reader.get(), name);
}

base::Status read_ofac_list(const std::string& path, std::string_view content, const std::string& ticker,
                            TagBatch& batch) {
  batch.collection = kCollectionList;
  const bool legacy = path.size() > 4 && path.substr(path.size() - 4) == ".csv";
  const std::string asset = ticker.empty() ? ticker_of(path) : ticker;
  if (!legacy && asset.empty())
    return base::bad_input(path + ": which asset? Expected a name like sanctioned_addresses_ETH.txt, or --chain");
  size_t line_number = 0;
  for (size_t at = 0; at < content.size();) {
    const size_t end = std::min(content.find('\n', at), content.size());
    std::string_view line = content.substr(at, end - at);
    at = end + 1;
    ++line_number;
    const std::string place = path + ":" + std::to_string(line_number);
    if (legacy) {
      legacy_line(place, line, batch);
      continue;
    }
    // A JSON array of strings, one a line, has brackets, quotes and commas around.
    const auto edge = [](char c) {
      return c == ' ' || c == '\t' || c == '\r' || c == '"' || c == ',' || c == '[' || c == ']';
    };
    while (!line.empty() && edge(line.front())) line.remove_prefix(1);
    while (!line.empty() && edge(line.back())) line.remove_suffix(1);
    while (!line.empty()) {  // an array may stand on one line
      const size_t stop = std::min(line.find_first_of("\","), line.size());
      add_listed(asset, line.substr(0, stop), "OFAC SDN", "OFAC SDN list", "", "", place, batch);
      line.remove_prefix(stop);
      while (!line.empty() && edge(line.front())) line.remove_prefix(1);
    }
  }
  return {};
}
}  // namespace jindo::attribution
