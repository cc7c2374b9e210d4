// Links as JSON fields, as CSV rows and in words.
#pragma once

#include <string>
#include <vector>

#include "base/json_writer.h"
#include "ledger/ledger.h"
#include "resolve/link.h"

namespace jindo::report {

// kind, service, rule, exact, confidence, candidates, anonymity_set, from_…, to_…, evidence: into an open object.
void link_fields(base::JsonWriter& json, const resolve::Link& link, const ledger::Ledger& ledger);
// "bridge by THORChain, exact (memo)", "mixer by …, inferred (linked), confidence 0.3, 2 others possible"
std::string describe_link(const resolve::Link& link);
std::string confidence_text(uint32_t parts_per_million);  // "0.85"
// With the header kind,exact,confidence,rule,service,candidates,anonymity_set,from_chain,from_transaction,… evidence
void print_links_csv(const std::vector<resolve::Link>& links, const ledger::Ledger& ledger, const base::TextSink& out);
std::string csv_text(const std::string& text);  // quoted where it must be

}  // namespace jindo::report
