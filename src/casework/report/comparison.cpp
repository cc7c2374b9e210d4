// A comparison as JSON, and as text for people.
#include "report/comparison.h"

#include "report/link_text.h"

namespace jindo::report {
void print_comparison(const inquiry::Comparison& comparison, bool as_json, const base::TextSink& out) {
  if (as_json) {
    base::JsonWriter json(out);
    json.begin_object();
    if (!comparison.marking.empty()) json.field("marking", comparison.marking);
    json.key("incidents");
    json.begin_array();
    for (const std::string& incident : comparison.incidents) json.string(incident);
    json.end_array();
    json.key("shared");
    json.begin_array();
    for (const inquiry::SharedThing& thing : comparison.shared) {
      json.begin_object();
      json.field("kind", thing.kind);
      json.field("what", thing.what);
      json.field("weight", confidence_text(thing.weight));
      if (thing.popularity > 0) json.field("popularity", thing.popularity);
      json.key("incidents");
      json.begin_array();
      for (const std::string& incident : thing.incidents) json.string(incident);
      json.end_array();
      json.field("evidence", thing.evidence);
      json.field("note", thing.note);
      json.end_object();
    }
    json.end_array();
    json.end_object();
    return;
  }
  std::string names;
  for (const std::string& incident : comparison.incidents) names += (names.empty() ? "" : ", ") + incident;
  if (!comparison.marking.empty()) out(comparison.marking + "\n");
  out("What " + names + " share, the weightiest first.\n\n");
  for (const inquiry::SharedThing& thing : comparison.shared) {
    std::string who;
    for (const std::string& incident : thing.incidents) who += (who.empty() ? "" : ", ") + incident;
    out(confidence_text(thing.weight / 1000 * 1000) + "  " + thing.kind + " " + thing.what + "\n   " + who + ": " +
        thing.note + "\n   " + thing.evidence + "\n");
  }
  if (comparison.shared.empty()) out("Nothing that this ledger shows.\n");
  out("\nA shared thing is a lead. Thieves use the same brokers, and brokers serve honest people too.\n");
}
}  // namespace jindo::report
