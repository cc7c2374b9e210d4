// Rules of calls: Parity's trace module and geth's callTracer; what ethereum-etl calls a trace's type.
#include "exports/account_rows.h"

#include <algorithm>

#include "exports/row_cells.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
constexpr size_t kPathMax = 1100;  // the EVM's depth is at most 1,024

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : normal_name(text))
    if (c != '_' && c != '-' && c != ' ') out += c;
  return out;
}

// 32 bytes of hexadecimal text as an address: the first twelve are zero. "" otherwise.
std::string topic_address(std::string_view topic) {
  if (topic.size() != 66 || topic.substr(2, 24).find_first_not_of('0') != std::string_view::npos) return "";
  return canonical_address(Style::kEvm, topic.substr(26)).value_or("");
}
std::optional<base::Uint256> word_value(std::string_view word) {
  if (word.size() != 66) return std::nullopt;
  return base::parse_hex_quantity("0x" +
                                  std::string(word.substr(std::min(word.find_first_not_of('0', 2), size_t{65}))));
}
}  // namespace

Movement movement_at(const TablePlace& place, Part part, std::string from, std::string to) {
  Movement out;
  out.row = place.row;
  out.part = part;
  out.transaction = place.transaction;
  out.from = std::move(from);
  out.to = std::move(to);
  out.block = place.block;
  out.time = place.time;
  out.index = place.index;
  return out;
}

void add_coin(Reading& out, Movement movement, const base::Uint256& amount) {
  if (amount.is_zero()) return;
  // A coin of a transaction goes from somebody to somebody: an empty cell is no mint and no burn.
  const bool two_sided = movement.part == Part::kNative || movement.part == Part::kInternal;
  if (two_sided && (movement.from.empty() || movement.to.empty())) {
    out.refuse_row(movement.row, movement.from.empty() ? "value without a sender" : "value without a receiver");
    return;
  }
  movement.amount = amount;
  out.movements.push_back(std::move(movement));
}

void add_fee(Reading& out, const TablePlace& place, const std::string& payer, const base::Uint256& amount) {
  add_coin(out, movement_at(place, Part::kFee, payer, ""), amount);
}

std::optional<std::vector<uint32_t>> read_path(std::string_view text) {
  std::vector<uint32_t> out;
  if (normal_name(text) == "root") return out;
  uint64_t value = 0;
  bool digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = value * 10 + static_cast<uint64_t>(c - '0');
      digits = true;
      if (value >= UINT32_MAX) return std::nullopt;
      continue;
    }
    if (std::string_view("[]{}(), _.\"").find(c) == std::string_view::npos) return std::nullopt;
    if (digits) out.push_back(static_cast<uint32_t>(value));
    value = 0;
    digits = false;
    if (out.size() > kPathMax) return std::nullopt;
  }
  if (digits) out.push_back(static_cast<uint32_t>(value));
  return out;
}

std::optional<CallKind> call_kind(std::string_view type, std::string_view call_type) {
  const std::string kind = squeezed(type), call = squeezed(call_type);
  for (const std::string& word : {kind, call})
    if (word == "delegatecall" || word == "callcode" || word == "staticcall") return CallKind::kMovesNothing;
  const std::string& word = kind.empty() ? call : kind;
  if (word == "call" || word == "none") return CallKind::kCall;
  if (word == "create" || word == "create2") return CallKind::kCreate;
  if (word == "suicide" || word == "selfdestruct") return CallKind::kSelfDestruct;
  if (word == "reward") return CallKind::kReward;
  if (word == "genesis") return CallKind::kGenesis;
  if (word == "daofork") return CallKind::kDaoFork;
  return std::nullopt;
}

void FailedCalls::drop_from(Reading& out) const {
  if (failed_.empty()) return;
  std::erase_if(out.movements, [&](const Movement& movement) {
    if (!movement.path || movement.part == Part::kFee) return false;
    const auto found = failed_.find(movement.transaction);
    if (found == failed_.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const std::vector<uint32_t>& failed) {
      return failed.size() <= movement.path->size() && std::equal(failed.begin(), failed.end(), movement.path->begin());
    });
  });
}

TokenLog read_token_log(const LogTopics& log) {
  TokenLog out;
  if (normal_name(log.topics[0]) != kTransferTopic) return out;
  out.kind = LogKind::kMalformed;
  std::string data(log.data);
  if (data.empty()) data = "0x";
  // Contracts older than the standard's `indexed` write the parties into the data: its words come behind the topics.
  std::vector<std::string> words;
  for (size_t i = 1; i < 4; ++i)
    if (!log.topics[i].empty()) words.push_back(normal_name(log.topics[i]));
  const bool nft = words.size() == 3;
  for (size_t at = 2; at + 64 <= data.size() && words.size() < 3; at += 64)
    words.push_back("0x" + normal_name(std::string_view(data).substr(at, 64)));
  if (words.size() < 3) return out;
  out.from = topic_address(words[0]);
  out.to = topic_address(words[1]);
  const auto value = word_value(words[2]);
  if (out.from.empty() || out.to.empty() || !value) return out;
  out.value = *value;
  out.kind = nft ? LogKind::kNft : LogKind::kToken;
  return out;
}

void add_token_log(Reading& out, const TablePlace& place, const TokenLog& log, const std::string& contract,
                   std::optional<uint64_t> index) {
  Movement movement = movement_at(place, Part::kToken, log.from, log.to);
  const bool nft = log.kind == LogKind::kNft;
  movement.asset = nft ? contract + ":" + base::to_decimal(log.value) : contract;
  movement.amount = nft ? base::Uint256(1) : log.value;
  movement.log = index;
  out.movements.push_back(std::move(movement));
}
}  // namespace jindo::exports
