// The table of commands of shared intelligence.
#include "cli/shared_options.h"

namespace jindo::cli {
namespace {
const Option kData{"--data", "DIR", "the node's folder", "node in the ledger's folder", "", false, false};
const Option kDatabase{"--sharing-database",
                       "URL",
                       "postgresql://…, where several nodes share these records",
                       "sharing/intel.db in the node's folder",
                       "",
                       false,
                       false};
}  // namespace

std::vector<Command> intel_commands() {
  return {
      {"intel apply",
       "FILE",
       1,
       1,
       "set up sharing from a sharing file",
       "Who takes part, in which groups, which collections there are, which servers to keep in step with "
       "(docs/formats/sharing.md). Applied twice, it changes nothing. A running server knows organisations, groups and "
       "collections within a second; peers from its next start, or at once where it is sent to PUT /v1/sharing.",
       {kLedger, kData, kDatabase},
       {"jindo intel apply --ledger L sharing.yaml"}},
      {"intel show",
       "",
       0,
       0,
       "who takes part in sharing",
       "Organisations with their signing keys, groups, collections. The own signing key's public half is what others "
       "put "
       "into their sharing files.",
       {kLedger, kData, kDatabase, kFormatTable},
       {"jindo intel show --ledger L"}},
      {"intel verify",
       "",
       0,
       0,
       "check every version received",
       "Each version's text against its hash, the chain of all versions, each signature against the organisations' "
       "keys, "
       "and whether the version that a signature names as the one before is here. Exit status 1 where something was "
       "changed.",
       {kLedger, kData, kDatabase, kFormatTable},
       {"jindo intel verify --ledger L"}},
  };
}
}  // namespace jindo::cli
