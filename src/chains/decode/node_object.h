// Fields of a JSON object as EVM nodes write them: quantities and bytes in hexadecimal. Include in .cpp files only.
#pragma once

#include <vector>

#include "base/hex.h"
#include "base/result.h"
#include "chain/block.h"
#include "decode/evm_rows.h"
#include "decode/json_fields.h"

namespace jindo::decode {

class NodeObject {
 public:
  explicit NodeObject(simdjson::dom::object from) : fields_(from) {}
  base::Error wrong(const char* name, const char* expected) const {
    return base::bad_input(std::string("field '") + name + "': expected " + expected);
  }
  bool has(const char* name) const { return fields_.has(name); }
  base::Result<base::Uint256> quantity(const char* name) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    const auto value = base::parse_hex_quantity(text);
    if (!value) return wrong(name, "a quantity, 0x and hexadecimal digits");
    return *value;
  }
  base::Result<uint64_t> u64(const char* name) const {
    // trace_block writes plain numbers where the others write quantities.
    const auto plain = fields_.u64(name);
    if (plain.ok()) return *plain;
    JINDO_TRY(const base::Uint256 value, quantity(name));
    if (!value.fits_u64()) return wrong(name, "a number below 2^64");
    return value.low();
  }
  base::Result<uint64_t> block(const char* name) const {
    if (!has(name)) return wrong(name, "a block number; without one it is not in a block yet");
    JINDO_TRY(const uint64_t out, u64(name));
    if (out > chain::kHeightMax) return wrong(name, "a block number of at most 2^48");
    return out;
  }
  base::Result<uint32_t> u32(const char* name) const {
    JINDO_TRY(const uint64_t out, u64(name));
    if (out >= UINT32_MAX) return wrong(name, "an integer below 2^32-1");
    return static_cast<uint32_t>(out);
  }
  base::Result<int64_t> time(const char* name) const {
    JINDO_TRY(const uint64_t seconds, u64(name));
    if (seconds >= static_cast<uint64_t>(chain::kTimeMax)) return wrong(name, "unix seconds");
    return static_cast<int64_t>(seconds);
  }
  base::Status hash(const char* name, base::Hash256& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (text.size() != 66 || !has_mark(text) || !base::from_hex(text.substr(2), out))
      return wrong(name, "0x and 64 hexadecimal digits");
    return {};
  }
  base::Status address(const char* name, Account20& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (text.size() != 42 || !has_mark(text) || !base::from_hex(text.substr(2), out))
      return wrong(name, "an address: 0x and 40 hexadecimal digits");
    return {};
  }
  base::Status optional_address(const char* name, Account20& out, bool& has_it) const {
    has_it = has(name);
    return has_it ? address(name, out) : base::Status();
  }
  base::Status bytes(const char* name, std::vector<uint8_t>& out) const {
    JINDO_TRY(const std::string_view text, fields_.text(name));
    if (!has_mark(text)) return wrong(name, "0x and hexadecimal digits");
    out.resize(text.size() / 2 - 1);
    if (!base::from_hex(text.substr(2), out)) return wrong(name, "0x and hexadecimal digits");
    return {};
  }
  const JsonFields& fields() const { return fields_; }

 private:
  static bool has_mark(std::string_view text) {
    return text.size() >= 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
  }
  JsonFields fields_;
};

}  // namespace jindo::decode
