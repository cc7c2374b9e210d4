// Any bytes as GraphSense's Tron export: the reader ends with a value or an error, whatever they are.
#include "decode/tron_export.h"
#include "fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  if (size == 0) return 0;
  decode::TronSinks sinks;
  sinks.leave_out_cut_amounts = (data[0] & 8) != 0;
  sinks.block = [](const decode::EvmBlockRow&) { return base::Status(); };
  sinks.transaction = [](const decode::EvmTransactionRow& row) {
    if (!row.has_to && !row.value.is_zero()) __builtin_trap();
    return base::Status();
  };
  sinks.fee = [](const decode::TronFeeRow&) { return base::Status(); };
  sinks.trace = [](const decode::TronTraceRow&) { return base::Status(); };
  sinks.token_transfer = [](const decode::EvmTokenTransferRow&) { return base::Status(); };
  decode::TronNotes notes;
  (void)decode::read_tron_line(static_cast<decode::TronTable>(data[0] % 5), tests::as_text(data + 1, size - 1), 0,
                               sinks, notes);
  return 0;
}
