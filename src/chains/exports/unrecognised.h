// A table that no format recognises: refused, and what its header lets one see, so that a column map can be written.
#pragma once

#include "exports/format.h"

namespace jindo::exports {
// Counts its rows, refuses the file, names what is missing.
base::Status describe_unrecognised(const Probe& probe, Table& table, Reading& out);
std::string first_names(const std::vector<std::string>& names);  // "a, b, c, …"
}  // namespace jindo::exports
