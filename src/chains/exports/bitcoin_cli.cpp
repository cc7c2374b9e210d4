// Bitcoin Core's and btcd's decoded blocks and transactions (getblock 2 and 3, getrawtransaction 1 and 2,
// searchrawtransactions), bare, in the RPC answer or in a batch; Insight's API has the same form with values of inputs.
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;
constexpr int kBitcoinDecimals = 8;

bool is_decoded_transaction(const JsonValue& value) { return value.has_all({"txid", "vin", "vout"}); }

std::string_view script_address(const JsonValue& script) {
  if (script.has("address")) return script["address"].text();
  const auto addresses = script["addresses"].items();
  return addresses.size() == 1 ? addresses[0].text() : std::string_view();
}

Status read_decoded_input(const JsonValue& input, UtxoReading& reading, Transaction& to) {
  if (input.has("coinbase")) {
    to.coinbase = true;
    return {};
  }
  JINDO_TRY(const chain::TxId previous, read_txid(input["txid"].text()));
  JINDO_TRY(const uint32_t index, read_output_index(input["vout"].text()));
  if (const JsonValue core = input["prevout"]; core.exists()) {
    JINDO_TRY(const uint64_t value, read_satoshi(core["value"].text(), kBitcoinDecimals));
    const JsonValue script = core["scriptPubKey"];
    return reading.add_input(previous, index, value, script["hex"].text(), script_address(script), to);
  }
  if (const JsonValue btcd = input["prevOut"]; btcd.exists()) {
    JINDO_TRY(const uint64_t value, read_satoshi(btcd["value"].text(), kBitcoinDecimals));
    return reading.add_input(previous, index, value, "", script_address(btcd), to);
  }
  if (input.has("valueSat")) {
    JINDO_TRY(const uint64_t value, read_satoshi(input["valueSat"].text(), 0));
    return reading.add_input(previous, index, value, "", input["addr"].text(), to);
  }
  to.inputs.emplace_back().previous = previous;
  to.inputs.back().output_index = index;
  return {};
}

// Where the transaction stands, from its block or from itself.
Status read_decoded_place(const JsonValue& record, const JsonPlace& place, Transaction& out) {
  const JsonValue& block = place.holder;
  const bool in_block = block.has_all({"hash", "height", "tx"});
  const std::string_view confirmations = in_block ? block["confirmations"].text() : record["confirmations"].text();
  if (confirmations == "-1" || record["in_active_chain"].text() == "false")
    return bad_input("not in the best chain (confirmations -1)");
  if (in_block) {
    out.height = read_count(block["height"].text());
    out.time = read_time(block["time"].text());
    out.index = static_cast<uint32_t>(std::min<size_t>(place.position, UINT32_MAX - 1));
    if (!out.height || !out.time) return bad_input("fields 'height' and 'time' of the block: expected integers");
    JINDO_TRY(out.block_hash, read_txid(block["hash"].text()));
    return {};
  }
  if (!record.has("blockhash") || confirmations == "0") return bad_input("unconfirmed (no blockhash)");
  JINDO_TRY(out.block_hash, read_txid(record["blockhash"].text()));
  out.height = read_count(record[record.has("blockheight") ? "blockheight" : "height"].text());
  out.time = read_time(record[record.has("blocktime") ? "blocktime" : "time"].text());
  if (!out.time) return bad_input("field 'blocktime': expected unix seconds");
  return {};
}

base::Result<Transaction> read_decoded_transaction(const JsonValue& record, const JsonPlace& place,
                                                   UtxoReading& reading) {
  Transaction out;
  JINDO_TRY(out.id, read_txid(record["txid"].text()));
  JINDO_DO(read_decoded_place(record, place, out));
  for (const JsonValue& input : record["vin"].items()) JINDO_DO(read_decoded_input(input, reading, out));
  for (const JsonValue& output : record["vout"].items()) {
    if (read_count(output["n"].text()) != out.outputs.size())
      return bad_input("field 'vout[].n': expected all outputs, in order");
    JINDO_TRY(const uint64_t value, read_satoshi(output["value"].text(), kBitcoinDecimals));
    const JsonValue script = output["scriptPubKey"];
    JINDO_DO(reading.add_output(value, script["hex"].text(), script_address(script), out));
  }
  return out;
}

std::optional<uint64_t> stated_fee(const JsonValue& record) {
  const std::string_view text = record[record.has("fee") ? "fee" : "fees"].text();
  const auto fee = read_satoshi(text.substr(!text.empty() && text[0] == '-' ? 1 : 0), kBitcoinDecimals);
  if (fee.ok()) return *fee;
  return std::nullopt;
}

// What an answer without a transaction is.
std::string without_transactions(const JsonValue& value) {
  const JsonValue error = value["error"];
  if (error.exists()) {
    const JsonValue message = error.is_object() ? error["message"] : error;
    return "an error answer: " + std::string(message.text().substr(0, 200));
  }
  const JsonValue result = value.has("result") ? value["result"] : value;
  if (result.has("tx")) return "a block that names its transactions only: ask getblock with verbosity 2 or 3";
  if (!result.text().empty()) return "bytes in hexadecimal: ask getblock or getrawtransaction with a verbosity";
  return "an answer without transactions";
}
}  // namespace

bool recognises_bitcoin_cli(const Probe& probe) {
  return has_object(probe, {"txid", "vin", "vout", "vout[].scriptPubKey"}) ||
         has_object(probe, {"hash", "height", "merkleroot", "tx"});
}

Status read_bitcoin_cli(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, true, out);
  std::string why;
  bool raw = false;
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    auto transaction = read_decoded_transaction(record, place, reading);
    if (transaction.ok() && !transaction->height) out.unknown.add(Unknown::kBlock);
    raw = raw || !place.holder.has_all({"hash", "height", "tx"});
    reading.take(std::move(transaction), out.rows, stated_fee(record));
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    why = without_transactions(value);
    out.refuse_row(++out.rows, why);
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_decoded_transaction, read, other));
  if (raw) out.unknown.add(Unknown::kOrder);
  const bool nothing = out.transactions.empty();
  reading.finish();
  if (nothing && !why.empty()) out.refuse_file(why);
  return {};
}

}  // namespace jindo::exports
