// One box for everything: an address however it is spelled, a transaction, an incident, an owner's name, a role. What
// is exact comes first. In memory and by mapped look-ups: nothing here grows with what an address moved.
#include <algorithm>
#include <set>

#include "base/clock.h"
#include "workbench/spelling.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
constexpr size_t kTextMax = 300;
constexpr size_t kPieceLeast = 2;   // of a name
constexpr size_t kPrefixLeast = 5;  // of an address that incidents or tags know

}  // namespace

base::Result<std::string> Workbench::search(const Asker& asker, const std::string& given, size_t limit) {
  if (given.size() > kTextMax) return base::wrong_use("'q': at most " + std::to_string(kTextMax) + " bytes");
  const std::string text = trimmed(given);
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  const ledger::Ledger& ledger = *state->snapshot->ledger;
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.field("q", text);
  json.key("results");
  json.begin_array();
  size_t count = 0;
  std::set<std::string> told;
  const auto address_result = [&](const chain::Network& network, const chain::AddressKey& key, const char* why) {
    const std::string address = chain::format_address(network, key);
    if (count >= limit || !told.insert(std::string(network.name) + ":" + address).second) return;
    ++count;
    json.begin_object();
    json.field("kind", "address");
    json.field("chain", network.name);
    json.field("address", address);
    json.field("why", why);
    const ledger::LedgerChain* chain = ledger.find(network);
    json.field("in_ledger", chain != nullptr && chain->reader().find_address(key).has_value());
    who_fields(json, *owning, incidents, chain, network, key);
    json.end_object();
  };
  if (!text.empty()) {
    // Exact: addresses that a ledger, a tag or an incident knows; where none does, what the text could be.
    struct Candidate {
      const chain::Network* network;
      chain::AddressKey key;
      bool known, respelled;
    };
    std::vector<Candidate> candidates;
    for (const Spelling& spelling : spellings_of(text)) {
      for (const chain::Network& network : chain::networks()) {
        if (spelling.network != nullptr && spelling.network != &network) continue;
        const auto key = chain::parse_address(network, spelling.text);
        if (!key.ok() || key->is_none()) continue;
        const ledger::LedgerChain* chain = ledger.find(network);
        const bool known = (chain != nullptr && chain->reader().find_address(*key)) ||
                           !owning->tags().find(network, *key).empty() ||
                           !inquiry::known_role(incidents, network, *key).empty();
        candidates.push_back({&network, *key, known, spelling.respelled});
      }
      for (const ledger::LedgerChain& chain : ledger.chains()) {
        if (spelling.network != nullptr && spelling.network != chain.network) continue;
        chain::TxId id{};
        std::string hash = spelling.text.substr(0, spelling.text.find(':'));  // an outpoint's transaction
        if (hash.size() == 64 && is_hex(hash) && chain.account) hash = "0x" + hash;
        if (hash.size() == 66 && chain.utxo && hash.compare(0, 2, "0x") == 0) hash = hash.substr(2);
        if (!chain::parse_hash(*chain.network, hash, id)) continue;
        const auto number = chain.reader().find_transaction(id);
        const std::string name = chain::format_hash(*chain.network, id);
        if (!number || count >= limit || !told.insert(std::string(chain.network->name) + " " + name).second) continue;
        ++count;
        const ledger::BlockRow block = chain.reader().block(chain.reader().block_of_transaction(*number));
        json.begin_object();
        json.field("kind", "transaction");
        json.field("chain", chain.network->name);
        json.field("transaction", name);
        json.field("time", base::format_time(block.time));
        json.field("height", block.height);
        json.end_object();
      }
    }
    const bool any_known =
        std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.known; });
    for (const Candidate& c : candidates)
      if (c.known) address_result(*c.network, c.key, c.respelled ? "respelled" : "exact");
    if (!any_known)
      for (const Candidate& c : candidates)
        if (ledger.find(*c.network) != nullptr) address_result(*c.network, c.key, "not in this ledger");
  }
  const std::string folded = fold(text);
  for (const incidents::Incident& incident : incidents) {
    if (count >= limit) break;
    const std::string words = fold(incident.id + "\n" + incident.name + "\n" + incident.victim + "\n" + incident.date);
    bool hit = folded.empty() || words.find(folded) != std::string::npos;
    for (const incidents::Attribution& a : incident.attribution)
      hit |= folded.size() >= 3 && fold(a.actor).find(folded) != std::string::npos;
    if (!hit) continue;
    ++count;
    json.begin_object();
    json.field("kind", "incident");
    json.field("id", incident.id);
    json.field("name", incident.name);
    json.field("victim", incident.victim);
    json.field("date", incident.date);
    if (!incident.marking.empty()) json.field("marking", incident.marking);
    json.end_object();
  }
  // Addresses that incidents know by role, note or the beginning of the address.
  if (folded.size() >= kPieceLeast)
    for (const incidents::Incident& incident : incidents)
      for (const incidents::KnownAddress& known : incident.addresses) {
        if (known.network == nullptr) continue;
        const std::string address = fold(known.text);
        const bool begins = folded.size() >= kPrefixLeast && address.compare(0, folded.size(), folded) == 0;
        if (begins || fold(known.role).find(folded) != std::string::npos ||
            fold(known.note).find(folded) != std::string::npos)
          address_result(*known.network, known.key, begins ? "begins so" : "role");
      }
  if (folded.size() >= kPieceLeast)
    for (const attribution::Tag* tag : tag_search_.find(state->tags, text, limit)) {
      if (tag->subject.network != nullptr && tag->subject.kind != attribution::SubjectKind::kTransaction) {
        address_result(*tag->subject.network, tag->subject.key, "name");
        continue;
      }
      if (count >= limit || !told.insert("tag " + tag->subject.chain + " " + tag->subject.text).second) continue;
      ++count;
      json.begin_object();
      json.field("kind", "tag");
      json.field("chain", tag->subject.chain);
      json.field("subject", tag->subject.text);
      json.field("owner", state->tags->owner_of(*tag));
      json.field("category", attribution::name_of(tag->category));
      json.field("source", tag->source);
      if (tag->marking != attribution::Marking::kClear) json.field("marking", attribution::name_of(tag->marking));
      json.end_object();
    }
  json.end_array();
  json.field("complete", count < limit);
  json.end_object();
  json.flush();
  return out;
}
}  // namespace jindo::workbench
