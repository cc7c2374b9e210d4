// TrueBlocks' chifra as CSV: traces, transactions, logs, statements. Its transfers show one holder with signed amounts
// and no other side: no movement.
#include "exports/account_rows.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
constexpr std::string_view kChifraCoin = "0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";

struct ChifraColumns {
  explicit ChifraColumns(const Table& table)
      : hash(table.column({"transactionhash", "hash"})),
        block(table.column("blocknumber")),
        time(table.column({"timestamp", "date"})),
        index(table.column("transactionindex")) {}
  TablePlace place(RowCells& row, const Table& table) const {
    TablePlace out;
    out.row = table.row();
    if (hash >= 0) out.transaction = row.hash(hash);
    out.block = row.number_or_none(block);
    out.time = row.time_or_none(time);
    out.index = row.small_or_none(index);
    return out;
  }
  int hash, block, time, index;
};

// One transaction's traces come in pre-order and, in most versions, without their trace address.
class ChifraTraces {
 public:
  ChifraTraces(const Table& table, RowCells& row, Reading& out)
      : table_(table),
        row_(row),
        out_(out),
        columns_(table),
        from_(table.column("action::from")),
        to_(table.column("action::to")),
        value_(table.column("action::value")),
        type_(table.column("type")),
        call_(table.column("action::calltype")),
        error_(table.column("error")),
        path_(table.column("traceaddress")),
        self_(table.column("action::selfdestructed")),
        refund_(table.column("action::refundaddress")),
        balance_(table.column("action::balance")),
        created_(table.column("result::address")) {}
  void read_row();
  void finish() { failed_.drop_from(out_); }

 private:
  const Table& table_;
  RowCells& row_;
  Reading& out_;
  ChifraColumns columns_;
  int from_, to_, value_, type_, call_, error_, path_, self_, refund_, balance_, created_;
  std::string transaction_;  // of the rows before: block and index, or the hash
  bool after_error_ = false;
  bool whole_failed_ = false;
  FailedCalls failed_;
};

void ChifraTraces::read_row() {
  const TablePlace place = columns_.place(row_, table_);
  const std::string key = std::string(table_.cell(columns_.block)) + "." + std::string(table_.cell(columns_.index)) +
                          "." + place.transaction;
  const bool first = key != transaction_;
  if (first) {
    transaction_ = key;
    after_error_ = whole_failed_ = false;
  }
  const auto kind = call_kind(row_.text(type_), table_.cell(call_));
  const auto at = path_ < 0 ? std::nullopt : read_path(row_.text(path_));
  const bool fails = !row_.text(error_).empty();
  if (!kind) row_.fault("a trace of type '" + std::string(table_.cell(type_ < 0 ? call_ : type_)) + "'");
  std::string from, to;
  base::Uint256 value;
  if (kind == CallKind::kSelfDestruct) {
    from = row_.address_or_empty(self_ >= 0 && !table_.cell(self_).empty() ? self_ : from_);
    to = row_.address_or_empty(refund_ >= 0 && !table_.cell(refund_).empty() ? refund_ : to_);
    value = row_.units_or_zero(balance_ >= 0 && !table_.cell(balance_).empty() ? balance_ : value_);
    if (from == kZeroAddress)
      row_.fault("a self-destruct row: the sender is left out (from is the zero address, no mint)");
  } else {
    from = row_.address_or_empty(from_);
    to = row_.address_or_empty(to_);
    if (to.empty() || (to == kZeroAddress && kind == CallKind::kCreate)) to = row_.address_or_empty(created_);
    value = row_.units_or_zero(value_);
  }
  const bool moves = kind && *kind != CallKind::kMovesNothing && !fails && !whole_failed_ && !value.is_zero();
  if (moves && after_error_ && !at)
    row_.fault("behind a failed call of its transaction, without a trace address: it may have failed with it");
  if (fails && first) whole_failed_ = true;
  if (fails) after_error_ = true;
  if (!row_.end_row()) return;
  if (fails && at) failed_.add(place.transaction, *at);
  if (!moves) return;
  const bool reward = *kind == CallKind::kReward;
  const Part part = reward ? Part::kBlockLevel : (at ? at->empty() : first) ? Part::kNative : Part::kInternal;
  Movement movement = movement_at(place, part, reward ? "" : from, to);
  if (at) movement.path = *at;
  add_coin(out_, std::move(movement), value);
}

void read_chifra_transaction(const ChifraColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const int from_column = table.column("from"), to_column = table.column("to"), value = table.column("value");
  const int cost = table.column("gascost"), error = table.column("iserror");
  const TablePlace place = columns.place(row, table);
  const std::string from = row.address(from_column), to = row.address_or_empty(to_column);
  const base::Uint256 amount = row.units_or_zero(value), fee = row.units_or_zero(cost);
  const bool done = !row.truth(error);
  if (done && !amount.is_zero() && (to.empty() || to == "0x0"))
    row.fault("a contract's creation with value; its address is in traces");
  if (!row.end_row()) return;
  add_fee(out, place, from, fee);
  if (done) add_coin(out, movement_at(place, Part::kNative, from, to), amount);
}

void read_chifra_log(const ChifraColumns& columns, const Table& table, RowCells& row, Reading& out) {
  const TablePlace place = columns.place(row, table);
  const std::string contract = row.address(table.column("address"));
  const auto index = row.number_or_none(table.column("logindex"));
  const TokenLog log = read_token_log({{row.text(table.column("topic0")), row.text(table.column("topic1")),
                                        row.text(table.column("topic2")), row.text(table.column("topic3"))},
                                       row.text(table.column("data"))});
  if (log.kind == LogKind::kMalformed) row.fault("a Transfer whose topics and data are not a token's");
  if (row.end_row() && log.kind != LogKind::kOther) add_token_log(out, place, log, contract, index);
}

// A statement reconciles one address and one asset of one transaction: what came in and went out to sender and
// recipient has both sides; sums of inner calls and self-destructs have one only.
void read_chifra_statement(const ChifraColumns& columns, const Table& table, RowCells& row, bool whole_units,
                           Reading& out) {
  const auto amount = [&](const char* name, int decimals) {
    return row.scaled_or_zero(table.column(name), whole_units ? decimals : 0);
  };
  const TablePlace place = columns.place(row, table);
  const std::string asset = row.address(table.column({"asset", "assetaddress"}));
  const bool coin = asset == kChifraCoin;
  const auto told = row.small_or_none(table.column("decimals"));
  const int decimals = coin ? coin_decimals(out) : static_cast<int>(std::min<uint32_t>(told.value_or(0), 77));
  const std::string holder = row.address(table.column("accountedfor"));
  const std::string sender = row.address_or_empty(table.column("sender"));
  const std::string recipient = row.address_or_empty(table.column("recipient"));
  const base::Uint256 in = amount("amountin", decimals), gone = amount("amountout", decimals);
  const base::Uint256 prefund = amount("prefundin", decimals), gas = amount("gasout", 18);
  const base::Uint256 mined = amount("minerbaserewardin", decimals), nephew = amount("minernephewrewardin", decimals);
  const base::Uint256 uncle = amount("minerunclerewardin", decimals);
  base::Uint256 one_sided;
  bool too_large = false;
  for (const char* name : {"internalin", "internalout", "selfdestructin", "selfdestructout", "minertxfeein"})
    too_large |= base::add_overflows(one_sided, amount(name, decimals), one_sided);
  if (too_large) row.fault("amounts that are together beyond 2^256");
  const auto log = row.number_or_none(table.column("logindex"));
  if (!row.end_row()) return;
  add_fee(out, place, holder, gas);
  for (const base::Uint256& minted : {prefund, mined, nephew, uncle})
    add_coin(out, movement_at(place, Part::kBlockLevel, "", holder), minted);
  for (const base::Uint256& moved : {in, gone}) {
    if (moved.is_zero()) continue;
    Movement movement = movement_at(place, coin ? Part::kNative : Part::kToken, sender, recipient);
    if (!coin) {
      movement.asset = asset;
      movement.log = log;
    }
    movement.amount = moved;
    out.movements.push_back(std::move(movement));
  }
  if (!one_sided.is_zero()) {
    out.unknown.add(Unknown::kCounterparty);
    out.refuse_row(place.row, "internalIn, internalOut, selfDestruct and miner's fees: sums without their other side");
  }
}

// Whether amounts are in whole units (--ether): somewhere stands a point. The table is read twice for it.
base::Result<bool> has_whole_units(Table& table) {
  bool out = false;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    for (const char* name : {"amountin", "amountout", "begbal", "endbal", "amountnet", "gasout", "internalin"})
      out = out || table.cell(table.column(name)).find('.') != std::string_view::npos;
    out = out || (table.cell(table.column({"symbol", "assetsymbol"})) == "ETH");
  }
  JINDO_DO(table.use_header(0));
  return out;
}
}  // namespace

bool is_trueblocks(const Probe& probe) {
  return probe.has("blocknumber") &&
         (probe.has_all({"action::from", "action::value"}) || probe.has_all({"gascost", "iserror", "from"}) ||
          probe.has_all({"topic0", "logindex", "transactionindex"}) || probe.has_all({"accountedfor", "asset"}) ||
          probe.has_all({"holder", "asset", "amount"}));
}

base::Status read_trueblocks(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const ChifraColumns columns(table);
  if (probe.has("holder") && !probe.has("accountedfor")) {
    out.unknown = {Unknown::kCounterparty, Unknown::kTransaction, Unknown::kTime};
    settle_chain(options, "", out);
    out.refuse_file("one holder with signed amounts and no counterparty: no movement");
    return {};
  }
  if (!settle_chain(options, "", out)) return {};
  const bool traces = probe.has("action::from"), statements = probe.has("accountedfor"), logs = probe.has("topic0");
  if (columns.hash < 0) out.unknown.add({Unknown::kTransaction, Unknown::kOrder});
  if (columns.index < 0) out.unknown.add(Unknown::kOrder);
  if (columns.time < 0) out.unknown.add(Unknown::kTime);
  if (traces) out.unknown.add({Unknown::kFee, Unknown::kLog});
  if (logs) out.unknown.add({Unknown::kFee, Unknown::kInternal});
  if (statements) out.unknown.add(Unknown::kInternal);
  if (!traces && !logs && !statements) out.unknown.add({Unknown::kInternal, Unknown::kLog});
  bool whole_units = false;
  if (statements) {
    JINDO_TRY(whole_units, has_whole_units(table));
  }
  RowCells row(table, Style::kEvm, out);
  ChifraTraces trace_rows(table, row, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    if (traces)
      trace_rows.read_row();
    else if (logs)
      read_chifra_log(columns, table, row, out);
    else if (statements)
      read_chifra_statement(columns, table, row, whole_units, out);
    else
      read_chifra_transaction(columns, table, row, out);
  }
  trace_rows.finish();
  return {};
}
}  // namespace jindo::exports
