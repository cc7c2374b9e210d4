// TAXII 2.1's client side: one collection of one API root. Blocking, time-outs on everything; a thread each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "intel/config.h"
#include "net/http.h"

namespace jindo::intel {

struct PulledPage {
  std::vector<stix::Object> objects;
  std::vector<std::string> refused;  // objects that are no STIX 2.1, and why
  bool more = false;
  std::string next;
  int64_t last_added_us = 0;  // of the page's last object, by the server's clock; 0 where it does not say
};

class TaxiiClient {
 public:
  static base::Result<std::unique_ptr<TaxiiClient>> make(const Peer& peer);
  // What was added after the server's time (0: everything), all versions; `next` goes on with a page before.
  base::Result<PulledPage> objects(int64_t added_after_us, const std::string& next, size_t limit);
  struct Posted {
    size_t taken = 0, failed = 0, pending = 0;
    std::string first_failure, status_id;
  };
  // `envelope`: {"objects": [ … ]}.
  base::Result<Posted> post(const std::string& envelope);

 private:
  explicit TaxiiClient(Peer peer) : peer_(std::move(peer)) {}
  base::Status find_root();
  base::Result<net::ClientResponse> call(const char* method, const std::string& target, std::string_view body);
  Peer peer_;
  std::unique_ptr<net::Client> client_;
  std::string root_;  // path of the API root, with its last slash; "" until found
};

}  // namespace jindo::intel
