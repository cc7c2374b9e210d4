// Completions for bash, zsh and fish, made from the table of commands.
#include <algorithm>
#include <map>
#include <string>

#include "chain/network.h"
#include "cli/options.h"

namespace jindo::cli {
namespace {
using Words = std::map<std::string, std::string>;  // what may follow a word, parted by blanks

void add_once(std::string& words, const std::string& word) {
  if ((" " + words + " ").find(" " + word + " ") == std::string::npos) words += (words.empty() ? "" : " ") + word;
}
std::string options_of(const Command& command) {
  std::string out;
  for (const auto* table : {&command.options, &common_options()}) {
    for (const Option& option : *table) out += (out.empty() ? "" : " ") + std::string(option.name);
  }
  return out;
}
// What may stand behind each option that has a choice, whatever the command.
Words choices_of_options() {
  Words out;
  for (const Command& command : commands()) {
    for (const Option& option : command.options) {
      if (*option.choices == '\0') continue;
      for (const std::string& choice : split(option.choices, '|')) add_once(out[option.name], choice);
    }
  }
  std::string chains;
  for (const auto& network : chain::networks()) chains += (chains.empty() ? "" : " ") + std::string(network.name);
  out["--chain"] = chains;
  return out;
}

std::string fish_option(const std::string& command, const Option& option) {
  std::string out = "complete -c jindo -n '__fish_seen_subcommand_from " + command + "' -l " +
                    std::string(option.name + 2) + (*option.value != '\0' ? " -r" : "");
  if (*option.choices != '\0') {
    std::string choices = option.choices;
    std::replace(choices.begin(), choices.end(), '|', ' ');
    out += " -a '" + choices + "'";
  }
  return out + " -d '" + std::string(option.help) + "'\n";
}
std::string fish_completions() {
  std::string out;
  for (const Command& command : commands()) {
    const auto name = split(command.name, ' ');
    out += "complete -c jindo -n '__fish_use_subcommand' -a " + name[0] + "\n";
    if (name.size() == 2)
      out += "complete -c jindo -n '__fish_seen_subcommand_from " + name[0] + "' -a " + name[1] + " -d '" +
             command.summary + "'\n";
    for (const Option& option : command.options) out += fish_option(name.back(), option);
  }
  return out;
}

std::string bash_cases(const Words& words) {
  std::string out;
  for (const auto& [name, values] : words)
    out += "    " + name + ") COMPREPLY=($(compgen -W '" + values + "' -- \"$word\")); return ;;\n";
  return out;
}
std::string bash_completions() {
  std::string firsts;
  Words seconds;
  for (const Command& command : commands()) {
    const auto name = split(command.name, ' ');
    if (name.size() == 2) seconds[name[0]] += " " + name[1];
    add_once(firsts, name[0]);
  }
  std::string out =
      "_jindo() {\n  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n  case $previous in\n";
  out += bash_cases(choices_of_options()) + bash_cases(seconds);
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
}  // namespace

base::Result<std::string> completions(const std::string& shell) {
  if (shell == "fish") return fish_completions();
  if (shell == "bash") return bash_completions();
  if (shell == "zsh") return "#compdef jindo\nautoload -U +X bashcompinit && bashcompinit\n" + bash_completions();
  return base::wrong_use("completions for bash, zsh and fish; not for '" + shell + "'");
}
}  // namespace jindo::cli
