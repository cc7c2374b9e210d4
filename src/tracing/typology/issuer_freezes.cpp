// Issuers' events found by their topics.
#include "typology/issuer_freezes.h"

#include "resolve/event_layout.h"

namespace jindo::typology {
namespace {
struct FreezeEvent {
  resolve::EventLayout layout;
  bool frozen = true;
};
// Tether's address is in the data, Circle's and others' is indexed.
const std::vector<FreezeEvent>& freeze_events() {
  static const auto events = [] {
    std::vector<FreezeEvent> some;
    for (const char* text :
         {"AddedBlackList(address user)", "AddedBlackList(address indexed user)", "Blacklisted(address indexed user)"})
      some.push_back({*resolve::EventLayout::parse(text), true});
    for (const char* text : {"RemovedBlackList(address user)", "RemovedBlackList(address indexed user)",
                             "UnBlacklisted(address indexed user)"})
      some.push_back({*resolve::EventLayout::parse(text), false});
    return some;
  }();
  return events;
}
}  // namespace

std::vector<IssuerWord> issuer_words(const ledger::LedgerChain& chain) {
  std::vector<IssuerWord> out;
  if (!chain.account) return out;
  std::vector<base::Hash256> topics;
  for (const FreezeEvent& event : freeze_events()) topics.push_back(event.layout.topic());
  chain.reader().scan_events(topics, [&](const ledger::Note& note) {
    for (const FreezeEvent& event : freeze_events()) {
      if (!event.layout.matches(note)) continue;
      if (const auto user = event.layout.address(note, "user"))
        out.push_back({note.contract, *user, note.transaction, event.frozen});
      break;
    }
  });
  return out;
}
}  // namespace jindo::typology
