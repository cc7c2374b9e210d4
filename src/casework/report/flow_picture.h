// A drawing of the flow as SVG: columns by hops from the theft, ribbons as wide as the origin they carry.
#pragma once

#include <string>

#include "inquiry/flow.h"

namespace jindo::report {
// Draws at most `nodes_max` addresses, those that most passed through; what goes elsewhere ends in one grey box a
// column.
std::string draw_flow(const inquiry::Traced& traced, const inquiry::Flow& flow, size_t nodes_max);
}  // namespace jindo::report
