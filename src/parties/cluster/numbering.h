// The numbers of all addresses of a chain at once: by the column passes, on several threads.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/address_numbers.h"
#include "ledger/reader.h"

namespace jindo::cluster {

// Fills `numbers`, which must be new, with the births of the reader's addresses; gives the number of each row of each
// pass.
base::Result<std::vector<std::vector<uint32_t>>> number_all(const ledger::UtxoReader& reader,
                                                            const std::vector<ledger::ColumnPass>& passes,
                                                            unsigned threads, AddressNumbers& numbers);

}  // namespace jindo::cluster
