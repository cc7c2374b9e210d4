// Options that several commands have.
#pragma once

#include "cli/options.h"

namespace jindo::cli {
inline constexpr Option kLedger{.name = "--ledger", .value = "DIR", .help = "the ledger's folder", .required = true};
inline constexpr Option kChain{
    .name = "--chain", .value = "CHAIN", .help = "chain name or CAIP-2 identifier (bitcoin, ethereum, eip155:56 …)"};
inline constexpr Option kMemory{
    .name = "--memory", .value = "SIZE", .help = "ceiling for memory, as 512M or 2G", .fallback = "2G"};
inline constexpr Option kThreads{
    .name = "--threads", .value = "N", .help = "threads to use; results do not depend on it", .fallback = "all cores"};
inline constexpr Option kIncidents{.name = "--incidents",
                                   .value = "DIR",
                                   .help = "folder of incidents that are named by identifier",
                                   .fallback = "data/incidents beside the program"};
inline constexpr Option kScenarios{.name = "--scenarios",
                                   .value = "DIR",
                                   .help = "folder of scenarios that are named by identifier",
                                   .fallback = "data/scenarios beside the program"};
inline constexpr Option kFormatTable{
    .name = "--format", .value = "FORMAT", .help = "how to print", .fallback = "table", .choices = "json|table"};
inline constexpr Option kRecords{.name = "--records",
                                 .value = "FILE",
                                 .help = "the records: tags, rules",
                                 .fallback = "records.db in the ledger's folder"};
inline constexpr Option kOwners{.name = "--owners",
                                .value = "BASIS",
                                .help =
                                    "who may be told to own an address: by tags; also by its cluster's tags; "
                                    "all: also by forwarding to an exchange",
                                .fallback = "clusters",
                                .choices = "none|tags|clusters|all"};
inline constexpr Option kTagsAt{
    .name = "--tags-at", .value = "TIME", .help = "use the tags that were in force then", .fallback = "now"};
inline constexpr Option kServices{.name = "--services",
                                  .value = "FILE.csv",
                                  .help = "addresses of services, where a trace ends: chain,address,category,name",
                                  .repeated = true};
inline constexpr Option kInferred{.name = "--inferred",
                                  .value = "MIN",
                                  .help = "also follow inferred links from this confidence on, 0 to 1 (shown apart)"};
inline constexpr Option kRegistry{.name = "--registry",
                                  .value = "FILE|DIR",
                                  .help = "protocols' contracts and events",
                                  .fallback = "data/registry beside the program",
                                  .repeated = true};
inline constexpr Option kAssets{
    .name = "--assets", .value = "FILE.csv", .help = "more assets: chain,address,symbol,decimals", .repeated = true};
inline constexpr Option kPrices{.name = "--prices",
                                .value = "FILE.csv",
                                .help = "prices, for comparing amounts across assets: symbol,time,usd",
                                .repeated = true};
inline constexpr Option kBridgeWindow{.name = "--bridge-window",
                                      .value = "HOURS",
                                      .help = "inferred crossings: from deposit to pay-out at most",
                                      .fallback = "24"};
inline constexpr Option kBridgeBand{.name = "--bridge-band",
                                    .value = "LOSS,GAIN",
                                    .help = "inferred crossings: what may be missing or more, in per cent",
                                    .fallback = "3,0.2"};
inline constexpr Option kStatements{.name = "--statements",
                                    .value = "FILE.csv",
                                    .help = "what partners and courts state of value inside services: inferred links",
                                    .repeated = true};
inline constexpr Option kOutput{.name = "--output", .value = "FILE", .help = "write there instead of standard output"};
inline constexpr Option kLedgerOr{
    .name = "--ledger", .value = "DIR", .help = "the ledger's folder; its records are used"};
inline constexpr Option kReason{.name = "--reason", .value = "TEXT", .help = "why", .required = true};
inline constexpr Option kAuthor{.name = "--author", .value = "NAME", .help = "who says so", .required = true};
inline constexpr Option kNodeData{.name = "--data",
                                  .value = "DIR",
                                  .help = "the node's folder: keys, policy, incidents, decisions, alerts",
                                  .fallback = "node in the ledger's folder"};
inline constexpr Option kSharingDatabase{.name = "--sharing-database",
                                         .value = "URL",
                                         .help = "postgresql://…, where several nodes share these records",
                                         .fallback = "sharing/intel.db in the node's folder"};
}  // namespace jindo::cli
