// Tracker: every incident and every listed category, followed together as the ledger goes on, into one exposure index.
// Each incident is traced by itself (so that adding one changes no figure of another; two incidents may both claim what
// one thief robbed of the other), categories likewise. A block that only adds makes each trace go on; a branch that was
// left, or a crossing that reaches back, starts the traces it touches again. Single threaded; readers use published().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "attribution/tag_index.h"
#include "exposure/index_writer.h"
#include "resolve/resolver.h"
#include "trace/live_trace.h"

namespace jindo::exposure {

struct TrackedIncident {
  std::string id, title;
  std::vector<trace::Source> sources;
  std::string digest;  // of what was written down: another digest is another version
};
struct TrackedCategory {
  std::string name;
  bool indirect = true;              // also what came on from those it came to
  std::optional<uint32_t> hops_max;  // with indirect
  bool sent = true;                  // also who sent to them
};
struct TrackerOptions {
  trace::Policy policy = trace::Policy::kHaircut;  // any but poison
  bool links = true;
  resolve::ResolveRequest resolve;
  std::vector<TrackedCategory> categories;
  std::map<const chain::Network*, uint64_t> heights;  // as it was then; a tracker with heights does not go on
  // Links are read again where events came. Where the last reading took longer than this, on a thread beside: they
  // count from the first advance() after it is done.
  unsigned links_here_ms = 150;
};
// Stolen or listed value came to an address.
struct Arrival {
  uint32_t source = 0;
  const chain::Network* network = nullptr;
  uint64_t block = 0;  // number in the ledger; of unconfirmed ones UINT64_MAX
  bool ended = false;  // at a service: the trace goes no further
  bool unconfirmed = false;
  chain::TxId transaction{};  // of unconfirmed ones
  uint32_t output = 0;
  trace::Tainted what;
};
using ArrivalSink = std::function<void(const Arrival&)>;

enum class TrackState : uint8_t { kTraced, kWaiting };
struct TrackStatus {
  std::string id;
  TrackState state = TrackState::kTraced;
  std::string problem;  // why it waits: a theft that the ledger does not hold yet
  uint64_t traces = 0;  // how often it was started
};

class Tracker {
 public:
  Tracker(const TrackerOptions& options, ArrivalSink sink);
  ~Tracker();
  // What is followed from here on: new ones are traced at the next advance(), missing ones end, changed ones start
  // again.
  void set_incidents(std::vector<TrackedIncident> incidents);
  // Tags in force: where traces end, and which addresses are listed. All traces start again if they differ.
  void set_tags(std::shared_ptr<const attribution::TagIndex> tags);
  // Brings everything up to this ledger and publishes. The error is of links or the machine; an incident that cannot be
  // traced yet waits, see status().
  base::Status advance(std::shared_ptr<const ledger::Ledger> ledger);
  std::vector<TrackStatus> status() const;
  const std::vector<SourceInfo>& sources() const { return index_.sources(); }  // all there were, by number
  const Published& published() const { return index_.published(); }
  // Transactions that no block holds yet, parents before children: what they would bring becomes rows marked
  // kUnconfirmed, and arrivals. All of them, each time; advance() forgets them.
  struct Pending {
    const chain::Network* network = nullptr;
    chain::TxId id{};
    int64_t seen = 0;
    trace::PendingTransaction utxo;          // UTXO chains
    std::vector<chain::AddressKey> out_key;  // by output
    chain::AddressKey from, to, asset;       // account chains
    base::Uint256 amount;
  };
  void set_pending(const std::vector<Pending>& pending);
  // Whether links are being read beside; waits for it.
  bool reading_links() const { return reading_ != nullptr; }
  void wait_for_links();

 private:
  struct Followed;
  struct Links;
  struct Listed;
  class Collector;
  struct Reading;
  void name_services();
  base::Status refresh_links(std::vector<const resolve::Link*>& fresh);
  void use_links(std::shared_ptr<Links> next, std::vector<const resolve::Link*>& fresh);
  void stop_reading();
  bool reached_by(const Followed& followed, const std::vector<const resolve::Link*>& fresh) const;
  void start(Followed& followed);
  void end(Followed& followed);
  void make_categories();
  std::vector<trace::Source> list_addresses(Listed& listed) const;
  void scan_listed(Listed& listed);
  void scan_sent_utxo(Listed& listed, const ledger::UtxoReader& reader, const chain::AddressKey& address,
                      uint64_t from);
  void scan_sent_account(Listed& listed, const ledger::AccountReader& reader, const chain::AddressKey& address,
                         uint64_t from);
  uint32_t sent_source(Listed& listed, const chain::Network& network, const chain::AddressKey& asset);
  bool branch_left(const ledger::Ledger& next) const;
  TrackerOptions options_;
  ArrivalSink sink_;
  IndexWriter index_;
  std::shared_ptr<const ledger::Ledger> ledger_;
  std::shared_ptr<const attribution::TagIndex> tags_;
  attribution::ServiceDirectory services_;
  std::vector<std::unique_ptr<Followed>> followed_;
  std::vector<std::unique_ptr<Listed>> listed_;
  std::shared_ptr<Links> links_;
  std::shared_ptr<Reading> reading_;
  int64_t links_took_ms_ = 0;
  bool tags_changed_ = false;
};

}  // namespace jindo::exposure
