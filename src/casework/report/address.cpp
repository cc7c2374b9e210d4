// An address's page as JSON and for people.
#include "report/address.h"

#include "base/clock.h"
#include "inquiry/tracing.h"

namespace jindo::report {
namespace {
using base::to_decimal;
std::string text_of(const chain::Network& network, const chain::AddressKey& key) {
  return chain::format_address(network, key);
}
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
void print_page_json(base::JsonWriter& json, const inquiry::AddressPage& page) {
  const chain::Network& network = *page.network;
  const auto row = [&](auto fields) {
    json.begin_object();
    json.compact(true);
    fields();
    json.end_object();
    json.compact(false);
  };
  const auto rows = [&](const char* name, const auto& list, auto fields) {
    json.key(name);
    json.begin_array();
    for (const auto& item : list) row([&] { fields(item); });
    json.end_array();
  };
  json.begin_object();
  json.field("chain", network.name);
  json.field("address", text_of(network, page.address));
  if (page.owner) {
    json.key("owner");
    row([&] {
      json.field("name", page.owner->name);
      json.field("category", page.owner->category);
      json.field("basis", page.owner->basis);
      json.field("evidence", page.owner->evidence);
      json.field("confidence", static_cast<uint64_t>(page.owner->confidence));
    });
  }
  rows("tags", page.tags, [&](const attribution::Tag& tag) { tag_fields(json, tag); });
  json.field("tags_past", page.tags_past);
  if (page.cluster) {
    json.key("cluster");
    row([&] {
      json.field("first_address", text_of(network, page.cluster->first));
      json.field("addresses", page.cluster->size);
      json.field("made_by", "co-spending");
      json.field("reaches_height", page.cluster->reaches_height);
    });
  }
  if (!page.cluster_note.empty()) json.field("cluster_note", page.cluster_note);
  rows("links", page.links, [&](const inquiry::AddressLink& link) {
    json.field("kind", link.kind);
    json.field("chain", link.chain);
    json.field("address", link.address);
    json.field("evidence", link.evidence);
    json.field("confidence", static_cast<uint64_t>(link.confidence));
  });
  if (page.movements > 0) {
    json.field("first_time", base::format_time(page.first_time));
    json.field("last_time", base::format_time(page.last_time));
  }
  if (network.model == chain::LedgerModel::kUtxo) {
    json.field("outputs_received", page.outputs_received);
    json.field("outputs_spent", page.outputs_spent);
  } else {
    json.field("movements", page.movements);
  }
  json.field("assets", page.assets);
  rows("totals", page.totals, [&](const inquiry::AssetTotal& t) {
    json.field("asset", chain::format_asset(network, t.asset));
    json.field("movements", t.movements);
    if (t.overflowed) {
      json.field("overflowed", true);
    } else {
      json.field("received", to_decimal(t.received));
      json.field("sent", to_decimal(t.sent));
    }
  });
  json.key("counterparties");
  json.begin_object();
  json.field("of_latest_movements", page.counterparties_of);
  rows("list", page.counterparties, [&](const inquiry::Counterparty& c) {
    json.field("address", text_of(network, c.address));
    if (!c.owner.empty()) json.field("owner", c.owner);
    json.field("movements_in", c.in);
    json.field("movements_out", c.out);
    json.field("coin_received", to_decimal(c.received));
    json.field("coin_sent", to_decimal(c.sent));
  });
  json.end_object();
  rows("exposure", page.exposures, [&](const inquiry::Exposure& e) {
    json.field("incident", e.incident);
    json.field("asset", chain::format_asset(network, e.asset));
    json.field("received", to_decimal(e.received));
    json.field("held", to_decimal(e.held));
    json.field("ended", to_decimal(e.ended));
  });
  if (!page.exposure_notes.empty()) {
    json.key("exposure_notes");
    json.begin_array();
    for (const std::string& note : page.exposure_notes) json.string(note);
    json.end_array();
  }
  rows("movements_page", page.page, [&](const inquiry::PageMovement& m) {
    json.field("chain", network.name);
    json.field("direction", m.direction);
    json.field("height", m.height);
    json.field("time", base::format_time(m.time));
    json.field("transaction", chain::format_hash(network, m.transaction));
    json.field("position", m.position);
    json.field("asset", chain::format_asset(network, m.asset));
    json.field("amount", to_decimal(m.amount));
    if (!m.counterparty.is_none()) json.field("counterparty", text_of(network, m.counterparty));
    if (!m.outpoint.empty()) json.field("outpoint", m.outpoint);
    if (!m.spent_by.empty()) json.field("spent_by", m.spent_by);
  });
  json.end_object();
}
}  // namespace

void print_address_json(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.begin_array();
  for (const inquiry::AddressPage& page : pages) print_page_json(json, page);
  json.end_array();
}

void print_address_table(const std::vector<inquiry::AddressPage>& pages, const base::TextSink& out) {
  for (const inquiry::AddressPage& page : pages) {
    const chain::Network& network = *page.network;
    const auto amount = [&](const chain::AddressKey& asset, const base::Uint256& value) {
      return inquiry::show_amount({}, network, asset, value) + " " + inquiry::show_asset({}, network, asset);
    };
    const bool utxo = network.model == chain::LedgerModel::kUtxo;
    out(std::string(network.name) + " " + text_of(network, page.address) + ": " +
        (utxo ? std::to_string(page.outputs_received) + " outputs received, " + std::to_string(page.outputs_spent) +
                    " spent"
              : std::to_string(page.movements) + " movements of " + std::to_string(page.assets) + " assets") +
        "\n");
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
          text_of(network, page.cluster->first) + ", to block " + std::to_string(page.cluster->reaches_height) + "\n");
    if (!page.cluster_note.empty()) out("  note: " + page.cluster_note + "\n");
    for (const inquiry::AddressLink& link : page.links)
      out("  " + link.kind + ": " + link.chain + " " + link.address + ", " + link.evidence + ", confidence " +
          std::to_string(link.confidence) + "\n");
    if (page.movements > 0)
      out("  seen " + base::format_time(page.first_time) + " to " + base::format_time(page.last_time) + "\n");
    for (const inquiry::AssetTotal& t : page.totals)
      out("  total: " +
          (t.overflowed ? "sums beyond 2^256 of " + inquiry::show_asset({}, network, t.asset)
                        : "received " + amount(t.asset, t.received) + ", sent " + amount(t.asset, t.sent)) +
          "\n");
    if (page.totals.size() < page.assets)
      out("  … and " + std::to_string(page.assets - page.totals.size()) + " more assets\n");
    if (!page.counterparties.empty())
      out("  counterparties of the latest " + std::to_string(page.counterparties_of) + " movements:\n");
    for (const inquiry::Counterparty& c : page.counterparties)
      out("    " + text_of(network, c.address) + (c.owner.empty() ? "" : " (" + c.owner + ")") + "  in " +
          std::to_string(c.in) + ", out " + std::to_string(c.out) + "\n");
    for (const inquiry::Exposure& e : page.exposures)
      out("  exposure to " + e.incident + ": received " + amount(e.asset, e.received) + ", holds " +
          amount(e.asset, e.held) + (e.ended.is_zero() ? "" : ", ended here " + amount(e.asset, e.ended)) + "\n");
    for (const std::string& note : page.exposure_notes) out("  exposure not known: " + note + "\n");
    for (const inquiry::PageMovement& m : page.page) {
      const std::string hash = chain::format_hash(network, m.transaction);
      out("  " + base::format_time(m.time) + "  block " + std::to_string(m.height) + "  " + m.direction + "  " +
          amount(m.asset, m.amount) +
          (m.counterparty.is_none() ? ""
                                    : (m.direction == "in" ? "  from " : "  to ") + text_of(network, m.counterparty)) +
          "  " + (m.outpoint.empty() ? hash : m.outpoint) + (m.spent_by.empty() ? "" : "  spent by " + m.spent_by) +
          "\n");
    }
    if (page.page.size() < page.movements)
      out("  … " + std::to_string(page.movements) + " in all; --from HEIGHT and --limit N page through them\n");
  }
}
}  // namespace jindo::report
