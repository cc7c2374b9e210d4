// Sums by schoolbook addition on digits; what is summed may be anything that a contract wrote.
#include "exports/summary.h"

#include <algorithm>
#include <tuple>

#include "chain/block.h"
#include "exports/chain_names.h"
#include "exports/row_cells.h"

namespace jindo::exports {
namespace {
constexpr size_t kLargestShown = 3;

std::string amount_text(const Movement& movement) {
  return movement.decimal.empty() ? base::to_decimal(movement.amount) : movement.decimal;
}
// The zero address of a token is nobody.
std::string party(const Movement& movement, const std::string& address) {
  return !movement.asset.empty() && address == kZeroAddress ? "" : address;
}

using Sums = std::map<std::string, std::string>;
void add_to(Sums& sums, const std::string& key, const std::string& amount) {
  const auto [at, added] = sums.try_emplace(key, amount);
  if (!added) at->second = add_decimals(at->second, amount);
}
std::vector<std::pair<std::string, std::string>> largest(const Sums& sums) {
  std::vector<std::pair<std::string, std::string>> out(sums.begin(), sums.end());
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return decimal_less(b.second, a.second); });
  if (out.size() > kLargestShown) out.resize(kLargestShown);
  return out;
}

struct Collected {
  std::map<std::string, Sums> in, gone;
  std::map<std::string, std::string> total;
  void into(Summary& out) const {
    for (const auto& [asset, sum] : total) out.assets[asset].total = sum;
    for (const auto& [asset, sums] : in) out.assets[asset].in = largest(sums);
    for (const auto& [asset, sums] : gone) out.assets[asset].out = largest(sums);
  }
};

SummaryMovement shown(const Reading& reading, const Movement& movement) {
  return {movement.transaction, party(movement, movement.from), party(movement, movement.to),
          asset_name(reading, movement.asset), amount_text(movement)};
}

void summarise_accounts(const Reading& reading, Summary& out) {
  Collected sums;
  for (const Movement& movement : reading.movements) {
    const std::string asset = asset_name(reading, movement.asset), amount = amount_text(movement);
    if (movement.part == Part::kFee) {
      if (++out.fees == 1) out.first_fee = shown(reading, movement);
      add_to(out.fee_total, asset, amount);
      continue;
    }
    ++out.movements;
    const std::string from = party(movement, movement.from), to = party(movement, movement.to);
    if (!from.empty()) add_to(sums.gone[asset], from, amount);
    if (!to.empty()) add_to(sums.in[asset], to, amount);
    add_to(sums.total, asset, amount);
  }
  sums.into(out);
  for (const size_t i : ledger_order(reading)) {
    if (reading.movements[i].part == Part::kFee) continue;
    out.first = shown(reading, reading.movements[i]);
    break;
  }
}

// Whether a goes before b: height, place in the block, coinbases first, then the identifier as it is printed.
bool transaction_before(const Transaction& a, const Transaction& b) {
  const auto key = [](const Transaction& t) {
    return std::make_tuple(t.height.value_or(UINT64_MAX), t.index.value_or(UINT32_MAX), !t.coinbase);
  };
  if (key(a) != key(b)) return key(a) < key(b);
  return std::lexicographical_compare(a.id.rbegin(), a.id.rend(), b.id.rbegin(), b.id.rend());
}

void summarise_transactions(const Reading& reading, Summary& out) {
  const chain::Network* network = network_of(reading.chain.empty() ? "bitcoin" : reading.chain);
  if (network == nullptr) return;
  const std::string asset = asset_name(reading, "");
  Collected sums;
  const Transaction* first = nullptr;
  for (const Transaction& transaction : reading.transactions) {
    if (first == nullptr || transaction_before(transaction, *first)) first = &transaction;
    base::Uint256 spent, paid;
    bool told = !transaction.coinbase;
    for (const chain::UtxoInput& input : transaction.inputs) {
      ++out.inputs;
      told = told && input.external;
      if (!input.external) continue;
      spent += input.value;
      const std::string owner = chain::format_address(*network, input.key);
      if (!owner.empty()) add_to(sums.gone[asset], owner, std::to_string(input.value));
    }
    for (const chain::UtxoOutput& output : transaction.outputs) {
      ++out.movements;
      paid += output.value;
      add_to(sums.total, asset, std::to_string(output.value));
      const std::string owner = chain::format_address(*network, output.key);
      if (!owner.empty()) add_to(sums.in[asset], owner, std::to_string(output.value));
    }
    base::Uint256 fee;
    if (!told || base::sub_underflows(spent, paid, fee) || fee.is_zero()) continue;
    ++out.fees;
    add_to(out.fee_total, asset, base::to_decimal(fee));
  }
  sums.into(out);
  if (first == nullptr) return;
  SummaryMovement movement;
  movement.transaction = chain::format_hash(*network, first->id);
  if (!first->inputs.empty() && first->inputs.front().external)
    movement.from = chain::format_address(*network, first->inputs.front().key);
  movement.asset = asset;
  const auto output = std::find_if(first->outputs.begin(), first->outputs.end(),
                                   [](const chain::UtxoOutput& candidate) { return candidate.value > 0; });
  if (output == first->outputs.end()) return;
  movement.to = chain::format_address(*network, output->key);
  movement.amount = std::to_string(output->value);
  out.first = movement;
}
}  // namespace

std::string add_decimals(const std::string& a, const std::string& b) {
  const auto split = [](const std::string& text) {
    const size_t point = text.find('.');
    return point == std::string::npos ? std::pair(text, std::string())
                                      : std::pair(text.substr(0, point), text.substr(point + 1));
  };
  auto [whole_a, fraction_a] = split(a);
  auto [whole_b, fraction_b] = split(b);
  const size_t digits = std::max(fraction_a.size(), fraction_b.size());
  fraction_a.resize(digits, '0');
  fraction_b.resize(digits, '0');
  const std::string x = whole_a + fraction_a, y = whole_b + fraction_b;
  std::string sum;
  int carry = 0;
  for (size_t i = 0; i < std::max(x.size(), y.size()) || carry != 0; ++i) {
    if (i < x.size()) carry += x[x.size() - 1 - i] - '0';
    if (i < y.size()) carry += y[y.size() - 1 - i] - '0';
    sum += static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  std::reverse(sum.begin(), sum.end());
  std::string whole = sum.substr(0, sum.size() - digits), fraction = sum.substr(sum.size() - digits);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  if (whole.empty()) whole = "0";
  return fraction.empty() ? whole : whole + "." + fraction;
}

bool decimal_less(const std::string& a, const std::string& b) {
  const size_t point_a = std::min(a.find('.'), a.size()), point_b = std::min(b.find('.'), b.size());
  if (point_a != point_b) return point_a < point_b;
  return a < b;
}

std::string asset_name(const Reading& reading, const std::string& asset) {
  if (!asset.empty()) return asset;
  if (!reading.coin.empty()) return reading.coin;
  const chain::Network* network = network_of(reading.chain);
  return network == nullptr ? "coin" : std::string(network->native);
}

std::vector<size_t> ledger_order(const Reading& reading) {
  const std::vector<Movement>& movements = reading.movements;
  bool by_time = false;
  for (const Movement& movement : movements) by_time = by_time || !movement.block;
  const auto height = [&](const Movement& movement) {
    return by_time ? static_cast<uint64_t>(std::max<int64_t>(movement.time.value_or(0), 0)) : *movement.block;
  };
  const bool falls = !movements.empty() && height(movements.front()) > height(movements.back());
  std::map<std::string, size_t> place;  // of a transaction in the file
  std::vector<size_t> order(movements.size());
  for (size_t i = 0; i < movements.size(); ++i) {
    order[i] = falls ? movements.size() - 1 - i : i;
  }
  for (const size_t i : order) place.try_emplace(movements[i].transaction, place.size());
  const auto key = [&](size_t i) {
    const Movement& movement = movements[i];
    const bool level = movement.part == Part::kBlockLevel;
    const uint64_t index = level ? UINT64_MAX : movement.index ? *movement.index : place.at(movement.transaction);
    return std::make_tuple(height(movement), index, level ? size_t{0} : place.at(movement.transaction),
                           static_cast<int>(movement.part), movement.path.value_or(std::vector<uint32_t>()),
                           movement.log.value_or(0));
  };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key(a) < key(b); });
  return order;
}

Summary summarise(const Reading& reading) {
  Summary out;
  summarise_accounts(reading, out);
  summarise_transactions(reading, out);
  return out;
}
}  // namespace jindo::exports
