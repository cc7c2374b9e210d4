// What every reader's tags are checked for before they enter a batch.
#include "attribution/tag_batch.h"

#include "attribution/subject.h"
#include "base/clock.h"

namespace jindo::attribution {
namespace {
// UTF-8 as it should be, without control characters.
bool is_text(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const size_t more = c < 0x80                ? 0
                        : c >= 0xc2 && c < 0xe0 ? 1
                        : c >= 0xe0 && c < 0xf0 ? 2
                        : c >= 0xf0 && c < 0xf5 ? 3
                                                : 9;
    if (more == 9 || i + more >= text.size() || (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) return false;
    for (size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    i += more + 1;
  }
  return true;
}
}  // namespace

void TagBatch::refuse(const std::string& place, std::string_view subject, const std::string& reason) {
  refused.push_back({place, std::string(subject.substr(0, 120)), reason});
}

void TagBatch::add(Tag tag, const std::string& place) {
  const std::string reason = absurd(tag.subject, tag.category);
  const auto no = [&](const std::string& why) { refuse(place, tag.subject.text, why); };
  if (!reason.empty()) return no(reason);
  if (tag.label.empty()) return no("no label: expected who it is said to be");
  for (const std::string* text : {&tag.label, &tag.terms, &tag.actor, &tag.author, &tag.confidence_term}) {
    if (text->size() > kLabelMax) return no("a text of more than " + std::to_string(kLabelMax) + " bytes (limit)");
    if (!is_text(*text)) return no("a text that is not UTF-8, or holds control characters");
  }
  if (!is_text(tag.source) || tag.source.size() > 4 * kLabelMax) return no("a source that is no text, or too long");
  if (!is_text(tag.context) || tag.context.size() > kContextMax)
    return no("a context that is no text, or longer than " + std::to_string(kContextMax) + " bytes (limit)");
  if (tag.valid_from && tag.valid_until && *tag.valid_until < *tag.valid_from)
    return no("valid until " + base::format_time(*tag.valid_until) + ", which is before valid from " +
              base::format_time(*tag.valid_from));
  tags.push_back(std::move(tag));
}
}  // namespace jindo::attribution
