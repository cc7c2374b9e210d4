// Crossings that the chains themselves pair: a deposit's and a release's events with one identifier, or THORChain's
// memos. Exact where both ends are the bridge's own (by the registry or by attribution) and the identifier stands once
// on each side; otherwise inferred, with the reason. What it gets wrong: a registered contract that lies.
#pragma once

#include <functional>
#include <vector>

#include "ledger/ledger.h"
#include "resolve/link.h"
#include "resolve/registry.h"

namespace jindo::resolve {

// Whether attribution gives the address to a bridge.
using IsBridge = std::function<bool(const chain::Network&, const chain::AddressKey&)>;
std::vector<Link> pair_crossings(const ledger::Ledger& ledger, const Registry& registry, const IsBridge& is_bridge);

}  // namespace jindo::resolve
