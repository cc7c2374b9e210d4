// A table by a column map: each row gives a movement, a fee, both, or a refusal that names the column.
#include <algorithm>

#include "exports/account_rows.h"
#include "exports/chain_names.h"
#include "exports/column_map.h"
#include "exports/decimals.h"
#include "exports/file_chain.h"
#include "exports/moment.h"
#include "exports/opened_file.h"
#include "exports/table.h"
#include "exports/table_parquet.h"
#include "exports/workbook.h"

namespace jindo::exports {
namespace {
using Field = ColumnMap::Field;

class MappedRows {
 public:
  MappedRows(const ColumnMap& map, Table& table, const ReadOptions& options, Reading& out)
      : map_(map), table_(table), options_(options), out_(out), row_(table, Style::kEvm, out), chain_(options, out) {}
  base::Status read();

 private:
  base::Status find_columns();
  void note_unknown();
  int column(Field field) const { return columns_[static_cast<size_t>(field)]; }
  std::string_view cell(Field field);  // of the column, or the constant
  std::string address(Field field);
  std::optional<std::string> asset();  // "" the coin; nullopt: a fault is noted
  std::optional<int64_t> time();
  std::string amount_text(Field field, const AmountForm& form);
  void read_row();
  void add_amount(const TablePlace& place, const std::string& from, const std::string& to, const std::string& asset,
                  Part part);

  const ColumnMap& map_;
  Table& table_;
  const ReadOptions& options_;
  Reading& out_;
  RowCells row_;
  RowChain chain_;
  std::vector<int> columns_;
  std::string zone_offset_;
};

base::Status MappedRows::find_columns() {
  for (const std::string& name : map_.columns) {
    columns_.push_back(name.empty() ? -1 : table_.column(normal_name(name)));
    if (name.empty() || columns_.back() >= 0) continue;
    std::string header;
    for (const std::string& known : table_.written_header())
      header += (header.empty() ? "" : ", ") + known.substr(0, 40);
    return base::bad_input(table_.place() + ": column '" + name +
                           "' of the map is not in the header: " + header.substr(0, 400));
  }
  for (const auto& [field, word] : {std::pair(Field::kFrom, "from"), std::pair(Field::kTo, "to")}) {
    if (column(Field::kAmount) >= 0 && column(field) < 0 && map_.constants.count(field) == 0)
      return base::bad_input(table_.place() + ": the map names no '" + word + "', as a column or a constant");
  }
  return {};
}

void MappedRows::note_unknown() {
  const auto lacks = [&](Field field, Unknown what) {
    if (column(field) < 0 && map_.constants.count(field) == 0) out_.unknown.add(what);
  };
  lacks(Field::kTransaction, Unknown::kTransaction);
  lacks(Field::kBlock, Unknown::kBlock);
  lacks(Field::kTime, Unknown::kTime);
  lacks(Field::kIndex, Unknown::kOrder);
  lacks(Field::kLog, Unknown::kLog);
  lacks(Field::kFrom, Unknown::kCounterparty);
  lacks(Field::kTo, Unknown::kCounterparty);
  const bool fee_rows = std::any_of(map_.kinds.begin(), map_.kinds.end(),
                                    [](const auto& entry) { return entry.second == ColumnMap::Kind::kFee; });
  if (!fee_rows) lacks(Field::kFee, Unknown::kFee);
  const bool inner = std::any_of(map_.kinds.begin(), map_.kinds.end(),
                                 [](const auto& entry) { return entry.second == ColumnMap::Kind::kInternal; });
  if (!inner) out_.unknown.add(Unknown::kInternal);
}

std::string_view MappedRows::cell(Field field) {
  if (const auto constant = map_.constants.find(field); constant != map_.constants.end()) return constant->second;
  return column(field) < 0 ? std::string_view() : row_.text(column(field));
}

std::string MappedRows::address(Field field) {
  const std::string_view text = cell(field);
  if (text.empty()) return "";
  if (const chain::Network* network = network_of(out_.chain); network != nullptr) {
    // Written by hand, perhaps: a wrong checksum is a wrong address.
    const auto key = chain::parse_address(*network, text);
    if (!key.ok()) {
      row_.fault("'" + std::string(text.substr(0, 80)) + "': " + key.error().message);
      return "";
    }
  }
  const auto canonical = canonical_address(row_.style(), text);
  if (!canonical) row_.fault("'" + std::string(text.substr(0, 80)) + "' is no address of " + out_.chain);
  return canonical.value_or("");
}

std::optional<std::string> MappedRows::asset() {
  const std::string name(cell(Field::kAsset));
  const auto mapped = map_.assets.find(name);
  const std::string word = mapped == map_.assets.end() ? name : mapped->second;
  const chain::Network* network = network_of(out_.chain);
  if (word.empty() || word == "coin") return "";
  if (network != nullptr && mapped == map_.assets.end() && normal_name(word) == normal_name(network->native) &&
      column(Field::kAsset) < 0)
    return "";
  if (const auto contract = canonical_address(row_.style(), word)) return *contract;
  if (const auto known = options_.tokens.find(name); known != options_.tokens.end()) return known->second;
  out_.unknown.add(Unknown::kContract);
  row_.fault("asset '" + name.substr(0, 80) + "' is neither a contract nor named under 'assets' of the map");
  return std::nullopt;
}

std::optional<int64_t> MappedRows::time() {
  const std::string text(cell(Field::kTime));
  if (text.empty()) return std::nullopt;
  const auto moment = map_.time_format.empty() ? read_moment(text) : read_moment_as(text, map_.time_format);
  if (!moment) {
    row_.fault("'" + text.substr(0, 80) + "' is no time" +
               (map_.time_format.empty() ? std::string() : " of the form " + map_.time_format));
    return std::nullopt;
  }
  if (!moment->to_the_second) out_.unknown.add(Unknown::kTime);
  if (moment->has_zone) return moment->seconds;
  if (map_.zone.empty()) out_.unknown.add(Unknown::kTimeZone);
  if (map_.zone.empty() || map_.zone == "UTC") return moment->seconds;
  const auto two = [&](size_t at) { return (map_.zone[at] - '0') * 10 + (map_.zone[at + 1] - '0'); };
  const int64_t offset = int64_t{two(1)} * 3600 + int64_t{two(4)} * 60;
  return map_.zone[0] == '+' ? moment->seconds - offset : moment->seconds + offset;
}

// The number alone, with a point: without words around it and what stands between thousands.
std::string MappedRows::amount_text(Field field, const AmountForm& form) {
  std::string text(cell(field));
  for (const std::string& word : form.strip)
    if (const size_t at = text.find(word); at != std::string::npos && !word.empty()) text.erase(at, word.size());
  std::string out;
  for (const char c : std::string(trimmed(text))) {
    if (form.thousands.find(c) != std::string::npos) continue;
    out += c == form.point ? '.' : c;
  }
  const auto plain = plain_decimal(out);
  if (!plain) {
    row_.fault("'" + std::string(cell(field).substr(0, 80)) + "' is no amount");
    return "0";
  }
  constexpr size_t kDigitsOfDouble = 15;
  const bool from_double =
      table_.kind(column(field)) == CellKind::kDouble || out.find_first_of("eE") != std::string::npos;
  if (from_double && significant_digits(*plain) > kDigitsOfDouble)
    row_.fault("'" + out.substr(0, 80) + "' is a rounded double, not the exact amount");
  return *plain;
}

void MappedRows::add_amount(const TablePlace& place, const std::string& from, const std::string& to,
                            const std::string& asset, Part part) {
  Movement movement = movement_at(place, part, from, to);
  movement.log = row_.number_or_none(column(Field::kLog));
  movement.asset = asset;
  const std::string text = amount_text(Field::kAmount, map_.amount);
  std::optional<int> decimals = map_.amount.whole ? map_.amount.decimals : std::optional(0);
  if (const auto told = row_.small_or_none(column(Field::kDecimals)); told && map_.amount.whole && *told <= 77)
    decimals = static_cast<int>(*told);
  if (!decimals && asset.empty()) decimals = coin_decimals(out_);
  if (!decimals) {
    movement.decimal = text;
    out_.unknown.add(Unknown::kDecimals);
  } else {
    const Scaled scaled = scale_amount(text, *decimals);
    if (scaled.fault != ScaleFault::kNone) row_.fault(fault_text(scaled.fault, text, *decimals));
    movement.amount = scaled.amount;
  }
  if (to.empty() && part != Part::kFee) row_.fault("no receiver");
  if (!row_.end_row()) return;
  if (asset.empty())
    add_coin(out_, movement, movement.amount);
  else
    out_.movements.push_back(std::move(movement));
}

void MappedRows::read_row() {
  if (column(Field::kChain) >= 0 && !chain_.take(table_.cell(column(Field::kChain)), row_)) {
    row_.end_row();
    return;
  }
  const std::string failed = normal_name(cell(Field::kFailed));
  const bool did_fail = std::any_of(map_.failed.begin(), map_.failed.end(),
                                    [&](const std::string& word) { return normal_name(word) == failed; });
  std::optional<ColumnMap::Kind> kind;
  if (column(Field::kKind) >= 0) {
    const auto found = map_.kinds.find(normal_name(cell(Field::kKind)));
    if (found != map_.kinds.end()) kind = found->second;
    if (!kind && !map_.kinds.empty())
      row_.fault("kind '" + std::string(cell(Field::kKind)) + "' is not under 'kind' of the map");
  }
  if (kind == ColumnMap::Kind::kSkip) return;
  TablePlace place;
  place.row = table_.row();
  const std::string_view hash = cell(Field::kTransaction);
  if (!hash.empty()) {
    const auto canonical = canonical_hash(row_.style(), hash);
    if (!canonical) row_.fault("'" + std::string(hash.substr(0, 80)) + "' is no transaction's hash");
    place.transaction = canonical.value_or("");
  }
  place.block = row_.number_or_none(column(Field::kBlock));
  place.time = time();
  place.index = row_.small_or_none(column(Field::kIndex));
  const std::string from = address(Field::kFrom), to = address(Field::kTo);
  if (from.empty()) row_.fault("no sender");
  std::optional<std::string> what = asset();
  if (what && column(Field::kTokenId) >= 0 && !cell(Field::kTokenId).empty())
    *what += ":" + base::to_decimal(row_.units(column(Field::kTokenId)));
  base::Uint256 fee;
  if (column(Field::kFee) >= 0 && !cell(Field::kFee).empty()) {
    const std::string text = amount_text(Field::kFee, map_.fee);
    const int decimals = map_.fee.whole ? map_.fee.decimals.value_or(coin_decimals(out_)) : 0;
    const Scaled scaled = scale_amount(text, decimals);
    if (scaled.fault != ScaleFault::kNone) row_.fault(fault_text(scaled.fault, text, decimals));
    fee = scaled.amount;
  }
  if (!row_.ok()) {
    row_.end_row();
    return;
  }
  add_fee(out_, place, from, fee);
  if (did_fail || column(Field::kAmount) < 0) return;
  Part part = what->empty() ? Part::kNative : Part::kToken;
  if (kind == ColumnMap::Kind::kInternal) part = Part::kInternal;
  if (kind == ColumnMap::Kind::kFee) part = Part::kFee;
  add_amount(place, from, part == Part::kFee ? "" : to, *what, part);
}

base::Status MappedRows::read() {
  if (map_.header_row > 0) JINDO_DO(table_.use_header(map_.header_row - 1));
  JINDO_DO(find_columns());
  if (column(Field::kChain) < 0) {
    ReadOptions asked = options_;
    if (asked.chain.empty()) asked.chain = map_.chain;
    if (!settle_chain(asked, map_.chain, out_)) return {};
    if (out_.chain.empty())
      return base::wrong_use("the column map names no chain: write 'chain: ethereum' into it or give --chain");
  }
  note_unknown();
  row_.set_style(style_of(out_));
  for (;;) {
    JINDO_TRY(const bool more, table_.next());
    if (!more) break;
    read_row();
  }
  out_.rows = table_.rows();
  return {};
}

base::Result<Table> open_table(const OpenedFile& file, const ColumnMap& map, const ReadOptions& options) {
  switch (file.kind()) {
    case FileKind::kParquet:
      return open_parquet_table(file.path(), options.memory_bytes);
    case FileKind::kText:
      return Table::from_text(file.path(), file.bytes());
    case FileKind::kWorkbook: {
      JINDO_TRY(const Workbook book, Workbook::open(file.path(), file.bytes()));
      if (map.sheet.empty()) return book.sheet(0);
      const auto found = std::find(book.sheets().begin(), book.sheets().end(), map.sheet);
      if (found == book.sheets().end()) return base::bad_input(file.path() + ": there is no sheet '" + map.sheet + "'");
      return book.sheet(static_cast<size_t>(found - book.sheets().begin()));
    }
    default:
      return base::bad_input(file.path() + ": a column map is for tables: CSV, TSV, XLSX, Parquet");
  }
}
}  // namespace

base::Result<Reading> read_mapped(const std::string& path, const ColumnMap& map, const ReadOptions& options) {
  JINDO_TRY(const OpenedFile file, OpenedFile::open(path));
  JINDO_TRY(Table table, open_table(file, map, options));
  Reading out;
  out.file = path;
  out.format = "columns";
  JINDO_DO(MappedRows(map, table, options, out).read());
  apply_decimals(options, out);
  return out;
}
}  // namespace jindo::exports
