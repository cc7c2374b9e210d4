// Traces over links: swaps, crossings and wraps move lots between assets and chains, and nothing is lost. Random worlds
// of two account chains against a plain reference; a crossing to bitcoin with origins beyond 64 bits; clocks that
// contradict.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/file.h"
#include "ledger/ledger_writer.h"
#include "support/account_world.h"
#include "support/temporary_folder.h"
#include "trace/crossings.h"
#include "trace/trail.h"

namespace jindo {
namespace {
using base::Uint256;
using chain::AddressKey;
using namespace tests;
using trace::Policy;
using trace::WideLot;

const chain::Network& net(int index) {
  return **chain::find_network(index == 0 ? "ethereum" : index == 1 ? "bsc" : "bitcoin");
}
constexpr uint8_t kPool = 100, kToken = 150, kBridge = 200, kPeople = 8;
AddressKey asset_of(bool is_token) { return is_token ? key(kToken) : chain::native_asset(); }
const char* kRegistry = R"yaml(
format: jindo-registry-1
version: test
swaps:
  - {protocol: "Uniswap v2", event: "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)"}
bridges:
  - id: test
    name: Test bridge
    deposits: [{event: "Dispatch(bytes32 indexed id)", key: [id]}]
    releases: [{event: "Process(bytes32 indexed id)", key: [id]}]
    contracts: {ethereum: ["0x00000000000000000000000000000000000000c8"], bsc: ["0x00000000000000000000000000000000000000c8"]}
  - id: thor
    name: Thor
    memos: true
    deposits: [{event: "Deposit(address indexed to, address indexed asset, uint256 amount, string memo)", memo: memo, amount: amount, vault: to}]
    contracts: {ethereum: ["0x00000000000000000000000000000000000000c8"]}
)yaml";

trace::Source theft_of(const std::string& name, int network, const AddressKey& asset, const base::Hash256& id,
                       const AddressKey& to) {
  trace::Source source;
  source.incident = name;
  source.network = &net(network);
  source.asset = asset;
  trace::Theft theft;
  theft.label = name;
  theft.transaction = id;
  theft.to = to;
  source.thefts.push_back(theft);
  return source;
}
struct Opened {
  std::unique_ptr<ledger::Ledger> ledger;
  attribution::ServiceDirectory services;
  std::unique_ptr<resolve::Resolver> resolver;
};
Opened open(const TemporaryFolder& folder, const std::string& name) {
  Opened out;
  auto ledger = ledger::Ledger::open(folder / name);
  EXPECT_TRUE(ledger.ok());
  out.ledger = std::make_unique<ledger::Ledger>(std::move(*ledger));
  EXPECT_TRUE(base::replace_file(folder / "registry.yaml", kRegistry).ok());
  resolve::ResolveRequest request;
  request.registry = {folder / "registry.yaml"};
  auto resolver = resolve::Resolver::make(*out.ledger, out.services, request);
  EXPECT_TRUE(resolver.ok()) << (resolver.ok() ? "" : resolver.error().message);
  out.resolver = std::move(*resolver);
  return out;
}
trace::Result run(const Opened& opened, const std::vector<trace::Source>& sources, Policy policy, bool record = false) {
  trace::Options options;
  options.policy = policy;
  options.record = record;
  options.resolver = opened.resolver.get();
  auto result = trace::run(*opened.ledger, sources, options);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return std::move(*result);
}

// ---- the plain reference: every holding's lots from the first act
// -------------------------------------------------------------
struct Plain {
  uint64_t amount, origin;
  int source;
};
using Place = std::tuple<int, uint8_t, bool>;  // chain, who, token
struct Reference {
  std::map<Place, std::vector<Plain>> held;
  std::map<uint64_t, std::vector<Plain>> bags;
  std::map<uint64_t, uint64_t> bag_total;
  bool lifo = false;

  std::vector<Plain> take(const Place& from, uint64_t value) {
    std::vector<Plain> out;
    auto& lots = held[from];
    while (value > 0) {
      Plain& lot = lifo ? lots.back() : lots.front();
      const uint64_t part = std::min(value, lot.amount);
      const auto origin = static_cast<uint64_t>(static_cast<base::Uint128>(lot.origin) * part / lot.amount);
      out.push_back({part, origin, lot.source});
      lot.amount -= part;
      lot.origin -= origin;
      value -= part;
      if (lot.amount == 0) lots.erase(lifo ? lots.end() - 1 : lots.begin());
    }
    return out;
  }
  void give(const Place& to, const std::vector<Plain>& lots) {
    for (const Plain& lot : lots)
      if (lot.amount > 0) held[to].push_back(lot);
  }
  static std::vector<Plain> changed(std::vector<Plain> lots, uint64_t total, uint64_t target) {
    uint64_t reached = 0, given = 0;
    for (Plain& lot : lots) {
      reached += lot.amount;
      const auto until = static_cast<uint64_t>(static_cast<base::Uint128>(target) * reached / total);
      lot.amount = until - given;
      given = until;
    }
    for (size_t i = 0; i < lots.size(); ++i) {
      if (lots[i].amount > 0 || lots[i].source < 0) continue;
      for (size_t d = 1; d < lots.size(); ++d) {
        bool done = false;
        for (const size_t k : {i - d, i + d})
          if (!done && k < lots.size() && lots[k].source == lots[i].source && lots[k].amount > 0) {
            lots[k].origin += lots[i].origin;
            done = true;
          }
        if (done) break;
      }
    }
    return lots;
  }
  static bool tainted(const std::vector<Plain>& lots) {
    return std::any_of(lots.begin(), lots.end(), [](const Plain& lot) { return lot.source >= 0; });
  }

  void swap(const Place& from, uint64_t amount, uint64_t got) {
    const auto& [c, who, is_token] = from;
    const auto mine = take(from, amount), theirs = take({c, kPool, !is_token}, got);
    give({c, who, !is_token}, changed(mine, amount, got));
    give({c, kPool, is_token}, changed(theirs, got, amount));
  }
  void pay_in(uint64_t crossing, const Place& from, uint64_t amount) {
    bags[crossing] = take(from, amount);
    bag_total[crossing] = amount;
    give({std::get<0>(from), kBridge, false}, {{amount, 0, -1}});
  }
  // What the bridge itself held of stolen value comes first; what crossed fills the rest.
  void pay_out(uint64_t crossing, const Place& to, uint64_t paid) {
    std::vector<Plain> lots;
    uint64_t own = 0;
    for (const Plain& lot : take({std::get<0>(to), kBridge, false}, paid))
      if (lot.source >= 0) lots.push_back(lot), own += lot.amount;
    const auto bag = bags.find(crossing);
    if (bag != bags.end() && tainted(bag->second) && own < paid) {
      for (const Plain& lot : changed(bag->second, bag_total[crossing], paid - own)) lots.push_back(lot);
    } else {
      lots.push_back({paid - own, 0, -1});
    }
    give(to, lots);
  }
};

// A random world of two account chains, made act by act and told to both references alike.
class RandomWorld {
 public:
  struct Crossing {
    uint64_t id;
    int to;
    uint8_t who;
    uint64_t amount;
  };
  explicit RandomWorld(uint64_t seed) : random_(seed) {
    lifo.lifo = true;
    for (const int c : {0, 1}) grant(c);
    for (uint64_t number = 1; number <= 150; ++number) act(number);
  }
  Maker makers[2];
  Reference fifo, lifo;
  std::vector<trace::Source> sources;
  std::vector<Crossing> open_crossings;  // what never came out of the bridge stays a deposit there

 private:
  struct Act {
    uint64_t number;
    int chain;
    uint8_t payer, receiver;
    bool is_token;
    uint64_t amount;
    Place from() const { return {chain, payer, is_token}; }
    AddressKey asset() const { return asset_of(is_token); }
    base::Hash256 id() const { return id_on(chain); }
    base::Hash256 id_on(int c) const { return id_of(number, static_cast<uint8_t>(10 + c)); }
  };
  uint64_t below(uint64_t n) { return random_() % n; }
  template <class Fn>
  void tell(Fn fn) {
    for (Reference* reference : {&fifo, &lifo}) fn(*reference);
  }
  void move(const Place& from, const Place& to, uint64_t amount) {
    balance_[from] -= amount;
    balance_[to] += amount;
  }

  void grant(int c) {
    std::vector<Move> grants;
    for (const bool is_token : {false, true}) {
      for (uint8_t who = 1; who <= kPeople; ++who) {
        const uint64_t amount = 1000 + below(100'000);
        grants.push_back({asset_of(is_token), {}, key(who), amount});
        balance_[{c, who, is_token}] = amount;
      }
      for (const uint8_t service : {kPool, kBridge}) {
        grants.push_back({asset_of(is_token), {}, key(service), uint64_t{1} << 40});
        balance_[{c, service, is_token}] = uint64_t{1} << 40;
      }
    }
    // A coin is not minted by anybody in a transaction with others: a block of its own each, so that none looks like
    // an exchange.
    for (size_t g = 0; g < grants.size(); ++g) makers[c].act(time_, id_of(1000 * (c + 1) + g, 1), {grants[g]});
    for (const auto& [place, amount] : balance_)
      if (std::get<0>(place) == c) tell([&](Reference& r) { r.give(place, {{amount, 0, -1}}); });
  }
  void act(uint64_t number) {
    time_ += 10;
    Act act{number, 0, 0, 0, false, 0};
    act.chain = static_cast<int>(below(2));
    act.payer = static_cast<uint8_t>(1 + below(kPeople));
    act.receiver = static_cast<uint8_t>(1 + below(kPeople));
    act.is_token = below(3) == 0;
    const uint64_t choice = below(10);
    if (choice < 2 && !open_crossings.empty()) return pay_out(act);
    if (balance_[act.from()] < 10) return;
    act.amount = 1 + below(balance_[act.from()] - 1);
    if (choice < 4) return swap(act);
    if (choice < 6 && !act.is_token) return pay_in(act);
    if (act.receiver == act.payer) act.receiver = act.payer == kPeople ? 1 : static_cast<uint8_t>(act.payer + 1);
    if (choice == 9 && below(4) == 0) act.receiver = kPool;  // stolen value may come to a pool by itself
    pay(act);
  }
  // What crossed comes out.
  void pay_out(const Act& act) {
    const size_t at = below(open_crossings.size());
    const Crossing crossing = open_crossings[at];
    open_crossings.erase(open_crossings.begin() + static_cast<ptrdiff_t>(at));
    const uint64_t paid = std::max<uint64_t>(1, crossing.amount - crossing.amount / (2 + below(50)));
    makers[crossing.to].act(time_, act.id_on(crossing.to), {{asset_of(false), key(kBridge), key(crossing.who), paid}},
                            "Process(bytes32)", id_of(crossing.id, 7));
    const Place to{crossing.to, crossing.who, false};
    tell([&](Reference& r) { r.pay_out(crossing.id, to, paid); });
    move({crossing.to, kBridge, false}, to, paid);
  }
  // For oneself.
  void swap(const Act& act) {
    const uint64_t amount = act.amount;
    const uint64_t got = 1 + amount * (1 + below(5)) / (1 + below(5));
    makers[act.chain].act(
        time_, act.id(),
        {{act.asset(), key(act.payer), key(kPool), amount}, {asset_of(!act.is_token), key(kPool), key(act.payer), got}},
        "Swap(address,uint256,uint256,uint256,uint256,address)", {}, kPool, std::vector<uint8_t>(128), 2);
    tell([&](Reference& r) { r.swap(act.from(), amount, got); });
    move(act.from(), {act.chain, kPool, act.is_token}, amount);
    move({act.chain, kPool, !act.is_token}, {act.chain, act.payer, !act.is_token}, got);
  }
  // Into the bridge.
  void pay_in(const Act& act) {
    makers[act.chain].act(time_, act.id(), {{act.asset(), key(act.payer), key(kBridge), act.amount}},
                          "Dispatch(bytes32)", id_of(act.number, 7));
    tell([&](Reference& r) { r.pay_in(act.number, act.from(), act.amount); });
    move(act.from(), {act.chain, kBridge, false}, act.amount);
    open_crossings.push_back({act.number, 1 - act.chain, act.receiver, act.amount});
  }
  // The first two payments to people after the fifteenth act are the thefts.
  void pay(const Act& act) {
    makers[act.chain].act(time_, act.id(), {{act.asset(), key(act.payer), key(act.receiver), act.amount}});
    const bool theft = act.number > 15 && sources.size() < 2 && act.receiver != kPool;
    const Place to{act.chain, act.receiver, act.is_token};
    tell([&](Reference& r) {
      auto lots = r.take(act.from(), act.amount);
      if (theft) lots = {{act.amount, act.amount, static_cast<int>(sources.size())}};
      r.give(to, lots);
    });
    move(act.from(), to, act.amount);
    if (theft)
      sources.push_back(
          theft_of("s" + std::to_string(sources.size()), act.chain, act.asset(), act.id(), key(act.receiver)));
  }

  std::mt19937_64 random_;
  std::map<Place, uint64_t> balance_;
  int64_t time_ = 1'000'000;
};

// Network, address, asset, source -> amount, origin.
using Held = std::map<std::tuple<std::string, std::string, std::string, uint32_t>, std::pair<Uint256, Uint256>>;
Held held_of(const trace::Result& result) {
  Held out;
  for (const auto& h : result.holdings)
    out[{std::string(h.network->name), chain::format_address(*h.network, h.address),
         chain::format_asset(*h.network, h.asset), h.source}] = {h.amount, h.origin};
  return out;
}
Held held_of(const Reference& reference) {
  Held out;
  for (const auto& [place, lots] : reference.held) {
    for (const Plain& lot : lots) {
      if (lot.source < 0) continue;
      const auto& [c, who, is_token] = place;
      auto& sum = out[{std::string(net(c).name), chain::format_address(net(c), key(who)),
                       chain::format_asset(net(c), asset_of(is_token)), static_cast<uint32_t>(lot.source)}];
      sum.first += Uint256(lot.amount);
      sum.second += Uint256(lot.origin);
    }
  }
  return out;
}
// Deposits that nothing answered are no links; their value stays at the contract, and may leave it with other pay-outs,
// so only worlds without tainted ones compare.
bool can_compare(const RandomWorld& world, const Reference& reference) {
  return std::none_of(
      world.open_crossings.begin(), world.open_crossings.end(),
      [&](const RandomWorld::Crossing& crossing) { return Reference::tainted(reference.bags.at(crossing.id)); });
}
// Both portionings come to the same by every policy, and to the references where these can judge: compared counts
// those.
void compare(const RandomWorld& world, uint64_t seed, int& compared) {
  const TemporaryFolder folder;
  for (const int c : {0, 1}) {
    store(folder / "one", net(c), world.makers[c].blocks, 10'000);
    store(folder / "many", net(c), world.makers[c].blocks, 13);
  }
  const Opened one = open(folder, "one"), many = open(folder, "many");
  for (const int c : {0, 1}) {
    EXPECT_EQ(one.ledger->find(net(c))->reader().info().note_digest,
              many.ledger->find(net(c))->reader().info().note_digest);
  }
  ASSERT_TRUE(ledger::verify(*many.ledger, [](const std::string&) {}).ok());
  for (const Policy policy : trace::kPolicies) {
    const trace::Result result = run(one, world.sources, policy);
    const trace::Result again = run(many, world.sources, policy, true);
    EXPECT_EQ(held_of(result), held_of(again)) << "portions, seed " << seed << " " << trace::policy_name(policy);
    if (policy != Policy::kFifo && policy != Policy::kLifo) continue;
    const Reference& reference = policy == Policy::kFifo ? world.fifo : world.lifo;
    if (!can_compare(world, reference)) continue;
    EXPECT_EQ(held_of(result), held_of(reference)) << "seed " << seed << " " << trace::policy_name(policy);
    ++compared;
  }
}

TEST(LinksTrace, RandomWorldsEqualThePlainReference) {
  int compared = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const RandomWorld world(seed);
    if (world.sources.size() < 2) continue;
    ASSERT_NO_FATAL_FAILURE(compare(world, seed, compared));
  }
  EXPECT_GE(compared, 10);  // worlds that the reference could judge
}

TEST(LinksTrace, RescaleGivesEachItsShareAndLosesNoOrigin) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<WideLot> lots;
    Uint256 total, origin;
    for (uint64_t i = 0, n = 1 + random() % 6; i < n; ++i) {
      WideLot lot;
      lot.amount = Uint256(1 + random() % (round % 3 == 0 ? 3 : 1'000'000));
      lot.source = random() % 3 == 0 ? trace::kClean : static_cast<uint32_t>(random() % 2);
      if (!lot.clean()) lot.origin = Uint256(random() % 1000);
      total += lot.amount;
      origin += lot.origin;
      lots.push_back(lot);
    }
    const Uint256 target(random() % (round % 2 == 0 ? 5 : 5'000'000));
    std::vector<WideLot> lost;
    trace::rescale(lots, total, target, lost);
    Uint256 amount, kept;
    for (const WideLot& lot : lots) {
      amount += lot.amount;
      kept += lot.origin;
      EXPECT_FALSE(lot.amount.is_zero());
    }
    for (const WideLot& lot : lost) kept += lot.origin;
    EXPECT_EQ(amount, target);
    EXPECT_EQ(kept, origin);
  }
}

AddressKey bitcoin_key(uint8_t n) {
  return chain::make_key(chain::AddressKind::kPubkeyHash, std::array<uint8_t, 20>{n});
}
// A bitcoin chain being made: a coinbase a block, and a payment where something is spent.
class BitcoinMaker {
 public:
  using Spends = std::vector<std::pair<chain::TxId, uint32_t>>;
  using Pays = std::vector<std::pair<uint64_t, uint8_t>>;
  std::vector<chain::UtxoBlock> blocks;

  static chain::TxId coinbase_of(uint64_t height) { return id_of(height * 2, 60); }
  chain::TxId block(int64_t time, const Spends& spends, const Pays& pays, const std::string& text) {
    chain::UtxoBlock out;
    out.height = blocks.size();
    out.hash = id_of(out.height, 50);
    out.time = time;
    add(out, coinbase_of(out.height), {}, {{5'000'000'000, 100}}, "");
    const chain::TxId paid = spends.empty() ? chain::TxId{} : id_of(out.height * 2 + 1, 60);
    if (!spends.empty()) add(out, paid, spends, pays, text);
    blocks.push_back(std::move(out));
    return paid;
  }

 private:
  static void add(chain::UtxoBlock& out, const chain::TxId& id, const Spends& spends, const Pays& pays,
                  const std::string& text) {
    chain::UtxoTransaction tx;
    tx.id = id;
    tx.first_input = static_cast<uint32_t>(out.inputs.size());
    tx.first_output = static_cast<uint32_t>(out.outputs.size());
    for (const auto& [previous, index] : spends) {
      chain::UtxoInput input;
      input.previous = previous;
      input.output_index = index;
      out.inputs.push_back(input);
    }
    tx.inputs = static_cast<uint32_t>(out.inputs.size()) - tx.first_input;
    for (const auto& [value, owner] : pays)
      out.outputs.push_back({value, chain::ScriptType::kPubkeyHash, bitcoin_key(owner)});
    if (!text.empty()) {
      std::vector<uint8_t> script{0x6a, 0x4c, static_cast<uint8_t>(text.size())};
      script.insert(script.end(), text.begin(), text.end());
      chain::add_output_note(out, static_cast<uint32_t>(out.transactions.size()), static_cast<uint32_t>(pays.size()),
                             script);
      out.outputs.push_back({0, chain::ScriptType::kNullData, {}});
    }
    tx.outputs = static_cast<uint32_t>(out.outputs.size()) - tx.first_output;
    out.transactions.push_back(tx);
  }
};
void store_bitcoin(const std::string& folder, const std::vector<chain::UtxoBlock>& blocks) {
  ledger::WriterOptions options;
  options.durable = false;
  auto writer = ledger::LedgerWriter::open(folder, options);
  ASSERT_TRUE(writer.ok());
  const auto status = writer->append_utxo(net(2), {}, [&](ledger::UtxoBuilder& builder) -> base::Status {
    for (const auto& b : blocks) JINDO_DO(builder.add(b));
    return {};
  });
  ASSERT_TRUE(status.ok()) << status.error().message;
}
// The coin comes to 1, is stolen by 2 and paid to the bridge, for bitcoin's 9.
Maker wei_stolen_and_paid_in(const Uint256& stolen) {
  const AddressKey coin = chain::native_asset();
  Maker maker;
  maker.act(1000, id_of(1, 1), {{coin, {}, key(1), stolen}});
  maker.act(2000, id_of(2, 1), {{coin, key(1), key(2), stolen}});  // the theft
  const std::string memo = "=:b:" + chain::format_address(net(2), bitcoin_key(9));
  std::vector<uint8_t> data(96);
  base::store_big_endian(stolen, std::span<uint8_t, 32>(data.data(), 32));
  data[63] = 64;
  data[95] = static_cast<uint8_t>(memo.size());
  data.insert(data.end(), memo.begin(), memo.end());
  base::Hash256 vault{};
  vault[31] = kBridge;
  maker.act(3000, id_of(3, 1), {{coin, key(2), key(kBridge), stolen}}, "Deposit(address,address,uint256,string)", vault,
            kBridge, data, 2);
  return maker;
}
// The bridge pays 9, who pays on to 11 and 12.
BitcoinMaker satoshi_paid_out() {
  BitcoinMaker maker;
  maker.block(500, {}, {}, "");
  std::string reference;
  for (const uint8_t b : id_of(3, 1)) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    reference += kDigits[b >> 4];
    reference += kDigits[b & 15];
  }
  const auto paid = maker.block(4000, {{BitcoinMaker::coinbase_of(0), 0}}, {{3'000'000'000, 9}, {1'999'000'000, 100}},
                                "OUT:" + reference);
  maker.block(5000, {{paid, 0}}, {{1'000'000'001, 11}, {1'999'999'000, 12}}, "");
  return maker;
}
void origin_and_satoshi_add_up(const trace::Result& result, const Uint256& stolen, Policy policy) {
  Uint256 origin;
  uint64_t satoshi = 0;
  for (const auto& h : result.holdings) {
    EXPECT_EQ(h.network, &net(2));
    origin += h.origin;
    satoshi += h.amount.low();
  }
  for (const auto& t : result.terminals) {
    origin += t.origin;
    satoshi += t.amount.low();
  }
  EXPECT_EQ(origin, stolen) << trace::policy_name(policy);
  EXPECT_EQ(satoshi, 3'000'000'000u);
  ASSERT_EQ(result.holdings.size(), 2u);
}
// The trail goes back over the crossing to the theft.
void trail_crosses(const ledger::Ledger& ledger, const trace::Result& result, const Uint256& stolen, Policy policy) {
  trace::TrailTarget target;
  target.network = &net(2);
  target.address = bitcoin_key(11);
  const auto trail = trace::find_trail(ledger, result, target);
  ASSERT_TRUE(trail.ok()) << trail.error().message;
  ASSERT_EQ(trail->size(), 4u);
  EXPECT_TRUE((*trail)[0].theft);
  EXPECT_TRUE((*trail)[1].into_link);
  EXPECT_EQ((*trail)[2].network, &net(2));
  EXPECT_EQ((*trail)[3].amount, Uint256(1'000'000'001));
  // Each step carries what it moved: by order of arrival the part that ended there, by proportion all that passed.
  if (policy == Policy::kHaircut)
    EXPECT_EQ((*trail)[0].origin, stolen);
  else
    EXPECT_EQ((*trail)[0].origin, (*trail)[3].origin) << trace::policy_name(policy);
}

// A theft of 2^70 wei goes to bitcoin by memo: origins beyond 64 bits on a chain of 64-bit amounts.
TEST(LinksTrace, WeiBecomeSatoshiAndKeepTheirOrigin) {
  Uint256 stolen;
  stolen.words[1] = 64;  // 2^70
  const TemporaryFolder folder;
  store(folder / "l", net(0), wei_stolen_and_paid_in(stolen).blocks, 100);
  ASSERT_NO_FATAL_FAILURE(store_bitcoin(folder / "l", satoshi_paid_out().blocks));
  const Opened opened = open(folder, "l");
  ASSERT_EQ(opened.resolver->links().size(), 1u);
  const resolve::Link& link = opened.resolver->links()[0];
  EXPECT_TRUE(link.exact);
  EXPECT_EQ(link.to.amount, Uint256(3'000'000'000));
  const trace::Source theft = theft_of("wei", 0, chain::native_asset(), id_of(2, 1), key(2));
  for (const Policy policy : {Policy::kFifo, Policy::kLifo, Policy::kHaircut, Policy::kTiho}) {
    const trace::Result result = run(opened, {theft}, policy, true);
    ASSERT_NO_FATAL_FAILURE(origin_and_satoshi_add_up(result, stolen, policy));
    ASSERT_NO_FATAL_FAILURE(trail_crosses(*opened.ledger, result, stolen, policy));
  }
}

// The pay-out's block has an earlier stamp than the pay-in's: it waits all the same.
TEST(LinksTrace, PayOutNeverRunsBeforePayIn) {
  const AddressKey coin = chain::native_asset();
  Maker from, to;
  from.act(1000, id_of(1, 1), {{coin, {}, key(1), 1000}});
  from.act(5000, id_of(2, 1), {{coin, key(1), key(2), 700}});
  from.act(6000, id_of(3, 1), {{coin, key(2), key(kBridge), 700}}, "Dispatch(bytes32)", id_of(5, 7));
  to.act(900, id_of(1, 2), {{coin, {}, key(kBridge), 10'000}});
  to.act(4000, id_of(2, 2), {{coin, key(kBridge), key(3), 690}}, "Process(bytes32)", id_of(5, 7));
  to.act(4500, id_of(3, 2), {{coin, key(3), key(4), 690}});
  const TemporaryFolder folder;
  store(folder / "l", net(0), from.blocks, 100);
  store(folder / "l", net(1), to.blocks, 100);
  const Opened opened = open(folder, "l");
  const trace::Result result = run(opened, {theft_of("early", 0, coin, id_of(2, 1), key(2))}, Policy::kFifo);
  ASSERT_EQ(result.holdings.size(), 1u);
  EXPECT_EQ(result.holdings[0].address, key(4));
  EXPECT_EQ(result.holdings[0].amount, Uint256(690));
  EXPECT_EQ(result.holdings[0].origin, Uint256(700));
}

// Without a link that is followed, value rests where it changed form; inferred links are followed only when asked, and
// marked.
TEST(LinksTrace, InferredLinksAreFollowedOnlyWhenAskedAndMarked) {
  const AddressKey coin = chain::native_asset(), token = key(kToken);
  Maker maker;
  maker.act(1000, id_of(1, 1), {{coin, {}, key(1), 1000}});
  maker.act(1010, id_of(2, 1), {{token, {}, key(kPool), 5000}});
  maker.act(1020, id_of(3, 1), {{coin, key(1), key(2), 900}});
  maker.act(1030, id_of(4, 1), {{coin, key(2), key(kPool), 900}, {token, key(kPool), key(2), 450}});  // no event
  const TemporaryFolder folder;
  store(folder / "l", net(0), maker.blocks, 100);
  const Opened opened = open(folder, "l");
  const std::vector<trace::Source> sources{theft_of("plain", 0, coin, id_of(3, 1), key(2))};
  const trace::Result exact = run(opened, sources, Policy::kFifo);
  ASSERT_EQ(exact.holdings.size(), 1u);
  EXPECT_EQ(exact.holdings[0].address, key(kPool));
  EXPECT_FALSE(exact.holdings[0].inferred);
  trace::Options options;
  options.resolver = opened.resolver.get();
  options.inferred_min = 500'000;
  const auto inferred = trace::run(*opened.ledger, sources, options);
  ASSERT_TRUE(inferred.ok());
  ASSERT_EQ(inferred->holdings.size(), 1u);
  EXPECT_EQ(inferred->holdings[0].address, key(2));
  EXPECT_EQ(inferred->holdings[0].asset, token);
  EXPECT_EQ(inferred->holdings[0].amount, Uint256(450));
  EXPECT_EQ(inferred->holdings[0].origin, Uint256(900));
  EXPECT_TRUE(inferred->holdings[0].inferred);
  ASSERT_EQ(inferred->links.size(), 1u);
  EXPECT_FALSE(inferred->links[0].link.exact);
  EXPECT_EQ(inferred->inferred_totals[0].held, Uint256(900));
}
}  // namespace
}  // namespace jindo
