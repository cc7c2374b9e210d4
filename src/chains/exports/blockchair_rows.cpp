// One row to movements.
#include "exports/blockchair_rows.h"

#include "exports/account_rows.h"

namespace jindo::exports {
namespace {
bool is_yes(std::string_view text) { return text == "1" || text == "true"; }

base::Result<RowPlace> blockchair_place(const FieldOf& field, const char* hash, uint64_t row,
                                        const AccountReading& reading) {
  RowPlace out;
  out.row = row;
  if (!blockchair_text(field(hash)).empty()) {
    JINDO_TRY(out.transaction, reading.hash(hash, field(hash)));
  }
  if (field("block_id").substr(0, 1) == "-") return base::bad_input("unconfirmed (block_id -1)");
  JINDO_TRY(out.block, reading.block("block_id", field("block_id")));
  JINDO_TRY(out.time, reading.time("time", field("time")));
  return out;
}
}  // namespace

std::string_view blockchair_text(std::string_view text) {
  return text == "\\N" || text == "NULL" ? std::string_view() : text;
}

base::Status read_blockchair_call(const FieldOf& field, uint64_t row, AccountReading& reading) {
  if (!is_yes(field("transferred"))) return {};
  JINDO_TRY(RowPlace place, blockchair_place(field, "transaction_hash", row, reading));
  JINDO_TRY(const std::string from, reading.address_or_nobody("sender", blockchair_text(field("sender"))));
  JINDO_TRY(const std::string to, reading.address_or_nobody("recipient", blockchair_text(field("recipient"))));
  JINDO_TRY(const base::Uint256 value, reading.amount("value", field("value")));
  if (place.transaction.empty()) {  // a synthetic coinbase: a reward
    reading.add_coin(place, Part::kBlockLevel, from, to, value);
    return {};
  }
  // The first step is the transaction's own call, "0".
  auto path = read_path(field("index"));
  if (!path) return base::bad_input("field 'index': expected a call's place, as 0.1.2");
  if (!path->empty()) path->erase(path->begin());
  const Part part = path->empty() ? Part::kNative : Part::kInternal;
  reading.add_coin(place, part, from, to, value, std::move(path));
  return {};
}

base::Status read_blockchair_token(const FieldOf& field, uint64_t row, AccountReading& reading) {
  JINDO_TRY(const RowPlace place, blockchair_place(field, "transaction_hash", row, reading));
  JINDO_TRY(const std::string asset, reading.address("token_address", field("token_address")));
  JINDO_TRY(const std::string from, reading.address_or_nobody("sender", blockchair_text(field("sender"))));
  JINDO_TRY(const std::string to, reading.address_or_nobody("recipient", blockchair_text(field("recipient"))));
  JINDO_TRY(const base::Uint256 value, reading.amount("value", field("value")));
  reading.add_token(place, asset, from, to, value);
  return {};
}

base::Status read_blockchair_transaction(const FieldOf& field, uint64_t row, AccountReading& reading) {
  JINDO_TRY(const RowPlace place, blockchair_place(field, "hash", row, reading));
  JINDO_TRY(const std::string from, reading.address_or_nobody("sender", blockchair_text(field("sender"))));
  JINDO_TRY(const std::string to, reading.address_or_nobody("recipient", blockchair_text(field("recipient"))));
  JINDO_TRY(const base::Uint256 value, reading.amount("value", field("value")));
  if (!place.transaction.empty() && !blockchair_text(field("fee")).empty()) {
    JINDO_TRY(const base::Uint256 fee, reading.amount("fee", field("fee")));
    reading.add_fee(place, from, fee);
  }
  if (is_yes(field("failed"))) return {};
  reading.add_coin(place, place.transaction.empty() ? Part::kBlockLevel : Part::kNative, from, to, value,
                   std::vector<uint32_t>());
  return {};
}

}  // namespace jindo::exports
