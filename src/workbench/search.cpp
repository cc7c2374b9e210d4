// One box for everything: an address however it is spelled, a transaction, an incident, an owner's name, a role. What
// is exact comes first. In memory and by mapped look-ups: nothing here grows with what an address moved.
#include <algorithm>
#include <set>

#include "base/clock.h"
#include "workbench/workbench.h"

namespace jindo::workbench {
namespace {
constexpr size_t kTextMax = 300;
constexpr size_t kPieceLeast = 2;   // of a name
constexpr size_t kPrefixLeast = 5;  // of an address that incidents or tags know

std::string trimmed(std::string_view text) {
  const char* blank = " \t\r\n\"'<>`,;";
  const size_t from = text.find_first_not_of(blank);
  if (from == std::string_view::npos) return "";
  std::string out(text.substr(from, text.find_last_not_of(blank) - from + 1));
  // Zero-width characters that pages and chats leave in copied text.
  for (const char* hidden : {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xef\xbb\xbf"})
    for (size_t at = out.find(hidden); at != std::string::npos; at = out.find(hidden)) out.erase(at, 3);
  return out;
}
bool is_hex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}
// What a text may mean: itself; the piece of an explorer's link or a payment URI; without a chain's name before it;
// hexadecimal with 0x; lower case where a checksum's case does not fit.
struct Spelling {
  std::string text;
  const chain::Network* network = nullptr;  // that it names
  bool respelled = false;
};
std::vector<Spelling> spellings_of(const std::string& given) {
  std::vector<Spelling> out{{given, nullptr, false}};
  std::string text = given;
  const chain::Network* network = nullptr;
  if (const size_t scheme = text.find("://"); scheme != std::string::npos) {
    // https://explorer.example/address/0x…#tab: the longest piece of the path.
    std::string longest;
    size_t at = text.find('/', scheme + 3);
    while (at != std::string::npos) {
      const size_t end = text.find_first_of("/?#&=:", at + 1);
      const std::string piece = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
      if (piece.size() > longest.size()) longest = piece;
      at = end;
    }
    text = longest;
    out.push_back({text, nullptr, true});
  } else if (const size_t colon = text.rfind(':'); colon != std::string::npos) {
    // "bitcoin:bc1…?amount=1" (BIP 21), "ethereum:0x…@1" (ERC-681), "eip155:1:0x…" (CAIP-10).
    const auto named = chain::find_network(text.substr(0, colon));
    if (named.ok()) network = *named;
    text = text.substr(colon + 1);
    text = text.substr(0, text.find_first_of("?@/"));
    out.push_back({text, network, true});
  }
  if (text.size() == 40 && is_hex(text)) out.push_back({"0x" + fold(text), network, true});
  if (text.size() == 42 && (text.compare(0, 2, "0x") == 0 || text.compare(0, 2, "0X") == 0) && is_hex(text.substr(2)))
    out.push_back({fold(text), network, true});
  if (text.compare(0, 3, "BC1") == 0 || text.compare(0, 3, "TB1") == 0 || text.compare(0, 5, "BCRT1") == 0)
    out.push_back({fold(text), network, true});
  return out;
}
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
                           !app::known_role(incidents, network, *key).empty();
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
  for (const casework::Incident& incident : incidents) {
    if (count >= limit) break;
    const std::string words = fold(incident.id + "\n" + incident.name + "\n" + incident.victim + "\n" + incident.date);
    bool hit = folded.empty() || words.find(folded) != std::string::npos;
    for (const casework::Attribution& a : incident.attribution)
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
    for (const casework::Incident& incident : incidents)
      for (const casework::KnownAddress& known : incident.addresses) {
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
