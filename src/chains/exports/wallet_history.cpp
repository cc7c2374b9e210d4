// Histories that wallets write: Electrum, Sparrow. They name transactions and no counterparties: nothing moves, the
// transactions go on the watch list.
#include "exports/exchange_record.h"
#include "exports/identifiers.h"
#include "exports/json_readers.h"
#include "exports/record_fields.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
using base::Status;

struct WalletRow {
  std::string_view transaction, time;
  bool unconfirmed = false;
};

void take_wallet_row(const WalletRow& row, uint64_t number, Reading& out) {
  if (row.unconfirmed) {
    out.refuse_row(number, "unconfirmed");
    return;
  }
  const auto transaction = plain_hash(row.transaction);
  if (!transaction) {
    out.refuse_row(number, "no transaction identifier of 64 hexadecimal digits");
    return;
  }
  bool zoned = false;
  out.watched.push_back({number, *transaction, exchange_time(row.time, zoned)});
}
}  // namespace

bool recognises_electrum(const Probe& probe) {
  if (probe.has_all({"oc_transaction_hash", "amount_chain_bc"})) return true;
  // The oldest form has common names only: any other side in the table makes it another's.
  return probe.has_all({"transaction_hash", "label", "timestamp"}) && probe.has_any({"value", "amount_chain_bc"}) &&
         !probe.has_any(
             {"block_number", "from", "to", "from_address", "to_address", "sender", "receiver", "recipient"});
}

Status read_electrum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  out.chain = options.chain;
  out.unknown.add(UnknownSet{Unknown::kCounterparty, Unknown::kOrder, Unknown::kBlock, Unknown::kTimeZone});
  const int hash = table.column({"oc_transaction_hash", "transaction_hash"});
  const int lightning = table.column("ln_payment_hash"), confirmations = table.column("confirmations");
  const int time = table.column("timestamp");
  uint64_t off_chain = 0;
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    WalletRow row{table.cell(hash), table.cell(time)};
    if (row.transaction.empty() && !table.cell(lightning).empty()) {
      ++off_chain;
      continue;
    }
    row.unconfirmed =
        (confirmations >= 0 && read_count(table.cell(confirmations)).value_or(0) == 0) || row.time.empty();
    take_wallet_row(row, table.row(), out);
  }
  if (off_chain != 0)
    out.notes.push_back(std::to_string(off_chain) + " payments over Lightning: no transaction of the chain");
  if (probe.has("value") && !probe.has("amount_chain_bc")) out.notes.emplace_back("amounts are not read");
  return {};
}

bool recognises_sparrow(const Probe& probe) {
  return probe.has("txid") && probe.has("label") && (probe.has("date (utc)") || probe.has("date")) &&
         (probe.has("balance") || probe.has("balance (btc)") || probe.has("balance (sats)"));
}

Status read_sparrow(const Probe&, Table& table, const ReadOptions& options, Reading& out) {
  out.chain = options.chain;
  out.unknown.add(UnknownSet{Unknown::kCounterparty, Unknown::kOrder, Unknown::kBlock});
  if (table.column("date (utc)") < 0) out.unknown.add(Unknown::kTimeZone);
  const int hash = table.column("txid"), time = table.column({"date (utc)", "date"});
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) return {};
    WalletRow row{table.cell(hash), table.cell(time)};
    if (row.transaction.empty() && row.time.substr(0, 1) == "#") continue;  // the file's own remark
    row.unconfirmed = row.time == "Unconfirmed" || row.time.empty();
    take_wallet_row(row, table.row(), out);
  }
}

}  // namespace jindo::exports
