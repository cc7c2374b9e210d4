// What another policy would have answered: the questions of the decision log, asked of one state made with it.
#include <simdjson.h>

#include "base/clock.h"
#include "base/file.h"
#include "node/json_text.h"
#include "node/past_state.h"
#include "node/replay.h"

namespace jindo::node {
using base::Status;
using simdjson::dom::element;

base::Result<PolicyTestSummary> test_policy(const ReplayRequest& request, const std::string& policy_path,
                                            const std::vector<std::string>& incident_files) {
  PolicyTestSummary out;
  PastVersions versions;
  JINDO_TRY(versions.policy, screening::read_policy(policy_path));
  JINDO_TRY(const auto ledger, open_ledger(request.ledger));
  // The questions that were asked, and the incidents that were in force last.
  std::vector<std::pair<uint64_t, std::string>> lines;
  std::string incidents_digest;
  if (base::is_folder(request.data + "/decisions")) {
    JINDO_TRY(const auto log,
              screening::read_decisions(request.data + "/decisions", [&](const screening::LogRecord& record) -> Status {
                if (record.kind == "decision") lines.emplace_back(record.number, record.text);
                if (record.kind == "state") {
                  JINDO_TRY(const auto state, read_state_record(record.text));
                  incidents_digest = state.incidents;
                }
                return {};
              }));
    (void)log;
  }
  versions.tags_on = base::unix_ms() / 1000;
  if (!incidents_digest.empty()) {
    JINDO_TRY(versions.incidents, read_archived_incidents(request.data, incidents_digest));
  }
  for (const std::string& file : incident_files) {
    JINDO_TRY(auto incident, incidents::read_incident(file));
    versions.incidents.incidents.push_back(std::move(incident));
    versions.incidents.digests.push_back(file);
  }
  JINDO_TRY(const auto state, make_past_state(request, ledger, versions));
  state->finish();
  for (const auto& [number, line] : lines) {
    simdjson::dom::parser parser;
    element root, question;
    if (parser.parse(line).get(root) != simdjson::SUCCESS || root["question"].get(question) != simdjson::SUCCESS)
      return base::bad_input("record " + std::to_string(number) + " of the decision log cannot be read");
    JINDO_TRY(auto asked, screening::parse_question(simdjson::minify(question)));
    const auto left_out = left_out_of(root);
    if (!left_out.empty()) asked.hidden = &left_out;
    const auto was = screening::find_verdict(text_of(root, "verdict"));
    const auto answered = screening::answer(*state, asked);
    if (!was || !answered.ok()) continue;
    ++out.decisions;
    ++out.matrix[static_cast<size_t>(*was)][static_cast<size_t>(answered->verdict)];
    if (*was == answered->verdict) continue;
    ++out.changed;
    if (out.changes.size() < 100)
      out.changes.push_back("record " + std::to_string(number) + ": " + simdjson::minify(question) + ": was " +
                            screening::verdict_name(*was) + " (" + text_of(root, "rules") + "), would be " +
                            screening::verdict_name(answered->verdict) + " (" + answered->rules + ")");
  }
  return out;
}
}  // namespace jindo::node
