// cluster held, export, verify: what waits for a person, clusters as a table, and whether they hold.
#include <algorithm>

#include "base/file.h"
#include "base/json_writer.h"
#include "cli/cluster_arguments.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "inquiry/owner_export.h"

namespace jindo::cli {
namespace {
using cluster::Clusters;

base::Status run_cluster_held(const Arguments& arguments) {
  JINDO_TRY(const uint64_t limit, whole_number(arguments, "--limit"));
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kClusters));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  JINDO_TRY(const Clusters* clusters, clusters_of(arguments, *opened.owners, *chain->network));
  const ledger::UtxoReader& reader = *chain->utxo;
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (size_t i = 0; i < std::min<uint64_t>(limit, clusters->held().size()); ++i) {
    const auto& held = clusters->held()[i];
    ledger::UtxoTransactionView view;
    reader.transaction(held.transaction, view);
    std::vector<std::string> parts;  // the clusters that it would tie
    std::vector<uint32_t> roots;
    for (uint64_t in = 0; in < view.in_output.size(); ++in) {
      const auto handle = reader.find_address(reader.input_address(view.first_input + in));
      if (!handle) continue;
      const uint32_t root = clusters->root(clusters->number_of(reader, *handle));
      if (std::find(roots.begin(), roots.end(), root) == roots.end()) roots.push_back(root);
    }
    const std::string id = chain::format_hash(*chain->network, reader.transaction_id(held.transaction));
    const auto first = [&](uint32_t root) {
      return chain::format_address(*chain->network, clusters->numbers().address(reader, root));
    };
    if (json_wanted(arguments)) {
      json.begin_object();
      json.field("transaction", id);
      json.field("reason", cluster::hold_reason_name(held.reason));
      json.key("clusters");
      json.begin_array();
      for (const uint32_t root : roots) {
        json.begin_object();
        json.compact(true);
        json.field("first_address", first(root));
        json.field("addresses", static_cast<uint64_t>(clusters->size(root)));
        json.field("name", clusters->name_of(root));
        json.end_object();
        json.compact(false);
      }
      json.end_array();
      json.end_object();
      continue;
    }
    print(id + "  " + cluster::hold_reason_name(held.reason) + "\n");
    for (const uint32_t root : roots)
      print("  " + first(root) + "  " + std::to_string(clusters->size(root)) + " addresses" +
            (clusters->name_of(root).empty() ? "" : "  " + clusters->name_of(root)) + "\n");
  }
  if (json_wanted(arguments)) json.end_array();
  if (clusters->held().size() > limit)
    note(arguments, std::to_string(clusters->held().size()) + " in all; --limit N lists more");
  return {};
}
Command cluster_held_command() {
  return {
      .name = "cluster held",
      .summary = "joins that wait for a person",
      .description =
          "Transactions that would tie different named owners, or grow a cluster past the limit at one stroke.",
      .options = {kLedger,
                  kRecords,
                  kChain,
                  {.name = "--limit", .value = "N", .help = "list so many", .fallback = "100"},
                  kFormatTable},
      .examples = {"jindo cluster held --ledger L"},
      .run = run_cluster_held,
  };
}

base::Status run_cluster_export(const Arguments& arguments) {
  inquiry::ExportRequest request;
  JINDO_TRY(request.owners, ownership_request(arguments));
  if (arguments.has("--chain")) {
    JINDO_TRY(request.network, chain::find_network(arguments.get("--chain")));
  }
  request.by = arguments.get("--by");
  if (!arguments.has("--output")) return inquiry::export_owners(request, print);
  std::string text;
  JINDO_DO(inquiry::export_owners(request, [&](std::string_view part) { text += part; }));
  return base::replace_file(arguments.get("--output"), text);
}
Command cluster_export_command() {
  return {
      .name = "cluster export",
      .summary = "clusters or owners as a table",
      .description =
          "One line an address: chain, address and its cluster, or its owner by what some evidence tells. "
          "By change heuristics (advisory): clusters as they would be if that evidence joined too.",
      .options =
          {kLedger,
           kRecords,
           kChain,
           {.name = "--by",
            .value = "EVIDENCE",
            .help = "what joins or tells",
            .fallback = "co-spend",
            .choices =
                "co-spend|reuse|fresh|script-type|round-amount|optimal|locktime|fee-rate|peeling|customers|owners"},
           kOwners,
           kTagsAt,
           kServices,
           kOutput},
      .examples = {"jindo cluster export --ledger L --chain bitcoin > clusters.csv",
                   "jindo cluster export --ledger L --by owners --owners all --services labels.csv"},
      .run = run_cluster_export,
  };
}

base::Status run_cluster_verify(const Arguments& arguments) {
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kClusters));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  const ledger::UtxoReader& reader = *chain->utxo;
  const std::string& stale = opened.owners->stale(*chain->network);
  const Clusters* stored = opened.owners->clusters(*chain->network);
  if (stored == nullptr || !stale.empty()) return base::answer_no(stale);
  JINDO_TRY(const unsigned threads, thread_count(arguments));
  JINDO_TRY(Clusters fresh, Clusters::create(stored->rules()));
  JINDO_DO(fresh.advance(reader, threads));
  const auto& numbers = stored->numbers();
  if (numbers.count() != fresh.numbers().count() || numbers.external_count() != fresh.numbers().external_count())
    return base::answer_no("the stored clusters have " + std::to_string(numbers.count()) + " addresses, the ledger " +
                           std::to_string(fresh.numbers().count()) + "; build them anew with --rebuild");
  uint64_t wrong = 0;
  for (uint32_t n = 0; n < numbers.count(); ++n) wrong += stored->root(n) != fresh.root(n) ? 1 : 0;
  for (uint32_t n = 0; n < numbers.external_count(); ++n)
    wrong += stored->root(n | cluster::kExternalNumber) != fresh.root(n | cluster::kExternalNumber) ? 1 : 0;
  if (wrong > 0 || stored->held() != fresh.held())
    return base::answer_no(std::to_string(wrong) +
                           " addresses are in another cluster than the ledger says; build them anew with --rebuild");
  print(std::string(chain->network->name) + ": the clusters of " + std::to_string(numbers.count()) +
        " addresses hold\n");
  return {};
}
Command cluster_verify_command() {
  return {
      .name = "cluster verify",
      .summary = "recompute the stored clusters",
      .description =
          "Builds them from the ledger in memory and compares address by address. Exit status 1 when they differ.",
      .options = {kLedger, kRecords, kChain, kThreads},
      .examples = {"jindo cluster verify --ledger L"},
      .run = run_cluster_verify,
  };
}
}  // namespace

std::vector<Command> cluster_check_commands() {
  return {cluster_held_command(), cluster_export_command(), cluster_verify_command()};
}
}  // namespace jindo::cli
