// Links and findings: what it costs to read a ledger's crossings and to name techniques, and how both grow.
#pragma once

#include <string>

namespace jindo::bench {
void finding_benches(const std::string& program, const std::string& work);
}  // namespace jindo::bench
