// Scene: a recorded trace as detectors see it: who paid whom, when, how much of the stolen value, through which links;
// and the ledger around it. Made once a command; detectors only read it. Moves of one place between the same ends are
// one. Cost: one pass over the steps, a hash table of addresses; look-ups in the ledger as detectors ask.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "attribution/service_directory.h"
#include "trace/trace.h"
#include "typology/finding.h"

namespace jindo::typology {

inline constexpr uint32_t kNobody = UINT32_MAX;

struct Move {
  uint32_t chain = 0;  // into Result::chains
  uint64_t transaction = 0;
  uint64_t place = 0;  // movement or transaction number
  int64_t time = 0;
  uint32_t from = kNobody, to = kNobody;  // nodes
  chain::AddressKey asset;
  base::Uint256 amount, origin;  // of the stolen value in it
  base::Uint256 whole;           // all that the movement or output carries
  uint32_t source = 0;
  uint32_t terminal = UINT32_MAX;  // into Result::terminals
  uint32_t link = UINT32_MAX;      // into Result::links
  bool theft = false, into_link = false, out_of_link = false, fee = false, inferred = false;
  bool behind = false;  // what pays it came out of a CoinJoin itself
  bool premix = false;  // in a joint transaction of any kind, a mix's first step too
  bool joined = false;  // by a CoinJoin's equal outputs, or behind one: whose it is from there on nobody can tell
  bool plain() const { return !theft && !into_link && !out_of_link && !fee && terminal == UINT32_MAX; }
};
struct Node {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  std::vector<uint32_t> in, out;  // moves, in order of time; fees are not among them
  bool enters_join = false;       // what it held went into a joint transaction
};
struct KnownPlace {  // what an incident says of an address
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  std::string role;
};

class Scene {
 public:
  // `result` must have been recorded; all must outlive the scene.
  Scene(const ledger::Ledger& ledger, const trace::Result& result, const resolve::AssetBook& assets,
        const resolve::Registry& registry, const attribution::ServiceDirectory& services,
        std::vector<KnownPlace> known);

  const trace::Result& result() const { return result_; }
  const std::vector<Move>& moves() const { return moves_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const resolve::AssetBook& assets() const { return assets_; }
  const resolve::Registry& registry() const { return registry_; }
  const std::vector<KnownPlace>& known() const { return known_; }
  const ledger::LedgerChain& chain(uint32_t index) const { return *chains_[index]; }
  const ledger::LedgerChain& chain_of(const Node& node) const { return *ledger_.find(*node.network); }
  uint32_t find_node(const chain::Network& network, const chain::AddressKey& address) const;
  // Who a move ends with: an exchange, a mixer …; null where it goes on or nobody is known.
  const trace::Owner* service_of(const Move& move) const;
  const attribution::Service* service_at(const Node& node) const { return services_.find(*node.network, node.address); }
  const attribution::ServiceDirectory& services() const { return services_; }

  // Whether an address began a transaction: it paid the fee. Nobody did where the ledger has no fee.
  static bool began(const ledger::AccountReader& reader, uint64_t transaction, const chain::AddressKey& address);

  // An address that only passes on to a service: its moves into the service, if all it sends of the stolen value goes
  // to one and it got it from others first. A customer's deposit address looks so. Not thread safe: what was found is
  // kept.
  bool forwards_to_service(uint32_t node, std::string_view category, const trace::Owner** owner) const;

  // Text.
  std::string amount_text(const chain::Network& network, const chain::AddressKey& asset,
                          const base::Uint256& amount) const;
  std::string address_text(const Node& node) const { return chain::format_address(*node.network, node.address); }
  std::string asset_text(const chain::Network& network, const chain::AddressKey& asset) const;
  // "On 2025-02-21 between 15:48:11 and 15:54:23 UTC", "At …", "From … to …".
  static std::string when(int64_t first, int64_t last);
  // Dollars × 10^12, where it can be said.
  std::optional<base::Uint256> value_of(const chain::Network& network, const chain::AddressKey& asset,
                                        const base::Uint256& amount, int64_t time) const;

  // Whose stolen value a move carries.
  const std::string& incident_of(const Move& move) const { return result_.sources[move.source].incident; }

  // A finding begun: its technique, the moves that show it.
  Finding begin(const char* technique, const std::vector<uint32_t>& moves) const;
  void add_transaction(Finding& finding, const ledger::LedgerChain& chain, uint64_t transaction, int64_t time) const;
  void add_incident(Finding& finding, const Move& move) const;  // once

 private:
  uint32_t node_of(const chain::Network* network, const chain::AddressKey& address);
  void add_steps();
  bool merge_step(const trace::Step& step, bool into_link, const std::vector<uint64_t>& step_to);
  void sort_moves(const std::vector<int64_t>& order_times);
  void mark_joined();
  void list_at_nodes();
  const trace::Owner* find_forwarding(uint32_t node) const;
  const ledger::Ledger& ledger_;
  const trace::Result& result_;
  const resolve::AssetBook& assets_;
  const resolve::Registry& registry_;
  const attribution::ServiceDirectory& services_;
  std::vector<KnownPlace> known_;
  std::vector<const ledger::LedgerChain*> chains_;
  std::vector<Move> moves_;
  std::vector<Node> nodes_;
  mutable std::vector<std::optional<const trace::Owner*>> forwarding_;  // by node, once asked
  struct KeyHash {
    size_t operator()(const std::pair<const chain::Network*, chain::AddressKey>& key) const {
      return static_cast<size_t>(chain::hash_key(key.second)) ^ reinterpret_cast<size_t>(key.first);
    }
  };
  std::unordered_map<std::pair<const chain::Network*, chain::AddressKey>, uint32_t, KeyHash> node_numbers_;
};

}  // namespace jindo::typology
