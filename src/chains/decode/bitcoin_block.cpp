// A serialised block, read front to back; every length is checked before it is used.
#include "decode/bitcoin_block.h"

#include <algorithm>

namespace jindo::decode {
namespace {
using base::ByteReader;
using base::Bytes;

// One block being read. The first problem is kept with its offset; reading stops there.
class BlockDecoder {
 public:
  BlockDecoder(Bytes bytes, uint64_t base_offset, chain::UtxoBlock& out)
      : bytes_(bytes), in_(bytes), base_offset_(base_offset), out_(out) {}

  base::Status run() {
    if (bytes_.size() < kBlockHeaderBytes) return fail("a block header of 80 bytes");
    const BlockHeader header = decode_block_header(in_.take(kBlockHeaderBytes));
    out_ = {};
    out_.hash = header.hash;
    out_.previous = header.previous;
    out_.time = header.time;
    out_.bits = header.bits;
    uint64_t count = 0;
    JINDO_DO(compact_size(count, "the transaction count"));
    // The smallest transaction takes 60 bytes: a count beyond that is a lie that must not become an allocation.
    if (count == 0 || count > in_.remaining() / 60 + 1) return fail("a transaction count that fits the block's size");
    out_.transactions.reserve(count);
    for (uint64_t i = 0; i < count; ++i) JINDO_DO(transaction(i));
    if (!in_.at_end()) return fail("the end of the block");
    return check_merkle_root(header.merkle_root);
  }
  base::Status run_alone() {
    out_ = {};
    JINDO_DO(transaction(1));
    return in_.at_end() ? base::Status() : fail("the end of the transaction");
  }

 private:
  base::Error fail(const std::string& expected) const {
    return base::bad_input("offset " + std::to_string(base_offset_ + in_.offset()) + ": expected " + expected);
  }
  base::Error truncated() const {
    return base::bad_input("offset " + std::to_string(base_offset_ + bytes_.size()) +
                           ": truncated: the block ends inside a transaction");
  }

  base::Status compact_size(uint64_t& value, const char* what) {
    const uint8_t first = in_.u8();
    uint64_t least = 0;
    if (first < 253) {
      value = first;
    } else if (first == 253) {
      value = in_.u16();
      least = 253;
    } else if (first == 254) {
      value = in_.u32();
      least = 0x10000;
    } else {
      value = in_.u64();
      least = 0x100000000ULL;
    }
    if (in_.failed()) return truncated();
    if (value < least) return fail(std::string("the shortest form of a compact size (varint) for ") + what);
    return {};
  }
  base::Status counted(Bytes& out, const char* what) {
    uint64_t size = 0;
    JINDO_DO(compact_size(size, what));
    if (size > in_.remaining())
      return fail(std::string(what) + " of " + std::to_string(size) + " bytes, but the block ends before");
    out = in_.take(size);
    return {};
  }

  base::Status transaction(uint64_t index) {
    chain::UtxoTransaction tx;
    tx.first_input = static_cast<uint32_t>(out_.inputs.size());
    tx.first_output = static_cast<uint32_t>(out_.outputs.size());
    const size_t start = in_.offset();
    const uint32_t version = in_.u32();
    replaceable_ = false;
    final_ = true;
    const size_t after_version = in_.offset();
    const bool segwit = in_.remaining() >= 2 && in_.position()[0] == 0 && in_.position()[1] == 1;
    if (segwit) in_.take(2);
    const size_t body = in_.offset();
    uint64_t inputs = 0;
    JINDO_DO(compact_size(inputs, "the input count"));
    if (inputs == 0 || inputs > in_.remaining() / 41) return fail("an input count that fits the block's size");
    for (uint64_t i = 0; i < inputs; ++i) JINDO_DO(input(index, inputs));
    uint64_t outputs = 0;
    JINDO_DO(compact_size(outputs, "the output count"));
    if (outputs == 0 || outputs > in_.remaining() / 9) return fail("an output count that fits the block's size");
    for (uint64_t i = 0; i < outputs; ++i) JINDO_DO(output(static_cast<uint32_t>(i)));
    const size_t body_end = in_.offset();
    if (segwit) {
      for (uint64_t i = 0; i < inputs; ++i) {
        uint64_t items = 0;
        JINDO_DO(compact_size(items, "the witness item count"));
        if (items > in_.remaining()) return fail("a witness item count that fits the block's size");
        Bytes item;
        for (uint64_t k = 0; k < items; ++k) JINDO_DO(counted(item, "a witness item"));
      }
    }
    const size_t lock_time = in_.offset();
    const uint32_t lock = in_.u32();
    if (in_.failed()) return truncated();
    tx.form = static_cast<uint8_t>(chain::kFormKnown | (lock != 0 ? chain::kFormLockTime : 0) |
                                   (replaceable_ ? chain::kFormReplaceable : 0) | (final_ ? chain::kFormFinal : 0) |
                                   (version >= 2 ? chain::kFormVersion2 : 0) | (segwit ? chain::kFormWitness : 0));
    const size_t size = in_.offset() - start;
    const size_t base_size = segwit ? 8 + body_end - body : size;
    tx.virtual_size = static_cast<uint32_t>((3 * base_size + size + 3) / 4);  // BIP 141: weight / 4, rounded up
    tx.inputs = static_cast<uint32_t>(out_.inputs.size()) - tx.first_input;
    tx.outputs = static_cast<uint32_t>(out_.outputs.size()) - tx.first_output;
    if (segwit) {  // the identifier leaves marker, flag and witnesses out
      plain_.assign(bytes_.begin() + static_cast<ptrdiff_t>(start),
                    bytes_.begin() + static_cast<ptrdiff_t>(after_version));
      plain_.insert(plain_.end(), bytes_.begin() + static_cast<ptrdiff_t>(body),
                    bytes_.begin() + static_cast<ptrdiff_t>(body_end));
      plain_.insert(plain_.end(), bytes_.begin() + static_cast<ptrdiff_t>(lock_time),
                    bytes_.begin() + static_cast<ptrdiff_t>(lock_time + 4));
      tx.id = base::sha256d(plain_);
    } else {
      tx.id = base::sha256d(bytes_.subspan(start, in_.offset() - start));
    }
    out_.transactions.push_back(tx);
    return {};
  }

  base::Status input(uint64_t tx_index, uint64_t inputs) {
    chain::UtxoInput in;
    const size_t at = in_.offset();
    const Bytes id = in_.take(32);
    in.output_index = in_.u32();
    if (in_.failed()) return truncated();
    std::copy(id.begin(), id.end(), in.previous.begin());
    Bytes script;
    JINDO_DO(counted(script, "an input script"));
    const uint32_t sequence = in_.u32();
    if (in_.failed()) return truncated();
    replaceable_ |= sequence < 0xfffffffe;
    final_ &= sequence == 0xffffffff;
    const bool null =
        in.output_index == UINT32_MAX && std::all_of(id.begin(), id.end(), [](uint8_t b) { return b == 0; });
    if (tx_index == 0) {
      if (!null || inputs != 1) {
        return base::bad_input(
            "offset " + std::to_string(base_offset_ + at) +
            ": expected the coinbase's single null previous output; a coinbase that spends is invalid");
      }
      return {};
    }
    if (null) {
      return base::bad_input("offset " + std::to_string(base_offset_ + at) + ": transaction " +
                             std::to_string(tx_index) +
                             " has a null previous output; expected it only in the block's first transaction");
    }
    out_.inputs.push_back(in);
    return {};
  }

  base::Status output(uint32_t index) {
    const size_t at = in_.offset();
    chain::UtxoOutput out;
    out.value = in_.u64();
    if (in_.failed()) return truncated();
    if (out.value > chain::kMoneyMaxSatoshi) {
      return base::bad_input("offset " + std::to_string(base_offset_ + at) + ": value overflow: an output of " +
                             std::to_string(out.value) + " satoshi; expected at most " +
                             std::to_string(chain::kMoneyMaxSatoshi));
    }
    Bytes script;
    JINDO_DO(counted(script, "an output script"));
    const chain::ScriptOwner owner = chain::classify_script(script);
    out.type = owner.type;
    out.key = owner.key;
    if (owner.type == chain::ScriptType::kNullData)
      chain::add_output_note(out_, static_cast<uint32_t>(out_.transactions.size()), index, script);
    out_.outputs.push_back(out);
    return {};
  }

  base::Status check_merkle_root(const base::Hash256& expected) {
    std::vector<base::Hash256> level;
    level.reserve(out_.transactions.size() + 1);
    for (const auto& tx : out_.transactions) level.push_back(tx.id);
    while (level.size() > 1) {
      if (level.size() % 2 == 1) level.push_back(level.back());
      for (size_t i = 0; i < level.size() / 2; ++i) {
        level[i] = base::sha256d({level[2 * i].data(), 64});
      }
      level.resize(level.size() / 2);
    }
    if (level[0] == expected) return {};
    return base::bad_input("offset " + std::to_string(base_offset_ + 36) +
                           ": the transactions do not hash to the header's merkle root; the block is damaged");
  }

  Bytes bytes_;
  ByteReader in_;
  uint64_t base_offset_;
  chain::UtxoBlock& out_;
  std::vector<uint8_t> plain_;
  bool replaceable_ = false;  // of the transaction being read
  bool final_ = true;
};
}  // namespace

BlockHeader decode_block_header(Bytes header) {
  CHECK(header.size() == kBlockHeaderBytes);
  ByteReader in(header);
  BlockHeader out;
  out.hash = base::sha256d(header);
  in.u32();
  const Bytes previous = in.take(32);
  const Bytes root = in.take(32);
  std::copy(previous.begin(), previous.end(), out.previous.begin());
  std::copy(root.begin(), root.end(), out.merkle_root.begin());
  out.time = in.u32();
  out.bits = in.u32();
  return out;
}

base::Status decode_block(Bytes bytes, uint64_t base_offset, chain::UtxoBlock& out) {
  return BlockDecoder(bytes, base_offset, out).run();
}

std::optional<uint64_t> coinbase_height(Bytes block) {
  // The header, the count, version, (marker and flag,) one input: its null output, script, sequence.
  ByteReader in(block);
  in.take(kBlockHeaderBytes);
  const uint8_t count = in.u8();
  if (count >= 253) in.take(count == 253 ? 2 : count == 254 ? 4 : 8);
  in.u32();
  if (in.remaining() >= 2 && in.position()[0] == 0 && in.position()[1] == 1) in.take(2);
  if (in.u8() != 1) return std::nullopt;
  in.take(36);
  const Bytes script = in.take(in.u8());  // a coinbase's is 2 to 100 bytes
  if (in.failed() || script.empty()) return std::nullopt;
  const uint8_t push = script[0];
  if (push == 0) return 0;
  if (push >= 0x51 && push <= 0x60) return push - 0x50;  // OP_1 to OP_16
  if (push > 5 || script.size() < size_t{1} + push || (script[push] & 0x80) != 0) return std::nullopt;
  uint64_t height = 0;
  for (size_t i = push; i > 0; --i) height = height << 8 | script[i];
  return height;
}

base::Status decode_transaction(Bytes bytes, chain::UtxoBlock& out) { return BlockDecoder(bytes, 0, out).run_alone(); }
}  // namespace jindo::decode
