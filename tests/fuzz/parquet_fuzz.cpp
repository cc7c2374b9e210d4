// Any bytes as a Parquet file: the reader ends with a value or an error, whatever they are.
#include "decode/transfers.h"
#include "fuzz/fuzz_input.h"

// DuckDB's own decoder is behind this; what is fuzzed is that its errors come back as ours.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  (void)decode::read_transfers(
      **chain::find_network("ethereum"), tests::input_file("rows.parquet", tests::as_text(data, size)),
      size_t{64} << 20, "", [](const decode::TransferRow&) { return base::Status(); }, nullptr)
      .ok();
  return 0;
}
