// A ledger: a folder with the column stores of one or more chains, opened for reading. A snapshot: any number of
// readers, in any process, never wait and never see half a commit. ledger/ledger_writer.h writes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/account_store.h"
#include "ledger/coverage.h"
#include "ledger/utxo_store.h"

namespace jindo::ledger {

struct LedgerChain {
  const chain::Network* network = nullptr;
  std::unique_ptr<UtxoStore> utxo;  // one of the two
  std::unique_ptr<AccountStore> account;
  Coverage coverage;  // empty: the chain as a node has it, as far as the ledger can say
  const ChainReader& reader() const {
    if (utxo) return *utxo;
    return *account;
  }
  // fn(store), with the store of the chain's model.
  template <class Fn>
  auto with_store(Fn fn) const {
    return utxo ? fn(*utxo) : fn(*account);
  }
};

class Ledger {
 public:
  static base::Result<Ledger> open(const std::string& folder);
  const std::vector<LedgerChain>& chains() const { return chains_; }  // by CAIP-2 identifier
  const LedgerChain* find(const chain::Network& network) const;
  base::Hash256 digest() const;  // names the state: same blocks, same digest

 private:
  std::vector<LedgerChain> chains_;
};

// Recomputes everything: checksums, digests, links both ways, indexes. The error says what does not hold and where.
base::Status verify(const Ledger& ledger, const std::function<void(const std::string&)>& report);

}  // namespace jindo::ledger
