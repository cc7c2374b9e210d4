// One function a kind of evidence; each address of a ledger once.
#include "inquiry/owner_export.h"
#include "cluster/change.h"
#include "cluster/deposits.h"

#include <algorithm>
#include <numeric>

namespace jindo::inquiry {
namespace {

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}
// Every address number, external ones behind the others.
template <class Visit>
void each_number(const cluster::AddressNumbers& numbers, const Visit& visit) {
  for (uint32_t n = 0; n < numbers.count(); ++n) visit(n);
  for (uint32_t n = 0; n < numbers.external_count(); ++n) visit(n | cluster::kExternalNumber);
}

// Clusters as they are, and with the links of one change heuristic on top.
base::Status export_clusters(const ledger::UtxoReader& reader, const cluster::Clusters& clusters, const std::string& by,
                             const base::TextSink& out) {
  const chain::Network& network = *reader.info().network;
  const auto& numbers = clusters.numbers();
  std::unordered_map<uint32_t, uint32_t> up;  // roots joined by advice, on top of the clusters
  const auto root_of = [&](uint32_t number) {
    uint32_t root = clusters.root(number);
    for (auto at = up.find(root); at != up.end(); at = up.find(root)) root = at->second;
    return root;
  };
  if (by != "co-spend") {
    const auto heuristic = cluster::find_change_heuristic(by);
    if (!heuristic) return base::wrong_use("unknown evidence '" + by + "'");
    ledger::UtxoTransactionView view;
    const uint64_t end = clusters.blocks() < reader.info().blocks ? reader.block(clusters.blocks()).first_transaction
                                                                  : reader.info().transactions;
    for (uint64_t t = 0; t < end; ++t) {
      reader.transaction(t, view);
      if (view.coinbase() || view.out_value.size() < 2) continue;
      if (clusters.rules().kept_out[static_cast<size_t>(cluster::find_join(reader, t).kind)]) continue;
      for (const auto& evidence : cluster::change_evidence(reader, t)) {
        if (evidence.heuristic != *heuristic) continue;
        const auto from = reader.find_address(reader.input_address(view.first_input));
        const auto to = reader.find_address(reader.output_address(view.first_output + evidence.output));
        if (!from || !to) continue;
        const uint32_t a = root_of(clusters.number_of(reader, *from)), b = root_of(clusters.number_of(reader, *to));
        if (a != b) up[std::max(a, b)] = std::min(a, b);
      }
    }
  }
  each_number(numbers, [&](uint32_t n) {
    out(std::string(network.name) + "," + chain::format_address(network, numbers.address(reader, n)) + "," +
        chain::format_address(network, numbers.address(reader, root_of(n))) + "\n");
  });
  return {};
}

// Each address of a UTXO chain once.
template <class Visit>
void each_owner(const ledger::UtxoReader& reader, const Visit& visit) {
  const auto passes = reader.passes();
  for (size_t p = 0; p < passes.size(); ++p) {
    for (const chain::AddressKey& key : passes[p].address_key) {
      const uint64_t hash = chain::hash_key(key);
      bool earlier = false;
      for (size_t q = 0; q < p && !earlier; ++q) earlier = reader.row_in_pass(q, key, hash) != ledger::kNoNumber;
      if (!earlier) visit(key);
    }
  }
}
// Each address of an account chain once.
template <class Visit>
void each_account(const ledger::AccountReader& reader, const Visit& visit) {
  for (uint32_t s = 0; s < reader.segments(); ++s) {
    chain::AddressKey last;
    for (uint64_t row = 0; row < reader.holdings_in(s); ++row) {
      const chain::AddressKey key = reader.holding_address(s, row);
      if (key == last) continue;
      last = key;
      const auto handle = reader.find_address(key);
      const bool earlier = std::any_of(handle->rows.begin(), handle->rows.begin() + s,
                                       [](uint64_t r) { return r != ledger::kNoNumber; });
      if (!earlier) visit(key);
    }
  }
}

void export_customers(const Ownership& owners, const ledger::AccountReader& reader, const base::TextSink& out) {
  const chain::Network& network = *reader.info().network;
  const auto exchange_of = [&](const chain::AddressKey& key) { return owners.exchange_of(network, key); };
  std::vector<chain::AddressKey> exchanges;
  each_account(reader, [&](const chain::AddressKey& key) {
    if (!exchange_of(key).empty()) exchanges.push_back(key);
  });
  const auto deposits = cluster::find_deposits(reader, exchanges, exchange_of, {});
  for (const auto& group : cluster::customers_of(deposits))
    for (const chain::AddressKey& key : group)
      out(std::string(network.name) + "," + chain::format_address(network, key) + "," +
          chain::format_address(network, group.front()) + "\n");
}
}  // namespace

base::Status export_owners(const ExportRequest& request, const base::TextSink& out) {
  JINDO_TRY(const ledger::Ledger ledger, ledger::Ledger::open(request.owners.ledger));
  JINDO_TRY(const auto owners, Ownership::open(request.owners, ledger));
  out(request.by == "owners" ? "chain,address,owner,category,basis\n" : "chain,address,cluster\n");
  bool any = false;
  for (const ledger::LedgerChain& chain : ledger.chains()) {
    if (request.network != nullptr && request.network != chain.network) continue;
    if (request.by == "owners") {
      any = true;
      const auto line = [&](const chain::AddressKey& key) {
        const auto* service = owners->services().find(*chain.network, key);
        if (service == nullptr) return;
        out(std::string(chain.network->name) + "," + chain::format_address(*chain.network, key) + "," +
            cell(service->name) + "," + service->category + "," + service->basis + "\n");
      };
      if (chain.account) {
        each_account(*chain.account, line);
        continue;
      }
      each_owner(*chain.utxo, line);
    } else if (request.by == "customers") {
      if (!chain.account) continue;
      any = true;
      export_customers(*owners, *chain.account, out);
    } else if (chain.utxo) {
      any = true;
      const cluster::Clusters* clusters = owners->clusters(*chain.network);
      if (clusters == nullptr) return base::answer_no(owners->stale(*chain.network));
      JINDO_DO(export_clusters(*chain.utxo, *clusters, request.by, out));
    }
  }
  if (!any) return base::answer_no("the ledger has no chain of which '" + request.by + "' speaks");
  return {};
}
}  // namespace jindo::inquiry
