// How much stolen value an address received and holds: incidents traced, and what their traces say of the address.
#pragma once

#include <vector>

#include "inquiry/address_page.h"

namespace jindo::inquiry {
// Traces the request's incidents one by one, and writes into each page what reached its address. An incident that is
// asked for by name and cannot be followed here is a note; an incident that is not there fails.
base::Status add_exposures(const PageRequest& request, const ledger::Ledger& ledger, const Ownership& owners,
                           std::vector<AddressPage>& pages);
}  // namespace jindo::inquiry
