// The help texts and the man page, made from the table of commands.
#include <algorithm>
#include <string>

#include "chain/network.h"
#include "cli/options.h"

namespace jindo::cli {
namespace {
std::string option_line(const Option& option) {
  std::string left = std::string("  ") + option.name + (*option.value != '\0' ? " " + std::string(option.value) : "");
  left += left.size() < 26 ? std::string(26 - left.size(), ' ') : "\n" + std::string(26, ' ');
  std::string line = left + option.help;
  if (*option.choices != '\0') line += ": " + std::string(option.choices);
  if (option.required)
    line += " (required)";
  else if (*option.fallback != '\0')
    line += " (default: " + std::string(option.fallback) + ")";
  return line + "\n";
}
}  // namespace

std::string help_text() {
  std::string out = "jindo: follow stolen virtual assets, exactly\n\nusage: jindo COMMAND [OPTIONS]\n\ncommands:\n";
  for (const Command& command : commands()) {
    std::string name = std::string("  ") + command.name;
    name.resize(std::max<size_t>(name.size(), 20), ' ');
    out += name + command.summary + "\n";
  }
  out += "\noptions of every command:\n";
  for (const Option& option : common_options()) out += option_line(option);
  std::string chains;
  for (const auto& network : chain::networks()) chains += (chains.empty() ? "" : ", ") + std::string(network.name);
  return out + "\nchains: " + chains +
         "\nexit status: 0 done, 1 the answer is no or a check failed, 2 wrong use, 3 bad input, 4 the machine failed\n"
         "\nan example, from an export to a report:\n  jindo ingest --ledger L --chain ethereum --format ethereum-etl "
         "export/\n"
         "  jindo trace --ledger L --incident ronin-2022 --policy fifo --format html --output report.html\n\n'jindo "
         "COMMAND --help' tells more.\n";
}
std::string help_text(const Command& command) {
  std::string out = std::string("jindo ") + command.name + ": " + command.summary + "\n\nusage: jindo " + command.name +
                    " [OPTIONS]" + (*command.operands != '\0' ? " " + std::string(command.operands) : "") + "\n\n" +
                    command.description + "\n\noptions:\n";
  for (const Option& option : command.options) out += option_line(option);
  for (const Option& option : common_options()) out += option_line(option);
  out += "\nexamples:\n";
  for (const char* example : command.examples) out += std::string("  ") + example + "\n";
  return out;
}

std::string man_page() {
  const auto escape = [](const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '-' ? "\\-" : std::string(1, c);
    return out;
  };
  std::string out =
      ".TH JINDO 1\n.SH NAME\njindo \\- follow stolen virtual assets, exactly\n.SH SYNOPSIS\n.B jindo\n.I "
      "COMMAND\n[OPTIONS]\n.SH COMMANDS\n";
  for (const Command& command : commands()) {
    out +=
        ".SS " + escape(std::string(command.name) + " " + command.operands) + "\n" + escape(command.description) + "\n";
    for (const Option& option : command.options)
      out += ".TP\n\\fB" + escape(option.name) + "\\fR \\fI" + escape(option.value) + "\\fR\n" + escape(option.help) +
             (*option.choices != '\0' ? ": " + escape(option.choices) : "") + ".\n";
    out += ".PP\n.nf\n";
    for (const char* example : command.examples) out += escape(example) + "\n";
    out += ".fi\n";
  }
  return out +
         ".SH EXIT STATUS\n0 done, 1 the answer is no or a check failed, 2 wrong use, 3 bad input, 4 the machine "
         "failed\n";
}
}  // namespace jindo::cli
