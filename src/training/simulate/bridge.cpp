// Value that crosses chains, as four kinds of services do it (BridgeStyle in services.h). What joins the two sides on
// chain, an identifier or a memo, is there where the real ones have it; a swap desk leaves nothing but time and amount.
#include <algorithm>

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

// What one crossing is about, seen from where it sets out.
struct World::Outward {
  Bridge& bridge;
  size_t index = 0;
  bool from_a = true;
  Place from = {}, to = {};
  AssetId asset = 0, asset_out = 0;
  Place contract = {}, vault_in = {}, vault_out = {};
  Uint128 amount = 0, out_amount = 0;  // taken in; paid out on the other side
  uint64_t sequence = 0;
  std::string memo = {};
};

Place World::desk_deposit(size_t index, bool from_a) {
  Bridge& bridge = bridges_[index];
  const uint32_t chain = from_a ? bridge.chain_a : bridge.chain_b;
  return new_place(chain, bridge.owner, "desk deposit");
}

// What the other side pays: at the world's prices, less 0.1 to 0.3 %. 0 where it cannot.
Uint128 World::bridge_quote(const Outward& out) {
  if (out.bridge.style == BridgeStyle::kMessage)
    return decimals(out.from.chain, out.asset) == decimals(out.to.chain, out.asset_out) ? out.amount : 0;
  const Uint128 micro = usd_micro(out.from.chain, out.asset, out.amount);
  Uint128 pays = from_usd_micro(out.to.chain, out.asset_out, micro);
  pays -= pays * (1 + random_.below(3)) / 1000;
  // The vault must have it when the time comes; what is promised to others is on top.
  return balance(out.vault_out, out.asset_out) < 2 * pays ? 0 : pays;
}

std::string World::bridge_memo(const Outward& out) {
  const uint32_t chain_out = out.to.chain;
  const std::string to_text = is_utxo(chain_out) && bitcoin_->wallet(out.to.id).keys == 0
                                  ? bitcoin_->address(out.to.id, bitcoin_->fresh_key(out.to.id))
                                  : address_text(out.to);
  if (out.bridge.style != BridgeStyle::kMemo) return "";
  const bool short_form = out.sequence % 3 != 0;
  std::string memo = std::string(out.sequence % 5 == 0 ? "SWAP" : "=") + ":" +
                     memo_asset(network(chain_out).name, short_form) + ":" + to_text;
  if (memo.size() > 80) memo = "=:" + std::string(memo_asset(network(chain_out).name, true)) + ":" + to_text;
  return memo;
}

uint64_t World::bridge_from_bitcoin(const Outward& out) {
  SpendOptions options;
  options.memo = out.memo;
  options.keep_id = true;
  Payee payee;
  payee.value = static_cast<uint64_t>(out.amount);
  payee.wallet = out.vault_in.id;
  if (out.bridge.style == BridgeStyle::kDesk) payee.wallet = desk_deposit(out.index, out.from_a).id;
  auto spent = bitcoin_->pay(out.from.id, {payee}, options);
  if (!spent && out.amount == bitcoin_->wallet(out.from.id).balance) {  // all of it: the fee comes off
    spent = bitcoin_->sweep(out.from.id, payee.wallet, Payee::kNewKey, options);
  }
  return spent ? spent->transaction : 0;
}

uint64_t World::bridge_to_desk(const Outward& out) {
  AccountChain& chain = *accounts_[out.from.chain];
  const Place deposit = desk_deposit(out.index, out.from_a);
  const uint64_t number = chain.transfer(out.asset, out.from.id, deposit.id, out.amount);
  if (number != 0) schedule(out.from.chain, chain.time() + 1200, SweepDue{deposit.id, out.vault_in.id, out.asset});
  return number;
}

// The call's data, as the contracts of the style take it.
AbiWriter World::bridge_input(const Outward& out, const synth::Account20& token) {
  AccountChain& chain = *accounts_[out.from.chain];
  AbiWriter input;
  if (out.bridge.style == BridgeStyle::kMemo) {
    input.selector("depositWithExpiry(address,address,uint256,string,uint256)").word(chain.address(out.vault_in.id));
    input.word(token).word(out.amount).word(Uint128{160}).word(static_cast<Uint128>(chain.time()) + 900);
    input.text(out.memo);
    return input;
  }
  AccountChain& chain_out = *accounts_[out.to.chain];
  if (out.bridge.style == BridgeStyle::kMessage) {
    input.selector("transferTokens(address,uint256,uint16,bytes32,uint256,uint32)").word(token);
    input.word(out.amount).word(Uint128{message_chain_id(network(out.to.chain).name)});
    input.word(address_topic(chain_out.address(out.to.id))).word(Uint128{0}).word(Uint128{out.sequence});
    return input;
  }
  input.selector(
      "depositV3(address,address,address,address,uint256,uint256,uint256,address,uint32,uint32,uint32,bytes)");
  input.word(chain.address(out.from.id)).word(chain_out.address(out.to.id)).word(token);
  input.word(out.amount).word(out.out_amount).word(Uint128{evm_chain_id(network(out.to.chain))});
  return input;
}

// What the contract logs: the identifier or the memo that joins the two sides.
void World::bridge_log(const Outward& out, const synth::Account20& token) {
  AccountChain& chain = *accounts_[out.from.chain];
  if (out.bridge.style == BridgeStyle::kMemo) {
    chain.log(out.contract.id,
              {event_topic("Deposit(address,address,uint256,string)"), address_topic(chain.address(out.vault_in.id)),
               address_topic(token)},
              AbiWriter().word(out.amount).word(Uint128{64}).text(out.memo));
    return;
  }
  AccountChain& chain_out = *accounts_[out.to.chain];
  if (out.bridge.style == BridgeStyle::kMessage) {
    AbiWriter payload;  // the token bridge's transfer message: type, amount, token, chain, recipient, chain, fee
    payload.word(Uint128{1}).word(out.amount).word(address_topic(token));
    payload.word(address_topic(chain_out.address(out.to.id)));
    AbiWriter data;
    data.word(Uint128{out.sequence}).word(Uint128{0}).word(Uint128{128}).word(Uint128{1}).text(payload.bytes());
    chain.log(out.contract.id,
              {event_topic("LogMessagePublished(address,uint64,uint32,bytes,uint8)"),
               address_topic(chain.address(out.contract.id))},
              data);
    return;
  }
  AbiWriter data;
  data.word(token).word(synth::Account20{}).word(out.amount).word(out.out_amount);
  data.word(static_cast<Uint128>(chain.time())).word(static_cast<Uint128>(chain.time()) + 14400);
  data.word(Uint128{0}).word(chain_out.address(out.to.id)).word(synth::Account20{});
  data.word(Uint128{320}).text("");
  chain.log(out.contract.id,
            {event_topic("V3FundsDeposited(address,address,uint256,uint256,uint256,uint32,uint32,uint32,uint32,"
                         "address,address,address,bytes)"),
             number_topic(evm_chain_id(network(out.to.chain))), number_topic(out.sequence),
             address_topic(chain.address(out.from.id))},
            data);
}

uint64_t World::bridge_to_contract(const Outward& out) {
  AccountChain& chain = *accounts_[out.from.chain];
  const AssetId asset = out.asset;
  const AccountId token = asset == 0 ? 0 : chain.assets()[asset].contract;
  const synth::Account20 token_address = asset == 0 ? synth::Account20{} : chain.address(token);
  const AbiWriter input = bridge_input(out, token_address);
  if (!chain.begin(out.from.id, out.contract.id, asset == 0 ? out.amount : 0, 110'000, &input)) return 0;
  if (asset != 0) {
    chain.call(out.contract.id, token, 0, "transferFrom(address,address,uint256)", 1);
    chain.token(asset, out.from.id, out.vault_in.id, out.amount);
  } else if (out.vault_in.id != out.contract.id) {
    chain.call(out.contract.id, out.vault_in.id, out.amount, "", 1);
  }
  bridge_log(out, token_address);
  return chain.end();
}

uint64_t World::bridge_out(size_t index, bool from_a, const Place& from, const Place& to, Uint128 amount,
                           Arrived arrived) {
  Bridge& bridge = bridges_[index];
  Outward out{bridge};
  out.index = index;
  out.from_a = from_a;
  out.from = from;
  out.to = to;
  out.asset = from_a ? bridge.asset_a : bridge.asset_b;
  out.asset_out = from_a ? bridge.asset_b : bridge.asset_a;
  out.contract = from_a ? bridge.contract_a : bridge.contract_b;
  out.vault_in = from_a ? bridge.vault_a : bridge.vault_b;
  out.vault_out = from_a ? bridge.vault_b : bridge.vault_a;
  out.amount = amount;
  out.out_amount = bridge_quote(out);
  if (out.out_amount == 0) return 0;
  out.sequence = ++bridge.sequence;
  out.memo = bridge_memo(out);
  uint64_t number = 0;
  if (is_utxo(from.chain)) {
    number = bridge_from_bitcoin(out);
    if (number == 0) return 0;
  } else {
    if (out.asset != 0 && accounts_[from.chain]->balance(from.id, out.asset) < amount) return 0;
    number = bridge.style == BridgeStyle::kDesk ? bridge_to_desk(out) : bridge_to_contract(out);
    if (number == 0) return 0;
  }
  Crossing crossing;
  crossing.bridge = index;
  crossing.from_a = from_a;
  crossing.number = number;
  crossing.from = from;
  crossing.to = to;
  crossing.sequence = out.sequence;
  crossing.amount = out.out_amount;
  crossing.arrived = std::move(arrived);
  const int64_t now = is_utxo(from.chain) ? bitcoin_->time() : accounts_[from.chain]->time();
  // Bitcoin waits for confirmations; desks for people.
  const int64_t delay = (is_utxo(from.chain) ? 1500 : 60) + static_cast<int64_t>(random_.below(600)) +
                        (bridge.style == BridgeStyle::kDesk ? 900 : 0);
  schedule(to.chain, now + delay, ArrivalDue{static_cast<uint32_t>(crossing_slot(std::move(crossing)))});
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

// Pays out on bitcoin; with the memo that names the transaction on the other side, where the style has memos.
uint64_t World::arrive_on_bitcoin(const Crossing& crossing, const Place& vault) {
  const Bridge& bridge = bridges_[crossing.bridge];
  SpendOptions options;
  options.keep_id = true;
  if (bridge.style == BridgeStyle::kMemo)
    options.memo = outbound_memo(transaction_text(crossing.from.chain, crossing.number));
  Payee payee;
  payee.wallet = crossing.to.id;
  payee.value = static_cast<uint64_t>(crossing.amount);
  if (bitcoin_->wallet(payee.wallet).keys > 0 && bridge.style == BridgeStyle::kMemo) payee.key = 0;
  const auto spent = bitcoin_->pay(vault.id, {payee}, options);
  return spent ? spent->transaction : 0;
}

uint64_t World::arrive_by_memo(const Crossing& crossing, const Place& contract, const Place& vault) {
  AccountChain& chain = *accounts_[crossing.to.chain];
  const AccountId to = crossing.to.id;
  const std::string memo = outbound_memo(transaction_text(crossing.from.chain, crossing.number));
  AbiWriter input;
  input.selector("transferOut(address,address,uint256,string)").word(chain.address(to)).word(synth::Account20{});
  input.word(crossing.amount).word(Uint128{128}).text(memo);
  if (!chain.begin(vault.id, contract.id, crossing.amount, 60'000, &input)) return 0;
  chain.call(contract.id, to, crossing.amount, "", 1);
  chain.log(contract.id,
            {event_topic("TransferOut(address,address,address,uint256,string)"), address_topic(chain.address(vault.id)),
             address_topic(chain.address(to))},
            AbiWriter().word(synth::Account20{}).word(crossing.amount).word(Uint128{96}).text(memo));
  return chain.end();
}

uint64_t World::arrive_by_message(const Crossing& crossing, const Place& contract, AssetId asset) {
  AccountChain& chain = *accounts_[crossing.to.chain];
  const Bridge& bridge = bridges_[crossing.bridge];
  const uint32_t origin = crossing.from.chain;
  const AccountId to = crossing.to.id;
  const AccountId relayer = services_[crossing.to.chain].batcher;
  AbiWriter input;
  input.selector("completeTransfer(bytes)").word(Uint128{32}).text("vaa");
  if (!chain.begin(relayer, contract.id, 0, 180'000, &input)) return 0;
  if (crossing.from_a) {
    chain.call(contract.id, chain.assets()[asset].contract, 0, "mint(address,uint256)", 1);
    chain.mint(asset, to, crossing.amount);
  } else if (asset == 0) {
    chain.call(contract.id, to, crossing.amount, "", 1);
  } else {
    chain.call(contract.id, chain.assets()[asset].contract, 0, "transfer(address,uint256)", 1);
    chain.token(asset, contract.id, to, crossing.amount);
  }
  const Place sender = crossing.from_a ? bridge.contract_a : bridge.contract_b;
  chain.log(
      contract.id,
      {event_topic("TransferRedeemed(uint16,bytes32,uint64)"), number_topic(message_chain_id(network(origin).name)),
       address_topic(accounts_[origin]->address(sender.id)), number_topic(crossing.sequence)},
      AbiWriter());
  return chain.end();
}

uint64_t World::arrive_by_relayer(const Crossing& crossing, const Place& contract, const Place& vault, AssetId asset) {
  AccountChain& chain = *accounts_[crossing.to.chain];
  const uint32_t origin = crossing.from.chain;
  const AccountId to = crossing.to.id;
  const Uint128 amount = crossing.amount;
  const AccountId token = asset == 0 ? 0 : chain.assets()[asset].contract;
  AbiWriter input;
  input.selector(
      "fillV3Relay((address,address,address,address,address,uint256,uint256,uint256,uint32,uint32,"
      "uint32,bytes),uint256)");
  input.word(chain.address(to)).word(amount).word(Uint128{crossing.sequence});
  if (!chain.begin(vault.id, contract.id, asset == 0 ? amount : 0, 140'000, &input)) return 0;
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
  return chain.end();
}

void World::happen(uint32_t, const ArrivalDue& due) {
  const Crossing crossing = std::move(*crossings_[due.crossing]);
  free_crossings_.push_back(due.crossing);
  const Bridge& bridge = bridges_[crossing.bridge];
  const AssetId asset = crossing.from_a ? bridge.asset_b : bridge.asset_a;
  const Place contract = crossing.from_a ? bridge.contract_b : bridge.contract_a;
  const Place vault = crossing.from_a ? bridge.vault_b : bridge.vault_a;
  const auto pay_out = [&] {
    if (is_utxo(crossing.to.chain)) return arrive_on_bitcoin(crossing, vault);
    switch (bridge.style) {
      case BridgeStyle::kDesk:
        return accounts_[crossing.to.chain]->transfer(asset, vault.id, crossing.to.id, crossing.amount);
      case BridgeStyle::kMemo:
        return arrive_by_memo(crossing, contract, vault);
      case BridgeStyle::kMessage:
        return arrive_by_message(crossing, contract, asset);
      case BridgeStyle::kRelayer:
        return arrive_by_relayer(crossing, contract, vault, asset);
    }
    return uint64_t{0};
  };
  const uint64_t number = pay_out();
  if (number != 0)
    add_link({"bridge", bridge.style == BridgeStyle::kDesk ? "inferable" : "exact", crossing.from.chain,
              crossing.number, crossing.to.chain, number, bridge.name});
  if (crossing.arrived) crossing.arrived(number, crossing.to, number == 0 ? 0 : crossing.amount);
}
}  // namespace jindo::simulate
