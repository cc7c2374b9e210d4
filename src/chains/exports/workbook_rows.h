// The rows of one sheet, streamed from its XML.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "exports/table.h"

namespace jindo::exports {
std::unique_ptr<RowSource> make_sheet_rows(std::string name, std::string xml,
                                           std::shared_ptr<const std::vector<std::string>> texts,
                                           std::shared_ptr<const std::vector<bool>> style_is_time, bool from_1904);
// Days since 1899-12-30 (1904: 1904-01-01) as "2025-02-21 14:16:11"; nullopt: no such day. Rounded to the second.
std::optional<std::string> sheet_time(std::string_view days, bool from_1904);
}  // namespace jindo::exports
