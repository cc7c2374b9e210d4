// Shared intelligence end to end: objects in and out, who sees which, versions, paging, other formats.
#include <gtest/gtest.h>

#include "base/file.h"
#include "intel/bus_message.h"
#include "intel/config.h"
#include "intel/incident_stix.h"
#include "intel/openpgp.h"
#include "intel/provenance.h"
#include "intel/store.h"
#include "intel/wallet_tags.h"
#include "support/places.h"
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
  const auto incident = incidents::read_incident(tests::source_folder() + "/data/incidents/ronin-2022.yaml");
  ASSERT_TRUE(incident.ok());
  Organisation own;
  own.id = kHome;
  own.name = "Home";
  Release release;
  release.countries = {"KR"};
  const auto objects = incident_objects(*incident, {own, "secret"}, markings_of(release, {own, "secret"}));
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
    incidents::Incident plain = **back;
    plain.marking = plain.shared_by = plain.shared_object = "";
    EXPECT_EQ(incidents::write_incident(plain), incidents::write_incident(*incident));
  }
  EXPECT_EQ(incidents, 1U);
  EXPECT_GT(wallets, 10U);
}
TEST(Incidents, NobodyGuessesTheirIdentifiers) {
  Organisation own;
  own.id = kHome;
  EXPECT_EQ(incident_object_id("ronin-2022", {own, "a"}), incident_object_id("ronin-2022", {own, "a"}));
  EXPECT_NE(incident_object_id("ronin-2022", {own, "a"}), incident_object_id("ronin-2022", {own, "b"}));
  const tests::TemporaryFolder folder;
  const auto one = Store::open(folder.path() + "/a.db"), other = Store::open(folder.path() + "/b.db");
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_GE((*one)->secret().size(), 64U);
  EXPECT_NE((*one)->secret(), (*other)->secret());
  const auto again = Store::open(folder.path() + "/a.db");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*one)->secret(), (*again)->secret());
}
TEST(WalletTags, PatternsNameAddresses) {
  using List = std::vector<std::string>;
  EXPECT_EQ(wallets_in_pattern("[cryptocurrency-wallet:value = 'a']"), List{"a"});
  EXPECT_EQ(
      wallets_in_pattern("[ cryptocurrency-wallet:value='a\\'b' ] OR [cryptocurrency-wallet:value  IN ( 'c' , 'd')]"),
      (List{"a'b", "c", "d"}));
  for (const char* none :
       {"", "[url:value = 'x']", "[cryptocurrency-wallet:value != 'a']", "[cryptocurrency-wallet:value NOT = 'a']",
        "[cryptocurrency-wallet:value LIKE 'a%']", "[cryptocurrency-wallet:value = 'a",
        "[cryptocurrency-wallet:value IN", "[cryptocurrency-wallet:value IN (", "cryptocurrency-wallet:value ="})
    EXPECT_EQ(wallets_in_pattern(none), List{}) << none;
}
TEST(NodeBus, MessagesInPartsAndOnlyFromOnesOwn) {
  const tests::TemporaryFolder folder;
  const auto key = *SigningKey::open_or_make(folder.path() + "/a.pem"),
             stranger = *SigningKey::open_or_make(folder.path() + "/b.pem");
  const auto trusts = [&](const std::string& node) { return node == key->public_hex(); };
  BusMessage sent;
  sent.kind = BusMessage::Kind::kObjects;
  sent.collection = kCollection;
  sent.from = 3;
  sent.to = 9;
  sent.payload = std::string(100'000, 'x') + "\n";
  const auto frames = bus_frames(sent, *key, 8192);
  ASSERT_GT(frames.size(), 10U);
  for (const std::string& frame : frames) EXPECT_LE(frame.size(), 8192U);
  BusReader reader;
  for (size_t i = 0; i < frames.size(); ++i) {
    const auto taken = reader.take(frames[i], trusts);
    ASSERT_TRUE(taken.ok()) << taken.error().message;
    ASSERT_EQ(taken->has_value(), i + 1 == frames.size());
    if (!*taken) continue;
    EXPECT_EQ((*taken)->payload, sent.payload);
    EXPECT_EQ((*taken)->from, 3);
    EXPECT_EQ((*taken)->to, 9);
  }
  // A part that is lost: the message is not there, and the next one is.
  for (size_t i = 0; i < frames.size(); ++i) {
    if (i == 4) continue;
    const auto taken = reader.take(frames[i], trusts);
    ASSERT_TRUE(taken.ok());
    EXPECT_FALSE(taken->has_value());
  }
  const auto whole = bus_frames(sent, *key, 1 << 20);
  ASSERT_EQ(whole.size(), 1U);
  EXPECT_TRUE(reader.take(whole[0], trusts)->has_value());
  EXPECT_FALSE(reader.take(bus_frames(sent, *stranger, 1 << 20)[0], trusts).ok());
  std::string changed = whole[0];
  changed.back() ^= 1;
  EXPECT_FALSE(reader.take(changed, trusts).ok());
}
TEST(Mail, OnlyWhomItIsForReadsIt) {
  const tests::TemporaryFolder folder;
  const auto a = MailKey::open_or_make(folder.path() + "/a.asc", "A <a@example.test>"),
             b = MailKey::open_or_make(folder.path() + "/b.asc", "B"),
             c = MailKey::open_or_make(folder.path() + "/c.asc", "C");
  ASSERT_TRUE(a.ok()) << a.error().message;
  ASSERT_TRUE(b.ok() && c.ok());
  EXPECT_EQ((*MailKey::open_or_make(folder.path() + "/a.asc", "x"))->fingerprint(), (*a)->fingerprint());
  const std::string text(100'000, 'x');
  const auto mail = (*a)->encrypt(text, {{"b", (*b)->public_key()}});
  ASSERT_TRUE(mail.ok()) << mail.error().message;
  EXPECT_TRUE(is_mail(*mail));
  EXPECT_EQ(mail->find("xxxx"), std::string::npos);
  const std::vector<MailRecipient> known = {{"a", (*a)->public_key()}};
  const auto opened = (*b)->decrypt(*mail, known, 1 << 20);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(opened->text, text);
  EXPECT_EQ(opened->signer, (*a)->fingerprint());
  EXPECT_EQ((*b)->decrypt(*mail, {}, 1 << 20)->signer, "");
  EXPECT_FALSE((*c)->decrypt(*mail, known, 1 << 20).ok());
  EXPECT_FALSE((*b)->decrypt(*mail, known, 1000).ok());  // more than is taken
  EXPECT_FALSE((*a)->encrypt(text, {{"nobody", "no key"}}).ok());
  EXPECT_FALSE(mail_fingerprint("two", (*a)->public_key() + (*b)->public_key()).ok());
}
TEST(Incidents, EveryKnownOneReadsBack) {
  const auto all = incidents::list_incidents(tests::source_folder() + "/data/incidents");
  ASSERT_TRUE(all.ok());
  for (const incidents::Incident& incident : *all) {
    const auto back = incidents::parse_incident("back", incidents::write_incident(incident));
    ASSERT_TRUE(back.ok()) << incident.id << ": " << back.error().message;
    EXPECT_EQ(incidents::write_incident(*back), incidents::write_incident(incident));
    EXPECT_EQ(back->thefts.size(), incident.thefts.size());
  }
}
}  // namespace
}  // namespace jindo::intel
