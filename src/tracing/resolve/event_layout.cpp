// Parsing a declaration, and reading a parameter out of an event by it.
#include "resolve/event_layout.h"

#include <algorithm>

namespace jindo::resolve {
namespace {
using base::bad_input;
constexpr size_t kTextMax = 4096, kParametersMax = 40, kDepthMax = 4, kWordsMax = 1000;
constexpr uint32_t kArrayMax = 100;

bool is_name(std::string_view name) { return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0; }
// uint8 … uint256 by eights, bytes1 … bytes32.
bool is_sized(std::string_view type, std::string_view stem, uint32_t step, uint32_t max) {
  if (type.substr(0, stem.size()) != stem || type.size() == stem.size() || type.size() > stem.size() + 3) return false;
  uint32_t size = 0;
  for (const char c : type.substr(stem.size())) {
    if (c < '0' || c > '9') return false;
    size = 10 * size + static_cast<uint32_t>(c - '0');
  }
  return type[stem.size()] != '0' && size <= max && size % step == 0;
}
bool is_word(char c) { return c == '_' || c == '$' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

// A recursive-descent parser over "type [indexed] [name], …".
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}
  struct Type {
    std::string canonical;
    bool dynamic = false;
    size_t words = 1;  // of the head
  };
  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string word() {
    blanks();
    const size_t from = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }
  bool done() {
    blanks();
    return at_ == text_.size();
  }
  base::Error wrong(const std::string& what) const {
    return bad_input("event '" + std::string(text_.substr(0, 60)) + "': " + what + " at character " +
                     std::to_string(at_ + 1));
  }
  base::Result<Type> type(size_t depth) {
    if (depth > kDepthMax) return wrong("tuples nested deeper than 4 (limit)");
    Type out;
    if (take('(')) {
      out.canonical = "(";
      out.words = 0;
      do {
        JINDO_TRY(const Type part, type(depth + 1));
        word();  // a name, which counts for nothing in a tuple
        if (out.canonical.size() > 1) out.canonical += ',';
        out.canonical += part.canonical;
        out.dynamic |= part.dynamic;
        out.words += part.words;
      } while (take(','));
      if (!take(')')) return wrong("expected ')'");
      out.canonical += ')';
      if (out.dynamic) out.words = 1;
    } else {
      out.canonical = word();
      if (out.canonical == "uint" || out.canonical == "int") out.canonical += "256";
      const bool known = out.canonical == "address" || out.canonical == "bool" || out.canonical == "string" ||
                         out.canonical == "bytes" || is_sized(out.canonical, "bytes", 1, 32) ||
                         is_sized(out.canonical, "uint", 8, 256) || is_sized(out.canonical, "int", 8, 256);
      if (!known) return wrong("expected a type such as address, uint256, bytes32, found '" + out.canonical + "'");
      out.dynamic = out.canonical == "bytes" || out.canonical == "string";
    }
    while (take('[')) {
      const std::string length = word();
      if (!take(']')) return wrong("expected ']'");
      out.canonical += '[' + length + ']';
      if (length.empty()) {
        out.dynamic = true;
      } else {
        if (!is_sized("x" + length, "x", 1, kArrayMax)) return wrong("expected an array of 1 to 100");
        out.words *= static_cast<size_t>(std::stoul(length));
        if (out.words > kWordsMax) return wrong("more than 1,000 words (limit)");
      }
      if (out.dynamic) out.words = 1;
    }
    return out;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};
}  // namespace

base::Uint256 number_of(const base::Hash256& word) {
  base::Uint256 out;
  for (size_t i = 0; i < 32; ++i) out.words[3 - i / 8] = out.words[3 - i / 8] << 8 | word[i];
  return out;
}
base::Hash256 word_of(const base::Uint256& number) {
  base::Hash256 out{};
  base::store_big_endian(number, out);
  return out;
}

base::Result<EventLayout> EventLayout::parse(std::string_view declaration) {
  if (declaration.size() > kTextMax) return bad_input("an event's declaration of more than 4 KiB (limit)");
  Parser in(declaration);
  EventLayout out;
  out.signature_ = in.word();
  if (!is_name(out.signature_)) return in.wrong("expected the event's name");
  if (!in.take('(')) return in.wrong("expected '('");
  out.signature_ += '(';
  if (!in.take(')')) {
    do {
      if (out.parameters_.size() == kParametersMax) return in.wrong("more than 40 parameters (limit)");
      JINDO_TRY(const Parser::Type type, in.type(0));
      if (!out.parameters_.empty()) out.signature_ += ',';
      out.signature_ += type.canonical;
      Parameter parameter;
      parameter.name = in.word();
      if (parameter.name == "indexed") {
        parameter.indexed = true;
        parameter.name = in.word();
      }
      parameter.dynamic = type.dynamic;
      parameter.place = parameter.indexed ? out.topics_++ : out.head_bytes_;
      if (!parameter.indexed) out.head_bytes_ += 32 * type.words;
      out.parameters_.push_back(parameter);
    } while (in.take(','));
    if (!in.take(')')) return in.wrong("expected ',' or ')'");
  }
  out.signature_ += ')';
  if (!in.done()) return in.wrong("expected the end");
  if (out.topics_ > 4) return in.wrong("more than three indexed parameters");
  out.topic_ = base::keccak256(base::as_bytes(out.signature_));
  return out;
}

const EventLayout::Parameter* EventLayout::find(std::string_view name) const {
  for (const Parameter& parameter : parameters_)
    if (parameter.name == name) return &parameter;
  return nullptr;
}

bool EventLayout::matches(const ledger::Note& note) const {
  return note.kind == chain::NoteKind::kEvent && note.topics == topics_ && note.topic0 == topic_;
}

std::optional<base::Hash256> EventLayout::word(const ledger::Note& note, std::string_view name) const {
  const Parameter* parameter = find(name);
  if (parameter == nullptr || (parameter->dynamic && !parameter->indexed)) return std::nullopt;
  if (parameter->indexed) return note.topic(static_cast<uint32_t>(parameter->place));
  const base::Bytes data = note.data();
  if (data.size() < 32 || parameter->place > data.size() - 32) return std::nullopt;
  base::Hash256 out{};
  std::copy_n(data.begin() + static_cast<ptrdiff_t>(parameter->place), 32, out.begin());
  return out;
}
std::optional<base::Uint256> EventLayout::number(const ledger::Note& note, std::string_view name) const {
  const auto found = word(note, name);
  if (!found) return std::nullopt;
  return number_of(*found);
}
std::optional<chain::AddressKey> EventLayout::address(const ledger::Note& note, std::string_view name) const {
  const auto found = word(note, name);
  if (!found || !std::all_of(found->begin(), found->begin() + 12, [](uint8_t b) { return b == 0; }))
    return std::nullopt;
  return chain::make_key(chain::AddressKind::kAccount, base::Bytes(*found).subspan(12));
}
std::optional<base::Bytes> EventLayout::bytes(const ledger::Note& note, std::string_view name) const {
  const Parameter* parameter = find(name);
  if (parameter == nullptr || !parameter->dynamic || parameter->indexed) return std::nullopt;
  const base::Bytes data = note.data();
  const auto number_at = [&](size_t at) -> std::optional<size_t> {
    if (data.size() < 32 || at > data.size() - 32) return std::nullopt;
    for (size_t i = 0; i < 28; ++i)
      if (data[at + i] != 0) return std::nullopt;
    size_t out = 0;
    for (size_t i = 28; i < 32; ++i) out = out << 8 | data[at + i];
    return out;
  };
  const auto offset = number_at(parameter->place);
  if (!offset) return std::nullopt;
  const auto size = number_at(*offset);
  if (!size || *size > data.size() - *offset - 32) return std::nullopt;
  return data.subspan(*offset + 32, *size);
}
}  // namespace jindo::resolve
