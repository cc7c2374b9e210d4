// States in the decision log: written by the node that publishes them, read by replays and second looks.
#include "node/state_record.h"

#include <simdjson.h>

#include "base/hex.h"
#include "base/json_writer.h"
#include "ledger/block_places.h"
#include "node/json_text.h"

namespace jindo::node {
namespace {
using simdjson::dom::element;
}  // namespace

std::string write_state_record(const screening::State& state) {
  const std::string whole = base::json_object([&](base::JsonWriter& json) {
    json.key("state");
    json.begin_object();
    json.field("policy", state.policy->digest);
    json.field("incidents", state.incidents_digest);
    json.field("tags", base::to_hex(state.tags->digest()));
    json.field("tags_on", state.tags_on);
    json.field("findings", state.findings ? state.findings->ledger_digest : std::string());
    json.field("ledger", base::to_hex(state.snapshot->ledger_digest));
    json.key("chains");
    json.begin_array();
    for (const exposure::ChainCoverage& chain : state.snapshot->chains) {
      const ledger::ChainReader& reader = state.snapshot->ledger->find(*chain.network)->reader();
      json.begin_object();
      json.field("chain", chain.network->name);
      json.field("height", chain.height);
      json.field("digest", base::to_hex(reader.block(chain.blocks - 1).chain_digest));
      json.end_object();
    }
    json.end_array();
    json.end_object();
  });
  return whole.substr(1, whole.size() - 2);  // fields, without the object's braces
}

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
