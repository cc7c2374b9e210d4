// The names of the formats.
#include "report/formats.h"

namespace jindo::report {
base::Result<Format> parse_format(std::string_view name) {
  if (name == "json") return Format::kJson;
  if (name == "table") return Format::kTable;
  if (name == "csv") return Format::kCsv;
  if (name == "graphml") return Format::kGraphml;
  if (name == "html") return Format::kHtml;
  return base::wrong_use("unknown format '" + std::string(name) + "'; expected json, table, csv, graphml or html");
}
}  // namespace jindo::report
