// JsonWriter: streams JSON to a sink, or into a string, with no tree in memory; a trace result may have millions of
// rows. Keys come in the order written. Objects and arrays are written by functions that balance themselves
// (`object`, `rows` …); where a function does not fit (a loop that can fail), the caller keeps begin/end balanced.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace jindo::base {

using TextSink = std::function<void(std::string_view)>;

class JsonWriter {
 public:
  // pretty: indented, a line end last; else not a blank more than needed.
  explicit JsonWriter(TextSink sink, bool pretty = true) : sink_(std::move(sink)), pretty_(pretty) {}
  // Behind what `out` holds already, without a copy in between; `out` outlives the writer.
  JsonWriter(std::string& out, bool pretty) : out_(&out), pretty_(pretty) {}
  ~JsonWriter() { flush(); }
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);
  void string(std::string_view value);
  void number(int64_t value);
  void number(uint64_t value);
  void boolean(bool value);
  void json(std::string_view value);  // a value that is JSON already
  void field(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void field(std::string_view name, const char* value) {
    key(name);
    string(value);
  }
  void field(std::string_view name, int64_t value) {
    key(name);
    number(value);
  }
  void field(std::string_view name, uint64_t value) {
    key(name);
    number(value);
  }
  void field(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  // An object; `write()` writes its fields. With a name: as a field.
  template <class Write>
  void object(Write write) {
    begin_object();
    write();
    end_object();
  }
  template <class Write>
  void object(std::string_view name, Write write) {
    key(name);
    object(write);
  }
  // A row: an object that stays on one line whatever is in it. With a name: as a field.
  template <class Write>
  void row(Write write) {
    begin_object();
    const bool outer = std::exchange(compact_, true);
    write();
    end_object();
    compact_ = outer;
  }
  template <class Write>
  void row(std::string_view name, Write write) {
    key(name);
    row(write);
  }
  // A field that is an array; `write()` writes its elements.
  template <class Write>
  void array(std::string_view name, Write write) {
    key(name);
    begin_array();
    write();
    end_array();
  }
  // A field that is an array with an element an item, which `write(item)` writes; without it: texts.
  template <class Items, class Write>
  void list(std::string_view name, const Items& items, Write write) {
    array(name, [&] {
      for (const auto& item : items) write(item);
    });
  }
  template <class Items>
  void list(std::string_view name, const Items& items) {
    list(name, items, [this](std::string_view text) { string(text); });
  }
  // The same of objects, whose fields `write(item)` writes; of rows.
  template <class Items, class Write>
  void objects(std::string_view name, const Items& items, Write write) {
    list(name, items, [&](const auto& item) { object([&] { write(item); }); });
  }
  template <class Items, class Write>
  void rows(std::string_view name, const Items& items, Write write) {
    list(name, items, [&](const auto& item) { row([&] { write(item); }); });
  }
  void flush();
  // A row by hand: everything until the matching end stays on one line.
  void compact(bool on) { compact_ = on; }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();
  void raw(std::string_view text) {
    *out_ += text;
    if (out_ == &buffer_ && buffer_.size() > 65536) flush();
  }
  TextSink sink_;
  std::string buffer_;
  std::string* out_ = &buffer_;
  bool pretty_;
  bool compact_ = false;
  std::string stack_;  // one char a level: 'e' empty, 'f' has elements
  bool after_key_ = false;
};

std::string json_escape(std::string_view text);  // with the quotes
void append_json_text(std::string& out, std::string_view text);

// The fields that `write` writes, as one object on one line.
template <class Write>
std::string json_object(Write write) {
  std::string out;
  JsonWriter json(out, false);
  json.begin_object();
  write(json);
  json.end_object();
  return out;
}

}  // namespace jindo::base
