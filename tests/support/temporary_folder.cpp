// A folder that goes with its object.
#include "support/temporary_folder.h"

#include <cstdlib>
#include <filesystem>

#include "base/check.h"

namespace jindo::tests {
TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "jindo-test-XXXXXX").string();
  CHECK(::mkdtemp(path_.data()) != nullptr);
}
TemporaryFolder::~TemporaryFolder() {
  std::error_code code;
  std::filesystem::remove_all(path_, code);
}
}  // namespace jindo::tests
