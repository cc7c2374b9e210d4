// Any bytes as labels as JSON: the reader ends with a value or an error, whatever they are.
#include "attribution/tag_batch.h"
#include "fuzz/fuzz_input.h"

// Etherscan-style labels.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  attribution::TagBatch batch;
  const std::string text(tests::as_text(data, size));
  if (!attribution::read_label_json("fuzz.json", text, "ethereum", batch).ok()) return 0;
  // Whatever was let in is a tag: about something, with a label, not absurd.
  for (const attribution::Tag& tag : batch.tags)
    CHECK(!tag.subject.text.empty() && !tag.subject.chain.empty() && !tag.label.empty());
  return 0;
}
