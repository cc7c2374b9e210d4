// What EVM nodes answer, one answer or many, as an investigator keeps them: receipts, logs, traces of every form,
// blocks. (Whole ranges for a ledger of a whole chain: the stream format evm-json.) Answers of one transaction are
// joined by its hash when files are reconciled.
#include "exports/node_answers.h"
#include "exports/record_fields.h"

#include <algorithm>
#include <set>

#include "base/hex.h"
#include "exports/json_readers.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

constexpr std::string_view kTransfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
constexpr std::string_view kTransferSingle = "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62";
constexpr std::string_view kTransferBatch = "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb";
constexpr std::string_view kApproval = "0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925";
constexpr int kNodeGweiDecimals = 9;

enum class Answer : uint8_t { kNone, kBlock, kReceipt, kLog, kFlat, kTree, kBareTree, kOts, kState };

Answer node_answer_of(const JsonValue& value) {
  if (value.has_all({"parentHash", "timestamp", "transactions"})) return Answer::kBlock;
  if (value.has_all({"transactionHash", "logs", "gasUsed"})) return Answer::kReceipt;
  if (value.has_all({"address", "topics", "data", "transactionHash"})) return Answer::kLog;
  if (value.has_all({"action", "traceAddress", "type"})) return Answer::kFlat;
  if (value.has_all({"pre", "post"})) return Answer::kState;
  if (value.has_all({"txHash", "result"})) {
    if (value["result"].is_array()) return Answer::kNone;  // flat traces: each is a record
    return value["result"].has_all({"pre"}) ? Answer::kState : Answer::kTree;
  }
  if (value.has_all({"type", "from", "gasUsed", "input"}) || value.has_all({"type", "from", "calls"}))
    return Answer::kBareTree;
  if (value.has_all({"type", "from", "to", "value"}) && !value.has("hash") && !value.has("blockNumber"))
    return Answer::kOts;
  return Answer::kNone;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

class NodeFile {
 public:
  NodeFile(const ReadOptions& options, Reading& out)
      : options_(options),
        out_(out),
        reading_(options.chain.empty() ? "ethereum" : options.chain, out),
        calls_(reading_) {}

  void take(const JsonValue& value) {
    const Answer answer = node_answer_of(value);
    seen_.insert(answer);
    const Status done = read(answer, value);
    if (!done.ok()) out_.refuse_row(out_.rows, done.error().message);
  }
  void finish();

 private:
  Status read(Answer answer, const JsonValue& value) {
    switch (answer) {
      case Answer::kBlock:
        return block(value);
      case Answer::kReceipt:
        return receipt(value);
      case Answer::kLog:
        return lone_log(value);
      case Answer::kFlat: {
        JINDO_TRY(const RowPlace at, place(value, "transactionHash", "transactionPosition"));
        return calls_.flat(at, value);
      }
      case Answer::kTree: {
        RowPlace at;
        at.row = out_.rows;
        JINDO_TRY(at.transaction, reading_.hash("txHash", value["txHash"].text()));
        return tree(at, value["result"]);
      }
      case Answer::kBareTree:
      case Answer::kOts:
        return nameless(answer, value);
      default:
        return {};
    }
  }

  static base::Result<int64_t> time(const char* field, const JsonValue& value) {
    constexpr uint64_t kTimeMax = uint64_t{1} << 40;
    const auto seconds = read_count(value.text());
    if (!seconds || *seconds >= kTimeMax)
      return bad_input(std::string("field '") + field + "': expected unix seconds, as a number or 0x…");
    return static_cast<int64_t>(*seconds);
  }
  base::Result<RowPlace> place(const JsonValue& value, const char* hash, const char* index) {
    RowPlace at;
    at.row = out_.rows;
    if (value.has(hash)) {
      JINDO_TRY(at.transaction, reading_.hash(hash, value[hash].text()));
    }
    JINDO_TRY(at.block, reading_.block("blockNumber", value["blockNumber"].text()));
    at.index = read_index(value[index].text());
    return at;
  }

  // A transaction of a block: who it is and when. What it moved stands in receipts and traces, where they are there.
  Status block(const JsonValue& value) {
    RowPlace at;
    at.row = out_.rows;
    JINDO_TRY(at.block, reading_.block("number", value["number"].text()));
    JINDO_TRY(at.time, time("timestamp", value["timestamp"]));
    times_[*at.block] = *at.time;
    uint32_t index = 0;
    for (const JsonValue& tx : value["transactions"].items()) {
      at.index = index++;
      if (!tx.is_object()) continue;  // hashes only
      JINDO_TRY(at.transaction, reading_.hash("hash", tx["hash"].text()));
      JINDO_TRY(const std::string from, reading_.address("from", tx["from"].text()));
      JINDO_TRY(const std::string to, reading_.address_or_nobody("to", tx["to"].text()));
      JINDO_TRY(const base::Uint256 amount, reading_.amount("value", tx["value"].text()));
      if (!to.empty() && from != to && !amount.is_zero()) own_values_.push_back({at, from, to, amount});
    }
    at.transaction.clear();
    at.index.reset();
    for (const JsonValue& one : value["withdrawals"].items()) {
      JINDO_TRY(const std::string to, reading_.address("address", one["address"].text()));
      JINDO_TRY(const base::Uint256 gwei, reading_.amount("amount", one["amount"].text()));
      JINDO_TRY(const base::Uint256 wei, read_units(base::to_decimal(gwei), kNodeGweiDecimals));
      reading_.add_coin(at, Part::kBlockLevel, "", to, wei);
    }
    return {};
  }

  Status receipt(const JsonValue& value) {
    JINDO_TRY(RowPlace at, place(value, "transactionHash", "transactionIndex"));
    const std::vector<JsonValue> logs = value["logs"].items();
    if (!logs.empty() && logs.front().has("blockTimestamp")) {
      JINDO_TRY(at.time, time("blockTimestamp", logs.front()["blockTimestamp"]));
    }
    if (!at.time) timeless_ = true;
    if (value["status"].text() == "0x0") failed_.insert(at.transaction);
    JINDO_DO(fee(at, value));
    for (const JsonValue& log : logs) JINDO_DO(event(at, log));
    return {};
  }
  // Gas, the rollup's share for the first layer, blobs (EIP-4844): the payer is charged for all.
  Status fee(const RowPlace& at, const JsonValue& value) {
    if (!value.has("effectiveGasPrice")) {
      feeless_ = true;
      return {};
    }
    JINDO_TRY(const std::string payer, reading_.address("from", value["from"].text()));
    base::Uint256 sum;
    const auto add = [&](const base::Uint256& part) { return !base::add_overflows(sum, part, sum); };
    const auto product = [&](const char* used, const char* price) -> base::Result<bool> {
      if (!value.has(used) || !value.has(price)) return true;
      JINDO_TRY(const base::Uint256 a, reading_.amount(used, value[used].text()));
      JINDO_TRY(const base::Uint256 b, reading_.amount(price, value[price].text()));
      if (!base::to_uint128(a) || !base::to_uint128(b)) return false;
      return add(base::mul_div(a, b, base::Uint256(1)).quotient);
    };
    JINDO_TRY(const bool gas, product("gasUsed", "effectiveGasPrice"));
    JINDO_TRY(const bool blobs, product("blobGasUsed", "blobGasPrice"));
    base::Uint256 first_layer;
    if (value.has("l1Fee")) {
      JINDO_TRY(first_layer, reading_.amount("l1Fee", value["l1Fee"].text()));
    }
    if (!gas || !blobs || !add(first_layer)) return bad_input("a fee beyond 2^256");
    reading_.add_fee(at, payer, sum);
    return {};
  }

  Status lone_log(const JsonValue& value) {
    if (value["removed"].text() == "true") return bad_input("a log that a reorganisation took back");
    JINDO_TRY(RowPlace at, place(value, "transactionHash", "transactionIndex"));
    if (value.has("blockTimestamp")) {
      JINDO_TRY(at.time, time("blockTimestamp", value["blockTimestamp"]));
    } else {
      timeless_ = true;
    }
    return event(at, value);
  }

  // A token's transfer, an NFT's, or an event that is kept.
  Status event(const RowPlace& at, const JsonValue& log) {
    std::vector<std::string> topics;
    for (const JsonValue& topic : log["topics"].items()) topics.push_back(lower(topic.text()));
    const std::string data = lower(log["data"].text());
    const std::optional<uint64_t> number = read_count(log["logIndex"].text());
    JINDO_TRY(const std::string token, reading_.address("address", log["address"].text()));
    if (topics.size() > 4) return bad_input("an event with more than four topics");
    if (!topics.empty() && topics[0] == kTransfer) return transfer(at, token, topics, data, number);
    if (topics.size() == 4 && (topics[0] == kTransferSingle || topics[0] == kTransferBatch))
      return multi_token(at, token, topics, data, number);
    if (topics.empty() || topics[0] != kApproval) return keep(at, token, topics, data, number);
    return {};
  }
  static std::string word(const std::string& data, size_t index) {
    const size_t begin = 2 + 64 * index;
    return begin + 64 <= data.size() ? data.substr(begin, 64) : std::string();
  }
  base::Result<std::string> party(const std::string& word) const {
    if (word.size() < 40) return bad_input("an event cut short");
    return reading_.address("topics", "0x" + word.substr(word.size() - 40));
  }
  Status transfer(const RowPlace& at, const std::string& token, const std::vector<std::string>& topics,
                  const std::string& data, const std::optional<uint64_t>& number) {
    // ERC-20: both parties indexed; early tokens: none; ERC-721: the identifier is indexed too.
    std::string from, to, amount;
    if (topics.size() == 3) {
      from = topics[1], to = topics[2], amount = word(data, 0);
    } else if (topics.size() == 1) {
      from = word(data, 0), to = word(data, 1), amount = word(data, 2);
    } else if (topics.size() == 4) {
      from = topics[1], to = topics[2], amount = topics[3].substr(2);
    } else {
      from = topics[1], to = word(data, 0), amount = word(data, 1);
    }
    JINDO_TRY(const std::string payer, party(from));
    JINDO_TRY(const std::string payee, party(to));
    if (amount.size() != 64) return bad_input("a Transfer event without its amount");
    JINDO_TRY(const base::Uint256 value, reading_.amount("data", "0x" + amount));
    if (topics.size() == 4) {
      reading_.add_token(at, token + ":" + base::to_decimal(value), payer, payee, base::Uint256(1), number);
    } else {
      reading_.add_token(at, token, payer, payee, value, number);
    }
    return {};
  }
  // ERC-1155: one identifier, or two lists.
  Status multi_token(const RowPlace& at, const std::string& token, const std::vector<std::string>& topics,
                     const std::string& data, const std::optional<uint64_t>& number) {
    JINDO_TRY(const std::string payer, party(topics[2]));
    JINDO_TRY(const std::string payee, party(topics[3]));
    const auto one = [&](const std::string& id_word, const std::string& amount_word) -> Status {
      if (id_word.empty() || amount_word.empty()) return bad_input("an event cut short");
      JINDO_TRY(const base::Uint256 id, reading_.amount("data", "0x" + id_word));
      JINDO_TRY(const base::Uint256 amount, reading_.amount("data", "0x" + amount_word));
      reading_.add_token(at, token + ":" + base::to_decimal(id), payer, payee, amount, number);
      return {};
    };
    if (topics[0] == kTransferSingle) return one(word(data, 0), word(data, 1));
    const auto count = read_count("0x" + word(data, 2));
    if (!count || *count > data.size() / 64) return bad_input("an event cut short");
    for (size_t i = 0; i < *count; ++i) JINDO_DO(one(word(data, 3 + i), word(data, 4 + *count + i)));
    return {};
  }
  Status keep(const RowPlace& at, const std::string& contract, const std::vector<std::string>& topics,
              const std::string& data, const std::optional<uint64_t>& number) {
    if (!number || *number > UINT32_MAX) return {};  // without its place nothing can be joined to it
    Said said;
    said.row = at.row;
    said.transaction = at.transaction;
    said.position = static_cast<uint32_t>(*number);
    said.topics = static_cast<uint8_t>(topics.size());
    said.contract = contract;
    std::string hex;
    for (const std::string& topic : topics) hex += topic.size() == 66 ? topic.substr(2) : std::string();
    hex += data.size() >= 2 ? data.substr(2) : std::string();
    said.bytes.resize(hex.size() / 2);
    if (hex.size() % 2 != 0 || !base::from_hex(hex, said.bytes)) return bad_input("an event's data is no hexadecimal");
    said.block = at.block;
    said.time = at.time;
    said.index = at.index;
    out_.said.push_back(std::move(said));
    return {};
  }

  Status tree(const RowPlace& at, const JsonValue& root) {
    placeless_ = placeless_ || !at.block;
    return calls_.tree(at, root, [this](const RowPlace& where, const JsonValue& log) { return event(where, log); });
  }
  // debug_traceTransaction, Otterscan: only the question named the transaction.
  Status nameless(Answer answer, const JsonValue& value) {
    if (options_.transaction.empty()) {
      nameless_ = true;
      return {};
    }
    RowPlace at;
    at.row = out_.rows;
    JINDO_TRY(at.transaction, reading_.hash("--transaction", options_.transaction));
    at.block = options_.block;
    return answer == Answer::kOts || value.has("depth") ? calls_.listed(at, value) : tree(at, value);
  }

  struct OwnValue {
    RowPlace at;
    std::string from, to;
    base::Uint256 amount;
  };
  const ReadOptions& options_;
  Reading& out_;
  AccountReading reading_;
  NodeCalls calls_;
  std::set<Answer> seen_;
  std::map<uint64_t, int64_t> times_;
  std::vector<OwnValue> own_values_;
  std::set<std::string> failed_;
  bool timeless_ = false, feeless_ = false, placeless_ = false, nameless_ = false;
};

void NodeFile::finish() {
  const auto has = [&](Answer answer) { return seen_.count(answer) != 0; };
  const bool traces = has(Answer::kFlat) || has(Answer::kTree) || has(Answer::kBareTree) || has(Answer::kOts);
  if (options_.chain.empty()) out_.unknown.add(Unknown::kChain);
  out_.unknown.add(Unknown::kChain);
  if (!has(Answer::kReceipt) || feeless_) out_.unknown.add(Unknown::kFee);
  if (!has(Answer::kReceipt) && !has(Answer::kLog)) out_.unknown.add(Unknown::kLog);
  if (!traces && !has(Answer::kState)) out_.unknown.add(Unknown::kInternal);
  if (has(Answer::kTree) || has(Answer::kBareTree) || has(Answer::kOts)) out_.unknown.add(Unknown::kBlock);
  for (Movement& movement : out_.movements) {
    if (movement.time || !movement.block) continue;
    const auto found = times_.find(*movement.block);
    if (found != times_.end()) movement.time = found->second;
  }
  const bool untimed = std::any_of(out_.movements.begin(), out_.movements.end(),
                                   [](const Movement& movement) { return !movement.time; });
  if (untimed || timeless_ || (traces && times_.empty())) out_.unknown.add(Unknown::kTime);
  if (has(Answer::kState)) {
    out_.unknown = {Unknown::kCounterparty, Unknown::kBlock, Unknown::kTime, Unknown::kChain};
    out_.refuse_file("prestateTracer: balances, no counterparties: no movement");
    return;
  }
  if (nameless_) {
    out_.unknown.add(Unknown::kTransaction);
    out_.refuse_file("the answer names no transaction; give --transaction HASH (of the request)");
    return;
  }
  // A transaction's own value, where no trace told it: it stands unless its receipt says that it failed.
  std::set<std::string> traced;
  for (const Movement& movement : out_.movements)
    if (movement.part == Part::kNative || movement.part == Part::kInternal) traced.insert(movement.transaction);
  for (const OwnValue& own : own_values_) {
    if (failed_.count(own.at.transaction) != 0 || traced.count(own.at.transaction) != 0) continue;
    if (!has(Answer::kReceipt)) out_.unknown.add(Unknown::kStatus);
    reading_.add_coin(own.at, Part::kNative, own.from, own.to, own.amount, std::vector<uint32_t>());
  }
}
}  // namespace

bool Probe::has_block_objects() const { return has_object(*this, {"parentHash", "timestamp", "transactions"}); }

bool recognises_node_answers(const Probe& probe) {
  return has_object(probe, {"parentHash", "timestamp", "transactions"}) ||
         has_object(probe, {"transactionHash", "logs", "gasUsed"}) ||
         has_object(probe, {"address", "topics", "data", "transactionHash"}) ||
         has_object(probe, {"action", "traceAddress", "type"}) || has_object(probe, {"txHash", "result"}) ||
         has_object(probe, {"pre", "post"}) || has_object(probe, {"type", "from", "gasUsed", "input"}) ||
         has_object(probe, {"depth", "type", "from", "to", "value"}) ||
         (has_object(probe, {"type", "from", "to", "value"}) && probe.has("jsonrpc"));
}

Status read_node_answers(const Probe&, JsonRecords& records, const ReadOptions& options, Reading& out) {
  NodeFile file(options, out);
  const auto is_record = [](const JsonValue& value) { return node_answer_of(value) != Answer::kNone; };
  JINDO_DO(for_each_record(
      records, out, is_record,
      [&](const JsonValue& value, const JsonPlace&) -> Status {
        file.take(value);
        return {};
      },
      [&](const JsonValue& value) -> Status {
        if (value.has("error")) {
          ++out.rows;
          out.refuse_row(out.rows, "an error answer is no data: " + std::string(value["error"]["message"].text()));
        }
        return {};
      }));
  file.finish();
  return {};
}
}  // namespace jindo::exports
