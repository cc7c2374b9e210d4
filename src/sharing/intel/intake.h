// One commit's work of adding. Within this room only: intake.cpp judges what comes (whose it is, what its markings
// say), intake_places.cpp gives it its audience and its place.
#pragma once

#include "intel/provenance.h"
#include "intel/store_parts.h"

namespace jindo::intel {

class Store::Intake {
 public:
  Intake(Store& store, const Submission& submission, const Collection& collection, const Directory& directory)
      : store_(store), submission_(submission), collection_(collection), directory_(directory) {}

  base::Status begin();
  base::Status add(const std::vector<stix::Object>& objects, std::vector<Added>& out);
  // The embargo's end: what waited gets a place for all others.
  base::Status lift(int64_t version, int64_t collection, int64_t audience);
  base::Status finish() { return write_fact(store_.writer_, "position", std::to_string(position_)); }

 private:
  struct Planned {
    const stix::Object* object = nullptr;
    SignatureState signature = SignatureState::kNone;
    std::string owner;
    int64_t rule = 0, audience = 0;  // the object's own, and with what it names
    int64_t version_us = 0, number = 0;
    bool first = false;  // nothing of this object is here yet
    size_t place = 0;
  };
  base::Status prepare();
  base::Result<int64_t> number_of(const std::string& text);
  base::Result<int64_t> all_of(const std::vector<int64_t>& parts);
  base::Result<int64_t> any_of(const std::vector<int64_t>& parts);

  // ---- one object: may it be taken, and as whose ----
  struct Old {
    int64_t number, version_us, rule, audience;
    std::string version, hash, owner;
    bool revoked;
  };
  base::Result<std::vector<Old>> versions_of(const std::string& object);
  base::Result<std::string> owner_of(const Planned& planned);
  // Against what came before it in the same submission: false where it is the same.
  base::Result<bool> twice(const Planned& planned, const std::vector<Planned>& plan) const;
  // Whether it is to be stored; false where it is there already.
  base::Result<bool> judge(Planned& planned);

  // ---- markings ----
  base::Result<const stix::MarkingText*> marking_of(const std::string& id);
  base::Result<Rule> rule_of(const stix::Object& object, const std::string& owner);
  base::Status narrow(const stix::MarkingText& text, Rule& rule) const;
  void keep_from_third_parties(bool closed, Rule& rule) const;

  // ---- audiences: an object is for those who may see all that it names ----
  base::Result<int64_t> audience_of_named(const std::string& id, const std::string& owner);
  base::Result<int64_t> read_audience_of_named(const std::string& id, const std::string& owner);
  // What a version names; good until the next call.
  base::Result<const std::vector<std::string>*> named_by(int64_t version);
  base::Status spread_audiences(std::vector<Planned>& plan);

  // ---- storing ----
  base::Status store(Planned& planned);
  base::Status place(const std::string& type, const std::string& object, int64_t version_us, int64_t version,
                     int64_t audience, bool first = false);
  base::Status place_in(int64_t collection, const std::string& type, const std::string& object, int64_t version_us,
                        int64_t version, int64_t audience, bool first = false);
  base::Status enter(int64_t collection, int64_t audience, const std::string& type, const std::string& object,
                     int64_t version_us, int64_t version, bool first = false);

  // ---- those that name an object which is new, or has another audience now ----
  base::Status look_at_those_who_name(const std::string& first);
  // Another audience: another place, so that those who may see it now find it in what is new.
  base::Status move(int64_t version, const std::string& type, const std::string& object, int64_t version_us,
                    int64_t audience);

  Store& store_;
  const Submission& submission_;
  const Collection& collection_;
  const Directory& directory_;
  int64_t position_ = 0, number_ = 0, now_ = 0, next_audience_ = 0;
  std::string chain_;
  Audiences audiences_;
  std::map<std::string, const stix::Object*> fresh_markings_;
  std::map<std::string, std::optional<stix::MarkingText>> old_markings_;
  std::map<std::string, std::vector<size_t>> fresh_;
  // Read once: a report names hundreds of objects, and is looked at for each of them that a submission changes. An
  // object's audiences are forgotten when it gets a version or one of its versions moves; what a version names stays.
  std::map<std::string, std::map<std::string, int64_t>> named_audiences_;  // object, owner
  static constexpr size_t kNamedKeptMax = 200'000;                         // identifiers in named_by_version_
  std::map<int64_t, std::vector<std::string>> named_by_version_;
  size_t named_kept_ = 0;
  std::optional<records::Statement> versions_, in_here_, insert_version_, insert_entry_, newest_here_, not_latest_,
      insert_reference_, insert_audience_, who_names_, named_by_, insert_embargo_;
};

}  // namespace jindo::intel
