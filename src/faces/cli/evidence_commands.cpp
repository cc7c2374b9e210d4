// evidence: files into a case's folder and out of its set, what is there, and the ledger that follows from it.
#include <algorithm>

#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "cli/commands.h"
#include "cli/ingest_reading.h"
#include "cli/shared_arguments.h"
#include "cli/shared_options.h"
#include "evidence/build.h"

namespace jindo::cli {
namespace {
constexpr Option kCase{.name = "--case", .value = "DIR", .help = "the case's folder of evidence", .required = true};

std::string evidence_ledger(const Arguments& arguments) {
  return arguments.has("--ledger") ? arguments.get("--ledger") : arguments.get("--case") + "/ledger";
}

constexpr size_t kColumnMapBytesMax = size_t{1} << 20;

// What the user says of how the files are to be read; a column map is checked before it is kept.
base::Status add_reading_hints(const Arguments& arguments, evidence::Given& given) {
  exports::AssetTable table;
  for (const std::string& path : arguments.all("--assets")) JINDO_DO(table.read(path));
  for (const std::string& text : arguments.all("--decimals")) JINDO_DO(table.add(text));
  given.decimals = table.all_decimals(given.chain);
  given.contract = arguments.get("--contract");
  given.transaction = arguments.get("--transaction");
  if (arguments.has("--block")) {
    JINDO_TRY(given.block, whole_number(arguments, "--block"));
  }
  if (!arguments.has("--columns")) return {};
  JINDO_TRY(given.columns, base::read_file(arguments.get("--columns"), kColumnMapBytesMax));
  const auto map = exports::ColumnMap::parse(arguments.get("--columns"), given.columns);
  return map.ok() ? base::Status() : base::Status(map.error());
}

base::Status run_evidence_add(const Arguments& arguments) {
  evidence::Given given;
  if (arguments.has("--chain")) {
    JINDO_TRY(const chain::Network* network, chain::find_network(arguments.get("--chain")));
    given.chain = network->name;
  }
  given.from = arguments.get("--from");
  given.note = arguments.get("--note");
  JINDO_DO(add_reading_hints(arguments, given));
  JINDO_TRY(evidence::EvidenceFolder folder, evidence::EvidenceFolder::open_to_change(arguments.get("--case")));
  uint64_t added = 0;
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(const bool fresh, folder.add(path, given, now()));
    added += fresh ? 1 : 0;
    if (!fresh) note(arguments, path + ": its content is in the set already");
  }
  JINDO_DO(folder.save());
  const auto in_set = std::count_if(folder.files().begin(), folder.files().end(),
                                    [](const evidence::EvidenceFile& file) { return file.removed == 0; });
  print(std::to_string(added) + " files added; " + std::to_string(in_set) + " in the set\n");
  return {};
}
Command evidence_add_command() {
  return {
      .name = "evidence add",
      .operands = "FILE...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "keep files as evidence of a case",
      .description =
          "Copies the files into the case's folder under their SHA-256, with when and from whom they came. Exports of "
          "one address after another belong here: the ledger is made of all of them together, in any order.",
      .options = {kCase,
                  {.name = "--chain", .value = "CHAIN", .help = "the chain, where the files do not tell it"},
                  {.name = "--from", .value = "WHOM", .help = "who gave the files"},
                  {.name = "--note", .value = "TEXT", .help = "why they are here"},
                  kAssets,
                  {.name = "--decimals",
                   .value = "CONTRACT=N",
                   .help = "decimals of a token that the files do not tell",
                   .repeated = true},
                  {.name = "--columns",
                   .value = "MAP.yaml",
                   .help = "what the columns of a table are, where no header is known"},
                  {.name = "--contract", .value = "ADDRESS", .help = "of a token page's download: the token"},
                  {.name = "--transaction",
                   .value = "HASH",
                   .help = "of an answer that does not name it: the transaction that was asked for"},
                  {.name = "--block", .value = "HEIGHT", .help = "the same: its block"}},
      .examples = {"jindo evidence add --case theft-2026 --chain ethereum --from Etherscan export-0x098b.csv",
                   "jindo evidence add --case theft-2026 --chain tron --note 'hop 3' *.json"},
      .run = run_evidence_add,
  };
}

void write_evidence_row(base::JsonWriter& json, const evidence::EvidenceFile& file) {
  json.row([&] {
    json.field("sha256", base::to_hex(file.digest));
    json.field("name", file.name);
    json.field("size", file.size);
    json.field("added", base::format_time(file.added));
    json.field("chain", file.given.chain);
    json.field("from", file.given.from);
    json.field("note", file.given.note);
    if (file.removed == 0) return;
    json.field("removed", base::format_time(file.removed));
    json.field("removed_reason", file.removed_reason);
  });
}

base::Status run_evidence_list(const Arguments& arguments) {
  JINDO_TRY(const evidence::EvidenceFolder folder, evidence::EvidenceFolder::open(arguments.get("--case")));
  const bool all = arguments.has("--all");
  if (json_wanted(arguments)) {
    base::JsonWriter json(print);
    json.begin_array();
    for (const evidence::EvidenceFile& file : folder.files())
      if (all || file.removed == 0) write_evidence_row(json, file);
    json.end_array();
    return {};
  }
  for (const evidence::EvidenceFile& file : folder.files()) {
    if (!all && file.removed != 0) continue;
    print(base::to_hex(file.digest).substr(0, 16) + "  " + base::format_time(file.added) + "  " +
          std::to_string(file.size) + " bytes  " + file.name +
          (file.given.chain.empty() ? "" : "  (" + file.given.chain + ")") +
          (file.given.from.empty() ? "" : "  from " + file.given.from) +
          (file.given.note.empty() ? "" : "  " + file.given.note) +
          (file.removed == 0 ? ""
                             : "  taken out " + base::format_time(file.removed) +
                                   (file.removed_reason.empty() ? "" : ": " + file.removed_reason)) +
          "\n");
  }
  return {};
}
Command evidence_list_command() {
  return {
      .name = "evidence list",
      .summary = "the files of a case",
      .description = "Hash, time, size, name, from whom, note. --all: also those that were taken out, when and why.",
      .options = {kCase, {.name = "--all", .help = "also what was taken out of the set"}, kFormatTable},
      .examples = {"jindo evidence list --case theft-2026 --all"},
      .run = run_evidence_list,
  };
}

base::Status run_evidence_remove(const Arguments& arguments) {
  JINDO_TRY(evidence::EvidenceFolder folder, evidence::EvidenceFolder::open_to_change(arguments.get("--case")));
  for (const std::string& which : arguments.operands) JINDO_DO(folder.remove(which, arguments.get("--reason"), now()));
  JINDO_DO(folder.save());
  print(std::to_string(arguments.operands.size()) + " files taken out of the set; they are kept\n");
  return {};
}
Command evidence_remove_command() {
  return {
      .name = "evidence remove",
      .operands = "SHA256|NAME...",
      .operands_min = 1,
      .operands_max = SIZE_MAX,
      .summary = "take files out of a case's set",
      .description = "The ledger built next is made without them. The files are kept, with when and why they left.",
      .options = {kCase, {.name = "--reason", .value = "TEXT", .help = "why"}},
      .examples = {"jindo evidence remove --case theft-2026 --reason 'wrong address' export-0x12ab.csv"},
      .run = run_evidence_remove,
  };
}

void print_built(const Arguments& arguments, const evidence::Built& built) {
  for (const exports::Reading& reading : built.readings) {
    uint64_t deposits = 0, withdrawals = 0;
    for (const exports::ExchangeRecord& record : reading.records) {
      deposits += record.kind == exports::ExchangeRecord::Kind::kDeposit ? 1 : 0;
      withdrawals += record.kind == exports::ExchangeRecord::Kind::kWithdrawal ? 1 : 0;
    }
    if (!reading.records.empty()) {
      note(arguments, reading.file + ": " + std::to_string(deposits) + " deposits and " + std::to_string(withdrawals) +
                          " withdrawals of an account, off chain: no movements");
    }
    if (reading.file_refused) {
      note(arguments, "note: " + reading.file + ": nothing of it is read (" + reading.format +
                          "): " + (reading.refusals.empty() ? "" : reading.refusals.front().why));
    }
    if (!reading.watched.empty())
      note(arguments, reading.file + ": names " + std::to_string(reading.watched.size()) +
                          " transactions without their parties: no movements");
  }
  if (built.records.records > 0) {
    note(arguments, std::to_string(built.records.by_transaction) + " of " + std::to_string(built.records.records) +
                        " deposits and withdrawals are transactions of the ledger by their identifier, " +
                        std::to_string(built.records.by_address_and_amount) +
                        " more by address and amount (account-records.csv)");
  }
  for (const evidence::BuiltChain& chain : built.chains) {
    print(std::string(chain.network->name) + ": " + std::to_string(chain.summary.blocks_known) + " blocks as before, " +
          std::to_string(chain.summary.blocks_added) + " added, " + std::to_string(chain.summary.blocks_reverted) +
          " taken back; " + std::to_string(chain.attested_twice) +
          (chain.network->model == chain::LedgerModel::kUtxo ? " transactions" : " movements") +
          " are attested by several rows\n");
    for (const std::string& text : chain.summary.notes) note(arguments, "note: " + text);
  }
  print("ledger " + base::to_hex(built.digest) + "\n");
}

base::Status run_evidence_build(const Arguments& arguments) {
  JINDO_TRY(const evidence::EvidenceFolder folder, evidence::EvidenceFolder::open(arguments.get("--case")));
  evidence::BuildOptions options;
  JINDO_TRY(options.ingest.memory_bytes, memory_bytes(arguments));
  JINDO_TRY(options.ingest.threads, thread_count(arguments));
  options.ingest.progress = progress_mode(arguments);
  JINDO_TRY(const std::unique_ptr<ForeignOptions> known, foreign_options(arguments, true));
  options.decimals = known->read.decimals;
  JINDO_TRY(const evidence::Built built, evidence::build(folder, evidence_ledger(arguments), options));
  print_built(arguments, built);
  return {};
}
Command evidence_build_command() {
  return {
      .name = "evidence build",
      .summary = "make the ledger of a case's files",
      .description =
          "Reads all files of the set, joins what several of them tell, names what contradicts side by side, and makes "
          "the ledger: the same set gives the same ledger, whatever the order. attested.csv names the rows behind "
          "each movement. `jindo trace` on the ledger says which address to fetch next.",
      .options = {kCase,
                  {.name = "--ledger", .value = "DIR", .help = "the ledger", .fallback = "ledger in the case's folder"},
                  kMemory,
                  kThreads},
      .examples = {"jindo evidence build --case theft-2026",
                   "jindo trace --ledger theft-2026/ledger --incident theft.yaml"},
      .run = run_evidence_build,
  };
}
}  // namespace

std::vector<Command> evidence_commands() {
  return {evidence_add_command(), evidence_list_command(), evidence_remove_command(), evidence_build_command()};
}
}  // namespace jindo::cli
