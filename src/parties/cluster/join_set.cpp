// The sets as columns of parents and sizes.
#include "cluster/join_set.h"

namespace jindo::cluster {
namespace {
constexpr size_t kNumbersMax = size_t{1} << 31;
}  // namespace

base::Result<JoinSet> JoinSet::create() {
  JoinSet out;
  for (auto* column : {&out.parent_, &out.size_, &out.external_parent_, &out.external_size_}) {
    JINDO_TRY(*column, base::PrivateColumn<uint32_t>::create(kNumbersMax));
  }
  return out;
}
base::Result<JoinSet> JoinSet::open(const std::string& folder, uint64_t addresses, uint64_t externals) {
  JoinSet out;
  using Column = base::PrivateColumn<uint32_t>;
  JINDO_TRY(out.parent_, Column::open(folder + "/parent.col", addresses, kNumbersMax));
  JINDO_TRY(out.size_, Column::open(folder + "/size.col", addresses, kNumbersMax));
  JINDO_TRY(out.external_parent_, Column::open(folder + "/external_parent.col", externals, kNumbersMax));
  JINDO_TRY(out.external_size_, Column::open(folder + "/external_size.col", externals, kNumbersMax));
  return out;
}

base::Status JoinSet::resize(uint32_t addresses, uint32_t externals) {
  const auto grow = [](base::PrivateColumn<uint32_t>& parents, base::PrivateColumn<uint32_t>& sizes, uint32_t count,
                       uint32_t bit) -> base::Status {
    const size_t had = parents.size();
    JINDO_DO(parents.resize(count));
    JINDO_DO(sizes.resize(count));
    for (size_t i = had; i < count; ++i) {
      parents[i] = static_cast<uint32_t>(i) | bit;
      sizes[i] = 1;
    }
    return {};
  };
  JINDO_DO(grow(parent_, size_, addresses, 0));
  return grow(external_parent_, external_size_, externals, kExternalNumber);
}

uint32_t JoinSet::unite(uint32_t a, uint32_t b) {
  if (b < a) std::swap(a, b);
  parent(b) = a;
  size_at(a) += size_at(b);
  return a;
}
}  // namespace jindo::cluster
