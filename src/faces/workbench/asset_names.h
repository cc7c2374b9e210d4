// What assets are called and how many decimals they have, for an answer's "assets" object: amounts stay base units, the
// page puts the point. Tokens are known from the registry, tables of assets and incidents.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "incidents/incident.h"
#include "resolve/asset_book.h"

namespace jindo::workbench {

class AssetNames {
 public:
  AssetNames(const resolve::AssetBook& book, const std::vector<incidents::Incident>& incidents)
      : book_(book), incidents_(incidents) {}
  // The asset's name in this answer: "ethereum/ETH", "ethereum/0xA0b8…".
  std::string use(const chain::Network& network, const chain::AddressKey& asset);
  void write(base::JsonWriter& json) const;  // "assets": {"ethereum/ETH": {"symbol": "ETH", "decimals": 18}, …}

 private:
  struct Facts {
    std::string symbol;
    int decimals = 0;
    bool known = true;  // else the symbol is the contract, and amounts are base units
  };
  const resolve::AssetBook& book_;
  const std::vector<incidents::Incident>& incidents_;
  std::map<std::string, Facts> used_;
};

}  // namespace jindo::workbench
