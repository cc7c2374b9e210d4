// Movements of account chains out of rows: what readers of tables have in common.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exports/attested.h"

namespace jindo::exports {

// Where a row stands on its chain.
struct TablePlace {
  uint64_t row = 0;
  std::string transaction;
  std::optional<uint64_t> block;
  std::optional<int64_t> time;
  std::optional<uint32_t> index;
};
Movement movement_at(const TablePlace& place, Part part, std::string from, std::string to);
// The chain's coin; nothing where the amount is zero. In a transaction both sides are needed: else the row is refused.
void add_coin(Reading& out, Movement movement, const base::Uint256& amount);
void add_fee(Reading& out, const TablePlace& place, const std::string& payer, const base::Uint256& amount);
// "0", "1,2", "[0, 1]", "0_1", "{0,1}", "0 1": a trace address; nullopt: something else. "", "[]", "root": the call
// itself.
std::optional<std::vector<uint32_t>> read_path(std::string_view text);

// What a call's type does with its value.
enum class CallKind : uint8_t { kCall, kCreate, kSelfDestruct, kReward, kGenesis, kDaoFork, kMovesNothing };
// By trace_type ("call", "create", "suicide", "reward" …) and call_type ("call", "delegatecall" …); nullopt: a word
// that is none of them.
std::optional<CallKind> call_kind(std::string_view type, std::string_view call_type);

// Failed calls and what they hold: a call under a failed one did not happen either. Rows may come in any order.
class FailedCalls {
 public:
  void add(const std::string& transaction, std::vector<uint32_t> path) {
    failed_[transaction].push_back(std::move(path));
  }
  // Takes movements under a failed call out of the reading.
  void drop_from(Reading& out) const;

 private:
  std::map<std::string, std::vector<std::vector<uint32_t>>> failed_;
};

// Tokens by the event that ERC-20 and ERC-721 contracts write (EIP-20, EIP-721): Transfer(address,address,uint256),
// with the topics as text; data of 32 bytes or a fourth topic.
inline constexpr std::string_view kTransferTopic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
struct LogTopics {
  std::string_view topics[4];
  std::string_view data;
};
enum class LogKind : uint8_t { kToken, kNft, kOther, kMalformed };
struct TokenLog {
  LogKind kind = LogKind::kOther;
  std::string from, to;
  base::Uint256 value;  // amount, or the NFT's id
};
TokenLog read_token_log(const LogTopics& log);
// A kToken or kNft log of `contract` as a movement.
void add_token_log(Reading& out, const TablePlace& place, const TokenLog& log, const std::string& contract,
                   std::optional<uint64_t> index);

}  // namespace jindo::exports
