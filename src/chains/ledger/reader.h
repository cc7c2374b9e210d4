// The narrow, batched interface through which everything above the store reads a ledger: this range of blocks, these
// transactions, these holdings, their movements after this place. A cluster's store can stand behind it with the same
// answers. A reader is a snapshot of one commit: immutable, thread safe, never blocked by a writer.
// Numbers (block, transaction, input, output, movement) count from the chain's first in ledger order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chain/block.h"
#include "ledger/format.h"
#include "ledger/notes.h"
#include "ledger/totals.h"

namespace jindo::ledger {

struct ChainInfo {
  const chain::Network* network = nullptr;
  uint64_t blocks = 0;
  uint64_t transactions = 0;
  uint64_t inputs = 0;
  uint64_t outputs = 0;
  uint64_t movements = 0;
  uint64_t segments = 0;
  uint64_t external_inputs = 0;  // of a partial ledger: they spend outputs from before it
  uint64_t tip_height = 0;
  int64_t tip_time = 0;
  chain::BlockHash tip_hash{};
  base::Hash256 digest{};
  base::Uint256 work;
  uint64_t notes = 0;           // events, OP_RETURN data, call texts
  base::Hash256 note_digest{};  // names them (ledger/notes.h); zero without any
};

struct UtxoTransactionView {
  uint64_t number = 0;
  uint64_t first_input = 0;
  uint64_t first_output = 0;
  std::span<const uint64_t> in_output;  // global output numbers; kNoNumber for an external input
  std::span<const uint64_t> in_value;
  std::span<const uint64_t> out_value;
  std::span<const chain::ScriptType> out_type;
  uint8_t form = 0;           // chain::TransactionForm
  uint32_t virtual_size = 0;  // vbytes; 0: not known
  bool coinbase() const { return in_output.empty(); }
};
// An address's place in each segment; opaque to callers.
struct AddressHandle {
  chain::AddressKey key;
  std::vector<uint64_t> rows;  // one a segment, kNoNumber where it does not occur
};
// A contiguous stretch of transactions with their inputs and outputs, for a full pass. in_address and out_address are
// rows of this stretch's own table of addresses (kNoNumber for none); received and sent hold numbers by row.
struct ColumnPass {
  uint64_t first_transaction = 0, first_input = 0, first_output = 0;
  std::span<const uint64_t> tx_first_input, tx_first_output;  // one more than transactions
  std::span<const uint64_t> in_output, in_value, in_address, out_value, out_spender, out_address;
  std::span<const chain::ScriptType> out_type;
  std::span<const chain::AddressKey> address_key;
  std::span<const uint64_t> received_offset, received, sent_offset, sent;
  bool external = false;  // some inputs spend outputs from before a partial ledger
  uint64_t transactions() const { return tx_first_input.size() - 1; }
};

class ChainReader {
 public:
  virtual ~ChainReader() = default;
  virtual const ChainInfo& info() const = 0;
  virtual BlockRow block(uint64_t number) const = 0;
  virtual uint64_t block_of_transaction(uint64_t transaction) const = 0;
  virtual chain::TxId transaction_id(uint64_t transaction) const = 0;
  // The latest transaction with that identifier (BIP 30: two early coinbases had the identifier of an earlier one).
  virtual std::optional<uint64_t> find_transaction(const chain::TxId& id) const = 0;
  virtual std::optional<AddressHandle> find_address(const chain::AddressKey& key) const = 0;
  // What a transaction says, in order. Borrowed: they live as long as the reader.
  virtual void notes_of(uint64_t transaction, std::vector<Note>& out) const = 0;
  // Every event with one of these first topics, in ledger order.
  virtual void scan_events(std::span<const base::Hash256> topics,
                           const std::function<void(const Note&)>& seen) const = 0;
  // Every note of a kind, in ledger order.
  virtual void scan_notes(chain::NoteKind kind, const std::function<void(const Note&)>& seen) const = 0;
};

class UtxoReader : public ChainReader {
 public:
  virtual void transaction(uint64_t number, UtxoTransactionView& out) const = 0;
  // The transactions that spend `outputs` consecutive outputs from `first_output` on; kNoNumber where unspent.
  virtual void spenders(uint64_t first_output, std::span<uint64_t> out) const = 0;
  virtual uint64_t transaction_of_output(uint64_t output) const = 0;
  virtual uint64_t transaction_of_input(uint64_t input) const = 0;
  virtual chain::AddressKey output_address(uint64_t output) const = 0;
  // The owner as (segment << 48 | row), kNoNumber for none: equal numbers are equal owners, unequal ones of different
  // segments may be equal too (compare their keys).
  virtual uint64_t output_owner(uint64_t output) const = 0;
  virtual uint64_t output_value(uint64_t output) const = 0;
  virtual std::optional<ExternalRow> external_input(uint64_t input) const = 0;
  virtual chain::AddressKey input_address(uint64_t input) const = 0;
  // Outputs received and inputs sent, in ledger order, at most `limit` of them from the place `after` on.
  virtual std::vector<uint64_t> received(const AddressHandle& address, uint64_t from_output, size_t limit) const = 0;
  virtual std::vector<uint64_t> sent(const AddressHandle& address, uint64_t from_input, size_t limit) const = 0;
  // The last `limit` of them, in ledger order.
  virtual std::vector<uint64_t> received_last(const AddressHandle& address, size_t limit) const = 0;
  virtual std::vector<uint64_t> sent_last(const AddressHandle& address, size_t limit) const = 0;
  // The last `limit` of those before a place, the latest first.
  virtual std::vector<uint64_t> received_before(const AddressHandle& address, uint64_t end_output,
                                                size_t limit) const = 0;
  virtual std::vector<uint64_t> sent_before(const AddressHandle& address, uint64_t end_input, size_t limit) const = 0;
  virtual uint64_t received_count(const AddressHandle& address) const = 0;
  virtual uint64_t sent_count(const AddressHandle& address) const = 0;
  virtual MoneyTotals totals(const AddressHandle& address) const = 0;
  virtual std::vector<ColumnPass> passes() const = 0;
  // The address's row in a pass's table; kNoNumber where it does not occur there.
  virtual uint64_t row_in_pass(size_t pass, const chain::AddressKey& key, uint64_t hash) const = 0;
};

struct Movement {
  uint64_t number = 0;
  uint64_t transaction = 0;
  chain::MovementKind kind = chain::MovementKind::kTransfer;
  uint32_t asset = 0;         // see asset()
  uint64_t from = kNoNumber;  // holding row in the movement's segment; kNoNumber for none
  uint64_t to = kNoNumber;
  uint32_t segment = 0;
};
// A holding (address, asset) and where its movements stand in each segment.
struct HoldingHandle {
  chain::AddressKey address;
  chain::AddressKey asset;
  std::vector<uint64_t> rows;  // one a segment, kNoNumber where it does not occur
};

struct Creation {
  uint64_t transaction = 0;
  chain::AddressKey contract;
  chain::AddressKey creator;
};

class AccountReader : public ChainReader {
 public:
  // Who made a contract: the latest creation at its address. None where the ledger's input told of none.
  virtual std::optional<Creation> creation_of(const chain::AddressKey& contract) const = 0;
  // What an address created, in ledger order, at most `limit`.
  virtual std::vector<Creation> created_by(const chain::AddressKey& creator, size_t limit) const = 0;
  virtual void movement(uint64_t number, Movement& out) const = 0;
  virtual base::Uint256 amount(uint64_t number) const = 0;
  virtual chain::AddressKey asset(uint32_t segment, uint32_t asset) const = 0;
  virtual chain::AddressKey holding_address(uint32_t segment, uint64_t row) const = 0;
  virtual std::span<const uint64_t> movements_of_transaction(uint64_t transaction,
                                                             std::vector<uint64_t>& scratch) const = 0;
  virtual std::optional<HoldingHandle> find_holding(const chain::AddressKey& address,
                                                    const chain::AddressKey& asset) const = 0;
  virtual std::vector<HoldingHandle> holdings_of(const AddressHandle& address) const = 0;
  // A holding's movements inside one segment, in ledger order.
  virtual std::span<const uint64_t> movements_of(const HoldingHandle& holding, uint32_t segment) const = 0;
  virtual MoneyTotals totals(const HoldingHandle& holding) const = 0;
  virtual uint32_t segments() const = 0;
  // A segment's first movement; for segments(): how many movements there are. Two segments of one chain with the same
  // bounds hold the same rows.
  virtual uint64_t segment_begin(uint32_t segment) const = 0;
  virtual uint64_t holdings_in(uint32_t segment) const = 0;
  virtual uint32_t transaction_index(uint64_t transaction) const = 0;
  virtual uint64_t first_movement(uint64_t transaction) const = 0;
  // In base units of the coin; 0 where it is not known.
  virtual uint64_t gas_price(uint64_t transaction) const = 0;
};

}  // namespace jindo::ledger
