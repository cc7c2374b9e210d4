// Clusters' benches: the chain of the first bench, and a chain of 50 million inputs.
#pragma once

#include <string>

namespace jindo::bench {
void cluster_benches(const std::string& program, const std::string& work);
void cluster_benches_large(const std::string& program, const std::string& work);
}  // namespace jindo::bench
