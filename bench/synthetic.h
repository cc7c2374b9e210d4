// The inputs that the benchmarks run on, made from a seed: a bitcoin `blocks` folder of about 570,000 transactions
// and 2.2 million inputs and outputs, and account ledgers of 10 million movements.
#pragma once

#include <cstdint>
#include <string>

namespace jindo::bench {
void make_blocks_folder(const std::string& folder, uint64_t transactions, uint32_t owners = 400'000);
void make_transfers_csv(const std::string& path, uint64_t movements);
// ethereum-etl's transactions.csv and token_transfers.csv; returns the rows written in all.
uint64_t make_ethereum_etl(const std::string& folder, uint64_t transactions);
}  // namespace jindo::bench
