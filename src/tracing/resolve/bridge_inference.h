// Crossings without an identifier, by asset, amount less a fee, time and recipient: a payment into a bridge's address
// here, one out of the same bridge's there. Always inferred; each says how many others it could have been. After
// Hinteregger and Haslhofer, "Short Paper: An Empirical Analysis of Monero Cross-Chain Traceability" (FC 2019), and
// Yousaf, Kappos, Meiklejohn, "Tracing Transactions Across Cryptocurrency Ledgers" (USENIX Security 2019), whose
// heuristic for swap desks it is: the only payment of the right value in a window. What it gets wrong: two customers
// with like sums at like times; payments of the bridge's own.
#pragma once

#include <functional>
#include <vector>

#include "attribution/service_directory.h"
#include "ledger/ledger.h"
#include "resolve/asset_book.h"
#include "resolve/link.h"

namespace jindo::resolve {

struct CrossingOptions {
  int64_t window_seconds = 86'400;  // from deposit to release
  int64_t early_seconds = 120;      // a release may look earlier by so much: clocks of chains differ
  uint32_t fee_ppm_max = 30'000;    // the band: 3 % less …
  uint32_t gain_ppm_max = 2'000;    // … to 0.2 % more, for prices that moved
  size_t candidates_max = 5'000;    // releases looked at for one deposit; a deposit with more is left alone
};
// `paired`: exact links found before; their legs are not candidates.
std::vector<Link> infer_crossings(const ledger::Ledger& ledger, const attribution::ServiceDirectory& services,
                                  const AssetBook& assets, const std::vector<Link>& paired,
                                  const CrossingOptions& options);

}  // namespace jindo::resolve
