// The world's clock and its chains: what is due happens, then the crowd fills the block, then files are written.
#include "simulate/world.h"

#include <algorithm>

#include "base/check.h"

namespace jindo::simulate {
namespace {
using base::Status;
// How dense real chains are, movements a block, and how fast: bitcoin about 2,500 transactions with two inputs and two
// outputs each; Ethereum about 150 transactions; Tron about 200 every 3 seconds. At more movements the ledger is
// longer.
struct Pace {
  std::string_view network;
  int64_t block_seconds;
  uint64_t movements_a_block;
  uint64_t known_height;  // a real block and its time: heights of an exercise are near the real ones
  int64_t known_time;
  uint64_t gas_price;
};
constexpr Pace kPaces[] = {
    {"bitcoin", 600, 12000, 0, 0, 0},
    {"ethereum", 12, 450, 15537394, 1663224179, 18'000'000'000},
    {"bsc", 3, 300, 20000000, 1659600000, 3'000'000'000},
    {"polygon", 2, 200, 40000000, 1678000000, 60'000'000'000},
    {"arbitrum", 1, 100, 100000000, 1686000000, 100'000'000},
    {"optimism", 2, 100, 110000000, 1695800000, 100'000'000},
    {"base", 2, 100, 5000000, 1696800000, 100'000'000},
    {"avalanche", 2, 100, 40000000, 1704000000, 25'000'000'000},
    {"gnosis", 5, 100, 30000000, 1696000000, 3'000'000'000},
    {"ronin", 3, 100, 20000000, 1671600000, 20'000'000'000},
    {"tron", 3, 400, 56804500, 1701046164, 420},
};
const Pace& pace_of(const chain::Network& network) {
  for (const Pace& pace : kPaces)
    if (pace.network == network.name) return pace;
  return kPaces[0];
}
uint64_t default_price(std::string_view symbol) {  // micro-dollars a whole unit
  constexpr std::pair<std::string_view, uint64_t> kPrices[] = {
      {"BTC", 60'000'000'000}, {"ETH", 2'500'000'000}, {"BNB", 600'000'000}, {"TRX", 150'000}, {"POL", 500'000},
      {"AVAX", 30'000'000},    {"RON", 2'000'000},     {"XDAI", 1'000'000},  {"GAME", 20'000}};
  for (const auto& [name, price] : kPrices) {
    if (symbol == name || (symbol.size() == name.size() + 1 && symbol.substr(1) == name)) return price;
  }
  return 1'000'000;  // dollar tokens
}
constexpr uint32_t kPersonsMost = 1'500'000;
}  // namespace

Uint128 power_of_ten(int exponent) {
  Uint128 out = 1;
  while (exponent-- > 0) out *= 10;
  return out;
}

World::World(WorldOptions options)
    : options_(std::move(options)),
      random_(options_.seed, 1),
      persons_(static_cast<uint32_t>(std::clamp<uint64_t>(options_.movements / 30, 200, kPersonsMost))),
      owners_(persons_) {
  uint64_t shares = 0;
  bool bitcoin = false;
  for (const ChainPlan& chain : options_.chains) {
    shares += chain.share;
    bitcoin = bitcoin || chain.network->model == chain::LedgerModel::kUtxo;
  }
  CHECK(shares > 0);
  int64_t span = options_.span_seconds + std::max(options_.span_seconds / 10, bitcoin ? kDay * 5 / 4 : kDay);
  for (const ChainPlan& chain : options_.chains) {
    target_.push_back(options_.movements * chain.share / shares);
    const Pace& pace = pace_of(*chain.network);
    span = std::max(span, static_cast<int64_t>(target_.back() / pace.movements_a_block + 1) * pace.block_seconds);
  }
  options_.lead_seconds = span - options_.span_seconds;
  options_.start -= options_.lead_seconds;
  options_.span_seconds = span;
  for (const ChainPlan& chain : options_.chains) {
    next_block_.push_back(options_.start);
    due_.emplace_back();
    services_.emplace_back();
    const uint64_t seed = base::mix(options_.seed, accounts_.size(), 0x636861696eULL);
    if (chain.network->model == chain::LedgerModel::kUtxo) {
      bitcoin_index_ = static_cast<uint32_t>(accounts_.size());
      bitcoin_ = std::make_unique<UtxoChain>(*chain.network, seed, 312'500'000);
      accounts_.push_back(nullptr);
    } else {
      const Pace& pace = pace_of(*chain.network);
      const auto first = static_cast<uint64_t>(std::max<int64_t>(
          1, static_cast<int64_t>(pace.known_height) + (options_.start - pace.known_time) / pace.block_seconds));
      accounts_.push_back(std::make_unique<AccountChain>(*chain.network, seed, base::mix(options_.seed, 0x6b657973),
                                                         owners_, pace.gas_price, options_.start, pace.block_seconds,
                                                         first));
    }
  }
  build();
}
World::~World() = default;

std::optional<uint32_t> World::find_chain(std::string_view name) const {
  for (uint32_t c = 0; c < options_.chains.size(); ++c)
    if (options_.chains[c].network->name == name) return c;
  return std::nullopt;
}
uint64_t World::movements() const {
  uint64_t out = bitcoin_ ? bitcoin_->movements() : 0;
  for (const auto& chain : accounts_) out += chain ? chain->movements() : 0;
  return out;
}
uint64_t World::bytes_written() const {
  uint64_t out = encoder_ ? encoder_->bytes_written() : 0;
  for (const auto& writer : writers_) out += writer ? writer->bytes_written() : 0;
  return out;
}

uint64_t symbol_price(const std::map<std::string, uint64_t>& prices, std::string_view symbol) {
  const auto found = prices.find(std::string(symbol));
  if (found != prices.end()) return found->second;
  // A wrapped or bridged coin is worth its coin.
  const auto coin = symbol.size() > 1 ? prices.find(std::string(symbol.substr(1))) : prices.end();
  return coin != prices.end() ? coin->second : default_price(symbol);
}
Uint128 World::usd_micro(uint32_t chain, AssetId asset, Uint128 amount) const {
  const std::string& symbol = is_utxo(chain) ? "BTC" : accounts_[chain]->assets()[asset].symbol;
  return amount * symbol_price(options_.prices, symbol) / power_of_ten(decimals(chain, asset));
}
Uint128 World::from_usd_micro(uint32_t chain, AssetId asset, Uint128 micro) const {
  const std::string& symbol = is_utxo(chain) ? "BTC" : accounts_[chain]->assets()[asset].symbol;
  return micro * power_of_ten(decimals(chain, asset)) / symbol_price(options_.prices, symbol);
}
int World::decimals(uint32_t chain, AssetId asset) const {
  return is_utxo(chain) ? 8 : accounts_[chain]->assets()[asset].decimals;
}
std::optional<AssetId> World::find_asset(uint32_t chain, std::string_view symbol) const {
  if (is_utxo(chain)) return symbol == "BTC" ? std::optional<AssetId>(0) : std::nullopt;
  const auto& assets = accounts_[chain]->assets();
  for (AssetId a = 0; a < assets.size(); ++a)
    if (assets[a].symbol == symbol) return a;
  return std::nullopt;
}
std::string World::asset_text(uint32_t chain, AssetId asset) const {
  return is_utxo(chain) ? "BTC" : accounts_[chain]->asset_text(asset);
}
Uint128 World::balance(const Place& place, AssetId asset) {
  return is_utxo(place.chain) ? bitcoin_->wallet(place.id).balance : accounts_[place.chain]->balance(place.id, asset);
}
std::string World::address_text(const Place& place) {
  return is_utxo(place.chain) ? bitcoin_->address(place.id, 0) : accounts_[place.chain]->address_text(place.id);
}
std::string World::transaction_text(uint32_t chain, uint64_t number) {
  if (number == 0) return "";
  if (!is_utxo(chain)) return accounts_[chain]->hash_text(number);
  if (!encoder_->has_id(number) && bitcoin_->planned() > 0) {  // planned, and not handed over yet
    const Status status = encoder_->submit(bitcoin_->take_blocks());
    if (!status.ok() && status_.ok()) status_ = status;
  }
  return chain::format_hash(network(chain), encoder_->id(number));
}

Place World::new_place(uint32_t chain, synth::OwnerId owner, const char* role) {
  if (is_utxo(chain)) return {chain, bitcoin_->create_wallet(owner, synth::ScriptKind::kP2wpkh, false, role)};
  return {chain, accounts_[chain]->create(owner, (uint64_t{1} << 40) + next_key_++, role)};
}
AccountId World::person_account(uint32_t chain, uint32_t person) {
  auto& table = services_[chain].person_account;
  if (table.empty()) table.resize(persons_);
  if (table[person] == 0) table[person] = accounts_[chain]->create(person, person, "wallet") + 1;
  return table[person] - 1;
}

// Draws stand in statements of their own: the order in which a call's arguments are evaluated differs between
// compilers.
base::Hash256 World::draw_hash(uint64_t kind) {
  const uint64_t a = random_.next();
  const uint64_t b = random_.next();
  return synth::random_hash(a, b, kind);
}

void World::at(uint32_t chain, int64_t time, std::function<void()> task) {
  tasks_.push_back(std::move(task));
  schedule(chain, time, TaskDue{static_cast<uint32_t>(tasks_.size() - 1)});
}
void World::schedule(uint32_t chain, int64_t time, Due due) { due_[chain].push({time, order_++, due}); }
void World::add_link(const Link& link) { links_now_.push_back(link); }

Status World::open() {
  JINDO_DO(base::make_folders(options_.folder + "/answers"));
  JINDO_TRY(links_file_, base::FileWriter::create(options_.folder + "/answers/links.csv"));
  JINDO_DO(links_file_.append(
      base::as_bytes("kind,knowable,from_chain,from_transaction,to_chain,to_transaction,service\n")));
  writers_.resize(chains());
  for (uint32_t c = 0; c < chains(); ++c) {
    const std::string name(network(c).name);
    const std::string owners = options_.folder + "/answers/owners-" + name + ".csv";
    if (is_utxo(c)) {
      synth::BitcoinFilesOptions files;
      files.folder = options_.folder + "/" + name + "/blocks";
      files.owners_path = owners;
      files.obfuscate = options_.obfuscate;
      files.seed = bitcoin_->seed();
      files.threads = options_.threads;
      files.network = &network(c);
      encoder_ = std::make_unique<synth::BitcoinEncoder>(files, owners_);
      JINDO_DO(encoder_->open());
    } else {
      const uint64_t seed = accounts_[c]->seed();
      auto format = network(c).style == chain::AddressStyle::kTron ? synth::tron_format(seed)
                                                                   : synth::ethereum_etl_format(seed, options_.json);
      writers_[c] =
          std::make_unique<synth::TableWriter>(std::move(format), options_.folder + "/" + name, options_.threads);
      JINDO_DO(writers_[c]->open(owners));
    }
  }
  progress_ =
      std::make_unique<base::Progress>(options_.progress, "making the ledgers", "movements", options_.movements);
  return {};
}

Status World::flush(bool all) {
  constexpr size_t kBatchBytes = size_t{4} << 20;
  bool any = all;
  if (bitcoin_ && (all || bitcoin_->batch_is_full())) {
    JINDO_DO(encoder_->submit(bitcoin_->take_blocks()));
    any = true;
  }
  for (uint32_t c = 0; c < chains(); ++c) {
    if (is_utxo(c) || (!all && accounts_[c]->planned_bytes() < kBatchBytes)) continue;
    JINDO_DO(writers_[c]->submit(accounts_[c]->take_batch()));
    any = true;
  }
  if (!any) return {};
  const auto write_links = [&](std::vector<Link>& links) -> Status {
    std::string out;
    for (const Link& link : links) {
      const auto side = [&](uint32_t chain, uint64_t number) {
        out += "," + (number == 0 ? "" : std::string(network(chain).name)) + "," + transaction_text(chain, number);
      };
      out += std::string(link.kind) + "," + link.knows;
      side(link.from_chain, link.from);
      side(link.to_chain, link.to);
      out += "," + link.service + "\n";
    }
    links.clear();
    return links_file_.append(base::as_bytes(out));
  };
  if (links_now_.size() + links_before_.size() > 0 && (all || !bitcoin_ || bitcoin_->planned() == 0)) {
    JINDO_DO(write_links(links_before_));
    std::swap(links_before_, links_now_);
    if (all || !bitcoin_) JINDO_DO(write_links(links_before_));
  }
  return {};
}

Status World::run(const std::function<Status()>& check) {
  for (uint32_t c = 0; c < chains(); ++c)
    if (!is_utxo(c)) fund_account_chain(c);
  for (;;) {
    uint32_t chain = 0;
    for (uint32_t c = 1; c < chains(); ++c)
      if (next_block_[c] < next_block_[chain]) chain = c;
    if (next_block_[chain] > end_time()) break;
    if (is_utxo(chain))
      bitcoin_block();
    else
      account_block(chain);
    JINDO_DO(check());
    JINDO_DO(status_);
    JINDO_DO(flush(false));
    progress_->update(movements(), movements());
  }
  JINDO_DO(flush(true));
  JINDO_DO(links_file_.close(true));
  if (encoder_) JINDO_DO(encoder_->finish());
  for (auto& writer : writers_)
    if (writer) JINDO_DO(writer->finish());
  progress_.reset();
  return base::sync_folder(options_.folder + "/answers");
}

void World::run_due(uint32_t chain) {
  auto& due = due_[chain];
  while (!due.empty() && due.top().time <= next_block_[chain]) {
    const Pending pending = due.top();
    due.pop();
    std::visit([&](const auto& what) { happen(chain, what); }, pending.due);
  }
}
void World::happen(uint32_t, const TaskDue& due) {
  const auto task = std::move(tasks_[due.task]);
  tasks_[due.task] = nullptr;
  task();
}
void World::happen(uint32_t chain, const SweepDue& due) {
  AccountChain& ledger = *accounts_[chain];
  const Uint128 held = ledger.balance(due.deposit, due.asset);
  if (due.asset == 0) {
    if (held > 2 * ledger.coin_fee()) ledger.transfer_coin(due.deposit, due.hot, held - ledger.coin_fee());
    return;
  }
  // Gas from the hot wallet first, then the token.
  if (held == 0 || ledger.is_frozen(due.deposit)) return;
  if (ledger.balance(due.deposit, 0) < ledger.token_fee() &&
      ledger.transfer_coin(due.hot, due.deposit, ledger.token_fee()) == 0)
    return;
  ledger.transfer_token(due.asset, due.deposit, due.hot, held);
}
void World::happen(uint32_t chain, const MixerWithdrawalDue& due) {
  Uint128 received = 0;
  const AccountId to =
      random_.chance(150) ? person_account(chain, due.person) : new_place(chain, due.person, "mixer recipient").id;
  const uint64_t out = mixer_withdraw(chain, to, due.pool, received);
  if (out != 0) add_link({"mixer", "thief_only", chain, due.deposit, chain, out, "mixer"});
}

void World::account_block(uint32_t chain) {
  AccountChain& ledger = *accounts_[chain];
  const int64_t now = next_block_[chain];
  ledger.begin_block(now);
  run_due(chain);
  // The crowd fills up to the share of the scale that should have passed by now.
  const auto elapsed = static_cast<Uint128>(now - options_.start);
  const auto span = static_cast<Uint128>(std::max<int64_t>(1, options_.span_seconds));
  const auto wanted = static_cast<uint64_t>(Uint128{target_[chain]} * elapsed / span);
  for (int tries = 0; ledger.movements() < wanted && tries < 4000; ++tries) account_event(chain);
  ledger.end_block();
  next_block_[chain] = now + ledger.block_seconds();
}

// What the world begins with, in place of the history since 2009: in the first coinbase.
std::vector<Payee> World::first_grants() {
  std::vector<Payee> out;
  const auto grant = [&](WalletId wallet, uint64_t value) {
    Payee payee;
    payee.wallet = wallet;
    payee.value = value;
    out.push_back(payee);
  };
  const auto stolen =
      static_cast<uint64_t>(from_usd_micro(bitcoin_index_, 0, Uint128{options_.stolen_usd} * 1'000'000));
  for (const Exchange& exchange : exchanges_) {
    for (int i = 0; i < 40; ++i) grant(exchange.hot[bitcoin_index_].id, 25'0000'0000 + random_.below(50'0000'0000));
    for (int i = 0; i < 10; ++i) grant(exchange.cold[bitcoin_index_].id, 200'0000'0000 + stolen / 4);
  }
  for (const Bridge& bridge : bridges_) {
    const Place vault = bridge.chain_a == bitcoin_index_ ? bridge.vault_a : bridge.vault_b;
    if (bridge.chain_a != bitcoin_index_ && bridge.chain_b != bitcoin_index_) continue;
    for (int i = 0; i < 100; ++i) grant(vault.id, 5'0000'0000 + stolen / 40);
  }
  for (const Endowment& endowment : endowments_) {
    if (endowment.place.chain != bitcoin_index_) continue;
    const auto amount = static_cast<uint64_t>(endowment.amount);
    for (int i = 0; i < 9; ++i) grant(endowment.place.id, amount / 9 + (i == 0 ? amount % 9 : 0));
  }
  // Makers of CoinJoins: the last persons, with large sums.
  for (uint32_t m = 1; m <= std::min<uint32_t>(kMakers, persons_ / 4); ++m)
    for (int i = 0; i < 4; ++i) grant(persons_ - m, 2'0000'0000 + random_.below(8'0000'0000) + stolen / 100);
  const auto rich = std::min<uint64_t>({persons_, 20000, target_[bitcoin_index_] / 10});
  for (uint32_t p = 0; p < rich; ++p) grant(p, random_.heavy(500'0000, 600, 14));
  return out;
}

void World::bitcoin_block() {
  const int64_t now = next_block_[bitcoin_index_];
  bitcoin_->begin_block(now);
  std::vector<Payee> extra;
  run_due(bitcoin_index_);
  const auto elapsed = static_cast<Uint128>(now - options_.start);
  const auto span = static_cast<Uint128>(std::max<int64_t>(1, options_.span_seconds));
  const auto wanted = static_cast<uint64_t>(Uint128{target_[bitcoin_index_]} * elapsed / span);
  if (bitcoin_->height() > 100) {
    const uint64_t most = bitcoin_->movements() + 16000;  // a block is a block: what is behind comes later
    for (int tries = 0; bitcoin_->movements() < std::min(wanted, most) && tries < 20000; ++tries) bitcoin_event();
  }
  if (bitcoin_->height() == 0) extra = first_grants();
  uint64_t granted = 0;
  for (const Payee& payee : extra) granted += payee.value;
  if (granted + bitcoin_->subsidy() > chain::kMoneyMaxSatoshi && status_.ok())
    status_ = base::bad_input(
        "this scenario's world needs more bitcoin than the 21 million there are: make the amounts "
        "smaller, or the price of BTC higher");
  // Pools find blocks by their share of the hash rate: a few large ones, a tail (Zipf).
  bitcoin_->end_block(miners_[random_.rank(miners_.size())], extra);
  // Intervals as of a Poisson process, in steps of 30 seconds; mean about ten minutes.
  next_block_[bitcoin_index_] = now + 60 + 30 * static_cast<int64_t>(random_.run(946, 200));
}
}  // namespace jindo::simulate
