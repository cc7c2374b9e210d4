// address_poisoning: decoys beside the genuine transfers of addresses in the trace.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "typology/contacts.h"
#include "typology/detectors.h"
#include "typology/quantity.h"

namespace jindo::typology {
namespace {
// Those that an address really deals with, by how their text ends, so that few are compared.
class RealParties {
 public:
  RealParties(const chain::Network& network, const Contacts& contacts) : network_(network) {
    for (const auto& [party, dealings] : contacts.all())
      if (contacts.real(dealings)) by_ending_[ending(party)].push_back(&party);
  }
  // Those that look like it.
  std::vector<const chain::AddressKey*> like(const chain::AddressKey& party) const {
    std::vector<const chain::AddressKey*> out;
    const auto near = by_ending_.find(ending(party));
    if (near == by_ending_.end()) return out;
    for (const chain::AddressKey* real : near->second)
      if (likeness(network_, party, *real).fools()) out.push_back(real);
    return out;
  }

 private:
  std::string ending(const chain::AddressKey& key) const {
    const std::string text = compared_text(network_, key);
    return text.size() < 2 ? text : text.substr(text.size() - 2);
  }
  const chain::Network& network_;
  std::unordered_map<std::string, std::vector<const chain::AddressKey*>> by_ending_;
};

struct Decoys {
  std::map<chain::AddressKey, chain::AddressKey> imitated;          // by decoy: whom it looks like
  std::set<std::pair<chain::AddressKey, chain::AddressKey>> pairs;  // one of the two, nobody can tell which
  std::set<uint64_t> noise;                                         // transactions, in ledger order
  size_t zero = 0, fake = 0, tiny = 0, paid = 0;                    // the decoys' transfers, by kind
};
std::string kinds_text(const Decoys& decoys) {
  std::string out;
  const auto add = [&](size_t count, const char* what) {
    if (count > 0) out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + what;
  };
  add(decoys.zero, "of nothing");
  add(decoys.fake, "of imitation tokens");
  add(decoys.tiny, "of tiny amounts");
  add(decoys.paid, "of real money, which went to a decoy");
  return out;
}

void note_dealings(const Contacts& contacts, const Dealings& of, const Dealings& beside, bool decoy, Decoys& out) {
  for (const Dealing& dealing : of) {
    const Contacts::Noise noise = contacts.noise(dealing, beside);
    if (noise == Contacts::Noise::kNone && !decoy) continue;
    out.noise.insert(dealing.transaction);
    if (noise == Contacts::Noise::kNothing) ++out.zero;
    if (noise == Contacts::Noise::kFake) ++out.fake;
    if (noise == Contacts::Noise::kTiny) ++out.tiny;
    if (noise == Contacts::Noise::kNone) ++out.paid;
  }
}

Decoys find_decoys(const chain::Network& network, const Contacts& contacts) {
  Decoys out;
  const RealParties real(network, contacts);
  for (const auto& [party, dealings] : contacts.all()) {
    for (const chain::AddressKey* other : real.like(party)) {
      const Dealings& theirs = contacts.with(*other);
      const Decoy decoy = contacts.judge(dealings, theirs);
      if (decoy == Decoy::kFirst) {
        if (!out.imitated.emplace(party, *other).second) continue;  // of several that look alike, the first
        note_dealings(contacts, dealings, theirs, true, out);
      } else if (decoy == Decoy::kOneOfThem && party < *other) {
        out.pairs.emplace(party, *other);
        note_dealings(contacts, dealings, theirs, false, out);
        note_dealings(contacts, theirs, dealings, false, out);
      }
    }
  }
  // Of a pair in which one is known to imitate a third nothing more is said.
  for (auto pair = out.pairs.begin(); pair != out.pairs.end();)
    pair = out.imitated.count(pair->first) + out.imitated.count(pair->second) > 0 ? out.pairs.erase(pair) : ++pair;
  return out;
}

// The finding has the transactions already.
void describe(const Scene& scene, const Node& at, const Decoys& decoys, Finding& finding) {
  finding.technique = &technique("address_poisoning");
  finding.parties.push_back({at.network, at.address});
  for (const uint32_t m : at.in) scene.add_incident(finding, scene.moves()[m]);
  const auto text = [&](const chain::AddressKey& key) { return chain::format_address(*at.network, key); };
  const std::string history = " of its history (" + kinds_text(decoys) + ")";
  finding.text = Scene::when(finding.first_time, finding.last_time) + " ";
  if (decoys.imitated.empty()) {
    const auto& [a, b] = *decoys.pairs.begin();
    finding.score = 600'000;
    for (const auto& [x, y] : decoys.pairs) {
      finding.parties.push_back({at.network, x});
      finding.parties.push_back({at.network, y});
    }
    finding.text += "two addresses that look alike stood in " +
                    counted(finding.transactions.size(), "transaction", "transactions") + history + ": " + text(a) +
                    " and " + text(b) + ". One of the two is a decoy of the other; which, the ledger does not tell";
    return;
  }
  finding.score = 970'000;
  for (const auto& [decoy, real] : decoys.imitated) finding.parties.push_back({at.network, decoy});
  const auto& [decoy, imitated] = *decoys.imitated.begin();
  finding.text += counted(decoys.imitated.size(), "address", "addresses") + " made to look like those that " +
                  scene.address_text(at) + " deals with stood in " +
                  counted(finding.transactions.size(), "transaction", "transactions") + history + ", such as " +
                  text(decoy) + " for " + text(imitated) +
                  (decoys.paid > 0 ? ". These are decoys of a third party, and what went to one is lost to it"
                                   : ". These are decoys of a third party: not the way of the stolen value");
}
}  // namespace

void find_poisoning(const Scene& scene, Findings& out) {
  for (const Node& at : scene.nodes()) {
    const ledger::LedgerChain& chain = scene.chain_of(at);
    if (!chain.account || scene.service_at(at) != nullptr) continue;
    const Contacts contacts(scene, chain, at.address);
    const Decoys decoys = find_decoys(*at.network, contacts);
    if (decoys.imitated.empty() && decoys.pairs.empty()) continue;
    Finding finding;
    for (const uint64_t transaction : decoys.noise)
      scene.add_transaction(finding, chain, transaction,
                            chain.account->block(chain.account->block_of_transaction(transaction)).time);
    describe(scene, at, decoys, finding);
    out.push_back(std::move(finding));
  }
}
}  // namespace jindo::typology
