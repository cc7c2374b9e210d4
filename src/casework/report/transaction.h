// Looking a transaction up in a ledger. An address has a page of its own: address_page.h.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "base/result.h"
#include "chain/network.h"

namespace jindo::report {

struct LookupRequest {
  std::string ledger;
  std::string subject;                      // the transaction
  const chain::Network* network = nullptr;  // null: every chain of the ledger that knows it
  bool json = false;
};
// What is not there is the answer "no".
base::Status print_transaction(const LookupRequest& request, const base::TextSink& out);

}  // namespace jindo::report
