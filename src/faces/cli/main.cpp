// The program: words into a command, the command run, its error into an exit status.
#include <malloc.h>

#include <cstdio>
#include <new>
#include <string>
#include <vector>

#include "cli/options.h"
#include "cli/shared_arguments.h"

namespace {
using namespace jindo;

base::Status run(const cli::Arguments& arguments) {
  if (!arguments.help) return arguments.command->run(arguments);
  cli::print(cli::help_text(*arguments.command));
  return {};
}
int report(const base::Error& error) {
  std::fprintf(stderr, "jindo: %s\n", error.message.c_str());
  return static_cast<int>(error.kind);
}
}  // namespace

int main(int argc, char** argv) {
  // Freed memory stays with the process: fresh pages cost more here than the work done on them (docs/HACKING.md).
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    if (words.size() < 2 || words[0] != "help") {
      cli::print(cli::help_text());
      return words.empty() ? 2 : 0;
    }
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (words[0] == "--version") words[0] = "version";
  auto arguments = cli::parse(words);
  if (!arguments.ok()) return report(arguments.error());
  try {
    base::Status status = run(*arguments);
    if (status.ok()) status = cli::output_failed();
    return status.ok() ? 0 : report(status.error());
  } catch (const std::bad_alloc&) {
    return report(base::machine_failed("out of memory; give less with --memory, or use a machine with more"));
  }
}
