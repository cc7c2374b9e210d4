#include <malloc.h>

#include <cstdio>
#include <map>
#include <new>

#include "cli/commands.h"
#include "ledger/format.h"

namespace {
using namespace jindo;

base::Status print_help(const cli::Arguments& arguments) {
  cli::print(cli::help_text(*arguments.command));
  return {};
}
base::Status run(const cli::Arguments& arguments) {
  static const std::map<std::string, base::Status (*)(const cli::Arguments&)> table = {
      {"ingest", cli::run_ingest},
      {"ledger info", cli::run_ledger_info},
      {"ledger verify", cli::run_ledger_verify},
      {"ledger rollback", cli::run_ledger_rollback},
      {"incident list", cli::run_incident_list},
      {"incident show", cli::run_incident_show},
      {"incident check", cli::run_incident_check},
      {"trace", cli::run_trace},
      {"trail", cli::run_trail},
      {"findings", cli::run_findings},
      {"compare", cli::run_compare},
      {"technique list", cli::run_technique_list},
      {"link list", cli::run_link_list},
      {"exercise list", cli::run_exercise_list},
      {"exercise new", cli::run_exercise_new},
      {"exercise brief", cli::run_exercise_brief},
      {"exercise score", cli::run_exercise_score},
      {"serve", cli::run_serve},
      {"key create", cli::run_key_create},
      {"key list", cli::run_key_list},
      {"key revoke", cli::run_key_revoke},
      {"policy check", cli::run_policy_check},
      {"policy test", cli::run_policy_test},
      {"audit verify", cli::run_audit_verify},
      {"audit replay", cli::run_audit_replay},
      {"intel apply", cli::run_intel_apply},
      {"intel show", cli::run_intel_show},
      {"intel import", cli::run_intel_import},
      {"intel export", cli::run_intel_export},
      {"intel mail-key", cli::run_intel_mail_key},
      {"intel verify", cli::run_intel_verify},
      {"address", cli::run_address},
      {"tag import", cli::run_tag_import},
      {"tag add", cli::run_tag_add},
      {"tag withdraw", cli::run_tag_withdraw},
      {"tag show", cli::run_tag_show},
      {"tag listed", cli::run_tag_listed},
      {"tag collections", cli::run_tag_collections},
      {"tag refused", cli::run_tag_refused},
      {"tag categories", cli::run_tag_categories},
      {"cluster build", cli::run_cluster_build},
      {"cluster show", cli::run_cluster_show},
      {"cluster why", cli::run_cluster_why},
      {"cluster split", cli::run_cluster_split},
      {"cluster accept", cli::run_cluster_accept},
      {"cluster undo", cli::run_cluster_undo},
      {"cluster rules", cli::run_cluster_rules},
      {"cluster held", cli::run_cluster_held},
      {"cluster export", cli::run_cluster_export},
      {"cluster verify", cli::run_cluster_verify},
      {"transaction", cli::run_transaction},
      {"completions",
       [](const cli::Arguments& a) -> base::Status {
         JINDO_TRY(const std::string text, cli::completions(a.operands[0]));
         cli::print(text);
         return {};
       }},
      {"man",
       [](const cli::Arguments&) -> base::Status {
         cli::print(cli::man_page());
         return {};
       }},
      {"version",
       [](const cli::Arguments&) -> base::Status {
         cli::print("jindo 0.1.0, ledger format " + std::to_string(ledger::kFormatVersion) + "\n");
         return {};
       }},
  };
  return table.at(arguments.command->name)(arguments);
}

int report(const base::Error& error) {
  std::fprintf(stderr, "jindo: %s\n", error.message.c_str());
  return static_cast<int>(error.kind);
}
}  // namespace

int main(int argc, char** argv) {
  // Freed memory stays with the process: fresh pages cost more here than the work done on them (docs/HACKING.md).
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "help" || words[0] == "--help" || words[0] == "-h") {
    if (words.size() < 2 || words[0] != "help") {
      cli::print(cli::help_text());
      return words.empty() ? 2 : 0;
    }
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  if (words[0] == "--version") words[0] = "version";
  auto arguments = cli::parse(words);
  if (!arguments.ok()) return report(arguments.error());
  try {
    base::Status status = arguments->help ? print_help(*arguments) : run(*arguments);
    if (status.ok()) status = cli::output_failed();
    return status.ok() ? 0 : report(status.error());
  } catch (const std::bad_alloc&) {
    return report(base::machine_failed("out of memory; give less with --memory, or use a machine with more"));
  }
}
