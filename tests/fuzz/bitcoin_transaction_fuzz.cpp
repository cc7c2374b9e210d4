// Any bytes as a bitcoin transaction: the reader ends with a value or an error, whatever they are.
#include "decode/bitcoin_block.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  jindo::chain::UtxoBlock out;
  (void)jindo::decode::decode_transaction({data, size}, out);
  return 0;
}
