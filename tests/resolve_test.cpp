// Resolvers beside the ledgers they read: event layouts, memos, the shipped registry, exchanges of many shapes, mixers'
// heuristics, statements, crossings inferred within their window only.
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/hex.h"
#include "resolve/resolver.h"
#include "resolve/statement.h"
#include "resolve/thorchain_memo.h"
#include "support/account_world.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace jindo::resolve {
namespace {
using base::Uint256;
using tests::id_of;
using tests::key;
using tests::Maker;
using tests::Move;
using tests::TemporaryFolder;

const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
const chain::AddressKey kCoin = chain::native_asset();
// Word by word, as the ABI has it.
std::vector<uint8_t> words(std::initializer_list<uint64_t> values) {
  std::vector<uint8_t> out;
  for (const uint64_t value : values) {
    const base::Hash256 word = word_of(Uint256(value));
    out.insert(out.end(), word.begin(), word.end());
  }
  return out;
}
struct Event {
  base::Hash256 topic0{};
  std::vector<uint8_t> rest;
  ledger::Note note(uint32_t topics) const {
    ledger::Note out;
    out.topics = topics;
    out.topic0 = topic0;
    out.rest = rest;
    return out;
  }
};

// ---- events
// ---------------------------------------------------------------------------------------------------------------
TEST(EventLayout, SignaturesAndTopicsAreThoseOfTheStandards) {
  const auto transfer = EventLayout::parse("Transfer(address indexed from, address indexed to, uint256 value)");
  ASSERT_TRUE(transfer.ok());
  EXPECT_EQ(transfer->signature(), "Transfer(address,address,uint256)");
  // EIP-20's topic, as every chain explorer shows it.
  EXPECT_EQ(base::to_hex(transfer->topic()), "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
  const auto alias = EventLayout::parse("E(uint a, (address who, int[] list)[2] pairs, bytes32 indexed)");
  ASSERT_TRUE(alias.ok()) << alias.error().message;
  EXPECT_EQ(alias->signature(), "E(uint256,(address,int256[])[2],bytes32)");
}
TEST(EventLayout, ReadsStaticAndDynamicValuesAndRefusesWhatIsNotThere) {
  const auto layout = EventLayout::parse(
      "Deposit(address indexed to, (uint64 a, uint64 b) pair, uint256 amount, string memo, bytes more)");
  ASSERT_TRUE(layout.ok());
  Event event;
  event.topic0 = layout->topic();
  event.rest = words({0xc8});
  const auto data = words({1, 2, 77, 160, 224, 3});
  event.rest.insert(event.rest.end(), data.begin(), data.end());
  event.rest.insert(event.rest.end(), {'a', ':', 'b'});
  event.rest.resize(event.rest.size() + 29);
  const auto last = words({~uint64_t{0}});
  event.rest.insert(event.rest.end(), last.begin(), last.end());
  const ledger::Note note = event.note(2);
  ASSERT_TRUE(layout->matches(note));
  EXPECT_EQ(layout->address(note, "to"), key(0xc8));
  EXPECT_EQ(layout->number(note, "amount"), Uint256(77));
  const auto memo = layout->bytes(note, "memo");
  ASSERT_TRUE(memo.has_value());
  EXPECT_EQ(std::string(memo->begin(), memo->end()), "a:b");
  EXPECT_FALSE(layout->bytes(note, "more").has_value()) << "a length of 2^64 - 1";
  EXPECT_FALSE(layout->number(note, "nobody").has_value());
  EXPECT_FALSE(layout->matches(event.note(3)));
  for (size_t cut = 0; cut < event.rest.size(); ++cut) {  // no prefix reads outside
    Event part = event;
    part.rest.resize(cut);
    ledger::Note half = part.note(2);
    (void)layout->bytes(half, "memo");
    (void)layout->address(half, "to");
    EXPECT_TRUE(cut >= 128 || !layout->number(half, "amount").has_value());
  }
}
TEST(EventLayout, BadDeclarationsSayWhat) {
  for (const char* text :
       {"", "Deposit", "Deposit(", "Deposit(address to", "Deposit(address to))", "Deposit(uint257 a)",
        "Deposit(uint12 a)", "Deposit(bytes33 a)", "Deposit(word a)", "1x(address a)",
        "D(address indexed a, address indexed b, address indexed c, address indexed d)"})
    EXPECT_FALSE(EventLayout::parse(text).ok()) << text;
  EXPECT_FALSE(EventLayout::parse("E(" + std::string(5000, 'a') + ")").ok());
  EXPECT_FALSE(EventLayout::parse("E(((((((uint256 a)))))))").ok());
}

// ---- memos
// ----------------------------------------------------------------------------------------------------------------
TEST(ThorchainMemo, BothSpellingsAndAbbreviations) {
  const auto swap = parse_thorchain_memo("=:BTC.BTC:bc1qxyz/bc1qrefund:0/1/0:t:30");
  ASSERT_TRUE(swap.has_value());
  EXPECT_EQ(swap->kind, ThorchainMemo::Kind::kSwap);
  EXPECT_EQ(swap->chain, "BTC");
  EXPECT_EQ(swap->destination, "bc1qxyz");
  const auto token = parse_thorchain_memo("swap:eth.usdc-0XA0B86991:0xabc");
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(token->chain, "ETH");
  EXPECT_EQ(token->symbol, "USDC");
  EXPECT_EQ(token->contract, "0xa0b86991");
  for (const char* text : {"s:e:0xabc", "=:e:0xabc", "SWAP:ETH.ETH:0xabc", "=:E:0xabc"}) {
    const auto memo = parse_thorchain_memo(text);
    ASSERT_TRUE(memo.has_value()) << text;
    EXPECT_EQ(memo->chain, "ETH");
    EXPECT_EQ(memo->symbol, "ETH");
    EXPECT_EQ(memo->destination, "0xabc");
  }
  const std::string hash(64, 'A');
  for (const std::string& text : {"OUT:" + hash, "out:0x" + hash, "Out:" + hash}) {
    const auto memo = parse_thorchain_memo(text);
    ASSERT_TRUE(memo.has_value()) << text;
    EXPECT_EQ(memo->kind, ThorchainMemo::Kind::kOut);
    EXPECT_EQ(memo->reference[0], 0xaa);
  }
  EXPECT_EQ(parse_thorchain_memo("REFUND:" + hash)->kind, ThorchainMemo::Kind::kRefund);
  for (const std::string& text : {std::string(), std::string("hello"), std::string("OUT:12"),
                                  "OUT:" + std::string(64, 'g'), std::string("=:"), std::string(2000, '=')})
    EXPECT_FALSE(parse_thorchain_memo(text).has_value()) << text;
}

// ---- registry
// -------------------------------------------------------------------------------------------------------------
TEST(Registry, TheShippedOneIsReadAndKnowsItsBridges) {
  const auto registry = Registry::read({tests::source_folder() + "/data/registry"});
  ASSERT_TRUE(registry.ok()) << registry.error().message;
  std::set<std::string> ids;
  for (const BridgeEntry& bridge : registry->bridges()) {
    ids.insert(bridge.id);
    EXPECT_FALSE(bridge.releases.empty()) << bridge.id;
    EXPECT_FALSE(bridge.source.empty()) << bridge.id;
  }
  for (const char* id :
       {"thorchain", "wormhole", "hop", "synapse", "celer", "multichain", "polygon-pos", "ronin", "nomad"})
    EXPECT_TRUE(ids.count(id)) << id;
  EXPECT_EQ(registry->chain_number("wormhole", ethereum()), 2u);
  EXPECT_EQ(registry->chain_number("", ethereum()), 1u);
  EXPECT_FALSE(registry->mixers().empty());
}
TEST(Registry, ErrorsNameFileAndLine) {
  const auto refuse = [](const std::string& body, const std::string& expected) {
    const auto registry = Registry::parse("r.yaml", "format: jindo-registry-1\nversion: x\n" + body);
    ASSERT_FALSE(registry.ok()) << body;
    EXPECT_NE(registry.error().message.find("r.yaml:"), std::string::npos) << registry.error().message;
    EXPECT_NE(registry.error().message.find(expected), std::string::npos) << registry.error().message;
  };
  refuse("swaps:\n  - {protocol: P, event: \"Swap(word x)\"}\n", "r.yaml:4");
  refuse("bridges:\n  - id: b\n    name: B\n    deposits: [{event: \"D(bytes32 indexed id)\", key: [nothing]}]\n",
         "nothing");
  refuse(
      "mixers:\n  - id: m\n    name: M\n    deposit: \"D()\"\n    withdrawal: \"W()\"\n    contracts: {nowhere: "
      "[\"0x00\"]}\n",
      "nowhere");
  refuse(
      "assets:\n  - {chain: ethereum, symbol: X, decimals: 6, address: "
      "\"0xdAC17F958D2ee523a2206206994597C13D831eC7\"}\n",
      "r.yaml:4");
  refuse("strange: 1\n", "strange");
  EXPECT_FALSE(Registry::parse("r.yaml", "format: something\n").ok());
  EXPECT_FALSE(Registry::parse("r.yaml", "[").ok());
}

// ---- exchanges
// ------------------------------------------------------------------------------------------------------------
constexpr uint8_t kMe = 1, kFriend = 2, kPool = 100, kSecond = 101, kRouter = 102, kFees = 103, kLender = 104;
const chain::AddressKey kUsd = key(150), kEuro = key(151), kShare = key(152);
const char* kSwap = "Swap(address,uint256,uint256,uint256,uint256,address)";

struct World {
  TemporaryFolder folder;
  std::unique_ptr<ledger::Ledger> ledger;
  Registry registry;
};
std::optional<Exchange> exchange_of(World& world, const std::vector<Move>& moves, bool event = true) {
  Maker maker;
  maker.act(1000, id_of(1, 1), moves, event ? kSwap : "", {}, kPool, std::vector<uint8_t>(128), 2);
  tests::store(world.folder / "l", ethereum(), maker.blocks, 10);
  auto ledger = ledger::Ledger::open(world.folder / "l");
  EXPECT_TRUE(ledger.ok());
  world.ledger = std::make_unique<ledger::Ledger>(std::move(*ledger));
  auto registry = Registry::read({tests::source_folder() + "/data/registry"});
  EXPECT_TRUE(registry.ok());
  world.registry = std::move(*registry);
  return ExchangeFinder(*world.ledger->find(ethereum())->account, world.registry).find(0);
}
// What became of `who`'s asset: by recipient and asset.
std::map<std::pair<chain::AddressKey, chain::AddressKey>, uint64_t> became(const Exchange& exchange, uint8_t who) {
  std::map<std::pair<chain::AddressKey, chain::AddressKey>, uint64_t> out;
  for (const Flow& flow : exchange.flows)
    if (exchange.gives[flow.give].address == key(who)) out[{flow.to, flow.asset}] += flow.arrives.low();
  return out;
}
// Nothing of a give that is split is lost.
void expect_whole(const Exchange& exchange) {
  for (size_t i = 0; i < exchange.gives.size(); ++i) {
    if (!exchange.gives[i].split) continue;
    Uint256 taken;
    for (const Flow& flow : exchange.flows)
      if (flow.give == i) taken += flow.taken;
    EXPECT_EQ(taken, exchange.gives[i].amount);
  }
}

TEST(Exchange, ASwapWithItsEventIsExactAndWithoutOneInferred) {
  const std::vector<Move> moves{{kCoin, key(kMe), key(kPool), 100}, {kUsd, key(kPool), key(kMe), 250}};
  World world, plain;
  const auto exact = exchange_of(world, moves);
  ASSERT_TRUE(exact.has_value());
  EXPECT_TRUE(exact->exact);
  EXPECT_EQ(exact->protocols, "Uniswap v2");
  EXPECT_EQ(became(*exact, kMe), (decltype(became(*exact, kMe)){{{key(kMe), kUsd}, 250}}));
  expect_whole(*exact);
  const auto inferred = exchange_of(plain, moves, false);
  ASSERT_TRUE(inferred.has_value());
  EXPECT_FALSE(inferred->exact);
  EXPECT_LT(inferred->confidence, kCertain);
}
TEST(Exchange, ARouteOverPoolsWithAFeeAndAnotherRecipient) {
  World world;
  // coin → euro → dollar over a router, paid to a friend, 3 dollars to whoever built the route.
  const auto exchange = exchange_of(world, {{kCoin, key(kMe), key(kRouter), 100},
                                            {kCoin, key(kRouter), key(kPool), 100},
                                            {kEuro, key(kPool), key(kSecond), 90},
                                            {kUsd, key(kSecond), key(kRouter), 250},
                                            {kUsd, key(kRouter), key(kFees), 3},
                                            {kUsd, key(kRouter), key(kFriend), 247}});
  ASSERT_TRUE(exchange.has_value());
  const auto mine = became(*exchange, kMe);
  ASSERT_TRUE(mine.count({key(kFriend), kUsd}));
  EXPECT_EQ(mine.at({key(kFriend), kUsd}), 247u);
  for (const Give& give : exchange->gives) EXPECT_NE(give.address, key(kRouter)) << "what passes through is no party";
  expect_whole(*exchange);
}
TEST(Exchange, AFlashLoanAroundItChangesNothing) {
  World world;
  const auto exchange = exchange_of(world, {{kEuro, key(kLender), key(kMe), 1'000'000},
                                            {kEuro, key(kMe), key(kSecond), 1'000'000},
                                            {kEuro, key(kSecond), key(kMe), 1'000'000},
                                            {kCoin, key(kMe), key(kPool), 100},
                                            {kUsd, key(kPool), key(kMe), 250},
                                            {kEuro, key(kMe), key(kLender), 1'000'000}});
  ASSERT_TRUE(exchange.has_value());
  EXPECT_EQ(became(*exchange, kMe), (decltype(became(*exchange, kMe)){{{key(kMe), kUsd}, 250}}));
  for (const Give& give : exchange->gives) EXPECT_NE(give.asset, kEuro);
}
TEST(Exchange, PlainPaymentsAreNone) {
  World world;
  EXPECT_FALSE(
      exchange_of(world, {{kCoin, key(kMe), key(kFriend), 100}, {kUsd, key(kMe), key(kFriend), 5}}, false).has_value());
}
TEST(Exchange, TwoAssetsForOneAreLeftAlone) {
  World world;
  const auto exchange = exchange_of(
      world, {{kCoin, key(kMe), key(kPool), 100}, {kUsd, key(kMe), key(kPool), 250}, {kShare, {}, key(kMe), 17}},
      false);
  EXPECT_FALSE(exchange.has_value()) << "the movements stand as they are";
}
TEST(Exchange, EverythingIsTheWholeSupplyAndStaysInside256Bits) {
  World world;
  Uint256 huge;
  huge.words[3] = uint64_t{1} << 63;
  const auto exchange = exchange_of(world, {{kEuro, key(kMe), key(kPool), huge}, {kUsd, key(kPool), key(kMe), huge}});
  ASSERT_TRUE(exchange.has_value());
  ASSERT_FALSE(exchange->flows.empty());
  expect_whole(*exchange);
}

// ---- mixers
// ---------------------------------------------------------------------------------------------------------------
struct MixerWorld {
  Maker maker;
  int64_t time = 1000;
  uint64_t act = 0;
  void note(uint8_t pool, uint8_t depositor, uint64_t value, uint64_t gas = 10) {
    const base::Hash256 commitment = id_of(++act, 5);
    maker.act(time += 100, id_of(act, 1), {{kCoin, key(depositor), key(pool), value}},
              "Deposit(bytes32,uint32,uint256)", commitment, pool, std::vector<uint8_t>(64));
    maker.blocks.back().transactions[0].gas_price = gas;
  }
  void withdraw(uint8_t pool, uint8_t recipient, uint64_t value, uint64_t gas = 10) {
    auto data = words({recipient, ++act, 0});
    // The topic is the relayer: nobody.
    maker.act(time += 100, id_of(act, 1), {{kCoin, key(pool), key(recipient), value}},
              "Withdrawal(address,bytes32,address,uint256)", {}, pool, data);
    chain::AccountBlock& block = maker.blocks.back();
    block.transactions[0].gas_price = gas;
    // Its own sender: who pays the gas.
    chain::AccountMovement fee;
    fee.kind = chain::MovementKind::kFee;
    fee.asset = kCoin;
    fee.from = key(recipient);
    fee.amount = Uint256(gas);
    block.movements.insert(block.movements.begin(), fee);
    block.transactions[0].movements = 2;
  }
  void pay(uint8_t from, uint8_t to, uint64_t value) {
    maker.act(time += 100, id_of(++act, 1), {{kCoin, key(from), key(to), value}});
  }
  std::vector<Link> links(const TemporaryFolder& folder) {
    tests::store(folder / "l", ethereum(), maker.blocks, 7);
    auto ledger = ledger::Ledger::open(folder / "l");
    EXPECT_TRUE(ledger.ok());
    auto registry = Registry::read({tests::source_folder() + "/data/registry"});
    const attribution::ServiceDirectory services;
    const auto pools = find_mixer_pools(*ledger, *registry, services);
    return link_mixer_notes(pools);
  }
};
std::optional<Link> link_to(const std::vector<Link>& links, uint8_t recipient) {
  for (const Link& link : links)
    if (link.to.address == key(recipient)) return link;
  return std::nullopt;
}
TEST(Mixer, ReuseOfAnAddressIsTheSurestAndNothingIsExact) {
  MixerWorld world;
  for (uint8_t who = 10; who < 22; ++who) world.note(90, who, 1000);
  world.withdraw(90, 15, 1000);
  const TemporaryFolder folder;
  const auto links = world.links(folder);
  const auto link = link_to(links, 15);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->rule, "address-reuse");
  EXPECT_EQ(link->from.address, key(15));
  EXPECT_EQ(link->anonymity_set, 12u);
  for (const Link& each : links) {
    EXPECT_FALSE(each.exact);
    EXPECT_LT(each.confidence, kCertain);
  }
}
TEST(Mixer, AGasPriceThatOnlyOneDepositPaid) {
  MixerWorld world;
  for (uint8_t who = 10; who < 22; ++who) world.note(90, who, 1000, who == 17 ? 31'337 : 10);
  world.withdraw(90, 60, 1000, 31'337);
  const TemporaryFolder folder;
  const auto link = link_to(world.links(folder), 60);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->rule, "gas-price");
  EXPECT_EQ(link->from.address, key(17));
}
TEST(Mixer, TheSameProfileInSeveralPools) {
  MixerWorld world;
  for (uint8_t who = 10; who < 22; ++who) {
    world.note(90, who, 1000);
    world.note(91, static_cast<uint8_t>(who + 20), 10'000);
  }
  for (int i = 0; i < 3; ++i) world.note(90, 8, 1000);
  for (int i = 0; i < 2; ++i) world.note(91, 8, 10'000);
  for (int i = 0; i < 3; ++i) world.withdraw(90, 60, 1000);
  for (int i = 0; i < 2; ++i) world.withdraw(91, 60, 10'000);
  const TemporaryFolder folder;
  const auto link = link_to(world.links(folder), 60);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->rule, "profile");
  EXPECT_EQ(link->from.address, key(8));
}
TEST(Mixer, PaymentsOutsideThePoolLinkBoth) {
  MixerWorld world;
  for (uint8_t who = 10; who < 22; ++who) world.note(90, who, 1000);
  world.pay(13, 60, 5);
  world.withdraw(90, 60, 1000);
  const TemporaryFolder folder;
  const auto link = link_to(world.links(folder), 60);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->rule, "linked");
  EXPECT_EQ(link->from.address, key(13));
}
TEST(Mixer, TheOnlyNoteOfTheHourIsAWeakGuess) {
  const auto world = [](bool crowded) {
    MixerWorld out;
    for (uint8_t who = 10; who < 40; ++who) out.note(90, who, 1000);
    out.time += 7200;
    out.note(90, 50, 1000);
    if (crowded) out.note(90, 51, 1000);
    out.withdraw(90, 60, 1000);
    const TemporaryFolder folder;
    return link_to(out.links(folder), 60);
  };
  const auto link = world(false);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->rule, "timing");
  EXPECT_EQ(link->from.address, key(50));
  EXPECT_LT(link->confidence, 50'000u);
  EXPECT_FALSE(world(true).has_value());
}
TEST(Mixer, ALargeSetAndNoTraceIsNoLink) {
  MixerWorld world;
  for (uint8_t who = 10; who < 80; ++who) world.note(90, who, 1000);
  world.withdraw(90, 81, 1000);
  const TemporaryFolder folder;
  EXPECT_FALSE(link_to(world.links(folder), 81).has_value());
}

// ---- what others can write
// --------------------------------------------------------------------------------------------------
const char* kTwoBridges = R"yaml(
format: jindo-registry-1
version: test
bridges:
  - id: keyed
    name: Keyed
    deposits: [{event: "Dispatch(bytes32 indexed id)", key: [id]}]
    releases: [{event: "Process(bytes32 indexed id)", key: [id]}]
    contracts: {ethereum: ["0x00000000000000000000000000000000000000c8"]}
  - id: thor
    name: Thor
    memos: true
    deposits: [{event: "Deposit(address indexed to, address indexed asset, uint256 amount, string memo)", memo: memo, amount: amount, vault: to}]
    releases: [{event: "TransferOut(address indexed vault, address indexed to, address asset, uint256 amount, string memo)", memo: memo, amount: amount, recipient: to, vault: vault}]
    contracts: {ethereum: ["0x00000000000000000000000000000000000000c9"]}
)yaml";
std::vector<Link> pairs_of(const TemporaryFolder& folder, const Maker& maker) {
  tests::store(folder / "l", ethereum(), maker.blocks, 10);
  auto ledger = ledger::Ledger::open(folder / "l");
  EXPECT_TRUE(ledger.ok());
  EXPECT_TRUE(base::replace_file(folder / "r.yaml", kTwoBridges).ok());
  ResolveRequest request;
  request.registry = {folder / "r.yaml"};
  request.inferred = true;
  const attribution::ServiceDirectory services;
  auto resolver = Resolver::make(*ledger, services, request);
  EXPECT_TRUE(resolver.ok()) << (resolver.ok() ? "" : resolver.error().message);
  return (*resolver)->links();
}
TEST(BridgePairs, AStrangersEventTakesNothingFromTheBridgesOwn) {
  Maker maker;
  maker.act(1000, id_of(1, 1), {{kCoin, {}, key(1), 500}, {kCoin, {}, key(200), 500}});
  maker.act(2000, id_of(2, 1), {{kCoin, key(1), key(200), 100}}, "Dispatch(bytes32)", id_of(7, 7), 200);
  maker.act(2500, id_of(3, 1), {{kCoin, key(5), key(6), 1}}, "Process(bytes32)", id_of(7, 7), 66);
  maker.act(3000, id_of(4, 1), {{kCoin, key(200), key(2), 99}}, "Process(bytes32)", id_of(7, 7), 200);
  const TemporaryFolder folder;
  const auto links = pairs_of(folder, maker);
  ASSERT_EQ(links.size(), 1u);
  EXPECT_TRUE(links[0].exact);
  EXPECT_EQ(links[0].to.address, key(2));
}
TEST(BridgePairs, AMemoThatPaysSomebodyElseNeverIsExact) {
  const auto text = [](std::initializer_list<uint64_t> heads, const std::string& memo) {
    std::vector<uint8_t> out = words(heads);
    const auto length = words({memo.size()});
    out.insert(out.end(), length.begin(), length.end());
    out.insert(out.end(), memo.begin(), memo.end());
    out.resize((out.size() + 31) / 32 * 32);
    return out;
  };
  base::Hash256 vault{};
  vault[31] = 201;
  const std::string hash = base::to_hex(id_of(2, 1));
  const auto world = [&](const std::string& answer, uint8_t paid_to, bool real_one) {
    Maker maker;
    maker.act(1000, id_of(1, 1), {{kCoin, {}, key(1), 500}, {kCoin, {}, key(201), 500}, {kCoin, {}, key(5), 500}});
    maker.act(2000, id_of(2, 1), {{kCoin, key(1), key(201), 100}}, "Deposit(address,address,uint256,string)", vault,
              201, text({100, 64}, "=:e:" + chain::format_address(ethereum(), key(2))), 2);
    base::Hash256 to{};
    to[31] = 5;
    maker.act(2500, id_of(3, 1), {{kCoin, key(5), key(paid_to), 1}},
              "TransferOut(address,address,address,uint256,string)", to, 66, text({0, 1, 96}, answer + hash), 2);
    if (real_one)
      maker.act(3000, id_of(4, 1), {{kCoin, key(201), key(2), 99}},
                "TransferOut(address,address,address,uint256,string)", vault, 201, text({0, 99, 96}, "OUT:" + hash), 2);
    const TemporaryFolder folder;
    return pairs_of(folder, maker);
  };
  for (const char* answer : {"OUT:", "REFUND:"}) {
    for (const Link& link : world(answer, 9, false)) EXPECT_FALSE(link.exact) << answer;
    const auto links = world(answer, 9, true);
    ASSERT_EQ(links.size(), 1u) << answer;
    EXPECT_TRUE(links[0].exact) << answer;
    EXPECT_EQ(links[0].to.address, key(2)) << answer;
    EXPECT_EQ(links[0].to.amount, Uint256(99)) << answer;
  }
}

// ---- statements
// -----------------------------------------------------------------------------------------------------------
TEST(Statements, NameWhoSaysSoAndRefuseWhatTheLedgerDoesNotHold) {
  Maker maker;
  maker.act(1000, id_of(1, 1), {{kCoin, {}, key(1), 100}});
  maker.act(2000, id_of(2, 1), {{kCoin, key(1), key(kPool), 100}});
  maker.act(3000, id_of(3, 1), {{kCoin, key(kPool), key(2), 60}});
  const TemporaryFolder folder;
  tests::store(folder / "l", ethereum(), maker.blocks, 10);
  const auto ledger = ledger::Ledger::open(folder / "l");
  ASSERT_TRUE(ledger.ok());
  const std::string header =
      "kind,from_chain,from_transaction,to_chain,to_transaction,confidence,by,date,source,to_address\n";
  const auto hash = [](uint64_t n) { return "0x" + base::to_hex(id_of(n, 1)); };
  const auto read = [&](const std::string& row) {
    EXPECT_TRUE(base::replace_file(folder / "s.csv", header + row + "\n").ok());
    return read_statements(folder / "s.csv", *ledger);
  };
  const auto good = read("service,ethereum," + hash(2) + ",ethereum," + hash(3) +
                         ",0.9,An exchange,2026-01-02,letter 7," + chain::format_address(ethereum(), key(2)));
  ASSERT_TRUE(good.ok()) << good.error().message;
  ASSERT_EQ(good->size(), 1u);
  EXPECT_EQ((*good)[0].kind, LinkKind::kService);
  EXPECT_EQ((*good)[0].confidence, 900'000u);
  EXPECT_FALSE((*good)[0].exact);
  EXPECT_EQ((*good)[0].from.address, key(1));
  EXPECT_EQ((*good)[0].to.address, key(2));
  EXPECT_NE((*good)[0].evidence.at(0).find("An exchange"), std::string::npos);
  for (const std::string& row : {"guess,ethereum," + hash(2) + ",ethereum," + hash(3) + ",0.9,X,2026-01-02,s,",
                                 "service,ethereum," + hash(9) + ",ethereum," + hash(3) + ",0.9,X,2026-01-02,s,",
                                 "service,ethereum," + hash(2) + ",ethereum," + hash(3) + ",1.5,X,2026-01-02,s,",
                                 "service,ethereum," + hash(2) + ",ethereum," + hash(3) + ",0.9,,2026-01-02,s,",
                                 "service,ethereum," + hash(2) + ",ethereum," + hash(3) + ",0.9,X,yesterday,s,",
                                 "service,bitcoin," + hash(2) + ",ethereum," + hash(3) + ",0.9,X,2026-01-02,s,"}) {
    const auto bad = read(row);
    ASSERT_FALSE(bad.ok()) << row;
    EXPECT_NE(bad.error().message.find("s.csv:2"), std::string::npos) << bad.error().message;
  }
}

// ---- values
// ---------------------------------------------------------------------------------------------------------------
TEST(AssetBook, RescalesExactlyAndValuesByTheNearestPrice) {
  EXPECT_EQ(AssetBook::rescale(Uint256(1'999'999'999), 9, 0), Uint256(1));
  EXPECT_EQ(AssetBook::rescale(Uint256(5), 0, 18), Uint256(5'000'000'000'000'000'000u));
  Uint256 huge;
  huge.words[3] = ~uint64_t{0};
  EXPECT_FALSE(AssetBook::rescale(huge, 0, 18).has_value());
  const TemporaryFolder folder;
  ASSERT_TRUE(base::make_folders(folder.path()).ok());
  ASSERT_TRUE(
      base::replace_file(folder / "p.csv",
                         "symbol,time,usd\nETH,2026-01-01T00:00:00Z,2000\nETH,2026-01-01T12:00:00Z,2500.5\nETH,,1000\n")
          .ok());
  AssetBook book;
  ASSERT_TRUE(book.read_prices(folder / "p.csv").ok());
  const AssetFacts* facts = book.find(ethereum(), kCoin);
  ASSERT_NE(facts, nullptr);
  const auto dollars = [&](int64_t time) {
    return book.value(*facts, Uint256(1'000'000'000'000'000'000u), time)->low() / 1'000'000'000'000u;
  };
  EXPECT_EQ(dollars(1'767'225'600 + 100), 2000u);
  EXPECT_EQ(dollars(1'767'225'600 + 43'200), 2500u);
  EXPECT_EQ(dollars(1'700'000'000), 1000u);
  for (const char* row : {"ETH,,-5", "ETH,,a", "ETH,noon,5", ",,5"}) {
    ASSERT_TRUE(base::replace_file(folder / "p.csv", "symbol,time,usd\n" + std::string(row) + "\n").ok());
    AssetBook bad;
    const auto status = bad.read_prices(folder / "p.csv");
    ASSERT_FALSE(status.ok()) << row;
    EXPECT_NE(status.error().message.find("p.csv:2"), std::string::npos);
  }
}

}  // namespace
}  // namespace jindo::resolve
