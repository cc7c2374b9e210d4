// What several commands read from their arguments, and how all of them write.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "base/progress.h"
#include "cli/options.h"
#include "inquiry/ownership.h"
#include "resolve/resolver.h"

namespace jindo::cli {
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
// Standard output, or --output: a file that is there whole or not at all.
base::Status deliver(const Arguments& arguments, const std::function<void(const base::TextSink&)>& print_to);
std::string records_path(const Arguments& arguments);  // --records, or the ledger's
std::string node_folder(const Arguments& arguments);   // --data, or the ledger's
bool json_wanted(const Arguments& arguments);          // --format json
}  // namespace jindo::cli
