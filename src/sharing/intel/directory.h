// Who shares: organisations with their signing keys, sharing groups with a written purpose, collections. A Directory is
// a picture of the records at one moment, immutable; the store makes a new one with each change.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "intel/access.h"

namespace jindo::intel {

struct Organisation {
  std::string id;  // identity--UUID, its STIX identity
  std::string name, country, kind, contact;
  bool community = true;          // one of those that may see TLP:GREEN
  bool four_eyes = false;         // what its people publish waits for another of them
  bool active = true;             // else its keys read and write nothing
  std::vector<std::string> keys;  // Ed25519, hex, that its signatures are good with
  std::string mail_key;           // OpenPGP, armoured, that files for it are encrypted to; "": none known
};
struct SharingGroup {
  std::string id;  // lower case, digits, dashes
  std::string name, purpose;
  std::set<std::string> members;  // organisations
};
struct Collection {
  int64_t number = 0;
  std::string id;  // UUID
  std::string title, description;
  std::string group;                   // members only; "": every organisation
  Marking unmarked = Marking::kAmber;  // how what comes without a TLP is taken
  bool writable = true;
};

struct Directory {
  std::string own;  // the organisation that runs this node
  std::map<std::string, Organisation> organisations;
  std::map<std::string, std::string> key_owner;  // signing key, hex -> organisation
  std::map<std::string, SharingGroup> groups;
  std::map<std::string, Collection> collections;
  int64_t version = 0;

  // The organisation's reader; nullopt where there is no such active organisation.
  std::optional<Reader> reader(const std::string& organisation, Affiliation affiliation,
                               const std::string& individual) const;
  // The organisation's name; the identifier itself where it is not known here.
  std::string name_of(const std::string& organisation) const;
  // Who may see least of this organisation's: one of its clients, whom no marking names.
  std::optional<Reader> least_of_ours() const { return reader(own, Affiliation::kClient, ""); }
  // The collection, where the reader's organisation may know of it.
  const Collection* collection(const std::string& id, const Reader& reader) const;
};
base::Status check(const Organisation& organisation);
base::Status check(const SharingGroup& group);
base::Status check(const Collection& collection);
// The organisation as a STIX identity.
std::string identity_object(const Organisation& organisation);

}  // namespace jindo::intel
