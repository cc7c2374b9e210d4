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

// What the index of exposure knows of an address: incidents and listed categories, asset by asset.
void exposure_fields(base::JsonWriter& json, const screening::State& state, const Asker& asker,
                     const chain::Network& network, const chain::AddressKey& address, AssetNames& names,
                     std::string& marking) {
  json.key("exposures");
  json.begin_array();
  const exposure::NetworkAddress place{exposure::network_number(network), address};
  state.snapshot->rows_of(place, exposure::hash_of(place), [&](const exposure::Row& row) {
    const exposure::SourceInfo& source = (*state.snapshot->sources)[row.source];
    if (source.kind == exposure::SourceKind::kIncident) {
      if (!asker.sees(source.id)) return;
      const auto found = state.markings.find(source.id);
      if (found != state.markings.end()) marking = strictest(marking, attribution::name_of(found->second));
    }
    const exposure::AssetInfo& asset = (*state.snapshot->assets)[row.asset];
    json.begin_object();
    json.field("source", source.kind == exposure::SourceKind::kIncident ? "incident" : "category");
    json.field("id", source.id);
    json.field("title", source.title);
    json.field("direction", source.sent ? "sent" : "received");
    json.field("asset", names.use(*asset.network, asset.key));
    json.field("received", base::to_decimal(row.received));
    json.field("held", base::to_decimal(row.held));
    json.field("hops", uint64_t{row.hops});
    json.field("arrivals", uint64_t{row.arrivals});
    json.field("first_time", base::format_time(row.first_time));
    json.field("last_time", base::format_time(row.last_time));
    if ((row.flags & exposure::kInferred) != 0) json.field("inferred", true);
    if ((row.flags & exposure::kUnconfirmed) != 0) json.field("unconfirmed", true);
    json.end_object();
  });
  json.end_array();
}
}  // namespace

base::Result<std::string> Workbench::address(const Asker& asker, const chain::Network* network,
                                             const std::string& text) {
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  inquiry::PageRequest request;
  request.subject = text;
  request.network = network;
  request.limit = 0;
  request.counterparties = 20;
  std::vector<inquiry::AddressPage> pages;
  {
    const std::lock_guard<std::mutex> lock(address_mutex_);
    auto found = inquiry::address_pages(request, *state->snapshot->ledger, *owning);
    if (found.ok()) {
      pages = std::move(*found);
    } else if (found.error().kind != base::ErrorKind::kNo) {
      return found.error();
    } else {
      // An incident may know an address that neither ledger nor tags do.
      for (const chain::Network& other : chain::networks()) {
        if (network != nullptr && network != &other) continue;
        const auto key = chain::parse_address(other, text);
        if (!key.ok() || inquiry::known_role(incidents, other, *key).empty()) continue;
        inquiry::AddressPage page;
        page.network = &other;
        page.address = *key;
        pages.push_back(std::move(page));
      }
      if (pages.empty()) return found.error();
    }
  }
  AssetNames names(assets_, incidents);
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  std::string listed;
  report::print_address_json(pages, [&](std::string_view part) { listed += part; });
  json.key("pages");
  json.json(listed);
  std::string marking;
  json.key("more");  // of each page
  json.begin_array();
  for (const inquiry::AddressPage& page : pages) {
    json.begin_object();
    json.field("chain", page.network->name);
    json.field("address", chain::format_address(*page.network, page.address));
    const ledger::LedgerChain* chain = state->snapshot->ledger->find(*page.network);
    if (chain != nullptr) json.field("height", chain->reader().info().tip_height);
    json.key("known_in");  // what incidents say of it
    json.begin_array();
    for (const incidents::Incident& incident : incidents)
      for (const incidents::KnownAddress& known : incident.addresses) {
        if (known.network != page.network || !(known.key == page.address)) continue;
        marking = strictest(marking, incident.marking);
        json.begin_object();
        json.field("incident", incident.id);
        json.field("name", incident.name);
        json.field("role", known.role);
        json.field("source", known.source);
        if (!known.note.empty()) json.field("note", known.note);
        if (!incident.marking.empty()) json.field("marking", incident.marking);
        json.end_object();
      }
    json.end_array();
    exposure_fields(json, *state, asker, *page.network, page.address, names, marking);
    for (const attribution::Tag& tag : page.tags)
      if (tag.marking != attribution::Marking::kClear) marking = strictest(marking, attribution::name_of(tag.marking));
    for (const inquiry::AssetTotal& total : page.totals) names.use(*page.network, total.asset);
    names.use(*page.network, chain::native_asset());
    json.end_object();
  }
  json.end_array();
  if (!marking.empty()) json.field("marking", marking);
  names.write(json);
  json.end_object();
  json.flush();
  return out;
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
  const ledger::ChainReader& reader = chain->reader();
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("chain", network.name);
  json.field("address", address);
  json.field("height", reader.info().tip_height);
  json.field("movements_all", movement_count(*chain, *handle));
  json.key("movements");
  json.begin_array();
  size_t count = 0;
  Moved moved;
  while (count < request.limit && walk->next(moved, kExamined)) {
    ++count;
    const ledger::BlockRow block = reader.block(reader.block_of_transaction(moved.transaction));
    json.begin_object();
    json.field("direction", moved.fee ? "fee" : moved.in ? "in" : "out");
    json.field("time", base::format_time(block.time));
    json.field("height", block.height);
    json.field("transaction", chain::format_hash(network, reader.transaction_id(moved.transaction)));
    json.field("asset", names.use(network, moved.asset));
    json.field("amount", base::to_decimal(moved.amount));
    if (chain->utxo) {
      ledger::UtxoTransactionView view;
      chain->utxo->transaction(moved.transaction, view);
      json.field("position", moved.place - (moved.in ? view.first_output : view.first_input));
    } else {
      json.field("position", moved.place - chain->account->first_movement(moved.transaction));
    }
    if (!moved.counterparty.is_none()) {
      json.field("counterparty", chain::format_address(network, moved.counterparty));
      const auto tags = owning->tags().find(network, moved.counterparty);
      if (!tags.empty()) {
        json.field("counterparty_owner", owning->tags().owner_of(tags.front()));
        json.field("counterparty_category", attribution::name_of(tags.front().category));
      } else if (const auto* service = owning->services().find_named(network, moved.counterparty)) {
        json.field("counterparty_owner", service->name);
      }
      const std::string role = inquiry::known_role(incidents, network, moved.counterparty);
      if (!role.empty()) json.field("counterparty_role", role);
    }
    json.end_object();
  }
  json.end_array();
  json.field("examined", walk->examined());
  json.field("end", walk->at_end());
  if (!walk->at_end()) json.field("cursor", walk->cursor());
  names.write(json);
  json.end_object();
  json.flush();
  return out;
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
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.key("transaction");
  json.json(printed);
  json.key("parties");
  json.begin_array();
  for (const ledger::LedgerChain& chain : state->snapshot->ledger->chains()) {
    if (network != nullptr && network != chain.network) continue;
    chain::TxId id{};
    if (!chain::parse_hash(*chain.network, text, id)) continue;
    const auto number = chain.reader().find_transaction(id);
    if (!number) continue;
    std::vector<chain::AddressKey> parties;
    const auto party = [&](const chain::AddressKey& key) {
      if (!key.is_none() && parties.size() < 2000) parties.push_back(key);
    };
    if (chain.utxo) {
      ledger::UtxoTransactionView view;
      chain.utxo->transaction(*number, view);
      for (uint64_t i = 0; i < view.in_output.size(); ++i) party(chain.utxo->input_address(view.first_input + i));
      for (uint64_t o = 0; o < view.out_value.size(); ++o) party(chain.utxo->output_address(view.first_output + o));
      names.use(*chain.network, chain::native_asset());
    } else {
      std::vector<uint64_t> scratch;
      for (const uint64_t n : chain.account->movements_of_transaction(*number, scratch)) {
        ledger::Movement m;
        chain.account->movement(n, m);
        names.use(*chain.network, chain.account->asset(m.segment, m.asset));
        if (m.from != ledger::kNoNumber) party(chain.account->holding_address(m.segment, m.from));
        if (m.to != ledger::kNoNumber) party(chain.account->holding_address(m.segment, m.to));
      }
    }
    std::sort(parties.begin(), parties.end());
    parties.erase(std::unique(parties.begin(), parties.end()), parties.end());
    for (const chain::AddressKey& key : parties) {
      json.begin_object();
      json.field("address", chain::format_address(*chain.network, key));
      who_fields(json, *owning, incidents, &chain, *chain.network, key);
      json.end_object();
    }
    break;
  }
  json.end_array();
  names.write(json);
  json.end_object();
  json.flush();
  return out;
}
}  // namespace jindo::workbench
