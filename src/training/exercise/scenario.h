// Scenarios: a theft and its laundering as a short declarative file (docs/formats/exercise.md) that a trainer copies
// and changes. Reading says file, line and what was expected; an unknown field or verb is an error, a group must be
// made before it is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uint256.h"
#include "chain/network.h"

namespace jindo::exercise {

enum class Verb {
  kTheft,        // a victim's wallets, or many persons', to a thief's
  kSalaries,     // employers pay disguised workers month by month
  kSplit,        // one wallet to many: equal tranches, heavy-tailed parts, or parts below a threshold
  kForward,      // through so many fresh wallets
  kPeel,         // a peel chain: small parts leave to exchanges, the rest goes on
  kConsolidate,  // many wallets to few
  kPay,          // to the wallets of a group that is there already
  kSwap,         // one asset into another at the market makers
  kWrap,         // the coin into its wrapped token, or back
  kBridge,       // to another chain
  kMix,          // through the fixed-denomination mixer
  kCoinjoin,     // rounds of a CoinJoin
  kDeposit,      // to an exchange's deposit addresses: the end, cashed out or frozen in time
  kFreeze,       // the issuer of a token freezes the wallets
  kBuyHashrate,  // pays a mining service; as much comes back as new coins
};

struct Step {
  Verb verb = Verb::kTheft;
  std::string id, incident, of, from, to, chain, asset, into, by, style, technique, note, outcome, knowable;
  std::string amount, tranche, below;  // in whole units, decimal
  uint32_t wallets = 0;                // 0: the verb's default; at full scale
  uint32_t hops = 1, rounds = 1;
  uint32_t share = 1000;      // per thousand of the group's wallets
  std::optional<int64_t> at;  // seconds from hour zero
  int64_t after = 3600, over = 0;
  bool look_alike = false;
  int line = 0;
};
struct Actor {
  std::string id, name, kind;  // kind: thief, victim, service, employer
};
struct Holding {
  std::string asset, amount;
};
struct WalletGroup {
  std::string id, chain, owner;
  bool contract = false;
  std::vector<Holding> holds;
};
struct IncidentPlan {
  std::string id, name, victim;
};
struct Scenario {
  std::string id, name, modelled_on, summary, known;
  int64_t start = 0;
  int64_t duration = 0;
  std::vector<std::pair<const chain::Network*, uint32_t>> chains;  // with their share of the movements
  std::map<std::string, uint64_t> prices;                          // micro-dollars a whole unit
  std::vector<Actor> actors;
  std::vector<WalletGroup> wallets;
  std::vector<IncidentPlan> incidents;
  std::vector<Step> steps;
  std::vector<std::string> questions, hints, sources;
  std::string text;  // the file as read
};

base::Result<Scenario> parse_scenario(const std::string& path, const std::string& yaml);
// A file's path, or the identifier of a scenario in the folder.
base::Result<Scenario> find_scenario(const std::string& file_or_id, const std::string& folder);
base::Result<std::vector<Scenario>> list_scenarios(const std::string& folder);
const char* verb_name(Verb verb);
// "1234.5" whole units to base units; nullopt when it is no number or too fine.
std::optional<base::Uint128> parse_units(const std::string& text, int decimals);

}  // namespace jindo::exercise
