// The end of a program that found a bug in itself.
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace jindo::base {
void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "jindo: bug: CHECK(%s) failed at %s:%d\n", condition, file, line);
  std::abort();
}
}  // namespace jindo::base
