// Who owns what, as text: names of owners by number, and the answer key's row for an address
// (docs/formats/exercise.md). Persons are numbered and share one kind; services, thieves and victims have names of
// their own. Built before blocks are encoded; reading is thread safe while nobody adds.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace jindo::synth {

using OwnerId = uint32_t;

class OwnerNames {
 public:
  explicit OwnerNames(uint32_t persons) : persons_(persons) {}
  // Owners 0 … persons-1 are "person-N". Others come behind them. Any thread may add or read.
  OwnerId add(std::string name, std::string kind) {
    const std::lock_guard<std::mutex> lock(mutex_);
    named_.push_back({std::move(name), std::move(kind)});
    return persons_ + static_cast<OwnerId>(named_.size()) - 1;
  }
  std::string name(OwnerId owner) const {
    if (owner < persons_) return "person-" + std::to_string(owner);
    const std::lock_guard<std::mutex> lock(mutex_);
    return named_[owner - persons_].name;
  }
  std::string kind(OwnerId owner) const {
    if (owner < persons_) return "person";
    const std::lock_guard<std::mutex> lock(mutex_);
    return named_[owner - persons_].kind;
  }
  void append_row(std::string_view chain, std::string_view address, OwnerId owner, std::string_view role,
                  std::string& out) const {
    out.append(chain).append(",").append(address).append(",").append(name(owner)).append(",").append(kind(owner));
    out.append(",").append(role).append("\n");
  }
  static constexpr std::string_view kHeader = "chain,address,owner,kind,role\n";

 private:
  struct Named {
    std::string name, kind;
  };
  uint32_t persons_;
  mutable std::mutex mutex_;
  std::deque<Named> named_;
};

}  // namespace jindo::synth
