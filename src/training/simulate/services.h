// The services of a world, by chain: exchanges, market makers, mixers, bridges, CoinJoin coordinators. What they hold
// is in the chains; here is who they are. What they do is in market.cpp, mixer.cpp, bridge.cpp, coinjoin.cpp (with a
// file a protocol), *_life.cpp and account_events.cpp.
#pragma once

#include <string>
#include <vector>

#include "simulate/account_chain.h"
#include "simulate/utxo_chain.h"

namespace jindo::simulate {

// A place where value is: an account, or a wallet of the bitcoin chain.
struct Place {
  uint32_t chain = 0;  // index in World
  uint32_t id = 0;     // AccountId or WalletId
  friend bool operator==(const Place&, const Place&) = default;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct Exchange {
  std::string name;
  synth::OwnerId owner = 0;
  std::vector<Place> hot, cold;  // one a chain
  WalletId deposits = kNobody;   // bitcoin: deposit addresses are keys of this wallet
};
struct Pool {  // a constant-product market maker (Uniswap v2's formula, 0.3 %), whose calls look like v2's or v3's
  AssetId a = 0, b = 0;
  AccountId account = 0;
  bool v3 = false;
};
struct MixerPool {  // fixed denomination
  Uint128 denomination = 0;
  AccountId account = 0;
  uint32_t leaves = 0;
  uint32_t notes = 0;  // deposited and not withdrawn: the anonymity set
};
struct Mixer {
  AccountId router = 0;
  std::vector<AccountId> relayers;
  std::vector<MixerPool> pools;
};
enum class BridgeStyle : uint8_t {
  kMessage,  // lock and mint, a sequence number on both sides (Wormhole's core events)
  kRelayer,  // liquidity: relayers fill what depositors asked for, by deposit id (Across v3's events)
  kMemo,     // liquidity: vaults swap across chains, by memos (THORChain's router events, OP_RETURN on bitcoin)
  kDesk,     // a swap desk: a deposit address here, a payment from a hot wallet there, nothing on chain joins them
};
struct Bridge {
  std::string name;
  BridgeStyle style = BridgeStyle::kRelayer;
  synth::OwnerId owner = 0;
  uint32_t chain_a = 0, chain_b = 0;
  AssetId asset_a = 0, asset_b = 0;
  Place contract_a, contract_b;  // what takes in and logs
  Place vault_a, vault_b;        // what pays out (the contract itself where it does)
  uint64_t sequence = 0;
};
// Wasabi 1.x: many take part, one denomination, change, a coordinator's fee. Wasabi 2 (WabiSabi): each sum is split
// into standard denominations. Whirlpool: five equal in, five equal out. JoinMarket: one taker, a few makers, one equal
// output each and change.
enum class JoinStyle : uint8_t { kWasabi1, kWasabi2, kWhirlpool, kJoinMarket };
struct CoinJoinService {
  std::string name;
  synth::OwnerId owner = 0;
  WalletId fees = kNobody;
};
struct ChainServices {
  AccountId issuer = 0, router = 0, distributor = 0, batcher = 0, arbitrageur = 0, poisoner = 0, poison_contract = 0;
  AssetId wrapped = 0, usdt = 0, usdc = 0, game = 0;
  std::vector<Pool> pools;
  Mixer mixer;
  std::vector<uint32_t> person_account;   // account + 1, 0: none yet
  std::vector<uint32_t> deposit_account;  // at the person's exchange
  struct Recent {
    AccountId from = 0, to = 0;
  };
  std::vector<Recent> recent;      // transfers that an address poisoner may imitate
  std::vector<Recent> imitations;  // whom it tried to fool, with which look-alike
};

}  // namespace jindo::simulate
