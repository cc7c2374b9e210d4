// Blockscout's CSV exports of an address: transactions, inner calls, token transfers, logs; the advanced filter's; a
// token's transfers. Columns: its own modules under apps/explorer/lib/explorer/chain/csv_export, all versions.
#include "exports/account_rows.h"
#include "exports/decimals.h"
#include "exports/etherscan_columns.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
constexpr uint64_t kBlockscoutRowsMax = 10'000;

struct ScoutColumns {
  explicit ScoutColumns(const Table& table)
      : hash(table.column("txhash")),
        block(table.column("blocknumber")),
        time(table.column({"unixtimestamp", "utctimestamp", "timestamp"})),
        from(table.column("fromaddress")),
        to(table.column("toaddress")),
        created(table.column({"contractaddress", "createdcontractaddress"})),
        value(table.column("value")),
        error(table.column("errcode")),
        status(table.column("status")),
        type(table.column("type")) {}
  TablePlace place(RowCells& row, const Table& table) const {
    TablePlace out;
    out.row = table.row();
    out.transaction = row.hash(hash);
    out.block = row.number_or_none(block);
    out.time = row.time_or_none(time);
    return out;
  }
  int hash, block, time, from, to, created, value, error, status, type;
};

// "ok", "error"; a number in old versions. Without the column: by the error's text.
bool scout_done(const ScoutColumns& columns, const Table& table) {
  const std::string status = normal_name(table.cell(columns.status));
  if (columns.status < 0 || status.empty()) return table.cell(columns.error).empty();
  return status == "ok" || status == "1" || status == "success";
}

void read_scout_transactions(const ScoutColumns& columns, Table& table, RowCells& row, Reading& out) {
  const int fee = table.column("fee");
  const TablePlace place = columns.place(row, table);
  const std::string from = row.address(columns.from);
  std::string to = row.address_or_empty(columns.to);
  if (to.empty()) to = row.address_or_empty(columns.created);
  const base::Uint256 value = row.units_or_zero(columns.value);
  // "Max of N": the fee is not settled in Blockscout's tables.
  const bool fee_open = normal_name(row.text(fee)).starts_with("max of");
  const base::Uint256 paid = fee_open ? base::Uint256() : row.units_or_zero(fee);
  if (!row.end_row()) return;
  if (fee_open || table.cell(fee).empty()) out.unknown.add(Unknown::kFee);
  add_fee(out, place, from, paid);
  if (scout_done(columns, table)) add_coin(out, movement_at(place, Part::kNative, from, to), value);
}

void read_scout_internal(const ScoutColumns& columns, Table& table, RowCells& row, Reading& out) {
  const int index = table.column("index"), call_type = table.column("calltype");
  // Versions with BlockIndex write the two the wrong way round: TxIndex holds the call's place in the block.
  const int swapped = table.column("blockindex");
  const int position = swapped >= 0 ? swapped : table.column({"txindex", "transactionindex"});
  TablePlace place = columns.place(row, table);
  place.index = row.small_or_none(position);
  const auto at = row.small_or_none(index);
  const std::string from = row.address_or_empty(columns.from);
  std::string to = row.address_or_empty(columns.to);
  if (to.empty()) to = row.address_or_empty(columns.created);
  const base::Uint256 value = row.units_or_zero(columns.value);
  const auto kind = call_kind(row.text(columns.type), table.cell(call_type));
  if (!kind) row.fault("type '" + std::string(table.cell(columns.type)) + "' of an inner call");
  if (!row.end_row() || !table.cell(columns.error).empty() || *kind == CallKind::kMovesNothing) return;
  if (!place.index) out.unknown.add(Unknown::kOrder);
  const bool reward = *kind == CallKind::kReward;
  Movement movement = movement_at(place, reward ? Part::kBlockLevel : Part::kInternal, reward ? "" : from, to);
  if (at && !reward) movement.path = {*at};
  add_coin(out, std::move(movement), value);
}

void read_scout_tokens(const ScoutColumns& columns, Table& table, RowCells& row, Reading& out) {
  const int contract = table.column("tokencontractaddress"), id = table.column({"tokenid", "tokenids"});
  const int amount = table.column({"tokenstransferred", "tokenstransfered"});
  const TablePlace place = columns.place(row, table);
  Movement movement =
      movement_at(place, Part::kToken, row.address_or_empty(columns.from), row.address_or_empty(columns.to));
  movement.asset = row.address(contract);
  if (!table.cell(id).empty()) movement.asset += ":" + base::to_decimal(row.units(id));
  if (row.text(amount).empty() && table.cell(id).empty())
    row.fault("no amount: an NFT whose id the file does not tell");
  else
    movement.amount = table.cell(amount).empty() ? base::Uint256(1) : row.units(amount);
  if (row.end_row() && scout_done(columns, table)) out.movements.push_back(std::move(movement));
}

// Rows of transactions, inner calls and tokens in one list. A row of coins does not say which of the first two it is,
// nor whether it failed; its fee is the transaction's or only the call's share: none is taken.
void read_scout_filter(const ScoutColumns& columns, Table& table, RowCells& row, Reading& out) {
  const int contract = table.column("tokencontractaddresshash"), id = table.column("tokenid");
  const int decimals = table.column("tokendecimals"), amount = table.column("tokenvalue");
  const TablePlace place = columns.place(row, table);
  const std::string from = row.address_or_empty(columns.from);
  std::string to = row.address_or_empty(columns.to);
  if (to.empty()) to = row.address_or_empty(columns.created);
  if (row.text(contract).empty()) {
    const base::Uint256 value = row.units_or_zero(columns.value);
    if (row.end_row()) add_coin(out, movement_at(place, Part::kInternal, from, to), value);
    return;
  }
  Movement movement = movement_at(place, Part::kToken, from, to);
  movement.asset = row.address(contract);
  if (!row.text(id).empty()) movement.asset += ":" + base::to_decimal(row.units(id));
  const auto scale = row.small_or_none(decimals);
  constexpr size_t kQuotientDigits = 28;  // Elixir's Decimal rounds a quotient to these
  if (table.cell(amount).empty() && !table.cell(id).empty())
    movement.amount = base::Uint256(1);
  else if (significant_digits(plain_decimal(table.cell(amount)).value_or("")) >= kQuotientDigits)
    row.fault("TokenValue of 28 digits is a rounded quotient: " + std::string(table.cell(amount)));
  else
    movement.amount = row.scaled(amount, scale && *scale <= 77 ? static_cast<int>(*scale) : 0);
  if (row.end_row()) out.movements.push_back(std::move(movement));
}

void read_scout_log(const ScoutColumns& columns, Table& table, RowCells& row, Reading& out) {
  const TablePlace place = columns.place(row, table);
  const int index = table.column("index");
  const auto log_index = row.number_or_none(index);
  const std::string contract = row.address(columns.created);
  const LogTopics topics = {{row.text(table.column("firsttopic")), row.text(table.column("secondtopic")),
                             row.text(table.column("thirdtopic")), row.text(table.column("fourthtopic"))},
                            row.text(table.column("data"))};
  const TokenLog log = read_token_log(topics);
  if (log.kind == LogKind::kMalformed) row.fault("a Transfer whose topics and data are not a token's");
  if (!row.end_row() || log.kind == LogKind::kOther) return;
  add_token_log(out, place, log, contract, log_index);
}

using ScoutRow = void (*)(const ScoutColumns&, Table&, RowCells&, Reading&);
ScoutRow scout_kind(const Probe& probe, Reading& out) {
  if (probe.has("firsttopic")) {
    out.unknown = {Unknown::kOrder, Unknown::kFee, Unknown::kInternal, Unknown::kTime};
    return read_scout_log;
  }
  if (probe.has("tokencontractaddresshash")) {
    out.unknown = {Unknown::kOrder, Unknown::kLog, Unknown::kFee, Unknown::kStatus, Unknown::kFilter};
    return read_scout_filter;
  }
  if (probe.has("tokencontractaddress")) {
    out.unknown = {Unknown::kOrder, Unknown::kLog, Unknown::kFee, Unknown::kInternal};
    return read_scout_tokens;
  }
  if (probe.has("calltype")) {
    out.unknown = {Unknown::kFee};
    return read_scout_internal;
  }
  out.unknown = {Unknown::kOrder, Unknown::kInternal};
  return read_scout_transactions;
}
}  // namespace

bool is_blockscout(const Probe& probe) {
  if (!probe.has_all({"txhash", "blocknumber"})) return false;
  if (probe.has_all({"fromaddress", "toaddress"}) && probe.has_any({"unixtimestamp", "utctimestamp", "timestamp"}))
    return probe.has_any({"value", "tokenstransferred", "tokenstransfered"});
  return probe.has_all({"index", "contractaddress", "firsttopic", "data"});
}

base::Status read_blockscout(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const ScoutRow read_row = scout_kind(probe, out);
  if (!settle_chain(options, "", out)) return {};
  const ScoutColumns columns(table);
  RowCells row(table, Style::kEvm, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    read_row(columns, table, row, out);
  }
  note_cut(table, kBlockscoutRowsMax, out);
  return {};
}
}  // namespace jindo::exports
