// Warehouses' Ethereum tables with the columns of ethereum-etl: BigQuery's crypto_ethereum (CSV, Parquet), and the
// public blockchain data of AWS, whose values are doubles.
#include "exports/account_rows.h"
#include "exports/decimals.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
// The largest number up to which every whole number is a double.
constexpr uint64_t kDoubleMax = uint64_t{1} << 53;

struct EtlColumns {
  explicit EtlColumns(const Table& table)
      : hash(table.column({"transaction_hash", "hash"})),
        block(table.column("block_number")),
        time(table.column("block_timestamp")),
        index(table.column("transaction_index")),
        from(table.column("from_address")),
        to(table.column("to_address")),
        value(table.column("value")) {}
  TablePlace place(RowCells& row, const Table& table) const {
    TablePlace out;
    out.row = table.row();
    if (!table.cell(hash).empty()) out.transaction = row.hash(hash);
    out.block = row.number_or_none(block);
    out.time = row.time_or_none(time);
    out.index = row.small_or_none(index);
    return out;
  }
  int hash, block, time, index, from, to, value;
};

// Values that are doubles: whole below 2^53, else nothing in the file is the exact amount.
class EtlValue {
 public:
  explicit EtlValue(const Table& table, int column)
      : column_(column), is_double_(table.kind(column) == CellKind::kDouble) {}
  base::Uint256 read(RowCells& row) {
    if (!is_double_) return row.units_or_zero(column_);
    const Scaled scaled = scale_amount(row.text(column_), 0);
    inexact_ = inexact_ || scaled.fault != ScaleFault::kNone || scaled.amount > base::Uint256(kDoubleMax);
    return scaled.amount;
  }
  // True: the file is refused.
  bool refuses(Reading& out) const {
    if (!inexact_) return false;
    out.refuse_file("value is a double above 2^53: not the exact amount; join logs.data");
    out.unknown = {Unknown::kAmount, Unknown::kChain};
    return true;
  }

 private:
  int column_;
  bool is_double_;
  bool inexact_ = false;
};

base::Status read_etl_token_transfers(Table& table, RowCells& row, Reading& out) {
  const EtlColumns columns(table);
  EtlValue value(table, columns.value);
  const int token = table.column("token_address"), log = table.column("log_index");
  out.unknown.add({Unknown::kFee, Unknown::kInternal});
  if (log < 0) out.unknown.add({Unknown::kOrder, Unknown::kLog});
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    const TablePlace place = columns.place(row, table);
    Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
    movement.asset = row.address(token);
    movement.log = row.number_or_none(log);
    if (row.text(columns.value).empty()) row.fault("no value");
    movement.amount = value.read(row);
    if (value.refuses(out)) return {};
    if (row.end_row()) out.movements.push_back(std::move(movement));
  }
}

base::Status read_etl_transactions(Table& table, RowCells& row, Reading& out) {
  const EtlColumns columns(table);
  EtlValue value(table, columns.value);
  const int status = table.column("receipt_status"), used = table.column("receipt_gas_used");
  const int price = table.column({"receipt_effective_gas_price", "gas_price"}), older_price = table.column("gas_price");
  const int created = table.column("receipt_contract_address");
  const int l1_fee = table.column("receipt_l1_fee");  // of L2 datasets
  const int blob_used = table.column("receipt_blob_gas_used"), blob_price = table.column("receipt_blob_gas_price");
  out.unknown.add({Unknown::kInternal, Unknown::kLog});
  if (columns.index < 0) out.unknown.add(Unknown::kOrder);
  if (status < 0) out.unknown.add(Unknown::kStatus);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    const TablePlace place = columns.place(row, table);
    const std::string from = row.address(columns.from);
    std::string to = row.address_or_empty(columns.to);
    if (to.empty()) to = row.address_or_empty(created);
    const base::Uint256 amount = value.read(row);
    if (value.refuses(out)) return {};
    base::Uint256 fee = row.product(used, table.cell(price).empty() ? older_price : price);
    const base::Uint256 blob = row.product(blob_used, blob_price);
    const bool too_large = base::add_overflows(fee, blob, fee);
    if (base::add_overflows(fee, row.units_or_zero(l1_fee), fee) || too_large) row.fault("a fee beyond 2^256");
    // Before Byzantium (block 4,370,000) there is no status: a root stands instead, and such rows are taken.
    const bool done = status < 0 || row.text(status).empty() || row.truth(status);
    const bool fee_known = !table.cell(used).empty() && !table.cell(price).empty();
    if (!row.end_row()) continue;
    if (!fee_known) out.unknown.add(Unknown::kFee);
    add_fee(out, place, from, fee);
    if (done) add_coin(out, movement_at(place, Part::kNative, from, to), amount);
  }
}

base::Status read_etl_traces(Table& table, RowCells& row, Reading& out) {
  const EtlColumns columns(table);
  EtlValue value(table, columns.value);
  const int type = table.column("trace_type"), call = table.column("call_type"), path = table.column("trace_address");
  const int status = table.column("status"), error = table.column("error");
  out.unknown.add({Unknown::kFee, Unknown::kLog});
  if (columns.index < 0) out.unknown.add(Unknown::kOrder);
  FailedCalls failed;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = columns.place(row, table);
    const std::string from = row.address_or_empty(columns.from), to = row.address_or_empty(columns.to);
    const base::Uint256 amount = value.read(row);
    if (value.refuses(out)) return {};
    const auto kind = call_kind(row.text(type), table.cell(call));
    const auto at = read_path(row.text(path));
    if (!kind) row.fault("trace_type '" + std::string(table.cell(type)) + "'");
    if (!at) row.fault("trace_address '" + std::string(table.cell(path)) + "'");
    const bool fails = !table.cell(error).empty() || (status >= 0 && !table.cell(status).empty() && !row.truth(status));
    if (!row.end_row()) continue;
    if (fails && !place.transaction.empty()) failed.add(place.transaction, *at);
    if (fails || *kind == CallKind::kMovesNothing) continue;
    const bool mint = *kind == CallKind::kReward || *kind == CallKind::kGenesis;
    const Part part = place.transaction.empty() ? Part::kBlockLevel : at->empty() ? Part::kNative : Part::kInternal;
    Movement movement = movement_at(place, part, mint ? "" : from, to);
    if (!place.transaction.empty()) movement.path = *at;
    add_coin(out, std::move(movement), amount);
  }
  failed.drop_from(out);
  return {};
}

// Topics are a list: JSON in Parquet, "0x…,0x…" or "['0x…' '0x…']" in CSV.
std::vector<std::string> topics_of(std::string_view cell) {
  std::vector<std::string> out;
  for (size_t at = cell.find("0x"); at != std::string_view::npos && out.size() < 5; at = cell.find("0x", at + 2)) {
    const size_t end = std::min(cell.find_first_not_of("0123456789abcdefABCDEF", at + 2), cell.size());
    out.emplace_back(cell.substr(at, end - at));
  }
  return out;
}

base::Status read_etl_logs(Table& table, RowCells& row, Reading& out) {
  const EtlColumns columns(table);
  const int log = table.column("log_index"), contract = table.column("address");
  const int topics = table.column("topics"), data = table.column("data");
  out.unknown.add({Unknown::kFee, Unknown::kInternal});
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    const TablePlace place = columns.place(row, table);
    const std::vector<std::string> words = topics_of(row.text(topics));
    LogTopics parts;
    for (size_t i = 0; i < 4 && i < words.size(); ++i) parts.topics[i] = words[i];
    parts.data = row.text(data);
    const TokenLog token = read_token_log(parts);
    const std::string asset = row.address(contract);
    const auto index = row.number_or_none(log);
    if (token.kind == LogKind::kMalformed) row.fault("a Transfer whose topics and data are not a token's");
    if (!row.end_row() || token.kind == LogKind::kOther) continue;
    add_token_log(out, place, token, asset, index);
  }
}

base::Status read_etl(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  if (!settle_chain(options, "", out)) return {};
  RowCells row(table, Style::kEvm, out);
  if (probe.has("trace_type")) return read_etl_traces(table, row, out);
  if (probe.has("token_address")) return read_etl_token_transfers(table, row, out);
  if (probe.has("topics")) return read_etl_logs(table, row, out);
  if (probe.has("receipt_gas_used")) return read_etl_transactions(table, row, out);
  out.refuse_file("blocks and contracts move nothing; give traces, transactions, token_transfers or logs");
  return {};
}

bool has_etl_columns(const Probe& probe) {
  if (!probe.has_all({"block_timestamp", "block_number"})) return false;
  return probe.has_all({"trace_address", "trace_type"}) || probe.has_all({"token_address", "log_index", "value"}) ||
         probe.has_all({"hash", "from_address", "receipt_gas_used"}) || probe.has_all({"log_index", "topics", "data"});
}
}  // namespace

bool is_bigquery_ethereum(const Probe& probe) { return has_etl_columns(probe) && !probe.has("last_modified"); }
bool is_aws_ethereum(const Probe& probe) { return has_etl_columns(probe) && probe.has("last_modified"); }

base::Status read_bigquery_ethereum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  return read_etl(probe, table, options, out);
}
base::Status read_aws_ethereum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  return read_etl(probe, table, options, out);
}
}  // namespace jindo::exports
