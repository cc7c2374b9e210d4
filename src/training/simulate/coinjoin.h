// A CoinJoin in the making: who takes part with which coins, and what the transaction pays to whom. The protocols fill
// it in, each in a file of its own: wasabi.cpp, joinmarket.cpp. Whirlpool (whirlpool.cpp) needs none of it: its coins
// are equal beforehand.
#pragma once

#include <cstdint>
#include <vector>

#include "simulate/utxo_chain.h"

namespace jindo::simulate {

inline constexpr uint64_t kJoinFeeRate = 4;  // satoshi a virtual byte
// What a participant needs at least: the denomination, and fees.
inline uint64_t join_floor(uint64_t denomination) { return denomination + denomination / 200 + 20'000; }

struct JoinParticipant {
  WalletId wallet = kNobody;
  std::vector<CoinId> coins;
  uint64_t sum = 0;   // satoshi, of the coins
  bool mine = false;  // asked for by a script
  // What is left to be paid out once the participant's part of the miner's fee is taken.
  uint64_t after_fee() const { return sum - kJoinFeeRate * (70 * coins.size() + 70); }
};
struct JoinOutput {
  Payee payee;
  bool mine = false, equal = false;
};
struct JoinDraft {
  std::vector<JoinParticipant> all;  // the first is the taker: the wallet that was asked for, or who came first
  std::vector<JoinOutput> outputs;

  void pay(const JoinParticipant& one, uint64_t value, bool equal);
  uint64_t least_sum() const;               // UINT64_MAX where there is nobody yet
  bool all_have(uint64_t floor_sum) const;  // each participant
};

}  // namespace jindo::simulate
