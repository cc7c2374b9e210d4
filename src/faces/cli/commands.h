// Each command: arguments in, what it prints on standard output, notes on standard error.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "cli/options.h"
#include "inquiry/tracing.h"

namespace jindo::cli {
base::Status run_ingest(const Arguments& arguments);
base::Status run_ledger_info(const Arguments& arguments);
base::Status run_ledger_verify(const Arguments& arguments);
base::Status run_ledger_rollback(const Arguments& arguments);
base::Status run_incident_list(const Arguments& arguments);
base::Status run_incident_show(const Arguments& arguments);
base::Status run_incident_check(const Arguments& arguments);
base::Status run_trace(const Arguments& arguments);
base::Status run_trail(const Arguments& arguments);
base::Status run_link_list(const Arguments& arguments);
base::Status run_findings(const Arguments& arguments);
base::Status run_compare(const Arguments& arguments);
base::Status run_technique_list(const Arguments& arguments);
base::Status run_exercise_list(const Arguments& arguments);
base::Status run_exercise_new(const Arguments& arguments);
base::Status run_exercise_brief(const Arguments& arguments);
base::Status run_exercise_score(const Arguments& arguments);
base::Status run_tag_import(const Arguments& arguments);
base::Status run_tag_add(const Arguments& arguments);
base::Status run_tag_withdraw(const Arguments& arguments);
base::Status run_tag_show(const Arguments& arguments);
base::Status run_tag_listed(const Arguments& arguments);
base::Status run_tag_collections(const Arguments& arguments);
base::Status run_tag_refused(const Arguments& arguments);
base::Status run_tag_categories(const Arguments& arguments);
base::Status run_cluster_build(const Arguments& arguments);
base::Status run_cluster_show(const Arguments& arguments);
base::Status run_cluster_why(const Arguments& arguments);
base::Status run_cluster_split(const Arguments& arguments);
base::Status run_cluster_accept(const Arguments& arguments);
base::Status run_cluster_undo(const Arguments& arguments);
base::Status run_cluster_rules(const Arguments& arguments);
base::Status run_cluster_held(const Arguments& arguments);
base::Status run_cluster_export(const Arguments& arguments);
base::Status run_cluster_verify(const Arguments& arguments);
base::Status run_address(const Arguments& arguments);
base::Status run_transaction(const Arguments& arguments);
base::Status run_serve(const Arguments& arguments);
base::Status run_key_create(const Arguments& arguments);
base::Status run_key_list(const Arguments& arguments);
base::Status run_key_revoke(const Arguments& arguments);
base::Status run_policy_check(const Arguments& arguments);
base::Status run_policy_test(const Arguments& arguments);
base::Status run_audit_verify(const Arguments& arguments);
base::Status run_audit_replay(const Arguments& arguments);
base::Status run_intel_apply(const Arguments& arguments);
base::Status run_intel_show(const Arguments& arguments);
base::Status run_intel_import(const Arguments& arguments);
base::Status run_intel_export(const Arguments& arguments);
base::Status run_intel_mail_key(const Arguments& arguments);
base::Status run_intel_verify(const Arguments& arguments);

// What several of them read from the arguments, and how all of them write.
void print(std::string_view text);                               // standard output
void note(const Arguments& arguments, const std::string& text);  // standard error, unless --quiet
base::Status output_failed();  // an error when standard output could not take everything
base::Result<uint64_t> whole_number(const Arguments& arguments, const std::string& option);
base::Result<size_t> memory_bytes(const Arguments& arguments);
base::Result<unsigned> thread_count(const Arguments& arguments);
std::string incident_folder(const Arguments& arguments);
std::string data_folder(const std::string& name);  // of what is installed beside the program
base::ProgressMode progress_mode(const Arguments& arguments);
base::Result<int64_t> time_of(const Arguments& arguments, const std::string& option, int64_t fallback);
int64_t now();
// --ledger, --records, --services, --owners, --tags-at, as far as the command has them.
base::Result<inquiry::OwnershipRequest> ownership_request(const Arguments& arguments);
// --registry, --assets, --prices, --statements, --inferred: as far as the command has them. `inferred_min`: of
// --inferred.
base::Result<resolve::ResolveRequest> resolve_request(const Arguments& arguments, uint32_t& inferred_min);
base::Result<inquiry::TraceRequest> trace_request(const Arguments& arguments);
// Standard output, or --output: a file that is there whole or not at all.
base::Status deliver(const Arguments& arguments, const std::function<void(const base::TextSink&)>& print_to);
std::string records_path(const Arguments& arguments);  // --records, or the ledger's
}  // namespace jindo::cli
