// Routes that every page of the workbench asks: who is signed in, and how old what it shows is.
#include <algorithm>

#include "base/clock.h"
#include "server/taxii.h"

namespace jindo::server {
namespace {
// ---- sessions ----
void session_fields(base::JsonWriter& json, const Key* key) {
  json.field("signed_in", key != nullptr);
  if (key == nullptr) return;
  json.field("key", key->id);
  json.field("name", key->name);
  json.field("role", key->role);
  json.key("rights");
  json.begin_array();
  for (unsigned scope = 1; scope <= kSharePublish; scope <<= 1)
    if ((key->scopes & scope) != 0) json.string(scope_name(scope));
  json.end_array();
}
net::Response session(Call& call) {
  return json_answer(base::json_object([&](base::JsonWriter& json) { session_fields(json, call.key.get()); }));
}
net::Response begin_session(Call& call) {
  if (!call.request.origin.empty() && !from_own_page(call.request))
    return problem(403, "sign in from this server's own page");
  auto fields = text_fields(call.request.body, {"key"});
  if (!fields.ok()) return problem_of(fields.error());
  const std::string& token = (*fields)["key"];
  const auto key = call.context.keys.find(token, base::unix_seconds());
  if (!key) return problem(401, "the key is unknown, expired or revoked");
  const auto cookie = call.context.sessions.begin(call.request, token, base::unix_seconds());
  if (!cookie.ok()) return problem_of(cookie.error());
  net::Response out =
      json_answer(base::json_object([&](base::JsonWriter& json) { session_fields(json, key.get()); }), 201);
  out.headers.emplace_back("Set-Cookie", *cookie);
  return out;
}
net::Response end_session(Call& call) {
  if (!call.request.cookie.empty() && !from_own_page(call.request))
    return problem(403, "sign out from this server's own page");
  net::Response out = json_answer("", 204);
  out.headers.emplace_back("Set-Cookie", call.context.sessions.end(call.request));
  return out;
}

// ---- how old it is ----
// Each chain's last block and its age by this machine's clock, and the incidents that are not followed.
net::Response chains(Call& call) {
  const auto state = call.context.node.state();
  const auto hidden = hidden_from(call);
  const int64_t now = base::unix_seconds();
  return json_answer(base::json_object([&](base::JsonWriter& json) {
    json.field("now", base::format_time(now));
    json.objects("chains", state->snapshot->chains, [&](const exposure::ChainCoverage& chain) {
      json.field("chain", chain.network->name);
      json.field("height", chain.height);
      json.field("time", base::format_time(chain.time));
      json.field("age_seconds", uint64_t(std::max<int64_t>(now - chain.time, 0)));
      json.field("behind", !state->behind(now, chain.network).empty());
    });
    json.field("accepted_seconds", uint64_t(state->policy->behind_seconds));  // 0: old data is accepted
    json.key("untraced");
    json.begin_array();
    for (const screening::Unknown& unknown : state->unknown)
      if (unknown.untraced && screening::is_shown(unknown, hidden.get())) json.string(unknown.incident);
    json.end_array();
  }));
}

}  // namespace

std::vector<Route> session_routes() {
  using net::Pace;
  return {
      {"GET", "/v1/session", kNoScope, Pace::kQuick, "Whose session or key this is", "", "", "Session", 200, session},
      {"POST", "/v1/session", kNoScope, Pace::kQuick, "Sign in with a key: a cookie for this browser", "", "SignIn",
       "Session", 201, begin_session},
      {"DELETE", "/v1/session", kNoScope, Pace::kQuick, "Sign out", "", "", "", 204, end_session},
      {"GET", "/v1/chains", kRead, Pace::kQuick, "How old each chain is here, and which incidents are not followed", "",
       "", "Chains", 200, chains},
  };
}
}  // namespace jindo::server
