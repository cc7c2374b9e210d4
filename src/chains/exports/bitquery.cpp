// Bitquery's dumps, Parquet or JSON of the same columns: transfers and calls of EVM chains, Tron and Solana in whole
// units. Bitcoin's inputs, outputs and totals stand in tables of their own: alone they move nothing.
#include <algorithm>
#include <set>

#include "exports/account_reading.h"
#include "exports/account_rows.h"
#include "exports/chain_names.h"
#include "exports/identifiers.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;
constexpr int kSolDecimals = 9;

bool is_true(std::string_view text) { return text == "true" || text == "True" || text == "1"; }
bool is_false(std::string_view text) { return text == "false" || text == "False" || text == "0"; }

struct BitqueryFile {
  BitqueryFile(std::string chain, Reading& to)
      : out(to), reading(std::move(chain), to), network(network_of(reading.chain())) {}
  Reading& out;
  AccountReading reading;
  const chain::Network* network;
  std::string coin_chain;  // the chain that the native coin's symbol names
  bool calls = false, inner_coin = false, all_placed = true;
  std::set<std::string> transactions, with_fee;

  bool is_solana() const { return reading.chain() == "solana"; }
  int coin_decimals() const { return is_solana() ? kSolDecimals : network != nullptr ? network->decimals : 18; }

  base::Result<RowPlace> place(const FieldOf& field, uint64_t row) {
    RowPlace at;
    at.row = row;
    const char* hash = is_solana() ? "Transaction_Signature" : "Transaction_Hash";
    const char* block = is_solana() ? "Block_Height" : "Block_Number";
    JINDO_TRY(at.transaction, reading.hash(hash, field(hash)));
    JINDO_TRY(at.block, reading.block(block, field(block)));
    JINDO_TRY(at.time, reading.time("Block_Time", field("Block_Time")));
    at.index = read_index(field("Transaction_Index"));
    if (!at.index) at.index = read_index(field("Transfer_TransactionIndex"));
    all_placed = all_placed && at.index.has_value();
    transactions.insert(at.transaction);
    return at;
  }

  // The fee, once a transaction: from who is named as payer, else from `sender` of a row that is the transaction
  // itself.
  Status fee(const FieldOf& field, const RowPlace& at, bool is_transaction, std::string_view sender) {
    const char* name = field("Transaction_Fee").empty() ? "Fee_SenderFee" : "Transaction_Fee";
    const std::string_view payer =
        field("Transaction_FeePayer").empty() && is_transaction ? sender : field("Transaction_FeePayer");
    if (field(name).empty() || payer.empty()) return {};
    JINDO_TRY(const std::string from, reading.address("Transaction_FeePayer", payer));
    JINDO_TRY(const base::Uint256 amount, reading.amount(name, field(name), coin_decimals()));
    if (with_fee.insert(at.transaction).second) reading.add_fee(at, from, amount);
    return {};
  }

  std::string_view side(const FieldOf& field, const char* plain, const char* address, const char* owner) const {
    if (!is_solana()) return field(plain);
    return field(owner).empty() ? field(address) : field(owner);
  }

  Status transfer(const FieldOf& field, uint64_t row) {
    JINDO_TRY(const RowPlace at, place(field, row));
    const std::string_view type = field("Transfer_Type");
    const std::string_view sender =
        side(field, "Transfer_Sender", "Transfer_Sender_Address", "Transfer_Sender_Token_Owner");
    const std::string_view receiver =
        side(field, "Transfer_Receiver", "Transfer_Receiver_Address", "Transfer_Receiver_Token_Owner");
    JINDO_DO(fee(field, at, type == "transaction", sender));
    for (const char* success : {"TransactionStatus_Success", "Transaction_Result_Success", "Transfer_Success"})
      if (is_false(field(success))) return {};
    JINDO_TRY(const std::string from, reading.address_or_nobody("Transfer_Sender", sender));
    JINDO_TRY(const std::string to, reading.address_or_nobody("Transfer_Receiver", receiver));
    const auto decimals = read_index(field("Transfer_Currency_Decimals"));
    if (!decimals || *decimals > 77) return bad_input("field 'Transfer_Currency_Decimals': expected 0 to 77");
    JINDO_TRY(const base::Uint256 amount,
              reading.amount("Transfer_Amount", field("Transfer_Amount"), static_cast<int>(*decimals)));
    if (is_true(field("Transfer_Currency_Native"))) {
      coin_chain = chain_by_coin(field("Transfer_Currency_Symbol"));
      inner_coin = inner_coin || (!type.empty() && type != "transaction");
      reading.add_coin(at, type == "transaction" || type.empty() ? Part::kNative : Part::kInternal, from, to, amount);
      return {};
    }
    const char* contract = is_solana() ? "Transfer_Currency_MintAddress" : "Transfer_Currency_SmartContract";
    JINDO_TRY(std::string asset, reading.address(contract, field(contract)));
    if (is_false(field("Transfer_Currency_Fungible")) && !is_solana()) asset += ":" + std::string(field("Transfer_Id"));
    reading.add_token(at, asset, from, to, amount);  // Transfer_Index counts in the transaction: rows are in its order
    return {};
  }

  Status call(const FieldOf& field, uint64_t row) {
    calls = true;
    JINDO_TRY(const RowPlace at, place(field, row));
    const bool own = field("Call_Depth") == "0";
    JINDO_DO(fee(field, at, own, field("Call_From")));
    if (is_false(field("TransactionStatus_Success")) || is_false(field("Call_Success")) ||
        is_true(field("Call_Reverted")) || is_true(field("Call_Delegated")))
      return {};
    JINDO_TRY(const base::Uint256 amount, reading.amount("Call_Value", field("Call_Value"), coin_decimals()));
    if (amount.is_zero()) return {};
    JINDO_TRY(const std::string from, reading.address("Call_From", field("Call_From")));
    JINDO_TRY(const std::string to, reading.address("Call_To", field("Call_To")));
    auto path = read_path(field("Call_CallPath"));
    reading.add_coin(at, own ? Part::kNative : Part::kInternal, from, to, amount, std::move(path));
    return {};
  }

  void take(const FieldOf& field, uint64_t row) {
    const auto done = field("Transfer_Amount").empty() ? call(field, row) : transfer(field, row);
    if (!done.ok()) out.refuse_row(row, done.error().message);
  }

  void finish(const ReadOptions& options) {
    const std::string told = reading.chain() == "tron" || is_solana() ? reading.chain() : coin_chain;
    out.chain = told.empty() ? options.chain : told;
    if (is_solana()) out.coin = "SOL";
    if (told.empty()) out.unknown.add(Unknown::kChain);
    if (transactions.size() != with_fee.size()) out.unknown.add(Unknown::kFee);
    if (!all_placed) out.unknown.add(Unknown::kOrder);
    if (calls) out.unknown.add(Unknown::kLog);
    if (!calls && !inner_coin && !is_solana()) out.unknown.add(Unknown::kInternal);
    if (!told.empty() && !options.chain.empty() && told != options.chain)
      out.refuse_file("--chain says " + options.chain + "; the file is of " + told);
  }
};

// Which chain's form the columns have.
std::string form_of(const FieldOf& field, const ReadOptions& options) {
  if (!field("Transaction_Signature").empty()) return "solana";
  for (const char* name : {"Transfer_Receiver", "Transfer_Sender", "Call_To", "Call_From"})
    if (field(name).substr(0, 1) == "T" && chain_address("tron", field(name))) return "tron";
  return options.chain;
}

bool is_bitquery_record(const JsonValue& value) {
  return value.has_all({"Block_Time", "Transfer_Amount"}) || value.has_all({"Block_Time", "Call_Value", "Call_From"});
}
bool is_bitquery_part(const JsonValue& value) {
  return value.has_all({"tx_hash", "blockchain_id"}) || value.has_all({"tx_hash", "input_address"}) ||
         value.has_all({"tx_hash", "output_address"});
}
// Inputs, outputs or totals of a UTXO chain.
void refuse_parts(const FieldOf& field, Reading& out) {
  const std::string_view address = field("input_address").empty() ? field("output_address") : field("input_address");
  if (out.chain.empty()) out.chain = bitcoin_network_of(address);
  if (out.chain.empty() && field("blockchain_id") == "0") out.chain = "bitcoin";
  out.unknown.add(UnknownSet{Unknown::kCounterparty, Unknown::kAmount});
  out.refuse_file(!field("input_address").empty() ? "inputs without outputs move nothing"
                  : !field("output_address").empty()
                      ? "outputs without inputs move nothing"
                      : "totals of transactions move nothing: neither inputs nor outputs");
}
FieldOf json_fields(const JsonValue& record) {
  return [record](const char* name) { return record[name].text(); };
}
}  // namespace

bool recognises_bitquery_json(const Probe& probe) {
  return has_object(probe, {"Block_Time", "Transfer_Amount"}) || has_object(probe, {"Block_Time", "Call_Value"}) ||
         has_object(probe, {"tx_hash", "tx_time", "blockchain_id"});
}

Status read_bitquery_json(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  std::optional<BitqueryFile> file;
  std::optional<std::string> parts;
  const auto is_record = [](const JsonValue& value) { return is_bitquery_record(value) || is_bitquery_part(value); };
  const auto read = [&](const JsonValue& record, const JsonPlace&) -> Status {
    FieldOf field = json_fields(record);
    if (is_bitquery_part(record)) {
      if (!parts) {
        parts.emplace();
        refuse_parts(field, out);
      }
      return {};
    }
    // A list, as of Call_CallPath, has no text of its own.
    std::string path;
    for (const JsonValue& step : record["Call_CallPath"].items())
      path += (path.empty() ? "" : ",") + std::string(step.text());
    const FieldOf whole = [&](const char* name) -> std::string_view {
      return std::string_view(name) == "Call_CallPath" ? std::string_view(path) : field(name);
    };
    if (!file) file.emplace(form_of(field, options), out);
    file->take(whole, out.rows);
    return {};
  };
  const auto other = [&](const JsonValue&) -> Status {
    out.refuse_row(++out.rows, "not a record of this format: its fields are missing");
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  if (file && !parts) file->finish(options);
  if (parts) {
    out.movements.clear();
    out.refusals.front().count = out.rows;
  }
  return {};
}

bool recognises_bitquery_parts(const Probe& probe) {
  return probe.has_all({"block_time", "transfer_amount"}) || probe.has_all({"block_time", "call_value", "call_from"}) ||
         probe.has_all({"tx_hash", "tx_time", "blockchain_id"});
}

Status read_bitquery_parts(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const FieldOf field = [&](const char* name) { return table.cell(table.column(normal_name(name))); };
  std::optional<BitqueryFile> file;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    if (probe.has("tx_hash")) {
      refuse_parts(field, out);
      return {};
    }
    if (!file) file.emplace(form_of(field, options), out);
    file->take(field, table.row());
  }
  if (file) file->finish(options);
  return {};
}

}  // namespace jindo::exports
