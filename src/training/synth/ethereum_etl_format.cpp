// ethereum-etl's tables (blockchain-etl/ethereum-etl, docs/schema.md): CSV as `export_all` writes them, receipts in a
// table of their own; JSON lines as `stream` writes them, receipts' fields within transactions.
#include <algorithm>

#include "base/clock.h"
#include "synth/abi.h"
#include "synth/table_writer.h"
#include "synth/text_append.h"

namespace jindo::synth {
namespace {
using base::Bytes;
using base::Hash256;
constexpr const char* kEmptyUncles = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
constexpr uint32_t kCallGas = 2300;
constexpr const char* kBlocksHeader =
    "number,hash,parent_hash,nonce,sha3_uncles,logs_bloom,transactions_root,state_root,receipts_root,miner,"
    "difficulty,total_difficulty,size,extra_data,gas_limit,gas_used,timestamp,transaction_count,"
    "base_fee_per_gas,withdrawals_root,withdrawals\n";
constexpr const char* kTransactionsHeader =
    "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,input,"
    "block_timestamp,max_fee_per_gas,max_priority_fee_per_gas,transaction_type\n";
constexpr const char* kTracesHeader =
    "block_number,transaction_hash,transaction_index,from_address,to_address,value,input,output,trace_type,"
    "call_type,reward_type,gas,gas_used,subtraces,trace_address,error,status,trace_id\n";
constexpr const char* kTokenTransfersHeader =
    "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n";
constexpr const char* kLogsHeader =
    "log_index,transaction_hash,transaction_index,block_hash,block_number,address,data,topics\n";
constexpr const char* kReceiptsHeader =
    "transaction_hash,transaction_index,block_hash,block_number,cumulative_gas_used,gas_used,contract_address,"
    "root,status,effective_gas_price,l1_fee,l1_gas_used,l1_gas_price,l1_fee_scalar\n";

Bytes blob(const AccountBatch& batch, BlobRange range) {
  return base::as_bytes(batch.blob).subspan(range.at, range.bytes);
}
// A row of either kind: CSV cells, or JSON members; the caller names each column once.
class RowText {
 public:
  RowText(std::string& out, bool json) : out_(out), json_(json) {}
  void begin(const char* type) {
    first_ = true;
    if (!json_) return;
    out_ += "{\"type\": \"";
    out_ += type;
    out_ += "\"";
    first_ = false;
  }
  void end() { out_ += json_ ? "}\n" : "\n"; }
  void number(const char* name, base::Uint128 value) {
    column(name);
    add_amount(out_, value);
  }
  void bytes(const char* name, Bytes value) {
    open(name);
    add_hex(out_, value);
    close();
  }
  void text(const char* name, std::string_view value) {
    open(name);
    out_ += value;
    close();
  }
  void none(const char* name) {
    column(name);
    if (json_) out_ += "null";
  }
  void text_or_none(const char* name, std::string_view value) {
    if (value.empty())
      none(name);
    else
      text(name, value);
  }
  std::string& raw(const char* name) {
    column(name);
    return out_;
  }
  bool json() const { return json_; }

 private:
  void column(const char* name) {
    if (!first_) out_ += json_ ? ", " : ",";
    first_ = false;
    if (!json_) return;
    out_ += '"';
    out_ += name;
    out_ += "\": ";
  }
  void open(const char* name) {
    column(name);
    if (json_) out_ += '"';
  }
  void close() {
    if (json_) out_ += '"';
  }
  std::string& out_;
  bool json_;
  bool first_ = true;
};

class EthereumEtl : public TableFormat {
 public:
  EthereumEtl(uint64_t seed, bool json) : seed_(seed), json_(json) {}

  std::vector<std::string> files() const override {
    if (json_) return {"blocks.json", "transactions.json", "traces.json", "token_transfers.json", "logs.json"};
    return {"blocks.csv", "transactions.csv", "traces.csv", "token_transfers.csv", "logs.csv", "receipts.csv"};
  }
  std::vector<std::string> headers() const override {
    if (json_) return std::vector<std::string>(5);
    return {kBlocksHeader, kTransactionsHeader, kTracesHeader, kTokenTransfersHeader, kLogsHeader, kReceiptsHeader};
  }
  void format(const AccountBatch& batch, std::vector<std::string>& tables) const override {
    for (const GenesisGrant& grant : batch.genesis) genesis(batch, grant, tables[2]);
    for (const AccountBlockPlan& block : batch.blocks) {
      const Hash256 block_hash = account_block_hash(seed_, block.number);
      block_row(batch, block, block_hash, tables[0]);
      uint64_t gas = 0, log_index = 0;
      for (uint32_t t = 0; t < block.txs; ++t) {
        const AccountTx& tx = batch.txs[block.first_tx + t];
        const Hash256 hash = account_tx_hash(seed_, tx.number);
        gas += tx.gas_used;
        transaction_row(batch, block, tx, hash, block_hash, gas, tables[1]);
        if (!json_) receipt_row(block, tx, hash, block_hash, gas, tables[5]);
        trace_rows(batch, block, tx, hash, tables[2]);
        for (uint32_t l = 0; l < tx.logs; ++l)
          log_rows(batch, block, tx, batch.logs[tx.first_log + l], hash, block_hash, log_index++, tables);
      }
    }
  }

 private:
  void item(RowText& row, const AccountBlockPlan& block, const char* kind, const Hash256& hash, int64_t suffix) const {
    std::string& out = row.raw("item_id");
    out += '"';
    out += kind;
    out += '_';
    add_hex(out, hash);
    if (suffix >= 0) {
      out += '_';
      add_number(out, static_cast<uint64_t>(suffix));
    }
    out += '"';
    row.text("item_timestamp", base::format_time(block.time));
  }

  void block_row(const AccountBatch& batch, const AccountBlockPlan& block, const Hash256& hash,
                 std::string& out) const {
    static const std::string kBloom(512, '0');
    RowText row(out, json_);
    row.begin("block");
    row.number("number", block.number);
    row.bytes("hash", hash);
    row.bytes("parent_hash", block.number == 0 ? Hash256{} : account_block_hash(seed_, block.number - 1));
    row.text("nonce", "0x0000000000000000");
    row.text("sha3_uncles", kEmptyUncles);
    row.text("logs_bloom", "0x" + kBloom);
    row.bytes("transactions_root", random_hash(seed_, block.number, 3));
    row.bytes("state_root", random_hash(seed_, block.number, 4));
    row.bytes("receipts_root", random_hash(seed_, block.number, 5));
    row.bytes("miner", account_address(seed_, 0xfee0000 + random_hash(seed_, block.number, 6)[0] % 16));
    row.number("difficulty", 0);
    row.number("total_difficulty", 0);
    row.number("size", 540 + 180 * uint64_t{block.txs});
    row.text("extra_data", "0x");
    row.number("gas_limit", 30'000'000);
    row.number("gas_used", block.gas_used);
    row.number("timestamp", static_cast<uint64_t>(block.time));
    row.number("transaction_count", block.txs);
    const uint64_t price = block.txs > 0 ? batch.txs[block.first_tx].gas_price : 0;
    row.number("base_fee_per_gas", price - price / 10);
    row.none("withdrawals_root");
    if (json_)
      row.raw("withdrawals") += "[]";
    else
      row.none("withdrawals");
    if (json_) item(row, block, "block", hash, -1);
    row.end();
  }

  void transaction_row(const AccountBatch& batch, const AccountBlockPlan& block, const AccountTx& tx,
                       const Hash256& hash, const Hash256& block_hash, uint64_t cumulative, std::string& out) const {
    RowText row(out, json_);
    row.begin("transaction");
    row.bytes("hash", hash);
    row.number("nonce", tx.nonce);
    row.bytes("block_hash", block_hash);
    row.number("block_number", block.number);
    row.number("transaction_index", tx.index);
    row.bytes("from_address", tx.from);
    row.bytes("to_address", tx.to);
    row.number("value", tx.value);
    row.number("gas", tx.gas_limit);
    row.number("gas_price", tx.gas_price);
    row.bytes("input", blob(batch, tx.input));
    row.number("block_timestamp", static_cast<uint64_t>(block.time));
    row.number("max_fee_per_gas", 2 * tx.gas_price);
    row.number("max_priority_fee_per_gas", tx.gas_price / 10);
    row.number("transaction_type", 2);
    if (json_) {
      row.number("receipt_cumulative_gas_used", cumulative);
      row.number("receipt_gas_used", tx.gas_used);
      row.none("receipt_contract_address");
      row.none("receipt_root");
      row.number("receipt_status", tx.failed ? 0 : 1);
      row.number("receipt_effective_gas_price", tx.gas_price);
      row.none("receipt_l1_fee");
      row.none("receipt_l1_gas_used");
      row.none("receipt_l1_gas_price");
      row.none("receipt_l1_fee_scalar");
      item(row, block, "transaction", hash, -1);
    }
    row.end();
  }

  void receipt_row(const AccountBlockPlan& block, const AccountTx& tx, const Hash256& hash, const Hash256& block_hash,
                   uint64_t cumulative, std::string& out) const {
    RowText row(out, false);
    row.begin("");
    row.bytes("", hash);
    row.number("", tx.index);
    row.bytes("", block_hash);
    row.number("", block.number);
    row.number("", cumulative);
    row.number("", tx.gas_used);
    row.none("");
    row.none("");
    row.number("", tx.failed ? 0 : 1);
    row.number("", tx.gas_price);
    for (int i = 0; i < 4; ++i) row.none("");
    row.end();
  }

  struct TraceText {
    Account20 from, to;
    bool has_from = true;
    base::Uint128 value = 0;
    Bytes input;
    const char* type = "call";
    const char* call_type = "call";
    uint32_t gas = 0, gas_used = 0, subtraces = 0;
    Bytes path;
    const char* error = "";
  };
  // Where a trace is in its transaction's tree: a list in JSON, a quoted cell in CSV where it has a comma.
  void append_path(Bytes path, std::string& out) const {
    const char* quote = path.size() > 1 ? "\"" : "";
    out += json_ ? "[" : quote;
    for (size_t i = 0; i < path.size(); ++i) {
      if (i > 0) out += json_ ? ", " : ",";
      add_number(out, path[i]);
    }
    out += json_ ? "]" : quote;
  }
  // call_HASH_0_1 of a transaction's trace; of one without a transaction its block and receiver.
  void append_trace_id(const AccountBlockPlan& block, const AccountTx* tx, const Hash256& hash, const TraceText& trace,
                       std::string& out) const {
    if (json_) out += '"';
    out += trace.type;
    out += '_';
    if (tx != nullptr) {
      add_hex(out, hash);
      out += '_';
      for (size_t i = 0; i < trace.path.size(); ++i) {
        if (i > 0) out += '_';
        add_number(out, trace.path[i]);
      }
    } else {
      add_number(out, block.number);
      out += '_';
      add_hex(out, trace.to);
    }
    if (json_) out += '"';
  }
  void trace_row(const AccountBlockPlan& block, const AccountTx* tx, const Hash256& hash, const TraceText& trace,
                 std::string& out) const {
    RowText row(out, json_);
    row.begin("trace");
    const bool failed = *trace.error != '\0';
    row.number("block_number", block.number);
    if (tx != nullptr) {
      row.bytes("transaction_hash", hash);
      row.number("transaction_index", tx->index);
    } else {
      row.none("transaction_hash");
      row.none("transaction_index");
    }
    if (trace.has_from)
      row.bytes("from_address", trace.from);
    else
      row.none("from_address");
    row.bytes("to_address", trace.to);
    row.number("value", trace.value);
    if (tx != nullptr)
      row.bytes("input", trace.input);
    else
      row.none("input");
    row.text_or_none("output", tx == nullptr || failed ? "" : "0x");
    row.text("trace_type", trace.type);
    row.text_or_none("call_type", trace.call_type);
    row.none("reward_type");
    if (tx != nullptr) {
      row.number("gas", trace.gas);
      row.number("gas_used", trace.gas_used);
    } else {
      row.none("gas");
      row.none("gas_used");
    }
    row.number("subtraces", trace.subtraces);
    append_path(trace.path, row.raw("trace_address"));
    row.text_or_none("error", trace.error);
    row.number("status", failed ? 0 : 1);
    append_trace_id(block, tx, hash, trace, row.raw("trace_id"));
    if (json_) row.number("block_timestamp", static_cast<uint64_t>(block.time));
    row.end();
  }

  void trace_rows(const AccountBatch& batch, const AccountBlockPlan& block, const AccountTx& tx, const Hash256& hash,
                  std::string& out) const {
    TraceText top;
    top.from = tx.from;
    top.to = tx.to;
    top.value = tx.value;
    top.input = blob(batch, tx.input);
    top.gas = tx.gas_limit - 21000;
    top.gas_used = tx.gas_used - 21000;
    top.error = tx.error;
    for (uint32_t c = 0; c < tx.calls; ++c) top.subtraces += batch.calls[tx.first_call + c].depth == 1 ? 1 : 0;
    trace_row(block, &tx, hash, top, out);
    for (uint32_t c = 0; c < tx.calls; ++c) {
      const AccountCall& call = batch.calls[tx.first_call + c];
      TraceText inner;
      inner.from = call.from;
      inner.to = call.to;
      inner.value = call.value;
      const bool plain = call.selector == std::array<uint8_t, 4>{};
      if (!plain) inner.input = call.selector;
      inner.call_type = call.kind == CallKind::kDelegateCall ? "delegatecall"
                        : call.kind == CallKind::kStaticCall ? "staticcall"
                                                             : "call";
      inner.gas = plain ? kCallGas : 20 * kCallGas;
      inner.gas_used = plain ? 0 : 10 * kCallGas;
      inner.subtraces = call.children;
      inner.path = Bytes(call.path).first(call.depth);
      trace_row(block, &tx, hash, inner, out);
    }
  }

  void log_rows(const AccountBatch& batch, const AccountBlockPlan& block, const AccountTx& tx, const AccountLog& log,
                const Hash256& hash, const Hash256& block_hash, uint64_t index,
                std::vector<std::string>& tables) const {
    std::string& out = tables[4];
    RowText row(out, json_);
    row.begin("log");
    row.number("log_index", index);
    row.bytes("transaction_hash", hash);
    row.number("transaction_index", tx.index);
    row.bytes("block_hash", block_hash);
    row.number("block_number", block.number);
    row.bytes("address", log.address);
    row.bytes("data", blob(batch, log.data));
    std::string& topics = row.raw("topics");
    topics += json_ ? "[" : "\"";
    for (size_t i = 0; i < log.topics_count; ++i) {
      if (i > 0) topics += json_ ? ", " : ",";
      if (json_) topics += '"';
      add_hex(topics, log.topics[i]);
      if (json_) topics += '"';
    }
    topics += json_ ? "]" : "\"";
    if (json_) {
      row.number("block_timestamp", static_cast<uint64_t>(block.time));
      item(row, block, "log", hash, static_cast<int64_t>(index));
    }
    row.end();
    // As `ethereumetl extract_token_transfers` does: the event with two indexed addresses and a value.
    static const Hash256 kTransfer = event_topic("Transfer(address,address,uint256)");
    if (log.topics_count != 3 || log.topics[0] != kTransfer || log.data.bytes != 32) return;
    RowText transfer(tables[3], json_);
    transfer.begin("token_transfer");
    transfer.bytes("token_address", log.address);
    transfer.bytes("from_address", Bytes(log.topics[1]).subspan(12));
    transfer.bytes("to_address", Bytes(log.topics[2]).subspan(12));
    base::Uint128 value = 0;
    for (const uint8_t byte : blob(batch, log.data).subspan(16)) value = (value << 8) | byte;
    transfer.number("value", value);
    transfer.bytes("transaction_hash", hash);
    transfer.number("log_index", index);
    transfer.number("block_number", block.number);
    if (json_) {
      transfer.number("block_timestamp", static_cast<uint64_t>(block.time));
      transfer.bytes("block_hash", block_hash);
      item(transfer, block, "token_transfer", hash, static_cast<int64_t>(index));
    }
    transfer.end();
  }

  void genesis(const AccountBatch& batch, const GenesisGrant& grant, std::string& out) const {
    TraceText trace;
    trace.has_from = false;
    trace.to = grant.to;
    trace.value = grant.value;
    trace.type = "genesis";
    trace.call_type = "";
    trace_row(batch.blocks.front(), nullptr, {}, trace, out);
  }

  uint64_t seed_;
  bool json_;
};
}  // namespace

std::unique_ptr<TableFormat> ethereum_etl_format(uint64_t chain_seed, bool json) {
  return std::make_unique<EthereumEtl>(chain_seed, json);
}
}  // namespace jindo::synth
