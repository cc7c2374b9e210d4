// Exercises: the same seed makes the same bytes; the ordinary ingest reads all of it; what the key says is in the
// ledger; the key conserves what was stolen; a right answer scores whole and a wrong one nothing.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "base/hex.h"
#include "base/uint256.h"
#include "decode/csv.h"
#include "decode/json_fields.h"
#include "exercise/answer.h"
#include "exercise/exercise.h"
#include "exercise/score.h"
#include "ingest/ingest.h"
#include "ledger/ledger.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using exercise::ExerciseOptions;
using exercise::Scenario;

const std::string kScenarios = tests::source_folder() + "/data/scenarios";
std::vector<std::string> scenario_ids() {
  std::vector<std::string> out;
  const auto scenarios = exercise::list_scenarios(kScenarios);
  EXPECT_TRUE(scenarios.ok());
  for (const auto& scenario : *scenarios) out.push_back(scenario.id);
  return out;
}
exercise::ExerciseSummary make(const std::string& id, const ExerciseOptions& options) {
  const auto scenario = exercise::find_scenario(id, kScenarios);
  EXPECT_TRUE(scenario.ok());
  auto made = exercise::make_exercise(*scenario, options);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made.ok() ? *made : exercise::ExerciseSummary{};
}
std::map<std::string, std::string> all_files(const std::string& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    out[std::filesystem::relative(entry.path(), folder).string()] =
        std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}
void ingest_all(const exercise::ExerciseSummary& summary, const std::string& folder, const std::string& ledger) {
  ingest::IngestOptions options;
  options.durable = false;
  options.memory_bytes = size_t{256} << 20;
  for (const auto& chain : summary.chains) {
    const chain::Network& network = **chain::find_network(chain.name);
    const std::vector<std::string> input{folder + "/" + chain.path};
    const auto done = chain.format == "blk" ? ingest::ingest_blk(ledger, network, input, options)
                      : chain.format == "ethereum-etl"
                          ? ingest::ingest_ethereum_etl(ledger, network, input, options)
                          : ingest::ingest_graphsense_tron(ledger, network, input, options);
    ASSERT_TRUE(done.ok()) << done.error().message;
    EXPECT_TRUE(done->notes.empty()) << done->notes.front();
  }
}
base::Uint256 balance(const ledger::AccountReader& reader, const ledger::HoldingHandle& holding) {
  base::Uint256 in, out;
  for (uint32_t s = 0; s < reader.segments(); ++s) {
    if (holding.rows[s] == ledger::kNoNumber) continue;
    for (const uint64_t number : reader.movements_of(holding, s)) {
      ledger::Movement movement;
      reader.movement(number, movement);
      if (movement.to == holding.rows[s]) in += reader.amount(number);
      if (movement.from == holding.rows[s]) out += reader.amount(number);
    }
  }
  return in - out;  // a CHECK stops a balance below zero: the simulation never overspends
}

struct Json {
  explicit Json(const std::string& path) {
    decode::quote_long_integers(*base::read_file(path, size_t{1} << 30), padded);
    root = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).value();
  }
  std::string padded;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};
std::string text(simdjson::dom::element element, const char* name) {
  return std::string(std::string_view(element[name].value()));
}
base::Uint256 number(simdjson::dom::element element, const char* name) {
  return *base::parse_decimal(text(element, name));
}

void movements_match(const ledger::Ledger& ledger, const exercise::ExerciseSummary& summary) {
  for (const auto& chain : summary.chains) {
    const auto* held = ledger.find(**chain::find_network(chain.name));
    ASSERT_NE(held, nullptr) << chain.name;
    const ledger::ChainInfo& info = held->reader().info();
    // The world counts a wrapped coin's mints and burns as part of the coin's movement; the ledger has them apart.
    const std::vector<base::Hash256> wraps{base::keccak256(base::as_bytes("Deposit(address,uint256)")),
                                           base::keccak256(base::as_bytes("Withdrawal(address,uint256)"))};
    uint64_t wrapped = 0;
    held->reader().scan_events(wraps, [&](const ledger::Note&) { ++wrapped; });
    EXPECT_EQ(held->utxo ? info.inputs + info.outputs : info.movements, chain.movements + wrapped) << chain.name;
  }
}
void key_conserves(const Json& truth) {
  std::map<std::string, base::Uint256> stolen, accounted;
  const auto source = [](simdjson::dom::element row) {
    return text(row, "incident") + " " + text(row, "stolen_chain") + " " + text(row, "stolen_asset");
  };
  for (const auto row : truth.root["stolen"].get_array()) stolen[source(row)] = number(row, "amount");
  for (const auto row : truth.root["ended"].get_array()) accounted[source(row)] += number(row, "origin");
  for (const auto row : truth.root["holders"].get_array()) accounted[source(row)] += number(row, "origin");
  EXPECT_EQ(stolen, accounted);
}
// The holder's output is there, unspent, at the address and not below the amount that the key says.
void outpoint_rests(const ledger::LedgerChain& held, simdjson::dom::element row, std::string_view outpoint) {
  const chain::Network& network = *held.network;
  base::Hash256 id;
  ASSERT_TRUE(chain::parse_hash(network, outpoint.substr(0, 64), id));
  const auto tx = held.utxo->find_transaction(id);
  ASSERT_TRUE(tx.has_value()) << outpoint;
  ledger::UtxoTransactionView view;
  held.utxo->transaction(*tx, view);
  const auto index = std::stoul(std::string(outpoint.substr(65)));
  ASSERT_LT(index, view.out_value.size());
  EXPECT_LE(number(row, "amount"), base::Uint256(view.out_value[index]));
  uint64_t spender = 0;
  held.utxo->spenders(view.first_output + index, {&spender, 1});
  EXPECT_EQ(spender, ledger::kNoNumber) << outpoint << " is spent; the key says it is held";
  EXPECT_EQ(chain::format_address(network, held.utxo->output_address(view.first_output + index)), text(row, "address"));
}
using Claims = std::map<std::tuple<std::string, std::string, std::string>, base::Uint256>;  // chain, asset, address
void balances_cover(const ledger::Ledger& ledger, const Claims& claimed) {
  for (const auto& [where, amount] : claimed) {
    const auto& [chain_name, asset, address] = where;
    const chain::Network& network = **chain::find_network(chain_name);
    const auto& reader = *ledger.find(network)->account;
    const auto holding =
        reader.find_holding(*chain::parse_address(network, address), *chain::parse_asset(network, asset));
    ASSERT_TRUE(holding.has_value()) << address;
    EXPECT_LE(amount, balance(reader, *holding)) << address << " " << asset;
  }
}
void holders_hold(const ledger::Ledger& ledger, const Json& truth) {
  Claims claimed;
  size_t outpoints = 0;
  for (const auto row : truth.root["holders"].get_array()) {
    const std::string state = text(row, "state");
    if (state != "held" && state != "frozen") continue;  // deposits move on to the exchange's wallets
    const auto* held = ledger.find(**chain::find_network(text(row, "chain")));
    std::string_view outpoint;
    if (row["outpoint"].get(outpoint) == simdjson::SUCCESS) {
      ++outpoints;
      ASSERT_NO_FATAL_FAILURE(outpoint_rests(*held, row, outpoint));
      continue;
    }
    if (!held->utxo) claimed[{text(row, "chain"), text(row, "asset"), text(row, "address")}] += number(row, "amount");
  }
  ASSERT_NO_FATAL_FAILURE(balances_cover(ledger, claimed));
  EXPECT_GT(outpoints + claimed.size(), 0u);
}
// Each step of each trail is a transaction of the ledger.
void trail_is_there(const ledger::Ledger& ledger, const Json& truth) {
  size_t steps = 0;
  for (const auto row : truth.root["trail"].get_array()) {
    const chain::Network& network = **chain::find_network(text(row, "chain"));
    base::Hash256 id;
    ASSERT_TRUE(chain::parse_hash(network, text(row, "transaction"), id));
    ASSERT_TRUE(ledger.find(network)->reader().find_transaction(id).has_value()) << text(row, "transaction");
    ++steps;
  }
  EXPECT_GT(steps, 5u);
}

class EveryScenario : public testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, LedgersHoldWhatTheKeySays) {
  tests::TemporaryFolder folder;
  ExerciseOptions options;
  options.seed = 11;
  options.movements = 12000;
  options.folder = folder / "ex";
  const auto summary = make(GetParam(), options);
  ASSERT_FALSE(summary.chains.empty());
  ingest_all(summary, options.folder, folder / "ledger");
  const auto opened = ledger::Ledger::open(folder / "ledger");
  ASSERT_TRUE(opened.ok());
  ASSERT_NO_FATAL_FAILURE(movements_match(*opened, summary));
  const Json truth(options.folder + "/answers/truth.json");
  key_conserves(truth);
  ASSERT_NO_FATAL_FAILURE(holders_hold(*opened, truth));
  trail_is_there(*opened, truth);
}

// The right answer of each kind, from the key itself; and one wrong: every address in the same cluster.
struct Answers {
  std::string list = "chain,address\n", findings = "technique,chain,transaction\n";
  std::string links = "kind,from_chain,from_transaction,to_chain,to_transaction\n";
  std::string clusters = "chain,address,cluster,owner\n", tags = "chain,address,owner,category\n", lumped = clusters;
};
void write_answers(const exercise::Truth& truth, Answers& out) {
  std::set<std::string> rows;
  for (const auto& holder : truth.holders) rows.insert(holder.chain + "," + holder.address + "\n");
  for (const std::string& row : rows) out.list += row;
  for (const auto& [technique, transactions] : truth.techniques)
    for (const std::string& at : transactions)
      out.findings += technique + "," + at.substr(0, at.find(' ')) + "," + at.substr(at.find(' ') + 1) + "\n";
  for (const auto& link : truth.links)
    out.links += link.kind + "," + link.from_chain + "," + link.from + "," + link.to_chain + "," + link.to + "\n";
  for (const std::string& path : truth.owner_files) {
    auto reader = decode::CsvReader::open(path, {"chain", "address", "owner", "kind"}, {});
    ASSERT_TRUE(reader.ok());
    while (*reader->next()) {
      const std::string at = std::string(reader->cell(0)) + "," + std::string(reader->cell(1)) + ",";
      out.clusters += at + std::string(reader->cell(2)) + ",\n";
      out.lumped += at + "one,\n";
      out.tags += at + std::string(reader->cell(2)) + "," + std::string(reader->cell(3)) + "\n";
    }
  }
}
struct Scorer {
  const exercise::Truth& truth;
  const tests::TemporaryFolder& folder;
  exercise::Score operator()(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(base::replace_file(folder / name, content).ok());
    auto out = exercise::score_answer(truth, folder / name);
    EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
    return *out;
  }
};
uint64_t ppm(const exercise::Score& s, const std::string& group, const std::string& name) {
  for (const auto& line : s.lines)
    if (line.group == group && line.name == name) return line.ratio.ppm();
  ADD_FAILURE() << "no line " << group << ", " << name;
  return 0;
}
void addresses_score(const Scorer& score, const Answers& answers) {
  const auto whole = score("list.csv", answers.list);
  EXPECT_EQ(ppm(whole, "value", "found"), 1'000'000u);
  EXPECT_EQ(ppm(whole, "addresses", "precision"), 1'000'000u);
  EXPECT_EQ(ppm(whole, "addresses", "recall"), 1'000'000u);
  EXPECT_TRUE(whole.missed.empty());
  const chain::Network& network = **chain::find_network(score.truth.holders[0].chain);
  const std::string nobody = chain::format_address(
      network, network.model == chain::LedgerModel::kUtxo
                   ? chain::make_key(chain::AddressKind::kPubkeyHash, std::array<uint8_t, 20>{1, 2, 3})
                   : chain::make_key(chain::AddressKind::kAccount, std::array<uint8_t, 20>{1, 2, 3}));
  const auto none = score("none.csv", "chain,address\n" + std::string(network.name) + "," + nobody + "\n");
  EXPECT_EQ(ppm(none, "value", "found"), 0u);
  EXPECT_EQ(ppm(none, "addresses", "precision"), 0u);
  EXPECT_EQ(none.wrong.size(), 1u);
  EXPECT_FALSE(none.missed.empty());
}
void clusters_score(const Scorer& score, const Answers& answers) {
  const auto clustered = score("clusters.csv", answers.clusters);
  EXPECT_EQ(ppm(clustered, "clusters", "pairs right (precision)"), 1'000'000u);
  EXPECT_EQ(ppm(clustered, "clusters", "pairs found (recall)"), 1'000'000u);
  const auto one = score("lumped.csv", answers.lumped);
  EXPECT_LT(ppm(one, "clusters", "pairs right (precision)"), 1'000'000u);
  EXPECT_EQ(ppm(one, "clusters", "pairs found (recall)"), 1'000'000u);
}
void links_score(const Scorer& score, const Answers& answers) {
  if (score.truth.links.empty()) return;
  const auto linked = score("links.csv", answers.links);
  EXPECT_EQ(ppm(linked, "links", "precision"), 1'000'000u);
  for (const auto& line : linked.lines) {
    if (line.group == "of the theft") {
      EXPECT_EQ(line.ratio.ppm(), 1'000'000u) << line.name;
    }
  }
}

TEST_P(EveryScenario, RightAnswersScoreWholeAndWrongOnesNothing) {
  tests::TemporaryFolder folder;
  ExerciseOptions options;
  options.seed = 4;
  options.movements = 10000;
  options.folder = folder / "ex";
  make(GetParam(), options);
  const std::string key = options.folder + "/answers/truth.json";
  const auto truth = exercise::read_truth(key);
  ASSERT_TRUE(truth.ok()) << truth.error().message;
  Answers answers;
  ASSERT_NO_FATAL_FAILURE(write_answers(*truth, answers));
  const Scorer score{*truth, folder};
  addresses_score(score, answers);
  const auto found = score("findings.csv", answers.findings);
  EXPECT_EQ(ppm(found, "findings", "precision"), 1'000'000u);
  EXPECT_EQ(ppm(found, "findings", "recall"), 1'000'000u);
  clusters_score(score, answers);
  const auto tagged = score("tags.csv", answers.tags);
  EXPECT_EQ(ppm(tagged, "tags", "owner right"), 1'000'000u);
  EXPECT_EQ(ppm(tagged, "tags", "category right"), 1'000'000u);
  links_score(score, answers);
}
INSTANTIATE_TEST_SUITE_P(Exercise, EveryScenario, testing::ValuesIn(scenario_ids()), [](const auto& one) {
  std::string out;
  for (const char c : one.param) out += c == '-' ? '_' : c;
  return out;
});

TEST(Exercise, SameSeedSameBytesAtAnyThreadCount) {
  tests::TemporaryFolder folder;
  std::map<std::string, std::string> first;
  for (const unsigned threads : {1U, 2U, 5U}) {
    ExerciseOptions options;
    options.seed = 21;
    options.movements = 15000;
    options.threads = threads;
    options.folder = folder / std::to_string(threads);
    make("frozen-in-time", options);  // bitcoin, an EVM chain and Tron
    const auto files = all_files(options.folder);
    if (first.empty()) {
      first = files;
      EXPECT_GT(files.size(), 15u);
      continue;
    }
    EXPECT_TRUE(files == first) << threads << " threads";
  }
  ExerciseOptions other;
  other.seed = 22;
  other.movements = 15000;
  other.folder = folder / "other";
  make("frozen-in-time", other);
  EXPECT_FALSE(all_files(other.folder) == first);
}

// The same bytes on any machine, from any compiler. A change of what the world draws changes them: then this digest
// changes too, on purpose, and the changelog says so.
TEST(Exercise, BytesOfASeedAreTheseEverywhere) {
  tests::TemporaryFolder folder;
  ExerciseOptions options;
  options.seed = 21;
  options.movements = 12000;
  options.folder = folder / "ex";
  make("frozen-in-time", options);
  base::Sha256 all;
  for (const auto& [name, bytes] : all_files(options.folder)) {
    all.update(base::as_bytes(name));
    all.update(base::as_bytes(bytes));
  }
  EXPECT_EQ(base::to_hex(all.finish()), "fa189992aee436e11428ba08f5cc8223db20a03651d8cc88ca22663790a86f9f");
}

TEST(Exercise, TablesAndObfuscationChangeNothingInTheLedger) {
  tests::TemporaryFolder folder;
  std::set<std::string> digests;
  for (const bool variant : {false, true}) {
    ExerciseOptions options;
    options.seed = 9;
    options.movements = 15000;
    options.json = variant;
    options.obfuscate = variant;
    options.folder = folder / (variant ? "b" : "a");
    const auto summary = make("thief-robs-thief", options);
    ingest_all(summary, options.folder, folder / (variant ? "lb" : "la"));
    const auto opened = ledger::Ledger::open(folder / (variant ? "lb" : "la"));
    ASSERT_TRUE(opened.ok());
    const auto digest = opened->digest();
    digests.insert(std::string(digest.begin(), digest.end()));
    EXPECT_EQ(base::exists(options.folder + "/bitcoin/blocks/xor.dat"), variant);
  }
  EXPECT_EQ(digests.size(), 1u);
}

// What joins the two sides of a crossing stands on the chains, as services write it: memos, deposit numbers.
TEST(Exercise, CrossingsCarryWhatTheirServicesWrite) {
  tests::TemporaryFolder folder;
  const auto hex = [](const std::string& bytes) { return base::to_hex(base::as_bytes(bytes)); };
  const auto upper = [](std::string hash) {
    hash = hash.rfind("0x", 0) == 0 ? hash.substr(2) : hash;
    for (char& c : hash) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return "OUT:" + hash;
  };
  size_t memos = 0, numbers = 0, desks = 0;
  for (const char* id : {"exchange-cold-wallet", "frozen-in-time", "many-chains", "look-alike-bitcoin"}) {
    ExerciseOptions options;
    options.movements = 12000;
    options.folder = folder / id;
    make(id, options);
    const auto files = all_files(options.folder);
    const Json truth(options.folder + "/answers/truth.json");
    // A transaction's logs, as rows of logs.csv.
    const auto logs = [&](const std::string& chain, const std::string& hash) {
      std::string out;
      const auto file = files.find(chain + "/logs.csv");
      if (file == files.end()) return out;
      for (size_t at = file->second.find(hash); at != std::string::npos; at = file->second.find(hash, at + 1))
        out += file->second.substr(at, file->second.find('\n', at) - at) + "\n";
      return out;
    };
    for (const auto link : truth.root["links"].get_array()) {
      if (text(link, "kind") != "bridge") continue;
      const std::string service = text(link, "service"), from = text(link, "from_transaction");
      const std::string from_chain = text(link, "from_chain"), to_chain = text(link, "to_chain");
      const std::string in = logs(from_chain, from), out = logs(to_chain, text(link, "to_transaction"));
      if (service == "Trellis Vaults") {
        ++memos;
        const std::string& blocks =
            files.count("bitcoin/blocks/blk00000.dat") != 0 ? files.at("bitcoin/blocks/blk00000.dat") : "";
        const std::string answer = upper(from), to = ":" + text(link, "to_address");
        EXPECT_NE(to_chain == "bitcoin" ? blocks.find(answer) : out.find(hex(answer)), std::string::npos) << answer;
        EXPECT_NE(from_chain == "bitcoin" ? blocks.find(to) : in.find(hex(to)), std::string::npos) << to;
      } else if (service == "Causeway") {
        ++numbers;  // topic 2 of both events is the deposit's number
        const auto topic = [](const std::string& rows, size_t number) {
          size_t at = rows.rfind('"', rows.size() - 3);  // the topics' cell of the last log
          for (size_t i = 0; i < number; ++i) at = rows.find(',', at + 1);
          return rows.substr(at + 1, 66);
        };
        ASSERT_FALSE(in.empty() || out.empty());
        EXPECT_EQ(topic(in, 2), topic(out, 2)) << in << out;
      } else {
        EXPECT_EQ(service, "Quick Desk");
        EXPECT_EQ(text(link, "knowable"), "inferable");
        ++desks;
      }
    }
  }
  EXPECT_GT(memos, 10u);
  EXPECT_GT(numbers, 0u);
  EXPECT_GT(desks, 0u);
}

TEST(Exercise, AFolderThatIsThereIsLeftAlone) {
  tests::TemporaryFolder folder;
  ASSERT_TRUE(base::replace_file(folder / "note", "mine").ok());
  const auto scenario = exercise::find_scenario("two-thieves", kScenarios);
  ASSERT_TRUE(scenario.ok());
  ExerciseOptions options;
  options.movements = 10000;
  options.folder = folder.path();
  const auto made = exercise::make_exercise(*scenario, options);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().kind, base::ErrorKind::kWrongUse);
  EXPECT_EQ(*base::read_file(folder / "note", 100), "mine");
}

TEST(Exercise, ALinkToAnEmptyFolderStaysAndOthersNamesAreNotRemoved) {
  tests::TemporaryFolder folder;
  const auto scenario = exercise::find_scenario("two-thieves", kScenarios);
  ASSERT_TRUE(scenario.ok());
  ExerciseOptions options;
  options.movements = 10000;
  ASSERT_TRUE(base::make_folders(folder / "real").ok());
  std::filesystem::create_symlink("real", folder / "link");
  options.folder = folder / "link/";
  const auto made = exercise::make_exercise(*scenario, options);
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_TRUE(base::exists(folder / "real/exercise.json"));
  // A file or a link that has the unfinished folder's name is somebody's.
  ASSERT_TRUE(base::replace_file(folder / "other.unfinished-exercise", "mine").ok());
  std::filesystem::create_symlink("real", folder / "third.unfinished-exercise");
  std::filesystem::create_symlink("nowhere", folder / "fourth");
  for (const char* name : {"other", "third", "fourth"}) {
    options.folder = folder / name;
    EXPECT_FALSE(exercise::make_exercise(*scenario, options).ok()) << name;
  }
  EXPECT_EQ(*base::read_file(folder / "other.unfinished-exercise", 100), "mine");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "third.unfinished-exercise"));
  EXPECT_TRUE(base::exists(folder / "real/exercise.json"));
}

TEST(Exercise, ScenariosSayWhatIsWrongAndWhere) {
  const auto read = exercise::find_scenario("mined-coins", kScenarios);
  ASSERT_TRUE(read.ok());
  const std::string good = read->text;
  const auto problem = [&](const std::string& from, const std::string& to) {
    std::string changed = good;
    const size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    const auto parsed = exercise::parse_scenario("s.yaml", changed);
    return parsed.ok() ? std::string("accepted") : parsed.error().message;
  };
  EXPECT_NE(problem("do: peel", "do: pele").find("s.yaml:27: unknown verb 'pele'; known: theft"), std::string::npos);
  EXPECT_NE(problem("from: parts, share: 67", "from: partz, share: 67").find("nobody made wallets 'partz'"),
            std::string::npos);
  EXPECT_NE(problem("hops: 3", "hopz: 3").find("unknown field 'hopz'"), std::string::npos);
  EXPECT_NE(problem("after: 6h", "after: soon").find("expected a span like"), std::string::npos);
  EXPECT_NE(problem("amount: 120", "amount: lots").find("expected an amount in whole units"), std::string::npos);
  EXPECT_NE(problem("bitcoin: 1", "bitcorn: 1").find("unknown chain 'bitcorn'"), std::string::npos);
  EXPECT_NE(problem("bitcoin: 1", "bitcoin: 1, bitcoin-testnet: 1").find("one bitcoin network an exercise"),
            std::string::npos);
  EXPECT_TRUE(exercise::parse_scenario("s.yaml", good).ok());
}

TEST(Exercise, AmountsBeyondReasonAreRefused) {
  tests::TemporaryFolder folder;
  const auto read = exercise::find_scenario("mined-coins", kScenarios);
  ASSERT_TRUE(read.ok());
  const auto problem = [&](const std::string& holds, const std::string& price) {
    std::string yaml = read->text;
    yaml.replace(yaml.find("holds: {BTC: 124}"), 17, "holds: {BTC: " + holds + "}");
    yaml.replace(yaml.find("prices: {BTC: 17500}"), 20, "prices: {BTC: " + price + "}");
    const auto scenario = exercise::parse_scenario("s.yaml", yaml);
    EXPECT_TRUE(scenario.ok());
    ExerciseOptions options;
    options.movements = 10000;
    options.folder = folder / "ex";
    const auto made = exercise::make_exercise(*scenario, options);
    EXPECT_FALSE(base::exists(options.folder));
    return made.ok() ? std::string("made") : made.error().message;
  };
  EXPECT_NE(problem("99999999999999999999", "17500").find("whole units up to 10^12"), std::string::npos);
  EXPECT_NE(problem("5000000", "17500").find("more than 50 billion dollars"), std::string::npos);
  EXPECT_NE(problem("5000000", "1000").find("more bitcoin than the 21 million"), std::string::npos);
}

TEST(Exercise, AnswersAndKeysBeyondReasonAreRefused) {
  tests::TemporaryFolder folder;
  const std::string trace = "record,incident,stolen_asset,chain,asset,address,origin\nholding,i,ETH,ethereum,ETH,0x00,";
  const std::string most = "340282366920938463463374607431768211455";  // 2^128-1
  EXPECT_TRUE(exercise::parse_answer("a.csv", trace + most + "\n").ok());
  EXPECT_FALSE(exercise::parse_answer("a.csv", trace + "340282366920938463463374607431768211456\n").ok());
  const auto key = [](const std::string& usd, const std::string& origin) {
    return "{\"format\":\"jindo-truth-1\",\"scenario\":\"s\",\"stolen\":[{\"incident\":\"i\",\"stolen_chain\":"
           "\"ethereum\","
           "\"stolen_asset\":\"ETH\",\"amount\":\"10\",\"usd_micro\":\"" +
           usd +
           "\"}],\"holders\":[{\"incident\":\"i\","
           "\"stolen_chain\":\"ethereum\",\"stolen_asset\":\"ETH\",\"chain\":\"ethereum\",\"asset\":\"ETH\","
           "\"address\":\"a\","
           "\"owner\":\"T\",\"kind\":\"thief\",\"state\":\"held\",\"origin\":\"" +
           origin +
           "\",\"hops\":1,\"knowable\":"
           "\"exact\",\"exact_until\":{\"owner\":\"T\"},\"techniques\":[]}],\"links\":[],\"steps\":[],\"trail\":[],"
           "\"owners\":[]}";
  };
  const auto good = exercise::parse_truth(folder / "truth.json", key("1000000000000000000", "10"));
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_FALSE(exercise::parse_truth("t", key("1000000000000000001", "10")).ok());
  EXPECT_FALSE(exercise::parse_truth("t", key("5", "11")).ok());
  // Two claims of 2^128-1 do not wrap round: everything is found, hardly anything is right.
  ASSERT_TRUE(base::replace_file(folder / "a.csv", trace.substr(0, trace.find("0x00")) + "a," + most + "\n" +
                                                       "holding,i,ETH,ethereum,ETH,a," + most + "\n")
                  .ok());
  const auto score = exercise::score_answer(*good, folder / "a.csv");
  ASSERT_TRUE(score.ok()) << score.error().message;
  for (const auto& line : score->lines) {
    if (line.group == "value" && line.name == "found") {
      EXPECT_EQ(line.ratio.ppm(), 1'000'000u);
    }
    if (line.group == "value" && line.name == "precision") {
      EXPECT_EQ(line.ratio.ppm(), 0u);
    }
  }
}

TEST(Exercise, AStepThatCannotBeDoneFailsWithItsLine) {
  tests::TemporaryFolder folder;
  const auto read = exercise::find_scenario("mined-coins", kScenarios);
  ASSERT_TRUE(read.ok());
  std::string yaml = read->text;
  const size_t at = yaml.find("duration: 32d");
  yaml.replace(at, 13, "duration: 9d");
  const auto scenario = exercise::parse_scenario("s.yaml", yaml);
  ASSERT_TRUE(scenario.ok());
  ExerciseOptions options;
  options.movements = 10000;
  options.folder = folder / "ex";
  const auto made = exercise::make_exercise(*scenario, options);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("'duration' is 216h"), std::string::npos) << made.error().message;
  EXPECT_FALSE(base::exists(options.folder));
}
}  // namespace
}  // namespace jindo
