// CoinJoins: which output is whose, where amounts force it, and among how many it hides where they do not. A member
// puts in s, takes out one equal output of d and its change c, and pays a fee between 0 and what is usual: c = s − d −
// fee. Where just one member's inputs fit a change output, and that output fits just one member, the two belong
// together (Möser, Böhme, "Join Me on a Market for Anonymity", WEIS 2016; Maurer, Neudecker, Florian, "Anonymous
// CoinJoin Transactions with Arbitrary Values", TrustCom 2017). Members are told apart by the addresses of their
// inputs, so what it gets wrong: one member with several addresses, members that pay one another, coordinators' fees
// outside the band.
#pragma once

#include <vector>

#include "cluster/coinjoin.h"
#include "ledger/ledger.h"
#include "resolve/link.h"

namespace jindo::resolve {

struct JoinReading {
  cluster::JoinFinding finding;
  uint64_t denomination = 0;   // of the equal outputs; 0 where there are none
  uint32_t equal_outputs = 0;  // the anonymity set of each of them
  struct Forced {
    std::vector<uint64_t> inputs;  // places in the transaction
    size_t output = 0;             // the change
  };
  std::vector<Forced> forced;
};
// One transaction; finding.kind is kNone where it is no joint transaction.
JoinReading read_join(const ledger::UtxoReader& reader, uint64_t transaction);
// Every joint transaction of the ledger: a link from it to itself with the anonymity set, and one for each forced
// change.
std::vector<Link> find_joins(const ledger::LedgerChain& chain);

}  // namespace jindo::resolve
