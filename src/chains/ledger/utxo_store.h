// The UTXO chain's column store, read side: segments mapped, one commit seen. See docs/formats/ledger.md.
#pragma once

#include "ledger/chain_store.h"

namespace jindo::ledger {

struct UtxoSegment : SegmentBase {
  uint64_t first_input = 0;
  uint64_t first_output = 0;
  std::span<const uint64_t> tx_first_input;   // one more than transactions
  std::span<const uint64_t> tx_first_output;  // one more than transactions
  std::span<const uint8_t> tx_form;           // empty in segments of before these columns: not known
  std::span<const uint32_t> tx_virtual_size;  // the same
  std::span<const uint64_t> in_output, in_value, in_address;
  std::span<const uint64_t> out_value, out_spender, out_address;
  std::span<const chain::ScriptType> out_type;
  std::span<const uint64_t> late_output, late_spender;  // outputs of older segments spent in this one, by output
  std::span<const ExternalRow> external;
  std::span<const uint64_t> received_offset, received, sent_offset, sent;
  std::span<const BusyRow> busy;
  base::Status open(const std::string& folder);
  bool follows(const ChainInfo& info) const;
  void add_to(ChainInfo& info) const;
  uint64_t rows() const { return in_output.size() + out_value.size() + tx_id.size(); }
};

class UtxoBuilder;

extern template class SegmentedStore<UtxoSegment, UtxoReader>;

class UtxoStore : public SegmentedStore<UtxoSegment, UtxoReader> {
 public:
  using Builder = UtxoBuilder;
  static base::Result<std::unique_ptr<UtxoStore>> open(const chain::Network& network,
                                                       const std::vector<std::string>& folders);

  std::optional<uint64_t> find_transaction(const chain::TxId& id) const override;
  void transaction(uint64_t number, UtxoTransactionView& out) const override;
  void spenders(uint64_t first_output, std::span<uint64_t> out) const override;
  uint64_t transaction_of_output(uint64_t output) const override;
  uint64_t transaction_of_input(uint64_t input) const override;
  chain::AddressKey output_address(uint64_t output) const override;
  uint64_t output_owner(uint64_t output) const override;
  uint64_t output_value(uint64_t output) const override;
  std::optional<ExternalRow> external_input(uint64_t input) const override;
  chain::AddressKey input_address(uint64_t input) const override;
  std::vector<uint64_t> received(const AddressHandle& address, uint64_t from_output, size_t limit) const override;
  std::vector<uint64_t> sent(const AddressHandle& address, uint64_t from_input, size_t limit) const override;
  std::vector<uint64_t> received_last(const AddressHandle& address, size_t limit) const override;
  std::vector<uint64_t> sent_last(const AddressHandle& address, size_t limit) const override;
  std::vector<uint64_t> received_before(const AddressHandle& address, uint64_t end_output, size_t limit) const override;
  std::vector<uint64_t> sent_before(const AddressHandle& address, uint64_t end_input, size_t limit) const override;
  uint64_t received_count(const AddressHandle& address) const override;
  uint64_t sent_count(const AddressHandle& address) const override;
  MoneyTotals totals(const AddressHandle& address) const override;
  std::vector<ColumnPass> passes() const override;
  uint64_t row_in_pass(size_t pass, const chain::AddressKey& key, uint64_t hash) const override {
    return segments_[pass].find_row(key, hash);
  }

 private:
  uint64_t late_spender(uint64_t output) const;
};

}  // namespace jindo::ledger
