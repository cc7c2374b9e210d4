// Adding: who may see an object because of what it names, its place in each collection; and those that name it.
#include <deque>

#include "base/hex.h"
#include "intel/intake.h"
#include "stix/identifier.h"

namespace jindo::intel {
using base::Status;

Status Store::Intake::lift(int64_t version, int64_t collection, int64_t audience) {
  JINDO_TRY(auto clear, store_.writer_.prepare("DELETE FROM embargo WHERE version=? AND collection=?"));
  clear.bind(1, version).bind(2, collection);
  JINDO_DO(clear.run());
  JINDO_TRY(auto find, store_.writer_.prepare("SELECT type, object, version_us FROM version WHERE number=? AND "
                                              "deleted=0"));
  find.bind(1, version);
  JINDO_TRY(const bool there, find.step());
  if (!there) return {};
  const std::string type(find.text(0)), object(find.text(1));
  const int64_t version_us = find.number(2);
  find.reset();
  JINDO_TRY(const int64_t others, number_of(Audiences::phase_text(audience, Phase::kOthers)));
  return enter(collection, others, type, object, version_us, version);
}
base::Result<int64_t> Store::Intake::number_of(const std::string& text) {
  if (const int64_t known = audiences_.find(text); known != 0) return known;
  insert_audience_->bind(1, ++next_audience_).bind(2, text);
  JINDO_DO(insert_audience_->run());
  audiences_.add(next_audience_, text);
  return next_audience_;
}
base::Result<int64_t> Store::Intake::all_of(const std::vector<int64_t>& parts) {
  const auto [one, text] = audiences_.all_of(parts);
  if (one != 0) return one;
  return number_of(text);
}
base::Result<int64_t> Store::Intake::any_of(const std::vector<int64_t>& parts) {
  const auto [one, text] = audiences_.any_of(parts);
  if (one != 0) return one;
  return number_of(text);
}
base::Result<int64_t> Store::Intake::audience_of_named(const std::string& id, const std::string& owner) {
  std::map<std::string, int64_t>& known = named_audiences_[id];
  if (const auto found = known.find(owner); found != known.end()) return found->second;
  JINDO_TRY(const int64_t audience, read_audience_of_named(id, owner));
  known[owner] = audience;
  return audience;
}
base::Result<int64_t> Store::Intake::read_audience_of_named(const std::string& id, const std::string& owner) {
  JINDO_TRY(const auto old, versions_of(id));
  std::vector<int64_t> options;
  std::set<std::string> owners;
  for (const Old& version : old)  // newest first; one an owner
    if (owners.insert(version.owner).second) {
      if (version.owner == owner) return version.audience;
      options.push_back(version.audience);
    }
  if (options.empty()) return 0;
  return any_of(options);
}
base::Result<const std::vector<std::string>*> Store::Intake::named_by(int64_t version) {
  if (const auto found = named_by_version_.find(version); found != named_by_version_.end()) return &found->second;
  if (named_kept_ > kNamedKeptMax) named_by_version_.clear(), named_kept_ = 0;
  std::vector<std::string>& named = named_by_version_[version];
  named_by_->bind(1, version);
  JINDO_DO(records::each_row(*named_by_, [&](const records::Statement& row) { named.emplace_back(row.text(0)); }));
  named_kept_ += named.size();
  return &named;
}
Status Store::Intake::spread_audiences(std::vector<Planned>& plan) {
  std::map<std::string, std::vector<size_t>> named_here;  // object -> places in plan that name it
  std::vector<std::vector<int64_t>> parts(plan.size());
  for (size_t i = 0; i < plan.size(); ++i) {
    parts[i].push_back(plan[i].rule);
    for (const std::string& ref : plan[i].object->refs) {
      if (fresh_.count(ref) != 0) {
        named_here[ref].push_back(i);
        continue;
      }
      JINDO_TRY(const int64_t audience, audience_of_named(ref, plan[i].owner));
      if (audience != 0) parts[i].push_back(audience);
    }
    JINDO_TRY(plan[i].audience, all_of(parts[i]));
  }
  if (named_here.empty()) return {};
  std::deque<size_t> changed;
  for (size_t i = 0; i < plan.size(); ++i) changed.push_back(i);
  while (!changed.empty()) {  // ends: audiences only grow, by rules of this plan
    const size_t at = changed.front();
    changed.pop_front();
    const auto found = named_here.find(plan[at].object->id);
    if (found == named_here.end()) continue;
    for (const size_t by : found->second) {
      JINDO_TRY(const int64_t audience, all_of({plan[by].audience, plan[at].audience}));
      if (audience == plan[by].audience) continue;
      plan[by].audience = audience;
      changed.push_back(by);
    }
  }
  return {};
}
Status Store::Intake::store(Planned& planned) {
  const stix::Object& object = *planned.object;
  planned.number = ++number_;
  named_audiences_.erase(object.id);
  if (planned.version_us < 0) planned.version_us = position_ + 1;  // the position that it gets
  const std::string version = object.version.empty() ? stix::format_timestamp_us(planned.version_us) : object.version;
  const std::string body_hash = base::to_hex(base::sha256(base::as_bytes(object.json)));
  chain_ = base::to_hex(base::sha256(base::as_bytes(chain_ + "\n" + std::to_string(planned.number) + "\n" + object.id +
                                                    "\n" + planned.owner + "\n" + body_hash)));
  auto& s = *insert_version_;
  s.bind(1, planned.number).bind(2, object.id).bind(3, object.type).bind(4, version).bind(5, planned.version_us);
  s.bind(6, base::to_hex(object.hash)).bind(7, planned.owner).bind(8, submission_.by.organisation);
  s.bind(9, submission_.key).bind(10, static_cast<int64_t>(submission_.way)).bind(11, now_);
  s.bind(12, int64_t{object.revoked}).bind(13, static_cast<int64_t>(planned.signature)).bind(14, planned.rule);
  s.bind(15, planned.audience).bind(16, chain_).bind(17, object.json);
  JINDO_DO(s.run());
  for (const std::string& ref : object.refs) {
    insert_reference_->bind(1, ref).bind(2, planned.number);
    JINDO_DO(insert_reference_->run());
  }
  return place(object.type, object.id, planned.version_us, planned.number, planned.audience, planned.first);
}
Status Store::Intake::place(const std::string& type, const std::string& object, int64_t version_us, int64_t version,
                            int64_t audience, bool first) {
  return place_in(collection_.number, type, object, version_us, version, audience, first);
}
Status Store::Intake::place_in(int64_t collection, const std::string& type, const std::string& object,
                               int64_t version_us, int64_t version, int64_t audience, bool first) {
  int64_t until = 0;
  audiences_.each_rule(audience, [&](const Rule& rule) { until = std::max(until, rule.embargo_until_us); });
  if (until <= now_) return enter(collection, audience, type, object, version_us, version, first);
  JINDO_TRY(const int64_t owners, number_of(Audiences::phase_text(audience, Phase::kOwner)));
  insert_embargo_->bind(1, version).bind(2, collection).bind(3, until).bind(4, audience);
  JINDO_DO(insert_embargo_->run());
  return enter(collection, owners, type, object, version_us, version, first);
}
Status Store::Intake::enter(int64_t collection, int64_t audience, const std::string& type, const std::string& object,
                            int64_t version_us, int64_t version, bool first) {
  bool any = false;
  int64_t newest = 0;
  if (!first) {
    newest_here_->bind(1, object).bind(2, collection);
    JINDO_TRY(const bool row, newest_here_->step());
    any = row && !newest_here_->is_null(0);
    newest = any ? newest_here_->number(0) : 0;
    newest_here_->reset();
  }
  if (any && newest < version_us) {
    not_latest_->bind(1, object).bind(2, collection).bind(3, version_us);
    JINDO_DO(not_latest_->run());
  }
  auto& s = *insert_entry_;
  s.bind(1, ++position_).bind(2, collection).bind(3, audience).bind(4, type).bind(5, object).bind(6, version_us);
  s.bind(7, version).bind(8, int64_t{!any || newest <= version_us});
  return s.run();
}
Status Store::Intake::look_at_those_who_name(const std::string& first) {
  std::deque<std::string> objects = {first};
  std::set<std::string> seen = {first};
  while (!objects.empty()) {
    const std::string target = objects.front();
    objects.pop_front();
    struct Namer {
      int64_t number, version_us, rule, audience;
      std::string object, type;
    };
    std::vector<Namer> namers;
    who_names_->bind(1, target);
    JINDO_DO(records::each_row(*who_names_, [&](const records::Statement& row) {
      namers.push_back({row.number(0), row.number(3), row.number(4), row.number(5), std::string(row.text(1)),
                        std::string(row.text(2))});
    }));
    for (const Namer& namer : namers) {
      JINDO_TRY(const std::vector<std::string>* named, named_by(namer.number));
      const auto& rule = audiences_.node(namer.rule);
      std::vector<int64_t> parts = {namer.rule};
      for (const std::string& id : *named) {
        JINDO_TRY(const int64_t audience, audience_of_named(id, rule.rule.owner));
        if (audience != 0) parts.push_back(audience);
      }
      JINDO_TRY(const int64_t audience, all_of(parts));
      if (audience == namer.audience) continue;
      JINDO_DO(move(namer.number, namer.type, namer.object, namer.version_us, audience));
      if (seen.insert(namer.object).second) objects.push_back(namer.object);
    }
  }
  return {};
}
Status Store::Intake::move(int64_t version, const std::string& type, const std::string& object, int64_t version_us,
                           int64_t audience) {
  named_audiences_.erase(object);
  std::set<int64_t> collections;
  JINDO_TRY(auto find, store_.writer_.prepare("SELECT DISTINCT collection FROM entry WHERE object=? AND version=?"));
  find.bind(1, object).bind(2, version);
  JINDO_DO(records::each_row(find, [&](const records::Statement& row) { collections.insert(row.number(0)); }));
  JINDO_TRY(auto update, store_.writer_.prepare("UPDATE version SET audience=? WHERE number=?"));
  update.bind(1, audience).bind(2, version);
  JINDO_DO(update.run());
  for (const char* sql :
       {"DELETE FROM entry WHERE object=? AND version=?", "DELETE FROM embargo WHERE ?<>'' AND version=?"}) {
    JINDO_TRY(auto clear, store_.writer_.prepare(sql));
    clear.bind(1, object).bind(2, version);
    JINDO_DO(clear.run());
  }
  for (const int64_t collection : collections)
    JINDO_DO(place_in(collection, type, object, version_us, version, audience));
  return {};
}
}  // namespace jindo::intel
