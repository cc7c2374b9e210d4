// An address's page as JSON and for people.
#include "report/address.h"

#include "base/clock.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using base::to_decimal;
void tag_fields(base::JsonWriter& json, const attribution::Tag& tag) {
  json.field("id", tag.id);
  json.field("label", tag.label);
  json.field("category", attribution::name_of(tag.category));
  if (!tag.actor.empty()) json.field("actor", tag.actor);
  json.field("confidence", static_cast<uint64_t>(tag.confidence));
  json.field("confidence_term", tag.confidence_term);
  json.field("source", tag.source);
  json.field("source_kind", attribution::name_of(tag.source_kind));
  json.field("author", tag.author);
  json.field("collection", tag.collection);
  json.field("marking", attribution::name_of(tag.marking));
  if (tag.stated) json.field("stated", base::format_time(*tag.stated));
  if (!tag.seen.empty()) {
    json.field("first_seen", base::format_time(tag.seen.front().first));
    json.field("last_seen", base::format_time(tag.seen.back().last));
  }
}
// Who it is: owner, tags, cluster, links, each with what it rests on.
void who_fields(base::JsonWriter& json, const inquiry::AddressPage& page) {
  if (page.owner)
    json.row("owner", [&] {
      json.field("name", page.owner->name);
      json.field("category", page.owner->category);
      json.field("basis", page.owner->basis);
      json.field("evidence", page.owner->evidence);
      json.field("confidence", static_cast<uint64_t>(page.owner->confidence));
    });
  json.rows("tags", page.tags, [&](const attribution::Tag& tag) { tag_fields(json, tag); });
  json.field("tags_past", page.tags_past);
  if (page.cluster)
    json.row("cluster", [&] {
      json.field("first_address", chain::format_address(*page.network, page.cluster->first));
      json.field("addresses", page.cluster->size);
      json.field("made_by", "co-spending");
      json.field("reaches_height", page.cluster->reaches_height);
    });
  if (!page.cluster_note.empty()) json.field("cluster_note", page.cluster_note);
  json.rows("links", page.links, [&](const inquiry::AddressLink& link) {
    json.field("kind", link.kind);
    json.field("chain", link.chain);
    json.field("address", link.address);
    json.field("evidence", link.evidence);
    json.field("confidence", static_cast<uint64_t>(link.confidence));
  });
}
// When it was seen, and how much of what it moved.
void total_fields(base::JsonWriter& json, const inquiry::AddressPage& page) {
  if (page.movements > 0) {
    json.field("first_time", base::format_time(page.first_time));
    json.field("last_time", base::format_time(page.last_time));
  }
  if (page.network->model == chain::LedgerModel::kUtxo) {
    json.field("outputs_received", page.outputs_received);
    json.field("outputs_spent", page.outputs_spent);
  } else {
    json.field("movements", page.movements);
  }
  json.field("assets", page.assets);
  json.rows("totals", page.totals, [&](const inquiry::AssetTotal& t) {
    json.field("asset", chain::format_asset(*page.network, t.asset));
    json.field("movements", t.movements);
    if (t.overflowed) {
      json.field("overflowed", true);
    } else {
      json.field("received", to_decimal(t.received));
      json.field("sent", to_decimal(t.sent));
    }
  });
}
void counterparty_fields(base::JsonWriter& json, const inquiry::AddressPage& page) {
  json.object("counterparties", [&] {
    json.field("of_latest_movements", page.counterparties_of);
    json.rows("list", page.counterparties, [&](const inquiry::Counterparty& c) {
      json.field("address", chain::format_address(*page.network, c.address));
      if (!c.owner.empty()) json.field("owner", c.owner);
      json.field("movements_in", c.in);
      json.field("movements_out", c.out);
      json.field("coin_received", to_decimal(c.received));
      json.field("coin_sent", to_decimal(c.sent));
    });
  });
}
void exposure_fields(base::JsonWriter& json, const inquiry::AddressPage& page) {
  json.rows("exposure", page.exposures, [&](const inquiry::Exposure& e) {
    json.field("incident", e.incident);
    json.field("asset", chain::format_asset(*page.network, e.asset));
    json.field("received", to_decimal(e.received));
    json.field("held", to_decimal(e.held));
    json.field("ended", to_decimal(e.ended));
  });
  if (!page.exposure_notes.empty()) json.list("exposure_notes", page.exposure_notes);
}
void movement_fields(base::JsonWriter& json, const chain::Network& network, const inquiry::PageMovement& m) {
  json.field("chain", network.name);
  json.field("direction", m.direction);
  json.field("height", m.height);
  json.field("time", base::format_time(m.time));
  json.field("transaction", chain::format_hash(network, m.transaction));
  json.field("position", m.position);
  json.field("asset", chain::format_asset(network, m.asset));
  json.field("amount", to_decimal(m.amount));
  if (!m.counterparty.is_none()) json.field("counterparty", chain::format_address(network, m.counterparty));
  if (!m.outpoint.empty()) json.field("outpoint", m.outpoint);
  if (!m.spent_by.empty()) json.field("spent_by", m.spent_by);
}

void page_fields(base::JsonWriter& json, const inquiry::AddressPage& page) {
  json.field("chain", page.network->name);
  json.field("address", chain::format_address(*page.network, page.address));
  if (!page.coverage_note.empty()) json.field("coverage", page.coverage_note);
  who_fields(json, page);
  total_fields(json, page);
  counterparty_fields(json, page);
  exposure_fields(json, page);
  json.rows("movements_page", page.page,
            [&](const inquiry::PageMovement& m) { movement_fields(json, *page.network, m); });
}

// ---- for people -----------------------------------------------------------------------------------------------------
void print_who(const inquiry::AddressPage& page, const base::TextSink& out) {
  if (page.owner)
    out("  owner: " + page.owner->name + " (" + page.owner->category + "), by " + page.owner->basis + ": " +
        page.owner->evidence + ", confidence " + std::to_string(page.owner->confidence) + "\n");
  for (const attribution::Tag& tag : page.tags)
    out("  tag " + std::to_string(tag.id) + ": " + tag.label + " [" + attribution::name_of(tag.category) + "], " +
        std::to_string(tag.confidence) + " " + tag.confidence_term + ", " + tag.author + ", " + tag.collection +
        (tag.source.empty() ? "" : ", " + tag.source) + ", " + attribution::name_of(tag.marking) + "\n");
  if (page.tags_past > 0) out("  " + std::to_string(page.tags_past) + " tags are past; 'jindo tag show' has them\n");
  if (page.cluster)
    out("  cluster: " + std::to_string(page.cluster->size) + " addresses by co-spending, the first " +
        chain::format_address(*page.network, page.cluster->first) + ", to block " +
        std::to_string(page.cluster->reaches_height) + "\n");
  if (!page.cluster_note.empty()) out("  note: " + page.cluster_note + "\n");
  if (!page.coverage_note.empty()) out("  " + page.coverage_note + "\n");
  for (const inquiry::AddressLink& link : page.links)
    out("  " + link.kind + ": " + link.chain + " " + link.address + ", " + link.evidence + ", confidence " +
        std::to_string(link.confidence) + "\n");
}
std::string amount_text(const chain::Network& network, const chain::AddressKey& asset, const base::Uint256& value) {
  return amount_and_asset({}, network, asset, value);
}
void print_totals(const inquiry::AddressPage& page, const base::TextSink& out) {
  const chain::Network& network = *page.network;
  if (page.movements > 0)
    out("  seen " + base::format_time(page.first_time) + " to " + base::format_time(page.last_time) + "\n");
  for (const inquiry::AssetTotal& t : page.totals)
    out("  total: " +
        (t.overflowed ? "sums beyond 2^256 of " + inquiry::show_asset({}, network, t.asset)
                      : "received " + amount_text(network, t.asset, t.received) + ", sent " +
                            amount_text(network, t.asset, t.sent)) +
        "\n");
  if (page.totals.size() < page.assets)
    out("  … and " + std::to_string(page.assets - page.totals.size()) + " more assets\n");
  if (!page.counterparties.empty())
    out("  counterparties of the latest " + std::to_string(page.counterparties_of) + " movements:\n");
  for (const inquiry::Counterparty& c : page.counterparties)
    out("    " + chain::format_address(network, c.address) + (c.owner.empty() ? "" : " (" + c.owner + ")") + "  in " +
        std::to_string(c.in) + ", out " + std::to_string(c.out) + "\n");
  for (const inquiry::Exposure& e : page.exposures)
    out("  exposure to " + e.incident + ": received " + amount_text(network, e.asset, e.received) + ", holds " +
        amount_text(network, e.asset, e.held) +
        (e.ended.is_zero() ? "" : ", ended here " + amount_text(network, e.asset, e.ended)) + "\n");
  for (const std::string& note : page.exposure_notes) out("  exposure not known: " + note + "\n");
}
void print_movement(const chain::Network& network, const inquiry::PageMovement& m, const base::TextSink& out) {
  const std::string hash = chain::format_hash(network, m.transaction);
  const std::string other = m.counterparty.is_none() ? "" : chain::format_address(network, m.counterparty);
  out("  " + base::format_time(m.time) + "  block " + std::to_string(m.height) + "  " + m.direction + "  " +
      amount_text(network, m.asset, m.amount) +
      (m.counterparty.is_none() ? "" : (m.direction == "in" ? "  from " : "  to ") + other) + "  " +
      (m.outpoint.empty() ? hash : m.outpoint) + (m.spent_by.empty() ? "" : "  spent by " + m.spent_by) + "\n");
}
}  // namespace

void print_address_json(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.begin_array();
  for (const inquiry::AddressPage& page : pages) json.object([&] { page_fields(json, page); });
  json.end_array();
}

void print_address_table(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out) {
  for (const inquiry::AddressPage& page : pages) {
    const chain::Network& network = *page.network;
    const bool utxo = network.model == chain::LedgerModel::kUtxo;
    out(std::string(network.name) + " " + chain::format_address(network, page.address) + ": " +
        (utxo ? std::to_string(page.outputs_received) + " outputs received, " + std::to_string(page.outputs_spent) +
                    " spent"
              : std::to_string(page.movements) + " movements of " + std::to_string(page.assets) + " assets") +
        "\n");
    print_who(page, out);
    print_totals(page, out);
    for (const inquiry::PageMovement& m : page.page) print_movement(network, m, out);
    if (page.page.size() < page.movements)
      out("  … " + std::to_string(page.movements) + " in all; --from HEIGHT and --limit N page through them\n");
  }
}
}  // namespace jindo::report
