// Options that several commands have, and the tables of commands that options.cpp joins into one.
#pragma once

#include <vector>

#include "cli/options.h"

namespace jindo::cli {
inline const Option kLedger{"--ledger", "DIR", "the ledger's folder", "", "", true, false};
inline const Option kChain{
    "--chain", "CHAIN", "chain name or CAIP-2 identifier (bitcoin, ethereum, eip155:56 …)", "", "", false, false};
inline const Option kMemory{"--memory", "SIZE", "ceiling for memory, as 512M or 2G", "2G", "", false, false};
inline const Option kThreads{"--threads", "N",  "threads to use; results do not depend on it", "all cores", "",
                             false,       false};
inline const Option kIncidents{
    "--incidents", "DIR", "folder of incidents that are named by identifier", "data/incidents beside the program", "",
    false,         false};

inline const Option kScenarios{
    "--scenarios", "DIR", "folder of scenarios that are named by identifier", "data/scenarios beside the program", "",
    false,         false};
inline const Option kFormatTable{"--format", "FORMAT", "how to print", "table", "json|table", false, false};
inline const Option kRecords{"--records", "FILE", "the records: tags, rules", "records.db in the ledger's folder", "",
                             false,       false};
inline const Option kOwners{
    "--owners",
    "BASIS",
    "who may be told to own an address: by tags; also by its cluster's tags; all: also by forwarding to an exchange",
    "clusters",
    "none|tags|clusters|all",
    false,
    false};
inline const Option kTagsAt{"--tags-at", "TIME", "use the tags that were in force then", "now", "", false, false};
inline const Option kServices{
    "--services", "FILE.csv", "addresses of services, where a trace ends: chain,address,category,name", "", "",
    false,        true};

inline const Option kInferred{
    "--inferred", "MIN", "also follow inferred links from this confidence on, 0 to 1 (shown apart)", "", "",
    false,        false};
inline const Option kRegistry{
    "--registry", "FILE|DIR", "protocols' contracts and events", "data/registry beside the program", "", false, true};
inline const Option kAssets{"--assets", "FILE.csv", "more assets: chain,address,symbol,decimals", "", "", false, true};
inline const Option kPrices{
    "--prices", "FILE.csv", "prices, for comparing amounts across assets: symbol,time,usd", "", "", false, true};
inline const Option kBridgeWindow{
    "--bridge-window", "HOURS", "inferred crossings: from deposit to pay-out at most", "24", "", false, false};
inline const Option kBridgeBand{
    "--bridge-band", "LOSS,GAIN", "inferred crossings: what may be missing or more, in per cent", "3,0.2", "",
    false,           false};
inline const Option kStatements{
    "--statements", "FILE.csv", "what partners and courts state of value inside services: inferred links", "", "",
    false,          true};

std::vector<Option> trace_options();    // of whatever traces: ledger, incidents, policy, owners, links, bounds, output
std::vector<Command> link_commands();   // links, findings, comparisons
std::vector<Command> main_commands();   // ledgers, incidents, traces, exercises
std::vector<Command> serve_commands();  // a live node: serve, keys, policy, audit
std::vector<Command> intel_commands();  // shared intelligence
std::vector<Command> owner_commands();  // addresses, tags, clusters
}  // namespace jindo::cli
