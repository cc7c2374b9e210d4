// The state that answers about a past height rest on: the one that this node was in then, or today's versions over the
// ledger of then.
#include <algorithm>
#include <optional>
#include <utility>

#include "ledger/block_places.h"
#include "node/past_state.h"
#include "node/replay.h"

namespace jindo::node {
namespace {
// The last state of the log before a record whose tip on the chain was at that height, and which the ledger holds.
base::Result<std::optional<StateRecord>> find_state(const ReplayRequest& request, const ledger::Ledger& ledger,
                                                    const chain::Network& network, uint64_t height, uint64_t before) {
  std::optional<StateRecord> out;
  JINDO_TRY(const auto log, screening::read_decisions(
                                request.data + "/decisions", [&](const screening::LogRecord& record) -> base::Status {
                                  if (record.kind != "state" || record.number >= before) return {};
                                  JINDO_TRY(auto state, read_state_record(record.text));
                                  for (const StateRecord::At& at : state.chains)
                                    if (at.network == &network && at.height == height && holds(ledger, state))
                                      out = state;
                                  return {};
                                }));
  (void)log;
  return out;
}

// How many of a chain's blocks come before the first that does not.
template <class IsBefore>
uint64_t blocks_while(const ledger::ChainReader& reader, const IsBefore& is_before) {
  uint64_t low = 0, high = reader.info().blocks;
  while (low < high) {
    const uint64_t middle = (low + high) / 2;
    if (is_before(reader.block(middle)))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The heights of all chains as one was at a height: the others as their clocks were.
base::Result<std::map<const chain::Network*, uint64_t>> heights_at(const ledger::Ledger& ledger,
                                                                   const chain::Network& network, uint64_t height) {
  const ledger::ChainReader& own = ledger.find(network)->reader();
  const uint64_t blocks = ledger::blocks_up_to(own, height);
  if (blocks == 0)
    return base::answer_no("the ledger of " + std::string(network.name) + " begins above height " +
                           std::to_string(height));
  const int64_t time = own.block(blocks - 1).order_time;
  std::map<const chain::Network*, uint64_t> out;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    const uint64_t n = blocks_while(chain.reader(), [&](const ledger::BlockRow& b) {
      return chain.network == &network ? b.height <= height : b.order_time <= time;
    });
    out[chain.network] = n == 0 ? 0 : chain.reader().block(n - 1).height;
  }
  return out;
}
// A theft that is traced today and was not at that height came later: nothing of it was missing then.
void keep_untraced_today(const screening::State& now, screening::State& then) {
  const auto is_of_then = [&](const screening::Unknown& u) {
    return u.untraced && std::none_of(now.unknown.begin(), now.unknown.end(), [&](const screening::Unknown& today) {
             return today.untraced && today.incident == u.incident;
           });
  };
  then.unknown.erase(std::remove_if(then.unknown.begin(), then.unknown.end(), is_of_then), then.unknown.end());
}
}  // namespace

base::Result<std::shared_ptr<const screening::State>> replay_state_at(const ReplayRequest& request,
                                                                      const screening::State& now,
                                                                      const chain::Network& network, uint64_t height,
                                                                      uint64_t before) {
  const auto ledger = now.snapshot->ledger;
  std::shared_ptr<screening::State> out;
  JINDO_TRY(const auto record, find_state(request, *ledger, network, height, before));
  if (record) {
    JINDO_TRY(const RecordedState recorded, make_recorded_state(request, ledger, *record));
    out = recorded.state;
    out->add_unknown("asked about a height in the past: answered as then, but for techniques");
    if (!recorded.tags_same) out->add_unknown("the tags in force then were changed since");
  } else {  // this node was not at that height, or its blocks were taken back: today's versions, the ledger of then
    PastVersions versions;
    versions.policy = *now.policy;
    versions.tags_on = now.tags_on;
    JINDO_TRY(versions.heights, heights_at(*ledger, network, height));
    JINDO_TRY(versions.incidents, read_archived_incidents(request.data, now.incidents_digest));
    JINDO_TRY(out, make_past_state(request, ledger, versions));
    keep_untraced_today(now, *out);
    out->add_unknown(
        "this node did not answer at that height: today's policy, incidents and tags over the ledger of then, without "
        "techniques");
  }
  out->number = now.number;
  out->finish();
  return std::shared_ptr<const screening::State>(std::move(out));
}
}  // namespace jindo::node
