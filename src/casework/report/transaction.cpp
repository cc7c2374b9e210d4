// One transaction: its movements read from the ledger as lines, then printed as JSON or as text, with what its shape
// says behind them.
#include "report/transaction.h"

#include <optional>
#include <vector>

#include "base/clock.h"
#include "cluster/change.h"
#include "cluster/coinjoin.h"
#include "inquiry/tracing.h"
#include "ledger/ledger.h"

namespace jindo::report {
namespace {
using base::Uint256;
using ledger::kNoNumber;

// One movement, input or output.
struct Line {
  std::string chain, direction, transaction, asset, counterparty, outpoint, spent_by;
  uint64_t height = 0, position = 0;
  int64_t time = 0;
  Uint256 amount;
  const chain::Network* network = nullptr;
  chain::AddressKey asset_key;
};

void line_fields(base::JsonWriter& json, const Line& line) {
  json.field("chain", line.chain);
  json.field("direction", line.direction);
  json.field("height", line.height);
  json.field("time", base::format_time(line.time));
  json.field("transaction", line.transaction);
  json.field("position", line.position);
  json.field("asset", line.asset);
  json.field("amount", base::to_decimal(line.amount));
  if (!line.counterparty.empty()) json.field("counterparty", line.counterparty);
  if (!line.outpoint.empty()) json.field("outpoint", line.outpoint);
  if (!line.spent_by.empty()) json.field("spent_by", line.spent_by);
}
void print_line(const base::TextSink& out, const Line& line) {
  out("  " + base::format_time(line.time) + "  block " + std::to_string(line.height) + "  " + line.direction + "  " +
      inquiry::show_amount({}, *line.network, line.asset_key, line.amount) + " " + line.asset +
      (line.counterparty.empty() ? "" : (line.direction == "in" ? "  from " : "  to ") + line.counterparty) + "  " +
      (line.outpoint.empty() ? line.transaction : line.outpoint) +
      (line.spent_by.empty() ? "" : "  spent by " + line.spent_by) + "\n");
}

Line line_at(const chain::Network& network, const ledger::ChainReader& reader, uint64_t transaction,
             const char* direction) {
  Line line;
  const ledger::BlockRow block = reader.block(reader.block_of_transaction(transaction));
  line.chain = network.name;
  line.network = &network;
  line.direction = direction;
  line.transaction = chain::format_hash(network, reader.transaction_id(transaction));
  line.height = block.height;
  line.time = block.time;
  line.asset_key = chain::native_asset();
  line.asset = network.native;
  return line;
}

Line account_line(const ledger::LedgerChain& chain, uint64_t number, const chain::AddressKey& self) {
  const ledger::AccountStore& store = *chain.account;
  ledger::Movement m;
  store.movement(number, m);
  const chain::AddressKey from = m.from != kNoNumber ? store.holding_address(m.segment, m.from) : chain::AddressKey{};
  const chain::AddressKey to = m.to != kNoNumber ? store.holding_address(m.segment, m.to) : chain::AddressKey{};
  const bool out = from == self;
  Line line = line_at(*chain.network, store, m.transaction,
                      m.kind == chain::MovementKind::kFee ? "fee"
                      : out                               ? "out"
                                                          : "in");
  line.position = number - store.first_movement(m.transaction);
  line.asset_key = store.asset(m.segment, m.asset);
  line.asset = chain::format_asset(*chain.network, line.asset_key);
  line.amount = store.amount(number);
  line.counterparty = chain::format_address(*chain.network, out ? to : from);
  return line;
}

std::vector<Line> account_lines(const ledger::LedgerChain& chain, uint64_t transaction) {
  std::vector<Line> out;
  std::vector<uint64_t> scratch;
  for (const uint64_t number : chain.account->movements_of_transaction(transaction, scratch)) {
    ledger::Movement movement;
    chain.account->movement(number, movement);
    const chain::AddressKey from = movement.from != kNoNumber
                                       ? chain.account->holding_address(movement.segment, movement.from)
                                       : chain::AddressKey{};
    out.push_back(account_line(chain, number, from));
    if (from.is_none())
      out.back().direction = "mint";
    else
      out.back().outpoint = "from " + chain::format_address(*chain.network, from);
  }
  return out;
}

// What it spends, with the outputs that these were.
std::vector<Line> input_lines(const chain::Network& network, const ledger::UtxoStore& store, uint64_t transaction,
                              const ledger::UtxoTransactionView& view) {
  std::vector<Line> out;
  for (size_t i = 0; i < view.in_output.size(); ++i) {
    Line line = line_at(network, store, transaction, "in");
    line.position = i;
    line.amount = view.in_value[i];
    line.counterparty = chain::format_address(network, store.input_address(view.first_input + i));
    if (view.in_output[i] != kNoNumber) {
      const uint64_t from = store.transaction_of_output(view.in_output[i]);
      ledger::UtxoTransactionView source;
      store.transaction(from, source);
      line.outpoint = chain::format_hash(network, store.transaction_id(from)) + ":" +
                      std::to_string(view.in_output[i] - source.first_output);
    }
    out.push_back(std::move(line));
  }
  return out;
}
// What it pays, with the transactions that spent it on.
std::vector<Line> output_lines(const chain::Network& network, const ledger::UtxoStore& store, uint64_t transaction,
                               const ledger::UtxoTransactionView& view) {
  std::vector<Line> out;
  std::vector<uint64_t> spenders(view.out_value.size());
  store.spenders(view.first_output, spenders);
  for (size_t i = 0; i < view.out_value.size(); ++i) {
    Line line = line_at(network, store, transaction, "out");
    line.position = i;
    line.amount = view.out_value[i];
    line.counterparty = chain::format_address(network, store.output_address(view.first_output + i));
    if (spenders[i] != kNoNumber) line.spent_by = chain::format_hash(network, store.transaction_id(spenders[i]));
    out.push_back(std::move(line));
  }
  return out;
}
std::vector<Line> lines_of(const ledger::LedgerChain& chain, uint64_t transaction) {
  if (!chain.utxo) return account_lines(chain, transaction);
  ledger::UtxoTransactionView view;
  chain.utxo->transaction(transaction, view);
  std::vector<Line> out = input_lines(*chain.network, *chain.utxo, transaction, view);
  for (Line& line : output_lines(*chain.network, *chain.utxo, transaction, view)) out.push_back(std::move(line));
  return out;
}

// What the transaction's shape says: whether several people made it, and which output is the change. Advice, not fact.
struct Reading {
  cluster::JoinFinding joint;
  std::vector<cluster::ChangeEvidence> evidence;
  std::optional<cluster::ChangeVerdict> change;
};
Reading read_shape(const ledger::UtxoReader& reader, uint64_t transaction) {
  Reading out;
  out.joint = cluster::find_join(reader, transaction);
  out.evidence = cluster::change_evidence(reader, transaction);
  out.change = cluster::weigh(out.evidence);
  return out;
}
const char* name_of(cluster::ChangeHeuristic heuristic) {
  return cluster::change_heuristics()[static_cast<size_t>(heuristic)].name;
}
void reading_fields(base::JsonWriter& json, const Reading& reading) {
  if (reading.joint.kind != cluster::JoinKind::kNone)
    json.object("joint", [&] {
      json.field("kind", cluster::info_of(reading.joint.kind).name);
      json.field("confidence", static_cast<uint64_t>(reading.joint.confidence));
    });
  if (reading.evidence.empty()) return;
  json.rows("change_evidence", reading.evidence, [&](const cluster::ChangeEvidence& e) {
    json.field("output", static_cast<uint64_t>(e.output));
    json.field("heuristic", name_of(e.heuristic));
    json.field("confidence",
               static_cast<uint64_t>(cluster::change_heuristics()[static_cast<size_t>(e.heuristic)].confidence));
  });
  if (!reading.change) return;
  json.object("likely_change", [&] {
    json.field("output", static_cast<uint64_t>(reading.change->output));
    json.field("confidence", static_cast<uint64_t>(reading.change->confidence));
  });
}
void print_reading(const base::TextSink& out, const Reading& reading) {
  if (reading.joint.kind != cluster::JoinKind::kNone)
    out(std::string("  looks like a joint transaction: ") + cluster::info_of(reading.joint.kind).title +
        " (confidence " + std::to_string(reading.joint.confidence) + " of 100)\n");
  for (const auto& e : reading.evidence)
    out("  change may be output " + std::to_string(e.output) + ", says " + name_of(e.heuristic) + "\n");
  if (reading.change)
    out("  likely change: output " + std::to_string(reading.change->output) + " (confidence " +
        std::to_string(reading.change->confidence) + " of 100)\n");
}

void print_found(const ledger::LedgerChain& chain, uint64_t transaction, bool as_json, const base::TextSink& out) {
  const std::string name = chain::format_hash(*chain.network, chain.reader().transaction_id(transaction));
  const ledger::BlockRow block = chain.reader().block(chain.reader().block_of_transaction(transaction));
  const std::vector<Line> lines = lines_of(chain, transaction);
  const Reading reading = chain.utxo ? read_shape(*chain.utxo, transaction) : Reading{};
  if (!as_json) {
    out(std::string(chain.network->name) + " " + name + ", block " + std::to_string(block.height) + ", " +
        base::format_time(block.time) + "\n");
    for (const Line& line : lines) print_line(out, line);
    print_reading(out, reading);
    return;
  }
  base::JsonWriter json(out);
  json.object([&] {
    json.field("chain", chain.network->name);
    json.field("transaction", name);
    json.field("height", block.height);
    json.field("time", base::format_time(block.time));
    json.rows("movements", lines, [&](const Line& line) { line_fields(json, line); });
    reading_fields(json, reading);
  });
}
}  // namespace

base::Status print_transaction(const LookupRequest& request, const base::TextSink& out) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(request.ledger));
  bool parsed = false;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (request.network != nullptr && request.network != chain.network) continue;
    chain::TxId id{};
    if (!chain::parse_hash(*chain.network, request.subject, id)) continue;
    parsed = true;
    const auto number = chain.reader().find_transaction(id);
    if (!number) continue;
    print_found(chain, *number, request.json, out);
    return {};
  }
  if (!parsed)
    return base::bad_input("'" + request.subject.substr(0, 80) +
                           "' is not a transaction: expected 64 hexadecimal digits");
  return base::answer_no(request.subject + " is not in this ledger");
}
}  // namespace jindo::report
