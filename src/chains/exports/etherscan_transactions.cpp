// Etherscan and its sisters: an address's transactions, its inner calls, validators' withdrawals.
#include "exports/chain_names.h"
#include "exports/decimals.h"
#include "exports/etherscan_columns.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
constexpr uint64_t kEtherscanRowsMax = 5'000;

// The chain by the number that Routescan's files carry, else by the coin of the header.
bool settle_etherscan(const Probe& probe, const Table& table, const ReadOptions& options, Reading& out) {
  const int number = table.column({"chainid", "chain id"});
  if (number >= 0 && table.head().size() > 1 && static_cast<size_t>(number) < table.head()[1].size()) {
    const std::string chain = chain_by_any_name(table.head()[1][static_cast<size_t>(number)]);
    if (!chain.empty()) return settle_chain(options, chain, out);
  }
  return settle_chain_by_coin(options, coin_of_header(probe.header, probe.written_header, "value_in"), out);
}

enum class Outcome : uint8_t { kDone, kFailed, kUnclear };
// A transaction's Status: "" or a word for success; "Error(0)" and the like for failure.
Outcome outcome_of(std::string_view status, std::string_view error) {
  const std::string word = normal_name(status);
  if (word.starts_with("error") || word.starts_with("fail") || word.starts_with("revert")) return Outcome::kFailed;
  if (!error.empty() && normal_name(error) != "none" && error != "0") return Outcome::kFailed;
  if (word.empty() || word == "success" || word == "ok" || word == "1" || word == "0x1" || word == "true")
    return Outcome::kDone;
  return word == "0x0" || word == "false" ? Outcome::kFailed : Outcome::kUnclear;
}

struct TransactionColumns {
  explicit TransactionColumns(const Probe& probe, const Table& table)
      : base(table),
        contract(table.column("contractaddress")),
        in(column_with_prefix(probe.header, "value_in")),
        out(column_with_prefix(probe.header, "value_out")),
        fee(fee_column(probe.header)),
        status(table.column("status")),
        error(table.column("errcode")) {}
  EtherscanColumns base;
  int contract, in, out, fee, status, error;
};

// A block's reward or the genesis: "GENESIS_0x…" from "GENESIS" is a mint of block 0 without a transaction.
bool is_genesis(std::string_view hash) { return normal_name(hash).starts_with("genesis"); }

void read_transaction(const TransactionColumns& columns, RowCells& row, const Table& table, int decimals,
                      Reading& out) {
  const bool genesis = is_genesis(table.cell(columns.base.hash));
  TablePlace place;
  place.row = table.row();
  if (!genesis) place = etherscan_place(columns.base, row, table);
  if (genesis) {
    place.block = row.number_or_none(columns.base.block);
    place.time = row.time_or_none(columns.base.time);
  }
  const std::string from = genesis ? "" : row.address(columns.base.from);
  std::string to = row.address_or_empty(columns.base.to);
  if (to.empty()) to = row.address_or_empty(columns.contract);
  const base::Uint256 in = row.scaled_or_zero(columns.in, decimals), gone = row.scaled_or_zero(columns.out, decimals);
  const base::Uint256 fee = columns.fee < 0 || genesis ? base::Uint256() : row.scaled_or_zero(columns.fee, decimals);
  base::Uint256 value;
  if (base::add_overflows(in, gone, value)) row.fault("Value_IN and Value_OUT together are beyond 2^256");
  const Outcome outcome = outcome_of(columns.status < 0 ? "" : row.text(columns.status), table.cell(columns.error));
  if (outcome == Outcome::kUnclear)
    row.fault("status '" + std::string(table.cell(columns.status)) + "'; expected success or Error(n)");
  if (to.empty() && !value.is_zero() && outcome == Outcome::kDone) row.fault("neither To nor ContractAddress");
  if (!row.end_row()) return;
  add_fee(out, place, from, fee);
  if (outcome == Outcome::kFailed || from == to) return;
  add_coin(out, movement_at(place, genesis ? Part::kBlockLevel : Part::kNative, from, to), value);
}
}  // namespace

bool is_etherscan_transactions(const Probe& probe) {
  return probe.has_any({"txhash", "transaction hash"}) && probe.has_all({"blockno", "from", "to"}) &&
         column_with_prefix(probe.header, "value_in") >= 0 && column_with_prefix(probe.header, "value_out") >= 0 &&
         fee_column(probe.header) >= 0 && !probe.has("parenttxfrom");
}

base::Status read_etherscan_transactions(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  if (!settle_etherscan(probe, table, options, out)) return {};
  const TransactionColumns columns(probe, table);
  out.unknown.add({Unknown::kOrder, Unknown::kInternal});
  if (columns.status < 0) out.unknown.add(Unknown::kStatus);
  RowCells row(table, style_of(out), out);
  const int decimals = coin_decimals(out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    read_transaction(columns, row, table, decimals, out);
  }
  note_cut(table, kEtherscanRowsMax, out);
  return {};
}

bool is_etherscan_internal(const Probe& probe) {
  return probe.has_any({"txhash", "transaction hash"}) && probe.has_all({"blockno", "parenttxfrom", "from", "txto"}) &&
         column_with_prefix(probe.header, "value_in") >= 0;
}

base::Status read_etherscan_internal(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  if (!settle_etherscan(probe, table, options, out)) return {};
  const TransactionColumns columns(probe, table);
  const int to = table.column("txto"), type = table.column("type");
  out.unknown.add({Unknown::kOrder, Unknown::kFee});
  RowCells row(table, style_of(out), out);
  const int decimals = coin_decimals(out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = etherscan_place(columns.base, row, table);
    const std::string from = row.address(columns.base.from);
    std::string target = row.address_or_empty(to);
    if (target.empty()) target = row.address_or_empty(columns.contract);
    const base::Uint256 in = row.scaled_or_zero(columns.in, decimals), gone = row.scaled_or_zero(columns.out, decimals);
    base::Uint256 value;
    if (base::add_overflows(in, gone, value)) row.fault("Value_IN and Value_OUT together are beyond 2^256");
    const std::string status = normal_name(row.text(columns.status));
    const bool done = (status == "0" || status.empty() || status == "success") && table.cell(columns.error).empty();
    const auto kind = call_kind(table.cell(type), "");
    if (!kind && !table.cell(type).empty()) row.fault("type '" + std::string(table.cell(type)) + "' of an inner call");
    if (target.empty() && done && !value.is_zero()) row.fault("neither TxTo nor ContractAddress");
    if (!row.end_row() || !done || (kind && *kind == CallKind::kMovesNothing)) continue;
    add_coin(out, movement_at(place, Part::kInternal, from, target), value);
  }
  note_cut(table, kEtherscanRowsMax, out);
  return {};
}

bool is_etherscan_withdrawals(const Probe& probe) {
  return probe.has_all({"index", "blockno", "unixtimestamp", "validator index", "recipient", "value"});
}

base::Status read_etherscan_withdrawals(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  const int block = table.column("blockno"), time = table.column("unixtimestamp");
  const int recipient = table.column("recipient"), value = table.column("value");
  if (!settle_chain(options, "", out)) return {};
  RowCells row(table, style_of(out), out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    TablePlace place;
    place.row = table.row();
    place.block = row.number_or_none(block);
    place.time = row.time_or_none(time);
    const std::string to = row.address(recipient);
    // "0.017 ETH": the coin stands behind the amount.
    const std::string_view cell = row.text(value);
    const size_t blank = cell.find(' ');
    const std::string coin = blank == std::string_view::npos ? "eth" : normal_name(cell.substr(blank + 1));
    const Scaled amount = scale_amount(cell.substr(0, blank), coin_decimals(out));
    if (amount.fault != ScaleFault::kNone) row.fault(fault_text(amount.fault, cell, coin_decimals(out)));
    if (coin != "eth") row.fault("a withdrawal in " + coin);
    if (row.end_row()) add_coin(out, movement_at(place, Part::kBlockLevel, "", to), amount.amount);
  }
  note_cut(table, kEtherscanRowsMax, out);
  return {};
}
}  // namespace jindo::exports
