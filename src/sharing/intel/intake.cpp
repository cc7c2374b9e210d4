// Adding: whose an object is, what its markings say, whether it is new. One submission is one commit.
#include "intel/intake.h"

#include <algorithm>

#include "base/clock.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "base/parallel.h"
#include "stix/identifier.h"

namespace jindo::intel {
namespace {
using base::Status;
using Lock = std::lock_guard<std::mutex>;

std::optional<Marking> tlp_of_text(const std::string& text) {
  if (text == "clear") return Marking::kClear;
  if (text == "green") return Marking::kGreen;
  if (text == "amber") return Marking::kAmber;
  if (text == "amber+strict") return Marking::kAmberStrict;
  if (text == "red") return Marking::kRed;
  return std::nullopt;
}
bool no_stricter(const std::vector<std::vector<std::string>>& now, const std::vector<std::vector<std::string>>& was) {
  return std::all_of(now.begin(), now.end(),
                     [&](const auto& list) { return std::find(was.begin(), was.end(), list) != was.end(); });
}
bool no_stricter(const Rule& now, const Rule& was) {
  const bool people = now.tlp != Marking::kRed ||
                      (was.tlp == Marking::kRed && std::includes(now.individuals.begin(), now.individuals.end(),
                                                                 was.individuals.begin(), was.individuals.end()));
  return now.tlp <= was.tlp && people && no_stricter(now.organisations, was.organisations) &&
         no_stricter(now.groups, was.groups) && no_stricter(now.countries, was.countries) &&
         no_stricter(now.kinds, was.kinds) && now.embargo_until_us <= was.embargo_until_us;
}
}  // namespace

Status Store::Intake::begin() {
  JINDO_TRY(const std::string position, read_fact(store_.writer_, "position"));
  position_ = std::max(base::unix_us(), number_in(position));
  now_ = base::unix_us();
  JINDO_TRY(auto last, store_.writer_.prepare("SELECT number, chain FROM version ORDER BY number DESC LIMIT 1"));
  JINDO_TRY(const bool any, last.step());
  if (any) {
    number_ = last.number(0);
    chain_ = last.text(1);
  }
  last.reset();
  audiences_ = *store_.audiences();
  next_audience_ = audiences_.nodes().empty() ? 0 : audiences_.nodes().rbegin()->first;
  // Those that another process numbered since.
  JINDO_TRY(auto rows, store_.writer_.prepare("SELECT number, text FROM audience WHERE number>? ORDER BY number"));
  rows.bind(1, next_audience_);
  JINDO_DO(records::each_row(rows, [&](const records::Statement& row) {
    next_audience_ = row.number(0);
    audiences_.add(next_audience_, std::string(row.text(1)));
  }));
  return prepare();
}
Status Store::Intake::add(const std::vector<stix::Object>& objects, std::vector<Added>& out) {
  std::vector<SignatureState> signatures(objects.size());
  JINDO_DO(base::parallel_for(objects.size(), objects.size() > 16 ? 2 : 1, [&](size_t i) -> Status {
    signatures[i] = check_signature(objects[i]);
    return {};
  }));
  for (const stix::Object& object : objects)
    if (object.marking) fresh_markings_[object.id] = &object;
  std::vector<Planned> plan;
  for (size_t i = 0; i < objects.size(); ++i) {
    Planned planned;
    planned.object = &objects[i];
    planned.signature = signatures[i];
    Added report{objects[i].id, objects[i].version, Outcome::kAdded, ""};
    auto judged = twice(planned, plan);
    if (judged.ok() && *judged) judged = judge(planned);
    if (!judged.ok() && judged.error().kind == base::ErrorKind::kMachine) return judged.error();
    if (!judged.ok()) {
      report.outcome = Outcome::kFailed;
      report.message = judged.error().message;
    } else if (*judged) {
      planned.place = out.size();
      fresh_[objects[i].id].push_back(plan.size());
      plan.push_back(planned);
    } else {
      report.outcome = Outcome::kKnown;
    }
    out.push_back(std::move(report));
  }
  JINDO_DO(spread_audiences(plan));
  for (Planned& planned : plan) {
    JINDO_DO(store(planned));
    if (out[planned.place].version.empty()) out[planned.place].version = stix::format_timestamp_us(planned.version_us);
  }
  for (const Planned& planned : plan) JINDO_DO(look_at_those_who_name(planned.object->id));
  return {};
}
Status Store::Intake::prepare() {
  records::Database& db = store_.writer_;
  const auto make = [&](std::optional<records::Statement>& s, const char* sql) -> Status {
    JINDO_TRY(auto made, db.prepare(sql));
    s.emplace(std::move(made));
    return {};
  };
  JINDO_DO(make(versions_,
                "SELECT number, version_us, version, hash, owner, rule, audience, revoked FROM version "
                "WHERE object=? AND deleted=0 ORDER BY version_us DESC, number DESC"));
  JINDO_DO(make(in_here_, "SELECT position FROM entry WHERE object=? AND collection=? AND version=? LIMIT 1"));
  JINDO_DO(make(insert_version_,
                "INSERT INTO version(number, object, type, version, version_us, hash, owner, sender, sent_by, way, "
                "received_us, revoked, deleted, signature, rule, audience, chain, body) "
                "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,0,?,?,?,?,?)"));
  JINDO_DO(make(insert_entry_,
                "INSERT INTO entry(position, collection, audience, type, object, version_us, version, "
                "latest) VALUES(?,?,?,?,?,?,?,?)"));
  JINDO_DO(make(newest_here_, "SELECT MAX(version_us) FROM entry WHERE object=? AND collection=?"));
  JINDO_DO(make(not_latest_, "UPDATE entry SET latest=0 WHERE object=? AND collection=? AND version_us<?"));
  JINDO_DO(make(insert_reference_,
                "INSERT INTO reference(target, version) VALUES(?,?) ON CONFLICT(target, version) DO NOTHING"));
  JINDO_DO(make(insert_audience_, "INSERT INTO audience(number, text) VALUES(?,?)"));
  JINDO_DO(make(who_names_,
                "SELECT r.version, v.object, v.type, v.version_us, v.rule, v.audience FROM reference r "
                "JOIN version v ON v.number=r.version WHERE r.target=? AND v.deleted=0"));
  JINDO_DO(make(named_by_, "SELECT target FROM reference WHERE version=?"));
  return make(insert_embargo_, "INSERT INTO embargo(version, collection, until_us, audience) VALUES(?,?,?,?)");
}
base::Result<std::vector<Store::Intake::Old>> Store::Intake::versions_of(const std::string& object) {
  std::vector<Old> out;
  versions_->bind(1, object);
  JINDO_DO(records::each_row(*versions_, [&](const records::Statement& row) {
    out.push_back({row.number(0), row.number(1), row.number(5), row.number(6), std::string(row.text(2)),
                   std::string(row.text(3)), std::string(row.text(4)), row.number(7) != 0});
  }));
  return out;
}
base::Result<std::string> Store::Intake::owner_of(const Planned& planned) {
  const stix::Object& object = *planned.object;
  const auto creator = directory_.organisations.find(object.created_by);
  if (planned.signature == SignatureState::kWrong)
    return base::bad_input("its signature does not fit: the object was changed, or it is not that key's");
  std::string signer;
  if (object.signature)
    if (const auto found = directory_.key_owner.find(object.signature->key); found != directory_.key_owner.end())
      signer = found->second;
  if (creator == directory_.organisations.end())  // nobody that is known here: whose it is, its sender answers for
    return signer.empty() ? submission_.by.organisation : signer;
  if (creator->first == submission_.by.organisation) {
    if (object.signature && !signer.empty() && signer != creator->first)
      return base::bad_input("signed by another organisation than the one that created it");
    return creator->first;
  }
  if (signer == creator->first) return creator->first;
  return base::bad_input("created by " + creator->second.name +
                         ", but neither sent nor signed by it; make an object of your own, a note or an opinion");
}
base::Result<bool> Store::Intake::twice(const Planned& planned, const std::vector<Planned>& plan) const {
  const auto found = fresh_.find(planned.object->id);
  if (found == fresh_.end()) return true;
  for (const size_t at : found->second) {
    const stix::Object& other = *plan[at].object;
    if (other.hash == planned.object->hash) return false;
    if (other.version_us == planned.object->version_us)
      return base::bad_input("it stands in the submission twice, in one version with other content");
  }
  return true;
}
base::Result<bool> Store::Intake::judge(Planned& planned) {
  const stix::Object& object = *planned.object;
  JINDO_TRY(planned.owner, owner_of(planned));
  if (object.signature && planned.signature == SignatureState::kValid &&
      directory_.key_owner.count(object.signature->key) == 0)
    planned.signature = SignatureState::kUnknownKey;
  JINDO_TRY(Rule rule, rule_of(object, planned.owner));
  JINDO_TRY(planned.rule, number_of(Audiences::rule_text(rule)));
  JINDO_TRY(const auto old, versions_of(object.id));
  const std::string hash = base::to_hex(object.hash);
  const bool timeless = object.version_us < 0;
  for (const Old& version : old) {
    const bool same = version.hash == hash;
    if (timeless ? same && version.owner == planned.owner : version.version_us == object.version_us) {
      if (!same)
        return base::bad_input("version " + object.version +
                               " of it is here with other content; a change needs a later 'modified'");
      in_here_->bind(1, object.id).bind(2, collection_.number).bind(3, version.number);
      JINDO_TRY(const bool here, in_here_->step());
      in_here_->reset();
      if (here) return false;
      // Known from another collection: it gets a place here too.
      JINDO_TRY(const int64_t audience, all_of({version.audience, planned.rule}));
      JINDO_DO(place(object.type, object.id, version.version_us, version.number, audience));
      return false;
    }
    if (!timeless && version.owner != planned.owner)
      return base::bad_input("it is another organisation's; only its creator makes new versions of it");
  }
  if (object.revoked) {
    // Its receivers must hear that it is withdrawn.
    for (const Old& version : old) {
      const auto& node = audiences_.node(version.rule);
      if (node.kind == 'r' && !no_stricter(rule, node.rule))
        return base::bad_input(
            "a withdrawal must reach all who got what is withdrawn: its marking may not be "
            "stricter than that of version " +
            version.version);
    }
  }
  for (const Old& version : old)
    if (version.revoked && !timeless && version.owner == planned.owner && object.version_us > version.version_us)
      return base::bad_input("it was withdrawn; a withdrawn object has no later versions (STIX 2.1, 3.6.2)");
  planned.version_us = object.version_us;
  planned.first = old.empty() && fresh_.count(object.id) == 0;
  return true;
}
base::Result<const stix::MarkingText*> Store::Intake::marking_of(const std::string& id) {
  if (const auto found = fresh_markings_.find(id); found != fresh_markings_.end()) return &*found->second->marking;
  if (const auto found = old_markings_.find(id); found != old_markings_.end())
    return found->second ? &*found->second : nullptr;
  JINDO_TRY(auto find, store_.writer_.prepare("SELECT body FROM version WHERE object=? AND deleted=0 LIMIT 1"));
  find.bind(1, id);
  JINDO_TRY(const bool there, find.step());
  std::optional<stix::MarkingText> text;
  if (there) {
    JINDO_TRY(auto object, stix::parse_object(find.text(0)));
    text = std::move(object.marking);
  }
  find.reset();
  auto& kept = old_markings_[id] = std::move(text);
  return kept ? &*kept : nullptr;
}
// A marking definition's releasability, which narrows the rule.
Status Store::Intake::narrow(const stix::MarkingText& text, Rule& rule) const {
  if (!text.releasability) return {};
  if (!text.organisations.empty()) rule.organisations.push_back(text.organisations);
  if (!text.sharing_groups.empty()) {
    for (const std::string& group : text.sharing_groups)
      if (directory_.groups.count(group) == 0 && submission_.way != Way::kPulled)
        return base::bad_input("its marking names the sharing group '" + group.substr(0, 80) +
                               "', which is not known here");
    rule.groups.push_back(text.sharing_groups);
  }
  if (!text.countries.empty()) rule.countries.push_back(text.countries);
  if (!text.kinds.empty()) rule.kinds.push_back(text.kinds);
  rule.individuals.insert(rule.individuals.end(), text.individuals.begin(), text.individuals.end());
  rule.embargo_until_us = std::max(rule.embargo_until_us, text.embargo_until_us);
  return {};
}
// What others made reaches no third party from here, beyond TLP:GREEN without further words. Whom its maker released it
// to was judged where it came from. `closed`: by a marking that cannot be kept to.
void Store::Intake::keep_from_third_parties(bool closed, Rule& rule) const {
  const bool restricted =
      !rule.organisations.empty() || !rule.groups.empty() || !rule.countries.empty() || !rule.kinds.empty() || closed;
  const bool foreign = rule.owner != submission_.by.organisation || submission_.way == Way::kPulled;
  if (!foreign || rule.owner == directory_.own || (!restricted && rule.tlp < Marking::kAmber)) return;
  const std::string holder = submission_.way == Way::kPulled ? directory_.own : submission_.by.organisation;
  rule.organisations = {{holder}};
  rule.groups.clear();
  rule.countries.clear();
  rule.kinds.clear();
  if (submission_.way == Way::kPulled) rule.embargo_until_us = 0;
}
base::Result<Rule> Store::Intake::rule_of(const stix::Object& object, const std::string& owner) {
  Rule rule;
  rule.owner = owner;
  std::optional<Marking> tlp;
  bool closed = false;  // a marking that cannot be kept to: only its holder here sees it
  const auto add = [&](const stix::MarkingText& text) {
    if (const auto level = tlp_of_text(text.tlp)) tlp = std::max(tlp.value_or(Marking::kClear), *level);
    return narrow(text, rule);
  };
  if (object.marking) JINDO_DO(add(*object.marking));  // it is itself seen by those who may see what it marks
  for (const std::string& id : object.markings) {
    if (const auto known = attribution::marking_of_definition(id)) {
      tlp = std::max(tlp.value_or(Marking::kClear), *known);
      continue;
    }
    JINDO_TRY(const stix::MarkingText* text, marking_of(id));
    if (text == nullptr || !text->understood) {
      if (submission_.way != Way::kPulled)
        return base::bad_input((text == nullptr ? "its marking is not known here; send it along: "
                                                : "its marking is of a kind that cannot be kept to here: ") +
                               id);
      closed = true;
      continue;
    }
    JINDO_DO(add(*text));
  }
  const bool tlp_definition =
      object.marking && (object.marking->tlp1 || !object.marking->tlp.empty()) && !object.marking->releasability;
  if (tlp_definition && object.markings.empty()) tlp = Marking::kClear;  // the word itself is no secret
  rule.tlp = tlp.value_or(collection_.unmarked);
  if (closed) rule.tlp = std::max(rule.tlp, Marking::kAmberStrict);
  if (rule.tlp == Marking::kRed) {
    if (!submission_.by.individual.empty()) rule.individuals.push_back(submission_.by.individual);
  } else {
    rule.individuals.clear();
  }
  std::sort(rule.individuals.begin(), rule.individuals.end());
  if (rule.embargo_until_us <= now_) rule.embargo_until_us = 0;
  keep_from_third_parties(closed, rule);
  return rule;
}
namespace {
std::string envelope_of(const std::vector<stix::Object>& objects) {
  std::string out = "{\"objects\":[";
  for (const stix::Object& object : objects) out += (out.back() == '[' ? "" : ",") + object.json;
  return out + "]}";
}
}  // namespace

base::Result<AddReport> Store::add(const Submission& submission, const std::vector<stix::Object>& objects) {
  const auto known = directory();
  const auto found = known->collections.find(submission.collection);
  if (found == known->collections.end()) return base::answer_no("no such collection");
  const auto sender = known->organisations.find(submission.by.organisation);
  if (submission.way != Way::kPulled && sender == known->organisations.end())
    return base::wrong_use("no organisation " + submission.by.organisation.substr(0, 100) + " is known here");
  AddReport report;
  report.id = submission.status_id.empty() ? stix::random_identifier("status").substr(8) : submission.status_id;
  const bool waits = submission.way != Way::kPulled && !submission.approved && !submission.passed_on &&
                     (submission.propose || sender->second.four_eyes);
  const Lock lock(write_mutex_);
  JINDO_DO(writer_.transact([&]() -> Status {
    report.at_us = base::unix_us();
    if (waits) {
      for (const stix::Object& object : objects)
        report.objects.push_back({object.id, object.version, Outcome::kPending, "a second person has to agree"});
    } else if (!objects.empty()) {
      Intake intake(*this, submission, found->second, *known);
      JINDO_DO(intake.begin());
      JINDO_DO(intake.add(objects, report.objects));
      JINDO_DO(intake.finish());
    }
    if (submission.way == Way::kPulled || submission.passed_on) return {};
    JINDO_TRY(auto put,
              writer_.prepare("INSERT INTO submission(id, organisation, sent_by, at_us, state, collection, envelope, "
                              "report) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET state=excluded.state, "
                              "report=excluded.report, envelope=excluded.envelope"));
    put.bind(1, report.id).bind(2, submission.by.organisation).bind(3, submission.key).bind(4, report.at_us);
    put.bind(5, waits ? "waits" : "done").bind(6, submission.collection);
    put.bind(7, waits ? envelope_of(objects) : std::string()).bind(8, status_json(report));
    return put.run();
  }));
  JINDO_DO(load_audiences());
  announce();
  return report;
}

Status Store::lift_embargoes(int64_t now_us) {
  struct Due {
    int64_t version, collection, audience;
  };
  std::vector<Due> due;
  const auto find_due = [&]() -> Status {
    due.clear();
    JINDO_TRY(auto rows, writer_.prepare("SELECT version, collection, audience FROM embargo WHERE until_us<=? ORDER BY "
                                         "until_us, version"));
    rows.bind(1, now_us);
    return records::each_row(rows, [&](const records::Statement& row) {
      due.push_back({row.number(0), row.number(1), row.number(2)});
    });
  };
  const Lock lock(write_mutex_);
  JINDO_DO(find_due());
  if (due.empty()) return {};
  const auto known = directory();
  const Submission submission;
  const Collection collection;
  JINDO_DO(writer_.transact([&]() -> Status {
    JINDO_DO(find_due());  // another node may have let them go meanwhile
    Intake intake(*this, submission, collection, *known);
    JINDO_DO(intake.begin());
    for (const Due& d : due) JINDO_DO(intake.lift(d.version, d.collection, d.audience));
    return intake.finish();
  }));
  JINDO_DO(load_audiences());
  announce();
  return {};
}

}  // namespace jindo::intel
