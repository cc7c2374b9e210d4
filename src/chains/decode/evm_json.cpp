// A node's answers, one a line, to the rows that tables have.
#include "decode/evm_json.h"

#include "base/hex.h"
#include "decode/evm_logs.h"
#include "decode/json_fields.h"
#include "decode/text_lines.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using simdjson::dom::element;
using simdjson::dom::object;

class NodeObject {
 public:
  explicit NodeObject(object from) : fields_(from) {}
  base::Error wrong(const char* name, const char* expected) const {
    return bad_input(std::string("field '") + name + "': expected " + expected);
  }
  bool has(const char* name) const { return fields_.has(name); }
  base::Result<base::Uint256> quantity(const char* name) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    const auto value = base::parse_hex_quantity(text);
    if (!value) return wrong(name, "a quantity, 0x and hexadecimal digits");
    return *value;
  }
  base::Result<uint64_t> u64(const char* name) const {
    // trace_block writes plain numbers where the others write quantities.
    const auto plain = fields_.u64(name);
    if (plain.ok()) return *plain;
    JINDO_TRY(const base::Uint256 value, quantity(name));
    if (!value.fits_u64()) return wrong(name, "a number below 2^64");
    return value.low();
  }
  base::Result<int64_t> time(const char* name) const {
    JINDO_TRY(const uint64_t seconds, u64(name));
    if (seconds >= uint64_t{1} << 40) return wrong(name, "unix seconds");
    return static_cast<int64_t>(seconds);
  }
  Status hash(const char* name, base::Hash256& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (text.size() != 66 || text.substr(0, 2) != "0x" || !base::from_hex(text.substr(2), out))
      return wrong(name, "0x and 64 hexadecimal digits");
    return {};
  }
  Status address(const char* name, Account20& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (text.size() != 42 || text.substr(0, 2) != "0x" || !base::from_hex(text.substr(2), out))
      return wrong(name, "an address: 0x and 40 hexadecimal digits");
    return {};
  }
  Status optional_address(const char* name, Account20& out, bool& has_it) const {
    has_it = has(name);
    return has_it ? address(name, out) : Status();
  }
  Status bytes(const char* name, std::vector<uint8_t>& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (text.size() < 2 || text.substr(0, 2) != "0x") return wrong(name, "0x and hexadecimal digits");
    out.resize(text.size() / 2 - 1);
    if (!base::from_hex(text.substr(2), out)) return wrong(name, "0x and hexadecimal digits");
    return {};
  }
  const JsonFields& fields() const { return fields_; }

 private:
  JsonFields fields_;
};

class Reader {
 public:
  Reader(uint64_t& sequence, const EvmSinks& sinks) : sequence_(sequence), sinks_(sinks) {}

  Status answer(element root) {
    object whole;
    if (root.get(whole) == simdjson::SUCCESS) {
      element inner;
      if (whole["error"].get(inner) == simdjson::SUCCESS && !inner.is_null())
        return bad_input("the node answered with an error; expected a result");
      if (whole["result"].get(inner) == simdjson::SUCCESS) return answer(inner);
      if (JsonFields(whole).has("parentHash")) return block(NodeObject(whole));
      return bad_input("expected a block, a block's receipts, or a block's traces");
    }
    simdjson::dom::array list;
    if (root.get(list) != simdjson::SUCCESS) return bad_input("expected a JSON object or array");
    for (const element each : list) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("expected an array of objects");
      const JsonFields fields(row);
      if (fields.has("action")) {
        JINDO_DO(trace(NodeObject(row)));
      } else if (fields.has("logs")) {
        JINDO_DO(receipt(NodeObject(row)));
      } else {
        return bad_input("expected receipts (with logs) or traces (with action)");
      }
    }
    return {};
  }

 private:
  Status block(const NodeObject& in) {
    EvmBlockRow out;
    out.sequence = sequence_++;
    JINDO_TRY(out.block, in.u64("number"));
    JINDO_TRY(out.time, in.time("timestamp"));
    JINDO_DO(in.hash("hash", out.hash));
    JINDO_DO(in.hash("parentHash", out.parent));
    JINDO_DO(sinks_.block(out));
    JINDO_TRY(const auto transactions, in.fields().array("transactions"));
    for (const element each : transactions) {
      object row;
      if (each.get(row) != simdjson::SUCCESS)
        return bad_input("field 'transactions': expected whole transactions (ask for them with true)");
      JINDO_DO(transaction(NodeObject(row), out));
    }
    if (!in.has("withdrawals")) return {};
    JINDO_TRY(const auto withdrawals, in.fields().array("withdrawals"));
    for (const element each : withdrawals) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("field 'withdrawals': expected objects");
      const NodeObject item(row);
      Account20 to{};
      JINDO_DO(item.address("address", to));
      JINDO_TRY(const uint64_t gwei, item.u64("amount"));
      if (sinks_.withdrawal)
        JINDO_DO(sinks_.withdrawal(out.block, sequence_++, to, base::mul_div(gwei, 1'000'000'000, 1).quotient));
    }
    return {};
  }
  Status transaction(const NodeObject& in, const EvmBlockRow& block) {
    EvmTransactionRow out;
    out.block = block.block;
    out.block_hash = block.hash;
    out.time = block.time;
    out.sequence = sequence_++;
    JINDO_DO(in.hash("hash", out.hash));
    JINDO_TRY(const uint64_t index, in.u64("transactionIndex"));
    if (index >= UINT32_MAX) return in.wrong("transactionIndex", "an integer below 2^32-1");
    out.index = static_cast<uint32_t>(index);
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
    return sinks_.transaction(out);
  }
  Status receipt(const NodeObject& in) {
    EvmReceiptRow out;
    out.sequence = sequence_++;
    JINDO_DO(in.hash("transactionHash", out.transaction));
    JINDO_TRY(out.block, in.u64("blockNumber"));
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
    JINDO_DO(in.optional_address("contractAddress", out.contract, out.has_contract));
    JINDO_DO(sinks_.receipt(out));
    JINDO_TRY(const auto logs, in.fields().array("logs"));
    for (const element each : logs) {
      object row;
      if (each.get(row) != simdjson::SUCCESS) return bad_input("field 'logs': expected objects");
      JINDO_DO(log(NodeObject(row), out));
    }
    return {};
  }
  Status log(const NodeObject& in, const EvmReceiptRow& receipt) {
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
    JINDO_TRY(const uint64_t index, in.u64("logIndex"));
    if (topics.size() == 3 && topics[0] == transfer_topic() && data_.size() == 32) {
      EvmTokenTransferRow out;  // ERC-20's; ERC-721's has a topic more
      out.block = receipt.block;
      out.sequence = sequence_++;
      out.log_index = index;
      out.transaction = receipt.transaction;
      JINDO_DO(in.address("address", out.token));
      std::copy(topics[1].begin() + 12, topics[1].end(), out.from.begin());
      std::copy(topics[2].begin() + 12, topics[2].end(), out.to.begin());
      for (size_t word = 0; word < 4; ++word)
        for (size_t i = 0; i < 8; ++i) out.value.words[3 - word] = out.value.words[3 - word] << 8 | data_[8 * word + i];
      return sinks_.token_transfer(out);
    }
    if (!sinks_.log || !keeps_event(topics)) return {};
    EvmLogRow out;
    out.block = receipt.block;
    out.sequence = sequence_++;
    out.log_index = index;
    out.transaction = receipt.transaction;
    JINDO_DO(in.address("address", out.contract));
    return emit_log(out, topics, data_, sinks_.log);
  }
  Status trace(const NodeObject& in) {
    EvmTraceRow out;
    out.sequence = sequence_++;
    JINDO_TRY(out.block, in.u64("blockNumber"));
    JINDO_TRY(const std::string_view type, in.fields().text("type"));
    JINDO_TRY(const auto action_object, in.fields().object("action"));
    const NodeObject action(action_object);
    out.failed = in.has("error");
    out.moves_value = true;
    if (type == "reward") {
      out.type = EvmTraceType::kReward;
      out.index = UINT32_MAX;
      JINDO_DO(action.optional_address("author", out.to, out.has_to));
      JINDO_TRY(out.value, action.quantity("value"));
      return sinks_.trace(out);
    }
    JINDO_TRY(const uint64_t index, in.u64("transactionPosition"));
    if (index >= UINT32_MAX) return in.wrong("transactionPosition", "an integer below 2^32-1");
    out.index = static_cast<uint32_t>(index);
    if (type == "call") {
      out.type = EvmTraceType::kCall;
      JINDO_DO(action.optional_address("from", out.from, out.has_from));
      JINDO_DO(action.optional_address("to", out.to, out.has_to));
      JINDO_TRY(out.value, action.quantity("value"));
      const std::string_view call = action.fields().text_or_empty("callType");
      out.moves_value = call.empty() || call == "call";
    } else if (type == "create") {
      out.type = EvmTraceType::kCreate;
      JINDO_DO(action.optional_address("from", out.from, out.has_from));
      JINDO_TRY(out.value, action.quantity("value"));
      if (in.has("result")) {
        JINDO_TRY(const auto result, in.fields().object("result"));
        JINDO_DO(NodeObject(result).optional_address("address", out.to, out.has_to));
      }
    } else if (type == "suicide" || type == "selfdestruct") {
      out.type = EvmTraceType::kSuicide;
      JINDO_DO(action.optional_address("address", out.from, out.has_from));
      JINDO_DO(action.optional_address("refundAddress", out.to, out.has_to));
      JINDO_TRY(out.value, action.quantity("balance"));
    } else {
      return in.wrong("type", "call, create, suicide or reward");
    }
    JINDO_TRY(const auto path, in.fields().array("traceAddress"));
    for (const element each : path) {
      uint64_t step = 0;
      if (each.get(step) != simdjson::SUCCESS) return in.wrong("traceAddress", "numbers");
      if (!add_path_step(step, out)) break;
    }
    return sinks_.trace(out);
  }

  uint64_t& sequence_;
  const EvmSinks& sinks_;
  std::vector<uint8_t> data_;
};
}  // namespace

Status read_evm_json_line(std::string_view line, uint64_t& sequence, const EvmSinks& sinks) {
  thread_local simdjson::dom::parser parser;
  thread_local std::string padded;
  quote_long_integers(line, padded);
  element root;
  const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(root);
  if (code != simdjson::SUCCESS) return json_error(code);
  return Reader(sequence, sinks).answer(root);
}

Status read_evm_json_file(const std::string& path, uint64_t& sequence, const EvmSinks& sinks) {
  JINDO_TRY(TextLines lines, TextLines::open(path));
  for (uint64_t rows = 1;; ++rows) {
    std::string_view line;
    JINDO_TRY(const bool more, lines.next(line));
    if (!more) return {};
    if (line.empty()) continue;
    const Status status = read_evm_json_line(line, sequence, sinks);
    if (!status.ok()) return base::Error{status.error().kind, lines.place() + ": " + status.error().message};
    if (rows % 64 == 0 && sinks.progress) sinks.progress(lines.bytes_done(), 64);
  }
}
}  // namespace jindo::decode
