// Shared intelligence: every version of every STIX object received, as it came, chained by hash; in which collections
// it lies, at which position, for which audience. A position is the microsecond at which an object came in, made
// unique: it is TAXII's date_added, and pages go by it, so that nothing is lost or repeated between two. Readers see
// what their audience may see and nothing else costs them time. SQLite or PostgreSQL. docs/formats/intel-store.md.
// Thread safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "intel/directory.h"
#include "records/database.h"
#include "stix/object.h"

namespace jindo::intel {

inline constexpr int64_t kIntelSchema = 1;
inline constexpr size_t kPageMax = 1000;

// ---- reading ----
struct Query {
  int64_t after = 0;  // position: only what was added after it
  size_t limit = kPageMax;
  std::vector<std::string> ids, types, spec_versions;
  // Of an object's versions that the reader may see: the last, the first, all, or those of these times.
  bool last = true, first = false, all = false;
  std::vector<int64_t> versions_us;
  bool with_text = true;
};
struct Item {
  int64_t position = 0, number = 0;  // number: of the version
  int64_t version_us = 0;
  std::string object, version, type, json;
};
struct Page {
  std::vector<Item> items;  // by position
  bool more = false;
};

// ---- adding ----
enum class Way : uint8_t {
  kPushed,  // by a client of this node
  kPulled,  // from another server, with this node's own eyes
  kLocal,   // made here
};
struct Submission {
  std::string collection;  // identifier
  Reader by;               // whose it is; of pulled ones: who runs the server
  std::string key;         // of this node's keys; "" for the node itself
  Way way = Way::kPushed;
  bool propose = false;    // by one who may not publish: waits for one who may
  bool approved = false;   // a second person of a four-eyes organisation agreed
  bool passed_on = false;  // by another node of this organisation: agreed to there; leaves no status
  std::string status_id;   // reported under this one; "" makes one
};
enum class Outcome : uint8_t { kAdded, kKnown, kFailed, kPending };
struct Added {
  std::string object, version;
  Outcome outcome = Outcome::kAdded;
  std::string message;
};
struct AddReport {
  std::string id;  // of the status
  int64_t at_us = 0;
  std::vector<Added> objects;
  size_t count(Outcome outcome) const;
  bool pending() const { return count(Outcome::kPending) > 0; }
};

// The status as TAXII 2.1, section 4.3.1 has it.
std::string status_json(const AddReport& report);

// One version as it was received.
struct Version {
  int64_t number = 0, version_us = 0, received_us = 0, audience = 0;
  std::string object, type, version, hash, owner, sender, sent_by, json, chain;
  bool revoked = false, deleted = false;
  std::string signature;  // "valid", "none", "unknown key"
  Way way = Way::kPushed;
};

class Store {
 public:
  static base::Result<std::unique_ptr<Store>> open(const std::string& path_or_url);
  ~Store();

  // ---- who ----
  std::shared_ptr<const Directory> directory() const;
  base::Status set_own(const Organisation& organisation);
  base::Status put(const Organisation& organisation);
  base::Status put(const SharingGroup& group);
  base::Result<Collection> put(Collection collection);
  // Reads again what another process may have changed.
  base::Status reload();

  // ---- what ----
  // The error is of the machine, the collection or the right; what is wrong with single objects is in the report.
  base::Result<AddReport> add(const Submission& submission, const std::vector<stix::Object>& objects);
  base::Result<Page> page(const Collection& collection, const Reader& reader, const Query& query);
  // Versions by number, of any reader: for this node's own use.
  base::Result<std::vector<Version>> versions_after(int64_t number, size_t limit);
  base::Result<std::vector<Version>> versions_of(const std::string& object);
  base::Result<std::optional<Version>> version(int64_t number);
  // Versions of objects that name this one, not taken out.
  base::Result<std::vector<Version>> naming(const std::string& object);
  // The collections in which a version of the object lies.
  base::Result<std::vector<std::string>> collections_of(const std::string& object);
  // Takes an object (or some versions) out of the collection; the versions received are kept. How many there were that
  // the reader may see; the error: no right.
  base::Result<size_t> remove(const Collection& collection, const Reader& reader, bool any_owner,
                              const std::string& object, const Query& query);
  base::Result<std::optional<std::pair<std::string, std::string>>> status(const std::string& id);  // owner, JSON
  // What waits for a second person: of an organisation.
  struct Proposal {
    std::string id, collection, organisation, key, envelope;
    int64_t at_us = 0;
  };
  base::Result<std::vector<Proposal>> proposals(const std::string& organisation);
  base::Result<AddReport> decide(const std::string& proposal, const Reader& by, const std::string& key, bool agree);

  // ---- audiences ----
  std::shared_ptr<const Audiences> audiences() const;
  bool sees(const Reader& reader, int64_t audience) const { return audiences()->sees(audience, reader); }

  // ---- change ----
  int64_t last_position() const;
  // Returns when the position is beyond `position`, or after so long. Also lets go what an embargo held back.
  int64_t wait_beyond(int64_t position, unsigned ms);
  base::Status lift_embargoes(int64_t now_us);
  // Small facts that must survive with the objects: how far peers are.
  base::Result<std::string> fact(const std::string& name);
  base::Status set_fact(const std::string& name, const std::string& value);
  // Drawn once for these records, never given out: what identifiers of this organisation's own objects follow from.
  const std::string& secret() const { return secret_; }

  // Every version in order: its hash, its chain, its signature.
  struct Verified {
    uint64_t versions = 0, signed_valid = 0, unsigned_ones = 0, unknown_key = 0;
    uint64_t linked = 0, gaps = 0;  // versions whose named predecessor is here, or is not
    std::string head;
  };
  base::Result<Verified> verify();
  const std::string& path() const { return path_; }

 private:
  class Intake;
  friend class Intake;
  struct Readers;
  explicit Store(records::Database writer);
  base::Status prepare();
  base::Status change_directory(const std::function<base::Status()>& work);
  base::Result<std::vector<Version>> read_versions(const std::string& where,
                                                   const std::function<void(records::Statement&)>& bind);
  base::Status load_directory();
  base::Status load_audiences();
  void announce();

  std::string path_, secret_;
  mutable std::mutex write_mutex_;  // of the writer and what is read from it
  records::Database writer_;
  std::unique_ptr<Readers> readers_;
  mutable std::mutex shown_mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const Directory> directory_;
  std::shared_ptr<const Audiences> audiences_;
  std::shared_ptr<const std::map<int64_t, std::set<int64_t>>> in_collection_;  // audiences by collection
  int64_t last_position_ = 0;
};

}  // namespace jindo::intel
