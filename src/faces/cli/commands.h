// The families of commands: each a table of rows, beside the functions that the rows run. commands.cpp joins them.
#pragma once

#include <vector>

#include "cli/options.h"

namespace jindo::cli {
std::vector<Command> ingest_commands();            // ingest
std::vector<Command> ledger_commands();            // ledger …
std::vector<Command> evidence_commands();          // evidence …
std::vector<Command> incident_commands();          // incident …
std::vector<Command> trace_commands();             // trace, trail
std::vector<Command> link_commands();              // link list
std::vector<Command> finding_commands();           // findings, compare, technique list
std::vector<Command> address_commands();           // address
std::vector<Command> tag_change_commands();        // tag import, add, withdraw
std::vector<Command> tag_question_commands();      // tag show, listed, collections, refused, categories
std::vector<Command> cluster_build_commands();     // cluster build
std::vector<Command> cluster_question_commands();  // cluster show, why
std::vector<Command> cluster_rule_commands();      // cluster split, accept, undo, rules
std::vector<Command> cluster_check_commands();     // cluster held, export, verify
std::vector<Command> transaction_commands();       // transaction
std::vector<Command> exercise_commands();          // exercise …
std::vector<Command> program_commands();           // completions, man, version
std::vector<Command> serve_commands();             // serve
std::vector<Command> node_commands();              // key, policy, audit …
std::vector<Command> intel_commands();             // intel …
}  // namespace jindo::cli
