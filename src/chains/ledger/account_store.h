// The account chain's column store, read side. See docs/formats/ledger.md.
#pragma once

#include "ledger/chain_store.h"

namespace jindo::ledger {

struct AccountSegment : SegmentBase {
  uint64_t first_movement = 0;
  std::span<const uint64_t> tx_first_movement;  // one more than transactions
  std::span<const uint32_t> tx_index;
  std::span<const uint64_t> tx_gas_price;  // empty in segments of before this column
  std::span<const chain::MovementKind> mv_kind;
  std::span<const uint32_t> mv_asset;
  std::span<const uint64_t> mv_transaction, mv_from, mv_to, mv_amount;
  std::span<const base::Uint256> wide_amount;
  std::span<const chain::AddressKey> asset_key;
  std::span<const uint64_t> address_first_holding;  // one more than addresses
  std::span<const uint64_t> holding_address;
  std::span<const uint32_t> holding_asset;
  std::span<const uint64_t> holding_offset;  // one more than holdings
  std::span<const uint64_t> holding_movement;
  std::span<const CreationRow> creation;  // in ledger order; empty in segments of before this column
  std::span<const uint64_t> creation_by_contract, creation_by_creator;  // rows of it by key, then in ledger order
  std::span<const BusyRow> busy;
  base::Status open(const std::string& folder);
  bool follows(const ChainInfo& info) const;
  void add_to(ChainInfo& info) const;
  uint64_t rows() const { return mv_kind.size() + tx_id.size(); }
  base::Uint256 amount(uint64_t local) const {
    const uint64_t value = mv_amount[local];
    return (value & kWideAmount) != 0 ? wide_amount[value & ~kWideAmount] : base::Uint256(value);
  }
};

class AccountBuilder;

extern template class SegmentedStore<AccountSegment, AccountReader>;

class AccountStore : public SegmentedStore<AccountSegment, AccountReader> {
 public:
  using Builder = AccountBuilder;
  static base::Result<std::unique_ptr<AccountStore>> open(const chain::Network& network,
                                                          const std::vector<std::string>& folders);

  std::optional<uint64_t> find_transaction(const chain::TxId& id) const override;
  std::optional<Creation> creation_of(const chain::AddressKey& contract) const override;
  std::vector<Creation> created_by(const chain::AddressKey& creator, size_t limit) const override;
  void movement(uint64_t number, Movement& out) const override;
  base::Uint256 amount(uint64_t number) const override;
  chain::AddressKey asset(uint32_t segment, uint32_t asset) const override {
    return segments_[segment].asset_key[asset];
  }
  chain::AddressKey holding_address(uint32_t segment, uint64_t row) const override {
    return segments_[segment].address_key[segments_[segment].holding_address[row]];
  }
  std::span<const uint64_t> movements_of_transaction(uint64_t transaction,
                                                     std::vector<uint64_t>& scratch) const override;
  std::optional<HoldingHandle> find_holding(const chain::AddressKey& address,
                                            const chain::AddressKey& asset) const override;
  std::vector<HoldingHandle> holdings_of(const AddressHandle& address) const override;
  std::span<const uint64_t> movements_of(const HoldingHandle& holding, uint32_t segment) const override;
  MoneyTotals totals(const HoldingHandle& holding) const override;
  uint32_t segments() const override { return static_cast<uint32_t>(segments_.size()); }
  uint64_t segment_begin(uint32_t segment) const override {
    return segment < segments_.size() ? segments_[segment].first_movement : info_.movements;
  }
  uint64_t holdings_in(uint32_t segment) const override { return segments_[segment].holding_address.size(); }
  uint32_t transaction_index(uint64_t transaction) const override;
  uint64_t first_movement(uint64_t transaction) const override;
  uint64_t gas_price(uint64_t transaction) const override;

 private:
  uint32_t segment_of_movement(uint64_t number) const;
};

}  // namespace jindo::ledger
