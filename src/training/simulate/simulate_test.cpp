// Simulated chains: payments with change and never twice; fees, value, tokens and failures of accounts.
#include <gtest/gtest.h>

#include "simulate/world.h"

namespace jindo::simulate {
TEST(UtxoChain, PaysWithChangeAndNeverTwice) {
  UtxoChain chain(**chain::find_network("bitcoin"), 3, 5'000'000'000);
  const WalletId miner = chain.create_wallet(0, synth::ScriptKind::kP2wpkh, true, "pool");
  const WalletId other = chain.create_wallet(1, synth::ScriptKind::kP2pkh, false, "wallet");
  for (int height = 0; height <= 100; ++height) {
    chain.begin_block(1000 + height * 600);
    EXPECT_EQ(chain.wallet(miner).balance, height < 100 ? 0u : 5'000'000'000u) << "coinbases mature after 100 blocks";
    if (height < 100) chain.end_block(miner, {});
  }
  Payee payee;
  payee.wallet = other;
  payee.value = 1'000'000'000;
  const auto spent = chain.pay(miner, {payee}, {});
  ASSERT_TRUE(spent.has_value());
  EXPECT_EQ(chain.wallet(other).balance, 1'000'000'000u);
  EXPECT_EQ(chain.wallet(miner).balance, 4'000'000'000u - spent->fee);
  EXPECT_EQ(chain.coin(spent->outputs[0]).wallet, other);
  EXPECT_EQ(chain.coin(spent->change).wallet, miner);
  EXPECT_FALSE(chain.is_unspent(spent->spent[0], spent->transaction));
  payee.value = 5'000'000'000;
  EXPECT_FALSE(chain.pay(miner, {payee}, {}).has_value()) << "more than the wallet has";
  EXPECT_EQ(chain.wallet(other).balance, 1'000'000'000u);
  chain.end_block(miner, {});
}
TEST(AccountChain, FeesValueTokensAndFailures) {
  synth::OwnerNames owners(10);
  AccountChain chain(**chain::find_network("ethereum"), 1, 2, owners, 10, 0, 12, 100);
  const AccountId a = chain.create(0, 1, "wallet"), b = chain.create(1, 2, "wallet"),
                  contract = chain.create(2, 3, "token");
  const AssetId token = chain.add_token("USDT", 6, contract, true);
  chain.begin_block(0);
  chain.grant(a, 10'000'000);
  chain.end_block();
  chain.begin_block(12);
  EXPECT_EQ(chain.height(), 101u);
  EXPECT_NE(chain.transfer_coin(a, b, 1000), 0u);
  EXPECT_EQ(chain.balance(a, 0), Uint128{10'000'000 - 1000 - 210'000});
  EXPECT_EQ(chain.transfer_coin(b, a, 1), 0u) << "b cannot pay the fee";
  ASSERT_TRUE(chain.begin(a, contract, 0, 50'000));
  chain.mint(token, a, 500);
  chain.end();
  EXPECT_NE(chain.transfer_token(token, a, b, 200), 0u);
  EXPECT_EQ(chain.balance(b, token), Uint128{200});
  chain.set_frozen(b, true);
  const Uint128 before = chain.balance(a, 0);
  EXPECT_EQ(chain.transfer_token(token, a, b, 100), 0u) << "the issuer froze b";
  EXPECT_EQ(chain.balance(b, token), Uint128{200});
  EXPECT_LT(chain.balance(a, 0), before) << "a failed transaction pays its fee";
  chain.end_block();
  const synth::AccountBatch batch = chain.take_batch();
  EXPECT_EQ(batch.blocks.size(), 2u);
  EXPECT_EQ(batch.txs.size(), 4u);
  EXPECT_TRUE(batch.txs.back().failed);
  EXPECT_EQ(chain.movements(), 1u + 2 + 2 + 2 + 1);
}
}  // namespace jindo::simulate
