// The readers of JSON answers and lines, and of tables of UTXO chains, wallets and exchanges: one file each, rows in
// json_formats.cpp and account_formats.cpp.
#pragma once

#include "exports/format.h"

namespace jindo::exports {

#define JINDO_JSON_FORMAT(name)               \
  bool recognises_##name(const Probe& probe); \
  base::Status read_##name(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out)
#define JINDO_TABLE_FORMAT(name)              \
  bool recognises_##name(const Probe& probe); \
  base::Status read_##name(const Probe& probe, Table& table, const ReadOptions& options, Reading& out)

JINDO_JSON_FORMAT(esplora);
JINDO_JSON_FORMAT(blockchain_info);
JINDO_JSON_FORMAT(blockcypher);
JINDO_JSON_FORMAT(bitcoin_cli);
JINDO_JSON_FORMAT(bigquery_bitcoin_json);
JINDO_TABLE_FORMAT(bigquery_bitcoin);
JINDO_TABLE_FORMAT(bigquery_bitcoin_parts);  // outputs or inputs alone
JINDO_TABLE_FORMAT(aws_bitcoin);
JINDO_JSON_FORMAT(blockchair_json);
JINDO_TABLE_FORMAT(blockchair);
JINDO_JSON_FORMAT(bigquery_ethereum_json);
JINDO_JSON_FORMAT(trongrid);
JINDO_JSON_FORMAT(bitquery_json);
JINDO_TABLE_FORMAT(bitquery);
JINDO_JSON_FORMAT(etherscan_api);
bool recognises_etherscan_txlist(const Probe& probe);
bool recognises_etherscan_internal(const Probe& probe);
bool recognises_etherscan_tokens(const Probe& probe);
bool recognises_etherscan_nfts(const Probe& probe);

JINDO_TABLE_FORMAT(electrum);
JINDO_TABLE_FORMAT(sparrow);
JINDO_TABLE_FORMAT(exchange_table);
JINDO_JSON_FORMAT(exchange_api);

#undef JINDO_JSON_FORMAT
#undef JINDO_TABLE_FORMAT

}  // namespace jindo::exports
