// Etherscan and its sisters: ERC-20 transfers of an address, a token page's download, NFTs. And Ronin's explorer, which
// names tokens only.
#include "exports/decimals.h"
#include "exports/etherscan_columns.h"
#include "exports/file_chain.h"
#include "exports/table.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
constexpr uint64_t kTokenRowsMax = 5'000;

// "…/export-token-0xd10f….csv" -> the contract; "" where the name has none.
std::string contract_of_name(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  constexpr std::string_view kPrefix = "export-token-";
  const size_t at = name.find(kPrefix);
  if (at == std::string::npos) return "";
  return canonical_address(Style::kEvm, std::string_view(name).substr(at + kPrefix.size(), 42)).value_or("");
}

std::string digits_of(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out += c;
  return out;
}
}  // namespace

bool is_etherscan_erc20(const Probe& probe) {
  return probe.has_any({"txhash", "transaction hash"}) && probe.has_all({"from", "to", "tokensymbol"}) &&
         probe.has_any({"contractaddress", "tokenaddress"}) && !probe.has_any({"token id", "tokenid"}) &&
         (probe.has_any({"tokenvalue", "value"}) || probe.has_all({"value_in", "value_out"}));
}

base::Status read_etherscan_erc20(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  if (!settle_chain(options, "", out)) return {};
  const EtherscanColumns columns(table);
  const int contract = table.column({"contractaddress", "tokenaddress"});
  const int value = table.column({"tokenvalue", "value"});
  // Harmony's explorer: what came in and what went out in two columns; one of them is zero.
  const int in = table.column("value_in"), gone = table.column("value_out");
  out.unknown.add({Unknown::kOrder, Unknown::kLog, Unknown::kDecimals, Unknown::kFee, Unknown::kInternal});
  if (columns.block < 0) out.unknown.add(Unknown::kBlock);
  RowCells row(table, Style::kEvm, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = etherscan_place(columns, row, table);
    Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
    movement.asset = row.address(contract);
    movement.decimal = row.decimal(value >= 0 ? value : in);
    if (value < 0 && movement.decimal == "0") movement.decimal = row.decimal(gone);
    if (row.end_row()) out.movements.push_back(std::move(movement));
  }
  note_cut(table, kTokenRowsMax, out);
  return {};
}

bool is_etherscan_token_page(const Probe& probe) {
  return probe.has_any({"txhash", "transaction hash"}) && probe.has_all({"blockno", "from", "to", "quantity"}) &&
         !probe.has_any({"contractaddress", "token id", "tokenid", "tokensymbol"});
}

base::Status read_etherscan_token_page(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  if (!settle_chain(options, "", out)) return {};
  const EtherscanColumns columns(table);
  const int quantity = table.column("quantity");
  out.unknown.add({Unknown::kOrder, Unknown::kLog, Unknown::kDecimals, Unknown::kFee, Unknown::kInternal});
  std::string contract = canonical_address(Style::kEvm, options.contract).value_or("");
  if (contract.empty()) contract = contract_of_name(probe.path);
  if (contract.empty()) {
    out.unknown.add(Unknown::kContract);
    out.refuse_file("the token contract is in neither the file nor its name (export-token-0x….csv); give --contract");
    return {};
  }
  RowCells row(table, Style::kEvm, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = etherscan_place(columns, row, table);
    Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
    movement.asset = contract;
    movement.decimal = row.decimal(quantity);
    if (row.end_row()) out.movements.push_back(std::move(movement));
  }
  note_cut(table, kTokenRowsMax, out);
  return {};
}

bool is_etherscan_nft(const Probe& probe) {
  return probe.has_any({"txhash", "transaction hash"}) && probe.has_all({"from", "to", "contractaddress"}) &&
         probe.has_any({"token id", "tokenid"});
}

base::Status read_etherscan_nft(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  (void)probe;
  if (!settle_chain(options, "", out)) return {};
  const EtherscanColumns columns(table);
  const int contract = table.column("contractaddress"), id = table.column({"token id", "tokenid"});
  const int type = table.column({"type", "tokentype"}), quantity = table.column({"quantity", "tokenvalue", "value"});
  out.unknown.add({Unknown::kOrder, Unknown::kLog, Unknown::kFee, Unknown::kInternal});
  if (columns.block < 0) out.unknown.add(Unknown::kBlock);
  RowCells row(table, Style::kEvm, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = etherscan_place(columns, row, table);
    Movement movement = movement_at(place, Part::kToken, row.address(columns.from), row.address(columns.to));
    movement.asset = row.address(contract) + ":" + base::to_decimal(row.units(id));
    const std::string standard = digits_of(table.cell(type));
    const bool counted = quantity >= 0 && (standard == "1155" || !table.cell(quantity).empty());
    movement.amount = counted ? row.units(quantity) : base::Uint256(1);
    if (!standard.empty() && standard != "721" && standard != "1155" && standard != "404")
      row.fault("type '" + std::string(table.cell(type)) + "'; expected 721 or 1155");
    if (row.end_row()) out.movements.push_back(std::move(movement));
  }
  note_cut(table, kTokenRowsMax, out);
  return {};
}

bool is_ronin(const Probe& probe) {
  return probe.has_all({"txhash", "blockno", "from", "to", "token / collectibles", "value in", "value out"});
}

// A row's token is a name: the coin's is RON; others need a contract from the user (--assets), else the row is refused
// whole, with its fee: From is the token's sender, the payer only by luck.
base::Status read_ronin(const Probe& probe, Table& table, const ReadOptions& options, Reading& out) {
  if (!settle_chain(options, "ronin", out)) return {};
  const EtherscanColumns columns(table);
  const int token = table.column("token / collectibles"), in = table.column("value in");
  const int gone = table.column("value out"), fee = fee_column(probe.header), status = table.column("status");
  out.unknown.add({Unknown::kOrder, Unknown::kLog, Unknown::kInternal});
  RowCells row(table, Style::kEvm, out);
  for (;;) {
    JINDO_TRY(const bool more, table.next());
    if (!more) break;
    const TablePlace place = etherscan_place(columns, row, table);
    const std::string from = row.address(columns.from), to = row.address_or_empty(columns.to);
    const std::string name(row.text(token)), word = normal_name(name);
    const bool coin = word.empty() || word == "ron" || word == "ronin";
    const auto mapped = options.tokens.find(name);
    const int side = row.decimal(in) == "0" ? gone : in;
    const std::string amount = row.decimal(side);
    if (!coin && mapped == options.tokens.end()) {
      out.unknown.add(Unknown::kContract);
      row.fault("token by name only: " + name);
    }
    // Ten digits behind the point are all that this explorer writes: the rest of the amount may be cut.
    const std::string_view written = table.cell(side);
    const size_t point = written.find('.');
    const bool cut = point != std::string_view::npos && written.size() - point - 1 >= 10 && written.back() != '0';
    const base::Uint256 paid = coin ? row.scaled_or_zero(fee, 18) : base::Uint256();
    const bool done = status < 0 || row.truth(status);
    const Scaled scaled = coin ? scale_amount(amount, 18) : Scaled();
    if (coin && scaled.fault != ScaleFault::kNone) row.fault(fault_text(scaled.fault, amount, 18));
    if (!row.end_row()) continue;
    if (coin) add_fee(out, place, from, paid);
    if (!done || from == to) continue;
    if (cut) out.unknown.add(Unknown::kAmount);
    Movement movement = movement_at(place, coin ? Part::kNative : Part::kToken, from, to);
    if (coin) {
      add_coin(out, std::move(movement), scaled.amount);
      continue;
    }
    out.unknown.add(Unknown::kDecimals);
    movement.asset = mapped->second;
    movement.decimal = amount;
    out.movements.push_back(std::move(movement));
  }
  return {};
}
}  // namespace jindo::exports
