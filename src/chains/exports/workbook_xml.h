// A walk through one XML part of a workbook: elements by their local names, attributes, text. libxml2 behind it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace jindo::exports {

// One step: an element begins or ends, or text stands. `attribute` is of the element that begins.
struct XmlStep {
  enum class Kind { kBegin, kEnd, kText } kind = Kind::kText;
  std::string_view name;  // local name, of kBegin and kEnd
  std::string_view text;
  std::function<std::string(const char*)> attribute;  // "" where it is not there
};

// Pull parser: next() gives steps until the part ends. An empty element gives kBegin and kEnd.
class XmlWalk {
 public:
  static base::Result<XmlWalk> open(std::string what, std::string_view xml);  // `xml` outlives the walk
  XmlWalk(XmlWalk&& other) noexcept;
  XmlWalk& operator=(XmlWalk&& other) noexcept;
  ~XmlWalk();
  base::Result<bool> next(XmlStep& step);  // false at the end

 private:
  XmlWalk() = default;
  std::string what_;
  void* reader_ = nullptr;
  bool pending_end_ = false;
  std::string name_, text_;
};

}  // namespace jindo::exports
