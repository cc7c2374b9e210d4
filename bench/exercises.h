// Exercises as input: making them, reading them in, tracing their thefts.
#pragma once

#include <string>

namespace jindo::bench {
void exercise_benches(const std::string& program, const std::string& work);
}  // namespace jindo::bench
