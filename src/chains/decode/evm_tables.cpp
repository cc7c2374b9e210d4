// Cells of each table to its record.
#include "decode/evm_tables.h"

#include <algorithm>

#include "base/hex.h"
#include "decode/evm_logs.h"
#include "decode/json_fields.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using base::Uint256;

// Withdrawals of the beacon chain (EIP-4895; amounts are gwei): in JSON and Parquet a list of records, in
// ethereum-etl's CSV the same records with commas between and no brackets.
Status read_withdrawals(const EvmCells& row, size_t column, uint64_t block, uint64_t sequence, const EvmSinks& sinks) {
  if (!sinks.withdrawal || !row.has(column)) return {};
  const std::string_view cell = row.cell(column);
  thread_local simdjson::dom::parser parser;
  thread_local std::string padded;
  std::string text(cell);
  if (text.find('"') == std::string::npos) std::replace(text.begin(), text.end(), '\'', '"');  // as Python prints them
  quote_long_integers(text.front() == '[' ? text : "[" + text + "]", padded);
  simdjson::dom::array items;
  if (parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(items) != simdjson::SUCCESS)
    return row.wrong(column, "withdrawals as JSON objects");
  for (const simdjson::dom::element element : items) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return row.wrong(column, "withdrawals as JSON objects");
    const JsonFields item(object);
    JINDO_TRY(const std::string_view address, item.text("address"));
    JINDO_TRY(const uint64_t gwei, item.u64("amount"));
    uint64_t id = EvmTraceRow::kNoId;
    if (item.has("index")) {
      JINDO_TRY(id, item.u64("index"));
    }
    Account20 to{};
    if (address.size() != 42 || !base::from_hex(address.substr(2), to))
      return row.wrong(column, "withdrawals whose addresses are 0x and 40 hexadecimal digits");
    EvmTraceRow out = withdrawal_row(block, sequence, id, to, gwei);
    out.file = sinks.file;
    JINDO_DO(sinks.withdrawal(out));
  }
  return {};
}

Status read_block(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmBlockRow out;
  out.sequence = sequence;
  JINDO_TRY(out.block, row.block(0));
  JINDO_DO(read_withdrawals(row, 4, out.block, sequence, sinks));
  if (!sinks.block) return {};
  JINDO_TRY(out.time, row.time(1));
  JINDO_DO(row.hash(2, out.hash));
  if (row.has(3)) JINDO_DO(row.hash(3, out.parent));
  if (row.has(5)) {
    JINDO_TRY(out.transactions, row.u64(5));
  }
  return sinks.block(out);
}

// The cost of the gas and of the blobs; the columns are of the gas used, its price, blob gas used, its price.
Status take_blob_fee(const EvmCells& row, size_t price, size_t used, bool& has, Uint256& fee) {
  has = row.has(price) && row.has(used);
  if (!has) return {};
  JINDO_TRY(const Uint256 per_gas, row.amount(price));
  JINDO_TRY(const uint64_t gas, row.u64(used));
  const auto cost = gas_cost(gas, per_gas);
  if (!cost) return row.wrong(price, "a price at which the fee is below 2^256");
  fee = *cost;
  return {};
}
Status take_status(const EvmCells& row, size_t column, uint8_t& out) {
  if (!row.has(column)) return {};
  JINDO_TRY(const uint64_t status, row.u64(column));
  if (status > 1) return row.wrong(column, "0 or 1");
  out = static_cast<uint8_t>(status);
  return {};
}
Status take_type(const EvmCells& row, EvmTransactionRow& out) {
  if (row.has(18) && row.cell(18) != "[]") out.type = kTypeBlob;
  if (row.has(15)) {
    const auto hex = base::parse_hex_quantity(row.cell(15));  // some exporters write it as nodes do
    uint64_t type = hex && hex->fits_u64() ? hex->low() : 0;
    if (!hex) {
      JINDO_TRY(type, row.u64(15));
    }
    if (type > 0x7f) return row.wrong(15, "a transaction type from 0 to 127 (EIP-2718)");
    out.type = static_cast<uint8_t>(type);
  }
  if (row.has(19)) {
    JINDO_TRY(out.mint, row.amount(19));
  }
  out.odd_type = out.type > kTypeNewestKnown && out.type != kTypeOpDeposit;
  return {};
}

Status read_transaction(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTransactionRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash(0, out.hash));
  JINDO_TRY(out.block, row.block(1));
  JINDO_TRY(out.index, row.u32(2));
  JINDO_DO(row.address(3, out.from));
  JINDO_DO(row.optional_address(4, out.to, out.has_to));
  out.creates = !out.has_to;
  JINDO_TRY(out.value, row.amount(5));
  if (row.has(6)) {
    JINDO_TRY(out.gas_price, row.amount(6));
  }
  JINDO_TRY(out.time, row.time(7));
  if (row.has(8)) JINDO_DO(row.hash(8, out.block_hash));
  if (row.has(10)) {
    JINDO_TRY(out.gas_price, row.amount(10));
  }
  if (row.has(9)) {
    JINDO_TRY(const uint64_t gas_used, row.u64(9));
    const auto cost = gas_cost(gas_used, out.gas_price);
    if (!cost) return row.wrong(9, "gas whose fee is below 2^256");
    out.fee = *cost;
    out.has_fee = true;
  }
  JINDO_DO(take_status(row, 11, out.status));
  if (row.has(12) && out.creates) JINDO_DO(row.optional_address(12, out.to, out.has_to));
  if (row.has(13)) {
    JINDO_TRY(const Uint256 l1_fee, row.amount(13));
    if (add_overflows(out.fee, l1_fee, out.fee)) return row.wrong(13, "a fee below 2^256");
  }
  if (row.cell(14).size() > 2) {
    thread_local std::vector<uint8_t> input;
    JINDO_DO(row.bytes(14, input));
    take_call_text(input, out);
  }
  JINDO_DO(take_type(row, out));
  JINDO_DO(take_blob_fee(row, 16, 17, out.has_blob_fee, out.blob_fee));
  return sinks.transaction(out);
}

Status read_receipt(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmReceiptRow out;
  out.sequence = sequence;
  JINDO_DO(row.hash(0, out.transaction));
  JINDO_TRY(out.block, row.block(1));
  JINDO_TRY(out.gas_used, row.u64(2));
  out.has_price = row.has(3);
  if (out.has_price) {
    JINDO_TRY(out.gas_price, row.amount(3));
  }
  JINDO_DO(take_status(row, 4, out.status));
  JINDO_DO(row.optional_address(5, out.contract, out.has_contract));
  if (row.has(6)) {
    JINDO_TRY(out.l1_fee, row.amount(6));
  }
  JINDO_DO(take_blob_fee(row, 7, 8, out.has_blob_fee, out.blob_fee));
  return sinks.receipt(out);
}

Status read_token_transfer(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTokenTransferRow out;
  out.sequence = sequence;
  JINDO_DO(row.address(0, out.token));
  JINDO_DO(row.address(1, out.from));
  JINDO_DO(row.address(2, out.to));
  JINDO_TRY(out.value, row.amount(3));
  JINDO_DO(row.hash(4, out.transaction));
  JINDO_TRY(out.log_index, row.u32(5));
  JINDO_TRY(out.block, row.block(6));
  if (row.has(7)) {
    JINDO_TRY(out.time, row.time(7));
  }
  if (row.has(8)) JINDO_DO(row.hash(8, out.block_hash));
  return sinks.token_transfer(out);
}

Status read_trace(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  EvmTraceRow out;
  out.sequence = sequence;
  out.file = sinks.file;
  JINDO_TRY(out.block, row.block(0));
  const std::string_view type = row.cell(5);
  if (type == "call")
    out.type = EvmTraceType::kCall;
  else if (type == "create" || type == "create2")
    out.type = EvmTraceType::kCreate;
  else if (type == "suicide" || type == "selfdestruct")
    out.type = EvmTraceType::kSuicide;
  else if (type == "reward")
    out.type = EvmTraceType::kReward;
  else if (type == "genesis")
    out.type = EvmTraceType::kGenesis;
  else if (type == "daofork")
    out.type = EvmTraceType::kDaoFork;
  else
    return row.wrong(5, "call, create, suicide, reward, genesis or daofork");
  const bool block_level =
      out.type == EvmTraceType::kReward || out.type == EvmTraceType::kGenesis || out.type == EvmTraceType::kDaoFork;
  if (block_level)
    out.index = UINT32_MAX;
  else {
    JINDO_TRY(out.index, row.u32(1));
  }
  JINDO_DO(row.optional_address(2, out.from, out.has_from));
  JINDO_DO(row.optional_address(3, out.to, out.has_to));
  if (row.has(4)) {
    JINDO_TRY(out.value, row.amount(4));
  }
  const std::string_view call = row.cell(6);
  out.moves_value = out.type != EvmTraceType::kCall || !row.has(6) || call == "call";
  // ethereum-etl's status is 0 where the call or one above it failed.
  out.failed = row.has(7) || row.cell(8) == "0";
  if (row.has(7) && row.cell(8) == "1") return row.wrong(7, "no error, since status says 1");
  JINDO_DO(row.path(9, out));
  if (row.has(10)) {
    JINDO_TRY(out.time, row.time(10));
  }
  return sinks.trace(out);
}

Status read_log(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  if (!sinks.log) return {};
  thread_local std::vector<base::Hash256> topics;
  thread_local std::vector<uint8_t> data;
  EvmLogRow out;
  out.sequence = sequence;
  JINDO_TRY(out.log_index, row.u32(0));
  JINDO_DO(row.hash(1, out.transaction));
  JINDO_TRY(out.block, row.block(2));
  JINDO_DO(row.address(3, out.contract));
  JINDO_DO(row.topics(5, topics));
  if (!topics.empty() && topics[0] == approval_topic()) return {};
  JINDO_DO(row.bytes(4, data));
  if (row.has(6)) {
    JINDO_TRY(out.time, row.time(6));
  }
  return emit_log(out, topics, data, sinks.log);
}

Status read_withdrawal(const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  if (!sinks.withdrawal) return {};
  JINDO_TRY(const uint64_t block, row.block(0));
  Account20 to{};
  JINDO_DO(row.address(1, to));
  JINDO_TRY(const uint64_t gwei, row.u64(2));
  uint64_t id = EvmTraceRow::kNoId;
  if (row.has(3)) {
    JINDO_TRY(id, row.u64(3));
  }
  EvmTraceRow out = withdrawal_row(block, sequence, id, to, gwei);
  out.file = sinks.file;
  if (row.has(4)) {
    JINDO_TRY(out.time, row.time(4));
  }
  return sinks.withdrawal(out);
}
}  // namespace

const Columns& columns_of(EvmTable table) {
  static const Columns blocks{{"number", "timestamp", "hash", "parent_hash", "withdrawals", "transaction_count"},
                              {"parent_hash", "withdrawals", "transaction_count"}};
  static const Columns transactions{
      {"hash",
       "block_number",
       "transaction_index",
       "from_address",
       "to_address",
       "value",
       "gas_price",
       "block_timestamp",
       "block_hash",
       "receipt_gas_used",
       "receipt_effective_gas_price",
       "receipt_status",
       "receipt_contract_address",
       "receipt_l1_fee",
       "input",
       "transaction_type",
       "receipt_blob_gas_price",
       "receipt_blob_gas_used",
       "blob_versioned_hashes",
       "mint"},
      {"input", "block_hash", "receipt_gas_used", "receipt_effective_gas_price", "receipt_status",
       "receipt_contract_address", "receipt_l1_fee", "gas_price", "transaction_type", "receipt_blob_gas_price",
       "receipt_blob_gas_used", "blob_versioned_hashes", "mint"}};
  static const Columns receipts{
      {"transaction_hash", "block_number", "gas_used", "effective_gas_price", "status", "contract_address", "l1_fee",
       "blob_gas_price", "blob_gas_used"},
      {"effective_gas_price", "status", "contract_address", "l1_fee", "blob_gas_price", "blob_gas_used"}};
  static const Columns transfers{{"token_address", "from_address", "to_address", "value", "transaction_hash",
                                  "log_index", "block_number", "block_timestamp", "block_hash"},
                                 {"block_timestamp", "block_hash"}};
  static const Columns traces{{"block_number", "transaction_index", "from_address", "to_address", "value", "trace_type",
                               "call_type", "error", "status", "trace_address", "block_timestamp"},
                              {"call_type", "error", "status", "block_timestamp"}};
  static const Columns logs{
      {"log_index", "transaction_hash", "block_number", "address", "data", "topics", "block_timestamp"},
      {"block_timestamp"}};
  static const Columns withdrawals{{"block_number", "address", "amount", "index", "block_timestamp"},
                                   {"index", "block_timestamp"}};
  static const Columns none;
  switch (table) {
    case EvmTable::kLogs:
      return logs;
    case EvmTable::kBlocks:
      return blocks;
    case EvmTable::kTransactions:
      return transactions;
    case EvmTable::kReceipts:
      return receipts;
    case EvmTable::kTokenTransfers:
      return transfers;
    case EvmTable::kTraces:
      return traces;
    case EvmTable::kWithdrawals:
      return withdrawals;
    case EvmTable::kGethTraces:
      return none;
  }
  return none;
}

Status read_evm_row(EvmTable table, const EvmCells& row, uint64_t sequence, const EvmSinks& sinks) {
  switch (table) {
    case EvmTable::kLogs:
      return read_log(row, sequence, sinks);
    case EvmTable::kBlocks:
      return read_block(row, sequence, sinks);
    case EvmTable::kTransactions:
      return read_transaction(row, sequence, sinks);
    case EvmTable::kReceipts:
      return read_receipt(row, sequence, sinks);
    case EvmTable::kTokenTransfers:
      return read_token_transfer(row, sequence, sinks);
    case EvmTable::kTraces:
      return read_trace(row, sequence, sinks);
    case EvmTable::kWithdrawals:
      return read_withdrawal(row, sequence, sinks);
    case EvmTable::kGethTraces:
      return bad_input("geth's traces are no table of rows");
  }
  return {};
}
}  // namespace jindo::decode
