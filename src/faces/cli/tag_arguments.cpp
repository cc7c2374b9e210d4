// The records that commands on tags open, and the subjects that they name.
#include "cli/tag_arguments.h"

#include "attribution/subject.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/shared_arguments.h"

namespace jindo::cli {
using attribution::TagStore;
using records::Database;

base::Result<TagStore> open_tags(const Arguments& arguments, Database::Access access) {
  if (!arguments.has("--ledger") && !arguments.has("--records"))
    return base::wrong_use("which records? Give --ledger DIR or --records FILE");
  if (arguments.has("--ledger") && access == Database::Access::kWrite)
    JINDO_DO(base::make_folders(arguments.get("--ledger")));
  return TagStore::open(records_path(arguments), access);
}
base::Result<attribution::Subject> subject_of(const Arguments& arguments) {
  const std::string& text = arguments.operands[0];
  const std::string chain = arguments.get("--chain");
  auto subject = attribution::make_address_subject(chain, text);
  if (subject.ok()) return subject;
  if (!chain.empty()) {
    auto transaction = attribution::make_transaction_subject(chain, text);
    if (transaction.ok()) return transaction;
  }
  return subject.error();
}
std::string day_of(int64_t time) { return base::format_time(time).substr(0, 10); }
}  // namespace jindo::cli
