// Readings in an order of their own (by content), then the passes of the chain's model.
#include "exports/reconcile.h"

#include <algorithm>
#include <tuple>

#include "exports/reconcile_parts.h"

namespace jindo::exports {

void contradict(Reconciled& out, std::string about, const Witness& one, std::string one_says, const Witness& other,
                std::string other_says) {
  if (out.contradictions.size() >= kContradictionsMax) return;
  out.contradictions.push_back({std::move(about), one, other, std::move(one_says), std::move(other_says)});
}

void wait(Reconciled& out, const std::string& why, const Witness& first, uint64_t rows) {
  for (Waiting& waiting : out.waiting) {
    if (waiting.why != why) continue;
    waiting.rows += rows;
    return;
  }
  out.waiting.push_back({why, rows, first});
}

std::string place_of(std::span<const Reading> readings, const Witness& witness) {
  return readings[witness.reading].file + ":" + std::to_string(witness.row);
}

std::string describe(std::span<const Reading> readings, const Contradiction& contradiction) {
  return contradiction.about + ": " + place_of(readings, contradiction.one) + " says " + contradiction.one_says + ", " +
         place_of(readings, contradiction.other) + " says " + contradiction.other_says;
}

bool runs_backwards(const Reading& reading) {
  uint64_t falls = 0, rises = 0;
  for (size_t i = 1; i < reading.movements.size(); ++i) {
    const Movement& a = reading.movements[i - 1];
    const Movement& b = reading.movements[i];
    const bool by_block = a.block && b.block;
    if (!by_block && !(a.time && b.time)) continue;
    const auto order = by_block ? *a.block <=> *b.block : *a.time <=> *b.time;
    falls += order > 0 ? 1 : 0;
    rises += order < 0 ? 1 : 0;
  }
  return falls > rises;
}

namespace {
// A file of an account chain has no place on a UTXO chain, nor the other way round, whatever the user says.
base::Status check_model(const chain::Network& network, const Reading& reading) {
  const bool utxo = network.model == chain::LedgerModel::kUtxo;
  if (utxo ? reading.movements.empty() : reading.transactions.empty()) return {};
  return base::bad_input(reading.file + ": read as " + reading.format + ", " +
                         (utxo ? "movements between accounts" : "transactions with inputs and outputs") + "; " +
                         std::string(network.name) + " is no such chain");
}
}  // namespace

base::Result<Reconciled> reconcile(const chain::Network& network, std::span<const Reading> readings,
                                   const ReconcileOptions& options) {
  std::vector<uint32_t> order;
  for (uint32_t i = 0; i < readings.size(); ++i)
    if (readings[i].chain.empty() || readings[i].chain == network.name) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(readings[a].digest, readings[a].file) < std::tie(readings[b].digest, readings[b].file);
  });
  // The same file twice is one, whatever it is called.
  const auto same = [&](uint32_t a, uint32_t b) {
    return readings[a].digest == readings[b].digest && readings[a].digest != base::Hash256{};
  };
  order.erase(std::unique(order.begin(), order.end(), same), order.end());
  Reconciled out;
  for (const uint32_t i : order) {
    JINDO_DO(check_model(network, readings[i]));
    out.unknown.add(readings[i].unknown);
  }
  if (network.model == chain::LedgerModel::kUtxo) {
    JINDO_DO(reconcile_utxo(network, readings, order, options, out));
  } else {
    JINDO_DO(reconcile_account(network, readings, order, out));
  }
  if (out.heights_are_times) out.unknown.add(Unknown::kBlock);
  return out;
}
}  // namespace jindo::exports
