// The use case "say what was done": a recorded trace in, techniques with evidence out, told as a narrative, a table,
// JSON, CSV, or as a part of the report.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/tracing.h"
#include "typology/detectors.h"

namespace jindo::app {

struct Found {
  resolve::Registry registry;  // empty, where links were not followed
  resolve::AssetBook assets;
  std::unique_ptr<typology::Scene> scene;
  typology::Findings findings;
};
// The trace must have been recorded, and outlive what is found.
std::unique_ptr<Found> find_techniques(const Traced& traced);

enum class FindingsFormat { kNarrative, kTable, kJson, kCsv };
base::Result<FindingsFormat> parse_findings_format(std::string_view name);
void print_findings(const Traced& traced, const typology::Findings& findings, FindingsFormat format,
                    const base::TextSink& out);
// As a part of the HTML report: a heading and a list.
void print_findings_html(const typology::Findings& findings, const base::TextSink& out);
void print_techniques(bool json, const base::TextSink& out);

}  // namespace jindo::app
