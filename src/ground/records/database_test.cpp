// What a records statement gives, on SQLite: every row to each_row, and an error out of the middle of it.
#include "records/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace jindo::records {
namespace {
class EachRow : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove(path_);
    auto opened = Database::open(path_, Database::Access::kWrite);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    database_.emplace(std::move(*opened));
    ASSERT_TRUE(database_->run("CREATE TABLE n(n BIGINT NOT NULL); INSERT INTO n VALUES(1),(2),(3)").ok());
  }
  Statement prepared(const char* sql) {
    auto statement = database_->prepare(sql);
    CHECK(statement.ok());
    return std::move(*statement);
  }
  std::string path_ = testing::TempDir() + "jindo-each-row.db";
  std::optional<Database> database_;
};

TEST_F(EachRow, TakesEveryRowAndThenTheStatementCanBeBoundAgain) {
  Statement rows = prepared("SELECT n FROM n WHERE n>? ORDER BY n");
  for (const int64_t above : {0, 1, 3}) {
    std::vector<int64_t> taken;
    rows.bind(1, above);
    ASSERT_TRUE(each_row(rows, [&](const Statement& row) { taken.push_back(row.number(0)); }).ok());
    std::vector<int64_t> expected;
    for (int64_t n = above + 1; n <= 3; ++n) expected.push_back(n);
    EXPECT_EQ(taken, expected);
  }
}
TEST_F(EachRow, AnErrorEndsItAndLeavesTheStatementReset) {
  Statement rows = prepared("SELECT n FROM n ORDER BY n");
  for (int again = 0; again < 2; ++again) {
    int taken = 0;
    const base::Status status = each_row(rows, [&](const Statement& row) -> base::Status {
      ++taken;
      if (row.number(0) == 2) return base::bad_input("two");
      return {};
    });
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message, "two");
    EXPECT_EQ(taken, 2);
  }
}
}  // namespace
}  // namespace jindo::records
