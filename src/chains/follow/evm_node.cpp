// EVM nodes' JSON-RPC: eth_blockNumber, eth_getBlockByNumber with whole transactions, eth_getBlockReceipts, trace_block
// where offered, and the pending block's plain payments (coins, ERC-20 transfers).
#include <simdjson.h>

#include "decode/evm_block.h"
#include "decode/evm_json.h"
#include "follow/json_rpc.h"
#include "follow/node.h"

namespace jindo::follow {
namespace {
using base::machine_failed;

std::string quantity(uint64_t number) {
  char text[24];
  std::snprintf(text, sizeof text, "\"0x%llx\"", static_cast<unsigned long long>(number));
  return text;
}

class EvmNode : public Node {
 public:
  EvmNode(const chain::Network& network, std::unique_ptr<net::Client> client, const NodeOptions& options)
      : network_(network), rpc_(std::move(client), options.batch), traces_(options.traces) {}

  base::Result<NodeTip> tip() override {
    JINDO_TRY(const auto answer, rpc_.call({{"eth_blockNumber", "[]"}}));
    const auto text = text_of(answer[0]);
    const auto height = text ? base::parse_hex_quantity(*text) : std::nullopt;
    if (!height || !height->fits_u64()) return machine_failed("the node answered eth_blockNumber with no quantity");
    NodeTip out;
    out.height = height->low();
    JINDO_TRY(out.hash, hash_at(out.height));
    return out;
  }
  base::Result<chain::BlockHash> hash_at(uint64_t height) override {
    JINDO_TRY(const auto answer, rpc_.call({{"eth_getBlockByNumber", "[" + quantity(height) + ",false]"}}));
    simdjson::dom::parser parser;
    std::string_view text;
    chain::BlockHash out{};
    simdjson::dom::element root;
    if (parser.parse(answer[0]).get(root) != simdjson::SUCCESS || root["hash"].get(text) != simdjson::SUCCESS ||
        !chain::parse_hash(network_, text, out))
      return machine_failed("the node has no block " + std::to_string(height));
    return out;
  }
  base::Result<std::vector<NodeBlock>> blocks(uint64_t first, uint64_t count) override {
    std::vector<RpcCall> calls;
    for (uint64_t h = first; h < first + count; ++h) {
      calls.push_back({"eth_getBlockByNumber", "[" + quantity(h) + ",true]"});
      calls.push_back({"eth_getBlockReceipts", "[" + quantity(h) + "]"});
    }
    JINDO_TRY(const auto texts, rpc_.call(calls));
    std::vector<std::string> traces(count);
    if (traces_) {
      calls.clear();
      for (uint64_t h = first; h < first + count; ++h) calls.push_back({"trace_block", "[" + quantity(h) + "]"});
      auto answered = rpc_.call(calls);
      if (answered.ok())
        traces = std::move(*answered);
      else if (JsonRpc::is_unknown_method(answered.error()))
        traces_ = false;
      else
        return answered.error();
    }
    std::vector<NodeBlock> out(count);
    for (uint64_t i = 0; i < count; ++i) {
      JINDO_DO(block(first + i, texts[2 * i], texts[2 * i + 1], traces[i], out[i].account));
      if (i > 0 && out[i].account.previous != out[i - 1].account.hash)
        return machine_failed("the node's chain changed while it was read");
    }
    return out;
  }
  base::Result<std::vector<chain::TxId>> pending_ids() override {
    JINDO_TRY(const auto answer, rpc_.call({{"eth_getBlockByNumber", "[\"pending\",true]"}}));
    pending_.clear();
    std::vector<chain::TxId> out;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    simdjson::dom::array list;
    if (parser.parse(answer[0]).get(root) != simdjson::SUCCESS) return out;
    // Nodes that keep no pending block answer the latest one, which has a hash.
    if (root["transactions"].get(list) != simdjson::SUCCESS) return out;
    for (const auto entry : list) {
      NodePending tx;
      if (!payment(entry, tx)) continue;
      out.push_back(tx.id);
      pending_.push_back(std::move(tx));
    }
    return out;
  }
  base::Result<std::vector<NodePending>> pending(const std::vector<chain::TxId>& ids) override {
    std::vector<NodePending> out;
    for (const chain::TxId& id : ids)
      for (const NodePending& tx : pending_)
        if (tx.id == id) out.push_back(tx);
    return out;
  }

 private:
  base::Status block(uint64_t height, const std::string& whole, const std::string& receipts, const std::string& traces,
                     chain::AccountBlock& out) {
    decode::EvmBlockRows rows;
    decode::EvmSinks sinks;
    sinks.block = [&](const decode::EvmBlockRow& row) {
      rows.blocks.push_back(row);
      return base::Status();
    };
    sinks.transaction = [&](const decode::EvmTransactionRow& row) {
      rows.transactions.push_back(row);
      return base::Status();
    };
    sinks.receipt = [&](const decode::EvmReceiptRow& row) {
      rows.receipts.push_back(row);
      return base::Status();
    };
    sinks.token_transfer = [&](const decode::EvmTokenTransferRow& row) {
      rows.token_transfers.push_back(row);
      return base::Status();
    };
    sinks.trace = [&](const decode::EvmTraceRow& row) {
      rows.traces.push_back(row);
      return base::Status();
    };
    sinks.log = [&](const decode::EvmLogRow& row) {
      rows.logs.push_back(row);
      return base::Status();
    };
    sinks.withdrawal = [&](const decode::EvmTraceRow& row) {
      rows.withdrawals.push_back(row);
      return base::Status();
    };
    rows.network = &network_;
    const auto wrong = [&](const std::string& what) {
      return machine_failed("the node's block of height " + std::to_string(height) + ": " + what);
    };
    uint64_t sequence = 0;
    for (const std::string* text : {&whole, &receipts, &traces}) {
      if (text->empty() || *text == "[]") continue;
      if (*text == "null") return wrong("it has none");
      const auto read = decode::read_evm_json_line(*text, sequence, sinks);
      if (!read.ok()) return wrong(read.error().message);
    }
    if (rows.blocks.size() != 1 || rows.blocks[0].block != height) return wrong("another block than asked for");
    if (rows.receipts.size() != rows.transactions.size())
      return wrong(std::to_string(rows.transactions.size()) + " transactions and " +
                   std::to_string(rows.receipts.size()) + " receipts");
    for (const auto& row : rows.transactions)
      if (row.block_hash != rows.blocks[0].hash) return wrong("its transactions are of another block");
    for (const auto& row : rows.traces)
      if (row.block != height) return wrong("its traces are of another block");
    decode::EvmBlockNotes notes;
    const auto assembled = decode::assemble_evm_block(height, rows, out, notes);
    return assembled.ok() ? base::Status() : base::Status(wrong(assembled.error().message));
  }

  // A plain payment: of the coin, or by an ERC-20's transfer(address,uint256).
  bool payment(simdjson::dom::element entry, NodePending& out) const {
    std::string_view id, from, to, value, input;
    if (entry["hash"].get(id) != simdjson::SUCCESS || entry["from"].get(from) != simdjson::SUCCESS ||
        entry["to"].get(to) != simdjson::SUCCESS || entry["value"].get(value) != simdjson::SUCCESS ||
        entry["input"].get(input) != simdjson::SUCCESS)
      return false;
    const auto wei = base::parse_hex_quantity(value);
    if (!wei || !chain::parse_hash(network_, id, out.id) || !chain::parse_evm_hex(from, out.from) ||
        !chain::parse_evm_hex(to, out.to))
      return false;
    out.asset = chain::native_asset();
    out.amount = *wei;
    if (input.size() == 2 + 8 + 128 && input.substr(2, 8) == "a9059cbb") {
      out.asset = out.to;
      if (!chain::parse_evm_hex("0x" + std::string(input.substr(10 + 24, 40)), out.to)) return false;
      const auto amount = base::parse_hex_quantity("0x" + std::string(input.substr(10 + 64).substr(std::min<size_t>(
                                                              input.substr(74).find_first_not_of('0'), 63))));
      if (!amount) return false;
      out.amount = *amount;
    }
    return !out.amount.is_zero();
  }
  const chain::Network& network_;
  JsonRpc rpc_;
  bool traces_;
  std::vector<NodePending> pending_;
};
}  // namespace

std::unique_ptr<Node> evm_node(const chain::Network& network, std::unique_ptr<net::Client> client,
                               const NodeOptions& options) {
  return std::make_unique<EvmNode>(network, std::move(client), options);
}
}  // namespace jindo::follow
