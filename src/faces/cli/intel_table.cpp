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
       "(docs/formats/sharing.md). Applied twice, it changes nothing. A running server goes by it within two seconds; "
       "at once where it is sent to PUT /v1/sharing.",
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
      {"intel import",
       "FILE|DIR...",
       1,
       SIZE_MAX,
       "take in shared intelligence from files",
       "STIX 2.1 bundles, or MISP events and feeds (their distribution and TLP tags kept to, the stricter of both), "
       "encrypted to this node's mail key or not; one signed by an organisation's mail key is that organisation's. "
       "With "
       "MISP's warning lists, absurd indicators are refused. What is refused is told with the reason; a file that "
       "cannot "
       "be read changes nothing.",
       {kLedger,
        kData,
        kDatabase,
        {"--format", "FORMAT", "what the files are", "", "stix|misp", true, false},
        {"--collection", "TITLE|ID", "into which collection", "", "", true, false},
        {"--warninglists", "FILE|DIR", "MISP's warning lists (list.json)", "", "", false, true}},
       {"jindo intel import --ledger L --format misp --collection Community feed/",
        "jindo intel import --ledger L --format misp --collection Community --warninglists misp-warninglists/lists "
        "event.json"}},
      {"intel export",
       "",
       0,
       0,
       "write shared intelligence to a file",
       "What one organisation may see of a collection, for those who have no node: a STIX bundle, MISP events or a "
       "feed, "
       "the addresses as CSV or as a GraphSense TagPack. Each says its marking. TLP:RED is in none of them. "
       "Encrypted (OpenPGP), it goes by e-mail: to the key that the sharing file gives the organisation, or to any, "
       "and "
       "signed with this node's mail key.",
       {kLedger,
        kData,
        kDatabase,
        {"--format", "FORMAT", "what to write", "stix", "stix|misp|misp-feed|csv|tagpack", false, false},
        {"--collection", "TITLE|ID", "of which collection", "", "", true, false},
        {"--for", "ORGANISATION", "for whom: name or identity--UUID", "the own organisation", "", false, false},
        {"--encrypt", "", "to the key that the sharing file gives the organisation", "", "", false, false},
        {"--encrypt-to", "FILE", "to this OpenPGP key; more than once for several", "", "", false, true},
        {"--output", "FILE|DIR", "write there; misp-feed needs a folder", "standard output", "", false, false}},
       {"jindo intel export --ledger L --collection Community --for 'West Exchange' --format csv",
        "jindo intel export --ledger L --collection Community --format misp-feed --output feed/",
        "jindo intel export --ledger L --collection Community --for 'Small Exchange' --encrypt-to small.asc --output "
        "bundle.asc"}},
      {"intel mail-key",
       "",
       0,
       0,
       "print this node's OpenPGP key",
       "Those without a node encrypt to it what they send by e-mail, and check with it what this node signed. Made "
       "when "
       "it is first asked for; the private half stays in NODE/sharing/mail-key.asc.",
       {kLedger, kData, kDatabase, {"--output", "FILE", "write there", "standard output", "", false, false}},
       {"jindo intel mail-key --ledger L --output our-node.asc"}},
  };
}
}  // namespace jindo::cli
