// Splits a file into values at the top, without reading more than one, puts numbers between quotes on the way, and
// gives each to simdjson, which checks the rest.
#include "exports/json_records.h"

#include <algorithm>
#include <set>

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

bool is_json_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\x1e'; }
bool is_json_digit(char c) { return c >= '0' && c <= '9'; }

// Adds the key paths below `value`.
void add_keys(const JsonValue& value, const std::string& path, size_t depth, std::set<std::string>& keys) {
  if (depth > kJsonProbeDepth) return;
  if (value.is_array()) {
    const auto items = value.items();
    for (size_t i = 0; i < std::min<size_t>(items.size(), 3); ++i) add_keys(items[i], path + "[]", depth + 1, keys);
  }
  for (const auto& [name, member] : value.members()) {
    if (keys.size() >= kJsonProbeKeys) return;
    const std::string below = path + (path.empty() ? "" : ".") + std::string(name.substr(0, 200));
    keys.insert(below);
    add_keys(member, below, depth + 1, keys);
  }
}
}  // namespace

std::string_view JsonValue::text() const {
  std::string_view out;
  if (!exists_) return {};
  if (element_.get(out) == simdjson::SUCCESS) return out;
  bool yes = false;
  if (element_.get(yes) == simdjson::SUCCESS) return yes ? "true" : "false";
  return {};
}
JsonValue JsonValue::operator[](std::string_view name) const {
  simdjson::dom::object object;
  simdjson::dom::element field;
  if (!exists_ || element_.get(object) != simdjson::SUCCESS) return {};
  if (object.at_key(name).get(field) != simdjson::SUCCESS) return {};
  return JsonValue(field);
}
std::vector<JsonValue> JsonValue::items() const {
  std::vector<JsonValue> out;
  simdjson::dom::array array;
  if (!exists_ || element_.get(array) != simdjson::SUCCESS) return out;
  for (const simdjson::dom::element item : array) out.emplace_back(item);
  return out;
}
std::vector<std::pair<std::string_view, JsonValue>> JsonValue::members() const {
  std::vector<std::pair<std::string_view, JsonValue>> out;
  simdjson::dom::object object;
  if (!exists_ || element_.get(object) != simdjson::SUCCESS) return out;
  for (const auto field : object) out.emplace_back(field.key, JsonValue(field.value));
  return out;
}
bool JsonValue::has_all(std::initializer_list<std::string_view> names) const {
  simdjson::dom::object object;
  if (!exists_ || element_.get(object) != simdjson::SUCCESS) return false;
  return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
    simdjson::dom::element field;
    return object.at_key(name).get(field) == simdjson::SUCCESS;
  });
}

JsonRecords::JsonRecords(std::string name, std::string_view content) : name_(std::move(name)), content_(content) {
  rewind();
}
void JsonRecords::rewind() {
  at_ = content_.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;
  line_ = value_line_ = 1;
  in_array_ = false;
}
void JsonRecords::skip(size_t to) {
  line_ += static_cast<uint64_t>(
      std::count(content_.begin() + static_cast<ptrdiff_t>(at_), content_.begin() + static_cast<ptrdiff_t>(to), '\n'));
  at_ = to;
}
base::Error JsonRecords::broken(size_t at, const std::string& what) const {
  return bad_input(place() + ": byte " + std::to_string(at) + ": " + what);
}

// Stands on the first byte of the next value, or at the end. Commas are let pass between elements and documents.
base::Result<bool> JsonRecords::start_of_value() {
  for (;;) {
    size_t to = at_;
    while (to < content_.size() && (is_json_space(content_[to]) || content_[to] == ',')) ++to;
    skip(to);
    value_line_ = line_;
    if (at_ == content_.size()) {
      if (in_array_) return broken(at_, "the file ends within its array: it is cut off; fetch it again");
      return false;
    }
    const char c = content_[at_];
    if (in_array_ ? c == ']' : c == '[') {
      in_array_ = !in_array_;
      ++at_;
      continue;
    }
    if (at_ == 0 && content_.size() > 1 && (content_.substr(0, 2) == "\xff\xfe" || content_.substr(0, 2) == "\xfe\xff"))
      return broken(0, "UTF-16 text; expected UTF-8: save the file as UTF-8");
    return true;
  }
}

Status JsonRecords::copy_string() {
  size_t end = at_ + 1;
  while (end < content_.size() && content_[end] != '"') end += content_[end] == '\\' ? 2 : 1;
  if (end >= content_.size()) return broken(at_, "a string that does not end: the file is cut off");
  value_.append(content_, at_, end + 1 - at_);
  skip(end + 1);
  return {};
}

// RFC 8259, section 6: the text goes on as a string.
Status JsonRecords::copy_number() {
  size_t end = at_;
  const auto digits = [&] {
    const size_t begin = end;
    while (end < content_.size() && is_json_digit(content_[end])) ++end;
    return end > begin;
  };
  if (content_[end] == '-') ++end;
  if (content_.substr(end, 8) == "Infinity") {
    value_ += "null";
    skip(end + 8);
    return {};
  }
  bool right = digits();
  if (right && end < content_.size() && content_[end] == '.') {
    ++end;
    right = digits();
  }
  if (right && end < content_.size() && (content_[end] == 'e' || content_[end] == 'E')) {
    ++end;
    if (end < content_.size() && (content_[end] == '+' || content_[end] == '-')) ++end;
    right = digits();
  }
  if (!right) return broken(at_, "expected a number");
  value_ += '"';
  value_.append(content_, at_, end - at_);
  value_ += '"';
  skip(end);
  return {};
}

Status JsonRecords::copy_word() {
  size_t end = at_;
  while (end < content_.size() && ((content_[end] | 0x20) >= 'a' && (content_[end] | 0x20) <= 'z')) ++end;
  const std::string_view word = content_.substr(at_, end - at_);
  if (word == "NaN" || word == "Infinity") {
    value_ += "null";
  } else if (word == "true" || word == "false" || word == "null") {
    value_ += word;
  } else {
    return broken(at_, "no JSON; expected an array, JSON lines or an answer of an API");
  }
  skip(end);
  return {};
}

Status JsonRecords::copy_value() {
  const size_t begin = at_;
  size_t depth = 0;
  value_.clear();
  do {
    if (at_ >= content_.size()) return broken(at_, "a value that does not end: the file is cut off; fetch it again");
    if (at_ - begin > kJsonValueBytesMax)
      return broken(begin, "a value of more than 256 MiB (limit); expected JSON lines or an array of records");
    const char c = content_[at_];
    if (c == '"') {
      JINDO_DO(copy_string());
    } else if (c == '-' || is_json_digit(c)) {
      JINDO_DO(copy_number());
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') {
      JINDO_DO(copy_word());
    } else if (c == '{' || c == '[' || c == '}' || c == ']' || c == ',' || c == ':' || is_json_space(c)) {
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) return broken(at_, std::string("a '") + c + "' too many");
        --depth;
      }
      if (depth > kJsonDepthMax) return broken(at_, "nested deeper than 4,096 levels (limit)");
      if (depth == 0 && (c == ',' || c == ':')) return broken(at_, "expected a value");
      value_ += c == '\x1e' ? ' ' : c;
      skip(at_ + 1);
    } else {
      return broken(at_, "no JSON; expected an array, JSON lines or an answer of an API");
    }
  } while (depth > 0);
  value_.append(simdjson::SIMDJSON_PADDING, '\0');
  return {};
}

base::Result<bool> JsonRecords::next(JsonValue& out) {
  JINDO_TRY(const bool more, start_of_value());
  if (!more) return false;
  const size_t begin = at_;
  JINDO_DO(copy_value());
  const size_t size = value_.size() - simdjson::SIMDJSON_PADDING;
  if (parser_.max_depth() != kJsonDepthMax + 1 || parser_.capacity() < size) {
    const auto code = parser_.allocate(std::max<size_t>(size, 1 << 16), kJsonDepthMax + 1);
    if (code != simdjson::SUCCESS) return base::machine_failed(place() + ": not enough memory for a value of the file");
  }
  simdjson::dom::element element;
  const auto code = parser_.parse(value_.data(), size, false).get(element);
  if (code != simdjson::SUCCESS) return broken(begin, std::string("no JSON: ") + simdjson::error_message(code));
  out = JsonValue(element);
  return true;
}

base::Result<JsonRecords> JsonRecords::open(const std::string& name, std::string_view content) {
  JsonRecords out(name, content);
  std::set<std::string> keys;
  for (size_t i = 0; i < kJsonProbeValues; ++i) {
    JsonValue value;
    JINDO_TRY(const bool more, out.next(value));
    if (!more) break;
    add_keys(value, "", 0, keys);
  }
  out.keys_.assign(keys.begin(), keys.end());
  out.rewind();
  return out;
}

bool has_object(const Probe& probe, std::initializer_list<std::string_view> names) {
  const std::string_view first = *names.begin();
  for (const std::string_view key : probe.keys) {
    if (key.size() < first.size() || key.substr(key.size() - first.size()) != first) continue;
    const std::string prefix(key.substr(0, key.size() - first.size()));
    if (!prefix.empty() && prefix.back() != '.') continue;
    if (std::all_of(names.begin(), names.end(), [&](std::string_view name) {
          return std::binary_search(probe.keys.begin(), probe.keys.end(), prefix + std::string(name));
        }))
      return true;
  }
  return false;
}

namespace {
// One walk through a value.
struct RecordWalk {
  Reading& out;
  const std::function<bool(const JsonValue&)>& is_record;
  const std::function<Status(const JsonValue&, const JsonPlace&)>& read;
  JsonValue document;

  // How many records `value` is or holds.
  base::Result<uint64_t> go(const JsonValue& value, const JsonValue& holder, size_t depth, size_t position) {
    if (value.is_object() && is_record(value)) {
      ++out.rows;
      JINDO_DO(read(value, {document, holder, position}));
      return uint64_t{1};
    }
    uint64_t found = 0;
    if (depth == kJsonProbeDepth) return found;
    if (value.is_object()) {
      for (const auto& [name, member] : value.members()) {
        JINDO_TRY(const uint64_t below, go(member, value, depth + 1, 0));
        found += below;
      }
      return found;
    }
    uint64_t strangers = 0, at = 0;
    for (const JsonValue& item : value.items()) {
      JINDO_TRY(const uint64_t below, go(item, holder, depth + 1, at++));
      found += below;
      strangers += below == 0 ? 1 : 0;
    }
    if (found == 0) return found;
    for (uint64_t i = 0; i < strangers; ++i)
      out.refuse_row(++out.rows, "not a record of this format: its fields are missing");
    return found;
  }
};
}  // namespace

Status for_each_record(JsonRecords& records, Reading& out, const std::function<bool(const JsonValue&)>& is_record,
                       const std::function<Status(const JsonValue&, const JsonPlace&)>& read,
                       const std::function<Status(const JsonValue&)>& other) {
  for (;;) {
    JsonValue value;
    JINDO_TRY(const bool more, records.next(value));
    if (!more) return {};
    RecordWalk walk{out, is_record, read, value};
    JINDO_TRY(const uint64_t found, walk.go(value, JsonValue(), 0, 0));
    if (found == 0) JINDO_DO(other(value));
  }
}

}  // namespace jindo::exports
