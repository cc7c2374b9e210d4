// Which addresses belong to a service (exchange, mixer, bridge, gambling, payment): where a trace ends. Read from a CSV
// table with the columns chain, address, category, name and, if wanted, source. Immutable once read; thread safe.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "base/result.h"
#include "chain/address.h"

namespace jindo::attribution {

struct Service {
  std::string category;
  std::string name;
  std::string source;
};

class ServiceDirectory {
 public:
  // Adds the table's rows. An address named twice on a chain must agree with itself.
  base::Status read(const std::string& path);
  const Service* find(const chain::Network& network, const chain::AddressKey& address) const;
  bool empty() const { return services_.empty(); }
  bool has_chain(const chain::Network& network) const;

 private:
  std::map<std::pair<const chain::Network*, chain::AddressKey>, Service> services_;
};

inline constexpr const char* kServiceCategories[] = {"exchange", "mixer", "bridge", "gambling", "payment"};

}  // namespace jindo::attribution
