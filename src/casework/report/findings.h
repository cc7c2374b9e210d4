// Findings as a narrative, a table, JSON, CSV, or as a part of the HTML report; and what each technique means.
#pragma once

#include <string_view>

#include "base/json_writer.h"
#include "inquiry/tracing.h"
#include "typology/detectors.h"

namespace jindo::report {

enum class FindingsFormat { kNarrative, kTable, kJson, kCsv };
// "narrative", "table", "json", "csv"; another name: kWrongUse.
base::Result<FindingsFormat> parse_findings_format(std::string_view name);
void print_findings(const inquiry::Traced& traced, const typology::Findings& findings, FindingsFormat format,
                    const base::TextSink& out);
// As a part of the HTML report: a heading and a list.
void print_findings_html(const typology::Findings& findings, const base::TextSink& out);
// What every technique means, what it rests on and what it mistakes.
void print_techniques(bool json, const base::TextSink& out);

}  // namespace jindo::report
