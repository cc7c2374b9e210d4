// Any bytes as a bitcoin script: the reader ends with a value or an error, whatever they are.
#include "chain/script.h"
#include "fuzz/fuzz_input.h"

// Every owner prints as an address that parses back.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const chain::ScriptOwner owner = chain::classify_script({data, size});
  if (owner.key.is_none()) {
    CHECK(owner.type == chain::ScriptType::kNullData);
    return 0;
  }
  const chain::Network& network = **chain::find_network("bitcoin");
  const auto again = chain::parse_address(network, chain::format_address(network, owner.key));
  CHECK(again.ok() && *again == owner.key);
  return 0;
}
