// A program run in a process of its own, measured; rows of figures.
#include "measure.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"

namespace jindo::bench {
namespace {
struct Row {
  std::string name, figure, unit, note;
};
std::vector<Row> rows;
}  // namespace

void row(const std::string& name, double figure, const std::string& unit, const std::string& note) {
  char text[64];
  std::snprintf(text, sizeof text, figure >= 100 ? "%.0f" : figure >= 1 ? "%.2f" : "%.4f", figure);
  rows.push_back({name, text, unit, note});
  std::printf("%-58s %12s %-14s %s\n", name.c_str(), text, unit.c_str(), note.c_str());
  std::fflush(stdout);
}
double best_seconds(int runs, const std::function<void()>& work) {
  double best = 1e300;
  for (int i = 0; i < runs; ++i) {
    const uint64_t start = base::monotonic_ns();
    work();
    best = std::min(best, static_cast<double>(base::monotonic_ns() - start) / 1e9);
  }
  return best;
}

Child run_program(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const uint64_t start = base::monotonic_ns();
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    std::_Exit(127);
  }
  int status = 0;
  struct rusage usage {};
  ::wait4(child, &status, 0, &usage);
  if (status != 0) {
    std::fprintf(stderr, "bench: %s %s failed\n", words[0].c_str(), words[1].c_str());
    std::exit(1);
  }
  return {static_cast<double>(base::monotonic_ns() - start) / 1e9, static_cast<double>(usage.ru_maxrss) / 1024};
}

std::string fresh(const std::string& folder) {
  (void)base::remove_all(folder);
  return folder;
}

base::Status write_rows(const std::string& path) {
  std::string text;
  base::JsonWriter json([&](std::string_view part) { text += part; });
  json.begin_array();
  for (const Row& r : rows) {
    json.begin_object();
    json.field("name", r.name);
    json.field("figure", r.figure);
    json.field("unit", r.unit);
    json.field("note", r.note);
    json.end_object();
  }
  json.end_array();
  json.flush();
  return base::replace_file(path, text);
}
}  // namespace jindo::bench
