// AddressKey: who can spend, in 33 bytes that are the same on disk and in memory. A bitcoin output paid to a bare
// public key (P2PK) has the key of that public key's P2PKH address, as explorers and bitcoin-etl print it; scripts
// without an address are named by the SHA-256 of the script.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/result.h"
#include "chain/network.h"

namespace jindo::chain {

enum class AddressKind : uint8_t {
  kNone = 0,            // no address: minted from, burnt to, OP_RETURN
  kPubkeyHash = 1,      // 20 bytes
  kScriptHash = 2,      // 20 bytes
  kWitnessKeyHash = 3,  // 20 bytes
  kWitnessScriptHash = 4,
  kTaproot = 5,
  kWitnessUnknown = 6,  // version, length, program (at most 30 bytes)
  kMultisig = 7,        // SHA-256 of the bare multisig script
  kScript = 8,          // SHA-256 of any other script
  kAccount = 9,         // 20 bytes: EVM chains and Tron
  kNative = 10,         // as an asset only: the chain's own coin
};

struct AddressKey {
  AddressKind kind = AddressKind::kNone;
  std::array<uint8_t, 32> bytes{};

  bool is_none() const { return kind == AddressKind::kNone; }
  base::Bytes raw() const { return {reinterpret_cast<const uint8_t*>(this), sizeof(AddressKey)}; }
  // Spelled out: a call of memcmp costs more than the comparison, and tables make it for every look-up.
  friend bool operator==(const AddressKey& a, const AddressKey& b) {
    uint64_t x[4], y[4];
    std::memcpy(x, a.bytes.data(), 32);
    std::memcpy(y, b.bytes.data(), 32);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0 && a.kind == b.kind;
  }
  friend std::strong_ordering operator<=>(const AddressKey& a, const AddressKey& b) {
    return std::memcmp(&a, &b, sizeof a) <=> 0;
  }
};
static_assert(sizeof(AddressKey) == 33);

AddressKey make_key(AddressKind kind, base::Bytes payload);
inline uint64_t hash_key(const AddressKey& key) { return base::xxh3(key.raw()); }

// Text to key. The error says what is wrong: character, checksum, length, wrong network, EIP-55 case.
base::Result<AddressKey> parse_address(const Network& network, std::string_view text);
// Key to text as the chain's users write it (EIP-55 case on EVM chains); "" for kNone.
std::string format_address(const Network& network, const AddressKey& key);

// Assets share the key type: kNative is the chain's coin, kAccount a token contract.
AddressKey native_asset();
base::Result<AddressKey> parse_asset(const Network& network, std::string_view text);
std::string format_asset(const Network& network, const AddressKey& asset);

// Lower-case "0x" form without the checksum; what exports contain. False unless 0x and 40 digits.
bool parse_evm_hex(std::string_view text, AddressKey& out);
std::string to_eip55(base::Bytes account);

}  // namespace jindo::chain
