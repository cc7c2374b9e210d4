// Which addresses belong to a service (exchange, mixer, bridge, gambling, payment): where a trace ends. Filled from a
// CSV table (columns chain, address, category, name, source), from tags, for what neither names from a rule asked
// address by address (a cluster, a forwarding deposit address), and last from what everybody knows: public contracts
// (data/registry). Thread safe once filled, if the rules are.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "attribution/tag_index.h"
#include "base/result.h"
#include "chain/address.h"

namespace jindo::attribution {

struct Service {
  std::string category;
  std::string name;
  std::string source;
  std::string basis = "table";  // "table", "tag", "cluster", "deposit", "registry": how this address came to be theirs
};

class ServiceDirectory {
 public:
  using Rule = std::function<const Service*(const chain::AddressKey&)>;
  // Adds the table's rows. An address named twice on a chain must agree with itself.
  base::Status read(const std::string& path);
  // Adds the addresses whose first-shown tag is of a service category. What a table named stays.
  void add(const TagIndex& tags);
  // A public contract; any table, tag or rule that names the address comes before it. The first name stays.
  void add_known(const chain::Network& network, const chain::AddressKey& address, Service service) {
    known_[&network].emplace(address, std::move(service));
  }
  // Asked about addresses of the chain that nothing names.
  void add_rule(const chain::Network& network, Rule rule) { rules_[&network].push_back(std::move(rule)); }
  const Service* find(const chain::Network& network, const chain::AddressKey& address) const;
  // By a table, a tag or as a public contract: no rule is asked.
  const Service* find_named(const chain::Network& network, const chain::AddressKey& address) const;
  // The addresses of a category on a chain that a table or a tag names, sorted.
  std::vector<chain::AddressKey> addresses(const chain::Network& network, std::string_view category) const;
  bool empty() const { return services_.empty() && rules_.empty() && known_.empty(); }
  // Whether a table, a tag or a rule may name anybody there; knows_chain: or a public contract stands there.
  bool knows_chain(const chain::Network& network) const { return has_chain(network) || known_.count(&network) != 0; }
  bool has_chain(const chain::Network& network) const;

 private:
  struct KeyHash {
    size_t operator()(const chain::AddressKey& key) const { return static_cast<size_t>(chain::hash_key(key)); }
  };
  using OfChain = std::unordered_map<chain::AddressKey, Service, KeyHash>;
  static const Service* look_up(const std::map<const chain::Network*, OfChain>& in, const chain::Network& network,
                                const chain::AddressKey& address);
  std::map<const chain::Network*, OfChain> services_, known_;
  std::map<const chain::Network*, std::vector<Rule>> rules_;
};

inline constexpr const char* kServiceCategories[] = {"exchange", "mixer", "bridge", "gambling", "payment"};

}  // namespace jindo::attribution
