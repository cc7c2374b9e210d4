#include "resolve/statement.h"

#include "base/clock.h"
#include "decode/csv.h"
#include "resolve/legs.h"

namespace jindo::resolve {
base::Result<std::vector<Link>> read_statements(const std::string& path, const ledger::Ledger& ledger) {
  const std::vector<std::string> columns{
      "kind", "from_chain", "from_transaction", "to_chain",  "to_transaction", "confidence",
      "by",   "date",       "source",           "to_address"};
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::open(path, columns, {"to_address"}));
  std::vector<Link> out;
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return out;
    const auto wrong = [&](const std::string& what) { return base::bad_input(reader.place() + ": " + what); };
    if (out.size() == 1'000'000) return wrong("more than a million statements (limit)");
    Link link;
    if (reader.cell(0) == "service")
      link.kind = LinkKind::kService;
    else if (reader.cell(0) == "mixer")
      link.kind = LinkKind::kMixer;
    else if (reader.cell(0) == "bridge")
      link.kind = LinkKind::kBridge;
    else
      return wrong("column 'kind': expected service, mixer or bridge");
    const auto confidence = parse_confidence(reader.cell(5));
    if (!confidence) return wrong("column 'confidence': expected 0 to 1, like 0.85");
    link.confidence = *confidence;
    if (reader.cell(6).empty()) return wrong("column 'by': expected who says so");
    if (!base::parse_time(reader.cell(7))) return wrong("column 'date': expected YYYY-MM-DD");
    const auto side = [&](size_t column, bool deposit) -> base::Result<Leg> {
      const auto network = chain::find_network(reader.cell(column));
      if (!network.ok()) return wrong(network.error().message);
      const ledger::LedgerChain* chain = ledger.find(**network);
      if (chain == nullptr) return wrong("the ledger holds no chain " + std::string((*network)->name));
      chain::TxId id{};
      if (!chain::parse_hash(**network, reader.cell(column + 1), id)) return wrong("expected a transaction's hash");
      const auto number = chain->reader().find_transaction(id);
      if (!number) return wrong("the ledger does not hold transaction " + std::string(reader.cell(column + 1)));
      LegHints hints;
      if (!deposit && !reader.cell(9).empty()) {
        const auto to = chain::parse_address(**network, reader.cell(9));
        if (!to.ok()) return wrong("column 'to_address': " + to.error().message);
        hints.recipient = *to;
      }
      // The movement meant: to the address named, else the transaction's largest.
      auto leg = deposit ? deposit_leg(*chain, *number, hints) : release_leg(*chain, *number, hints);
      if (!leg && chain->account) {
        std::vector<uint64_t> scratch;
        ledger::Movement movement;
        for (const uint64_t n : chain->account->movements_of_transaction(*number, scratch)) {
          chain->account->movement(n, movement);
          const base::Uint256 amount = chain->account->amount(n);
          if (movement.kind != chain::MovementKind::kTransfer || movement.from == ledger::kNoNumber ||
              movement.to == ledger::kNoNumber || (leg && amount < leg->amount))
            continue;
          const chain::AddressKey from = chain->account->holding_address(movement.segment, movement.from);
          const chain::AddressKey to = chain->account->holding_address(movement.segment, movement.to);
          leg = Leg{*network,
                    *number,
                    n,
                    deposit ? from : to,
                    deposit ? to : from,
                    chain->account->asset(movement.segment, movement.asset),
                    amount};
        }
      }
      if (!leg)
        return wrong("transaction " + std::string(reader.cell(column + 1)) + " moves nothing that it could mean");
      return *leg;
    };
    JINDO_TRY(link.from, side(1, true));
    JINDO_TRY(link.to, side(3, false));
    link.rule = "statement";
    link.service = std::string(reader.cell(6));
    link.evidence = {"stated by " + std::string(reader.cell(6)) + " on " + std::string(reader.cell(7)) + ": " +
                     std::string(reader.cell(8))};
    out.push_back(std::move(link));
  }
}
}  // namespace jindo::resolve
