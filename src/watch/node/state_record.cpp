#include "node/state_record.h"

#include <simdjson.h>

#include "base/hex.h"
#include "ledger/block_places.h"
#include "node/json_text.h"

namespace jindo::node {
namespace {
using simdjson::dom::element;
}  // namespace

base::Result<StateRecord> read_state_record(const std::string& line) {
  simdjson::dom::parser parser;
  element root, state;
  simdjson::dom::array chains;
  if (parser.parse(line).get(root) != simdjson::SUCCESS || root["state"].get(state) != simdjson::SUCCESS ||
      state["chains"].get(chains) != simdjson::SUCCESS)
    return base::bad_input("a state in the decision log cannot be read");
  StateRecord out;
  out.policy = text_of(state, "policy");
  out.incidents = text_of(state, "incidents");
  out.tags = text_of(state, "tags");
  out.findings = text_of(state, "findings");
  if (state["tags_on"].get(out.tags_on) != simdjson::SUCCESS)
    return base::bad_input("a state in the decision log cannot be read");
  for (const element chain : chains) {
    uint64_t height = 0;
    JINDO_TRY(const chain::Network* network, chain::find_network(text_of(chain, "chain")));
    if (chain["height"].get(height) != simdjson::SUCCESS)
      return base::bad_input("a state in the decision log cannot be read");
    out.chains.push_back({network, height, text_of(chain, "digest")});
  }
  return out;
}

bool holds(const ledger::Ledger& ledger, const StateRecord& record) {
  for (const StateRecord::At& at : record.chains) {
    const ledger::LedgerChain* chain = ledger.find(*at.network);
    if (chain == nullptr) return false;
    const ledger::ChainReader& reader = chain->reader();
    const uint64_t low = blocks_up_to(reader, at.height);
    if (low == 0 || base::to_hex(reader.block(low - 1).chain_digest) != at.digest) return false;
  }
  return true;
}
}  // namespace jindo::node
