// The sharing file: who takes part, in which groups, which collections there are, which servers to keep in step with.
// One declarative YAML (docs/formats/sharing.md); applying it twice changes nothing. What it no longer names stays in
// the records: an organisation is ended with `active: false`, never forgotten.
#pragma once

#include <string>
#include <vector>

#include "intel/store.h"

namespace jindo::intel {

// Another TAXII server: an API root's collection, read into one here, or given what one here holds.
struct Peer {
  std::string id;
  std::string url;           // of the API root, or of the discovery resource: then `root` is found there
  std::string collection;    // there
  std::string organisation;  // who runs it
  std::string into, from;    // collections here; "": is not read from, is not given to
  std::string scheme = "bearer", user, token;  // "bearer", "basic", "token"
  bool act = true;                             // what comes from it goes into the traces, tags and answers
  unsigned poll_ms = 1000;
  bool verify_tls = true;
};
// What is reported to others of what was done here.
struct Telling {
  bool seen = true, held = true, frozen = true, returned = true;
};
// The message bus between this organisation's nodes.
struct BusConfig {
  std::string url, subject = "jindo.intel";   // url "": none
  std::string collection;                     // that the nodes keep in common
  std::string token, credentials, authority;  // net/message_bus.h
};
struct Config {
  Organisation own;
  std::vector<Organisation> organisations;
  std::vector<SharingGroup> groups;
  std::vector<Collection> collections;
  std::vector<Peer> peers;
  Telling telling;
  BusConfig bus;
  std::string act_on;  // "signed": only what its maker signed goes into answers; "all"
};
// `folder`: where token files are. The error says file, line, and what was expected.
base::Result<Config> parse_config(const std::string& path, const std::string& yaml);
// Into the records, and the text as a fact: what a running node reads its peers from. `own_key`: this node's signing
// key, which becomes one of the organisation's.
base::Result<Config> apply_config(Store& store, const std::string& path, const std::string& yaml,
                                  const std::string& own_key);
base::Result<Config> applied_config(Store& store);
// The OpenPGP key that a sharing file gave the organisation; "" for none.
base::Result<std::string> mail_key_of(Store& store, const std::string& organisation);

}  // namespace jindo::intel
