// DATA/archive: KIND-DIGEST.yaml. A list of incidents is a line each: the digest of its text, a blank, its identifier.
#include "node/archive.h"

#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/hex.h"

namespace jindo::node {
namespace {
constexpr size_t kDigestDigits = 64;

std::string path_of(const std::string& data, const std::string& kind, const std::string& digest) {
  return data + "/archive/" + kind + "-" + digest + ".yaml";
}
}  // namespace

base::Status keep_in_archive(const std::string& data, const std::string& kind, const std::string& digest,
                             const std::string& text) {
  const std::string path = path_of(data, kind, digest);
  return base::exists(path) ? base::Status() : base::replace_file(path, text);
}

base::Result<ArchivedIncidents> read_archived_incidents(const std::string& data, const std::string& digest) {
  ArchivedIncidents out;
  JINDO_TRY(const std::string list, base::read_file(path_of(data, "incidents", digest), 64 << 20));
  for (size_t at = 0; at < list.size();) {
    const size_t end = list.find('\n', at);
    const std::string one = list.substr(at, kDigestDigits);
    at = end == std::string::npos ? list.size() : end + 1;
    const std::string path = path_of(data, "incident", one);
    JINDO_TRY(const std::string yaml, base::read_file(path, 1 << 20));
    if (base::to_hex(base::sha256(base::as_bytes(yaml))) != one)
      return base::bad_input(path + ": is not what its name says");
    JINDO_TRY(auto incident, incidents::parse_incident(path, yaml));
    out.incidents.push_back(std::move(incident));
    out.digests.push_back(one);
  }
  return out;
}
}  // namespace jindo::node
