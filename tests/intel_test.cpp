#include <gtest/gtest.h>

#include "base/file.h"
#include "intel/config.h"
#include "intel/incident_stix.h"
#include "intel/provenance.h"
#include "intel/store.h"
#include "stix/extensions.h"
#include "support/temporary_folder.h"

namespace jindo::intel {
namespace {
const std::string kHome = "identity--11111111-1111-4111-8111-111111111111";
const std::string kOther = "identity--22222222-2222-4222-8222-222222222222";
const std::string kCollection = "c0000000-0000-4000-8000-000000000001";
const std::string kSharing = "organisation: {id: " + kHome +
                             ", name: Home, country: KR, kind: agency}\norganisations: [{id: " + kOther +
                             ", name: Other, country: JP, kind: exchange}]\ncollections: [{id: " + kCollection +
                             ", title: All, unmarked: green}]\n";

std::string tool(const std::string& name, const std::string& more = "",
                 const std::string& modified = "2026-01-01T00:00:00.000Z") {
  return R"({"type":"tool","spec_version":"2.1","id":"tool--00000000-0000-4000-8000-000000000001","created":"2026-01-01T00:00:00.000Z","modified":")" +
         modified + R"(","name":")" + name + "\"" + more + "}";
}
stix::Object parsed(const std::string& json) {
  auto object = stix::parse_object(json);
  EXPECT_TRUE(object.ok()) << (object.ok() ? "" : object.error().message);
  return *object;
}

TEST(Audiences, RulesReadBackWhatTheyWrote) {
  Rule rule;
  rule.owner = kHome;
  rule.tlp = Marking::kRed;
  rule.groups = {{"b", "a,;|%\n"}, {"c"}};
  rule.individuals = {"한나", "a|b"};
  rule.embargo_until_us = 123456789;
  const auto back = Rule::parse(rule.text());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->text(), rule.text());
  EXPECT_EQ(back->individuals.size(), 2U);
  EXPECT_FALSE(Rule::parse("x|9|0|||||").ok());
  EXPECT_FALSE(Rule::parse("").ok());
}
TEST(Audiences, AllAndAny) {
  Audiences a;
  const auto rule = [&](int64_t number, const std::string& country) {
    Rule r;
    r.owner = kHome;
    r.countries = {{country}};
    a.add(number, Audiences::rule_text(r));
  };
  rule(1, "KR");
  rule(2, "JP");
  rule(3, "US");
  EXPECT_EQ(a.all_of({1, 1}).first, 1);
  const auto both = a.all_of({2, 1});
  a.add(4, both.second);
  EXPECT_EQ(a.all_of({4, 1}).second, both.second) << "parts of parts are taken in";
  const auto any = a.any_of({1, 4});
  EXPECT_EQ(any.first, 1) << "what asks for more adds nothing";
  const auto either = a.any_of({1, 2});
  a.add(5, either.second);
  EXPECT_EQ(a.all_of({5, 1}).first, 1) << "what is required already satisfies an option";
  Reader reader;
  reader.organisation = kOther;
  reader.country = "JP";
  EXPECT_FALSE(a.sees(1, reader));
  EXPECT_TRUE(a.sees(2, reader));
  EXPECT_FALSE(a.sees(4, reader));
  EXPECT_TRUE(a.sees(5, reader));
  EXPECT_FALSE(a.sees(99, reader)) << "an unknown audience lets nobody in";
  a.add(6, "rnonsense");
  EXPECT_FALSE(a.sees(6, reader)) << "nor does one that cannot be read";
}
TEST(Provenance, SignedAndChanged) {
  const tests::TemporaryFolder folder;
  const auto key = SigningKey::open_or_make(folder.path() + "/key.pem");
  ASSERT_TRUE(key.ok());
  const auto again = SigningKey::open_or_make(folder.path() + "/key.pem");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*key)->public_hex(), (*again)->public_hex());
  const auto text = sign_object(**key, tool("a", R"(,"extensions":{"x":{"y":1}})"), std::string(64, 'a'));
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(check_signature(parsed(*text)), SignatureState::kValid);
  EXPECT_EQ(check_signature(parsed(tool("a"))), SignatureState::kNone);
  // Another order of keys and other blanks are the same object; another letter is not, nor another predecessor.
  std::string changed = *text;
  changed.replace(changed.find("\"name\":\"a\""), 10, "\"name\":\"b\"");
  EXPECT_EQ(check_signature(parsed(changed)), SignatureState::kWrong);
  changed = *text;
  changed.replace(changed.find(std::string(64, 'a')), 1, "b");
  EXPECT_EQ(check_signature(parsed(changed)), SignatureState::kWrong);
  changed = "{ " + text->substr(1);
  EXPECT_EQ(check_signature(parsed(changed)), SignatureState::kValid);
}
TEST(Store, WhatWasChangedIsFound) {
  const tests::TemporaryFolder folder;
  const std::string path = folder.path() + "/intel.db";
  const auto fill = [&] {
    auto store = Store::open(path);
    ASSERT_TRUE(store.ok());
    ASSERT_TRUE(apply_config(**store, "sharing", kSharing, std::string(64, '0')).ok());
    Submission submission;
    submission.collection = kCollection;
    submission.by = *(*store)->directory()->reader(kHome, Affiliation::kStaff, "x");
    for (int i = 0; i < 3; ++i) {
      const auto report = (*store)->add(
          submission,
          {parsed(tool("n" + std::to_string(i), "", "2026-01-0" + std::to_string(i + 1) + "T00:00:00.000Z"))});
      ASSERT_TRUE(report.ok());
      EXPECT_EQ(report->count(Outcome::kAdded), 1U);
    }
    const auto verified = (*store)->verify();
    ASSERT_TRUE(verified.ok()) << verified.error().message;
    EXPECT_EQ(verified->versions, 3U);
  };
  fill();
  for (const char* harm :
       {"UPDATE version SET body=replace(body, 'n1', 'm1') WHERE number=2", "DELETE FROM version WHERE number=2",
        "UPDATE version SET owner='x' WHERE number=2", "UPDATE version SET hash='x' WHERE number=3"}) {
    auto database = records::Database::open(path, records::Database::Access::kWrite);
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE(database->run("SAVEPOINT before").ok());
    ASSERT_TRUE(database->run("CREATE TABLE kept AS SELECT * FROM version").ok());
    ASSERT_TRUE(database->run(harm).ok());
    ASSERT_TRUE(database->run("RELEASE before").ok());
    auto store = Store::open(path);
    ASSERT_TRUE(store.ok());
    const auto verified = (*store)->verify();
    EXPECT_FALSE(verified.ok()) << harm;
    ASSERT_TRUE(database->run("DELETE FROM version; INSERT INTO version SELECT * FROM kept; DROP TABLE kept").ok());
  }
  auto store = Store::open(path);
  ASSERT_TRUE(store.ok());
  EXPECT_TRUE((*store)->verify().ok());
}
TEST(Store, PositionsNeverGoBack) {
  const tests::TemporaryFolder folder;
  auto store = Store::open(folder.path() + "/intel.db");
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(apply_config(**store, "sharing", kSharing, std::string(64, '0')).ok());
  // As if the clock had been an hour ahead: what comes now still comes after it.
  const int64_t ahead = (*store)->last_position() + int64_t{4'000'000'000'000'000};
  ASSERT_TRUE((*store)->set_fact("position", std::to_string(ahead)).ok());
  Submission submission;
  submission.collection = kCollection;
  submission.by = *(*store)->directory()->reader(kHome, Affiliation::kStaff, "x");
  ASSERT_TRUE((*store)->add(submission, {parsed(tool("a"))}).ok());
  EXPECT_GT((*store)->last_position(), ahead);
}
TEST(Store, TwoProcessesShareOneDatabase) {
  const tests::TemporaryFolder folder;
  auto one = Store::open(folder.path() + "/intel.db"), two = Store::open(folder.path() + "/intel.db");
  ASSERT_TRUE(one.ok() && two.ok());
  ASSERT_TRUE(apply_config(**one, "sharing", kSharing, std::string(64, '0')).ok());
  ASSERT_TRUE((*two)->reload().ok());
  const auto reader = *(*one)->directory()->reader(kHome, Affiliation::kStaff, "x");
  // Each numbers audiences that the other has not heard of; neither reads again in between.
  const char* const tlps[] = {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
                              "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
                              "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
                              "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"};
  for (int i = 0; i < 8; ++i) {
    Submission submission;
    submission.collection = kCollection;
    submission.by = reader;
    std::string json = tool("n", R"(,"object_marking_refs":[")" + std::string(tlps[i % 4]) + "\"]");
    json.replace(json.find("000000000001"), 12, "00000000010" + std::to_string(i));
    const auto report = (i % 2 == 0 ? **one : **two).add(submission, {parsed(json)});
    ASSERT_TRUE(report.ok()) << report.error().message;
    EXPECT_EQ(report->count(Outcome::kAdded), 1U);
  }
  for (Store* store : {one->get(), two->get()}) {
    ASSERT_TRUE(store->reload().ok());
    const auto page = store->page(store->directory()->collections.at(kCollection), reader, {});
    ASSERT_TRUE(page.ok());
    EXPECT_EQ(page->items.size(), 8U);
    EXPECT_TRUE(store->verify().ok());
  }
}
TEST(Sharing, FileSaysWhereItIsWrong) {
  const auto why = [](const std::string& yaml) {
    const auto config = parse_config("s.yaml", yaml);
    return config.ok() ? std::string("taken") : config.error().message;
  };
  EXPECT_EQ(why(kSharing), "taken");
  EXPECT_NE(why("organisations: []").find("'organisation' is missing"), std::string::npos);
  EXPECT_NE(why(kSharing + "groups: [{id: g, name: G, purpose: short, members: [Home]}]").find("purpose"),
            std::string::npos);
  EXPECT_NE(why(kSharing + "groups: [{id: g, name: G, purpose: long enough it is, members: [Nobody]}]").find("members"),
            std::string::npos);
  EXPECT_NE(why(kSharing + "grups: []").find("unknown field 'grups'"), std::string::npos);
  EXPECT_NE(why(kSharing + "peers: [{id: p, url: 'ftp://x', collection: " + kCollection +
                ", organisation: Other, into: All}]")
                .find("http"),
            std::string::npos);
  EXPECT_NE(why("organisation: {name: x, country: Korea, kind: agency}").find("ISO 3166"), std::string::npos);
}
TEST(Incidents, ThereAndBack) {
  const auto incident = casework::read_incident(std::string(JINDO_SOURCE) + "/data/incidents/ronin-2022.yaml");
  ASSERT_TRUE(incident.ok());
  Organisation own;
  own.id = kHome;
  own.name = "Home";
  Release release;
  release.countries = {"KR"};
  const auto objects = incident_objects(*incident, own, markings_of(release, own));
  size_t wallets = 0, incidents = 0;
  for (const std::string& text : objects) {
    const auto object = stix::parse_object(with_times(text, 1'700'000'000'000'000, 1'700'000'000'000'000));
    ASSERT_TRUE(object.ok()) << text << ": " << object.error().message;
    if (object->type == "cryptocurrency-wallet") ++wallets;
    if (object->type != "incident") continue;
    ++incidents;
    const auto back = incident_of(*object, kOther, Marking::kAmber);
    ASSERT_TRUE(back.ok()) << back.error().message;
    ASSERT_TRUE(back->has_value());
    EXPECT_EQ((*back)->marking, "TLP:AMBER");
    EXPECT_EQ((*back)->shared_by, kOther);
    casework::Incident plain = **back;
    plain.marking = plain.shared_by = plain.shared_object = "";
    EXPECT_EQ(casework::write_incident(plain), casework::write_incident(*incident));
  }
  EXPECT_EQ(incidents, 1U);
  EXPECT_GT(wallets, 10U);
}
TEST(Incidents, EveryKnownOneReadsBack) {
  const auto all = casework::list_incidents(std::string(JINDO_SOURCE) + "/data/incidents");
  ASSERT_TRUE(all.ok());
  for (const casework::Incident& incident : *all) {
    const auto back = casework::parse_incident("back", casework::write_incident(incident));
    ASSERT_TRUE(back.ok()) << incident.id << ": " << back.error().message;
    EXPECT_EQ(casework::write_incident(*back), casework::write_incident(incident));
    EXPECT_EQ(back->thefts.size(), incident.thefts.size());
  }
}
}  // namespace
}  // namespace jindo::intel
