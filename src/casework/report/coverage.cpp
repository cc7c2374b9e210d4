// Coverage as JSON, as lines for people, as a section of a page.
#include "report/coverage.h"

#include "base/clock.h"
#include "base/hex.h"
#include "inquiry/fetch_next.h"
#include "report/markup.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
std::string words(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& word : list) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string percent(uint64_t millionth) {
  const std::string tenths = std::to_string(millionth / 1000);  // tenths of a percent
  const std::string whole = tenths.size() > 1 ? tenths.substr(0, tenths.size() - 1) : "0";
  return whole + "." + tenths.back() + " %";
}

std::string fetch_line(const inquiry::Traced& traced, const inquiry::NextFetch& next) {
  const trace::Source& source = traced.result.sources[next.source];
  const bool poison = traced.result.policy == trace::Policy::kPoison;
  return chain::format_address(*next.network, next.address) + " (" + std::string(next.network->name) + ", since " +
         base::format_time(next.since) + "): " +
         (poison ? "reached by " + source.incident
                 : percent(next.share_millionth) + " of what " + source.incident + " lost, " +
                       amount_and_asset(traced.incidents, *source.network, source.asset, next.origin));
}

bool covered(const inquiry::Traced& traced) {
  if (!traced.ledger) return false;
  for (const ledger::LedgerChain& chain : traced.ledger->chains())
    if (!chain.coverage.empty()) return true;
  return false;
}
}  // namespace

void coverage_fields(base::JsonWriter& json, const ledger::Coverage& coverage) {
  json.field("heights", coverage.heights_are_times ? "times" : "blocks");
  json.array("unknown", [&] {
    for (const std::string& word : coverage.unknown) json.string(word);
  });
  json.rows("sources", coverage.sources, [&](const ledger::CoverageSource& source) {
    json.field("name", source.name);
    json.field("format", source.format);
    json.field("sha256", base::to_hex(source.digest));
    json.field("rows", source.rows);
    json.field("movements", source.movements);
    json.array("unknown", [&] {
      for (const std::string& word : source.unknown) json.string(word);
    });
  });
  json.rows("histories", coverage.histories, [&](const ledger::CoverageHistory& history) {
    json.field("address", history.address);
    json.field("from", base::format_time(history.first_time));
    json.field("to", base::format_time(history.last_time));
    json.field("whole", history.whole);
  });
}

void coverage_field(base::JsonWriter& json, const inquiry::Traced& traced) {
  if (!covered(traced)) return;
  json.array("coverage", [&] {
    for (const ledger::LedgerChain& chain : traced.ledger->chains()) {
      if (chain.coverage.empty()) continue;
      json.object([&] {
        json.field("chain", chain.network->name);
        coverage_fields(json, chain.coverage);
      });
    }
  });
}

void fetch_next_field(base::JsonWriter& json, const inquiry::Traced& traced) {
  if (!covered(traced)) return;
  json.rows("fetch_next", inquiry::fetch_next(traced, kFetchNextMax), [&](const inquiry::NextFetch& next) {
    const trace::Source& source = traced.result.sources[next.source];
    json.field("chain", next.network->name);
    json.field("address", chain::format_address(*next.network, next.address));
    json.field("incident", source.incident);
    json.field("stolen_asset", chain::format_asset(*source.network, source.asset));
    json.field("origin", base::to_decimal(next.origin));
    json.field("share_millionth", next.share_millionth);
    json.field("since", base::format_time(next.since));
  });
}

std::string coverage_sentence(const ledger::LedgerChain& chain) {
  const ledger::Coverage& coverage = chain.coverage;
  if (coverage.empty()) return "";
  std::string out = std::string(chain.network->name) + " is made of " + std::to_string(coverage.sources.size()) +
                    (coverage.sources.size() == 1 ? " export" : " exports") + ", not of the whole chain";
  if (!coverage.unknown.empty()) out += "; not known: " + words(coverage.unknown);
  if (coverage.heights_are_times) out += "; heights are unix seconds";
  return out;
}

void print_partial(const inquiry::Traced& traced, const base::TextSink& out) {
  if (!traced.ledger) return;
  for (const ledger::LedgerChain& chain : traced.ledger->chains())
    if (const std::string text = coverage_sentence(chain); !text.empty()) out("Partial: " + text + ".\n");
}

void print_coverage(const inquiry::Traced& traced, const base::TextSink& out) {
  if (!covered(traced)) return;
  out("\n");
  print_partial(traced, out);
  const auto next = inquiry::fetch_next(traced, kFetchNextMax);
  if (next.empty()) return;
  out("Fetch next (most of the theft first; what rests there may have gone on):\n");
  for (const inquiry::NextFetch& one : next) out("  " + fetch_line(traced, one) + "\n");
}

void print_coverage_html(const inquiry::Traced& traced, const base::TextSink& out) {
  if (!covered(traced)) return;
  out("\n<h2>What this rests on</h2>");
  for (const ledger::LedgerChain& chain : traced.ledger->chains()) {
    if (chain.coverage.empty()) continue;
    out("<p><strong>Partial:</strong> " + escape_markup(coverage_sentence(chain)) + ".</p><ul>");
    for (const ledger::CoverageSource& source : chain.coverage.sources) {
      out("<li>" + escape_markup(source.name) + " (" + escape_markup(source.format) + "), " +
          std::to_string(source.movements) + " movements, SHA-256 <code>" + base::to_hex(source.digest) +
          "</code></li>");
    }
    out("</ul>");
  }
  const auto next = inquiry::fetch_next(traced, kFetchNextMax);
  if (next.empty()) return;
  out("<p>Fetch next, most of the theft first; what rests there may have gone on:</p><ul>");
  for (const inquiry::NextFetch& one : next) out("<li>" + escape_markup(fetch_line(traced, one)) + "</li>");
  out("</ul>");
}
}  // namespace jindo::report
