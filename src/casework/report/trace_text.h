// What the forms of a trace have in common: pieces of text, and fields that several JSON answers begin with.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "inquiry/tracing.h"

namespace jindo::report {

// "TXID:VOUT" on UTXO chains; "" on account chains.
std::string outpoint_of(const trace::Holding& holding);
// "1,234.5 ETH": show_amount() and show_asset() of inquiry/tracing.h in one.
std::string amount_and_asset(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                             const chain::AddressKey& asset, const base::Uint256& amount);
// The incidents' names, commas between.
std::string names_of(const std::vector<incidents::Incident>& incidents);
// "as_of": {"ethereum": 14442834, …}: each chain with the height that the trace reaches.
// Assets in which a sum came to 2^256-1 or more: tokens that lie. Their figures say nothing; all others stand.
struct AbsurdAsset {
  const chain::Network* network = nullptr;
  chain::AddressKey asset;
  bool stolen = false;  // a theft of it is left out of the trace
};
std::vector<AbsurdAsset> absurd_assets(const trace::Result& result);
void as_of_field(base::JsonWriter& json, const trace::Result& result);
// "marking", where the trace has one.
void marking_field(base::JsonWriter& json, const inquiry::Traced& traced);

}  // namespace jindo::report
