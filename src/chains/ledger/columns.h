// A segment on disk: a folder of column files and a SEGMENT file that lists them with sizes and checksums. Immutable
// once written. SegmentWriter writes one; SegmentFiles maps one.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "chain/network.h"

namespace jindo::ledger {

struct ColumnInfo {
  std::string name;
  uint64_t element_bytes = 0;
  uint64_t count = 0;
  uint64_t checksum = 0;  // XXH3-64 of the file
};

// A column being written: append in order.
template <class T>
class ColumnWriter {
 public:
  base::Status append(const T& value) {
    ++count_;
    return file_.append({reinterpret_cast<const uint8_t*>(&value), sizeof(T)});
  }
  base::Status append(std::span<const T> values) {
    count_ += values.size();
    return file_.append({reinterpret_cast<const uint8_t*>(values.data()), values.size_bytes()});
  }
  uint64_t count() const { return count_; }

 private:
  friend class SegmentWriter;
  base::FileWriter file_;
  std::string name_;
  uint64_t count_ = 0;
};

class SegmentWriter {
 public:
  explicit SegmentWriter(std::string folder, bool durable) : folder_(std::move(folder)), durable_(durable) {}
  template <class T>
  base::Status open(ColumnWriter<T>& column, const std::string& name) {
    column.name_ = name;
    JINDO_TRY(column.file_, base::FileWriter::create(path(name)));
    return {};
  }
  // Makes the bytes of each column durable and lists it; the SEGMENT file has columns in the order of closing.
  template <class T, class... Others>
  base::Status close(ColumnWriter<T>& column, Others&... others) {
    JINDO_DO(column.file_.close(durable_));
    columns_.push_back({column.name_, sizeof(T), column.count_, column.file_.checksum()});
    if constexpr (sizeof...(others) > 0) {
      return close(others...);
    } else {
      return {};
    }
  }
  // A whole column at once.
  template <class T>
  base::Status write(const std::string& name, std::span<const T> values) {
    ColumnWriter<T> column;
    JINDO_DO(open(column, name));
    JINDO_DO(column.append(values));
    return close(column);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name + ".col"; }
  const std::string& folder() const { return folder_; }
  base::Status finish(chain::LedgerModel model);

 private:
  std::string folder_;
  bool durable_;
  std::vector<ColumnInfo> columns_;
};

class SegmentFiles {
 public:
  static base::Result<SegmentFiles> open(const std::string& folder, chain::LedgerModel model);
  template <class T>
  base::Result<std::span<const T>> column(const std::string& name) const {
    JINDO_TRY(const base::Bytes bytes, raw_column(name, sizeof(T)));
    return std::span<const T>(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
  }
  bool has(const std::string& name) const { return files_.count(name) != 0; }
  const std::vector<ColumnInfo>& columns() const { return columns_; }
  const std::string& folder() const { return folder_; }
  base::Status verify_checksums() const;

 private:
  base::Result<base::Bytes> raw_column(const std::string& name, uint64_t element_bytes) const;
  std::string folder_;
  std::vector<ColumnInfo> columns_;
  std::map<std::string, base::MappedFile> files_;
};

// Text with a last line "end <XXH3-64 of what comes before it>".
std::string seal(const std::string& body);
base::Result<std::string> unseal(const std::string& path, const std::string& text);
base::Result<std::vector<ColumnInfo>> parse_segment_file(const std::string& path, const std::string& text,
                                                         chain::LedgerModel model);

}  // namespace jindo::ledger
