// Each incident is traced with every step recorded; an address's holdings, ends and arrivals are summed asset by asset.
#include "inquiry/page_exposure.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "incidents/incident.h"
#include "trace/trace.h"

namespace jindo::inquiry {
namespace {
using chain::AddressKey;

base::Result<std::vector<std::string>> incident_names(const PageRequest& request) {
  if (!request.all_incidents) return request.incidents;
  JINDO_TRY(auto names, base::list_folder(request.incident_folder));
  for (std::string& name : names) name.insert(0, request.incident_folder + "/");
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& n) { return n.size() < 5 || n.substr(n.size() - 5) != ".yaml"; }),
              names.end());
  return names;
}

base::Result<trace::Result> trace_one(const PageRequest& request, const incidents::Incident& incident,
                                      const ledger::Ledger& ledger, const Ownership& owners) {
  const auto sources = incidents::trace_sources({incident});
  if (sources.empty()) return base::bad_input("it names no theft");
  trace::Options options;
  options.policy = request.policy;
  options.record = true;
  options.services = owners.services().empty() ? nullptr : &owners.services();
  return trace::run(ledger, sources, options);
}

// What a trace brought to a page's address.
std::map<AddressKey, Exposure> exposure_by_asset(const trace::Result& traced, const ledger::LedgerChain& chain,
                                                 const AddressPage& page) {
  std::map<AddressKey, Exposure> out;
  const auto is_here = [&](const chain::Network* network, const AddressKey& address) {
    return network == page.network && address == page.address;
  };
  for (const trace::Holding& h : traced.holdings)
    if (is_here(h.network, h.address)) out[h.asset].held += h.amount;
  for (const trace::Terminal& t : traced.terminals)
    if (is_here(t.network, t.address) && t.kind == trace::TerminalKind::kService) out[t.asset].ended += t.amount;
  for (const trace::Step& step : traced.steps) {
    if (traced.chains[step.chain].network != page.network || step.to == ledger::kNoNumber) continue;
    if (chain.utxo) {
      if (chain.utxo->output_address(step.to) == page.address) out[chain::native_asset()].received += step.amount;
    } else if (traced.nodes[step.chain][step.to].address == page.address) {
      out[traced.nodes[step.chain][step.to].asset].received += step.amount;
    }
  }
  for (auto& [asset, exposure] : out) exposure.received += exposure.ended;  // what ends here arrived here
  return out;
}
}  // namespace

base::Status add_exposures(const PageRequest& request, const ledger::Ledger& ledger, const Ownership& owners,
                           std::vector<AddressPage>& pages) {
  JINDO_TRY(const auto names, incident_names(request));
  for (const std::string& name : names) {
    JINDO_TRY(const incidents::Incident incident, incidents::find_incident(name, request.incident_folder));
    const auto traced = trace_one(request, incident, ledger, owners);
    for (AddressPage& page : pages) {
      if (!traced.ok()) {
        // A known incident whose thefts are not in this ledger exposes nobody here; one asked for by name is named.
        if (!request.all_incidents) page.exposure_notes.push_back(incident.id + ": " + traced.error().message);
        continue;
      }
      for (auto& [asset, exposure] : exposure_by_asset(*traced, *ledger.find(*page.network), page)) {
        exposure.incident = incident.id;
        exposure.asset = asset;
        page.exposures.push_back(std::move(exposure));
      }
    }
  }
  return {};
}
}  // namespace jindo::inquiry
