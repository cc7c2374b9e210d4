// What one file attests, before any ledger: rows as the file tells them, with what it leaves unknown. Every foreign
// export is read into this form (docs/formats/exports.md); reconcile.h makes blocks of the readings of many files.
// Identifiers are text in the chain's canonical form, since a file may speak of a chain that has no ledger here:
// EVM and hashes lower-case hex with 0x, bitcoin hashes lower-case hex without, Tron and Solana as they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/uint256.h"
#include "chain/block.h"

namespace jindo::exports {

// What a file cannot tell; the words are those of docs/formats/exports.md.
enum class Unknown : uint8_t {
  kAddress,
  kAmount,
  kBlock,         // no height: time stands for it
  kChain,         // not told by the file
  kContract,      // a token by name only
  kCounterparty,  // the other side is not told
  kDecimals,      // scale of tokens: amounts are in whole units of an unknown size
  kFee,
  kFilter,  // what the query left out
  kInputs,  // previous outputs are not in the file
  kInternal,
  kLog,       // place of token transfers in their transaction, or token transfers not seen at all
  kNextPage,  // there is more than this page
  kOrder,     // place of the transaction in its block
  kStatus,    // success is not told
  kTime,      // no time, or not to the second
  kTimeZone,
  kTransaction,  // no transaction identifier
  kTxid,         // an exchange's row without a chain's identifier
};
std::string_view unknown_name(Unknown what);  // "time-zone"

class UnknownSet {
 public:
  UnknownSet() = default;
  UnknownSet(std::initializer_list<Unknown> list) {
    for (const Unknown what : list) add(what);
  }
  void add(Unknown what) { bits_ |= bit(what); }
  void remove(Unknown what) { bits_ &= ~bit(what); }
  void add(const UnknownSet& other) { bits_ |= other.bits_; }
  bool has(Unknown what) const { return (bits_ & bit(what)) != 0; }
  bool empty() const { return bits_ == 0; }
  std::vector<std::string_view> names() const;  // sorted
  friend bool operator==(const UnknownSet&, const UnknownSet&) = default;

 private:
  static uint32_t bit(Unknown what) { return uint32_t{1} << static_cast<unsigned>(what); }
  uint32_t bits_ = 0;
};

// Which part of a transaction a movement is. In a transaction they run in this order.
enum class Part : uint8_t {
  kBlockLevel,  // reward, withdrawal, genesis: of no transaction
  kFee,
  kNative,    // the transaction's own value
  kInternal,  // an inner call's
  kToken,     // by a log
};

// A movement on an account chain, as one row attests it.
struct Movement {
  uint64_t row = 0;  // line of a text file, record of a JSON or Parquet file, row of a sheet; from 1
  Part part = Part::kNative;
  std::string transaction;  // "" where the file does not tell it, or at block level
  std::string from, to;     // "" is nobody (mint, burn, a fee's end); the zero address is written out
  std::string asset;        // "" is the chain's coin; a contract; contract:id of an NFT
  base::Uint256 amount;     // base units; not set where `decimal` is
  std::string decimal;      // whole units as written ("1234.5"), where the file does not tell the asset's decimals
  std::optional<uint64_t> block;
  std::optional<int64_t> time;    // unix seconds
  std::optional<uint32_t> index;  // the transaction's place in its block
  std::optional<uint64_t>
      log;  // the log's place in its block; a place in the transaction only is told by the order of rows
  std::optional<std::vector<uint32_t>> path;  // of an inner call: trace address
  uint64_t gas_price = 0;                     // of a fee: base units of the coin, as paid; 0: not told
};

// What a transaction says beside the value it moves: an event, a call's text (chain::BlockNote).
struct Said {
  uint64_t row = 0;
  std::string transaction;
  chain::NoteKind kind = chain::NoteKind::kEvent;
  uint32_t position = 0;  // the log's place in its block
  uint8_t topics = 0;
  bool cut = false;
  std::string contract;        // the emitter, or whom the call was sent to
  std::vector<uint8_t> bytes;  // topics, then data
  std::optional<uint64_t> block;
  std::optional<int64_t> time;
  std::optional<uint32_t> index;  // the transaction's place in its block
};
// A contract came to be in this transaction.
struct Created {
  uint64_t row = 0;
  std::string transaction, contract, creator;
};

// A transaction on a UTXO chain, whole as the file tells it. Inputs have `external` set where the file tells the
// previous output's value and owner; without, the ledger or another file has to hold them. A `previous` of zeros is one
// that the file does not name (blockchain.info tells value and owner of what is spent, and no transaction).
struct Transaction {
  uint64_t row = 0;
  chain::TxId id{};
  bool coinbase = false;
  std::optional<uint64_t> height;
  std::optional<chain::BlockHash> block_hash;
  std::optional<int64_t> time;
  std::optional<uint32_t> index;
  std::vector<chain::UtxoInput> inputs;
  std::vector<chain::UtxoOutput> outputs;
  std::vector<std::pair<uint32_t, std::vector<uint8_t>>> data_scripts;  // of OP_RETURN outputs, by index
};

// A row of an exchange's account history. Off chain, never a movement: it is joined to a transaction by its identifier,
// else by address and amount.
struct ExchangeRecord {
  enum class Kind : uint8_t { kDeposit, kWithdrawal, kOther };
  uint64_t row = 0;
  Kind kind = Kind::kOther;
  bool done = true;     // completed, as the exchange says
  std::string asset;    // ticker ("BTC"; kraken's XXBT is written BTC)
  std::string amount;   // decimal text, without sign
  std::string fee;      // beside the amount; "" where not told
  std::string network;  // as the exchange names it; ""
  std::string address, transaction;
  std::optional<int64_t> time;
};

// A transaction that a wallet's history names, without counterparties.
struct Watched {
  uint64_t row = 0;
  std::string transaction;
  std::optional<int64_t> time;
};

struct Refusal {
  uint64_t row = 0;  // the first such row; 0: the file
  uint64_t count = 1;
  std::string why;
};

// The reading of one file.
struct Reading {
  std::string file;        // as the user named it
  base::Hash256 digest{};  // SHA-256 of its bytes: names the reading whatever the file is called
  std::string format;      // "etherscan-txs"; "none" where nothing recognised it
  std::string chain;  // name of chain/network.h (or of a chain that Jindo keeps no ledger of: "solana"); "" not told
  std::string coin;   // the chain's coin where no Network has it ("SOL"); else ""
  uint64_t rows = 0;  // data rows of the file
  bool file_refused = false;  // nothing is read; refusals say why
  std::vector<Refusal> refusals;
  UnknownSet unknown;
  std::vector<std::string> notes;  // what a user should know, a sentence each
  std::string holder;              // the address whose history the file is, where it tells; else ""
  bool holder_whole = false;  // the file is that address's whole history of its kind between its first and last row
  std::vector<Movement> movements;
  std::vector<Said> said;        // of transactions that have a movement here or in another file
  std::vector<Created> created;  // the same
  std::vector<Transaction> transactions;
  std::vector<ExchangeRecord> records;
  std::vector<Watched> watched;

  void refuse_row(uint64_t row, std::string why);  // same `why` counts up
  void refuse_file(std::string why);               // and drops what was read
  uint64_t refused() const;                        // rows left out; all of them where the file is refused
};

}  // namespace jindo::exports
