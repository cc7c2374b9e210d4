// Coverage as lines of text, and the union of two.
#include "ledger/coverage.h"

#include <algorithm>

#include "base/hex.h"

namespace jindo::ledger {
namespace {
using base::bad_input;

std::string joined_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ",") + word;
  return out.empty() ? "-" : out;
}
std::vector<std::string> split_words(const std::string& text) {
  std::vector<std::string> out;
  if (text == "-") return out;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}
// A name may hold anything but what ends a line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text.empty() ? "-" : text;
}
std::string rest_of_line(std::istream& in) {
  std::string out;
  std::getline(in, out);
  out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
  return out;
}
}  // namespace

std::string format_coverage(const Coverage& coverage) {
  if (coverage.empty()) return "";
  std::string out = std::string("heights ") + (coverage.heights_are_times ? "times" : "blocks") + "\n";
  out += "unknown " + joined_words(coverage.unknown) + "\n";
  for (const CoverageSource& source : coverage.sources) {
    out += "source " + base::to_hex(source.digest) + " " + source.format + " " + std::to_string(source.rows) + " " +
           std::to_string(source.movements) + " " + joined_words(source.unknown) + " " + one_line(source.name) + "\n";
  }
  for (const CoverageHistory& history : coverage.histories) {
    out += "history " + history.address + " " + std::to_string(history.first_time) + " " +
           std::to_string(history.last_time) + (history.whole ? " whole\n" : " cut\n");
  }
  return out;
}

base::Result<bool> parse_coverage_line(const std::string& word, std::istream& in, Coverage& out) {
  std::string text;
  if (word == "heights") {
    if (!(in >> text) || (text != "times" && text != "blocks"))
      return bad_input("expected 'heights times' or 'heights blocks'");
    out.heights_are_times = text == "times";
  } else if (word == "unknown") {
    if (!(in >> text)) return bad_input("expected 'unknown WORDS'");
    out.unknown = split_words(text);
  } else if (word == "source") {
    CoverageSource source;
    std::string digest;
    if (!(in >> digest >> source.format >> source.rows >> source.movements >> text) ||
        !base::from_hex(digest, source.digest))
      return bad_input("expected 'source SHA256 FORMAT ROWS MOVEMENTS UNKNOWN NAME'");
    source.unknown = split_words(text);
    source.name = rest_of_line(in);
    if (out.sources.size() >= kCoverageSourcesMax) return bad_input("more sources than a ledger may have");
    out.sources.push_back(std::move(source));
  } else if (word == "history") {
    CoverageHistory history;
    if (!(in >> history.address >> history.first_time >> history.last_time >> text) ||
        (text != "whole" && text != "cut"))
      return bad_input("expected 'history ADDRESS FIRST LAST whole|cut'");
    history.whole = text == "whole";
    out.histories.push_back(std::move(history));
  } else {
    return false;
  }
  return true;
}

void add_coverage(Coverage& coverage, const Coverage& more) {
  coverage.heights_are_times |= more.heights_are_times;
  for (const std::string& word : more.unknown) coverage.unknown.push_back(word);
  std::sort(coverage.unknown.begin(), coverage.unknown.end());
  coverage.unknown.erase(std::unique(coverage.unknown.begin(), coverage.unknown.end()), coverage.unknown.end());
  for (const CoverageSource& source : more.sources) {
    const bool known = std::any_of(coverage.sources.begin(), coverage.sources.end(),
                                   [&](const CoverageSource& other) { return other.digest == source.digest; });
    if (!known) coverage.sources.push_back(source);
  }
  for (const CoverageHistory& history : more.histories) {
    const auto same = std::find_if(coverage.histories.begin(), coverage.histories.end(),
                                   [&](const CoverageHistory& other) { return other.address == history.address; });
    if (same == coverage.histories.end()) {
      coverage.histories.push_back(history);
      continue;
    }
    same->first_time = std::min(same->first_time, history.first_time);
    same->last_time = std::max(same->last_time, history.last_time);
    same->whole = same->whole && history.whole;
  }
}
}  // namespace jindo::ledger
