// The code of docs/API.md, compiled and run. The text between the marks equals the page's (checked below).
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

#include "support/places.h"
#include "support/temporary_folder.h"
#include "typology/finding.h"
// ---- docs/API.md
#include "incidents/incident.h"
#include "ingest/ingest.h"
#include "trace/trail.h"

using namespace jindo;

base::Status follow(const std::string& csv, const std::string& incident_file) {
  JINDO_TRY(const chain::Network* ethereum, chain::find_network("ethereum"));
  JINDO_TRY(auto added, ingest::ingest_transfers("ledger", *ethereum, {csv}, {}));
  JINDO_TRY(ledger::Ledger ledger, ledger::Ledger::open("ledger"));
  JINDO_TRY(incidents::Incident incident, incidents::read_incident(incident_file));

  trace::Options options;
  options.policy = trace::Policy::kHaircut;
  options.record = true;  // keep every step: trails need them
  JINDO_TRY(trace::Result result, trace::run(ledger, incidents::trace_sources({incident}), options));
  for (const trace::Holding& holding : result.holdings) {
    std::printf("%s %s\n", chain::format_address(*holding.network, holding.address).c_str(),
                base::to_decimal(holding.origin).c_str());
  }
  trace::TrailTarget target;
  target.network = ethereum;
  target.address = result.holdings.front().address;
  JINDO_TRY(std::vector<trace::TrailStep> trail, trace::find_trail(ledger, result, target));
  return trail.empty() ? base::answer_no("no trail") : base::Status();
}
// ---- end

namespace {
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}
TEST(Docs, ApiPageIsThisCode) {
  const auto page = base::read_file(tests::source_folder() + "/docs/API.md", 1 << 20);
  const auto source = base::read_file(tests::source_folder() + "/tests/docs_test.cpp", 1 << 20);
  ASSERT_TRUE(page.ok() && source.ok());
  EXPECT_EQ(between(*page, "```cpp\n", "```"), between(*source, "// ---- docs/API.md\n", "// ---- end"));
}
TEST(Docs, ApiPageRuns) {
  const tests::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto status = follow(tests::source_folder() + "/examples/ronin-2022/movements.csv",
                             tests::source_folder() + "/data/incidents/ronin-2022.yaml");
  std::filesystem::current_path(before);
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
}
// The page's lines are wrapped; the table's texts are not.
std::string as_one_line(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != '\n' && c != ' ')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  return out;
}
TEST(Docs, EveryTechniqueStandsInMethodology) {
  const auto file = base::read_file(tests::source_folder() + "/docs/methodology/techniques.md", 1 << 20);
  ASSERT_TRUE(file.ok());
  const std::string page = as_one_line(*file);
  for (const typology::TechniqueInfo& technique : typology::techniques()) {
    EXPECT_NE(page.find("(`" + std::string(technique.id) + "`)"), std::string::npos) << technique.id;
    EXPECT_NE(page.find(technique.parameters), std::string::npos) << technique.id << ": parameters";
    EXPECT_NE(page.find(technique.mistakes), std::string::npos) << technique.id << ": mistakes";
  }
}
}  // namespace
