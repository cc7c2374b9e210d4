// Making an exercise: a scenario played in a world of the scale asked for, written as the files that real tools write,
// with what a trainee is given and, apart, the answers. Layout: docs/formats/exercise.md.
#pragma once

#include <string>

#include "base/progress.h"
#include "exercise/player.h"
#include "exercise/scenario.h"

namespace jindo::exercise {

struct ExerciseOptions {
  uint64_t seed = 1;
  uint64_t movements = 100000;
  std::string folder;      // must not be there, or be empty
  bool json = false;       // ethereum-etl as JSON lines instead of CSV
  bool obfuscate = false;  // bitcoin's xor.dat
  unsigned threads = 2;
  base::ProgressMode progress = base::ProgressMode::kNever;
};
struct ExerciseSummary {
  uint64_t movements = 0;
  uint64_t bytes = 0;
  struct Chain {
    std::string name, format, path;
    uint64_t height = 0, transactions = 0, movements = 0;
  };
  std::vector<Chain> chains;
  std::vector<std::string> incidents;  // files, from the folder
};
base::Result<ExerciseSummary> make_exercise(const Scenario& scenario, const ExerciseOptions& options);

// The answer key (docs/formats/exercise.md), and the incident files that start a trace.
base::Status write_truth(const std::string& path, simulate::World& world, const Scenario& scenario, const Book& book,
                         const Player& player, const ExerciseOptions& options);
base::Result<std::vector<std::string>> write_incidents(const std::string& folder, simulate::World& world,
                                                       const Scenario& scenario, const Book& book);

// The trainee's page: what is known at hour zero, the questions, hints by stage; Markdown, or HTML whose hints are
// folded.
base::Result<std::string> brief(const std::string& exercise_folder, bool html);

}  // namespace jindo::exercise
