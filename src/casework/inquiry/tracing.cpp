// Incidents read, a ledger opened, owners and links found, a trace run; and how its amounts and names are shown.
#include "inquiry/tracing.h"

#include <algorithm>

namespace jindo::inquiry {
base::Result<Traced> trace_incidents(const TraceRequest& request) {
  Traced out;
  std::vector<incidents::Incident>& incidents = out.incidents;
  for (const std::string& name : request.incidents) {
    JINDO_TRY(incidents::Incident incident, incidents::find_incident(name, request.incident_folder));
    for (const incidents::Incident& other : incidents) {
      if (other.id == incident.id) return base::wrong_use("incident " + incident.id + " is given twice");
    }
    incidents.push_back(std::move(incident));
  }
  const std::vector<trace::Source> sources = incidents::trace_sources(incidents);
  if (sources.empty())
    return base::bad_input("incident " + incidents.front().id + " names no theft; there is nothing to trace from");
  JINDO_TRY(ledger::Ledger ledger, ledger::Ledger::open(request.ledger));
  out.ledger = std::make_unique<ledger::Ledger>(std::move(ledger));
  OwnershipRequest owners = request.owners;
  owners.ledger = request.ledger;
  JINDO_TRY(out.owners, Ownership::open(owners, *out.ledger));
  trace::Options options = request.options;
  options.services = out.owners->services().empty() ? nullptr : &out.owners->services();
  if (request.links) {
    resolve::ResolveRequest links = request.resolve;
    if (links.registry == owners.registry) links.read = out.owners->registry();
    JINDO_TRY(out.resolver, resolve::Resolver::make(*out.ledger, out.owners->services(), links));
    for (const incidents::Incident& incident : incidents)
      for (const incidents::Token& token : incident.tokens) {
        const resolve::AssetFacts* known = out.resolver->assets().find(*token.network, token.key);
        if (known == nullptr)
          out.resolver->assets().add(
              *token.network, token.key,
              {token.symbol, token.decimals, token.symbol == "USDT" || token.symbol == "USDC", false});
      }
    options.resolver = out.resolver.get();
  }
  JINDO_TRY(out.result, trace::run(*out.ledger, sources, options));
  return out;
}

std::string marking_of(const Traced& traced) {
  std::optional<attribution::Marking> out;
  for (const auto& incident : traced.incidents)
    if (const auto marking = attribution::find_marking(incident.marking); marking && !incident.marking.empty())
      out = std::max(out.value_or(*marking), *marking);
  // Whose a terminal is, tags said: theirs counts where it is no TLP:CLEAR.
  if (traced.owners)
    for (const trace::Terminal& t : traced.result.terminals) {
      if (t.name == 0) continue;
      for (const attribution::Tag& tag : traced.owners->tags().find(*t.network, t.address))
        if (tag.marking > attribution::Marking::kClear) out = std::max(out.value_or(tag.marking), tag.marking);
    }
  return out ? attribution::name_of(*out) : "";
}

namespace {
const incidents::Token* find_token(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                                   const chain::AddressKey& asset) {
  for (const auto& incident : incidents) {
    for (const incidents::Token& token : incident.tokens) {
      if (token.network == &network && token.key == asset) return &token;
    }
  }
  return nullptr;
}
std::string with_point(std::string digits, int decimals) {
  if (decimals > 0) {
    const auto places = static_cast<size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    std::string fraction = digits.substr(digits.size() - places);
    digits.resize(digits.size() - places);
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return fraction.empty() ? digits : digits + "." + fraction;
  }
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}
}  // namespace

std::string show_amount(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                        const chain::AddressKey& asset, const base::Uint256& amount) {
  if (base::is_beyond(amount)) return "2^256-1 or more";
  const std::string digits = base::to_decimal(amount);
  if (asset == chain::native_asset()) return with_point(digits, network.decimals);
  const incidents::Token* token = find_token(incidents, network, asset);
  return with_point(digits, token != nullptr ? token->decimals : 0);
}
std::string show_asset(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& asset) {
  if (asset == chain::native_asset()) return std::string(network.native);
  const incidents::Token* token = find_token(incidents, network, asset);
  return token != nullptr ? token->symbol : chain::format_asset(network, asset);
}
std::string known_role(const std::vector<incidents::Incident>& incidents, const chain::Network& network,
                       const chain::AddressKey& address) {
  for (const auto& incident : incidents) {
    for (const incidents::KnownAddress& known : incident.addresses) {
      if (known.network == &network && known.key == address) return known.role;
    }
  }
  return "";
}

base::Result<trace::TrailTarget> parse_target(const Traced& traced, const std::string& text) {
  std::string problem;
  for (const trace::ChainState& state : traced.result.chains) {
    trace::TrailTarget target;
    target.network = state.network;
    const size_t colon = text.rfind(':');
    chain::TxId id{};
    if (state.network->model == chain::LedgerModel::kUtxo && colon == 64 &&
        chain::parse_hash(*state.network, text.substr(0, 64), id)) {
      const auto index = base::parse_decimal(text.substr(65));
      if (!index || !index->fits_u64() || index->low() >= UINT32_MAX)
        return base::wrong_use("'" + text + "': expected TXID:VOUT");
      target.transaction = id;
      target.output = static_cast<uint32_t>(index->low());
      return target;
    }
    auto key = chain::parse_address(*state.network, text);
    if (key.ok()) {
      target.address = *key;
      return target;
    }
    problem = key.error().message;
  }
  return base::wrong_use(problem);
}
}  // namespace jindo::inquiry
