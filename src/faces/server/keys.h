// API keys: who may ask for what. A key is a random token, shown once; only its SHA-256 is kept. Scopes come from
// roles; keys expire and can be revoked, at once. Thread safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "records/database.h"

namespace jindo::server {

enum Scope : unsigned {
  kNoScope = 0,
  kScreen = 1,  // ask
  kRead = 2,    // incidents, alerts, watches, policy, state
  kWrite = 4,   // flag, watch, webhooks, answer alerts
  kIngest = 8,  // push transfers
  kAdmin = 16,  // keys, policy, tags
  kMetrics = 32,
  kShareRead = 64,      // shared intelligence, as far as its markings allow
  kShareWrite = 128,    // propose, send
  kSharePublish = 256,  // publish, agree to what others propose, take out
};
struct Role {
  const char* name;
  unsigned scopes;
  const char* what;
};
const std::vector<Role>& roles();
const Role* find_role(std::string_view name);
const char* scope_name(unsigned scope);

// Whose a key is, where shared intelligence is concerned.
struct Holder {
  std::string organisation;           // identity--…; "": the organisation that runs this node
  std::string affiliation = "staff";  // "client": of those it serves; "node": passes on to others
  std::string individual;             // names the person or machine to markings; "": the key's identifier
};
struct Key {
  std::string id, name, role;
  Holder holder;
  unsigned scopes = 0;
  int64_t created = 0, expires = 0;  // expires 0: never
  std::optional<int64_t> revoked;
};

class KeyStore {
 public:
  static base::Result<std::unique_ptr<KeyStore>> open(const std::string& path);
  // The token is returned this once.
  base::Result<std::pair<Key, std::string>> create(const std::string& name, const std::string& role, int64_t now,
                                                   int64_t expires, const Holder& holder = {});
  base::Status revoke(const std::string& id, int64_t now);
  base::Result<std::vector<Key>> list();
  // The key of a token that is valid at `now`; null for any other. No lock but after keys changed.
  std::shared_ptr<const Key> find(std::string_view token, int64_t now) const;
  // The same of a token's SHA-256.
  std::shared_ptr<const Key> find(const base::Hash256& token_hash, int64_t now) const;
  // Reads again what another process (`jindo key`) may have changed.
  base::Status reload();
  // For a first start: a token with every right that is in no file. It is good until it has made a key.
  std::string offer_first_token();

 private:
  explicit KeyStore(records::Database database) : database_(std::move(database)) {}
  using Map = std::map<base::Hash256, std::shared_ptr<const Key>>;
  base::Status load();
  mutable std::mutex mutex_;
  records::Database database_;
  int64_t data_version_ = -1;
  std::shared_ptr<const Map> keys_;  // with the first token's, while it is offered
  std::atomic<uint64_t> version_{0};
  std::optional<base::Hash256> first_;
};

}  // namespace jindo::server
