// Reads every file, reconciles each chain, then replaces the ledger's chains, a commit each.
#include "evidence/build.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "base/clock.h"
#include "exports/format.h"
#include "ingest/readings.h"
#include "ingest/writer.h"

namespace jindo::evidence {
namespace {
using base::bad_input;
using base::Status;

using ByChain = std::map<std::string, std::vector<exports::Reading>>;  // by the network's name

// A copy of all but the rows that become blocks.
exports::Reading without_movements(exports::Reading& reading) {
  auto movements = std::exchange(reading.movements, {});
  auto transactions = std::exchange(reading.transactions, {});
  auto said = std::exchange(reading.said, {});
  exports::Reading out = reading;
  reading.movements = std::move(movements);
  reading.transactions = std::move(transactions);
  reading.said = std::move(said);
  return out;
}

using ByStream = std::map<std::pair<std::string, std::string>, std::vector<const EvidenceFile*>>;  // format, chain

// Takes a reading in under its chain; error: it holds movements of a chain that nobody tells.
Status take_in(exports::Reading reading, ByChain& out, Built& built) {
  built.readings.push_back(without_movements(reading));
  if (reading.movements.empty() && reading.transactions.empty()) return {};
  if (reading.chain.empty()) {
    return bad_input(reading.file + ": read as " + reading.format +
                     ", which does not tell its chain; add the file with --chain");
  }
  const auto network = chain::find_network(reading.chain);
  if (!network.ok()) {
    built.readings.back().notes.push_back("of chain " + reading.chain + ", which Jindo keeps no ledger of");
    return {};
  }
  reading.chain = (*network)->name;
  out[reading.chain].push_back(std::move(reading));
  return {};
}

// Streams of one kind are one reading, named by its files; its digest is of theirs.
Status read_stream_group(const EvidenceFolder& folder, const std::pair<std::string, std::string>& kind,
                         std::vector<const EvidenceFile*> files, const BuildOptions& options, ByChain& out,
                         Built& built) {
  std::sort(files.begin(), files.end(),
            [](const EvidenceFile* a, const EvidenceFile* b) { return a->digest < b->digest; });
  std::vector<NamedFile> named;
  std::vector<base::Hash256> digests;
  std::string name;
  for (const EvidenceFile* file : files) {
    named.push_back({file->name, folder.path_of(*file)});
    digests.push_back(file->digest);
    name += (name.empty() ? "" : " + ") + file->name;
  }
  auto reading = read_streams({kind.first, kind.second}, named, options);
  if (!reading.ok()) return base::Error{reading.error().kind, name + ": " + reading.error().message};
  base::Sha256 digest;
  for (const base::Hash256& one : digests) digest.update(one);
  reading->file = name;
  reading->digest = digests.size() == 1 ? digests.front() : digest.finish();
  return take_in(std::move(*reading), out, built);
}

base::Result<ByChain> read_all(const EvidenceFolder& folder, const BuildOptions& options, base::Progress& progress,
                               Built& built) {
  ByChain out;
  ByStream streams;
  uint64_t done = 0, bytes = 0;
  for (const EvidenceFile& file : folder.files())
    if (file.removed == 0) bytes += file.size;
  JINDO_DO(exports::check_export_bytes("the set", bytes, false, options.ingest.memory_bytes));
  for (const EvidenceFile& file : folder.files()) {
    if (file.removed != 0) continue;
    JINDO_DO(folder.check_content(file));
    exports::Reading reading;
    const auto stream = read_file(file, folder.path_of(file), options, reading);
    if (!stream.ok()) return base::Error{stream.error().kind, file.name + ": " + stream.error().message};
    progress.update(0, ++done);
    if (*stream) {
      streams[{(*stream)->format, (*stream)->chain}].push_back(&file);
      continue;
    }
    reading.file = file.name;
    reading.digest = file.digest;
    if (reading.chain.empty()) reading.chain = file.given.chain;
    JINDO_DO(take_in(std::move(reading), out, built));
  }
  for (const auto& [kind, files] : streams) JINDO_DO(read_stream_group(folder, kind, files, options, out, built));
  return out;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// attested.csv, one chain after another.
class AttestedWriter {
 public:
  static base::Result<AttestedWriter> create(const std::string& path) {
    AttestedWriter out;
    JINDO_TRY(out.file_, base::FileWriter::create(path));
    JINDO_DO(out.line("chain,block,time,transaction,position,kind,asset,from,to,amount,attested_by\n"));
    return out;
  }
  Status add(const chain::Network& network, std::span<const exports::Reading> readings,
             const exports::Reconciled& reconciled) {
    size_t at = 0;
    for (const chain::AccountBlock& block : reconciled.account) {
      for (const chain::AccountTransaction& tx : block.transactions)
        for (uint32_t m = 0; m < tx.movements; ++m)
          JINDO_DO(account_line(network, block, tx, m, witnesses(readings, reconciled, at++)));
    }
    for (const chain::UtxoBlock& block : reconciled.utxo) {
      for (const chain::UtxoTransaction& tx : block.transactions) {
        JINDO_DO(line(std::string(network.name) + "," + std::to_string(block.height) + "," +
                      base::format_time(block.time) + "," + chain::format_hash(network, tx.id) + ",,transaction,,,,," +
                      witnesses(readings, reconciled, at++) + "\n"));
      }
    }
    return {};
  }
  Status close() { return file_.close(true); }

 private:
  Status line(const std::string& text) { return file_.append(base::as_bytes(text)); }
  Status account_line(const chain::Network& network, const chain::AccountBlock& block,
                      const chain::AccountTransaction& tx, uint32_t position, const std::string& by) {
    const chain::AccountMovement& movement = block.movements[tx.first_movement + position];
    const bool level = tx.index == chain::kBlockLevelIndex;
    return line(std::string(network.name) + "," + std::to_string(block.height) + "," + base::format_time(block.time) +
                "," + (level ? "" : chain::format_hash(network, tx.id)) + "," + std::to_string(position) + "," +
                (movement.kind == chain::MovementKind::kFee ? "fee" : "transfer") + "," +
                chain::format_asset(network, movement.asset) + "," + chain::format_address(network, movement.from) +
                "," + chain::format_address(network, movement.to) + "," + base::to_decimal(movement.amount) + "," + by +
                "\n");
  }
  static std::string witnesses(std::span<const exports::Reading> readings, const exports::Reconciled& reconciled,
                               size_t movement) {
    std::string out;
    for (uint64_t w = reconciled.begin[movement]; w < reconciled.begin[movement + 1]; ++w)
      out += (out.empty() ? "" : "; ") + exports::place_of(readings, reconciled.witnesses[w]);
    return quoted(out);
  }
  base::FileWriter file_;
};

struct Chains {
  std::map<std::string, exports::Reconciled> reconciled;
};

// Every chain's contradictions together: a person sees all of them at once.
base::Result<Chains> reconcile_all(const ByChain& by_chain) {
  Chains out;
  std::string wrong;
  for (const auto& [name, readings] : by_chain) {
    JINDO_TRY(const chain::Network* network, chain::find_network(name));
    JINDO_TRY(exports::Reconciled reconciled, exports::reconcile(*network, readings));
    if (!reconciled.contradictions.empty()) {
      const Status checked = ingest::check_reconciled(reconciled, readings);
      wrong += (wrong.empty() ? "" : "\n") + name + ": " + checked.error().message;
    }
    out.reconciled.emplace(name, std::move(reconciled));
  }
  if (!wrong.empty())
    return bad_input(wrong + "\nnothing was built; take one side out with `jindo evidence remove`, then build again");
  return out;
}

Status build_chain(ledger::LedgerWriter& writer, const chain::Network& network,
                   std::span<const exports::Reading> readings, const exports::Reconciled& reconciled, Built& built) {
  BuiltChain chain;
  chain.network = &network;
  chain.heights_are_times = reconciled.heights_are_times;
  for (size_t i = 0; i + 1 < reconciled.begin.size(); ++i)
    chain.attested_twice += reconciled.begin[i + 1] - reconciled.begin[i] > 1 ? 1 : 0;
  JINDO_TRY(chain.summary, ingest::replace_by_readings(writer, network, readings, reconciled));
  built.chains.push_back(std::move(chain));
  return {};
}

base::Status write_attested(const std::string& path, const ByChain& by_chain, const Chains& chains) {
  JINDO_TRY(AttestedWriter attested, AttestedWriter::create(path + ".new"));
  for (const auto& [name, reconciled] : chains.reconciled) {
    JINDO_TRY(const chain::Network* network, chain::find_network(name));
    JINDO_DO(attested.add(*network, by_chain.at(name), reconciled));
  }
  JINDO_DO(attested.close());
  if (std::rename((path + ".new").c_str(), path.c_str()) != 0)
    return base::machine_failed(path + ": cannot be replaced by " + path + ".new");
  return {};
}
}  // namespace

base::Result<Built> build(const EvidenceFolder& folder, const std::string& ledger, const BuildOptions& options) {
  Built built;
  base::Progress progress(options.ingest.progress, "reading files", "files", 0);
  JINDO_TRY(const ByChain by_chain, read_all(folder, options, progress, built));
  if (by_chain.empty()) return bad_input(folder.folder() + ": no file of the set holds movements");
  JINDO_TRY(const Chains chains, reconcile_all(by_chain));
  JINDO_DO(write_attested(folder.folder() + "/attested.csv", by_chain, chains));
  JINDO_TRY(built.records,
            write_account_records(folder.folder() + "/account-records.csv", built.readings, chains.reconciled));
  JINDO_TRY(ledger::LedgerWriter writer, ingest::open_writer(ledger, options.ingest, progress));
  for (const chain::Network& network : chain::networks()) {
    const auto found = chains.reconciled.find(std::string(network.name));
    if (found == chains.reconciled.end() || (found->second.account.empty() && found->second.utxo.empty())) {
      JINDO_DO(writer.drop_chain(network));
      continue;
    }
    JINDO_DO(build_chain(writer, network, by_chain.at(found->first), found->second, built));
  }
  if (built.chains.empty()) {
    const auto& [name, reconciled] = *chains.reconciled.begin();
    return ingest::check_reconciled(reconciled, by_chain.at(name)).error();
  }
  JINDO_TRY(const ledger::Ledger opened, ledger::Ledger::open(ledger));
  built.digest = opened.digest();
  return built;
}
}  // namespace jindo::evidence
