// serve, key, policy, audit: arguments in, use cases called.
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/clock.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "node/replay.h"
#include "server/server.h"

namespace jindo::cli {
namespace {
volatile std::sig_atomic_t stop_asked = 0;
void ask_to_stop(int) { stop_asked = 1; }

std::string data_of(const Arguments& arguments) {
  return arguments.has("--data") ? arguments.get("--data") : arguments.get("--ledger") + "/node";
}
bool json_wanted(const Arguments& arguments) { return arguments.get("--format") == "json"; }

// "CHAIN=VALUE" of an option that may be given several times.
base::Result<std::map<const chain::Network*, std::string>> by_chain(const Arguments& arguments,
                                                                    const std::string& option) {
  std::map<const chain::Network*, std::string> out;
  for (const std::string& text : arguments.all(option)) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos) return base::wrong_use(option + ": '" + text + "': expected CHAIN=VALUE");
    const auto network = chain::find_network(text.substr(0, equals));
    if (!network.ok()) return base::wrong_use(option + ": " + network.error().message);
    if (!out.emplace(*network, text.substr(equals + 1)).second)
      return base::wrong_use(option + ": " + std::string((*network)->name) + " is given twice");
  }
  return out;
}
base::Result<uint64_t> number_of(const std::string& option, const std::string& text, uint64_t most) {
  const auto value = base::parse_decimal(text);
  if (!value || !value->fits_u64() || value->low() > most)
    return base::wrong_use(option + ": '" + text + "': expected a whole number up to " + std::to_string(most));
  return value->low();
}
base::Result<size_t> size_of(const std::string& option, std::string text) {
  uint64_t unit = 1;
  if (!text.empty() && (text.back() == 'K' || text.back() == 'M')) {
    unit = text.back() == 'K' ? 1024 : 1024 * 1024;
    text.pop_back();
  }
  JINDO_TRY(const uint64_t count, number_of(option, text, 1 << 20));
  return static_cast<size_t>(count * unit);
}
base::Result<node::ReplayRequest> replay_request(const Arguments& arguments) {
  node::ReplayRequest out;
  out.ledger = arguments.get("--ledger");
  out.data = data_of(arguments);
  if (arguments.has("--records")) out.records = arguments.get("--records");
  uint32_t inferred = 0;
  JINDO_TRY(out.resolve, resolve_request(arguments, inferred));
  return out;
}
}  // namespace

base::Status run_serve(const Arguments& arguments) {
  server::ServeOptions options;
  options.http.address = arguments.get("--listen");
  JINDO_TRY(const uint64_t port, number_of("--port", arguments.get("--port"), 65535));
  options.http.port = static_cast<uint16_t>(port);
  JINDO_TRY(options.http.body_bytes_max, size_of("--max-body", arguments.get("--max-body")));
  JINDO_TRY(const uint64_t connections, number_of("--max-connections", arguments.get("--max-connections"), 1 << 20));
  options.http.connections_max = static_cast<unsigned>(connections);
  options.http.threads = std::max(1U, std::thread::hardware_concurrency() - 1);
  if (arguments.has("--http-threads")) {
    JINDO_TRY(const uint64_t threads, number_of("--http-threads", arguments.get("--http-threads"), 1024));
    if (threads == 0) return base::wrong_use("--http-threads: expected 1 to 1024");
    options.http.threads = static_cast<unsigned>(threads);
  }
  options.http.certificate = arguments.has("--tls-certificate") ? arguments.get("--tls-certificate") : "";
  options.http.key = arguments.has("--tls-key") ? arguments.get("--tls-key") : "";
  options.http.client_authority = arguments.has("--client-ca") ? arguments.get("--client-ca") : "";
  if (options.http.certificate.empty() != options.http.key.empty())
    return base::wrong_use("--tls-certificate and --tls-key go together");
  if (!options.http.client_authority.empty() && options.http.certificate.empty())
    return base::wrong_use("--client-ca needs --tls-certificate and --tls-key");
  options.plain_http_anywhere = arguments.has("--plain-http");
  options.log_level = arguments.has("--quiet") ? "error" : arguments.get("--log-level");
  options.log_requests = arguments.has("--log-requests");
  node::LiveNodeOptions& node = options.node;
  JINDO_TRY(node.pending_max, number_of("--max-unconfirmed", arguments.get("--max-unconfirmed"), 10'000'000));
  node.ledger = arguments.get("--ledger");
  node.data = data_of(arguments);
  if (arguments.has("--records")) node.records = arguments.get("--records");
  node.incidents = arguments.all("--incident");
  if (arguments.has("--policy"))
    node.policy = arguments.get("--policy");
  else if (!base::exists(node.data + "/policy.yaml"))
    node.policy = data_folder("policies") + "/default.yaml";
  JINDO_TRY(const auto nodes, by_chain(arguments, "--node"));
  JINDO_TRY(const auto zmq, by_chain(arguments, "--zmq"));
  JINDO_TRY(const auto first, by_chain(arguments, "--first-height"));
  for (const auto* map : {&zmq, &first})
    for (const auto& [network, value] : *map)
      if (nodes.count(network) == 0)
        return base::wrong_use(std::string(map == &zmq ? "--zmq" : "--first-height") + ": no --node of " +
                               std::string(network->name));
  for (const auto& [network, url] : nodes) {
    node::NodeSource source;
    source.network = network;
    source.url = url;
    if (const auto found = zmq.find(network); found != zmq.end()) source.zmq = found->second;
    if (const auto found = first.find(network); found != first.end()) {
      JINDO_TRY(source.first_height, number_of("--first-height", found->second, uint64_t{1} << 40));
    }
    node.nodes.push_back(source);
  }
  JINDO_TRY(const uint64_t poll, number_of("--poll", arguments.get("--poll"), 3'600'000));
  node.poll_ms = static_cast<unsigned>(std::max<uint64_t>(poll, 10));
  JINDO_TRY(const uint64_t every, number_of("--findings-every", arguments.get("--findings-every"), 86400));
  node.findings_seconds = static_cast<unsigned>(every);
  uint32_t inferred = 0;
  JINDO_TRY(node.resolve, resolve_request(arguments, inferred));
  if (arguments.has("--alert-file")) node.delivery.file = arguments.get("--alert-file");
  if (arguments.has("--sharing-database")) options.sharing.database = arguments.get("--sharing-database");
  if (arguments.has("--sharing")) options.sharing.file = arguments.get("--sharing");
  node.sync_decisions = arguments.has("--sync-decisions");
  node.durable = !arguments.has("--not-durable");
  JINDO_TRY(node.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(node.threads, thread_count(arguments));
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  JINDO_TRY(const auto service, server::Service::start(options));
  const std::string scheme = options.http.certificate.empty() ? "http" : "https";
  note(arguments,
       "jindo: listening at " + scheme + "://" + options.http.address + ":" + std::to_string(service->port()) + "/");
  if (!service->first_token().empty())
    std::fprintf(
        stderr,
        "jindo: no key yet; first token, good until it has made one (POST /v1/keys), and for the workbench: %s\n",
        service->first_token().c_str());
  service->run_until([] { return stop_asked != 0; });
  return {};
}

base::Status run_key_create(const Arguments& arguments) {
  JINDO_TRY(const int64_t expires, time_of(arguments, "--expires", 0));
  if (!arguments.has("--data") && !base::is_folder(arguments.get("--ledger")))  // a slip of the pen makes no key store
    return base::bad_input(arguments.get("--ledger") +
                           ": no such folder; the ledger's is wanted, which `jindo ingest` " +
                           "or `jindo serve` makes");
  JINDO_DO(base::make_folders(data_of(arguments)));
  JINDO_TRY(const auto keys, server::KeyStore::open(data_of(arguments) + "/keys.db"));
  server::Holder holder;
  if (arguments.has("--organisation")) holder.organisation = arguments.get("--organisation");
  if (arguments.has("--individual")) holder.individual = arguments.get("--individual");
  holder.affiliation = arguments.get("--affiliation");
  JINDO_TRY(const auto made, keys->create(arguments.get("--name"), arguments.get("--role"), now(), expires, holder));
  note(arguments, "key " + made.first.id + ", " + made.first.role + "; the token is not shown again:");
  print(made.second + "\n");
  return {};
}
base::Status run_key_list(const Arguments& arguments) {
  JINDO_TRY(const auto keys, server::KeyStore::open(data_of(arguments) + "/keys.db"));
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
base::Status run_key_revoke(const Arguments& arguments) {
  JINDO_TRY(const auto keys, server::KeyStore::open(data_of(arguments) + "/keys.db"));
  return keys->revoke(arguments.operands[0], now());
}

base::Status run_policy_check(const Arguments& arguments) {
  JINDO_TRY(const auto policy, screening::read_policy(arguments.operands[0]));
  print(policy.name + ": " + std::to_string(policy.rules.size()) + " rules, " +
        std::to_string(policy.categories.size()) + " categories, " + std::to_string(policy.lists.size()) +
        " listed addresses, " + std::to_string(policy.exemptions.size()) + " exemptions\ndigest " + policy.digest +
        "\n");
  return {};
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

base::Status run_audit_verify(const Arguments& arguments) {
  std::map<std::string, uint64_t> kinds;
  JINDO_TRY(const auto log, screening::read_decisions(data_of(arguments) + "/decisions",
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
}  // namespace jindo::cli
