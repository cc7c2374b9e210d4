// Tables of analysts' tools on account chains: Arkham, GraphSense's dashboard, Solscan.
#include "exports/account_rows.h"
#include "exports/chain_names.h"
#include "exports/decimals.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
// Arkham's unitValue is a double in whole units: of 15 digits it is what the double was made from, of more it need not.
constexpr size_t kExactDigits = 15;

void read_arkham_row(const Table& table, RowCells& row, Reading& out) {
  const int unit = table.column("unitvalue"), scale = table.column("tokendecimals"), id = table.column("tokenid");
  TablePlace place;
  place.row = table.row();
  place.transaction = row.hash(table.column("transactionhash"));
  place.block = row.number_or_none(table.column("blocknumber"));
  place.time = row.time_or_none(table.column("blocktimestamp"));
  const std::string from = row.address_or_empty(table.column("fromaddress"));
  const std::string to = row.address_or_empty(table.column("toaddress"));
  std::string asset = row.address_or_empty(table.column("tokenaddress"));
  if (!table.cell(id).empty()) asset += ":" + base::to_decimal(row.units(id));
  const std::string value = plain_decimal(row.text(unit)).value_or("");
  if (value.empty()) row.fault("unitValue '" + std::string(table.cell(unit)) + "' is no amount");
  const size_t digits = significant_digits(value);
  if (digits > kExactDigits)
    row.fault("unitValue of " + std::to_string(digits) + " digits is a rounded double: " + value);
  const auto told = row.small_or_none(scale);
  if (!told && !asset.empty()) row.fault("no tokenDecimals");
  const int decimals =
      static_cast<int>(std::min<uint32_t>(told.value_or(static_cast<uint32_t>(coin_decimals(out))), 77));
  const Scaled amount = scale_amount(value.empty() ? "0" : value, decimals);
  if (amount.fault != ScaleFault::kNone) row.fault(fault_text(amount.fault, value, decimals));
  if (!row.end_row()) return;
  const bool inner = normal_name(table.cell(table.column("type"))) == "internal";
  Movement movement = movement_at(place,
                                  !asset.empty() ? Part::kToken
                                  : inner        ? Part::kInternal
                                                 : Part::kNative,
                                  from, to);
  if (asset.empty()) {
    add_coin(out, std::move(movement), amount.amount);
    return;
  }
  movement.asset = asset;
  movement.amount = amount.amount;
  out.movements.push_back(std::move(movement));
}

// GraphSense's Currency column: the coins of the account chains that it has, and of the UTXO chains.
std::string graphsense_chain(std::string_view currency) {
  const std::string word = normal_name(currency);
  if (word == "eth") return "ethereum";
  if (word == "trx") return "tron";
  return "";
}
bool is_utxo_coin(std::string_view currency) {
  const std::string word = normal_name(currency);
  return word == "btc" || word == "bch" || word == "ltc" || word == "zec" || word == "bsv" || word == "doge";
}
// The file's chain: its coin where a row has it, else the form of its addresses.
std::string graphsense_chain_of(const Table& table, int currency, int sender) {
  for (size_t i = 1; i < table.head().size(); ++i) {
    const auto& cells = table.head()[i];
    if (static_cast<size_t>(currency) >= cells.size()) continue;
    const std::string chain = graphsense_chain(cells[static_cast<size_t>(currency)]);
    if (!chain.empty()) return chain;
  }
  if (table.head().size() < 2 || static_cast<size_t>(sender) >= table.head()[1].size()) return "";
  const std::string_view address = trimmed(table.head()[1][static_cast<size_t>(sender)]);
  return address.starts_with("0x") ? "ethereum" : address.starts_with("T") ? "tron" : "";
}

struct GraphsenseColumns {
  explicit GraphsenseColumns(const Table& table)
      : hash(table.column({"tx_hash", "tx hash"})),
        token(table.column("token_tx_id")),
        value(table.column("value_raw")),
        currency(table.column("currency")),
        block(table.column("height")),
        time(table.column("timestamp_utc")),
        from(table.column("sending_address")),
        to(table.column("receiving_address")) {}
  int hash, token, value, currency, block, time, from, to;
};

void read_graphsense_row(const GraphsenseColumns& columns, const Table& table, RowCells& row,
                         const ReadOptions& options, Reading& out) {
  TablePlace place;
  place.row = table.row();
  const std::string currency(row.text(columns.currency));
  if (is_utxo_coin(currency)) {
    row.fault("a row of " + currency + " is one input or output: no movement");
    row.end_row();
    return;
  }
  place.transaction = row.hash(columns.hash);
  place.block = row.number_or_none(columns.block);
  place.time = row.time_or_none(columns.time);
  const std::string from = row.address_or_empty(columns.from);
  std::string_view digits = row.text(columns.value);
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  const Scaled amount = scale_amount(digits, 0);
  if (amount.fault != ScaleFault::kNone)
    row.fault("Value_raw '" + std::string(digits) + "' is no amount in base units");
  const bool coin = graphsense_chain(currency) == out.chain;
  // The fee's row: below zero, to a word (fee, Gebühr, frais …) that is no address.
  const bool fee = negative && coin && !canonical_address(row.style(), table.cell(columns.to));
  const std::string to = fee ? "" : row.address_or_empty(columns.to);
  std::string asset;
  if (!coin) {
    const auto mapped = options.tokens.find(currency);
    if (mapped == options.tokens.end()) {
      out.unknown.add(Unknown::kContract);
      row.fault("token by ticker only: " + currency);
    } else {
      asset = mapped->second;
    }
  }
  if (!row.end_row()) return;
  if (fee) {
    add_fee(out, place, from, amount.amount);
    return;
  }
  Movement movement = movement_at(place, coin ? Part::kNative : Part::kToken, from, to);
  if (coin) {
    add_coin(out, std::move(movement), amount.amount);
    return;
  }
  movement.asset = asset;
  movement.amount = amount.amount;
  movement.log = row.number_or_none(columns.token);
  if (row.end_row()) out.movements.push_back(std::move(movement));
}

// Solscan's word for the coin, and wrapped SOL, a token of its own.
constexpr std::string_view kSolanaCoin = "So11111111111111111111111111111111111111111";

void read_solscan_row(const Table& table, RowCells& row, Reading& out) {
  TablePlace place;
  place.row = table.row();
  place.transaction = row.hash(table.column("signature"));
  place.time = row.time_or_none(table.column({"block time", "human time"}));
  const int action_column = table.column("action");
  std::string action = normal_name(row.text(action_column));
  for (const std::string_view prefix : {"activity_spl_", "activity_token_", "spl_", "activity_"})
    if (action.starts_with(prefix)) action.erase(0, prefix.size());
  const bool mint = action.starts_with("mint"), burn = action.starts_with("burn");
  const bool moves = mint || burn || action == "transfer" || action == "transferchecked" ||
                     action == "create_account" || action == "close_account" || action == "transfer_with_fee" ||
                     action.empty();
  if (!moves) row.fault("action '" + std::string(table.cell(action_column)) + "'");
  const std::string from = mint ? "" : row.address_or_empty(table.column("from"));
  const std::string to = burn ? "" : row.address_or_empty(table.column("to"));
  const base::Uint256 amount = row.units(table.column("amount"));
  const std::string asset = row.address_or_empty(table.column("token address"));
  if (!row.end_row()) return;
  const bool coin = asset.empty() || asset == kSolanaCoin;
  Movement movement = movement_at(place, coin ? Part::kNative : Part::kToken, from, to);
  if (coin) {
    add_coin(out, std::move(movement), amount);
    return;
  }
  movement.asset = asset;
  movement.amount = amount;
  out.movements.push_back(std::move(movement));
}
}  // namespace

bool is_arkham(const Probe& probe) {
  return probe.has_all({"transactionhash", "fromaddress", "toaddress", "unitvalue", "chain"});
}

base::Status read_arkham(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  out.unknown.add({Unknown::kOrder, Unknown::kLog, Unknown::kFee, Unknown::kInternal});
  RowCells row(table, Style::kEvm, out);
  RowChain chain(options, out);
  const int chain_column = table.column("chain");
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    if (chain.take(table.cell(chain_column), row))
      read_arkham_row(table, row, out);
    else
      row.end_row();
  }
}

bool is_graphsense(const Probe& probe) {
  return probe.has_all({"value_raw", "currency", "height"}) && probe.has_any({"tx_hash", "tx hash"});
}

base::Status read_graphsense(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  const GraphsenseColumns columns(table);
  out.unknown.add({Unknown::kOrder, Unknown::kInternal});
  const bool utxo = table.head().size() > 1 && static_cast<size_t>(columns.currency) < table.head()[1].size() &&
                    is_utxo_coin(table.head()[1][static_cast<size_t>(columns.currency)]);
  if (utxo || columns.from < 0 || columns.to < 0) {
    out.unknown = {Unknown::kOrder, Unknown::kCounterparty};
    out.chain = utxo ? chain_by_any_name(table.head()[1][static_cast<size_t>(columns.currency)]) : options.chain;
    out.refuse_file("rows of a UTXO chain are made of inputs and outputs: no movements");
    return {};
  }
  if (!settle_chain(options, graphsense_chain_of(table, columns.currency, columns.from), out)) return {};
  RowCells row(table, style_of(out), out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    read_graphsense_row(columns, table, row, options, out);
  }
}

bool is_solscan(const Probe& probe) {
  return probe.has_all({"signature", "from", "to", "amount", "token address"}) &&
         probe.has_any({"block time", "human time"});
}

base::Status read_solscan(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  if (!settle_chain(options, "solana", out)) return {};
  out.coin = "SOL";
  // The parties are token accounts in some rows and their owners in others: who owns them is not told.
  out.unknown.add({Unknown::kBlock, Unknown::kOrder, Unknown::kFee, Unknown::kCounterparty});
  RowCells row(table, Style::kSolana, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    read_solscan_row(table, row, out);
  }
}
}  // namespace jindo::exports
