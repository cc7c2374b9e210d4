// Memos of THORChain and its like (THORChain documentation, "Transaction memos"): what a deposit asks for, what an
// outbound answers. "=:BTC.BTC:bc1q…:0/1/0", "SWAP:ETH.USDC-0XA0B8…:0x…", "s:r:thor1…", "OUT:<transaction>",
// "REFUND:<transaction>". Both spellings, letters of either case, asset abbreviations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace jindo::resolve {

struct ThorchainMemo {
  enum class Kind : uint8_t { kSwap, kOut, kRefund, kOther };
  Kind kind = Kind::kOther;
  std::string chain, symbol;  // of a swap: "BTC", "BTC"; "ETH", "USDC"
  std::string contract;       // of a swap's asset, where it is given: "0xa0b8…", or its last digits
  std::string destination;    // of a swap: as written
  base::Hash256 reference{};  // of out and refund: the deposit's hash as printed
};
// nullopt where the text is no memo: no known action, a reference that is no hash. Limit: 1,024 characters.
std::optional<ThorchainMemo> parse_thorchain_memo(std::string_view text);

}  // namespace jindo::resolve
