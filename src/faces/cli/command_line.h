// A command as text that a POSIX shell takes back: what a report prints, so that it can be made again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.h"

namespace jindo::cli {
// A word as the shell reads it: as it is, or in single quotes.
std::string shell_word(std::string_view word);
// The command that was given, its operands, and every option given, in the table's order, but for those left out; then
// `more` as it is. Whoever runs it in the same folder runs the same.
std::string command_line(const Arguments& arguments, const std::vector<std::string>& left_out, const std::string& more);
}  // namespace jindo::cli
