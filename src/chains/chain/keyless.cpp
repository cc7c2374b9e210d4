// Short scripts are run on stacks of ones, as deep as the script may want; those that come true with one element left,
// which P2WSH asks for, are remembered by the keys that they have in each form.
#include "chain/keyless.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/hash.h"

namespace jindo::chain {
namespace {
using Script = std::vector<uint8_t>;
constexpr size_t kDepthMax = 4;  // of the stack that the spender gives

// Of the operations below, what OP_VERIFY and the like leave; nullopt where the script fails.
using Stack = std::vector<int64_t>;
bool run_one(uint8_t code, Stack& stack) {
  const auto needs = [&](size_t count) { return stack.size() >= count; };
  if (code == 0x00) return stack.push_back(0), true;
  if (code == 0x4f) return stack.push_back(-1), true;
  if (code >= 0x51 && code <= 0x60) return stack.push_back(code - 0x50), true;
  if (code == 0x61 || code == 0xb0 || (code >= 0xb3 && code <= 0xb9)) return true;  // OP_NOP and its spares
  switch (code) {
    case 0x69:  // OP_VERIFY
      if (!needs(1) || stack.back() == 0) return false;
      stack.pop_back();
      return true;
    case 0x6d:  // OP_2DROP
      if (!needs(2)) return false;
      stack.resize(stack.size() - 2);
      return true;
    case 0x74:  // OP_DEPTH
      stack.push_back(static_cast<int64_t>(stack.size()));
      return true;
    case 0x75:  // OP_DROP
      if (!needs(1)) return false;
      stack.pop_back();
      return true;
    case 0x76:  // OP_DUP
      if (!needs(1)) return false;
      stack.push_back(stack.back());
      return true;
    case 0x77:  // OP_NIP
      if (!needs(2)) return false;
      stack.erase(stack.end() - 2);
      return true;
    case 0x7c:  // OP_SWAP
      if (!needs(2)) return false;
      std::swap(stack[stack.size() - 1], stack[stack.size() - 2]);
      return true;
    case 0x91:  // OP_NOT
      if (!needs(1)) return false;
      stack.back() = stack.back() == 0 ? 1 : 0;
      return true;
    case 0x92:  // OP_0NOTEQUAL
      if (!needs(1)) return false;
      stack.back() = stack.back() == 0 ? 0 : 1;
      return true;
    case 0x87:  // OP_EQUAL, of small numbers
      if (!needs(2)) return false;
      stack[stack.size() - 2] = stack[stack.size() - 2] == stack.back() ? 1 : 0;
      stack.pop_back();
      return true;
    default:
      return false;
  }
}
// Whether somebody who knows no secret can make it come true.
bool opens_to_anybody(const Script& script) {
  for (size_t depth = 0; depth <= kDepthMax; ++depth) {
    Stack stack(depth, 1);
    const bool ran = std::all_of(script.begin(), script.end(), [&](uint8_t code) { return run_one(code, stack); });
    if (ran && stack.size() == 1 && stack.back() != 0) return true;
  }
  return false;
}

void add_forms(const Script& script, std::vector<AddressKey>& keys) {
  keys.push_back(make_key(AddressKind::kScript, base::sha256(script)));
  keys.push_back(make_key(AddressKind::kWitnessScriptHash, base::sha256(script)));
  keys.push_back(make_key(AddressKind::kScriptHash, base::hash160(script)));
}
void add_scripts(const Script& begun, size_t longest, const Script& alphabet, std::vector<AddressKey>& keys) {
  if (opens_to_anybody(begun)) add_forms(begun, keys);
  if (begun.size() == longest) return;
  Script next = begun;
  next.push_back(0);
  for (const uint8_t code : alphabet) {
    next.back() = code;
    add_scripts(next, longest, alphabet, keys);
  }
}
std::vector<AddressKey> make_table() {
  Script all{0x00, 0x4f, 0x61, 0x69, 0x6d, 0x74, 0x75, 0x76, 0x77, 0x7c, 0x87, 0x91, 0x92, 0xb0};
  for (uint8_t code = 0x51; code <= 0x60; ++code) all.push_back(code);
  for (uint8_t code = 0xb3; code <= 0xb9; ++code) all.push_back(code);
  const Script few{0x00, 0x51, 0x61, 0x69, 0x6d, 0x74, 0x75, 0x76, 0x87};
  std::vector<AddressKey> keys;
  add_scripts({}, 2, all, keys);
  add_scripts({}, 3, few, keys);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}
}  // namespace

bool anybody_can_spend(const AddressKey& key) {
  switch (key.kind) {
    case AddressKind::kWitnessUnknown:
      return true;
    case AddressKind::kScript:
    case AddressKind::kScriptHash:
    case AddressKind::kWitnessScriptHash: {
      static const std::vector<AddressKey> table = make_table();
      return std::binary_search(table.begin(), table.end(), key);
    }
    default:
      return false;
  }
}
}  // namespace jindo::chain
