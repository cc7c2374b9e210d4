// JsonRecords: a JSON file's values one by one, whatever holds them: an array, JSON lines, one pretty-printed document,
// several documents one after the other, answers of APIs with their envelopes, batches. Every number is kept as the
// text that stands in the file: an amount never becomes a double. NaN and Infinity, which some writers put, are null.
// Include in .cpp files only: simdjson costs compile time. Not thread safe.
#pragma once

#include <simdjson.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "exports/format.h"

namespace jindo::exports {

constexpr size_t kJsonValueBytesMax = size_t{256} << 20;  // a top-level value, or an element of a top-level array
constexpr size_t kJsonDepthMax = 4096;                    // callTracer nests two levels for each of 1,024 calls
constexpr size_t kJsonProbeValues = 64;                   // looked at for the keys
constexpr size_t kJsonProbeDepth = 7;
constexpr size_t kJsonProbeKeys = 4096;

// A value of a document, or nothing: absent and null are the same. Valid until the next one is asked for.
class JsonValue {
 public:
  JsonValue() = default;
  explicit JsonValue(simdjson::dom::element element) : element_(element), exists_(!element.is_null()) {}

  bool exists() const { return exists_; }
  bool is_object() const { return exists_ && element_.is_object(); }
  bool is_array() const { return exists_ && element_.is_array(); }
  // Of a string or a number, as written; "true" or "false"; "" of anything else.
  std::string_view text() const;
  JsonValue operator[](std::string_view name) const;  // an object's field; nothing where there is none
  bool has(std::string_view name) const { return (*this)[name].exists(); }
  std::vector<JsonValue> items() const;                                 // of an array; else empty
  std::vector<std::pair<std::string_view, JsonValue>> members() const;  // of an object; else empty
  bool has_all(std::initializer_list<std::string_view> names) const;    // fields that are there, null or not

 private:
  simdjson::dom::element element_;
  bool exists_ = false;
};

class JsonRecords {
 public:
  // Looks at the first values for the keys. `content` has to outlive it; `name` stands before errors.
  static base::Result<JsonRecords> open(const std::string& name, std::string_view content);
  // The same without looking: a list in a table's cell.
  JsonRecords(std::string name, std::string_view content);

  // Key paths of the first values, sorted, for Probe::keys. Paths run from the document's root; elements of an array
  // are "[]", and an array at the top is its elements: "result[].timeStamp", "vin", "vin[].prevout".
  const std::vector<std::string>& keys() const { return keys_; }

  // The next value; false at the end. Error: no JSON, cut off, above a limit; it names file and line.
  base::Result<bool> next(JsonValue& out);
  void rewind();
  std::string place() const { return name_ + ":" + std::to_string(value_line_); }  // of the value last returned

 private:
  base::Result<bool> start_of_value();
  base::Status copy_value();
  base::Status copy_string();
  base::Status copy_number();
  base::Status copy_word();
  void skip(size_t to);
  base::Error broken(size_t at, const std::string& what) const;

  std::string name_;
  std::string_view content_;
  size_t at_ = 0;
  uint64_t line_ = 1;
  uint64_t value_line_ = 1;
  bool in_array_ = false;  // within an array at the top
  std::string value_;      // the value's text, numbers as strings, with simdjson's padding
  simdjson::dom::parser parser_;
  std::vector<std::string> keys_;
};

// Somewhere in the first values stands an object with all these fields.
bool has_object(const Probe& probe, std::initializer_list<std::string_view> names);

// Where a record stands: the value that holds it ({"status", "result"} or a block), or nothing.
struct JsonPlace {
  JsonValue document;   // the whole value at the top
  JsonValue holder;     // the object that the record is a field of, or whose array it stands in
  size_t position = 0;  // in its array
};
// Goes through all values and calls `read` for each object that `is_record` names, at most kJsonProbeDepth levels deep,
// and not below one. Counts rows from 1. `other` is called for each value that holds none: an empty answer, an error.
// Elements beside records that are none count as rows and are refused.
base::Status for_each_record(JsonRecords& records, Reading& out, const std::function<bool(const JsonValue&)>& is_record,
                             const std::function<base::Status(const JsonValue&, const JsonPlace&)>& read,
                             const std::function<base::Status(const JsonValue&)>& other);

}  // namespace jindo::exports
