// Haircut's pools in a holding of 2^256 units and more, which only a token that lies can have. The same rules as
// haircut.h, with amounts as wide as they come; everything else stays with the narrow pools and their fast arithmetic.
#pragma once

#include <utility>
#include <vector>

#include "trace/lots.h"

namespace jindo::trace {

// Of a holding's pools the 2^256s that their lots' amounts do not hold, by source; empty where no token lies.
using PoolHighs = std::vector<std::pair<uint32_t, uint64_t>>;

// add_to_pools, with the carry.
void add_to_wide_pools(std::vector<WideLot>& pools, PoolHighs& highs, const WideLot& pool);
// Haircut::take out of a balance of 2^256 and more.
void take_from_wide_pools(std::vector<WideLot>& pools, PoolHighs& highs, const base::WideSum& balance,
                          const base::Uint256& value, std::vector<WideLot>& taken);

}  // namespace jindo::trace
