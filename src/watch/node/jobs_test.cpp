// Jobs done in order by one thread; those that wait when the node stops are done still, later ones are refused.
#include "node/jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace jindo::node {
namespace {
TEST(Jobs, EachCallerGetsItsOwnOutcome) {
  Jobs jobs;
  std::vector<std::string> failures;
  std::thread worker([&] { jobs.work([&](const base::Error& error) { failures.push_back(error.message); }); });
  int done = 0;
  EXPECT_TRUE(jobs.run([&]() -> base::Status {
                    ++done;
                    return {};
                  })
                  .ok());
  const auto failed = jobs.run([&]() -> base::Status {
    ++done;
    return base::answer_no("not this one");
  });
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "not this one");
  jobs.stop();
  worker.join();
  EXPECT_EQ(done, 2);
  EXPECT_EQ(failures, std::vector<std::string>{"not this one"});
  EXPECT_TRUE(jobs.stopping());
  const auto late = jobs.run([]() -> base::Status { return {}; });
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, base::ErrorKind::kMachine);
}
TEST(Jobs, WhatWaitsAtTheStopIsDone) {
  Jobs jobs;
  std::atomic<int> done{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      EXPECT_TRUE(jobs.run([&]() -> base::Status {
                        ++done;
                        return {};
                      })
                      .ok());
    });
  while (jobs.queued() < 8) std::this_thread::yield();
  jobs.stop();
  jobs.work([](const base::Error&) {});  // returns once nothing waits
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(done, 8);
  EXPECT_EQ(jobs.queued(), 0u);
}
TEST(Jobs, RestEndsWhenReadyOrAtTheStop) {
  Jobs jobs;
  constexpr std::chrono::hours kLong{1};
  EXPECT_FALSE(jobs.rest(kLong, [] { return true; }));
  EXPECT_FALSE(jobs.rest(std::chrono::milliseconds(0)));
  std::atomic<bool> ready{false}, rested{false};
  std::thread woken([&] {
    EXPECT_FALSE(jobs.rest(kLong, [&] { return ready.load(); }));
    rested = true;
  });
  ready = true;
  jobs.wake();
  woken.join();
  EXPECT_TRUE(rested);
  std::thread stopped([&] { EXPECT_TRUE(jobs.rest(kLong)); });
  jobs.stop();
  stopped.join();
}
}  // namespace
}  // namespace jindo::node
