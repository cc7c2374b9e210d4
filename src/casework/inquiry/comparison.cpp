#include "inquiry/comparison.h"

#include <algorithm>
#include <map>
#include <set>

namespace jindo::inquiry {
namespace {
using typology::kNobody;
constexpr size_t kLookedMax = 20'000;

struct Use {
  std::set<std::string> incidents;
  std::map<std::string, std::string> evidence;  // by incident: a transaction
  const chain::Network* network = nullptr;
  chain::AddressKey address;
};
using Uses = std::map<std::pair<std::string, std::string>, Use>;  // kind, what

void note_use(Uses& uses, const std::string& kind, const std::string& what, const std::string& incident,
              const std::string& evidence, const chain::Network* network, const chain::AddressKey& address) {
  Use& use = uses[{kind, what}];
  use.incidents.insert(incident);
  use.evidence.emplace(incident, evidence);
  use.network = network;
  use.address = address;
}

void collect(const Traced& traced, const Found& found, const std::string& incident, Uses& uses) {
  const typology::Scene& scene = *found.scene;
  const auto transaction_text = [&](const typology::Move& move) {
    const ledger::LedgerChain& chain = scene.chain(move.chain);
    return std::string(chain.network->name) + " " +
           chain::format_hash(*chain.network, chain.reader().transaction_id(move.transaction));
  };
  for (uint32_t n = 0; n < scene.nodes().size(); ++n) {
    const typology::Node& node = scene.nodes()[n];
    if (node.in.empty() || scene.service_at(node) != nullptr) continue;
    const std::string place = std::string(node.network->name) + " " + scene.address_text(node);
    const trace::Owner* exchange = nullptr;
    const bool deposit = scene.forwards_to_service(n, "exchange", &exchange);
    note_use(uses, deposit ? "deposit address" : "address", place, incident,
             transaction_text(scene.moves()[node.in[0]]), node.network, node.address);
    for (const uint32_t m : node.in) {
      const typology::Move& move = scene.moves()[m];
      if (!move.out_of_link || traced.result.links[move.link].link.kind != resolve::LinkKind::kBridge) continue;
      // One key on all EVM chains: the recipient is the same wherever it is paid.
      note_use(uses, "bridge recipient", scene.address_text(node), incident, transaction_text(move), node.network,
               node.address);
    }
    for (const typology::GasFunder& funder : typology::gas_funders(scene, n)) {
      if (scene.services().find(*node.network, funder.wallet) == nullptr) {
        const ledger::LedgerChain& chain = scene.chain_of(node);
        note_use(uses, "gas wallet",
                 std::string(node.network->name) + " " + chain::format_address(*node.network, funder.wallet), incident,
                 std::string(node.network->name) + " " +
                     chain::format_hash(*node.network, chain.reader().transaction_id(funder.transaction)),
                 node.network, funder.wallet);
      }
    }
  }
  for (const typology::Move& move : scene.moves()) {
    const trace::Owner* service = scene.service_of(move);
    if (service != nullptr && !service->name.empty())
      note_use(uses, "service", service->category + " " + service->name, incident, transaction_text(move), nullptr, {});
  }
  for (const typology::Finding& finding : found.findings) {
    const typology::Sighting& first = finding.transactions.front();
    note_use(uses, "technique", finding.technique->id, incident,
             std::string(first.network->name) + " " + chain::format_hash(*first.network, first.transaction), nullptr,
             {});
  }
}

// How many addresses deal with one, up to a limit.
uint64_t popularity_of(const ledger::Ledger& ledger, const chain::Network& network, const chain::AddressKey& address) {
  const ledger::LedgerChain& chain = *ledger.find(network);
  const auto handle = chain.reader().find_address(address);
  if (!handle) return 0;
  if (chain.utxo) return chain.utxo->received_count(*handle) + chain.utxo->sent_count(*handle);
  std::set<chain::AddressKey> others;
  ledger::Movement movement;
  size_t looked = 0;
  for (const ledger::HoldingHandle& holding : chain.account->holdings_of(*handle)) {
    for (uint32_t segment = 0; segment < chain.account->segments(); ++segment) {
      for (const uint64_t number : chain.account->movements_of(holding, segment)) {
        if (++looked > kLookedMax) return others.size();
        chain.account->movement(number, movement);
        const uint64_t row = movement.from == holding.rows[segment] ? movement.to : movement.from;
        if (row != ledger::kNoNumber) others.insert(chain.account->holding_address(segment, row));
      }
    }
  }
  return others.size();
}
}  // namespace

base::Result<Comparison> compare_incidents(const TraceRequest& request) {
  if (request.incidents.size() < 2) return base::wrong_use("compare: expected at least two incidents");
  Comparison out;
  Uses uses;
  std::unique_ptr<ledger::Ledger> ledger;
  for (const std::string& name : request.incidents) {
    TraceRequest one = request;
    one.incidents = {name};
    one.options.record = true;
    JINDO_TRY(Traced traced, trace_incidents(one));
    const std::string incident = traced.incidents.front().id;
    if (std::find(out.incidents.begin(), out.incidents.end(), incident) != out.incidents.end())
      return base::wrong_use("incident " + incident + " is given twice");
    out.incidents.push_back(incident);
    const auto marking = attribution::find_marking(marking_of(traced)), before = attribution::find_marking(out.marking);
    if (marking && (!before || *before < *marking)) out.marking = attribution::name_of(*marking);
    {
      const auto found = find_techniques(traced);
      collect(traced, *found, incident, uses);
    }
    if (!ledger) {
      JINDO_TRY(ledger::Ledger opened, ledger::Ledger::open(request.ledger));
      ledger = std::make_unique<ledger::Ledger>(std::move(opened));
    }
  }
  for (const auto& [key, use] : uses) {
    if (use.incidents.size() < 2) continue;
    SharedThing thing;
    thing.kind = key.first;
    thing.what = key.second;
    thing.incidents.assign(use.incidents.begin(), use.incidents.end());
    for (const auto& [incident, evidence] : use.evidence)
      thing.evidence += (thing.evidence.empty() ? "" : "; ") + incident + ": " + evidence;
    if (key.first == "service") {
      thing.weight = 50'000;
      thing.note = "services have many customers: by itself this says little";
    } else if (key.first == "technique") {
      thing.weight = 30'000;
      thing.note = "techniques are common: by itself this says little";
    } else {
      thing.popularity = popularity_of(*ledger, *use.network, use.address);
      const uint32_t full = key.first == "gas wallet" ? 900'000 : key.first == "deposit address" ? 950'000 : 920'000;
      // Up to 50 partners say a person; beyond that ever less.
      thing.weight = static_cast<uint32_t>(thing.popularity <= 50 ? full : uint64_t{full} * 50 / thing.popularity);
      thing.note = thing.popularity <= 50
                       ? "few deal with it: a chance meeting is unlikely, a common broker is possible"
                       : std::to_string(thing.popularity) +
                             " addresses deal with it: it may be a service that nobody has tagged";
    }
    out.shared.push_back(std::move(thing));
  }
  std::stable_sort(out.shared.begin(), out.shared.end(),
                   [](const SharedThing& a, const SharedThing& b) { return a.weight > b.weight; });
  return out;
}
}  // namespace jindo::inquiry
