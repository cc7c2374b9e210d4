// COMMIT as text: written, parsed and replaced.
#include "ledger/commit.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <sstream>

#include "base/file.h"
#include "base/hash.h"
#include "chain/network.h"
#include "ledger/columns.h"
#include "ledger/format.h"

namespace jindo::ledger {
namespace {
using base::bad_input;
constexpr size_t kCommitBytesMax = 16 << 20;
}  // namespace

CommitChain* Commit::find(const std::string& chain) {
  for (CommitChain& c : chains) {
    if (c.chain == chain) return &c;
  }
  return nullptr;
}

base::Result<uint64_t> segment_checksum(const std::string& segment_folder) {
  JINDO_TRY(const std::string text, base::read_file(segment_folder + "/SEGMENT", 1 << 20));
  return base::xxh3(base::as_bytes(text));
}

std::string format_commit(const Commit& commit) {
  const bool covered = std::any_of(commit.chains.begin(), commit.chains.end(),
                                   [](const CommitChain& chain) { return !chain.coverage.empty(); });
  std::string body = "jindo-ledger " + std::to_string(covered ? kFormatVersion : kFormatVersionWhole) +
                     "\nnext_segment " + std::to_string(commit.next_segment) + "\n";
  for (const CommitChain& chain : commit.chains) {
    body += "chain " + chain.chain + "\n";
    for (const CommitSegment& segment : chain.segments) {
      char sum[17];
      std::snprintf(sum, sizeof sum, "%016llx", static_cast<unsigned long long>(segment.checksum));
      body += "segment " + segment.name + " " + sum + "\n";
    }
    body += format_coverage(chain.coverage);
  }
  return seal(body);
}

base::Result<Commit> parse_commit(const std::string& path, const std::string& text) {
  JINDO_TRY(const std::string body, unseal(path, text));
  std::istringstream in(body);
  std::string word;
  int version = 0;
  Commit out;
  if (!(in >> word >> version) || word != "jindo-ledger")
    return bad_input(path + ": expected 'jindo-ledger' first; is this a ledger's folder?");
  if (version > kFormatVersion) {
    return bad_input(path + ": format version " + std::to_string(version) + "; this jindo reads up to " +
                     std::to_string(kFormatVersion) + ": use a newer one");
  }
  if (!(in >> word >> out.next_segment) || word != "next_segment")
    return bad_input(path + ": expected 'next_segment NUMBER'");
  while (in >> word) {
    if (word == "chain") {
      CommitChain chain;
      if (!(in >> chain.chain) || !chain::find_network(chain.chain).ok())
        return bad_input(path + ": expected 'chain NAME' with a known name");
      out.chains.push_back(chain);
    } else if (word == "segment" && !out.chains.empty()) {
      CommitSegment segment;
      std::string digits;
      if (!(in >> segment.name >> digits) || segment.name.find_first_not_of("0123456789") != std::string::npos) {
        return bad_input(path + ": expected 'segment NUMBER CHECKSUM'");
      }
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), segment.checksum, 16);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
        return bad_input(path + ": expected a checksum behind segment " + segment.name);
      out.chains.back().segments.push_back(segment);
    } else {
      const auto known =
          out.chains.empty() ? base::Result<bool>(false) : parse_coverage_line(word, in, out.chains.back().coverage);
      if (!known.ok()) return bad_input(path + ": " + known.error().message);
      if (!*known) return bad_input(path + ": expected 'chain' or 'segment', found '" + word.substr(0, 40) + "'");
    }
  }
  return out;
}

base::Result<Commit> read_commit(const std::string& ledger_folder) {
  const std::string path = ledger_folder + "/COMMIT";
  if (!base::exists(path)) {
    if (!base::is_folder(ledger_folder)) return bad_input(ledger_folder + ": no such ledger; `jindo ingest` makes one");
    return Commit{};
  }
  JINDO_TRY(const std::string text, base::read_file(path, kCommitBytesMax));
  return parse_commit(path, text);
}

base::Status write_commit(const std::string& ledger_folder, const Commit& commit) {
  return base::replace_file(ledger_folder + "/COMMIT", format_commit(commit));
}
}  // namespace jindo::ledger
