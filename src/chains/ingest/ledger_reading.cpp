// Block by block out of the store, rows in ledger order.
#include "ingest/ledger_reading.h"

#include "ledger/read_block.h"

namespace jindo::ingest {
namespace {
using exports::Part;

class AccountReading {
 public:
  AccountReading(const chain::Network& network, exports::Reading& out) : network_(network), out_(out) {}

  void add(const chain::AccountBlock& block) {
    for (const chain::AccountTransaction& tx : block.transactions) add_transaction(block, tx);
    for (const chain::BlockNote& note : block.notes) add_note(block, note);
    for (const chain::ContractCreation& creation : block.creations) {
      out_.created.push_back({++row_, id(block, creation.transaction),
                              chain::format_address(network_, creation.contract),
                              chain::format_address(network_, creation.creator)});
    }
  }

 private:
  std::string id(const chain::AccountBlock& block, uint32_t transaction) const {
    return chain::format_hash(network_, block.transactions[transaction].id);
  }
  void add_transaction(const chain::AccountBlock& block, const chain::AccountTransaction& tx) {
    const bool level = tx.index == chain::kBlockLevelIndex;
    for (uint32_t m = 0; m < tx.movements; ++m) {
      const chain::AccountMovement& movement = block.movements[tx.first_movement + m];
      exports::Movement row;
      row.row = ++row_;
      const bool coin = movement.asset == chain::native_asset();
      // A store keeps no difference between a transaction's own value and inner calls': reconciling joins either.
      row.part = level || movement.kind == chain::MovementKind::kOpening ? Part::kBlockLevel
                 : movement.kind == chain::MovementKind::kFee            ? Part::kFee
                 : coin                                                  ? Part::kInternal
                                                                         : Part::kToken;
      if (row.part != Part::kBlockLevel) row.transaction = chain::format_hash(network_, tx.id);
      row.from = chain::format_address(network_, movement.from);
      row.to = chain::format_address(network_, movement.to);
      if (!coin) row.asset = chain::format_asset(network_, movement.asset);
      row.amount = movement.amount;
      row.block = block.height;
      row.time = block.time;
      if (row.part != Part::kBlockLevel) row.index = tx.index;
      if (row.part == Part::kFee) row.gas_price = tx.gas_price;
      out_.movements.push_back(std::move(row));
    }
  }
  void add_note(const chain::AccountBlock& block, const chain::BlockNote& note) {
    exports::Said said;
    said.row = ++row_;
    said.transaction = id(block, note.transaction);
    said.kind = note.kind;
    said.position = note.position;
    said.topics = note.topics;
    said.cut = note.cut;
    said.contract = chain::format_address(network_, note.contract);
    said.bytes.assign(block.note_bytes.begin() + note.first_byte,
                      block.note_bytes.begin() + note.first_byte + note.bytes);
    said.block = block.height;
    said.time = block.time;
    out_.said.push_back(std::move(said));
  }

  const chain::Network& network_;
  exports::Reading& out_;
  uint64_t row_ = 0;
};

void add_block(const ledger::UtxoStore& store, const chain::UtxoBlock& block, const std::vector<uint64_t>& outputs,
               exports::Reading& out) {
  for (uint32_t t = 0; t < block.transactions.size(); ++t) {
    const chain::UtxoTransaction& tx = block.transactions[t];
    exports::Transaction row;
    row.row = out.transactions.size() + 1;
    row.id = tx.id;
    row.coinbase = tx.inputs == 0;
    row.height = block.height;
    if (block.hash != chain::BlockHash{}) row.block_hash = block.hash;
    row.time = block.time;
    row.index = t;
    for (uint32_t i = 0; i < tx.inputs; ++i) {
      chain::UtxoInput in = block.inputs[tx.first_input + i];
      if (const uint64_t output = outputs[tx.first_input + i]; output != ledger::kNoNumber) {
        const uint64_t source = store.transaction_of_output(output);
        ledger::UtxoTransactionView view;
        store.transaction(source, view);
        in.previous = store.transaction_id(source);
        in.output_index = static_cast<uint32_t>(output - view.first_output);
      }
      row.inputs.push_back(in);
    }
    row.outputs.assign(block.outputs.begin() + tx.first_output, block.outputs.begin() + tx.first_output + tx.outputs);
    out.transactions.push_back(std::move(row));
  }
}
}  // namespace

base::Result<exports::Reading> reading_of(const ledger::LedgerChain& chain, uint64_t rows_max) {
  const ledger::ChainInfo& info = chain.reader().info();
  const uint64_t rows = info.movements + info.notes + info.inputs + info.outputs;
  if (rows > rows_max) {
    return base::wrong_use("holds " + std::to_string(rows) + " rows; an evidence folder takes at most " +
                           std::to_string(rows_max) + " (--memory): ingest it into a ledger of its own");
  }
  exports::Reading out;
  out.chain = chain.network->name;
  out.rows = chain.account ? info.movements : info.transactions;
  AccountReading account(*chain.network, out);
  for (uint64_t b = 0; b < info.blocks; ++b) {
    if (chain.account) {
      chain::AccountBlock block;
      ledger::read_block(*chain.account, b, block);
      account.add(block);
    } else {
      chain::UtxoBlock block;
      std::vector<uint64_t> outputs;
      ledger::read_block(*chain.utxo, b, block, outputs);
      add_block(*chain.utxo, block, outputs, out);
    }
  }
  return out;
}
}  // namespace jindo::ingest
