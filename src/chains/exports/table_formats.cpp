// The table of explorers' and warehouses' tables. The first row that recognises a file reads it.
#include "exports/format.h"
#include "exports/table_readers.h"

namespace jindo::exports {
namespace {
constexpr Format table_format(const char* name, const char* title, bool (*recognises)(const Probe&),
                              base::Status (*read)(const Probe&, Table&, const ReadOptions&, Reading&)) {
  return {name, title, recognises, read, nullptr};
}
constexpr Format kTableFormats[] = {
    table_format("etherscan-internal", "Etherscan and its sisters: internal transactions", is_etherscan_internal,
                 read_etherscan_internal),
    table_format("etherscan-txs", "Etherscan and its sisters: transactions", is_etherscan_transactions,
                 read_etherscan_transactions),
    table_format("etherscan-nft", "Etherscan and its sisters: NFT transfers", is_etherscan_nft, read_etherscan_nft),
    table_format("etherscan-erc20", "Etherscan and its sisters: ERC-20 transfers", is_etherscan_erc20,
                 read_etherscan_erc20),
    table_format("etherscan-token-page", "Etherscan and its sisters: a token page's download", is_etherscan_token_page,
                 read_etherscan_token_page),
    table_format("etherscan-withdrawals", "Etherscan: withdrawals of validators", is_etherscan_withdrawals,
                 read_etherscan_withdrawals),
    table_format("ronin", "Ronin's explorer", is_ronin, read_ronin),
    table_format("blockscout", "Blockscout: transactions, internal, tokens, logs, advanced filter", is_blockscout,
                 read_blockscout),
    table_format("tronscan", "Tronscan and OKLink", is_tronscan, read_tronscan),
    table_format("aws", "AWS public blockchain data: eth", is_aws_ethereum, read_aws_ethereum),
    table_format("bigquery", "BigQuery crypto_ethereum", is_bigquery_ethereum, read_bigquery_ethereum),
    table_format("cryo", "cryo", is_cryo, read_cryo),
    table_format("trueblocks", "TrueBlocks chifra", is_trueblocks, read_trueblocks),
    table_format("dune", "Dune", is_dune, read_dune),
    table_format("arkham", "Arkham: transfers", is_arkham, read_arkham),
    table_format("graphsense", "GraphSense dashboard: an address's transactions", is_graphsense, read_graphsense),
    table_format("solscan", "Solscan: transfers", is_solscan, read_solscan),
    table_format("bitquery", "Bitquery's dumps as tables: transfers", is_bitquery, read_bitquery),
};
}  // namespace

std::span<const Format> table_formats() { return kTableFormats; }
}  // namespace jindo::exports
