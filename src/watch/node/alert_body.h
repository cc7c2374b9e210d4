// The JSON of alerts (docs/formats/alerts.md), and the identifier made of what an alert says.
#pragma once

#include <functional>
#include <string>

#include "alerts/alert_store.h"
#include "base/json_writer.h"
#include "base/uint256.h"
#include "exposure/snapshot.h"

namespace jindo::node {

// 32 hex digits: the same event, the same uid.
std::string uid_of(const std::string& event);

// What an alert of a watch is about, as text.
struct AlertSubject {
  const alerts::Watch& watch;
  const exposure::SourceInfo& source;
  std::string marking;  // of the source, "" for none
  std::string address, asset;
  base::Uint256 amount;
};
// The body of an alert whose uid, kind, stage, chain and time are set. `rest`: writes the fields after the amount.
std::string alert_body(const alerts::Alert& alert, const AlertSubject& subject,
                       const std::function<void(base::JsonWriter&)>& rest);
// The height that a confirmed alert's body tells; UINT64_MAX where it tells none. The store keeps the block's hash
// beside the body, but no height: its tables are of one version, and the ledger finds no block by its hash alone.
uint64_t height_of_body(const std::string& body);

}  // namespace jindo::node
