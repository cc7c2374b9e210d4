// The forms of a key by its hash, and accounts by their address.
#include "cluster/same_key.h"

#include "base/hash.h"

namespace jindo::cluster {

std::vector<SameKey> forms_of_key_hash(const chain::Network& network, base::Bytes hash160) {
  std::vector<SameKey> out;
  if (network.style != chain::AddressStyle::kBitcoin || hash160.size() != 20) return out;
  out.push_back({&network, chain::make_key(chain::AddressKind::kPubkeyHash, hash160), "P2PKH of the same key"});
  out.push_back({&network, chain::make_key(chain::AddressKind::kWitnessKeyHash, hash160), "P2WPKH of the same key"});
  std::array<uint8_t, 22> program{0x00, 0x14};  // OP_0, push of 20 bytes: what a nested P2WPKH's redeem script is
  std::copy(hash160.begin(), hash160.end(), program.begin() + 2);
  const auto script_hash = base::hash160(program);
  out.push_back(
      {&network, chain::make_key(chain::AddressKind::kScriptHash, script_hash), "P2SH-P2WPKH of the same key"});
  return out;
}

std::vector<SameKey> same_key_forms(const chain::Network& network, const chain::AddressKey& address,
                                    const std::vector<const chain::Network*>& networks) {
  std::vector<SameKey> out;
  if (address.kind == chain::AddressKind::kPubkeyHash || address.kind == chain::AddressKind::kWitnessKeyHash) {
    for (const SameKey& form : forms_of_key_hash(network, {address.bytes.data(), 20}))
      if (!(form.address == address)) out.push_back(form);
  }
  if (address.kind == chain::AddressKind::kAccount) {
    for (const chain::Network* other : networks)
      if (other != &network && other->model == chain::LedgerModel::kAccount)
        out.push_back({other, address, "the same account"});
  }
  return out;
}
}  // namespace jindo::cluster
