// The tags in force at one time, in memory: a look-up is a hash and two reads. Built once from the records; immutable,
// thread safe.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "attribution/tag_store.h"

namespace jindo::attribution {

class TagIndex {
 public:
  // What is in force at `on` (unix seconds).
  static base::Result<TagIndex> load(const TagStore& store, int64_t on);
  static TagIndex of(std::vector<Tag> tags, std::map<std::string, std::string> actors = {});

  // An address's tags, the one shown first before the others.
  std::span<const Tag> find(const chain::Network& network, const chain::AddressKey& address) const;
  // Address tags on chains without a ledger whose address commits to this HASH160: Bitcoin's forks and kin.
  std::vector<const Tag*> find_key_hash(const std::array<uint8_t, 20>& hash160) const;
  // Who owns it, in a word: the actor's name where the first tag names an actor, else its label.
  const std::string& owner_of(const Tag& tag) const;
  std::span<const Tag> tags() const { return tags_; }
  const std::map<std::string, std::string>& actors() const { return actors_; }
  // Names the content: same tags in force, same digest.
  const base::Hash256& digest() const { return digest_; }

 private:
  static uint64_t hash_of(const chain::Network& network, const chain::AddressKey& address) {
    return chain::hash_key(address) + reinterpret_cast<uintptr_t>(&network) * 0x9e3779b97f4a7c15ULL;
  }
  std::vector<Tag> tags_;  // address tags of known networks by address, then as shown; others behind
  std::vector<uint32_t> slots_;
  std::multimap<std::array<uint8_t, 20>, uint32_t> by_key_hash_;
  std::map<std::string, std::string> actors_;
  base::Hash256 digest_{};
};

}  // namespace jindo::attribution
