// look_alike_address: the theft went to an address that looks like one the victim uses. On account chains contacts.h
// says which of two is the decoy, since anybody can put transfers into anybody's history; on UTXO chains nobody can.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "typology/contacts.h"
#include "typology/detectors.h"

namespace jindo::typology {
namespace {
using ledger::kNoNumber;
constexpr size_t kPaymentsMax = 5'000;
constexpr size_t kPayersMax = 20;
constexpr size_t kBesideMax = 100;  // outputs beside the victim's change

struct Candidate {  // whom the receiver may have been made to look like
  chain::AddressKey address;
  std::string role;
  bool unsure = false;  // or the other way round
};
using Candidates = std::vector<Candidate>;

// ---- UTXO chains -------------------------------------------------------------------------------------------------
// Whom an address paid before a transaction, in order, at most so many; none that come after the receiver itself, who
// was there first then.
void add_paid_before(const ledger::UtxoReader& reader, const chain::AddressKey& payer, uint64_t transaction,
                     const chain::AddressKey& receiver, Candidates& out) {
  const auto handle = reader.find_address(payer);
  if (!handle) return;
  ledger::UtxoTransactionView view;
  for (const uint64_t input : reader.sent(*handle, 0, kPaymentsMax)) {
    const uint64_t spending = reader.transaction_of_input(input);
    if (spending >= transaction) return;
    reader.transaction(spending, view);
    for (size_t o = 0; o < view.out_value.size(); ++o) {
      const chain::AddressKey paid = reader.output_address(view.first_output + o);
      if (paid == receiver) return;
      out.push_back({paid, "paid before", false});
    }
  }
}
Candidates utxo_candidates(const ledger::UtxoReader& reader, const Move& move, const chain::AddressKey& receiver) {
  Candidates out;
  std::vector<chain::AddressKey> payers;
  ledger::UtxoTransactionView view;
  reader.transaction(move.transaction, view);
  const uint64_t first_input = view.first_input;
  const std::vector<uint64_t> spent(view.in_output.begin(), view.in_output.end());
  for (size_t i = 0; i < spent.size() && payers.size() < kPayersMax; ++i) {
    const chain::AddressKey payer = reader.input_address(first_input + i);
    // Where the coins come from: what was paid there beside this change was the victim's payment.
    if (spent[i] != kNoNumber) {
      reader.transaction(reader.transaction_of_output(spent[i]), view);
      for (size_t o = 0; o < std::min(view.out_value.size(), kBesideMax); ++o)
        out.push_back({reader.output_address(view.first_output + o), "paid beside the victim's change", false});
    }
    if (std::find(payers.begin(), payers.end(), payer) == payers.end()) payers.push_back(payer);
  }
  for (const chain::AddressKey& payer : payers) out.push_back({payer, "the victim's own", false});
  for (const chain::AddressKey& payer : payers) add_paid_before(reader, payer, move.transaction, receiver, out);
  return out;
}

// ---- account chains ----------------------------------------------------------------------------------------------
// The payers' contacts, and which of them a receiver looks like, read once for all thefts.
class Payers {
 public:
  explicit Payers(const Scene& scene) : scene_(scene) {}
  struct Alike {
    const Contacts* contacts = nullptr;
    std::vector<chain::AddressKey> parties;
  };
  const Alike& of(const ledger::LedgerChain& chain, uint32_t payer, uint32_t receiver) {
    const auto added = alike_.try_emplace({payer, receiver});
    Alike& out = added.first->second;
    if (!added.second) return out;
    std::unique_ptr<Contacts>& contacts = contacts_[payer];
    if (!contacts) contacts = std::make_unique<Contacts>(scene_, chain, scene_.nodes()[payer].address);
    out.contacts = contacts.get();
    for (const auto& entry : contacts->all())
      if (likeness(*chain.network, scene_.nodes()[receiver].address, entry.first).fools())
        out.parties.push_back(entry.first);
    return out;
  }

 private:
  const Scene& scene_;
  std::map<uint32_t, std::unique_ptr<Contacts>> contacts_;  // by node
  std::map<std::pair<uint32_t, uint32_t>, Alike> alike_;
};

// Whether the receiver is the decoy of a party that the payer really dealt with before.
std::optional<Candidate> judged(const Contacts& contacts, const Dealings& own, const chain::AddressKey& party,
                                const Dealings& theirs) {
  const uint64_t real = contacts.first_real(theirs, own);
  if (real == kNoNumber) return std::nullopt;  // noise only: no one's genuine address
  switch (contacts.judge(own, theirs)) {
    case Decoy::kFirst:
      return Candidate{party, "paid before", false};
    case Decoy::kSecond:
      return std::nullopt;
    case Decoy::kOneOfThem:
      return Candidate{party, "paid before", true};
    case Decoy::kNeither:
      break;
  }
  // No noise about either: who was there first is no decoy of who came later.
  const bool first = !own.empty() && own.front().number < real;
  return first ? std::nullopt : std::optional<Candidate>(Candidate{party, "paid before", false});
}
Candidates account_candidates(const Scene& scene, const ledger::LedgerChain& chain, const Move& move, Payers& payers) {
  Candidates out;
  if (move.from == kNobody) return out;
  out.push_back({scene.nodes()[move.from].address, "the victim's own", false});
  const Payers::Alike& alike = payers.of(chain, move.from, move.to);
  const Dealings own = alike.contacts->before(scene.nodes()[move.to].address, move.transaction);
  for (const chain::AddressKey& party : alike.parties) {
    const Dealings theirs = alike.contacts->before(party, move.transaction);
    if (const auto candidate = judged(*alike.contacts, own, party, theirs)) out.push_back(*candidate);
  }
  return out;
}
// What an incident says of an address holds, unless the payer knows it by noise alone and the receiver by more.
Candidates known_candidates(const Scene& scene, const ledger::LedgerChain& chain, const Move& move, Payers& payers) {
  Candidates out;
  const chain::AddressKey& receiver = scene.nodes()[move.to].address;
  for (const KnownPlace& known : scene.known()) {
    if (known.network != chain.network || !likeness(*chain.network, receiver, known.address).fools()) continue;
    if (chain.account && move.from != kNobody) {
      const Contacts& contacts = *payers.of(chain, move.from, move.to).contacts;
      if (contacts.judge(contacts.before(receiver, move.transaction),
                         contacts.before(known.address, move.transaction)) == Decoy::kSecond)
        continue;
    }
    out.push_back({known.address, known.role.empty() ? "known" : known.role, false});
  }
  return out;
}
}  // namespace

void find_look_alike(const Scene& scene, Findings& out) {
  Payers payers(scene);
  for (uint32_t m = 0; m < scene.moves().size(); ++m) {
    const Move& move = scene.moves()[m];
    if (!move.theft || move.to == kNobody) continue;
    const Node& receiver = scene.nodes()[move.to];
    const ledger::LedgerChain& chain = scene.chain(move.chain);
    Candidates candidates = known_candidates(scene, chain, move, payers);
    const Candidates dealt = chain.utxo ? utxo_candidates(*chain.utxo, move, receiver.address)
                                        : account_candidates(scene, chain, move, payers);
    candidates.insert(candidates.end(), dealt.begin(), dealt.end());
    for (const Candidate& genuine : candidates) {
      if (!likeness(*chain.network, receiver.address, genuine.address).fools()) continue;
      Finding finding = scene.begin("look_alike_address", {m});
      finding.score = genuine.unsure ? 600'000 : 950'000;
      finding.parties = {{chain.network, receiver.address}, {chain.network, genuine.address}};
      finding.text =
          Scene::when(move.time, move.time) + " " + scene.amount_text(*chain.network, move.asset, move.amount) +
          " went to " + scene.address_text(receiver) + ", which looks like " +
          chain::format_address(*chain.network, genuine.address) + " (" + genuine.role + ")" +
          (genuine.unsure ? "; one of the two is a decoy of the other, and the ledger does not tell which" : "");
      out.push_back(std::move(finding));
      break;
    }
  }
}
}  // namespace jindo::typology
