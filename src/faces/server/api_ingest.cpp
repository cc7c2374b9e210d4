// Routes of those with a pipeline of their own: blocks of transfers, or raw blocks, pushed.
#include <simdjson.h>

#include "base/hex.h"
#include "decode/bitcoin_block.h"
#include "server/routes.h"

namespace jindo::server {
namespace {
using base::bad_input;
using simdjson::dom::element;
using simdjson::dom::object;
constexpr size_t kMovementsMax = 200'000;  // in one request

base::Result<std::string_view> text(const object& from, const char* name, const std::string& where) {
  std::string_view out;
  if (from[name].get(out) != simdjson::SUCCESS) return bad_input(where + ": field '" + name + "': expected a text");
  return out;
}
base::Result<uint64_t> number(const object& from, const char* name, const std::string& where) {
  uint64_t out = 0;
  if (from[name].get(out) != simdjson::SUCCESS || out > uint64_t{1} << 40)
    return bad_input(where + ": field '" + name + "': expected a whole number below 2^40");
  return out;
}
base::Status hash(const chain::Network& network, const object& from, const char* name, bool needed,
                  const std::string& where, base::Hash256& out) {
  if (from[name].error() != simdjson::SUCCESS && !needed) return {};
  JINDO_TRY(const std::string_view value, text(from, name, where));
  if (!chain::parse_hash(network, value, out))
    return bad_input(where + ": field '" + name + "': expected 64 hexadecimal digits");
  return {};
}
base::Status address(const chain::Network& network, const object& from, const char* name, const std::string& where,
                     chain::AddressKey& out) {
  std::string_view value;
  if (from[name].get(value) != simdjson::SUCCESS || value.empty()) return {};
  auto key = chain::parse_address(network, value);
  if (!key.ok()) return bad_input(where + ": field '" + name + "': " + key.error().message);
  out = *key;
  return {};
}

base::Status read_movement(const chain::Network& network, element entry, const std::string& where,
                           chain::AccountBlock& block) {
  object from;
  if (entry.get(from) != simdjson::SUCCESS) return bad_input(where + ": expected an object");
  chain::AccountMovement out;
  std::string_view kind = "transfer";
  if (from["kind"].error() == simdjson::SUCCESS && from["kind"].get(kind) != simdjson::SUCCESS)
    return bad_input(where + ": field 'kind': expected transfer or fee");
  if (kind == "fee")
    out.kind = chain::MovementKind::kFee;
  else if (kind != "transfer")
    return bad_input(where + ": field 'kind': expected transfer or fee");
  JINDO_TRY(const std::string_view asset, text(from, "asset", where));
  auto key = chain::parse_asset(network, asset);
  if (!key.ok()) return bad_input(where + ": field 'asset': " + key.error().message);
  out.asset = *key;
  JINDO_DO(address(network, from, "from_address", where, out.from));
  JINDO_DO(address(network, from, "to_address", where, out.to));
  JINDO_TRY(const std::string_view amount, text(from, "amount", where));
  const auto value = base::parse_decimal(amount);
  if (!value) return bad_input(where + ": field 'amount': expected base units as a decimal text");
  out.amount = *value;
  if (out.from.is_none() && (out.to.is_none() || out.kind == chain::MovementKind::kFee))
    return bad_input(where + ": nobody pays and nobody gets");
  block.movements.push_back(out);
  return {};
}
base::Status read_block(const chain::Network& network, element entry, const std::string& where, size_t& movements,
                        chain::AccountBlock& out) {
  object from;
  if (entry.get(from) != simdjson::SUCCESS) return bad_input(where + ": expected an object");
  JINDO_TRY(out.height, number(from, "height", where));
  JINDO_TRY(const uint64_t time, number(from, "time", where));
  out.time = static_cast<int64_t>(time);
  JINDO_DO(hash(network, from, "hash", true, where, out.hash));
  JINDO_DO(hash(network, from, "previous", false, where, out.previous));
  simdjson::dom::array transactions;
  if (from["transactions"].get(transactions) != simdjson::SUCCESS)
    return bad_input(where + ": field 'transactions': expected a list");
  int64_t last_index = -1;
  for (const element item : transactions) {
    const std::string at = where + ", transaction " + std::to_string(out.transactions.size());
    object tx;
    if (item.get(tx) != simdjson::SUCCESS) return bad_input(at + ": expected an object");
    chain::AccountTransaction made;
    JINDO_DO(hash(network, tx, "hash", true, at, made.id));
    JINDO_TRY(const uint64_t index, number(tx, "index", at));
    if (index >= UINT32_MAX || static_cast<int64_t>(index) <= last_index)
      return bad_input(at + ": field 'index': expected more than the one before it");
    last_index = static_cast<int64_t>(index);
    made.index = static_cast<uint32_t>(index);
    made.first_movement = static_cast<uint32_t>(out.movements.size());
    simdjson::dom::array list;
    if (tx["movements"].get(list) != simdjson::SUCCESS) return bad_input(at + ": field 'movements': expected a list");
    for (const element movement : list) {
      if (++movements > kMovementsMax)
        return bad_input("more than " + std::to_string(kMovementsMax) + " movements in one request; send fewer blocks");
      JINDO_DO(read_movement(network, movement, at + ", movement " + std::to_string(made.movements), out));
      if (made.movements > 0 && out.movements.back().kind == chain::MovementKind::kFee &&
          out.movements[out.movements.size() - 2].kind != chain::MovementKind::kFee)
        return bad_input(at + ": fees come before transfers");
      ++made.movements;
    }
    out.transactions.push_back(made);
  }
  return {};
}

net::Response push(Call& call) {
  auto batch = parse_blocks(call.request.body);
  if (!batch.ok()) return problem_of(batch.error());
  const chain::Network& network = *batch->network;
  const size_t count = batch->blocks.size();
  const auto taken = call.context.node.submit(std::move(*batch));
  if (!taken.ok()) return problem_of(taken.error());
  const auto state = call.context.node.state();
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.field("blocks", static_cast<uint64_t>(count));
    for (const exposure::ChainCoverage& c : state->snapshot->chains) {
      if (c.network != &network) continue;
      json.field("height", c.height);
      json.field("tip", chain::format_hash(network, c.hash));
    }
  }));
}
}  // namespace

base::Result<node::BlockBatch> parse_blocks(std::string_view text) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS)
    return bad_input("expected a JSON object: {\"chain\": …, \"blocks\": [ … ]}");
  std::string_view chain;
  if (root["chain"].get(chain) != simdjson::SUCCESS) return bad_input("field 'chain': expected a text");
  node::BlockBatch batch;
  JINDO_TRY(batch.network, chain::find_network(chain));
  const chain::Network& network = *batch.network;
  uint64_t keep = 0;
  if (root["keep_height"].error() == simdjson::SUCCESS) {
    if (root["keep_height"].get(keep) != simdjson::SUCCESS)
      return bad_input("field 'keep_height': expected a whole number");
    batch.keep = keep;
  }
  simdjson::dom::array blocks;
  const bool utxo = network.model == chain::LedgerModel::kUtxo;
  const char* field = utxo ? "raw_blocks" : "blocks";
  if (root[field].get(blocks) != simdjson::SUCCESS) {
    if (root[field].error() == simdjson::SUCCESS || !batch.keep)
      return bad_input(std::string("field '") + field + "': expected a list, for " + std::string(network.name));
    return batch;
  }
  size_t movements = 0;
  uint64_t height = 0;
  if (utxo && (root["first_height"].get(height) != simdjson::SUCCESS || height > uint64_t{1} << 40))
    return bad_input("field 'first_height': expected a whole number below 2^40");
  for (const element entry : blocks) {
    const std::string where = "block " + std::to_string(batch.blocks.size());
    follow::NodeBlock block;
    if (utxo) {
      std::string_view hex;
      std::vector<uint8_t> bytes;
      if (entry.get(hex) != simdjson::SUCCESS || hex.size() % 2 != 0)
        return bad_input(where + ": expected hexadecimal digits");
      bytes.resize(hex.size() / 2);
      if (!base::from_hex(hex, bytes)) return bad_input(where + ": expected hexadecimal digits");
      const auto decoded = decode::decode_block(bytes, 0, block.utxo);
      if (!decoded.ok()) return bad_input(where + ": " + decoded.error().message);
      block.utxo.height = height++;
    } else {
      JINDO_DO(read_block(network, entry, where, movements, block.account));
      if (!batch.blocks.empty() && block.account.height <= batch.blocks.back().account.height)
        return bad_input(where + ": its height is not above the one before it");
    }
    batch.blocks.push_back(std::move(block));
  }
  if (batch.blocks.empty() && !batch.keep) return bad_input("no blocks, and no keep_height");
  return batch;
}

std::vector<Route> ingest_routes() {
  return {{"POST", "/v1/ingest/blocks", kIngest, net::Pace::kChange,
           "Push blocks: transfers (account chains) or raw blocks (UTXO chains); the same twice changes nothing", "",
           "Blocks", "Ingested", 200, push}};
}
}  // namespace jindo::server
