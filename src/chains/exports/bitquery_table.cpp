// Bitquery's dumps as CSV or Parquet: transfers on EVM chains, Tron and Solana. Their JSON form has the same fields.
#include <algorithm>
#include <set>

#include "exports/account_rows.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
struct BitqueryColumns {
  explicit BitqueryColumns(const Table& table)
      : hash(table.column({"transaction_hash", "transaction_signature"})),
        block(table.column({"block_number", "block_height"})),
        time(table.column("block_time")),
        index(table.column({"transaction_index", "transfer_transactionindex"})),
        log(table.column({"log_index", "transfer_logindex"})),
        from(table.column({"transfer_sender", "transfer_sender_address"})),
        to(table.column({"transfer_receiver", "transfer_receiver_address"})),
        from_owner(table.column("transfer_sender_token_owner")),
        to_owner(table.column("transfer_receiver_token_owner")),
        amount(table.column("transfer_amount")),
        decimals(table.column("transfer_currency_decimals")),
        contract(table.column({"transfer_currency_smartcontract", "transfer_currency_mintaddress"})),
        native(table.column("transfer_currency_native")),
        fungible(table.column("transfer_currency_fungible")),
        id(table.column("transfer_id")),
        type(table.column("transfer_type")),
        fee(table.column({"transaction_fee", "fee_senderfee"})),
        payer(table.column("transaction_feepayer")),
        success(table.column({"transactionstatus_success", "transaction_result_success"})),
        moved(table.column("transfer_success")) {}
  int hash, block, time, index, log, from, to, from_owner, to_owner, amount, decimals, contract, native, fungible, id,
      type, fee, payer, success, moved;
};

std::string bitquery_chain(const Probe& probe) {
  if (probe.has("transaction_signature")) return "solana";
  return probe.has_any({"witness_address", "contract_type"}) ? "tron" : "";
}

void read_bitquery_row(const BitqueryColumns& columns, const Table& table, RowCells& row, std::set<std::string>& paid,
                       Reading& out) {
  TablePlace place;
  place.row = table.row();
  place.transaction = row.hash(columns.hash);
  place.block = row.number_or_none(columns.block);
  place.time = row.time_or_none(columns.time);
  place.index = row.small_or_none(columns.index);
  // On Solana a token account has an owner: who can spend.
  const auto side = [&](int owner, int account) {
    return row.address_or_empty(table.cell(owner).empty() ? account : owner);
  };
  const std::string from = side(columns.from_owner, columns.from), to = side(columns.to_owner, columns.to);
  const auto scale = row.small_or_none(columns.decimals);
  const base::Uint256 amount = row.scaled(columns.amount, static_cast<int>(std::min<uint32_t>(scale.value_or(0), 77)));
  const bool coin = row.truth(columns.native);
  std::string asset = coin ? "" : row.address(columns.contract);
  if (!coin && columns.fungible >= 0 && !row.truth(columns.fungible))
    asset += ":" + base::to_decimal(row.units(columns.id));
  // The payer: told, or the sender of the row that is the transaction itself.
  const bool itself = normal_name(table.cell(columns.type)) == "transaction";
  const std::string payer = columns.payer >= 0 ? row.address_or_empty(columns.payer) : itself ? from : "";
  const base::Uint256 fee = payer.empty() ? base::Uint256() : row.scaled_or_zero(columns.fee, coin_decimals(out));
  const bool done =
      (columns.success < 0 || row.truth(columns.success)) && (columns.moved < 0 || row.truth(columns.moved));
  const auto log = row.number_or_none(columns.log);
  if (!row.end_row()) return;
  if (payer.empty()) out.unknown.add(Unknown::kFee);
  if (!payer.empty() && paid.insert(place.transaction).second) add_fee(out, place, payer, fee);
  if (!done) return;
  Movement movement = movement_at(place, coin ? (itself ? Part::kNative : Part::kInternal) : Part::kToken, from, to);
  movement.log = log;
  if (coin) {
    add_coin(out, std::move(movement), amount);
    return;
  }
  movement.asset = asset;
  movement.amount = amount;
  out.movements.push_back(std::move(movement));
}
}  // namespace

bool is_bitquery(const Probe& probe) {
  return probe.has_all({"transfer_amount", "transfer_currency_decimals"}) &&
         probe.has_any({"transfer_sender", "transfer_sender_address"});
}

base::Status read_bitquery(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  const std::string told = bitquery_chain(probe);
  if (!settle_chain(options, told, out)) return {};
  if (told == "solana") out.coin = "SOL";
  if (told != "solana") out.unknown.add(Unknown::kInternal);
  const BitqueryColumns columns(table);
  RowCells row(table, style_of(out), out);
  std::set<std::string> paid;  // transactions whose fee is taken: each row of them has it
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    read_bitquery_row(columns, table, row, paid, out);
  }
}
}  // namespace jindo::exports
