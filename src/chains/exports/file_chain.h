// Which chain a file is of: told by the file (a coin in its header, a number, a name in each row), or by the user.
#pragma once

#include <string>
#include <string_view>

#include "exports/format.h"
#include "exports/row_cells.h"

namespace jindo::exports {

// The whole file is of chain `told` ("": it does not tell; then `chain` is unknown and the user's word holds). False:
// the file is refused, since the user says another chain.
bool settle_chain(const ReadOptions& options, const std::string& told, Reading& out);
// The same by the coin of a header like Value_IN(BNB). ETH tells no chain (L2s' explorers write it too, Snowtrace for
// AVAX). Another coin than that of the user's chain refuses the file.
bool settle_chain_by_coin(const ReadOptions& options, std::string_view coin, Reading& out);
// The form of addresses of out.chain; EVM where nothing is known.
Style style_of(const Reading& out);
// Decimals of out.chain's coin.
int coin_decimals(const Reading& out);

// A column that names each row's chain: the user's chain is taken, else the first row's; rows of others are refused.
class RowChain {
 public:
  RowChain(const ReadOptions& options, Reading& out) : options_(options), out_(out) {}
  // False: a fault of the row is noted.
  bool take(std::string_view cell, RowCells& row);

 private:
  const ReadOptions& options_;
  Reading& out_;
  bool settled_ = false;
};

}  // namespace jindo::exports
