// Each incident is traced and asked what it used (addresses, services, techniques); what two used is weighed.
#include "inquiry/comparison.h"
#include "inquiry/findings.h"

#include <algorithm>
#include <map>
#include <set>

namespace jindo::inquiry {
namespace {
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

// What one incident's trace used.
class UseCollector {
 public:
  UseCollector(const Traced& traced, const Found& found, const std::string& incident, Uses& uses)
      : traced_(traced), scene_(*found.scene), findings_(found.findings), incident_(incident), uses_(uses) {}
  void run() {
    for (uint32_t n = 0; n < scene_.nodes().size(); ++n) {
      if (scene_.nodes()[n].in.empty() || scene_.service_at(scene_.nodes()[n]) != nullptr) continue;
      address(n);
      bridge_recipient(scene_.nodes()[n]);
      gas_wallets(n);
    }
    services();
    techniques();
  }

 private:
  std::string transaction_text(const ledger::LedgerChain& chain, uint64_t transaction) const {
    return std::string(chain.network->name) + " " +
           chain::format_hash(*chain.network, chain.reader().transaction_id(transaction));
  }
  std::string transaction_text(const typology::Move& move) const {
    return transaction_text(scene_.chain(move.chain), move.transaction);
  }
  void address(uint32_t n) {
    const typology::Node& node = scene_.nodes()[n];
    const trace::Owner* exchange = nullptr;
    const bool deposit = scene_.forwards_to_service(n, "exchange", &exchange);
    note_use(uses_, deposit ? "deposit address" : "address",
             std::string(node.network->name) + " " + scene_.address_text(node), incident_,
             transaction_text(scene_.moves()[node.in[0]]), node.network, node.address);
  }
  // One key on all EVM chains: the recipient is the same wherever it is paid.
  void bridge_recipient(const typology::Node& node) {
    for (const uint32_t m : node.in) {
      const typology::Move& move = scene_.moves()[m];
      if (!move.out_of_link || traced_.result.links[move.link].link.kind != resolve::LinkKind::kBridge) continue;
      note_use(uses_, "bridge recipient", scene_.address_text(node), incident_, transaction_text(move), node.network,
               node.address);
    }
  }
  void gas_wallets(uint32_t n) {
    const typology::Node& node = scene_.nodes()[n];
    for (const typology::GasFunder& funder : typology::gas_funders(scene_, n)) {
      if (scene_.services().find(*node.network, funder.wallet) != nullptr) continue;
      note_use(uses_, "gas wallet",
               std::string(node.network->name) + " " + chain::format_address(*node.network, funder.wallet), incident_,
               transaction_text(scene_.chain_of(node), funder.transaction), node.network, funder.wallet);
    }
  }
  void services() {
    for (const typology::Move& move : scene_.moves()) {
      const trace::Owner* service = scene_.service_of(move);
      if (service != nullptr && !service->name.empty())
        note_use(uses_, "service", service->category + " " + service->name, incident_, transaction_text(move), nullptr,
                 {});
    }
  }
  void techniques() {
    for (const typology::Finding& finding : findings_) {
      const typology::Sighting& first = finding.transactions.front();
      note_use(uses_, "technique", finding.technique->id, incident_,
               std::string(first.network->name) + " " + chain::format_hash(*first.network, first.transaction), nullptr,
               {});
    }
  }

  const Traced& traced_;
  const typology::Scene& scene_;
  const typology::Findings& findings_;
  const std::string& incident_;
  Uses& uses_;
};

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

// How much it says that several incidents used one thing. Up to so many partners say a person; beyond that ever less.
constexpr uint64_t kPersonPartnersMax = 50;
void weigh(SharedThing& thing, const Use& use, const ledger::Ledger& ledger) {
  if (thing.kind == "service") {
    thing.weight = 50'000;
    thing.note = "services have many customers: by itself this says little";
    return;
  }
  if (thing.kind == "technique") {
    thing.weight = 30'000;
    thing.note = "techniques are common: by itself this says little";
    return;
  }
  thing.popularity = popularity_of(ledger, *use.network, use.address);
  const uint32_t full = thing.kind == "gas wallet" ? 900'000 : thing.kind == "deposit address" ? 950'000 : 920'000;
  const bool few = thing.popularity <= kPersonPartnersMax;
  thing.weight = static_cast<uint32_t>(few ? full : uint64_t{full} * kPersonPartnersMax / thing.popularity);
  thing.note =
      few ? "few deal with it: a chance meeting is unlikely, a common broker is possible"
          : std::to_string(thing.popularity) + " addresses deal with it: it may be a service that nobody has tagged";
}
// What two incidents or more used, the weightiest first.
std::vector<SharedThing> shared_of(const Uses& uses, const ledger::Ledger& ledger) {
  std::vector<SharedThing> out;
  for (const auto& [key, use] : uses) {
    if (use.incidents.size() < 2) continue;
    SharedThing thing;
    thing.kind = key.first;
    thing.what = key.second;
    thing.incidents.assign(use.incidents.begin(), use.incidents.end());
    for (const auto& [incident, evidence] : use.evidence)
      thing.evidence += (thing.evidence.empty() ? "" : "; ") + incident + ": " + evidence;
    weigh(thing, use, ledger);
    out.push_back(std::move(thing));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SharedThing& a, const SharedThing& b) { return a.weight > b.weight; });
  return out;
}
}  // namespace

base::Result<Comparison> compare_incidents(const TraceRequest& request) {
  if (request.incidents.size() < 2) return base::wrong_use("compare: expected at least two incidents");
  Comparison out;
  Uses uses;
  for (const std::string& name : request.incidents) {
    TraceRequest one = request;
    one.incidents = {name};
    one.options.record = true;
    JINDO_TRY(const Traced traced, trace_incidents(one));
    const std::string incident = traced.incidents.front().id;
    if (std::find(out.incidents.begin(), out.incidents.end(), incident) != out.incidents.end())
      return base::wrong_use("incident " + incident + " is given twice");
    out.incidents.push_back(incident);
    const auto marking = attribution::find_marking(marking_of(traced)), before = attribution::find_marking(out.marking);
    if (marking && (!before || *before < *marking)) out.marking = attribution::name_of(*marking);
    const auto found = find_techniques(traced);
    UseCollector(traced, *found, incident, uses).run();
  }
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(request.ledger));
  out.shared = shared_of(uses, ledger);
  return out;
}
}  // namespace jindo::inquiry
