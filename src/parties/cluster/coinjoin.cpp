// The table of kinds, a detector each, and the order in which they are asked.
#include "cluster/coinjoin.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"

namespace jindo::cluster {
namespace {
constexpr const char* kStuetz =
    "Stütz, Stockinger, Moreno-Sanchez, Haslhofer, Maffei: Adoption and Actual Privacy of Decentralized CoinJoin "
    "Implementations in Bitcoin, AFT 2022";
constexpr JoinKindInfo kKinds[kJoinKinds] = {
    {JoinKind::kNone, "none", "no joint transaction", "", "", false},
    {JoinKind::kJoinMarket, "joinmarket", "JoinMarket",
     "Goldfeder, Kalodner, Reisman, Narayanan: When the cookie meets the blockchain, PETS 2018 (the shape; its subset "
     "sums are not solved here); Möser, Böhme: The price of anonymity, 2017",
     "a wallet that pays the same sum to several payees with as many changes; misses joins whose maker left no change",
     true},
    {JoinKind::kWasabi10, "wasabi-1.0", "Wasabi 1.0", kStuetz, "nothing known: the coordinator's addresses were fixed",
     true},
    {JoinKind::kWasabi11, "wasabi-1.1", "Wasabi 1.1", kStuetz,
     "batched payouts of ten times the same 0.08 to 0.12 BTC; misses rounds of fewer than ten", true},
    {JoinKind::kWasabi20, "wasabi-2.0", "Wasabi 2.0 (WabiSabi)", kStuetz,
     "large batches of round payouts out of many coins; misses rounds with fewer than 20 inputs", true},
    {JoinKind::kWhirlpoolPremix, "whirlpool-premix", "Whirlpool premix (tx0)", kStuetz,
     "payouts that happen to be a pool's size and a little more; most premixes are of one owner, whose inputs are then "
     "not joined here",
     true},
    {JoinKind::kWhirlpoolMix, "whirlpool-mix", "Whirlpool mix", kStuetz, "nothing known: sizes and counts are fixed",
     true},
    {JoinKind::kStonewall, "stonewall", "Stonewall, or a JoinMarket of two",
     "Samourai Wallet, STONEWALL and STONEWALLx2, 2018; Ghesmati, Kern, Judmayer, Stifter, Weippl: Unnecessary Input "
     "Heuristics and PayJoin Transactions, 2021",
     "most are simulated by one wallet alone, whose inputs are then not joined here; two equal payments by chance",
     true},
    {JoinKind::kPayJoin, "payjoin", "PayJoin, suspected",
     "BIP 78; Ghesmati et al. 2021 (unnecessary input heuristic 2)",
     "many: wallets that consolidate while they pay look the same, and are then not joined here", true},
};
constexpr uint64_t kPools[] = {100'000, 1'000'000, 5'000'000, 50'000'000};  // Whirlpool's, satoshi
constexpr std::string_view kCoordinators[] = {"bc1qs604c7jv6amk4cxqlnvuxv26hv3e48cds4m0ew",
                                              "bc1qa24tsgchvuxsaccp8vrnkfd85hrcpafg20kmjw"};

struct MostFrequent {
  uint64_t value = 0;
  size_t count = 0;
  size_t distinct = 0;
};
MostFrequent most_frequent(std::vector<uint64_t>& values) {
  std::sort(values.begin(), values.end());
  MostFrequent out;
  for (size_t i = 0; i < values.size();) {
    size_t end = i;
    while (end < values.size() && values[end] == values[i]) ++end;
    ++out.distinct;
    if (end - i > out.count || (end - i == out.count && values[i] > out.value)) {
      out.value = values[i];
      out.count = end - i;
    }
    i = end;
  }
  return out;
}

// WabiSabi's standard denominations from 5,000 satoshi: powers of 2, powers of 3 and twice them, powers of ten, twice
// and five times them (WalletWasabi, AmountDecomposer).
const std::vector<uint64_t>& wabisabi_denominations() {
  static const std::vector<uint64_t> all = [] {
    std::vector<uint64_t> out;
    const auto powers = [&](uint64_t base, uint64_t factor) {
      for (uint64_t v = factor; v < 140'000'000'000ULL; v *= base)
        if (v >= 5000) out.push_back(v);
    };
    powers(2, 1);
    powers(3, 1);
    powers(3, 2);
    powers(10, 1);
    powers(10, 2);
    powers(10, 5);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }();
  return all;
}

JoinFinding whirlpool_mix(const JoinShape& s) {
  const size_t n = s.in_value.size();
  if (n < 5 || n > 10 || s.out_value.size() != n) return {};  // owners may repeat: addresses are reused
  for (const uint64_t pool : kPools) {
    if (std::any_of(s.out_value.begin(), s.out_value.end(), [&](uint64_t v) { return v != pool; })) continue;
    bool fresh = false;
    for (const uint64_t v : s.in_value) {
      if (v < pool || v > pool + pool / 4) return {};
      fresh |= v > pool;
    }
    if (fresh) return {JoinKind::kWhirlpoolMix, static_cast<uint8_t>(n == 5 ? 97 : 90)};
  }
  return {};
}

JoinFinding whirlpool_premix(const JoinShape& s, const MostFrequent& most) {
  const bool data = std::find(s.out_type.begin(), s.out_type.end(), chain::ScriptType::kNullData) != s.out_type.end();
  if (most.count < (data ? 1U : 2U) || most.count > 70) return {};
  for (const uint64_t pool : kPools) {
    // Each coin brings the mix's miner fee with it.
    if (most.value <= pool + 99 || most.value > pool + std::min<uint64_t>(pool / 4, 100'000)) continue;
    size_t fee = 0, change = 0;
    for (size_t i = 0; i < s.out_value.size(); ++i) {
      const uint64_t v = s.out_value[i];
      if (v == most.value || s.out_type[i] == chain::ScriptType::kNullData) continue;
      if (v <= pool / 10 && v >= pool / 100)
        ++fee;
      else
        ++change;
    }
    if (fee >= 1 && fee + change <= 3) return {JoinKind::kWhirlpoolPremix, static_cast<uint8_t>(data ? 90 : 60)};
  }
  return {};
}

JoinFinding wasabi(const JoinShape& s, const MostFrequent& most) {
  if (s.coordinator && most.count >= 3 && s.in_owners >= most.count) return {JoinKind::kWasabi10, 98};
  if (most.count >= 10 && most.value >= 8'000'000 && most.value <= 12'000'000 && most.distinct >= 2 &&
      s.in_owners >= most.count)
    return {JoinKind::kWasabi11, 90};
  if (s.in_owners < 20 || s.out_value.size() < 20) return {};
  size_t standard = 0;
  for (const uint64_t v : s.out_value)
    standard += std::binary_search(wabisabi_denominations().begin(), wabisabi_denominations().end(), v) ? 1 : 0;
  if (standard * 10 < s.out_value.size() * 6 || most.count < 3) return {};
  return {JoinKind::kWasabi20, static_cast<uint8_t>(s.in_owners >= 50 ? 95 : 80)};
}

// n take the same sum; each has at most one change, and one (who sweeps) may have none.
JoinFinding joinmarket(const JoinShape& s, const MostFrequent& most) {
  const size_t n = most.count;
  if (n < 3 || most.value <= 2730 || s.in_owners < n) return {};
  const size_t change = s.out_value.size() - n;
  if (change + 1 < n || change > n) return {};
  return {JoinKind::kJoinMarket, static_cast<uint8_t>(n >= 5 ? 85 : n == 4 ? 75 : 60)};
}

// Two equal outputs and two changes, and inputs that split into two purses: each pays one equal output and one change,
// and the fee is what is left of both.
JoinFinding stonewall(const JoinShape& s, const MostFrequent& most) {
  const size_t inputs = s.in_value.size();
  if (s.out_value.size() != 4 || most.count != 2 || most.distinct != 3 || inputs > 12 || s.in_owners < 2) return {};
  std::array<uint64_t, 2> change{};
  size_t at = 0;
  for (const uint64_t v : s.out_value)
    if (v != most.value) change[at++] = v;
  uint64_t in = 0;
  for (const uint64_t v : s.in_value) in += v;
  const uint64_t out = 2 * most.value + change[0] + change[1];
  if (in < out) return {};
  const uint64_t fee = in - out;
  for (uint32_t mask = 1; mask + 1 < (uint32_t{1} << inputs); ++mask) {
    uint64_t purse = 0;
    for (size_t i = 0; i < inputs; ++i)
      if ((mask >> i & 1) != 0) purse += s.in_value[i];
    const uint64_t needs = most.value + change[0];
    if (purse >= needs && purse - needs <= fee) return {JoinKind::kStonewall, 40};
  }
  return {};
}

// An input that neither output needs (unnecessary input heuristic 2), in a plain payment of one script type.
JoinFinding payjoin(const JoinShape& s) {
  if (s.out_value.size() != 2 || s.in_value.size() < 2 || s.in_value.size() > 5 || s.in_owners < 2 ||
      !s.one_script_type || s.pays_itself)
    return {};
  uint64_t in = 0, least = UINT64_MAX;
  for (const uint64_t v : s.in_value) {
    in += v;
    least = std::min(least, v);
  }
  const uint64_t out = s.out_value[0] + s.out_value[1];
  if (in < out) return {};
  const uint64_t needed = std::max(s.out_value[0], s.out_value[1]) + (in - out);
  return in - least >= needed ? JoinFinding{JoinKind::kPayJoin, 20} : JoinFinding{};
}
}  // namespace

std::span<const JoinKindInfo> join_kinds() { return kKinds; }
const JoinKindInfo& info_of(JoinKind kind) {
  const JoinKindInfo& info = kKinds[static_cast<size_t>(kind)];
  CHECK(info.kind == kind);
  return info;
}
std::optional<JoinKind> find_join_kind(std::string_view name) {
  for (const JoinKindInfo& info : kKinds)
    if (name == info.name && info.kind != JoinKind::kNone) return info.kind;
  return std::nullopt;
}
std::span<const std::string_view> wasabi_coordinator_addresses() { return kCoordinators; }

JoinFinding find_join(const JoinShape& shape) {
  if (shape.in_owners < 2) {
    // A premix may come of one coin; there is nothing to keep apart then.
    return {};
  }
  if (shape.out_value.size() < 2) return {};
  if (shape.out_value.size() == 2) return payjoin(shape);
  thread_local std::vector<uint64_t> values;
  values.assign(shape.out_value.begin(), shape.out_value.end());
  const MostFrequent most = most_frequent(values);
  if (const auto found = whirlpool_mix(shape); found.kind != JoinKind::kNone) return found;
  if (const auto found = wasabi(shape, most); found.kind != JoinKind::kNone) return found;
  if (const auto found = whirlpool_premix(shape, most); found.kind != JoinKind::kNone) return found;
  if (const auto found = joinmarket(shape, most); found.kind != JoinKind::kNone) return found;
  return stonewall(shape, most);
}
}  // namespace jindo::cluster
