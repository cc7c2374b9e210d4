// ledger: what it holds, whether it holds, blocks taken back.
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "ledger/ledger_writer.h"
#include "report/coverage.h"

namespace jindo::cli {
namespace {
base::Status run_ledger_info(const Arguments& arguments) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_object();
    json.field("ledger", base::to_hex(ledger.digest()));
    json.key("chains");
    json.begin_array();
    for (const ledger::LedgerChain& chain : ledger.chains()) {
      const ledger::ChainInfo& info = chain.reader().info();
      json.begin_object();
      json.field("chain", chain.network->name);
      json.field("caip2", chain.network->caip2);
      json.field("height", info.tip_height);
      json.field("time", base::format_time(info.tip_time));
      json.field("tip", chain::format_hash(*chain.network, info.tip_hash));
      json.field("digest", base::to_hex(info.digest));
      json.field("blocks", info.blocks);
      json.field("transactions", info.transactions);
      if (chain.utxo) {
        json.field("inputs", info.inputs);
        json.field("outputs", info.outputs);
      } else {
        json.field("movements", info.movements);
      }
      json.field("notes", info.notes);
      json.field("note_digest", base::to_hex(info.note_digest));
      json.field("segments", info.segments);
      if (!chain.coverage.empty()) json.object("coverage", [&] { report::coverage_fields(json, chain.coverage); });
      json.end_object();
    }
    json.end_array();
    json.end_object();
    return {};
  }
  print("ledger " + base::to_hex(ledger.digest()) + "\n");
  if (ledger.chains().empty()) print("no chains yet\n");
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    const ledger::ChainInfo& info = chain.reader().info();
    print(std::string(chain.network->name) + " (" + std::string(chain.network->caip2) + "): height " +
          std::to_string(info.tip_height) + ", " + base::format_time(info.tip_time) + "\n  " +
          std::to_string(info.blocks) + " blocks, " + std::to_string(info.transactions) + " transactions, " +
          (chain.utxo ? std::to_string(info.inputs) + " inputs, " + std::to_string(info.outputs) + " outputs"
                      : std::to_string(info.movements) + " movements") +
          ", " + std::to_string(info.segments) + " segments\n  digest " + base::to_hex(info.digest) + "\n  " +
          (info.notes == 0 ? "no notes (events, OP_RETURN data): bridges are not told by identifiers"
                           : std::to_string(info.notes) + " notes, digest " + base::to_hex(info.note_digest)) +
          "\n");
    if (const std::string partial = report::coverage_sentence(chain); !partial.empty())
      print("  partial: " + partial + "\n");
  }
  return {};
}
Command ledger_info_command() {
  return {
      .name = "ledger info",
      .summary = "what a ledger holds",
      .description = "Chains, heights, counts and the digest that names the state.",
      .options = {kLedger, kFormatTable},
      .examples = {"jindo ledger info --ledger L"},
      .run = run_ledger_info,
  };
}

base::Status run_ledger_verify(const Arguments& arguments) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(arguments.get("--ledger")));
  JINDO_DO(ledger::verify(ledger, [&](const std::string& what) { note(arguments, "verifying " + what); }));
  print("all holds; ledger " + base::to_hex(ledger.digest()) + "\n");
  return {};
}
Command ledger_verify_command() {
  return {
      .name = "ledger verify",
      .summary = "recompute everything a ledger states",
      .description = "Checksums, digests, links both ways, indexes. Exit status 1 when something does not hold.",
      .options = {kLedger},
      .examples = {"jindo ledger verify --ledger L"},
      .run = run_ledger_verify,
  };
}

base::Status run_ledger_rollback(const Arguments& arguments) {
  const std::string folder = arguments.get("--ledger");
  if (!base::is_folder(folder)) return base::bad_input(folder + ": no such ledger");
  JINDO_TRY(const uint64_t height, whole_number(arguments, "--to"));
  ledger::WriterOptions options;
  JINDO_TRY(options.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(options.threads, thread_count(arguments));
  JINDO_TRY(const ledger::Ledger before, ledger::Ledger::open(folder));
  const chain::Network* network = nullptr;
  if (arguments.has("--chain")) {
    JINDO_TRY(network, chain::find_network(arguments.get("--chain")));
  } else if (before.chains().size() == 1) {
    network = before.chains().front().network;
  } else {
    return base::wrong_use("this ledger holds " + std::to_string(before.chains().size()) +
                           " chains; say which with --chain");
  }
  JINDO_TRY(ledger::LedgerWriter writer, ledger::LedgerWriter::open(folder, options));
  JINDO_DO(writer.rollback(*network, height));
  JINDO_TRY(const ledger::Ledger after, ledger::Ledger::open(folder));
  const auto blocks = [&](const ledger::Ledger& l) {
    return l.find(*network) != nullptr ? l.find(*network)->reader().info().blocks : 0;
  };
  print(std::string(network->name) + ": " + std::to_string(blocks(before) - blocks(after)) +
        " blocks taken back; ledger " + base::to_hex(after.digest()) + "\n");
  return {};
}
Command ledger_rollback_command() {
  return {
      .name = "ledger rollback",
      .summary = "take blocks back",
      .description = "Takes back every block above a height, in one commit.",
      .options = {kLedger,
                  kChain,
                  {.name = "--to", .value = "HEIGHT", .help = "the last block that stays", .required = true},
                  kMemory,
                  kThreads},
      .examples = {"jindo ledger rollback --ledger L --chain bitcoin --to 840000"},
      .run = run_ledger_rollback,
  };
}
}  // namespace

std::vector<Command> ledger_commands() {
  return {ledger_info_command(), ledger_verify_command(), ledger_rollback_command()};
}
}  // namespace jindo::cli
