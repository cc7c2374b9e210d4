// One address, its movements, one transaction.
#include <algorithm>

#include "base/clock.h"
#include "inquiry/address_page.h"
#include "report/address.h"
#include "report/transaction.h"
#include "workbench/movement_walk.h"

namespace jindo::workbench {
namespace {
constexpr uint64_t kExamined = 3'000'000;  // movements that a page of them looks at; then it says where to go on
constexpr size_t kPartiesShownMax = 2000;  // of one transaction

void exposure_row_fields(base::JsonWriter& json, const exposure::Row& row, const exposure::SourceInfo& source,
                         const std::string& asset) {
  json.field("source", source.kind == exposure::SourceKind::kIncident ? "incident" : "category");
  json.field("id", source.id);
  json.field("title", source.title);
  json.field("direction", source.sent ? "sent" : "received");
  json.field("asset", asset);
  json.field("received", base::to_decimal(row.received));
  json.field("held", base::to_decimal(row.held));
  json.field("hops", uint64_t{row.hops});
  json.field("arrivals", uint64_t{row.arrivals});
  json.field("first_time", base::format_time(row.first_time));
  json.field("last_time", base::format_time(row.last_time));
  if ((row.flags & exposure::kInferred) != 0) json.field("inferred", true);
  if ((row.flags & exposure::kUnconfirmed) != 0) json.field("unconfirmed", true);
}
// What the index of exposure knows of an address: incidents and listed categories, asset by asset. `marking` becomes
// the strictest of itself and theirs.
void exposure_rows(base::JsonWriter& json, const screening::State& state, const Asker& asker,
                   const chain::Network& network, const chain::AddressKey& address, AssetNames& names,
                   std::string& marking) {
  const exposure::NetworkAddress place{exposure::network_number(network), address};
  json.array("exposures", [&] {
    state.snapshot->rows_of(place, exposure::hash_of(place), [&](const exposure::Row& row) {
      const exposure::SourceInfo& source = (*state.snapshot->sources)[row.source];
      if (source.kind == exposure::SourceKind::kIncident) {
        if (!asker.sees(source.id)) return;
        const auto found = state.markings.find(source.id);
        if (found != state.markings.end()) marking = strictest(marking, attribution::name_of(found->second));
      }
      const exposure::AssetInfo& asset = (*state.snapshot->assets)[row.asset];
      json.object([&] { exposure_row_fields(json, row, source, names.use(*asset.network, asset.key)); });
    });
  });
}
// What incidents say of an address.
void known_in_rows(base::JsonWriter& json, const std::vector<incidents::Incident>& incidents,
                   const chain::Network& network, const chain::AddressKey& address, std::string& marking) {
  json.array("known_in", [&] {
    for (const incidents::Incident& incident : incidents)
      for (const incidents::KnownAddress& known : incident.addresses) {
        if (known.network != &network || !(known.key == address)) continue;
        marking = strictest(marking, incident.marking);
        json.object([&] {
          json.field("incident", incident.id);
          json.field("name", incident.name);
          json.field("role", known.role);
          json.field("source", known.source);
          if (!known.note.empty()) json.field("note", known.note);
          if (!incident.marking.empty()) json.field("marking", incident.marking);
        });
      }
  });
}
// Pages of an address that incidents know, where neither ledger nor tags do.
std::vector<inquiry::AddressPage> pages_by_role(const std::vector<incidents::Incident>& incidents,
                                                const chain::Network* network, const std::string& text) {
  std::vector<inquiry::AddressPage> out;
  for (const chain::Network& other : chain::networks()) {
    if (network != nullptr && network != &other) continue;
    const auto key = chain::parse_address(other, text);
    if (!key.ok() || inquiry::known_role(incidents, other, *key).empty()) continue;
    inquiry::AddressPage page;
    page.network = &other;
    page.address = *key;
    out.push_back(std::move(page));
  }
  return out;
}

uint64_t position_of(const ledger::LedgerChain& chain, const Moved& moved) {
  if (!chain.utxo) return moved.place - chain.account->first_movement(moved.transaction);
  ledger::UtxoTransactionView view;
  chain.utxo->transaction(moved.transaction, view);
  return moved.place - (moved.in ? view.first_output : view.first_input);
}
void counterparty_fields(base::JsonWriter& json, const inquiry::Ownership& owners,
                         const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                         const chain::AddressKey& counterparty) {
  json.field("counterparty", chain::format_address(network, counterparty));
  const auto tags = owners.tags().find(network, counterparty);
  if (!tags.empty()) {
    json.field("counterparty_owner", owners.tags().owner_of(tags.front()));
    json.field("counterparty_category", attribution::name_of(tags.front().category));
  } else if (const auto* service = owners.services().find_named(network, counterparty)) {
    json.field("counterparty_owner", service->name);
  }
  const std::string role = inquiry::known_role(incidents, network, counterparty);
  if (!role.empty()) json.field("counterparty_role", role);
}
void moved_fields(base::JsonWriter& json, const Moved& moved, const ledger::LedgerChain& chain, AssetNames& names) {
  const chain::Network& network = *chain.network;
  const ledger::ChainReader& reader = chain.reader();
  const ledger::BlockRow block = reader.block(reader.block_of_transaction(moved.transaction));
  json.field("direction", moved.fee ? "fee" : moved.in ? "in" : "out");
  json.field("time", base::format_time(block.time));
  json.field("height", block.height);
  json.field("transaction", chain::format_hash(network, reader.transaction_id(moved.transaction)));
  json.field("asset", names.use(network, moved.asset));
  json.field("amount", base::to_decimal(moved.amount));
  json.field("position", position_of(chain, moved));
}

// Who pays and is paid in a transaction, each once, in order of address; its assets get their names.
std::vector<chain::AddressKey> parties_of(const ledger::LedgerChain& chain, uint64_t transaction, AssetNames& names) {
  std::vector<chain::AddressKey> out;
  const auto party = [&](const chain::AddressKey& key) {
    if (!key.is_none() && out.size() < kPartiesShownMax) out.push_back(key);
  };
  if (chain.utxo) {
    ledger::UtxoTransactionView view;
    chain.utxo->transaction(transaction, view);
    for (uint64_t i = 0; i < view.in_output.size(); ++i) party(chain.utxo->input_address(view.first_input + i));
    for (uint64_t o = 0; o < view.out_value.size(); ++o) party(chain.utxo->output_address(view.first_output + o));
    names.use(*chain.network, chain::native_asset());
  } else {
    std::vector<uint64_t> scratch;
    for (const uint64_t n : chain.account->movements_of_transaction(transaction, scratch)) {
      ledger::Movement m;
      chain.account->movement(n, m);
      names.use(*chain.network, chain.account->asset(m.segment, m.asset));
      if (m.from != ledger::kNoNumber) party(chain.account->holding_address(m.segment, m.from));
      if (m.to != ledger::kNoNumber) party(chain.account->holding_address(m.segment, m.to));
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}
}  // namespace

base::Result<std::string> Workbench::address(const Asker& asker, const chain::Network* network,
                                             const std::string& text) {
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  JINDO_TRY(const auto pages, pages_for(incidents, *state, *owning, network, text));
  AssetNames names(assets_, incidents);
  std::string listed;
  report::print_address_json(pages, [&](std::string_view part) { listed += part; });
  std::string marking;
  return base::json_object([&](base::JsonWriter& json) {
    json.key("pages");
    json.json(listed);
    json.objects("more", pages, [&](const inquiry::AddressPage& page) {  // of each page
      json.field("chain", page.network->name);
      json.field("address", chain::format_address(*page.network, page.address));
      const ledger::LedgerChain* chain = state->snapshot->ledger->find(*page.network);
      if (chain != nullptr) json.field("height", chain->reader().info().tip_height);
      known_in_rows(json, incidents, *page.network, page.address, marking);
      exposure_rows(json, *state, asker, *page.network, page.address, names, marking);
      for (const attribution::Tag& tag : page.tags)
        if (tag.marking != attribution::Marking::kClear)
          marking = strictest(marking, attribution::name_of(tag.marking));
      for (const inquiry::AssetTotal& total : page.totals) names.use(*page.network, total.asset);
      names.use(*page.network, chain::native_asset());
    });
    if (!marking.empty()) json.field("marking", marking);
    names.write(json);
  });
}
base::Result<std::vector<inquiry::AddressPage>> Workbench::pages_for(const std::vector<incidents::Incident>& incidents,
                                                                     const screening::State& state,
                                                                     const inquiry::Ownership& owners,
                                                                     const chain::Network* network,
                                                                     const std::string& text) {
  inquiry::PageRequest request;
  request.subject = text;
  request.network = network;
  request.limit = 0;
  request.counterparties = 20;
  const std::lock_guard<std::mutex> lock(address_mutex_);
  auto found = inquiry::address_pages(request, *state.snapshot->ledger, owners);
  if (found.ok() || found.error().kind != base::ErrorKind::kNo) return found;
  auto known = pages_by_role(incidents, network, text);
  if (known.empty()) return found.error();
  return known;
}

base::Result<std::string> Workbench::movements(const Asker& asker, const MovementsRequest& request) {
  const auto state = node_.state();
  const chain::Network& network = *request.network;
  const ledger::LedgerChain* chain = state->snapshot->ledger->find(network);
  if (chain == nullptr) return base::answer_no("this ledger has no " + std::string(network.name));
  const auto handle = chain->reader().find_address(request.address);
  const std::string address = chain::format_address(network, request.address);
  if (!handle) return base::answer_no(address + " is not in this ledger");
  JINDO_TRY(const auto owning, owners(*state));
  JINDO_TRY(const auto walk,
            MovementWalk::start(*chain, *handle, request.filter, request.newest_first, request.cursor));
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  return base::json_object([&](base::JsonWriter& json) {
    json.field("chain", network.name);
    json.field("address", address);
    json.field("height", chain->reader().info().tip_height);
    json.field("movements_all", movement_count(*chain, *handle));
    json.array("movements", [&] {
      Moved moved;
      for (size_t count = 0; count < request.limit && walk->next(moved, kExamined); ++count)
        json.object([&] {
          moved_fields(json, moved, *chain, names);
          if (!moved.counterparty.is_none()) counterparty_fields(json, *owning, incidents, network, moved.counterparty);
        });
    });
    json.field("examined", walk->examined());
    json.field("end", walk->at_end());
    if (!walk->at_end()) json.field("cursor", walk->cursor());
    names.write(json);
  });
}

base::Result<std::string> Workbench::transaction(const Asker& asker, const chain::Network* network,
                                                 const std::string& text) {
  report::LookupRequest request;
  request.ledger = node_.options().ledger;
  request.subject = text;
  request.network = network;
  request.json = true;
  std::string printed;
  JINDO_DO(report::print_transaction(request, [&](std::string_view part) { printed += part; }));
  // Who the parties are, and what the amounts' assets are called.
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  AssetNames names(assets_, incidents);
  return base::json_object([&](base::JsonWriter& json) {
    json.key("transaction");
    json.json(printed);
    json.array("parties", [&] {
      for (const ledger::LedgerChain& chain : state->snapshot->ledger->chains()) {
        if (network != nullptr && network != chain.network) continue;
        chain::TxId id{};
        if (!chain::parse_hash(*chain.network, text, id)) continue;
        const auto number = chain.reader().find_transaction(id);
        if (!number) continue;
        for (const chain::AddressKey& key : parties_of(chain, *number, names))
          json.object([&] {
            json.field("address", chain::format_address(*chain.network, key));
            who_fields(json, *owning, incidents, &chain, *chain.network, key);
          });
        break;
      }
    });
    names.write(json);
  });
}
}  // namespace jindo::workbench
