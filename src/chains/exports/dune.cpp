// Dune's results as CSV: tokens.transfers, erc20 Transfer event tables, raw transactions, traces and logs of its EVM
// chains. A BI table on top of them (Metabase and the like) is recognised, and refused: a column map reads it.
#include "exports/account_rows.h"
#include "exports/file_chain.h"
#include "exports/moment.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
struct DuneColumns {
  explicit DuneColumns(const Table& table)
      : hash(table.column({"evt_tx_hash", "tx_hash", "hash"})),
        block(table.column({"evt_block_number", "block_number"})),
        time(table.column({"evt_block_time", "block_time"})),
        index(table.column({"evt_tx_index", "tx_index"})),
        log(table.column("evt_index")),
        from(table.column("from")),
        to(table.column("to")),
        chain(table.column({"blockchain", "chain"})),
        contract(table.column("contract_address")) {}
  TablePlace place(RowCells& row, const Table& table) const {
    TablePlace out;
    out.row = table.row();
    if (!table.cell(hash).empty()) out.transaction = row.hash(hash);
    out.block = row.number_or_none(block);
    out.time = row.time_or_none(time);
    out.index = row.small_or_none(index);
    return out;
  }
  int hash, block, time, index, log, from, to, chain, contract;
};

// tokens.transfers: the coin by trace address, tokens by event index.
void read_dune_transfer(const DuneColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int standard = table.column("token_standard"), path = table.column("trace_address");
  const int id = table.column("token_id"), amount = table.column("amount_raw");
  const TablePlace place = columns.place(row, table);
  const std::string from = row.address_or_empty(columns.from), to = row.address_or_empty(columns.to);
  const base::Uint256 value = row.units(amount);
  if (normal_name(row.text(standard)) == "native") {
    const auto at = read_path(row.text(path));
    if (!at) row.fault("trace_address '" + std::string(table.cell(path)) + "'");
    if (!row.end_row()) return;
    Movement movement = movement_at(place, at->empty() ? Part::kNative : Part::kInternal, from, to);
    movement.path = *at;
    add_coin(out, std::move(movement), value);
    return;
  }
  Movement movement = movement_at(place, Part::kToken, from, to);
  movement.asset = row.address(columns.contract);
  if (!table.cell(id).empty()) movement.asset += ":" + base::to_decimal(row.units(id));
  movement.log = row.number_or_none(columns.log);
  movement.amount = value;
  if (row.end_row()) out.movements.push_back(std::move(movement));
}

// erc20_ethereum.evt_Transfer and its like; of NFTs with the id in tokenId or id.
void read_dune_event(const DuneColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int value = table.column({"value", "amount", "wad", "_value"}),
            id = table.column({"tokenid", "id", "_tokenid"});
  const TablePlace place = columns.place(row, table);
  Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
  movement.asset = row.address(columns.contract);
  if (id >= 0) movement.asset += ":" + base::to_decimal(row.units(id));
  movement.amount = value >= 0 ? row.units(value) : base::Uint256(1);
  movement.log = row.number_or_none(columns.log);
  if (row.end_row()) out.movements.push_back(std::move(movement));
}

void read_dune_transaction(const DuneColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int value = table.column("value"), used = table.column("gas_used"), price = table.column("gas_price");
  const int success = table.column("success"), l1 = table.column("l1_fee");
  TablePlace place = columns.place(row, table);
  place.index = row.small_or_none(table.column("index"));
  const std::string from = row.address(columns.from), to = row.address_or_empty(columns.to);
  const base::Uint256 amount = row.units_or_zero(value);
  base::Uint256 fee = row.product(used, price);
  if (base::add_overflows(fee, row.units_or_zero(l1), fee)) row.fault("a fee beyond 2^256");
  const bool done = row.truth(success);
  if (to.empty() && done && !amount.is_zero()) row.fault("a contract's creation with value; its address is in traces");
  if (!row.end_row()) return;
  if (table.cell(used).empty() || table.cell(price).empty()) out.unknown.add(Unknown::kFee);
  add_fee(out, place, from, fee);
  if (done) add_coin(out, movement_at(place, Part::kNative, from, to), amount);
}

void read_dune_trace(const DuneColumns& columns, const Table& table, RowCells& row, Reading& out, FailedCalls& failed) {
  const int type = table.column("type"), call = table.column("call_type"), path = table.column("trace_address");
  const int success = table.column("success"), whole = table.column("tx_success"), value = table.column("value");
  const int self = table.column("address"), refund = table.column("refund_address");
  const TablePlace place = columns.place(row, table);
  const auto kind = call_kind(row.text(type), table.cell(call));
  const auto at = read_path(row.text(path));
  if (!kind) row.fault("a trace of type '" + std::string(table.cell(type)) + "'");
  if (!at) row.fault("trace_address '" + std::string(table.cell(path)) + "'");
  std::string from = row.address_or_empty(columns.from), to = row.address_or_empty(columns.to);
  if (kind == CallKind::kSelfDestruct) {
    if (from.empty()) from = row.address_or_empty(self);
    if (to.empty()) to = row.address_or_empty(refund);
  } else if (to.empty()) {
    to = row.address_or_empty(self);  // what a creation made
  }
  const base::Uint256 amount = row.units_or_zero(value);
  const bool fails =
      (!table.cell(success).empty() && !row.truth(success)) || (!table.cell(whole).empty() && !row.truth(whole));
  if (!row.end_row()) return;
  if (fails && !place.transaction.empty()) failed.add(place.transaction, *at);
  if (fails || *kind == CallKind::kMovesNothing) return;
  const bool mint = *kind == CallKind::kReward || *kind == CallKind::kGenesis;
  const Part part = place.transaction.empty() ? Part::kBlockLevel : at->empty() ? Part::kNative : Part::kInternal;
  Movement movement = movement_at(place, part, mint ? "" : from, to);
  if (!place.transaction.empty()) movement.path = *at;
  add_coin(out, std::move(movement), amount);
}

void read_dune_log(const DuneColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const TablePlace place = columns.place(row, table);
  const std::string contract = row.address(columns.contract);
  const auto index = row.number_or_none(table.column("index"));
  const TokenLog log = read_token_log({{row.text(table.column("topic0")), row.text(table.column("topic1")),
                                        row.text(table.column("topic2")), row.text(table.column("topic3"))},
                                       row.text(table.column("data"))});
  if (log.kind == LogKind::kMalformed) row.fault("a Transfer whose topics and data are not a token's");
  if (!row.end_row() || log.kind == LogKind::kOther) return;
  add_token_log(out, place, log, contract, index);
}

enum class DuneTable : uint8_t { kTransfers, kEvents, kTransactions, kTraces, kLogs, kOther };
DuneTable dune_table(const Probe& probe) {
  if (probe.has_all({"amount_raw", "token_standard", "from", "to"})) return DuneTable::kTransfers;
  if (probe.has_all({"evt_tx_hash", "contract_address", "from", "to"})) return DuneTable::kEvents;
  if (probe.has_all({"topic0", "tx_hash", "contract_address", "data"})) return DuneTable::kLogs;
  if (probe.has_all({"trace_address", "tx_hash", "type"})) return DuneTable::kTraces;
  if (probe.has_all({"hash", "success", "from", "to", "value"})) return DuneTable::kTransactions;
  return DuneTable::kOther;
}

// A BI table: refused with all that it lacks.
void refuse_bi_table(const DuneColumns& columns, Table& table, Reading& out) {
  out.unknown.add({Unknown::kOrder, Unknown::kFee, Unknown::kInternal, Unknown::kLog, Unknown::kFilter});
  if (columns.chain < 0) out.unknown.add(Unknown::kChain);
  bool seconds = columns.time >= 0;
  if (table.head().size() > 1 && columns.time >= 0 && static_cast<size_t>(columns.time) < table.head()[1].size()) {
    const auto time = read_moment(table.head()[1][static_cast<size_t>(columns.time)]);
    seconds = time && time->to_the_second;
    if (!time || !time->has_zone) out.unknown.add(Unknown::kTimeZone);
  }
  if (!seconds) out.unknown.add(Unknown::kTime);
  out.refuse_file(std::string("not Dune's header: no asset, no unit, no trace or log column") +
                  (seconds ? "" : ", times without seconds") + "; write a column map and give it with --columns");
}

void dune_unknown(DuneTable kind, const DuneColumns& columns, Reading& out) {
  out.unknown.add(Unknown::kFilter);
  if (columns.time < 0) out.unknown.add(Unknown::kTime);
  if (kind == DuneTable::kTransactions) {
    out.unknown.add({Unknown::kInternal, Unknown::kLog});
    return;
  }
  out.unknown.add(Unknown::kFee);
  if (kind == DuneTable::kTraces) out.unknown.add(Unknown::kLog);
  if (kind == DuneTable::kEvents || kind == DuneTable::kLogs) out.unknown.add(Unknown::kInternal);
  if (columns.log < 0 && (kind == DuneTable::kEvents || kind == DuneTable::kTransfers)) out.unknown.add(Unknown::kLog);
  const bool ordered = columns.index >= 0 || kind == DuneTable::kEvents || kind == DuneTable::kLogs;
  if (!ordered) out.unknown.add(Unknown::kOrder);
}
}  // namespace

bool is_dune(const Probe& probe) {
  if (dune_table(probe) != DuneTable::kOther)
    return probe.has_any({"block_time", "evt_block_time", "block_date", "block_number", "evt_block_number"});
  return probe.has_all({"block_time", "tx_hash", "from", "to", "value"});
}

base::Status read_dune(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const DuneTable kind = dune_table(probe);
  const DuneColumns columns(table);
  if (kind == DuneTable::kOther) {
    out.chain = options.chain;
    refuse_bi_table(columns, table, out);
    return {};
  }
  if (columns.chain < 0 && !settle_chain(options, "", out)) return {};
  dune_unknown(kind, columns, out);
  RowCells row(table, style_of(out), out);
  RowChain chain(options, out);
  FailedCalls failed;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    if (columns.chain >= 0 && !chain.take(table.cell(columns.chain), row)) {
      row.end_row();
    } else if (kind == DuneTable::kTransfers) {
      read_dune_transfer(columns, table, row, out);
    } else if (kind == DuneTable::kEvents) {
      read_dune_event(columns, table, row, out);
    } else if (kind == DuneTable::kTransactions) {
      read_dune_transaction(columns, table, row, out);
    } else if (kind == DuneTable::kTraces) {
      read_dune_trace(columns, table, row, out, failed);
    } else {
      read_dune_log(columns, table, row, out);
    }
  }
  failed.drop_from(out);
  return {};
}
}  // namespace jindo::exports
