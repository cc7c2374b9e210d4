// A ledger with many exposed addresses, for the benches of a node that answers.
#include "serving.h"

#include <cstdio>

#include "base/file.h"
#include "base/hex.h"
#include "measure.h"
#include "support/chain_maker.h"

namespace jindo::bench {
namespace {
constexpr std::array<uint8_t, 4> kMagic = {0xfa, 0xbf, 0xb5, 0xda};
constexpr uint32_t kBits = 0x207fffff;
constexpr uint64_t kFan = 1000;            // outputs of one transaction
constexpr size_t kTransactionsBlock = 80;  // 80,000 outputs: 2.5 MB

std::string address_of(uint64_t owner) {
  const auto& network = **chain::find_network("bitcoin-regtest");
  return chain::format_address(network, chain::classify_script(tests::p2wpkh(owner)).key);
}

class Growing {
 public:
  explicit Growing(std::string folder) : folder_(std::move(folder)) {}
  tests::ByteVector block(std::vector<tests::MadeTransaction> transactions) {
    tests::MadeTransaction coinbase;
    coinbase.outputs.push_back({height_ == 0 ? uint64_t{2'000'000'000'000'000} : uint64_t{0}, tests::p2wpkh(1)});
    coinbase.lock_time = ++height_;
    transactions.insert(transactions.begin(), coinbase);
    first_ = tests::identifier(coinbase);
    auto out = tests::make_block(tip_, 1'700'000'000 + height_ * 600, kBits, height_, transactions);
    tip_ = tests::block_hash(out);
    return out;
  }
  void add(std::vector<tests::MadeTransaction> transactions) {
    pending_.push_back(block(std::move(transactions)));
    if (pending_.size() == 20) flush();
  }
  void flush() {
    if (pending_.empty()) return;
    char name[32];
    std::snprintf(name, sizeof name, "/blk%05u.dat", file_++);
    tests::write_bytes(folder_ + name, tests::blk_bytes(pending_, kMagic, {}, 0));
    pending_.clear();
  }
  const chain::TxId& coinbase() const { return first_; }

 private:
  std::string folder_;
  std::vector<tests::ByteVector> pending_;
  base::Hash256 tip_{};
  uint32_t height_ = 0, file_ = 0;
  chain::TxId first_{};
};
}  // namespace

void make_exposed_ledger(const std::string& folder, uint64_t addresses) {
  must(base::make_folders(folder).ok() ? base::Result<int>(0) : base::Result<int>(base::machine_failed(folder)));
  Growing chain(folder);
  chain.add({});
  const chain::TxId minted = chain.coinbase();
  // The theft: one output to the thief; then a fan of fans.
  tests::MadeTransaction theft;
  theft.inputs.push_back({minted, 0});
  const uint64_t fans = (addresses + kFan - 1) / kFan;
  constexpr uint64_t kLeaf = 100'000;
  theft.outputs.push_back({fans * kFan * kLeaf, tests::p2wpkh(2)});
  chain.add({theft});
  std::vector<tests::MadeTransaction> spread;  // one transaction's outputs fund up to kFan fans
  const chain::TxId stolen = tests::identifier(theft);
  tests::MadeTransaction first;
  first.inputs.push_back({stolen, 0});
  for (uint64_t f = 0; f < fans; ++f) first.outputs.push_back({kFan * kLeaf, tests::p2wpkh(100 + f)});
  chain.add({first});
  const chain::TxId funds = tests::identifier(first);
  std::string exposed, clean, more;
  std::vector<tests::MadeInput> coins;
  for (uint64_t f = 0; f < fans; ++f) {
    tests::MadeTransaction fan;
    fan.inputs.push_back({funds, static_cast<uint32_t>(f)});
    for (uint64_t o = 0; o < kFan; ++o) fan.outputs.push_back({kLeaf, tests::p2wpkh(1'000'000 + f * kFan + o)});
    if (f % std::max<uint64_t>(fans / 1000, 1) == 0) {
      const chain::TxId id = tests::identifier(fan);
      for (uint32_t o = 0; o < 20; ++o) {
        exposed += address_of(1'000'000 + f * kFan + o) + "\n";
        clean += address_of((uint64_t{1} << 40) + f * kFan + o) + "\n";
        coins.push_back({id, 100 + o});
      }
    }
    spread.push_back(std::move(fan));
    if (spread.size() == kTransactionsBlock) chain.add(std::move(spread)), spread.clear();
  }
  if (!spread.empty()) chain.add(std::move(spread));
  chain.flush();
  for (size_t b = 0; b < 100; ++b) {  // live blocks: each moves 100 of the stolen coins on
    std::vector<tests::MadeTransaction> moves;
    for (size_t i = 0; i < 100 && !coins.empty(); ++i) {
      tests::MadeTransaction move;
      move.inputs.push_back(coins.back());
      coins.pop_back();
      move.outputs.push_back({kLeaf - 500, tests::p2wpkh((uint64_t{1} << 41) + b * 1000 + i)});
      moves.push_back(std::move(move));
    }
    more += base::to_hex(chain.block(std::move(moves))) + "\n";
  }
  const auto& network = **chain::find_network("bitcoin-regtest");
  const std::string incident =
      "id: bench-theft\nname: A theft made for the bench\ndate: 2023-11-14\nthefts:\n  - {chain: bitcoin-regtest, "
      "transaction: \"" +
      chain::format_hash(network, stolen) + "\", output: 0}\n";
  for (const auto& [name, text] : {std::pair<const char*, const std::string*>{"/incident.yaml", &incident},
                                   {"/addresses.txt", &exposed},
                                   {"/clean.txt", &clean},
                                   {"/more.txt", &more}})
    if (!base::replace_file(folder + name, *text).ok()) std::exit(1);
}
}  // namespace jindo::bench
