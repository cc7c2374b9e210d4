// Blockchair: dumps as TSV, and its API's dashboards. Of a UTXO chain only the dashboard of a transaction holds both
// halves; outputs, inputs and totals alone move nothing.
#include "exports/blockchair_rows.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/table.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

// data.TXID of a UTXO chain's dashboard.
bool is_utxo_dashboard(const JsonValue& value) {
  return value.has_all({"transaction", "inputs", "outputs"}) && value["inputs"].is_array();
}
bool is_call(const JsonValue& value) { return value.has_all({"sender", "recipient", "value", "transferred"}); }
bool is_token_row(const JsonValue& value) { return value.has_all({"token_address", "sender", "recipient", "value"}); }

base::Result<Transaction> read_dashboard(const JsonValue& record, UtxoReading& reading) {
  const JsonValue head = record["transaction"];
  Transaction out;
  if (head["block_id"].text().substr(0, 1) == "-") return bad_input("unconfirmed (block_id -1)");
  JINDO_TRY(out.id, read_txid(head["hash"].text()));
  out.height = read_count(head["block_id"].text());
  out.time = read_time(head["time"].text());
  if (!out.height || !out.time) return bad_input("fields 'block_id' and 'time': expected a height and a time");
  out.coinbase = head["is_coinbase"].text() == "true";
  const auto inputs = record["inputs"].items(), outputs = record["outputs"].items();
  const auto inputs_stated = read_count(head["input_count"].text());
  const auto outputs_stated = read_count(head["output_count"].text());
  if ((!out.coinbase && inputs_stated && *inputs_stated != inputs.size()) ||
      (outputs_stated && *outputs_stated != outputs.size()))
    return bad_input("inputs or outputs are left out: fewer than input_count or output_count say");
  for (const JsonValue& input : inputs) {
    if (out.coinbase) break;
    JINDO_TRY(const chain::TxId previous, read_txid(input["transaction_hash"].text()));
    JINDO_TRY(const uint32_t index, read_output_index(input["index"].text()));
    JINDO_TRY(const uint64_t value, read_satoshi(input["value"].text(), 0));
    JINDO_DO(reading.add_input(previous, index, value, input["script_hex"].text(), input["recipient"].text(), out));
  }
  for (const JsonValue& output : outputs) {
    if (read_count(output["index"].text()) != out.outputs.size())
      return bad_input("field 'outputs[].index': expected all outputs, in order");
    JINDO_TRY(const uint64_t value, read_satoshi(output["value"].text(), 0));
    JINDO_DO(reading.add_output(value, output["script_hex"].text(), output["recipient"].text(), out));
  }
  return out;
}

// A field of the row, or of the transaction that it stands in.
FieldOf json_row(const JsonValue& record, const JsonPlace& place) {
  return [record, place](const char* name) -> std::string_view {
    if (record.has(name)) return record[name].text();
    const JsonValue head = place.holder["transaction"];
    if (std::string_view(name) == "transaction_hash") return head["hash"].text();
    return std::string_view(name) == "block_id" || std::string_view(name) == "time" ? head[name].text() : "";
  };
}

// Which halves or totals the file has, where it has no more.
const char* why_nothing_moves(bool inputs, bool totals) {
  if (totals) return "totals of transactions move nothing: neither inputs nor outputs; fetch dashboards/transaction";
  if (inputs) return "inputs without the outputs of their transaction move nothing; fetch dashboards/transaction";
  return "outputs without inputs move nothing; fetch dashboards/transaction";
}

using ReadRow = Status (*)(const FieldOf&, uint64_t, AccountReading&);

Status read_blockchair_rows(Table& table, const ReadOptions& options, ReadRow read_row, Reading& out) {
  out.chain = options.chain;
  AccountReading reading(options.chain, out);
  const FieldOf field = [&](const char* name) { return table.cell(table.column(name)); };
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    const auto read = read_row(field, table.row(), reading);
    if (!read.ok()) out.refuse_row(table.row(), read.error().message);
  }
}
}  // namespace

bool recognises_blockchair_json(const Probe& probe) {
  return has_object(probe, {"transaction", "inputs", "outputs", "inputs[].spending_transaction_hash"}) ||
         has_object(probe, {"transaction.block_id", "transaction.hash", "inputs", "outputs"}) ||
         has_object(probe, {"sender", "recipient", "value", "transferred", "transaction_hash"}) ||
         has_object(probe, {"block_id", "transaction_hash", "token_address", "sender", "recipient"}) ||
         has_object(probe, {"transaction.block_id", "transaction.hash", "calls"}) ||
         has_object(probe, {"block_id", "transaction_hash", "index", "recipient", "script_hex"});
}

Status read_blockchair_json(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading utxo(options, false, out);
  AccountReading accounts(options.chain, out);
  bool is_utxo = false, is_account = false, fees_told = true;
  std::string fee_of;  // the transaction whose fee was taken last
  const auto is_record = [](const JsonValue& v) { return is_utxo_dashboard(v) || is_call(v) || is_token_row(v); };
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    if (is_utxo_dashboard(record)) {
      is_utxo = true;
      utxo.take(read_dashboard(record, utxo), out.rows, read_count(record["transaction"]["fee"].text()));
      return {};
    }
    is_account = true;
    const FieldOf field = json_row(record, place);
    const JsonValue head = place.holder["transaction"];
    fees_told = fees_told && head.has("fee");
    if (head.has("fee") && fee_of != head["hash"].text()) {
      fee_of = head["hash"].text();
      const FieldOf of_head = [&](const char* name) {
        return std::string_view(name) == "value" ? "0" : head[name].text();
      };
      const auto fee = read_blockchair_transaction(of_head, out.rows, accounts);
      if (!fee.ok()) out.refuse_row(out.rows, fee.error().message);
    }
    const auto done = (is_call(record) ? read_blockchair_call : read_blockchair_token)(field, out.rows, accounts);
    if (!done.ok()) out.refuse_row(out.rows, done.error().message);
    return {};
  };
  const auto other = [&](const JsonValue&) -> Status {
    out.refuse_row(++out.rows, "an answer without transactions");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  out.unknown.add(Unknown::kOrder);
  if (is_account) {
    out.chain = options.chain;
    out.unknown.add(UnknownSet{Unknown::kLog, Unknown::kChain});
    if (!fees_told) out.unknown.add(Unknown::kFee);
    return {};
  }
  utxo.finish();
  if (is_utxo) return {};
  if (!has_object(probe, {"script_hex"})) {
    out.refuse_file("an answer without transactions");
    return {};
  }
  out.unknown.add(Unknown::kCounterparty);
  out.refuse_file(why_nothing_moves(has_object(probe, {"spending_transaction_hash"}), false));
  return {};
}

bool recognises_blockchair(const Probe& probe) {
  return probe.has_all({"block_id", "transaction_hash", "recipient", "script_hex"}) ||
         probe.has_all({"block_id", "transaction_hash", "sender", "recipient", "child_call_count"}) ||
         probe.has_all({"block_id", "transaction_hash", "token_address", "sender", "recipient", "value"}) ||
         probe.has_all({"block_id", "hash", "sender", "recipient", "value", "fee"}) ||
         probe.has_all({"block_id", "hash", "input_total", "output_total"});
}

Status read_blockchair(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  out.unknown.add(Unknown::kOrder);
  if (!probe.has("sender")) {
    out.chain = options.chain;
    out.unknown.add(Unknown::kCounterparty);
    out.refuse_file(why_nothing_moves(probe.has("spending_transaction_hash"), probe.has("input_total")));
    return {};
  }
  out.unknown.add(UnknownSet{Unknown::kLog, Unknown::kChain});
  if (probe.has("child_call_count")) {
    out.unknown.add(Unknown::kFee);
    return read_blockchair_rows(table, options, read_blockchair_call, out);
  }
  out.unknown.add(Unknown::kInternal);
  if (probe.has("fee")) return read_blockchair_rows(table, options, read_blockchair_transaction, out);
  out.unknown.add(Unknown::kFee);
  return read_blockchair_rows(table, options, read_blockchair_token, out);
}

}  // namespace jindo::exports
