// Any bytes as an address's spelling: the reader ends with a value or an error, whatever they are.
#include "chain/address.h"
#include "fuzz/fuzz_input.h"

// What parses prints, and what prints parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  for (const chain::Network& network : chain::networks()) {
    const auto key = chain::parse_address(network, tests::as_text(data, size));
    if (!key.ok()) continue;
    const auto again = chain::parse_address(network, chain::format_address(network, *key));
    CHECK(again.ok() && *again == *key);
  }
  return 0;
}
