// AssetBook: what assets are called, their decimals, and whether an issuer can freeze them; and prices at times, where
// somebody gave them. From the registry (`assets`), from tables (chain,address,symbol,decimals), from incidents'
// tokens. Values serve to compare amounts across assets, never as amounts of a result.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uint256.h"
#include "chain/address.h"

namespace jindo::resolve {

struct AssetFacts {
  std::string symbol;
  int decimals = 0;
  bool freezable = false;  // its issuer can freeze it where it lies
  bool dollar = false;     // pegged to the US dollar
};

class AssetBook {
 public:
  AssetBook();  // knows the networks' own coins
  void add(const chain::Network& network, const chain::AddressKey& asset, AssetFacts facts);
  // CSV: chain,address,symbol,decimals[,kind]; rows whose kind is given and not "token" are passed over.
  base::Status read_assets(const std::string& path);
  // CSV: symbol,time,usd. A time left out holds for all times. Limit: a million rows.
  base::Status read_prices(const std::string& path);
  const AssetFacts* find(const chain::Network& network, const chain::AddressKey& asset) const;
  // Dollars times 10^12 of an amount at a time: the nearest price within a day, else the one for all times; a dollar
  // for pegged ones. nullopt where no price is known or the value is absurd.
  std::optional<base::Uint256> value(const AssetFacts& facts, const base::Uint256& amount, int64_t time) const;
  // The same amount in units of another number of decimals, rounded down; nullopt beyond 256 bits.
  static std::optional<base::Uint256> rescale(const base::Uint256& amount, int from_decimals, int to_decimals);

 private:
  std::map<std::pair<const chain::Network*, chain::AddressKey>, AssetFacts> facts_;
  std::map<std::string, std::map<int64_t, base::Uint256>> prices_;  // by symbol and time: dollars × 10^12 a unit
};

}  // namespace jindo::resolve
