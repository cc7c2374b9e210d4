// Any bytes as statements: the reader ends with a value or an error, whatever they are.
#include "fuzz/fuzz_input.h"
#include "ledger/ledger_writer.h"
#include "resolve/statement.h"

// Against a ledger of three transactions, made once.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  static const tests::TemporaryFolder folder;
  static const auto ledger = [] {
    ledger::WriterOptions options;
    options.durable = false;
    auto writer = ledger::LedgerWriter::open(folder / "l", options);
    CHECK(writer.ok());
    CHECK(writer
              ->append_account(**chain::find_network("ethereum"), {},
                               [](ledger::AccountBuilder& builder) -> base::Status {
                                 for (uint8_t n = 1; n <= 3; ++n) {
                                   chain::AccountBlock block;
                                   block.height = n;
                                   block.hash[0] = n;
                                   block.time = n;
                                   chain::AccountTransaction tx;
                                   tx.id[0] = n;
                                   tx.movements = 1;
                                   block.transactions.push_back(tx);
                                   chain::AccountMovement movement;
                                   movement.asset = chain::native_asset();
                                   movement.to =
                                       chain::make_key(chain::AddressKind::kAccount, std::array<uint8_t, 20>{n});
                                   if (n > 1)
                                     movement.from =
                                         chain::make_key(chain::AddressKind::kAccount, std::array<uint8_t, 20>{1});
                                   movement.amount = base::Uint256(100u - n);
                                   block.movements.push_back(movement);
                                   JINDO_DO(builder.add(block));
                                 }
                                 return {};
                               })
              .ok());
    auto opened = ledger::Ledger::open(folder / "l");
    CHECK(opened.ok());
    return std::make_unique<ledger::Ledger>(std::move(*opened));
  }();
  (void)resolve::read_statements(tests::input_file("statements.csv", tests::as_text(data, size)), *ledger).ok();
  return 0;
}
