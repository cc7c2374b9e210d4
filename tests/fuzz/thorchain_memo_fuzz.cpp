// Any bytes as a THORChain memo: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "resolve/thorchain_memo.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const auto memo = resolve::parse_thorchain_memo(tests::as_text(data, size));
  if (memo && (memo->destination.size() > size || memo->symbol.size() > size + 8)) __builtin_trap();
  return 0;
}
