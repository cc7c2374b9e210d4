// An export's reading from text in memory, as read_export gives it of a file.
#pragma once

#include <string>
#include <string_view>

#include "exports/format.h"

namespace jindo::tests {
// Format "none" where nothing recognises it; format "error" and the message as refusal where the reader ends with one.
exports::Reading read_json_text(std::string_view text, const exports::ReadOptions& options = {});
exports::Reading read_table_text(std::string_view text, const exports::ReadOptions& options = {});
}  // namespace jindo::tests
