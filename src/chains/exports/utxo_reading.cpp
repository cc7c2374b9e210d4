// Transactions checked against themselves and against each other.
#include "exports/utxo_reading.h"

#include <algorithm>
#include <set>

#include "base/hex.h"
#include "chain/network.h"
#include "exports/identifiers.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::bad_input;
using base::Status;

constexpr uint64_t kFeeNoted = 1'000'000'000;  // 10 bitcoins

chain::ScriptType type_of_key(chain::AddressKind kind) {
  switch (kind) {
    case chain::AddressKind::kPubkeyHash:
      return chain::ScriptType::kPubkeyHash;
    case chain::AddressKind::kScriptHash:
      return chain::ScriptType::kScriptHash;
    case chain::AddressKind::kWitnessKeyHash:
      return chain::ScriptType::kWitnessKeyHash;
    case chain::AddressKind::kWitnessScriptHash:
      return chain::ScriptType::kWitnessScriptHash;
    case chain::AddressKind::kTaproot:
      return chain::ScriptType::kTaproot;
    case chain::AddressKind::kWitnessUnknown:
      return chain::ScriptType::kWitnessUnknown;
    default:
      return chain::ScriptType::kNonStandard;
  }
}

Status read_script(std::string_view digits, std::vector<uint8_t>& out) {
  out.resize(digits.size() / 2);
  if (base::from_hex(digits, out)) return {};
  return bad_input("a script that is no hexadecimal");
}

// Not an exporter's own name for a script: "d-ca0f11f4…", "nonstandard5e2a…".
bool looks_like_an_address(std::string_view text) {
  return text.size() >= 25 && text.size() <= 120 && text.substr(0, 11) != "nonstandard" &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == ':';
         });
}

bool same_outputs(const Transaction& a, const Transaction& b) {
  const auto same = [](const chain::UtxoOutput& x, const chain::UtxoOutput& y) {
    return x.value == y.value && x.key == y.key;
  };
  return a.inputs.size() == b.inputs.size() &&
         std::equal(a.outputs.begin(), a.outputs.end(), b.outputs.begin(), b.outputs.end(), same) &&
         a.height == b.height;
}
}  // namespace

UtxoReading::UtxoReading(const ReadOptions& options, bool tells_chain, Reading& out)
    : options_(options), tells_chain_(tells_chain), out_(out) {
  if (options.chain.empty()) return;
  const auto network = chain::find_network(options.chain);
  if (network.ok() && (*network)->model == chain::LedgerModel::kUtxo) given_ = *network;
}

chain::AddressKey UtxoReading::owner(std::string_view address) {
  if (address.empty()) return {};
  if (given_ != nullptr) {
    const auto key = chain::parse_address(*given_, address);
    if (key.ok()) {
      if (told_.empty()) told_ = given_->name;
      return *key;
    }
  }
  const std::string_view name = bitcoin_network_of(address);
  if (name.empty()) {
    // Litecoin's and Bitcoin Cash's explorers answer in the same form.
    if (strange_.empty() && looks_like_an_address(address)) strange_ = address;
    return {};
  }
  if (told_.empty()) told_ = name;
  if ((given_ != nullptr || name != told_) && strange_.empty()) strange_ = address;
  const auto network = chain::find_network(name);
  const auto key = chain::parse_address(**network, address);
  return key.ok() ? *key : chain::AddressKey();
}

Status UtxoReading::add_output(uint64_t value, std::string_view script, std::string_view address, Transaction& to) {
  if (to.outputs.size() == kUtxoPartsMax) return bad_input("more than a million outputs (limit)");
  chain::UtxoOutput out;
  out.value = value;
  const chain::AddressKey by_address = owner(address);
  if (!script.empty()) {
    std::vector<uint8_t> bytes;
    JINDO_DO(read_script(script, bytes));
    const chain::ScriptOwner by_script = chain::classify_script(bytes);
    out.type = by_script.type;
    out.key = by_script.key;
    if (out.type == chain::ScriptType::kNullData)
      to.data_scripts.push_back({static_cast<uint32_t>(to.outputs.size()), std::move(bytes)});
  } else {
    out.key = by_address;
    out.type = type_of_key(out.key.kind);
  }
  to.outputs.push_back(out);
  return {};
}

Status UtxoReading::add_input(const chain::TxId& previous, uint32_t index, uint64_t value, std::string_view script,
                              std::string_view address, Transaction& to) {
  if (to.inputs.size() == kUtxoPartsMax) return bad_input("more than a million inputs (limit)");
  chain::UtxoInput in;
  in.previous = previous;
  in.output_index = index;
  in.external = true;
  in.value = value;
  in.key = owner(address);
  if (!script.empty()) {
    std::vector<uint8_t> bytes;
    JINDO_DO(read_script(script, bytes));
    in.key = chain::classify_script(bytes).key;
  }
  to.inputs.push_back(in);
  return {};
}

// What is wrong with a transaction; "" where nothing is.
std::string UtxoReading::fault(const Transaction& transaction, std::optional<uint64_t> fee) {
  const std::string id = txid_text(transaction.id);
  base::Uint128 paid = 0, spent = 0;
  for (const auto& output : transaction.outputs) paid += output.value;
  bool all_told = true;
  std::set<std::pair<chain::TxId, uint32_t>> seen;
  for (const auto& input : transaction.inputs) {
    spent += input.value;
    all_told = all_told && input.external;
    if (input.previous != chain::TxId{} && !seen.insert({input.previous, input.output_index}).second)
      return "spends an output twice: " + id;
  }
  if (transaction.outputs.empty()) return "has no outputs: " + id;
  if (paid > chain::kMoneyMaxSatoshi || spent > chain::kMoneyMaxSatoshi) return "names more coin than there is: " + id;
  if (transaction.coinbase) return transaction.inputs.empty() ? "" : "is a coinbase that spends: " + id;
  if (transaction.inputs.empty()) return "has no inputs and is no coinbase: " + id;
  if (!all_told) return "";
  if (paid > spent) return "pays out more than it spends: " + id;
  const auto left = static_cast<uint64_t>(spent - paid);
  if (fee && *fee != left)
    out_.notes.push_back(id + " states a fee of " + std::to_string(*fee) +
                         " satoshi; its inputs less its outputs are " + std::to_string(left));
  return "";
}

void UtxoReading::take(base::Result<Transaction> transaction, uint64_t row, std::optional<uint64_t> fee) {
  if (!transaction.ok()) {
    out_.refuse_row(row, transaction.error().message);
    return;
  }
  transaction->row = row;
  const std::string wrong = fault(*transaction, fee);
  if (!wrong.empty()) {
    out_.refuse_row(row, wrong);
    return;
  }
  const auto [known, fresh] = at_.try_emplace(transaction->id, out_.transactions.size());
  if (fresh) {
    out_.transactions.push_back(std::move(*transaction));
  } else if (same_outputs(out_.transactions[known->second], *transaction)) {
    ++repeated_;
  } else {
    out_.refuse_row(row, "stands in the file twice and differs, first in row " +
                             std::to_string(out_.transactions[known->second].row) + ": " + txid_text(transaction->id));
  }
}

void UtxoReading::resolve_inputs() {
  bool open = false;
  std::vector<size_t> wrong;
  for (size_t i = 0; i < out_.transactions.size(); ++i) {
    Transaction& transaction = out_.transactions[i];
    bool found_here = false;
    for (auto& input : transaction.inputs) {
      if (input.external) continue;
      const auto known = at_.find(input.previous);
      const auto* previous = known == at_.end() ? nullptr : &out_.transactions[known->second];
      if (previous == nullptr || input.output_index >= previous->outputs.size()) {
        open = true;
        continue;
      }
      input.external = found_here = true;
      input.value = previous->outputs[input.output_index].value;
      input.key = previous->outputs[input.output_index].key;
    }
    if (found_here && !fault(transaction, std::nullopt).empty()) wrong.push_back(i);
  }
  for (size_t i = wrong.size(); i-- > 0;) {
    out_.refuse_row(out_.transactions[wrong[i]].row, fault(out_.transactions[wrong[i]], std::nullopt));
    out_.transactions.erase(out_.transactions.begin() + static_cast<ptrdiff_t>(wrong[i]));
  }
  if (!open) return;
  out_.unknown.add(Unknown::kInputs);
  if (options_.ledger_holds_outputs) return;
  out_.refuse_file(
      "inputs without previous outputs: neither owner nor value; reads only onto a ledger that holds them "
      "(getblock 3 and getrawtransaction 2 name them)");
}

void UtxoReading::finish() {
  if (tells_chain_ && told_.empty() && given_ == nullptr) told_ = "bitcoin";
  out_.chain = given_ != nullptr ? given_->name : tells_chain_ ? told_ : std::string_view();
  if (!tells_chain_) out_.unknown.add(Unknown::kChain);
  if (repeated_ != 0)
    out_.notes.push_back(std::to_string(repeated_) + " transactions stand in the file twice and count once");
  resolve_inputs();
  if (out_.file_refused) return;
  if (!strange_.empty()) {
    out_.refuse_file("address " + strange_ + " is of " + std::string(bitcoin_network_of(strange_)) +
                     ", others are of " + std::string(given_ != nullptr ? given_->name : told_));
  } else if (given_ == nullptr && !options_.chain.empty()) {
    out_.refuse_file("--chain says " + options_.chain + "; the file is of a bitcoin network");
  }
}

base::Result<chain::TxId> read_txid(std::string_view text) {
  chain::TxId out{};
  if (base::from_hex_reversed(text, out)) return out;
  return bad_input("a transaction identifier that is not 64 hexadecimal digits");
}
base::Result<uint64_t> read_satoshi(std::string_view text, int decimals) {
  JINDO_TRY(const base::Uint256 value, read_units(text, decimals));
  if (value.fits_u64() && value.low() <= chain::kMoneyMaxSatoshi) return value.low();
  return bad_input("a value above the 21 million coins there will be");
}
base::Result<uint32_t> read_output_index(std::string_view text) {
  const auto value = read_index(text);
  if (value) return *value;
  return bad_input("an output's index that is no 32-bit integer");
}
std::string txid_text(const chain::TxId& id) { return base::to_hex_reversed(id); }

}  // namespace jindo::exports
