// One file by its content and by what was given with it; streams under their own names, since tables are told by them.
#include "evidence/read_file.h"

#include <filesystem>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "exports/column_map.h"
#include "exports/format.h"
#include "exports/stream_formats.h"
#include "ingest/formats.h"
#include "ingest/ledger_reading.h"

namespace jindo::evidence {
namespace {
constexpr uint64_t kRowBytes = 512;  // of a reading's movement in memory, with its texts

exports::ReadOptions read_options(const EvidenceFile& file, const ReadFileOptions& options) {
  exports::ReadOptions out;
  out.chain = file.given.chain;
  out.memory_bytes = options.ingest.memory_bytes;
  out.contract = file.given.contract;
  out.transaction = file.given.transaction;
  out.block = file.given.block;
  out.ledger_holds_outputs = true;  // another file of the set may tell them; else the transaction waits
  out.decimals = [&file, &options](const std::string& chain, const std::string& contract) -> std::optional<int> {
    const auto given = file.given.decimals.find(contract);
    if (given != file.given.decimals.end()) return given->second;
    return options.decimals ? options.decimals(chain, contract) : std::nullopt;
  };
  return out;
}
}  // namespace

base::Result<std::optional<StreamFile>> read_file(const EvidenceFile& file, const std::string& path,
                                                  const ReadFileOptions& options, exports::Reading& out) {
  using Stream = std::optional<StreamFile>;
  const exports::ReadOptions how = read_options(file, options);
  if (!file.given.columns.empty()) {
    JINDO_TRY(const exports::ColumnMap map, exports::ColumnMap::parse("column map", file.given.columns));
    JINDO_TRY(out, exports::read_mapped(path, map, how));
    return Stream();
  }
  JINDO_TRY(out, exports::read_export(path, how));
  if (out.format != "none") return Stream();
  JINDO_TRY(const exports::Probe probe, exports::probe_file(path, how.memory_bytes));
  JINDO_TRY(const exports::StreamFormat stream, exports::find_stream_format(path, probe));
  if (stream.name.empty()) return Stream();
  const std::string chain = stream.chain_told || file.given.chain.empty() ? stream.chain : file.given.chain;
  if (chain.empty() || (!stream.chain_told && file.given.chain.empty()))
    return base::bad_input("read as " + stream.name + ", which does not tell its chain; add the file with --chain");
  return Stream(StreamFile{stream.name, chain});
}

base::Result<exports::Reading> read_streams(const StreamFile& kind, const std::vector<NamedFile>& files,
                                            const ReadFileOptions& options) {
  JINDO_TRY(const ingest::Format* format, ingest::find_format(kind.format));
  JINDO_TRY(const chain::Network* network, chain::find_network(kind.chain));
  JINDO_TRY(const base::ScratchFolder scratch, base::ScratchFolder::make());
  std::vector<std::string> inputs;
  for (size_t i = 0; i < files.size(); ++i) {  // one folder each: two files may have one name
    const std::string folder = scratch.path() + "/" + std::to_string(i);
    JINDO_DO(base::make_folders(folder));
    inputs.push_back(folder + "/" + files[i].name);
    std::error_code code;
    std::filesystem::create_symlink(std::filesystem::absolute(files[i].path), inputs.back(), code);
    if (code) return base::machine_failed(inputs.back() + ": cannot be linked: " + code.message());
  }
  ingest::IngestOptions how = options.ingest;
  how.partial = format->partial != nullptr;
  how.durable = false;
  how.progress = base::ProgressMode::kNever;
  JINDO_DO(ingest::check_chain(kind.format, *network));
  JINDO_TRY(const ingest::IngestSummary summary, format->ingest(scratch.path() + "/ledger", *network, inputs, how));
  JINDO_TRY(const ledger::Ledger opened, ledger::Ledger::open(scratch.path() + "/ledger"));
  exports::Reading out;
  if (const ledger::LedgerChain* chain = opened.find(*network)) {
    JINDO_TRY(out, ingest::reading_of(*chain, options.ingest.memory_bytes / kRowBytes));
  }
  out.format = kind.format;
  out.chain = network->name;
  out.notes = summary.notes;
  return out;
}
}  // namespace jindo::evidence
