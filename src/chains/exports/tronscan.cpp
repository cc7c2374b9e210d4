// Tronscan's and OKLink's downloads: token transfers and transactions of an address; OKLink's EVM files, in Chinese.
#include "exports/account_rows.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
struct TronscanColumns {
  explicit TronscanColumns(const Table& table)
      : hash(table.column({"tx hash", "txhash", "hash", "交易哈希"})),
        block(table.column({"blockheight", "block height", "block", "区块高度"})),
        // The UTC column; the other one is the reader's own zone.
        time(table.column({"blocktime(utc)", "blocktime (utc)", "utc时间", "time(utc)"})),
        from(table.column({"from", "发送方"})),
        to(table.column({"to", "接收方"})),
        value(table.column({"value", "amount", "数量"})),
        symbol(table.column({"symbol", "token symbol", "代币符号"})),
        token(table.column({"tokenaddress", "token address", "代币地址"})),
        contract_type(table.column({"contracttype", "contract type"})),
        status(table.column({"status", "result", "状态"})),
        confirmed(table.column({"isconfirm", "confirmed"})),
        log(table.column("logindex")) {}
  int hash, block, time, from, to, value, symbol, token, contract_type, status, confirmed, log;
};

TablePlace tronscan_place(const TronscanColumns& columns, RowCells& row, const Table& table) {
  TablePlace out;
  out.row = table.row();
  out.transaction = row.hash(columns.hash);
  out.block = row.number_or_none(columns.block);
  out.time = row.time_or_none(columns.time);
  return out;
}

bool tronscan_done(const TronscanColumns& columns, const Table& table) {
  const std::string status = normal_name(table.cell(columns.status));
  return columns.status < 0 || status == "success" || status == "成功" || status == "true" || status == "1";
}

void read_tron_token(const TronscanColumns& columns, RowCells& row, const Table& table, Reading& out) {
  const TablePlace place = tronscan_place(columns, row, table);
  Movement movement =
      movement_at(place, Part::kToken, row.address_or_empty(columns.from), row.address_or_empty(columns.to));
  movement.log = row.number_or_none(columns.log);
  const std::string_view token = row.text(columns.token);
  const std::string word = normal_name(token);
  const bool coin = row.style() == Style::kTron && (word == "_" || word == "trx" ||
                                                    (word.empty() && normal_name(table.cell(columns.symbol)) == "trx"));
  if (!coin) {
    if (row.style() == Style::kTron && !canonical_address(Style::kTron, token))
      row.fault("TRC-10 by number or symbol only: " + std::string(token.empty() ? table.cell(columns.symbol) : token));
    movement.asset = row.address(columns.token);
    movement.decimal = row.decimal(columns.value);
  }
  const base::Uint256 amount = coin ? row.scaled(columns.value, 6) : base::Uint256();
  if (columns.confirmed >= 0 && !row.truth(columns.confirmed)) row.fault("unconfirmed");
  if (!row.end_row() || !tronscan_done(columns, table)) return;
  if (!coin) {
    out.movements.push_back(std::move(movement));
    return;
  }
  movement.part = Part::kNative;
  add_coin(out, std::move(movement), amount);
}

// Of transactions only transfers of TRX say all: a contract's call moves its value and, unseen, tokens.
void read_tron_transaction(const TronscanColumns& columns, RowCells& row, const Table& table, Reading& out) {
  const TablePlace place = tronscan_place(columns, row, table);
  const std::string from = row.address(columns.from), to = row.address_or_empty(columns.to);
  const std::string type = normal_name(row.text(columns.contract_type)), symbol(table.cell(columns.symbol));
  const bool coin = normal_name(symbol) == "trx" || symbol.empty();
  const bool moves = type == "transfercontract" || type == "triggersmartcontract" || type == "1" || type == "31";
  const bool done = tronscan_done(columns, table);
  const bool trc10 = type == "transferassetcontract" || type == "2";
  if (done && (trc10 || (moves && !coin))) row.fault("TRC-10 by symbol only: " + symbol);
  const base::Uint256 value = moves && coin ? row.scaled_or_zero(columns.value, 6) : base::Uint256();
  if (columns.confirmed >= 0 && !row.truth(columns.confirmed)) row.fault("unconfirmed");
  if (!row.end_row() || !done || !moves) return;
  if (to.empty() && !value.is_zero()) {
    row.fault("no receiver");
    row.end_row();
    return;
  }
  add_coin(out, movement_at(place, Part::kNative, from, to), value);
}
}  // namespace

bool is_tronscan(const Probe& probe) {
  const bool english = probe.has_any({"tx hash", "txhash", "hash"}) &&
                       probe.has_any({"blocktime(utc)", "blocktime (utc)"}) && probe.has_all({"from", "to"}) &&
                       probe.has_any({"value", "amount"});
  const bool chinese = probe.has_all({"交易哈希", "发送方", "接收方", "数量"});
  return (english || chinese) &&
         probe.has_any({"tokenaddress", "token address", "contracttype", "contract type", "代币地址"});
}

base::Status read_tronscan(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const TronscanColumns columns(table);
  // OKLink writes the same columns for EVM chains: the first row's addresses tell.
  bool evm = false;
  if (table.head().size() > 1 && columns.from >= 0 && static_cast<size_t>(columns.from) < table.head()[1].size())
    evm = trimmed(table.head()[1][static_cast<size_t>(columns.from)]).starts_with("0x");
  if (!settle_chain(options, evm ? "" : "tron", out)) return {};
  const bool tokens = columns.token >= 0;
  out.unknown.add({Unknown::kFee, Unknown::kOrder, Unknown::kInternal});
  if (columns.log < 0 || !tokens) out.unknown.add(Unknown::kLog);
  if (tokens) out.unknown.add(Unknown::kDecimals);
  if (columns.time < 0) out.unknown.add(Unknown::kTime);
  if (columns.block < 0) out.unknown.add(Unknown::kBlock);
  (void)probe;
  RowCells row(table, evm ? Style::kEvm : Style::kTron, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    if (tokens)
      read_tron_token(columns, row, table, out);
    else
      read_tron_transaction(columns, row, table, out);
  }
  return {};
}
}  // namespace jindo::exports
