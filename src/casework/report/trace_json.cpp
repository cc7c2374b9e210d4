// A trace result as JSON (the contract of docs/formats/trace-result.md): one function a part, in the order written.
#include "base/clock.h"
#include "base/hex.h"
#include "inquiry/figures.h"
#include "report/coverage.h"
#include "report/formats.h"
#include "report/link_text.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using base::to_decimal;

// Which theft a row is of.
void source_fields(base::JsonWriter& json, const trace::Source& source) {
  json.field("incident", source.incident);
  json.field("stolen_asset", chain::format_asset(*source.network, source.asset));
}

// One incident is a text, several are a list on one line.
void incident_field(base::JsonWriter& json, const inquiry::Traced& traced) {
  if (traced.incidents.size() == 1) {
    json.field("incident", traced.incidents.front().id);
    return;
  }
  json.key("incident");
  json.begin_array();
  json.compact(true);
  for (const incidents::Incident& incident : traced.incidents) json.string(incident.id);
  json.end_array();
  json.compact(false);
}

// What named the places where a trace ends, and what its links were read from and by.
void basis_fields(base::JsonWriter& json, const inquiry::Traced& traced) {
  const trace::Result& result = traced.result;
  if (traced.owners)
    json.object("attribution", [&] {
      json.field("tags", static_cast<uint64_t>(traced.owners->tags().tags().size()));
      json.field("tags_digest", base::to_hex(traced.owners->tags().digest()));
      json.field("clusters", traced.owners->uses_clusters());
    });
  if (result.registry_version.empty()) return;
  json.object("resolved", [&] {
    json.field("registry", result.registry_version);
    json.field("registry_digest", base::to_hex(result.registry_digest));
    for (const trace::ChainState& chain : result.chains)
      if (chain.notes > 0) json.field("notes_" + std::string(chain.network->name), base::to_hex(chain.note_digest));
  });
}

void stolen_rows(base::JsonWriter& json, const trace::Result& result) {
  json.array("stolen", [&] {
    for (size_t s = 0; s < result.sources.size(); ++s)
      json.row([&] {
        const trace::Source& source = result.sources[s];
        json.field("incident", source.incident);
        json.field("chain", source.network->name);
        json.field("asset", chain::format_asset(*source.network, source.asset));
        json.field("amount", to_decimal(result.is_left_out(s) ? base::kBeyond : result.totals[s].stolen));
        if (result.is_left_out(s)) json.field("left_out", true);
      });
  });
}

void holding_rows(base::JsonWriter& json, const trace::Result& result) {
  json.rows("holdings", result.holdings, [&](const trace::Holding& h) {
    const trace::Source& source = result.sources[h.source];
    json.field("chain", h.network->name);
    json.field("asset", chain::format_asset(*h.network, h.asset));
    json.field("address", chain::format_address(*h.network, h.address));
    if (h.transaction) json.field("outpoint", outpoint_of(h));
    source_fields(json, source);
    json.field("amount", to_decimal(h.amount));
    json.field("origin", to_decimal(h.origin));
    json.field("hops", static_cast<uint64_t>(h.hops));
    json.field("first_time", base::format_time(h.first_time));
    json.field("last_time", base::format_time(h.last_time));
    json.field("stolen_chain", source.network->name);
    if (h.inferred) json.field("inferred", true);
  });
}

void terminal_rows(base::JsonWriter& json, const trace::Result& result) {
  json.rows("terminals", result.terminals, [&](const trace::Terminal& t) {
    const trace::Source& source = result.sources[t.source];
    json.field("kind", trace::terminal_name(t.kind));
    json.field("chain", t.network->name);
    json.field("asset", chain::format_asset(*t.network, t.asset));
    if (!t.address.is_none()) json.field("address", chain::format_address(*t.network, t.address));
    if (t.name != 0) {
      const trace::Owner& owner = result.owner_of(t);
      json.field("name", owner.name);
      if (!owner.category.empty()) json.field("category", owner.category);
      if (!owner.basis.empty()) json.field("basis", owner.basis);
    }
    json.field("transaction", chain::format_hash(*t.network, t.transaction));
    json.field("time", base::format_time(t.time));
    source_fields(json, source);
    json.field("amount", to_decimal(t.amount));
    json.field("origin", to_decimal(t.origin));
    json.field("stolen_chain", source.network->name);
    if (t.inferred) json.field("inferred", true);
  });
}

// Of each theft, what is held and what ended; poison's amounts have no sum.
void conservation_rows(base::JsonWriter& json, const inquiry::Traced& traced) {
  const trace::Result& result = traced.result;
  const std::vector<inquiry::Figures> figures = inquiry::figures_of(traced);
  json.array("conservation", [&] {
    for (size_t s = 0; s < result.sources.size() && result.policy != trace::Policy::kPoison; ++s)
      if (!result.is_left_out(s))
        json.row([&] {
          source_fields(json, result.sources[s]);
          const inquiry::Figures& total = figures[s];
          json.field("stolen", to_decimal(total.stolen));
          json.field("held", to_decimal(total.held));
          json.field("ended", to_decimal(total.ended));
          json.field("difference", to_decimal(total.stolen - (total.held + total.ended)));
          const trace::SourceTotal& inferred = result.inferred_totals[s];
          if (!total.frozen.is_zero()) json.field("frozen", to_decimal(total.frozen));
          if ((inferred.held + inferred.ended).is_zero()) return;
          json.field("inferred_held", to_decimal(inferred.held));
          json.field("inferred_ended", to_decimal(inferred.ended));
        });
  });
}

void unexplained_fields(base::JsonWriter& json, const trace::Result& result) {
  base::Uint256 sum;
  for (const trace::Unexplained& u : result.unexplained) sum += u.amount;
  json.field("unexplained_inflow", to_decimal(sum));
  json.rows("unexplained_inflows", result.unexplained, [&](const trace::Unexplained& u) {
    json.field("chain", u.network->name);
    json.field("asset", chain::format_asset(*u.network, u.asset));
    json.field("amount", to_decimal(u.amount));
  });
}

// Only where there are any.
void absurd_rows(base::JsonWriter& json, const trace::Result& result) {
  const std::vector<AbsurdAsset> absurd = absurd_assets(result);
  if (absurd.empty()) return;
  json.rows("absurd_assets", absurd, [&](const AbsurdAsset& a) {
    json.field("chain", a.network->name);
    json.field("asset", chain::format_asset(*a.network, a.asset));
    json.field("note", a.stolen ? "thefts of 2^256-1 or more, which no real asset has: left out"
                                : "amounts of 2^256-1 stand for that much or more; origins are exact");
  });
}

void used_link_rows(base::JsonWriter& json, const inquiry::Traced& traced) {
  const trace::Result& result = traced.result;
  json.rows("links", result.links, [&](const trace::UsedLink& used) {
    link_fields(json, used.link, *traced.ledger);
    json.objects("carried", used.carried, [&](const trace::UsedLink::Carried& carried) {
      source_fields(json, result.sources[carried.source]);
      json.field("amount", to_decimal(carried.amount));
      json.field("origin", to_decimal(carried.origin));
    });
  });
}
}  // namespace

void print_json(const inquiry::Traced& traced, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  base::JsonWriter json(out);
  json.object([&] {
    incident_field(json, traced);
    marking_field(json, traced);
    json.field("policy", trace::policy_name(result.policy));
    as_of_field(json, result);
    json.field("ledger", base::to_hex(result.ledger_digest));
    basis_fields(json, traced);
    stolen_rows(json, result);
    holding_rows(json, result);
    terminal_rows(json, result);
    conservation_rows(json, traced);
    unexplained_fields(json, result);
    absurd_rows(json, result);
    coverage_field(json, traced);
    fetch_next_field(json, traced);
    if (!result.registry_version.empty()) used_link_rows(json, traced);
    json.object("visited", [&] {
      json.field("transactions", result.visited_transactions);
      json.field("addresses", result.visited_addresses);
    });
  });
}
}  // namespace jindo::report
