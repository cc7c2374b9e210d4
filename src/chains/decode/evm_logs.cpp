// Event logs and call inputs, cut into parts of fixed size.
#include "decode/evm_logs.h"

#include <algorithm>

#include "chain/block.h"

namespace jindo::decode {
namespace {
using base::Bytes;

base::Hash256 topic_of(std::string_view signature) { return base::keccak256(base::as_bytes(signature)); }

struct MemoCall {
  std::array<uint8_t, 4> selector{};
  size_t argument = 0;  // the memo's
};
const std::array<MemoCall, 3>& memo_calls() {
  static const auto calls = [] {
    constexpr std::pair<const char*, size_t> kCalls[] = {
        {"deposit(address,address,uint256,string)", 3},
        {"depositWithExpiry(address,address,uint256,string,uint256)", 3},
        {"transferOut(address,address,uint256,string)", 3},
    };
    std::array<MemoCall, 3> out;
    for (size_t i = 0; i < out.size(); ++i) {
      const base::Hash256 hash = topic_of(kCalls[i].first);
      std::copy_n(hash.begin(), 4, out[i].selector.begin());
      out[i].argument = kCalls[i].second;
    }
    return out;
  }();
  return calls;
}
bool printable(Bytes bytes) {
  return bytes.size() >= 3 && std::all_of(bytes.begin(), bytes.end(), [](uint8_t b) { return b >= 0x20 && b < 0x7f; });
}
}  // namespace

const base::Hash256& transfer_topic() {
  static const base::Hash256 topic = topic_of("Transfer(address,address,uint256)");
  return topic;
}
const base::Hash256& approval_topic() {
  static const base::Hash256 topic = topic_of("Approval(address,address,uint256)");
  return topic;
}

TransferShape transfer_shape(std::span<const base::Hash256> topics, uint64_t data_size) {
  if (topics.empty() || topics[0] != transfer_topic()) return TransferShape::kNone;
  if (data_size % 32 != 0 || topics.size() - 1 + data_size / 32 != 3) return TransferShape::kOther;
  return topics.size() == 4 ? TransferShape::kNft : TransferShape::kAmount;
}

base::Uint256 abi_number(Bytes word) {
  base::Uint256 out;
  for (size_t i = 0; i < 32; ++i) out.words[3 - i / 8] = out.words[3 - i / 8] << 8 | word[i];
  return out;
}

void take_transfer(std::span<const base::Hash256> topics, Bytes data, Account20& from, Account20& to,
                   base::Uint256& value) {
  const auto word = [&](size_t i) -> Bytes {
    return i + 1 < topics.size() ? Bytes(topics[i + 1]) : data.subspan(32 * (i + 1 - topics.size()), 32);
  };
  std::copy_n(word(0).begin() + 12, 20, from.begin());
  std::copy_n(word(1).begin() + 12, 20, to.begin());
  value = abi_number(word(2));
}

base::Status emit_log(EvmLogRow row, const std::vector<base::Hash256>& topics, Bytes data,
                      const std::function<base::Status(const EvmLogRow&)>& sink) {
  row.topics = static_cast<uint8_t>(topics.size());
  std::copy(topics.begin(), topics.end(), row.topic.begin());
  row.cut = data.size() > chain::kNoteBytesMax;
  if (row.cut) data = data.first(chain::kNoteBytesMax);
  row.data_size = static_cast<uint32_t>(data.size());
  do {
    const size_t size = std::min(data.size(), EvmLogRow::kPartBytes);
    std::copy_n(data.begin(), size, row.data.begin());
    JINDO_DO(sink(row));
    data = data.subspan(size);
    ++row.part;
  } while (!data.empty());
  return {};
}

Bytes abi_bytes(Bytes arguments, size_t index) {
  const auto number = [&](size_t at, size_t& out) {
    if (arguments.size() < 32 || at > arguments.size() - 32) return false;
    for (size_t i = 0; i < 28; ++i)
      if (arguments[at + i] != 0) return false;
    out = 0;
    for (size_t i = 28; i < 32; ++i) out = out << 8 | arguments[at + i];
    return true;
  };
  size_t at = 0, size = 0;
  if (!number(32 * index, at) || !number(at, size) || size > arguments.size() - at - 32) return {};
  return arguments.subspan(at + 32, size);
}

void take_call_text(Bytes input, EvmTransactionRow& row) {
  Bytes text = input;
  if (!printable(input)) {
    text = {};
    if (input.size() < 4) return;
    for (const MemoCall& call : memo_calls())
      if (std::equal(call.selector.begin(), call.selector.end(), input.begin()))
        text = abi_bytes(input.subspan(4), call.argument);
    if (!printable(text)) return;
  }
  row.text_cut = text.size() > EvmTransactionRow::kTextBytes;
  row.text_size = static_cast<uint8_t>(std::min(text.size(), EvmTransactionRow::kTextBytes));
  std::copy_n(text.begin(), row.text_size, row.text.begin());
}
}  // namespace jindo::decode
