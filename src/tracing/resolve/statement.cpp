// A file of statements row by row: each is checked, its two transactions are found in the ledger, and of each the
// movement that it can mean.
#include "resolve/statement.h"

#include "base/clock.h"
#include "decode/csv.h"
#include "resolve/legs.h"

namespace jindo::resolve {
namespace {
constexpr size_t kStatementsMax = 1'000'000;

enum Column : size_t {
  kKind,
  kFromChain,
  kFromTransaction,
  kToChain,
  kToTransaction,
  kConfidence,
  kBy,
  kDate,
  kSource,
  kToAddress,
};

struct Transaction {  // that a statement names
  const ledger::LedgerChain* chain = nullptr;
  uint64_t number = 0;
};

// The largest transfer of a transaction, the later of equals; as a deposit seen from who paid, else from who got.
std::optional<Leg> largest_transfer(const Transaction& in, bool deposit) {
  std::optional<Leg> leg;
  std::vector<uint64_t> scratch;
  ledger::Movement movement;
  const ledger::AccountReader& reader = *in.chain->account;
  for (const uint64_t n : reader.movements_of_transaction(in.number, scratch)) {
    reader.movement(n, movement);
    const base::Uint256 amount = reader.amount(n);
    if (movement.kind != chain::MovementKind::kTransfer || movement.from == ledger::kNoNumber ||
        movement.to == ledger::kNoNumber || (leg && amount < leg->amount))
      continue;
    const chain::AddressKey from = reader.holding_address(movement.segment, movement.from);
    const chain::AddressKey to = reader.holding_address(movement.segment, movement.to);
    leg = Leg{in.chain->network,
              in.number,
              n,
              deposit ? from : to,
              deposit ? to : from,
              reader.asset(movement.segment, movement.asset),
              amount};
  }
  return leg;
}

class StatementReader {
 public:
  StatementReader(decode::CsvReader reader, const ledger::Ledger& ledger)
      : reader_(std::move(reader)), ledger_(ledger) {}

  base::Result<std::vector<Link>> read() {
    std::vector<Link> out;
    for (;;) {
      JINDO_TRY(const bool more, reader_.next());
      if (!more) return out;
      if (out.size() == kStatementsMax) return wrong("more than a million statements (limit)");
      JINDO_TRY(Link link, read_row());
      out.push_back(std::move(link));
    }
  }

 private:
  base::Error wrong(const std::string& what) const { return base::bad_input(reader_.place() + ": " + what); }
  std::string text(Column column) const { return std::string(reader_.cell(column)); }

  base::Result<Link> read_row() {
    Link link;
    JINDO_TRY(link.kind, read_kind());
    const auto confidence = parse_confidence(reader_.cell(kConfidence));
    if (!confidence) return wrong("column 'confidence': expected 0 to 1, like 0.85");
    link.confidence = *confidence;
    if (reader_.cell(kBy).empty()) return wrong("column 'by': expected who says so");
    if (!base::parse_time(reader_.cell(kDate))) return wrong("column 'date': expected YYYY-MM-DD");
    JINDO_TRY(link.from, read_deposit());
    JINDO_TRY(link.to, read_release());
    link.rule = "statement";
    link.service = text(kBy);
    link.evidence = {"stated by " + text(kBy) + " on " + text(kDate) + ": " + text(kSource)};
    return link;
  }
  base::Result<LinkKind> read_kind() {
    if (reader_.cell(kKind) == "service") return LinkKind::kService;
    if (reader_.cell(kKind) == "mixer") return LinkKind::kMixer;
    if (reader_.cell(kKind) == "bridge") return LinkKind::kBridge;
    return wrong("column 'kind': expected service, mixer or bridge");
  }
  base::Result<Transaction> find_transaction(Column chain_column, Column transaction_column) {
    const auto network = chain::find_network(reader_.cell(chain_column));
    if (!network.ok()) return wrong(network.error().message);
    Transaction out;
    out.chain = ledger_.find(**network);
    if (out.chain == nullptr) return wrong("the ledger holds no chain " + std::string((*network)->name));
    chain::TxId id{};
    if (!chain::parse_hash(**network, reader_.cell(transaction_column), id))
      return wrong("expected a transaction's hash");
    const auto number = out.chain->reader().find_transaction(id);
    if (!number) return wrong("the ledger does not hold transaction " + text(transaction_column));
    out.number = *number;
    return out;
  }

  // The movement meant: of a deposit that into the service, of a release that to the address named; where neither is
  // known, the transaction's largest.
  base::Result<Leg> read_deposit() {
    JINDO_TRY(const Transaction in, find_transaction(kFromChain, kFromTransaction));
    auto leg = deposit_leg(*in.chain, in.number, {});
    if (!leg && in.chain->account) leg = largest_transfer(in, true);
    if (!leg) return moves_nothing(kFromTransaction);
    return *leg;
  }
  base::Result<Leg> read_release() {
    JINDO_TRY(const Transaction in, find_transaction(kToChain, kToTransaction));
    LegHints hints;
    if (!reader_.cell(kToAddress).empty()) {
      const auto to = chain::parse_address(*in.chain->network, reader_.cell(kToAddress));
      if (!to.ok()) return wrong("column 'to_address': " + to.error().message);
      hints.recipient = *to;
    }
    auto leg = release_leg(*in.chain, in.number, hints);
    if (!leg && in.chain->account) leg = largest_transfer(in, false);
    if (!leg) return moves_nothing(kToTransaction);
    return *leg;
  }
  base::Error moves_nothing(Column transaction) const {
    return wrong("transaction " + text(transaction) + " moves nothing that it could mean");
  }

  decode::CsvReader reader_;
  const ledger::Ledger& ledger_;
};
}  // namespace

base::Result<std::vector<Link>> read_statements(const std::string& path, const ledger::Ledger& ledger) {
  const std::vector<std::string> columns{
      // in the order of Column
      "kind", "from_chain", "from_transaction", "to_chain",  "to_transaction", "confidence",
      "by",   "date",       "source",           "to_address"};
  JINDO_TRY(decode::CsvReader reader, decode::CsvReader::open(path, columns, {"to_address"}));
  return StatementReader(std::move(reader), ledger).read();
}
}  // namespace jindo::resolve
