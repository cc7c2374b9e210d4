// Any bytes as a ledger's COMMIT: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "ledger/columns.h"
#include "ledger/commit.h"

// The record as it is, and with the right checksum put on, so that the parser behind it is reached.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(tests::as_text(data, size));
  for (const std::string& tried : {text, ledger::seal(text)}) {
    const auto commit = ledger::parse_commit("COMMIT", tried);
    if (commit.ok()) CHECK(ledger::parse_commit("COMMIT", ledger::format_commit(*commit)).ok());
    (void)ledger::parse_segment_file("SEGMENT", tried, chain::LedgerModel::kUtxo).ok();
    (void)ledger::parse_segment_file("SEGMENT", tried, chain::LedgerModel::kAccount).ok();
  }
  return 0;
}
