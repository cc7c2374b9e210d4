// What the parts of a workbook say: sheets by name and path, the table of shared texts, which styles are times.
#include "exports/workbook.h"

#include <algorithm>

#include "base/uint256.h"
#include "exports/workbook_rows.h"
#include "exports/workbook_xml.h"

namespace jindo::exports {
namespace {
using base::bad_input;
constexpr size_t kSheetsMax = 1000;
constexpr size_t kTextsMax = 4'000'000;

// Number formats that are dates or times: ECMA-376 part 1, 18.8.30; of own formats, those with a y, d, h, m or s
// outside quotes and brackets.
bool is_time_format(uint64_t id, const std::map<uint64_t, std::string>& own) {
  const auto found = own.find(id);
  if (found == own.end()) return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58);
  bool quoted = false, bracket = false;
  for (size_t i = 0; i < found->second.size(); ++i) {
    const char c = found->second[i];
    if (c == '"') quoted = !quoted;
    if (c == '[') bracket = true;
    if (c == ']') bracket = false;
    if (c == '\\') ++i;
    if (!quoted && !bracket && std::string_view("yYdDhHmMsS").find(c) != std::string_view::npos) return true;
  }
  return false;
}

uint64_t number_of(const std::string& text) {
  const auto value = base::parse_decimal(text);
  return value && value->fits_u64() ? value->low() : UINT64_MAX;
}

// "worksheets/sheet1.xml" and "/xl/worksheets/sheet1.xml" alike.
std::string part_path(const std::string& target) {
  if (target.starts_with("/")) return target.substr(1);
  return "xl/" + target;
}
}  // namespace

base::Result<Workbook> Workbook::open(const std::string& name, std::string_view bytes) {
  JINDO_TRY(ZipFile zip, ZipFile::open(name, bytes));
  Workbook out(std::move(zip));
  out.name_ = name;
  JINDO_DO(out.read_book());
  JINDO_DO(out.read_texts());
  JINDO_DO(out.read_styles());
  return out;
}

base::Status Workbook::read_book() {
  if (!zip_.has("xl/workbook.xml")) return bad_input(name_ + ": a zip archive, but no XLSX workbook; unpack it first");
  std::map<std::string, std::string> targets;
  if (zip_.has("xl/_rels/workbook.xml.rels")) {
    JINDO_TRY(const std::string xml, zip_.read("xl/_rels/workbook.xml.rels"));
    JINDO_TRY(XmlWalk walk, XmlWalk::open(name_ + ": workbook.xml.rels", xml));
    for (XmlStep step;;) {
      JINDO_TRY(const bool more, walk.next(step));
      if (!more) break;
      if (step.kind == XmlStep::Kind::kBegin && step.name == "Relationship")
        targets[step.attribute("Id")] = step.attribute("Target");
    }
  }
  JINDO_TRY(const std::string xml, zip_.read("xl/workbook.xml"));
  JINDO_TRY(XmlWalk walk, XmlWalk::open(name_ + ": workbook.xml", xml));
  for (XmlStep step;;) {
    JINDO_TRY(const bool more, walk.next(step));
    if (!more) break;
    if (step.kind != XmlStep::Kind::kBegin) continue;
    if (step.name == "workbookPr")
      from_1904_ = step.attribute("date1904") == "1" || step.attribute("date1904") == "true";
    if (step.name != "sheet") continue;
    if (names_.size() == kSheetsMax)
      return bad_input(name_ + ": more than " + std::to_string(kSheetsMax) + " sheets (limit)");
    const auto target = targets.find(step.attribute("r:id"));
    names_.push_back(step.attribute("name"));
    paths_.push_back(target != targets.end() ? part_path(target->second)
                                             : "xl/worksheets/sheet" + std::to_string(names_.size()) + ".xml");
  }
  return {};
}

// Shared texts: <si><t>…</t></si>, or runs <si><r><t>…</t></r>…</si>; phonetic hints <rPh> are left out.
base::Status Workbook::read_texts() {
  if (!zip_.has("xl/sharedStrings.xml")) return {};
  JINDO_TRY(const std::string xml, zip_.read("xl/sharedStrings.xml"));
  JINDO_TRY(XmlWalk walk, XmlWalk::open(name_ + ": sharedStrings.xml", xml));
  bool in_text = false, phonetic = false;
  for (XmlStep step;;) {
    JINDO_TRY(const bool more, walk.next(step));
    if (!more) return {};
    if (step.kind == XmlStep::Kind::kText) {
      if (in_text && !phonetic && !texts_->empty()) texts_->back() += step.text;
      continue;
    }
    const bool begins = step.kind == XmlStep::Kind::kBegin;
    if (step.name == "t") in_text = begins;
    if (step.name == "rPh") phonetic = begins;
    if (step.name == "si" && begins) {
      if (texts_->size() == kTextsMax)
        return bad_input(name_ + ": more than " + std::to_string(kTextsMax) + " texts (limit)");
      texts_->emplace_back();
    }
  }
}

base::Status Workbook::read_styles() {
  if (!zip_.has("xl/styles.xml")) return {};
  JINDO_TRY(const std::string xml, zip_.read("xl/styles.xml"));
  JINDO_TRY(XmlWalk walk, XmlWalk::open(name_ + ": styles.xml", xml));
  std::map<uint64_t, std::string> own;
  bool in_cells = false;
  for (XmlStep step;;) {
    JINDO_TRY(const bool more, walk.next(step));
    if (!more) return {};
    if (step.name == "cellXfs" && step.kind != XmlStep::Kind::kText) in_cells = step.kind == XmlStep::Kind::kBegin;
    if (step.kind != XmlStep::Kind::kBegin) continue;
    if (step.name == "numFmt") own[number_of(step.attribute("numFmtId"))] = step.attribute("formatCode");
    if (step.name == "xf" && in_cells)
      style_is_time_->push_back(is_time_format(number_of(step.attribute("numFmtId")), own));
  }
}

base::Result<Table> Workbook::sheet(size_t index) const {
  if (index >= paths_.size()) return base::wrong_use(name_ + ": there is no sheet " + std::to_string(index + 1));
  JINDO_TRY(std::string xml, zip_.read(paths_[index]));
  return Table::from_source(
      make_sheet_rows(name_ + ": sheet '" + names_[index] + "'", std::move(xml), texts_, style_is_time_, from_1904_));
}
}  // namespace jindo::exports
