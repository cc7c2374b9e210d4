// BigQuery's crypto_ethereum as JSON lines: traces, token_transfers, transactions. Columns are ethereum-etl's, integers
// are text, times say UTC.
#include <algorithm>

#include "exports/account_reading.h"
#include "exports/account_rows.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

struct WarehouseFile {
  WarehouseFile(const ReadOptions& options, Reading& to) : out(to), reading(options.chain, to) {}
  Reading& out;
  AccountReading reading;
  bool traces = false, tokens = false, transactions = false;

  base::Result<RowPlace> place(const JsonValue& record, const char* hash) const {
    RowPlace at;
    at.row = out.rows;
    if (!record[hash].text().empty()) {
      JINDO_TRY(at.transaction, reading.hash(hash, record[hash].text()));
    }
    JINDO_TRY(at.block, reading.block("block_number", record["block_number"].text()));
    JINDO_TRY(at.time, reading.time("block_timestamp", record["block_timestamp"].text()));
    at.index = read_index(record["transaction_index"].text());
    return at;
  }

  Status trace(const JsonValue& record) {
    const std::string_view type = record["trace_type"].text(), call = record["call_type"].text();
    const bool of_block = type == "reward" || type == "genesis" || type == "daofork";
    if (!of_block && type != "call" && type != "create" && type != "suicide" && type != "selfdestruct")
      return bad_input("field 'trace_type': '" + std::string(type.substr(0, 40)) + "' is not known");
    if (type == "call" && !call.empty() && call != "call") return {};
    if (record.has("status") ? record["status"].text() == "0" : !record["error"].text().empty()) return {};
    JINDO_TRY(const RowPlace at, place(record, "transaction_hash"));
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    JINDO_TRY(const std::string from, reading.address_or_nobody("from_address", record["from_address"].text()));
    JINDO_TRY(const std::string to, reading.address_or_nobody("to_address", record["to_address"].text()));
    if (value.is_zero() && type != "create") return {};
    if (to.empty()) return bad_input("field 'to_address': missing");
    if (of_block) {
      reading.add_coin(at, Part::kBlockLevel, type == "daofork" ? from : "", to, value);
      return {};
    }
    if (at.transaction.empty() || from.empty()) return bad_input("fields 'transaction_hash', 'from_address': missing");
    const JsonValue steps = record["trace_address"];
    std::string text(steps.text());
    for (const JsonValue& step : steps.items()) text += (text.empty() ? "" : ",") + std::string(step.text());
    auto path = read_path(text);
    if (!path) return bad_input("field 'trace_address': expected numbers with commas");
    const Part part = path->empty() ? Part::kNative : Part::kInternal;
    if (type == "create") reading.add_created(at, to, from);
    reading.add_coin(at, part, from, to, value, std::move(path));
    return {};
  }

  Status token(const JsonValue& record) {
    JINDO_TRY(const RowPlace at, place(record, "transaction_hash"));
    if (at.transaction.empty()) return bad_input("field 'transaction_hash': missing");
    JINDO_TRY(const std::string asset, reading.address("token_address", record["token_address"].text()));
    JINDO_TRY(const std::string from, reading.address("from_address", record["from_address"].text()));
    JINDO_TRY(const std::string to, reading.address("to_address", record["to_address"].text()));
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    JINDO_TRY(const uint64_t log, reading.block("log_index", record["log_index"].text()));
    reading.add_token(at, asset, from, to, value, log);
    return {};
  }

  Status transaction(const JsonValue& record) {
    JINDO_TRY(const RowPlace at, place(record, "hash"));
    JINDO_TRY(const std::string from, reading.address("from_address", record["from_address"].text()));
    JINDO_TRY(std::string to, reading.address_or_nobody("to_address", record["to_address"].text()));
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    const bool failed = record["receipt_status"].text() == "0";
    if (!record.has("receipt_status")) out.unknown.add(Unknown::kStatus);
    const char* priced = record.has("receipt_effective_gas_price") ? "receipt_effective_gas_price" : "gas_price";
    if (record.has("receipt_gas_used") && record.has(priced)) {
      JINDO_TRY(const base::Uint256 used, reading.amount("receipt_gas_used", record["receipt_gas_used"].text()));
      JINDO_TRY(const base::Uint256 price, reading.amount(priced, record[priced].text()));
      if (!base::to_uint128(used) || !base::to_uint128(price)) return bad_input("gas used or its price is no fee");
      base::Uint256 fee = base::mul_div(used, price, base::Uint256(1)).quotient;
      if (record.has("receipt_l1_fee")) {  // rollups: what the first layer costs
        JINDO_TRY(const base::Uint256 first_layer, reading.amount("receipt_l1_fee", record["receipt_l1_fee"].text()));
        if (base::add_overflows(fee, first_layer, fee)) return bad_input("field 'receipt_l1_fee': no fee");
      }
      reading.add_fee(at, from, fee, price.fits_u64() ? price.low() : 0);
    } else {
      out.unknown.add(Unknown::kFee);
    }
    reading.add_call_text(at, to, record["input"].text());
    if (failed) return {};
    const bool creates = to.empty();
    if (creates && (record.has("receipt_contract_address") || !value.is_zero())) {
      JINDO_TRY(to, reading.address("receipt_contract_address", record["receipt_contract_address"].text()));
    }
    if (creates) reading.add_created(at, to, from);
    reading.add_coin(at, Part::kNative, from, to, value, std::vector<uint32_t>());
    return {};
  }
};

bool is_warehouse_trace(const JsonValue& value) {
  return value.has_all({"trace_type", "from_address", "to_address", "value"});
}
bool is_warehouse_token(const JsonValue& value) {
  return value.has_all({"token_address", "from_address", "to_address", "value", "log_index"});
}
bool is_warehouse_transaction(const JsonValue& value) {
  return value.has_all({"hash", "from_address", "to_address", "value", "transaction_index"});
}
}  // namespace

bool recognises_bigquery_ethereum_json(const Probe& probe) {
  return has_object(probe, {"trace_type", "from_address", "to_address", "value", "block_timestamp"}) ||
         has_object(probe, {"token_address", "from_address", "to_address", "value", "log_index", "block_timestamp"}) ||
         has_object(probe, {"hash", "from_address", "to_address", "value", "transaction_index", "block_timestamp"});
}

Status read_bigquery_ethereum_json(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  WarehouseFile file(options, out);
  const auto is_record = [](const JsonValue& value) {
    return is_warehouse_trace(value) || is_warehouse_token(value) || is_warehouse_transaction(value);
  };
  const auto read = [&](const JsonValue& record, const JsonPlace&) -> Status {
    Status done;
    if (is_warehouse_trace(record)) {
      file.traces = true;
      done = file.trace(record);
    } else if (is_warehouse_token(record)) {
      file.tokens = true;
      done = file.token(record);
    } else {
      file.transactions = true;
      done = file.transaction(record);
    }
    if (!done.ok()) out.refuse_row(out.rows, done.error().message);
    return {};
  };
  const auto other = [&](const JsonValue&) -> Status {
    out.refuse_row(++out.rows, "not a record of this format: its fields are missing");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  out.chain = options.chain;
  out.unknown.add(Unknown::kChain);
  if (!file.transactions) out.unknown.add(Unknown::kFee);
  if (!file.traces) out.unknown.add(Unknown::kInternal);
  if (!file.tokens) out.unknown.add(Unknown::kLog);
  return {};
}

}  // namespace jindo::exports
