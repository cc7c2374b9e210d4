// cryo's datasets (github paradigmxyz/cryo, crates/freeze/src/datasets): transactions, traces, geth_traces,
// erc20_transfers, erc721_transfers, logs. Keys are binary or 0x text; a 256-bit number comes in up to three columns,
// of which the f64 is never read. Blocks hold the times.
#include "exports/account_rows.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
// value_binary, else value_string, else what older versions had; never a double.
int exact_column(const Table& table, const std::string& name) {
  for (const char* suffix : {"_binary", "_string", "_str", "_decimal", ""}) {
    const int found = table.column(name + suffix);
    if (found >= 0 && table.kind(found) != CellKind::kDouble) return found;
  }
  return -1;
}

struct CryoColumns {
  explicit CryoColumns(const Table& table)
      : hash(table.column({"transaction_hash", "hash"})),
        block(table.column("block_number")),
        time(table.column({"timestamp", "block_timestamp"})),
        index(table.column({"transaction_index", "transaction_position"})),
        from(table.column({"action_from", "from_address"})),
        to(table.column({"action_to", "to_address"})),
        value(exact_column(table, table.column("action_value") >= 0 ? "action_value" : "value")),
        chain(table.column("chain_id")) {}
  TablePlace place(RowCells& row, const Table& table) const {
    TablePlace out;
    out.row = table.row();
    if (!table.cell(hash).empty()) out.transaction = row.hash(hash);
    out.block = row.number_or_none(block);
    out.time = row.time_or_none(time);
    out.index = row.small_or_none(index);
    return out;
  }
  int hash, block, time, index, from, to, value, chain;
};

void read_cryo_transaction(const CryoColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int success = table.column("success"), used = table.column("gas_used"), price = table.column("gas_price");
  const TablePlace place = columns.place(row, table);
  const std::string from = row.address(columns.from), to = row.address_or_empty(columns.to);
  const base::Uint256 value = row.units_or_zero(columns.value), fee = row.product(used, price);
  const bool done = success < 0 || row.truth(success);
  if (to.empty() && !value.is_zero() && done) row.fault("a contract's creation with value; its address is in traces");
  if (!row.end_row()) return;
  if (table.cell(used).empty()) out.unknown.add(Unknown::kFee);
  add_fee(out, place, from, fee);
  if (done) add_coin(out, movement_at(place, Part::kNative, from, to), value);
}

void read_cryo_trace(const CryoColumns& columns, const Table& table, RowCells& row, Reading& out, FailedCalls& failed) {
  const int type = table.column({"action_type", "typ"}), call = table.column("action_call_type");
  const int created = table.column("result_address"), path = table.column("trace_address");
  const int error = table.column("error");
  const TablePlace place = columns.place(row, table);
  const auto kind = call_kind(row.text(type), table.cell(call));
  const auto at = read_path(row.text(path));
  std::string from = row.address_or_empty(columns.from), to = row.address_or_empty(columns.to);
  if (to.empty()) to = row.address_or_empty(created);
  const base::Uint256 value = row.units_or_zero(columns.value);
  if (!kind) row.fault("a trace of type '" + std::string(table.cell(type)) + "'");
  if (!at) row.fault("trace_address '" + std::string(table.cell(path)) + "'");
  if (!row.end_row()) return;
  if (!table.cell(error).empty()) {
    failed.add(place.transaction, *at);
    return;
  }
  if (*kind == CallKind::kMovesNothing) return;
  // A reward's author stands in action_from.
  const bool mint = *kind == CallKind::kReward || *kind == CallKind::kGenesis;
  if (mint && to.empty()) std::swap(from, to);
  if (to.empty() && !value.is_zero()) {
    row.fault("a trace with value and without a receiver");
    row.end_row();
    return;
  }
  const Part part = place.transaction.empty() ? Part::kBlockLevel : at->empty() ? Part::kNative : Part::kInternal;
  Movement movement = movement_at(place, part, mint ? "" : from, to);
  if (!place.transaction.empty()) movement.path = *at;
  add_coin(out, std::move(movement), value);
}

void read_cryo_token(const CryoColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int id = exact_column(table, "token_id"), contract = table.column({"erc20", "erc721", "contract_address"});
  const TablePlace place = columns.place(row, table);
  Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
  movement.asset = row.address(contract);
  movement.log = row.number_or_none(table.column("log_index"));
  if (id >= 0) movement.asset += ":" + base::to_decimal(row.units(id));
  movement.amount = id >= 0 ? base::Uint256(1) : row.units(columns.value);
  if (row.end_row()) out.movements.push_back(std::move(movement));
}

void read_cryo_log(const CryoColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const TablePlace place = columns.place(row, table);
  const std::string contract = row.address(table.column({"address", "contract_address"}));
  const auto index = row.number_or_none(table.column("log_index"));
  const TokenLog log = read_token_log({{row.text(table.column("topic0")), row.text(table.column("topic1")),
                                        row.text(table.column("topic2")), row.text(table.column("topic3"))},
                                       row.text(table.column("data"))});
  if (log.kind == LogKind::kMalformed) row.fault("a Transfer whose topics and data are not a token's");
  if (!row.end_row() || log.kind == LogKind::kOther) return;
  add_token_log(out, place, log, contract, index);
}

enum class Dataset : uint8_t { kTransactions, kTraces, kTokens, kLogs, kNativeTransfers };
Dataset dataset_of(const Probe& probe) {
  if (probe.has("transfer_index")) return Dataset::kNativeTransfers;
  if (probe.has_any({"action_call_type", "action_type", "typ"})) return Dataset::kTraces;
  if (probe.has("topic0")) return Dataset::kLogs;
  if (probe.has_any({"erc20", "erc721"})) return Dataset::kTokens;
  return Dataset::kTransactions;
}
}  // namespace

bool is_cryo(const Probe& probe) {
  if (!probe.has("block_number") || !probe.has("transaction_hash")) return false;
  const bool value = probe.has_any({"value_binary", "value_string", "value_f64", "value_str", "value_float"});
  return value || probe.has("action_call_type") || probe.has_all({"typ", "trace_address"}) ||
         (probe.has_any({"erc20", "erc721"}) && probe.has("log_index")) || probe.has("transfer_index") ||
         (probe.has_all({"topic0", "log_index", "data"}) && probe.has_any({"address", "contract_address"}) &&
          !probe.has("block_timestamp"));
}

base::Status read_cryo(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const Dataset dataset = dataset_of(probe);
  const CryoColumns columns(table);
  if (dataset == Dataset::kNativeTransfers) {
    out.unknown = {Unknown::kTime, Unknown::kInternal};
    RowCells row(table, Style::kEvm, out);
    JINDO_TRY(const bool more, table.next());
    if (more && columns.chain >= 0) RowChain(options, out).take(table.cell(columns.chain), row);
    out.refuse_file("native_transfers holds delegatecalls and failed calls with no column to tell; use traces");
    return {};
  }
  if (columns.chain < 0 && !settle_chain(options, "", out)) return {};
  if (columns.time < 0) out.unknown.add(Unknown::kTime);
  if (columns.index < 0) out.unknown.add(Unknown::kOrder);
  if (dataset == Dataset::kTransactions) {
    out.unknown.add({Unknown::kInternal, Unknown::kLog});
    if (table.column("success") < 0) out.unknown.add(Unknown::kStatus);
  } else if (dataset == Dataset::kTraces) {
    out.unknown.add({Unknown::kFee, Unknown::kLog});
  } else {
    out.unknown.add({Unknown::kFee, Unknown::kInternal});
  }
  RowCells row(table, Style::kEvm, out);
  RowChain chain(options, out);
  FailedCalls failed;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    if (columns.chain >= 0 && !chain.take(table.cell(columns.chain), row)) {
      row.end_row();
    } else if (dataset == Dataset::kTraces) {
      read_cryo_trace(columns, table, row, out, failed);
    } else if (dataset == Dataset::kTransactions) {
      read_cryo_transaction(columns, table, row, out);
    } else if (dataset == Dataset::kLogs) {
      read_cryo_log(columns, table, row, out);
    } else {
      read_cryo_token(columns, table, row, out);
    }
  }
  failed.drop_from(out);
  return {};
}
}  // namespace jindo::exports
