// The addresses of the first transfer are candidates; each further transfer leaves those that it has too.
#include "exports/holder.h"

#include <algorithm>
#include <array>

#include "exports/row_cells.h"

namespace jindo::exports {
namespace {
// Formats whose files are one address's history, and how many rows their source hands out at most (0: not known).
struct HistoryFormat {
  std::string_view name;
  uint64_t rows_most;
};
constexpr std::array<HistoryFormat, 12> kHistoryFormats = {{
    {"etherscan-txs", 5'000},
    {"etherscan-internal", 5'000},
    {"etherscan-erc20", 5'000},
    {"etherscan-nft", 5'000},
    {"etherscan-api-txlist", 10'000},
    {"etherscan-api-txlistinternal", 10'000},
    {"etherscan-api-tokentx", 10'000},
    {"etherscan-api-tokennfttx", 10'000},
    {"blockscout", 10'000},
    {"tronscan", 10'000},
    {"trongrid", 0},
    {"graphsense", 0},
}};

bool stands_in(const Movement& movement, const std::string& address) {
  return movement.from == address || movement.to == address;
}
}  // namespace

void find_holder(Reading& reading) {
  const auto* const format = std::find_if(kHistoryFormats.begin(), kHistoryFormats.end(),
                                          [&](const HistoryFormat& one) { return one.name == reading.format; });
  if (format == kHistoryFormats.end() || reading.file_refused) return;
  if (reading.holder.empty()) {
    std::vector<std::string> candidates;
    bool first = true;
    for (const Movement& movement : reading.movements) {
      if (movement.part == Part::kFee || movement.part == Part::kBlockLevel) continue;
      if (first) candidates = {movement.from, movement.to};
      first = false;
      std::erase_if(candidates, [&](const std::string& one) {
        return one.empty() || one == kZeroAddress || !stands_in(movement, one);
      });
      if (candidates.empty()) return;
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    if (candidates.size() != 1) return;
    reading.holder = candidates.front();
  }
  const bool cut = format->rows_most != 0 && reading.rows >= format->rows_most;
  reading.holder_whole = !cut && !reading.unknown.has(Unknown::kNextPage);
}
}  // namespace jindo::exports
