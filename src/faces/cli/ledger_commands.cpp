// ingest and ledger: blocks into a ledger, what it holds, whether it holds, blocks taken back.
#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "cli/commands.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "ingest/formats.h"
#include "ledger/ledger_writer.h"
#include "report/coverage.h"

namespace jindo::cli {
namespace {
base::Status run_ingest(const Arguments& arguments) {
  JINDO_TRY(const chain::Network* network, chain::find_network(arguments.get("--chain")));
  ingest::IngestOptions options;
  JINDO_TRY(options.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(options.threads, thread_count(arguments));
  options.partial = arguments.has("--partial");
  options.progress = progress_mode(arguments);
  JINDO_TRY(const ingest::Format* format, ingest::find_format(arguments.get("--format")));
  const std::string ledger = arguments.get("--ledger");
  if (options.partial && format->partial == nullptr)
    return base::wrong_use("--partial goes with --format " + ingest::partial_formats());
  JINDO_TRY(const ingest::IngestSummary summary, format->ingest(ledger, *network, arguments.operands, options));
  JINDO_TRY(const ledger::Ledger after, ledger::Ledger::open(ledger));
  std::string line = std::string(network->name) + ": " + std::to_string(summary.blocks_added) + " blocks added";
  if (summary.blocks_reverted > 0) line += ", " + std::to_string(summary.blocks_reverted) + " taken back";
  if (summary.blocks_known > 0) line += ", " + std::to_string(summary.blocks_known) + " known already";
  if (summary.blocks_stale > 0) line += ", " + std::to_string(summary.blocks_stale) + " on stale branches";
  if (const ledger::LedgerChain* chain = after.find(*network)) {
    const ledger::ChainInfo& info = chain->reader().info();
    line += "; now " + std::to_string(info.blocks) + " blocks to height " + std::to_string(info.tip_height) + ", " +
            std::to_string(info.transactions) + " transactions, " +
            (chain->utxo ? std::to_string(info.inputs) + " inputs, " + std::to_string(info.outputs) + " outputs"
                         : std::to_string(info.movements) + " movements");
  }
  print(line + "; ledger " + base::to_hex(after.digest()) + "\n");
  for (const std::string& text : summary.notes) note(arguments, "note: " + text);
  return {};
}
Command ingest_command() {
  return {
      .name = "ingest",
      .operands = "INPUT...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "read blocks or exports into a ledger",
      .description =
          "Reads a node's blocks or an export and adds them in one commit: all of it, or nothing when something is "
          "wrong. The same input twice changes nothing; later blocks append; "
          "a branch with more work replaces the ledger's from the fork on.",
      .options = {kLedger,
                  {.name = "--chain",
                   .value = "CHAIN",
                   .help = "chain name or CAIP-2 identifier (bitcoin, ethereum, eip155:56 …)",
                   .required = true},
                  {.name = "--format",
                   .value = "FORMAT",
                   .help = "what the input is",
                   .choices = ingest::format_choices(),
                   .required = true},
                  {.name = "--partial", .help = ingest::partial_help()},
                  kMemory,
                  kThreads},
      .examples = ingest::format_examples(),
      .run = run_ingest,
  };
}

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
  return {ingest_command(), ledger_info_command(), ledger_verify_command(), ledger_rollback_command()};
}
}  // namespace jindo::cli
