// Filling the directory from a table or from tags; look-ups by name first, then by rule.
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
    const auto added = services_[*network].emplace(*key, service);
    if (!added.second &&
        (added.first->second.category != service.category || added.first->second.name != service.name)) {
      return wrong("this address is already " + added.first->second.category + " '" + added.first->second.name +
                   "'; expected one owner");
    }
  }
}

void ServiceDirectory::add(const TagIndex& tags) {
  const chain::Network* network = nullptr;
  const chain::AddressKey* last = nullptr;
  for (const Tag& tag : tags.tags()) {
    if (tag.subject.network == nullptr || tag.subject.kind == SubjectKind::kTransaction) continue;
    if (last != nullptr && network == tag.subject.network && *last == tag.subject.key) continue;  // a later one
    network = tag.subject.network;
    last = &tag.subject.key;
    // What accuses comes before what kind of party it is, but a listed exchange is an exchange still: the first tag
    // that says what kind of party it is decides.
    for (const Tag& one : tags.find(*network, *last)) {
      const CategoryInfo& info = info_of(one.category);
      if (info.risk || one.category == Category::kUnknown) continue;
      if (info.service) services_[network].emplace(*last, Service{info.name, tags.owner_of(one), one.source, "tag"});
      break;
    }
  }
}

const Service* ServiceDirectory::look_up(const std::map<const chain::Network*, OfChain>& in,
                                         const chain::Network& network, const chain::AddressKey& address) {
  const auto chain = in.find(&network);
  if (chain == in.end()) return nullptr;
  const auto found = chain->second.find(address);
  return found == chain->second.end() ? nullptr : &found->second;
}
const Service* ServiceDirectory::find_named(const chain::Network& network, const chain::AddressKey& address) const {
  const Service* named = look_up(services_, network, address);
  return named != nullptr ? named : look_up(known_, network, address);
}
const Service* ServiceDirectory::find(const chain::Network& network, const chain::AddressKey& address) const {
  if (const Service* named = look_up(services_, network, address)) return named;
  const auto rules = rules_.find(&network);
  if (rules != rules_.end())
    for (const Rule& rule : rules->second)
      if (const Service* service = rule(address)) return service;
  return look_up(known_, network, address);
}

bool ServiceDirectory::has_chain(const chain::Network& network) const {
  return services_.count(&network) != 0 || rules_.count(&network) != 0;
}

std::vector<chain::AddressKey> ServiceDirectory::addresses(const chain::Network& network,
                                                           std::string_view category) const {
  std::vector<chain::AddressKey> out;
  const auto found = services_.find(&network);
  if (found == services_.end()) return out;
  for (const auto& [key, service] : found->second)
    if (service.category == category) out.push_back(key);
  std::sort(out.begin(), out.end());
  return out;
}
}  // namespace jindo::attribution
