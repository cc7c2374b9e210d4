// A tree of calls, walked in order without recursion.
#include "decode/call_tracer.h"

#include "base/hex.h"
#include "decode/json_fields.h"

namespace jindo::decode {
namespace {
using base::bad_input;
using base::Status;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;
constexpr size_t kCallsDeepMax = 1025;  // a transaction's own call, and 1,024 below it

Status call_address(const JsonFields& fields, const char* name, Account20& out, bool& has) {
  has = fields.has(name);
  if (!has) return {};
  JINDO_TRY(const std::string_view text, fields.text(name));
  if (text.size() != 42 || !base::from_hex(text.substr(2), out))
    return bad_input(std::string("field '") + name + "' of a call: expected 0x and 40 hexadecimal digits");
  return {};
}

Status read_call(object call, EvmTraceRow& out, EvmReadNotes* notes) {
  const JsonFields fields(call);
  JINDO_TRY(const std::string_view type, fields.text("type"));
  out.type = EvmTraceType::kCall;
  out.moves_value = type == "CALL";
  if (type == "CREATE" || type == "CREATE2") {
    out.type = EvmTraceType::kCreate;
    out.moves_value = true;
  } else if (type == "SELFDESTRUCT" || type == "SUICIDE") {
    out.type = EvmTraceType::kSuicide;
    out.moves_value = true;
  } else if (type != "CALL" && type != "CALLCODE" && type != "DELEGATECALL" && type != "STATICCALL") {
    return bad_input("a call of type '" + std::string(type.substr(0, 40)) +
                     "'; expected CALL, CREATE, SELFDESTRUCT and their like");
  }
  JINDO_DO(call_address(fields, "from", out.from, out.has_from));
  JINDO_DO(call_address(fields, "to", out.to, out.has_to));
  out.value = {};
  if (fields.has("value")) {
    const auto value = base::parse_hex_quantity(fields.text_or_empty("value"));
    if (!value) return bad_input("field 'value' of a call: expected a quantity, 0x and hexadecimal digits");
    out.value = *value;
  }
  out.failed = fields.has("error");
  if (notes != nullptr && out.type == EvmTraceType::kSuicide && !out.failed && (!out.has_to || !fields.has("value")))
    ++notes->untold_ends;
  if (notes != nullptr)
    for (const char* outside : {"beforeEVMTransfers", "afterEVMTransfers"}) {
      const auto moves = fields.array(outside);
      if (moves.ok()) notes->outside_evm += moves->size();
    }
  return {};
}

struct CallLevel {
  array::iterator at, end;
  uint32_t step = 0;
  EvmTraceRow parent;  // its path is the beginning of its children's
};
}  // namespace

bool is_call_tree(object call) {
  const JsonFields fields(call);
  return fields.has("type") && fields.has("from") && (fields.has("gasUsed") || fields.has("calls")) &&
         !fields.has("hash") && !fields.has("transactionHash");
}

Status read_call_tree(object root, const EvmTraceRow& row, uint64_t& sequence, EvmReadNotes* notes,
                      const std::function<Status(const EvmTraceRow&)>& sink) {
  std::vector<CallLevel> levels;
  const auto take = [&](object call, EvmTraceRow out) -> Status {
    JINDO_DO(read_call(call, out, notes));
    out.sequence = sequence++;
    JINDO_DO(sink(out));
    array calls;
    if (call["calls"].get(calls) != simdjson::SUCCESS) return {};
    if (levels.size() + 1 >= kCallsDeepMax) return bad_input("calls nested more than 1,024 deep (limit)");
    levels.push_back({calls.begin(), calls.end(), 0, out});
    return {};
  };
  JINDO_DO(take(root, row));
  while (!levels.empty()) {
    CallLevel& level = levels.back();
    if (!(level.at != level.end)) {
      levels.pop_back();
      continue;
    }
    object call;
    if ((*level.at).get(call) != simdjson::SUCCESS) return bad_input("field 'calls': expected objects");
    EvmTraceRow child = level.parent;
    add_path_step(level.step++, child);
    ++level.at;
    JINDO_DO(take(call, child));
  }
  return {};
}
}  // namespace jindo::decode
