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
constexpr size_t kActorLeast = 3;   // of the name of one whom an incident is attributed to
constexpr size_t kPrefixLeast = 5;  // of an address that incidents or tags know

// A chain's transaction as it would be spelled there: an outpoint's is one, hexadecimal with 0x or without.
std::string transaction_spelling(const ledger::LedgerChain& chain, const std::string& text) {
  const std::string hash = text.substr(0, text.find(':'));
  if (hash.size() == 64 && is_hex(hash) && chain.account) return "0x" + hash;
  if (hash.size() == 66 && chain.utxo && hash.compare(0, 2, "0x") == 0) return hash.substr(2);
  return hash;
}

// The results of one search, into an open array: each thing once, at most `limit`.
class Results {
 public:
  Results(base::JsonWriter& json, size_t limit, const inquiry::Ownership& owners, const ledger::Ledger& ledger,
          const std::vector<incidents::Incident>& incidents)
      : json_(json), limit_(limit), owners_(owners), ledger_(ledger), incidents_(incidents) {}
  bool full() const { return count_ >= limit_; }

  // Transactions that a ledger holds; addresses that a ledger, a tag or an incident knows; where none does, what the
  // text could be.
  void exact(const std::string& text) {
    std::vector<Candidate> candidates;
    for (const Spelling& spelling : spellings_of(text)) {
      addresses_spelled(spelling, candidates);
      transactions_spelled(spelling);
    }
    const bool any_known =
        std::any_of(candidates.begin(), candidates.end(), [](const Candidate& c) { return c.known; });
    for (const Candidate& c : candidates)
      if (c.known) address(*c.network, c.key, c.respelled ? "respelled" : "exact");
    if (any_known) return;
    for (const Candidate& c : candidates)
      if (ledger_.find(*c.network) != nullptr) address(*c.network, c.key, "not in this ledger");
  }

  // By a piece of identifier, name, victim, date, or of whom they are attributed to.
  void incidents(const std::string& folded) {
    for (const incidents::Incident& incident : incidents_) {
      if (full()) return;
      const std::string words =
          fold(incident.id + "\n" + incident.name + "\n" + incident.victim + "\n" + incident.date);
      bool hit = folded.empty() || words.find(folded) != std::string::npos;
      for (const incidents::Attribution& a : incident.attribution)
        hit |= folded.size() >= kActorLeast && fold(a.actor).find(folded) != std::string::npos;
      if (!hit) continue;
      ++count_;
      json_.object([&] {
        json_.field("kind", "incident");
        json_.field("id", incident.id);
        json_.field("name", incident.name);
        json_.field("victim", incident.victim);
        json_.field("date", incident.date);
        if (!incident.marking.empty()) json_.field("marking", incident.marking);
      });
    }
  }

  // Addresses that incidents know by role, note or the beginning of the address.
  void known_addresses(const std::string& folded) {
    for (const incidents::Incident& incident : incidents_)
      for (const incidents::KnownAddress& known : incident.addresses) {
        if (known.network == nullptr) continue;
        const std::string text = fold(known.text);
        const bool begins = folded.size() >= kPrefixLeast && text.compare(0, folded.size(), folded) == 0;
        if (begins || fold(known.role).find(folded) != std::string::npos ||
            fold(known.note).find(folded) != std::string::npos)
          address(*known.network, known.key, begins ? "begins so" : "role");
      }
  }

  // What a tag speaks of: an address, or (a transaction, a chain that is not read) the tag itself.
  void tag(const attribution::Tag& tag) {
    if (tag.subject.network != nullptr && tag.subject.kind != attribution::SubjectKind::kTransaction) {
      address(*tag.subject.network, tag.subject.key, "name");
      return;
    }
    if (!take("tag " + tag.subject.chain + " " + tag.subject.text)) return;
    json_.object([&] {
      json_.field("kind", "tag");
      json_.field("chain", tag.subject.chain);
      json_.field("subject", tag.subject.text);
      json_.field("owner", owners_.tags().owner_of(tag));
      json_.field("category", attribution::name_of(tag.category));
      json_.field("source", tag.source);
      if (tag.marking != attribution::Marking::kClear) json_.field("marking", attribution::name_of(tag.marking));
    });
  }

 private:
  struct Candidate {
    const chain::Network* network;
    chain::AddressKey key;
    bool known, respelled;
  };
  // Whether there is room for a thing that was not given yet; then it is given.
  bool take(const std::string& name) {
    if (full() || !given_.insert(name).second) return false;
    ++count_;
    return true;
  }
  void addresses_spelled(const Spelling& spelling, std::vector<Candidate>& candidates) const {
    for (const chain::Network& network : chain::networks()) {
      if (spelling.network != nullptr && spelling.network != &network) continue;
      const auto key = chain::parse_address(network, spelling.text);
      if (!key.ok() || key->is_none()) continue;
      const ledger::LedgerChain* chain = ledger_.find(network);
      const bool known = (chain != nullptr && chain->reader().find_address(*key)) ||
                         !owners_.tags().find(network, *key).empty() ||
                         !inquiry::known_role(incidents_, network, *key).empty();
      candidates.push_back({&network, *key, known, spelling.respelled});
    }
  }
  void transactions_spelled(const Spelling& spelling) {
    for (const ledger::LedgerChain& chain : ledger_.chains()) {
      const chain::Network& network = *chain.network;
      if (spelling.network != nullptr && spelling.network != &network) continue;
      chain::TxId id{};
      if (!chain::parse_hash(network, transaction_spelling(chain, spelling.text), id)) continue;
      const auto number = chain.reader().find_transaction(id);
      const std::string name = chain::format_hash(network, id);
      if (!number || !take(std::string(network.name) + " " + name)) continue;
      const ledger::BlockRow block = chain.reader().block(chain.reader().block_of_transaction(*number));
      json_.object([&] {
        json_.field("kind", "transaction");
        json_.field("chain", network.name);
        json_.field("transaction", name);
        json_.field("time", base::format_time(block.time));
        json_.field("height", block.height);
      });
    }
  }
  void address(const chain::Network& network, const chain::AddressKey& key, const char* why) {
    const std::string text = chain::format_address(network, key);
    if (!take(std::string(network.name) + ":" + text)) return;
    const ledger::LedgerChain* chain = ledger_.find(network);
    json_.object([&] {
      json_.field("kind", "address");
      json_.field("chain", network.name);
      json_.field("address", text);
      json_.field("why", why);
      json_.field("in_ledger", chain != nullptr && chain->reader().find_address(key).has_value());
      who_fields(json_, owners_, incidents_, chain, network, key);
    });
  }

  base::JsonWriter& json_;
  const size_t limit_;
  const inquiry::Ownership& owners_;
  const ledger::Ledger& ledger_;
  const std::vector<incidents::Incident>& incidents_;
  size_t count_ = 0;
  std::set<std::string> given_;
};
}  // namespace

base::Result<std::string> Workbench::search(const Asker& asker, const std::string& given, size_t limit) {
  if (given.size() > kTextMax) return base::wrong_use("'q': at most " + std::to_string(kTextMax) + " bytes");
  const std::string text = trimmed(given), folded = fold(text);
  const auto state = node_.state();
  JINDO_TRY(const auto owning, owners(*state));
  const auto incidents = incidents_for(asker);
  return base::json_object([&](base::JsonWriter& json) {
    Results results(json, limit, *owning, *state->snapshot->ledger, incidents);
    json.field("q", text);
    json.array("results", [&] {
      if (!text.empty()) results.exact(text);
      results.incidents(folded);
      if (folded.size() < kPieceLeast) return;
      results.known_addresses(folded);
      for (const attribution::Tag* tag : tag_search_.find(state->tags, text, limit)) results.tag(*tag);
    });
    json.field("complete", !results.full());
  });
}
}  // namespace jindo::workbench
