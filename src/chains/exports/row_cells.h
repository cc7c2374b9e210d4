// RowCells: one row's cells as transactions, addresses, amounts. The first thing that is wrong is kept; end_row()
// then refuses the row, saying the column. Identifiers come out in canonical form (attested.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exports/attested.h"
#include "exports/table.h"

namespace jindo::exports {

enum class Style : uint8_t { kEvm, kTron, kSolana };

// Canonical forms; nullopt: none of it.
std::optional<std::string> canonical_hash(Style style, std::string_view text);     // with or without 0x
std::optional<std::string> canonical_address(Style style, std::string_view text);  // tron also from hex 41…
inline constexpr std::string_view kZeroAddress = "0x0000000000000000000000000000000000000000";

class RowCells {
 public:
  RowCells(const Table& table, Style style, Reading& out) : table_(table), style_(style), out_(out) {}
  Style style() const { return style_; }
  void set_style(Style style) { style_ = style; }

  std::string_view text(int column);               // a fault where the row ends before it
  std::string hash(int column);                    // a fault where there is none
  std::string address(int column);                 // the same
  std::string address_or_empty(int column);        // "" where the cell is; else as address
  base::Uint256 units(int column);                 // base units: digits, 0x…, an exponent
  base::Uint256 units_or_zero(int column);         // the same; 0 where the cell is empty
  base::Uint256 scaled(int column, int decimals);  // whole units; "" is a fault
  base::Uint256 scaled_or_zero(int column, int decimals);
  base::Uint256 product(int a, int b);  // of two cells in base units: gas used × price; 0 where one is empty
  std::string decimal(int column);      // plain_decimal
  std::optional<uint64_t> number_or_none(int column);  // nullopt where the cell is empty
  std::optional<uint32_t> small_or_none(int column);
  std::optional<int64_t> time_or_none(int column);
  bool truth(int column);  // true, 1, yes, ok, success
  void fault(std::string why);
  bool ok() const { return why_.empty(); }
  bool end_row();  // false: the row is refused. Ready for the next one.

 private:
  bool is_rounded(int column, std::string_view plain) const;
  void cell_fault(int column, const char* expected);
  const Table& table_;
  Style style_;
  Reading& out_;
  std::string why_;
};

}  // namespace jindo::exports
