// Verifying: everything is recomputed from what blocks say and compared with what the columns hold.
#include <algorithm>

#include "ledger/ledger.h"
#include "ledger/read_block.h"
#include "ledger/segment_build.h"

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
    chain_digest_ = chain_digest_after(chain_digest_, digest);
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

// One transaction of a UTXO chain against everything that links to it. Errors name block and transaction.
class UtxoTransactionCheck {
 public:
  UtxoTransactionCheck(const UtxoStore& store, uint64_t block, const BlockRow& row)
      : store_(store), block_(block), row_(row) {}

  // `inputs` and `outputs`: of the whole block, as read_block gives them. What an input spends is filled in.
  Status run(uint32_t ordinal, const chain::UtxoTransaction& tx, std::vector<chain::UtxoInput>& inputs,
             const std::vector<uint64_t>& outputs) {
    ordinal_ = ordinal;
    number_ = row_.first_transaction + ordinal;
    if (store_.block_of_transaction(number_) != block_) return named("is filed under another block");
    const auto found = store_.find_transaction(tx.id);
    if (!found || *found < number_ || store_.transaction_id(*found) != tx.id)
      return named("is not found by its identifier");
    store_.transaction(number_, view_);
    uint64_t taken_in = 0;
    uint64_t paid_out = 0;
    for (uint32_t i = 0; i < tx.inputs; ++i) {
      taken_in += view_.in_value[i];
      const uint64_t output = outputs[tx.first_input + i];
      if (output != kNoNumber) JINDO_DO(input(i, output, inputs[tx.first_input + i]));
    }
    for (uint32_t i = 0; i < tx.outputs; ++i) {
      paid_out += view_.out_value[i];
      JINDO_DO(output(i));
    }
    if (tx.inputs > 0 && paid_out > taken_in) return named("pays out more than it takes in");
    return {};
  }

 private:
  base::Error named(const std::string& what) const {
    return Check::fail(row_, "transaction " + std::to_string(ordinal_) + ": " + what);
  }
  Status input(uint32_t i, uint64_t output, chain::UtxoInput& in) {
    if (output >= view_.first_output) return named("spends an output that comes later");
    uint64_t spender = 0;
    store_.spenders(output, {&spender, 1});
    if (spender != number_) return named("input " + std::to_string(i) + ": its output does not link back");
    if (store_.output_value(output) != view_.in_value[i])
      return named("input " + std::to_string(i) + ": its value is not its output's");
    if (!(store_.input_address(view_.first_input + i) == store_.output_address(output)))
      return named("input " + std::to_string(i) + ": its owner is not its output's");
    const uint64_t source = store_.transaction_of_output(output);
    store_.transaction(source, other_);
    in.previous = store_.transaction_id(source);
    in.output_index = static_cast<uint32_t>(output - other_.first_output);
    return {};
  }
  Status output(uint32_t i) {
    uint64_t spender = 0;
    store_.spenders(view_.first_output + i, {&spender, 1});
    if (spender == kNoNumber) return {};
    if (spender <= number_ || spender >= store_.info().transactions)
      return named("output " + std::to_string(i) + " is spent by no later transaction");
    store_.transaction(spender, other_);
    const auto& spent = other_.in_output;
    if (std::find(spent.begin(), spent.end(), view_.first_output + i) == spent.end())
      return named("output " + std::to_string(i) + ": its spender does not link back");
    return {};
  }
  const UtxoStore& store_;
  uint64_t block_;
  const BlockRow& row_;
  uint32_t ordinal_ = 0;  // in the block
  uint64_t number_ = 0;
  UtxoTransactionView view_, other_;
};

Status verify_blocks(const UtxoStore& store) {
  Check check(store);
  chain::UtxoBlock block;
  std::vector<uint64_t> outputs;
  base::Uint256 work;
  for (uint64_t b = 0; b < store.info().blocks; ++b) {
    const BlockRow row = store.block(b);
    read_block(store, b, block, outputs);
    work += chain::block_work(row.bits);
    if (row.work != work) return Check::fail(row, "its work does not add up");
    UtxoTransactionCheck transaction(store, b, row);
    for (uint32_t t = 0; t < block.transactions.size(); ++t)
      JINDO_DO(transaction.run(t, block.transactions[t], block.inputs, outputs));
    JINDO_DO(check.block(b, chain::block_digest(block)));
    check.notes(row.digest, block.notes, block.note_bytes);
  }
  return check.all_notes();
}

base::Error misplaced(const SegmentBase& s, const char* column, uint64_t at, const char* owner) {
  return answer_no(s.files.folder() + ": " + column + "[" + std::to_string(at) + "] does not belong to its " + owner);
}
Status verify_address_row(const SegmentBase& s, uint64_t row) {
  if (s.find_row(s.address_key[row], chain::hash_key(s.address_key[row])) != row)
    return answer_no(s.files.folder() + ": address row " + std::to_string(row) + " is not found by its key");
  return {};
}

// A row's list by address: numbers of this segment that belong to the row, in order.
Status verify_list(const UtxoSegment& s, const char* column, uint64_t row, std::span<const uint64_t> offsets,
                   std::span<const uint64_t> list, uint64_t first, std::span<const uint64_t> owner) {
  for (uint64_t i = offsets[row]; i < offsets[row + 1]; ++i) {
    const uint64_t number = list[i];
    if (number < first || number - first >= owner.size() || owner[number - first] != row ||
        (i > offsets[row] && list[i - 1] >= number)) {
      return misplaced(s, column, i, "address");
    }
  }
  return {};
}
uint64_t owned(std::span<const uint64_t> rows) {
  return rows.size() - static_cast<uint64_t>(std::count(rows.begin(), rows.end(), kNoNumber));
}

// The index by address: everything an address received and sent, in order, and nothing else.
Status verify_addresses(const UtxoStore& store) {
  uint64_t received_total = 0, sent_total = 0, owned_outputs = 0, owned_inputs = 0;
  for (const UtxoSegment& s : store.all_segments()) {
    for (uint64_t row = 0; row < s.address_key.size(); ++row) {
      JINDO_DO(verify_address_row(s, row));
      JINDO_DO(verify_list(s, "received", row, s.received_offset, s.received, s.first_output, s.out_address));
      JINDO_DO(verify_list(s, "sent", row, s.sent_offset, s.sent, s.first_input, s.in_address));
    }
    received_total += s.received.size();
    sent_total += s.sent.size();
    owned_outputs += owned(s.out_address);
    owned_inputs += owned(s.in_address);
  }
  if (received_total != owned_outputs || sent_total != owned_inputs)
    return answer_no("the index by address does not hold every output and input");
  return {};
}

Status verify_blocks(const AccountStore& store) {
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
  return check.all_notes();
}

// Every movement is filed under its transaction; the index by holding has as many entries as movements have ends.
Status verify_movements(const AccountSegment& s) {
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
  return {};
}
Status verify_holding(const AccountSegment& s, uint64_t h) {
  for (uint64_t i = s.holding_offset[h]; i < s.holding_offset[h + 1]; ++i) {
    const uint64_t m = s.holding_movement[i] - s.first_movement;
    if (m >= s.mv_kind.size() || (s.mv_from[m] != h && s.mv_to[m] != h) || s.mv_asset[m] != s.holding_asset[h] ||
        (i > s.holding_offset[h] && s.holding_movement[i - 1] >= s.holding_movement[i])) {
      return misplaced(s, "holding_movement", i, "holding");
    }
  }
  return {};
}
Status verify_addresses(const AccountStore& store) {
  for (const AccountSegment& s : store.all_segments()) {
    JINDO_DO(verify_movements(s));
    for (uint64_t row = 0; row < s.address_key.size(); ++row) JINDO_DO(verify_address_row(s, row));
    for (uint64_t h = 0; h < s.holding_address.size(); ++h) JINDO_DO(verify_holding(s, h));
  }
  return {};
}

template <class Store>
Status verify_chain(const Store& store, const std::function<void()>& checksums_done) {
  for (const auto& segment : store.all_segments()) JINDO_DO(segment.files.verify_checksums());
  checksums_done();
  JINDO_DO(verify_blocks(store));
  return verify_addresses(store);
}
}  // namespace

Status verify(const Ledger& ledger, const std::function<void(const std::string&)>& report) {
  for (const LedgerChain& chain : ledger.chains()) {
    const std::string name(chain.network->name);
    report(name + ": checksums");
    const Status status = chain.with_store(
        [&](const auto& store) { return verify_chain(store, [&] { report(name + ": blocks, links, indexes"); }); });
    if (!status.ok()) return base::Error{status.error().kind, name + ": " + status.error().message};
  }
  return {};
}
}  // namespace jindo::ledger
