// Opening a ledger: the segments that COMMIT names, each checked against it.
#include "ledger/ledger.h"

#include <algorithm>

#include "base/hash.h"
#include "ledger/commit.h"

namespace jindo::ledger {
namespace {
base::Result<LedgerChain> open_chain(const std::string& folder, const CommitChain& chain) {
  LedgerChain out;
  std::vector<std::string> folders;
  for (const CommitSegment& segment : chain.segments) {
    folders.push_back(folder + "/" + chain.chain + "/" + segment.name);
    JINDO_TRY(const uint64_t checksum, segment_checksum(folders.back()));
    if (checksum != segment.checksum)
      return base::bad_input(folders.back() + "/SEGMENT: not the file that COMMIT names; the ledger is damaged");
  }
  JINDO_TRY(out.network, chain::find_network(chain.chain));
  out.coverage = chain.coverage;
  if (out.network->model == chain::LedgerModel::kUtxo) {
    JINDO_TRY(out.utxo, UtxoStore::open(*out.network, folders));
  } else {
    JINDO_TRY(out.account, AccountStore::open(*out.network, folders));
  }
  return out;
}

base::Result<std::vector<LedgerChain>> open_chains(const std::string& folder, const Commit& commit) {
  std::vector<LedgerChain> out;
  for (const CommitChain& chain : commit.chains) {
    JINDO_TRY(LedgerChain opened, open_chain(folder, chain));
    out.push_back(std::move(opened));
  }
  std::sort(out.begin(), out.end(),
            [](const LedgerChain& a, const LedgerChain& b) { return a.network->caip2 < b.network->caip2; });
  return out;
}
}  // namespace

base::Result<Ledger> Ledger::open(const std::string& folder) {
  // A writer may replace segments between our reading COMMIT and mapping them; the new COMMIT is then there already.
  for (int attempt = 0;; ++attempt) {
    JINDO_TRY(const Commit commit, read_commit(folder));
    auto chains = open_chains(folder, commit);
    if (!chains.ok()) {
      JINDO_TRY(const Commit now, read_commit(folder));
      if (attempt < 100 && format_commit(now) != format_commit(commit)) continue;
      return chains.error();
    }
    Ledger out;
    out.chains_ = std::move(*chains);
    return out;
  }
}

const LedgerChain* Ledger::find(const chain::Network& network) const {
  for (const LedgerChain& chain : chains_) {
    if (chain.network == &network) return &chain;
  }
  return nullptr;
}

base::Hash256 Ledger::digest() const {
  base::Sha256 hash;
  for (const LedgerChain& chain : chains_) {
    const ChainInfo& info = chain.reader().info();
    hash.update(base::as_bytes(chain.network->caip2));
    hash.update_value(uint8_t{0});
    hash.update_value(info.tip_height);
    hash.update_value(info.blocks);
    hash.update(info.digest);
  }
  return hash.finish();
}
}  // namespace jindo::ledger
