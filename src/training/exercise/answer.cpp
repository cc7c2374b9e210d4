// Answers read from CSV or JSON into rows; a trace result is known by its own columns.
#include "exercise/answer.h"

#include <algorithm>

#include "base/file.h"
#include "chain/address.h"
#include "decode/csv.h"
#include "decode/json_fields.h"

namespace jindo::exercise {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kAnswerBytesMax = size_t{2} << 30;
const std::vector<std::string> kColumns = {"chain", "address", "owner", "name", "label", "category", "basis", "cluster",
                                           "technique", "transaction", "kind", "from_chain", "from_transaction",
                                           "to_chain", "to_transaction", "amount",
                                           // of a trace result as CSV
                                           "record", "incident", "stolen_asset", "asset", "origin", "stolen_chain"};

Status traced_rows(const decode::JsonFields& root, const char* name, Answer& out) {
  JINDO_TRY(const auto array, root.array(name));
  for (const simdjson::dom::element element : array) {
    simdjson::dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return bad_input(std::string("'") + name + "': expected objects");
    const decode::JsonFields row(object);
    if (!row.has("address")) continue;  // fees have nobody
    TracedValue value;
    JINDO_TRY(const auto incident, row.text("incident"));
    JINDO_TRY(const auto stolen, row.text("stolen_asset"));
    JINDO_TRY(const auto chain, row.text("chain"));
    JINDO_TRY(const auto asset, row.text("asset"));
    JINDO_TRY(const auto address, row.text("address"));
    JINDO_TRY(const base::Uint256 origin, row.amount("origin"));
    value.incident = incident;
    value.stolen_asset = stolen;
    value.stolen_chain = std::string(row.text_or_empty("stolen_chain"));
    value.chain = chain;
    value.asset = asset;
    value.address = address;
    const auto narrow = base::to_uint128(origin);
    if (!narrow) return bad_input(std::string("'") + name + "': 'origin' of 2^128 and more (limit)");
    value.origin = *narrow;
    out.values.push_back(std::move(value));
  }
  return {};
}

base::Result<Answer> read_json(const std::string& path, const std::string& text) {
  std::string padded;
  decode::quote_long_integers(text, padded);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(root);
  const auto placed = [&](const base::Error& error) { return base::Error{error.kind, path + ": " + error.message}; };
  if (code != simdjson::SUCCESS) return placed(decode::json_error(code));
  Answer out;
  if (simdjson::dom::object object; root.get(object) == simdjson::SUCCESS) {
    const decode::JsonFields fields(object);
    if (!fields.has("holdings") || !fields.has("policy"))
      return bad_input(path + ": expected a trace result (policy, holdings …) or an array of objects");
    out.is_trace = true;
    const auto policy = fields.text("policy");
    if (!policy.ok()) return placed(policy.error());
    out.policy = *policy;
    for (const char* name : {"holdings", "terminals"}) {
      const Status status = traced_rows(fields, name, out);
      if (!status.ok()) return placed(status.error());
    }
    return out;
  }
  simdjson::dom::array array;
  if (root.get(array) != simdjson::SUCCESS) return bad_input(path + ": expected an object or an array of objects");
  std::vector<bool> present(kColumns.size());
  size_t number = 0;
  for (const simdjson::dom::element element : array) {
    simdjson::dom::object object;
    ++number;
    if (element.get(object) != simdjson::SUCCESS)
      return bad_input(path + ", element " + std::to_string(number) + ": expected an object");
    const decode::JsonFields fields(object);
    std::vector<std::string> row;
    for (size_t i = 0; i < kColumns.size(); ++i) {
      row.push_back(fields.number_or_empty(kColumns[i].c_str()));
      present[i] = present[i] || !row.back().empty();
    }
    out.rows.push_back(std::move(row));
    out.places.push_back(path + ", element " + std::to_string(number));
  }
  for (size_t i = 0; i < kColumns.size(); ++i) out.columns.push_back(present[i] ? kColumns[i] : "");
  return out;
}
}  // namespace

size_t Answer::column(const char* name) const {
  const auto at = std::find(columns.begin(), columns.end(), name);
  return at == columns.end() ? SIZE_MAX : static_cast<size_t>(at - columns.begin());
}

base::Result<Answer> read_answer(const std::string& path) {
  JINDO_TRY(const std::string text, base::read_file(path, kAnswerBytesMax));
  return parse_answer(path, text);
}

base::Result<Answer> parse_answer(const std::string& path, const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return bad_input(path + ": empty; expected a trace result or a table");
  if (text[first] == '{' || text[first] == '[') return read_json(path, text);
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::from_text(path, base::as_bytes(text), kColumns, kColumns));
  Answer out;
  for (size_t i = 0; i < kColumns.size(); ++i) out.columns.push_back(reader.has(i) ? kColumns[i] : "");
  out.is_trace = true;
  for (const char* name : {"record", "incident", "stolen_asset", "chain", "asset", "address", "origin"})
    out.is_trace = out.is_trace && out.column(name) != SIZE_MAX;
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return out;
    std::vector<std::string> row;
    for (size_t i = 0; i < kColumns.size(); ++i) row.emplace_back(reader.cell(i));
    out.rows.push_back(std::move(row));
    out.places.push_back(reader.place());
    if (!out.is_trace) continue;
    const auto& last = out.rows.back();
    const auto cell = [&](const char* name) { return last[out.column(name)]; };
    if (cell("address").empty()) continue;  // fees have nobody
    const auto origin = base::parse_decimal(cell("origin"));
    const auto narrow = origin ? base::to_uint128(*origin) : std::nullopt;
    if (!narrow) return bad_input(reader.place() + ": column 'origin': expected an integer from 0 to 2^128-1");
    out.values.push_back({cell("incident"), cell("stolen_asset"), cell("chain"), cell("asset"), cell("address"),
                          *narrow, out.column("stolen_chain") == SIZE_MAX ? std::string() : cell("stolen_chain")});
  }
}

base::Result<std::string> canonical_address(const std::string& chain, const std::string& text,
                                            const std::string& place) {
  const auto network = chain::find_network(chain);
  if (!network.ok()) return bad_input(place + ": " + network.error().message);
  const auto key = chain::parse_address(**network, text);
  if (!key.ok()) return bad_input(place + ": " + key.error().message);
  return chain::format_address(**network, *key);
}
}  // namespace jindo::exercise
