// What others' objects say of wallets, as tags: an indicator whose pattern names addresses, a relationship of a wallet
// to something with a name, a wallet that itself has labels or a holder. Whose word it is, how surely and under which
// marking goes along; nothing is said that the objects do not say: a category only where a label or type names one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "attribution/tag_batch.h"
#include "intel/directory.h"
#include "stix/object.h"

namespace jindo::intel {

struct WalletTags {
  attribution::TagBatch batch;  // refused: addresses that no chain has
  bool speaks = false;          // it is of the kinds above
};
// `find`: the last version of an object that those may see who see the tags. `marking`: what the object came under,
// with what it names.
WalletTags wallet_tags(const stix::Object& object, const Organisation& maker, Marking marking,
                       const std::function<std::optional<std::string>(const std::string& id)>& find);
// The chains whose own spelling of an address this is (a chain that also reads another's spelling is not meant),
// CAIP-2.
std::vector<std::string> chains_spelling(const std::string& address);
// The addresses that a STIX pattern compares a wallet's value with, without NOT: cryptocurrency-wallet:value = '…' or
// IN.
std::vector<std::string> wallets_in_pattern(std::string_view pattern);

}  // namespace jindo::intel
