// Roles by what people call their columns; nothing is read from them, the words only say what to look at.
#include "exports/unrecognised.h"

#include <algorithm>

#include "exports/chain_names.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
constexpr std::string_view kFrom[] = {"from",        "from_address",   "from address",   "sender", "source",
                                      "fromaddress", "sender address", "source address", "src"};
constexpr std::string_view kTo[] = {
    "to",        "to_address",       "to address",          "receiver", "recipient", "destination",
    "toaddress", "receiver address", "destination address", "dst"};
constexpr std::string_view kHash[] = {
    "hash",  "tx_hash",  "txhash",         "tx hash",        "transaction_hash", "transaction hash",
    "tx id", "txid",     "transaction_id", "transaction id", "transaction",      "transactionhash",
    "tx",    "signature"};
constexpr std::string_view kTime[] = {"time",       "timestamp",       "timestamp_utc", "date",      "datetime",
                                      "block_time", "block_timestamp", "date (utc)",    "time (utc)"};
constexpr std::string_view kFee[] = {"fee", "tx_fee", "txfee", "gas_fee", "network fee"};
constexpr std::string_view kDecimals[] = {"decimals", "token_decimals", "tokendecimal", "decimal", "token decimals"};
constexpr std::string_view kIndex[] = {"transaction_index", "tx_index", "transactionindex", "transaction index",
                                       "txindex"};
constexpr std::string_view kChain[] = {"chain",   "chain_id", "chain_name", "blockchain",
                                       "network", "chainid",  "chain id"};
bool has_one(const Probe& probe, std::span<const std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return probe.has(name); });
}

// The chain where all of the first rows name one.
std::string chain_of_head(const Table& table) {
  std::string found;
  for (const std::string_view name : kChain) {
    const int column = table.column(name);
    if (column < 0) continue;
    for (size_t row = 1; row < table.head().size(); ++row) {
      if (static_cast<size_t>(column) >= table.head()[row].size()) continue;
      const std::string chain = chain_by_any_name(table.head()[row][static_cast<size_t>(column)]);
      if (chain.empty() || (!found.empty() && found != chain)) return "";
      found = chain;
    }
    if (!found.empty()) return found;
  }
  return found;
}
}  // namespace

std::string first_names(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (out.size() > 300) return out + ", …";
    out += (out.empty() ? "" : ", ") + name.substr(0, 40);
  }
  return out;
}

base::Status describe_unrecognised(const Probe& probe, Table& table, Reading& out) {
  std::string missing;
  const auto lacks = [&](std::span<const std::string_view> names, Unknown what, const char* word) {
    if (has_one(probe, names)) return;
    out.unknown.add(what);
    missing += std::string(missing.empty() ? "" : ", ") + word;
  };
  lacks(kHash, Unknown::kTransaction, "no transaction column");
  lacks(kFrom, Unknown::kCounterparty, "no sender column");
  lacks(kTo, Unknown::kCounterparty, "no receiver column");
  lacks(kTime, Unknown::kTime, "no time column");
  lacks(kDecimals, Unknown::kDecimals, "no decimals");
  if (!has_one(probe, kIndex)) out.unknown.add(Unknown::kOrder);
  if (!has_one(probe, kFee)) out.unknown.add(Unknown::kFee);
  if (out.chain.empty()) out.chain = chain_of_head(table);
  if (out.chain.empty()) out.unknown.add(Unknown::kChain);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
  }
  out.rows = table.rows();
  out.refuse_file("no known header (" + (missing.empty() ? "it has: " : missing + "; it has: ") +
                  first_names(probe.written_header) + "); write a column map and give it with --columns");
  return {};
}
}  // namespace jindo::exports
