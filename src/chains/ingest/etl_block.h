// The transactions of one block of bitcoin-etl's lines, in the block's order: the same row twice taken out, each behind
// what it spends where the export has no index.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "decode/bitcoin_etl.h"

namespace jindo::ingest {

struct EtlRow {
  decode::BitcoinEtlTransaction transaction;
  std::string place;  // file:line
};
// `rows`: those of one height, by index where they have one. Errors name both rows' places: two transactions at one
// index, one at two, rows with an index beside rows without. `again` counts rows taken out; `ordered`: the order is
// made here (the coinbase first, each behind what it spends, else by identifier as it is printed), for the export has
// none.
base::Status order_etl_block(std::vector<EtlRow>& rows, uint64_t& again, bool& ordered);

}  // namespace jindo::ingest
