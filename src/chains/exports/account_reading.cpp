// Checked fields to movements.
#include "exports/account_reading.h"

#include "base/hex.h"
#include "decode/evm_logs.h"
#include "exports/decimals.h"
#include "exports/identifiers.h"
#include "exports/record_fields.h"

namespace jindo::exports {
namespace {
using base::bad_input;
constexpr size_t kDigitsOfADouble = 15;
constexpr size_t kCallInputMax = size_t{1} << 20;  // hexadecimal digits; longer ones are no text

base::Error wrong_field(const char* field, std::string_view text, const std::string& expected) {
  std::string shown(text.substr(0, 90));
  for (char& c : shown) c = static_cast<unsigned char>(c) < 32 ? '?' : c;
  return bad_input(std::string("field '") + field + "': '" + shown + "'; expected " + expected);
}
}  // namespace

base::Result<std::string> AccountReading::address(const char* field, std::string_view text) const {
  auto out = chain_address(chain_, text);
  if (out) return *out;
  return wrong_field(field, text, "an address");
}
base::Result<std::string> AccountReading::address_or_nobody(const char* field, std::string_view text) const {
  if (text.empty() || text == "0x") return std::string();
  return address(field, text);
}
base::Result<std::string> AccountReading::hash(const char* field, std::string_view text) const {
  auto out = chain_hash(chain_, text);
  if (out) return *out;
  return wrong_field(field, text, "a transaction's hash");
}
base::Result<uint64_t> AccountReading::block(const char* field, std::string_view text) const {
  if (const auto out = read_count(text)) return *out;
  return wrong_field(field, text, "a block's number");
}
base::Result<int64_t> AccountReading::time(const char* field, std::string_view text) const {
  if (const auto out = read_time(text)) return *out;
  return wrong_field(field, text, "a time");
}
base::Result<base::Uint256> AccountReading::amount(const char* field, std::string_view text, int decimals) const {
  if (text.substr(0, 2) == "0x" && decimals == 0) {
    if (const auto out = base::parse_hex_quantity(text)) return *out;
    return wrong_field(field, text, "an amount");
  }
  if (text.find_first_of("eE") != std::string_view::npos) {
    const auto plain = plain_decimal(text);
    if (plain && significant_digits(*plain) > kDigitsOfADouble)
      return wrong_field(field, text, "an exact amount; a rounded one was written");
  }
  auto out = read_units(text, decimals);
  if (out.ok()) return *out;
  return bad_input(std::string("field '") + field + "': " + out.error().message);
}

namespace {
Movement row_movement(const RowPlace& place, Part part) {
  Movement out;
  out.row = place.row;
  out.part = part;
  out.transaction = place.transaction;
  out.block = place.block;
  out.time = place.time;
  out.index = place.index;
  return out;
}
}  // namespace

void AccountReading::add_fee(const RowPlace& place, const std::string& payer, const base::Uint256& amount,
                             uint64_t gas_price) {
  if (amount.is_zero()) return;
  Movement out = row_movement(place, Part::kFee);
  out.gas_price = gas_price;
  out.from = payer;
  out.amount = amount;
  out_.movements.push_back(std::move(out));
}
void AccountReading::add_coin(const RowPlace& place, Part part, const std::string& from, const std::string& to,
                              const base::Uint256& amount, std::optional<std::vector<uint32_t>> path) {
  if (amount.is_zero()) return;
  Movement out = row_movement(place, part);
  out.from = from;
  out.to = to;
  out.amount = amount;
  out.path = std::move(path);
  out_.movements.push_back(std::move(out));
}
void AccountReading::add_token(const RowPlace& place, const std::string& asset, const std::string& from,
                               const std::string& to, const base::Uint256& amount, std::optional<uint64_t> log) {
  Movement out = row_movement(place, Part::kToken);
  out.asset = asset;
  out.from = from;
  out.to = to;
  out.amount = amount;
  out.log = log;
  out_.movements.push_back(std::move(out));
}

void AccountReading::add_call_text(const RowPlace& place, const std::string& to, std::string_view input) {
  if (to.empty() || place.transaction.empty() || input.size() < 4 || input.substr(0, 2) != "0x") return;
  const std::string_view digits = input.substr(2);
  if (digits.size() % 2 != 0 || digits.size() > kCallInputMax) return;
  std::vector<uint8_t> bytes(digits.size() / 2);
  if (!base::from_hex(digits, bytes)) return;
  decode::EvmTransactionRow text;
  decode::take_call_text(bytes, text);
  if (text.text_size == 0) return;
  Said out;
  out.row = place.row;
  out.transaction = place.transaction;
  out.kind = chain::NoteKind::kCallText;
  out.cut = text.text_cut;
  out.contract = to;
  out.bytes.assign(text.text.begin(), text.text.begin() + text.text_size);
  out.block = place.block;
  out.time = place.time;
  out.index = place.index;
  out_.said.push_back(std::move(out));
}
void AccountReading::add_created(const RowPlace& place, const std::string& contract, const std::string& creator) {
  if (contract.empty() || creator.empty() || place.transaction.empty()) return;
  out_.created.push_back({place.row, place.transaction, contract, creator});
}

}  // namespace jindo::exports
