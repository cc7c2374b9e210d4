// JsonRecords: the records of a JSON file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace jindo::exports {

class JsonRecords {
 public:
  static base::Result<JsonRecords> open(const std::string& path, std::string_view bytes);  // bytes outlive it
  const std::vector<std::string>& keys() const { return keys_; }  // key paths of the first record, sorted

 private:
  std::vector<std::string> keys_;
};

}  // namespace jindo::exports
