// Any bytes as ethereum-etl rows: the reader ends with a value or an error, whatever they are.
#include "decode/ethereum_etl.h"
#include "decode/evm_block.h"
#include "fuzz/fuzz_input.h"

// The first byte picks table and format; rows that parse are put together as one block.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  if (size < 1) return 0;
  const bool json = (data[0] & 8) != 0;
  decode::EvmFile file{static_cast<decode::EvmTable>(data[0] & 7), ""};
  file.path = tests::input_file(json ? "rows.json" : "rows.csv", tests::as_text(data + 1, size - 1));
  decode::EvmBlockRows rows;
  decode::EvmSinks sinks;
  sinks.block = [&](const auto& row) {
    rows.blocks.push_back(row);
    return base::Status();
  };
  sinks.transaction = [&](const auto& row) {
    rows.transactions.push_back(row);
    return base::Status();
  };
  sinks.receipt = [&](const auto& row) {
    rows.receipts.push_back(row);
    return base::Status();
  };
  sinks.token_transfer = [&](const auto& row) {
    rows.token_transfers.push_back(row);
    return base::Status();
  };
  sinks.trace = [&](const auto& row) {
    rows.traces.push_back(row);
    return base::Status();
  };
  sinks.log = [&](const auto& row) {
    rows.logs.push_back(row);
    return base::Status();
  };
  sinks.withdrawal = [&](const auto& row) {
    rows.withdrawals.push_back(row);
    return base::Status();
  };
  uint64_t sequence = 0;
  (void)decode::read_evm_file(file, {}, sequence, sinks).ok();
  chain::AccountBlock block;
  decode::EvmBlockNotes notes;
  if (!decode::assemble_evm_block(1, rows, block, notes).ok()) return 0;
  for (const auto& tx : block.transactions) CHECK(tx.first_movement + tx.movements <= block.movements.size());
  for (const auto& movement : block.movements)
    CHECK(!movement.from.is_none() || !movement.to.is_none() || movement.kind == chain::MovementKind::kTransfer);
  return 0;
}
