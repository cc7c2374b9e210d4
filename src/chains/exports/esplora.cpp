// Esplora (blockstream.info, mempool.space): a transaction, an address's, a block's. Previous outputs are told, the
// place in the block is not.
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

bool is_esplora_transaction(const JsonValue& value) { return value.has_all({"txid", "vin", "vout"}); }

Status read_esplora_input(const JsonValue& input, UtxoReading& reading, Transaction& to) {
  if (input["is_coinbase"].text() == "true") {
    to.coinbase = true;
    return {};
  }
  JINDO_TRY(const chain::TxId previous, read_txid(input["txid"].text()));
  JINDO_TRY(const uint32_t index, read_output_index(input["vout"].text()));
  const JsonValue prevout = input["prevout"];
  if (!prevout.exists()) {
    to.inputs.emplace_back().previous = previous;
    to.inputs.back().output_index = index;
    return {};
  }
  JINDO_TRY(const uint64_t value, read_satoshi(prevout["value"].text(), 0));
  return reading.add_input(previous, index, value, prevout["scriptpubkey"].text(),
                           prevout["scriptpubkey_address"].text(), to);
}

base::Result<Transaction> read_esplora_transaction(const JsonValue& record, UtxoReading& reading) {
  Transaction out;
  const JsonValue status = record["status"];
  for (const JsonValue& output : record["vout"].items())
    (void)reading.owner(output["scriptpubkey_address"].text());  // which network, of unconfirmed ones too
  if (status["confirmed"].text() != "true") return bad_input("unconfirmed");
  JINDO_TRY(out.id, read_txid(record["txid"].text()));
  out.height = read_count(status["block_height"].text());
  out.time = read_time(status["block_time"].text());
  if (!out.height) return bad_input("field 'status.block_height': expected a height");
  if (!out.time) return bad_input("field 'status.block_time': expected a time");
  if (status.has("block_hash")) {
    JINDO_TRY(out.block_hash, read_txid(status["block_hash"].text()));
  }
  for (const JsonValue& input : record["vin"].items()) JINDO_DO(read_esplora_input(input, reading, out));
  for (const JsonValue& output : record["vout"].items()) {
    if (!output.has("value")) return bad_input("field 'vout[].value': missing (a confidential output)");
    JINDO_TRY(const uint64_t value, read_satoshi(output["value"].text(), 0));
    JINDO_DO(reading.add_output(value, output["scriptpubkey"].text(), output["scriptpubkey_address"].text(), out));
  }
  return out;
}
}  // namespace

bool recognises_esplora(const Probe& probe) {
  return has_object(probe, {"txid", "vin", "vout", "vout[].scriptpubkey"}) ||
         has_object(probe, {"txid", "vin", "vout", "vin[].prevout", "status"});
}

Status read_esplora(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, true, out);
  out.unknown.add(Unknown::kOrder);
  const auto read = [&](const JsonValue& record, const JsonPlace&) -> Status {
    reading.take(read_esplora_transaction(record, reading), out.rows, read_count(record["fee"].text()));
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    if (value.exists() && !value.is_array()) out.refuse_row(++out.rows, "an answer without transactions");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_esplora_transaction, read, other));
  reading.finish();
  return {};
}

}  // namespace jindo::exports
