// What kind of party an address belongs to, or what was done with it. One table: Jindo's term, whether a trace ends
// there by default, and the terms of others that mean it: the INTERPOL dark-web and virtual-assets taxonomy as
// GraphSense's concepts carry it on, and Etherscan's label slugs. docs/formats/tags.md prints it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace jindo::attribution {

enum class Category : uint8_t {
  kUnknown,
  kExchange,
  kMixer,
  kBridge,
  kGambling,
  kPayment,
  kDex,
  kLending,
  kDefi,
  kToken,
  kMiner,
  kWallet,
  kMarket,
  kCoinjoin,
  kSanctioned,
  kFrozen,
  kTheft,
  kRansomware,
  kScam,
  kPhishing,
  kExtortion,
  kTerrorism,
  kDarknet,
  kAbuse,
  kMalware,
  kDonation,
  kFaucet,
  kService,
  kUser,
  kContract,
  kBurn,
};
struct CategoryInfo {
  Category category;
  const char* name;
  bool service;       // a trace ends there by default (tracing.md)
  bool risk;          // says that somebody accuses, lists or froze: shown before what kind of party it is
  const char* terms;  // of INTERPOL/GraphSense, separated by blanks
  const char* slugs;  // of Etherscan's labels, separated by blanks
};
std::span<const CategoryInfo> categories();
const CategoryInfo& info_of(Category category);
inline const char* name_of(Category category) { return info_of(category).name; }
// By Jindo's term or INTERPOL's; kUnknown where the term means nothing here.
Category find_category(std::string_view term);
Category category_of_slug(std::string_view slug);
// The more telling of two: risk before service before the rest, kUnknown last.
Category more_telling(Category a, Category b);

}  // namespace jindo::attribution
