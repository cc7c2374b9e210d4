// Scoring where value ended: a trace result, amount by amount; a list of addresses, one claim each.
#include <algorithm>
#include <tuple>

#include "exercise/scorer.h"

namespace jindo::exercise {
namespace {
void add_capped(Uint128& sum, Uint128 more) { sum = sum + more < sum ? ~Uint128{0} : sum + more; }
}  // namespace

// A theft of the same asset on two chains is two sources. A result that does not say which (of before links were
// followed) means the chain where the value is, or else the first that fits.
base::Result<uint32_t> Scorer::source_of(const TracedValue& value) const {
  uint32_t source = UINT32_MAX;
  for (uint32_t s = 0; s < truth_.sources.size(); ++s) {
    if (truth_.sources[s].incident != value.incident || truth_.sources[s].asset != value.stolen_asset) continue;
    if (!value.stolen_chain.empty() && truth_.sources[s].chain != value.stolen_chain) continue;
    if (source == UINT32_MAX || truth_.sources[s].chain == value.chain) source = s;
  }
  if (source == UINT32_MAX)
    return base::bad_input(score_.answer + ": traces '" + value.incident + "', " + value.stolen_asset +
                           ", which this exercise did not plant");
  return source;
}

// What the key and the answer have at each place; `addresses` gets the answer's, "chain address".
base::Result<Scorer::Places> Scorer::places_of_trace(std::set<std::string>& addresses) const {
  Places places;
  for (const TruthHolder& holder : truth_.holders)
    places[{holder.source, holder.chain, holder.asset, holder.address}].first += holder.origin;
  for (const TracedValue& value : answer_.values) {
    JINDO_TRY(const uint32_t source, source_of(value));
    add_capped(places[{source, value.chain, value.asset, value.address}].second, value.origin);
    addresses.insert(value.chain + " " + value.address);
  }
  return places;
}

// Precision and recall by place; what the answer claims too much goes to the list of the wrong.
Scorer::PlaceScore Scorer::compare_places(const Places& places, const TrueOwners& owners) {
  PlaceScore out;
  for (const auto& [key, amounts] : places) {
    const auto& [source, chain, asset, address] = key;
    const TruthSource& theft = truth_.sources[source];
    const Uint128 right = std::min(amounts.first, amounts.second);
    out.precision.part += usd_micro_of(theft, right);
    out.precision.whole += usd_micro_of(theft, amounts.second);
    out.address_precision.whole += amounts.second > 0 ? 1 : 0;
    out.address_recall.whole += amounts.first > 0 ? 1 : 0;
    out.address_precision.part += amounts.first > 0 && amounts.second > 0 ? 1 : 0;
    if (amounts.second == 0) continue;
    const auto found = owners.find(chain + " " + address);
    const std::string owner = found == owners.end() ? "?" : found->second.name;
    add_capped(out.by_owner[{source, owner}].second, amounts.second);
    if (amounts.second > right)
      score_.wrong.push_back({chain, address, owner, amounts.first == 0 ? "holds none of it" : "holds less",
                              usd_micro_of(theft, amounts.second - right)});
  }
  out.address_recall.part = out.address_precision.part;
  return out;
}

// How much of each owner's stolen value the answer has at that owner, wherever: `owner` is the true one, or the one to
// whom the chain itself leads.
Ratio Scorer::found_at_owner(std::map<SourceOwner, Amounts> by_owner, std::string TruthHolder::*owner) const {
  for (const TruthHolder& holder : truth_.holders) by_owner[{holder.source, holder.*owner}].first += holder.origin;
  Ratio out;
  for (const auto& [key, amounts] : by_owner) {
    out.part += usd_micro_of(truth_.sources[key.first], std::min(amounts.first, amounts.second));
    out.whole += usd_micro_of(truth_.sources[key.first], amounts.first);
  }
  return out;
}

base::Status Scorer::score_trace() {
  score_.kind = "trace";
  score_.policy = answer_.policy;
  std::set<std::string> addresses;
  JINDO_TRY(const Places places, places_of_trace(addresses));
  JINDO_TRY(const TrueOwners owners, find_owners(truth_, addresses));
  const PlaceScore placed = compare_places(places, owners);
  std::vector<Ratio> found;
  for (const TruthHolder& holder : truth_.holders) {
    const Amounts& amounts = places.at({holder.source, holder.chain, holder.asset, holder.address});
    found.push_back({std::min(amounts.first, amounts.second), amounts.first});
  }
  breakdown(found);
  line("value", "precision", placed.precision);
  line("value", "at the true owner", found_at_owner(placed.by_owner, &TruthHolder::owner));
  line("value", "followed as far as the chain leads", found_at_owner(placed.by_owner, &TruthHolder::exact_owner));
  line("addresses", "precision", placed.address_precision);
  line("addresses", "recall", placed.address_recall);
  sort_lists();
  return {};
}

// A list of addresses by hand: each is a claim that stolen value ended there.
base::Status Scorer::score_addresses() {
  score_.kind = "addresses";
  JINDO_TRY(const auto keys, keys_of_rows());
  const std::set<std::string> claimed(keys.begin(), keys.end());
  std::set<std::string> true_places;
  std::vector<Ratio> found;
  for (const TruthHolder& holder : truth_.holders) {
    const std::string key = holder.chain + " " + holder.address;
    true_places.insert(key);
    found.push_back({claimed.count(key) != 0 ? Uint128{1} : 0, 1});
  }
  Ratio precision, recall, way;
  precision.whole = way.whole = claimed.size();
  recall.whole = true_places.size();
  for (const std::string& key : claimed) {
    const bool right = true_places.count(key) != 0;
    precision.part += right ? 1 : 0;
    if (right) continue;
    const bool passed = std::binary_search(truth_.on_the_way.begin(), truth_.on_the_way.end(), key);
    way.part += passed ? 1 : 0;
    const size_t space = key.find(' ');
    score_.wrong.push_back({key.substr(0, space), key.substr(space + 1), "",
                            passed ? "stolen value passed through here and went on" : "no stolen value came here", 0});
  }
  recall.part = precision.part;
  breakdown(found);
  line("addresses", "precision", precision);
  line("addresses", "recall", recall);
  line("addresses", "passed through, not the end", way);
  sort_lists();
  return {};
}
}  // namespace jindo::exercise
