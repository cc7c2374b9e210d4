// Which files of a folder are which table.
#include <string.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>

#include "decode/ethereum_etl.h"
#include "decode/input_file.h"

namespace jindo::decode {
namespace {
namespace fs = std::filesystem;
using base::bad_input;

std::optional<EvmTable> table_named(const std::string& name) {
  const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
  if (holds("token_transfers")) return EvmTable::kTokenTransfers;
  if (holds("geth_traces")) return EvmTable::kGethTraces;
  if (holds("transactions")) return EvmTable::kTransactions;
  if (holds("traces")) return EvmTable::kTraces;
  if (holds("receipts")) return EvmTable::kReceipts;
  if (holds("withdrawals")) return EvmTable::kWithdrawals;
  if (holds("logs")) return EvmTable::kLogs;
  if (holds("blocks")) return EvmTable::kBlocks;
  return std::nullopt;
}
bool has_table_ending(const fs::path& path) {
  std::string name = path.filename().string();
  for (const char* packed : {".gz", ".zst", ".zstd"})
    if (name.ends_with(packed)) {
      name.resize(name.size() - std::string_view(packed).size());
      break;
    }
  for (const char* ending : {".csv", ".json", ".jsonl", ".ndjson", ".parquet"})
    if (name.ends_with(ending)) return true;
  return false;
}
// ethereum-etl's tables that say nothing that moves: they are no surprise in a folder.
bool is_quiet(const std::string& name) {
  const auto holds = [&](const char* word) { return name.find(word) != std::string::npos; };
  return name.front() == '.' || name == "_SUCCESS" || holds("contracts") || holds("tokens.") || holds("tokens_");
}
std::optional<EvmTable> table_of(const fs::path& path, const fs::path& root) {
  if (!has_table_ending(path)) return std::nullopt;
  for (fs::path at = path; at != root && !at.empty(); at = at.parent_path()) {
    if (const auto table = table_named(at.filename().string())) return table;
    if (at.parent_path() == at) break;
  }
  return std::nullopt;
}
}  // namespace

base::Result<EvmFiles> find_evm_files(const std::string& input) {
  EvmFiles out;
  if (!base::is_folder(input)) {
    const fs::path path(input);
    const auto table = has_table_ending(path) ? table_named(path.filename().string()) : std::nullopt;
    if (!table || !base::exists(input))
      return bad_input(input +
                       ": expected a folder, or a file named after its table (transactions, token_transfers, traces, "
                       "geth_traces, receipts, logs, withdrawals, blocks) ending in .csv, .json or .parquet, packed as "
                       ".gz or .zst or not");
    out.tables.push_back({*table, input});
    return out;
  }
  const fs::path root(input);
  std::error_code code;
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end; it.increment(code)) {
    if (!it->is_regular_file(code)) continue;
    if (is_quiet(it->path().filename().string())) continue;
    if (const auto table = table_of(it->path(), root))
      out.tables.push_back({*table, it->path().string()});
    else
      out.not_read.push_back(it->path().string());
  }
  if (code) return bad_input(input + ": cannot list the folder: " + code.message());
  std::sort(out.tables.begin(), out.tables.end(),
            [](const EvmFile& a, const EvmFile& b) { return std::tie(a.table, a.path) < std::tie(b.table, b.path); });
  std::sort(out.not_read.begin(), out.not_read.end());
  if (out.tables.empty())
    return bad_input(input +
                     ": no transactions, token_transfers, traces, geth_traces, receipts, logs, withdrawals or blocks "
                     "in this folder, as .csv, .json or .parquet");
  return out;
}

bool may_hold_withdrawals(const std::string& path) {
  const auto file = base::MappedFile::open(path, base::MappedFile::Access::kSequential);
  if (!file.ok() || file->bytes().empty()) return true;
  const base::Bytes bytes = file->bytes();
  const uint8_t first = bytes[0];
  // A table's CSV begins with a column's name; a cell of withdrawals is the only one in it with a brace.
  if (first >= 'a' && first <= 'z') return std::memchr(bytes.data(), '{', bytes.size()) != nullptr;
  constexpr std::string_view kName = "\"withdrawals\"";
  return first != '{' || ::memmem(bytes.data(), bytes.size(), kName.data(), kName.size()) != nullptr;
}

std::string describe_unread(const std::string& path) {
  const auto file = InputFile::open(path, "");
  if (!file.ok()) return path;
  const base::Bytes bytes = file->bytes();
  const base::Bytes begin = bytes.first(std::min<size_t>(bytes.size(), 4096));
  if (std::find(begin.begin(), begin.end(), 0) != begin.end())
    return path + " (" + std::to_string(bytes.size()) + " bytes)";
  auto lines = static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  if (!bytes.empty() && bytes.back() != '\n') ++lines;
  return path + " (" + std::to_string(lines) + " lines)";
}
}  // namespace jindo::decode
