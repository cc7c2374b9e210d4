// Input of any size from a seed.
#include "synthetic.h"

#include <cstdio>
#include <random>
#include <vector>

#include "base/check.h"
#include "base/file.h"
#include "support/chain_maker.h"

namespace jindo::bench {
namespace {
// Buffered text out.
class TextFile {
 public:
  explicit TextFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) { CHECK(file_ != nullptr); }
  ~TextFile() { CHECK(std::fclose(file_) == 0); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  template <class... Args>
  void line(const char* format, Args... args) {
    CHECK(std::fprintf(file_, format, args...) > 0);
  }

 private:
  std::FILE* file_;
};
// Few parties have most of the traffic: an index whose density falls as 1/x.
uint64_t heavy(std::mt19937_64& random, uint64_t count) {
  const uint64_t bits = random() % 64;
  return random() % (1 + count * (bits + 1) * (bits + 1) / 4096) % count;
}
}  // namespace

void make_blocks_folder(const std::string& folder, uint64_t transactions, uint32_t owners) {
  CHECK(base::make_folders(folder).ok());
  tests::RandomChain::Shape shape;
  shape.transactions = 570;
  shape.owners = owners;
  shape.inputs_max = 3;
  shape.outputs_max = 3;
  shape.odd_scripts = false;
  shape.recent = 60'000;
  tests::RandomChain chain(2024, shape);
  std::vector<tests::ByteVector> file;
  size_t bytes = 0;
  int number = 0;
  const auto flush = [&] {
    char name[32];
    std::snprintf(name, sizeof name, "/blk%05d.dat", number++);
    tests::write_bytes(folder + name, tests::blk_bytes(file, {0xfa, 0xbf, 0xb5, 0xda}, {}, 0));
    file.clear();
    bytes = 0;
  };
  for (uint64_t made = 0; made < transactions; made += shape.transactions + 1) {
    bytes += chain.grow().size();
    file.push_back(chain.blocks().back());
    chain.drop_bytes();
    if (bytes > (size_t{64} << 20)) flush();
  }
  flush();
}

void make_transfers_csv(const std::string& path, uint64_t movements) {
  std::mt19937_64 random(7);
  TextFile out(path);
  out.line(
      "%s\n",
      "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount");
  constexpr uint64_t kAccounts = 1'000'000;
  for (uint64_t m = 0; m < movements; ++m) {
    const uint64_t block = m / 150;
    const bool mint = m < kAccounts / 4 || random() % 50 == 0;
    const uint64_t from = m < kAccounts / 4 ? m : heavy(random, kAccounts);
    const uint64_t to = mint ? (m < kAccounts / 4 ? m * 4 : heavy(random, kAccounts)) : random() % kAccounts;
    char sender[48] = "";
    if (!mint) std::snprintf(sender, sizeof sender, "0x%040llx", static_cast<unsigned long long>(from + 0x1000));
    out.line("%llu,%llu,0x%064llx,%llu,0,transfer,ETH,%s,0x%040llx,%llu\n", static_cast<unsigned long long>(block),
             static_cast<unsigned long long>(1600000000 + block * 12),
             static_cast<unsigned long long>((m + 1) * 0x9e3779b97f4a7c15ULL), static_cast<unsigned long long>(m % 150),
             sender, static_cast<unsigned long long>(to + 0x1000),
             static_cast<unsigned long long>(mint ? 1'000'000'000'000'000'000ULL + random() % 1'000'000'000'000
                                                  : 1 + random() % 100'000'000'000'000'000ULL));
  }
}

uint64_t make_ethereum_etl(const std::string& folder, uint64_t transactions) {
  CHECK(base::make_folders(folder).ok());
  std::mt19937_64 random(11);
  TextFile txs(folder + "/transactions.csv");
  TextFile tokens(folder + "/token_transfers.csv");
  txs.line("%s\n",
           "hash,nonce,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,input,"
           "block_timestamp,max_fee_per_gas,max_priority_fee_per_gas,transaction_type,receipt_gas_used,receipt_"
           "effective_gas_price,receipt_status");
  tokens.line("%s\n", "token_address,from_address,to_address,value,transaction_hash,log_index,block_number");
  uint64_t rows = 0, log = 0;
  for (uint64_t t = 0; t < transactions; ++t, ++rows) {
    const unsigned long long block = t / 150, hash = (t + 1) * 0x9e3779b97f4a7c15ULL;
    if (t % 150 == 0) log = 0;
    const bool token = random() % 2 == 0;
    txs.line(
        "0x%064llx,%llu,0x%064llx,%llu,%llu,0x%040llx,0x%040llx,%llu,90000,20000000000,%s,%llu,,,0,21000,20000000000,"
        "1\n",
        hash, static_cast<unsigned long long>(random() % 1000), block + 1, block,
        static_cast<unsigned long long>(t % 150), static_cast<unsigned long long>(heavy(random, 1'000'000) + 1),
        static_cast<unsigned long long>(random() % 1'000'000 + 1),
        static_cast<unsigned long long>(token ? 0 : random() % 1'000'000'000'000'000'000ULL),
        token ? "0xa9059cbb00000000000000000000000066f183060253cfbe45beff1e6e7ebbe318c81e560000000000000000000000000000"
                "000000000000000000000000000000030d40"
              : "0x",
        1600000000 + block * 12);
    if (!token) continue;
    tokens.line("0x%040llx,0x%040llx,0x%040llx,%llu,0x%064llx,%llu,%llu\n",
                static_cast<unsigned long long>(random() % 50 + 0xdead0000),
                static_cast<unsigned long long>(heavy(random, 1'000'000) + 1),
                static_cast<unsigned long long>(random() % 1'000'000 + 1),
                static_cast<unsigned long long>(random() % 1'000'000'000), hash, static_cast<unsigned long long>(log++),
                block);
    ++rows;
  }
  return rows;
}
}  // namespace jindo::bench
