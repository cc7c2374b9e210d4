// GraphSense's Tron export as JSON lines: byte strings in base64, addresses without Tron's 0x41, amounts in sun.
// The transaction's own call is no trace there; fees stand in a table of their own, by transaction.
#include "base/base64.h"
#include "synth/table_writer.h"
#include "synth/text_append.h"

namespace jindo::synth {
namespace {
using base::Bytes;
using base::Hash256;

class JsonRow {
 public:
  explicit JsonRow(std::string& out) : out_(out) { out_ += '{'; }
  void end() { out_ += "}\n"; }
  std::string& raw(const char* name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void number(const char* name, base::Uint128 value) { add_amount(raw(name), value); }
  void bytes(const char* name, Bytes value) {
    raw(name) += '"';
    base::append_base64(value, out_);
    out_ += '"';
  }
  void text(const char* name, std::string_view value) {
    raw(name) += '"';
    out_ += value;
    out_ += '"';
  }
  void hash(const char* prefix_name, const char* name, const Hash256& hash) {
    std::string hex;
    add_hex(hex, Bytes(hash).first(3));
    text(prefix_name, std::string_view(hex).substr(2, 5));
    bytes(name, hash);
  }

 private:
  std::string& out_;
  bool first_ = true;
};

class Tron : public TableFormat {
 public:
  explicit Tron(uint64_t seed) : seed_(seed) {}
  std::vector<std::string> files() const override {
    return {"blocks.json", "transactions.json", "tx_fee.json", "traces.json", "logs.json"};
  }
  std::vector<std::string> headers() const override { return std::vector<std::string>(5); }

  void format(const AccountBatch& batch, std::vector<std::string>& tables) const override {
    for (const AccountBlockPlan& block : batch.blocks) {
      const Hash256 hash = tron_block_hash(seed_, block.number);
      JsonRow row(tables[0]);
      row.number("blockIdGroup", block.number / 1000);
      row.number("blockId", block.number);
      row.bytes("blockHash", hash);
      row.bytes("parentHash", block.number == 0 ? Hash256{} : tron_block_hash(seed_, block.number - 1));
      row.bytes("miner", account_address(seed_, 0xfee0000 + hash[31] % 27));
      row.number("gasUsed", block.gas_used);
      row.number("timestamp", static_cast<uint64_t>(block.time));
      row.number("transactionCount", block.txs);
      row.end();
      uint64_t log_index = 0;
      if (block.number == 0) genesis(batch, block, hash, tables);
      for (uint32_t t = 0; t < block.txs; ++t)
        transaction(batch, block, hash, batch.txs[block.first_tx + t], log_index, tables);
    }
  }

 private:
  void transaction(const AccountBatch& batch, const AccountBlockPlan& block, const Hash256& block_hash,
                   const AccountTx& tx, uint64_t& log_index, std::vector<std::string>& tables) const {
    const Hash256 hash = account_tx_hash(seed_, tx.number);
    const Bytes blob = base::as_bytes(batch.blob);
    JsonRow row(tables[1]);
    row.hash("txHashPrefix", "txHash", hash);
    row.number("nonce", 0);
    row.bytes("blockHash", block_hash);
    row.number("blockId", block.number);
    row.number("transactionIndex", tx.index);
    row.bytes("fromAddress", tx.from);
    row.bytes("toAddress", tx.to);
    row.number("value", tx.value);
    row.number("gas", tx.gas_limit);
    row.number("gasPrice", tx.gas_price);
    row.bytes("input", blob.subspan(tx.input.at, tx.input.bytes));
    row.number("blockTimestamp", static_cast<uint64_t>(block.time));
    row.number("receiptGasUsed", tx.gas_used);
    row.number("receiptStatus", tx.failed ? 0 : 1);
    row.end();
    fee_row(tx, hash, tables[2]);
    trace_rows(batch, block, tx, hash, tables[3]);
    log_rows(batch, block, block_hash, tx, hash, log_index, tables[4]);
  }
  void fee_row(const AccountTx& tx, const Hash256& hash, std::string& table) const {
    const base::Uint128 fee = base::Uint128{tx.gas_used} * tx.gas_price;
    JsonRow fees(table);
    fees.hash("txHashPrefix", "txHash", hash);
    fees.number("fee", fee);
    fees.number("energyUsage", 0);
    fees.number("energyFee", tx.input.bytes > 0 ? fee : 0);
    fees.number("originEnergyUsage", 0);
    fees.number("energyUsageTotal", tx.input.bytes > 0 ? tx.gas_used : 0);
    fees.number("netUsage", tx.input.bytes > 0 ? 345 : 0);
    fees.number("netFee", tx.input.bytes > 0 ? 0 : fee);
    fees.number("result", tx.failed ? 1 : 0);
    fees.number("energyPenaltyTotal", 0);
    fees.end();
  }
  // The calls within a transaction; its own is none of them.
  void trace_rows(const AccountBatch& batch, const AccountBlockPlan& block, const AccountTx& tx, const Hash256& hash,
                  std::string& table) const {
    for (uint32_t c = 0; c < tx.calls; ++c) {
      const AccountCall& call = batch.calls[tx.first_call + c];
      if (call.kind != CallKind::kCall) continue;  // java-tron lists calls, creations and suicides
      JsonRow trace(table);
      trace.number("blockIdGroup", block.number / 1000);
      trace.number("blockId", block.number);
      trace.number("internalIndex", tx.index);
      trace.number("traceIndex", c);
      trace.bytes("callerAddress", call.from);
      trace.bytes("transfertoAddress", call.to);
      trace.number("callInfoIndex", 0);
      trace.number("callValue", call.value);
      trace.text("note", "call");
      trace.raw("rejected") += tx.failed ? "true" : "false";
      trace.bytes("txHash", hash);
      trace.end();
    }
  }
  // `log_index` counts through the block.
  void log_rows(const AccountBatch& batch, const AccountBlockPlan& block, const Hash256& block_hash,
                const AccountTx& tx, const Hash256& hash, uint64_t& log_index, std::string& table) const {
    const Bytes blob = base::as_bytes(batch.blob);
    for (uint32_t l = 0; l < tx.logs; ++l) {
      const AccountLog& log = batch.logs[tx.first_log + l];
      JsonRow out(table);
      out.number("blockIdGroup", block.number / 1000);
      out.number("blockId", block.number);
      out.bytes("blockHash", block_hash);
      out.bytes("address", log.address);
      out.bytes("data", blob.subspan(log.data.at, log.data.bytes));
      std::string& topics = out.raw("topics");
      topics += '[';
      for (size_t i = 0; i < log.topics_count; ++i) {
        topics += i > 0 ? ",\"" : "\"";
        base::append_base64(log.topics[i], topics);
        topics += '"';
      }
      topics += ']';
      out.bytes("topic0", log.topics[0]);
      out.bytes("txHash", hash);
      out.number("logIndex", log_index++);
      out.number("transactionIndex", tx.index);
      out.end();
    }
  }
  // The chain's first block pays out of the zero address.
  void genesis(const AccountBatch& batch, const AccountBlockPlan& block, const Hash256& block_hash,
               std::vector<std::string>& tables) const {
    for (size_t i = 0; i < batch.genesis.size(); ++i) {
      const Hash256 hash = random_hash(seed_, i, 7);
      JsonRow row(tables[1]);
      row.hash("txHashPrefix", "txHash", hash);
      row.number("nonce", 0);
      row.bytes("blockHash", block_hash);
      row.number("blockId", block.number);
      row.number("transactionIndex", i);
      row.bytes("fromAddress", Account20{});
      row.bytes("toAddress", batch.genesis[i].to);
      row.number("value", batch.genesis[i].value);
      row.number("gas", 0);
      row.number("gasPrice", 0);
      row.text("input", "");
      row.number("blockTimestamp", static_cast<uint64_t>(block.time));
      row.number("receiptGasUsed", 0);
      row.number("receiptStatus", 1);
      row.end();
      JsonRow fees(tables[2]);
      fees.hash("txHashPrefix", "txHash", hash);
      for (const char* name : {"fee", "energyUsage", "energyFee", "originEnergyUsage", "energyUsageTotal", "netUsage",
                               "netFee", "result", "energyPenaltyTotal"})
        fees.number(name, 0);
      fees.end();
    }
  }
  uint64_t seed_;
};
}  // namespace

std::unique_ptr<TableFormat> tron_format(uint64_t chain_seed) { return std::make_unique<Tron>(chain_seed); }
}  // namespace jindo::synth
