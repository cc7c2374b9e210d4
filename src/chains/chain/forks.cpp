// The tables of forks.
#include "chain/forks.h"

#include <span>
#include <vector>

#include "base/hex.h"

namespace jindo::chain {
namespace {
// When EIP-6780 came, by time or by block.
struct Cancun {
  std::string_view chain;
  int64_t time;    // 0: by block
  uint64_t block;  // 0: by time
};
constexpr Cancun kCancun[] = {
    {"ethereum", 1710338135, 0},   // EIP-7569
    {"optimism", 1710374401, 0},   // Ecotone: superchain-registry, superchain/configs/mainnet
    {"base", 1710374401, 0},       // Ecotone: the same
    {"bsc", 1718863500, 0},        // bnb-chain/bsc, params/config.go, BSCChainConfig.CancunTime
    {"gnosis", 1710181820, 0},     // gnosischain/specs, network-upgrades/dencun.md
    {"arbitrum", 1710424089, 0},   // ArbOS 20: alloy-rs/hardforks, ARBITRUM_ONE_CANCUN_TIMESTAMP
    {"avalanche", 1734368400, 0},  // Etna: ava-labs/coreth, params (CancunTime)
    {"polygon", 0, 54876000},      // Napoli: maticnetwork/bor, params/config.go, CancunBlock
};

struct OtherRow {
  std::string_view name, chain;
  uint64_t height;
  std::string_view hash;
};
constexpr OtherRow kOthers[] = {
    // Bitcoin Cash Node, src/chainparams.cpp, checkpoint 478559 (UAHF, 2017-08-01).
    {"Bitcoin Cash", "bitcoin", 478559, "000000000000000000651ef99cb9fcbe0dadde1d424bd9f15ff20136191a5eec"},
    // bitcoin-sv/bitcoin-sv, LICENSE: "containing block height #556767 with the hash" (2018-11-15).
    {"Bitcoin SV", "bitcoin", 556767, "000000000000000001d956714215d96ffc00e0afda4cd0a96c96f8d802b1662b"},
};
std::vector<OtherChain> make_others() {
  std::vector<OtherChain> out;
  for (const OtherRow& row : kOthers) {
    OtherChain& made = out.emplace_back(OtherChain{row.name, row.chain, row.height, {}});
    CHECK(base::from_hex_reversed(row.hash, made.hash));
  }
  return out;
}
}  // namespace

std::optional<bool> selfdestruct_ends_all(const Network& network, uint64_t height, int64_t time) {
  for (const Cancun& row : kCancun)
    if (row.chain == network.name) return row.block != 0 ? height < row.block : time < row.time;
  return std::nullopt;
}

const OtherChain* other_chain_of(const Network& network, const base::Hash256& block) {
  static const std::vector<OtherChain> others = make_others();
  for (const OtherChain& other : others)
    if (other.hash == block && other.chain == network.name) return &other;
  return nullptr;
}
}  // namespace jindo::chain
