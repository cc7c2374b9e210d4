// A case's files, kept as they came: each under its SHA-256, with who gave it, when, and how it is to be read. The list
// (EVIDENCE.json, docs/formats/evidence.md) is replaced as a whole; a file that the list does not name is no evidence.
// Taking a file out of the set keeps it and says when and why. One writer at a time holds the folder's lock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "base/result.h"

namespace jindo::evidence {

// What the user says of a file when he adds it.
struct Given {
  std::string chain;                    // where the file does not tell it
  std::string from;                     // from whom it came
  std::string note;                     // why it is here
  std::map<std::string, int> decimals;  // of tokens, where the file does not tell them
  std::string columns;                  // text of a column map (YAML); "" for none
  std::string contract;                 // of a token page's download: the token
  std::string transaction;              // of an answer that does not name it
  std::optional<uint64_t> block;        // the same
};
struct EvidenceFile {
  base::Hash256 digest{};  // SHA-256
  std::string name;        // as it was called, without folder
  uint64_t size = 0;
  int64_t added = 0;  // unix seconds
  Given given;
  int64_t removed = 0;         // unix seconds; 0: in the set
  std::string removed_reason;  // ""
};

inline constexpr size_t kFilesMax = 20'000;
inline constexpr size_t kTextMax = 4096;  // of a name, note, reason

class EvidenceFolder {
 public:
  // For reading. Error: there is none.
  static base::Result<EvidenceFolder> open(const std::string& folder);
  // For changing: makes the folder where it is not there, and takes its lock.
  static base::Result<EvidenceFolder> open_to_change(const std::string& folder);

  const std::string& folder() const { return folder_; }
  const std::vector<EvidenceFile>& files() const { return files_; }  // in the order in which they came
  std::string path_of(const EvidenceFile& file) const;
  // Error: the content is not what came: another SHA-256, or gone.
  base::Status check_content(const EvidenceFile& file) const;

  // Copies the file in. False: its content is in the set already. A file that was taken out comes back. Counts with
  // save(), like remove.
  base::Result<bool> add(const std::string& path, const Given& given, int64_t now);
  // By SHA-256 (or the first 8 digits and more of it) or by name. Error: none, or several.
  base::Status remove(const std::string& which, const std::string& reason, int64_t now);
  base::Status save() const;

 private:
  base::Status load();
  std::string folder_;
  std::vector<EvidenceFile> files_;
  base::FileLock lock_;
};

}  // namespace jindo::evidence
