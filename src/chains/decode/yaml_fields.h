// Reading YAML with errors that name file and line. Include in .cpp files only: yaml-cpp costs compile time. yaml-cpp
// throws; callers of load() and of the readers wrap their walk in guard().
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>

#include "base/result.h"

namespace jindo::decode {

class YamlFields {
 public:
  explicit YamlFields(std::string path) : path_(std::move(path)) {}
  // Deep nesting is refused before yaml-cpp, which recurses, sees it. Aliases share their node and only known fields
  // are walked, so they cannot blow up.
  base::Result<YAML::Node> load(const std::string& yaml) const;
  base::Error wrong(const YAML::Node& at, const std::string& what) const;
  base::Result<std::string> text(const YAML::Node& parent, const char* name, bool needed) const;
  base::Result<YAML::Node> list(const YAML::Node& parent, const char* name) const;
  base::Status guard(const std::function<base::Status()>& walk) const;
  const std::string& path() const { return path_; }

 private:
  base::Status check_shape(const std::string& yaml) const;
  std::string path_;
};

}  // namespace jindo::decode
