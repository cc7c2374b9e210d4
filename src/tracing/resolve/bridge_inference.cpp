// Payments in and out of bridges' addresses are gathered, then each deposit is held against the releases that fit.
#include "resolve/bridge_inference.h"

#include <algorithm>
#include <map>
#include <set>

namespace jindo::resolve {
namespace {
using base::Uint256;
using ledger::kNoNumber;

constexpr uint32_t kAloneSameRecipient = 950'000;  // the only one, to the depositor's own address
constexpr uint32_t kAlone = 850'000;               // the only one in window and band
constexpr uint32_t kSeveral = 600'000;             // the earliest of a few; 83 % right on Nomad's withdrawals
constexpr uint32_t kMany = 400'000;                // the earliest of more than kFew
constexpr uint32_t kFew = 10;
constexpr size_t kFitsMax = 500;  // a deposit that so many releases fit is shown by none; bounds memory too

struct Payment {
  Leg leg;
  int64_t order_time = 0;
  std::string service;
  const AssetFacts* facts = nullptr;
};

class Inference {
 public:
  Inference(const ledger::Ledger& ledger, const attribution::ServiceDirectory& services, const AssetBook& assets,
            const std::vector<Link>& paired, const CrossingOptions& options)
      : ledger_(ledger), services_(services), assets_(assets), options_(options) {
    for (const Link& link : paired) {
      used_.insert({link.from.network, link.from.place});
      used_.insert({link.to.network, link.to.place});
      used_transactions_.insert({link.from.network, link.from.transaction});
      used_transactions_.insert({link.to.network, link.to.transaction});
    }
  }

  std::vector<Link> run() {
    for (const ledger::LedgerChain& chain : ledger_.chains()) {
      for (const chain::AddressKey& address : services_.addresses(*chain.network, "bridge")) {
        if (chain.utxo)
          collect_utxo(chain, address);
        else
          collect_account(chain, address);
      }
    }
    for (auto& [service, deposits] : deposits_) match(deposits, releases_[service]);
    return std::move(links_);
  }

 private:
  std::string service_of(const chain::Network& network, const chain::AddressKey& address) const {
    const attribution::Service* found = services_.find_named(network, address);
    return found == nullptr ? "" : found->category == "bridge" ? found->name : "another";
  }
  void add(std::map<std::string, std::vector<Payment>>& to, const std::string& service, const Leg& leg, int64_t time) {
    if (used_.count({leg.network, leg.place}) != 0 || used_transactions_.count({leg.network, leg.transaction}) != 0)
      return;
    const AssetFacts* facts = assets_.find(*leg.network, leg.asset);
    if (facts == nullptr) return;
    if (!seen_.insert({leg.network, leg.place}).second) return;
    to[service].push_back({leg, time, service, facts});
  }

  void collect_account(const ledger::LedgerChain& chain, const chain::AddressKey& address) {
    const ledger::AccountReader& reader = *chain.account;
    const std::string service = service_of(*chain.network, address);
    const auto handle = reader.find_address(address);
    if (!handle) return;
    ledger::Movement movement;
    for (const ledger::HoldingHandle& holding : reader.holdings_of(*handle)) {
      for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
        for (const uint64_t number : reader.movements_of(holding, segment)) {
          reader.movement(number, movement);
          if (movement.kind != chain::MovementKind::kTransfer || movement.from == movement.to) continue;
          const bool in = movement.to == holding.rows[segment];
          const uint64_t other_row = in ? movement.from : movement.to;
          if (other_row == kNoNumber || reader.amount(number).is_zero()) continue;
          const chain::AddressKey other = reader.holding_address(segment, other_row);
          if (!service_of(*chain.network, other).empty()) continue;  // its own, or another service's
          Leg leg;
          leg.network = chain.network;
          leg.transaction = movement.transaction;
          leg.place = number;
          leg.address = other;
          leg.holder = address;
          leg.asset = holding.asset;
          leg.amount = reader.amount(number);
          if (in) behind_deposit_address(reader, leg);
          const ledger::BlockRow block = reader.block(reader.block_of_transaction(leg.transaction));
          add(in ? deposits_ : releases_, service, leg, block.order_time);
        }
      }
    }
  }
  // A customer's own deposit address, which passes on what it got: the payment into it is the deposit.
  static void behind_deposit_address(const ledger::AccountReader& reader, Leg& leg) {
    const auto holding = reader.find_holding(leg.address, leg.asset);
    if (!holding) return;
    uint64_t inflows = 0, outflows = 0, last_in = kNoNumber, last_row = kNoNumber;
    ledger::Movement movement;
    for (uint32_t segment = 0; segment < reader.segments(); ++segment) {
      const auto movements = reader.movements_of(*holding, segment);
      if (movements.size() > 16) return;
      for (const uint64_t number : movements) {
        reader.movement(number, movement);
        if (movement.kind != chain::MovementKind::kTransfer) continue;
        if (movement.from == holding->rows[segment]) {
          ++outflows;
          continue;
        }
        ++inflows;
        if (number < leg.place && movement.from != kNoNumber) {
          last_in = number;
          last_row = movement.from;
        }
      }
    }
    if (outflows != 1 || inflows == 0 || inflows > 2 || last_in == kNoNumber) return;
    reader.movement(last_in, movement);
    const Uint256 amount = reader.amount(last_in);
    if (amount < leg.amount || Uint256(base::mul_div(leg.amount, 11, 10).quotient) < amount) return;
    leg.holder = leg.address;
    leg.address = reader.holding_address(movement.segment, last_row);
    leg.transaction = movement.transaction;
    leg.place = last_in;
    leg.amount = amount;
  }

  void collect_utxo(const ledger::LedgerChain& chain, const chain::AddressKey& address) {
    const ledger::UtxoReader& reader = *chain.utxo;
    const std::string service = service_of(*chain.network, address);
    const auto handle = reader.find_address(address);
    if (!handle) return;
    ledger::UtxoTransactionView view;
    const auto leg_of = [&](uint64_t transaction, uint64_t output) {
      Leg leg;
      leg.network = chain.network;
      leg.transaction = transaction;
      leg.place = output;
      leg.asset = chain::native_asset();
      leg.amount = Uint256(reader.output_value(output));
      return leg;
    };
    const auto time_of = [&](uint64_t transaction) {
      return reader.block(reader.block_of_transaction(transaction)).order_time;
    };
    for (const uint64_t output : reader.received(*handle, 0, SIZE_MAX)) {
      const uint64_t transaction = reader.transaction_of_output(output);
      reader.transaction(transaction, view);
      if (view.coinbase() || reader.output_value(output) == 0) continue;
      Leg leg = leg_of(transaction, output);
      leg.address = reader.input_address(view.first_input);
      leg.holder = address;
      if (service_of(*chain.network, leg.address).empty()) add(deposits_, service, leg, time_of(transaction));
    }
    uint64_t last = kNoNumber;
    for (const uint64_t input : reader.sent(*handle, 0, SIZE_MAX)) {
      const uint64_t transaction = reader.transaction_of_input(input);
      if (transaction == last) continue;
      last = transaction;
      reader.transaction(transaction, view);
      for (size_t o = 0; o < view.out_value.size(); ++o) {
        if (view.out_value[o] == 0 || view.out_type[o] == chain::ScriptType::kNullData) continue;
        Leg leg = leg_of(transaction, view.first_output + o);
        leg.address = reader.output_address(leg.place);
        leg.holder = address;
        if (service_of(*chain.network, leg.address).empty()) add(releases_, service, leg, time_of(transaction));
      }
    }
  }

  // Whether the release is worth the deposit less a fee.
  bool worth(const Payment& deposit, const Payment& release) const {
    std::optional<Uint256> in, out;
    if (deposit.facts->symbol == release.facts->symbol) {
      const int decimals = std::max(deposit.facts->decimals, release.facts->decimals);
      in = AssetBook::rescale(deposit.leg.amount, deposit.facts->decimals, decimals);
      out = AssetBook::rescale(release.leg.amount, release.facts->decimals, decimals);
    } else {
      in = assets_.value(*deposit.facts, deposit.leg.amount, deposit.order_time);
      out = assets_.value(*release.facts, release.leg.amount, release.order_time);
    }
    if (!in || !out || in->words[3] != 0 || out->words[3] != 0) return false;
    const Uint256 least = base::mul_div(*in, kCertain - options_.fee_ppm_max, kCertain).quotient;
    const Uint256 most = base::mul_div(*in, kCertain + options_.gain_ppm_max, kCertain).quotient;
    return !(*out < least) && !(most < *out);
  }
  static bool same_person(const Payment& a, const Payment& b) {
    return a.leg.address.kind == chain::AddressKind::kAccount && a.leg.address == b.leg.address;
  }

  void match(std::vector<Payment>& deposits, std::vector<Payment>& releases) {
    const auto by_time = [](const Payment& a, const Payment& b) {
      return std::make_tuple(a.order_time, a.leg.network->caip2, a.leg.place) <
             std::make_tuple(b.order_time, b.leg.network->caip2, b.leg.place);
    };
    std::sort(deposits.begin(), deposits.end(), by_time);
    std::sort(releases.begin(), releases.end(), by_time);
    std::vector<std::vector<uint32_t>> of_deposit(deposits.size());
    std::vector<uint32_t> of_release(releases.size(), 0);
    for (size_t d = 0; d < deposits.size(); ++d) {
      auto at = std::lower_bound(releases.begin(), releases.end(), deposits[d].order_time - options_.early_seconds,
                                 [](const Payment& r, int64_t wanted) { return r.order_time < wanted; });
      size_t looked = 0;
      for (; at != releases.end() && at->order_time <= deposits[d].order_time + options_.window_seconds; ++at) {
        if (++looked > options_.candidates_max || of_deposit[d].size() > kFitsMax) {
          of_deposit[d].clear();
          break;
        }
        if (at->leg.network == deposits[d].leg.network && at->leg.asset == deposits[d].leg.asset) continue;
        if (worth(deposits[d], *at)) of_deposit[d].push_back(static_cast<uint32_t>(at - releases.begin()));
      }
      for (const uint32_t r : of_deposit[d]) ++of_release[r];
    }
    std::vector<bool> taken(releases.size(), false), done(deposits.size(), false);
    // First to one's own address, then where both have no other choice, then the earliest that is left.
    for (const int round : {0, 1, 2}) {
      for (size_t d = 0; d < deposits.size(); ++d) {
        if (done[d] || of_deposit[d].empty()) continue;
        uint32_t choice = UINT32_MAX, same = 0;
        for (const uint32_t r : of_deposit[d]) {
          const bool own = same_person(deposits[d], releases[r]);
          same += own ? 1 : 0;
          if (taken[r] || choice != UINT32_MAX) continue;
          if (round == 0 ? own : round == 1 ? of_deposit[d].size() == 1 && of_release[r] == 1 : true) choice = r;
        }
        if (choice == UINT32_MAX) continue;
        taken[choice] = done[d] = true;
        const bool own = same_person(deposits[d], releases[choice]);
        const auto others =
            own ? same - 1 : static_cast<uint32_t>(std::max<size_t>(of_deposit[d].size(), of_release[choice]) - 1);
        make(deposits[d], releases[choice], own, others);
      }
    }
  }
  void make(const Payment& deposit, const Payment& release, bool own, uint32_t others) {
    Link link;
    link.kind = LinkKind::kBridge;
    link.rule = own ? "amount-time-recipient" : "amount-and-time";
    link.service = deposit.service;
    link.candidates = others;
    link.confidence = others == 0 ? (own ? kAloneSameRecipient : kAlone) : others <= kFew ? kSeveral : kMany;
    link.from = deposit.leg;
    link.to = release.leg;
    const int64_t gap = release.order_time - deposit.order_time;
    link.evidence.push_back("paid in by " + chain::format_hash(*deposit.leg.network, id_of(deposit.leg)) + ", out by " +
                            chain::format_hash(*release.leg.network, id_of(release.leg)) + " " + std::to_string(gap) +
                            " seconds later" + (own ? ", to the depositor's own address" : ""));
    link.evidence.push_back(others == 0 ? "no other payment fits" : std::to_string(others) + " other payments fit");
    links_.push_back(std::move(link));
  }
  chain::TxId id_of(const Leg& leg) const {
    return ledger_.find(*leg.network)->reader().transaction_id(leg.transaction);
  }

  const ledger::Ledger& ledger_;
  const attribution::ServiceDirectory& services_;
  const AssetBook& assets_;
  const CrossingOptions& options_;
  std::set<std::pair<const chain::Network*, uint64_t>> used_, used_transactions_, seen_;
  std::map<std::string, std::vector<Payment>> deposits_, releases_;
  std::vector<Link> links_;
};
}  // namespace

std::vector<Link> infer_crossings(const ledger::Ledger& ledger, const attribution::ServiceDirectory& services,
                                  const AssetBook& assets, const std::vector<Link>& paired,
                                  const CrossingOptions& options) {
  return Inference(ledger, services, assets, paired, options).run();
}
}  // namespace jindo::resolve
