// A joint transaction's members and change outputs, and the pairs that amounts force.
#include "resolve/join_links.h"

#include <algorithm>
#include <map>

#include "chain/keyless.h"

namespace jindo::resolve {
namespace {
constexpr uint64_t kFeePpm = 5'000;       // of what goes in, for coordinator and makers: 0.5 % …
constexpr uint64_t kFeeSatoshi = 20'000;  // … and the miner's share
constexpr uint32_t kForced = 850'000;
}  // namespace

JoinReading read_join(const ledger::UtxoReader& reader, uint64_t transaction) {
  JoinReading out;
  ledger::UtxoTransactionView view;
  reader.transaction(transaction, view);
  if (view.in_output.size() < 2 || view.out_value.size() < 2) return out;
  std::map<chain::AddressKey, std::pair<uint64_t, std::vector<uint64_t>>> members;  // owner -> sum, inputs
  for (size_t i = 0; i < view.in_output.size(); ++i) {
    auto& member = members[reader.input_address(view.first_input + i)];
    member.first += view.in_value[i];
    member.second.push_back(i);
  }
  cluster::JoinShape shape;
  shape.in_value = view.in_value;
  shape.out_value = view.out_value;
  shape.out_type = view.out_type;
  shape.in_owners = static_cast<size_t>(
      std::count_if(members.begin(), members.end(), [](const auto& m) { return !chain::anybody_can_spend(m.first); }));
  out.finding = cluster::find_join(shape);
  if (out.finding.kind == cluster::JoinKind::kNone || out.finding.kind == cluster::JoinKind::kPayJoin ||
      out.finding.kind == cluster::JoinKind::kWhirlpoolPremix)
    return out;
  std::map<uint64_t, uint32_t> times;
  for (const uint64_t value : view.out_value) ++times[value];
  for (const auto& [value, count] : times)
    if (value > 0 && count >= 2 && count >= out.equal_outputs) {
      out.denomination = value;
      out.equal_outputs = count;
    }
  if (out.finding.kind == cluster::JoinKind::kWasabi20) return out;  // no one denomination: nothing is forced
  std::map<size_t, std::vector<const chain::AddressKey*>> fits;      // change output -> members
  std::map<const chain::AddressKey*, uint32_t> fitted;
  for (size_t o = 0; o < view.out_value.size(); ++o) {
    const uint64_t change = view.out_value[o];
    if (change == 0 || times[change] != 1) continue;
    for (const auto& [owner, member] : members) {
      const uint64_t spent = change + out.denomination;
      if (member.first < spent) {
        // Makers gain a little: up to the band.
        if (spent - member.first > member.first / 1'000'000 * kFeePpm) continue;
      } else if (member.first - spent > member.first / 1'000'000 * kFeePpm + kFeeSatoshi) {
        continue;
      }
      fits[o].push_back(&owner);
      ++fitted[&owner];
    }
  }
  for (const auto& [output, owners] : fits)
    if (owners.size() == 1 && fitted[owners[0]] == 1) out.forced.push_back({members[*owners[0]].second, output});
  return out;
}

std::vector<Link> find_joins(const ledger::LedgerChain& chain) {
  std::vector<Link> out;
  const ledger::UtxoReader& reader = *chain.utxo;
  ledger::UtxoTransactionView view;
  for (uint64_t t = 0; t < reader.info().transactions; ++t) {
    reader.transaction(t, view);
    if (view.in_output.size() < 2 || view.out_value.size() < 3) continue;
    const JoinReading join = read_join(reader, t);
    if (join.equal_outputs < 2) continue;
    Link link;
    link.kind = LinkKind::kCoinjoin;
    link.rule = std::string(cluster::info_of(join.finding.kind).name);
    link.service = cluster::info_of(join.finding.kind).title;
    link.confidence = join.finding.confidence * 10'000U;
    link.anonymity_set = join.equal_outputs;
    link.from.network = link.to.network = chain.network;
    link.from.transaction = link.to.transaction = t;
    link.from.asset = link.to.asset = chain::native_asset();
    link.from.amount = link.to.amount = base::Uint256(join.denomination);
    link.evidence = {std::to_string(join.equal_outputs) + " equal outputs of " + std::to_string(join.denomination) +
                     " satoshi: whose each is, is not told"};
    out.push_back(link);
    for (const JoinReading::Forced& forced : join.forced) {
      Link change = link;
      change.rule = "forced-change";
      change.confidence = kForced;
      change.anonymity_set = 1;
      change.from.place = view.in_output[forced.inputs[0]];
      change.from.address = reader.input_address(view.first_input + forced.inputs[0]);
      change.to.place = view.first_output + forced.output;
      change.to.address = reader.output_address(change.to.place);
      change.from.amount = change.to.amount = base::Uint256(view.out_value[forced.output]);
      change.evidence = {"the only change output that fits these inputs, and the only inputs that fit it"};
      out.push_back(std::move(change));
    }
  }
  return out;
}
}  // namespace jindo::resolve
