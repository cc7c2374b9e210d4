// How alike two addresses look.
#include "base/hex.h"
#include "typology/detectors.h"

namespace jindo::typology {
std::string compared_text(const chain::Network& network, const chain::AddressKey& key) {
  // Straight from the bytes: letters' case is a checksum, and costs a hash to make.
  if (network.style == chain::AddressStyle::kEvm && key.kind == chain::AddressKind::kAccount)
    return base::to_hex(base::Bytes(key.bytes).first(20));
  const std::string text = chain::format_address(network, key);
  // What all addresses of a kind begin with says nothing.
  if (text.rfind("bc1", 0) == 0 || text.rfind("tb1", 0) == 0) return text.substr(4);
  return text.empty() ? text : text.substr(1);
}

Likeness likeness(const chain::Network& network, const chain::AddressKey& a, const chain::AddressKey& b) {
  Likeness out;
  if (a == b || a.kind != b.kind) return out;
  const std::string x = compared_text(network, a), y = compared_text(network, b);
  if (x.size() != y.size()) {
    // Base58 texts differ in length by a character at most; ends still compare.
    if (x.empty() || y.empty()) return out;
  }
  const size_t length = std::min(x.size(), y.size());
  while (out.prefix < length && x[out.prefix] == y[out.prefix]) ++out.prefix;
  while (out.suffix < length - out.prefix && x[x.size() - 1 - out.suffix] == y[y.size() - 1 - out.suffix]) ++out.suffix;
  // 16 signs a character there, 32 or 58 here: counted as the hexadecimal ones that they are worth.
  const bool base58 = network.style == chain::AddressStyle::kTron || a.kind == chain::AddressKind::kPubkeyHash ||
                      a.kind == chain::AddressKind::kScriptHash;
  if (a.kind != chain::AddressKind::kAccount || network.style == chain::AddressStyle::kTron) {
    if (out.prefix >= 3) ++out.prefix;
    if (base58 && out.suffix >= 2) out.suffix += 2;
    if (!base58 && out.suffix >= 3) ++out.suffix;
  }
  return out;
}
bool Likeness::fools() const { return prefix >= 3 && suffix >= 4; }
}  // namespace jindo::typology
