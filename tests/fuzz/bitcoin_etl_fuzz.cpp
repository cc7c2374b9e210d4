// Any bytes as bitcoin-etl lines: the reader ends with a value or an error, whatever they are.
#include "decode/bitcoin_etl.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  static decode::BitcoinEtlParser parser(**chain::find_network("bitcoin"));
  decode::BitcoinEtlTransaction transaction;
  decode::BitcoinEtlBlock block;
  (void)parser.parse_transaction(tests::as_text(data, size), transaction).ok();
  (void)parser.parse_block(tests::as_text(data, size), block).ok();
  return 0;
}
