// Questions as JSON: what the API takes and the decision log keeps.
#include <simdjson.h>

#include <algorithm>

#include "screening/screen.h"

namespace jindo::screening {
namespace {
using base::bad_input;
using base::JsonWriter;
using simdjson::dom::element;

const char* kind_name(QuestionKind kind) {
  return kind == QuestionKind::kAddress ? "address" : kind == QuestionKind::kTransaction ? "transaction" : "withdrawal";
}

// No field but those that are known, each of its type.
base::Status check_fields(element root) {
  for (const auto entry : simdjson::dom::object(root)) {
    static constexpr std::string_view kNames[] = {"kind",   "chain",  "address", "transaction", "asset",
                                                  "amount", "trails", "now",     "at_height"};
    if (std::find(std::begin(kNames), std::end(kNames), entry.key) == std::end(kNames))
      return bad_input("unknown field '" + std::string(entry.key.substr(0, 40)) +
                       "'; expected chain, address or transaction, asset, amount, trails, at_height");
    const bool number = entry.key == "trails" || entry.key == "now" || entry.key == "at_height";
    if (number ? !entry.value.is_number() : !entry.value.is_string())
      return bad_input("field '" + std::string(entry.key) + "': expected " + (number ? "a number" : "a text"));
  }
  return {};
}

base::Status read_numbers(element root, Question& out) {
  uint64_t trails = 1;
  if (root["trails"].error() == simdjson::SUCCESS) {
    if (root["trails"].get(trails) != simdjson::SUCCESS || trails > 10)
      return bad_input("field 'trails': expected 0 to 10");
  }
  out.trails = static_cast<unsigned>(trails);
  uint64_t at_height = 0;
  if (root["at_height"].error() == simdjson::SUCCESS) {
    if (root["at_height"].get(at_height) != simdjson::SUCCESS)
      return bad_input("field 'at_height': expected a whole number");
    out.at_height = at_height;
  }
  int64_t now = 0;
  if (root["now"].get(now) == simdjson::SUCCESS) out.now = now;
  return {};
}
}  // namespace

void write_question(const Question& question, JsonWriter& json) {
  json.begin_object();
  json.field("kind", kind_name(question.kind));
  json.field("chain", question.network->name);
  if (question.kind == QuestionKind::kTransaction)
    json.field("transaction", chain::format_hash(*question.network, question.transaction));
  else
    json.field("address", chain::format_address(*question.network, question.address));
  if (question.asset) json.field("asset", chain::format_asset(*question.network, *question.asset));
  if (question.amount) json.field("amount", base::to_decimal(*question.amount));
  if (question.trails != 1) json.field("trails", uint64_t{question.trails});
  if (question.at_height) json.field("at_height", *question.at_height);
  json.field("now", question.now);
  json.end_object();
}

base::Result<Question> parse_question(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (text.size() > (1 << 16)) return bad_input("a question is smaller than 64 KiB");
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS || !root.is_object())
    return bad_input("expected a JSON object");
  Question out;
  const auto field = [&](const char* name) -> std::optional<std::string_view> {
    std::string_view value;
    if (root[name].get(value) == simdjson::SUCCESS) return value;
    return std::nullopt;
  };
  JINDO_DO(check_fields(root));
  const auto chain = field("chain");
  if (!chain) return bad_input("field 'chain' is missing: bitcoin, ethereum, eip155:56 …");
  JINDO_TRY(out.network, chain::find_network(*chain));
  const auto kind = field("kind");
  if (kind && *kind != "address" && *kind != "transaction" && *kind != "withdrawal")
    return bad_input("field 'kind': expected address, transaction or withdrawal");
  if ((kind && *kind == "transaction") || (!kind && field("transaction"))) {
    out.kind = QuestionKind::kTransaction;
    const auto id = field("transaction");
    if (!id || !chain::parse_hash(*out.network, *id, out.transaction))
      return bad_input("field 'transaction': expected an identifier of 64 hex digits");
  } else {
    if (kind && *kind == "withdrawal") out.kind = QuestionKind::kWithdrawal;
    const auto address = field("address");
    if (!address) return bad_input("field 'address' is missing");
    JINDO_TRY(out.address, chain::parse_address(*out.network, *address));
  }
  if (const auto asset = field("asset")) {
    JINDO_TRY(auto key, chain::parse_asset(*out.network, *asset));
    out.asset = key;
  }
  if (const auto amount = field("amount")) {
    out.amount = base::parse_decimal(*amount);
    if (!out.amount) return bad_input("field 'amount': expected base units as a decimal text");
  }
  if (out.kind == QuestionKind::kWithdrawal && !out.amount)
    return bad_input("a withdrawal needs 'amount', in base units as a decimal text");
  JINDO_DO(read_numbers(root, out));
  return out;
}
}  // namespace jindo::screening
