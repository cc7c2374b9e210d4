// Names of what is unknown, and the counting of refusals.
#include "exports/attested.h"

#include <algorithm>
#include <array>

namespace jindo::exports {
namespace {
constexpr std::array<std::string_view, 19> kUnknownNames = {
    "address", "amount", "block",     "chain",       "contract", "counterparty", "decimals",
    "fee",     "filter", "inputs",    "internal",    "log",      "next-page",    "order",
    "status",  "time",   "time-zone", "transaction", "txid"};
static_assert(kUnknownNames.size() == static_cast<size_t>(Unknown::kTxid) + 1);
constexpr size_t kRefusalsMax = 1000;  // different reasons kept; later ones join the last
}  // namespace

std::string_view unknown_name(Unknown what) { return kUnknownNames[static_cast<size_t>(what)]; }

std::vector<std::string_view> UnknownSet::names() const {
  std::vector<std::string_view> out;
  for (size_t i = 0; i < kUnknownNames.size(); ++i)
    if (has(static_cast<Unknown>(i))) out.push_back(unknown_name(static_cast<Unknown>(i)));
  return out;  // the enumeration is in alphabetical order
}

void Reading::refuse_row(uint64_t row, std::string why) {
  for (Refusal& refusal : refusals) {
    if (refusal.why != why) continue;
    ++refusal.count;
    return;
  }
  if (refusals.size() >= kRefusalsMax) {
    ++refusals.back().count;
    return;
  }
  refusals.push_back({row, 1, std::move(why)});
}

void Reading::refuse_file(std::string why) {
  file_refused = true;
  movements.clear();
  transactions.clear();
  records.clear();
  watched.clear();
  refusals.insert(refusals.begin(), {0, rows, std::move(why)});
}

uint64_t Reading::refused() const {
  if (file_refused) return rows;
  uint64_t out = 0;
  for (const Refusal& refusal : refusals) out += refusal.count;
  return out;
}

}  // namespace jindo::exports
