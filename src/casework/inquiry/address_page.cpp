// A page built up: who the address is, then what it moved on a UTXO or an account chain, then whom it dealt with.
#include "inquiry/address_page.h"

#include <algorithm>
#include <queue>
#include <set>
#include <unordered_map>

#include "attribution/subject.h"
#include "base/clock.h"
#include "cluster/deposits.h"
#include "cluster/same_key.h"
#include "inquiry/page_exposure.h"
#include "ledger/block_places.h"

namespace jindo::inquiry {
namespace {
using chain::AddressKey;
using ledger::kNoNumber;
constexpr uint64_t kCounterpartyMovements = 20'000;
constexpr size_t kAssetsShown = 20;
constexpr size_t kCreatedShown = 10;
constexpr uint64_t kPartiesMax = 64;  // of one UTXO transaction that are met

struct KeyHash {
  size_t operator()(const AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
};

class PageBuilder {
 public:
  PageBuilder(const PageRequest& request, const ledger::Ledger& ledger, const Ownership& owners,
              const ledger::LedgerChain& chain, AddressPage& page)
      : request_(request), ledger_(ledger), owners_(owners), chain_(chain), page_(page) {}

  // `handle` is null for an address that tags know and the ledger does not.
  base::Status build(const ledger::AddressHandle* handle) {
    same_keys();
    if (handle == nullptr) return {};
    if (chain_.utxo)
      utxo(*handle);
    else
      account(*handle);
    top_counterparties();
    cluster(*handle);
    return links(*handle);
  }

 private:
  const chain::Network& network() const { return *chain_.network; }
  PageMovement movement_at(uint64_t transaction, const char* direction) const {
    const ledger::ChainReader& reader = chain_.reader();
    const ledger::BlockRow block = reader.block(reader.block_of_transaction(transaction));
    PageMovement m;
    m.direction = direction;
    m.transaction = reader.transaction_id(transaction);
    m.height = block.height;
    m.time = block.time;
    m.asset = chain::native_asset();
    return m;
  }
  // Of those that the request's height lets onto the page.
  uint64_t first_block() const {
    return request_.from_height == 0 ? 0 : ledger::blocks_up_to(chain_.reader(), request_.from_height - 1);
  }
  void seen(uint64_t transaction) {
    const PageMovement m = movement_at(transaction, "");
    if (page_.first_time == 0 || m.height < page_.first_height) {
      page_.first_height = m.height;
      page_.first_time = m.time;
    }
    if (m.height >= page_.last_height) {
      page_.last_height = m.height;
      page_.last_time = m.time;
    }
  }
  void met(const AddressKey& other, bool in, const base::Uint256& coin) {
    if (other.is_none() || other == page_.address) return;
    Counterparty& c = met_[other];
    c.address = other;
    ++(in ? c.in : c.out);
    (in ? c.received : c.sent) += coin;
  }

  // ---- UTXO chains -------------------------------------------------------------------------------------------------
  void utxo(const ledger::AddressHandle& handle) {
    const ledger::UtxoStore& store = *chain_.utxo;
    page_.outputs_received = store.received_count(handle);
    page_.outputs_spent = store.sent_count(handle);
    page_.movements = page_.outputs_received + page_.outputs_spent;
    const ledger::MoneyTotals totals = store.totals(handle);
    page_.totals.push_back({chain::native_asset(), totals.received, totals.sent, totals.overflowed, page_.movements});
    page_.assets = 1;
    for (const uint64_t output : store.received(handle, 0, 1)) seen(store.transaction_of_output(output));
    for (const uint64_t output : store.received_last(handle, 1)) seen(store.transaction_of_output(output));
    for (const uint64_t input : store.sent(handle, 0, 1)) seen(store.transaction_of_input(input));
    for (const uint64_t input : store.sent_last(handle, 1)) seen(store.transaction_of_input(input));
    utxo_page(handle);
    const auto received = store.received_last(handle, kCounterpartyMovements / 2);
    const auto sent = store.sent_last(handle, kCounterpartyMovements / 2);
    page_.counterparties_of = received.size() + sent.size();
    meet_payers(received);
    meet_payees(sent);
  }
  // Who is on the other side: the other owners of the transactions. Amounts where the other side is one alone.
  void meet_payers(const std::vector<uint64_t>& received) {
    const ledger::UtxoStore& store = *chain_.utxo;
    ledger::UtxoTransactionView view;
    for (const uint64_t output : received) {
      store.transaction(store.transaction_of_output(output), view);
      std::set<AddressKey> payers;
      for (uint64_t i = 0; i < std::min<uint64_t>(view.in_output.size(), kPartiesMax); ++i)
        payers.insert(store.input_address(view.first_input + i));
      const base::Uint256 value(view.out_value[output - view.first_output]);
      for (const AddressKey& payer : payers) met(payer, true, payers.size() == 1 ? value : base::Uint256());
    }
  }
  void meet_payees(const std::vector<uint64_t>& sent) {
    const ledger::UtxoStore& store = *chain_.utxo;
    ledger::UtxoTransactionView view;
    std::set<uint64_t> done;
    for (const uint64_t input : sent) {
      const uint64_t t = store.transaction_of_input(input);
      if (!done.insert(t).second) continue;
      store.transaction(t, view);
      const bool alone = pays_alone(view);
      for (uint64_t o = 0; o < std::min<uint64_t>(view.out_value.size(), kPartiesMax); ++o)
        met(store.output_address(view.first_output + o), false,
            alone ? base::Uint256(view.out_value[o]) : base::Uint256());
    }
  }
  bool pays_alone(const ledger::UtxoTransactionView& view) const {
    for (uint64_t i = 0; i < view.in_output.size(); ++i)
      if (!(chain_.utxo->input_address(view.first_input + i) == page_.address)) return false;
    return true;
  }
  void utxo_page(const ledger::AddressHandle& handle) {
    const ledger::UtxoStore& store = *chain_.utxo;
    const uint64_t from = first_block();
    if (from >= store.info().blocks) return;
    const ledger::BlockRow row = store.block(from);
    const auto received = store.received(handle, row.first_output, request_.limit);
    const auto sent = store.sent(handle, row.first_input, request_.limit);
    // Both lists are in ledger order; merge by transaction, what a transaction spends before what it pays.
    size_t r = 0, s = 0;
    ledger::UtxoTransactionView view;
    while (page_.page.size() < request_.limit && (r < received.size() || s < sent.size())) {
      const uint64_t tx_in = r < received.size() ? store.transaction_of_output(received[r]) : kNoNumber;
      const uint64_t tx_out = s < sent.size() ? store.transaction_of_input(sent[s]) : kNoNumber;
      if (tx_out <= tx_in) {
        PageMovement m = movement_at(tx_out, "out");
        store.transaction(tx_out, view);
        m.position = sent[s++] - view.first_input;
        m.amount = base::Uint256(view.in_value[m.position]);
        page_.page.push_back(std::move(m));
      } else {
        PageMovement m = movement_at(tx_in, "in");
        store.transaction(tx_in, view);
        m.position = received[r] - view.first_output;
        m.amount = base::Uint256(view.out_value[m.position]);
        m.outpoint = chain::format_hash(network(), m.transaction) + ":" + std::to_string(m.position);
        uint64_t spender = 0;
        store.spenders(received[r++], {&spender, 1});
        if (spender != kNoNumber) m.spent_by = chain::format_hash(network(), store.transaction_id(spender));
        page_.page.push_back(std::move(m));
      }
    }
  }

  // ---- account chains ----------------------------------------------------------------------------------------------
  using Holdings = std::vector<ledger::HoldingHandle>;
  void account(const ledger::AddressHandle& handle) {
    const ledger::AccountStore& store = *chain_.account;
    const Holdings holdings = store.holdings_of(handle);
    page_.assets = holdings.size();
    const std::vector<uint64_t> counts = count_movements(holdings);
    const std::vector<size_t> busiest = busiest_of(holdings, counts);
    for (const size_t h : busiest) {
      const ledger::MoneyTotals t = store.totals(holdings[h]);
      page_.totals.push_back({holdings[h].asset, t.received, t.sent, t.overflowed, counts[h]});
    }
    const uint64_t block = first_block();
    if (block < store.info().blocks)
      for (const uint64_t number : next_movements(holdings, store.block(block).first_movement, request_.limit))
        page_.page.push_back(account_movement(number));
    meet_counterparties(holdings, busiest);
  }
  // Of each holding; and how many there are in all, and when the first and the last were.
  std::vector<uint64_t> count_movements(const Holdings& holdings) {
    const ledger::AccountStore& store = *chain_.account;
    std::vector<uint64_t> counts(holdings.size());
    uint64_t first = kNoNumber, last = 0;
    for (size_t h = 0; h < holdings.size(); ++h) {
      for (uint32_t s = 0; s < store.segments(); ++s) {
        const auto movements = store.movements_of(holdings[h], s);
        if (movements.empty()) continue;
        counts[h] += movements.size();
        first = std::min(first, movements.front());
        last = std::max(last, movements.back());
      }
      page_.movements += counts[h];
    }
    if (first == kNoNumber) return counts;
    ledger::Movement m;
    store.movement(first, m);
    seen(m.transaction);
    store.movement(last, m);
    seen(m.transaction);
    return counts;
  }
  // As many holdings as a page shows, by number: the chain's coin, then those that moved most.
  static std::vector<size_t> busiest_of(const Holdings& holdings, const std::vector<uint64_t>& counts) {
    std::vector<std::pair<uint64_t, size_t>> order;  // movements, holding
    for (size_t h = 0; h < holdings.size(); ++h)
      order.emplace_back(holdings[h].asset == chain::native_asset() ? UINT64_MAX : counts[h], h);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    std::vector<size_t> out;
    for (size_t i = 0; i < std::min(order.size(), kAssetsShown); ++i) out.push_back(order[i].second);
    return out;
  }
  // Of the latest movements of these.
  void meet_counterparties(const Holdings& holdings, const std::vector<size_t>& busiest) {
    const ledger::AccountStore& store = *chain_.account;
    std::vector<uint64_t> latest;
    for (const size_t h : busiest)
      for (uint32_t s = store.segments(); s-- > 0;) {
        const auto movements = store.movements_of(holdings[h], s);
        const size_t take = std::min<size_t>(movements.size(), kCounterpartyMovements);
        latest.insert(latest.end(), movements.end() - static_cast<ptrdiff_t>(take), movements.end());
        if (latest.size() >= 2 * kCounterpartyMovements) break;
      }
    std::sort(latest.rbegin(), latest.rend());
    if (latest.size() > kCounterpartyMovements) latest.resize(kCounterpartyMovements);
    page_.counterparties_of = latest.size();
    for (const uint64_t number : latest) {
      const PageMovement one = account_movement(number);
      if (one.direction == "fee") continue;
      met(one.counterparty, one.direction == "in", one.asset == chain::native_asset() ? one.amount : base::Uint256());
    }
  }
  PageMovement account_movement(uint64_t number) const {
    const ledger::AccountStore& store = *chain_.account;
    ledger::Movement m;
    store.movement(number, m);
    const AddressKey from = m.from != kNoNumber ? store.holding_address(m.segment, m.from) : AddressKey{};
    const AddressKey to = m.to != kNoNumber ? store.holding_address(m.segment, m.to) : AddressKey{};
    const bool out = from == page_.address;
    PageMovement line = movement_at(m.transaction, m.kind == chain::MovementKind::kFee ? "fee" : out ? "out" : "in");
    line.position = number - store.first_movement(m.transaction);
    line.asset = store.asset(m.segment, m.asset);
    line.amount = store.amount(number);
    line.counterparty = out ? to : from;
    return line;
  }
  // The next of all holdings' movements in ledger order: a heap of one place a holding.
  std::vector<uint64_t> next_movements(const std::vector<ledger::HoldingHandle>& holdings, uint64_t from,
                                       uint64_t limit) const {
    const ledger::AccountStore& store = *chain_.account;
    std::vector<uint64_t> out;
    for (uint32_t s = 0; s < store.segments() && out.size() < limit; ++s) {
      using Place = std::pair<uint64_t, std::span<const uint64_t>>;
      const auto later = [](const Place& a, const Place& b) { return a.first > b.first; };
      std::priority_queue<Place, std::vector<Place>, decltype(later)> heap(later);
      for (const ledger::HoldingHandle& holding : holdings) {
        const auto all = store.movements_of(holding, s);
        const auto begin = std::lower_bound(all.begin(), all.end(), from);
        if (begin != all.end()) heap.push({*begin, all.subspan(static_cast<size_t>(begin - all.begin()))});
      }
      while (!heap.empty() && out.size() < limit) {
        const Place place = heap.top();
        heap.pop();
        out.push_back(place.first);
        if (place.second.size() > 1) heap.push({place.second[1], place.second.subspan(1)});
      }
    }
    return out;
  }

  // ---- who ---------------------------------------------------------------------------------------------------------
  void top_counterparties() {
    std::vector<Counterparty> all;
    all.reserve(met_.size());
    for (const auto& [key, c] : met_) all.push_back(c);
    const auto more = [](const Counterparty& a, const Counterparty& b) {
      return a.in + a.out != b.in + b.out ? a.in + a.out > b.in + b.out : a.address < b.address;
    };
    const size_t keep = std::min<size_t>(all.size(), request_.counterparties);
    std::partial_sort(all.begin(), all.begin() + static_cast<ptrdiff_t>(keep), all.end(), more);
    all.resize(keep);
    for (Counterparty& c : all) {
      const auto tags = owners_.tags().find(network(), c.address);
      if (!tags.empty())
        c.owner = owners_.tags().owner_of(tags.front());
      else if (const auto* service = owners_.services().find_named(network(), c.address))
        c.owner = service->name;
    }
    page_.counterparties = std::move(all);
  }
  void cluster(const ledger::AddressHandle& handle) {
    if (!chain_.utxo) return;
    page_.cluster_note = owners_.stale(network());
    const cluster::Clusters* clusters = owners_.clusters(network());
    if (clusters == nullptr) return;
    const uint32_t number = clusters->number_of(*chain_.utxo, handle);
    if (number == cluster::kNoAddress) return;
    const uint32_t root = clusters->root(number);
    page_.cluster = ClusterPart{clusters->numbers().address(*chain_.utxo, root), clusters->size(root),
                                chain_.utxo->block(clusters->blocks() - 1).height};
  }
  void link(const char* kind, const chain::Network& of, const AddressKey& address, const std::string& evidence,
            uint8_t confidence) {
    page_.links.push_back({kind, std::string(of.name), chain::format_address(of, address), evidence, confidence});
  }
  void same_keys() {
    std::vector<const chain::Network*> networks;
    for (const auto& chain : ledger_.chains()) networks.push_back(chain.network);
    for (const chain::Network& other : chain::networks())  // tags speak of chains that the ledger lacks
      if (ledger_.find(other) == nullptr) networks.push_back(&other);
    for (const cluster::SameKey& form : cluster::same_key_forms(network(), page_.address, networks)) {
      const ledger::LedgerChain* there = ledger_.find(*form.network);
      const auto tags = owners_.tags().find(*form.network, form.address);
      const bool occurs = there != nullptr && there->reader().find_address(form.address).has_value();
      if (!occurs && tags.empty()) continue;
      link("same-key", *form.network, form.address,
           form.form + (tags.empty() ? std::string() : "; tagged " + tags.front().label) +
               (occurs ? "" : "; not in this ledger"),
           95);
    }
    attribution::Subject subject;
    subject.network = chain_.network;
    subject.key = page_.address;
    std::array<uint8_t, 20> hash{};
    if (chain_.utxo && attribution::key_hash_of(subject, hash))
      for (const attribution::Tag* tag : owners_.tags().find_key_hash(hash))
        page_.links.push_back({"same-key", tag->subject.chain, tag->subject.text,
                               "the same key's hash, on a chain that shares bitcoin's keys; tagged " + tag->label, 95});
  }
  base::Status links(const ledger::AddressHandle& handle) {
    const auto exchange_of = [&](const AddressKey& key) { return owners_.exchange_of(network(), key); };
    if (chain_.utxo) {
      cluster::Sweep sweep;
      if (owners_.services().has_chain(network()) && cluster::find_sweep(*chain_.utxo, handle, exchange_of, sweep))
        deposit_of(sweep.exchange,
                   "swept into an address of " + sweep.exchange + ", as in transaction " +
                       chain::format_hash(network(), chain_.utxo->transaction_id(sweep.transaction)),
                   sweep.confidence());
      return {};
    }
    const ledger::AccountStore& store = *chain_.account;
    if (const auto creation = store.creation_of(page_.address))
      link("created-by", network(), creation->creator,
           "in transaction " + chain::format_hash(network(), store.transaction_id(creation->transaction)), 100);
    for (const ledger::Creation& creation : store.created_by(page_.address, kCreatedShown))
      link("created", network(), creation.contract,
           "in transaction " + chain::format_hash(network(), store.transaction_id(creation.transaction)), 100);
    cluster::Deposit deposit;
    if (owners_.services().has_chain(network()) &&
        cluster::find_deposit(store, page_.address, exchange_of, {}, deposit)) {
      ledger::Movement m;
      store.movement(deposit.pairs.front().out, m);
      deposit_of(deposit.exchange,
                 "forwards to " + deposit.exchange + ": " + std::to_string(deposit.forwarded) + " of " +
                     std::to_string(deposit.received) + " transfers passed on, as in transaction " +
                     chain::format_hash(network(), store.transaction_id(m.transaction)),
                 deposit.confidence());
    }
    return {};
  }
  void deposit_of(const std::string& exchange, const std::string& evidence, uint8_t confidence) {
    link("deposit", network(), page_.address, evidence, confidence);
    if (!page_.owner || page_.owner->basis == "deposit")
      page_.owner = OwnerClaim{exchange, "exchange", "deposit", evidence, confidence};
  }

  const PageRequest& request_;
  const ledger::Ledger& ledger_;
  const Ownership& owners_;
  const ledger::LedgerChain& chain_;
  AddressPage& page_;
  std::unordered_map<AddressKey, Counterparty, KeyHash> met_;
};

base::Status add_tags(const Ownership& owners, AddressPage& page) {
  const auto tags = owners.tags().find(*page.network, page.address);
  page.tags.assign(tags.begin(), tags.end());
  if (!page.tags.empty()) {
    const attribution::Tag& first = page.tags.front();
    page.owner = OwnerClaim{owners.tags().owner_of(first), attribution::name_of(first.category), "tag", first.source,
                            first.confidence};
  } else if (const auto* service = owners.services().find(*page.network, page.address)) {
    page.owner = OwnerClaim{service->name, service->category, service->basis, service->source,
                            static_cast<uint8_t>(service->basis == "table" ? 100 : 60)};
  }
  if (owners.store() != nullptr) {
    attribution::Subject subject;
    subject.chain = page.network->name;
    subject.text = chain::format_address(*page.network, page.address);
    JINDO_TRY(const auto all, owners.store()->tags_of(subject));
    page.tags_past = all.size() - page.tags.size();
  }
  return {};
}

// Whether the address's own history is among the exports that the chain is made of; "" where the chain is whole.
std::string coverage_note(const ledger::LedgerChain& chain, const chain::AddressKey& address) {
  if (chain.coverage.empty()) return "";
  for (const ledger::CoverageHistory& history : chain.coverage.histories) {
    const auto key = chain::parse_address(*chain.network, history.address);
    if (!key.ok() || *key != address) continue;
    return "its history is among the files, " + base::format_time(history.first_time) + " to " +
           base::format_time(history.last_time) + (history.whole ? "" : ", cut off");
  }
  return "partial: its own history is not among the files; only what others' histories say of it";
}
}  // namespace

base::Result<std::vector<AddressPage>> address_pages(const PageRequest& request) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(request.owners.ledger));
  JINDO_TRY(const auto owners, Ownership::open(request.owners, ledger));
  return address_pages(request, ledger, *owners);
}
base::Result<std::vector<AddressPage>> address_pages(const PageRequest& request, const ledger::Ledger& ledger,
                                                     const Ownership& owners) {
  std::vector<AddressPage> pages;
  std::string problem;
  bool parsed = false;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (request.network != nullptr && request.network != chain.network) continue;
    const auto key = chain::parse_address(*chain.network, request.subject);
    if (!key.ok()) {
      problem = key.error().message;
      continue;
    }
    parsed = true;
    const auto handle = chain.reader().find_address(*key);
    if (!handle && owners.tags().find(*chain.network, *key).empty()) continue;
    AddressPage page;
    page.network = chain.network;
    page.address = *key;
    page.coverage_note = coverage_note(chain, *key);
    JINDO_DO(add_tags(owners, page));
    JINDO_DO(PageBuilder(request, ledger, owners, chain, page).build(handle ? &*handle : nullptr));
    pages.push_back(std::move(page));
  }
  if (!pages.empty()) {
    JINDO_DO(add_exposures(request, ledger, owners, pages));
    return pages;
  }
  if (!parsed && !problem.empty()) return base::bad_input(problem);
  return base::answer_no(request.subject + " is not in this ledger");
}
}  // namespace jindo::inquiry
