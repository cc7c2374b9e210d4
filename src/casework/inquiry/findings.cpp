// A recorded trace made a scene, and every detector asked about it.
#include "inquiry/findings.h"

namespace jindo::inquiry {
std::unique_ptr<Found> find_techniques(const Traced& traced) {
  auto out = std::make_unique<Found>();
  for (const incidents::Incident& incident : traced.incidents)
    for (const incidents::Token& token : incident.tokens)
      out->assets.add(*token.network, token.key,
                      {token.symbol, token.decimals, token.symbol == "USDT" || token.symbol == "USDC", false});
  std::vector<typology::KnownPlace> known;
  for (const incidents::Incident& incident : traced.incidents)
    for (const incidents::KnownAddress& address : incident.addresses)
      if (address.network != nullptr) known.push_back({address.network, address.key, address.role});
  out->scene = std::make_unique<typology::Scene>(
      *traced.ledger, traced.result, traced.resolver ? traced.resolver->assets() : out->assets,
      traced.resolver ? traced.resolver->registry() : out->registry, traced.owners->services(), std::move(known));
  out->findings = typology::find_all(*out->scene);
  return out;
}
}  // namespace jindo::inquiry
