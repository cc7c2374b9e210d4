// Two sweeps over the rows of all passes: the births are marked, then, all being known, each row gets its number. A row
// that an older pass has too is born there.
#include "cluster/numbering.h"

#include <algorithm>
#include <mutex>

#include "base/parallel.h"

namespace jindo::cluster {
namespace {
using base::Status;
using ledger::ColumnPass;
using ledger::kNoNumber;
constexpr uint64_t kRowsAtOnce = 65'536;
constexpr int kPassShift = 48;  // in a place of an older pass: the pass above, the row below

class Numbering {
 public:
  Numbering(const ledger::UtxoReader& reader, const std::vector<ColumnPass>& passes, unsigned threads,
            AddressNumbers& numbers)
      : reader_(reader),
        passes_(passes),
        threads_(threads),
        numbers_(numbers),
        any_external_(std::any_of(passes.begin(), passes.end(), [](const ColumnPass& p) { return p.external; })),
        older_(passes.size()),
        tables_(passes.size()) {}

  base::Result<std::vector<std::vector<uint32_t>>> run() {
    JINDO_DO(numbers_.begin(reader_.info().outputs));
    divide();
    JINDO_DO(mark_births());
    // Older passes first: a newer one's rows may point into them.
    for (size_t p = 0; p < passes_.size(); ++p) JINDO_DO(fill_table(p));
    return std::move(tables_);
  }

 private:
  struct Part {
    size_t pass;
    uint64_t begin, end;
  };

  void divide() {
    for (size_t p = 0; p < passes_.size(); ++p) {
      const uint64_t rows = passes_[p].address_key.size();
      tables_[p].resize(rows);
      if (p > 0) older_[p].assign(rows, kNoNumber);
      for (uint64_t begin = 0; begin < rows; begin += kRowsAtOnce)
        parts_.push_back({p, begin, std::min(rows, begin + kRowsAtOnce)});
    }
  }

  // The input that a row was born of; kNoNumber: born of an output.
  uint64_t birth_input(const ColumnPass& pass, uint64_t row) const {
    if (!any_external_ || pass.sent_offset[row] == pass.sent_offset[row + 1]) return kNoNumber;
    const uint64_t input = pass.sent[pass.sent_offset[row]];
    if (pass.received_offset[row] == pass.received_offset[row + 1]) return input;
    const uint64_t output = pass.received[pass.received_offset[row]];
    return reader_.transaction_of_input(input) <= reader_.transaction_of_output(output) ? input : kNoNumber;
  }
  // Whether an older pass has the row's address; where, is noted.
  bool find_older(size_t pass, uint64_t row) {
    if (pass == 0) return false;
    const chain::AddressKey& key = passes_[pass].address_key[row];
    const uint64_t hash = chain::hash_key(key);
    uint64_t& where = older_[pass][row];
    for (size_t q = 0; q < pass && where == kNoNumber; ++q) {
      const uint64_t there = reader_.row_in_pass(q, key, hash);
      if (there != kNoNumber) where = static_cast<uint64_t>(q) << kPassShift | there;
    }
    return where != kNoNumber;
  }

  Status mark_births() {
    std::mutex mutex;
    std::vector<uint64_t> externals;
    JINDO_DO(base::parallel_for(parts_.size(), threads_, [&](size_t i) -> Status {
      const Part& part = parts_[i];
      const ColumnPass& pass = passes_[part.pass];
      std::vector<uint64_t> mine;
      for (uint64_t row = part.begin; row < part.end; ++row) {
        if (find_older(part.pass, row)) continue;
        const uint64_t input = birth_input(pass, row);
        if (input != kNoNumber)
          mine.push_back(input);
        else
          numbers_.mark(pass.received[pass.received_offset[row]]);
      }
      const std::lock_guard<std::mutex> lock(mutex);
      externals.insert(externals.end(), mine.begin(), mine.end());
      return {};
    }));
    return numbers_.finish(std::move(externals));
  }

  Status fill_table(size_t p) {
    const uint64_t rows = passes_[p].address_key.size();
    return base::parallel_for((rows + kRowsAtOnce - 1) / kRowsAtOnce, threads_, [&](size_t i) -> Status {
      for (uint64_t row = i * kRowsAtOnce; row < std::min(rows, (i + 1) * kRowsAtOnce); ++row)
        tables_[p][row] = number_of(p, row);
      return {};
    });
  }
  uint32_t number_of(size_t p, uint64_t row) const {
    if (p > 0 && older_[p][row] != kNoNumber)
      return tables_[older_[p][row] >> kPassShift][older_[p][row] & ((uint64_t{1} << kPassShift) - 1)];
    const ColumnPass& pass = passes_[p];
    const uint64_t input = birth_input(pass, row);
    if (input == kNoNumber) return numbers_.rank(pass.received[pass.received_offset[row]]);
    const auto& externals = numbers_.externals();
    return kExternalNumber |
           static_cast<uint32_t>(std::lower_bound(externals.begin(), externals.end(), input) - externals.begin());
  }

  const ledger::UtxoReader& reader_;
  const std::vector<ColumnPass>& passes_;
  unsigned threads_;
  AddressNumbers& numbers_;
  bool any_external_;
  std::vector<Part> parts_;
  // Rows that an older pass has: pass and row there, in place of a number until those are known.
  std::vector<std::vector<uint64_t>> older_;
  std::vector<std::vector<uint32_t>> tables_;
};
}  // namespace

base::Result<std::vector<std::vector<uint32_t>>> number_all(const ledger::UtxoReader& reader,
                                                            const std::vector<ColumnPass>& passes, unsigned threads,
                                                            AddressNumbers& numbers) {
  return Numbering(reader, passes, threads, numbers).run();
}
}  // namespace jindo::cluster
