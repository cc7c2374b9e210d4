// Any bytes as a frame of the nodes' bus: the reader ends with a value or an error, whatever they are.
#include "base/file.h"
#include "intel/bus_message.h"

// A frame changed in any byte is refused, or says what was sent; frames of anything crash nothing.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  static const auto key = *intel::SigningKey::open_or_make("/tmp/jindo-fuzz-signing-key.pem");
  static const auto trusts = [](const std::string& node) { return node == key->public_hex(); };
  const std::string text(reinterpret_cast<const char*>(data), size);
  intel::BusReader reader;
  (void)reader.take(text, trusts);
  (void)reader.take(text, [](const std::string&) { return true; });
  if (size < 4) return 0;
  intel::BusMessage sent;
  sent.kind = intel::BusMessage::Kind::kObjects;
  sent.collection = "c0000000-0000-4000-8000-000000000001";
  sent.to = 5;
  sent.payload = text.substr(3);
  const auto frames = intel::bus_frames(sent, *key, 2048 + data[0]);
  intel::BusReader whole, changed;
  std::optional<intel::BusMessage> got;
  for (const std::string& frame : frames) {
    auto taken = whole.take(frame, trusts);
    if (!taken.ok()) __builtin_trap();
    if (*taken) got = std::move(*taken);
  }
  if (!got || got->payload != sent.payload || got->to != 5) __builtin_trap();
  for (size_t i = 0; i < frames.size(); ++i) {
    std::string frame = frames[i];
    if (i == data[0] % frames.size()) frame[(data[1] * 256U + data[2]) % frame.size()] ^= 1;
    const auto taken = changed.take(frame, trusts);
    if (taken.ok() && *taken && ((*taken)->payload != sent.payload || (*taken)->to != 5)) __builtin_trap();
  }
  return 0;
}
