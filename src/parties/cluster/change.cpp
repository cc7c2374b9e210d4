#include "cluster/change.h"

#include <algorithm>

#include "base/check.h"
#include "base/uint256.h"

namespace jindo::cluster {
namespace {
using ledger::kNoNumber;
constexpr ChangeHeuristicInfo kInfos[kChangeHeuristics] = {
    {ChangeHeuristic::kReuse, "reuse", "Meiklejohn, Pomarole, Jordan, Levchenko, McCoy, Voelker, Savage 2013",
     "a payment to oneself", 95},
    {ChangeHeuristic::kFresh, "fresh", "Androulaki et al. 2013 (shadow addresses); Meiklejohn et al. 2013",
     "a payee's fresh address while change goes to a used one", 50},
    {ChangeHeuristic::kScriptType, "script-type", "Kalodner et al., BlockSci, 2020; Kappos et al. 2022",
     "payees who use the payer's type while the wallet's change type differs", 60},
    {ChangeHeuristic::kRoundAmount, "round-amount", "Kalodner et al. 2020 (power of ten)",
     "payments converted from another currency, which are not round; round changes", 60},
    {ChangeHeuristic::kOptimal, "optimal", "Nick 2015 (optimal change)", "wallets that consolidate while they pay", 45},
    {ChangeHeuristic::kLockTime, "locktime", "Kalodner et al. 2020; Möser, Narayanan 2022 (fingerprints)",
     "payees who use the same wallet program; knows nothing of unspent outputs", 55},
    {ChangeHeuristic::kFeeRate, "fee-rate", "Kappos et al. 2022; Möser, Narayanan 2022",
     "a fee market that is flat for all; knows nothing of unspent outputs", 40},
    {ChangeHeuristic::kPeeling, "peeling",
     "Meiklejohn et al. 2013; Kappos, Yousaf, Stütz, Rollet, Haslhofer, Meiklejohn: "
     "How to Peel a Million, 2022",
     "payees who peel on while the change rests", 55},
};
constexpr uint64_t kRound = 1'000'000;  // satoshi: 0.01 BTC and its multiples are round

// Remembers the only candidate; two are none.
class Only {
 public:
  void add(uint32_t output) {
    at_ = output;
    ++count_;
  }
  std::optional<uint32_t> get(size_t of) const {
    return count_ == 1 && of > 1 ? std::optional<uint32_t>(at_) : std::nullopt;
  }

 private:
  uint32_t at_ = 0;
  size_t count_ = 0;
};

uint64_t fee_of(const ledger::UtxoTransactionView& view) {
  uint64_t in = 0, out = 0;
  for (const uint64_t v : view.in_value) in += v;
  for (const uint64_t v : view.out_value) out += v;
  return in >= out ? in - out : 0;
}
// Within one part in fifty, or a unit of rounding in vbytes.
bool same_fee_rate(const ledger::UtxoTransactionView& a, const ledger::UtxoTransactionView& b) {
  if (a.virtual_size == 0 || b.virtual_size == 0) return false;
  const auto x = base::Uint128{fee_of(a)} * b.virtual_size;
  const auto y = base::Uint128{fee_of(b)} * a.virtual_size;
  const base::Uint128 difference = x > y ? x - y : y - x;
  return difference * 50 <= std::max(x, y);
}
}  // namespace

std::span<const ChangeHeuristicInfo> change_heuristics() { return kInfos; }
std::optional<ChangeHeuristic> find_change_heuristic(std::string_view name) {
  for (const ChangeHeuristicInfo& info : kInfos)
    if (name == info.name) return info.heuristic;
  return std::nullopt;
}

std::vector<ChangeEvidence> change_evidence(const ledger::UtxoReader& reader, uint64_t transaction) {
  std::vector<ChangeEvidence> out;
  ledger::UtxoTransactionView view;
  reader.transaction(transaction, view);
  if (view.coinbase()) return out;
  std::vector<uint32_t> payable;  // outputs that somebody can spend
  for (uint32_t i = 0; i < view.out_value.size(); ++i)
    if (view.out_type[i] != chain::ScriptType::kNullData) payable.push_back(i);
  if (payable.size() < 2 || payable.size() > 64)
    return out;  // larger ones are batches; nothing here was meant for them
  std::vector<chain::AddressKey> owners, payees(view.out_value.size());
  for (uint64_t i = 0; i < view.in_output.size(); ++i) owners.push_back(reader.input_address(view.first_input + i));
  std::sort(owners.begin(), owners.end());
  const bool one_kind = !owners.empty() && owners.front().kind == owners.back().kind && !owners.front().is_none();
  const uint64_t least_input = *std::min_element(view.in_value.begin(), view.in_value.end());
  std::vector<uint64_t> spenders(view.out_value.size());
  reader.spenders(view.first_output, spenders);

  Only reuse, fresh, type, uneven, optimal, lock, fee;
  size_t used = 0, other_type = 0, round = 0, spent = 0;
  ledger::UtxoTransactionView spender;
  for (const uint32_t i : payable) {
    payees[i] = reader.output_address(view.first_output + i);
    const chain::AddressKey& payee = payees[i];
    if (std::binary_search(owners.begin(), owners.end(), payee)) reuse.add(i);
    const auto handle = reader.find_address(payee);
    if (handle) {
      const auto first = reader.received(*handle, 0, 1);
      const auto sent = reader.sent(*handle, 0, 1);
      const bool is_new = !first.empty() && first[0] == view.first_output + i &&
                          (sent.empty() || reader.transaction_of_input(sent[0]) > transaction);
      if (is_new)
        fresh.add(i);
      else
        ++used;
    }
    if (one_kind && payee.kind == owners.front().kind)
      type.add(i);
    else
      ++other_type;
    if (view.out_value[i] % kRound != 0)
      uneven.add(i);
    else
      ++round;
    if (view.in_value.size() > 1 && view.out_value[i] < least_input) optimal.add(i);
    if (spenders[i] == kNoNumber) continue;
    ++spent;
    reader.transaction(spenders[i], spender);
    if ((view.form & chain::kFormKnown) != 0 && view.form == spender.form) lock.add(i);
    if (same_fee_rate(view, spender)) fee.add(i);
  }
  const auto say = [&](ChangeHeuristic heuristic, const Only& only) {
    if (const auto output = only.get(payable.size())) out.push_back({heuristic, *output});
  };
  say(ChangeHeuristic::kReuse, reuse);
  if (used > 0) say(ChangeHeuristic::kFresh, fresh);
  if (other_type > 0) say(ChangeHeuristic::kScriptType, type);
  if (round > 0) say(ChangeHeuristic::kRoundAmount, uneven);
  say(ChangeHeuristic::kOptimal, optimal);
  // How others were spent must be known, or the only one spent so far would always win.
  if (spent == payable.size()) {
    say(ChangeHeuristic::kLockTime, lock);
    say(ChangeHeuristic::kFeeRate, fee);
  }
  if (view.in_output.size() == 1 && payable.size() == 2) {
    const uint32_t larger = view.out_value[payable[0]] >= view.out_value[payable[1]] ? payable[0] : payable[1];
    const uint32_t smaller = larger == payable[0] ? payable[1] : payable[0];
    const auto peels = [&](uint32_t output) {
      if (spenders[output] == kNoNumber) return false;
      reader.transaction(spenders[output], spender);
      return spender.in_output.size() == 1 && spender.out_value.size() == 2;
    };
    if (view.out_value[larger] > view.out_value[smaller] && peels(larger) && !peels(smaller))
      out.push_back({ChangeHeuristic::kPeeling, larger});
  }
  return out;
}

std::optional<ChangeVerdict> weigh(const std::vector<ChangeEvidence>& evidence) {
  // Independent evidence: what is left unsure shrinks by each (100 - confidence).
  std::vector<std::pair<uint32_t, uint32_t>> unsure;  // output, in parts of ten thousand
  for (const ChangeEvidence& e : evidence) {
    auto found = std::find_if(unsure.begin(), unsure.end(), [&](const auto& u) { return u.first == e.output; });
    if (found == unsure.end()) found = unsure.insert(unsure.end(), {e.output, 10'000});
    const ChangeHeuristicInfo& info = kInfos[static_cast<size_t>(e.heuristic)];
    CHECK(info.heuristic == e.heuristic);
    found->second = found->second * (100U - info.confidence) / 100;
  }
  if (unsure.empty()) return std::nullopt;
  std::sort(unsure.begin(), unsure.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (unsure.size() > 1 && unsure[1].second < unsure[0].second + 2'000) return std::nullopt;
  ChangeVerdict out;
  out.output = unsure[0].first;
  out.confidence = static_cast<uint8_t>(std::min<uint32_t>(99, (10'000 - unsure[0].second) / 100));
  for (const ChangeEvidence& e : evidence)
    if (e.output == out.output) out.by.push_back(e.heuristic);
  return out;
}
}  // namespace jindo::cluster
