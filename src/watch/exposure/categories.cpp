// Listed categories: a trace each of what came from their addresses, and rows of who sent to them.
#include <algorithm>

#include "exposure/tracker_parts.h"

namespace jindo::exposure {
namespace {
using base::Uint256;

// What an address has ever held.
std::vector<chain::AddressKey> assets_of(const ledger::LedgerChain& chain, const chain::AddressKey& address) {
  if (chain.utxo) return {chain::native_asset()};
  std::vector<chain::AddressKey> out;
  if (const auto handle = chain.account->find_address(address))
    for (const ledger::HoldingHandle& holding : chain.account->holdings_of(*handle)) out.push_back(holding.asset);
  return out;
}
}  // namespace

// One trace a category: what reached a listed address is its, and is followed on from there.
void Tracker::make_categories() {
  followed_.erase(std::remove_if(followed_.begin(), followed_.end(),
                                 [&](const std::unique_ptr<Followed>& f) {
                                   if (f->kind != SourceKind::kCategory) return false;
                                   end(*f);
                                   return true;
                                 }),
                  followed_.end());
  for (const auto& listed : listed_)
    for (const auto& [key, number] : listed->sources) index_.end_source(number);
  listed_.clear();
  if (!tags_) return;
  for (const TrackedCategory& category : options_.categories) {
    auto listed = std::make_unique<Listed>();
    listed->category = category;
    auto sources = list_addresses(*listed);
    for (const trace::Source& source : sources) listed->assets.emplace(source.network, source.asset);
    listed_.push_back(std::move(listed));
    if (sources.empty()) continue;
    auto followed = std::make_unique<Followed>();
    followed->kind = SourceKind::kCategory;
    followed->incident.id = category.name;
    followed->incident.title = category.name;
    if (!category.indirect) followed->hops_max = 1;
    if (category.hops_max) followed->hops_max = category.hops_max;
    followed->through.insert(category.name);
    followed->incident.sources = std::move(sources);
    followed_.push_back(std::move(followed));
  }
}

// The addresses that tags list in a category, and what each holds as the source of a trace, by chain and asset.
std::vector<trace::Source> Tracker::list_addresses(Listed& listed) const {
  std::map<std::pair<const chain::Network*, chain::AddressKey>, trace::Source> sources;
  for (const attribution::Tag& tag : tags_->tags()) {
    if (tag.subject.network == nullptr || tag.subject.kind != attribution::SubjectKind::kAddress) continue;
    if (attribution::name_of(tag.category) != listed.category.name) continue;
    const chain::Network& network = *tag.subject.network;
    const ledger::LedgerChain* chain = ledger_->find(network);
    if (chain == nullptr) continue;
    if (!listed.addresses.empty() && listed.addresses.back() == std::make_pair(&network, tag.subject.key)) continue;
    listed.addresses.emplace_back(&network, tag.subject.key);
    for (const chain::AddressKey& asset : assets_of(*chain, tag.subject.key)) {
      trace::Source& source = sources[{&network, asset}];
      source.incident = listed.category.name;
      source.network = &network;
      source.asset = asset;
      trace::Theft theft;
      theft.label = "category " + listed.category.name;
      theft.address = tag.subject.key;
      theft.may_be_missing = true;
      source.thefts.push_back(theft);
    }
  }
  std::vector<trace::Source> out;
  for (auto& [key, source] : sources) out.push_back(std::move(source));
  return out;
}

uint32_t Tracker::sent_source(Listed& listed, const chain::Network& network, const chain::AddressKey& asset) {
  const auto [at, fresh] = listed.sources.try_emplace({&network, asset}, 0);
  if (fresh)
    at->second = index_.add_source(
        {SourceKind::kCategory, listed.category.name, listed.category.name, &network, asset, true, true});
  return at->second;
}

void Tracker::scan_sent_utxo(Listed& listed, const ledger::UtxoReader& reader, const chain::AddressKey& address,
                             uint64_t from) {
  const auto handle = reader.find_address(address);
  if (!handle) return;
  ledger::UtxoTransactionView view;
  for (const uint64_t output : reader.received(*handle, from, SIZE_MAX)) {
    const uint64_t tx = reader.transaction_of_output(output);
    reader.transaction(tx, view);
    const chain::Network& network = *reader.info().network;
    const int64_t time = reader.block(reader.block_of_transaction(tx)).time;
    std::map<chain::AddressKey, Uint256> payers;
    for (size_t i = 0; i < view.in_output.size(); ++i)
      payers[reader.input_address(view.first_input + i)] += Uint256(view.in_value[i]);
    if (payers.count(address) != 0) continue;  // its own change
    const uint32_t source = sent_source(listed, network, chain::native_asset());
    const uint32_t asset = index_.asset_number(network, chain::native_asset());
    for (const auto& [payer, paid] : payers) {
      if (payer.is_none()) continue;
      Row& row = index_.row({network_number(network), payer}, asset, source);
      note_arrival(row, output, time, 1);
      // Which input paid which output nobody can tell: no more than it put in, no more than the listed address got.
      const Uint256 amount = std::min(paid, Uint256(reader.output_value(output)));
      row.received += amount;
      row.received_origin += amount;
    }
  }
}

void Tracker::scan_sent_account(Listed& listed, const ledger::AccountReader& reader, const chain::AddressKey& address,
                                uint64_t from) {
  const auto handle = reader.find_address(address);
  if (!handle) return;
  const chain::Network& network = *reader.info().network;
  ledger::Movement movement;
  for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      if (reader.segment_begin(segment + 1) <= from) continue;
      const auto movements = reader.movements_of(holding, segment);
      for (auto it = std::lower_bound(movements.begin(), movements.end(), from); it != movements.end(); ++it) {
        reader.movement(*it, movement);
        if (movement.from == holding.rows[segment] && listed.assets.count({&network, holding.asset}) == 0)
          listed.grown = true;
        if (movement.to != holding.rows[segment] || movement.from == movement.to ||
            movement.from == ledger::kNoNumber || movement.kind == chain::MovementKind::kFee)
          continue;
        const Uint256 amount = reader.amount(*it);
        if (amount.is_zero()) continue;
        const uint32_t source = sent_source(listed, network, holding.asset);
        Row& row = index_.row({network_number(network), reader.holding_address(segment, movement.from)},
                              index_.asset_number(network, holding.asset), source);
        note_arrival(row, *it, reader.block(reader.block_of_transaction(movement.transaction)).time, 1);
        row.received += amount;
        row.received_origin += amount;
      }
    }
  }
}

// Who sent to listed addresses, from where the last look ended.
void Tracker::scan_listed(Listed& listed) {
  if (!listed.category.sent || !options_.heights.empty()) return;
  for (const auto& [network, address] : listed.addresses) {
    const ledger::LedgerChain* chain = ledger_->find(*network);
    if (chain == nullptr) continue;
    const uint64_t from = listed.scanned[network];
    if (chain->utxo)
      scan_sent_utxo(listed, *chain->utxo, address, from);
    else
      scan_sent_account(listed, *chain->account, address, from);
  }
  for (const ledger::LedgerChain& chain : ledger_->chains()) {
    const ledger::ChainInfo& info = chain.reader().info();
    listed.scanned[chain.network] = chain.utxo ? info.outputs : info.movements;
  }
}
}  // namespace jindo::exposure
