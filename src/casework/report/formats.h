// A trace in any format, and the way to one place in it. Each format is a file of its own: trace_json.cpp, trace_table,
// trace_csv, graphml, html; trail.cpp for the way to one place.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "inquiry/tracing.h"

namespace jindo::report {

enum class Format { kJson, kTable, kCsv, kGraphml, kHtml };
base::Result<Format> parse_format(std::string_view name);

void print_json(const inquiry::Traced& traced, const base::TextSink& out);
void print_table(const inquiry::Traced& traced, const base::TextSink& out);
void print_csv(const inquiry::Traced& traced, const base::TextSink& out);
void print_graphml(const inquiry::Traced& traced, const base::TextSink& out);
// `findings` writes the part that says what was done (report/findings.h); may be empty. `command`: what makes this very
// page again, as a shell takes it.
void print_html(const inquiry::Traced& traced, const std::string& command,
                const std::function<void(const base::TextSink&)>& findings, const base::TextSink& out);

void print_trail_json(const inquiry::Traced& traced, const std::vector<trace::TrailStep>& trail,
                      const base::TextSink& out);
void print_trail_table(const inquiry::Traced& traced, const std::vector<trace::TrailStep>& trail,
                       const base::TextSink& out);

}  // namespace jindo::report
