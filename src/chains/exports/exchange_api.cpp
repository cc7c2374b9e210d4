// Histories of accounts at exchanges as their APIs answer: Binance, Bybit, OKX, Upbit.
#include <algorithm>

#include "exports/exchange_record.h"
#include "exports/json_readers.h"
#include "exports/json_records.h"

namespace jindo::exports {
namespace {
using base::Status;
using Kind = ExchangeRecord::Kind;

struct ExchangeAnswer {
  const char* title;
  std::initializer_list<std::string_view> needs;  // fields that tell a record of it
  std::optional<Kind> kind;                       // else by the field "type"
  std::initializer_list<std::string_view> asset, amount, fee, network, address, transaction, time;
  const char* status;
  std::initializer_list<std::string_view> done;  // what `status` says of what is completed; words too
};

// Binance: "Deposit History" and "Withdraw History" of its spot API, old and new. Bybit: v5 asset/deposit and withdraw,
// query-record. OKX: v5 asset/deposit-history, withdrawal-history. Upbit: v1/deposits, v1/withdraws.
const ExchangeAnswer kAnswers[] = {
    {"Binance: deposits",
     {"insertTime", "amount", "txId"},
     Kind::kDeposit,
     {"coin", "asset"},
     {"amount"},
     {},
     {"network"},
     {"address"},
     {"txId"},
     {"insertTime"},
     "status",
     {"1", "6"}},
    {"Binance: withdrawals",
     {"applyTime", "amount", "address"},
     Kind::kWithdrawal,
     {"coin", "asset"},
     {"amount"},
     {"transactionFee"},
     {"network"},
     {"address"},
     {"txId"},
     {"applyTime"},
     "status",
     {"6"}},
    {"Bybit: withdrawals",
     {"withdrawFee", "coin", "amount", "txID"},
     Kind::kWithdrawal,
     {"coin"},
     {"amount"},
     {"withdrawFee"},
     {"chain"},
     {"toAddress"},
     {"txID"},
     {"createTime", "updateTime"},
     "status",
     {}},
    {"Bybit: deposits",
     {"successAt", "coin", "amount", "txID"},
     Kind::kDeposit,
     {"coin"},
     {"amount"},
     {"depositFee"},
     {"chain"},
     {"toAddress"},
     {"txID"},
     {"successAt"},
     "status",
     {"3"}},
    {"OKX: deposits",
     {"depId", "ccy", "amt", "txId"},
     Kind::kDeposit,
     {"ccy"},
     {"amt"},
     {},
     {"chain"},
     {"to"},
     {"txId"},
     {"ts"},
     "state",
     {"2"}},
    {"OKX: withdrawals",
     {"wdId", "ccy", "amt", "txId"},
     Kind::kWithdrawal,
     {"ccy"},
     {"amt"},
     {"fee"},
     {"chain"},
     {"to"},
     {"txId"},
     {"ts"},
     "state",
     {"2"}},
    {"Upbit",
     {"type", "uuid", "currency", "txid", "state"},
     std::nullopt,
     {"currency"},
     {"amount"},
     {"fee"},
     {"net_type"},
     {},
     {"txid"},
     {"done_at", "created_at"},
     "state",
     {}},
};

const ExchangeAnswer* answer_of(const JsonValue& value) {
  for (const ExchangeAnswer& answer : kAnswers)
    if (value.has_all(answer.needs)) return &answer;
  return nullptr;
}
std::string_view first_text(const JsonValue& record, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (!record[name].text().empty()) return record[name].text();
  return {};
}
}  // namespace

bool recognises_exchange_api(const Probe& probe) {
  return std::any_of(std::begin(kAnswers), std::end(kAnswers),
                     [&](const ExchangeAnswer& answer) { return has_object(probe, answer.needs); });
}

Status read_exchange_api(const Probe&, JsonRecords& records, const ReadOptions&, Reading& out) {
  const auto is_record = [](const JsonValue& value) { return answer_of(value) != nullptr; };
  const auto read = [&](const JsonValue& record, const JsonPlace&) -> Status {
    const ExchangeAnswer& answer = *answer_of(record);
    ExchangeCells cells;
    cells.kind = record["type"].text();
    cells.asset = first_text(record, answer.asset);
    cells.amount = first_text(record, answer.amount);
    cells.fee = first_text(record, answer.fee);
    cells.network = first_text(record, answer.network);
    cells.address = first_text(record, answer.address);
    cells.transaction = first_text(record, answer.transaction);
    cells.time = first_text(record, answer.time);
    const std::string_view status = record[answer.status].text();
    auto done = exchange_record(cells, answer.kind.value_or(exchange_kind(cells.kind)));
    if (!done.ok()) {
      out.refuse_row(out.rows, done.error().message);
      return {};
    }
    done->row = out.rows;
    done->done =
        std::find(answer.done.begin(), answer.done.end(), status) != answer.done.end() || exchange_says_done(status);
    if (!done->time) out.unknown.add(Unknown::kTime);
    if (answer.address.size() == 0) out.unknown.add(Unknown::kAddress);
    out.records.push_back(std::move(*done));
    return {};
  };
  const auto other = [&](const JsonValue& value) -> Status {
    if (value.has("msg") || value.has("retMsg")) out.refuse_row(++out.rows, "an answer without records");
    return {};
  };
  return for_each_record(records, out, is_record, read, other);
}

}  // namespace jindo::exports
