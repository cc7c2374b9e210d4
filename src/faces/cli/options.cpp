// The parser: words against the table of commands, with a hint where a word is nearly a known one.
#include "cli/options.h"

#include <algorithm>

namespace jindo::cli {
namespace {
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

base::Error unknown_command(const std::vector<std::string>& words) {
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
  return base::wrong_use("unknown command '" + said + "'" + (hint.empty() ? "; see 'jindo help'" : hint));
}
// The command that the first words name (the last that fits), and how many words that took; null for none.
const Command* find_command(const std::vector<std::string>& words, size_t& used) {
  const Command* found = nullptr;
  for (const Command& command : commands()) {
    const auto name = split(command.name, ' ');
    if (name.size() <= words.size() && std::equal(name.begin(), name.end(), words.begin())) {
      found = &command;
      used = name.size();
    }
  }
  return found;
}

base::Result<const Option*> find_option(const Command& command, const std::string& word) {
  std::vector<std::string> known;
  for (const auto* table : {&command.options, &common_options()}) {
    for (const Option& candidate : *table) {
      if (word == candidate.name) return &candidate;
      known.push_back(candidate.name);
    }
  }
  return base::wrong_use("'jindo " + std::string(command.name) + "' has no option '" + word + "'" +
                         nearest(word, known));
}
// Reads the option at `words[at]` with its value, which may be the next word: then `at` goes on to that.
base::Status read_option(const std::vector<std::string>& words, size_t& at, Arguments& out) {
  using base::wrong_use;
  std::string word = words[at] == "-h" ? "--help" : words[at];
  std::string value;
  bool has_value = false;
  if (const size_t equals = word.find('='); equals != std::string::npos) {
    value = word.substr(equals + 1);
    word.resize(equals);
    has_value = true;
  }
  JINDO_TRY(const Option* option, find_option(*out.command, word));
  if (*option->value == '\0') {
    if (has_value) return wrong_use(word + " takes no value");
  } else if (!has_value) {
    if (at + 1 >= words.size()) return wrong_use(word + " needs a value: " + option->value);
    value = words[++at];
  }
  if (*option->choices != '\0') {
    const auto choices = split(option->choices, '|');
    if (std::find(choices.begin(), choices.end(), value) == choices.end())
      return wrong_use(word + ": '" + value + "' is none of " + option->choices + nearest(value, choices));
  }
  auto& values = out.values_[word];
  if (!values.empty() && !option->repeated) return wrong_use(word + " is given twice");
  values.push_back(value);
  return {};
}
// What the command needs is there, and no operand too many.
base::Status check_complete(const Arguments& arguments) {
  const Command& command = *arguments.command;
  const std::string name = command.name;
  const std::string see = "; see 'jindo " + name + " --help'";
  for (const Option& option : command.options) {
    if (option.required && !arguments.has(option.name))
      return base::wrong_use("'jindo " + name + "' needs " + option.name + " " + option.value + see);
  }
  if (arguments.operands.size() < command.operands_min)
    return base::wrong_use("'jindo " + name + "' needs " + command.operands + see);
  if (arguments.operands.size() > command.operands_max)
    return base::wrong_use("'jindo " + name + "' does not know what to do with '" +
                           arguments.operands[command.operands_max] + "'");
  return {};
}
}  // namespace

const std::vector<Option>& common_options() {
  static const std::vector<Option> table = {
      {.name = "--progress",
       .value = "WHEN",
       .help = "show progress on standard error",
       .fallback = "auto",
       .choices = "auto|always|never"},
      {.name = "--quiet", .help = "no progress, no notes"},
      {.name = "--help", .help = "this text"},
  };
  return table;
}
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
  Arguments out;
  size_t used = 0;
  out.command = find_command(words, used);
  if (out.command == nullptr) return unknown_command(words);
  bool only_operands = false;
  for (size_t i = used; i < words.size(); ++i) {
    if (only_operands || words[i].size() < 2 || words[i][0] != '-')
      out.operands.push_back(words[i]);
    else if (words[i] == "--")
      only_operands = true;
    else
      JINDO_DO(read_option(words, i, out));
  }
  out.help = out.has("--help");
  if (!out.help) JINDO_DO(check_complete(out));
  return out;
}
}  // namespace jindo::cli
