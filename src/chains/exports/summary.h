// What a reading comes to: counts, sums by asset and address, the first movement. For dry runs and tests; nothing of it
// goes into a ledger. Sums are decimal text of any length, exact.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "exports/attested.h"

namespace jindo::exports {

struct SummaryMovement {
  std::string transaction, from, to, asset, amount;
};
struct SummaryAsset {
  // The three largest in each direction: address and amount, by amount, then by address.
  std::vector<std::pair<std::string, std::string>> in, out;
  std::string total;
};
struct Summary {
  uint64_t movements = 0;  // account chains: without fees; UTXO: outputs
  uint64_t fees = 0;
  uint64_t inputs = 0;                           // UTXO
  std::map<std::string, std::string> fee_total;  // by asset
  std::map<std::string, SummaryAsset> assets;
  std::optional<SummaryMovement> first;      // that happened, as ledger_order has it; fees are none
  std::optional<SummaryMovement> first_fee;  // of the file
};
Summary summarise(const Reading& reading);
// The coin's symbol ("ETH"), "coin" where the chain is not known; contracts as they are.
std::string asset_name(const Reading& reading, const std::string& asset);
// Movements in the order in which they happened, as far as the file tells: block (else time), place in the block, else
// the file's order, turned over where blocks fall in it; in a transaction fee, value, inner calls, tokens.
std::vector<size_t> ledger_order(const Reading& reading);

// "1.5" + "0.25" = "1.75", of texts as plain_decimal gives them.
std::string add_decimals(const std::string& a, const std::string& b);
bool decimal_less(const std::string& a, const std::string& b);

}  // namespace jindo::exports
