#include "base/hex.h"
#include "ledger/ledger.h"

namespace jindo::ledger {
namespace {
using base::answer_no;
using base::Status;

class Check {
 public:
  explicit Check(const ChainReader& reader) : reader_(reader) {}
  // The chain digest grows block by block from the blocks' own.
  Status block(uint64_t number, const base::Hash256& digest) {
    const BlockRow row = reader_.block(number);
    if (row.digest != digest) return fail(row, "its content does not hash to its digest");
    base::Sha256 chained;
    chained.update(chain_digest_);
    chained.update(digest);
    chain_digest_ = chained.finish();
    if (row.chain_digest != chain_digest_) return fail(row, "the chain digest does not follow from the block before");
    order_time_ = number == 0 ? row.time : std::max(order_time_, row.time);
    if (row.order_time != order_time_) return fail(row, "the running time is not the maximum so far");
    if (number > 0 && row.height <= height_) return fail(row, "its height does not grow");
    height_ = row.height;
    return {};
  }
  void notes(const base::Hash256& digest, const std::vector<chain::BlockNote>& notes,
             const std::vector<uint8_t>& note_bytes) {
    notes_ += notes.size();
    note_digest_ = add_note_sums(note_digest_, note_digest_of(digest, notes, note_bytes));
  }
  // After the last block: every note belongs to one, in order, and together they are what the ledger states.
  Status all_notes() const {
    if (notes_ != reader_.info().notes)
      return answer_no(std::to_string(reader_.info().notes - notes_) + " notes belong to no block");
    if (note_digest_ != reader_.info().note_digest) return answer_no("the notes do not add up to the note digest");
    return {};
  }
  static base::Error fail(const BlockRow& row, const std::string& what) {
    return answer_no("block " + std::to_string(row.height) + ": " + what);
  }

 private:
  const ChainReader& reader_;
  base::Hash256 chain_digest_{}, note_digest_{};
  uint64_t notes_ = 0;
  int64_t order_time_ = 0;
  uint64_t height_ = 0;
};

Status verify_utxo(const UtxoStore& store) {
  Check check(store);
  chain::UtxoBlock block;
  std::vector<uint64_t> outputs;
  base::Uint256 work;
  for (uint64_t b = 0; b < store.info().blocks; ++b) {
    const BlockRow row = store.block(b);
    read_block(store, b, block, outputs);
    work += chain::block_work(row.bits);
    if (row.work != work) return Check::fail(row, "its work does not add up");
    for (size_t t = 0; t < block.transactions.size(); ++t) {
      const chain::UtxoTransaction& tx = block.transactions[t];
      const uint64_t number = row.first_transaction + t;
      const auto named = [&](const std::string& what) {
        return Check::fail(row, "transaction " + std::to_string(t) + ": " + what);
      };
      if (store.block_of_transaction(number) != b) return named("is filed under another block");
      const auto found = store.find_transaction(tx.id);
      if (!found || *found < number || store.transaction_id(*found) != tx.id)
        return named("is not found by its identifier");
      UtxoTransactionView view;
      store.transaction(number, view);
      uint64_t taken_in = 0;
      uint64_t paid_out = 0;
      for (uint32_t i = 0; i < tx.inputs; ++i) {
        const uint64_t output = outputs[tx.first_input + i];
        taken_in += view.in_value[i];
        if (output == kNoNumber) continue;
        if (output >= view.first_output) return named("spends an output that comes later");
        uint64_t spender = 0;
        store.spenders(output, {&spender, 1});
        if (spender != number) return named("input " + std::to_string(i) + ": its output does not link back");
        if (store.output_value(output) != view.in_value[i])
          return named("input " + std::to_string(i) + ": its value is not its output's");
        if (!(store.input_address(view.first_input + i) == store.output_address(output)))
          return named("input " + std::to_string(i) + ": its owner is not its output's");
        const uint64_t source = store.transaction_of_output(output);
        UtxoTransactionView from;
        store.transaction(source, from);
        block.inputs[tx.first_input + i].previous = store.transaction_id(source);
        block.inputs[tx.first_input + i].output_index = static_cast<uint32_t>(output - from.first_output);
      }
      for (uint32_t i = 0; i < tx.outputs; ++i) {
        paid_out += view.out_value[i];
        uint64_t spender = 0;
        store.spenders(view.first_output + i, {&spender, 1});
        if (spender == kNoNumber) continue;
        if (spender <= number || spender >= store.info().transactions)
          return named("output " + std::to_string(i) + " is spent by no later transaction");
        UtxoTransactionView by;
        store.transaction(spender, by);
        if (std::find(by.in_output.begin(), by.in_output.end(), view.first_output + i) == by.in_output.end()) {
          return named("output " + std::to_string(i) + ": its spender does not link back");
        }
      }
      if (tx.inputs > 0 && paid_out > taken_in) return named("pays out more than it takes in");
    }
    JINDO_DO(check.block(b, chain::block_digest(block)));
    check.notes(row.digest, block.notes, block.note_bytes);
  }
  JINDO_DO(check.all_notes());
  // The index by address: everything an address received and sent, in order, and nothing else.
  uint64_t received_total = 0, sent_total = 0, owned_outputs = 0, owned_inputs = 0;
  for (const UtxoSegment& s : store.segments()) {
    for (uint64_t row = 0; row < s.address_key.size(); ++row) {
      if (s.find_row(s.address_key[row], chain::hash_key(s.address_key[row])) != row)
        return answer_no(s.files.folder() + ": address row " + std::to_string(row) + " is not found by its key");
      for (uint64_t i = s.received_offset[row]; i < s.received_offset[row + 1]; ++i) {
        const uint64_t output = s.received[i];
        if (output < s.first_output || output - s.first_output >= s.out_value.size() ||
            s.out_address[output - s.first_output] != row ||
            (i > s.received_offset[row] && s.received[i - 1] >= output)) {
          return answer_no(s.files.folder() + ": received[" + std::to_string(i) + "] does not belong to its address");
        }
      }
      for (uint64_t i = s.sent_offset[row]; i < s.sent_offset[row + 1]; ++i) {
        const uint64_t input = s.sent[i];
        if (input < s.first_input || input - s.first_input >= s.in_output.size() ||
            s.in_address[input - s.first_input] != row || (i > s.sent_offset[row] && s.sent[i - 1] >= input)) {
          return answer_no(s.files.folder() + ": sent[" + std::to_string(i) + "] does not belong to its address");
        }
      }
    }
    received_total += s.received.size();
    sent_total += s.sent.size();
    for (const uint64_t row : s.out_address) owned_outputs += row != kNoNumber ? 1 : 0;
    for (const uint64_t row : s.in_address) owned_inputs += row != kNoNumber ? 1 : 0;
  }
  if (received_total != owned_outputs || sent_total != owned_inputs)
    return answer_no("the index by address does not hold every output and input");
  return {};
}

Status verify_account(const AccountStore& store) {
  Check check(store);
  chain::AccountBlock block;
  for (uint64_t b = 0; b < store.info().blocks; ++b) {
    const BlockRow row = store.block(b);
    read_block(store, b, block);
    for (size_t t = 0; t < block.transactions.size(); ++t) {
      const uint64_t number = row.first_transaction + t;
      if (store.block_of_transaction(number) != b)
        return Check::fail(row, "transaction " + std::to_string(t) + " is filed under another block");
      if (block.transactions[t].index == chain::kBlockLevelIndex) continue;
      const auto found = store.find_transaction(block.transactions[t].id);
      if (!found || store.transaction_id(*found) != block.transactions[t].id)
        return Check::fail(row, "transaction " + std::to_string(t) + " is not found by its identifier");
    }
    JINDO_DO(check.block(b, chain::block_digest(block)));
    check.notes(row.digest, block.notes, block.note_bytes);
  }
  JINDO_DO(check.all_notes());
  for (const AccountSegment& s : store.all_segments()) {
    uint64_t ends = 0;
    for (uint64_t m = 0; m < s.mv_kind.size(); ++m) {
      ends += s.mv_from[m] != kNoNumber ? 1 : 0;
      ends += s.mv_to[m] != kNoNumber && s.mv_to[m] != s.mv_from[m] ? 1 : 0;
      const uint64_t t = s.mv_transaction[m] - s.first_transaction;
      if (t >= s.tx_id.size() || s.tx_first_movement[t] > s.first_movement + m ||
          s.tx_first_movement[t + 1] <= s.first_movement + m) {
        return answer_no(s.files.folder() + ": movement " + std::to_string(m) + " is filed under another transaction");
      }
    }
    if (ends != s.holding_movement.size())
      return answer_no(s.files.folder() + ": the index by holding does not hold every movement");
    for (uint64_t row = 0; row < s.address_key.size(); ++row) {
      if (s.find_row(s.address_key[row], chain::hash_key(s.address_key[row])) != row)
        return answer_no(s.files.folder() + ": address row " + std::to_string(row) + " is not found by its key");
    }
    for (uint64_t h = 0; h < s.holding_address.size(); ++h) {
      for (uint64_t i = s.holding_offset[h]; i < s.holding_offset[h + 1]; ++i) {
        const uint64_t m = s.holding_movement[i] - s.first_movement;
        if (m >= s.mv_kind.size() || (s.mv_from[m] != h && s.mv_to[m] != h) || s.mv_asset[m] != s.holding_asset[h] ||
            (i > s.holding_offset[h] && s.holding_movement[i - 1] >= s.holding_movement[i])) {
          return answer_no(s.files.folder() + ": holding_movement[" + std::to_string(i) +
                           "] does not belong to its holding");
        }
      }
    }
  }
  return {};
}
}  // namespace

Status verify(const Ledger& ledger, const std::function<void(const std::string&)>& report) {
  for (const LedgerChain& chain : ledger.chains()) {
    const std::string name(chain.network->name);
    report(name + ": checksums");
    const auto named = [&](const Status& status) -> Status {
      if (status.ok()) return status;
      return base::Error{status.error().kind, name + ": " + status.error().message};
    };
    if (chain.utxo) {
      for (const UtxoSegment& segment : chain.utxo->segments()) JINDO_DO(named(segment.files.verify_checksums()));
      report(name + ": blocks, links, indexes");
      JINDO_DO(named(verify_utxo(*chain.utxo)));
    } else {
      for (const AccountSegment& segment : chain.account->all_segments())
        JINDO_DO(named(segment.files.verify_checksums()));
      report(name + ": blocks, links, indexes");
      JINDO_DO(named(verify_account(*chain.account)));
    }
  }
  return {};
}
}  // namespace jindo::ledger
