// A node's answers, one a line, to the rows that tables have.
#include "decode/evm_json.h"

#include "decode/call_tracer.h"
#include "decode/evm_logs.h"
#include "decode/json_texts.h"
#include "decode/node_object.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using simdjson::dom::element;
using simdjson::dom::object;

class Reader {
 public:
  Reader(uint64_t& sequence, const EvmSinks& sinks) : sequence_(sequence), sinks_(sinks) {}

  Status answer(element root) {
    object whole;
    if (root.get(whole) == simdjson::SUCCESS) return one(whole);
    simdjson::dom::array list;
    if (root.get(list) != simdjson::SUCCESS)
      return bad_input(root.is_null() ? "the node answered null: it has no such block, transaction or receipt"
                                      : "expected a JSON object or array");
    for (const element each : list) {
      object row;
      if (each.get(row) != simdjson::SUCCESS)
        return bad_input(each.is_null() ? "the node answered null for one of an array; it lacks what was asked for"
                                        : "expected an array of objects");
      JINDO_DO(one(row));
    }
    return {};
  }

 private:
  // A whole answer, or what an answer's result or an element of it may be.
  Status one(object row) {
    const JsonFields fields(row);
    element inner;
    if (fields.has("error") && !fields.has("type")) return answered_error(row);
    if (fields.has("jsonrpc") || (fields.has("result") && !fields.has("txHash") && !fields.has("action"))) {
      if (row["result"].get(inner) != simdjson::SUCCESS)
        return bad_input("an answer without a result; expected \"result\" (requests and notices are no answers)");
      return is_call_tree_of(inner) ? nameless_tree() : answer(inner);
    }
    const NodeObject in(row);
    if (fields.has("action")) return trace(in);
    if (fields.has("txHash")) return call_tree(in);
    if (fields.has("trace") || fields.has("stateDiff")) return replayed(in);
    if (fields.has("topics")) return logged(in);
    if (fields.has("transactionHash") && fields.has("logs")) return receipt(in);
    if (fields.has("parentHash")) return block(in);
    if (fields.has("hash") && fields.has("from") && fields.has("transactionIndex")) return lone_transaction(in);
    if (is_call_tree(row)) return nameless_tree();
    return bad_input(
        "not an answer that is read; expected a block with its transactions, receipts, events (with topics), traces "
        "(with action) or callTracer's calls (with txHash)");
  }
  static bool is_call_tree_of(element from) {
    object call;
    return from.get(call) == simdjson::SUCCESS && is_call_tree(call);
  }
  static base::Error nameless_tree() {
    return bad_input(
        "a call tree that does not name its transaction; ask for whole blocks (debug_traceBlockByNumber), from a node "
        "that answers with txHash (go-ethereum 1.11 and later)");
  }
  static base::Error answered_error(object row) {
    std::string said;
    object error;
    if (row["error"].get(error) == simdjson::SUCCESS) {
      const JsonFields fields(error);
      int64_t code = 0;
      if (error["code"].get(code) == simdjson::SUCCESS) said = std::to_string(code) + " ";
      said += "'" + std::string(fields.text_or_empty("message").substr(0, 200)) + "'";
    } else {
      said = "'" + std::string(JsonFields(row).text_or_empty("error").substr(0, 200)) + "'";
    }
    for (char& c : said) c = c >= 32 && c < 127 ? c : '?';
    return bad_input("the node answered with an error: " + said + "; expected a result");
  }

  Status block(const NodeObject& in) {
    EvmBlockRow out;
    out.sequence = sequence_++;
    JINDO_TRY(out.block, in.block("number"));
    JINDO_TRY(out.time, in.time("timestamp"));
    JINDO_DO(in.hash("hash", out.hash));
    JINDO_DO(in.hash("parentHash", out.parent));
    JINDO_TRY(const auto transactions, in.fields().array("transactions"));
    out.transactions = transactions.size();
    JINDO_DO(sinks_.block(out));
    for (const element each : transactions) {
      object row;
      if (each.get(row) != simdjson::SUCCESS)
        return bad_input("field 'transactions': expected whole transactions (ask for them with true)");
      JINDO_DO(transaction(NodeObject(row), out));
    }
    return in.has("withdrawals") ? withdrawals(in, out.block) : Status();
  }
  Status withdrawals(const NodeObject& in, uint64_t block) {
    JINDO_TRY(const auto list, in.fields().array("withdrawals"));
    for (const element each : list) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("field 'withdrawals': expected objects");
      const NodeObject item(row);
      Account20 to{};
      JINDO_DO(item.address("address", to));
      JINDO_TRY(const uint64_t gwei, item.u64("amount"));
      uint64_t id = EvmTraceRow::kNoId;
      if (item.has("index")) {
        JINDO_TRY(id, item.u64("index"));
      }
      EvmTraceRow out = withdrawal_row(block, sequence_++, id, to, gwei);
      out.file = sinks_.file;
      if (sinks_.withdrawal) JINDO_DO(sinks_.withdrawal(out));
    }
    return {};
  }
  Status lone_transaction(const NodeObject& in) {
    EvmBlockRow block;
    JINDO_TRY(block.block, in.block("blockNumber"));
    block.time = kTimeUnknown;
    if (in.has("blockTimestamp")) {
      JINDO_TRY(block.time, in.time("blockTimestamp"));
    }
    if (in.has("blockHash")) JINDO_DO(in.hash("blockHash", block.hash));
    return transaction(in, block);
  }
  Status transaction(const NodeObject& in, const EvmBlockRow& block) {
    EvmTransactionRow out;
    out.block = block.block;
    out.block_hash = block.hash;
    out.time = block.time;
    out.sequence = sequence_++;
    JINDO_DO(in.hash("hash", out.hash));
    JINDO_TRY(out.index, in.u32("transactionIndex"));
    JINDO_DO(in.address("from", out.from));
    JINDO_DO(in.optional_address("to", out.to, out.has_to));
    out.creates = !out.has_to;
    JINDO_TRY(out.value, in.quantity("value"));
    if (in.has("gasPrice")) {
      JINDO_TRY(out.gas_price, in.quantity("gasPrice"));
    }
    if (in.has("input")) {
      JINDO_DO(in.bytes("input", data_));
      take_call_text(data_, out);
    }
    JINDO_DO(type_of(in, out));
    return sinks_.transaction(out);
  }
  // What a type adds to gas and value.
  static Status type_of(const NodeObject& in, EvmTransactionRow& out) {
    if (in.has("type")) {
      JINDO_TRY(const uint64_t type, in.u64("type"));
      if (type > 0x7f) return in.wrong("type", "a transaction type from 0x0 to 0x7f (EIP-2718)");
      out.type = static_cast<uint8_t>(type);
    }
    out.odd_type = out.type > kTypeNewestKnown;
    if (out.type == kTypeOpDeposit) {
      out.odd_type = false;
      if (in.has("mint")) {
        JINDO_TRY(out.mint, in.quantity("mint"));
      }
    } else if (out.type == kTypeArbitrumDeposit && in.has("requestId")) {
      out.odd_type = false;
      out.mint = out.value;
    } else if (out.type == kTypeSponsored && in.has("payer")) {
      out.odd_type = false;
      JINDO_DO(in.optional_address("payer", out.payer, out.has_payer));
    }
    return {};
  }
  Status receipt(const NodeObject& in) {
    EvmReceiptRow out;
    out.sequence = sequence_++;
    JINDO_DO(in.hash("transactionHash", out.transaction));
    JINDO_TRY(out.block, in.block("blockNumber"));
    JINDO_TRY(out.gas_used, in.u64("gasUsed"));
    out.has_price = in.has("effectiveGasPrice");
    if (out.has_price) {
      JINDO_TRY(out.gas_price, in.quantity("effectiveGasPrice"));
    }
    if (in.has("status")) {
      JINDO_TRY(const uint64_t status, in.u64("status"));
      if (status > 1) return in.wrong("status", "0x0 or 0x1");
      out.status = static_cast<uint8_t>(status);
    }
    if (in.has("l1Fee")) {
      JINDO_TRY(out.l1_fee, in.quantity("l1Fee"));
    }
    JINDO_DO(extra_fees(in, out));
    JINDO_DO(in.optional_address("contractAddress", out.contract, out.has_contract));
    JINDO_DO(sinks_.receipt(out));
    JINDO_TRY(const auto logs, in.fields().array("logs"));
    for (const element each : logs) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("field 'logs': expected objects");
      JINDO_DO(log(NodeObject(row), out.block, out.transaction, kTimeUnknown));
    }
    return {};
  }
  static Status extra_fees(const NodeObject& in, EvmReceiptRow& out) {
    if (in.has("blobGasUsed") && in.has("blobGasPrice")) {
      JINDO_TRY(const base::Uint256 price, in.quantity("blobGasPrice"));
      JINDO_TRY(const uint64_t gas, in.u64("blobGasUsed"));
      const auto cost = gas_cost(gas, price);
      if (!cost) return in.wrong("blobGasPrice", "a price at which the fee is below 2^256");
      out.blob_fee = *cost;
      out.has_blob_fee = true;
    }
    for (const char* part : {"operatorFeeScalar", "operatorFeeConstant"}) {
      if (!in.has(part)) continue;
      JINDO_TRY(const base::Uint256 value, in.quantity(part));
      out.has_operator_fee |= !value.is_zero();
    }
    return {};
  }
  // Of eth_getLogs: an event that stands alone.
  Status logged(const NodeObject& in) {
    if (in.has("removed")) {
      JINDO_TRY(const bool removed, in.fields().boolean("removed"));
      if (removed) {
        if (sinks_.notes != nullptr) ++sinks_.notes->removed_logs;
        return {};
      }
    }
    JINDO_TRY(const uint64_t block, in.block("blockNumber"));
    base::Hash256 transaction;
    JINDO_DO(in.hash("transactionHash", transaction));
    int64_t time = kTimeUnknown;
    if (in.has("blockTimestamp")) {
      JINDO_TRY(time, in.time("blockTimestamp"));
    }
    return log(in, block, transaction, time);
  }
  Status log(const NodeObject& in, uint64_t block, const base::Hash256& transaction, int64_t time) {
    std::vector<base::Hash256> topics;
    JINDO_TRY(const auto list, in.fields().array("topics"));
    for (const element each : list) {
      std::string_view text;
      base::Hash256 topic;
      if (topics.size() == 4 || each.get(text) != simdjson::SUCCESS || text.size() != 66 ||
          !base::from_hex(text.substr(2), topic))
        return in.wrong("topics", "up to four times 0x and 64 hexadecimal digits");
      topics.push_back(topic);
    }
    JINDO_DO(in.bytes("data", data_));
    JINDO_TRY(const uint32_t index, in.u32("logIndex"));
    if (transfer_shape(topics, data_.size()) == TransferShape::kAmount) {
      EvmTokenTransferRow out;
      out.block = block;
      out.sequence = sequence_++;
      out.time = time;
      out.log_index = index;
      out.transaction = transaction;
      JINDO_DO(in.address("address", out.token));
      take_transfer(topics, data_, out.from, out.to, out.value);
      return sinks_.token_transfer(out);
    }
    if (!sinks_.log || (!topics.empty() && topics[0] == approval_topic())) return {};
    EvmLogRow out;
    out.block = block;
    out.sequence = sequence_++;
    out.time = time;
    out.log_index = index;
    out.transaction = transaction;
    JINDO_DO(in.address("address", out.contract));
    return emit_log(out, topics, data_, sinks_.log);
  }
  Status hashed(const base::Hash256& transaction, const EvmTraceRow& row) {
    if (!sinks_.hashed_trace) return bad_input("traces that name no block; expected trace_block's form");
    return sinks_.hashed_trace({transaction, row});
  }
  // Of debug_traceBlock…: {"txHash": …, "result": {…}}.
  Status call_tree(const NodeObject& in) {
    base::Hash256 transaction;
    JINDO_DO(in.hash("txHash", transaction));
    JINDO_TRY(const auto tree, in.fields().object("result"));
    if (!is_call_tree(tree))
      return bad_input("field 'result': expected callTracer's calls; other tracers' answers tell no movements");
    return read_call_tree(tree, {}, sequence_, sinks_.notes,
                          [&](const EvmTraceRow& row) { return hashed(transaction, row); });
  }
  // Of trace_replayBlockTransactions: {"transactionHash": …, "trace": [{…}]}.
  Status replayed(const NodeObject& in) {
    base::Hash256 transaction;
    JINDO_DO(in.hash("transactionHash", transaction));
    JINDO_TRY(const auto list, in.fields().array("trace"));
    if (list.size() == 0)
      return bad_input("field 'trace' is empty; ask for [\"trace\"], state differences move nothing");
    for (const element each : list) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("field 'trace': expected objects");
      EvmTraceRow out;
      out.sequence = sequence_++;
      JINDO_DO(action(NodeObject(row), out));
      JINDO_DO(hashed(transaction, out));
    }
    return {};
  }
  Status trace(const NodeObject& in) {
    EvmTraceRow out;
    out.sequence = sequence_++;
    out.file = sinks_.file;
    JINDO_TRY(out.block, in.block("blockNumber"));
    JINDO_TRY(const std::string_view type, in.fields().text("type"));
    if (type == "reward") {
      out.index = UINT32_MAX;
    } else {
      JINDO_TRY(out.index, in.u32("transactionPosition"));
    }
    JINDO_DO(action(in, out));
    return sinks_.trace(out);
  }
  Status action(const NodeObject& in, EvmTraceRow& out) {
    JINDO_TRY(const std::string_view type, in.fields().text("type"));
    JINDO_TRY(const auto action_object, in.fields().object("action"));
    const NodeObject action(action_object);
    out.failed = in.has("error");
    out.moves_value = true;
    const char* amount = "value";
    if (type == "reward") {
      out.type = EvmTraceType::kReward;
      JINDO_DO(action.optional_address("author", out.to, out.has_to));
    } else if (type == "call") {
      out.type = EvmTraceType::kCall;
      JINDO_DO(action.optional_address("from", out.from, out.has_from));
      JINDO_DO(action.optional_address("to", out.to, out.has_to));
      const std::string_view call = action.fields().text_or_empty("callType");
      out.moves_value = call.empty() || call == "call";
    } else if (type == "create") {
      out.type = EvmTraceType::kCreate;
      JINDO_DO(action.optional_address("from", out.from, out.has_from));
      if (in.has("result")) {
        JINDO_TRY(const auto result, in.fields().object("result"));
        JINDO_DO(NodeObject(result).optional_address("address", out.to, out.has_to));
      }
    } else if (type == "suicide" || type == "selfdestruct") {
      out.type = EvmTraceType::kSuicide;
      JINDO_DO(action.optional_address("address", out.from, out.has_from));
      JINDO_DO(action.optional_address("refundAddress", out.to, out.has_to));
      amount = "balance";
    } else {
      return in.wrong("type", "call, create, suicide or reward");
    }
    JINDO_TRY(out.value, action.quantity(amount));
    if (type == "reward") return {};
    JINDO_TRY(const auto path, in.fields().array("traceAddress"));
    for (const element each : path) {
      uint64_t step = 0;
      if (each.get(step) != simdjson::SUCCESS || step > UINT32_MAX) return in.wrong("traceAddress", "numbers");
      add_path_step(static_cast<uint32_t>(step), out);
    }
    return {};
  }

  uint64_t& sequence_;
  const EvmSinks& sinks_;
  std::vector<uint8_t> data_;
};
}  // namespace

Status read_evm_json_line(std::string_view text, uint64_t& sequence, const EvmSinks& sinks) {
  thread_local simdjson::dom::parser parser;
  thread_local std::string padded;
  quote_long_integers(text, padded);
  element root;
  JINDO_DO(parse_padded(parser, padded, root));
  return Reader(sequence, sinks).answer(root);
}

Status read_evm_json_file(const std::string& path, const std::string& scratch, uint64_t& sequence,
                          const EvmSinks& sinks) {
  if (sinks.places != nullptr) sinks.places->begin_file(path);
  JINDO_TRY(JsonTexts texts, JsonTexts::open(path, scratch));
  for (uint64_t count = 1;; ++count) {
    std::string_view text;
    JINDO_TRY(const bool more, texts.next(text));
    if (!more) return {};
    if (sinks.places != nullptr) sinks.places->note(sequence, texts.line_number(), true);
    const Status status = read_evm_json_line(text, sequence, sinks);
    if (!status.ok()) return base::Error{status.error().kind, texts.place() + ": " + status.error().message};
    if (count % 64 == 0 && sinks.progress) sinks.progress(texts.bytes_done(), 64);
  }
}
}  // namespace jindo::decode
