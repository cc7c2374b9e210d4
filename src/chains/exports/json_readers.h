// The readers of JSON answers and lines, and of tables of UTXO chains, wallets and exchanges: one file each, rows in
// json_formats.cpp and account_formats.cpp.
#pragma once

#include "exports/format.h"

namespace jindo::exports {

bool recognises_esplora(const Probe& probe);
base::Status read_esplora(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_blockchain_info(const Probe& probe);
base::Status read_blockchain_info(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_blockcypher(const Probe& probe);
base::Status read_blockcypher(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_bitcoin_cli(const Probe& probe);
base::Status read_bitcoin_cli(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_bigquery_bitcoin_json(const Probe& probe);
base::Status read_bigquery_bitcoin_json(const Probe& probe, JsonRecords& records, const ReadOptions& options,
                                        Reading& out);

bool recognises_bigquery_bitcoin(const Probe& probe);
base::Status read_bigquery_bitcoin(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_bigquery_bitcoin_parts(const Probe& probe);
base::Status read_bigquery_bitcoin_parts(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_aws_bitcoin(const Probe& probe);
base::Status read_aws_bitcoin(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_blockchair_json(const Probe& probe);
base::Status read_blockchair_json(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_blockchair(const Probe& probe);
base::Status read_blockchair(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_bigquery_ethereum_json(const Probe& probe);
base::Status read_bigquery_ethereum_json(const Probe& probe, JsonRecords& records, const ReadOptions& options,
                                         Reading& out);

bool recognises_trongrid(const Probe& probe);
base::Status read_trongrid(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_tronscan_api(const Probe& probe);
base::Status read_tronscan_api(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_bitquery_json(const Probe& probe);
base::Status read_bitquery_json(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_bitquery_parts(const Probe& probe);
base::Status read_bitquery_parts(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_etherscan_api(const Probe& probe);
bool recognises_etherscan_txlist(const Probe& probe);
bool recognises_etherscan_internal(const Probe& probe);
bool recognises_etherscan_tokens(const Probe& probe);
bool recognises_etherscan_nfts(const Probe& probe);
base::Status read_etherscan_api(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_node_answers(const Probe& probe);
base::Status read_node_answers(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

bool recognises_electrum(const Probe& probe);
base::Status read_electrum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_sparrow(const Probe& probe);
base::Status read_sparrow(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_exchange_table(const Probe& probe);
base::Status read_exchange_table(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);

bool recognises_exchange_api(const Probe& probe);
base::Status read_exchange_api(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);

}  // namespace jindo::exports
