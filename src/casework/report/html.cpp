// The report: one HTML file with its picture inside, no script and nothing fetched, that a prosecutor can read and
// print. One function a part of the page, in the order written.
#include "base/clock.h"
#include "base/hex.h"
#include "inquiry/figures.h"
#include "report/coverage.h"
#include "report/flow_picture.h"
#include "report/formats.h"
#include "report/link_text.h"
#include "report/markup.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
constexpr size_t kPictureNodesMax = 60;
constexpr size_t kTerminalRowsMax = 500, kLinkRowsMax = 200;  // of a table; JSON lists them all
constexpr const char* kStyle =
    "body{font:15px/1.5 system-ui,sans-serif;color:#1c2128;max-width:1180px;margin:2em auto;padding:0 1.2em}"
    "h1{font-size:1.6em;margin-bottom:.1em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid "
    "#d0d7de;padding-bottom:.2em}"
    "table{border-collapse:collapse;width:100%;font-size:13px}th{text-align:left;border-bottom:1px solid "
    "#8c959f}td,th{padding:.25em .6em .25em 0;vertical-align:top}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code{font-size:12px;word-break:"
    "break-all}"
    ".lead{color:#57606a;margin-top:0}.figures{display:flex;flex-wrap:wrap;gap:1em}.figures div{border:1px solid "
    "#d0d7de;border-radius:6px;padding:.6em 1em}"
    ".figures b{display:block;font-size:1.25em}.picture{overflow-x:auto;border:1px solid "
    "#d0d7de;border-radius:6px}svg{min-width:900px;width:100%;height:auto}"
    "svg text{font:11px system-ui,sans-serif;fill:#1c2128}svg "
    ".column{font-size:12px;fill:#57606a}.ribbon,.back{fill:none;stroke:#b3261e;stroke-opacity:.28}.back{stroke:#"
    "57606a;stroke-dasharray:4 3}"
    ".repeat{font-size:12px;white-space:pre-wrap;word-break:break-all}"
    "@media print{body{margin:0}.picture{break-inside:avoid}}";

std::string policy_words(trace::Policy policy) {
  switch (policy) {
    case trace::Policy::kFifo:
      return "First in, first out (fifo): what a holder received first leaves first, the rule of Clayton's Case "
             "(1816), applied to crypto-assets by Anderson, Shumailov, Ahmed and Rietmann, “Bitcoin Redux” (2018).";
    case trace::Policy::kLifo:
      return "Last in, first out (lifo): what a holder received last leaves first.";
    case trace::Policy::kHaircut:
      return "Haircut: each payment takes its proportional part of the stolen and of the other value (Möser, Böhme, "
             "Breuker, 2014).";
    case trace::Policy::kPoison:
      return "Poison: everything paid out of a holding with any stolen part counts as tainted (Möser, Böhme, Breuker, "
             "2014). Places have meaning; sums do not.";
    case trace::Policy::kTiho:
      return "Taint in, highest out (tiho): stolen value leaves first, to the highest-valued output first (Tironsakkul "
             "et al., 2019).";
  }
  return "";
}
std::string code(const std::string& text) { return "<code>" + escape_markup(text) + "</code>"; }

class Page {
 public:
  Page(const inquiry::Traced& traced, const std::string& command, const base::TextSink& out)
      : traced_(traced), result_(traced.result), figures_(inquiry::figures_of(traced)), command_(command), out_(out) {}
  void print(const std::function<void(const base::TextSink&)>& findings) {
    head();
    figures();
    picture();
    thefts();
    if (findings) findings(out_);
    holdings();
    endings();
    links(true);
    links(false);
    print_coverage_html(traced_, out_);
    method();
    repeating();
    sources();
    out_("\n</body></html>\n");
  }

 private:
  bool poison() const { return result_.policy == trace::Policy::kPoison; }
  std::string amount(const chain::Network& network, const chain::AddressKey& asset, const base::Uint256& value) const {
    return escape_markup(amount_and_asset(traced_.incidents, network, asset, value));
  }

  // Title, marking, policy, and the ledger's state that it rests on.
  void head() {
    const std::string title = escape_markup(names_of(traced_.incidents));
    const std::string marking = escape_markup(inquiry::marking_of(traced_));
    out_(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>Money trail: " +
        title + "</title><style>" + kStyle + "</style></head><body>\n");
    out_("<h1>Money trail: " + title + "</h1>" +
         (marking.empty() ? "" : "<p class=\"lead\"><b>" + marking + "</b></p>") + "<p class=\"lead\">Policy " +
         std::string(trace::policy_name(result_.policy)) + "; as of ");
    for (size_t c = 0; c < result_.chains.size(); ++c)
      out_((c > 0 ? ", " : "") + std::string(result_.chains[c].network->name) + " block " +
           std::to_string(result_.chains[c].tip_height) + " (" + base::format_time(result_.chains[c].tip_time) + ")");
    out_("; ledger state " + code(base::to_hex(result_.ledger_digest)) + "</p>\n");
  }

  // What was stolen, and what of it is held and ended; what each means is said where it is pointed at.
  void figures() {
    out_("<div class=\"figures\">");
    for (size_t s = 0; s < result_.sources.size(); ++s) {
      const trace::Source& source = result_.sources[s];
      const inquiry::Figures& figures = figures_[s];
      const bool left_out = result_.is_left_out(s);
      const auto part = [&](const char* name, const base::Uint256& value) {
        return "<span title=\"" + escape_markup(inquiry::meaning_of(name)) + "\">" + name + "</span> " +
               amount(*source.network, source.asset, value);
      };
      out_("<div>" + escape_markup(source.incident) + ": <span title=\"" +
           escape_markup(inquiry::meaning_of("stolen")) + "\">stolen</span><b>" +
           amount(*source.network, source.asset, left_out ? base::kBeyond : figures.stolen) + "</b>");
      if (left_out)
        out_("left out: no real asset has so much");
      else if (!poison())
        out_("of it " + part("held", figures.held) +
             (figures.frozen.is_zero() ? "" : "<br>of that " + part("frozen", figures.frozen)) + "<br>" +
             part("ended", figures.ended) + "<br>unaccounted for: 0");
      out_("</div>");
    }
    out_("</div>\n");
  }

  void picture() {
    out_(
        "<h2>The flow</h2><p>Each bar is an address; its height, and the width of a band, is the stolen value "
        "that passed. Red received the theft; orange still holds most of what it got; dark grey is where the trace "
        "ends. Names show when the pointer rests on a bar or band.</p><div class=\"picture\">");
    out_(draw_flow(traced_, inquiry::build_flow(traced_), kPictureNodesMax));
    out_("</div>\n");
  }

  void thefts() {
    out_("<h2>The theft</h2><table><tr><th>Incident</th><th>Date</th><th>Victim</th><th>What was taken</th></tr>");
    for (const incidents::Incident& incident : traced_.incidents) {
      for (const incidents::IncidentTheft& theft : incident.thefts)
        out_("<tr><td>" + escape_markup(incident.name) + "</td><td>" + escape_markup(incident.date) + "</td><td>" +
             escape_markup(incident.victim) + "</td><td>" + what_was_taken(theft) + "</td></tr>");
      for (const incidents::Attribution& a : incident.attribution)
        out_("<tr><td></td><td>" + escape_markup(a.date) + "</td><td></td><td>Attributed to " + escape_markup(a.actor) +
             " by " + escape_markup(a.by) + (a.confidence.empty() ? "" : " (" + escape_markup(a.confidence) + ")") +
             "</td></tr>");
    }
    out_("</table>");
  }
  std::string what_was_taken(const incidents::IncidentTheft& t) const {
    const std::string asset = escape_markup(inquiry::show_asset(traced_.incidents, *t.network, t.asset));
    if (!t.theft.transaction)
      return "all " + asset + " that " + code(chain::format_address(*t.network, *t.theft.address)) + " received from " +
             base::format_time(t.theft.since) + " on";
    return (t.theft.amount ? amount(*t.network, t.asset, *t.theft.amount) : asset) + " in " +
           code(chain::format_hash(*t.network, *t.theft.transaction)) +
           (t.theft.to       ? " to " + code(chain::format_address(*t.network, *t.theft.to))
            : t.theft.output ? ", output " + std::to_string(*t.theft.output)
                             : "");
  }

  void holdings() {
    out_(
        "\n<h2>Where it is held</h2><table><tr><th>Chain</th><th>Address</th><th>Role</th><th "
        "class=\"n\">Amount</th>" +
        std::string(poison() ? "" : "<th class=\"n\">Of the stolen</th>") +
        "<th class=\"n\">Movements on</th><th>Last arrival</th></tr>");
    for (const trace::Holding& h : result_.holdings) {
      const trace::Source& source = result_.sources[h.source];
      out_("<tr><td>" + std::string(h.network->name) + "</td><td>" +
           code(chain::format_address(*h.network, h.address)) + (h.transaction ? "<br>" + code(outpoint_of(h)) : "") +
           "</td><td>" + (h.inferred ? std::string("<b>inferred</b> ") : std::string()) +
           escape_markup(inquiry::known_role(traced_.incidents, *h.network, h.address)) + "</td><td class=\"n\">" +
           amount(*h.network, h.asset, h.amount) + "</td>" +
           (poison() ? "" : "<td class=\"n\">" + amount(*source.network, source.asset, h.origin) + "</td>") +
           "<td class=\"n\">" + std::to_string(h.hops) + "</td><td>" + base::format_time(h.last_time) + "</td></tr>\n");
    }
    out_("</table>\n");
  }

  void endings() {
    out_("<h2>Where the trace ends</h2>");
    if (result_.terminals.empty()) {
      out_("<p>Nowhere: all of it is held at the addresses above.</p>");
      return;
    }
    out_("<table><tr><th>Time</th><th>Ends as</th><th>To</th><th>Transaction</th><th class=\"n\">Amount</th></tr>");
    for (size_t t = 0; t < result_.terminals.size() && t < kTerminalRowsMax; ++t) {
      const trace::Terminal& row = result_.terminals[t];
      out_("<tr><td>" + base::format_time(row.time) + "</td><td>" + trace::terminal_name(row.kind) +
           (row.name == 0 ? "" : " " + escape_markup(result_.name_of(row))) + "</td><td>" +
           code(chain::format_address(*row.network, row.address)) + "</td><td>" +
           code(chain::format_hash(*row.network, row.transaction)) + "</td><td class=\"n\">" +
           amount(*row.network, row.asset, row.amount) + "</td></tr>\n");
    }
    out_("</table>");
    if (result_.terminals.size() > kTerminalRowsMax)
      out_("<p>" + std::to_string(result_.terminals.size() - kTerminalRowsMax) +
           " more rows; the JSON and CSV forms of this result list them all.</p>");
  }

  // Swaps and crossings that value went through; inferred ones apart.
  void links(bool exact) {
    std::vector<const resolve::Link*> links;
    for (const trace::UsedLink& used : result_.links)
      if (used.link.exact == exact) links.push_back(&used.link);
    if (links.empty()) return;
    out_(std::string("\n<h2>") + (exact ? "Where it changed form or chain" : "Inferred: where it may have gone on") +
         "</h2><p>" +
         (exact ? "Read from the chains themselves."
                : "By amount, time or behaviour: likely, not certain. What lies behind is marked "
                  "as inferred wherever it is shown.") +
         "</p><table><tr><th>Link</th><th>From</th><th>To</th><th>Evidence</th></tr>");
    for (size_t i = 0; i < links.size() && i < kLinkRowsMax; ++i) {
      const resolve::Link& link = *links[i];
      std::string evidence;
      for (const std::string& one : link.evidence) evidence += (evidence.empty() ? "" : "<br>") + escape_markup(one);
      out_("<tr><td>" + escape_markup(describe_link(link)) + "</td><td>" + side(link.from) + "</td><td>" +
           side(link.to) + "</td><td>" + evidence + "</td></tr>\n");
    }
    out_("</table>");
    if (links.size() > kLinkRowsMax)
      out_("<p>" + std::to_string(links.size() - kLinkRowsMax) + " more; the JSON form lists them all.</p>");
  }
  std::string side(const resolve::Leg& leg) const {
    const ledger::ChainReader& reader = traced_.ledger->find(*leg.network)->reader();
    return amount(*leg.network, leg.asset, leg.amount) + "<br>" + std::string(leg.network->name) + "<br><code>" +
           chain::format_hash(*leg.network, reader.transaction_id(leg.transaction)) + "</code>";
  }

  void method() {
    out_("\n<h2>How this was made</h2><p>" + escape_markup(policy_words(result_.policy)) +
         " Every movement is taken in ledger order, all amounts are integers in the asset's smallest unit, and nothing "
         "is rounded away.");
    if (!poison())
      out_(
          " For each theft, what is held and what ended add up to what was stolen, to the last unit; the program "
          "gives no result otherwise.");
    out_(
        " An address is not a person: who controls one is a separate question, and roles above are as the named "
        "sources state them.</p>");
    for (const trace::Unexplained& u : result_.unexplained)
      out_("<p>Followed holdings paid out " + amount(*u.network, u.asset, u.amount) +
           " more than the ledger shows they had; that part is taken as clean.</p>");
  }
  void repeating() {
    out_(
        "<p>To repeat it: the same blocks give the ledger state named at the top (<code>jindo ledger info</code>). This "
        "then gives this page, byte for byte, in the folder in which it was made, or wherever its files lie the same; "
        "with <code>--format json</code> the result in full:</p><pre class=\"repeat\">" +
        escape_markup(command_) + "</pre>");
  }
  void sources() {
    bool any = false;
    for (const incidents::Incident& incident : traced_.incidents)
      for (const std::string& source : incident.sources) {
        out_((any ? "<li>" : "<h2>Sources</h2><ul><li>") + escape_markup(source) + "</li>");
        any = true;
      }
    if (any) out_("</ul>");
  }

  const inquiry::Traced& traced_;
  const trace::Result& result_;
  const std::vector<inquiry::Figures> figures_;
  const std::string& command_;
  const base::TextSink& out_;
};
}  // namespace

void print_html(const inquiry::Traced& traced, const std::string& command,
                const std::function<void(const base::TextSink&)>& findings, const base::TextSink& out) {
  Page(traced, command, out).print(findings);
}
}  // namespace jindo::report
