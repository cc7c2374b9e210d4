// Random chains that hold together: what is unspent is tracked.
#include "support/chain_maker.h"

#include <cstdio>
#include <cstring>

#include "base/check.h"

namespace jindo::tests {
namespace {
template <class T>
void put(ByteVector& out, T value) {
  uint8_t bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.insert(out.end(), bytes, bytes + sizeof(T));
}
void put_size(ByteVector& out, uint64_t value) {
  if (value < 253)
    out.push_back(static_cast<uint8_t>(value));
  else if (value < 0x10000) {
    out.push_back(253);
    put(out, static_cast<uint16_t>(value));
  } else {
    out.push_back(254);
    put(out, static_cast<uint32_t>(value));
  }
}
void put_bytes(ByteVector& out, base::Bytes bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }
ByteVector filler(uint64_t owner, size_t size) {
  ByteVector out(size);
  uint64_t x = owner * 0x9e3779b97f4a7c15ULL + 1;
  for (size_t i = 0; i < size; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    out[i] = static_cast<uint8_t>(x);
  }
  return out;
}
ByteVector joined(std::initializer_list<ByteVector> parts) {
  ByteVector out;
  for (const ByteVector& part : parts) put_bytes(out, part);
  return out;
}
}  // namespace

ByteVector serialize(const MadeTransaction& tx, bool with_witness) {
  const bool witness = with_witness && tx.segwit && !tx.inputs.empty();
  ByteVector out;
  put(out, uint32_t{2});
  if (witness) put_bytes(out, ByteVector{0, 1});
  if (tx.inputs.empty()) {
    put_size(out, 1);
    out.insert(out.end(), 32, 0);
    put(out, UINT32_MAX);
    put_size(out, 4);
    put(out, tx.lock_time);  // as the height in a coinbase: makes it unique
    put(out, UINT32_MAX);
  } else {
    put_size(out, tx.inputs.size());
    for (const MadeInput& in : tx.inputs) {
      put_bytes(out, in.id);
      put(out, in.output);
      if (tx.segwit) {
        put_size(out, 0);
      } else {
        put_size(out, 106);
        put_bytes(out, filler(in.output, 106));
      }
      put(out, UINT32_MAX);
    }
  }
  put_size(out, tx.outputs.size());
  for (const MadeOutput& output : tx.outputs) {
    put(out, output.value);
    put_size(out, output.script.size());
    put_bytes(out, output.script);
  }
  if (witness) {
    for (const MadeInput& in : tx.inputs) {
      put_size(out, 2);
      put_size(out, 71);
      put_bytes(out, filler(in.output, 71));
      put_size(out, 33);
      put_bytes(out, filler(in.output + 1, 33));
    }
  }
  put(out, tx.inputs.empty() ? uint32_t{0} : tx.lock_time);
  return out;
}
chain::TxId identifier(const MadeTransaction& tx) { return base::sha256d(serialize(tx, false)); }

ByteVector make_block(const base::Hash256& previous, uint32_t time, uint32_t bits, uint32_t nonce,
                      const std::vector<MadeTransaction>& transactions) {
  std::vector<base::Hash256> level;
  for (const auto& tx : transactions) level.push_back(identifier(tx));
  while (level.size() > 1) {
    if (level.size() % 2 == 1) level.push_back(level.back());
    for (size_t i = 0; i < level.size() / 2; ++i) level[i] = base::sha256d({level[2 * i].data(), 64});
    level.resize(level.size() / 2);
  }
  ByteVector out;
  put(out, uint32_t{4});
  put_bytes(out, previous);
  put_bytes(out, level[0]);
  put(out, time);
  put(out, bits);
  put(out, nonce);
  put_size(out, transactions.size());
  for (const auto& tx : transactions) put_bytes(out, serialize(tx, true));
  return out;
}
base::Hash256 block_hash(const ByteVector& block) { return base::sha256d(base::Bytes(block).first(80)); }

ByteVector p2wpkh(uint64_t owner) { return joined({{0x00, 20}, filler(owner, 20)}); }
ByteVector script_of(const std::string& kind, uint64_t owner) {
  if (kind == "p2pkh") return joined({{0x76, 0xa9, 20}, filler(owner, 20), {0x88, 0xac}});
  if (kind == "p2wpkh") return p2wpkh(owner);
  if (kind == "p2sh") return joined({{0xa9, 20}, filler(owner, 20), {0x87}});
  if (kind == "p2wsh") return joined({{0x00, 32}, filler(owner, 32)});
  if (kind == "p2tr") return joined({{0x51, 32}, filler(owner, 32)});
  if (kind == "p2pk") return joined({{33, 2}, filler(owner, 32), {0xac}});
  if (kind == "multisig")
    return joined({{0x51, 33, 2}, filler(owner, 32), {33, 3}, filler(owner + 1, 32), {0x52, 0xae}});
  if (kind == "op_return") return joined({{0x6a, 8}, filler(owner, 8)});
  return joined({{0x51, 0x75}, filler(owner, 3)});
}

ByteVector blk_bytes(const std::vector<ByteVector>& blocks, std::array<uint8_t, 4> magic, const ByteVector& key,
                     size_t zero_fill) {
  ByteVector out;
  for (const ByteVector& block : blocks) {
    put_bytes(out, magic);
    put(out, static_cast<uint32_t>(block.size()));
    put_bytes(out, block);
  }
  for (size_t i = 0; i < out.size() && !key.empty(); ++i) out[i] ^= key[i % key.size()];
  out.insert(out.end(), zero_fill, 0);
  return out;
}
void write_bytes(const std::string& path, const ByteVector& bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  CHECK(file != nullptr);
  CHECK(std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size());
  CHECK(std::fclose(file) == 0);
}

ByteVector RandomChain::random_script() {
  static const char* const kinds[] = {"p2pkh", "p2wpkh", "p2sh", "p2wsh", "p2tr", "p2pk", "multisig", "nonstandard"};
  const uint64_t owner = pick(shape_.owners);
  if (!shape_.odd_scripts) return p2wpkh(owner);
  return script_of(kinds[owner % 8], owner);
}

const ByteVector& RandomChain::grow() {
  std::vector<MadeTransaction> transactions(1);
  uint64_t fees = 0;
  std::vector<Coin> fresh;
  for (uint32_t t = 0; t < shape_.transactions && !coins_.empty(); ++t) {
    MadeTransaction tx;
    tx.segwit = pick(4) != 0;
    tx.lock_time = nonce_++;
    uint64_t value = 0;
    const uint64_t inputs = 1 + pick(shape_.inputs_max);
    for (uint64_t i = 0; i < inputs && !coins_.empty(); ++i) {
      const uint64_t window = shape_.recent == 0 ? coins_.size() : std::min<uint64_t>(shape_.recent, coins_.size());
      const size_t at = coins_.size() - 1 - pick(window);
      tx.inputs.push_back(coins_[at].at);
      value += coins_[at].value;
      coins_[at] = coins_.back();
      coins_.pop_back();
    }
    const uint64_t fee = value / 1000 + pick(10);
    uint64_t left = value > fee ? value - fee : value;
    fees += value - left;
    const uint64_t outputs = 1 + pick(shape_.outputs_max);
    for (uint64_t o = 0; o < outputs; ++o) {
      const uint64_t part = o + 1 == outputs ? left : pick(left + 1);
      left -= part;
      tx.outputs.push_back({part, random_script()});
    }
    if (shape_.odd_scripts && pick(8) == 0) tx.outputs.push_back({0, script_of("op_return", pick(100))});
    if (shape_.odd_scripts && pick(24) == 0 && tx.outputs[0].value > 5) {  // some value is burnt
      tx.outputs[0].value -= 5;
      tx.outputs.push_back({5, script_of("op_return", 7)});
    }
    const chain::TxId id = identifier(tx);
    for (uint32_t o = 0; o < tx.outputs.size(); ++o) {
      made_.push_back({{id, o}, tx.outputs[o].value});
      if (tx.outputs[o].script[0] != 0x6a) fresh.push_back({{id, o}, tx.outputs[o].value});
    }
    transactions.push_back(std::move(tx));
    // In-block chains: what this block made can be spent further on in it.
    if (pick(3) == 0) {
      coins_.insert(coins_.end(), fresh.begin(), fresh.end());
      fresh.clear();
    }
  }
  MadeTransaction& coinbase = transactions[0];
  coinbase.lock_time = static_cast<uint32_t>(height_) * 131071U + nonce_++;
  coinbase.outputs.push_back(
      {5'000'000'000ULL + fees - (pick(5) == 0 ? std::min<uint64_t>(fees, 3) : 0), random_script()});
  const chain::TxId id = identifier(coinbase);
  made_.push_back({{id, 0}, coinbase.outputs[0].value});
  fresh.push_back({{id, 0}, coinbase.outputs[0].value});
  coins_.insert(coins_.end(), fresh.begin(), fresh.end());
  blocks_.push_back(make_block(tip_, static_cast<uint32_t>(1'300'000'000 + height_ * 600 - pick(1000)), 0x207fffff,
                               nonce_, transactions));
  tip_ = block_hash(blocks_.back());
  ++height_;
  return blocks_.back();
}
}  // namespace jindo::tests
