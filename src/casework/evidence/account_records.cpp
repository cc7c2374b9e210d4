// An index of the built blocks by transaction and by who was paid how much, asked once a record.
#include "evidence/account_records.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/clock.h"
#include "base/file.h"

namespace jindo::evidence {
namespace {
constexpr int64_t kWindowSeconds = 3 * 86400;

struct Paid {
  int64_t time = 0;
  std::string chain, transaction;
};

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}
std::string without_0x(const std::string& hash) { return hash.rfind("0x", 0) == 0 ? hash.substr(2) : hash; }

// An amount whatever its scale: digits without point, leading and trailing zeros. "1.50" and 1500000 have "15".
std::string digits_of(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c >= '0' && c <= '9') out += c;
  out.erase(0, std::min(out.find_first_not_of('0'), out.size()));
  out.erase(out.find_last_not_of('0') + 1);
  return out;
}

class Index {
 public:
  explicit Index(const std::map<std::string, exports::Reconciled>& chains) {
    for (const auto& [name, reconciled] : chains) {
      const auto network = chain::find_network(name);
      if (!network.ok()) continue;
      for (const chain::AccountBlock& block : reconciled.account) add(**network, block);
      for (const chain::UtxoBlock& block : reconciled.utxo) add(**network, block);
    }
  }
  const Paid* by_transaction(const std::string& transaction) const {
    const auto found = transactions_.find(without_0x(lower(transaction)));
    return found != transactions_.end() ? &found->second : nullptr;
  }
  const Paid* by_payment(const exports::ExchangeRecord& record) const {
    const std::string digits = digits_of(record.amount);
    if (record.address.empty() || digits.empty()) return nullptr;
    const auto found = payments_.find({lower(record.address), digits});
    if (found == payments_.end()) return nullptr;
    for (const Paid& paid : found->second)
      if (!record.time || std::llabs(paid.time - *record.time) <= kWindowSeconds) return &paid;
    return nullptr;
  }

 private:
  void add(const chain::Network& network, const chain::AccountBlock& block) {
    for (const chain::AccountTransaction& tx : block.transactions) {
      if (tx.index == chain::kBlockLevelIndex) continue;
      const Paid paid = remember(network, tx.id, block.time);
      for (uint32_t m = 0; m < tx.movements; ++m) {
        const chain::AccountMovement& movement = block.movements[tx.first_movement + m];
        pay(network, movement.to, base::to_decimal(movement.amount), paid);
      }
    }
  }
  void add(const chain::Network& network, const chain::UtxoBlock& block) {
    for (const chain::UtxoTransaction& tx : block.transactions) {
      const Paid paid = remember(network, tx.id, block.time);
      for (uint32_t o = 0; o < tx.outputs; ++o) {
        const chain::UtxoOutput& output = block.outputs[tx.first_output + o];
        pay(network, output.key, std::to_string(output.value), paid);
      }
    }
  }
  Paid remember(const chain::Network& network, const chain::TxId& id, int64_t time) {
    Paid paid{time, std::string(network.name), chain::format_hash(network, id)};
    transactions_.emplace(without_0x(lower(paid.transaction)), paid);
    return paid;
  }
  void pay(const chain::Network& network, const chain::AddressKey& to, const std::string& amount, const Paid& paid) {
    if (to.is_none()) return;
    payments_[{lower(chain::format_address(network, to)), digits_of(amount)}].push_back(paid);
  }
  std::map<std::string, Paid> transactions_;
  std::map<std::pair<std::string, std::string>, std::vector<Paid>> payments_;
};

std::string cell(const std::string& text) {
  std::string out = "\"";
  // A cell that a spreadsheet would run as a formula is text.
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string kind_name(exports::ExchangeRecord::Kind kind) {
  return kind == exports::ExchangeRecord::Kind::kDeposit ? "deposit" : "withdrawal";
}

std::string line_of(const exports::Reading& reading, const exports::ExchangeRecord& record, const char* joined_by,
                    const Paid* paid) {
  std::string out;
  const std::string cells[] = {reading.file,
                               std::to_string(record.row),
                               kind_name(record.kind),
                               record.done ? "yes" : "no",
                               record.asset,
                               record.amount,
                               record.fee,
                               record.time ? base::format_time(*record.time) : "",
                               record.network,
                               record.address,
                               record.transaction,
                               joined_by,
                               paid != nullptr ? paid->chain : "",
                               paid != nullptr ? paid->transaction : ""};
  for (const std::string& text : cells) out += (out.empty() ? "" : ",") + cell(text);
  return out + "\n";
}
}  // namespace

base::Result<RecordCounts> write_account_records(const std::string& path, std::span<const exports::Reading> readings,
                                                 const std::map<std::string, exports::Reconciled>& chains) {
  RecordCounts counts;
  const Index index(chains);
  JINDO_TRY(base::FileWriter writer, base::FileWriter::create(path + ".new"));
  const auto write = [&](const std::string& text) { return writer.append(base::as_bytes(text)); };
  JINDO_DO(
      write("file,row,kind,done,asset,amount,fee,time,network,address,transaction,joined_by,chain,"
            "ledger_transaction\n"));
  for (const exports::Reading& reading : readings) {
    for (const exports::ExchangeRecord& record : reading.records) {
      if (record.kind == exports::ExchangeRecord::Kind::kOther) continue;
      ++counts.records;
      const Paid* paid = record.transaction.empty() ? nullptr : index.by_transaction(record.transaction);
      const char* joined_by = paid != nullptr ? "transaction" : "";
      counts.by_transaction += paid != nullptr ? 1 : 0;
      if (paid == nullptr && record.transaction.empty()) {
        paid = index.by_payment(record);
        if (paid != nullptr) joined_by = "address and amount";
        counts.by_address_and_amount += paid != nullptr ? 1 : 0;
      }
      JINDO_DO(write(line_of(reading, record, joined_by, paid)));
    }
  }
  JINDO_DO(writer.close(true));
  if (std::rename((path + ".new").c_str(), path.c_str()) != 0)
    return base::machine_failed(path + ": cannot be replaced by " + path + ".new");
  return counts;
}
}  // namespace jindo::evidence
