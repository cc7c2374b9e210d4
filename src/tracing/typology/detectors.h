// Every detector: from a scene to findings of one technique, or of a few that are one shape. A file each; what each is,
// who describes it, its parameters and its mistakes stand in techniques() (finding.h). Detectors only read; the order
// of findings is the order of time.
#pragma once

#include <vector>

#include "typology/scene.h"

namespace jindo::typology {

using Findings = std::vector<Finding>;

void find_fan_out(const Scene& scene, Findings& out);         // fan_out, fan_out_equal, structuring
void find_consolidation(const Scene& scene, Findings& out);   // consolidation
void find_peel_chains(const Scene& scene, Findings& out);     // peel_chain
void find_pass_through(const Scene& scene, Findings& out);    // hops, rapid_pass_through
void find_dormancy(const Scene& scene, Findings& out);        // dormancy_burst
void find_cash_out(const Scene& scene, Findings& out);        // exchange_cash_out, many_exchanges
void find_nested_service(const Scene& scene, Findings& out);  // nested_service
void find_mixer_use(const Scene& scene, Findings& out);       // mixer
void find_coinjoin_use(const Scene& scene, Findings& out);    // coinjoin
void find_chain_hops(const Scene& scene, Findings& out);      // chain_hop
void find_swaps(const Scene& scene, Findings& out);           // swap, wrap, freeze_proof_swap, swap_unswap
void find_losses(const Scene& scene, Findings& out);          // loss_making_swap
void find_poisoning(const Scene& scene, Findings& out);       // address_poisoning
void find_look_alike(const Scene& scene, Findings& out);      // look_alike_address
void find_dusting(const Scene& scene, Findings& out);         // dusting
void find_fake_tokens(const Scene& scene, Findings& out);     // fake_token_noise
void find_mined_coins(const Scene& scene, Findings& out);     // mined_coins
void find_salaries(const Scene& scene, Findings& out);        // it_worker_salaries
void find_frozen(const Scene& scene, Findings& out);          // freeze
void find_infrastructure(const Scene& scene, Findings& out);  // common_gas_funder, shared_infrastructure, commingling

// All of them, in order of time, then technique.
Findings find_all(const Scene& scene);

// How much two addresses look alike as people read them: the first and last characters of their usual text.
struct Likeness {
  size_t prefix = 0, suffix = 0;  // without 0x, version characters and bc1
  bool fools() const;             // enough of both that a shortened display shows the same
};
// What of an address's text is compared: no letters' case where that is a checksum, nothing that all addresses begin
// with.
std::string compared_text(const chain::Network& network, const chain::AddressKey& key);
Likeness likeness(const chain::Network& network, const chain::AddressKey& a, const chain::AddressKey& b);

// The wallets that gave an address coin for fees: sums between one fee and a few, none of them stolen value. None on
// UTXO chains, and for addresses too busy to be a person's.
struct GasFunder {
  chain::AddressKey wallet;
  uint64_t transaction = 0;
  int64_t time = 0;
};
std::vector<GasFunder> gas_funders(const Scene& scene, uint32_t node);

}  // namespace jindo::typology
