// cluster show and why: one address, its cluster, and what ties it to another.
#include "base/clock.h"
#include "base/json_writer.h"
#include "cli/cluster_arguments.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "cluster/why.h"

namespace jindo::cli {
namespace {
using cluster::Clusters;

base::Status run_cluster_show(const Arguments& arguments) {
  JINDO_TRY(const uint64_t members_max, whole_number(arguments, "--members"));
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kClusters));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  JINDO_TRY(const Clusters* clusters, clusters_of(arguments, *opened.owners, *chain->network));
  JINDO_TRY(const auto key, chain::parse_address(*chain->network, arguments.operands[0]));
  const auto handle = chain->utxo->find_address(key);
  const uint32_t number = handle ? clusters->number_of(*chain->utxo, *handle) : cluster::kNoAddress;
  if (number == cluster::kNoAddress)
    return base::answer_no(arguments.operands[0] + " is not in the blocks that the clusters cover");
  const uint32_t root = clusters->root(number);
  const auto text = [&](uint32_t n) {
    return chain::format_address(*chain->network, clusters->numbers().address(*chain->utxo, n));
  };
  std::vector<uint32_t> members;
  if (members_max > 0) {
    JINDO_TRY(members, cluster::members_of(*chain->utxo, *clusters, number, members_max));
  }
  const auto* service = opened.owners->services().find(*chain->network, key);
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("chain", chain->network->name);
    json.field("address", chain::format_address(*chain->network, key));
    json.field("first_address", text(root));
    json.field("addresses", static_cast<uint64_t>(clusters->size(root)));
    json.field("name", clusters->name_of(root));
    if (service != nullptr) {
      json.field("owner", service->name);
      json.field("category", service->category);
      json.field("basis", service->basis);
    }
    json.key("members");
    json.begin_array();
    for (const uint32_t m : members) json.string(text(m));
    json.end_array();
    json.end_object();
    return {};
  }
  print(chain::format_address(*chain->network, key) + ": cluster of " + std::to_string(clusters->size(root)) +
        " addresses by co-spending, the first " + text(root) +
        (service != nullptr ? "; " + service->name + " (" + service->category + ", by " + service->basis + ")" : "") +
        "\n");
  for (const uint32_t m : members) print("  " + text(m) + "\n");
  return {};
}
Command cluster_show_command() {
  return {
      .name = "cluster show",
      .operands = "ADDRESS",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "an address's cluster",
      .description = "Size, name, first address; with --members its addresses.",
      .options = {kLedger,
                  kRecords,
                  kChain,
                  {.name = "--members", .value = "N", .help = "list so many members", .fallback = "0"},
                  kFormatTable},
      .examples = {"jindo cluster show --ledger L 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S --members 20"},
      .run = run_cluster_show,
  };
}

base::Status run_cluster_why(const Arguments& arguments) {
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kClusters));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  JINDO_TRY(const Clusters* clusters, clusters_of(arguments, *opened.owners, *chain->network));
  JINDO_TRY(const auto a, chain::parse_address(*chain->network, arguments.operands[0]));
  JINDO_TRY(const auto b, chain::parse_address(*chain->network, arguments.operands[1]));
  JINDO_TRY(const auto why, cluster::why_joined(*chain->utxo, *clusters, a, b));
  if (why.gave_up)
    return base::machine_failed("gave up after " + std::to_string(why.transactions_visited) + " transactions (limit)");
  const chain::Network& network = *chain->network;
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("chain", network.name);
    json.field("from", chain::format_address(network, a));
    json.field("to", chain::format_address(network, b));
    json.field("joined", !why.steps.empty() || a == b);
    json.key("steps");
    json.begin_array();
    for (const auto& step : why.steps) {
      const auto block = chain->utxo->block(chain->utxo->block_of_transaction(step.transaction));
      json.begin_object();
      json.compact(true);
      json.field("transaction", chain::format_hash(network, chain->utxo->transaction_id(step.transaction)));
      json.field("height", block.height);
      json.field("time", base::format_time(block.time));
      json.field("from", chain::format_address(network, step.from));
      json.field("from_input", step.from_input);
      json.field("to", chain::format_address(network, step.to));
      json.field("to_input", step.to_input);
      if (step.suspected.kind != cluster::JoinKind::kNone) {
        json.field("suspected", cluster::info_of(step.suspected.kind).name);
        json.field("suspected_confidence", static_cast<uint64_t>(step.suspected.confidence));
      }
      json.end_object();
      json.compact(false);
    }
    json.end_array();
    json.end_object();
  } else {
    for (const auto& step : why.steps) {
      const auto block = chain->utxo->block(chain->utxo->block_of_transaction(step.transaction));
      print(chain::format_hash(network, chain->utxo->transaction_id(step.transaction)) + "  block " +
            std::to_string(block.height) + "  " + base::format_time(block.time) + "\n  " +
            chain::format_address(network, step.from) + " (input " + std::to_string(step.from_input) + ") and " +
            chain::format_address(network, step.to) + " (input " + std::to_string(step.to_input) + ") spend together" +
            (step.suspected.kind == cluster::JoinKind::kNone
                 ? ""
                 : std::string("; looks like ") + cluster::info_of(step.suspected.kind).title) +
            "\n");
    }
  }
  if (a == b || !why.steps.empty()) return {};
  return base::answer_no("no chain of transactions joins the two");
}
Command cluster_why_command() {
  return {
      .name = "cluster why",
      .operands = "A B",
      .operands_min = 2,
      .operands_max = 2,
      .summary = "why two addresses are in one cluster",
      .description = "The shortest chain of transactions that joins them. Exit status 1 when nothing does.",
      .options = {kLedger, kRecords, kChain, kFormatTable},
      .examples =
          {"jindo cluster why --ledger L 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S 1HLoD9E4SDFFPDiYfNYnkBLQ85Y51J3Zb1"},
      .run = run_cluster_why,
  };
}
}  // namespace

std::vector<Command> cluster_question_commands() { return {cluster_show_command(), cluster_why_command()}; }
}  // namespace jindo::cli
