// Marks are left to the look whose state is without what they name.
#include "node/withdrawn_marks.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace jindo::node {
namespace {
using Marks = std::vector<std::string>;

TEST(WithdrawnMarks, AnOlderStatesLookLeavesThem) {
  const tests::TemporaryFolder folder;
  WithdrawnMarks marks(folder / "withdrawn");
  EXPECT_EQ(*marks.covered_by(1), Marks{});
  ASSERT_TRUE(marks.mark({"tag:a"}, 2).ok());
  ASSERT_TRUE(marks.mark({"tag:b"}, 3).ok());
  // A look with the state of the second outdating: b is marked, and that state still has it.
  const auto seen = marks.covered_by(2);
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(*seen, Marks{"tag:a"});
  ASSERT_TRUE(marks.looked_at(*seen, 2).ok());
  EXPECT_EQ(*marks.covered_by(3), Marks{"tag:b"});
  // Marked once more while a look was on the way: it stays for the next.
  ASSERT_TRUE(marks.mark({"tag:b"}, 4).ok());
  ASSERT_TRUE(marks.looked_at({"tag:b"}, 3).ok());
  EXPECT_EQ(*marks.covered_by(4), Marks{"tag:b"});
  ASSERT_TRUE(marks.looked_at({"tag:b"}, 4).ok());
  EXPECT_EQ(*marks.covered_by(4), Marks{});
}
TEST(WithdrawnMarks, ThoseOfAnEarlierRunCount) {
  const tests::TemporaryFolder folder;
  ASSERT_TRUE(WithdrawnMarks(folder / "withdrawn").mark({"incident"}, 9).ok());
  const WithdrawnMarks after(folder / "withdrawn");
  EXPECT_EQ(*after.covered_by(1), Marks{"incident"});
}
}  // namespace
}  // namespace jindo::node
