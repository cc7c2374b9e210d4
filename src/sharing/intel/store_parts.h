// What the store's files share among themselves. Within this room only.
#pragma once

#include "intel/store.h"

namespace jindo::intel {

base::Result<std::string> read_fact(records::Database& database, const std::string& name);
base::Status write_fact(records::Database& database, const std::string& name, const std::string& value);
int64_t number_in(const std::string& text);  // 0 for ""

// Connections for readers: one each at a time, kept.
struct Store::Readers {
  std::string path;
  std::mutex mutex;
  std::vector<records::Database> idle;
  base::Result<records::Database> take();
  void give(records::Database database);
};

}  // namespace jindo::intel
