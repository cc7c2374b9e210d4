// Parts that every object written here has. Within this room only.
#pragma once

#include <map>
#include <set>

#include "base/json_writer.h"
#include "intel/incident_stix.h"

namespace jindo::intel {
using base::JsonWriter;

void texts(JsonWriter& json, const char* name, const std::vector<std::string>& list);
// The head that all objects have; observables have no creator.
void head(JsonWriter& json, const std::string& type, const std::string& id, const Organisation* creator,
          const Markings& markings);
template <class Write>
void extension(JsonWriter& json, const char* id, const char* type, Write write) {
  json.key(id);
  json.begin_object();
  json.field("extension_type", type);
  write();
  json.end_object();
}
std::string relationship(const std::string& from, const std::string& kind, const std::string& to,
                         const std::string& description, const Publisher& by, const Markings& markings);
// Addresses of one text on several chains are one wallet, as the public extension has it.
struct Wallet {
  std::string value, id;
  std::set<std::string> chains;
  std::string said;  // what is said of it
};
class Wallets {
 public:
  const std::string& add(const chain::Network& network, const std::string& value, const std::string& said);

  const std::map<std::string, Wallet>& all() const { return by_value_; }

 private:
  std::map<std::string, Wallet> by_value_;
};
std::string wallet_object(const Wallet& wallet, const Markings& markings);
std::string id_in(const std::string& object);

}  // namespace jindo::intel
