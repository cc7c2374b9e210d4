// What became of what was stolen, in the figures that every page, command, route and report shows. They are defined in
// docs/methodology/figures.md and computed here alone, in base units of the stolen asset.
#pragma once

#include <string_view>
#include <vector>

#include "inquiry/tracing.h"

namespace jindo::inquiry {
struct Figures {
  base::Uint256 stolen;
  base::Uint256 followed;  // of it has left the places to which the theft brought it
  base::Uint256 held;      // of it lies at addresses where the trace goes on when they pay
  base::Uint256 ended;     // of it is where the trace ends; held and ended are stolen
  base::Uint256 frozen;    // of what is held: at addresses that a tag calls frozen, or whose issuer froze that token
};
// One a source, in their order. Nothing is frozen where no ledger and no owners are at hand. Under poison only what was
// stolen: its amounts have no sum.
std::vector<Figures> figures_of(const Traced& traced);

// What a figure ("stolen", "followed", "held", "ended", "frozen") means, in one sentence.
const char* meaning_of(std::string_view figure);

// Parts per million of what was stolen, rounded down; 0 of nothing. What arrives can be more than was stolen, where it
// comes again; from a million times as much on it says so many, so that no sum of shares overflows.
uint64_t share_ppm(const base::Uint256& part, const base::Uint256& stolen);
}  // namespace jindo::inquiry
