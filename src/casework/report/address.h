// The pages of an address, one a chain, as JSON or as text.
#pragma once

#include <vector>

#include "base/json_writer.h"
#include "inquiry/address_page.h"

namespace jindo::report {
void print_address_json(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out);
void print_address_table(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out);
}  // namespace jindo::report
