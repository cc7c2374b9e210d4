// Events and memos are gathered as sides, then sides with one identifier are paired.
#include "resolve/bridge_pairs.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/hex.h"
#include "resolve/exchange.h"
#include "resolve/legs.h"
#include "resolve/thorchain_memo.h"

namespace jindo::resolve {
namespace {
using base::Hash256;
using ledger::Note;

constexpr uint32_t kUnknownEmitter = 800'000;  // the identifiers match, but a contract is not known to be the bridge's
constexpr uint32_t kRepeated = 900'000;        // all that both sides say matches, and does so more than once

constexpr size_t kSameKeyMax = 1000;

struct Side {  // an event or memo on one side of a crossing
  const ledger::LedgerChain* chain = nullptr;
  uint64_t transaction = 0;
  uint32_t position = 0;
  bool known = false;  // by the bridge's own contract
  chain::AddressKey emitter;
  std::optional<base::Uint256> amount;
  std::optional<Hash256> recipient;  // as a word
  std::optional<base::Uint256> to_chain;
  std::optional<chain::AddressKey> vault;
  std::string evidence;
  ThorchainMemo memo;
};

class Pairing {
 public:
  Pairing(const ledger::Ledger& ledger, const Registry& registry, const IsBridge& is_bridge)
      : ledger_(ledger), registry_(registry), is_bridge_(is_bridge) {}

  std::vector<Link> run() {
    for (const BridgeEntry& bridge : registry_.bridges()) {
      bridge_ = &bridge;
      deposits_.clear();
      releases_.clear();
      if (bridge.memos) {
        collect_memos();
        pair_memos();
      } else {
        for (const ledger::LedgerChain& chain : ledger_.chains())
          if (chain.account) collect(chain);
        pair_keys();
      }
    }
    return std::move(links_);
  }

 private:
  bool known(const chain::Network& network, const chain::AddressKey& contract) const {
    return bridge_->knows(network, contract) || is_bridge_(network, contract);
  }

  std::optional<Hash256> value(const Expression& expression, const ledger::LedgerChain& chain, const Note& note,
                               const EventLayout& layout) const {
    switch (expression.kind) {
      case Expression::Kind::kParameter:
        return layout.word(note, expression.parameter);
      case Expression::Kind::kChain: {
        const auto number = registry_.chain_number(bridge_->numbering, *chain.network);
        return number ? std::optional(word_of(*number)) : std::nullopt;
      }
      case Expression::Kind::kTransaction:
        return chain.reader().transaction_id(note.transaction);
      case Expression::Kind::kKappa: {
        const std::string text = "0x" + base::to_hex(chain.reader().transaction_id(note.transaction));
        return base::keccak256(base::as_bytes(text));
      }
      case Expression::Kind::kSlice: {
        const auto bytes = layout.bytes(note, expression.parameter);
        if (!bytes || bytes->size() < expression.to) return std::nullopt;
        Hash256 out{};
        const base::Bytes part = bytes->subspan(expression.from, expression.to - expression.from);
        std::copy(part.begin(), part.end(), out.end() - static_cast<ptrdiff_t>(part.size()));
        return out;
      }
    }
    return std::nullopt;
  }

  Side side_of(const ledger::LedgerChain& chain, const Note& note, const BridgeEvent& event) const {
    Side side;
    side.chain = &chain;
    side.transaction = note.transaction;
    side.position = note.position;
    side.emitter = note.contract;
    side.known = known(*chain.network, note.contract);
    if (event.amount) {
      const auto amount = value(*event.amount, chain, note, event.layout);
      if (amount) side.amount = number_of(*amount);
    }
    if (event.recipient) side.recipient = value(*event.recipient, chain, note, event.layout);
    if (event.to_chain) {
      const auto number = value(*event.to_chain, chain, note, event.layout);
      if (number) side.to_chain = number_of(*number);
    }
    if (event.vault) {
      const auto vault = value(*event.vault, chain, note, event.layout);
      if (vault) side.vault = chain::make_key(chain::AddressKind::kAccount, base::Bytes(*vault).subspan(12));
    }
    const std::string& signature = event.layout.signature();
    side.evidence = event_evidence(*chain.network, note, signature.substr(0, signature.find('(')));
    return side;
  }

  void collect(const ledger::LedgerChain& chain) {
    std::vector<Hash256> topics;
    for (const auto* events : {&bridge_->deposits, &bridge_->releases})
      for (const BridgeEvent& event : *events) topics.push_back(event.layout.topic());
    chain.reader().scan_events(topics, [&](const Note& note) {
      for (const BridgeEvent& event : bridge_->deposits) add(chain, note, event, true);
      for (const BridgeEvent& event : bridge_->releases) add(chain, note, event, false);
    });
  }
  void add(const ledger::LedgerChain& chain, const Note& note, const BridgeEvent& event, bool deposit) {
    if (!event.layout.matches(note)) return;
    Side side = side_of(chain, note, event);
    if (event.transaction) {  // the release names the deposit's transaction, which says nothing itself
      const auto hash = value(*event.transaction, chain, note, event.layout);
      if (hash) link_by_transaction(*hash, side);
      return;
    }
    std::string key;
    for (const Expression& part : event.key) {
      const auto word = value(part, chain, note, event.layout);
      if (!word) return;
      key.append(word->begin(), word->end());
    }
    (deposit ? deposits_ : releases_)[key].push_back(std::move(side));
  }

  void pair_keys() {
    for (auto& [key, releases] : releases_) {
      const auto found = deposits_.find(key);
      if (found == deposits_.end()) continue;
      auto& deposits = found->second;
      prefer_known(deposits);
      prefer_known(releases);
      // Anybody can emit one identifier a million times; then it names nothing.
      if (deposits.size() > kSameKeyMax || releases.size() > kSameKeyMax) continue;
      const auto by_time = [](const Side& a, const Side& b) {
        return std::make_pair(time_of(a), a.transaction) < std::make_pair(time_of(b), b.transaction);
      };
      std::sort(deposits.begin(), deposits.end(), by_time);
      std::sort(releases.begin(), releases.end(), by_time);
      // Who can be whose, by what both say beside the identifier; in order of time where several can.
      std::vector<size_t> fit_deposit(deposits.size(), 0), fit_release(releases.size(), 0);
      for (size_t d = 0; d < deposits.size(); ++d)
        for (size_t r = 0; r < releases.size(); ++r)
          if (agree(deposits[d], releases[r])) ++fit_deposit[d], ++fit_release[r];
      std::vector<bool> taken(releases.size(), false);
      for (size_t d = 0; d < deposits.size(); ++d) {
        for (size_t r = 0; r < releases.size(); ++r) {
          if (taken[r] || !agree(deposits[d], releases[r])) continue;
          taken[r] = true;
          make(deposits[d], releases[r], "identifier",
               static_cast<uint32_t>(std::max(fit_deposit[d], fit_release[r]) - 1));
          break;
        }
      }
    }
  }
  // Anybody can emit an event with somebody else's identifier: beside the bridge's own it says nothing.
  static void prefer_known(std::vector<Side>& sides) {
    if (std::any_of(sides.begin(), sides.end(), [](const Side& s) { return s.known; }))
      sides.erase(std::remove_if(sides.begin(), sides.end(), [](const Side& s) { return !s.known; }), sides.end());
  }
  bool agree(const Side& deposit, const Side& release) const {
    if (deposit.chain == release.chain && deposit.transaction == release.transaction) return false;
    if (deposit.to_chain) {
      const auto number = registry_.chain_number(bridge_->numbering, *release.chain->network);
      if (number && *deposit.to_chain != base::Uint256(*number)) return false;
    }
    return !deposit.recipient || !release.recipient || *deposit.recipient == *release.recipient;
  }
  static int64_t time_of(const Side& side) {
    const ledger::ChainReader& reader = side.chain->reader();
    return reader.block(reader.block_of_transaction(side.transaction)).order_time;
  }

  LegHints hints_of(const Side& side) const {
    LegHints hints;
    if (!side.emitter.is_none()) hints.service.push_back(side.emitter);
    if (side.vault) hints.service.push_back(*side.vault);
    const auto contracts = bridge_->contracts.find(side.chain->network);
    if (contracts != bridge_->contracts.end())
      hints.service.insert(hints.service.end(), contracts->second.begin(), contracts->second.end());
    hints.amount = side.amount;
    return hints;
  }
  static std::optional<chain::AddressKey> account_of(const std::optional<Hash256>& word) {
    if (!word || !std::all_of(word->begin(), word->begin() + 12, [](uint8_t b) { return b == 0; })) return std::nullopt;
    return chain::make_key(chain::AddressKind::kAccount, base::Bytes(*word).subspan(12));
  }

  void make(const Side& deposit, const Side& release, const char* rule, uint32_t others) {
    LegHints in = hints_of(deposit), out = hints_of(release);
    out.recipient = account_of(release.recipient);
    if (!out.recipient) out.recipient = account_of(deposit.recipient);
    const auto from = deposit_leg(*deposit.chain, deposit.transaction, in);
    const auto to = release_leg(*release.chain, release.transaction, out);
    if (!from || !to) return;
    Link link;
    link.kind = LinkKind::kBridge;
    link.rule = rule;
    link.service = bridge_->name;
    link.from = *from;
    link.to = *to;
    link.evidence = {deposit.evidence, release.evidence};
    link.candidates = others;
    link.exact = others == 0 && deposit.known && release.known;
    if (!link.exact) {
      link.confidence = others > 0 ? kRepeated / (others + 1) : kUnknownEmitter;
      if (!deposit.known || !release.known)
        link.evidence.push_back(chain::format_address(*(deposit.known ? release : deposit).chain->network,
                                                      (deposit.known ? release : deposit).emitter) +
                                " is not known to be " + bridge_->name + "'s");
      if (others > 0) link.evidence.push_back("the same identifier stands " + std::to_string(others + 1) + " times");
    }
    links_.push_back(std::move(link));
  }

  void link_by_transaction(const Hash256& hash, const Side& release) {
    for (const ledger::LedgerChain& chain : ledger_.chains()) {
      if (&chain == release.chain) continue;
      Hash256 id = hash;
      if (chain.utxo) std::reverse(id.begin(), id.end());  // printed reversed
      const auto number = chain.reader().find_transaction(id);
      if (!number) continue;
      Side deposit;
      deposit.chain = &chain;
      deposit.transaction = *number;
      deposit.evidence = "transaction " + chain::format_hash(*chain.network, id) + ", named by the release";
      const auto leg = deposit_leg(chain, *number, hints_of(deposit));
      deposit.known = leg.has_value() && known(*chain.network, leg->holder);
      if (leg) deposit.emitter = leg->holder;
      make(deposit, release, "transaction", 0);
      return;
    }
  }

  // ---- memos ------------------------------------------------------------------------------------------------------
  void collect_memos() {
    for (const ledger::LedgerChain& chain : ledger_.chains()) {
      const auto text_note = [&](const Note& note) {
        Side side;
        side.chain = &chain;
        side.transaction = note.transaction;
        side.position = note.position;
        if (note.kind == chain::NoteKind::kCallText) side.vault = note.contract;
        side.evidence =
            (note.kind == chain::NoteKind::kCallText ? "call's text: " : "OP_RETURN: ") + text_of(note.rest);
        add_memo(std::move(side), note.rest);
      };
      if (chain.utxo) {
        chain.reader().scan_notes(chain::NoteKind::kOutputData, text_note);
        continue;
      }
      std::vector<Hash256> topics;
      for (const auto* events : {&bridge_->deposits, &bridge_->releases})
        for (const BridgeEvent& event : *events) topics.push_back(event.layout.topic());
      told_.clear();
      chain.reader().scan_events(topics, [&](const Note& note) {
        for (const auto* events : {&bridge_->deposits, &bridge_->releases}) {
          for (const BridgeEvent& event : *events) {
            if (!event.layout.matches(note) || event.memo.empty()) continue;
            const auto memo = event.layout.bytes(note, event.memo);
            if (!memo) continue;
            Side side = side_of(chain, note, event);
            side.evidence += ", memo " + text_of(*memo);
            told_[note.transaction] = true;
            add_memo(std::move(side), *memo);
          }
        }
      });
      // A call's text where no event said it already.
      chain.reader().scan_notes(chain::NoteKind::kCallText, [&](const Note& note) {
        if (told_.count(note.transaction) == 0) text_note(note);
      });
    }
  }
  static std::string text_of(base::Bytes bytes) {
    std::string out;
    for (const uint8_t b : bytes.first(std::min<size_t>(bytes.size(), 200)))
      out += b >= 0x20 && b < 0x7f ? static_cast<char>(b) : '?';
    return out;
  }
  void add_memo(Side side, base::Bytes bytes) {
    const auto memo = parse_thorchain_memo({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (!memo) return;
    side.memo = *memo;
    if (memo->kind == ThorchainMemo::Kind::kSwap) {
      Hash256 id = side.chain->reader().transaction_id(side.transaction);
      if (side.chain->utxo) std::reverse(id.begin(), id.end());
      deposits_[std::string(id.begin(), id.end())].push_back(std::move(side));
    } else {
      releases_[std::string(memo->reference.begin(), memo->reference.end())].push_back(std::move(side));
    }
  }
  void pair_memos() {
    for (auto& [key, releases] : releases_) {
      const auto found = deposits_.find(key);
      if (found == deposits_.end()) continue;
      if (releases.size() > kSameKeyMax) continue;
      // One deposit is reported once or more; anybody can write a memo that answers it. What was paid as was asked
      // counts before what only says so.
      std::optional<Link> first, exact;
      uint32_t several = 0;
      for (const Side& release : releases) {
        std::optional<Link> link = memo_link(found->second.front(), release);
        if (!link) continue;
        if (link->exact && several++ == 0) exact = link;
        if (!first) first = std::move(link);
      }
      if (!first) continue;
      Link link = exact ? std::move(*exact) : std::move(*first);
      link.candidates = exact ? several - 1 : static_cast<uint32_t>(releases.size() - 1);
      if (link.candidates > 0) {
        link.exact = false;
        link.confidence = std::min(link.confidence, kRepeated / (link.candidates + 1));
        link.evidence.push_back("answered by " + std::to_string(link.candidates + 1) + " memos");
      }
      links_.push_back(std::move(link));
    }
  }
  std::optional<Link> memo_link(const Side& deposit, const Side& release) const {
    LegHints in = hints_of(deposit), out = hints_of(release);
    out.recipient = account_of(release.recipient);
    if (release.memo.kind == ThorchainMemo::Kind::kOut) {
      const auto named = chain::parse_address(*release.chain->network, deposit.memo.destination);
      if (named.ok()) out.recipient = *named;
    }
    const auto from = deposit_leg(*deposit.chain, deposit.transaction, in);
    const auto to = release_leg(*release.chain, release.transaction, out);
    if (!from || !to) return std::nullopt;
    Link link;
    link.kind = LinkKind::kBridge;
    link.rule = release.memo.kind == ThorchainMemo::Kind::kRefund ? "memo-refund" : "memo";
    link.service = bridge_->name;
    link.from = *from;
    link.to = *to;
    link.evidence = {deposit.evidence, release.evidence};
    // Vaults come and go, so one end that is known is enough when both memos agree and the money went where was asked.
    const bool one_known =
        deposit.known || release.known || known(*from->network, from->holder) || known(*to->network, to->holder);
    // A refund goes back to who paid; an outbound to whom the deposit named.
    const bool as_asked = release.memo.kind == ThorchainMemo::Kind::kRefund
                              ? to->network == from->network && to->address == from->address
                              : out.recipient && to->address == *out.recipient;
    link.exact = one_known && as_asked;
    if (!link.exact) {
      link.confidence = kUnknownEmitter;
      if (!one_known) link.evidence.push_back("neither end is known to be " + bridge_->name + "'s");
      if (!as_asked) link.evidence.push_back("paid to another address than the memo asked for");
    }
    return link;
  }

  const ledger::Ledger& ledger_;
  const Registry& registry_;
  const IsBridge& is_bridge_;
  const BridgeEntry* bridge_ = nullptr;
  std::unordered_map<std::string, std::vector<Side>> deposits_, releases_;
  std::unordered_map<uint64_t, bool> told_;
  std::vector<Link> links_;
};
}  // namespace

std::vector<Link> pair_crossings(const ledger::Ledger& ledger, const Registry& registry, const IsBridge& is_bridge) {
  return Pairing(ledger, registry, is_bridge).run();
}
}  // namespace jindo::resolve
