// Any bytes as prices as CSV: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "resolve/asset_book.h"

// Tables of prices and of assets.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string path = tests::input_file("table.csv", tests::as_text(data, size));
  resolve::AssetBook book;
  (void)book.read_prices(path).ok();
  (void)book.read_assets(path).ok();
  (void)book.value({"ETH", 18, false, false}, base::Uint256(~uint64_t{0}), 1'700'000'000);
  return 0;
}
