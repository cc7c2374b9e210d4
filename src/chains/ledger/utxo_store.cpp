// Reading a UTXO chain across its segments: look-ups go to the segment that holds the number.
#include "ledger/utxo_store.h"

#include "ledger/hash_index.h"

namespace jindo::ledger {
base::Status UtxoSegment::open(const std::string& folder) {
  JINDO_DO(open_base(folder, chain::LedgerModel::kUtxo));
  JINDO_TRY(tx_first_input, files.column<uint64_t>("tx_first_input"));
  JINDO_TRY(tx_first_output, files.column<uint64_t>("tx_first_output"));
  if (files.has("tx_form") && files.has("tx_virtual_size")) {
    JINDO_TRY(tx_form, files.column<uint8_t>("tx_form"));
    JINDO_TRY(tx_virtual_size, files.column<uint32_t>("tx_virtual_size"));
    if (tx_form.size() != tx_id.size() || tx_virtual_size.size() != tx_id.size())
      return damaged("columns differ in length");
  }
  JINDO_TRY(in_output, files.column<uint64_t>("in_output"));
  JINDO_TRY(in_value, files.column<uint64_t>("in_value"));
  JINDO_TRY(in_address, files.column<uint64_t>("in_address"));
  JINDO_TRY(out_value, files.column<uint64_t>("out_value"));
  JINDO_TRY(out_spender, files.column<uint64_t>("out_spender"));
  JINDO_TRY(out_address, files.column<uint64_t>("out_address"));
  JINDO_TRY(out_type, files.column<chain::ScriptType>("out_type"));
  JINDO_TRY(late_output, files.column<uint64_t>("late_output"));
  JINDO_TRY(late_spender, files.column<uint64_t>("late_spender"));
  JINDO_TRY(external, files.column<ExternalRow>("external"));
  JINDO_TRY(received_offset, files.column<uint64_t>("received_offset"));
  JINDO_TRY(received, files.column<uint64_t>("received"));
  JINDO_TRY(sent_offset, files.column<uint64_t>("sent_offset"));
  JINDO_TRY(sent, files.column<uint64_t>("sent"));
  if (files.has("busy")) {
    JINDO_TRY(busy, files.column<BusyRow>("busy"));
  }
  first_input = blocks.front().first_input;
  first_output = blocks.front().first_output;
  if (tx_first_input.size() != tx_id.size() + 1 || tx_first_output.size() != tx_id.size() + 1 ||
      tx_first_input.back() != first_input + in_output.size() ||
      tx_first_output.back() != first_output + out_value.size()) {
    return damaged("transactions do not cover inputs and outputs");
  }
  if (in_value.size() != in_output.size() || in_address.size() != in_output.size() ||
      out_spender.size() != out_value.size() || out_address.size() != out_value.size() ||
      out_type.size() != out_value.size() || late_output.size() != late_spender.size()) {
    return damaged("columns differ in length");
  }
  if (received_offset.size() != address_key.size() + 1 || sent_offset.size() != address_key.size() + 1 ||
      received_offset.back() != received.size() || sent_offset.back() != sent.size()) {
    return damaged("the index by address is not whole");
  }
  return {};
}

bool UtxoSegment::follows(const ChainInfo& info) const {
  return first_transaction == info.transactions && first_input == info.inputs && first_output == info.outputs;
}
void UtxoSegment::add_to(ChainInfo& info) const {
  info.inputs += in_output.size();
  info.outputs += out_value.size();
  info.external_inputs += external.size();
}

template class SegmentedStore<UtxoSegment, UtxoReader>;

base::Result<std::unique_ptr<UtxoStore>> UtxoStore::open(const chain::Network& network,
                                                         const std::vector<std::string>& folders) {
  auto out = std::make_unique<UtxoStore>();
  JINDO_DO(out->open_segments(network, folders));
  return out;
}

std::optional<uint64_t> UtxoStore::find_transaction(const chain::TxId& id) const {
  const uint64_t prefix = id_hash(id);
  for (size_t i = segments_.size(); i-- > 0;) {
    const UtxoSegment& s = segments_[i];
    const EntryRange range = bucket_range(s.index_bucket, prefix);
    std::optional<uint64_t> found;
    for (uint64_t e = range.begin; e < range.end; ++e) {
      const IndexEntry& entry = s.index_entry[e];
      if (entry.prefix == prefix && s.tx_id[entry.number - s.first_transaction] == id &&
          (!found || *found < entry.number)) {
        found = entry.number;
      }
    }
    if (found) return found;
  }
  return std::nullopt;
}

void UtxoStore::transaction(uint64_t number, UtxoTransactionView& out) const {
  const UtxoSegment& s = holding_transaction(number);
  const uint64_t t = number - s.first_transaction;
  out.number = number;
  out.first_input = s.tx_first_input[t];
  out.first_output = s.tx_first_output[t];
  const uint64_t in = out.first_input - s.first_input;
  const uint64_t inputs = s.tx_first_input[t + 1] - out.first_input;
  const uint64_t o = out.first_output - s.first_output;
  const uint64_t outputs = s.tx_first_output[t + 1] - out.first_output;
  out.in_output = s.in_output.subspan(in, inputs);
  out.in_value = s.in_value.subspan(in, inputs);
  out.out_value = s.out_value.subspan(o, outputs);
  out.out_type = s.out_type.subspan(o, outputs);
  out.form = s.tx_form.empty() ? uint8_t{0} : s.tx_form[t];
  out.virtual_size = s.tx_virtual_size.empty() ? 0 : s.tx_virtual_size[t];
}

void UtxoStore::spenders(uint64_t first_output, std::span<uint64_t> out) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_output, first_output);
  const uint64_t local = first_output - s.first_output;
  std::copy_n(s.out_spender.begin() + static_cast<ptrdiff_t>(local), out.size(), out.begin());
  if (&s == &segments_.back()) return;
  for (size_t i = 0; i < out.size(); ++i) {
    if (out[i] == kNoNumber) out[i] = late_spender(first_output + i);
  }
}
uint64_t UtxoStore::late_spender(uint64_t output) const {
  for (const UtxoSegment& s : segments_) {
    const auto found = std::lower_bound(s.late_output.begin(), s.late_output.end(), output);
    if (found != s.late_output.end() && *found == output)
      return s.late_spender[static_cast<size_t>(found - s.late_output.begin())];
  }
  return kNoNumber;
}

uint64_t UtxoStore::transaction_of_output(uint64_t output) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_output, output);
  const auto after = std::upper_bound(s.tx_first_output.begin(), s.tx_first_output.end(), output);
  return s.first_transaction + static_cast<uint64_t>(after - s.tx_first_output.begin()) - 1;
}
uint64_t UtxoStore::transaction_of_input(uint64_t input) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_input, input);
  const auto after = std::upper_bound(s.tx_first_input.begin(), s.tx_first_input.end(), input);
  return s.first_transaction + static_cast<uint64_t>(after - s.tx_first_input.begin()) - 1;
}
chain::AddressKey UtxoStore::output_address(uint64_t output) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_output, output);
  const uint64_t row = s.out_address[output - s.first_output];
  return row == kNoNumber ? chain::AddressKey{} : s.address_key[row];
}
uint64_t UtxoStore::output_owner(uint64_t output) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_output, output);
  const uint64_t row = s.out_address[output - s.first_output];
  return row == kNoNumber ? kNoNumber : static_cast<uint64_t>(&s - segments_.data()) << 48 | row;
}
chain::AddressKey UtxoStore::input_address(uint64_t input) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_input, input);
  const uint64_t row = s.in_address[input - s.first_input];
  return row == kNoNumber ? chain::AddressKey{} : s.address_key[row];
}
uint64_t UtxoStore::output_value(uint64_t output) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_output, output);
  return s.out_value[output - s.first_output];
}
std::optional<ExternalRow> UtxoStore::external_input(uint64_t input) const {
  const UtxoSegment& s = segment_holding(segments_, &UtxoSegment::first_input, input);
  const auto found = std::lower_bound(s.external.begin(), s.external.end(), input,
                                      [](const ExternalRow& row, uint64_t wanted) { return row.input < wanted; });
  if (found == s.external.end() || found->input != input) return std::nullopt;
  return *found;
}

namespace {
// Numbers from `from` on out of each segment's list, in order, at most `limit`.
template <class Offsets, class Numbers>
std::vector<uint64_t> collect(const std::vector<UtxoSegment>& segments, const AddressHandle& address, Offsets offsets,
                              Numbers numbers, uint64_t from, size_t limit) {
  std::vector<uint64_t> out;
  for (size_t i = 0; i < segments.size() && out.size() < limit; ++i) {
    const uint64_t row = address.rows[i];
    if (row == kNoNumber) continue;
    const UtxoSegment& s = segments[i];
    const auto begin = (s.*numbers).begin() + static_cast<ptrdiff_t>((s.*offsets)[row]);
    const auto end = (s.*numbers).begin() + static_cast<ptrdiff_t>((s.*offsets)[row + 1]);
    for (auto it = std::lower_bound(begin, end, from); it != end && out.size() < limit; ++it) out.push_back(*it);
  }
  return out;
}
// Numbers below `end`, the last first, at most `limit`.
template <class Offsets, class Numbers>
std::vector<uint64_t> collect_before(const std::vector<UtxoSegment>& segments, const AddressHandle& address,
                                     Offsets offsets, Numbers numbers, uint64_t end_number, size_t limit) {
  std::vector<uint64_t> out;
  for (size_t i = segments.size(); i-- > 0 && out.size() < limit;) {
    const uint64_t row = address.rows[i];
    if (row == kNoNumber) continue;
    const UtxoSegment& s = segments[i];
    const auto begin = (s.*numbers).begin() + static_cast<ptrdiff_t>((s.*offsets)[row]);
    const auto end = (s.*numbers).begin() + static_cast<ptrdiff_t>((s.*offsets)[row + 1]);
    for (auto it = std::lower_bound(begin, end, end_number); it != begin && out.size() < limit;) out.push_back(*--it);
  }
  return out;
}
template <class Offsets>
uint64_t total(const std::vector<UtxoSegment>& segments, const AddressHandle& address, Offsets offsets) {
  uint64_t out = 0;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (address.rows[i] != kNoNumber)
      out += (segments[i].*offsets)[address.rows[i] + 1] - (segments[i].*offsets)[address.rows[i]];
  }
  return out;
}
}  // namespace

std::vector<uint64_t> UtxoStore::received(const AddressHandle& address, uint64_t from_output, size_t limit) const {
  return collect(segments_, address, &UtxoSegment::received_offset, &UtxoSegment::received, from_output, limit);
}
std::vector<uint64_t> UtxoStore::sent(const AddressHandle& address, uint64_t from_input, size_t limit) const {
  return collect(segments_, address, &UtxoSegment::sent_offset, &UtxoSegment::sent, from_input, limit);
}
std::vector<uint64_t> UtxoStore::received_last(const AddressHandle& address, size_t limit) const {
  auto out = received_before(address, kNoNumber, limit);
  std::reverse(out.begin(), out.end());
  return out;
}
std::vector<uint64_t> UtxoStore::sent_last(const AddressHandle& address, size_t limit) const {
  auto out = sent_before(address, kNoNumber, limit);
  std::reverse(out.begin(), out.end());
  return out;
}
std::vector<uint64_t> UtxoStore::received_before(const AddressHandle& address, uint64_t end_output,
                                                 size_t limit) const {
  return collect_before(segments_, address, &UtxoSegment::received_offset, &UtxoSegment::received, end_output, limit);
}
std::vector<uint64_t> UtxoStore::sent_before(const AddressHandle& address, uint64_t end_input, size_t limit) const {
  return collect_before(segments_, address, &UtxoSegment::sent_offset, &UtxoSegment::sent, end_input, limit);
}
uint64_t UtxoStore::received_count(const AddressHandle& address) const {
  return total(segments_, address, &UtxoSegment::received_offset);
}
uint64_t UtxoStore::sent_count(const AddressHandle& address) const {
  return total(segments_, address, &UtxoSegment::sent_offset);
}

MoneyTotals UtxoStore::totals(const AddressHandle& address) const {
  MoneyTotals out;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const uint64_t row = address.rows[i];
    if (row == kNoNumber) continue;
    const UtxoSegment& s = segments_[i];
    if (const BusyRow* busy = find_busy(s.busy, row)) {
      out.add(*busy);
      continue;
    }
    for (uint64_t r = s.received_offset[row]; r < s.received_offset[row + 1]; ++r)
      out.add_received(base::Uint256(s.out_value[s.received[r] - s.first_output]));
    for (uint64_t r = s.sent_offset[row]; r < s.sent_offset[row + 1]; ++r)
      out.add_sent(base::Uint256(s.in_value[s.sent[r] - s.first_input]));
  }
  return out;
}

std::vector<ColumnPass> UtxoStore::passes() const {
  std::vector<ColumnPass> out;
  for (const UtxoSegment& s : segments_) {
    ColumnPass& pass = out.emplace_back();
    pass.first_transaction = s.first_transaction;
    pass.first_input = s.first_input;
    pass.first_output = s.first_output;
    pass.tx_first_input = s.tx_first_input;
    pass.tx_first_output = s.tx_first_output;
    pass.in_output = s.in_output;
    pass.in_value = s.in_value;
    pass.in_address = s.in_address;
    pass.out_value = s.out_value;
    pass.out_spender = s.out_spender;
    pass.out_address = s.out_address;
    pass.out_type = s.out_type;
    pass.address_key = s.address_key;
    pass.received_offset = s.received_offset;
    pass.received = s.received;
    pass.sent_offset = s.sent_offset;
    pass.sent = s.sent;
    pass.external = !s.external.empty();
  }
  return out;
}
}  // namespace jindo::ledger
