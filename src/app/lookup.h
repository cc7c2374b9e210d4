// Looking one thing up in a ledger: an address or a transaction.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "base/result.h"
#include "chain/network.h"

namespace jindo::app {

struct LookupRequest {
  std::string ledger;
  std::string subject;                      // address or transaction
  const chain::Network* network = nullptr;  // null: every chain of the ledger that knows it
  uint64_t limit = 50;
  uint64_t from_height = 0;
  bool json = false;
};
// What is not there is the answer "no".
base::Status print_address(const LookupRequest& request, const base::TextSink& out);
base::Status print_transaction(const LookupRequest& request, const base::TextSink& out);

}  // namespace jindo::app
