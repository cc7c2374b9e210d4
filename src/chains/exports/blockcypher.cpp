// BlockCypher: transactions with previous outputs and their place in the block. Long ones come in pages: a transaction
// that is not whole is refused. An address's plain list (txrefs) names one side only.
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

bool is_blockcypher_transaction(const JsonValue& value) {
  return value.has_all({"hash", "inputs", "outputs", "block_height"});
}
std::string_view only_address(const JsonValue& part) {
  const auto addresses = part["addresses"].items();
  return addresses.size() == 1 ? addresses[0].text() : std::string_view();
}

Status read_blockcypher_input(const JsonValue& input, UtxoReading& reading, Transaction& to) {
  if (!input.has("prev_hash")) {
    to.coinbase = true;
    return {};
  }
  JINDO_TRY(const chain::TxId previous, read_txid(input["prev_hash"].text()));
  JINDO_TRY(const uint32_t index, read_output_index(input["output_index"].text()));
  // Zero is left out of answers.
  JINDO_TRY(const uint64_t value, read_satoshi(input.has("output_value") ? input["output_value"].text() : "0", 0));
  return reading.add_input(previous, index, value, "", only_address(input), to);
}

base::Result<Transaction> read_blockcypher_transaction(const JsonValue& record, UtxoReading& reading, Reading& told) {
  Transaction out;
  const std::string_view height = record["block_height"].text();
  for (const JsonValue& output : record["outputs"].items()) (void)reading.owner(only_address(output));  // which network
  if (height.empty() || height.front() == '-') return bad_input("unconfirmed (block_height -1)");
  out.height = read_count(height);
  if (!out.height) return bad_input("field 'block_height': expected a height");
  JINDO_TRY(out.id, read_txid(record["hash"].text()));
  out.time = read_time(record["confirmed"].text());
  if (!out.time) return bad_input("field 'confirmed': expected a time");
  if (record.has("block_hash")) {
    JINDO_TRY(out.block_hash, read_txid(record["block_hash"].text()));
  }
  out.index = read_index(record["block_index"].text());
  if (!out.index) told.unknown.add(Unknown::kOrder);
  const auto inputs = record["inputs"].items(), outputs = record["outputs"].items();
  const auto inputs_stated = read_count(record["vin_sz"].text()), outputs_stated = read_count(record["vout_sz"].text());
  if (record.has("next_inputs") || record.has("next_outputs") || (inputs_stated && *inputs_stated > inputs.size()) ||
      (outputs_stated && *outputs_stated > outputs.size())) {
    told.unknown.add(Unknown::kNextPage);
    return bad_input("inputs or outputs beyond this page (next_inputs, next_outputs): fetch them with a higher limit");
  }
  for (const JsonValue& input : inputs) JINDO_DO(read_blockcypher_input(input, reading, out));
  for (const JsonValue& output : outputs) {
    JINDO_TRY(const uint64_t value, read_satoshi(output.has("value") ? output["value"].text() : "0", 0));
    JINDO_DO(reading.add_output(value, output["script"].text(), only_address(output), out));
  }
  return out;
}
}  // namespace

bool recognises_blockcypher(const Probe& probe) {
  return has_object(probe, {"hash", "inputs", "outputs", "block_height", "block_index"}) ||
         has_object(probe, {"hash", "inputs", "outputs", "block_height", "confirmations"}) ||
         has_object(probe, {"tx_hash", "tx_input_n", "tx_output_n"});
}

Status read_blockcypher(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, true, out);
  bool lists = false, pages = false;
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    pages = pages || place.document["hasMore"].text() == "true";
    const auto fee = record.has("fees") ? read_count(record["fees"].text()) : std::nullopt;
    reading.take(read_blockcypher_transaction(record, reading, out), out.rows, fee);
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    if (value.has("txrefs") || value.has("tx_hash")) {
      lists = true;
      out.rows += std::max<size_t>(value["txrefs"].items().size(), 1);
    } else if (value.has("error")) {
      out.refuse_row(++out.rows, "an error answer: " + std::string(value["error"].text().substr(0, 200)));
    }
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_blockcypher_transaction, read, other));
  if (out.transactions.empty()) {
    out.unknown.add(Unknown::kBlock);
    out.unknown.add(Unknown::kOrder);
  }
  if (pages) out.unknown.add(Unknown::kNextPage);
  reading.finish();
  if (lists) {
    out.unknown.add(Unknown::kCounterparty);
    out.refuse_file("txrefs name one side of a transaction: fetch the address's transactions whole (/addrs/…/full)");
  }
  return {};
}

}  // namespace jindo::exports
