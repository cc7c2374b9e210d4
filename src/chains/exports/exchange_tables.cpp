// Histories of accounts at exchanges as tables. One row of kForms a form: which columns tell it, and what they hold.
#include <algorithm>

#include "exports/exchange_record.h"
#include "exports/json_readers.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
using base::Status;
using Kind = ExchangeRecord::Kind;

struct ExchangeForm {
  const char* title;
  std::initializer_list<std::string_view> needs;  // columns, as normalised, of the header
  // Columns; of several names the first that is there.
  std::initializer_list<std::string_view> time, asset, amount, fee, network, address, transaction, status, kind;
  std::optional<Kind> fixed_kind;  // where the table holds one kind
  UnknownSet unknown;
  bool time_is_utc = true;    // else it is local, without saying which
  bool empty_ledger = false;  // Kraken: a row without its ledger identifier is pending
};

constexpr Kind kDeposits = Kind::kDeposit, kWithdrawals = Kind::kWithdrawal, kOthers = Kind::kOther;
using List = std::initializer_list<std::string_view>;

// Headers: see docs/formats/exports-json.md for where each was seen. What needs more columns stands first.
const ExchangeForm kForms[] = {
    {.title = "Binance, closed account: deposits",
     .needs = {"currency", "amount", "deposit address", "txid", "create time"},
     .time = {"create time"},
     .asset = {"currency"},
     .amount = {"amount"},
     .fee = {},
     .network = {"network"},
     .address = {"deposit address"},
     .transaction = {"txid"},
     .status = {"status"},
     .kind = {},
     .fixed_kind = kDeposits,
     .unknown = {}},
    {.title = "Binance, closed account: withdrawals",
     .needs = {"currency", "amount", "destination address", "txid", "apply time"},
     .time = {"apply time"},
     .asset = {"currency"},
     .amount = {"amount"},
     .fee = {"fee"},
     .network = {"network"},
     .address = {"destination address"},
     .transaction = {"txid"},
     .status = {"status"},
     .kind = {},
     .fixed_kind = kWithdrawals,
     .unknown = {}},
    {.title = "Binance, closed account: orders",
     .needs = {"market id", "side", "trade qty"},
     .time = {"time", "create time"},
     .asset = {"amount unit"},
     .amount = {"trade qty"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {},
     .fixed_kind = kOthers,
     .unknown = {}},
    {.title = "Binance: statement",
     .needs = {"utc_time", "operation", "coin", "change"},
     .time = {"utc_time"},
     .asset = {"coin"},
     .amount = {"change"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"operation"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid}},
    {.title = "Binance: statement, local time",
     .needs = {"time", "account", "operation", "coin", "change"},
     .time = {"time"},
     .asset = {"coin"},
     .amount = {"change"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"operation"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .time_is_utc = false},
    {.title = "Binance: deposits and withdrawals, with sources",
     .needs = {"date(utc)", "coin", "amount", "transactionfee", "address", "txid"},
     .time = {"date(utc)"},
     .asset = {"coin"},
     .amount = {"amount"},
     .fee = {"transactionfee"},
     .network = {"network"},
     .address = {"address"},
     .transaction = {"txid"},
     .status = {"status"},
     .kind = {},
     .fixed_kind = {},
     .unknown = {}},
    {.title = "Binance: withdrawals",
     .needs = {"coin", "network", "amount", "fee", "address", "txid", "status"},
     .time = {"date(utc)", "date(utc+0)", "time"},
     .asset = {"coin"},
     .amount = {"amount"},
     .fee = {"fee"},
     .network = {"network"},
     .address = {"address"},
     .transaction = {"txid"},
     .status = {"status"},
     .kind = {},
     .fixed_kind = kWithdrawals,
     .unknown = {},
     .time_is_utc = false},
    {.title = "Binance: deposits",
     .needs = {"coin", "network", "amount", "address", "txid", "status"},
     .time = {"date(utc)", "date(utc+0)", "time"},
     .asset = {"coin"},
     .amount = {"amount"},
     .fee = {},
     .network = {"network"},
     .address = {"address"},
     .transaction = {"txid"},
     .status = {"status"},
     .kind = {},
     .fixed_kind = kDeposits,
     .unknown = {},
     .time_is_utc = false},
    {.title = "Kraken: ledgers",
     .needs = {"txid", "refid", "time", "type", "aclass", "asset", "amount", "fee"},
     .time = {"time"},
     .asset = {"asset"},
     .amount = {"amount"},
     .fee = {"fee"},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"type"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .empty_ledger = true},
    {.title = "Coinbase: transactions",
     .needs = {"timestamp", "transaction type", "asset", "quantity transacted"},
     .time = {"timestamp"},
     .asset = {"asset"},
     .amount = {"quantity transacted"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"transaction type"},
     .fixed_kind = {},
     .unknown = {Unknown::kTxid}},
    {.title = "Upbit",
     .needs = {"체결시간", "코인", "종류", "거래수량"},
     .time = {"체결시간"},
     .asset = {"코인"},
     .amount = {"거래수량"},
     .fee = {"수수료"},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"종류"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .time_is_utc = false},
    {.title = "Bithumb",
     .needs = {"거래일시", "자산", "거래구분", "거래수량"},
     .time = {"거래일시"},
     .asset = {"자산"},
     .amount = {"거래수량"},
     .fee = {"수수료"},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"거래구분"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .time_is_utc = false},
    {.title = "Bybit: funding account",
     .needs = {"date & time(utc)", "coin", "qty", "type", "account balance"},
     .time = {"date & time(utc)"},
     .asset = {"coin"},
     .amount = {"qty"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"type"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid}},
    {.title = "Bybit: unified account",
     .needs = {"currency", "contract", "type", "direction", "change", "wallet balance", "time(utc)"},
     .time = {"time(utc)"},
     .asset = {"currency"},
     .amount = {"change"},
     .fee = {},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"type"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid}},
    {.title = "bitFlyer",
     .needs = {"取引日時", "取引種別", "通貨1", "通貨1数量"},
     .time = {"取引日時"},
     .asset = {"通貨1"},
     .amount = {"通貨1数量"},
     .fee = {"手数料"},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"取引種別"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .time_is_utc = false},
    {.title = "Coincheck",
     .needs = {"id", "time", "operation", "amount", "trading_currency", "comment"},
     .time = {"time"},
     .asset = {"trading_currency"},
     .amount = {"amount"},
     .fee = {"fee"},
     .network = {},
     .address = {},
     .transaction = {},
     .status = {},
     .kind = {"operation"},
     .fixed_kind = {},
     .unknown = {Unknown::kAddress, Unknown::kTxid},
     .time_is_utc = false},
};

const ExchangeForm* find_form(const Probe& probe) {
  for (const ExchangeForm& form : kForms)
    if (probe.has_all(form.needs) || probe.head_has_all(form.needs)) return &form;
  return nullptr;
}

std::string_view first_cell(const Table& table, List names) {
  for (const std::string_view name : names)
    if (const int column = table.column(name); column >= 0) return table.cell(column);
  return {};
}

// Coinbase: the other side has a column since 2024; before, the note names it: "Sent 0.1 BTC to bc1q…".
std::string_view coinbase_address(const Table& table, Kind kind) {
  const std::string_view told =
      first_cell(table, kind == kDeposits ? List{"sender address"} : List{"recipient address"});
  if (!told.empty()) return told;
  const std::string_view note = first_cell(table, {"notes"});
  const std::string_view before = kind == kDeposits ? " from " : " to ";
  const size_t at = note.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view word = note.substr(at + before.size());
  return word.find(' ') == std::string_view::npos && word.size() >= 25 ? word : std::string_view();
}

// Which kind a row is, where the form has no column for it: a fee is charged for withdrawals.
Kind kind_of_row(const ExchangeForm& form, const Table& table, std::string_view words, std::string_view fee) {
  if (form.fixed_kind) return *form.fixed_kind;
  if (form.kind.size() != 0) return exchange_kind(words);
  if (!first_cell(table, {"sourceaddress"}).empty()) return kDeposits;
  return fee.find_first_of("123456789") == std::string_view::npos ? kDeposits : kWithdrawals;
}
}  // namespace

bool recognises_exchange_table(const Probe& probe) { return find_form(probe) != nullptr; }

Status read_exchange_table(const Probe& probe, Table& table, const ReadOptions&, Reading& out) {
  const ExchangeForm* form = find_form(probe);
  if (form == nullptr) return base::bad_input(probe.path + ": not a history of an account at an exchange");
  JINDO_TRY(const bool found, table.find_header(form->needs));
  if (!found && !probe.parquet && !probe.has_all(form->needs))
    return base::bad_input(probe.path + ": no row with the columns of " + form->title);
  out.unknown.add(form->unknown);
  const bool is_coinbase = table.column("quantity transacted") >= 0;
  bool address_column = !is_coinbase || table.column("recipient address") >= 0;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    ExchangeCells cells;
    cells.kind = first_cell(table, form->kind);
    cells.asset = first_cell(table, form->asset);
    cells.amount = first_cell(table, form->amount);
    cells.fee = first_cell(table, form->fee);
    cells.network = first_cell(table, form->network);
    cells.address = first_cell(table, form->address);
    cells.transaction = first_cell(table, form->transaction);
    cells.status = first_cell(table, form->status);
    cells.time = first_cell(table, form->time);
    if (cells.amount.empty() && cells.time.empty()) continue;  // a filler: it tells nothing
    if (form->empty_ledger && first_cell(table, {"txid"}).empty()) {
      out.refuse_row(table.row(), "pending: a row without txid");
      continue;
    }
    const Kind kind = kind_of_row(*form, table, cells.kind, cells.fee);
    if (is_coinbase && kind != kOthers) cells.address = coinbase_address(table, kind);
    address_column = address_column || !cells.address.empty();
    auto record = exchange_record(cells, kind);
    if (!record.ok()) {
      out.refuse_row(table.row(), record.error().message);
      continue;
    }
    record->row = table.row();
    if (form->empty_ledger) record->asset = kraken_asset(record->asset);
    bool zoned = false;
    (void)exchange_time(cells.time, zoned);
    if (!record->time) out.unknown.add(Unknown::kTime);
    if (!form->time_is_utc && !zoned && first_cell(table, {"date(utc)", "date(utc+0)"}).empty())
      out.unknown.add(Unknown::kTimeZone);
    out.records.push_back(std::move(*record));
  }
  if (!address_column) out.unknown.add(Unknown::kAddress);
  return {};
}

}  // namespace jindo::exports
