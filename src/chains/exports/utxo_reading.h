// What the readers of UTXO formats share: owners from scripts or addresses, which network the addresses are of, and the
// checks that every transaction must pass. A transaction that pays out more than it spends, spends an output twice or
// names more coin than there is, is refused; a stated fee that is not inputs less outputs is noted.
// Limits: a million inputs or outputs in a transaction.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exports/attested.h"
#include "exports/format.h"

namespace jindo::exports {

constexpr size_t kUtxoPartsMax = 1'000'000;

class UtxoReading {
 public:
  // `tells_chain`: the format is of bitcoin networks alone, so that addresses say which, and bitcoin where none does.
  UtxoReading(const ReadOptions& options, bool tells_chain, Reading& out);

  // An owner by address; none where the text is no bitcoin address ("d-…", "nonstandard…").
  chain::AddressKey owner(std::string_view address);
  // By the script's hexadecimal, where it is there, else by the address. Error: no hexadecimal.
  base::Status add_output(uint64_t value, std::string_view script, std::string_view address, Transaction& to);
  // A previous output that the file tells.
  base::Status add_input(const chain::TxId& previous, uint32_t index, uint64_t value, std::string_view script,
                         std::string_view address, Transaction& to);

  // Takes a transaction or refuses its row. `fee`: as the file states it.
  void take(base::Result<Transaction> transaction, uint64_t row, std::optional<uint64_t> fee = std::nullopt);
  // After the last: finds what inputs spend in the file itself, refuses what cannot be read, says the chain.
  void finish();

 private:
  std::string fault(const Transaction& transaction, std::optional<uint64_t> fee);
  void resolve_inputs();
  const ReadOptions& options_;
  bool tells_chain_;
  Reading& out_;
  const chain::Network* given_ = nullptr;  // --chain, where it is a bitcoin network
  std::string_view told_;                  // by the first address
  std::string strange_;                    // an address that is not of the chain
  std::map<chain::TxId, size_t> at_;       // in out_.transactions
  uint64_t repeated_ = 0;
};

base::Result<chain::TxId> read_txid(std::string_view text);
base::Result<uint64_t> read_satoshi(std::string_view text, int decimals);  // at most all coin there will be
base::Result<uint32_t> read_output_index(std::string_view text);
std::string txid_text(const chain::TxId& id);

}  // namespace jindo::exports
