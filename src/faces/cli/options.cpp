#include "cli/options.h"

#include <algorithm>

#include "chain/network.h"
#include "cli/shared_options.h"

namespace jindo::cli {
namespace {
std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == by)
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}
// How far two words are apart, for "did you mean" (Levenshtein).
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t keep = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = keep;
    }
  }
  return row[b.size()];
}
std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  size_t least = 3;
  for (const std::string& candidate : known) {
    const size_t d = distance(word, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best.empty() ? "" : "; did you mean '" + best + "'?";
}
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

const std::vector<Command>& commands() {
  static const std::vector<Command> table = [] {
    std::vector<Command> out = main_commands();
    const auto before =
        std::find_if(out.begin(), out.end(), [](const Command& c) { return std::string(c.name) == "transaction"; });
    const auto owners = owner_commands();
    const auto at = out.insert(before, owners.begin(), owners.end());
    const auto links = link_commands();
    out.insert(at, links.begin(), links.end());
    const auto live = serve_commands();
    out.insert(out.end(), live.begin(), live.end());
    const auto intel = intel_commands();
    out.insert(out.end(), intel.begin(), intel.end());
    return out;
  }();
  return table;
}
const std::vector<Option>& common_options() {
  static const std::vector<Option> table = {
      {"--progress", "WHEN", "show progress on standard error", "auto", "auto|always|never", false, false},
      {"--quiet", "", "no progress, no notes", "", "", false, false},
      {"--help", "", "this text", "", "", false, false},
  };
  return table;
}

std::string Arguments::get(const std::string& name) const {
  const auto found = values_.find(name);
  if (found != values_.end()) return found->second.back();
  for (const Option& option : command->options) {
    if (name == option.name) return option.fallback;
  }
  for (const Option& option : common_options()) {
    if (name == option.name) return option.fallback;
  }
  return "";
}
std::vector<std::string> Arguments::all(const std::string& name) const {
  const auto found = values_.find(name);
  return found != values_.end() ? found->second : std::vector<std::string>();
}

base::Result<Arguments> parse(const std::vector<std::string>& words) {
  using base::wrong_use;
  Arguments out;
  size_t used = 0;
  for (const Command& command : commands()) {
    const auto name = split(command.name, ' ');
    if (name.size() <= words.size() && std::equal(name.begin(), name.end(), words.begin())) {
      out.command = &command;
      used = name.size();
    }
  }
  if (out.command == nullptr) {
    std::vector<std::string> known;
    for (const Command& command : commands()) {
      known.push_back(command.name);
      known.push_back(split(command.name, ' ').front());
    }
    const std::string said = words[0] + (words.size() > 1 && words[1][0] != '-' ? " " + words[1] : "");
    std::string hint = nearest(said, known);
    if (hint.empty()) hint = nearest(words[0], known);
    std::string subcommands;
    for (const Command& command : commands()) {
      const auto name = split(command.name, ' ');
      if (name.size() > 1 && name.front() == words[0]) subcommands += (subcommands.empty() ? "" : ", ") + name[1];
    }
    if (!subcommands.empty()) hint = "; 'jindo " + words[0] + "' takes: " + subcommands;
    return wrong_use("unknown command '" + said + "'" + (hint.empty() ? "; see 'jindo help'" : hint));
  }
  bool only_operands = false;
  for (size_t i = used; i < words.size(); ++i) {
    std::string word = words[i];
    if (only_operands || word.size() < 2 || word[0] != '-') {
      out.operands.push_back(word);
      continue;
    }
    if (word == "--") {
      only_operands = true;
      continue;
    }
    if (word == "-h") word = "--help";
    std::string value;
    bool has_value = false;
    if (const size_t equals = word.find('='); equals != std::string::npos) {
      value = word.substr(equals + 1);
      word.resize(equals);
      has_value = true;
    }
    const Option* option = nullptr;
    std::vector<std::string> known;
    for (const auto* table : {&out.command->options, &common_options()}) {
      for (const Option& candidate : *table) {
        known.push_back(candidate.name);
        if (word == candidate.name) option = &candidate;
      }
    }
    if (option == nullptr)
      return wrong_use("'jindo " + std::string(out.command->name) + "' has no option '" + word + "'" +
                       nearest(word, known));
    if (*option->value == '\0') {
      if (has_value) return wrong_use(word + " takes no value");
    } else if (!has_value) {
      if (i + 1 >= words.size()) return wrong_use(word + " needs a value: " + option->value);
      value = words[++i];
    }
    if (*option->choices != '\0') {
      const auto choices = split(option->choices, '|');
      if (std::find(choices.begin(), choices.end(), value) == choices.end())
        return wrong_use(word + ": '" + value + "' is none of " + option->choices + nearest(value, choices));
    }
    auto& values = out.values_[word];
    if (!values.empty() && !option->repeated) return wrong_use(word + " is given twice");
    values.push_back(value);
  }
  out.help = out.has("--help");
  if (out.help) return out;
  for (const Option& option : out.command->options) {
    if (option.required && !out.has(option.name))
      return wrong_use("'jindo " + std::string(out.command->name) + "' needs " + option.name + " " + option.value +
                       "; see 'jindo " + out.command->name + " --help'");
  }
  if (out.operands.size() < out.command->operands_min)
    return wrong_use("'jindo " + std::string(out.command->name) + "' needs " + out.command->operands + "; see 'jindo " +
                     out.command->name + " --help'");
  if (out.operands.size() > out.command->operands_max)
    return wrong_use("'jindo " + std::string(out.command->name) + "' does not know what to do with '" +
                     out.operands[out.command->operands_max] + "'");
  return out;
}

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

base::Result<std::string> completions(const std::string& shell) {
  std::string firsts;
  std::map<std::string, std::string> seconds;
  for (const Command& command : commands()) {
    const auto name = split(command.name, ' ');
    if (name.size() == 2) seconds[name[0]] += " " + name[1];
    if ((" " + firsts + " ").find(" " + name[0] + " ") == std::string::npos)
      firsts += (firsts.empty() ? "" : " ") + name[0];
  }
  const auto options_of = [](const Command& command) {
    std::string out;
    for (const auto* table : {&command.options, &common_options()}) {
      for (const Option& option : *table) out += (out.empty() ? "" : " ") + std::string(option.name);
    }
    return out;
  };
  if (shell == "fish") {
    std::string out;
    for (const Command& command : commands()) {
      const auto name = split(command.name, ' ');
      out += "complete -c jindo -n '__fish_use_subcommand' -a " + name[0] + "\n";
      if (name.size() == 2)
        out += "complete -c jindo -n '__fish_seen_subcommand_from " + name[0] + "' -a " + name[1] + " -d '" +
               command.summary + "'\n";
      for (const Option& option : command.options) {
        out += "complete -c jindo -n '__fish_seen_subcommand_from " + name.back() + "' -l " +
               std::string(option.name + 2) + (*option.value != '\0' ? " -r" : "");
        if (*option.choices != '\0') {
          std::string choices = option.choices;
          std::replace(choices.begin(), choices.end(), '|', ' ');
          out += " -a '" + choices + "'";
        }
        out += " -d '" + std::string(option.help) + "'\n";
      }
    }
    return out;
  }
  if (shell != "bash" && shell != "zsh")
    return base::wrong_use("completions for bash, zsh and fish; not for '" + shell + "'");
  std::string out = shell == "zsh" ? "#compdef jindo\nautoload -U +X bashcompinit && bashcompinit\n" : "";
  out +=
      "_jindo() {\n  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n  case $previous in\n";
  std::map<std::string, std::string> choices;
  for (const Command& command : commands()) {
    for (const Option& option : command.options) {
      if (*option.choices == '\0') continue;
      for (const std::string& choice : split(option.choices, '|')) {
        std::string& held = choices[option.name];
        if ((" " + held + " ").find(" " + choice + " ") == std::string::npos)
          held += (held.empty() ? "" : " ") + choice;
      }
    }
  }
  std::string chains;
  for (const auto& network : chain::networks()) chains += (chains.empty() ? "" : " ") + std::string(network.name);
  choices["--chain"] = chains;
  for (const auto& [name, values] : choices)
    out += "    " + name + ") COMPREPLY=($(compgen -W '" + values + "' -- \"$word\")); return ;;\n";
  for (const auto& [name, values] : seconds)
    out += "    " + name + ") COMPREPLY=($(compgen -W '" + values + "' -- \"$word\")); return ;;\n";
  out += "  esac\n  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
  for (const Command& command : commands()) {
    const bool two = std::string(command.name).find(' ') != std::string::npos;
    out += std::string("    '") + command.name + "'" + (two ? "" : "*") +
           ") [[ $word == -* ]] && COMPREPLY=($(compgen -W '" + options_of(command) +
           "' -- \"$word\")) || COMPREPLY=($(compgen -f -- \"$word\")) ;;\n";
  }
  return out + "    *) COMPREPLY=($(compgen -W '" + firsts +
         " help' -- \"$word\")) ;;\n  esac\n}\ncomplete -o filenames -F _jindo jindo\n";
}
}  // namespace jindo::cli
