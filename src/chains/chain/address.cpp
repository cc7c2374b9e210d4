// Addresses parsed and printed, each style by its own checks.
#include "chain/address.h"

#include <algorithm>

#include "base/hex.h"
#include "chain/base58.h"
#include "chain/bech32.h"

namespace jindo::chain {
namespace {
using base::bad_input;

std::string shown(std::string_view text) {
  std::string out(text.substr(0, 80));
  for (char& c : out) c = c >= 32 && c < 127 ? c : '?';
  return "'" + out + (text.size() > 80 ? "…'" : "'");
}

base::Result<AddressKey> parse_script_name(std::string_view digits, AddressKind kind) {
  base::Hash256 hash;
  if (!base::from_hex(digits, hash)) return bad_input("a script is named by the 64 hexadecimal digits of its SHA-256");
  return make_key(kind, hash);
}

base::Result<AddressKey> parse_bitcoin(const Network& network, std::string_view text) {
  if (text.substr(0, 7) == "script:") return parse_script_name(text.substr(7), AddressKind::kScript);
  if (text.substr(0, 9) == "multisig:") return parse_script_name(text.substr(9), AddressKind::kMultisig);
  if (const auto witness = segwit_decode(network.hrp, text)) {
    const base::Bytes program(witness->program);
    if (witness->version == 0) {
      return make_key(program.size() == 20 ? AddressKind::kWitnessKeyHash : AddressKind::kWitnessScriptHash, program);
    }
    if (witness->version == 1 && program.size() == 32) return make_key(AddressKind::kTaproot, program);
    if (program.size() <= 30) {
      std::vector<uint8_t> payload = {witness->version, static_cast<uint8_t>(program.size())};
      payload.insert(payload.end(), program.begin(), program.end());
      return make_key(AddressKind::kWitnessUnknown, payload);
    }
    std::vector<uint8_t> script = {static_cast<uint8_t>(0x50 + witness->version), static_cast<uint8_t>(program.size())};
    script.insert(script.end(), program.begin(), program.end());
    return make_key(AddressKind::kScript, base::sha256(script));
  }
  if (const auto payload = base58check_decode(text)) {
    if (payload->size() == 21) {
      const base::Bytes hash(payload->data() + 1, 20);
      if (payload->front() == network.p2pkh_version) return make_key(AddressKind::kPubkeyHash, hash);
      if (payload->front() == network.p2sh_version) return make_key(AddressKind::kScriptHash, hash);
    }
    return bad_input(shown(text) + " is a base58check address of another network, not of " + std::string(network.name));
  }
  return bad_input(shown(text) + " is not a " + std::string(network.name) +
                   " address: neither base58check nor bech32 with prefix '" + std::string(network.hrp) +
                   "', or its checksum is wrong");
}

base::Result<AddressKey> parse_evm(const Network& network, std::string_view text) {
  AddressKey key;
  if (!parse_evm_hex(text, key)) {
    return bad_input(shown(text) + " is not a " + std::string(network.name) +
                     " address: expected 0x and 40 hexadecimal digits");
  }
  const std::string_view digits = text.substr(2);
  const bool lower = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'a' && c <= 'f'; });
  const bool upper = std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (lower && upper && to_eip55(base::Bytes(key.bytes).first(20)) != text) {
    return bad_input(shown(text) + " has a wrong EIP-55 checksum: a letter's case, or a digit, is mistaken");
  }
  return key;
}
}  // namespace

AddressKey make_key(AddressKind kind, base::Bytes payload) {
  CHECK(payload.size() <= 32);
  AddressKey key;
  key.kind = kind;
  std::copy(payload.begin(), payload.end(), key.bytes.begin());
  return key;
}

bool parse_evm_hex(std::string_view text, AddressKey& out) {
  if (text.size() != 42 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X')) return false;
  out.kind = AddressKind::kAccount;
  std::fill(out.bytes.begin() + 20, out.bytes.end(), uint8_t{0});
  return base::from_hex(text.substr(2), std::span<uint8_t>(out.bytes.data(), 20));
}

std::string to_eip55(base::Bytes account) {
  std::string digits = base::to_hex(account);
  const base::Hash256 hash = base::keccak256(base::as_bytes(digits));
  for (size_t i = 0; i < digits.size(); ++i) {
    const int nibble = (hash[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
    if (nibble >= 8 && digits[i] >= 'a') digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
  }
  return "0x" + digits;
}

base::Result<AddressKey> parse_address(const Network& network, std::string_view text) {
  switch (network.style) {
    case AddressStyle::kBitcoin:
      return parse_bitcoin(network, text);
    case AddressStyle::kEvm:
      return parse_evm(network, text);
    case AddressStyle::kTron:
      break;
  }
  AddressKey key;
  if (parse_evm_hex(text, key)) return key;
  const auto payload = base58check_decode(text);
  if (!payload || payload->size() != 21 || payload->front() != 0x41) {
    return bad_input(shown(text) + " is not a tron address: expected T… in base58check, or 0x and 40 digits");
  }
  return make_key(AddressKind::kAccount, base::Bytes(payload->data() + 1, 20));
}

std::string format_address(const Network& network, const AddressKey& key) {
  const base::Bytes bytes(key.bytes);
  const auto versioned = [&](uint8_t version) {
    std::vector<uint8_t> payload = {version};
    payload.insert(payload.end(), bytes.begin(), bytes.begin() + 20);
    return base58check_encode(payload);
  };
  switch (key.kind) {
    case AddressKind::kNone:
      return "";
    case AddressKind::kPubkeyHash:
      return versioned(network.p2pkh_version);
    case AddressKind::kScriptHash:
      return versioned(network.p2sh_version);
    case AddressKind::kWitnessKeyHash:
      return segwit_encode(network.hrp, 0, bytes.first(20));
    case AddressKind::kWitnessScriptHash:
      return segwit_encode(network.hrp, 0, bytes);
    case AddressKind::kTaproot:
      return segwit_encode(network.hrp, 1, bytes);
    case AddressKind::kWitnessUnknown:
      return segwit_encode(network.hrp, key.bytes[0], bytes.subspan(2, std::min<size_t>(key.bytes[1], 30)));
    case AddressKind::kMultisig:
      return "multisig:" + base::to_hex(bytes);
    case AddressKind::kScript:
      return "script:" + base::to_hex(bytes);
    case AddressKind::kAccount:
      return network.style == AddressStyle::kTron ? versioned(0x41) : to_eip55(bytes.first(20));
    case AddressKind::kNative:
      return std::string(network.native);
  }
  return "";
}

AddressKey native_asset() {
  AddressKey key;
  key.kind = AddressKind::kNative;
  return key;
}

base::Result<AddressKey> parse_asset(const Network& network, std::string_view text) {
  if (text == network.native) return native_asset();
  if (network.model == LedgerModel::kUtxo) {
    return bad_input(shown(text) + " is not an asset of " + std::string(network.name) + "; it has only " +
                     std::string(network.native));
  }
  auto key = parse_address(network, text);
  if (!key.ok()) {
    return bad_input(shown(text) + " is not an asset: expected " + std::string(network.native) +
                     " or the token contract's address");
  }
  return key;
}

std::string format_asset(const Network& network, const AddressKey& asset) { return format_address(network, asset); }
}  // namespace jindo::chain
