// Bitcoin Core's RPC: getbestblockhash, getblockhash, getblock (serialised), getrawmempool, getrawtransaction.
#include <simdjson.h>

#include "base/hex.h"
#include "decode/bitcoin_block.h"
#include "follow/json_rpc.h"
#include "follow/node.h"

namespace jindo::follow {
namespace {
using base::machine_failed;

class BitcoinNode : public Node {
 public:
  BitcoinNode(const chain::Network& network, std::unique_ptr<net::Client> client, const NodeOptions& options)
      : network_(network), rpc_(std::move(client), options.batch) {}

  base::Result<NodeTip> tip() override {
    JINDO_TRY(const auto count, rpc_.call({{"getblockcount", "[]"}}));
    const auto height = base::parse_decimal(count[0]);
    if (!height || !height->fits_u64()) return machine_failed("the node answered getblockcount with no number");
    NodeTip out;
    out.height = height->low();
    JINDO_TRY(out.hash, hash_at(out.height));
    return out;
  }
  base::Result<chain::BlockHash> hash_at(uint64_t height) override {
    JINDO_TRY(const auto answer, rpc_.call({{"getblockhash", "[" + std::to_string(height) + "]"}}));
    return hash_of(answer[0], "getblockhash");
  }
  base::Result<std::vector<NodeBlock>> blocks(uint64_t first, uint64_t count) override {
    std::vector<RpcCall> calls;
    for (uint64_t i = 0; i < count; ++i) calls.push_back({"getblockhash", "[" + std::to_string(first + i) + "]"});
    JINDO_TRY(const auto hashes, rpc_.call(calls));
    calls.clear();
    for (const std::string& hash : hashes) calls.push_back({"getblock", "[" + hash + ",0]"});
    JINDO_TRY(const auto texts, rpc_.call(calls));
    std::vector<NodeBlock> out(count);
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < count; ++i) {
      const auto hex = text_of(texts[i]);
      bytes.resize(hex ? hex->size() / 2 : 0);
      if (!hex || hex->size() % 2 != 0 || !base::from_hex(*hex, bytes))
        return machine_failed("the node answered getblock with no hexadecimal digits");
      const auto decoded = decode::decode_block(bytes, 0, out[i].utxo);
      if (!decoded.ok())
        return machine_failed("the node's block of height " + std::to_string(first + i) + ": " +
                              decoded.error().message);
      JINDO_TRY(const chain::BlockHash asked, hash_of(hashes[i], "getblockhash"));
      if (out[i].utxo.hash != asked)
        return machine_failed("the node answered another block than asked for at height " + std::to_string(first + i));
      if (i > 0 && out[i].utxo.previous != out[i - 1].utxo.hash)
        return machine_failed("the node's chain changed while it was read");
      out[i].utxo.height = first + i;
    }
    return out;
  }
  base::Result<std::vector<chain::TxId>> pending_ids() override {
    JINDO_TRY(const auto answer, rpc_.call({{"getrawmempool", "[]"}}));
    simdjson::dom::parser parser;
    simdjson::dom::array list;
    std::vector<chain::TxId> out;
    if (parser.parse(answer[0]).get(list) != simdjson::SUCCESS)
      return machine_failed("the node answered getrawmempool with no list");
    for (const auto entry : list) {
      std::string_view text;
      chain::TxId id{};
      if (entry.get(text) != simdjson::SUCCESS || !chain::parse_hash(network_, text, id))
        return machine_failed("the node's getrawmempool holds something that is no identifier");
      out.push_back(id);
    }
    return out;
  }
  base::Result<std::vector<NodePending>> pending(const std::vector<chain::TxId>& ids) override {
    std::vector<RpcCall> calls;
    for (const chain::TxId& id : ids)
      calls.push_back({"getrawtransaction", "[\"" + chain::format_hash(network_, id) + "\",0]"});
    JINDO_TRY(const auto texts, rpc_.call(calls));
    std::vector<NodePending> out;
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i < ids.size(); ++i) {
      const auto hex = text_of(texts[i]);
      bytes.resize(hex ? hex->size() / 2 : 0);
      NodePending tx;
      if (!hex || !base::from_hex(*hex, bytes) || !decode::decode_transaction(bytes, tx.utxo).ok() ||
          tx.utxo.transactions[0].id != ids[i])
        return machine_failed("the node answered getrawtransaction with another transaction than asked for");
      tx.id = ids[i];
      out.push_back(std::move(tx));
    }
    return out;
  }

 private:
  base::Result<chain::BlockHash> hash_of(const std::string& result, const char* method) const {
    const auto text = text_of(result);
    chain::BlockHash out{};
    if (!text || !chain::parse_hash(network_, *text, out))
      return machine_failed(std::string("the node answered ") + method + " with no block hash");
    return out;
  }
  const chain::Network& network_;
  JsonRpc rpc_;
};
}  // namespace

std::unique_ptr<Node> bitcoin_node(const chain::Network& network, std::unique_ptr<net::Client> client,
                                   const NodeOptions& options) {
  return std::make_unique<BitcoinNode>(network, std::move(client), options);
}
}  // namespace jindo::follow
