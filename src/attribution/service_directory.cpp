#include "attribution/service_directory.h"

#include <algorithm>

#include "decode/csv.h"

namespace jindo::attribution {
base::Status ServiceDirectory::read(const std::string& path) {
  JINDO_TRY(decode::CsvReader reader,
            decode::CsvReader::open(path, {"chain", "address", "category", "name", "source"}, {"source"}));
  for (;;) {
    JINDO_TRY(const bool more, reader.next());
    if (!more) return {};
    const auto wrong = [&](const std::string& what) { return base::bad_input(reader.place() + ": " + what); };
    const auto network = chain::find_network(reader.cell(0));
    if (!network.ok()) return wrong(network.error().message);
    const auto key = chain::parse_address(**network, reader.cell(1));
    if (!key.ok()) return wrong("column 'address': " + key.error().message);
    const Service service{std::string(reader.cell(2)), std::string(reader.cell(3)), std::string(reader.cell(4))};
    if (std::find(std::begin(kServiceCategories), std::end(kServiceCategories), service.category) ==
        std::end(kServiceCategories)) {
      return wrong("column 'category': expected exchange, mixer, bridge, gambling or payment, found '" +
                   service.category.substr(0, 40) + "'");
    }
    if (service.name.empty()) return wrong("column 'name': expected who it is");
    const auto added = services_.emplace(std::make_pair(*network, *key), service);
    if (!added.second &&
        (added.first->second.category != service.category || added.first->second.name != service.name)) {
      return wrong("this address is already " + added.first->second.category + " '" + added.first->second.name +
                   "'; expected one owner");
    }
  }
}

const Service* ServiceDirectory::find(const chain::Network& network, const chain::AddressKey& address) const {
  const auto found = services_.find({&network, address});
  return found == services_.end() ? nullptr : &found->second;
}

bool ServiceDirectory::has_chain(const chain::Network& network) const {
  const auto at = services_.lower_bound({&network, chain::AddressKey{}});
  return at != services_.end() && at->first.first == &network;
}
}  // namespace jindo::attribution
