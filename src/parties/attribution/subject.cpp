// Tickers and spellings of chains, addresses and transactions as lists write them; what a tag must not be about.
#include "attribution/subject.h"

#include <algorithm>
#include <array>

#include "chain/base58.h"
#include "chain/block.h"

namespace jindo::attribution {
namespace {
using base::bad_input;
constexpr size_t kSubjectTextMax = 256;

// Tickers that name one chain.
struct Ticker {
  const char* ticker;
  const char* chain;
};
constexpr Ticker kTickers[] = {
    {"btc", "bitcoin"},      {"xbt", "bitcoin"},    {"eth", "ethereum"},     {"trx", "tron"},
    {"bsc", "bsc"},          {"bep20", "bsc"},      {"matic", "polygon"},    {"pol", "polygon"},
    {"arb", "arbitrum"},     {"avax", "avalanche"}, {"ron", "ronin"},        {"xdai", "gnosis"},
    {"op", "optimism"},      {"ltc", "litecoin"},   {"bch", "bitcoin-cash"}, {"bsv", "bitcoin-sv"},
    {"btg", "bitcoin-gold"}, {"dash", "dash"},      {"doge", "dogecoin"},    {"zec", "zcash"},
    {"xmr", "monero"},       {"xrp", "xrp-ledger"}, {"xvg", "verge"},        {"etc", "ethereum-classic"},
    {"sol", "solana"},       {"ada", "cardano"},    {"dot", "polkadot"},     {"eos", "eos"},
    {"xlm", "stellar"},      {"atom", "cosmos"},    {"algo", "algorand"},    {"bep2", "bnb-beacon"},
    {"near", "near"},        {"apt", "aptos"},      {"ftm", "fantom"},       {"xtz", "tezos"},
    {"neo", "neo"},          {"fil", "filecoin"},   {"dcr", "decred"},       {"dgb", "digibyte"},
};
// Tokens and the like: the address's form decides.
constexpr const char* kTokens[] = {"usdt", "usdc", "busd", "dai", "wbtc", "weth", "bnb", "omni"};

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}
base::Status check_text(std::string_view text) {
  if (text.empty()) return bad_input("an empty address");
  if (text.size() > kSubjectTextMax)
    return bad_input("an address of " + std::to_string(text.size()) + " characters; expected at most " +
                     std::to_string(kSubjectTextMax));
  for (const char c : text)
    if (c <= ' ' || c > '~')
      return bad_input("'" + std::string(text.substr(0, 60)) + "': an address has no such characters");
  return {};
}
bool looks_evm(std::string_view text) {
  return text.size() == 42 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
         text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}
const chain::Network* network_named(std::string_view name) {
  const auto found = chain::find_network(name);
  return found.ok() ? *found : nullptr;
}
base::Result<Subject> on_network(const chain::Network& network, std::string_view text) {
  Subject out;
  out.chain = network.name;
  out.network = &network;
  JINDO_TRY(out.key, chain::parse_address(network, text));
  out.text = chain::format_address(network, out.key);
  return out;
}
// The forms that tell their chain.
const chain::Network* network_by_form(std::string_view text) {
  if (looks_evm(text)) return network_named("ethereum");
  for (const char* name : {"bitcoin", "tron"}) {
    const chain::Network* network = network_named(name);
    if (chain::parse_address(*network, text).ok()) return network;
  }
  return nullptr;
}
std::string chain_of_ticker(const std::string& ticker) {
  for (const Ticker& t : kTickers)
    if (ticker == t.ticker || ticker == t.chain) return t.chain;
  return "";
}

// Bitcoin Cash's own alphabet (CashAddr specification): version byte, hash, 40 bits of checksum.
bool decode_cashaddr(std::string_view text, std::array<uint8_t, 20>& hash) {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  constexpr std::string_view kPrefix = "bitcoincash";
  if (text.substr(0, kPrefix.size() + 1) == "bitcoincash:") text.remove_prefix(kPrefix.size() + 1);
  if (text.size() != 42) return false;
  std::vector<uint8_t> values;
  for (const char c : text) {
    const size_t at = kAlphabet.find(c);
    if (at == std::string_view::npos) return false;
    values.push_back(static_cast<uint8_t>(at));
  }
  uint64_t c = 1;
  const auto step = [&c](uint8_t d) {
    const auto top = static_cast<uint8_t>(c >> 35);
    c = ((c & 0x07ffffffffULL) << 5) ^ d;
    constexpr uint64_t kGenerator[] = {0x98f2bc8e61ULL, 0x79b76d99e2ULL, 0xf33e5fb3c4ULL, 0xae2eabe2a8ULL,
                                       0x1e4f43e470ULL};
    for (int i = 0; i < 5; ++i)
      if ((top >> i & 1) != 0) c ^= kGenerator[i];
  };
  for (const char p : kPrefix) step(static_cast<uint8_t>(p & 31));
  step(0);
  for (const uint8_t v : values) step(v);
  if ((c ^ 1) != 0) return false;
  std::vector<uint8_t> bytes;
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i + 8 < values.size(); ++i) {
    bits = bits << 5 | values[i];
    count += 5;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<uint8_t>(bits >> count));
    }
  }
  if (bytes.size() < 21 || bytes[0] != 0) return false;  // version 0: P2PKH of 160 bits
  std::copy_n(bytes.begin() + 1, 20, hash.begin());
  return true;
}
}  // namespace

base::Result<Subject> make_address_subject(std::string_view chain_text, std::string_view given) {
  const std::string_view text = trimmed(given);
  JINDO_DO(check_text(text));
  const std::string_view where = trimmed(chain_text);
  const chain::Network* network = network_named(where);
  if (network != nullptr) return on_network(*network, text);
  const std::string ticker = lower_case(where);
  if (ticker.empty()) return guess_address_subject(text);
  if (ticker.size() > 32) return bad_input("chain or currency '" + ticker.substr(0, 32) + "…': expected a short name");
  const bool token = std::find_if(std::begin(kTokens), std::end(kTokens), [&](const char* t) { return ticker == t; }) !=
                     std::end(kTokens);
  const std::string name = chain_of_ticker(ticker);
  if (!token && !name.empty()) {
    network = network_named(name);
    if (network != nullptr) {
      auto parsed = on_network(*network, text);
      if (parsed.ok()) return parsed;
      // Lists put an address under another chain's ticker now and then: its form decides (OFAC has a Tron address as
      // XBT).
      const chain::Network* other = network_by_form(text);
      if (other == nullptr || other == network) return parsed.error();
      return on_network(*other, text);
    }
  } else {
    network = network_by_form(text);
    if (network != nullptr) return on_network(*network, text);
  }
  Subject out;
  out.chain = name.empty() ? ticker : name;
  for (const char c : out.chain)
    if (c <= ' ' || c > '~') return bad_input("chain or currency '" + out.chain + "': expected a plain name");
  out.text = std::string(text);
  return out;
}

base::Result<Subject> guess_address_subject(std::string_view given) {
  const std::string_view text = trimmed(given);
  JINDO_DO(check_text(text));
  const chain::Network* network = network_by_form(text);
  if (network == nullptr)
    return bad_input("'" + std::string(text.substr(0, 60)) +
                     "': no chain is named, and the address has no form that tells it");
  return on_network(*network, text);
}

base::Result<Subject> make_transaction_subject(std::string_view chain_text, std::string_view given) {
  const std::string_view text = trimmed(given);
  const std::string name = chain_of_ticker(lower_case(trimmed(chain_text)));
  JINDO_TRY(const chain::Network* network, chain::find_network(name.empty() ? std::string(trimmed(chain_text)) : name));
  Subject out;
  out.kind = SubjectKind::kTransaction;
  out.chain = network->name;
  out.network = network;
  chain::TxId id{};
  if (!chain::parse_hash(*network, text, id))
    return bad_input("'" + std::string(text.substr(0, 80)) + "' is no transaction of " + std::string(network->name));
  out.text = chain::format_hash(*network, id);
  return out;
}

std::string absurd(const Subject& subject, Category category) {
  if (subject.kind == SubjectKind::kTransaction || subject.network == nullptr || category == Category::kBurn) return "";
  const auto& bytes = subject.key.bytes;
  if (subject.key.kind == chain::AddressKind::kAccount) {
    const auto leading = std::find_if(bytes.begin(), bytes.begin() + 20, [](uint8_t b) { return b != 0; });
    if (leading == bytes.begin() + 20)
      return "the zero address: nobody owns it, all minting and burning goes through it";
    if (leading >= bytes.begin() + 17)
      return "an address of hardly more than zeros: a precompile or a slip, nobody holds a key to it";
    // dEaD, dead…: burn addresses by convention.
    if (leading >= bytes.begin() + 16 && bytes[18] == 0xde && bytes[19] == 0xad)
      return "a burn address: nobody owns it";
    static constexpr std::array<uint8_t, 3> kDead{0xde, 0xad, 0x00};
    if (std::equal(kDead.begin(), kDead.end(), bytes.begin()) &&
        std::all_of(bytes.begin() + 2, bytes.begin() + 17, [](uint8_t b) { return b == 0; }))
      return "a burn address: nobody owns it";
  }
  const size_t size =
      subject.key.kind == chain::AddressKind::kWitnessScriptHash || subject.key.kind == chain::AddressKind::kTaproot
          ? 32
          : 20;
  if (std::all_of(bytes.begin() + 1, bytes.begin() + static_cast<ptrdiff_t>(size),
                  [&](uint8_t b) { return b == bytes[0]; }))
    return "an address of one repeated byte: nobody holds a key to it";
  return "";
}

bool key_hash_of(const Subject& subject, std::array<uint8_t, 20>& out) {
  if (subject.kind == SubjectKind::kTransaction) return false;
  if (subject.network != nullptr) {
    if (subject.key.kind != chain::AddressKind::kPubkeyHash && subject.key.kind != chain::AddressKind::kWitnessKeyHash)
      return false;
    std::copy_n(subject.key.bytes.begin(), 20, out.begin());
    return true;
  }
  if (subject.chain == "bitcoin-cash" && decode_cashaddr(subject.text, out)) return true;
  struct Version {
    const char* chain;
    uint8_t version;
  };
  // Base58 versions of P2PKH: each project's chainparams.
  static constexpr Version kVersions[] = {{"bitcoin-cash", 0}, {"bitcoin-sv", 0}, {"bitcoin-gold", 38},
                                          {"litecoin", 48},    {"dogecoin", 30},  {"dash", 76}};
  for (const Version& v : kVersions) {
    if (subject.chain != v.chain) continue;
    const auto payload = chain::base58check_decode(subject.text);
    if (!payload || payload->size() != 21 || payload->front() != v.version) return false;
    std::copy_n(payload->begin() + 1, 20, out.begin());
    return true;
  }
  return false;
}
}  // namespace jindo::attribution
