// The table of formats, and what the command line says of it.
#include "ingest/formats.h"

#include "chain/network.h"

namespace jindo::ingest {
namespace {
bool is_utxo(const chain::Network& network) { return network.model == chain::LedgerModel::kUtxo; }
bool is_account(const chain::Network& network) { return network.model == chain::LedgerModel::kAccount; }
bool is_evm(const chain::Network& network) { return network.style == chain::AddressStyle::kEvm; }
bool is_tron(const chain::Network& network) { return network.style == chain::AddressStyle::kTron; }

constexpr Format kFormats[] = {
    {.name = "blk",
     .reads = is_utxo,
     .wrong_chain = "format blk is a bitcoin node's; {} is an account chain",
     .partial = "accept a pruned node's blocks, and inputs from before them",
     .example = "bitcoin --format blk ~/.bitcoin/blocks",
     .ingest = ingest_blk},
    {.name = "bitcoin-etl",
     .reads = is_utxo,
     .wrong_chain = "format bitcoin-etl is for bitcoin; {} is an account chain",
     .partial = "accept inputs from before the export, as the export states them",
     .example = "bitcoin --format bitcoin-etl transactions.json blocks.json",
     .ingest = ingest_bitcoin_etl},
    {.name = "ethereum-etl",
     .reads = is_evm,
     .wrong_chain = "format ethereum-etl is for EVM chains; {} is none",
     .partial = "accept blocks of which transactions are missing",
     .example = "ethereum --format ethereum-etl export/",
     .ingest = ingest_ethereum_etl},
    {.name = "evm-json",
     .reads = is_evm,
     .wrong_chain = "format evm-json is for EVM chains; {} is none",
     .partial = "accept blocks of which transactions are missing",
     .example = "bsc --format evm-json blocks.jsonl receipts.jsonl traces.jsonl",
     .ingest = ingest_evm_json},
    {.name = "graphsense-tron",
     .reads = is_tron,
     .wrong_chain = "format graphsense-tron is for tron; {} is not",
     .partial = "leave out amounts cut to 32 bits",
     .example = "tron --format graphsense-tron tron-export/",
     .ingest = ingest_graphsense_tron},
    {.name = "transfers",
     .reads = is_account,
     .wrong_chain = "format transfers is for account chains; for {} use blk or bitcoin-etl",
     .partial = nullptr,
     .example = "ethereum --format transfers movements.parquet",
     .ingest = ingest_transfers},
};

// text(format) of each format that has one, with a separator between.
template <class Text>
std::string joined(const char* separator, Text text) {
  std::string out;
  for (const Format& format : kFormats) {
    const std::string part = text(format);
    if (part.empty()) continue;
    if (!out.empty()) out += separator;
    out += part;
  }
  return out;
}
}  // namespace

std::span<const Format> formats() { return kFormats; }

base::Result<const Format*> find_format(std::string_view name) {
  for (const Format& format : kFormats)
    if (format.name == name) return &format;
  return base::wrong_use("unknown format '" + std::string(name) +
                         "'; known: " + joined(", ", [](const Format& format) { return std::string(format.name); }));
}

base::Status check_chain(std::string_view name, const chain::Network& network) {
  JINDO_TRY(const Format* format, find_format(name));
  if (format->reads(network)) return {};
  std::string text = format->wrong_chain;
  text.replace(text.find("{}"), 2, network.name);
  return base::wrong_use(text);
}

const char* format_choices() {
  static const std::string out = joined("|", [](const Format& format) { return std::string(format.name); });
  return out.c_str();
}

const char* partial_help() {
  static const std::string out = joined("; ", [](const Format& format) {
    return format.partial != nullptr ? std::string(format.name) + ": " + format.partial : std::string();
  });
  return out.c_str();
}

std::vector<const char*> format_examples() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    for (const Format& format : kFormats)
      out.push_back(std::string("jindo ingest --ledger L --chain ") + format.example);
    return out;
  }();
  std::vector<const char*> out;
  for (const std::string& text : texts) out.push_back(text.c_str());
  return out;
}

std::string partial_formats() {
  return joined(" or ", [](const Format& format) {
    return format.partial != nullptr ? std::string(format.name) : std::string();
  });
}
}  // namespace jindo::ingest
