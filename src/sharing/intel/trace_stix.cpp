// A trace's report: figures and ledger as an extension, transfers as evidence, techniques as notes.
#include "intel/trace_stix.h"

#include <algorithm>

#include "base/hex.h"
#include "intel/stix_parts.h"
#include "stix/extensions.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
std::string time_of(int64_t seconds) { return stix::format_timestamp_us(seconds * 1'000'000); }
std::string asset_text(const chain::Network& network, const chain::AddressKey& asset) {
  return chain::format_asset(network, asset);
}
// By asset and origin: amounts of different assets are not compared by their units.
template <class Place>
void most_first(std::vector<const Place*>& places, uint64_t& left_out) {
  std::stable_sort(places.begin(), places.end(), [](const Place* a, const Place* b) { return b->origin < a->origin; });
  if (places.size() <= kReportPlaces) return;
  left_out += places.size() - kReportPlaces;
  places.resize(kReportPlaces);
}

class Report {
 public:
  Report(const TraceEvidence& evidence, const Publisher& by, const Markings& markings)
      : evidence_(evidence), result_(*evidence.result), by_(by), markings_(markings) {}

  std::vector<std::string> write() {
    const TracePlaces places = places_of(result_);
    // Every address first, so that one wallet carries all its chains.
    for (const trace::Holding* h : places.holdings) wallet(*h->network, h->address);
    for (const trace::Terminal* t : places.ended) wallet(*t->network, t->address);
    for (const trace::TrailStep& step : evidence_.trail) transfer(step);
    for (const typology::Finding& finding : evidence_.findings) note(finding);
    std::vector<std::string> out = markings_.definitions;
    for (const auto& [value, w] : wallets_.all()) {
      out.push_back(wallet_object(w, markings_));
      refs_.insert(w.id);
    }
    for (const auto& [id, object] : objects_) {
      out.push_back(object);
      refs_.insert(id);
    }
    out.push_back(report(places));
    return out;
  }

 private:
  std::string wallet(const chain::Network& network, const chain::AddressKey& address) {
    return address.is_none() ? "" : wallets_.add(network, chain::format_address(network, address), "");
  }
  void transfer(const trace::TrailStep& step) {
    const std::string from = wallet(*step.network, step.from), to = wallet(*step.network, step.to);
    const auto fields = [&](JsonWriter& json) {
      json.field("chain", step.network->caip2);
      json.field("transaction", chain::format_hash(*step.network, step.transaction));
      if (step.moved) json.field("position", step.position);
      json.field("asset", asset_text(*step.network, step.asset));
      if (step.moved) json.field("amount", base::to_decimal(*step.moved));
      if (!from.empty()) json.field("from_ref", from);
      if (!to.empty()) json.field("to_ref", to);
    };
    const std::string id = stix::observable_identifier(base::json_object([&](JsonWriter& json) {
      json.field("type", "virtual-asset-transfer");
      fields(json);
    }));
    trail_.push_back(id);
    objects_[id] = base::json_object([&](JsonWriter& json) {
      head(json, "virtual-asset-transfer", id, nullptr, markings_);
      fields(json);
      json.field("block_number", step.height);
      json.field("block_time", time_of(step.time));
      json.key("extensions");
      json.begin_object();
      extension(json, stix::kTransfer, "new-sco", [] {});
      json.end_object();
    });
  }
  std::string pattern(const typology::TechniqueInfo& technique) {
    const std::string id = by_.identifier("attack-pattern", std::string(" ") + technique.id);
    objects_[id] = base::json_object([&](JsonWriter& json) {
      head(json, "attack-pattern", id, &by_.own, markings_);
      json.field("name", technique.title);
      json.field("description", std::string(technique.definition) + " It mistakes: " + technique.mistakes);
      json.key("external_references");
      json.begin_array();
      const auto reference = [&](const char* source, const char* identifier, const char* description) {
        json.begin_object();
        json.field("source_name", source);
        if (*identifier != '\0') json.field("external_id", identifier);
        if (*description != '\0') json.field("description", description);
        json.end_object();
      };
      reference("jindo", technique.id, technique.source);
      if (*technique.mitre != '\0') reference("mitre-attack", technique.mitre, "");
      if (*technique.fatf != '\0')
        reference("FATF Virtual Assets Red Flag Indicators, September 2020", "", technique.fatf);
      json.end_array();
    });
    return id;
  }
  void note(const typology::Finding& finding) {
    const std::string about = pattern(*finding.technique);
    std::vector<std::string> refs = {evidence_.incident, about};
    std::string name = std::string(" ") + finding.technique->id + " " + evidence_.incident;
    for (const typology::Party& party : finding.parties) {
      if (refs.size() > kReportPlaces) break;
      refs.push_back(wallet(*party.network, party.address));
      name += " " + refs.back();
    }
    if (!finding.transactions.empty())
      name += " " + chain::format_hash(*finding.transactions[0].network, finding.transactions[0].transaction);
    const std::string id = by_.identifier("note", name);
    objects_[id] = base::json_object([&](JsonWriter& json) {
      head(json, "note", id, &by_.own, markings_);
      json.field("abstract", finding.technique->title);
      json.field("content", finding.text);
      texts(json, "object_refs", refs);
      json.key("extensions");
      json.begin_object();
      extension(json, stix::kFinding, "property-extension", [&] {
        json.field("technique", finding.technique->id);
        json.field("score_ppm", uint64_t{finding.score});
        json.field("first_time", time_of(finding.first_time));
        json.field("last_time", time_of(finding.last_time));
        json.field("inferred", finding.inferred);
        if (!finding.transactions.empty()) json.key("transactions");
        if (!finding.transactions.empty()) json.begin_array();
        for (size_t i = 0; i < finding.transactions.size() && i < kReportSteps; ++i) {
          json.begin_object();
          json.field("chain", finding.transactions[i].network->caip2);
          json.field("transaction",
                     chain::format_hash(*finding.transactions[i].network, finding.transactions[i].transaction));
          json.end_object();
        }
        if (!finding.transactions.empty()) json.end_array();
        if (finding.transactions.size() > kReportSteps)
          json.field("transactions_left_out", uint64_t{finding.transactions.size() - kReportSteps});
      });
      json.end_object();
    });
  }
  template <class Place>
  void amounts(JsonWriter& json, const Place& place) {
    json.field("chain", place.network->caip2);
    json.field("asset", asset_text(*place.network, place.asset));
    json.field("amount", base::to_decimal(place.amount));
    json.field("origin", base::to_decimal(place.origin));
    stolen_of(json, place.source);
    if (place.inferred) json.field("inferred", true);
  }
  // Origins are of what was stolen: which, where several assets were.
  void stolen_of(JsonWriter& json, uint32_t source) {
    if (result_.sources.size() > 1) json.field("stolen", uint64_t{source});
  }
  std::string report(const TracePlaces& places) {
    const char* policy = trace::policy_name(result_.policy);
    const std::string id = by_.identifier("report", std::string(" trace ") + policy + " " + evidence_.incident);
    int64_t as_of = 0;
    for (const trace::ChainState& chain : result_.chains) as_of = std::max(as_of, chain.tip_time);
    refs_.insert(evidence_.incident);
    return base::json_object([&](JsonWriter& json) {
      head(json, "report", id, &by_.own, markings_);
      json.field("name", "Trace of " + evidence_.incident_name + " by " + policy);
      json.field("description",
                 "Where the stolen value lies and ended, by the policy named, over the ledger named; the trail to it, "
                 "movement by movement. The same ledger gives the same trace.");
      json.key("report_types");
      json.begin_array();
      json.string("observed-data");
      json.end_array();
      json.field("published", time_of(as_of));
      texts(json, "object_refs", {refs_.begin(), refs_.end()});
      json.key("extensions");
      json.begin_object();
      extension(json, stix::kTrace, "property-extension", [&] { figures(json, policy, places); });
      json.end_object();
    });
  }
  void figures(JsonWriter& json, const char* policy, const TracePlaces& places) {
    json.field("policy", policy);
    json.field("ledger", base::to_hex(result_.ledger_digest));
    const auto list = [&](const char* name, const auto& rows, auto write) {
      if (rows.empty()) return;  // STIX allows no empty lists
      json.key(name);
      json.begin_array();
      for (const auto& row : rows) {
        json.begin_object();
        write(row);
        json.end_object();
      }
      json.end_array();
    };
    list("chains", result_.chains, [&](const trace::ChainState& chain) {
      json.field("chain", chain.network->caip2);
      json.field("height", chain.tip_height);
    });
    size_t source = 0;
    list("stolen", result_.sources, [&](const trace::Source& s) {
      json.field("chain", s.network->caip2);
      json.field("asset", asset_text(*s.network, s.asset));
      // Of an asset of which no real one has so much nothing was traced: 2^256-1 says "that much or more".
      json.field("amount",
                 base::to_decimal(result_.is_left_out(source) ? base::kBeyond : result_.totals[source].stolen));
      if (result_.policy != trace::Policy::kPoison) {  // which marks places: its sums have no meaning
        json.field("held", base::to_decimal(result_.totals[source].held));
        json.field("ended", base::to_decimal(result_.totals[source].ended));
      }
      ++source;
    });
    list("holdings", places.holdings, [&](const trace::Holding* h) {
      json.field("wallet_ref", wallet(*h->network, h->address));
      amounts(json, *h);
      if (h->transaction)
        json.field("outpoint", chain::format_hash(*h->network, *h->transaction) + ":" + std::to_string(h->output));
    });
    list("ended", places.ended, [&](const trace::Terminal* t) {
      json.field("kind", trace::terminal_name(t->kind));
      if (const std::string w = wallet(*t->network, t->address); !w.empty()) json.field("wallet_ref", w);
      amounts(json, *t);
      json.field("transaction", chain::format_hash(*t->network, t->transaction));
      const trace::Owner& owner = result_.owner_of(*t);
      if (!owner.name.empty()) json.field("name", owner.name);
      if (!owner.category.empty()) json.field("category", owner.category);
    });
    size_t at = 0;
    list("trail", evidence_.trail, [&](const trace::TrailStep& step) {
      json.field("transfer_ref", trail_[at++]);
      json.field("amount", base::to_decimal(step.amount));
      json.field("origin", base::to_decimal(step.origin));
      stolen_of(json, step.source);
      if (step.theft) json.field("theft", true);
      if (step.mixed) json.field("mixed", true);
      if (step.inferred) json.field("inferred", true);
      if (!step.ends.empty()) json.field("ends", step.ends);
    });
    json.field("left_out", places.left_out);
    json.field("without_trail", evidence_.without_trail);
  }

  const TraceEvidence& evidence_;
  const trace::Result& result_;
  const Publisher& by_;
  const Markings& markings_;
  Wallets wallets_;
  std::map<std::string, std::string> objects_;  // by identifier
  std::vector<std::string> trail_;              // the steps' transfers
  std::set<std::string> refs_;
};
}  // namespace

TracePlaces places_of(const trace::Result& result) {
  TracePlaces out;
  for (const trace::Holding& h : result.holdings) out.holdings.push_back(&h);
  for (const trace::Terminal& t : result.terminals)
    if (t.kind != trace::TerminalKind::kFee) out.ended.push_back(&t);
  most_first(out.holdings, out.left_out);
  most_first(out.ended, out.left_out);
  return out;
}
std::vector<std::string> trace_objects(const TraceEvidence& evidence, const Publisher& by, const Markings& markings) {
  return Report(evidence, by, markings).write();
}
}  // namespace jindo::intel
