// A trace in sums, for the board and an incident's page: what was moved on, is held, ended and is frozen, where, when,
// and what it went through. Fields of an open object.
#pragma once

#include "workbench/traces.h"

namespace jindo::workbench {

// "amounts" a source, "ended_where" and "held_where" (the most first, with how many there are in all), how many
// addresses and movements from when to when.
void summary_fields(base::JsonWriter& json, const TraceView& view, AssetNames& names);
// "days": on which stolen value moved: how many steps, and how much arrived.
void day_rows(base::JsonWriter& json, const TraceView& view);
// "links": swaps, bridges, mixers that value went through, in order.
void link_rows(base::JsonWriter& json, const TraceView& view, AssetNames& names);

}  // namespace jindo::workbench
