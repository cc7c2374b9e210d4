// Any bytes as a sharing file: the reader ends with a value or an error, whatever they are.
#include "intel/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (text.find("token_file") == std::string::npos) (void)intel::parse_config("sharing.yaml", text);
  if (const auto rule = intel::Rule::parse(text); rule.ok()) {
    const auto again = intel::Rule::parse(rule->text());
    if (!again.ok() || again->text() != rule->text()) __builtin_trap();
  }
  return 0;
}
