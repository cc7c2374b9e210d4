// Text of addresses and hashes to one form each.
#include "exports/identifiers.h"

#include <algorithm>
#include <vector>

#include "base/hex.h"
#include "chain/base58.h"
#include "chain/bech32.h"
#include "chain/network.h"

namespace jindo::exports {
namespace {
// Lower-case hexadecimal of exactly `digits` digits.
std::optional<std::string> lower_digits(std::string_view text, size_t digits) {
  if (text.size() != digits) return std::nullopt;
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
  }
  return out;
}
std::string_view digits_of(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? text.substr(2) : text;
}
bool only_base58(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '1' && c <= '9') || (c >= 'A' && c <= 'Z' && c != 'I' && c != 'O') ||
           (c >= 'a' && c <= 'z' && c != 'l');
  });
}
}  // namespace

std::optional<std::string> evm_address(std::string_view text) {
  auto out = lower_digits(digits_of(text), 40);
  if (out) out->insert(0, "0x");
  return out;
}
std::optional<std::string> evm_hash(std::string_view text) {
  auto out = lower_digits(digits_of(text), 64);
  if (out) out->insert(0, "0x");
  return out;
}
std::optional<std::string> plain_hash(std::string_view text) { return lower_digits(digits_of(text), 64); }

std::optional<std::string> tron_address(std::string_view text) {
  if (const auto payload = chain::base58check_decode(text);
      payload && payload->size() == 21 && payload->front() == 0x41)
    return std::string(text);
  const std::string_view digits = digits_of(text);
  std::vector<uint8_t> payload(21, 0x41);
  if (digits.size() == 42 ? !base::from_hex(digits, payload) || payload.front() != 0x41
                          : !base::from_hex(digits, std::span<uint8_t>(payload).subspan(1)))
    return std::nullopt;
  return chain::base58check_encode(payload);
}

std::optional<std::string> solana_address(std::string_view text) {
  if (text.size() < 32 || text.size() > 44 || !only_base58(text)) return std::nullopt;
  return std::string(text);
}
std::optional<std::string> solana_signature(std::string_view text) {
  if (text.size() < 64 || text.size() > 88 || !only_base58(text)) return std::nullopt;
  return std::string(text);
}

std::optional<std::string> chain_address(std::string_view chain, std::string_view text) {
  if (chain == "tron") return tron_address(text);
  if (chain == "solana") return solana_address(text);
  return evm_address(text);
}
std::optional<std::string> chain_hash(std::string_view chain, std::string_view text) {
  if (chain == "tron") return plain_hash(text);
  if (chain == "solana") return solana_signature(text);
  return evm_hash(text);
}

std::string_view bitcoin_network_of(std::string_view address) {
  if (address.size() < 14 || address.size() > 90) return "";
  for (const char* name : {"bitcoin", "bitcoin-testnet", "bitcoin-regtest"}) {
    const auto network = chain::find_network(name);
    if (!network.ok()) continue;
    if (chain::segwit_decode((*network)->hrp, address)) return (*network)->name;
    const auto payload = chain::base58check_decode(address);
    if (payload && payload->size() == 21 &&
        (payload->front() == (*network)->p2pkh_version || payload->front() == (*network)->p2sh_version))
      return (*network)->name;
  }
  return "";
}

}  // namespace jindo::exports
