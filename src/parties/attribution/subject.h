// From what a list says (a currency or chain, and a text) to what a tag is about; and what no tag may be about.
#pragma once

#include <string>
#include <string_view>

#include "attribution/tag.h"

namespace jindo::attribution {

// `chain`: a chain's name or CAIP-2 identifier, or a currency's or token's ticker as lists use them (XBT, ETH, TRX,
// USDT …). A ticker of a token says nothing of the chain: the address's form decides. The error says what does not
// hold.
base::Result<Subject> make_address_subject(std::string_view chain, std::string_view text);
base::Result<Subject> make_transaction_subject(std::string_view chain, std::string_view text);
// Where no chain is named: every form of address is told apart by its checksum or alphabet; 0x addresses are
// Ethereum's.
base::Result<Subject> guess_address_subject(std::string_view text);

// Why a tag of this category about this address is absurd, or ""; the zero address, precompiles, burn addresses: nobody
// owns them, and to list them would taint or block everybody who ever minted or burnt.
std::string absurd(const Subject& subject, Category category);

// The public key's hash (HASH160) that the address commits to, on bitcoin and on the chains that share its keys
// (bitcoin cash, SV, gold, litecoin, dogecoin, dash …), P2PKH and P2WPKH alike; false for other kinds.
bool key_hash_of(const Subject& subject, std::array<uint8_t, 20>& out);

}  // namespace jindo::attribution
