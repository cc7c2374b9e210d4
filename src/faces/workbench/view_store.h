// Case views: a graph somebody arranged, kept on the node to be opened again, or by others through a link. What a view
// shows and how it is arranged is the page's own text (docs/formats/case-view.md); here it has a name, an incident, a
// marking, who made it, a revision that counts up so that nobody writes over what they have not seen. One SQLite file;
// a saved view survives kill -9. Thread safe (one lock).
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "records/database.h"

namespace jindo::workbench {

inline constexpr size_t kViewBytesMax = size_t{8} << 20;
inline constexpr size_t kViewsMax = 10'000;
inline constexpr int64_t kAllViewsBytesMax = int64_t{1} << 30;  // of all together: nobody fills a disk with views

struct CaseView {
  std::string id;  // 32 hex digits, drawn at random
  std::string name, incident, marking;
  std::string author, author_key;  // the name and identifier of the key that made it
  int64_t created_ms = 0, changed_ms = 0, revision = 0;
  std::string content;  // JSON object; "" in lists
};

class ViewStore {
 public:
  static base::Result<std::unique_ptr<ViewStore>> open(const std::string& path);
  base::Result<std::vector<CaseView>> list();  // the latest changed first
  base::Result<std::optional<CaseView>> find(const std::string& id);
  base::Result<CaseView> add(CaseView view);
  // `view.revision` is the one that was read; another one by now: kWrongUse.
  base::Result<CaseView> change(CaseView view);
  base::Status remove(const std::string& id);

 private:
  explicit ViewStore(records::Database database) : database_(std::move(database)) {}
  std::mutex mutex_;
  base::Status check_room(const CaseView& view, bool fresh);
  records::Database database_;
};

}  // namespace jindo::workbench
