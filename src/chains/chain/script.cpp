// Who an output script pays, by its template.
#include "chain/script.h"

namespace jindo::chain {
namespace {
bool is_public_key(base::Bytes key) {
  if (key.size() == 33) return key[0] == 2 || key[0] == 3;
  return key.size() == 65 && (key[0] == 4 || key[0] == 6 || key[0] == 7);
}
// OP_m <key>… OP_n OP_CHECKMULTISIG, 1 ≤ m ≤ n ≤ 20 (beyond 16 the numbers are pushed, which no one uses bare).
bool is_multisig(base::Bytes script) {
  if (script.size() < 37 || script.back() != 0xae) return false;
  const int needed = script[0] - 0x50;
  const int keys = script[script.size() - 2] - 0x50;
  if (needed < 1 || needed > keys || keys > 16) return false;
  size_t at = 1;
  for (int i = 0; i < keys; ++i) {
    const size_t length = script[at];
    if (at + 1 + length > script.size() - 2 || !is_public_key(script.subspan(at + 1, length))) return false;
    at += 1 + length;
  }
  return at == script.size() - 2;
}
}  // namespace

ScriptOwner classify_script(base::Bytes s) {
  using T = ScriptType;
  if (s.size() == 25 && s[0] == 0x76 && s[1] == 0xa9 && s[2] == 20 && s[23] == 0x88 && s[24] == 0xac) {
    return {T::kPubkeyHash, make_key(AddressKind::kPubkeyHash, s.subspan(3, 20))};
  }
  if (s.size() == 23 && s[0] == 0xa9 && s[1] == 20 && s[22] == 0x87) {
    return {T::kScriptHash, make_key(AddressKind::kScriptHash, s.subspan(2, 20))};
  }
  if (s.size() >= 4 && s.size() <= 42 && (s[0] == 0 || (s[0] >= 0x51 && s[0] <= 0x60)) && s[1] == s.size() - 2) {
    const uint8_t version = s[0] == 0 ? 0 : static_cast<uint8_t>(s[0] - 0x50);
    const base::Bytes program = s.subspan(2);
    if (version == 0 && program.size() == 20)
      return {T::kWitnessKeyHash, make_key(AddressKind::kWitnessKeyHash, program)};
    if (version == 0 && program.size() == 32)
      return {T::kWitnessScriptHash, make_key(AddressKind::kWitnessScriptHash, program)};
    if (version == 1 && program.size() == 32) return {T::kTaproot, make_key(AddressKind::kTaproot, program)};
    if (version != 0) {
      if (program.size() > 30) return {T::kWitnessUnknown, make_key(AddressKind::kScript, base::sha256(s))};
      std::array<uint8_t, 32> payload{version, static_cast<uint8_t>(program.size())};
      std::copy(program.begin(), program.end(), payload.begin() + 2);
      return {T::kWitnessUnknown, make_key(AddressKind::kWitnessUnknown, payload)};
    }
  }
  if (!s.empty() && s[0] == 0x6a) return {T::kNullData, {}};
  if ((s.size() == 35 || s.size() == 67) && s.back() == 0xac && s[0] == s.size() - 2 &&
      is_public_key(s.subspan(1, s.size() - 2))) {
    return {T::kPubkey, make_key(AddressKind::kPubkeyHash, base::hash160(s.subspan(1, s.size() - 2)))};
  }
  if (is_multisig(s)) return {T::kMultisig, make_key(AddressKind::kMultisig, base::sha256(s))};
  return {T::kNonStandard, make_key(AddressKind::kScript, base::sha256(s))};
}

std::vector<uint8_t> null_data(base::Bytes s) {
  std::vector<uint8_t> out;
  if (s.empty() || s[0] != 0x6a) return out;
  for (size_t at = 1; at < s.size();) {
    const uint8_t code = s[at++];
    size_t length = code;            // 1 to 75 push so many bytes
    if (code >= 76 && code <= 78) {  // OP_PUSHDATA1, 2, 4
      const size_t bytes = size_t{1} << (code - 76);
      if (s.size() - at < bytes) break;
      length = 0;
      for (size_t i = 0; i < bytes; ++i) length |= static_cast<size_t>(s[at + i]) << (8 * i);
      at += bytes;
    } else if (code > 78 || code == 0) {
      break;
    }
    if (length > s.size() - at) break;
    out.insert(out.end(), s.begin() + static_cast<ptrdiff_t>(at), s.begin() + static_cast<ptrdiff_t>(at + length));
    at += length;
  }
  return out;
}

}  // namespace jindo::chain
