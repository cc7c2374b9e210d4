// A peer's loop: pull what is new there, push what is new here, write down how far each came, wait.
#include "federation/peer_loop.h"

#include <algorithm>
#include <chrono>

#include "base/parallel.h"

namespace jindo::federation {
namespace {
using base::Status;
constexpr size_t kPull = 1000, kPush = 500;
constexpr unsigned kPauseMaxMs = 60'000, kPeerLookMs = 100;
}  // namespace

void Sharing::PeerLoop::run() {
  base::give_way(5);
  using Clock = std::chrono::steady_clock;
  unsigned failures = 0;
  auto next_pull = Clock::now(), not_before = Clock::now();
  int64_t position = 0;
  while (!stopping_) {
    // What is new here goes out at once; what is new there is asked for each poll_ms.
    const int64_t newest = sharing_.store_->wait_beyond(position, std::min(peer_.poll_ms, kPeerLookMs));
    const auto now = Clock::now();
    if (stopping_ || now < not_before) {
      if (!stopping_ && newest > position) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      continue;
    }
    Status status;
    if (!peer_.from.empty() && newest > position) status = push();
    if (status.ok()) position = newest;
    if (status.ok() && !peer_.into.empty() && now >= next_pull) {
      status = pull();
      next_pull = Clock::now() + std::chrono::milliseconds(peer_.poll_ms);
    }
    failures = status.ok() ? 0 : failures + 1;
    if (failures > 0) {
      const unsigned pause = std::min<unsigned>(kPauseMaxMs, 200U << std::min(failures, 10U));
      not_before = Clock::now() + std::chrono::milliseconds(pause / 2 + static_cast<unsigned>(std::rand()) % pause / 2);
      client_.reset();
    }
    const std::string problem = status.ok() ? "" : status.error().message;
    bool changed = false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      changed = status_.connected != status.ok();
      status_.connected = status.ok();
      status_.failures += status.ok() ? 0 : 1;
      status_.problem = problem;
    }
    if (changed)
      sharing_.say(status.ok() ? "info" : "error", "peer",
                   "\"peer\":" + base::json_escape(peer_.id) + ",\"connected\":" + (status.ok() ? "true" : "false") +
                       ",\"problem\":" + base::json_escape(problem));
  }
}

Status Sharing::PeerLoop::pull() {
  if (!client_) {
    JINDO_TRY(client_, intel::TaxiiClient::make(peer_));
  }
  const std::string place = "pulled " + peer_.id + " " + peer_.collection;
  JINDO_TRY(const std::string kept, sharing_.store_->fact(place));
  int64_t after = kept.empty() ? 0 : std::strtoll(kept.c_str(), nullptr, 10);
  intel::Submission submission;
  submission.collection = peer_.into;
  submission.way = intel::Way::kPulled;
  submission.by.organisation = peer_.organisation;
  submission.key = "peer:" + peer_.id;
  std::string next;
  do {
    JINDO_TRY(const intel::PulledPage page, client_->objects(after, next, kPull));
    if (!page.objects.empty()) {
      JINDO_TRY(const auto report, sharing_.store_->add(submission, page.objects));
      const size_t failed = report.count(intel::Outcome::kFailed);
      for (const intel::Added& added : report.objects)
        if (added.outcome == intel::Outcome::kFailed)
          sharing_.say("error", "refused",
                       "\"peer\":" + base::json_escape(peer_.id) + ",\"object\":" + base::json_escape(added.object) +
                           ",\"problem\":" + base::json_escape(added.message));
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.pulled += report.count(intel::Outcome::kAdded);
      status_.refused += failed;
    }
    for (const std::string& refused : page.refused)
      sharing_.say("error", "refused",
                   "\"peer\":" + base::json_escape(peer_.id) + ",\"problem\":" + base::json_escape(refused));
    if (!page.refused.empty()) {
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.refused += page.refused.size();
    }
    if (page.last_added_us > after) JINDO_DO(sharing_.store_->set_fact(place, std::to_string(page.last_added_us)));
    next = page.more ? page.next : "";
    if (page.more && next.empty()) {  // a server that has no "next": on by its dates
      if (page.last_added_us <= after) return base::machine_failed(peer_.url + ": more, but no way to it");
      after = page.last_added_us;
      next.clear();
      continue;
    }
    if (!page.more) break;
  } while (!stopping_);
  return {};
}

Status Sharing::PeerLoop::push() {
  if (!client_) {
    JINDO_TRY(client_, intel::TaxiiClient::make(peer_));
  }
  const auto directory = sharing_.store_->directory();
  const auto collection = directory->collections.find(peer_.from);
  // What the peer's organisation may see; machines are no individuals.
  const auto reader = directory->reader(peer_.organisation, intel::Affiliation::kNode, "");
  if (collection == directory->collections.end() || !reader)
    return base::machine_failed("peer " + peer_.id + ": its collection or organisation is not known here");
  const std::string place = "pushed " + peer_.id + " " + peer_.collection;
  JINDO_TRY(const std::string kept, sharing_.store_->fact(place));
  intel::Query query;
  query.after = kept.empty() ? 0 : std::strtoll(kept.c_str(), nullptr, 10);
  query.limit = kPush;
  query.last = false;
  query.all = true;
  while (!stopping_) {
    JINDO_TRY(const intel::Page page, sharing_.store_->page(collection->second, *reader, query));
    if (page.items.empty()) return {};
    std::string envelope = "{\"objects\":[";
    size_t count = 0;
    for (const intel::Item& item : page.items) {
      JINDO_TRY(const auto version, sharing_.store_->version(item.number));
      if (!version || version->sender == peer_.organisation) continue;  // it came from there
      if (count++ > 0) envelope += ',';
      envelope += item.json;
    }
    if (count > 0) {
      JINDO_TRY(const auto posted, client_->post(envelope + "]}"));
      if (posted.failed > 0)
        sharing_.say("error", "push_refused",
                     "\"peer\":" + base::json_escape(peer_.id) + ",\"count\":" + std::to_string(posted.failed) +
                         ",\"first\":" + base::json_escape(posted.first_failure));
      const std::lock_guard<std::mutex> lock(mutex_);
      status_.pushed += posted.taken;
      status_.refused += posted.failed;
    }
    query.after = page.items.back().position;
    JINDO_DO(sharing_.store_->set_fact(place, std::to_string(query.after)));
  }
  return {};
}
}  // namespace jindo::federation
