// ingest: blocks, exports and what people hold, into a ledger; dry runs and samples of files.
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/ingest_reading.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "ingest/formats.h"
#include "ledger/ledger_writer.h"

namespace jindo::cli {
namespace {
// What an ingest into a ledger cannot do without; dry runs and samples can.
base::Status check_needed(const Arguments& arguments) {
  for (const char* option : {"--ledger DIR", "--chain CHAIN", "--format FORMAT"}) {
    const std::string name = split(option, ' ').front();
    if (!arguments.has(name))
      return base::wrong_use("'jindo ingest' needs " + std::string(option) + "; see 'jindo ingest --help'");
  }
  return {};
}

base::Status run_ingest(const Arguments& arguments) {
  if (arguments.has("--dry-run")) return run_dry_run(arguments);
  if (arguments.has("--sample")) return run_sample(arguments);
  JINDO_DO(check_needed(arguments));
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

// Names of streams, then of foreign formats, each once.
const char* all_format_choices() {
  static const std::string out = [] {
    std::vector<std::string> names = split(ingest::format_choices(), '|');
    for (const char* const name : exports::foreign_format_names())
      if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : "|") + name;
    return joined;
  }();
  return out.c_str();
}

std::vector<const char*> all_examples() {
  std::vector<const char*> out = ingest::format_examples();
  out.push_back("jindo ingest --dry-run export-0x47666f.csv deposits.xlsx traces.parquet");
  out.push_back("jindo ingest --sample --columns map.yaml hops.csv");
  return out;
}
}  // namespace

std::vector<Command> ingest_commands() {
  Option ledger = kLedger;
  ledger.required = false;
  return {{
      .name = "ingest",
      .operands = "INPUT...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "read blocks or exports into a ledger",
      .description =
          "Reads a node's blocks or an export and adds them in one commit: all of it, or nothing when something is "
          "wrong. The same input twice changes nothing; later blocks append; "
          "a branch with more work replaces the ledger's from the fork on.",
      .options = {ledger,
                  {.name = "--chain",
                   .value = "CHAIN",
                   .help = "chain name or CAIP-2 identifier (bitcoin, ethereum, eip155:56 …)"},
                  {.name = "--format", .value = "FORMAT", .help = "what the input is", .choices = all_format_choices()},
                  {.name = "--partial", .help = ingest::partial_help()},
                  {.name = "--dry-run", .help = "say what each file is and what it would give, as JSON lines"},
                  {.name = "--sums", .help = "with --dry-run: sums by asset and address, and the first movement"},
                  {.name = "--sample", .help = "show how the first rows would be read"},
                  {.name = "--columns",
                   .value = "MAP.yaml",
                   .help = "what the columns of a table are, where no header is known"},
                  {.name = "--json", .help = "with --sample: as JSON"},
                  kAssets,
                  {.name = "--decimals",
                   .value = "CONTRACT=N",
                   .help = "decimals of a token that the file does not tell",
                   .repeated = true},
                  {.name = "--contract", .value = "ADDRESS", .help = "of a token page's download: the token"},
                  {.name = "--transaction",
                   .value = "HASH",
                   .help = "of an answer that does not name it: the transaction that was asked for"},
                  {.name = "--block", .value = "HEIGHT", .help = "the same: its block"},
                  kMemory,
                  kThreads},
      .examples = all_examples(),
      .run = run_ingest,
  }};
}
}  // namespace jindo::cli
