// JsonWriter: streams JSON to a sink, or into a string, with no tree in memory; a trace result may have millions of
// rows. The caller keeps begin/end balanced; keys come in the order written.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

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
  void flush();
  // A row: everything until the matching end stays on one line.
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
