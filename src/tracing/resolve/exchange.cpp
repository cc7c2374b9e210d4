// Net changes first (gather), then which loss became which gain (Sharing), then what the events say of it (prove).
#include "resolve/exchange.h"

#include <algorithm>
#include <map>

#include "chain/burn.h"

namespace jindo::resolve {
namespace {
using base::Uint256;
using ledger::kNoNumber;

constexpr uint32_t kMirrored = 900'000;    // no event, but one party's trade mirrors another's
constexpr uint32_t kUnmirrored = 700'000;  // no event, several parties
}  // namespace

std::string event_evidence(const chain::Network& network, const ledger::Note& note, const std::string& what) {
  return "event " + std::to_string(note.position) + ": " + what + " by " +
         chain::format_address(network, note.contract);
}

ExchangeFinder::Change& ExchangeFinder::change_of(const chain::AddressKey& party, const chain::AddressKey& asset,
                                                  uint64_t movement) {
  for (Change& change : changes_)
    if (change.asset == asset && change.party == party) return change;
  changes_.emplace_back();
  changes_.back().party = party;
  changes_.back().asset = asset;
  changes_.back().first = movement;
  return changes_.back();
}

bool ExchangeFinder::gather(uint64_t transaction, Exchange& out) {
  changes_.clear();
  const auto numbers = reader_.movements_of_transaction(transaction, numbers_);
  if (numbers.size() < 2 || numbers.size() > kExchangeMovementsMax) return false;
  out.transaction = transaction;
  out.first_movement = UINT64_MAX;
  ledger::Movement movement;
  for (const uint64_t number : numbers) {
    reader_.movement(number, movement);
    if (movement.kind != chain::MovementKind::kTransfer) continue;
    out.first_movement = std::min(out.first_movement, number);
    out.end_movement = number + 1;
    const Uint256 amount = reader_.amount(number);
    if (amount.is_zero()) continue;
    const chain::AddressKey asset = reader_.asset(movement.segment, movement.asset);
    if (asset.kind == chain::AddressKind::kNative && (movement.from == kNoNumber || movement.to == kNoNumber))
      return false;  // a block's reward
    // Exports write a mint as a payment from the zero address, and a burn as one to it.
    const auto party = [&](uint64_t row) {
      if (row == kNoNumber) return chain::AddressKey{};
      const chain::AddressKey key = reader_.holding_address(movement.segment, row);
      const bool nobody = asset.kind != chain::AddressKind::kNative && chain::find_burn(*reader_.info().network, key);
      return nobody ? chain::AddressKey{} : key;
    };
    const chain::AddressKey from = party(movement.from), to = party(movement.to);
    const bool minted = from.is_none(), burnt = to.is_none();
    Change& payer = change_of(minted ? asset : from, asset, number);
    payer.out += amount;
    payer.last_out = number;
    payer.virtual_out = minted;
    Change& payee = change_of(burnt ? asset : to, asset, number);
    payee.in += amount;
    payee.last_in = number;
    payee.virtual_in = burnt;
  }
  for (Change& change : changes_) {
    // Gross sums of a token that lies pass 2^256 and net changes mostly do not; those that do count as 2^256-1.
    change.loss = (change.out - change.in).saturated();
    change.gain = (change.in - change.out).saturated();
  }
  changes_.erase(std::remove_if(changes_.begin(), changes_.end(),
                                [](const Change& c) { return c.loss.is_zero() && c.gain.is_zero(); }),
                 changes_.end());
  return changes_.size() >= 4;  // two parties, two assets
}

// Which part of each loss became which gain: four passes, each over what the ones before left.
class ExchangeFinder::Sharing {
 public:
  Sharing(const std::vector<Change>& changes, Exchange& out)
      : changes_(changes),
        out_(out),
        two_sided_(changes.size()),
        give_of_(changes.size(), UINT32_MAX),
        left_(changes.size()),
        wanted_(changes.size()) {
    std::map<chain::AddressKey, std::pair<bool, bool>> sides;  // party -> loses, gains
    for (const Change& change : changes_) {
      auto& side = sides[change.party];
      side.first |= !change.loss.is_zero();
      side.second |= !change.gain.is_zero();
    }
    for (size_t i = 0; i < changes_.size(); ++i) {
      const Change& c = changes_[i];
      const auto& side = sides[c.party];
      two_sided_[i] = side.first && side.second;
      left_[i] = c.loss;
      wanted_[i] = c.gain;
      if (c.loss.is_zero()) continue;
      give_of_[i] = static_cast<uint32_t>(out_.gives.size());
      out_.gives.push_back({c.virtual_out ? chain::AddressKey{} : c.party, c.asset, c.loss, c.last_out, true});
    }
  }

  void run() {
    draw(Giver::kOnlyGives);
    pay_for_others();
    draw(Giver::kGivesAndGets);
    change_form();
    note_rest();
  }

 private:
  enum class Giver { kOnlyGives, kGivesAndGets };

  void flow(size_t from, size_t to, const Uint256& taken, const Uint256& arrives) {
    Flow one;
    one.give = give_of_[from];
    one.to = changes_[to].virtual_in ? chain::AddressKey{} : changes_[to].party;
    one.asset = changes_[to].asset;
    one.taken = taken;
    one.arrives = arrives;
    one.movement = changes_[to].last_in;
    one.changed = !(changes_[from].asset == changes_[to].asset);
    out_.flows.push_back(one);
    left_[from] -= taken;
    wanted_[to] -= arrives;
  }
  void leave_whole(size_t from) { out_.gives[give_of_[from]].split = false; }

  // Who only gets draws the same asset from such givers. In order of first movement.
  void draw(Giver giver) {
    for (size_t to = 0; to < changes_.size(); ++to) {
      if (wanted_[to].is_zero() || two_sided_[to]) continue;
      for (size_t from = 0; from < changes_.size() && !wanted_[to].is_zero(); ++from) {
        if (left_[from].is_zero() || !(changes_[from].asset == changes_[to].asset)) continue;
        if (two_sided_[from] != (giver == Giver::kGivesAndGets)) continue;
        const Uint256 part = std::min(left_[from], wanted_[to]);
        flow(from, to, part, part);
      }
    }
  }

  // A payer for others: one loss left, gains of one asset left, which share it in proportion.
  void pay_for_others() {
    std::vector<size_t> payers, payees;
    for (size_t i = 0; i < changes_.size(); ++i) {
      if (two_sided_[i]) continue;
      if (!left_[i].is_zero()) payers.push_back(i);
      if (!wanted_[i].is_zero()) payees.push_back(i);
    }
    if (payers.empty() || payees.empty()) return;
    const bool one_asset = std::all_of(payees.begin(), payees.end(),
                                       [&](size_t i) { return changes_[i].asset == changes_[payees[0]].asset; });
    if (payers.size() > 1 || !one_asset) {
      for (const size_t from : payers) leave_whole(from);
      return;
    }
    const size_t from = payers[0];
    const Uint256 whole = left_[from];
    Uint256 sum, reached, before;
    for (const size_t to : payees) sum += wanted_[to];
    for (const size_t to : payees) {
      reached += wanted_[to];
      const Uint256 until = base::mul_div(whole, reached, sum).quotient;
      flow(from, to, until - before, wanted_[to]);
      before = until;
    }
  }

  // Who gives and gets: its own value in its new form, where it has one loss and one gain left.
  void change_form() {
    for (size_t from = 0; from < changes_.size(); ++from) {
      if (left_[from].is_zero() || !two_sided_[from]) continue;
      size_t losses = 0, gains = 0, to = 0;
      for (size_t i = 0; i < changes_.size(); ++i) {
        if (!(changes_[i].party == changes_[from].party)) continue;
        if (!left_[i].is_zero()) ++losses;
        if (!wanted_[i].is_zero()) {
          ++gains;
          to = i;
        }
      }
      if (losses == 1 && gains == 1)
        flow(from, to, left_[from], wanted_[to]);
      else
        leave_whole(from);
    }
  }

  // Losses that became nothing seen, gains that no flow explains.
  void note_rest() {
    for (size_t i = 0; i < changes_.size(); ++i)
      if (!left_[i].is_zero()) leave_whole(i);
    for (size_t i = 0; i < changes_.size(); ++i)
      if (!wanted_[i].is_zero() && !changes_[i].virtual_in)
        out_.rest.push_back({changes_[i].party, changes_[i].asset, wanted_[i], changes_[i].last_in});
  }

  const std::vector<Change>& changes_;
  Exchange& out_;
  std::vector<bool> two_sided_;    // by change: its party loses one thing and gains another
  std::vector<uint32_t> give_of_;  // by change: its place in out_.gives
  std::vector<Uint256> left_;      // by change: of its loss, what no flow has taken
  std::vector<Uint256> wanted_;    // by change: of its gain, what no flow has brought
};

// What the events say about it.
void ExchangeFinder::prove(uint64_t transaction, Exchange& out) {
  reader_.notes_of(transaction, notes_);
  const chain::Network& network = *reader_.info().network;
  bool trades = false, wraps = false;
  for (const ledger::Note& note : notes_) {
    const SwapEvent* event = registry_.find_swap(note);
    if (event == nullptr) continue;
    // A bank's Deposit(address,uint256) is no wrap: the token that it stands for must have moved.
    if (event->wraps &&
        std::none_of(changes_.begin(), changes_.end(), [&](const Change& c) { return c.party == note.contract; }))
      continue;
    (event->wraps ? wraps : trades) = true;
    if (out.protocols.find(event->protocol) == std::string::npos)
      out.protocols += (out.protocols.empty() ? "" : ", ") + event->protocol;
    const std::string& signature = event->layout.signature();
    out.evidence.push_back(
        event_evidence(network, note, signature.substr(0, signature.find('(')) + " of " + event->protocol));
  }
  // A coin and its wrapped form, one to one, at the wrapping contract itself.
  out.wraps = wraps && !trades;
  for (const Flow& flow : out.flows) {
    const Give& give = out.gives[flow.give];
    if (!flow.changed) continue;
    const bool pair =
        (give.asset.kind == chain::AddressKind::kNative) != (flow.asset.kind == chain::AddressKind::kNative);
    if (!pair || flow.taken != flow.arrives) out.wraps = false;
  }
  out.exact = trades || out.wraps;
  if (out.exact) return;
  size_t gainers = 0;
  for (const Flow& flow : out.flows) gainers += flow.changed ? 1 : 0;
  out.confidence = gainers == 2 ? kMirrored : kUnmirrored;
  out.evidence.push_back("what each party has more and less of after the transaction; no event that is known");
}

std::optional<Exchange> ExchangeFinder::find(uint64_t transaction) {
  Exchange out;
  if (!gather(transaction, out)) return std::nullopt;
  Sharing(changes_, out).run();
  if (std::none_of(out.flows.begin(), out.flows.end(),
                   [&](const Flow& flow) { return is_trade(out.gives[flow.give], flow); }))
    return std::nullopt;
  prove(transaction, out);
  return out;
}
}  // namespace jindo::resolve
