// blockchain.info: rawaddr, multiaddr, rawtx, rawblock, blocks. What an input spends is told by value and owner, its
// transaction only by blockchain.info's own number: found where the file holds that transaction.
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/utxo_reading.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

// An input whose transaction is known by its number only: where it stands in the Reading, and the number.
struct NumberedInputs {
  std::map<std::string, chain::TxId> transactions;         // by tx_index
  std::map<chain::TxId, std::vector<std::string>> inputs;  // tx_index of each input, "" where the hash is told
};

bool is_blockchain_info_transaction(const JsonValue& value) { return value.has_all({"hash", "inputs", "out"}); }

Status read_numbered_input(const JsonValue& input, UtxoReading& reading, Transaction& to,
                           std::vector<std::string>& numbers) {
  const JsonValue previous = input["prev_out"];
  if (!previous.exists() || previous["n"].text() == "4294967295") {
    to.coinbase = true;
    return {};
  }
  JINDO_TRY(const uint32_t index, read_output_index(previous["n"].text()));
  JINDO_TRY(const uint64_t value, read_satoshi(previous["value"].text(), 0));
  chain::TxId id{};
  if (previous.has("hash")) {
    JINDO_TRY(id, read_txid(previous["hash"].text()));
  }
  JINDO_DO(reading.add_input(id, index, value, previous["script"].text(), previous["addr"].text(), to));
  numbers.emplace_back(previous.has("hash") ? "" : previous["tx_index"].text());
  return {};
}

base::Result<Transaction> read_blockchain_info_transaction(const JsonValue& record, const JsonValue& holder,
                                                           UtxoReading& reading, NumberedInputs& numbered) {
  Transaction out;
  const bool in_block = holder.has_all({"height", "tx", "mrkl_root"});
  const JsonValue height = record.has("block_height") || !in_block ? record["block_height"] : holder["height"];
  out.height = read_count(height.text());
  if (!out.height) return bad_input("unconfirmed (no block_height)");
  JINDO_TRY(out.id, read_txid(record["hash"].text()));
  out.time = read_time(in_block ? holder["time"].text() : record["time"].text());
  if (!out.time) return bad_input("field 'time': expected unix seconds");
  if (in_block) {
    JINDO_TRY(out.block_hash, read_txid(holder["hash"].text()));
  }
  const auto inputs = record["inputs"].items(), outputs = record["out"].items();
  const auto inputs_stated = read_count(record["vin_sz"].text()), outputs_stated = read_count(record["vout_sz"].text());
  if ((inputs_stated && *inputs_stated != inputs.size()) || (outputs_stated && *outputs_stated != outputs.size()))
    return bad_input("inputs or outputs are left out: fewer than vin_sz or vout_sz say");
  std::vector<std::string> numbers;
  for (const JsonValue& input : inputs) JINDO_DO(read_numbered_input(input, reading, out, numbers));
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (const auto n = read_count(outputs[i]["n"].text()); n && *n != i)
      return bad_input("field 'out[].n': expected all outputs, in order");
    JINDO_TRY(const uint64_t value, read_satoshi(outputs[i]["value"].text(), 0));
    JINDO_DO(reading.add_output(value, outputs[i]["script"].text(), outputs[i]["addr"].text(), out));
  }
  if (record.has("tx_index")) numbered.transactions.emplace(record["tx_index"].text(), out.id);
  numbered.inputs.emplace(out.id, std::move(numbers));
  return out;
}

// Gives inputs the transaction that the file holds under their number.
void name_inputs(const NumberedInputs& numbered, Reading& out) {
  uint64_t nameless = 0;
  for (Transaction& transaction : out.transactions) {
    const auto numbers = numbered.inputs.find(transaction.id);
    for (size_t i = 0; i < transaction.inputs.size(); ++i) {
      if (transaction.inputs[i].previous != chain::TxId{}) continue;
      if (numbers != numbered.inputs.end() && i < numbers->second.size()) {
        const auto known = numbered.transactions.find(numbers->second[i]);
        if (known != numbered.transactions.end()) transaction.inputs[i].previous = known->second;
      }
      nameless += transaction.inputs[i].previous == chain::TxId{} ? 1 : 0;
    }
  }
  if (nameless != 0)
    out.notes.push_back(std::to_string(nameless) +
                        " inputs: blockchain.info tells value and owner, not the transaction that they spend");
}
}  // namespace

bool recognises_blockchain_info(const Probe& probe) {
  return has_object(probe, {"hash", "inputs", "out", "out[].value"}) || has_object(probe, {"hash160", "n_tx", "txs"});
}

Status read_blockchain_info(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  UtxoReading reading(options, true, out);
  NumberedInputs numbered;
  bool in_blocks = true;
  out.unknown.add(Unknown::kOrder);
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    in_blocks = in_blocks && place.holder.has("mrkl_root");
    if (place.holder.has("n_tx") && place.holder.has("address") &&
        bool(reading.owner(place.holder["address"].text()) != chain::AddressKey()))
      out.holder = place.holder["address"].text();
    reading.take(read_blockchain_info_transaction(record, place.holder, reading, numbered), out.rows,
                 record.has("fee") ? read_count(record["fee"].text()) : std::nullopt);
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    if (value.has("txs") || value.is_array()) return {};
    out.refuse_row(++out.rows, "an answer without transactions");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_blockchain_info_transaction, read, other));
  if (!in_blocks || out.rows == 0) out.unknown.add(Unknown::kTime);  // when first seen, where that is earlier
  name_inputs(numbered, out);
  reading.finish();
  return {};
}

}  // namespace jindo::exports
