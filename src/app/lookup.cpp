#include "app/lookup.h"

#include <algorithm>

#include "app/tracing.h"
#include "base/clock.h"
#include "ledger/ledger.h"

namespace jindo::app {
namespace {
using base::Uint256;
using ledger::kNoNumber;

// One line of an address's page, or of a transaction.
struct Line {
  std::string chain, direction, transaction, asset, counterparty, outpoint, spent_by;
  uint64_t height = 0, position = 0;
  int64_t time = 0;
  Uint256 amount;
  const chain::Network* network = nullptr;
  chain::AddressKey asset_key;
};

void print_line(base::JsonWriter* json, const base::TextSink& out, const Line& line) {
  if (json != nullptr) {
    json->begin_object();
    json->compact(true);
    json->field("chain", line.chain);
    json->field("direction", line.direction);
    json->field("height", line.height);
    json->field("time", base::format_time(line.time));
    json->field("transaction", line.transaction);
    json->field("position", line.position);
    json->field("asset", line.asset);
    json->field("amount", base::to_decimal(line.amount));
    if (!line.counterparty.empty()) json->field("counterparty", line.counterparty);
    if (!line.outpoint.empty()) json->field("outpoint", line.outpoint);
    if (!line.spent_by.empty()) json->field("spent_by", line.spent_by);
    json->end_object();
    json->compact(false);
    return;
  }
  out("  " + base::format_time(line.time) + "  block " + std::to_string(line.height) + "  " + line.direction + "  " +
      show_amount({}, *line.network, line.asset_key, line.amount) + " " + line.asset +
      (line.counterparty.empty() ? "" : (line.direction == "in" ? "  from " : "  to ") + line.counterparty) + "  " +
      (line.outpoint.empty() ? line.transaction : line.outpoint) +
      (line.spent_by.empty() ? "" : "  spent by " + line.spent_by) + "\n");
}

uint64_t first_block_from(const ledger::ChainReader& reader, uint64_t height) {
  uint64_t low = 0, high = reader.info().blocks;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (reader.block(middle).height < height)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
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

std::vector<Line> utxo_page(const ledger::LedgerChain& chain, const ledger::AddressHandle& handle,
                            const LookupRequest& request) {
  const ledger::UtxoStore& store = *chain.utxo;
  const uint64_t from = first_block_from(store, request.from_height);
  std::vector<Line> lines;
  if (from >= store.info().blocks) return lines;
  const ledger::BlockRow row = store.block(from);
  const auto received = store.received(handle, row.first_output, request.limit);
  const auto sent = store.sent(handle, row.first_input, request.limit);
  // Both lists are in ledger order; merge by transaction, what a transaction spends before what it pays.
  size_t r = 0, s = 0;
  while (lines.size() < request.limit && (r < received.size() || s < sent.size())) {
    const uint64_t tx_in = r < received.size() ? store.transaction_of_output(received[r]) : kNoNumber;
    const uint64_t tx_out = s < sent.size() ? store.transaction_of_input(sent[s]) : kNoNumber;
    ledger::UtxoTransactionView view;
    if (tx_out <= tx_in) {
      Line line = line_at(*chain.network, store, tx_out, "out");
      store.transaction(tx_out, view);
      line.position = sent[s] - view.first_input;
      line.amount = view.in_value[line.position];
      lines.push_back(line);
      ++s;
    } else {
      Line line = line_at(*chain.network, store, tx_in, "in");
      store.transaction(tx_in, view);
      line.position = received[r] - view.first_output;
      line.amount = view.out_value[line.position];
      line.outpoint = line.transaction + ":" + std::to_string(line.position);
      uint64_t spender = 0;
      store.spenders(received[r], {&spender, 1});
      if (spender != kNoNumber) line.spent_by = chain::format_hash(*chain.network, store.transaction_id(spender));
      lines.push_back(line);
      ++r;
    }
  }
  return lines;
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

std::vector<Line> account_page(const ledger::LedgerChain& chain, const std::vector<ledger::HoldingHandle>& holdings,
                               const LookupRequest& request) {
  const ledger::AccountStore& store = *chain.account;
  const uint64_t block = first_block_from(store, request.from_height);
  std::vector<Line> lines;
  if (block >= store.info().blocks) return lines;
  const uint64_t from = store.block(block).first_movement;
  // The next of each holding's movements, the earliest first: a page costs what it shows, however large the holdings.
  std::vector<uint64_t> numbers;
  for (uint32_t s = 0; s < store.segments() && numbers.size() < request.limit; ++s) {
    std::vector<uint64_t> here;
    for (const ledger::HoldingHandle& holding : holdings) {
      const auto movements = store.movements_of(holding, s);
      const auto begin = std::lower_bound(movements.begin(), movements.end(), from);
      const auto take = std::min<size_t>(request.limit, static_cast<size_t>(movements.end() - begin));
      here.insert(here.end(), begin, begin + static_cast<ptrdiff_t>(take));
    }
    std::sort(here.begin(), here.end());
    here.resize(std::min<size_t>(here.size(), request.limit - numbers.size()));
    numbers.insert(numbers.end(), here.begin(), here.end());
  }
  for (const uint64_t number : numbers) lines.push_back(account_line(chain, number, holdings.front().address));
  return lines;
}
}  // namespace

base::Status print_address(const LookupRequest& request, const base::TextSink& out) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(request.ledger));
  base::JsonWriter writer(out);
  base::JsonWriter* json = request.json ? &writer : nullptr;
  bool found = false;
  std::string problem;
  if (json != nullptr) json->begin_array();
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (request.network != nullptr && request.network != chain.network) continue;
    const auto key = chain::parse_address(*chain.network, request.subject);
    if (!key.ok()) {
      problem = key.error().message;
      continue;
    }
    const auto handle = chain.reader().find_address(*key);
    if (!handle) continue;
    found = true;
    const std::string name = chain::format_address(*chain.network, *key);
    uint64_t received = 0, sent = 0;
    std::vector<ledger::HoldingHandle> holdings;
    if (chain.utxo) {
      received = chain.utxo->received_count(*handle);
      sent = chain.utxo->sent_count(*handle);
    } else {
      holdings = chain.account->holdings_of(*handle);
      for (const auto& holding : holdings) {
        for (uint32_t s = 0; s < chain.account->segments(); ++s)
          received += chain.account->movements_of(holding, s).size();
      }
    }
    const std::vector<Line> lines =
        chain.utxo ? utxo_page(chain, *handle, request) : account_page(chain, holdings, request);
    if (json != nullptr) {
      json->begin_object();
      json->field("chain", chain.network->name);
      json->field("address", name);
      if (chain.utxo) {
        json->field("outputs_received", received);
        json->field("outputs_spent", sent);
      } else {
        json->field("movements", received);
        json->field("assets", static_cast<uint64_t>(holdings.size()));
      }
      json->key("movements_page");
      json->begin_array();
      for (const Line& line : lines) print_line(json, out, line);
      json->end_array();
      json->end_object();
    } else {
      out(std::string(chain.network->name) + " " + name + ": " +
          (chain.utxo ? std::to_string(received) + " outputs received, " + std::to_string(sent) + " spent"
                      : std::to_string(received) + " movements of " + std::to_string(holdings.size()) + " assets") +
          "\n");
      for (const Line& line : lines) print_line(nullptr, out, line);
      const uint64_t all = received + sent;
      if (lines.size() < all)
        out("  … " + std::to_string(all) + " in all; --from HEIGHT and --limit N page through them\n");
    }
  }
  if (json != nullptr) json->end_array();
  if (found) return {};
  if (!problem.empty() && ledger.chains().size() == 1) return base::bad_input(problem);
  return base::answer_no(request.subject + " is not in this ledger");
}

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
    std::vector<Line> lines;
    if (chain.utxo) {
      const ledger::UtxoStore& store = *chain.utxo;
      ledger::UtxoTransactionView view;
      store.transaction(*number, view);
      for (size_t i = 0; i < view.in_output.size(); ++i) {
        Line line = line_at(*chain.network, store, *number, "in");
        line.position = i;
        line.amount = view.in_value[i];
        line.counterparty = chain::format_address(*chain.network, store.input_address(view.first_input + i));
        if (view.in_output[i] != kNoNumber) {
          const uint64_t from = store.transaction_of_output(view.in_output[i]);
          ledger::UtxoTransactionView source;
          store.transaction(from, source);
          line.outpoint = chain::format_hash(*chain.network, store.transaction_id(from)) + ":" +
                          std::to_string(view.in_output[i] - source.first_output);
        }
        lines.push_back(line);
      }
      std::vector<uint64_t> spenders(view.out_value.size());
      store.spenders(view.first_output, spenders);
      for (size_t i = 0; i < view.out_value.size(); ++i) {
        Line line = line_at(*chain.network, store, *number, "out");
        line.position = i;
        line.amount = view.out_value[i];
        line.counterparty = chain::format_address(*chain.network, store.output_address(view.first_output + i));
        if (spenders[i] != kNoNumber)
          line.spent_by = chain::format_hash(*chain.network, store.transaction_id(spenders[i]));
        lines.push_back(line);
      }
    } else {
      std::vector<uint64_t> scratch;
      for (const uint64_t m : chain.account->movements_of_transaction(*number, scratch)) {
        ledger::Movement movement;
        chain.account->movement(m, movement);
        const chain::AddressKey from = movement.from != kNoNumber
                                           ? chain.account->holding_address(movement.segment, movement.from)
                                           : chain::AddressKey{};
        lines.push_back(account_line(chain, m, from));
        if (from.is_none())
          lines.back().direction = "mint";
        else
          lines.back().outpoint = "from " + chain::format_address(*chain.network, from);
      }
    }
    const ledger::BlockRow block = chain.reader().block(chain.reader().block_of_transaction(*number));
    base::JsonWriter writer(out);
    if (request.json) {
      writer.begin_object();
      writer.field("chain", chain.network->name);
      writer.field("transaction", chain::format_hash(*chain.network, id));
      writer.field("height", block.height);
      writer.field("time", base::format_time(block.time));
      writer.key("movements");
      writer.begin_array();
      for (const Line& line : lines) print_line(&writer, out, line);
      writer.end_array();
      writer.end_object();
    } else {
      out(std::string(chain.network->name) + " " + chain::format_hash(*chain.network, id) + ", block " +
          std::to_string(block.height) + ", " + base::format_time(block.time) + "\n");
      for (const Line& line : lines) print_line(nullptr, out, line);
    }
    return {};
  }
  if (!parsed)
    return base::bad_input("'" + request.subject.substr(0, 80) +
                           "' is not a transaction: expected 64 hexadecimal digits");
  return base::answer_no(request.subject + " is not in this ledger");
}
}  // namespace jindo::app
