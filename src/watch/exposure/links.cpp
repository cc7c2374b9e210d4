// The links between chains, read again where events came; beside everything else where reading takes long.
#include <algorithm>
#include <chrono>
#include <tuple>

#include "base/parallel.h"
#include "exposure/tracker_parts.h"

namespace jindo::exposure {

// Reads the links again where events came; `fresh` are those that were not there before.
base::Status Tracker::refresh_links(std::vector<const resolve::Link*>& fresh) {
  if (!options_.links) return {};
  if (reading_ && reading_->done.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    const auto done = std::exchange(reading_, nullptr);
    const auto [status, took] = done->done.get();
    JINDO_DO(status);
    links_took_ms_ = took;
    use_links(done->links, fresh);
  }
  std::vector<uint64_t> notes;
  for (const ledger::LedgerChain& chain : ledger_->chains()) notes.push_back(chain.reader().info().notes);
  if (reading_ || (links_ && links_->notes == notes)) return {};
  auto next = std::make_shared<Links>();
  next->ledger = ledger_;
  next->notes = std::move(notes);
  const auto read = [next, this](bool beside) -> std::pair<base::Status, int64_t> {
    if (beside) base::give_way(10);
    const auto from = std::chrono::steady_clock::now();
    auto made = resolve::Resolver::make(*next->ledger, services_, options_.resolve);
    if (!made.ok()) return {made.error(), 0};
    next->resolver = std::move(*made);
    const auto took = std::chrono::steady_clock::now() - from;
    return {{}, std::chrono::duration_cast<std::chrono::milliseconds>(took).count()};
  };
  if (links_ && links_took_ms_ >= static_cast<int64_t>(options_.links_here_ms)) {
    reading_ = std::make_shared<Reading>();
    reading_->links = next;
    reading_->done = std::async(std::launch::async, read, true);
    return {};
  }
  const auto [status, took] = read(false);
  JINDO_DO(status);
  links_took_ms_ = took;
  use_links(std::move(next), fresh);
  return {};
}

void Tracker::use_links(std::shared_ptr<Links> next, std::vector<const resolve::Link*>& fresh) {
  const auto place_of = [](const resolve::Link& l) {
    return std::make_tuple(l.from.network, l.from.place, l.to.network, l.to.place);
  };
  std::set<decltype(place_of(std::declval<resolve::Link>()))> known;
  if (links_)
    for (const resolve::Link& link : links_->resolver->links()) known.insert(place_of(link));
  for (const resolve::Link& link : next->resolver->links())
    if (known.count(place_of(link)) == 0) fresh.push_back(&link);
  links_ = std::move(next);
}

void Tracker::wait_for_links() {
  if (reading_) reading_->done.wait();
}
void Tracker::stop_reading() {
  wait_for_links();
  reading_.reset();
}

// Whether value of this trace went into one of the links: its payer or where it arrived is known to it.
bool Tracker::reached_by(const Followed& followed, const std::vector<const resolve::Link*>& fresh) const {
  const auto own = [&](uint32_t source) {
    const auto& numbers = followed.collector->numbers();
    return std::find(numbers.begin(), numbers.end(), source) != numbers.end();
  };
  for (const resolve::Link* link : fresh) {
    for (const chain::AddressKey& key : {link->from.address, link->from.holder}) {
      if (key.is_none()) continue;
      const NetworkAddress address{network_number(*link->from.network), key};
      bool hit = false;
      index_.last().rows_of(address, hash_of(address), [&](const Row& row) { hit = hit || own(row.source); });
      if (hit) return true;
    }
  }
  return false;
}
}  // namespace jindo::exposure
