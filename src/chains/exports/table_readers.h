// The readers of table_formats.cpp: for each format what it is recognised by, and its reading. Their rules stand in
// docs/formats/exports.md, a section a format.
#pragma once

#include "exports/format.h"

namespace jindo::exports {
bool is_etherscan_transactions(const Probe& probe);
base::Status read_etherscan_transactions(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_etherscan_internal(const Probe& probe);
base::Status read_etherscan_internal(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_etherscan_erc20(const Probe& probe);
base::Status read_etherscan_erc20(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_etherscan_token_page(const Probe& probe);
base::Status read_etherscan_token_page(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_etherscan_nft(const Probe& probe);
base::Status read_etherscan_nft(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_etherscan_withdrawals(const Probe& probe);
base::Status read_etherscan_withdrawals(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_ronin(const Probe& probe);
base::Status read_ronin(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_blockscout(const Probe& probe);
base::Status read_blockscout(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_tronscan(const Probe& probe);
base::Status read_tronscan(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_bigquery_ethereum(const Probe& probe);
base::Status read_bigquery_ethereum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_aws_ethereum(const Probe& probe);
base::Status read_aws_ethereum(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_cryo(const Probe& probe);
base::Status read_cryo(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_dune(const Probe& probe);
base::Status read_dune(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_trueblocks(const Probe& probe);
base::Status read_trueblocks(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_arkham(const Probe& probe);
base::Status read_arkham(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_graphsense(const Probe& probe);
base::Status read_graphsense(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_solscan(const Probe& probe);
base::Status read_solscan(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
bool is_bitquery(const Probe& probe);
base::Status read_bitquery(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
}  // namespace jindo::exports
