// cluster build: clusters brought up to the ledger.
#include "base/json_writer.h"
#include "cli/cluster_arguments.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"

namespace jindo::cli {
namespace {
using cluster::Clusters;

base::Status run_cluster_build(const Arguments& arguments) {
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kTags));
  base::JsonWriter writer(print);
  base::JsonWriter* json = json_wanted(arguments) ? &writer : nullptr;
  if (json != nullptr) json->begin_array();
  if (arguments.has("--chain")) {
    JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
    JINDO_DO(build_chain(arguments, *chain, *opened.owners, arguments.has("--rebuild"), json));
  } else {
    bool any = false;
    for (const auto& chain : opened.ledger->chains()) {
      if (!chain.utxo) continue;
      any = true;
      JINDO_DO(build_chain(arguments, chain, *opened.owners, arguments.has("--rebuild"), json));
    }
    if (!any) note(arguments, "the ledger has no UTXO chain; accounts need no building: their links are read as asked");
  }
  if (json != nullptr) json->end_array();
  return {};
}
Command cluster_build_command() {
  return {
      .name = "cluster build",
      .summary = "bring clusters up to the ledger",
      .description =
          "Joins addresses that are spent together, block by block; joint transactions (CoinJoins) are kept out, "
          "joins that a person must see are held. New blocks cost what they hold; "
          "changed rules or tags build anew.",
      .options =
          {kLedger, kRecords, kChain, {.name = "--rebuild", .help = "from the first block"}, kThreads, kFormatTable},
      .examples = {"jindo cluster build --ledger L"},
      .run = run_cluster_build,
  };
}
}  // namespace

base::Status build_chain(const Arguments& arguments, const ledger::LedgerChain& chain, const inquiry::Ownership& owners,
                         bool rebuild, base::JsonWriter* json) {
  JINDO_TRY(const cluster::Rules rules,
            inquiry::cluster_rules(owners.store(), owners.tags(), *chain.network, cluster::Rules{}.growth_max));
  cluster::UpdateOptions options;
  options.rebuild = rebuild;
  JINDO_TRY(options.threads, thread_count(arguments));
  base::Progress progress(progress_mode(arguments), "joining", "transactions", 0);
  options.phase = [&](const char* phase) { progress.phase(phase); };
  options.progress = [&](uint64_t done) { progress.update(0, done); };
  cluster::UpdateSummary summary;
  JINDO_TRY(const Clusters clusters,
            cluster::ClusterStore::update(arguments.get("--ledger"), *chain.utxo, rules, options, summary));
  uint64_t kept_out = 0;
  for (const auto& info : cluster::join_kinds())
    if (rules.kept_out[static_cast<size_t>(info.kind)])
      kept_out += clusters.totals().found[static_cast<size_t>(info.kind)];
  const uint64_t height = chain.utxo->block(clusters.blocks() - 1).height;
  if (json != nullptr) {
    json->begin_object();
    json->field("chain", chain.network->name);
    json->field("height", height);
    json->field("blocks_added", summary.rebuilt ? summary.blocks_after : summary.blocks_after - summary.blocks_before);
    json->field("rebuilt", summary.rebuilt);
    if (summary.rebuilt) json->field("rebuilt_because", summary.why_rebuilt);
    json->field("addresses", static_cast<uint64_t>(clusters.numbers().count()) + clusters.numbers().external_count());
    json->field("named_addresses", static_cast<uint64_t>(rules.names.size()));
    json->field("joining_transactions", clusters.totals().joining);
    json->field("held", static_cast<uint64_t>(clusters.held().size()));
    json->key("joint_transactions");
    json->begin_object();
    for (const auto& info : cluster::join_kinds())
      if (info.kind != cluster::JoinKind::kNone)
        json->field(info.name, clusters.totals().found[static_cast<size_t>(info.kind)]);
    json->end_object();
    json->end_object();
    return {};
  }
  print(std::string(chain.network->name) + ": clusters to block " + std::to_string(height) +
        (summary.rebuilt ? ", built anew (" + summary.why_rebuilt + ")" : "") + "; " +
        std::to_string(clusters.numbers().count()) + " addresses, " + std::to_string(clusters.totals().joining) +
        " joining transactions, " + std::to_string(kept_out) + " joint ones kept out, " +
        std::to_string(clusters.held().size()) + " joins held\n");
  return {};
}
std::vector<Command> cluster_build_commands() { return {cluster_build_command()}; }
}  // namespace jindo::cli
