// Any bytes as transfers: the reader ends with a value or an error, whatever they are.
#include "decode/transfers.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  if (size < 1) return 0;
  static const char* const chains[] = {"ethereum", "tron"};
  const std::string path = tests::input_file("rows.csv", tests::as_text(data + 1, size - 1));
  (void)decode::read_transfers(
      **chain::find_network(chains[data[0] % 2]), path, size_t{64} << 20, "",
      [](const decode::TransferRow& row) {
        CHECK(!row.from.is_none() || !row.to.is_none());
        return base::Status();
      },
      nullptr)
      .ok();
  return 0;
}
