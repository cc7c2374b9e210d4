// Policies and questions read, what is unknown shown to readers, and a decision log that finds every change of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "screening/decision_log.h"
#include "screening/screen.h"
#include "support/places.h"

namespace jindo::screening {
namespace {
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/jindo-screening-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};
const char* kHead = "version: 1\nname: test\n";

TEST(Policy, TheDefaultOneIsRead) {
  const auto policy = read_policy(tests::source_folder() + "/data/policies/default.yaml");
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_GT(policy->rules.size(), 5u);
  EXPECT_EQ(policy->digest.size(), 64u);
}
// Fields that are not there ask for nothing: a policy of before answers as before.
TEST(Policy, WhatOneOfBeforeDoesNotSayIsNotAsked) {
  const auto policy = parse_policy("policy.yaml", kHead);
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  EXPECT_EQ(policy->behind_seconds, 0);
  EXPECT_EQ(policy->untraced, Verdict::kAllow);
}
TEST(Policy, TheStaticOneIsTheDefaultOneThatAcceptsOldData) {
  const std::string folder = tests::source_folder() + "/data/policies/";
  const auto strict = read_policy(folder + "default.yaml"), lax = read_policy(folder + "static.yaml");
  ASSERT_TRUE(strict.ok() && lax.ok());
  EXPECT_GT(strict->behind_seconds, 0);
  EXPECT_EQ(strict->unknown, Verdict::kReview);
  EXPECT_EQ(strict->untraced, Verdict::kReview);
  EXPECT_EQ(lax->behind_seconds, 0);
  EXPECT_EQ(lax->untraced, Verdict::kAllow);
  const auto rules = [](const Policy& policy) { return policy.text.substr(policy.text.find("# Tagged addresses")); };
  EXPECT_EQ(rules(*strict), rules(*lax));
}
TEST(Policy, SaysWhereAndWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"rules:\n  - {id: a, verdict: hold, when: {incidents: \"*\", shere_min: \"0.1\"}}\n",
       "unknown field 'shere_min'"},
      {"rules:\n  - {id: a, verdict: stop, when: {incidents: \"*\"}}\n", "expected allow, review or hold"},
      {"rules:\n  - {id: a, verdict: hold, when: {incidents: \"*\", tags: [mixer]}}\n", "expected one of"},
      {"rules:\n  - {id: a, verdict: hold, when: {categories: [mixer]}}\n", "is not followed"},
      {"rules:\n  - {id: a, verdict: hold, when: {incidents: \"*\", share_min: \"1.5\"}}\n", "expected 0 to 1"},
      {"rules:\n  - {id: a, verdict: hold, when: {incidents: \"*\", amount_min: [{asset: BTC, amount: "
       "\"0.000000001\"}]}}\n",
       "at most 8 places"},
      {"rules:\n  - {id: a, verdict: hold, when: {techniques: [none_such]}}\n", "unknown technique"},
      {"tracing: {policy: poison}\n", "poison"},
      {"lists:\n  - {name: x, verdict: hold, entries: [{chain: bitcoin, address: nonsense, reason: r}]}\n",
       "policy.yaml:"},
      {"rules:\n  - {id: a, verdict: hold, when: {incidents: \"*\"}}\nexemptions:\n  - {rule: a, chain: bitcoin, "
       "address: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S, reason: r}\n",
       "needs an end"},
      {"colour: red\n", "unknown field 'colour'"},
  };
  for (const auto& [text, expected] : wrong) {
    const auto policy = parse_policy("policy.yaml", std::string(kHead) + text);
    ASSERT_FALSE(policy.ok()) << text;
    EXPECT_NE(policy.error().message.find(expected), std::string::npos) << policy.error().message;
  }
}
TEST(Question, ReadsWhatItWrites) {
  const auto question = parse_question(
      R"({"kind":"withdrawal","chain":"ethereum","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","asset":"ETH","amount":"12","trails":3,"now":5})");
  ASSERT_TRUE(question.ok()) << question.error().message;
  std::string text;
  base::JsonWriter json([&](std::string_view part) { text += part; }, false);
  write_question(*question, json);
  json.flush();
  EXPECT_EQ(
      text,
      R"({"kind":"withdrawal","chain":"ethereum","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","asset":"ETH","amount":"12","trails":3,"now":5})");
  for (const char* wrong :
       {"{}", "[]", R"({"chain":"ethereum"})", R"({"chain":"bitcoin","address":"x"})",
        R"({"chain":"ethereum","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96","color":"red"})",
        R"({"kind":"withdrawal","chain":"ethereum","address":"0x098B716B8Aaf21512996dC57EB0615e2383E2f96"})"})
    EXPECT_FALSE(parse_question(wrong).ok()) << wrong;
}

State state_of_nothing() {
  State out;
  auto policy = parse_policy("policy.yaml", kHead);
  EXPECT_TRUE(policy.ok());
  out.policy = std::make_shared<const Policy>(std::move(*policy));
  auto snapshot = std::make_shared<exposure::Snapshot>();
  snapshot->ledger = std::make_shared<const ledger::Ledger>();
  out.snapshot = std::move(snapshot);
  return out;
}
// Which incident a line is about is said beside it, whatever identifiers its text holds.
TEST(Unknown, OfAHiddenIncidentIsLeftOut) {
  State state = state_of_nothing();
  state.add_waiting("theft-1", "its transaction is not in the ledger yet");
  state.add_waiting("theft-10", "it is of the money of theft-1, incident theft-1");
  state.add_waiting("a b", "an identifier with a blank");
  state.add_unknown("incident theft-1 is a word of this text and not what it is about");
  state.finish();
  EXPECT_EQ(state.waiting(), 3u);
  Question question;
  question.network = *chain::find_network("bitcoin");
  const auto unknown_to = [&](const std::set<std::string>* hidden) {
    question.hidden = hidden;
    return assess(state, question, {}).unknown;
  };
  const std::string no_ledger = "this node holds no ledger of bitcoin", one = state.unknown[0].text,
                    ten = state.unknown[1].text, blank = state.unknown[2].text, other = state.unknown[3].text;
  EXPECT_EQ(one, "incident theft-1 is not traced yet: its transaction is not in the ledger yet");
  using Lines = std::vector<std::string>;
  EXPECT_EQ(unknown_to(nullptr), (Lines{no_ledger, one, ten, blank, other}));
  const std::set<std::string> first{"theft-1"}, tenth{"theft-10"}, blanks{"a b"}, part{"theft", "a"};
  EXPECT_EQ(unknown_to(&first), (Lines{no_ledger, ten, blank, other}));
  EXPECT_EQ(unknown_to(&tenth), (Lines{no_ledger, one, blank, other}));
  EXPECT_EQ(unknown_to(&blanks), (Lines{no_ledger, one, ten, other}));
  EXPECT_EQ(unknown_to(&part), (Lines{no_ledger, one, ten, blank, other}));
  for (const auto& [hidden, line] : {std::pair{&first, one}, std::pair{&tenth, ten}}) {
    question.hidden = hidden;
    const auto answered = answer(state, question);
    ASSERT_TRUE(answered.ok());
    EXPECT_EQ(answered->json.find(line), std::string::npos) << answered->json;
    EXPECT_NE(answered->json.find(blank), std::string::npos) << answered->json;
  }
}

// What is not known is not allowed: an old ledger, an incident that is not followed, another chain that is behind.
TEST(Unknown, IsReviewedWhereThePolicyAsks) {
  const chain::Network& bitcoin = **chain::find_network("bitcoin");
  const chain::Network& ethereum = **chain::find_network("ethereum");
  const auto state_under = [&](const std::string& policy_text, int64_t bitcoin_time, int64_t ethereum_time) {
    State out = state_of_nothing();
    auto policy = parse_policy("policy.yaml", kHead + policy_text);
    EXPECT_TRUE(policy.ok());
    out.policy = std::make_shared<const Policy>(std::move(*policy));
    auto snapshot = std::make_shared<exposure::Snapshot>(*out.snapshot);
    for (const auto& [network, time] : {std::pair{&bitcoin, bitcoin_time}, std::pair{&ethereum, ethereum_time}}) {
      exposure::ChainCoverage chain;
      chain.network = network;
      chain.time = time;
      snapshot->chains.push_back(chain);
    }
    out.snapshot = std::move(snapshot);
    out.incidents = 3;
    return out;
  };
  Question question;
  question.network = &bitcoin;
  question.now = 1'000'000;
  const auto verdicts = [&](const State& state) {  // without the ledger itself, which nothing here has
    std::string out;
    for (const Lack& lack : state.lacking(question))
      if (lack.text.find("holds no ledger") == std::string::npos)
        out += verdict_name(lack.verdict)[0] + lack.text + "\n";
    return out;
  };
  const std::string strict = "unknown: review\nbehind_seconds: 7200\nuntraced: hold\n";
  State fresh = state_under(strict, 1'000'000 - 7200, 1'000'000);
  EXPECT_EQ(verdicts(fresh), "");
  EXPECT_TRUE(fresh.not_answerable(question.now).empty());

  const State old = state_under(strict, 1'000'000 - 7201, 1'000'000);
  EXPECT_EQ(verdicts(old),
            "rthe ledger of bitcoin is behind: its last block is of 1970-01-12T11:46:39Z; the policy accepts 7200 "
            "seconds\n");
  EXPECT_EQ(old.not_answerable(question.now).size(), 1u);
  question.at_height = 5;  // as old as it was asked for
  EXPECT_EQ(verdicts(old), "");
  question.at_height.reset();

  const State other = state_under(strict, 1'000'000, 0);
  EXPECT_EQ(verdicts(other).substr(0, 36), "hthe ledger of ethereum is behind: i");
  EXPECT_EQ(verdicts(state_under(strict + "tracing: {links: false}\n", 1'000'000, 0)), "");

  fresh.add_waiting("theft-1", "no ledger of its chain");
  fresh.add_waiting("theft-2", "its transaction is not in the ledger");
  fresh.add_without_theft("words-only");
  EXPECT_EQ(verdicts(fresh), "hthe money of 2 incidents is not followed here, and may be anywhere: theft-1, theft-2\n");
  EXPECT_EQ(assess(fresh, question, {}).verdict, Verdict::kHold);
  const auto told = fresh.not_answerable(question.now);
  ASSERT_EQ(told.size(), 1u);  // anybody may ask whether a node is ready: no incident is named
  EXPECT_EQ(told[0], "2 of 3 incidents are not traced; the policy's 'untraced' is hold");
  const std::set<std::string> hidden{"theft-1"};
  question.hidden = &hidden;
  EXPECT_EQ(verdicts(fresh), "hthe money of 1 incident is not followed here, and may be anywhere: theft-2\n");
  question.hidden = nullptr;

  State lax = state_under("", 0, 0);  // a policy that asks for neither
  lax.add_waiting("theft-1", "no ledger of its chain");
  EXPECT_EQ(verdicts(lax), "");
  EXPECT_TRUE(lax.not_answerable(question.now).empty());
}

TEST(DecisionLog, ChainsAndFindsEveryChange) {
  const Folder folder;
  const std::string path = folder.path() + "/log";
  {
    auto log = DecisionLog::open(path, {});
    ASSERT_TRUE(log.ok()) << log.error().message;
    for (int i = 0; i < 50; ++i)
      EXPECT_EQ(*(*log)->append("decision", "\"n\":" + std::to_string(i)), static_cast<uint64_t>(i + 1));
    EXPECT_FALSE(DecisionLog::open(path, {}).ok());  // one process at a time
  }
  const std::string file = path + "/000000000001.jsonl";
  const std::string whole = *base::read_file(file, 1 << 20);
  uint64_t seen = 0;
  const auto read = read_decisions(path, [&](const LogRecord& record) -> base::Status {
    EXPECT_EQ(record.number, ++seen);
    EXPECT_EQ(record.kind, "decision");
    return {};
  });
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->records, 50u);
  const auto write = [&](const std::string& text) { std::ofstream(file, std::ios::binary | std::ios::trunc) << text; };
  // A crash: the last line is cut off anywhere; opening takes it off and goes on.
  for (const size_t cut : {size_t{1}, size_t{20}, size_t{90}}) {
    write(whole.substr(0, whole.size() - cut));
    auto log = DecisionLog::open(path, {});
    ASSERT_TRUE(log.ok()) << log.error().message;
    EXPECT_EQ((*log)->last(), 49u);
    EXPECT_EQ(*(*log)->append("decision", "\"n\":49"), 50u);
    log->reset();
    EXPECT_TRUE(read_decisions(path, {}).ok());
  }
  // Anything else is found: a byte changed, a line gone, two lines swapped.
  for (size_t at = 0; at + 200 < whole.size(); at += 97) {
    std::string changed = whole;
    changed[at] = changed[at] == '7' ? '8' : '7';
    if (changed == whole || whole[at] == '\n') continue;
    write(changed);
    EXPECT_FALSE(read_decisions(path, {}).ok()) << at;
  }
  const size_t first = whole.find('\n') + 1, second = whole.find('\n', first) + 1;
  write(whole.substr(first));
  EXPECT_FALSE(read_decisions(path, {}).ok());
  write(whole.substr(0, first) + whole.substr(second));
  EXPECT_FALSE(read_decisions(path, {}).ok());
}
}  // namespace
}  // namespace jindo::screening
