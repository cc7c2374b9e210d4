// Walks a build's transactions along with the values of their inputs: no transaction pays out more than it takes in,
// and no sum exceeds 21 million coins. Reads columns that are already written; keeps none of them.
#pragma once

#include <vector>

#include "base/file.h"
#include "ledger/spend_join.h"

namespace jindo::ledger {

class FeeCheck {
 public:
  struct Columns {
    std::string first_input, first_output, out_value;  // paths
    uint64_t transactions = 0;
    uint64_t base_transaction = 0, base_input = 0, base_output = 0;  // numbers of the build's first
  };
  static base::Result<FeeCheck> open(const Columns& columns, PlaceOf place_of);
  base::Status inputs(const std::vector<uint64_t>& values);  // the next inputs' values, in order
  base::Status finish();

 private:
  uint64_t number(const base::MappedFile& file, uint64_t index) const {
    return reinterpret_cast<const uint64_t*>(file.bytes().data())[index];
  }
  base::Error overflow(uint64_t input, const std::string& what) const;
  base::Status close_finished();
  Columns columns_;
  PlaceOf place_of_;
  base::MappedFile in_file_, out_file_, value_file_;
  uint64_t transaction_ = 0;  // local
  uint64_t input_ = 0;        // local
  uint64_t taken_in_ = 0;
};

}  // namespace jindo::ledger
