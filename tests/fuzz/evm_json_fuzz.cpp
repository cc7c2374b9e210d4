// Any bytes as an EVM node's answers: the reader ends with a value or an error, whatever they are.
#include "decode/evm_json.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  decode::EvmSinks sinks;
  const auto pass = [](const auto&) { return base::Status(); };
  sinks.block = pass;
  sinks.transaction = pass;
  sinks.receipt = pass;
  sinks.token_transfer = pass;
  sinks.trace = pass;
  sinks.log = pass;
  sinks.withdrawal = pass;
  sinks.hashed_trace = pass;
  uint64_t sequence = 0;
  (void)decode::read_evm_json_line(tests::as_text(data, size), sequence, sinks).ok();
  return 0;
}
