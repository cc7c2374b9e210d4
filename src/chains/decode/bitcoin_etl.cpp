// One line of bitcoin-etl's JSON: fields by name, owners from the script.
#include "decode/bitcoin_etl.h"

#include "base/hex.h"
#include "decode/json_fields.h"
#include "decode/time_text.h"

namespace jindo::decode {
namespace {
using base::bad_input;
constexpr size_t kPerTransactionMax = 1'000'000;  // inputs or outputs; a block holds fewer

base::Status bitcoin_hash(const JsonFields& fields, const char* name, base::Hash256& out) {
  JINDO_TRY(const std::string_view digits, fields.text(name));
  if (!base::from_hex_reversed(digits, out)) {
    return bad_input(std::string("field '") + name + "': expected 64 hexadecimal digits");
  }
  return {};
}
// Unix seconds, or BigQuery's "2009-01-09 02:54:25 UTC".
base::Status time_of(const JsonFields& fields, const char* name, int64_t& out) {
  if (const auto date = parse_time_text(fields.text_or_empty(name))) {
    out = *date;
    return {};
  }
  JINDO_TRY(const uint64_t time, fields.u64(name));
  if (time > static_cast<uint64_t>(chain::kTimeMax))
    return bad_input(std::string("field '") + name + "': expected unix seconds");
  out = static_cast<int64_t>(time);
  return {};
}
}  // namespace

struct BitcoinEtlParser::State {
  explicit State(const chain::Network& of) : network(of) {}
  const chain::Network& network;
  simdjson::dom::parser parser;
  std::string padded;
  std::vector<uint8_t> script;

  base::Result<JsonFields> parse(std::string_view line) {
    quote_long_integers(line, padded);
    simdjson::dom::object object;
    const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(object);
    if (code != simdjson::SUCCESS) return json_error(code);
    return JsonFields(object);
  }

  base::Status value(const JsonFields& fields, uint64_t& out) {
    JINDO_TRY(out, fields.u64("value"));
    if (out > chain::kMoneyMaxSatoshi) {
      return bad_input("value overflow: " + std::to_string(out) + " satoshi; expected at most " +
                       std::to_string(chain::kMoneyMaxSatoshi));
    }
    return {};
  }

  base::Status input(const JsonFields& fields, chain::UtxoInput& out) {
    JINDO_DO(bitcoin_hash(fields, "spent_transaction_hash", out.previous));
    JINDO_TRY(const uint64_t index, fields.u64("spent_output_index"));
    if (index >= UINT32_MAX) return bad_input("field 'spent_output_index': expected a 32-bit output index");
    out.output_index = static_cast<uint32_t>(index);
    if (fields.has("value")) JINDO_DO(value(fields, out.value));
    auto addresses = fields.array("addresses");
    if (addresses.ok() && addresses->size() == 1) {
      std::string_view text;
      if (addresses->at(0).get(text) == simdjson::SUCCESS) {
        // An exporter's own name ("nonstandard…") is no address: such an input stays without an owner.
        auto key = chain::parse_address(network, text);
        if (key.ok()) out.key = *key;
      }
    }
    return {};
  }

  // How the wallet wrote it. Whether it carries witnesses shows in the sizes.
  static base::Status form(const JsonFields& fields, const simdjson::dom::array& inputs, BitcoinEtlTransaction& out) {
    uint64_t size = 0, virtual_size = 0;
    if (fields.has("size")) {
      JINDO_TRY(size, fields.u64("size"));
    }
    if (fields.has("virtual_size")) {
      JINDO_TRY(virtual_size, fields.u64("virtual_size"));
    }
    if (size > UINT32_MAX || virtual_size > UINT32_MAX) return bad_input("field 'size': more than a transaction holds");
    out.virtual_size = static_cast<uint32_t>(virtual_size);
    if (size == 0 || virtual_size == 0 || !fields.has("version") || !fields.has("lock_time")) return {};
    JINDO_TRY(const uint64_t version, fields.u64("version"));
    JINDO_TRY(const uint64_t lock, fields.u64("lock_time"));
    bool replaceable = false, final = true;
    for (const simdjson::dom::element element : inputs) {
      simdjson::dom::object object;
      if (element.get(object) != simdjson::SUCCESS || !JsonFields(object).has("sequence")) return {};
      JINDO_TRY(const uint64_t sequence, JsonFields(object).u64("sequence"));
      replaceable |= sequence < 0xfffffffe;
      final &= sequence == 0xffffffff;
    }
    if (out.coinbase) return {};  // its sequence is not exported
    out.form = static_cast<uint8_t>(chain::kFormKnown | (lock != 0 ? chain::kFormLockTime : 0) |
                                    (replaceable ? chain::kFormReplaceable : 0) | (final ? chain::kFormFinal : 0) |
                                    (version >= 2 ? chain::kFormVersion2 : 0) |
                                    (virtual_size < size ? chain::kFormWitness : 0));
    return {};
  }

  base::Status output(const JsonFields& fields, uint64_t expected_index, BitcoinEtlTransaction& tx) {
    chain::UtxoOutput& out = tx.outputs.emplace_back();
    JINDO_TRY(const uint64_t index, fields.u64("index"));
    if (index != expected_index) {
      return bad_input("field 'outputs': output " + std::to_string(expected_index) + " has index " +
                       std::to_string(index) + "; expected all outputs, in order");
    }
    JINDO_DO(value(fields, out.value));
    JINDO_TRY(const std::string_view digits, fields.text("script_hex"));
    script.resize(digits.size() / 2);
    if (!base::from_hex(digits, script)) return bad_input("field 'script_hex': expected hexadecimal digits");
    const chain::ScriptOwner owner = chain::classify_script(script);
    out.type = owner.type;
    out.key = owner.key;
    if (owner.type == chain::ScriptType::kNullData) tx.data_scripts.push_back({static_cast<uint32_t>(index), script});
    return {};
  }
};

BitcoinEtlParser::BitcoinEtlParser(const chain::Network& network) : state_(std::make_unique<State>(network)) {}
BitcoinEtlParser::~BitcoinEtlParser() = default;

base::Status BitcoinEtlParser::parse_transaction(std::string_view line, BitcoinEtlTransaction& out) {
  out = {};
  JINDO_TRY(const JsonFields fields, state_->parse(line));
  JINDO_DO(bitcoin_hash(fields, "hash", out.id));
  JINDO_DO(bitcoin_hash(fields, "block_hash", out.block_hash));
  JINDO_TRY(out.block_height, fields.u64("block_number"));
  if (out.block_height > chain::kHeightMax) return bad_input("field 'block_number': expected at most 2^48");
  JINDO_DO(time_of(fields, "block_timestamp", out.block_time));
  if (fields.has("index")) {
    JINDO_TRY(out.index, fields.u64("index"));
    out.has_index = true;
  }
  JINDO_TRY(const auto inputs, fields.array("inputs"));
  if (fields.has("is_coinbase")) {
    JINDO_TRY(out.coinbase, fields.boolean("is_coinbase"));
  } else {
    out.coinbase = inputs.size() == 0;
  }
  if (out.coinbase && inputs.size() != 0) {
    return bad_input("field 'inputs': a coinbase that spends; expected no inputs where is_coinbase is true");
  }
  if (!out.coinbase && inputs.size() == 0) return bad_input("field 'inputs': expected at least one input");
  JINDO_TRY(const auto outputs, fields.array("outputs"));
  if (inputs.size() > kPerTransactionMax || outputs.size() > kPerTransactionMax) {
    return bad_input("more than a million inputs or outputs in one transaction (limit)");
  }
  for (const simdjson::dom::element element : inputs) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return bad_input("field 'inputs': expected objects");
    JINDO_DO(state_->input(JsonFields(object), out.inputs.emplace_back()));
  }
  JINDO_DO(state_->form(fields, inputs, out));
  if (outputs.size() == 0) return bad_input("field 'outputs': expected at least one output");
  uint64_t index = 0;
  for (const simdjson::dom::element element : outputs) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return bad_input("field 'outputs': expected objects");
    JINDO_DO(state_->output(JsonFields(object), index++, out));
  }
  return {};
}

base::Status BitcoinEtlParser::parse_block(std::string_view line, BitcoinEtlBlock& out) {
  out = {};
  JINDO_TRY(const JsonFields fields, state_->parse(line));
  JINDO_DO(bitcoin_hash(fields, "hash", out.hash));
  JINDO_TRY(out.height, fields.u64("number"));
  JINDO_DO(time_of(fields, "timestamp", out.time));
  JINDO_TRY(out.transaction_count, fields.u64("transaction_count"));
  return {};
}
}  // namespace jindo::decode
