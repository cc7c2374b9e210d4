// key, policy, audit: the keys, the policy and the decision log of a node.
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "node/replay.h"
#include "server/keys.h"
#include "server/server.h"

namespace jindo::cli {
namespace {
base::Result<node::ReplayRequest> replay_request(const Arguments& arguments) {
  node::ReplayRequest out;
  out.ledger = arguments.get("--ledger");
  out.data = node_folder(arguments);
  if (arguments.has("--records")) out.records = arguments.get("--records");
  uint32_t inferred = 0;
  JINDO_TRY(out.resolve, resolve_request(arguments, inferred));
  return out;
}

base::Status run_key_create(const Arguments& arguments) {
  JINDO_TRY(const int64_t expires, time_of(arguments, "--expires", 0));
  if (!arguments.has("--data") && !base::is_folder(arguments.get("--ledger")))  // a slip of the pen makes no key store
    return base::bad_input(arguments.get("--ledger") +
                           ": no such folder; the ledger's is wanted, which `jindo ingest` " +
                           "or `jindo serve` makes");
  JINDO_DO(base::make_folders(node_folder(arguments)));
  JINDO_TRY(const auto keys, server::KeyStore::open(node_folder(arguments) + "/keys.db"));
  server::Holder holder;
  if (arguments.has("--organisation")) holder.organisation = arguments.get("--organisation");
  if (arguments.has("--individual")) holder.individual = arguments.get("--individual");
  holder.affiliation = arguments.get("--affiliation");
  JINDO_TRY(const auto made, keys->create(arguments.get("--name"), arguments.get("--role"), now(), expires, holder));
  note(arguments, "key " + made.first.id + ", " + made.first.role + "; the token is not shown again:");
  print(made.second + "\n");
  return {};
}
Command key_create_command() {
  return {
      .name = "key create",
      .summary = "make an API key",
      .description = "Prints the token, once; only its hash is kept. A running server knows it within a second.",
      .options =
          {kLedger,
           kNodeData,
           {.name = "--name", .value = "TEXT", .help = "who uses it, for what", .required = true},
           {.name = "--role",
            .value = "ROLE",
            .help = "what it may do",
            .choices =
                "screener|reader|operator|analyst|publisher|subscriber|contributor|ingester|monitor|admin|administrator",
            .required = true},
           {.name = "--organisation",
            .value = "ID",
            .help = "another organisation's key: its identity--UUID in the sharing file",
            .fallback = "the one that runs this node"},
           {.name = "--affiliation",
            .value = "KIND",
            .help = "whose hands it is in: the organisation's own, those of whom it serves, a node that passes on",
            .fallback = "staff",
            .choices = "staff|client|node"},
           {.name = "--individual",
            .value = "NAME",
            .help = "names the person or machine in markings",
            .fallback = "key:ID"},
           {.name = "--expires", .value = "TIME", .help = "until when", .fallback = "never"}},
      .examples = {"jindo key create --ledger L --name 'deposit pipeline' --role screener --expires 2027-12-31",
                   "jindo key create --ledger L --name 'node in Tokyo' --role contributor --organisation "
                   "identity--0b5c0d6e-6c0e-5a44-a5cb-0d4b6b1c2f10 --affiliation node"},
      .run = run_key_create,
  };
}

base::Status run_key_list(const Arguments& arguments) {
  JINDO_TRY(const auto keys, server::KeyStore::open(node_folder(arguments) + "/keys.db"));
  JINDO_TRY(const auto list, keys->list());
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_array();
    for (const server::Key& key : list) {
      json.begin_object();
      json.field("id", key.id);
      json.field("name", key.name);
      json.field("role", key.role);
      json.field("created", base::format_time(key.created));
      if (key.expires != 0) json.field("expires", base::format_time(key.expires));
      if (key.revoked) json.field("revoked", base::format_time(*key.revoked));
      json.end_object();
    }
    json.end_array();
    json.flush();
    print("\n");
    return {};
  }
  for (const server::Key& key : list)
    print(key.id + "  " + key.role + "  " + base::format_time(key.created) + "  " +
          (key.revoked        ? "revoked " + base::format_time(*key.revoked)
           : key.expires != 0 ? "until " + base::format_time(key.expires)
                              : "no end") +
          "  " + key.name + "\n");
  return {};
}
Command key_list_command() {
  return {
      .name = "key list",
      .summary = "API keys",
      .description = "Names, roles, times; tokens are kept nowhere.",
      .options = {kLedger, kNodeData, kFormatTable},
      .examples = {"jindo key list --ledger L"},
      .run = run_key_list,
  };
}

base::Status run_key_revoke(const Arguments& arguments) {
  JINDO_TRY(const auto keys, server::KeyStore::open(node_folder(arguments) + "/keys.db"));
  return keys->revoke(arguments.operands[0], now());
}
Command key_revoke_command() {
  return {
      .name = "key revoke",
      .operands = "ID",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "end an API key",
      .description = "A running server refuses it within a second.",
      .options = {kLedger, kNodeData},
      .examples = {"jindo key revoke --ledger L 3f2a9c01b7d4"},
      .run = run_key_revoke,
  };
}

base::Status run_policy_check(const Arguments& arguments) {
  JINDO_TRY(const auto policy, screening::read_policy(arguments.operands[0]));
  print(policy.name + ": " + std::to_string(policy.rules.size()) + " rules, " +
        std::to_string(policy.categories.size()) + " categories, " + std::to_string(policy.lists.size()) +
        " listed addresses, " + std::to_string(policy.exemptions.size()) + " exemptions\ndigest " + policy.digest +
        "\n");
  return {};
}
Command policy_check_command() {
  return {
      .name = "policy check",
      .operands = "FILE",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "read a policy",
      .description = "Says what is wrong with it, or what it holds.",
      .examples = {"jindo policy check data/policies/default.yaml"},
      .run = run_policy_check,
  };
}

base::Status run_policy_test(const Arguments& arguments) {
  JINDO_TRY(const node::ReplayRequest request, replay_request(arguments));
  JINDO_TRY(const auto summary, node::test_policy(request, arguments.operands[0], arguments.all("--incident")));
  const char* names[3] = {"allow", "review", "hold"};
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("decisions", summary.decisions);
    json.field("changed", summary.changed);
    json.key("from_to");
    json.begin_object();
    for (int was = 0; was < 3; ++was)
      for (int is = 0; is < 3; ++is) json.field(std::string(names[was]) + "_" + names[is], summary.matrix[was][is]);
    json.end_object();
    json.key("changes");
    json.begin_array();
    for (const std::string& change : summary.changes) json.string(change);
    json.end_array();
    json.end_object();
    json.flush();
    print("\n");
  } else {
    print(std::to_string(summary.decisions) + " decisions asked again, " + std::to_string(summary.changed) +
          " would change\n");
    for (int was = 0; was < 3; ++was)
      for (int is = 0; is < 3; ++is)
        if (was != is && summary.matrix[was][is] > 0)
          print("  " + std::string(names[was]) + " -> " + names[is] + ": " + std::to_string(summary.matrix[was][is]) +
                "\n");
    for (const std::string& change : summary.changes) print(change + "\n");
  }
  if (summary.changed > 0) return base::answer_no(std::to_string(summary.changed) + " verdicts would change");
  return {};
}
Command policy_test_command() {
  return {
      .name = "policy test",
      .operands = "FILE",
      .operands_min = 1,
      .operands_max = 1,
      .summary = "what another policy would have answered",
      .description =
          "Asks the questions of the decision log again, under this policy, over the ledger as it is, without "
          "techniques. Exit status 1 where verdicts would change.",
      .options = {kLedger,
                  kNodeData,
                  kRecords,
                  {.name = "--incident", .value = "FILE", .help = "also this incident", .repeated = true},
                  kRegistry,
                  kFormatTable},
      .examples = {"jindo policy test --ledger L stricter.yaml"},
      .run = run_policy_test,
  };
}

base::Status run_audit_verify(const Arguments& arguments) {
  std::map<std::string, uint64_t> kinds;
  JINDO_TRY(const auto log, screening::read_decisions(node_folder(arguments) + "/decisions",
                                                      [&](const screening::LogRecord& record) -> base::Status {
                                                        ++kinds[record.kind];
                                                        return {};
                                                      }));
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("records", log.records);
    for (const auto& [kind, count] : kinds) json.field(kind, count);
    json.field("head", base::to_hex(log.head));
    json.field("torn_bytes", log.torn_bytes);
    json.end_object();
    json.flush();
    print("\n");
    return {};
  }
  print(std::to_string(log.records) + " records, each follows from the one before it\n");
  for (const auto& [kind, count] : kinds) print("  " + kind + ": " + std::to_string(count) + "\n");
  print("head " + base::to_hex(log.head) + "\n");
  if (log.torn_bytes > 0)
    print(std::to_string(log.torn_bytes) + " bytes behind the last record, of a crash; they were never acknowledged\n");
  return {};
}
Command audit_verify_command() {
  return {
      .name = "audit verify",
      .summary = "check the decision log",
      .description = "Every record, its order, the chain of hashes.",
      .options = {kLedger, kNodeData, kFormatTable},
      .examples = {"jindo audit verify --ledger L"},
      .run = run_audit_verify,
  };
}

base::Status run_audit_replay(const Arguments& arguments) {
  JINDO_TRY(node::ReplayRequest request, replay_request(arguments));
  JINDO_TRY(request.first, whole_number(arguments, "--from"));
  if (arguments.has("--to")) {
    JINDO_TRY(request.last, whole_number(arguments, "--to"));
  }
  JINDO_TRY(const auto summary, node::replay_decisions(request, {}));
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("decisions", summary.decisions);
    json.field("same", summary.same);
    json.field("differ", summary.differ);
    json.field("unconfirmed", summary.unconfirmed);
    json.field("lost_branch", summary.lost_branch);
    json.key("differences");
    json.begin_array();
    for (const std::string& line : summary.differences) json.string(line);
    json.end_array();
    json.end_object();
    json.flush();
    print("\n");
  } else {
    print(std::to_string(summary.decisions) + " decisions: " + std::to_string(summary.same) + " the same, " +
          std::to_string(summary.differ) + " differ, " + std::to_string(summary.unconfirmed) +
          " rested on unconfirmed transactions, " + std::to_string(summary.lost_branch) +
          " on blocks that the chain left\n");
    for (const std::string& line : summary.differences) print(line + "\n");
  }
  if (summary.differ > 0) return base::answer_no(std::to_string(summary.differ) + " decisions differ");
  return {};
}
Command audit_replay_command() {
  return {
      .name = "audit replay",
      .summary = "make decisions again",
      .description =
          "Each decision with the policy, incidents and tags of then, over the ledger as it was then. "
          "What cannot be made again is counted and said. Exit status 1 where one differs.",
      .options = {kLedger,
                  kNodeData,
                  kRecords,
                  {.name = "--from", .value = "RECORD", .help = "the first record", .fallback = "1"},
                  {.name = "--to", .value = "RECORD", .help = "the last record", .fallback = "the last"},
                  kRegistry,
                  kFormatTable},
      .examples = {"jindo audit replay --ledger L --from 120 --to 140"},
      .run = run_audit_replay,
  };
}
}  // namespace

std::vector<Command> node_commands() {
  return {key_create_command(),  key_list_command(),     key_revoke_command(),  policy_check_command(),
          policy_test_command(), audit_verify_command(), audit_replay_command()};
}
}  // namespace jindo::cli
