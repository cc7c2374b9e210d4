// All words in one text, and the look through it.
#include "workbench/tag_search.h"

#include <algorithm>
#include <unordered_map>

namespace jindo::workbench {
namespace {
constexpr size_t kHitsMax = 5000;
constexpr size_t kSameWording = 4;  // tags of one label that a search gives
}  // namespace

std::string fold(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::shared_ptr<const TagSearch::Words> TagSearch::words_of(const std::shared_ptr<const attribution::TagIndex>& tags) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (words_ && words_->tags == tags) return words_;
  auto out = std::make_shared<Words>();
  out->tags = tags;
  std::unordered_map<std::string, size_t> seen;  // a label that thousands share is kept a few times
  const auto all = tags->tags();
  for (uint32_t t = 0; t < all.size(); ++t) {
    const attribution::Tag& tag = all[t];
    std::string line = fold(tag.label);
    if (!tag.actor.empty()) line += " " + fold(tags->owner_of(tag)) + " " + fold(tag.actor);
    std::replace(line.begin(), line.end(), '\n', ' ');
    if (++seen[line] > kSameWording) continue;
    out->text += line;
    out->text += '\n';
    out->line_end.push_back(static_cast<uint32_t>(out->text.size()));
    out->first.push_back(t);
  }
  words_ = out;
  return out;
}

std::vector<const attribution::Tag*> TagSearch::find(const std::shared_ptr<const attribution::TagIndex>& tags,
                                                     std::string_view text, size_t limit) {
  std::vector<const attribution::Tag*> begins, holds;
  const std::string wanted = fold(text);
  if (wanted.empty() || wanted.find('\n') != std::string::npos) return {};
  const auto words = words_of(tags);
  size_t at = 0;
  for (size_t hits = 0; hits < kHitsMax && begins.size() < limit; ++hits) {
    at = words->text.find(wanted, at);
    if (at == std::string::npos) break;
    const auto line = std::upper_bound(words->line_end.begin(), words->line_end.end(), static_cast<uint32_t>(at));
    const auto number = static_cast<size_t>(line - words->line_end.begin());
    const bool first = at == 0 || words->text[at - 1] == '\n';
    (first ? begins : holds).push_back(&words->tags->tags()[words->first[number]]);
    at = *line;
  }
  begins.insert(begins.end(), holds.begin(), holds.end());
  if (begins.size() > limit) begins.resize(limit);
  return begins;
}
}  // namespace jindo::workbench
