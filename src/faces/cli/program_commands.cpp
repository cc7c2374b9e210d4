// completions, man, version: what the program says of itself.
#include <string>

#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "ledger/format.h"

namespace jindo::cli {
namespace {
base::Status run_completions(const Arguments& arguments) {
  JINDO_TRY(const std::string text, completions(arguments.operands[0]));
  print(text);
  return {};
}
Command completions_command() {
  return {
      .name = "completions",
      .operands = "bash|zsh|fish",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "shell completions",
      .description = "Prints a completion script for a shell.",
      .examples = {"jindo completions bash > /etc/bash_completion.d/jindo"},
      .run = run_completions,
  };
}

base::Status run_man(const Arguments&) {
  print(man_page());
  return {};
}
Command man_command() {
  return {
      .name = "man",
      .summary = "the manual page",
      .description = "Prints the manual page in roff.",
      .examples = {"jindo man | man -l -"},
      .run = run_man,
  };
}

base::Status run_version(const Arguments&) {
  print("jindo 0.1.0, ledger format " + std::to_string(ledger::kFormatVersion) + "\n");
  return {};
}
Command version_command() {
  return {
      .name = "version",
      .summary = "version and formats",
      .description = "Prints the program's version and the ledger format it writes.",
      .examples = {"jindo version"},
      .run = run_version,
  };
}
}  // namespace

std::vector<Command> program_commands() { return {completions_command(), man_command(), version_command()}; }
}  // namespace jindo::cli
