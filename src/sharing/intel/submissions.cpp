// What became of a submission (TAXII's status), what waits for a second person, and taking objects out again.
#include <algorithm>

#include "base/json_writer.h"
#include "intel/store.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;
}  // namespace

std::string status_json(const AddReport& report) {
  return base::json_object([&](base::JsonWriter& json) {
    const size_t pending = report.count(Outcome::kPending), failed = report.count(Outcome::kFailed);
    const size_t good = report.objects.size() - pending - failed;
    json.field("id", report.id);
    json.field("status", pending > 0 ? "pending" : "complete");
    json.field("request_timestamp", stix::format_timestamp_us(report.at_us));
    json.field("total_count", uint64_t{report.objects.size()});
    json.field("success_count", uint64_t{good});
    json.field("failure_count", uint64_t{failed});
    json.field("pending_count", uint64_t{pending});
    const auto list = [&](const char* name, auto wanted) {
      json.key(name);
      json.begin_array();
      for (const Added& added : report.objects) {
        if (!wanted(added.outcome)) continue;
        json.begin_object();
        json.field("id", added.object);
        json.field("version", added.version);
        if (added.outcome == Outcome::kKnown)
          json.field("message", "it was here already");
        else if (!added.message.empty())
          json.field("message", added.message);
        json.end_object();
      }
      json.end_array();
    };
    if (good > 0) list("successes", [](Outcome o) { return o == Outcome::kAdded || o == Outcome::kKnown; });
    if (failed > 0) list("failures", [](Outcome o) { return o == Outcome::kFailed; });
    if (pending > 0) list("pendings", [](Outcome o) { return o == Outcome::kPending; });
  });
}

base::Result<std::optional<std::pair<std::string, std::string>>> Store::status(const std::string& id) {
  const Lock lock(write_mutex_);
  JINDO_TRY(auto find, writer_.prepare("SELECT organisation, report FROM submission WHERE id=?"));
  find.bind(1, id);
  JINDO_TRY(const bool there, find.step());
  if (!there) return std::optional<std::pair<std::string, std::string>>();
  return std::optional(std::make_pair(std::string(find.text(0)), std::string(find.text(1))));
}
base::Result<std::vector<Store::Proposal>> Store::proposals(const std::string& organisation) {
  const Lock lock(write_mutex_);
  std::vector<Proposal> out;
  JINDO_TRY(auto rows, writer_.prepare("SELECT id, collection, organisation, sent_by, envelope, at_us FROM submission "
                                       "WHERE state='waits' AND organisation=? ORDER BY at_us"));
  rows.bind(1, organisation);
  JINDO_DO(records::each_row(rows, [&](const records::Statement& row) {
    out.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                   std::string(row.text(3)), std::string(row.text(4)), row.number(5)});
  }));
  return out;
}
base::Result<AddReport> Store::decide(const std::string& id, const Reader& by, const std::string& key, bool agree) {
  JINDO_TRY(const auto waiting, proposals(by.organisation));
  const auto found = std::find_if(waiting.begin(), waiting.end(), [&](const Proposal& p) { return p.id == id; });
  if (found == waiting.end()) return base::answer_no("nothing waits under this identifier");
  if (agree && found->key == key) return base::wrong_use("whoever proposed it cannot be the second person who agrees");
  JINDO_TRY(const auto objects, stix::parse_objects(found->envelope));
  if (!agree) {
    AddReport report;
    report.id = id;
    report.at_us = found->at_us;
    for (const stix::Object& object : objects)
      report.objects.push_back({object.id, object.version, Outcome::kFailed, "the second person did not agree"});
    const Lock lock(write_mutex_);
    JINDO_DO(writer_.transact([&]() -> Status {
      JINDO_TRY(auto put, writer_.prepare("UPDATE submission SET state='refused', report=?, envelope='' WHERE id=?"));
      put.bind(1, status_json(report)).bind(2, id);
      return put.run();
    }));
    return report;
  }
  Submission submission;
  submission.collection = found->collection;
  submission.by = by;
  submission.key = found->key;
  submission.approved = true;
  submission.status_id = id;
  return add(submission, objects);
}

base::Result<size_t> Store::remove(const Collection& collection, const Reader& reader, bool any_owner,
                                   const std::string& object, const Query& asked) {
  Query query = asked;
  query.ids = {object};
  query.with_text = false;
  query.limit = 1'000'000;
  JINDO_TRY(const Page seen, page(collection, reader, query));
  if (seen.items.empty()) return size_t{0};
  const Lock lock(write_mutex_);
  JINDO_DO(writer_.transact([&]() -> Status {
    JINDO_TRY(auto owner, writer_.prepare("SELECT owner FROM version WHERE number=?"));
    JINDO_TRY(auto clear, writer_.prepare("DELETE FROM entry WHERE object=? AND collection=? AND version=?"));
    JINDO_TRY(auto embargo, writer_.prepare("DELETE FROM embargo WHERE collection=? AND version=?"));
    JINDO_TRY(auto left, writer_.prepare("SELECT COUNT(*) FROM entry WHERE object=? AND version=?"));
    JINDO_TRY(auto mark, writer_.prepare("UPDATE version SET deleted=1 WHERE number=?"));
    for (const Item& item : seen.items) {
      owner.bind(1, item.number);
      JINDO_TRY(const bool there, owner.step());
      const bool own = there && (any_owner || owner.text(0) == reader.organisation);
      owner.reset();
      if (!own) return base::wrong_use("only the organisation that published an object takes it out");
      clear.bind(1, object).bind(2, collection.number).bind(3, item.number);
      JINDO_DO(clear.run());
      embargo.bind(1, collection.number).bind(2, item.number);
      JINDO_DO(embargo.run());
      left.bind(1, object).bind(2, item.number);
      JINDO_TRY(const bool row, left.step());
      const bool gone = row && left.number(0) == 0;
      left.reset();
      if (gone) {
        mark.bind(1, item.number);
        JINDO_DO(mark.run());
      }
    }
    JINDO_TRY(auto latest, writer_.prepare("UPDATE entry SET latest=1 WHERE object=? AND collection=? AND version_us="
                                           "(SELECT MAX(version_us) FROM entry WHERE object=? AND collection=?)"));
    latest.bind(1, object).bind(2, collection.number).bind(3, object).bind(4, collection.number);
    return latest.run();
  }));
  return seen.items.size();
}
}  // namespace jindo::intel
