// Link: what a resolver says about two transactions, or two sides of one: this value became that value. Every link
// names its rule, its evidence, how sure it is, and whether it is exact (read from the chain) or inferred
// (docs/methodology/ resolving.md). Amounts are in base units of the leg's asset.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/uint256.h"
#include "chain/address.h"
#include "chain/network.h"

namespace jindo::resolve {

enum class LinkKind : uint8_t { kSwap, kWrap, kBridge, kMixer, kCoinjoin, kService };
const char* link_kind_name(LinkKind kind);

inline constexpr uint32_t kCertain = 1'000'000;  // confidence in parts per million

struct Leg {
  const chain::Network* network = nullptr;
  uint64_t transaction = 0;     // number in the ledger
  uint64_t place = UINT64_MAX;  // movement or output number; none where only the transaction is known
  chain::AddressKey address;    // from: whose value went in, or where it arrived; to: who received
  chain::AddressKey holder;     // from: the holding that the value arrived at (kNone: burnt); to: what paid out
  chain::AddressKey asset;
  base::Uint256 amount;
};
struct Link {
  LinkKind kind = LinkKind::kSwap;
  std::string rule;     // "events", "net-change", "identifier", "memo", "amount-and-time", "address-reuse" …
  std::string service;  // who did it: "THORChain", a label, a mixer's name; "" where nobody is known
  bool exact = false;
  uint32_t confidence = kCertain;  // parts per million; kCertain for exact ones
  uint32_t candidates = 0;         // inferred: how many others it could have been
  uint32_t anonymity_set = 0;      // mixers and CoinJoins: among how many; 0 elsewhere
  Leg from, to;
  std::vector<std::string> evidence;  // each one thing to look up: an event with its place, a memo, a transaction
};

// "0.85" to parts per million; nullopt outside 0 to 1 and beyond six places.
std::optional<uint32_t> parse_confidence(std::string_view text);

}  // namespace jindo::resolve
