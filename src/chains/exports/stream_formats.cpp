// By the magic of a block file, the header of a table, the keys of JSON lines.
#include "exports/stream_formats.h"

#include <algorithm>

#include "chain/network.h"
#include "exports/opened_file.h"

namespace jindo::exports {
namespace {
// A key at the top of a record, or in the `result` of an answer.
bool has_key(const Probe& probe, std::string_view name) {
  return std::any_of(probe.keys.begin(), probe.keys.end(), [&](const std::string& key) {
    const size_t dot = key.rfind('.');
    return std::string_view(key).substr(dot == std::string::npos ? 0 : dot + 1) == name;
  });
}
bool has_keys(const Probe& probe, std::initializer_list<std::string_view> names) {
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) { return has_key(probe, name); });
}

const chain::Network* network_of_magic(std::string_view bytes) {
  for (const chain::Network& network : chain::networks()) {
    if (network.magic[0] == 0 || bytes.size() < 8) continue;
    if (std::equal(network.magic.begin(), network.magic.end(), bytes.begin(),
                   [](uint8_t a, char b) { return a == static_cast<uint8_t>(b); }))
      return &network;
  }
  return nullptr;
}

std::string table_stream(const Probe& probe) {
  if (probe.has_all({"block_number", "transaction_hash", "transaction_index", "position", "kind", "asset", "amount"}))
    return "transfers";
  const bool etl = probe.has_all({"hash", "block_number", "transaction_index", "from_address", "value"}) ||
                   probe.has_all({"transaction_hash", "block_number", "gas_used", "status"}) ||
                   probe.has_all({"token_address", "from_address", "to_address", "value", "log_index"}) ||
                   probe.has_all({"trace_address", "trace_type", "from_address", "value"}) ||
                   probe.has_all({"log_index", "transaction_hash", "address", "data", "topics"}) ||
                   probe.has_all({"number", "hash", "parent_hash", "timestamp"});
  return etl ? "ethereum-etl" : "";
}

std::string json_stream(const Probe& probe) {
  if (has_keys(probe, {"hash", "inputs", "outputs", "block_hash", "is_coinbase"})) return "bitcoin-etl";
  if (has_keys(probe, {"hash", "block_number", "from_address", "to_address", "value", "transaction_index"}) ||
      has_keys(probe, {"token_address", "from_address", "log_index"}) ||
      has_keys(probe, {"trace_type", "trace_address", "from_address"}) ||
      has_keys(probe, {"number", "parent_hash", "timestamp"}) || has_keys(probe, {"gas_used", "transaction_hash"}))
    return "ethereum-etl";
  if (has_keys(probe, {"txHash", "blockId"}) || has_keys(probe, {"transferToAddress", "callerAddress"}) ||
      has_keys(probe, {"transfertoAddress", "callerAddress"}))
    return "graphsense-tron";
  if (has_keys(probe, {"parentHash", "transactions", "number"}) ||
      has_keys(probe, {"transactionHash", "gasUsed", "logs"}) || has_keys(probe, {"action", "traceAddress"}))
    return "evm-json";
  return "";
}
}  // namespace

base::Result<StreamFormat> find_stream_format(const std::string& path, const Probe& probe) {
  JINDO_TRY(const OpenedFile file, OpenedFile::open(path));
  StreamFormat out;
  if (const chain::Network* network = network_of_magic(file.bytes()); network != nullptr) {
    out = {"blk", std::string(network->name), true};
    return out;
  }
  out.name = !probe.header.empty() ? table_stream(probe) : json_stream(probe);
  if (out.name == "bitcoin-etl") out.chain = "bitcoin";
  if (out.name == "graphsense-tron") out.chain = "tron";
  if (out.name == "ethereum-etl" || out.name == "evm-json" || out.name == "transfers") out.chain = "ethereum";
  return out;
}
}  // namespace jindo::exports
