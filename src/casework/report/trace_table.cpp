// A trace result as a table for people: a part for each theft, then what it went through, then what is not explained.
#include <algorithm>
#include <map>

#include "base/clock.h"
#include "base/hex.h"
#include "inquiry/figures.h"
#include "report/coverage.h"
#include "report/formats.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using trace::Holding;
using trace::Terminal;

std::string pad(const std::string& text, size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}
std::string pad_left(const std::string& text, size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

class TraceTable {
 public:
  TraceTable(const inquiry::Traced& traced, const base::TextSink& out)
      : traced_(traced), result_(traced.result), figures_(inquiry::figures_of(traced)), out_(out) {}
  void print() {
    head();
    for (uint32_t s = 0; s < result_.sources.size(); ++s) {
      totals(s);
      holdings(s);
      endings(s);
    }
    links();
    for (const trace::Unexplained& u : result_.unexplained)
      out_("\nPaid out beyond what the ledger holds (taken as clean): " + amount(*u.network, u.asset, u.amount) + "\n");
    for (const AbsurdAsset& a : absurd_assets(result_))
      out_("\nJunk: amounts of " + inquiry::show_asset(traced_.incidents, *a.network, a.asset) +
           " pass 2^256, which no real asset does; " +
           (a.stolen ? "thefts of it are left out.\n" : "its figures say nothing, origins are exact.\n"));
    print_coverage(traced_, out_);
    out_("\nVisited " + std::to_string(result_.visited_transactions) + " transactions, " +
         std::to_string(result_.visited_addresses) + " addresses.\n");
  }

 private:
  bool poison() const { return result_.policy == trace::Policy::kPoison; }
  std::string amount(const chain::Network& network, const chain::AddressKey& asset, const base::Uint256& value) const {
    return amount_and_asset(traced_.incidents, network, asset, value);
  }
  // In the source's own asset, without its name.
  std::string origin(uint32_t s, const base::Uint256& value) const {
    return inquiry::show_amount(traced_.incidents, *result_.sources[s].network, result_.sources[s].asset, value);
  }

  void head() {
    out_(std::string("Policy ") + trace::policy_name(result_.policy) + "; ledger " +
         base::to_hex(result_.ledger_digest).substr(0, 16) + "…");
    for (const trace::ChainState& chain : result_.chains)
      out_("; " + std::string(chain.network->name) + " to block " + std::to_string(chain.tip_height) + " (" +
           base::format_time(chain.tip_time) + ")");
    out_("\n");
    if (const std::string marking = inquiry::marking_of(traced_); !marking.empty()) out_(marking + "\n");
  }

  void totals(uint32_t s) {
    const trace::Source& source = result_.sources[s];
    const inquiry::Figures& total = figures_[s];
    if (result_.is_left_out(s)) {
      out_("\n" + source.incident + ": stolen " + amount(*source.network, source.asset, base::kBeyond) +
           "; left out: no real asset has so much\n");
      return;
    }
    out_("\n" + source.incident + ": stolen " + amount(*source.network, source.asset, total.stolen));
    if (poison())
      out_("; poison marks places: its sums have no meaning");
    else
      out_("; held " + amount(*source.network, source.asset, total.held) +
           (total.frozen.is_zero() ? "" : " (frozen " + amount(*source.network, source.asset, total.frozen) + ")") +
           "; ended " + amount(*source.network, source.asset, total.ended) + "; difference 0");
    out_("\n");
  }

  // Where it is held, the most first, in columns as wide as the widest.
  void holdings(uint32_t s) {
    std::vector<const Holding*> rows;
    for (const Holding& h : result_.holdings)
      if (h.source == s) rows.push_back(&h);
    if (rows.empty()) return;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Holding* a, const Holding* b) { return b->origin < a->origin; });
    size_t address_width = 7, amount_width = 4, origin_width = 6;
    for (const Holding* h : rows) {
      address_width = std::max(address_width, chain::format_address(*h->network, h->address).size());
      amount_width = std::max(amount_width, amount(*h->network, h->asset, h->amount).size());
      origin_width = std::max(origin_width, origin(s, h->origin).size());
    }
    out_("  " + pad("HELD BY", address_width) + "  " + pad_left("AMOUNT", amount_width) + "  " +
         pad_left("ORIGIN", origin_width) + "  HOPS  LAST                  ROLE\n");
    for (const Holding* h : rows) {
      const std::string role = inquiry::known_role(traced_.incidents, *h->network, h->address);
      out_("  " + pad(chain::format_address(*h->network, h->address), address_width) + "  " +
           pad_left(amount(*h->network, h->asset, h->amount), amount_width) + "  " +
           pad_left(origin(s, h->origin), origin_width) + "  " + pad_left(std::to_string(h->hops), 4) + "  " +
           base::format_time(h->last_time) + "  " + (h->inferred ? "INFERRED " : "") + role +
           (h->transaction ? (role.empty() ? "" : " ") + outpoint_of(*h) : "") + "\n");
    }
  }

  // Terminals of the theft, summed by what they are called.
  void endings(uint32_t s) {
    std::map<std::string, std::pair<uint64_t, base::Uint256>> ended;
    for (const Terminal& t : result_.terminals) {
      if (t.source != s) continue;
      auto& sum = ended[std::string(trace::terminal_name(t.kind)) + (t.name == 0 ? "" : " " + result_.name_of(t)) +
                        (t.inferred ? " (inferred)" : "")];
      ++sum.first;
      if (!poison()) sum.second += t.origin;
    }
    for (const auto& [name, sum] : ended)
      out_("  ended as " + name + ": " + std::to_string(sum.first) + " times" +
           (poison() ? "" : ", origin " + origin(s, sum.second)) + "\n");
  }

  // How often stolen value went through links, by what they are.
  void links() {
    std::map<std::string, uint64_t> counts;
    for (const trace::UsedLink& used : result_.links) {
      const resolve::Link& link = used.link;
      ++counts[std::string(resolve::link_kind_name(link.kind)) + (link.service.empty() ? "" : " by " + link.service) +
               (link.exact ? ", exact" : ", inferred (" + link.rule + ")")];
    }
    if (!counts.empty()) out_("\nWent through:\n");
    for (const auto& [what, count] : counts) out_("  " + std::to_string(count) + " x " + what + "\n");
  }

  const inquiry::Traced& traced_;
  const trace::Result& result_;
  const std::vector<inquiry::Figures> figures_;
  const base::TextSink& out_;
};
}  // namespace

void print_table(const inquiry::Traced& traced, const base::TextSink& out) { TraceTable(traced, out).print(); }
}  // namespace jindo::report
