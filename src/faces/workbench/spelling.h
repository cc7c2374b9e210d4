// What a piece of text that somebody typed or pasted may mean: an address or a transaction under other spellings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chain/network.h"

namespace jindo::workbench {

// Without blanks, quotes and the zero-width characters that pages and chats leave in copied text.
std::string trimmed(std::string_view text);
bool is_hex(std::string_view text);  // digits alone, at least one

// Itself; the piece of an explorer's link or a payment URI (BIP 21, ERC-681); without a chain's name before it
// (CAIP-10); hexadecimal with 0x; lower case where a checksum's case may not fit.
struct Spelling {
  std::string text;
  const chain::Network* network = nullptr;  // that it names
  bool respelled = false;
};
std::vector<Spelling> spellings_of(const std::string& given);

}  // namespace jindo::workbench
