// Any bytes as tags as CSV: the reader ends with a value or an error, whatever they are.
#include "attribution/tag_batch.h"
#include "fuzz/fuzz_input.h"

// Tags as CSV.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  attribution::TagBatch batch;
  const std::string text(tests::as_text(data, size));
  if (!attribution::read_tag_csv_text("fuzz.csv", text, {{"label", "name"}}, {}, batch).ok()) return 0;
  // Whatever was let in is a tag: about something, with a label, not absurd.
  for (const attribution::Tag& tag : batch.tags)
    CHECK(!tag.subject.text.empty() && !tag.subject.chain.empty() && !tag.label.empty());
  return 0;
}
