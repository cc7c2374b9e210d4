// The words of a command quoted and joined again.
#include "cli/command_line.h"

#include <algorithm>

namespace jindo::cli {
std::string shell_word(std::string_view word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@%+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

std::string command_line(const Arguments& arguments, const std::vector<std::string>& left_out,
                         const std::string& more) {
  std::string out = std::string("jindo ") + arguments.command->name;
  for (const std::string& operand : arguments.operands) out += " " + shell_word(operand);
  for (const Option& option : arguments.command->options) {
    if (!arguments.has(option.name) || std::count(left_out.begin(), left_out.end(), option.name) != 0) continue;
    for (const std::string& value : arguments.all(option.name)) {
      out += std::string(" ") + option.name;
      if (*option.value != 0) out += " " + shell_word(value);
    }
  }
  return out + (more.empty() ? "" : " " + more);
}
}  // namespace jindo::cli
