// All that is known of one address: owner, tags, cluster and other links with their evidence, first and last seen,
// totals, counterparties, exposure to incidents, and a page of its movements. The cost is what is shown, whatever the
// address moved: sums of busy addresses are kept in the ledger, counterparties are of the latest movements and say of
// how many.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "inquiry/ownership.h"
#include "trace/policy.h"

namespace jindo::inquiry {

struct PageRequest {
  OwnershipRequest owners;  // with the ledger's folder
  std::string subject;
  const chain::Network* network = nullptr;  // null: every chain of the ledger that knows it
  uint64_t limit = 50;                      // movements a page
  uint64_t from_height = 0;
  uint64_t counterparties = 10;
  std::vector<std::string> incidents;  // exposure to these, by file or identifier; empty: none
  bool all_incidents = false;          // to every known incident whose thefts the ledger holds
  std::string incident_folder;
  trace::Policy policy = trace::Policy::kFifo;
};

struct PageMovement {
  std::string direction;  // "in", "out", "fee"
  uint64_t height = 0;
  int64_t time = 0;
  chain::TxId transaction{};
  uint64_t position = 0;
  chain::AddressKey asset;
  base::Uint256 amount;
  chain::AddressKey counterparty;  // account chains
  std::string outpoint, spent_by;  // UTXO chains
};
struct AssetTotal {
  chain::AddressKey asset;
  base::Uint256 received, sent;
  bool overflowed = false;  // sums beyond 2^256: a spam token
  uint64_t movements = 0;
};
struct Counterparty {
  chain::AddressKey address;
  std::string owner;             // by a tag, else ""
  uint64_t in = 0, out = 0;      // movements from it, and to it
  base::Uint256 received, sent;  // of the chain's coin
};
struct OwnerClaim {
  std::string name, category, basis, evidence;
  uint8_t confidence = 0;
};
struct AddressLink {
  std::string kind;  // "same-key", "deposit", "deposit-payers", "created-by", "created"
  std::string chain, address;
  std::string evidence;
  uint8_t confidence = 0;
};
struct ClusterPart {
  chain::AddressKey first;  // the cluster's first address, which names it
  uint64_t size = 0;
  uint64_t reaches_height = 0;
};
struct Exposure {
  std::string incident;
  chain::AddressKey asset;              // as it is here
  base::Uint256 received, held, ended;  // amounts of tainted value; ended: at this address as a service
};
struct AddressPage {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  uint64_t movements = 0;  // account chains: of all assets; UTXO: outputs received and spent
  uint64_t outputs_received = 0, outputs_spent = 0;
  int64_t first_time = 0, last_time = 0;
  uint64_t first_height = 0, last_height = 0;
  std::vector<AssetTotal> totals;  // the chain's coin first
  uint64_t assets = 0;             // of which so many are shown in totals
  std::optional<OwnerClaim> owner;
  std::vector<attribution::Tag> tags;  // in force, the one shown first before the others
  uint64_t tags_past = 0;              // withdrawn or gone; 'jindo tag show' has them
  std::optional<ClusterPart> cluster;
  std::string cluster_note;  // why there is none, or how far it reaches
  std::vector<AddressLink> links;
  std::vector<Counterparty> counterparties;
  uint64_t counterparties_of = 0;  // the latest so many movements
  std::vector<Exposure> exposures;
  std::vector<std::string> exposure_notes;  // incidents that could not be followed here, and why
  std::vector<PageMovement> page;
  std::string coverage_note;  // where the chain is made of exports: whether this address's history is among them
};

// One page for each chain of the ledger that knows the address. What no chain knows is the answer "no", unless a tag
// does: then a page without movements.
base::Result<std::vector<AddressPage>> address_pages(const PageRequest& request);
// The same over a ledger and owners that are open already; `request.owners` is not read.
base::Result<std::vector<AddressPage>> address_pages(const PageRequest& request, const ledger::Ledger& ledger,
                                                     const Ownership& owners);

}  // namespace jindo::inquiry
