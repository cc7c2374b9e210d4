// The paths that CMake gives to this file alone.
#include "support/places.h"

namespace jindo::tests {
std::string source_folder() { return JINDO_SOURCE; }
std::string shared_data() { return JINDO_SHARED_DATA; }
}  // namespace jindo::tests
