// What a state derives of itself: look-ups of lists, and the words of what answers cover.
#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"
#include "screening/screen.h"

namespace jindo::screening {

namespace {
constexpr uint64_t kUntracedNamed = 10;  // in one reason; all stand under `unknown`

exposure::NetworkAddress place_of(const ListEntry& entry) {
  return {exposure::network_number(*entry.network), entry.address};
}
}  // namespace

void State::finish() {
  entries.clear();
  for (const ListEntry& entry : policy->lists) entries[place_of(entry)].lists.push_back(&entry);
  for (const ListEntry& entry : policy->exemptions) entries[place_of(entry)].exemptions.push_back(&entry);
  coverage_json = coverage_of(nullptr);
}
std::string State::coverage_of(const std::set<std::string>* hidden) const {
  std::string out;
  base::JsonWriter json(out, false);
  json.begin_object();
  json.key("chains");
  json.begin_array();
  for (const exposure::ChainCoverage& chain : snapshot->chains) {
    json.begin_object();
    json.field("chain", chain.network->name);
    json.field("height", chain.height);
    json.field("time", base::format_time(chain.time));
    json.field("block", chain::format_hash(*chain.network, chain.hash));
    json.end_object();
  }
  json.end_array();
  json.field("ledger", base::to_hex(snapshot->ledger_digest));
  json.key("incidents");
  json.begin_object();
  json.field("count", hidden == nullptr ? incidents : incidents - std::min<uint64_t>(incidents, hidden->size()));
  json.field("digest", hidden == nullptr ? incidents_digest : std::string());
  json.end_object();
  json.key("tags");
  json.begin_object();
  json.field("count", static_cast<uint64_t>(tags ? tags->tags().size() : 0));
  json.field("digest", tags ? base::to_hex(tags->digest()) : std::string());
  json.field("in_force", base::format_time(tags_on));
  json.end_object();
  json.key("policy");
  json.begin_object();
  json.field("name", policy->name);
  json.field("digest", policy->digest);
  json.field("tracing", trace::policy_name(policy->tracing));
  json.end_object();
  json.field("findings_as_of", findings ? findings->as_of : std::string());
  json.field("state", number);
  json.end_object();
  return out;
}

std::vector<std::string> State::behind(int64_t now, const chain::Network* only) const {
  std::vector<std::string> out;
  if (policy->behind_seconds <= 0) return out;
  for (const exposure::ChainCoverage& chain : snapshot->chains) {
    if ((only != nullptr && chain.network != only) || chain.time >= now - policy->behind_seconds) continue;
    if (later.count(chain.network) != 0) continue;
    out.push_back("the ledger of " + std::string(chain.network->name) + " is behind: its last block is of " +
                  base::format_time(chain.time) + "; the policy accepts " + std::to_string(policy->behind_seconds) +
                  " seconds");
  }
  return out;
}

std::vector<Lack> State::lacking(const Question& question) const {
  std::vector<Lack> out;
  if (!has_chain(*question.network))
    out.push_back({policy->unknown, "this node holds no ledger of " + std::string(question.network->name)});
  // A height that was asked for is as old as the asker wants it.
  if (!question.at_height)
    for (std::string& text : behind(question.now, question.network)) out.push_back({policy->unknown, std::move(text)});
  if (policy->untraced == Verdict::kAllow) return out;
  if (!question.at_height && policy->links)  // money comes over links: a chain that is behind hides what came from it
    for (const exposure::ChainCoverage& chain : snapshot->chains)
      if (chain.network != question.network)
        for (std::string& text : behind(question.now, chain.network))
          out.push_back({policy->untraced, std::move(text)});
  uint64_t count = 0;
  std::string names;
  for (const Unknown& u : unknown) {
    if (!u.untraced || !is_shown(u, question.hidden)) continue;
    if (++count <= kUntracedNamed) names += (count == 1 ? "" : ", ") + u.incident;
  }
  if (count == 0) return out;
  if (count > kUntracedNamed) names += " and " + std::to_string(count - kUntracedNamed) + " more";
  out.push_back({policy->untraced, "the money of " + std::to_string(count) + (count == 1 ? " incident" : " incidents") +
                                       " is not followed here, and may be anywhere: " + names});
  return out;
}

std::vector<std::string> State::not_answerable(int64_t now) const {
  std::vector<std::string> out;
  if (policy->unknown != Verdict::kAllow || policy->untraced != Verdict::kAllow) out = behind(now, nullptr);
  if (policy->untraced == Verdict::kAllow) return out;
  if (const uint64_t count = waiting(); count > 0)
    out.push_back(std::to_string(count) + " of " + std::to_string(incidents) +
                  " incidents are not traced; the policy's 'untraced' is " + verdict_name(policy->untraced));
  return out;
}

void State::add_waiting(const std::string& incident, const std::string& problem) {
  unknown.push_back({incident, "incident " + incident + " is not traced yet: " + problem, true});
}
void State::add_without_theft(const std::string& incident) {
  unknown.push_back({incident, "incident " + incident + " names no theft: nothing of it is followed", false});
}
uint64_t State::waiting() const {
  return static_cast<uint64_t>(
      std::count_if(unknown.begin(), unknown.end(), [](const Unknown& u) { return u.untraced; }));
}
}  // namespace jindo::screening
