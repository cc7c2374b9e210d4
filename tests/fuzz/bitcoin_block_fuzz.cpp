// Any bytes as a bitcoin block: the reader ends with a value or an error, whatever they are.
#include "decode/bitcoin_block.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  chain::UtxoBlock block;
  if (!decode::decode_block({data, size}, 0, block).ok()) return 0;
  for (const auto& tx : block.transactions) CHECK(tx.first_output + tx.outputs <= block.outputs.size());
  (void)chain::block_digest(block);
  return 0;
}
