// Shared intelligence in and out by files, for those who have no node: STIX bundles, MISP events and feeds in; STIX,
// MISP, CSV and GraphSense TagPacks out. What goes out is what the reader whom it is for may see, never more, and says
// under which marking.
#pragma once

#include <string>
#include <vector>

#include "federation/sharing.h"

namespace jindo::federation {

struct FileImport {
  std::string format;                     // "stix", "misp"
  std::vector<std::string> paths;         // files, encrypted ones too; misp: folders of a feed
  std::vector<std::string> warninglists;  // files or folders of MISP's
  std::string collection;                 // title or identifier
};
struct FileImportSummary {
  size_t files = 0, added = 0, known = 0, refused = 0;
  std::vector<std::string> notes;  // what was refused and why, the first thousand
};
base::Result<FileImportSummary> import_files(Sharing& sharing, const FileImport& request);

struct FileExport {
  std::string format;                   // "stix", "misp", "misp-feed", "csv", "tagpack"
  std::string collection;               // title or identifier
  std::string organisation;             // for whom: identifier; "": this one
  bool encrypt = false;                 // to the key that the sharing file gives the organisation …
  std::vector<std::string> encrypt_to;  // … or to these OpenPGP keys, files
};
// The text as it goes by e-mail, where the request says so; else as it is.
base::Result<std::string> as_mail(Sharing& sharing, const FileExport& request, const std::string& text);
// `misp-feed`: a folder, made with all that is in it; all else: one text to `print`.
base::Status export_text(Sharing& sharing, const FileExport& request,
                         const std::function<void(std::string_view)>& print);
base::Result<size_t> export_feed(Sharing& sharing, const FileExport& request, const std::string& folder);

}  // namespace jindo::federation
