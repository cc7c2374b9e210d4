// Routes of sharing beside TAXII: who takes part, what waits for a second person.
#include "intel/config.h"
#include "server/taxii.h"
#include "stix/identifier.h"

namespace jindo::server {
namespace {
net::Response show(Call& call) {
  return json_answer(
      app::directory_json(*call.context.sharing.store().directory(), call.context.sharing.key().public_hex()));
}
net::Response apply(Call& call) {
  const auto applied = call.context.sharing.apply("sharing file", std::string(call.request.body));
  if (!applied.ok()) return problem_of(applied.error());
  return show(call);
}
std::optional<net::Response> own_reader(Call& call, intel::Reader& out) {
  const auto directory = call.context.sharing.store().directory();
  const auto reader = reader_of(call, *directory);
  if (!reader) return problem(403, "the key's organisation takes no part in sharing here; see `jindo intel apply`");
  out = *reader;
  return std::nullopt;
}
net::Response proposals(Call& call) {
  intel::Reader reader;
  if (auto wrong = own_reader(call, reader)) return std::move(*wrong);
  const auto waiting = call.context.sharing.store().proposals(reader.organisation);
  if (!waiting.ok()) return problem_of(waiting.error());
  std::string out = "{\"proposals\":[";
  for (const auto& p : *waiting) {
    if (out.back() != '[') out += ',';
    out += "{\"id\":" + base::json_escape(p.id) + ",\"collection\":" + base::json_escape(p.collection) +
           ",\"key\":" + base::json_escape(p.key) + ",\"at\":" + base::json_escape(stix::format_timestamp_us(p.at_us)) +
           ",\"envelope\":" + p.envelope + "}";
  }
  return json_answer(out + "]}");
}
net::Response decide(Call& call) {
  intel::Reader reader;
  if (auto wrong = own_reader(call, reader)) return std::move(*wrong);
  auto fields = text_fields(call.request.body, {"agree"});
  if (!fields.ok()) return problem_of(fields.error());
  const std::string agree = (*fields)["agree"];
  if (agree != "true" && agree != "false") return problem(422, "field 'agree': expected true or false");
  const auto report = call.context.sharing.store().decide(std::string(call.path["id"]), reader, call.key->id,
                                                          agree == "true");
  return report.ok() ? json_answer(intel::status_json(*report)) : problem_of(report.error());
}
}  // namespace

std::vector<Route> sharing_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/sharing", kRead, Pace::kQuick, "Who takes part in sharing, groups, collections", "", "", "Sharing",
       200, show},
      {"PUT", "/v1/sharing", kAdmin, Pace::kChange, "Apply a sharing file", "", "SharingFile", "Sharing", 200, apply},
      {"GET", "/v1/sharing/proposals", kShareWrite, Pace::kBatch, "What waits for a second person", "", "", "Proposals",
       200, proposals},
      {"POST", "/v1/sharing/proposals/{id}", kSharePublish, Pace::kChange, "Agree to what another proposed, or not", "",
       "Decision", "Status", 200, decide},
  };
}
}  // namespace jindo::server
