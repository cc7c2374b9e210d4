// Any bytes as a CLUSTERS file: the reader ends with a value or an error, whatever they are.
#include "cluster/clusters_record.h"
#include "fuzz/fuzz_input.h"
#include "ledger/columns.h"

// The CLUSTERS file as it is, and with the right checksum put on.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(tests::as_text(data, size));
  for (const std::string& tried : {text, ledger::seal(text)}) {
    const auto record = cluster::parse_clusters_record("CLUSTERS", tried);
    if (record.ok()) CHECK(cluster::parse_clusters_record("CLUSTERS", cluster::format_clusters_record(*record)).ok());
  }
  return 0;
}
