// Statements: what a partner or a court says of value inside a service that pools (an exchange, a custodial mixer).
// Jindo invents no such link; these come from a file, name who says so and how surely, and are inferred. CSV
// (docs/formats/ registry.md):
// kind,from_chain,from_transaction,to_chain,to_transaction,confidence,by,date,source[,to_address][,asset]
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "resolve/link.h"

namespace jindo::resolve {
// Rows whose transactions the ledger does not hold are an error that names them. Limit: a million rows.
base::Result<std::vector<Link>> read_statements(const std::string& path, const ledger::Ledger& ledger);
}  // namespace jindo::resolve
