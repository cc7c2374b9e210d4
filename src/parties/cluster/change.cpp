// Each output is looked at once and noted as candidate of each heuristic; a heuristic with one candidate speaks.
// Sources and mistakes stand in the table.
#include "cluster/change.h"

#include <algorithm>

#include "base/check.h"
#include "base/uint256.h"
#include "chain/keyless.h"

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
constexpr size_t kPayableMax = 64;      // outputs; more are a batch, and nothing here was meant for those

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

class ChangeReading {
 public:
  explicit ChangeReading(const ledger::UtxoReader& reader) : reader_(reader) {}

  std::vector<ChangeEvidence> read(uint64_t transaction) {
    reader_.transaction(transaction, view_);
    if (view_.coinbase()) return {};
    for (uint32_t i = 0; i < view_.out_value.size(); ++i)
      if (is_somebodys(i)) payable_.push_back(i);
    if (payable_.size() < 2 || payable_.size() > kPayableMax) return {};
    read_inputs();
    spenders_.resize(view_.out_value.size());
    reader_.spenders(view_.first_output, spenders_);
    for (const uint32_t output : payable_) {
      const chain::AddressKey payee = reader_.output_address(view_.first_output + output);
      look_at_payee(output, payee);
      look_at_value(output);
      look_at_spender(output);
    }
    return conclude();
  }

 private:
  // Not an OP_RETURN, nor an anchor or the like that anybody can spend: those are no payee and no change.
  bool is_somebodys(uint32_t output) const {
    const chain::ScriptType type = view_.out_type[output];
    if (type == chain::ScriptType::kNullData || type == chain::ScriptType::kWitnessUnknown) return false;
    const bool hashed = type == chain::ScriptType::kNonStandard || type == chain::ScriptType::kScriptHash ||
                        type == chain::ScriptType::kWitnessScriptHash;
    return !hashed || !chain::anybody_can_spend(reader_.output_address(view_.first_output + output));
  }
  void read_inputs() {
    for (uint64_t i = 0; i < view_.in_output.size(); ++i)
      owners_.push_back(reader_.input_address(view_.first_input + i));
    std::sort(owners_.begin(), owners_.end());
    one_kind_ = !owners_.empty() && owners_.front().kind == owners_.back().kind && !owners_.front().is_none();
    least_input_ = *std::min_element(view_.in_value.begin(), view_.in_value.end());
  }

  void look_at_payee(uint32_t output, const chain::AddressKey& payee) {
    if (std::binary_search(owners_.begin(), owners_.end(), payee)) reuse_.add(output);
    if (const auto handle = reader_.find_address(payee)) {
      const auto first = reader_.received(*handle, 0, 1);
      const auto sent = reader_.sent(*handle, 0, 1);
      const bool is_new = !first.empty() && first[0] == view_.first_output + output &&
                          (sent.empty() || reader_.transaction_of_input(sent[0]) > view_.number);
      if (is_new)
        fresh_.add(output);
      else
        ++used_;
    }
    if (one_kind_ && payee.kind == owners_.front().kind)
      type_.add(output);
    else
      ++other_type_;
  }
  void look_at_value(uint32_t output) {
    if (view_.out_value[output] % kRound != 0)
      uneven_.add(output);
    else
      ++round_;
    if (view_.in_value.size() > 1 && view_.out_value[output] < least_input_) optimal_.add(output);
  }
  void look_at_spender(uint32_t output) {
    if (spenders_[output] == kNoNumber) return;
    ++spent_;
    reader_.transaction(spenders_[output], spender_);
    if ((view_.form & chain::kFormKnown) != 0 && view_.form == spender_.form) lock_.add(output);
    if (same_fee_rate(view_, spender_)) fee_.add(output);
  }

  std::vector<ChangeEvidence> conclude() {
    std::vector<ChangeEvidence> out;
    const auto say = [&](ChangeHeuristic heuristic, const Only& only) {
      if (const auto output = only.get(payable_.size())) out.push_back({heuristic, *output});
    };
    say(ChangeHeuristic::kReuse, reuse_);
    if (used_ > 0) say(ChangeHeuristic::kFresh, fresh_);
    if (other_type_ > 0) say(ChangeHeuristic::kScriptType, type_);
    if (round_ > 0) say(ChangeHeuristic::kRoundAmount, uneven_);
    say(ChangeHeuristic::kOptimal, optimal_);
    // How others were spent must be known, or the only one spent so far would always win.
    if (spent_ == payable_.size()) {
      say(ChangeHeuristic::kLockTime, lock_);
      say(ChangeHeuristic::kFeeRate, fee_);
    }
    if (const auto output = peeled()) out.push_back({ChangeHeuristic::kPeeling, *output});
    return out;
  }
  // Of one input and two outputs: the larger, if it alone is spent by a transaction of that shape.
  std::optional<uint32_t> peeled() {
    if (view_.in_output.size() != 1 || payable_.size() != 2) return std::nullopt;
    const uint32_t larger = view_.out_value[payable_[0]] >= view_.out_value[payable_[1]] ? payable_[0] : payable_[1];
    const uint32_t smaller = larger == payable_[0] ? payable_[1] : payable_[0];
    if (view_.out_value[larger] > view_.out_value[smaller] && peels(larger) && !peels(smaller)) return larger;
    return std::nullopt;
  }
  bool peels(uint32_t output) {
    if (spenders_[output] == kNoNumber) return false;
    reader_.transaction(spenders_[output], spender_);
    return spender_.in_output.size() == 1 && spender_.out_value.size() == 2;
  }

  const ledger::UtxoReader& reader_;
  ledger::UtxoTransactionView view_, spender_;
  std::vector<uint32_t> payable_;  // outputs that somebody can spend
  std::vector<chain::AddressKey> owners_;
  bool one_kind_ = false;  // all inputs are of one type of script
  uint64_t least_input_ = 0;
  std::vector<uint64_t> spenders_;
  Only reuse_, fresh_, type_, uneven_, optimal_, lock_, fee_;  // candidates
  size_t used_ = 0, other_type_ = 0, round_ = 0, spent_ = 0;   // outputs that are none, or were spent
};
}  // namespace

std::span<const ChangeHeuristicInfo> change_heuristics() { return kInfos; }
std::optional<ChangeHeuristic> find_change_heuristic(std::string_view name) {
  for (const ChangeHeuristicInfo& info : kInfos)
    if (name == info.name) return info.heuristic;
  return std::nullopt;
}

std::vector<ChangeEvidence> change_evidence(const ledger::UtxoReader& reader, uint64_t transaction) {
  return ChangeReading(reader).read(transaction);
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
