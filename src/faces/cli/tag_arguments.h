// What commands on tags read from their arguments: the records, the subject.
#pragma once

#include <string>

#include "attribution/tag_store.h"
#include "cli/options.h"

namespace jindo::cli {
inline constexpr Option kTagChain{
    .name = "--chain", .value = "CHAIN", .help = "the chain, or a currency's ticker; else told by the address's form"};

// The tags of --ledger or --records; with access to write, the ledger's folder is made where it is missing.
base::Result<attribution::TagStore> open_tags(const Arguments& arguments, records::Database::Access access);
// The address, or with --chain the transaction, that the first operand names.
base::Result<attribution::Subject> subject_of(const Arguments& arguments);
std::string day_of(int64_t time);  // 2024-09-27
}  // namespace jindo::cli
