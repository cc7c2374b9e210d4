// Spellings: links taken apart, prefixes and case mended.
#include "workbench/spelling.h"

#include <algorithm>

#include "workbench/tag_search.h"

namespace jindo::workbench {

std::string trimmed(std::string_view text) {
  std::string out(text);
  // First what hides between: a quote before a zero-width space is at the end, too.
  for (bool again = true; again;) {
    again = false;
    for (const char* hidden : {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xef\xbb\xbf"})
      for (size_t at = out.find(hidden); at != std::string::npos; at = out.find(hidden)) {
        out.erase(at, 3);
        again = true;  // what stood around it may be another now
      }
  }
  const char* blank = " \t\r\n\"'<>`,;";
  const size_t from = out.find_first_not_of(blank);
  return from == std::string::npos ? "" : out.substr(from, out.find_last_not_of(blank) - from + 1);
}
bool is_hex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}
std::vector<Spelling> spellings_of(const std::string& given) {
  std::vector<Spelling> out{{given, nullptr, false}};
  std::string text = given;
  const chain::Network* network = nullptr;
  if (const size_t scheme = text.find("://"); scheme != std::string::npos) {
    // https://explorer.example/address/0x…#tab: the longest piece of the path.
    std::string longest;
    size_t at = text.find('/', scheme + 3);
    while (at != std::string::npos) {
      const size_t end = text.find_first_of("/?#&=:", at + 1);
      const std::string piece = text.substr(at + 1, end == std::string::npos ? end : end - at - 1);
      if (piece.size() > longest.size()) longest = piece;
      at = end;
    }
    text = longest;
    out.push_back({text, nullptr, true});
  } else if (const size_t colon = text.rfind(':'); colon != std::string::npos) {
    // "bitcoin:bc1…?amount=1" (BIP 21), "ethereum:0x…@1" (ERC-681), "eip155:1:0x…" (CAIP-10).
    const auto named = chain::find_network(text.substr(0, colon));
    if (named.ok()) network = *named;
    text = text.substr(colon + 1);
    text = text.substr(0, text.find_first_of("?@/"));
    out.push_back({text, network, true});
  }
  if (text.size() == 40 && is_hex(text)) out.push_back({"0x" + fold(text), network, true});
  if (text.size() == 42 && (text.compare(0, 2, "0x") == 0 || text.compare(0, 2, "0X") == 0) && is_hex(text.substr(2)))
    out.push_back({fold(text), network, true});
  if (text.compare(0, 3, "BC1") == 0 || text.compare(0, 3, "TB1") == 0 || text.compare(0, 5, "BCRT1") == 0)
    out.push_back({fold(text), network, true});
  return out;
}
}  // namespace jindo::workbench
