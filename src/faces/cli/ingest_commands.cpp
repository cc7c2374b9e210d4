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
// By --format, or by what the inputs hold: the stream that reads them; null: they are exports.
base::Result<const ingest::Format*> stream_format(const Arguments& arguments, const ForeignOptions& foreign,
                                                  std::string& chain) {
  if (foreign.format != nullptr || !foreign.family.empty() || foreign.columns) return nullptr;
  if (arguments.has("--format")) return ingest::find_format(arguments.get("--format"));
  JINDO_TRY(const InputKind kind, kind_of_inputs(arguments, foreign));
  if (kind.foreign) return nullptr;
  if (chain.empty()) chain = kind.chain;
  if (chain.empty()) {
    return base::wrong_use("the input is " + kind.stream + ", which does not tell its chain; give --chain");
  }
  note(arguments, "read as " + kind.stream + " of " + chain);
  return ingest::find_format(kind.stream);
}

base::Status run_ingest(const Arguments& arguments) {
  if (arguments.has("--dry-run")) return run_dry_run(arguments);
  if (arguments.has("--sample")) return run_sample(arguments);
  if (!arguments.has("--ledger"))
    return base::wrong_use("'jindo ingest' needs --ledger DIR; see 'jindo ingest --help'");
  JINDO_TRY(const std::unique_ptr<ForeignOptions> foreign, foreign_options(arguments, true));
  ingest::IngestOptions options;
  JINDO_TRY(options.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(options.threads, thread_count(arguments));
  options.partial = arguments.has("--partial");
  options.progress = progress_mode(arguments);
  std::string chain = arguments.get("--chain");
  JINDO_TRY(const ingest::Format* format, stream_format(arguments, *foreign, chain));
  if (options.partial && (format == nullptr || format->partial == nullptr))
    return base::wrong_use("--partial goes with --format " + ingest::partial_formats());
  if (format == nullptr) return run_foreign(arguments, *foreign, options);
  if (chain.empty()) return base::wrong_use("'jindo ingest --format " + std::string(format->name) + "' needs --chain");
  JINDO_TRY(const chain::Network* network, chain::find_network(chain));
  JINDO_TRY(const ingest::IngestSummary summary,
            format->ingest(arguments.get("--ledger"), *network, arguments.operands, options));
  return report_ingest(arguments, *network, summary);
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
  out.push_back("jindo ingest --ledger L --chain ethereum export-0x47666f.csv internal-0x47666f.csv");
  out.push_back("jindo ingest --dry-run export-0x47666f.csv deposits.xlsx traces.parquet");
  out.push_back("jindo ingest --sample --columns map.yaml hops.csv");
  return out;
}
}  // namespace

base::Status report_ingest(const Arguments& arguments, const chain::Network& network,
                           const ingest::IngestSummary& summary) {
  JINDO_TRY(const ledger::Ledger after, ledger::Ledger::open(arguments.get("--ledger")));
  std::string line = std::string(network.name) + ": " + std::to_string(summary.blocks_added) + " blocks added";
  if (summary.blocks_reverted > 0) line += ", " + std::to_string(summary.blocks_reverted) + " taken back";
  if (summary.blocks_known > 0) line += ", " + std::to_string(summary.blocks_known) + " known already";
  if (summary.blocks_stale > 0) line += ", " + std::to_string(summary.blocks_stale) + " on stale branches";
  if (const ledger::LedgerChain* chain = after.find(network)) {
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
          "a branch with more work replaces the ledger's from the fork on. What a file is follows from its content: "
          "explorers' tables, APIs' answers, warehouses' exports as `jindo ingest --dry-run` names them; exports of "
          "one address after another belong into `jindo evidence`.",
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
