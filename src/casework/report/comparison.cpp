// A comparison as JSON, and as text for people.
#include "report/comparison.h"

#include "report/link_text.h"

namespace jindo::report {
namespace {
void print_as_json(const inquiry::Comparison& comparison, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.object([&] {
    if (!comparison.marking.empty()) json.field("marking", comparison.marking);
    json.list("incidents", comparison.incidents);
    json.objects("shared", comparison.shared, [&](const inquiry::SharedThing& thing) {
      json.field("kind", thing.kind);
      json.field("what", thing.what);
      json.field("weight", confidence_text(thing.weight));
      if (thing.popularity > 0) json.field("popularity", thing.popularity);
      json.list("incidents", thing.incidents);
      json.field("evidence", thing.evidence);
      json.field("note", thing.note);
    });
  });
}
std::string with_commas(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}
void print_as_text(const inquiry::Comparison& comparison, const base::TextSink& out) {
  if (!comparison.marking.empty()) out(comparison.marking + "\n");
  out("What " + with_commas(comparison.incidents) + " share, the weightiest first.\n\n");
  for (const inquiry::SharedThing& thing : comparison.shared)
    out(confidence_text(thing.weight / 1000 * 1000) + "  " + thing.kind + " " + thing.what + "\n   " +
        with_commas(thing.incidents) + ": " + thing.note + "\n   " + thing.evidence + "\n");
  if (comparison.shared.empty()) out("Nothing that this ledger shows.\n");
  out("\nA shared thing is a lead. Thieves use the same brokers, and brokers serve honest people too.\n");
}
}  // namespace

void print_comparison(const inquiry::Comparison& comparison, bool as_json, const base::TextSink& out) {
  as_json ? print_as_json(comparison, out) : print_as_text(comparison, out);
}
}  // namespace jindo::report
