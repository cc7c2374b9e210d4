// Sharing: what the use cases of a node do with the store of shared intelligence. It publishes this organisation's
// incidents and what became of them, takes in what others publish (incidents into the traces, withdrawals out of them),
// tells others what was seen, held, frozen, and keeps in step with other servers: a thread that takes incidents in, one
// that makes tags, a thread a peer. What it does is written down before it counts as done, and doing it again changes
// nothing, so kill -9 loses and repeats nothing. Every read leaves a record in a log of its own, chained like the
// decision log. Thread safe.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "intel/config.h"
#include "intel/incident_stix.h"
#include "intel/openpgp.h"
#include "intel/provenance.h"
#include "intel/store.h"
#include "intel/taxii_client.h"
#include "node/live_node.h"
#include "screening/decision_log.h"

namespace jindo::inquiry {
struct Traced;
}
namespace jindo::intel {
struct TraceEvidence;
}
namespace jindo::federation {

struct SharingOptions {
  std::string data;      // folder: signing key, log of reads
  std::string file;      // a sharing file to apply at the start; "": the last one
  bool reads = true;     // writes the log of reads: one process at a time
  std::string database;  // "" for intel.db in the folder; or postgresql://…
};
struct ReadRecord {  // who read what of shared intelligence
  std::string key, organisation, what, collection;
  int64_t first = 0, last = 0;  // positions
  size_t count = 0;
};
struct PeerStatus {
  std::string id;
  bool connected = false;
  uint64_t pulled = 0, pushed = 0, refused = 0, failures = 0;
  std::string problem;  // of the last round
};
struct BusStatus {
  bool configured = false, connected = false;
  uint64_t sent = 0, received = 0, refused = 0;
  std::string problem;
};
std::string directory_json(const intel::Directory& directory, const std::string& signing_key);

class Sharing {
 public:
  static base::Result<std::unique_ptr<Sharing>> open(const SharingOptions& options);
  ~Sharing();
  // Takes in and keeps in step from here on, until stop().
  base::Status start(node::LiveNode& node);
  void stop();

  intel::Store& store() { return *store_; }
  const intel::SigningKey& key() const { return *key_; }
  screening::DecisionLog& reads() { return *reads_; }
  // For files that go by e-mail; made when it is first asked for.
  base::Result<std::unique_ptr<intel::MailKey>> mail_key() const;
  base::Result<intel::Publisher> publisher() const;
  // A sharing file (docs/formats/sharing.md): in force when this returns.
  base::Status apply(const std::string& path, const std::string& yaml);
  // The record's number; it is kept once reads().settle(number) has returned.
  base::Result<uint64_t> record_read(const ReadRecord& read);

  struct By {  // whose hand
    intel::Reader reader;
    std::string key;
    bool propose = false;
  };
  // An incident of this node's own, into a collection. What is there already under the same words stays one version.
  base::Result<intel::AddReport> publish(const std::string& incident, const std::string& collection,
                                         const intel::Release& release, const By& by);
  // Its trace, by a policy, as a report with the trail as evidence, and the techniques found; the incident is there
  // already. Takes as long as a trace.
  base::Result<intel::AddReport> publish_trace(const std::string& incident, trace::Policy policy,
                                               const std::string& collection, const intel::Release& release,
                                               const By& by);
  // Withdraws what was published of it, in every collection where it lies.
  base::Result<size_t> withdraw(const std::string& incident, const By& by);
  // Reports what was done to the publisher of a shared incident; false where this organisation reports no such acts.
  base::Result<bool> act(const std::string& incident, intel::Action action);
  // What is known of an incident's sharing: who published it under which marking, who has seen, held, frozen, and how
  // long after it was published. JSON; only what the reader may see.
  base::Result<std::string> acts_json(const std::string& incident, const intel::Reader& reader);
  std::vector<PeerStatus> peers() const;
  BusStatus bus() const;  // between this organisation's nodes
  // Incidents of the traces that this reader may not see: answers to it are made without them. Null: none.
  std::shared_ptr<const std::set<std::string>> hidden_from(const intel::Reader& reader) const;
  bool any_strict() const { return strict_.load(std::memory_order_relaxed); }
  // A decision to hold rests on this incident, or on the tag of an indicator ("tag:OBJECT"): reported to its publisher,
  // once.
  void held(const std::string& incident, const std::string& chain);

 private:
  Sharing() = default;
  struct SharedIncident {
    std::string object, owner;
    int64_t audience = 0, received_us = 0;
  };
  inline static const std::string kOfTag = "tag:";  // before an object that a tag was made of
  base::Result<SharedIncident> shared_of(const std::string& incident) const;
  class PeerLoop;
  class NodeBus;
  inline static const std::string kIncidentFact = "incident of ";  // + STIX object: the incident's identifier here
  base::Result<incidents::Incident> publishable(const std::string& incident, const intel::Release& release,
                                                const By& by) const;
  static intel::Submission submission_of(const std::string& collection, const By& by);
  static base::Status add_trail(const inquiry::Traced& traced, intel::TraceEvidence& evidence);
  base::Result<stix::Object> withdrawal_of(const intel::Version& version) const;
  base::Result<std::vector<stix::Object>> as_versions(const std::vector<std::string>& objects);
  base::Result<std::string> object_of(const std::string& incident) const;
  base::Status take_in_new();
  base::Status take_in(const intel::Item& item);
  // Whether what it says goes into traces, tags and answers: said by its maker, from a peer that is acted on.
  bool acted_on(const intel::Version& version) const;
  // The name of the fact up to which position this node, of several that share the records, has looked at a collection.
  std::string place_of(const std::string& what, const std::string& collection) const {
    return what + " " + key_->public_hex().substr(0, 16) + " " + collection;
  }
  struct TagChanges;
  base::Status take_in_tags();
  base::Status load_tagged();
  base::Status look_at_tags(const intel::Version& version, TagChanges& changes);
  base::Status apply_tags(TagChanges& changes);
  base::Status remember(const std::string& incident, const std::string& object);
  void keep();
  void keep_tags();
  base::Status start_peers(const intel::Config& config);
  void stop_peers();
  base::Status use(const intel::Config& config);
  base::Status look_at_config();
  void say(const std::string& level, const std::string& event, const std::string& fields) const;

  SharingOptions options_;
  node::LiveNode* node_ = nullptr;
  std::unique_ptr<intel::Store> store_;
  std::shared_ptr<const intel::SigningKey> key_;
  std::unique_ptr<screening::DecisionLog> reads_;
  mutable std::mutex mutex_;  // of what follows
  intel::Config config_;
  std::map<std::string, SharedIncident> shared_;  // by the incident's identifier here
  std::set<std::string> held_;                    // reported already
  std::deque<std::pair<std::string, intel::Action>> to_report_;
  std::vector<std::unique_ptr<PeerLoop>> peers_;
  std::unique_ptr<NodeBus> bus_;
  std::mutex applying_mutex_;  // one change of peers at a time; before mutex_
  std::string config_text_;    // of the sharing file in force
  std::atomic<bool> stopping_{false};
  std::atomic<bool> any_shared_{false};
  std::atomic<bool> strict_{false};         // some shared incident is not for all of the own staff
  std::unordered_set<std::string> tagged_;  // objects of which tags were made; the tagger's
  std::thread keeper_, tagger_;
};

}  // namespace jindo::federation
