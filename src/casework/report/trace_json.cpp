// A trace result as JSON (the contract of docs/formats/trace-result.md), as a table for people, and as CSV.
#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/hex.h"
#include "report/formats.h"
#include "report/link_text.h"

namespace jindo::report {
namespace {
using base::to_decimal;
using trace::Holding;
using trace::Terminal;

std::string text_of(const chain::Network& network, const chain::AddressKey& key) {
  return chain::format_address(network, key);
}
std::string outpoint_of(const Holding& h) {
  return h.transaction ? chain::format_hash(*h.network, *h.transaction) + ":" + std::to_string(h.output) : "";
}

// How often stolen value went through links, by what they are.
void print_links_summary(const trace::Result& result, const base::TextSink& out) {
  std::map<std::string, uint64_t> counts;
  for (const trace::UsedLink& used : result.links) {
    const resolve::Link& link = used.link;
    ++counts[std::string(resolve::link_kind_name(link.kind)) + (link.service.empty() ? "" : " by " + link.service) +
             (link.exact ? ", exact" : ", inferred (" + link.rule + ")")];
  }
  if (!counts.empty()) out("\nWent through:\n");
  for (const auto& [what, count] : counts) out("  " + std::to_string(count) + " x " + what + "\n");
}
std::string pad(const std::string& text, size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}
std::string pad_left(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}
}  // namespace

void print_json(const inquiry::Traced& traced, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  base::JsonWriter json(out);
  const auto source_fields = [&](uint32_t s) {
    json.field("incident", result.sources[s].incident);
    json.field("stolen_asset", text_of(*result.sources[s].network, result.sources[s].asset));
  };
  json.begin_object();
  if (traced.incidents.size() == 1) {
    json.field("incident", traced.incidents.front().id);
  } else {
    json.key("incident");
    json.begin_array();
    json.compact(true);
    for (const auto& incident : traced.incidents) json.string(incident.id);
    json.end_array();
    json.compact(false);
  }
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) json.field("marking", marking);
  json.field("policy", trace::policy_name(result.policy));
  json.key("as_of");
  json.begin_object();
  for (const auto& chain : result.chains) json.field(chain.network->name, chain.tip_height);
  json.end_object();
  json.field("ledger", base::to_hex(result.ledger_digest));
  if (traced.owners) {  // what said where a trace ends
    json.key("attribution");
    json.begin_object();
    json.field("tags", static_cast<uint64_t>(traced.owners->tags().tags().size()));
    json.field("tags_digest", base::to_hex(traced.owners->tags().digest()));
    json.field("clusters", traced.owners->uses_clusters());
    json.end_object();
  }
  if (!result.registry_version.empty()) {  // what links were read from and by
    json.key("resolved");
    json.begin_object();
    json.field("registry", result.registry_version);
    json.field("registry_digest", base::to_hex(result.registry_digest));
    for (const auto& chain : result.chains) {
      if (chain.notes > 0) json.field("notes_" + std::string(chain.network->name), base::to_hex(chain.note_digest));
    }
    json.end_object();
  }
  json.key("stolen");
  json.begin_array();
  for (size_t s = 0; s < result.sources.size(); ++s) {
    json.begin_object();
    json.compact(true);
    json.field("incident", result.sources[s].incident);
    json.field("chain", result.sources[s].network->name);
    json.field("asset", text_of(*result.sources[s].network, result.sources[s].asset));
    json.field("amount", to_decimal(result.totals[s].stolen));
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.key("holdings");
  json.begin_array();
  for (const Holding& h : result.holdings) {
    json.begin_object();
    json.compact(true);
    json.field("chain", h.network->name);
    json.field("asset", text_of(*h.network, h.asset));
    json.field("address", text_of(*h.network, h.address));
    if (h.transaction) json.field("outpoint", outpoint_of(h));
    source_fields(h.source);
    json.field("amount", to_decimal(h.amount));
    json.field("origin", to_decimal(h.origin));
    json.field("hops", static_cast<uint64_t>(h.hops));
    json.field("first_time", base::format_time(h.first_time));
    json.field("last_time", base::format_time(h.last_time));
    json.field("stolen_chain", result.sources[h.source].network->name);
    if (h.inferred) json.field("inferred", true);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.key("terminals");
  json.begin_array();
  for (const Terminal& t : result.terminals) {
    json.begin_object();
    json.compact(true);
    json.field("kind", trace::terminal_name(t.kind));
    json.field("chain", t.network->name);
    json.field("asset", text_of(*t.network, t.asset));
    if (!t.address.is_none()) json.field("address", text_of(*t.network, t.address));
    if (t.name != 0) {
      const trace::Owner& owner = result.owner_of(t);
      json.field("name", owner.name);
      if (!owner.category.empty()) json.field("category", owner.category);
      if (!owner.basis.empty()) json.field("basis", owner.basis);
    }
    json.field("transaction", chain::format_hash(*t.network, t.transaction));
    json.field("time", base::format_time(t.time));
    source_fields(t.source);
    json.field("amount", to_decimal(t.amount));
    json.field("origin", to_decimal(t.origin));
    json.field("stolen_chain", result.sources[t.source].network->name);
    if (t.inferred) json.field("inferred", true);
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.key("conservation");
  json.begin_array();
  for (uint32_t s = 0; s < result.sources.size() && result.policy != trace::Policy::kPoison; ++s) {
    json.begin_object();
    json.compact(true);
    source_fields(s);
    const auto& total = result.totals[s];
    json.field("stolen", to_decimal(total.stolen));
    json.field("held", to_decimal(total.held));
    json.field("ended", to_decimal(total.ended));
    json.field("difference", to_decimal(total.stolen - (total.held + total.ended)));
    const auto& inferred = result.inferred_totals[s];
    if (!(inferred.held + inferred.ended).is_zero()) {
      json.field("inferred_held", to_decimal(inferred.held));
      json.field("inferred_ended", to_decimal(inferred.ended));
    }
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  base::Uint256 unexplained;
  for (const auto& u : result.unexplained) unexplained += u.amount;
  json.field("unexplained_inflow", to_decimal(unexplained));
  json.key("unexplained_inflows");
  json.begin_array();
  for (const auto& u : result.unexplained) {
    json.begin_object();
    json.compact(true);
    json.field("chain", u.network->name);
    json.field("asset", text_of(*u.network, u.asset));
    json.field("amount", to_decimal(u.amount));
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  if (!result.registry_version.empty()) {
    json.key("links");
    json.begin_array();
    for (const trace::UsedLink& used : result.links) {
      json.begin_object();
      json.compact(true);
      link_fields(json, used.link, *traced.ledger);
      json.key("carried");
      json.begin_array();
      for (const auto& carried : used.carried) {
        json.begin_object();
        source_fields(carried.source);
        json.field("amount", to_decimal(carried.amount));
        json.field("origin", to_decimal(carried.origin));
        json.end_object();
      }
      json.end_array();
      json.end_object();
      json.compact(false);
    }
    json.end_array();
  }
  json.key("visited");
  json.begin_object();
  json.field("transactions", result.visited_transactions);
  json.field("addresses", result.visited_addresses);
  json.end_object();
  json.end_object();
}

void print_csv(const inquiry::Traced& traced, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  out("record,kind,chain,asset,address,outpoint_or_transaction,incident,stolen_asset,amount,origin,hops,first_time,"
      "last_time,name,inferred,stolen_chain");
  // A column more where there is something to carry.
  const std::string marking = inquiry::marking_of(traced);
  const std::string end = marking.empty() ? "\n" : "," + marking + "\n";
  out(marking.empty() ? "\n" : ",marking\n");
  std::string line;
  for (const Holding& h : result.holdings) {
    line = "holding,," + std::string(h.network->name) + "," + text_of(*h.network, h.asset) + "," +
           text_of(*h.network, h.address) + "," + outpoint_of(h) + "," + result.sources[h.source].incident + "," +
           text_of(*result.sources[h.source].network, result.sources[h.source].asset) + "," + to_decimal(h.amount) +
           "," + to_decimal(h.origin) + "," + std::to_string(h.hops) + "," + base::format_time(h.first_time) + "," +
           base::format_time(h.last_time) + ",," + (h.inferred ? "true" : "") + "," +
           std::string(result.sources[h.source].network->name) + end;
    out(line);
  }
  for (const Terminal& t : result.terminals) {
    line = std::string("terminal,") + trace::terminal_name(t.kind) + "," + std::string(t.network->name) + "," +
           text_of(*t.network, t.asset) + "," + text_of(*t.network, t.address) + "," +
           chain::format_hash(*t.network, t.transaction) + "," + result.sources[t.source].incident + "," +
           text_of(*result.sources[t.source].network, result.sources[t.source].asset) + "," + to_decimal(t.amount) +
           "," + to_decimal(t.origin) + ",," + base::format_time(t.time) + "," + base::format_time(t.time) + "," +
           csv_text(result.name_of(t)) + "," + (t.inferred ? "true" : "") + "," +
           std::string(result.sources[t.source].network->name) + end;
    out(line);
  }
}

void print_table(const inquiry::Traced& traced, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  const auto amount = [&](const chain::Network& network, const chain::AddressKey& asset, const base::Uint256& value) {
    return inquiry::show_amount(traced.incidents, network, asset, value) + " " +
           inquiry::show_asset(traced.incidents, network, asset);
  };
  out(std::string("Policy ") + trace::policy_name(result.policy) + "; ledger " +
      base::to_hex(result.ledger_digest).substr(0, 16) + "…");
  for (const auto& chain : result.chains) {
    out("; " + std::string(chain.network->name) + " to block " + std::to_string(chain.tip_height) + " (" +
        base::format_time(chain.tip_time) + ")");
  }
  out("\n");
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) out(marking + "\n");
  for (uint32_t s = 0; s < result.sources.size(); ++s) {
    const trace::Source& source = result.sources[s];
    const auto& total = result.totals[s];
    out("\n" + source.incident + ": stolen " + amount(*source.network, source.asset, total.stolen));
    if (result.policy != trace::Policy::kPoison) {
      out("; held " + amount(*source.network, source.asset, total.held) + "; ended " +
          amount(*source.network, source.asset, total.ended) + "; difference 0");
    } else {
      out("; poison marks places: its sums have no meaning");
    }
    out("\n");
    std::vector<const Holding*> rows;
    for (const Holding& h : result.holdings)
      if (h.source == s) rows.push_back(&h);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Holding* a, const Holding* b) { return b->origin < a->origin; });
    size_t address_width = 7, amount_width = 4, origin_width = 6;
    for (const Holding* h : rows) {
      address_width = std::max(address_width, text_of(*h->network, h->address).size());
      amount_width = std::max(amount_width, amount(*h->network, h->asset, h->amount).size());
      origin_width = std::max(origin_width,
                              inquiry::show_amount(traced.incidents, *source.network, source.asset, h->origin).size());
    }
    if (!rows.empty()) {
      out("  " + pad("HELD BY", address_width) + "  " + pad_left("AMOUNT", amount_width) + "  " +
          pad_left("ORIGIN", origin_width) + "  HOPS  LAST                  ROLE\n");
    }
    for (const Holding* h : rows) {
      out("  " + pad(text_of(*h->network, h->address), address_width) + "  " +
          pad_left(amount(*h->network, h->asset, h->amount), amount_width) + "  " +
          pad_left(inquiry::show_amount(traced.incidents, *source.network, source.asset, h->origin), origin_width) +
          "  " + pad_left(std::to_string(h->hops), 4) + "  " + base::format_time(h->last_time) + "  " +
          (h->inferred ? "INFERRED " : "") + inquiry::known_role(traced.incidents, *h->network, h->address) +
          (h->transaction
               ? (inquiry::known_role(traced.incidents, *h->network, h->address).empty() ? "" : " ") + outpoint_of(*h)
               : "") +
          "\n");
    }
    std::map<std::string, std::pair<uint64_t, base::Uint256>> ended;
    for (const Terminal& t : result.terminals) {
      if (t.source != s) continue;
      auto& sum = ended[std::string(trace::terminal_name(t.kind)) + (t.name == 0 ? "" : " " + result.name_of(t)) +
                        (t.inferred ? " (inferred)" : "")];
      ++sum.first;
      if (result.policy != trace::Policy::kPoison) sum.second += t.origin;
    }
    for (const auto& [name, sum] : ended) {
      out("  ended as " + name + ": " + std::to_string(sum.first) + " times" +
          (result.policy == trace::Policy::kPoison
               ? ""
               : ", origin " + inquiry::show_amount(traced.incidents, *source.network, source.asset, sum.second)) +
          "\n");
    }
  }
  print_links_summary(result, out);
  for (const auto& u : result.unexplained) {
    out("\nPaid out beyond what the ledger holds (taken as clean): " + amount(*u.network, u.asset, u.amount) + "\n");
  }
  out("\nVisited " + std::to_string(result.visited_transactions) + " transactions, " +
      std::to_string(result.visited_addresses) + " addresses.\n");
}

void print_trail_json(const inquiry::Traced& traced, const std::vector<trace::TrailStep>& trail,
                      const base::TextSink& out) {
  base::JsonWriter json(out);
  json.begin_object();
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) json.field("marking", marking);
  json.field("policy", trace::policy_name(traced.result.policy));
  json.field("ledger", base::to_hex(traced.result.ledger_digest));
  json.key("steps");
  json.begin_array();
  for (const trace::TrailStep& step : trail) {
    json.begin_object();
    json.compact(true);
    json.field("chain", step.network->name);
    json.field("height", step.height);
    json.field("time", base::format_time(step.time));
    json.field("transaction", chain::format_hash(*step.network, step.transaction));
    json.field("position", step.position);
    json.field("asset", text_of(*step.network, step.asset));
    if (!step.from.is_none()) json.field("from", text_of(*step.network, step.from));
    if (step.from_transaction)
      json.field("spends",
                 chain::format_hash(*step.network, *step.from_transaction) + ":" + std::to_string(step.from_output));
    if (!step.to.is_none()) json.field("to", text_of(*step.network, step.to));
    if (!step.ends.empty()) json.field("ends", step.ends);
    json.field("incident", traced.result.sources[step.source].incident);
    json.field("stolen_asset",
               text_of(*traced.result.sources[step.source].network, traced.result.sources[step.source].asset));
    json.field("amount", to_decimal(step.amount));
    json.field("origin", to_decimal(step.origin));
    json.field("theft", step.theft);
    json.field("mixed", step.mixed);
    if (step.inferred) json.field("inferred", true);
    if (step.link != UINT32_MAX) {
      json.key(step.into_link ? "into_link" : "out_of_link");
      json.begin_object();
      link_fields(json, traced.result.links[step.link].link, *traced.ledger);
      json.end_object();
    }
    json.end_object();
    json.compact(false);
  }
  json.end_array();
  json.end_object();
}

void print_trail_table(const inquiry::Traced& traced, const std::vector<trace::TrailStep>& trail,
                       const base::TextSink& out) {
  size_t number = 0;
  if (const std::string marking = inquiry::marking_of(traced); !marking.empty()) out(marking + "\n");
  for (const trace::TrailStep& step : trail) {
    const trace::Source& source = traced.result.sources[step.source];
    const auto party = [&](const chain::AddressKey& key) {
      if (key.is_none()) return std::string("(none)");
      const std::string role = inquiry::known_role(traced.incidents, *step.network, key);
      return text_of(*step.network, key) + (role.empty() ? "" : " [" + role + "]");
    };
    out(std::to_string(++number) + ". " + base::format_time(step.time) + "  " + (step.theft ? "THEFT " : "") +
        inquiry::show_amount(traced.incidents, *step.network, step.asset, step.amount) + " " +
        inquiry::show_asset(traced.incidents, *step.network, step.asset) +
        (step.origin == step.amount
             ? ""
             : " (origin " + inquiry::show_amount(traced.incidents, *source.network, source.asset, step.origin) + ")") +
        (step.mixed ? " (mixed: all that this movement carried)" : "") + "\n   from " + party(step.from) +
        "\n   to   " +
        (step.ends.empty() ? party(step.to) : step.ends + " " + (step.to.is_none() ? "" : party(step.to))) + "\n   " +
        std::string(step.network->name) + " block " + std::to_string(step.height) + ", transaction " +
        chain::format_hash(*step.network, step.transaction) + ", position " + std::to_string(step.position) + "\n");
    if (step.link == UINT32_MAX) continue;
    const resolve::Link& link = traced.result.links[step.link].link;
    out("   " + std::string(step.into_link ? "into " : "out of ") + describe_link(link) + "\n");
    if (step.into_link)
      for (const std::string& evidence : link.evidence) out("     " + evidence + "\n");
  }
}
}  // namespace jindo::report
