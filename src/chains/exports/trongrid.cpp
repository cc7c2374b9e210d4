// TronGrid: an account's transactions (with rows of inner calls among them), its TRC-20 transfers, a contract's events.
// A transfer has a time in milliseconds and no block; a transaction has both, an inner row a time only.
#include <map>
#include <set>

#include "exports/account_reading.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

bool is_tron_transfer(const JsonValue& value) {
  return value.has_all({"transaction_id", "token_info", "from", "to", "value"});
}
bool is_tron_inner(const JsonValue& value) { return value.has_all({"internal_tx_id", "from_address", "to_address"}); }
bool is_tron_event(const JsonValue& value) {
  return value.has_all({"transaction_id", "event_name", "contract_address", "result", "block_timestamp"});
}
bool is_tron_transaction(const JsonValue& value) { return value.has_all({"txID", "raw_data"}); }

struct TronFile {
  explicit TronFile(Reading& to) : out(to), reading("tron", to) {}
  Reading& out;
  AccountReading reading;
  bool transactions = false, without_block = false, next_page = false;
  std::map<std::string, uint64_t> kinds_without_value;  // kinds of transactions of which the fee alone is read
  uint64_t trc10_in_calls = 0;
  std::set<std::string> inner_seen;

  base::Result<RowPlace> place(const JsonValue& record, std::string_view hash) {
    RowPlace at;
    at.row = out.rows;
    JINDO_TRY(at.transaction, reading.hash("transaction", hash));
    JINDO_TRY(at.time, reading.time("block_timestamp", record["block_timestamp"].text()));
    at.block = read_count(record[record.has("blockNumber") ? "blockNumber" : "block_number"].text());
    without_block = without_block || !at.block;
    return at;
  }

  Status transfer(const JsonValue& record) {
    if (record["type"].text() != "Transfer" && record.has("type")) return {};  // an Approval
    const JsonValue token = record["token_info"];
    JINDO_TRY(const RowPlace at, place(record, record["transaction_id"].text()));
    JINDO_TRY(const std::string asset, reading.address("token_info.address", token["address"].text()));
    JINDO_TRY(const std::string from, reading.address("from", record["from"].text()));
    JINDO_TRY(const std::string to, reading.address("to", record["to"].text()));
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    reading.add_token(at, asset, from, to, value);
    return {};
  }

  Status event(const JsonValue& record) {
    if (record["event_name"].text() != "Transfer") return {};
    const JsonValue result = record["result"];
    const auto field = [&](const char* name, const char* number) {
      return result[result.has(name) ? name : number].text();
    };
    JINDO_TRY(const RowPlace at, place(record, record["transaction_id"].text()));
    JINDO_TRY(const std::string asset, reading.address("contract_address", record["contract_address"].text()));
    JINDO_TRY(const std::string from, reading.address("result.from", field("from", "0")));
    JINDO_TRY(const std::string to, reading.address("result.to", field("to", "1")));
    JINDO_TRY(const base::Uint256 value, reading.amount("result.value", field("value", "2")));
    reading.add_token(at, asset, from, to, value);  // event_index counts in the transaction
    return {};
  }

  // What a call carries: {"_": sun}, or the number of a TRC-10 token.
  base::Result<base::Uint256> call_value(const JsonValue& value) const {
    if (!value.is_object()) return value.exists() ? reading.amount("call_value", value.text()) : base::Uint256();
    base::Uint256 out_value;
    for (const auto& [name, amount] : value.members()) {
      JINDO_TRY(const base::Uint256 units, reading.amount("call_value", amount.text()));
      if (name == "_") {
        out_value = units;
      } else if (!units.is_zero()) {
        return bad_input("TRC-10 token " + std::string(name.substr(0, 40)) + ": not read");
      }
    }
    return out_value;
  }

  Status inner(const JsonValue& record, const RowPlace* within) {
    const std::string id(record["internal_tx_id"].text());
    if (!id.empty() && !inner_seen.insert(id).second) return {};
    const JsonValue data = record["data"];
    if (data["rejected"].text() == "true" || record["rejected"].text() == "true") return {};
    RowPlace at;
    if (within != nullptr) {
      at = *within;
    } else {
      JINDO_TRY(at, place(record, record["tx_id"].text()));
    }
    JINDO_TRY(const base::Uint256 value,
              call_value(data.has("call_value") ? data["call_value"] : record["call_value"]));
    JINDO_TRY(const std::string from, reading.address("from_address", record["from_address"].text()));
    JINDO_TRY(const std::string to, reading.address("to_address", record["to_address"].text()));
    reading.add_coin(at, Part::kInternal, from, to, value);
    return {};
  }

  Status transaction(const JsonValue& record) {
    const auto results = record["ret"].items(), contracts = record["raw_data"]["contract"].items();
    if (contracts.size() != 1) return bad_input("field 'raw_data.contract': expected one");
    JINDO_TRY(const RowPlace at, place(record, record["txID"].text()));
    const JsonValue value = contracts[0]["parameter"]["value"];
    const std::string_view type = contracts[0]["type"].text();
    const JsonValue result = results.empty() ? JsonValue() : results[0];
    const std::string_view said = result["contractRet"].text();
    const bool done = said.empty() || said == "SUCCESS";
    JINDO_TRY(const std::string owner, reading.address("owner_address", value["owner_address"].text()));
    if (done &&
        (type == "TransferAssetContract" || type.substr(0, 8) == "Exchange" || type == "ShieldedTransferContract"))
      return bad_input(std::string(type.substr(0, 40)) + ": a TRC-10 or shielded token: not read");
    base::Uint256 amount;
    std::string to;
    if (type == "TransferContract") {
      JINDO_TRY(amount, reading.amount("amount", value["amount"].text()));
      JINDO_TRY(to, reading.address("to_address", value["to_address"].text()));
    } else if (type == "TriggerSmartContract") {
      JINDO_TRY(amount, call_value(value["call_value"]));
      JINDO_TRY(to, reading.address("contract_address", value["contract_address"].text()));
      if (done && !value["call_token_value"].text().empty() && value["call_token_value"].text() != "0")
        ++trc10_in_calls;
    } else if (type == "CreateSmartContract" && done) {
      JINDO_TRY(const base::Uint256 given, call_value(value["new_contract"]["call_value"]));
      if (!given.is_zero()) return bad_input("CreateSmartContract with a value: the contract is not named");
    } else if (done) {
      ++kinds_without_value[std::string(type.substr(0, 60))];
    }
    if (result.has("fee")) {
      JINDO_TRY(const base::Uint256 fee, reading.amount("ret[].fee", result["fee"].text()));
      reading.add_fee(at, owner, fee);
    }
    if (done) reading.add_coin(at, Part::kNative, owner, to, amount, std::vector<uint32_t>());
    for (const JsonValue& call : record["internal_transactions"].items())
      if (done && is_tron_inner(call)) JINDO_DO(inner(call, &at));
    return {};
  }

  void finish();
};

void TronFile::finish() {
  out.chain = "tron";
  if (without_block) out.unknown.add(Unknown::kBlock);
  out.unknown.add(Unknown::kOrder);
  out.unknown.add(Unknown::kLog);
  if (!transactions) out.unknown.add(UnknownSet{Unknown::kFee, Unknown::kInternal});
  if (next_page) {
    out.unknown.add(Unknown::kNextPage);
    out.notes.push_back("there is another page (meta.links.next): fetch it too");
  }
  if (trc10_in_calls != 0)
    out.notes.push_back(std::to_string(trc10_in_calls) + " calls carry a TRC-10 token, which is not read");
  for (const auto& [kind, count] : kinds_without_value)
    out.notes.push_back(std::to_string(count) + " transactions of kind " + kind + ": their fee alone is read");
}
}  // namespace

bool recognises_trongrid(const Probe& probe) {
  return has_object(probe, {"transaction_id", "token_info", "from", "to", "value"}) ||
         has_object(probe, {"txID", "raw_data", "raw_data.contract"}) ||
         has_object(probe, {"internal_tx_id", "from_address", "to_address", "block_timestamp"}) ||
         has_object(probe, {"transaction_id", "event_name", "contract_address", "result", "block_timestamp"});
}

Status read_trongrid(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  TronFile file(out);
  const auto is_record = [](const JsonValue& value) {
    return is_tron_transfer(value) || is_tron_inner(value) || is_tron_event(value) || is_tron_transaction(value);
  };
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    const JsonValue meta = place.document["meta"];
    file.next_page = file.next_page || meta["links"].has("next") || meta.has("fingerprint");
    Status done;
    if (is_tron_transfer(record) || is_tron_event(record)) {
      done = is_tron_event(record) ? file.event(record) : file.transfer(record);
    } else {
      file.transactions = true;
      done = is_tron_inner(record) ? file.inner(record, nullptr) : file.transaction(record);
    }
    if (!done.ok()) out.refuse_row(out.rows, done.error().message);
    return {};
  };
  std::string why;
  const auto other = [&](const JsonValue& value) -> Status {
    if (value["success"].text() == "true" && value["data"].is_array() && value["data"].items().empty()) return {};
    const std::string_view error = value[value.has("error") ? "error" : "Error"].text();
    why = error.empty() ? "an answer without transactions" : "an error answer: " + std::string(error.substr(0, 200));
    out.refuse_row(++out.rows, why);
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  file.finish();
  if (!options.chain.empty() && options.chain != "tron")
    out.refuse_file("--chain says " + options.chain + "; the file is of tron");
  return {};
}

}  // namespace jindo::exports
