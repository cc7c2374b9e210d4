// jindo ingest --dry-run: what each file is, and what it would give (../docs/formats/exports.md, "Dry run"). Formats
// that Jindo reads as streams are read into a ledger of their own, which is removed again.
#include "base/json_writer.h"
#include "base/scratch_folder.h"
#include "cli/ingest_reading.h"
#include "cli/shared_arguments.h"
#include "exports/stream_formats.h"
#include "exports/summary.h"
#include "ingest/formats.h"
#include "ledger/ledger.h"

namespace jindo::cli {
namespace {
constexpr size_t kReasonsShown = 20;

void write_movement(base::JsonWriter& json, const char* name, const std::optional<exports::SummaryMovement>& movement,
                    bool is_fee = false) {
  json.key(name);
  if (!movement) {
    json.json("null");
    return;
  }
  json.object([&] {
    json.field("transaction", movement->transaction);
    json.field("from", movement->from);
    if (!movement->to.empty() || !is_fee) json.field("to", movement->to);
    json.field("asset", movement->asset);
    json.field("amount", movement->amount);
  });
}

void write_parties(base::JsonWriter& json, const char* name,
                   const std::vector<std::pair<std::string, std::string>>& parties) {
  json.object(name, [&] {
    for (const auto& [address, amount] : parties) json.field(address, amount);
  });
}

void write_sums(base::JsonWriter& json, const exports::Summary& summary) {
  json.object("sums", [&] {
    for (const auto& [asset, sums] : summary.assets) {
      json.object(asset, [&] {
        write_parties(json, "in", sums.in);
        write_parties(json, "out", sums.out);
      });
    }
  });
  json.object("total", [&] {
    for (const auto& [asset, sums] : summary.assets) json.field(asset, sums.total);
  });
  json.object("fee_total", [&] {
    for (const auto& [asset, amount] : summary.fee_total) json.field(asset, amount);
  });
  write_movement(json, "first", summary.first);
  if (summary.first_fee) write_movement(json, "first_fee", summary.first_fee, true);
}

std::string why_of(const exports::Reading& reading) {
  std::string out;
  for (size_t i = 0; i < reading.refusals.size() && i < kReasonsShown; ++i) {
    const exports::Refusal& refusal = reading.refusals[i];
    out += (out.empty() ? "" : "; ") + refusal.why;
    if (refusal.count > 1) out += " (" + std::to_string(refusal.count) + " rows)";
  }
  return out;
}

// An exchange's rows by kind; `with_txid` and `done` of deposits and withdrawals.
void record_fields(base::JsonWriter& json, const exports::Reading& reading) {
  using Kind = exports::ExchangeRecord::Kind;
  uint64_t deposits = 0, withdrawals = 0, other = 0, with_txid = 0, done = 0;
  for (const exports::ExchangeRecord& record : reading.records) {
    deposits += record.kind == Kind::kDeposit ? 1 : 0;
    withdrawals += record.kind == Kind::kWithdrawal ? 1 : 0;
    other += record.kind == Kind::kOther ? 1 : 0;
    if (record.kind == Kind::kOther) continue;
    with_txid += record.transaction.empty() ? 0 : 1;
    done += record.done ? 1 : 0;
  }
  json.field("deposits", deposits);
  json.field("withdrawals", withdrawals);
  json.field("with_txid", with_txid);
  json.field("done", done);
  json.field("other", other);
}

std::string reading_line(const exports::Reading& reading, bool sums) {
  const exports::Summary summary = exports::summarise(reading);
  return base::json_object([&](base::JsonWriter& json) {
    json.field("file", reading.file);
    json.field("format", reading.format);
    json.field("chain", reading.chain);
    json.field("rows", reading.rows);
    json.field("movements", summary.movements);
    json.field("fees", summary.fees);
    json.field("refused", reading.refused());
    if (reading.file_refused) json.field("file_refused", true);
    if (!reading.refusals.empty()) json.field("why", why_of(reading));
    json.list("unknown", reading.unknown.names());
    if (!reading.notes.empty()) json.list("notes", reading.notes);
    if (!reading.transactions.empty()) {
      json.field("transactions", static_cast<uint64_t>(reading.transactions.size()));
      json.field("inputs", summary.inputs);
    }
    if (!reading.records.empty()) json.row("records", [&] { record_fields(json, reading); });
    if (!reading.watched.empty()) json.field("watch", static_cast<uint64_t>(reading.watched.size()));
    if (!reading.holder.empty()) json.field("holder", reading.holder);
    if (sums) write_sums(json, summary);
    if (sums && !reading.watched.empty()) json.field("watch_first", reading.watched.front().transaction);
  });
}

// A stream's file: what a ledger made of it alone holds. What cannot stand alone (traces without blocks) says so.
base::Result<std::string> stream_line(const std::string& path, const exports::StreamFormat& stream,
                                      const Arguments& arguments) {
  JINDO_TRY(const ingest::Format* format, ingest::find_format(stream.name));
  const std::string said = arguments.get("--chain");
  JINDO_TRY(const chain::Network* network, chain::find_network(said.empty() ? stream.chain : said));
  ingest::IngestOptions options;
  JINDO_TRY(options.memory_bytes, memory_bytes(arguments));
  options.partial = format->partial != nullptr;
  options.durable = false;
  JINDO_TRY(const base::ScratchFolder scratch, base::ScratchFolder::make());
  const std::string folder = scratch.path() + "/ledger";
  const auto summary = format->reads(*network)
                           ? format->ingest(folder, *network, {path}, options)
                           : base::Result<ingest::IngestSummary>(ingest::check_chain(stream.name, *network).error());
  if (!summary.ok() && summary.error().kind == base::ErrorKind::kMachine) return summary.error();
  uint64_t movements = 0, fees = 0, transactions = 0;
  if (summary.ok()) {
    JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(folder));
    if (const ledger::LedgerChain* chain = ledger.find(*network)) {
      const ledger::ChainInfo& info = chain->reader().info();
      transactions = info.transactions;
      movements = chain->utxo ? info.outputs : info.movements;
      ledger::Movement movement;
      for (uint64_t i = 0; !chain->utxo && i < info.movements; ++i) {
        chain->account->movement(i, movement);
        fees += movement.kind == chain::MovementKind::kFee ? 1 : 0;
      }
      movements -= fees;
    }
  }
  return base::json_object([&](base::JsonWriter& json) {
    json.field("file", path);
    json.field("format", stream.name);
    json.field("chain", std::string(network->name));
    json.field("rows", transactions);
    json.field("movements", movements);
    json.field("fees", fees);
    json.field("refused", uint64_t{0});
    if (!summary.ok()) json.field("file_refused", true);
    if (!summary.ok()) json.field("why", summary.error().message);
    std::vector<std::string> unknown;
    if (!stream.chain_told) unknown.emplace_back("chain");
    json.list("unknown", unknown);
    if (summary.ok() && !summary->notes.empty()) json.list("notes", summary->notes);
    json.field("transactions", transactions);
  });
}

std::string bad_line(const std::string& path, const base::Error& error) {
  return base::json_object([&](base::JsonWriter& json) {
    json.field("file", path);
    json.field("format", "none");
    json.field("rows", uint64_t{0});
    json.field("movements", uint64_t{0});
    json.field("refused", uint64_t{0});
    json.field("file_refused", true);
    json.field("why", error.message);
    json.list("unknown", std::vector<std::string>());
  });
}

base::Result<std::string> file_line(const std::string& path, const ForeignOptions& options,
                                    const Arguments& arguments) {
  JINDO_TRY(const exports::Reading reading, read_foreign(path, options));
  if (reading.format == "none") {
    JINDO_TRY(const exports::Probe probe, exports::probe_file(path, options.read.memory_bytes));
    JINDO_TRY(const exports::StreamFormat stream, exports::find_stream_format(path, probe));
    if (!stream.name.empty()) return stream_line(path, stream, arguments);
  }
  return reading_line(reading, arguments.has("--sums"));
}
}  // namespace

base::Status run_dry_run(const Arguments& arguments) {
  JINDO_TRY(const std::unique_ptr<ForeignOptions> options, foreign_options(arguments, false));
  std::optional<base::Error> bad;
  for (const std::string& path : arguments.operands) {
    const auto line = file_line(path, *options, arguments);
    if (!line.ok() && line.error().kind != base::ErrorKind::kBadInput) return line.error();
    if (!line.ok()) bad = line.error();
    print((line.ok() ? *line : bad_line(path, line.error())) + "\n");
  }
  if (bad) return *bad;
  return {};
}
}  // namespace jindo::cli
