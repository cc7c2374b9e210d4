// What a user should know of an EVM input: what was counted once, taken as, left out, and how many of each.
#pragma once

#include <string>
#include <vector>

#include "decode/evm_block.h"
#include "decode/evm_tables.h"
#include "ingest/ingest.h"

namespace jindo::ingest {
void take_evm_notes(const decode::EvmBlockNotes& notes, const decode::EvmReadNotes& read, IngestSummary& summary);
// Files of an input that are no table that is read: each with what it would have been; from the eleventh on, their
// number.
void name_unread(const std::vector<std::string>& paths, IngestSummary& summary);
}  // namespace jindo::ingest
