// The one rule of who may see what (docs/formats/markings.md), every TLP before every kind of reader.
#include "intel/access.h"

#include <gtest/gtest.h>

#include <array>

namespace jindo::intel {
namespace {
const std::string kHome = "identity--11111111-1111-4111-8111-111111111111";
const std::string kOther = "identity--22222222-2222-4222-8222-222222222222";
constexpr std::array kAffiliations = {Affiliation::kStaff, Affiliation::kClient, Affiliation::kNode};

Reader reader(const std::string& organisation, Affiliation affiliation, bool community = true) {
  Reader out;
  out.organisation = organisation;
  out.country = "KR";
  out.affiliation = affiliation;
  out.community = community;
  return out;
}
Rule marked(Marking tlp) {
  Rule out;
  out.owner = kHome;
  out.tlp = tlp;
  return out;
}

TEST(MaySee, ClearGreenAndAmberOfAllAffiliations) {
  for (const Affiliation affiliation : kAffiliations)
    for (const Marking tlp : {Marking::kClear, Marking::kGreen, Marking::kAmber}) {
      EXPECT_TRUE(may_see(reader(kHome, affiliation), marked(tlp)));
      EXPECT_TRUE(may_see(reader(kOther, affiliation), marked(tlp)));
      EXPECT_EQ(may_see(reader(kOther, affiliation, false), marked(tlp)), tlp == Marking::kClear)
          << "outside of the community only CLEAR";
      EXPECT_TRUE(may_see(reader(kHome, affiliation, false), marked(tlp))) << "its own it always sees";
    }
}
TEST(MaySee, AmberStrictIsForStaffAndNodesNotForClients) {
  for (const std::string& organisation : {kHome, kOther})
    for (const Affiliation affiliation : kAffiliations)
      EXPECT_EQ(may_see(reader(organisation, affiliation), marked(Marking::kAmberStrict)),
                affiliation != Affiliation::kClient)
          << organisation << " " << name_of(affiliation);
}
TEST(MaySee, RedIsForStaffThatItNames) {
  Rule rule = marked(Marking::kRed);
  rule.individuals = {"hana"};
  for (const Affiliation affiliation : kAffiliations)
    for (const std::string& individual : {std::string("hana"), std::string("other"), std::string()}) {
      Reader one = reader(kHome, affiliation);
      one.individual = individual;
      EXPECT_EQ(may_see(one, rule), affiliation == Affiliation::kStaff && individual == "hana")
          << name_of(affiliation) << " " << individual;
      EXPECT_FALSE(may_see(one, marked(Marking::kRed))) << "named nobody: not even the owner's staff";
    }
}
TEST(MaySee, ReleasabilityNarrowsForOthersButNotForTheOwner) {
  Rule rule = marked(Marking::kAmberStrict);
  rule.countries = {{"US", "JP"}};
  EXPECT_FALSE(may_see(reader(kOther, Affiliation::kStaff), rule));
  EXPECT_TRUE(may_see(reader(kHome, Affiliation::kStaff), rule));
  EXPECT_FALSE(may_see(reader(kHome, Affiliation::kClient), rule));
  rule.countries = {{"US", "KR"}, {"KR"}};
  EXPECT_TRUE(may_see(reader(kOther, Affiliation::kStaff), rule)) << "any of each list";
}
}  // namespace
}  // namespace jindo::intel
