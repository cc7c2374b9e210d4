// serve: the options of a live node read, the node run until a signal ends it.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/uint256.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "server/server.h"

namespace jindo::cli {
namespace {
volatile std::sig_atomic_t stop_asked = 0;
void ask_to_stop(int) { stop_asked = 1; }

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

// Where to listen, how much of it at once, and TLS.
base::Status read_http(const Arguments& arguments, server::ServeOptions& options) {
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
  options.http.certificate = arguments.get("--tls-certificate");
  options.http.key = arguments.get("--tls-key");
  options.http.client_authority = arguments.get("--client-ca");
  if (options.http.certificate.empty() != options.http.key.empty())
    return base::wrong_use("--tls-certificate and --tls-key go together");
  if (!options.http.client_authority.empty() && options.http.certificate.empty())
    return base::wrong_use("--client-ca needs --tls-certificate and --tls-key");
  options.plain_http_anywhere = arguments.has("--plain-http");
  return {};
}
// The chains' nodes to follow: --node, with --zmq and --first-height of the same chain.
base::Result<std::vector<node::NodeSource>> read_sources(const Arguments& arguments) {
  JINDO_TRY(const auto nodes, by_chain(arguments, "--node"));
  JINDO_TRY(const auto zmq, by_chain(arguments, "--zmq"));
  JINDO_TRY(const auto first, by_chain(arguments, "--first-height"));
  for (const auto* map : {&zmq, &first})
    for (const auto& [network, value] : *map)
      if (nodes.count(network) == 0)
        return base::wrong_use(std::string(map == &zmq ? "--zmq" : "--first-height") + ": no --node of " +
                               std::string(network->name));
  std::vector<node::NodeSource> out;
  for (const auto& [network, url] : nodes) {
    node::NodeSource source;
    source.network = network;
    source.url = url;
    if (const auto found = zmq.find(network); found != zmq.end()) source.zmq = found->second;
    if (const auto found = first.find(network); found != first.end()) {
      JINDO_TRY(source.first_height, number_of("--first-height", found->second, uint64_t{1} << 40));
    }
    out.push_back(source);
  }
  return out;
}
// The ledger with what the node keeps beside it, what it follows, and how often it looks.
base::Status read_node(const Arguments& arguments, node::LiveNodeOptions& node) {
  JINDO_TRY(node.pending_max, number_of("--max-unconfirmed", arguments.get("--max-unconfirmed"), 10'000'000));
  node.ledger = arguments.get("--ledger");
  node.data = node_folder(arguments);
  if (arguments.has("--records")) node.records = arguments.get("--records");
  node.incidents = arguments.all("--incident");
  if (arguments.has("--policy"))
    node.policy = arguments.get("--policy");
  else if (!base::exists(node.data + "/policy.yaml"))
    node.policy = data_folder("policies") + "/default.yaml";
  JINDO_TRY(node.nodes, read_sources(arguments));
  JINDO_TRY(const uint64_t poll, number_of("--poll", arguments.get("--poll"), 3'600'000));
  node.poll_ms = static_cast<unsigned>(std::max<uint64_t>(poll, 10));
  JINDO_TRY(const uint64_t every, number_of("--findings-every", arguments.get("--findings-every"), 86400));
  node.findings_seconds = static_cast<unsigned>(every);
  uint32_t inferred = 0;
  JINDO_TRY(node.resolve, resolve_request(arguments, inferred));
  if (arguments.has("--alert-file")) node.delivery.file = arguments.get("--alert-file");
  node.sync_decisions = arguments.has("--sync-decisions");
  node.durable = !arguments.has("--not-durable");
  JINDO_TRY(node.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(node.threads, thread_count(arguments));
  return {};
}
void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = ask_to_stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

base::Status run_serve(const Arguments& arguments) {
  server::ServeOptions options;
  JINDO_DO(read_http(arguments, options));
  JINDO_DO(read_node(arguments, options.node));
  options.log_level = arguments.has("--quiet") ? "error" : arguments.get("--log-level");
  options.log_requests = arguments.has("--log-requests");
  if (arguments.has("--sharing-database")) options.sharing.database = arguments.get("--sharing-database");
  if (arguments.has("--sharing")) options.sharing.file = arguments.get("--sharing");
  stop_on_signals();
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

// What is served, and where.
constexpr Option kServed[] = {
    kLedger,
    kNodeData,
    kRecords,
    {.name = "--listen", .value = "ADDRESS", .help = "where to listen", .fallback = "127.0.0.1"},
    {.name = "--port", .value = "PORT", .help = "0: any free one, which is printed", .fallback = "8650"},
    {.name = "--policy",
     .value = "FILE",
     .help = "the policy",
     .fallback = "the node's last one, else data/policies/default.yaml"},
    {.name = "--incident",
     .value = "FILE|DIR",
     .help = "incidents to follow from the start; a folder: all in it",
     .repeated = true}};
// The nodes that are followed, and what their events are read by.
constexpr Option kFollowed[] = {
    {.name = "--node",
     .value = "CHAIN=URL",
     .help = "follow a node: bitcoin=http://USER:PASSWORD@127.0.0.1:8332, ethereum=http://127.0.0.1:8545",
     .repeated = true},
    {.name = "--zmq",
     .value = "CHAIN=URL",
     .help = "the node's ZMQ publisher, to hear of blocks at once: bitcoin=tcp://127.0.0.1:28332",
     .repeated = true},
    {.name = "--first-height",
     .value = "CHAIN=N",
     .help = "where an empty ledger begins",
     .fallback = "0",
     .repeated = true},
    {.name = "--poll", .value = "MS", .help = "ask nodes so often", .fallback = "500"},
    kRegistry,
    kAssets,
    kPrices,
    kStatements};
// What the node looks for, shares and keeps.
constexpr Option kKept[] = {
    {.name = "--alert-file", .value = "FILE", .help = "append alerts here, a JSON object a line"},
    {.name = "--findings-every",
     .value = "SECONDS",
     .help = "look for techniques at most so often; 0: never",
     .fallback = "10"},
    {.name = "--sharing",
     .value = "FILE",
     .help = "the sharing file, applied at the start (docs/formats/sharing.md)",
     .fallback = "the last one applied"},
    kSharingDatabase,
    {.name = "--sync-decisions", .help = "each decision is on the disk before it is answered"}};
// TLS, and how much is served at once.
constexpr Option kHttp[] = {
    {.name = "--tls-certificate", .value = "FILE", .help = "PEM chain: https"},
    {.name = "--tls-key", .value = "FILE", .help = "PEM private key"},
    {.name = "--client-ca", .value = "FILE", .help = "PEM: clients need a certificate of it"},
    {.name = "--plain-http", .help = "http beyond loopback: something before it does TLS"},
    {.name = "--max-body", .value = "SIZE", .help = "largest request", .fallback = "16M"},
    {.name = "--http-threads",
     .value = "N",
     .help = "threads that answer; batches, changes and long questions have their own",
     .fallback = "all cores but one, for blocks and traces"},
    {.name = "--max-unconfirmed",
     .value = "N",
     .help = "unconfirmed transactions of a chain looked at; answers say how many are not",
     .fallback = "50000"},
    {.name = "--max-connections", .value = "N", .help = "open connections at most", .fallback = "4096"}};
// The process: its log, its disk, its machine.
constexpr Option kProcess[] = {{.name = "--log-level",
                                .value = "LEVEL",
                                .help = "what to log",
                                .fallback = "info",
                                .choices = "error|warn|info|debug"},
                               {.name = "--log-requests", .help = "log each request"},
                               {.name = "--not-durable", .help = "no sync to disk: for tests and exercises"},
                               kMemory,
                               kThreads};
std::vector<Option> serve_options() {
  std::vector<Option> out;
  for (const std::span<const Option> group :
       std::initializer_list<std::span<const Option>>{kServed, kFollowed, kKept, kHttp, kProcess})
    out.insert(out.end(), group.begin(), group.end());
  return out;
}
Command serve_command() {
  return {
      .name = "serve",
      .summary = "answer over HTTP, live",
      .description =
          "Screens addresses, transactions and withdrawals by the operator's policy, follows nodes, flags, watches "
          "and alerts. Loopback by default; without a key yet, a first token is printed, good until it has made "
          "one. What it can do: /openapi.json. Ends on SIGINT or SIGTERM, open requests answered.",
      .options = serve_options(),
      .examples =
          {"jindo serve --ledger L --incident data/incidents",
           "jindo serve --ledger L --node bitcoin=http://u:p@127.0.0.1:8332 --zmq bitcoin=tcp://127.0.0.1:28332"},
      .run = run_serve,
  };
}
}  // namespace

std::vector<Command> serve_commands() { return {serve_command()}; }
}  // namespace jindo::cli
