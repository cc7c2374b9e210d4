// Reading an account chain across its segments: look-ups go to the segment that holds the number.
#include "ledger/account_store.h"

#include <numeric>

#include "ledger/hash_index.h"

namespace jindo::ledger {
base::Status AccountSegment::open(const std::string& folder) {
  JINDO_DO(open_base(folder, chain::LedgerModel::kAccount));
  JINDO_TRY(tx_first_movement, files.column<uint64_t>("tx_first_movement"));
  JINDO_TRY(tx_index, files.column<uint32_t>("tx_index"));
  if (files.has("tx_gas_price")) {
    JINDO_TRY(tx_gas_price, files.column<uint64_t>("tx_gas_price"));
    if (tx_gas_price.size() != tx_id.size()) return damaged("tx_gas_price and tx_id differ in length");
  }
  JINDO_TRY(mv_kind, files.column<chain::MovementKind>("mv_kind"));
  JINDO_TRY(mv_asset, files.column<uint32_t>("mv_asset"));
  JINDO_TRY(mv_transaction, files.column<uint64_t>("mv_transaction"));
  JINDO_TRY(mv_from, files.column<uint64_t>("mv_from"));
  JINDO_TRY(mv_to, files.column<uint64_t>("mv_to"));
  JINDO_TRY(mv_amount, files.column<uint64_t>("mv_amount"));
  JINDO_TRY(wide_amount, files.column<base::Uint256>("wide_amount"));
  JINDO_TRY(asset_key, files.column<chain::AddressKey>("asset_key"));
  JINDO_TRY(address_first_holding, files.column<uint64_t>("address_first_holding"));
  JINDO_TRY(holding_address, files.column<uint64_t>("holding_address"));
  JINDO_TRY(holding_asset, files.column<uint32_t>("holding_asset"));
  JINDO_TRY(holding_offset, files.column<uint64_t>("holding_offset"));
  JINDO_TRY(holding_movement, files.column<uint64_t>("holding_movement"));
  if (files.has("busy")) {
    JINDO_TRY(busy, files.column<BusyRow>("busy"));
  }
  if (files.has("creation")) {
    JINDO_TRY(creation, files.column<CreationRow>("creation"));
    JINDO_TRY(creation_by_creator, files.column<uint64_t>("creation_by_creator"));
    JINDO_TRY(creation_by_contract, files.column<uint64_t>("creation_by_contract"));
    if (creation.size() != creation_by_creator.size() || creation.size() != creation_by_contract.size())
      return damaged("columns differ in length");
  }
  first_movement = blocks.front().first_movement;
  const size_t movements = mv_kind.size();
  if (tx_first_movement.size() != tx_id.size() + 1 || tx_index.size() != tx_id.size() ||
      tx_first_movement.back() != first_movement + movements) {
    return damaged("transactions do not cover movements");
  }
  if (mv_asset.size() != movements || mv_transaction.size() != movements || mv_from.size() != movements ||
      mv_to.size() != movements || mv_amount.size() != movements || holding_asset.size() != holding_address.size()) {
    return damaged("columns differ in length");
  }
  if (address_first_holding.size() != address_key.size() + 1 ||
      address_first_holding.back() != holding_address.size() || holding_offset.size() != holding_address.size() + 1 ||
      holding_offset.back() != holding_movement.size()) {
    return damaged("the index by address is not whole");
  }
  return {};
}

bool AccountSegment::follows(const ChainInfo& info) const {
  return first_transaction == info.transactions && first_movement == info.movements;
}
void AccountSegment::add_to(ChainInfo& info) const { info.movements += mv_kind.size(); }

template class SegmentedStore<AccountSegment, AccountReader>;

base::Result<std::unique_ptr<AccountStore>> AccountStore::open(const chain::Network& network,
                                                               const std::vector<std::string>& folders) {
  auto out = std::make_unique<AccountStore>();
  JINDO_DO(out->open_segments(network, folders));
  return out;
}

uint32_t AccountStore::transaction_index(uint64_t transaction) const {
  const AccountSegment& s = holding_transaction(transaction);
  return s.tx_index[transaction - s.first_transaction];
}
uint64_t AccountStore::first_movement(uint64_t transaction) const {
  const AccountSegment& s = holding_transaction(transaction);
  return s.tx_first_movement[transaction - s.first_transaction];
}

std::optional<uint64_t> AccountStore::find_transaction(const chain::TxId& id) const {
  const uint64_t prefix = id_hash(id);
  for (size_t i = segments_.size(); i-- > 0;) {
    const AccountSegment& s = segments_[i];
    const EntryRange range = bucket_range(s.index_bucket, prefix);
    for (uint64_t e = range.begin; e < range.end; ++e) {
      const IndexEntry& entry = s.index_entry[e];
      if (entry.prefix == prefix && s.tx_id[entry.number - s.first_transaction] == id) return entry.number;
    }
  }
  return std::nullopt;
}

std::optional<Creation> AccountStore::creation_of(const chain::AddressKey& contract) const {
  for (size_t i = segments_.size(); i-- > 0;) {
    const AccountSegment& s = segments_[i];
    const auto& order = s.creation_by_contract;
    const auto after = std::upper_bound(
        order.begin(), order.end(), contract,
        [&](const chain::AddressKey& wanted, uint64_t row) { return wanted < s.creation[row].contract; });
    if (after == order.begin() || !(s.creation[*(after - 1)].contract == contract)) continue;
    const CreationRow& row = s.creation[*(after - 1)];
    return Creation{row.transaction, contract, row.creator};
  }
  return std::nullopt;
}
std::vector<Creation> AccountStore::created_by(const chain::AddressKey& creator, size_t limit) const {
  std::vector<Creation> out;
  for (const AccountSegment& s : segments_) {
    auto at = std::lower_bound(
        s.creation_by_creator.begin(), s.creation_by_creator.end(), creator,
        [&](uint64_t row, const chain::AddressKey& wanted) { return s.creation[row].creator < wanted; });
    for (; at != s.creation_by_creator.end() && s.creation[*at].creator == creator && out.size() < limit; ++at)
      out.push_back({s.creation[*at].transaction, s.creation[*at].contract, creator});
  }
  return out;
}

uint32_t AccountStore::segment_of_movement(uint64_t number) const {
  size_t at = segments_.size() - 1;
  while (at > 0 && segments_[at].first_movement > number) --at;
  return static_cast<uint32_t>(at);
}
void AccountStore::movement(uint64_t number, Movement& out) const {
  out.segment = segment_of_movement(number);
  const AccountSegment& s = segments_[out.segment];
  const uint64_t local = number - s.first_movement;
  out.number = number;
  out.transaction = s.mv_transaction[local];
  out.kind = s.mv_kind[local];
  out.asset = s.mv_asset[local];
  out.from = s.mv_from[local];
  out.to = s.mv_to[local];
}
base::Uint256 AccountStore::amount(uint64_t number) const {
  const AccountSegment& s = segments_[segment_of_movement(number)];
  return s.amount(number - s.first_movement);
}

std::span<const uint64_t> AccountStore::movements_of_transaction(uint64_t transaction,
                                                                 std::vector<uint64_t>& scratch) const {
  const AccountSegment& s = holding_transaction(transaction);
  const uint64_t t = transaction - s.first_transaction;
  scratch.resize(s.tx_first_movement[t + 1] - s.tx_first_movement[t]);
  std::iota(scratch.begin(), scratch.end(), s.tx_first_movement[t]);
  return scratch;
}

namespace {
uint64_t holding_row(const AccountSegment& s, uint64_t address_row, const chain::AddressKey& asset) {
  for (uint64_t row = s.address_first_holding[address_row]; row < s.address_first_holding[address_row + 1]; ++row) {
    if (s.asset_key[s.holding_asset[row]] == asset) return row;
  }
  return kNoNumber;
}
}  // namespace

std::optional<HoldingHandle> AccountStore::find_holding(const chain::AddressKey& address,
                                                        const chain::AddressKey& asset) const {
  HoldingHandle out{address, asset, {}};
  const uint64_t hash = chain::hash_key(address);
  bool any = false;
  for (const AccountSegment& s : segments_) {
    const uint64_t address_row = s.find_row(address, hash);
    out.rows.push_back(address_row == kNoNumber ? kNoNumber : holding_row(s, address_row, asset));
    any |= out.rows.back() != kNoNumber;
  }
  if (!any) return std::nullopt;
  return out;
}

std::vector<HoldingHandle> AccountStore::holdings_of(const AddressHandle& address) const {
  // An address may hold a hundred thousand spam tokens: gathered, then sorted, never searched for one by one.
  struct Part {
    chain::AddressKey asset;
    size_t segment;
    uint64_t row;
  };
  std::vector<Part> parts;
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (address.rows[i] == kNoNumber) continue;
    const AccountSegment& s = segments_[i];
    for (uint64_t row = s.address_first_holding[address.rows[i]]; row < s.address_first_holding[address.rows[i] + 1];
         ++row)
      parts.push_back({s.asset_key[s.holding_asset[row]], i, row});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.asset < b.asset; });
  std::vector<HoldingHandle> out;
  for (const Part& part : parts) {
    if (out.empty() || !(out.back().asset == part.asset))
      out.push_back({address.key, part.asset, std::vector<uint64_t>(segments_.size(), kNoNumber)});
    out.back().rows[part.segment] = part.row;
  }
  return out;
}

MoneyTotals AccountStore::totals(const HoldingHandle& holding) const {
  MoneyTotals out;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const uint64_t row = holding.rows[i];
    if (row == kNoNumber) continue;
    const AccountSegment& s = segments_[i];
    if (const BusyRow* busy = find_busy(s.busy, row)) {
      out.add(*busy);
      continue;
    }
    for (uint64_t h = s.holding_offset[row]; h < s.holding_offset[row + 1]; ++h) {
      const uint64_t local = s.holding_movement[h] - s.first_movement;
      if (s.mv_to[local] == row) out.add_received(s.amount(local));
      if (s.mv_from[local] == row) out.add_sent(s.amount(local));
    }
  }
  return out;
}

std::span<const uint64_t> AccountStore::movements_of(const HoldingHandle& holding, uint32_t segment) const {
  const uint64_t row = holding.rows[segment];
  if (row == kNoNumber) return {};
  const AccountSegment& s = segments_[segment];
  return s.holding_movement.subspan(s.holding_offset[row], s.holding_offset[row + 1] - s.holding_offset[row]);
}

uint64_t AccountStore::gas_price(uint64_t transaction) const {
  const AccountSegment& s = holding_transaction(transaction);
  return s.tx_gas_price.empty() ? 0 : s.tx_gas_price[transaction - s.first_transaction];
}
}  // namespace jindo::ledger
