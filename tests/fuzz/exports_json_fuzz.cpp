// Any bytes as an export in JSON, and as a table of wallets, exchanges and UTXO chains: the readers end with a reading
// or an error, and what they hand on has sums that fit, owners of known kinds and rows that are counted.
#include "base/check.h"
#include "fuzz/fuzz_input.h"
#include "support/export_text.h"

namespace {
void expect_sound(const jindo::exports::Reading& reading) {
  using namespace jindo;
  if (reading.format == "none" || reading.format == "error") return;
  for (const exports::Transaction& transaction : reading.transactions) {
    CHECK(!transaction.outputs.empty());
    CHECK(transaction.coinbase == transaction.inputs.empty());
    base::Uint128 paid = 0;
    for (const auto& output : transaction.outputs) paid += output.value;
    CHECK(paid <= chain::kMoneyMaxSatoshi);
  }
  for (const exports::Movement& movement : reading.movements) {
    CHECK(movement.part != exports::Part::kFee || !movement.from.empty());
    CHECK(movement.part == exports::Part::kToken || !movement.amount.is_zero() || !movement.decimal.empty());
  }
  for (const exports::ExchangeRecord& record : reading.records) CHECK(!record.amount.empty());
  if (reading.file_refused) CHECK(reading.movements.empty() && reading.transactions.empty());
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  exports::ReadOptions options;
  options.ledger_holds_outputs = size % 2 == 0;
  const std::string_view text = tests::as_text(data, size);
  expect_sound(tests::read_json_text(text, options));
  expect_sound(tests::read_table_text(text, options));
  return 0;
}
