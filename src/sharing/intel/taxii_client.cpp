// Requests of a TAXII client, and what of their answers counts.
#include "intel/taxii_client.h"

#include "base/base64.h"
#include "stix/identifier.h"
#include "stix/json.h"

namespace jindo::intel {
namespace {
constexpr const char* kTaxii = "application/taxii+json;version=2.1";
}

base::Result<std::unique_ptr<TaxiiClient>> TaxiiClient::make(const Peer& peer) {
  std::unique_ptr<TaxiiClient> out(new TaxiiClient(peer));
  net::ClientOptions options;
  options.user_agent = "jindo taxii";
  options.verify = peer.verify_tls;
  JINDO_TRY(out->client_, net::Client::make(peer.url, options));
  return out;
}
base::Result<net::ClientResponse> TaxiiClient::call(const char* method, const std::string& target,
                                                    std::string_view body) {
  std::vector<std::pair<std::string, std::string>> headers = {{"Accept", kTaxii}};
  if (!body.empty()) headers.emplace_back("Content-Type", kTaxii);
  if (peer_.scheme == "basic") {
    const std::string who = peer_.user + ":" + peer_.token;
    std::string text = "Basic ";
    base::append_base64(base::as_bytes(who), text);
    headers.emplace_back("Authorization", text);
  } else if (!peer_.token.empty()) {
    headers.emplace_back("Authorization", (peer_.scheme == "token" ? "Token " : "Bearer ") + peer_.token);
  }
  JINDO_TRY(auto answer, client_->call(method, target, body, headers));
  if (answer.status / 100 != 2)
    return base::machine_failed(peer_.url + ": " + method + " " + target.substr(0, 120) + ": status " +
                                std::to_string(answer.status) + ": " + answer.body.substr(0, 300));
  return answer;
}
// The URL is an API root's, or the discovery resource's, which names a default.
base::Status TaxiiClient::find_root() {
  if (!root_.empty()) return {};
  JINDO_TRY(const net::Url url, net::parse_url(peer_.url));
  std::string path = url.target;
  if (path.back() != '/') path += '/';
  JINDO_TRY(const auto answer, call("GET", path, ""));
  simdjson::dom::parser parser;
  simdjson::dom::object body;
  if (parser.parse(answer.body.data(), answer.body.size()).get(body) != simdjson::SUCCESS)
    return base::machine_failed(peer_.url + ": expected a TAXII 2.1 resource, JSON");
  simdjson::dom::array versions;
  if (body["versions"].get(versions) == simdjson::SUCCESS) {
    root_ = path;
    return {};
  }
  std::string found(stix::text_of(body, "default"));
  simdjson::dom::array roots;
  if (found.empty() && body["api_roots"].get(roots) == simdjson::SUCCESS)
    for (const auto root : roots) {
      std::string_view text;
      if (found.empty() && root.get(text) == simdjson::SUCCESS) found = std::string(text);
    }
  if (found.find("://") != std::string::npos) {
    JINDO_TRY(const net::Url other, net::parse_url(found));
    if (other.host != url.host || other.port != url.port)
      return base::machine_failed(peer_.url + ": its default API root is on another host, " + found.substr(0, 200) +
                                  "; name that in the sharing file");
    found = other.target;
  }
  if (found.empty() || found[0] != '/')
    return base::machine_failed(peer_.url + ": neither an API root nor a discovery resource with one");
  if (found.back() != '/') found += '/';
  root_ = found;
  return {};
}
base::Result<PulledPage> TaxiiClient::objects(int64_t added_after_us, const std::string& next, size_t limit) {
  JINDO_DO(find_root());
  std::string target = root_ + "collections/" + peer_.collection + "/objects/?limit=" + std::to_string(limit) +
                       "&match%5Bversion%5D=all";
  if (added_after_us > 0) target += "&added_after=" + net::percent_encode(stix::format_timestamp_us(added_after_us));
  if (!next.empty()) target += "&next=" + net::percent_encode(next);
  JINDO_TRY(const auto answer, call("GET", target, ""));
  PulledPage out;
  if (const auto last = stix::parse_timestamp_us(answer.header("X-TAXII-Date-Added-Last"))) out.last_added_us = *last;
  simdjson::dom::parser parser;
  simdjson::dom::object body;
  if (parser.parse(answer.body.data(), answer.body.size()).get(body) != simdjson::SUCCESS)
    return base::machine_failed(peer_.url + ": expected an envelope, JSON");
  bool more = false;
  if (body["more"].get(more) == simdjson::SUCCESS) out.more = more;
  out.next = std::string(stix::text_of(body, "next"));
  stix::Limits limits;
  limits.bytes = size_t{256} << 20;
  auto all = answer.body.size() > 2 ? stix::parse_objects(answer.body, limits)
                                    : base::Result<std::vector<stix::Object>>(std::vector<stix::Object>());
  if (all.ok()) {
    out.objects = std::move(*all);
    return out;
  }
  // One that is no STIX keeps none of the others away.
  for (const std::string_view text : stix::slices(answer.body, "objects")) {
    auto one = stix::parse_object(text, limits);
    if (one.ok())
      out.objects.push_back(std::move(*one));
    else
      out.refused.push_back(one.error().message);
  }
  return out;
}
base::Result<TaxiiClient::Posted> TaxiiClient::post(const std::string& envelope) {
  JINDO_DO(find_root());
  JINDO_TRY(const auto answer, call("POST", root_ + "collections/" + peer_.collection + "/objects/", envelope));
  simdjson::dom::parser parser;
  simdjson::dom::object body;
  if (parser.parse(answer.body.data(), answer.body.size()).get(body) != simdjson::SUCCESS)
    return base::machine_failed(peer_.url + ": expected a status resource, JSON");
  Posted out;
  const auto number = [&](const char* name) {
    int64_t value = 0;
    return body[name].get(value) == simdjson::SUCCESS && value > 0 ? static_cast<size_t>(value) : size_t{0};
  };
  out.taken = number("success_count");
  out.failed = number("failure_count");
  out.pending = number("pending_count");
  out.status_id = std::string(stix::text_of(body, "id"));
  simdjson::dom::array failures;
  if (body["failures"].get(failures) == simdjson::SUCCESS)
    for (const auto failure : failures) {
      simdjson::dom::object o;
      if (out.first_failure.empty() && failure.get(o) == simdjson::SUCCESS)
        out.first_failure = std::string(stix::text_of(o, "id")) + ": " + std::string(stix::text_of(o, "message"));
    }
  return out;
}
}  // namespace jindo::intel
