// The row of detectors, and the order of what they find.
#include <algorithm>
#include <string_view>
#include <tuple>

#include "typology/detectors.h"

namespace jindo::typology {
Findings find_all(const Scene& scene) {
  Findings out;
  for (const auto detector :
       {find_fan_out,     find_consolidation,  find_peel_chains, find_pass_through, find_dormancy,
        find_cash_out,    find_nested_service, find_mixer_use,   find_coinjoin_use, find_chain_hops,
        find_swaps,       find_losses,         find_poisoning,   find_look_alike,   find_dusting,
        find_fake_tokens, find_mined_coins,    find_salaries,    find_frozen,       find_infrastructure})
    detector(scene, out);
  std::stable_sort(out.begin(), out.end(), [](const Finding& a, const Finding& b) {
    return std::make_tuple(a.first_time, std::string_view(a.technique->id)) <
           std::make_tuple(b.first_time, std::string_view(b.technique->id));
  });
  return out;
}
}  // namespace jindo::typology
