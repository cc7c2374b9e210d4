// The bytes are read as choices; when they run out every choice is the first. Each ledger gets a folder of its own.
#include "support/whole_ledger.h"

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "base/file.h"
#include "chain/burn.h"
#include "cluster/clusters.h"
#include "exposure/tracker.h"
#include "inquiry/address_page.h"
#include "inquiry/findings.h"
#include "inquiry/flow.h"
#include "ledger/ledger_writer.h"
#include "report/formats.h"
#include "support/temporary_folder.h"
#include "trace/trail.h"

namespace jindo::tests {
namespace {
using base::Uint256;

class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint8_t byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }
  uint32_t below(uint32_t limit) { return byte() % limit; }
  bool done() const { return at_ >= bytes_.size(); }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

constexpr uint32_t kPeople = 5, kTokens = 4;
constexpr uint32_t kTransactionsMax = 40;
constexpr const char* kRegistry =
    "format: jindo-registry-1\nversion: test\n"
    "assets:\n"
    "  - {chain: ethereum, symbol: USDT, decimals: 6, freezable: true, address: "
    "\"0x00000000000000000000000000000000000000a0\"}\n"
    "swaps:\n  - {protocol: Pool, event: \"Swap(address indexed sender)\"}\n"
    "bridges:\n"
    "  - {id: b, name: Bridge, deposits: [{event: \"Out(uint256 indexed id)\", key: [id]}], releases: [{event: "
    "\"In(uint256 indexed id)\", key: [id]}], contracts: {ethereum: [\"0x0000000000000000000000000000000000000004\"]}}\n"
    "mixers:\n"
    "  - {id: m, name: Mixer, deposit: \"Deposit(bytes32 indexed c)\", withdrawal: \"Withdrawal(address to)\", "
    "contracts: {ethereum: [\"0x0000000000000000000000000000000000000005\"]}}\n";
constexpr const char* kEvents[] = {"Swap(address)", "Out(uint256)", "In(uint256)", "Deposit(bytes32)",
                                   "Withdrawal(address)"};

chain::AddressKey account(uint8_t last) {
  std::array<uint8_t, 20> bytes{};
  bytes[19] = last;
  return chain::make_key(chain::AddressKind::kAccount, bytes);
}
base::Hash256 name_of(uint64_t number, uint8_t kind) {
  base::Hash256 out{};
  for (size_t i = 0; i < 8; ++i) out[i] = static_cast<uint8_t>(number >> (8 * i));
  out[31] = kind;
  return out;
}
const chain::Network& ethereum() { return **chain::find_network("ethereum"); }
const chain::Network& regtest() { return **chain::find_network("bitcoin-regtest"); }

// ---- what a ledger is made of ------------------------------------------------------------------------------------
Uint256 amount_of(Choices& choices) {
  Uint256 most = base::kBeyond, half;
  half.words[3] = uint64_t{1} << 63;
  switch (choices.below(12)) {
    case 0:
      return Uint256(10);
    case 1:
      return {};
    case 2:
      return Uint256(1);
    case 3:
      return most;
    case 4:
      return half;
    case 5:
      return most - Uint256(choices.byte());
    case 6:
      return half + Uint256(choices.byte());
    case 7:
      return Uint256(UINT64_MAX);
    case 8: {  // an NFT's number
      Uint256 id;
      for (auto& word : id.words) word = uint64_t{choices.byte()} << 56 | choices.byte();
      return id;
    }
    case 9:
      return Uint256(1'000'000'000'000'000'000);
    default:
      return Uint256(1 + choices.byte());
  }
}
chain::AddressKey party_of(Choices& choices) {
  const uint32_t chosen = choices.below(kPeople + 4);
  if (chosen < kPeople) return account(static_cast<uint8_t>(1 + chosen));
  if (chosen == kPeople) return {};  // minted, burnt
  if (chosen == kPeople + 1) return account(0);
  if (chosen == kPeople + 2) return *chain::parse_address(ethereum(), chain::burn_places()[1].address);
  return account(10);  // looks like nobody
}
chain::AddressKey asset_of(Choices& choices) {
  const uint32_t chosen = choices.below(kTokens + 1);
  return chosen == 0 ? chain::native_asset() : account(static_cast<uint8_t>(0x9f + chosen));
}
void add_event(Choices& choices, chain::AccountBlock& block) {
  const uint32_t chosen = choices.below(10);
  if (chosen >= std::size(kEvents)) return;
  chain::BlockNote note;
  note.topics = 2;
  note.contract = account(static_cast<uint8_t>(1 + choices.below(kPeople)));
  note.first_byte = static_cast<uint32_t>(block.note_bytes.size());
  note.transaction = static_cast<uint32_t>(block.transactions.size() - 1);
  const auto topic = base::keccak256(base::as_bytes(kEvents[chosen]));
  const auto word = name_of(choices.below(4), 7);
  block.note_bytes.insert(block.note_bytes.end(), topic.begin(), topic.end());
  block.note_bytes.insert(block.note_bytes.end(), word.begin(), word.end());
  note.bytes = 64;
  block.notes.push_back(note);
}
std::vector<chain::AccountBlock> account_blocks(Choices& choices) {
  std::vector<chain::AccountBlock> out;
  const uint32_t transactions = 2 + choices.below(kTransactionsMax);
  for (uint32_t t = 0; t < transactions; ++t) {
    if (out.empty() || choices.below(3) == 0) {
      out.emplace_back();
      out.back().height = out.size();
      out.back().hash = name_of(out.size(), 99);
      out.back().time = 1'700'000'000 + static_cast<int64_t>(out.size()) * 12;
    }
    chain::AccountBlock& block = out.back();
    chain::AccountTransaction tx;
    tx.id = name_of(t, 1);
    tx.index = static_cast<uint32_t>(block.transactions.size());
    tx.first_movement = static_cast<uint32_t>(block.movements.size());
    const uint32_t movements = 1 + choices.below(5);
    for (uint32_t m = 0; m < movements; ++m) {
      chain::AccountMovement movement;
      movement.asset = asset_of(choices);
      movement.from = party_of(choices);
      movement.to = party_of(choices);
      if (movement.from.is_none() && movement.to.is_none()) movement.to = account(1);
      movement.amount = amount_of(choices);
      if (m == 0 && choices.below(4) == 0 && !movement.from.is_none()) {
        movement.kind = chain::MovementKind::kFee;
        movement.asset = chain::native_asset();
        movement.to = {};
      }
      block.movements.push_back(movement);
    }
    tx.movements = movements;
    block.transactions.push_back(tx);
    add_event(choices, block);
  }
  return out;
}

// A UTXO chain whose blocks pay out what they may, in satoshi from none to all there are.
chain::AddressKey owner_of(Choices& choices) {
  std::array<uint8_t, 20> bytes{};
  bytes[19] = static_cast<uint8_t>(choices.below(6));
  if (choices.below(6) != 0) return chain::make_key(chain::AddressKind::kPubkeyHash, bytes);
  std::array<uint8_t, 32> anchor{1, 2, 0x4e, 0x73};
  return chain::make_key(chain::AddressKind::kWitnessUnknown, anchor);
}
std::vector<chain::UtxoBlock> utxo_blocks(Choices& choices) {
  struct Coin {
    chain::TxId id;
    uint32_t output;
    uint64_t value;
  };
  std::vector<Coin> coins;
  std::vector<chain::UtxoBlock> out;
  const uint32_t blocks = 1 + choices.below(8);
  for (uint32_t b = 0; b < blocks; ++b) {
    chain::UtxoBlock block;
    block.height = b;
    block.hash = name_of(b + 1, 98);
    block.previous = b == 0 ? base::Hash256{} : name_of(b, 98);
    block.time = 1'700'000'000 + b * 600;
    block.bits = 0x207fffff;
    const uint32_t transactions = 1 + choices.below(4);
    std::vector<Coin> made;
    for (uint32_t t = 0; t < transactions; ++t) {
      chain::UtxoTransaction tx;
      tx.id = name_of(b * 100 + t + 1, 3);
      tx.first_input = static_cast<uint32_t>(block.inputs.size());
      tx.first_output = static_cast<uint32_t>(block.outputs.size());
      uint64_t left = t == 0 ? (choices.below(2) == 0 ? chain::kMoneyMaxSatoshi : 5'000'000'000) : 0;
      for (uint32_t i = 0; t > 0 && i <= choices.below(3) && !coins.empty(); ++i) {
        const size_t spent = choices.below(static_cast<uint32_t>(coins.size()));
        chain::UtxoInput in;
        in.previous = coins[spent].id;
        in.output_index = coins[spent].output;
        block.inputs.push_back(in);
        left += coins[spent].value;
        coins.erase(coins.begin() + static_cast<ptrdiff_t>(spent));
        ++tx.inputs;
      }
      if (t > 0 && tx.inputs == 0) continue;
      left = std::min(left, chain::kMoneyMaxSatoshi);
      const uint32_t outputs = 1 + choices.below(3);
      for (uint32_t o = 0; o < outputs; ++o) {
        const uint64_t value = choices.below(3) == 0 ? 0 : choices.below(2) == 0 ? left : left / 2;
        left -= value;
        const bool nobody = choices.below(8) == 0;
        const chain::AddressKey owner = nobody ? chain::AddressKey{} : owner_of(choices);
        const auto type = nobody                                              ? chain::ScriptType::kNullData
                          : owner.kind == chain::AddressKind::kWitnessUnknown ? chain::ScriptType::kWitnessUnknown
                                                                              : chain::ScriptType::kPubkeyHash;
        block.outputs.push_back({value, type, owner});
        if (!nobody) made.push_back({tx.id, o, value});
      }
      tx.outputs = outputs;
      block.transactions.push_back(tx);
    }
    coins.insert(coins.end(), made.begin(), made.end());
    out.push_back(std::move(block));
  }
  return out;
}

// ---- incidents ---------------------------------------------------------------------------------------------------
std::string quoted(const std::string& text) { return "\"" + text + "\""; }
std::string incident_of(Choices& choices, const std::string& id, const std::vector<chain::AccountBlock>& accounts,
                        const std::vector<chain::UtxoBlock>& utxos) {
  std::string out = "id: " + id + "\nname: " + id + "\ndate: 2023-11-14\nthefts:\n";
  const uint32_t thefts = 1 + choices.below(3);
  for (uint32_t t = 0; t < thefts; ++t) {
    if (!utxos.empty()) {
      const chain::UtxoBlock& block = utxos[choices.below(static_cast<uint32_t>(utxos.size()))];
      const chain::UtxoTransaction& tx =
          block.transactions[choices.below(static_cast<uint32_t>(block.transactions.size()))];
      out += "  - {chain: bitcoin-regtest, transaction: " + quoted(chain::format_hash(regtest(), tx.id)) +
             ", output: " + std::to_string(choices.below(tx.outputs)) + "}\n";
      continue;
    }
    const chain::AccountBlock& block = accounts[choices.below(static_cast<uint32_t>(accounts.size()))];
    const chain::AccountTransaction& tx =
        block.transactions[choices.below(static_cast<uint32_t>(block.transactions.size()))];
    const chain::AccountMovement& movement =
        block.movements[tx.first_movement + choices.below(static_cast<uint32_t>(tx.movements))];
    const std::string asset = chain::format_asset(ethereum(), movement.asset);
    const std::string to = chain::format_address(ethereum(), movement.to.is_none() ? account(1) : movement.to);
    if (choices.below(2) == 0)
      out += "  - {chain: ethereum, address: " + quoted(to) + ", asset: " + quoted(asset) +
             ", since: 2023-11-01T00:00:00Z}\n";
    else
      out += "  - {chain: ethereum, transaction: " + quoted(chain::format_hash(ethereum(), tx.id)) +
             ", asset: " + quoted(asset) + (choices.below(2) == 0 ? ", to: " + quoted(to) : "") + "}\n";
  }
  return out;
}

// ---- what is asked of it -----------------------------------------------------------------------------------------
std::string wrong_error(const std::string& where, const base::Error& error) {
  return error.message.find("bug") == std::string::npos ? "" : where + ": " + error.message;
}

class Driver {
 public:
  explicit Driver(std::span<const uint8_t> bytes) : choices_(bytes) {}
  std::string run() {
    const bool utxo = choices_.below(4) == 3;
    if (utxo)
      utxos_ = utxo_blocks(choices_);
    else
      accounts_ = account_blocks(choices_);
    const std::string incident = incident_of(choices_, "one", accounts_, utxos_);
    if (!base::make_folders(folder_.path()).ok() || !write("one.yaml", incident) || !write("registry.yaml", kRegistry))
      return "the folder cannot be written";
    if (const auto stored = store_in_portions(); !stored.ok()) return wrong_error("ingest", stored.error());
    for (const trace::Policy policy : trace::kPolicies)
      if (std::string wrong = ask_trace(policy); !wrong.empty()) return wrong;
    if (std::string wrong = ask_pages(); !wrong.empty()) return wrong;
    return utxo ? ask_clusters() : std::string();
  }

 private:
  bool write(const std::string& name, const std::string& text) const {  // and waits for no disk
    auto file = base::FileWriter::create(folder_ / name);
    return file.ok() && file->append(base::as_bytes(text)).ok() && file->close(false).ok();
  }
  // In two portions, an exposure index following; then one from nothing, which must say the same.
  base::Status store_in_portions() {
    ledger::WriterOptions options;
    options.durable = false;
    JINDO_TRY(auto writer, ledger::LedgerWriter::open(folder_ / "l", options));
    const size_t blocks = accounts_.size() + utxos_.size();
    const size_t half = (blocks + 1) / 2;
    for (const size_t begin : {size_t{0}, half}) {
      const size_t end = begin == 0 ? half : blocks;
      if (begin == end) continue;
      if (!accounts_.empty()) {
        JINDO_DO(writer.append_account(ethereum(), {}, [&](ledger::AccountBuilder& builder) -> base::Status {
          for (size_t i = begin; i < end; ++i) JINDO_DO(builder.add(accounts_[i]));
          return {};
        }));
      } else {
        JINDO_DO(writer.append_utxo(regtest(), {}, [&](ledger::UtxoBuilder& builder) -> base::Status {
          for (size_t i = begin; i < end; ++i) JINDO_DO(builder.add(utxos_[i]));
          return {};
        }));
      }
      JINDO_DO(follow(live_));
    }
    return follow(fresh_);
  }
  base::Status follow(std::unique_ptr<exposure::Tracker>& tracker) {
    if (!tracker) {
      exposure::TrackerOptions options;
      options.resolve.registry = {folder_ / "registry.yaml"};
      options.links_here_ms = 1 << 30;
      tracker = std::make_unique<exposure::Tracker>(options, exposure::ArrivalSink());
      JINDO_TRY(const auto incident, incidents::find_incident(folder_ / "one.yaml", ""));
      tracker->set_incidents({{"one", "one", incidents::trace_sources({incident}), "d"}});
    }
    JINDO_TRY(ledger::Ledger opened, ledger::Ledger::open(folder_ / "l"));
    return tracker->advance(std::make_shared<const ledger::Ledger>(std::move(opened)));
  }

  base::Result<inquiry::Traced> traced(trace::Policy policy) const {
    inquiry::TraceRequest request;
    request.ledger = folder_ / "l";
    request.incidents = {folder_ / "one.yaml"};
    request.owners.registry = request.resolve.registry = {folder_ / "registry.yaml"};
    request.resolve.inferred = true;
    request.options.policy = policy;
    request.options.inferred_min = 500'000;
    request.options.record = true;
    return inquiry::trace_incidents(request);
  }
  std::string ask_trace(trace::Policy policy) {
    const auto answer = traced(policy);
    const std::string where = std::string("trace ") + trace::policy_name(policy);
    if (!answer.ok()) return wrong_error(where, answer.error());
    const trace::Result& result = answer->result;
    if (policy != trace::Policy::kPoison) {
      std::vector<base::WideSum> sums(result.sources.size());
      for (const trace::Holding& h : result.holdings) sums[h.source] += h.origin;
      for (const trace::Terminal& t : result.terminals) sums[t.source] += t.origin;
      for (size_t s = 0; s < sums.size(); ++s)
        if (!(sums[s] == base::WideSum(result.totals[s].stolen))) return where + ": not conserved";
    }
    for (const trace::Holding& h : result.holdings)
      if (chain::find_burn(*h.network, h.address) != nullptr) return where + ": held where nobody can pay";
    size_t written = 0;
    const base::TextSink sink = [&](std::string_view part) { written += part.size(); };
    report::print_json(*answer, sink);
    report::print_table(*answer, sink);
    report::print_csv(*answer, sink);
    report::print_graphml(*answer, sink);
    report::print_html(*answer, "", {}, sink);
    if (written == 0) return where + ": nothing written";
    for (size_t i = 0; i < result.holdings.size() && i < 4; ++i) {
      trace::TrailTarget target;
      target.network = result.holdings[i].network;
      target.address = result.holdings[i].address;
      const auto trail = trace::find_trail(*answer->ledger, result, target);
      if (!trail.ok()) return where + ": no trail to what is held: " + trail.error().message;
    }
    if (inquiry::build_flow(*answer).nodes.empty() != result.steps.empty()) return where + ": steps without a flow";
    const auto found = inquiry::find_techniques(*answer);
    for (const typology::Finding& finding : found->findings)
      if (finding.text.empty()) return where + ": a finding without a word";
    return "";
  }

  std::string ask_pages() {
    std::vector<chain::AddressKey> parties;
    const chain::Network& network = accounts_.empty() ? regtest() : ethereum();
    for (uint8_t p = 0; p <= kPeople; ++p) {
      std::array<uint8_t, 20> bytes{};
      bytes[19] = p;
      parties.push_back(accounts_.empty() ? chain::make_key(chain::AddressKind::kPubkeyHash, bytes) : account(p));
    }
    for (const chain::AddressKey& party : parties) {
      inquiry::PageRequest request;
      request.owners.ledger = folder_ / "l";
      request.subject = chain::format_address(network, party);
      request.incidents = {folder_ / "one.yaml"};
      const auto pages = inquiry::address_pages(request);
      if (!pages.ok())
        if (std::string wrong = wrong_error("address", pages.error()); !wrong.empty()) return wrong;
      const exposure::NetworkAddress place{exposure::network_number(network), party};
      const std::string live = rows_of(*live_, place), fresh = rows_of(*fresh_, place);
      if (live != fresh) return "exposure: the live index says\n" + live + "one from nothing\n" + fresh;
    }
    return "";
  }
  static std::string rows_of(const exposure::Tracker& tracker, const exposure::NetworkAddress& place) {
    std::string out;
    const auto now = tracker.published().get();
    std::map<std::string, std::string> sorted;
    now->rows_of(place, exposure::hash_of(place), [&](const exposure::Row& row) {
      const auto& source = (*now->sources)[row.source];
      sorted[source.id + chain::format_asset(*source.network, source.asset) +
             chain::format_asset(*source.network, (*now->assets)[row.asset].key)] =
          base::to_decimal(row.received) + " " + base::to_decimal(row.held_origin);
    });
    for (const auto& [key, value] : sorted) out += key + " " + value + "\n";
    return out;
  }

  std::string ask_clusters() {
    const auto ledger = ledger::Ledger::open(folder_ / "l");
    if (!ledger.ok()) return "open: " + ledger.error().message;
    const ledger::LedgerChain* chain = ledger->find(regtest());
    auto clusters = cluster::Clusters::create({});
    if (!clusters.ok()) return "clusters: " + clusters.error().message;
    if (const auto built = clusters->advance(*chain->utxo, 1, {}); !built.ok())
      return "clusters: " + built.error().message;
    std::array<uint8_t, 32> anchor{1, 2, 0x4e, 0x73};
    const auto handle = chain->utxo->find_address(chain::make_key(chain::AddressKind::kWitnessUnknown, anchor));
    if (!handle) return "";
    const uint32_t number = clusters->number_of(*chain->utxo, *handle);
    if (number != cluster::kNoAddress && clusters->size(clusters->root(number)) != 1)
      return "clusters: an anchor joins somebody";
    return "";
  }

  Choices choices_;
  const TemporaryFolder folder_;
  std::vector<chain::AccountBlock> accounts_;
  std::vector<chain::UtxoBlock> utxos_;
  std::unique_ptr<exposure::Tracker> live_, fresh_;
};
}  // namespace

std::string drive_whole_ledger(std::span<const uint8_t> bytes) { return Driver(bytes).run(); }
}  // namespace jindo::tests
