// Fields of a YAML map by name; the error names file and line.
#include "decode/yaml_fields.h"

namespace jindo::decode {
using base::bad_input;
using base::Status;
namespace {
constexpr size_t kDepthMax = 32;
}

Status YamlFields::check_shape(const std::string& yaml) const {
  size_t depth = 0, line = 1, lead = 0;
  bool leading = true;
  for (const char c : yaml) {
    if (c == '\n') {
      ++line;
      lead = 0;
      leading = true;
      continue;
    }
    if (leading && (c == ' ' || c == '-' || c == '?'))
      ++lead;
    else
      leading = false;
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (depth > kDepthMax || lead > 4 * kDepthMax)
      return bad_input(path_ + ":" + std::to_string(line) + ": nested deeper than " + std::to_string(kDepthMax) +
                       " levels (limit)");
  }
  return {};
}

base::Result<YAML::Node> YamlFields::load(const std::string& yaml) const {
  JINDO_DO(check_shape(yaml));
  try {
    return YAML::Load(yaml);
  } catch (const YAML::Exception& e) {
    return bad_input(path_ + ":" + std::to_string(e.mark.line + 1) + ": not YAML: " + e.msg);
  }
}
Status YamlFields::guard(const std::function<Status()>& walk) const {
  try {
    return walk();
  } catch (const YAML::Exception& e) {
    return bad_input(path_ + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg);
  }
}
base::Error YamlFields::wrong(const YAML::Node& at, const std::string& what) const {
  const int line = at.Mark().line;
  return bad_input(path_ + (line >= 0 ? ":" + std::to_string(line + 1) : "") + ": " + what);
}
base::Result<std::string> YamlFields::text(const YAML::Node& parent, const char* name, bool needed) const {
  const YAML::Node node = parent[name];
  if (!node || node.IsNull()) {
    if (needed) return wrong(parent, std::string("'") + name + "' is missing");
    return std::string();
  }
  if (!node.IsScalar()) return wrong(node, std::string("'") + name + "': expected text");
  return node.Scalar();
}
base::Result<YAML::Node> YamlFields::list(const YAML::Node& parent, const char* name) const {
  YAML::Node node = parent[name];
  if (!node || node.IsNull()) return YAML::Node(YAML::NodeType::Sequence);
  if (!node.IsSequence()) return wrong(node, std::string("'") + name + "': expected a list");
  return node;
}
}  // namespace jindo::decode
