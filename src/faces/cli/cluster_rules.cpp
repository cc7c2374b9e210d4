// cluster split, accept, undo, rules: what people say of clusters.
#include <algorithm>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "cli/cluster_arguments.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"

namespace jindo::cli {
namespace {
base::Status apply_rule(const Arguments& arguments) {
  if (arguments.has("--no-build")) return {};
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kTags));
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

base::Status run_cluster_split(const Arguments& arguments) {
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kNone));
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
Command cluster_split_command() {
  return {
      .name = "cluster split",
      .operands = "A B",
      .operands_max = 2,
      .summary = "take two addresses apart",
      .description =
          "Records that A and B are of different owners (every join that would tie them is refused from now on), or "
          "with --transaction that a transaction joins nothing. Later blocks do not undo it.",
      .options = {kLedger,
                  kRecords,
                  kChain,
                  {.name = "--transaction", .value = "TXID", .help = "this transaction joins nothing"},
                  kReason,
                  kAuthor,
                  kNoBuild,
                  kThreads},
      .examples = {"jindo cluster split --ledger L A B --reason 'A is the victim' --author kim",
                   "jindo cluster split --ledger L --transaction TXID --reason 'an unknown CoinJoin' --author kim"},
      .run = run_cluster_split,
  };
}

base::Status run_cluster_accept(const Arguments& arguments) {
  JINDO_TRY(const OpenedLedger opened, open_ledger(arguments, inquiry::OwnerBasis::kNone));
  JINDO_TRY(const auto* chain, utxo_chain(arguments, *opened.ledger));
  attribution::ClusterRule rule;
  rule.chain = chain->network->name;
  rule.kind = "accept";
  JINDO_TRY(rule.a, transaction_text(*chain, arguments.operands[0]));
  return record(arguments, rule);
}
Command cluster_accept_command() {
  return {
      .name = "cluster accept",
      .operands = "TXID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "let a held transaction join",
      .description =
          "Records that a transaction that the guards hold, or that looks like a joint one, joins its inputs all "
          "the same.",
      .options = {kLedger, kRecords, kChain, kReason, kAuthor, kNoBuild, kThreads},
      .examples = {"jindo cluster accept --ledger L TXID --reason 'one exchange took over the other' --author kim"},
      .run = run_cluster_accept,
  };
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
Command cluster_undo_command() {
  return {
      .name = "cluster undo",
      .operands = "RULE",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "undo a split or an acceptance",
      .description = "The rule stays in the records as undone.",
      .options = {kLedger, kRecords, kNoBuild, kThreads},
      .examples = {"jindo cluster undo --ledger L 3"},
      .run = run_cluster_undo,
  };
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
Command cluster_rules_command() {
  return {
      .name = "cluster rules",
      .summary = "what people said of clusters",
      .description = "Splits and acceptances with author, reason and date.",
      .options = {kLedgerOr, kRecords, kFormatTable},
      .examples = {"jindo cluster rules --ledger L"},
      .run = run_cluster_rules,
  };
}
}  // namespace

std::vector<Command> cluster_rule_commands() {
  return {cluster_split_command(), cluster_accept_command(), cluster_undo_command(), cluster_rules_command()};
}
}  // namespace jindo::cli
