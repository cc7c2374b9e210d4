// A trace result as CSV: a row a holding, then a row a terminal, under one header.
#include "base/clock.h"
#include "report/formats.h"
#include "report/link_text.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
using base::to_decimal;

std::string holding_line(const trace::Holding& h, const trace::Source& source) {
  return "holding,," + std::string(h.network->name) + "," + chain::format_asset(*h.network, h.asset) + "," +
         chain::format_address(*h.network, h.address) + "," + outpoint_of(h) + "," + source.incident + "," +
         chain::format_asset(*source.network, source.asset) + "," + to_decimal(h.amount) + "," + to_decimal(h.origin) +
         "," + std::to_string(h.hops) + "," + base::format_time(h.first_time) + "," + base::format_time(h.last_time) +
         ",," + (h.inferred ? "true" : "") + "," + std::string(source.network->name);
}
std::string terminal_line(const trace::Terminal& t, const std::string& name, const trace::Source& source) {
  return std::string("terminal,") + trace::terminal_name(t.kind) + "," + std::string(t.network->name) + "," +
         chain::format_asset(*t.network, t.asset) + "," + chain::format_address(*t.network, t.address) + "," +
         chain::format_hash(*t.network, t.transaction) + "," + source.incident + "," +
         chain::format_asset(*source.network, source.asset) + "," + to_decimal(t.amount) + "," + to_decimal(t.origin) +
         ",," + base::format_time(t.time) + "," + base::format_time(t.time) + "," + csv_text(name) + "," +
         (t.inferred ? "true" : "") + "," + std::string(source.network->name);
}
}  // namespace

void print_csv(const inquiry::Traced& traced, const base::TextSink& out) {
  const trace::Result& result = traced.result;
  out("record,kind,chain,asset,address,outpoint_or_transaction,incident,stolen_asset,amount,origin,hops,first_time,"
      "last_time,name,inferred,stolen_chain");
  // A column more where there is something to carry.
  const std::string marking = inquiry::marking_of(traced);
  const std::string end = marking.empty() ? "\n" : "," + marking + "\n";
  out(marking.empty() ? "\n" : ",marking\n");
  for (const trace::Holding& h : result.holdings) out(holding_line(h, result.sources[h.source]) + end);
  for (const trace::Terminal& t : result.terminals)
    out(terminal_line(t, result.name_of(t), result.sources[t.source]) + end);
}
}  // namespace jindo::report
