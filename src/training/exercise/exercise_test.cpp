// The book keeps every unit of stolen value; scenarios give amounts in whole units.
#include <gtest/gtest.h>

#include "exercise/book.h"

#include "exercise/scenario.h"

namespace jindo::exercise {
namespace {
simulate::WorldOptions small_world() {
  simulate::WorldOptions options;
  options.movements = 10000;
  options.start = 1'700'000'000;
  options.span_seconds = 86400;
  options.chains = {{*chain::find_network("ethereum"), 1}};
  return options;
}
}  // namespace

TEST(Book, SplitsKeepEveryUnitOfOrigin) {
  simulate::World world(small_world());
  Book book(world);
  const auto owner = world.owners().add("Thief", "thief");
  const Place a = world.new_place(0, owner, ""), b = world.new_place(0, owner, ""), c = world.new_place(0, owner, "");
  TheftRecord theft;
  theft.source = book.source(0, 0, 0);
  theft.transaction = 1;
  theft.to = a;
  theft.amount = 1000;
  book.steal(theft, 0, 0);
  Book::Move move;
  move.from = a;
  move.to = b;
  move.leaves = 333;
  move.arrives = 7;  // another asset, coarser
  move.to_asset = 1;
  move.transaction = 2;
  book.move(move);
  EXPECT_EQ(book.stolen(a, 0), Uint128{667});
  EXPECT_EQ(book.stolen(b, 1), Uint128{7});
  Book::Move on;
  on.from = b;
  on.from_asset = on.to_asset = 1;
  on.to = c;
  on.leaves = on.arrives = 2;
  on.transaction = 3;
  on.knows = Knowable::kThiefOnly;
  book.move(on);
  const auto& stake = book.stakes().at({c, 1})[0];
  EXPECT_EQ(stake.origin, Uint128{333 * 2 / 7});
  EXPECT_EQ(stake.hops, 2u);
  EXPECT_EQ(stake.knows, Knowable::kThiefOnly);
  book.settle(a, 0, 600, 4);  // 67 went to fees
  EXPECT_EQ(book.ended().size(), 1u);
  EXPECT_EQ(book.ended()[0].stake.origin, Uint128{67});
  EXPECT_TRUE(book.check().ok());
}
TEST(Book, MoneyOfTwoIncidentsInOneWalletLeavesAsTheScenarioSays) {
  simulate::World world(small_world());
  Book book(world);
  const auto owner = world.owners().add("Broker", "thief");
  const Place desk = world.new_place(0, owner, ""), out = world.new_place(0, owner, "");
  for (uint32_t incident : {0U, 1U}) {
    TheftRecord theft;
    theft.source = book.source(incident, 0, 0);
    theft.transaction = incident + 1;
    theft.to = desk;
    theft.amount = 500;
    book.steal(theft, 0, 0);
  }
  Book::Move move;
  move.from = desk;
  move.to = out;
  move.leaves = move.arrives = 300;
  move.incident = 1;
  book.move(move);
  EXPECT_EQ(book.stolen(desk, 0, 0), Uint128{500});
  EXPECT_EQ(book.stolen(desk, 0, 1), Uint128{200});
  EXPECT_EQ(book.stolen(out, 0, 1), Uint128{300});
  EXPECT_TRUE(book.check().ok());
}
TEST(Scenario, AmountsInWholeUnits) {
  EXPECT_EQ(*parse_units("401346.768858404671846374", 18), Uint128{401346768858404671ULL} * 1'000'000 + 846374);
  EXPECT_EQ(*parse_units("0.15", 6), Uint128{150000});
  EXPECT_FALSE(parse_units("0.1234567", 6).has_value());
  EXPECT_FALSE(parse_units("1.", 6).has_value());
  EXPECT_FALSE(parse_units("1e5", 6).has_value());
  EXPECT_FALSE(parse_units("", 6).has_value());
}
}  // namespace jindo::exercise
