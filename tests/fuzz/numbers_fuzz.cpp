// Any bytes as numbers in text: the reader ends with a value or an error, whatever they are.
#include "base/clock.h"
#include "base/uint256.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string_view text = tests::as_text(data, size);
  if (const auto value = base::parse_decimal(text)) CHECK(base::parse_decimal(base::to_decimal(*value)) == value);
  (void)base::parse_hex_quantity(text);
  if (const auto time = base::parse_time(text); time && *time > -60'000'000'000 && *time < 250'000'000'000)
    CHECK(base::parse_time(base::format_time(*time)) == time);
  if (size >= 96) {  // mul_div against a 192-bit identity: q·c + r = a·b in the low words
    base::Uint256 a, b, c;
    for (size_t w = 0; w < 4; ++w) {
      std::memcpy(&a.words[w], data + 8 * w, 8);
      std::memcpy(&b.words[w], data + 32 + 8 * w, 8);
      std::memcpy(&c.words[w], data + 64 + 8 * w, 8);
    }
    if (c.is_zero()) return 0;
    if (c < b) std::swap(b, c);
    const base::MulDiv r = base::mul_div(a, b, c);
    CHECK(r.remainder < c && r.quotient <= a);
    CHECK(r.quotient.words[0] * c.words[0] + r.remainder.words[0] == a.words[0] * b.words[0]);
  }
  return 0;
}
