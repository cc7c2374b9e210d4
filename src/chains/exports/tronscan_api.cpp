// Tronscan's API: TRC-20 transfers (token_trc20/transfers), transfers of the coin (new/transfer) and inner calls, each
// with its block.
#include "exports/account_reading.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::Status;

bool is_scan_token(const JsonValue& value) {
  return value.has_all({"transaction_id", "block_ts", "from_address", "to_address", "quant"});
}
bool is_scan_coin(const JsonValue& value) {
  return value.has_all({"hash", "block_timestamp", "block", "from", "to", "amount", "contract_ret"});
}
bool is_scan_inner(const JsonValue& value) {
  return value.has_all({"internal_hash", "hash", "block", "from", "to", "call_value"});
}

base::Result<RowPlace> scan_place(const JsonValue& record, const char* hash, const char* time, uint64_t row,
                                  const AccountReading& reading) {
  RowPlace at;
  at.row = row;
  JINDO_TRY(at.transaction, reading.hash(hash, record[hash].text()));
  JINDO_TRY(at.block, reading.block("block", record["block"].text()));
  JINDO_TRY(at.time, reading.time(time, record[time].text()));
  return at;
}

// Neither reverted nor another kind of event.
bool scan_moves(const JsonValue& record) {
  for (const char* result : {"contractRet", "contract_ret", "finalResult"})
    if (record.has(result) && record[result].text() != "SUCCESS") return false;
  const std::string_view reverted = record["revert"].text(), event = record["event_type"].text();
  return reverted != "true" && reverted != "1" && record["rejected"].text() != "true" &&
         (event.empty() || event == "Transfer");
}

Status read_scan_token(const JsonValue& record, uint64_t row, AccountReading& reading) {
  JINDO_TRY(const RowPlace at, scan_place(record, "transaction_id", "block_ts", row, reading));
  const JsonValue info = record["tokenInfo"];
  const JsonValue contract = record.has("contract_address") ? record["contract_address"] : info["tokenId"];
  JINDO_TRY(const std::string asset, reading.address("contract_address", contract.text()));
  JINDO_TRY(const std::string from, reading.address("from_address", record["from_address"].text()));
  JINDO_TRY(const std::string to, reading.address("to_address", record["to_address"].text()));
  JINDO_TRY(const base::Uint256 value, reading.amount("quant", record["quant"].text()));
  if (scan_moves(record)) reading.add_token(at, asset, from, to, value);
  return {};
}

Status read_scan_coin(const JsonValue& record, bool inner, uint64_t row, AccountReading& reading) {
  const char* time = record.has("block_timestamp") ? "block_timestamp" : "timestamp";
  const char* amount = inner ? "call_value" : "amount";
  JINDO_TRY(const RowPlace at, scan_place(record, "hash", time, row, reading));
  if (record["contract_type"].text() == "TransferAssetContract")
    return base::bad_input("TransferAssetContract: a TRC-10 token: not read");
  JINDO_TRY(const std::string from, reading.address("from", record["from"].text()));
  JINDO_TRY(const std::string to, reading.address("to", record["to"].text()));
  JINDO_TRY(const base::Uint256 value, reading.amount(amount, record[amount].text()));
  if (scan_moves(record)) reading.add_coin(at, inner ? Part::kInternal : Part::kNative, from, to, value);
  return {};
}
}  // namespace

bool recognises_tronscan_api(const Probe& probe) {
  return has_object(probe, {"transaction_id", "block_ts", "from_address", "to_address", "quant"}) ||
         has_object(probe, {"hash", "block_timestamp", "block", "from", "to", "amount", "contract_ret"}) ||
         has_object(probe, {"internal_hash", "hash", "block", "from", "to", "call_value"});
}

Status read_tronscan_api(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  AccountReading reading("tron", out);
  bool inner_seen = false, cut = false;
  const auto is_record = [](const JsonValue& v) { return is_scan_token(v) || is_scan_coin(v) || is_scan_inner(v); };
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    const bool inner = is_scan_inner(record);
    inner_seen = inner_seen || inner;
    const auto total = read_count(place.document["total"].text());
    cut = cut ||
          (total && *total > place.holder["token_transfers"].items().size() && place.holder.has("token_transfers"));
    if (record["confirmed"].text() == "false" || record["confirmed"].text() == "0") {
      out.refuse_row(out.rows, "unconfirmed");
      return {};
    }
    const auto done = is_scan_token(record) ? read_scan_token(record, out.rows, reading)
                                            : read_scan_coin(record, inner, out.rows, reading);
    if (!done.ok()) out.refuse_row(out.rows, done.error().message);
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    const std::string_view error = value[value.has("Error") ? "Error" : "message"].text();
    if (!error.empty()) out.refuse_row(++out.rows, "an error answer: " + std::string(error.substr(0, 200)));
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  out.chain = "tron";
  out.unknown.add(UnknownSet{Unknown::kOrder, Unknown::kLog, Unknown::kFee});
  if (!inner_seen) out.unknown.add(Unknown::kInternal);
  if (cut) out.unknown.add(Unknown::kNextPage);
  if (!options.chain.empty() && options.chain != "tron")
    out.refuse_file("--chain says " + options.chain + "; the file is of tron");
  return {};
}

}  // namespace jindo::exports
