// What benches share: rows of figures, a program run as a user runs it, the best of several.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace jindo::bench {

void row(const std::string& name, double figure, const std::string& unit, const std::string& note);
base::Status write_rows(const std::string& path);  // as JSON

template <class T>
T must(base::Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "bench: %s\n", result.error().message.c_str());
    std::exit(1);
  }
  return std::move(result).value();
}
// Best of several runs: the machine is shared, and interference only adds.
double best_seconds(int runs, const std::function<void()>& work);

struct Child {
  double seconds = 0;
  double peak_mib = 0;
};
Child run_program(const std::vector<std::string>& words);  // ends the bench when it fails
std::string fresh(const std::string& folder);              // removed, its name back

}  // namespace jindo::bench
