// Writing and reading the CLUSTERS file, word by word.
#include "cluster/clusters_record.h"

#include <cstdio>
#include <sstream>

#include "base/hex.h"
#include "ledger/columns.h"

namespace jindo::cluster {
namespace {
using base::bad_input;

std::string hex64(uint64_t value) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(value));
  return out;
}
std::string hex_of(const base::Hash256& hash) { return base::to_hex(hash); }
bool parse_hex64(const std::string& text, uint64_t& out) {
  if (text.size() != 16 || text.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  out = std::stoull(text, nullptr, 16);
  return true;
}
}  // namespace

std::string format_clusters_record(const ClustersRecord& r) {
  std::ostringstream out;
  out << "jindo-clusters " << kClustersVersion << "\nrules " << hex_of(r.rules) << "\nsnapshot " << r.snapshot << ' '
      << r.rank_blocks << ' ' << r.addresses << ' ' << r.externals << ' ' << r.held << ' ' << r.marks << "\n";
  for (const auto& [name, sum] : r.checksums) out << "file " << name << ' ' << hex64(sum) << "\n";
  const auto state = [&](const ClustersRecord::Delta& d) {
    out << d.blocks << ' ' << d.transactions << ' ' << hex_of(d.tip) << ' ' << d.totals.joining;
    for (const uint64_t n : d.totals.found) out << ' ' << n;
    out << "\n";
  };
  out << "state ";
  state(r.base);
  for (const ClustersRecord::Delta& d : r.deltas) {
    out << "delta " << d.name << ' ' << d.changes << ' ' << hex64(d.checksum) << ' ';
    state(d);
  }
  return ledger::seal(out.str());
}

base::Result<ClustersRecord> parse_clusters_record(const std::string& path, const std::string& text) {
  JINDO_TRY(const std::string body, ledger::unseal(path, text));
  std::istringstream in(body);
  std::string word, hash;
  int version = 0;
  ClustersRecord out;
  const auto wrong = [&](const char* expected) { return bad_input(path + ": expected " + expected); };
  if (!(in >> word >> version) || word != "jindo-clusters") return wrong("'jindo-clusters' first");
  if (version > kClustersVersion)
    return bad_input(path + ": version " + std::to_string(version) + "; this jindo reads up to " +
                     std::to_string(kClustersVersion) + ": use a newer one");
  if (!(in >> word >> hash) || word != "rules" || !base::from_hex(hash, out.rules)) return wrong("'rules DIGEST'");
  if (!(in >> word >> out.snapshot >> out.rank_blocks >> out.addresses >> out.externals >> out.held >> out.marks) ||
      word != "snapshot" || out.snapshot.find('/') != std::string::npos || out.addresses >= kExternalNumber ||
      out.externals >= kExternalNumber || out.rank_blocks > (uint64_t{1} << 40) || out.held > (uint64_t{1} << 40) ||
      out.marks > (uint64_t{1} << 32))
    return wrong("'snapshot FOLDER COUNTS…'");
  const auto state = [&](ClustersRecord::Delta& d) {
    if (!(in >> d.blocks >> d.transactions >> hash >> d.totals.joining) || !base::from_hex(hash, d.tip)) return false;
    for (uint64_t& n : d.totals.found)
      if (!(in >> n)) return false;
    return true;
  };
  bool stated = false;
  while (in >> word) {
    if (word == "file") {
      auto& file = out.checksums.emplace_back();
      if (!(in >> file.first >> hash) || !parse_hex64(hash, file.second)) return wrong("'file NAME CHECKSUM'");
    } else if (word == "state" && !stated) {
      if (!state(out.base)) return wrong("'state BLOCKS TRANSACTIONS TIP TOTALS…'");
      stated = true;
    } else if (word == "delta" && stated) {
      ClustersRecord::Delta& d = out.deltas.emplace_back();
      if (!(in >> d.name >> d.changes >> hash) || d.name.find('/') != std::string::npos ||
          d.changes > (uint64_t{1} << 40) || !parse_hex64(hash, d.checksum) || !state(d))
        return wrong("'delta NAME CHANGES CHECKSUM BLOCKS TRANSACTIONS TIP TOTALS…'");
    } else {
      return wrong("'file', 'state' or 'delta'");
    }
  }
  if (!stated) return wrong("a 'state' line");
  return out;
}
}  // namespace jindo::cluster
