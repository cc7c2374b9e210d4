// The account API of Etherscan, of its sisters and of Blockscout: txlist, txlistinternal, tokentx, tokennfttx,
// token1155tx, txsBeaconWithdrawal; one answer, several one after the other, or the rows without their envelope.
#include <algorithm>
#include <iterator>
#include <map>

#include "exports/account_reading.h"
#include "exports/account_rows.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

constexpr uint64_t kAnswerRowsMax = 10'000;  // what one answer holds at most: there is more
constexpr int kGweiDecimals = 9;

enum class EtherscanAction : uint8_t { kNone, kTransactions, kInternal, kTokens, kNfts, kWithdrawals };

EtherscanAction action_of(const JsonValue& value) {
  if (value.has_all({"withdrawalIndex", "validatorIndex", "address", "amount"})) return EtherscanAction::kWithdrawals;
  if (!value.has_all({"blockNumber", "timeStamp", "from", "to"})) return EtherscanAction::kNone;
  if (value.has_all({"tokenID"})) return EtherscanAction::kNfts;
  if (value.has_all({"contractAddress", "tokenSymbol"})) return EtherscanAction::kTokens;
  if (value.has_all({"value", "gasPrice", "hash"})) return EtherscanAction::kTransactions;
  if (value.has_all({"value", "type"})) return EtherscanAction::kInternal;
  return EtherscanAction::kNone;
}

struct EtherscanFile {
  EtherscanFile(const ReadOptions& with, Reading& to) : options(with), out(to), reading(with.chain, to) {}
  const ReadOptions& options;
  Reading& out;
  AccountReading reading;
  std::map<std::string, uint32_t> indexes;  // of transactions, from rows that tell
  bool seen[6] = {};
  bool all_logs = true, nameless = false;
  uint64_t in_document = 0;

  base::Result<RowPlace> place(const JsonValue& record, const char* hash) {
    RowPlace at;
    at.row = out.rows;
    JINDO_TRY(at.block, reading.block("blockNumber", record["blockNumber"].text()));
    JINDO_TRY(at.time, reading.time("timeStamp", record["timeStamp"].text()));
    if (!record.has(hash) || record[hash].text().substr(0, 8) == "GENESIS_") return at;
    JINDO_TRY(at.transaction, reading.hash(hash, record[hash].text()));
    at.index = read_index(record["transactionIndex"].text());
    if (at.index) indexes.emplace(at.transaction, *at.index);
    return at;
  }

  Status transaction(const JsonValue& record) {
    JINDO_TRY(const RowPlace at, place(record, "hash"));
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    JINDO_TRY(std::string to, reading.address_or_nobody("to", record["to"].text()));
    if (at.transaction.empty()) {  // GENESIS_…: coin of block 0
      reading.add_coin(at, Part::kBlockLevel, "", to, value);
      return {};
    }
    JINDO_TRY(const std::string from, reading.address("from", record["from"].text()));
    JINDO_TRY(const base::Uint256 used, reading.amount("gasUsed", record["gasUsed"].text()));
    JINDO_TRY(const base::Uint256 price, reading.amount("gasPrice", record["gasPrice"].text()));
    if (!base::to_uint128(used) || !base::to_uint128(price)) return bad_input("gasUsed or gasPrice is no fee");
    const bool failed = record["isError"].text() == "1" || record["txreceipt_status"].text() == "0";
    if (to.empty() && !failed) {
      JINDO_TRY(to, reading.address_or_nobody("contractAddress", record["contractAddress"].text()));
      if (to.empty() && !value.is_zero()) return bad_input("neither 'to' nor 'contractAddress': nobody was paid");
    }
    reading.add_fee(at, from, base::mul_div(used, price, base::Uint256(1)).quotient,
                    price.fits_u64() ? price.low() : 0);
    reading.add_call_text(at, to, record["input"].text());
    if (!failed && record["to"].text().empty()) reading.add_created(at, to, from);
    if (!failed) reading.add_coin(at, Part::kNative, from, to, value, std::vector<uint32_t>());
    return {};
  }

  Status internal(const JsonValue& record) {
    const char* hash = record.has("transactionHash") ? "transactionHash" : "hash";
    JINDO_TRY(RowPlace at, place(record, hash));
    if (at.transaction.empty()) {
      nameless = true;
      if (options.transaction.empty()) return {};
      JINDO_TRY(at.transaction, reading.hash("--transaction", options.transaction));
    }
    const std::string_view type = record["type"].text(), call = record["callType"].text();
    for (const std::string_view still : {"delegatecall", "staticcall", "callcode"})
      if (type == still || call == still) return {};
    if (record["isError"].text() == "1") return {};
    JINDO_TRY(const base::Uint256 value, reading.amount("value", record["value"].text()));
    JINDO_TRY(const std::string from, reading.address("from", record["from"].text()));
    const char* receiver = record["to"].text().empty() ? "contractAddress" : "to";
    JINDO_TRY(const std::string to, reading.address_or_nobody(receiver, record[receiver].text()));
    if (to.empty() && !value.is_zero()) return bad_input("neither 'to' nor 'contractAddress': nobody was paid");
    auto path = record.has("traceId") ? read_path(record["traceId"].text()) : read_path(record["index"].text());
    if (path && path->empty()) path.reset();
    reading.add_coin(at, Part::kInternal, from, to, value, std::move(path));
    return {};
  }

  Status token(const JsonValue& record, bool nft) {
    JINDO_TRY(const RowPlace at, place(record, "hash"));
    if (at.transaction.empty()) return bad_input("field 'hash': missing");
    JINDO_TRY(std::string asset, reading.address("contractAddress", record["contractAddress"].text()));
    JINDO_TRY(const std::string from, reading.address_or_nobody("from", record["from"].text()));
    JINDO_TRY(const std::string to, reading.address_or_nobody("to", record["to"].text()));
    base::Uint256 amount(1);
    if (nft) {
      JINDO_TRY(const base::Uint256 id, reading.amount("tokenID", record["tokenID"].text()));
      asset += ":" + base::to_decimal(id);
      if (record.has("tokenValue")) {
        JINDO_TRY(amount, reading.amount("tokenValue", record["tokenValue"].text()));
      }
    } else {
      JINDO_TRY(amount, reading.amount("value", record["value"].text()));
    }
    const auto log = read_count(record["logIndex"].text());
    all_logs = all_logs && log.has_value();
    reading.add_token(at, asset, from, to, amount, log);
    return {};
  }

  Status withdrawal(const JsonValue& record) {
    RowPlace at;
    at.row = out.rows;
    JINDO_TRY(at.block, reading.block("blockNumber", record["blockNumber"].text()));
    JINDO_TRY(at.time, reading.time("timestamp", record[record.has("timestamp") ? "timestamp" : "timeStamp"].text()));
    JINDO_TRY(const std::string to, reading.address("address", record["address"].text()));
    JINDO_TRY(const base::Uint256 value, reading.amount("amount", record["amount"].text(), kGweiDecimals));
    reading.add_coin(at, Part::kBlockLevel, "", to, value);
    return {};
  }

  void take(const JsonValue& record) {
    const EtherscanAction action = action_of(record);
    seen[static_cast<size_t>(action)] = true;
    Status done;
    if (action == EtherscanAction::kTransactions) done = transaction(record);
    if (action == EtherscanAction::kInternal) done = internal(record);
    if (action == EtherscanAction::kTokens || action == EtherscanAction::kNfts)
      done = token(record, action == EtherscanAction::kNfts);
    if (action == EtherscanAction::kWithdrawals) done = withdrawal(record);
    if (!done.ok()) out.refuse_row(out.rows, done.error().message);
    if (++in_document == kAnswerRowsMax) out.unknown.add(Unknown::kNextPage);
  }

  bool has(EtherscanAction action) const { return seen[static_cast<size_t>(action)]; }
  void finish();
};

void EtherscanFile::finish() {
  out.chain = options.chain;
  const bool transactions = has(EtherscanAction::kTransactions), internals = has(EtherscanAction::kInternal);
  const bool tokens = has(EtherscanAction::kTokens) || has(EtherscanAction::kNfts);
  if (transactions + internals + tokens + has(EtherscanAction::kWithdrawals) > 1) out.format = "etherscan-api";
  if (out.rows == 0 || (!transactions && !internals && !tokens && !has(EtherscanAction::kWithdrawals))) return;
  out.unknown.add(Unknown::kChain);
  if (!transactions) out.unknown.add(Unknown::kFee);
  if (!internals) out.unknown.add(Unknown::kInternal);
  if (tokens && !all_logs) out.unknown.add(Unknown::kLog);
  for (Movement& movement : out.movements) {
    const auto known = indexes.find(movement.transaction);
    if (!movement.index && known != indexes.end()) movement.index = known->second;
  }
  const bool all_placed = std::all_of(out.movements.begin(), out.movements.end(), [](const Movement& movement) {
    return movement.part == Part::kBlockLevel || movement.index.has_value();
  });
  if (internals && (!all_placed || nameless)) out.unknown.add(Unknown::kOrder);
  // OP-stack chains charge the first layer's fee beside gasUsed * gasPrice.
  if (options.chain == "optimism" || options.chain == "base") out.unknown.add(Unknown::kFee);
  if (out.unknown.has(Unknown::kNextPage))
    out.notes.push_back("an answer of 10,000 rows is cut off there: ask for the blocks behind it");
  if (!nameless) return;
  out.unknown.add(Unknown::kTransaction);
  if (options.transaction.empty())
    out.refuse_file("the by-txhash form names no transaction: say which with --transaction HASH");
}

// An answer that holds no rows: "" where it is empty, else what the API says.
std::string answer_error(const JsonValue& value) {
  if (value.is_array() && value.items().empty()) return "";
  const JsonValue result = value[value.has("result") ? "result" : "res"];
  const std::string_view message = value["message"].text();
  const bool nothing_found = message.substr(0, 3) == "No " && message.find("found") != std::string_view::npos;
  if (result.text().empty() &&
      (nothing_found || (result.is_array() && result.items().empty() && value["status"].text() == "1")))
    return "";
  if (!result.items().empty()) return "rows of an action that is not read";
  if (value["error"].has("message")) return std::string(value["error"]["message"].text().substr(0, 200));
  const std::string_view said = result.text().empty() ? message : result.text();
  return said.empty() ? "an answer without transactions" : std::string(said.substr(0, 200));
}
}  // namespace

bool recognises_etherscan_txlist(const Probe& probe) {
  return has_object(probe, {"timeStamp", "blockNumber", "from", "to", "value", "gasPrice", "nonce", "isError"});
}
bool recognises_etherscan_internal(const Probe& probe) {
  return has_object(probe, {"timeStamp", "blockNumber", "from", "to", "value", "type", "errCode"}) ||
         has_object(probe, {"timeStamp", "blockNumber", "from", "to", "value", "type", "traceId"});
}
bool recognises_etherscan_tokens(const Probe& probe) {
  return has_object(probe, {"timeStamp", "blockNumber", "from", "to", "contractAddress", "tokenSymbol", "value"});
}
bool recognises_etherscan_nfts(const Probe& probe) {
  return has_object(probe, {"timeStamp", "blockNumber", "from", "to", "contractAddress", "tokenID"});
}
bool recognises_etherscan_api(const Probe& probe) {
  return probe.has_all({"status", "message", "result"}) ||
         has_object(probe, {"withdrawalIndex", "validatorIndex", "address", "amount"});
}

Status read_etherscan_api(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  EtherscanFile file(options, out);
  std::string why;
  const auto is_record = [](const JsonValue& value) { return action_of(value) != EtherscanAction::kNone; };
  const auto read = [&](const JsonValue& record, const JsonPlace& place) -> Status {
    if (place.position == 0) file.in_document = 0;
    file.take(record);
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    const std::string error = answer_error(value);
    if (error.empty()) return {};
    why = "an error answer (" + error + ") is no data: fetch it again";
    out.refuse_row(++out.rows, why);
    out.unknown.add(Unknown::kNextPage);
    return {};
  };
  JINDO_DO(for_each_record(records, out, is_record, read, other));
  const bool any = std::any_of(std::begin(file.seen), std::end(file.seen), [](bool one) { return one; });
  file.finish();
  if (any || why.empty()) return {};
  out.unknown.remove(Unknown::kNextPage);
  out.refuse_file(why);
  return {};
}

}  // namespace jindo::exports
