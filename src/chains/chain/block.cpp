// What is computed from a block: its digest, its work, its notes.
#include "chain/block.h"

#include "base/hex.h"

namespace jindo::chain {
std::string format_hash(const Network& network, const base::Hash256& hash) {
  if (network.style == AddressStyle::kEvm) return "0x" + base::to_hex(hash);
  return network.style == AddressStyle::kBitcoin ? base::to_hex_reversed(hash) : base::to_hex(hash);
}

bool parse_hash(const Network& network, std::string_view text, base::Hash256& out) {
  if (network.style == AddressStyle::kBitcoin) return base::from_hex_reversed(text, out);
  if (text.size() == 66 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) text.remove_prefix(2);
  return base::from_hex(text, out);
}

namespace {
// Serialises into one buffer: one hash call a block is several times cheaper than one a field.
class Serial {
 public:
  template <class T>
  void value(const T& v) {
    raw(&v, sizeof v);
  }
  void raw(const void* data, size_t size) {
    const auto* bytes = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }
  void reserve(size_t size) { bytes_.reserve(size); }
  base::Hash256 digest() const { return base::sha256(bytes_); }

 private:
  std::vector<uint8_t> bytes_;
};
}  // namespace

void add_output_note(UtxoBlock& block, uint32_t transaction, uint32_t output, base::Bytes script) {
  std::vector<uint8_t> data = null_data(script);
  if (data.empty()) return;
  BlockNote note;
  note.transaction = transaction;
  note.position = output;
  note.kind = NoteKind::kOutputData;
  note.cut = data.size() > kNoteBytesMax;
  if (note.cut) data.resize(kNoteBytesMax);
  note.first_byte = static_cast<uint32_t>(block.note_bytes.size());
  note.bytes = static_cast<uint32_t>(data.size());
  block.note_bytes.insert(block.note_bytes.end(), data.begin(), data.end());
  block.notes.push_back(note);
}

base::Hash256 block_digest(const UtxoBlock& block) {
  Serial out;
  out.reserve(128 + block.transactions.size() * 40 + block.inputs.size() * 36 + block.outputs.size() * 42);
  out.value(block.height);
  out.value(block.hash);
  out.value(block.time);
  for (const UtxoTransaction& tx : block.transactions) {
    out.value(tx.id);
    out.value(tx.inputs);
    out.value(tx.outputs);
    for (uint32_t i = 0; i < tx.inputs; ++i) {
      out.value(block.inputs[tx.first_input + i].previous);
      out.value(block.inputs[tx.first_input + i].output_index);
    }
    for (uint32_t i = 0; i < tx.outputs; ++i) {
      const UtxoOutput& output = block.outputs[tx.first_output + i];
      out.value(output.value);
      out.value(output.type);
      out.value(output.key);
    }
  }
  return out.digest();
}

base::Hash256 block_digest(const AccountBlock& block) {
  Serial out;
  out.reserve(128 + block.transactions.size() * 44 + block.movements.size() * 132);
  out.value(block.height);
  out.value(block.hash);
  out.value(block.time);
  for (const AccountTransaction& tx : block.transactions) {
    out.value(tx.id);
    out.value(tx.index);
    out.value(tx.movements);
    for (uint32_t i = 0; i < tx.movements; ++i) {
      const AccountMovement& movement = block.movements[tx.first_movement + i];
      out.value(movement.kind);
      out.value(movement.asset);
      out.value(movement.from);
      out.value(movement.to);
      out.value(movement.amount);
    }
  }
  return out.digest();
}

base::Uint256 add_work(const base::Uint256& chain, const base::Uint256& block) {
  base::Uint256 out;
  if (add_overflows(chain, block, out)) out.words.fill(UINT64_MAX);
  return out;
}

base::Uint256 block_work(uint32_t bits) {
  const uint32_t exponent = bits >> 24;
  const uint32_t mantissa = bits & 0x007fffff;
  if ((bits & 0x00800000) != 0 || mantissa == 0 || exponent > 34) return {};
  base::Uint256 target;
  for (uint32_t byte = 0; byte < 3; ++byte) {  // mantissa bytes land at exponent-3 … exponent-1
    const int64_t place = static_cast<int64_t>(exponent) - 3 + byte;
    const uint64_t value = (mantissa >> (8 * byte)) & 0xff;
    if (place < 0 || value == 0) continue;
    if (place >= 32) return {};
    target.words[static_cast<size_t>(place) / 8] |= value << (8 * (static_cast<size_t>(place) % 8));
  }
  if (target.is_zero()) return {};
  // 2^256/(t+1) = (~t / (t+1)) + 1
  base::Uint256 inverted;
  for (size_t i = 0; i < 4; ++i) inverted.words[i] = ~target.words[i];
  return base::mul_div(inverted, 1, target + base::Uint256(1)).quotient + base::Uint256(1);
}
}  // namespace jindo::chain
