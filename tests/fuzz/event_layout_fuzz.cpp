// Any bytes as an event's layout: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "resolve/event_layout.h"

// A line declares the event; what follows is the note: the number of topics, then topics and data as they lie.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string_view text = tests::as_text(data, size);
  const size_t line = text.find('\n');
  const auto layout = resolve::EventLayout::parse(text.substr(0, line));
  if (!layout.ok()) return 0;
  const auto again = resolve::EventLayout::parse(layout->signature());
  if (!again.ok() || again->topic() != layout->topic()) __builtin_trap();
  if (line == std::string_view::npos || line + 1 == size) return 0;
  ledger::Note note;
  note.topics = data[line + 1] % 5;
  note.topic0 = layout->topic();
  note.rest = base::Bytes(data + line + 2, size - line - 2);
  for (const char* name : {"", "a", "b", "c", "memo", "to"}) {
    (void)layout->word(note, name);
    (void)layout->number(note, name);
    (void)layout->address(note, name);
    const auto bytes = layout->bytes(note, name);
    if (bytes && !bytes->empty() && (bytes->data() < data || bytes->data() + bytes->size() > data + size))
      __builtin_trap();
  }
  return 0;
}
