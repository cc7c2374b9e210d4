// Transactions of BigQuery's crypto_bitcoin (JSON lines, Parquet) and of AWS' public blockchain data (Parquet): inputs
// with what they spend, outputs with scripts. Outputs or inputs alone, as their own tables, move nothing.
#include <algorithm>

#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/table.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

// A transaction's row, of JSON or of a table with nested cells.
struct EtlRow {
  std::function<std::string_view(const char*)> field;
  std::function<Status(const char*, const std::function<Status(const JsonValue&)>&)> each;  // element of a list
};
struct EtlForm {
  int decimals = 0;  // 8: bitcoins as doubles
};

// `addresses` is a list, or one text in exports that flatten it; AWS has `address`.
std::string_view etl_address(const JsonValue& part) {
  const JsonValue list = part["addresses"];
  if (!list.exists()) return part["address"].text();
  if (!list.is_array()) return list.text();
  const auto items = list.items();
  return items.size() == 1 ? items[0].text() : std::string_view();
}

Status read_etl_input(const JsonValue& input, const EtlForm& form, UtxoReading& reading, Transaction& to) {
  JINDO_TRY(const chain::TxId previous, read_txid(input["spent_transaction_hash"].text()));
  JINDO_TRY(const uint32_t index, read_output_index(input["spent_output_index"].text()));
  if (!input.has("value")) {
    to.inputs.emplace_back().previous = previous;
    to.inputs.back().output_index = index;
    return {};
  }
  JINDO_TRY(const uint64_t value, read_satoshi(input["value"].text(), form.decimals));
  return reading.add_input(previous, index, value, "", etl_address(input), to);
}

Status read_etl_output(const JsonValue& output, const EtlForm& form, UtxoReading& reading, Transaction& to) {
  if (output.has("index") && read_count(output["index"].text()) != to.outputs.size())
    return bad_input("field 'outputs': expected all outputs, in order of index");
  JINDO_TRY(const uint64_t value, read_satoshi(output["value"].text(), form.decimals));
  return reading.add_output(value, output["script_hex"].text(), etl_address(output), to);
}

base::Result<Transaction> read_etl_row(const EtlRow& row, const EtlForm& form, UtxoReading& reading) {
  Transaction out;
  JINDO_TRY(out.id, read_txid(row.field("hash")));
  out.height = read_count(row.field("block_number"));
  if (!out.height) return bad_input("field 'block_number': expected a height");
  out.time = read_time(row.field("block_timestamp"));
  if (!out.time) return bad_input("field 'block_timestamp': expected a time");
  if (!row.field("block_hash").empty()) {
    JINDO_TRY(out.block_hash, read_txid(row.field("block_hash")));
  }
  out.index = read_index(row.field("index"));
  out.coinbase = row.field("is_coinbase") == "true";
  JINDO_DO(row.each("inputs", [&](const JsonValue& input) -> Status {
    if (out.coinbase || !input.is_object())
      return bad_input("field 'inputs': expected what is spent; a coinbase spends nothing");
    return read_etl_input(input, form, reading, out);
  }));
  JINDO_DO(row.each("outputs", [&](const JsonValue& output) { return read_etl_output(output, form, reading, out); }));
  if (row.field("is_coinbase").empty()) out.coinbase = out.inputs.empty();
  return out;
}

// What the table's lists hold, cell by cell.
EtlRow table_row(const Table& table) {
  EtlRow row;
  row.field = [&table](const char* name) { return table.cell(table.column(name)); };
  row.each = [&table](const char* name, const std::function<Status(const JsonValue&)>& f) -> Status {
    JsonRecords list(std::string("field '") + name + "'", table.cell(table.column(name)));
    for (;;) {
      JsonValue element;
      JINDO_TRY(const bool more, list.next(element));
      if (!more) return {};
      if (element.exists()) JINDO_DO(f(element));
    }
  };
  return row;
}

Status read_etl_table(Table& table, const EtlForm& form, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, false, out);
  if (table.column("index") < 0) out.unknown.add(Unknown::kOrder);
  const EtlRow row = table_row(table);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    ++out.rows;
    const auto fee = read_satoshi(row.field("fee"), form.decimals);
    reading.take(read_etl_row(row, form, reading), table.row(),
                 fee.ok() ? std::optional<uint64_t>(*fee) : std::nullopt);
  }
  reading.finish();
  return {};
}

bool is_etl_table(const Probe& probe) {
  return probe.has_all({"hash", "block_number", "block_timestamp", "inputs", "outputs"});
}
bool is_of_aws(const Probe& probe) { return probe.has("index") && !probe.has("block_timestamp_month"); }
}  // namespace

bool recognises_bigquery_bitcoin_json(const Probe& probe) {
  return has_object(probe, {"hash", "block_number", "block_timestamp", "inputs", "outputs"});
}
Status read_bigquery_bitcoin_json(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, false, out);
  bool all_have_index = true;
  const auto is_record = [](const JsonValue& value) { return value.has_all({"hash", "inputs", "outputs"}); };
  const auto read = [&](const JsonValue& record, const JsonPlace&) -> Status {
    EtlRow row;
    row.field = [&](const char* name) { return record[name].text(); };
    row.each = [&](const char* name, const std::function<Status(const JsonValue&)>& f) -> Status {
      for (const JsonValue& item : record[name].items()) JINDO_DO(f(item));
      return {};
    };
    all_have_index = all_have_index && record.has("index");
    reading.take(read_etl_row(row, {}, reading), out.rows, read_count(record["fee"].text()));
    return {};
  };
  const auto other = [&](const JsonValue&) -> Status {
    out.refuse_row(++out.rows, "not a transaction: its fields are missing");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  if (!all_have_index || out.rows == 0) out.unknown.add(Unknown::kOrder);
  reading.finish();
  return {};
}

bool recognises_bigquery_bitcoin(const Probe& probe) { return is_etl_table(probe) && !is_of_aws(probe); }
Status read_bigquery_bitcoin(const Probe&, Table& table, const ReadOptions& options, Reading& out) {
  return read_etl_table(table, {}, options, out);
}
bool recognises_aws_bitcoin(const Probe& probe) { return is_etl_table(probe) && is_of_aws(probe); }
Status read_aws_bitcoin(const Probe&, Table& table, const ReadOptions& options, Reading& out) {
  return read_etl_table(table, {.decimals = 8}, options, out);
}

bool recognises_bigquery_bitcoin_parts(const Probe& probe) {
  return probe.has_all({"transaction_hash", "block_number", "index", "value", "required_signatures"}) ||
         probe.has_all({"transaction_hash", "block_number", "index", "spent_transaction_hash"});
}
Status read_bigquery_bitcoin_parts(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    ++out.rows;
  }
  out.chain = options.chain;
  out.unknown.add(Unknown::kCounterparty);
  out.unknown.add(Unknown::kOrder);
  out.refuse_file(probe.has("spent_transaction_hash")
                      ? "inputs without outputs move nothing: export crypto_bitcoin.transactions"
                      : "outputs without inputs move nothing: export crypto_bitcoin.transactions");
  return {};
}

}  // namespace jindo::exports
