// jindo ingest of files by their content: what people hold into a ledger, and streams handed to their own readers.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "cli/ingest_reading.h"
#include "cli/shared_arguments.h"
#include "exports/stream_formats.h"
#include "ingest/readings.h"

namespace jindo::cli {
namespace {
constexpr size_t kFilesLookedAt = 1000;  // of a folder

// The first file in a folder that is a stream's, looked for below it.
base::Result<exports::StreamFormat> stream_of_folder(const std::string& folder, size_t memory_bytes) {
  std::vector<std::string> files;
  std::error_code code;
  for (std::filesystem::recursive_directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
    if (at->is_regular_file(code) && files.size() < kFilesLookedAt) files.push_back(at->path().string());
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) {
    JINDO_TRY(const exports::Probe probe, exports::probe_file(file, memory_bytes));
    JINDO_TRY(const exports::StreamFormat stream, exports::find_stream_format(file, probe));
    if (!stream.name.empty()) return stream;
  }
  return exports::StreamFormat();
}

struct Looked {
  exports::StreamFormat stream;
  bool foreign = false;
};
// What an input is. A node's whole blocks are a stream, whoever kept them; its other answers are an investigator's.
base::Result<Looked> look_at(const std::string& path, const ForeignOptions& options) {
  Looked out;
  if (base::is_folder(path)) {
    JINDO_TRY(out.stream, stream_of_folder(path, options.read.memory_bytes));
    return out;
  }
  JINDO_TRY(const exports::Probe probe, exports::probe_file(path, options.read.memory_bytes));
  const exports::Format* format = exports::find_foreign_format(probe);
  JINDO_TRY(out.stream, exports::find_stream_format(path, probe));
  const bool whole_blocks = out.stream.name == "evm-json" && probe.has_block_objects();
  out.foreign = options.columns || options.format != nullptr || (format != nullptr && !whole_blocks);
  return out;
}

std::string not_recognised(const std::string& path) {
  return path + ": no format recognises it; `jindo ingest --dry-run " + path +
         "` says what was seen, --format says what it is, --columns MAP.yaml what its columns are";
}
}  // namespace

base::Result<InputKind> kind_of_inputs(const Arguments& arguments, const ForeignOptions& options) {
  InputKind out;
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(const Looked looked, look_at(path, options));
    if (!looked.foreign && looked.stream.name.empty()) {
      if (base::is_folder(path)) return base::bad_input(not_recognised(path));
      out.foreign = true;  // its reading says what was seen
      continue;
    }
    if (looked.foreign) {
      out.foreign = true;
    } else if (out.stream.empty()) {
      out.stream = looked.stream.name;
      if (looked.stream.chain_told) out.chain = looked.stream.chain;
    } else if (out.stream != looked.stream.name) {
      return base::wrong_use(path + " is " + looked.stream.name + ", another input is " + out.stream +
                             "; ingest one kind at a time, or keep all of them with `jindo evidence add`");
    }
  }
  if (out.foreign && !out.stream.empty()) {
    return base::wrong_use("some inputs are " + out.stream +
                           ", others are exports; keep all of them with `jindo evidence add`, which joins them");
  }
  return out;
}

base::Status run_foreign(const Arguments& arguments, const ForeignOptions& options, const ingest::IngestOptions& how) {
  uint64_t bytes = 0;
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(const uint64_t size, base::file_size(path));
    bytes += size;
  }
  JINDO_DO(exports::check_export_bytes("the files together", bytes, false, options.read.memory_bytes));
  std::map<std::string, std::vector<exports::Reading>> by_chain;
  for (const std::string& path : arguments.operands) {
    JINDO_TRY(exports::Reading reading, read_foreign(path, options));
    if (reading.format == "none") {
      std::string why = not_recognised(path);
      for (const exports::Refusal& refusal : reading.refusals) why += "\n  " + refusal.why;
      return base::bad_input(why);
    }
    if (reading.chain.empty()) {
      return base::wrong_use(path + ": read as " + reading.format + ", which does not tell its chain; give --chain");
    }
    if (arguments.has("--chain") && !options.read.chain.empty() && reading.chain != options.read.chain) {
      return base::wrong_use(path + ": is of chain " + reading.chain + " by its own words, not " + options.read.chain);
    }
    by_chain[reading.chain].push_back(std::move(reading));
  }
  for (const auto& [name, readings] : by_chain) {
    const auto network = chain::find_network(name);
    if (!network.ok()) return base::bad_input("chain " + name + ": Jindo keeps no ledger of it; --dry-run reads it");
    JINDO_TRY(const ingest::IngestSummary summary,
              ingest::ingest_readings(arguments.get("--ledger"), **network, readings, how));
    JINDO_DO(report_ingest(arguments, **network, summary));
  }
  return {};
}
}  // namespace jindo::cli
