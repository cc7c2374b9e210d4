// Value that crosses chains, as four kinds of services do it (BridgeStyle in world.h). What joins the two sides on
// chain, an identifier or a memo, is there where the real ones have it; a swap desk leaves nothing but time and amount.
#include <algorithm>

#include "base/check.h"
#include "base/hex.h"
#include "simulate/world.h"

namespace jindo::simulate {
namespace {
using synth::AbiWriter;
using synth::address_topic;
using synth::event_topic;
using synth::number_topic;

// Wormhole's numbers of chains; other chains get one beyond.
uint64_t message_chain_id(std::string_view network) {
  constexpr std::pair<std::string_view, uint64_t> kIds[] = {{"ethereum", 2},  {"bsc", 4},       {"polygon", 5},
                                                            {"avalanche", 6}, {"arbitrum", 23}, {"optimism", 24},
                                                            {"gnosis", 25},   {"base", 30}};
  for (const auto& [name, id] : kIds)
    if (name == network) return id;
  return 60;
}
uint64_t evm_chain_id(const chain::Network& network) {  // eip155:N
  return std::stoull(std::string(network.caip2.substr(network.caip2.find(':') + 1)), nullptr, 0);
}
// THORChain's memo for a swap: an asset with its chain, where to, the least amount.
const char* memo_asset(std::string_view network, bool abbreviated) {
  if (network == "bitcoin") return abbreviated ? "b" : "BTC.BTC";
  if (network == "ethereum") return abbreviated ? "e" : "ETH.ETH";
  if (network == "bsc") return abbreviated ? "s" : "BSC.BNB";
  if (network == "avalanche") return abbreviated ? "a" : "AVAX.AVAX";
  return "BASE.ETH";
}
std::string outbound_memo(std::string hash) {
  if (hash.rfind("0x", 0) == 0) hash = hash.substr(2);
  for (char& c : hash) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return "OUT:" + hash;
}
}  // namespace

Place World::desk_deposit(size_t index, bool from_a) {
  Bridge& bridge = bridges_[index];
  const uint32_t chain = from_a ? bridge.chain_a : bridge.chain_b;
  return new_place(chain, bridge.owner, "desk deposit");
}

uint64_t World::bridge_out(size_t index, bool from_a, const Place& from, const Place& to, Uint128 amount,
                           Arrived arrived) {
  Bridge& bridge = bridges_[index];
  const AssetId asset = from_a ? bridge.asset_a : bridge.asset_b;
  const AssetId asset_out = from_a ? bridge.asset_b : bridge.asset_a;
  const Place contract = from_a ? bridge.contract_a : bridge.contract_b;
  const Place vault_in = from_a ? bridge.vault_a : bridge.vault_b;
  const Place vault_out = from_a ? bridge.vault_b : bridge.vault_a;
  const uint32_t chain_out = to.chain;
  // What the other side pays: at the world's prices, less 0.1 to 0.3 %.
  Uint128 out_amount = amount;
  if (bridge.style != BridgeStyle::kMessage) {
    const Uint128 micro = usd_micro(from.chain, asset, amount);
    out_amount = from_usd_micro(chain_out, asset_out, micro);
    out_amount -= out_amount * (1 + random_.below(3)) / 1000;
  } else if (decimals(from.chain, asset) != decimals(chain_out, asset_out)) {
    return 0;
  }
  if (out_amount == 0) return 0;
  // The vault must have it when the time comes; what is promised to others is on top.
  if (bridge.style != BridgeStyle::kMessage && balance(vault_out, asset_out) < 2 * out_amount) return 0;

  uint64_t number = 0;
  const uint64_t sequence = ++bridge.sequence;
  const std::string to_text = is_utxo(chain_out) && bitcoin_->wallet(to.id).keys == 0
                                  ? bitcoin_->address(to.id, bitcoin_->fresh_key(to.id))
                                  : address_text(to);
  std::string memo;
  if (bridge.style == BridgeStyle::kMemo) {
    const bool short_form = sequence % 3 != 0;
    memo = std::string(sequence % 5 == 0 ? "SWAP" : "=") + ":" + memo_asset(network(chain_out).name, short_form) + ":" +
           to_text;
    if (memo.size() > 80) memo = "=:" + std::string(memo_asset(network(chain_out).name, true)) + ":" + to_text;
  }
  if (is_utxo(from.chain)) {
    SpendOptions options;
    options.memo = memo;
    options.keep_id = true;
    Payee payee;
    payee.value = static_cast<uint64_t>(amount);
    payee.wallet = vault_in.id;
    if (bridge.style == BridgeStyle::kDesk) payee.wallet = desk_deposit(index, from_a).id;
    auto spent = bitcoin_->pay(from.id, {payee}, options);
    if (!spent && amount == bitcoin_->wallet(from.id).balance) {  // all of it: the fee comes off
      spent = bitcoin_->sweep(from.id, payee.wallet, Payee::kNewKey, options);
    }
    if (!spent) return 0;
    number = spent->transaction;
  } else {
    AccountChain& chain = *accounts_[from.chain];
    if (asset != 0 && chain.balance(from.id, asset) < amount) return 0;
    if (bridge.style == BridgeStyle::kDesk) {
      const Place deposit = desk_deposit(index, from_a);
      number = chain.transfer(asset, from.id, deposit.id, amount);
      if (number == 0) return 0;
      schedule(from.chain, chain.time() + 1200, asset == 0 ? Due::kSweep : Due::kTokenSweep, deposit.id, vault_in.id,
               asset, 0);
    } else {
      AbiWriter input;
      const AccountId token = asset == 0 ? 0 : chain.assets()[asset].contract;
      const synth::Account20 token_address = asset == 0 ? synth::Account20{} : chain.address(token);
      if (bridge.style == BridgeStyle::kMemo) {
        input.selector("depositWithExpiry(address,address,uint256,string,uint256)").word(chain.address(vault_in.id));
        input.word(token_address).word(amount).word(Uint128{160}).word(static_cast<Uint128>(chain.time()) + 900);
        input.text(memo);
      } else if (bridge.style == BridgeStyle::kMessage) {
        input.selector("transferTokens(address,uint256,uint16,bytes32,uint256,uint32)").word(token_address);
        input.word(amount).word(Uint128{message_chain_id(network(chain_out).name)});
        input.word(address_topic(accounts_[chain_out]->address(to.id))).word(Uint128{0}).word(Uint128{sequence});
      } else {
        input.selector(
            "depositV3(address,address,address,address,uint256,uint256,uint256,address,uint32,uint32,uint32,bytes)");
        input.word(chain.address(from.id)).word(accounts_[chain_out]->address(to.id)).word(token_address);
        input.word(amount).word(out_amount).word(Uint128{evm_chain_id(network(chain_out))});
      }
      if (!chain.begin(from.id, contract.id, asset == 0 ? amount : 0, 110'000, &input)) return 0;
      if (asset != 0) {
        chain.call(contract.id, token, 0, "transferFrom(address,address,uint256)", 1);
        chain.token(asset, from.id, vault_in.id, amount);
      } else if (vault_in.id != contract.id) {
        chain.call(contract.id, vault_in.id, amount, "", 1);
      }
      if (bridge.style == BridgeStyle::kMemo) {
        chain.log(contract.id,
                  {event_topic("Deposit(address,address,uint256,string)"), address_topic(chain.address(vault_in.id)),
                   address_topic(token_address)},
                  AbiWriter().word(amount).word(Uint128{64}).text(memo));
      } else if (bridge.style == BridgeStyle::kMessage) {
        AbiWriter payload;  // the token bridge's transfer message: type, amount, token, chain, recipient, chain, fee
        payload.word(Uint128{1}).word(amount).word(address_topic(token_address));
        payload.word(address_topic(accounts_[chain_out]->address(to.id)));
        chain.log(contract.id,
                  {event_topic("LogMessagePublished(address,uint64,uint32,bytes,uint8)"),
                   address_topic(chain.address(contract.id))},
                  AbiWriter()
                      .word(Uint128{sequence})
                      .word(Uint128{0})
                      .word(Uint128{128})
                      .word(Uint128{1})
                      .text(payload.bytes()));
      } else {
        AbiWriter data;
        data.word(token_address).word(synth::Account20{}).word(amount).word(out_amount);
        data.word(static_cast<Uint128>(chain.time())).word(static_cast<Uint128>(chain.time()) + 14400);
        data.word(Uint128{0}).word(accounts_[chain_out]->address(to.id)).word(synth::Account20{});
        data.word(Uint128{320}).text("");
        chain.log(contract.id,
                  {event_topic("V3FundsDeposited(address,address,uint256,uint256,uint256,uint32,uint32,uint32,uint32,"
                               "address,address,address,bytes)"),
                   number_topic(evm_chain_id(network(chain_out))), number_topic(sequence),
                   address_topic(chain.address(from.id))},
                  data);
      }
      number = chain.end();
    }
  }
  Crossing crossing;
  crossing.bridge = index;
  crossing.from_a = from_a;
  crossing.number = number;
  crossing.from = from;
  crossing.to = to;
  crossing.sequence = sequence;
  crossing.arrived = std::move(arrived);
  const int64_t now = is_utxo(from.chain) ? bitcoin_->time() : accounts_[from.chain]->time();
  // Bitcoin waits for confirmations; desks for people.
  const int64_t delay = (is_utxo(from.chain) ? 1500 : 60) + static_cast<int64_t>(random_.below(600)) +
                        (bridge.style == BridgeStyle::kDesk ? 900 : 0);
  const auto slot = static_cast<uint32_t>(crossing_slot(std::move(crossing)));
  schedule(chain_out, now + delay, Due::kArrival, slot, 0, 0, out_amount);
  return number;
}

size_t World::crossing_slot(Crossing crossing) {
  if (free_crossings_.empty()) {
    crossings_.push_back(std::make_unique<Crossing>(std::move(crossing)));
    return crossings_.size() - 1;
  }
  const size_t slot = free_crossings_.back();
  free_crossings_.pop_back();
  *crossings_[slot] = std::move(crossing);
  return slot;
}

void World::arrive(uint32_t, const Pending& pending) {
  const Crossing crossing = std::move(*crossings_[pending.a]);
  free_crossings_.push_back(pending.a);
  const Bridge& bridge = bridges_[crossing.bridge];
  const AssetId asset = crossing.from_a ? bridge.asset_b : bridge.asset_a;
  const Place contract = crossing.from_a ? bridge.contract_b : bridge.contract_a;
  const Place vault = crossing.from_a ? bridge.vault_b : bridge.vault_a;
  const uint32_t origin = crossing.from.chain;
  Uint128 amount = pending.amount;
  uint64_t number = 0;
  if (is_utxo(crossing.to.chain)) {
    SpendOptions options;
    options.keep_id = true;
    if (bridge.style == BridgeStyle::kMemo) options.memo = outbound_memo(transaction_text(origin, crossing.number));
    Payee payee;
    payee.wallet = crossing.to.id;
    payee.value = static_cast<uint64_t>(amount);
    if (bitcoin_->wallet(payee.wallet).keys > 0 && bridge.style == BridgeStyle::kMemo) payee.key = 0;
    const auto spent = bitcoin_->pay(vault.id, {payee}, options);
    if (spent) number = spent->transaction;
  } else {
    AccountChain& chain = *accounts_[crossing.to.chain];
    const AccountId to = crossing.to.id;
    switch (bridge.style) {
      case BridgeStyle::kDesk:
        number = chain.transfer(asset, vault.id, to, amount);
        break;
      case BridgeStyle::kMemo: {
        const std::string memo = outbound_memo(transaction_text(origin, crossing.number));
        AbiWriter input;
        input.selector("transferOut(address,address,uint256,string)").word(chain.address(to)).word(synth::Account20{});
        input.word(amount).word(Uint128{128}).text(memo);
        if (!chain.begin(vault.id, contract.id, amount, 60'000, &input)) break;
        chain.call(contract.id, to, amount, "", 1);
        chain.log(contract.id,
                  {event_topic("TransferOut(address,address,address,uint256,string)"),
                   address_topic(chain.address(vault.id)), address_topic(chain.address(to))},
                  AbiWriter().word(synth::Account20{}).word(amount).word(Uint128{96}).text(memo));
        number = chain.end();
        break;
      }
      case BridgeStyle::kMessage: {
        const AccountId relayer = services_[crossing.to.chain].batcher;
        AbiWriter input;
        input.selector("completeTransfer(bytes)").word(Uint128{32}).text("vaa");
        if (!chain.begin(relayer, contract.id, 0, 180'000, &input)) break;
        if (crossing.from_a) {
          chain.call(contract.id, chain.assets()[asset].contract, 0, "mint(address,uint256)", 1);
          chain.mint(asset, to, amount);
        } else if (asset == 0) {
          chain.call(contract.id, to, amount, "", 1);
        } else {
          chain.call(contract.id, chain.assets()[asset].contract, 0, "transfer(address,uint256)", 1);
          chain.token(asset, contract.id, to, amount);
        }
        chain.log(
            contract.id,
            {event_topic("TransferRedeemed(uint16,bytes32,uint64)"),
             number_topic(message_chain_id(network(origin).name)),
             address_topic(accounts_[origin]->address((crossing.from_a ? bridge.contract_a : bridge.contract_b).id)),
             number_topic(crossing.sequence)},
            AbiWriter());
        number = chain.end();
        break;
      }
      case BridgeStyle::kRelayer: {
        const AccountId token = asset == 0 ? 0 : chain.assets()[asset].contract;
        AbiWriter input;
        input.selector(
            "fillV3Relay((address,address,address,address,address,uint256,uint256,uint256,uint32,uint32,"
            "uint32,bytes),uint256)");
        input.word(chain.address(to)).word(amount).word(Uint128{crossing.sequence});
        if (!chain.begin(vault.id, contract.id, asset == 0 ? amount : 0, 140'000, &input)) break;
        if (asset == 0) {
          chain.call(contract.id, to, amount, "", 1);
        } else {
          chain.call(contract.id, token, 0, "transferFrom(address,address,uint256)", 1);
          chain.token(asset, vault.id, to, amount);
        }
        AbiWriter data;
        data.word(synth::Account20{}).word(asset == 0 ? synth::Account20{} : chain.address(token)).word(amount);
        data.word(amount).word(Uint128{evm_chain_id(network(crossing.to.chain))});
        data.word(static_cast<Uint128>(chain.time()) + 14400).word(Uint128{0}).word(synth::Account20{});
        data.word(accounts_[origin]->address(crossing.from.id)).word(chain.address(to)).word(Uint128{0});
        chain.log(contract.id,
                  {event_topic("FilledV3Relay(address,address,uint256,uint256,uint256,uint256,uint32,uint32,uint32,"
                               "address,address,address,address,bytes,(address,bytes,uint256,uint8))"),
                   number_topic(evm_chain_id(network(origin))), number_topic(crossing.sequence),
                   address_topic(chain.address(vault.id))},
                  data);
        number = chain.end();
        break;
      }
    }
  }
  if (number != 0)
    add_link({"bridge", bridge.style == BridgeStyle::kDesk ? "inferable" : "exact", origin, crossing.number,
              crossing.to.chain, number, bridge.name});
  if (crossing.arrived) crossing.arrived(number, crossing.to, number == 0 ? 0 : amount);
}
}  // namespace jindo::simulate
