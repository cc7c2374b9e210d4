// fan_out, fan_out_equal, structuring: one address to many.
#include <algorithm>
#include <map>
#include <set>

#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
using base::Uint256;
constexpr size_t kRecipientsMin = 3;
constexpr int64_t kFanOutSeconds = 7 * 86'400;
constexpr int64_t kTogetherSeconds = 2 * 86'400;
constexpr uint64_t kEqualShare = 600'000;         // of the value, in equal parts
constexpr uint64_t kEqualPpm = 999'000;           // fees and remainders make equal parts differ by so little
constexpr int64_t kBurstGapSeconds = 600;         // between tranches that follow one another closely
constexpr uint64_t kFanOutAlikePpm = 550'000;     // smallest to largest part of a structured split
constexpr size_t kPartsRound = 4, kPartsAny = 6;  // of a structured split: below a round limit, below any
constexpr uint64_t kBelowRound = 850'000;         // the largest part, of a round limit above it

struct Split {  // what one address paid out of one asset in one go
  uint32_t node = 0;
  chain::AddressKey asset;
  std::vector<uint32_t> moves;  // in order of time
};
struct Parts {
  std::vector<Uint256> amounts;  // ascending
  std::set<uint32_t> recipients;
  Uint256 total;
  bool absurd = false;
};
Parts parts_of(const Scene& scene, const std::vector<const Split*>& splits) {
  Parts out;
  for (const Split* split : splits) {
    for (const uint32_t m : split->moves) {
      const Move& move = scene.moves()[m];
      out.amounts.push_back(move.whole);
      out.recipients.insert(move.to);
      out.absurd |= add_overflows(out.total, move.whole, out.total);
    }
  }
  std::sort(out.amounts.begin(), out.amounts.end());
  return out;
}

void add(const Scene& scene, const char* id, const std::vector<const Split*>& splits, uint32_t score,
         const std::string& text, Findings& out) {
  std::vector<uint32_t> moves;
  std::set<uint32_t> senders, recipients;
  for (const Split* split : splits) {
    moves.insert(moves.end(), split->moves.begin(), split->moves.end());
    senders.insert(split->node);
    for (const uint32_t m : split->moves) recipients.insert(scene.moves()[m].to);
  }
  Finding finding = scene.begin(id, moves);
  finding.score = score;
  for (const auto* nodes : {&senders, &recipients})
    for (const uint32_t node : *nodes)
      finding.parties.push_back({scene.nodes()[node].network, scene.nodes()[node].address});
  finding.text = Scene::when(finding.first_time, finding.last_time) + " " +
                 (senders.size() == 1 ? scene.address_text(scene.nodes()[*senders.begin()])
                                      : counted(senders.size(), "address", "addresses")) +
                 " sent " + text;
  out.push_back(std::move(finding));
}

// Most of it in parts of one amount.
bool equal_tranches(const Scene& scene, const Split& split, const Parts& parts, Findings& out) {
  size_t first = 0, count = 0;  // the longest run of equal amounts
  for (size_t begin = 0, end = 0; begin < parts.amounts.size(); begin = end) {
    end = begin + 1;
    while (end < parts.amounts.size() && ratio_ppm(parts.amounts[begin], parts.amounts[end]) >= kEqualPpm) ++end;
    if (end - begin > count) {
      count = end - begin;
      first = begin;
    }
  }
  if (count < kRecipientsMin) return false;
  Uint256 sum;
  for (size_t i = first; i < first + count; ++i) sum += parts.amounts[i];
  if (ratio_ppm(sum, parts.total) < kEqualShare) return false;
  const Uint256& least = parts.amounts[first];
  const Uint256& most = parts.amounts[first + count - 1];
  const chain::Network& network = *scene.nodes()[split.node].network;
  std::vector<uint32_t> equal;
  std::set<uint32_t> recipients;
  for (const uint32_t m : split.moves) {
    const Move& move = scene.moves()[m];
    if (move.whole < least || most < move.whole) continue;
    equal.push_back(m);
    recipients.insert(move.to);
  }
  // Where most of them followed one another closely, the text says when.
  std::string rest;
  size_t run_first = 0, run_count = 0;
  for (size_t begin = 0, end = 0; begin < equal.size(); begin = end) {
    end = begin + 1;
    while (end < equal.size() &&
           scene.moves()[equal[end]].time - scene.moves()[equal[end - 1]].time <= kBurstGapSeconds)
      ++end;
    if (end - begin <= run_count) continue;
    run_count = end - begin;
    run_first = begin;
  }
  if (run_count < equal.size() && run_count >= kRecipientsMin) {
    std::string when =
        Scene::when(scene.moves()[equal[run_first]].time, scene.moves()[equal[run_first + run_count - 1]].time);
    when[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(when[0])));
    rest = ", " + std::to_string(run_count) + " of them " + when;
  }
  if (count < split.moves.size())
    rest += "; with " + counted(split.moves.size() - count, "other part", "other parts") + " " +
            scene.amount_text(network, split.asset, parts.total) + " in all";
  add(scene, "fan_out_equal", {&split}, static_cast<uint32_t>(std::min<size_t>(980'000, 600'000 + 40'000 * count)),
      scene.amount_text(network, split.asset, sum) + " in " + std::to_string(count) + " parts of " +
          (least == most ? "" : "about ") + scene.amount_text(network, split.asset, most) + " to " +
          counted(recipients.size(), "address", "addresses") + rest,
      out);
  // When the equal parts moved; the remainder may have waited.
  const Finding times = scene.begin("fan_out_equal", equal);
  out.back().first_time = times.first_time;
  out.back().last_time = times.last_time;
  return true;
}

// Alike, none equal, below a limit. `leftovers`: one a split may be smaller, being what remained.
bool structured(const Scene& scene, const std::vector<const Split*>& splits, const Parts& parts, Findings& out) {
  const Uint256& largest = parts.amounts.back();
  const Uint256 limit = round_above(largest);
  const bool round = ratio_ppm(largest, limit) >= kBelowRound;
  if (splits.size() > 1 && !round) return false;  // several together are alike only beside a limit
  if (parts.amounts.size() < (round ? kPartsRound : kPartsAny)) return false;
  size_t alike = 0, same = 0;
  for (size_t i = 0; i < parts.amounts.size(); ++i) {
    alike += ratio_ppm(parts.amounts[i], largest) >= kFanOutAlikePpm ? 1 : 0;
    same += i > 0 && parts.amounts[i] == parts.amounts[i - 1] ? 1 : 0;
  }
  if (alike + splits.size() < parts.amounts.size() || same * 2 > parts.amounts.size()) return false;
  const Split& first = *splits.front();
  const chain::Network& network = *scene.nodes()[first.node].network;
  add(scene, "structuring", splits,
      static_cast<uint32_t>((round ? 700'000 : 450'000) + std::min<size_t>(20, parts.amounts.size()) * 10'000),
      scene.amount_text(network, first.asset, parts.total) + " in " + std::to_string(parts.amounts.size()) +
          " parts to " + counted(parts.recipients.size(), "address", "addresses") + ", none above " +
          scene.amount_text(network, first.asset, largest) +
          (round ? ", all below " + scene.amount_text(network, first.asset, limit) : ", all of like size"),
      out);
  return true;
}

std::vector<Split> splits_of(const Scene& scene) {
  std::vector<Split> out;
  for (uint32_t node = 0; node < scene.nodes().size(); ++node) {
    std::map<chain::AddressKey, std::vector<uint32_t>> by_asset;
    for (const uint32_t m : scene.nodes()[node].out) {
      const Move& move = scene.moves()[m];
      if (!move.plain() || move.premix || move.to == kNobody || move.to == node) continue;
      if (scene.forwards_to_service(move.to, "exchange", nullptr)) continue;  // a deposit: cash-out's
      by_asset[move.asset].push_back(m);
    }
    for (const auto& [asset, moves] : by_asset) {
      // A gap longer than the window begins a new one.
      Split split{node, asset, {}};
      for (const uint32_t m : moves) {
        if (!split.moves.empty() && scene.moves()[m].time - scene.moves()[split.moves.front()].time > kFanOutSeconds) {
          out.push_back(split);
          split.moves.clear();
        }
        split.moves.push_back(m);
      }
      // A mix's first step splits too: its parts go into joint transactions.
      size_t into_joins = 0;
      for (const uint32_t m : split.moves) into_joins += scene.nodes()[scene.moves()[m].to].enters_join ? 1 : 0;
      if (split.moves.size() > 1 && into_joins < kRecipientsMin) out.push_back(split);
    }
  }
  return out;
}
}  // namespace

void find_fan_out(const Scene& scene, Findings& out) {
  const std::vector<Split> splits = splits_of(scene);
  std::map<std::pair<const chain::Network*, chain::AddressKey>, std::vector<const Split*>> open;
  for (const Split& split : splits) {
    const Parts parts = parts_of(scene, {&split});
    if (parts.absurd) continue;
    if (parts.recipients.size() >= kRecipientsMin &&
        (equal_tranches(scene, split, parts, out) || structured(scene, {&split}, parts, out)))
      continue;
    open[{scene.nodes()[split.node].network, split.asset}].push_back(&split);
  }
  for (auto& entry : open) {
    const chain::Network& network = *entry.first.first;
    auto& some = entry.second;
    std::sort(some.begin(), some.end(), [](const Split* a, const Split* b) { return a->moves[0] < b->moves[0]; });
    // Several addresses at about the same time, below one limit together.
    std::vector<const Split*> group;
    const auto judge = [&] {
      const bool together = group.size() >= kRecipientsMin && structured(scene, group, parts_of(scene, group), out);
      for (const Split* split : group) {
        const Parts parts = parts_of(scene, {split});
        if (together || parts.recipients.size() < kRecipientsMin) continue;
        add(scene, "fan_out", {split},
            static_cast<uint32_t>(std::min<size_t>(950'000, 400'000 + 50'000 * parts.recipients.size())),
            scene.amount_text(network, split->asset, parts.total) + " in " + std::to_string(split->moves.size()) +
                " parts to " + counted(parts.recipients.size(), "address", "addresses"),
            out);
      }
      group.clear();
    };
    for (const Split* split : some) {
      if (!group.empty() &&
          scene.moves()[split->moves[0]].time - scene.moves()[group[0]->moves[0]].time > kTogetherSeconds)
        judge();
      group.push_back(split);
    }
    judge();
  }
}
}  // namespace jindo::typology
