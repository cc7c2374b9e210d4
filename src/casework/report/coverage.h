// What a result rests on where the ledger is made of exports: the files, what they cannot tell, and what to fetch next.
// Nothing is written where every chain of the trace is whole.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "inquiry/tracing.h"

namespace jindo::report {

inline constexpr size_t kFetchNextMax = 10;

void coverage_field(base::JsonWriter& json, const inquiry::Traced& traced);    // "coverage": one object a chain
void fetch_next_field(base::JsonWriter& json, const inquiry::Traced& traced);  // "fetch_next": addresses
// Of one chain, for other documents than a trace: as in coverage_field, without what to fetch.
void coverage_fields(base::JsonWriter& json, const ledger::Coverage& coverage);
std::string coverage_sentence(const ledger::LedgerChain& chain);  // for people, one sentence; "" where whole
void print_partial(const inquiry::Traced& traced, const base::TextSink& out);        // "Partial: …", a line a chain
void print_coverage(const inquiry::Traced& traced, const base::TextSink& out);       // and what to fetch next
void print_coverage_html(const inquiry::Traced& traced, const base::TextSink& out);  // a section

}  // namespace jindo::report
