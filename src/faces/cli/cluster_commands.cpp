#include <algorithm>

#include "base/clock.h"
#include "base/file.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cluster/why.h"
#include "inquiry/owner_export.h"

namespace jindo::cli {
namespace {
using cluster::Clusters;

struct Opened {  // a ledger, what the records say, and the rules for one chain
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<inquiry::Ownership> owners;
};
base::Result<Opened> open_all(const Arguments& arguments, inquiry::OwnerBasis basis) {
  Opened out;
  JINDO_TRY(ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  out.ledger = std::make_unique<ledger::Ledger>(std::move(ledger));
  inquiry::OwnershipRequest request;
  request.ledger = arguments.get("--ledger");
  if (arguments.has("--records")) request.records = arguments.get("--records");
  request.basis = basis;
  request.on = now();
  JINDO_TRY(out.owners, inquiry::Ownership::open(request, *out.ledger));
  return out;
}
// The UTXO chain that is meant: the one named, or the only one.
base::Result<const ledger::LedgerChain*> utxo_chain(const Arguments& arguments, const ledger::Ledger& ledger) {
  if (arguments.has("--chain")) {
    JINDO_TRY(const chain::Network* network, chain::find_network(arguments.get("--chain")));
    const ledger::LedgerChain* chain = ledger.find(*network);
    if (chain == nullptr || !chain->utxo)
      return base::wrong_use("the ledger has no UTXO chain " + std::string(network->name));
    return chain;
  }
  const ledger::LedgerChain* only = nullptr;
  for (const auto& chain : ledger.chains()) {
    if (!chain.utxo) continue;
    if (only != nullptr) return base::wrong_use("the ledger has several UTXO chains; name one with --chain");
    only = &chain;
  }
  if (only == nullptr) return base::answer_no("the ledger has no UTXO chain: there is nothing that is spent together");
  return only;
}
base::Result<const Clusters*> clusters_of(const Arguments& arguments, const inquiry::Ownership& owners,
                                          const chain::Network& network) {
  const Clusters* clusters = owners.clusters(network);
  if (clusters == nullptr) return base::answer_no(owners.stale(network));
  if (!owners.stale(network).empty()) note(arguments, "note: " + owners.stale(network));
  return clusters;
}
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
base::Status apply_rule(const Arguments& arguments) {
  if (arguments.has("--no-build")) return {};
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kTags));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  return build_chain(arguments, *chain, *opened.owners, false, nullptr);
}
base::Status record(const Arguments& arguments, attribution::ClusterRule rule) {
  rule.reason = arguments.get("--reason");
  rule.author = arguments.get("--author");
  rule.recorded = now();
  JINDO_TRY(auto store, attribution::TagStore::open(records_path(arguments), records::Database::Access::kWrite));
  JINDO_TRY(const int64_t id, store.add_rule(rule));
  print("rule " + std::to_string(id) + "\n");
  return apply_rule(arguments);
}
base::Result<std::string> transaction_text(const ledger::LedgerChain& chain, const std::string& text) {
  chain::TxId id{};
  if (!chain::parse_hash(*chain.network, text, id))
    return base::wrong_use("'" + text.substr(0, 80) + "' is no transaction: expected 64 hexadecimal digits");
  if (!chain.utxo->find_transaction(id)) return base::answer_no(text + " is not in this ledger");
  return chain::format_hash(*chain.network, id);
}
bool json_wanted(const Arguments& arguments) { return arguments.get("--format") == "json"; }
}  // namespace

base::Status run_cluster_build(const Arguments& arguments) {
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kTags));
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

base::Status run_cluster_show(const Arguments& arguments) {
  JINDO_TRY(const uint64_t members_max, whole_number(arguments, "--members"));
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kClusters));
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

base::Status run_cluster_why(const Arguments& arguments) {
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kClusters));
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

base::Status run_cluster_split(const Arguments& arguments) {
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kNone));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  attribution::ClusterRule rule;
  rule.chain = chain->network->name;
  const bool by_transaction = arguments.has("--transaction");
  if (by_transaction != arguments.operands.empty() || (!by_transaction && arguments.operands.size() != 2))
    return base::wrong_use("expected two addresses, or --transaction TXID");
  if (by_transaction) {
    rule.kind = "joins-nothing";
    JINDO_TRY(rule.a, transaction_text(*chain, arguments.get("--transaction")));
  } else {
    rule.kind = "apart";
    JINDO_TRY(const auto a, chain::parse_address(*chain->network, arguments.operands[0]));
    JINDO_TRY(const auto b, chain::parse_address(*chain->network, arguments.operands[1]));
    if (a == b) return base::wrong_use("the two addresses are one");
    rule.a = chain::format_address(*chain->network, std::min(a, b));
    rule.b = chain::format_address(*chain->network, std::max(a, b));
  }
  return record(arguments, rule);
}
base::Status run_cluster_accept(const Arguments& arguments) {
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kNone));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  attribution::ClusterRule rule;
  rule.chain = chain->network->name;
  rule.kind = "accept";
  JINDO_TRY(rule.a, transaction_text(*chain, arguments.operands[0]));
  return record(arguments, rule);
}
base::Status run_cluster_undo(const Arguments& arguments) {
  const auto id = base::parse_decimal(arguments.operands[0]);
  if (!id || !id->fits_u64() || id->low() > INT64_MAX)
    return base::wrong_use("expected a rule's number, as 'jindo cluster rules' prints");
  {
    JINDO_TRY(auto store, attribution::TagStore::open(records_path(arguments), records::Database::Access::kWrite));
    JINDO_DO(store.undo_rule(static_cast<int64_t>(id->low()), now()));
  }
  return apply_rule(arguments);
}

base::Status run_cluster_rules(const Arguments& arguments) {
  JINDO_TRY(const auto store, attribution::TagStore::open(records_path(arguments), records::Database::Access::kRead));
  JINDO_TRY(const auto rules, store.rules());
  base::JsonWriter json(print);
  if (json_wanted(arguments)) json.begin_array();
  for (const auto& rule : rules) {
    if (json_wanted(arguments)) {
      json.begin_object();
      json.compact(true);
      json.field("rule", rule.id);
      json.field("kind", rule.kind);
      json.field("chain", rule.chain);
      json.field("a", rule.a);
      if (!rule.b.empty()) json.field("b", rule.b);
      json.field("reason", rule.reason);
      json.field("author", rule.author);
      json.field("recorded", base::format_time(rule.recorded));
      if (rule.undone) json.field("undone", base::format_time(*rule.undone));
      json.end_object();
      json.compact(false);
      continue;
    }
    print("rule " + std::to_string(rule.id) + ": " + rule.kind + " " + rule.chain + " " + rule.a +
          (rule.b.empty() ? "" : " " + rule.b) + "; " + rule.reason + " (" + rule.author + ", " +
          base::format_time(rule.recorded) + ")" + (rule.undone ? ", undone " + base::format_time(*rule.undone) : "") +
          "\n");
  }
  if (json_wanted(arguments)) json.end_array();
  return {};
}

base::Status run_cluster_held(const Arguments& arguments) {
  JINDO_TRY(const uint64_t limit, whole_number(arguments, "--limit"));
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kClusters));
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

base::Status run_cluster_verify(const Arguments& arguments) {
  JINDO_TRY(const Opened opened, open_all(arguments, inquiry::OwnerBasis::kClusters));
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
}  // namespace jindo::cli
