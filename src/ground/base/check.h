// CHECK: for bugs only, always on. What input can cause is a Result, never a CHECK.
#pragma once
namespace jindo::base {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}
#define CHECK(condition)                                                                \
  do {                                                                                  \
    if (!(condition)) ::jindo::base::check_failed(#condition, __FILE_NAME__, __LINE__); \
  } while (false)
