// exercise: scenarios, a new exercise, its brief, scores of answers.
#include "base/file.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "exercise/exercise.h"
#include "exercise/score.h"

namespace jindo::cli {
namespace {
std::string scenario_folder(const Arguments& arguments) {
  return arguments.has("--scenarios") ? arguments.get("--scenarios") : data_folder("scenarios");
}
// 10000, 500k, 20M
base::Result<uint64_t> scale(const Arguments& arguments) {
  std::string text = arguments.get("--scale");
  uint64_t unit = 1;
  if (!text.empty() && (text.back() == 'k' || text.back() == 'M')) {
    unit = text.back() == 'k' ? 1000 : 1'000'000;
    text.pop_back();
  }
  const auto number = base::parse_decimal(text);
  if (!number || !number->fits_u64() || number->low() * unit < 10'000 || number->low() > 1'000'000'000 / unit)
    return base::wrong_use("--scale: expected 10k to 1000M movements, like 10000, 250k or 20M; found '" +
                           arguments.get("--scale") + "'");
  return number->low() * unit;
}
std::string grouped(uint64_t value) {
  std::string digits = std::to_string(value), out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

base::Status run_exercise_list(const Arguments& arguments) {
  JINDO_TRY(const auto scenarios, exercise::list_scenarios(scenario_folder(arguments)));
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_array();
    for (const auto& scenario : scenarios) {
      json.begin_object();
      json.field("id", scenario.id);
      json.field("name", scenario.name);
      json.field("modelled_on", scenario.modelled_on);
      json.key("chains");
      json.begin_array();
      for (const auto& chain : scenario.chains) json.string(chain.first->name);
      json.end_array();
      json.field("days", static_cast<uint64_t>(scenario.duration / 86400));
      json.field("steps", static_cast<uint64_t>(scenario.steps.size()));
      json.end_object();
    }
    json.end_array();
    return {};
  }
  for (const auto& scenario : scenarios) {
    std::string id = scenario.id, chains;
    id.resize(std::max<size_t>(id.size() + 2, 26), ' ');
    for (const auto& chain : scenario.chains) chains += (chains.empty() ? "" : ", ") + std::string(chain.first->name);
    print(id + scenario.name + " (" + (scenario.modelled_on.empty() ? "made up" : "after " + scenario.modelled_on) +
          "; " + chains + ")\n");
  }
  return {};
}
Command exercise_list_command() {
  return {
      .name = "exercise list",
      .summary = "scenarios of exercises",
      .description = "The scenarios that `exercise new` can play; a scenario is a short file to copy and change.",
      .options = {kScenarios, kFormatTable},
      .examples = {"jindo exercise list"},
      .run = run_exercise_list,
  };
}

base::Status run_exercise_new(const Arguments& arguments) {
  JINDO_TRY(const exercise::Scenario scenario,
            exercise::find_scenario(arguments.get("--scenario"), scenario_folder(arguments)));
  exercise::ExerciseOptions options;
  JINDO_TRY(options.seed, whole_number(arguments, "--seed"));
  JINDO_TRY(options.movements, scale(arguments));
  JINDO_TRY(options.threads, thread_count(arguments));
  options.folder = arguments.get("--out");
  while (options.folder.size() > 1 && options.folder.back() == '/') options.folder.pop_back();
  options.json = arguments.get("--tables") == "json";
  options.obfuscate = arguments.has("--xor");
  options.progress = progress_mode(arguments);
  JINDO_TRY(const exercise::ExerciseSummary summary, exercise::make_exercise(scenario, options));
  print(scenario.id + ": " + grouped(summary.movements) + " movements, " + grouped(summary.bytes / 1'000'000) +
        " MB in " + options.folder + "\n");
  for (const auto& chain : summary.chains)
    print("  jindo ingest --ledger L --chain " + chain.name + " --format " + chain.format + " " + options.folder + "/" +
          chain.path + "\n");
  for (const std::string& incident : summary.incidents)
    print("  jindo trace --ledger L --incident " + options.folder + "/" + incident + "\n");
  note(arguments, "the answers are in " + options.folder + "/answers: keep them from trainees");
  return {};
}
Command exercise_new_command() {
  return {
      .name = "exercise new",
      .summary = "make ledgers with a planted theft and an answer key",
      .description =
          "Plays a scenario in a simulated world and writes what real tools write: a bitcoin blocks folder, "
          "ethereum-etl tables, a Tron export; the incident; public labels; "
          "and the answers, apart. The same seed gives the same bytes on any machine, at any thread count.",
      .options = {{.name = "--scenario", .value = "NAME|FILE", .help = "a known scenario, or a file", .required = true},
                  {.name = "--out", .value = "DIR", .help = "a folder that is not there yet", .required = true},
                  {.name = "--seed", .value = "N", .help = "another number, another exercise", .fallback = "1"},
                  {.name = "--scale", .value = "S", .help = "movements, 10k to 1000M", .fallback = "100k"},
                  {.name = "--tables",
                   .value = "KIND",
                   .help = "EVM tables as ethereum-etl's CSV or its JSON lines",
                   .fallback = "csv",
                   .choices = "csv|json"},
                  {.name = "--xor", .help = "obfuscate the bitcoin files as Bitcoin Core 28 does (xor.dat)"},
                  kScenarios,
                  kThreads},
      .examples = {"jindo exercise new --scenario bridge-keys --seed 7 --scale 100k --out ex/",
                   "jindo exercise new --scenario my-scenario.yaml --scale 20M --out ex/ --xor"},
      .run = run_exercise_new,
  };
}

base::Status run_exercise_brief(const Arguments& arguments) {
  JINDO_TRY(const std::string text, exercise::brief(arguments.operands[0], arguments.get("--format") == "html"));
  if (arguments.has("--output")) return base::replace_file(arguments.get("--output"), text);
  print(text);
  return {};
}
Command exercise_brief_command() {
  return {
      .name = "exercise brief",
      .operands = "DIR",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "the trainee's page",
      .description = "What is known at hour zero, the questions, hints by stages; without the answers.",
      .options = {{.name = "--format",
                   .value = "FORMAT",
                   .help = "how to print",
                   .fallback = "markdown",
                   .choices = "markdown|html"},
                  kOutput},
      .examples = {"jindo exercise brief ex/ --format html --output brief.html"},
      .run = run_exercise_brief,
  };
}

base::Status run_exercise_score(const Arguments& arguments) {
  JINDO_TRY(const exercise::Truth truth, exercise::read_truth(arguments.get("--truth")));
  std::vector<exercise::Score> scores;
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(exercise::Score score, exercise::score_answer(truth, path));
    scores.push_back(std::move(score));
  }
  JINDO_TRY(const uint64_t missed, whole_number(arguments, "--missed"));
  if (json_wanted(arguments))
    exercise::print_score_json(truth, scores, print);
  else
    exercise::print_score_table(truth, scores, missed, print);
  return {};
}
Command exercise_score_command() {
  return {
      .name = "exercise score",
      .operands = "ANSWER...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "score answers against the key",
      .description =
          "An answer is a trace result (JSON), or a table (CSV, or a JSON array): chain, address for the places "
          "where the value ended; with owner or category: tags; with cluster: clusters; "
          "technique, chain, transaction: findings; kind, from_chain, from_transaction, to_chain, to_transaction: "
          "links. Prints precision, recall and value found, by technique and by hop, and what was missed.",
      .options =
          {{.name = "--truth", .value = "FILE", .help = "the exercise's answers/truth.json", .required = true},
           {.name = "--missed", .value = "N", .help = "list so many of the missed and the wrong", .fallback = "10"},
           kFormatTable},
      .examples = {"jindo exercise score --truth ex/answers/truth.json fifo.json haircut.json",
                   "jindo exercise score --truth ex/answers/truth.json my-list.csv"},
      .run = run_exercise_score,
  };
}
}  // namespace

std::vector<Command> exercise_commands() {
  return {exercise_list_command(), exercise_new_command(), exercise_brief_command(), exercise_score_command()};
}
}  // namespace jindo::cli
