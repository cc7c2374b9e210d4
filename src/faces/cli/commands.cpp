// The families of commands joined into one table; its order is that of the help text.
#include "cli/commands.h"

namespace jindo::cli {
const std::vector<Command>& commands() {
  static const std::vector<Command> table = [] {
    std::vector<Command> out;
    for (const auto& family :
         {ingest_commands(),       ledger_commands(),        evidence_commands(),      incident_commands(),
          trace_commands(),        link_commands(),          finding_commands(),       address_commands(),
          tag_change_commands(),   tag_question_commands(),  cluster_build_commands(), cluster_question_commands(),
          cluster_rule_commands(), cluster_check_commands(), transaction_commands(),   exercise_commands(),
          program_commands(),      serve_commands(),         node_commands(),          intel_commands()})
      out.insert(out.end(), family.begin(), family.end());
    return out;
  }();
  return table;
}
}  // namespace jindo::cli
