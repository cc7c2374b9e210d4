// The one table of commands and options: parser, help, man page and completions come from it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace jindo::cli {

struct Option {
  const char* name = "";   // "--policy"
  const char* value = "";  // "POLICY"; "" for a switch
  const char* help = "";
  const char* fallback = "";  // default, shown in help
  const char* choices = "";   // "a|b|c": checked, completed
  bool required = false;
  bool repeated = false;
};
struct Arguments;
struct Command {
  const char* name = "";      // "ledger verify"
  const char* operands = "";  // "BLOCKS_DIR|FILE..."; "" for none
  size_t operands_min = 0, operands_max = 0;
  const char* summary = "";
  const char* description = "";
  std::vector<Option> options = {};
  std::vector<const char*> examples = {};
  base::Status (*run)(const Arguments& arguments) = nullptr;
};
const std::vector<Command>& commands();  // all of them, in the order of the help text
const std::vector<Option>& common_options();

struct Arguments {
  const Command* command = nullptr;
  std::vector<std::string> operands;
  bool help = false;
  bool has(const std::string& name) const { return values_.count(name) != 0; }
  std::string get(const std::string& name) const;  // the last given, or the default
  std::vector<std::string> all(const std::string& name) const;
  std::map<std::string, std::vector<std::string>> values_;
};
// The command that the first words name, its options checked against the table; wrong use says what is near.
base::Result<Arguments> parse(const std::vector<std::string>& words);

std::vector<std::string> split(const std::string& text, char by);  // "a|b" by '|': a, b
std::string help_text();
std::string help_text(const Command& command);
std::string man_page();
base::Result<std::string> completions(const std::string& shell);

}  // namespace jindo::cli
