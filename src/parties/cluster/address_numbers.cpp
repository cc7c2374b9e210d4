// Marking births, then ranks: a count before each block of bits, and the bits within it.
#include "cluster/address_numbers.h"

#include <algorithm>
#include <atomic>

namespace jindo::cluster {
namespace {
constexpr size_t kBlocksMax = (uint64_t{1} << 34) / kRankBits;  // outputs: far above any chain's
}  // namespace

base::Result<AddressNumbers> AddressNumbers::create() {
  AddressNumbers out;
  JINDO_TRY(out.bits_, base::PrivateColumn<RankBlock>::create(kBlocksMax));
  return out;
}
base::Result<AddressNumbers> AddressNumbers::open(const std::string& path, uint64_t blocks, uint64_t addresses,
                                                  std::vector<uint64_t> externals) {
  AddressNumbers out;
  JINDO_TRY(out.bits_, base::PrivateColumn<RankBlock>::open(path, blocks, kBlocksMax));
  out.count_ = static_cast<uint32_t>(addresses);
  out.externals_ = std::move(externals);
  return out;
}

Birth birth_of(const ledger::UtxoReader& reader, const ledger::AddressHandle& address) {
  const auto received = reader.received(address, 0, 1);
  if (reader.info().external_inputs == 0) return {false, received.empty() ? ledger::kNoNumber : received[0]};
  const auto sent = reader.sent(address, 0, 1);
  // Who spends before anything was received here spends what an older part of the chain gave.
  if (!sent.empty() &&
      (received.empty() || reader.transaction_of_input(sent[0]) <= reader.transaction_of_output(received[0])))
    return {true, sent[0]};
  return {false, received.empty() ? ledger::kNoNumber : received[0]};
}

uint32_t AddressNumbers::of(const ledger::UtxoReader& reader, const ledger::AddressHandle& address) const {
  const Birth birth = birth_of(reader, address);
  if (!birth.external) return birth.place != ledger::kNoNumber && marked(birth.place) ? rank(birth.place) : kNoAddress;
  const auto found = std::lower_bound(externals_.begin(), externals_.end(), birth.place);
  if (found == externals_.end() || *found != birth.place) return kNoAddress;
  return kExternalNumber | static_cast<uint32_t>(found - externals_.begin());
}

chain::AddressKey AddressNumbers::address(const ledger::UtxoReader& reader, uint32_t number) const {
  if ((number & kExternalNumber) != 0) return reader.input_address(externals_[number & ~kExternalNumber]);
  const auto blocks = bits_.span();
  const auto after = std::upper_bound(blocks.begin(), blocks.end(), number,
                                      [](uint64_t wanted, const RankBlock& block) { return wanted < block.before; });
  const auto index = static_cast<uint64_t>(after - blocks.begin()) - 1;
  uint64_t left = number - blocks[index].before;
  for (uint64_t w = 0; w < 7; ++w) {
    uint64_t word = blocks[index].words[w];
    const auto here = static_cast<uint64_t>(std::popcount(word));
    if (left >= here) {
      left -= here;
      continue;
    }
    for (; left > 0; --left) word &= word - 1;
    return reader.output_address(index * kRankBits + w * 64 + static_cast<uint64_t>(std::countr_zero(word)));
  }
  CHECK(false);
  return {};
}

base::Result<uint32_t> AddressNumbers::add_output(uint64_t output) {
  if (count_ >= kExternalNumber - 1) return base::machine_failed("more than 2^31 addresses on one chain (limit)");
  const uint64_t block = output / kRankBits;
  const size_t had = bits_.size();
  if (block >= had) {
    JINDO_DO(bits_.resize(block + 1));
    for (size_t b = had; b <= block; ++b) bits_[b].before = count_;
  }
  bits_[block].words[output % kRankBits / 64] |= uint64_t{1} << (output % kRankBits % 64);
  return count_++;
}
base::Result<uint32_t> AddressNumbers::add_external(uint64_t input) {
  externals_.push_back(input);
  return kExternalNumber | static_cast<uint32_t>(externals_.size() - 1);
}

base::Status AddressNumbers::begin(uint64_t outputs) { return bits_.resize(outputs / kRankBits + 1); }
void AddressNumbers::mark(uint64_t output) {
  const std::atomic_ref<uint64_t> word(bits_[output / kRankBits].words[output % kRankBits / 64]);
  word.fetch_or(uint64_t{1} << (output % kRankBits % 64), std::memory_order_relaxed);
}
base::Status AddressNumbers::finish(std::vector<uint64_t> externals) {
  uint64_t before = 0;
  for (size_t b = 0; b < bits_.size(); ++b) {
    bits_[b].before = before;
    for (const uint64_t word : bits_[b].words) before += static_cast<uint64_t>(std::popcount(word));
  }
  if (before >= kExternalNumber) return base::machine_failed("more than 2^31 addresses on one chain (limit)");
  count_ = static_cast<uint32_t>(before);
  externals_ = std::move(externals);
  std::sort(externals_.begin(), externals_.end());
  return {};
}
}  // namespace jindo::cluster
