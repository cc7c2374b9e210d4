// Links of every kind gathered and put in order; exchanges on demand.
#include "resolve/resolver.h"

#include <algorithm>

#include "resolve/bridge_pairs.h"
#include "resolve/statement.h"

namespace jindo::resolve {
const char* link_kind_name(LinkKind kind) {
  switch (kind) {
    case LinkKind::kSwap:
      return "swap";
    case LinkKind::kWrap:
      return "wrap";
    case LinkKind::kBridge:
      return "bridge";
    case LinkKind::kMixer:
      return "mixer";
    case LinkKind::kCoinjoin:
      return "coinjoin";
    case LinkKind::kService:
      return "service";
  }
  return "?";
}

std::optional<uint32_t> parse_confidence(std::string_view text) {
  const size_t point = text.find('.');
  const auto whole = base::parse_decimal(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1));
  if (!whole || *whole > base::Uint256(1) || fraction.empty() || fraction.size() > 6) return std::nullopt;
  fraction.resize(6, '0');
  const auto part = base::parse_decimal(fraction);
  if (!part) return std::nullopt;
  const uint64_t out = whole->low() * kCertain + part->low();
  return out > kCertain ? std::nullopt : std::optional(static_cast<uint32_t>(out));
}

base::Result<std::unique_ptr<Resolver>> Resolver::make(const ledger::Ledger& ledger,
                                                       const attribution::ServiceDirectory& services,
                                                       const ResolveRequest& request) {
  std::shared_ptr<const Registry> known = request.read;
  if (!known) {
    JINDO_TRY(Registry registry, Registry::read(request.registry));
    known = std::make_shared<const Registry>(std::move(registry));
  }
  std::unique_ptr<Resolver> out(new Resolver(ledger, *known));
  for (const AssetEntry& asset : out->registry_.assets()) out->assets_.add(*asset.network, asset.key, asset.facts);
  for (const std::string& path : request.assets) JINDO_DO(out->assets_.read_assets(path));
  for (const std::string& path : request.prices) JINDO_DO(out->assets_.read_prices(path));
  const auto is_bridge = [&](const chain::Network& network, const chain::AddressKey& address) {
    const attribution::Service* service = services.find_named(network, address);
    return service != nullptr && service->category == "bridge";
  };
  out->links_ = pair_crossings(ledger, out->registry_, is_bridge);
  if (request.inferred) {
    std::vector<Link> more = infer_crossings(ledger, services, out->assets_, out->links_, request.crossings);
    out->pools_ = find_mixer_pools(ledger, out->registry_, services);
    for (const auto& links : {std::move(more), link_mixer_notes(out->pools_)})
      out->links_.insert(out->links_.end(), links.begin(), links.end());
  } else {
    out->links_.erase(std::remove_if(out->links_.begin(), out->links_.end(), [](const Link& l) { return !l.exact; }),
                      out->links_.end());
  }
  for (const std::string& path : request.statements) {
    JINDO_TRY(const auto stated, read_statements(path, ledger));
    out->links_.insert(out->links_.end(), stated.begin(), stated.end());
  }
  std::sort(out->links_.begin(), out->links_.end(), [](const Link& a, const Link& b) {
    return std::make_tuple(a.from.network->caip2, a.from.place, a.to.network->caip2, a.to.place, !a.exact, a.rule) <
           std::make_tuple(b.from.network->caip2, b.from.place, b.to.network->caip2, b.to.place, !b.exact, b.rule);
  });
  return out;
}

Link link_of(const ledger::AccountReader& reader, const Exchange& exchange) {
  // Who began it: the payer of the fee.
  chain::AddressKey sender;
  std::vector<uint64_t> scratch;
  ledger::Movement movement;
  for (const uint64_t number : reader.movements_of_transaction(exchange.transaction, scratch)) {
    reader.movement(number, movement);
    if (movement.kind != chain::MovementKind::kFee || movement.from == ledger::kNoNumber) continue;
    sender = reader.holding_address(movement.segment, movement.from);
    break;
  }
  const Flow* chosen = nullptr;
  for (const Flow& flow : exchange.flows) {
    const Give& give = exchange.gives[flow.give];
    if (!is_trade(give, flow)) continue;
    if (chosen == nullptr || (give.address == sender && !(exchange.gives[chosen->give].address == sender)))
      chosen = &flow;
  }
  const Give& give = exchange.gives[chosen->give];
  Link link;
  link.kind = exchange.wraps ? LinkKind::kWrap : LinkKind::kSwap;
  link.rule = exchange.exact ? "events" : "net-change";
  link.service = exchange.protocols;
  link.exact = exchange.exact;
  link.confidence = exchange.confidence;
  link.evidence = exchange.evidence;
  const chain::Network* network = reader.info().network;
  link.from = {network, exchange.transaction, give.movement, give.address, {}, give.asset, chosen->taken};
  link.to = {network, exchange.transaction, chosen->movement, chosen->to, {}, chosen->asset, chosen->arrives};
  return link;
}

std::vector<Link> find_exchanges(const ledger::LedgerChain& chain, const Registry& registry) {
  std::vector<Link> out;
  ExchangeFinder finder(*chain.account, registry);
  const uint64_t count = chain.account->info().transactions;
  for (uint64_t t = 0; t < count; ++t) {
    const auto exchange = finder.find(t);
    if (exchange) out.push_back(link_of(*chain.account, *exchange));
  }
  return out;
}
}  // namespace jindo::resolve
