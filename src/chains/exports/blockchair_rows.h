// Blockchair's rows of account chains, of TSV dumps and of JSON alike: calls, ERC-20 transfers, transactions. Hashes
// and addresses stand without 0x in dumps.
#pragma once

#include "exports/account_reading.h"

namespace jindo::exports {
base::Status read_blockchair_call(const FieldOf& field, uint64_t row, AccountReading& reading);
base::Status read_blockchair_token(const FieldOf& field, uint64_t row, AccountReading& reading);
base::Status read_blockchair_transaction(const FieldOf& field, uint64_t row, AccountReading& reading);
// "" of what is empty, or what Blockchair puts for it.
std::string_view blockchair_text(std::string_view text);
}  // namespace jindo::exports
