// yaml-cpp's events become items one by one. Its exceptions end here.
#include "attribution/yaml_items.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

namespace jindo::attribution {
namespace {
constexpr size_t kDepthMax = 16;
constexpr size_t kFieldMax = size_t{64} << 10;
constexpr size_t kItemsMax = 1'000'000;

struct Wrong {  // thrown through yaml-cpp, which knows exceptions only
  base::Error error;
};

class Items : public YAML::EventHandler {
 public:
  Items(const std::string& path, const std::string& list, YamlItem& header,
        const std::function<base::Status(const YamlItem&)>& each)
      : path_(path), list_(list), header_(header), each_(each) {}
  bool any() const { return any_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { scalar(mark, ""); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(mark, "an alias (*name); expected plain values");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    if (tag == "!include" && levels_.size() == 1 && levels_[0].has_key) header_.includes.push_back(value);
    scalar(mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, false);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(mark, true);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& what) const {
    throw Wrong{base::bad_input(path_ + ": line " + std::to_string(mark.line + 1) + ": " + what)};
  }
  struct Level {
    bool map;
    std::string key;
    bool has_key = false;
  };
  bool in_list() const { return levels_.size() >= 2 && levels_[0].key == list_ && !levels_[1].map; }

  void open(const YAML::Mark& mark, bool map) {
    if (levels_.size() >= kDepthMax) fail(mark, "nesting of more than " + std::to_string(kDepthMax) + " (limit)");
    if (levels_.empty() && !map) fail(mark, "expected a map with '" + list_ + ":'");
    if (!levels_.empty() && levels_.back().map && !levels_.back().has_key) fail(mark, "a key that is no plain text");
    if (levels_.size() == 1 && levels_[0].key == list_ && map) fail(mark, "'" + list_ + "': expected a list");
    if (levels_.size() == 2 && in_list()) {
      if (!map) fail(mark, "expected items like '- address: …'");
      item_ = {};
      item_.line = mark.line + 1;
    }
    if (levels_.size() == 1 && levels_[0].key == list_) any_ = true;
    levels_.push_back({map, "", false});
  }
  void close() {
    levels_.pop_back();
    if (!levels_.empty()) levels_.back().has_key = false;
    if (levels_.size() == 2 && in_list()) {
      if (++items_ > kItemsMax) throw Wrong{base::bad_input(path_ + ": more than a million items (limit)")};
      const base::Status done = each_(item_);
      if (!done.ok()) throw Wrong{done.error()};
    }
  }
  void scalar(const YAML::Mark& mark, const std::string& value) {
    if (value.size() > kFieldMax) fail(mark, "a field of more than 64 KiB (limit)");
    if (levels_.empty()) fail(mark, "expected a map with '" + list_ + ":'");
    Level& level = levels_.back();
    if (level.map && !level.has_key) {
      level.key = value;
      level.has_key = true;
      if (levels_.size() == 1 && any_ && value != list_)
        fail(mark, "'" + value + "' stands behind '" + list_ + "'; expected header fields before it");
      return;
    }
    if (levels_.size() == 2 && in_list())
      fail(mark, "expected items like '- address: …', found '" + value.substr(0, 40) + "'");
    const size_t top = in_list() ? 2 : 0;  // the level that holds the item's (or header's) fields
    if (levels_.size() <= top) fail(mark, "expected a map");
    YamlItem& target = in_list() ? item_ : header_;
    if (!in_list() && target.line == 0) target.line = mark.line + 1;
    auto& values = target.fields[levels_[top].key];
    if (levels_.size() == top + 1 && !values.empty()) fail(mark, "'" + levels_[top].key + "' stands twice");
    std::string text = value;
    for (size_t l = top + 1; l < levels_.size(); ++l)
      if (levels_[l].map) text.insert(0, levels_[l].key + ": ");
    values.push_back(text);
    level.has_key = false;
  }

  const std::string& path_;
  const std::string& list_;
  YamlItem& header_;
  const std::function<base::Status(const YamlItem&)>& each_;
  std::vector<Level> levels_;
  YamlItem item_;
  size_t items_ = 0;
  bool any_ = false;
};

class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view text) {
    char* data = const_cast<char*>(text.data());  // NOLINT: streambuf reads through it only
    setg(data, data, data + text.size());
  }
};
}  // namespace

const std::string& YamlItem::one(const std::string& name) const {
  static const std::string kNone;
  const auto found = fields.find(name);
  return found == fields.end() || found->second.empty() ? kNone : found->second.front();
}

namespace {
base::Status parse_yaml(const std::string& path, std::string_view content, const std::string& list, bool needs_list,
                        YamlItem& header, const std::function<base::Status(const YamlItem&)>& each) {
  MemoryBuffer buffer(content);
  std::istream in(&buffer);
  try {
    YAML::Parser parser(in);
    Items items(path, list, header, each);
    if (!parser.HandleNextDocument(items)) return base::bad_input(path + ": empty; expected '" + list + ":'");
    if (needs_list && !items.any()) return base::bad_input(path + ": has no '" + list + ":' list");
    return {};
  } catch (const Wrong& wrong) {
    return wrong.error;
  } catch (const YAML::Exception& problem) {
    return base::bad_input(path + ": line " + std::to_string(problem.mark.line + 1) + ": " + problem.msg);
  }
}
}  // namespace

base::Status read_yaml_items(const std::string& path, std::string_view content, const std::string& list,
                             YamlItem& header, const std::function<base::Status(const YamlItem&)>& each) {
  return parse_yaml(path, content, list, true, header, each);
}
base::Status read_yaml_header(const std::string& path, std::string_view content, YamlItem& header) {
  return parse_yaml(path, content, "tags", false, header, [&](const YamlItem&) -> base::Status {
    return base::bad_input(path + ": has tags; expected a pack's header fields alone");
  });
}
}  // namespace jindo::attribution
