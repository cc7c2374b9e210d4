// Finding tags by a piece of their words: labels, actors, sources of all tags in force, folded to lower case into one
// text that a search runs through from end to end. 126,000 tags are 6 MB. Made again when the tags changed. Thread
// safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/tag_index.h"

namespace jindo::workbench {

// ASCII letters to lower case; everything else stays, so that Hangul, kanji, accents are found as they are written.
std::string fold(std::string_view text);

class TagSearch {
 public:
  // Tags whose words hold `text`, folded; those that begin with it first. At most `limit`, looking at no more hits than
  // a few thousand.
  std::vector<const attribution::Tag*> find(const std::shared_ptr<const attribution::TagIndex>& tags,
                                            std::string_view text, size_t limit);

 private:
  struct Words {
    std::shared_ptr<const attribution::TagIndex> tags;
    std::string text;                // a line a different wording
    std::vector<uint32_t> line_end;  // of each line
    std::vector<uint32_t> first;     // of each line: a tag that has it
  };
  std::shared_ptr<const Words> words_of(const std::shared_ptr<const attribution::TagIndex>& tags);
  std::mutex mutex_;
  std::shared_ptr<const Words> words_;
};

}  // namespace jindo::workbench
