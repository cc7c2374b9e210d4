// Keys, scripts and addresses that look real, from a seed and a number.
#include "synth/keys.h"

#include <cstring>

#include "base/random.h"

namespace jindo::synth {
namespace {
using base::append;
using Script = std::vector<uint8_t>;

void fill(uint64_t seed, uint64_t a, uint64_t b, std::span<uint8_t> out) {
  uint64_t state = base::mix(seed, a, b);
  for (size_t at = 0; at < out.size(); at += 8) {
    const uint64_t word = base::splitmix64(state);
    std::memcpy(out.data() + at, &word, std::min<size_t>(8, out.size() - at));
  }
}
std::array<uint8_t, 33> public_key(uint64_t seed, KeyNumber key, uint64_t part = 0) {
  std::array<uint8_t, 33> out{};
  fill(seed, key, 0x10 + part, out);
  out[0] = 2 | (out[0] & 1);
  return out;
}
void push(Script& out, base::Bytes bytes) {
  if (bytes.size() > 75) out.push_back(0x4c);  // OP_PUSHDATA1
  out.push_back(static_cast<uint8_t>(bytes.size()));
  append(out, bytes);
}
Script multisig_script(uint64_t seed, KeyNumber key) {  // two of three
  Script out{0x52};
  for (uint64_t part = 0; part < 3; ++part) push(out, public_key(seed, key, part));
  out.push_back(0x53);
  out.push_back(0xae);
  return out;
}
Script p2sh_redeem(uint64_t seed, KeyNumber key, ScriptKind kind) {
  if (kind == ScriptKind::kP2shMultisig) return multisig_script(seed, key);
  Script out{0x00};  // BIP 141: a witness program inside P2SH
  push(out, base::hash160(public_key(seed, key)));
  return out;
}
// DER: 30 len 02 20|21 r 02 20 s sighash-byte; 71 or 72 bytes (BIP 66).
Script signature(uint64_t seed, KeyNumber key, uint64_t sighash) {
  uint8_t bytes[64];
  fill(seed, key, sighash, bytes);
  const bool high = (bytes[0] & 0x80) != 0;
  bytes[32] = (bytes[32] & 0x7f) | 0x01;
  Script out{0x30, static_cast<uint8_t>(high ? 0x45 : 0x44), 0x02, static_cast<uint8_t>(high ? 0x21 : 0x20)};
  if (high) out.push_back(0);
  append(out, base::Bytes(bytes, 32));
  out.push_back(0x02);
  out.push_back(0x20);
  append(out, base::Bytes(bytes + 32, 32));
  out.push_back(0x01);
  return out;
}
void stack_item(Script& witness, base::Bytes bytes) {
  witness.push_back(static_cast<uint8_t>(bytes.size()));  // items here are shorter than 253 bytes
  append(witness, bytes);
}
}  // namespace

void output_script(uint64_t seed, KeyNumber key, ScriptKind kind, Script& out) {
  out.clear();
  switch (kind) {
    case ScriptKind::kP2pkh:
      append(out, std::array<uint8_t, 3>{0x76, 0xa9, 0x14});
      append(out, base::hash160(public_key(seed, key)));
      append(out, std::array<uint8_t, 2>{0x88, 0xac});
      return;
    case ScriptKind::kP2shP2wpkh:
    case ScriptKind::kP2shMultisig:
      append(out, std::array<uint8_t, 2>{0xa9, 0x14});
      append(out, base::hash160(p2sh_redeem(seed, key, kind)));
      out.push_back(0x87);
      return;
    case ScriptKind::kP2wpkh:
      append(out, std::array<uint8_t, 2>{0x00, 0x14});
      append(out, base::hash160(public_key(seed, key)));
      return;
    case ScriptKind::kP2tr:
      append(out, std::array<uint8_t, 2>{0x51, 0x20});
      append(out, base::Bytes(public_key(seed, key)).subspan(1));
      return;
    case ScriptKind::kP2wshMultisig:
      append(out, std::array<uint8_t, 2>{0x00, 0x20});
      append(out, base::sha256(multisig_script(seed, key)));
      return;
  }
}

void spend_scripts(uint64_t seed, KeyNumber key, ScriptKind kind, uint64_t sighash, Script& input, Script& witness) {
  input.clear();
  witness.clear();
  const Script first = signature(seed, key, sighash);
  switch (kind) {
    case ScriptKind::kP2pkh:
      push(input, first);
      push(input, public_key(seed, key));
      return;
    case ScriptKind::kP2shP2wpkh:
      push(input, p2sh_redeem(seed, key, kind));
      [[fallthrough]];
    case ScriptKind::kP2wpkh:
      witness.push_back(2);
      stack_item(witness, first);
      stack_item(witness, public_key(seed, key));
      return;
    case ScriptKind::kP2tr: {
      uint8_t schnorr[64];
      fill(seed, key, sighash, schnorr);
      witness.push_back(1);
      stack_item(witness, schnorr);
      return;
    }
    case ScriptKind::kP2wshMultisig:
      witness.push_back(4);
      stack_item(witness, {});
      stack_item(witness, first);
      stack_item(witness, signature(seed, key, ~sighash));
      stack_item(witness, multisig_script(seed, key));
      return;
    case ScriptKind::kP2shMultisig:
      input.push_back(0x00);
      push(input, first);
      push(input, signature(seed, key, ~sighash));
      push(input, multisig_script(seed, key));
      return;
  }
}

Account20 account_address(uint64_t seed, KeyNumber key) {
  uint8_t point[64];
  fill(seed, key, 0x20, point);
  const base::Hash256 hash = base::keccak256(point);
  Account20 out;
  std::memcpy(out.data(), hash.data() + 12, 20);
  return out;
}
base::Hash256 random_hash(uint64_t seed, uint64_t a, uint64_t b) {
  base::Hash256 out;
  fill(seed, a, b ^ 0x68617368ULL, out);
  return out;
}
}  // namespace jindo::synth
