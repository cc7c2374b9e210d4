// The table of JSON formats, and of the tables of UTXO chains that hold lists. The first row that recognises a file
// reads it: what needs more fields stands first.
#include "exports/format.h"
#include "exports/json_readers.h"

namespace jindo::exports {
namespace {
constexpr Format json_format(const char* name, const char* title, bool (*recognises)(const Probe&),
                             base::Status (*read)(const Probe&, JsonRecords&, const ReadOptions&, Reading&)) {
  return {name, title, recognises, nullptr, read};
}
constexpr Format utxo_table(const char* name, const char* title, bool (*recognises)(const Probe&),
                            base::Status (*read)(const Probe&, Table&, const ReadOptions&, Reading&)) {
  return {name, title, recognises, read, nullptr};
}

constexpr Format kJsonFormats[] = {
    json_format("esplora", "Esplora, mempool.space: transactions", recognises_esplora, read_esplora),
    json_format("bitcoin-cli", "Bitcoin Core: getblock 2 and 3, getrawtransaction 1 and 2", recognises_bitcoin_cli,
                read_bitcoin_cli),
    json_format("blockchain-info", "blockchain.info: rawaddr, rawtx, rawblock", recognises_blockchain_info,
                read_blockchain_info),
    json_format("blockchair", "Blockchair: dashboards", recognises_blockchair_json, read_blockchair_json),
    json_format("blockcypher", "BlockCypher: transactions", recognises_blockcypher, read_blockcypher),
    json_format("bigquery", "BigQuery crypto_bitcoin: transactions", recognises_bigquery_bitcoin_json,
                read_bigquery_bitcoin_json),
    json_format("bigquery", "BigQuery crypto_ethereum: traces, token_transfers, transactions",
                recognises_bigquery_ethereum_json, read_bigquery_ethereum_json),
    json_format("trongrid", "TronGrid: transactions, TRC-20 transfers, events", recognises_trongrid, read_trongrid),
    json_format("tronscan", "Tronscan's API: transfers", recognises_tronscan_api, read_tronscan_api),
    json_format("bitquery", "Bitquery: transfers, calls", recognises_bitquery_json, read_bitquery_json),
    json_format("etherscan-api-tokennfttx", "Etherscan API: tokennfttx, token1155tx", recognises_etherscan_nfts,
                read_etherscan_api),
    json_format("etherscan-api-tokentx", "Etherscan API: tokentx", recognises_etherscan_tokens, read_etherscan_api),
    json_format("etherscan-api-txlist", "Etherscan API: txlist", recognises_etherscan_txlist, read_etherscan_api),
    json_format("etherscan-api-txlistinternal", "Etherscan API: txlistinternal", recognises_etherscan_internal,
                read_etherscan_api),
    json_format("geth-erigon", "EVM nodes: receipts, logs, traces of every form, blocks", recognises_node_answers,
                read_node_answers),
    json_format("etherscan-api", "Etherscan API: an answer that tells no action", recognises_etherscan_api,
                read_etherscan_api),
    utxo_table("aws", "AWS public blockchain data: btc transactions", recognises_aws_bitcoin, read_aws_bitcoin),
    utxo_table("bigquery", "BigQuery crypto_bitcoin: transactions", recognises_bigquery_bitcoin, read_bigquery_bitcoin),
    utxo_table("bigquery", "BigQuery crypto_bitcoin: outputs or inputs alone", recognises_bigquery_bitcoin_parts,
               read_bigquery_bitcoin_parts),
    utxo_table("bitquery", "Bitquery: calls; inputs, outputs and totals", recognises_bitquery_parts,
               read_bitquery_parts),
    utxo_table("blockchair", "Blockchair: dumps", recognises_blockchair, read_blockchair),
};
}  // namespace

std::span<const Format> json_formats() { return kJsonFormats; }
}  // namespace jindo::exports
