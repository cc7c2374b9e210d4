// What the traces of several incidents share, as JSON or as text.
#pragma once

#include "base/json_writer.h"
#include "inquiry/comparison.h"

namespace jindo::report {
void print_comparison(const inquiry::Comparison& comparison, bool json, const base::TextSink& out);
}  // namespace jindo::report
