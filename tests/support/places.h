// Where tests find the checkout and the data beside it. The paths are compiled into places.cpp alone, so that every
// other object is the same in every checkout and a compiler cache finds it.
#pragma once

#include <string>

namespace jindo::tests {
std::string source_folder();  // the checkout
std::string shared_data();    // ../shared/data; may be missing
}  // namespace jindo::tests
