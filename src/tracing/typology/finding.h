// Finding: a laundering technique seen in a trace, with the transactions that show it. A technique has one row in
// techniques(): what it is, who describes it, its parameters, what it mistakes. docs/methodology/techniques.md prints
// it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chain/block.h"
#include "chain/network.h"

namespace jindo::typology {

struct TechniqueInfo {
  const char* id;     // "peel_chain"
  const char* title;  // for people
  const char* definition;
  const char* source;      // who describes it: FATF 2020, UN Panel of Experts, research
  const char* parameters;  // with their values
  const char* mistakes;    // what it takes for it wrongly, and misses
  const char* fatf;        // of "Virtual Assets Red Flag Indicators" (FATF, September 2020): the section; "" for none
  const char* mitre;       // ATT&CK technique; "" for none
};
std::span<const TechniqueInfo> techniques();
const TechniqueInfo& technique(std::string_view id);  // one that exists

struct Sighting {  // a transaction that shows it
  const chain::Network* network = nullptr;
  chain::TxId transaction{};
  friend bool operator==(const Sighting&, const Sighting&) = default;
};
struct Party {
  const chain::Network* network = nullptr;
  chain::AddressKey address;
  friend bool operator==(const Party&, const Party&) = default;
};
struct Finding {
  const TechniqueInfo* technique = nullptr;
  uint32_t score = 0;  // parts per million: how surely it is this and no accident
  int64_t first_time = 0, last_time = 0;
  std::vector<Sighting> transactions;  // in order of time
  std::vector<Party> parties;          // who did it, or was used for it
  std::vector<std::string> incidents;  // whose stolen value took part
  std::string text;                    // a sentence, amounts and times in it
  bool inferred = false;               // an inferred link lies on the way there
};

}  // namespace jindo::typology
