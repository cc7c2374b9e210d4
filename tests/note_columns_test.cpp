// Notes on disk: the same in portions, after rollbacks and merges; a forged column does not verify.
#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/hex.h"
#include "ledger/columns.h"
#include "ledger/ledger_writer.h"
#include "support/account_world.h"
#include "support/temporary_folder.h"

namespace jindo {
namespace {
using namespace tests;

const chain::Network& ethereum() { return **chain::find_network("ethereum"); }

// ----------------------------------------------------------------------------------------------------------
Maker noted_chain(uint64_t seed, uint64_t acts) {
  std::mt19937_64 random(seed);
  Maker maker;
  for (uint64_t n = 1; n <= acts; ++n) {
    const std::string event = random() % 4 == 0 ? "" : "E" + std::to_string(random() % 5) + "(bytes32)";
    maker.act(static_cast<int64_t>(1000 + n), id_of(n, 1),
              {{chain::native_asset(), {}, key(static_cast<uint8_t>(1 + random() % 9)), 1 + n}}, event,
              id_of(random(), 3), static_cast<uint8_t>(random() % 7),
              std::vector<uint8_t>(random() % 90, static_cast<uint8_t>(n)), static_cast<int>(random() % 4));
  }
  return maker;
}
// Every note of a ledger as one text.
std::string notes_of(const std::string& folder, base::Hash256* digest = nullptr) {
  const auto ledger = ledger::Ledger::open(folder);
  EXPECT_TRUE(ledger.ok());
  const ledger::ChainReader& reader = ledger->find(ethereum())->reader();
  std::string out;
  std::vector<ledger::Note> notes;
  for (uint64_t t = 0; t < reader.info().transactions; ++t) {
    reader.notes_of(t, notes);
    for (const ledger::Note& note : notes)
      out += std::to_string(t) + ":" + std::to_string(note.topics) + chain::format_address(ethereum(), note.contract) +
             base::to_hex(note.topic0) + base::to_hex(note.rest) + "\n";
  }
  if (digest != nullptr) *digest = reader.info().note_digest;
  EXPECT_TRUE(ledger::verify(*ledger, [](const std::string&) {}).ok());
  return out;
}
TEST(NoteColumns, NotesSurvivePortionsRollbacksAndMerges) {
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const Maker maker = noted_chain(seed, 70);
    const TemporaryFolder folder;
    store(folder / "one", ethereum(), maker.blocks, 1000);
    store(folder / "many", ethereum(), maker.blocks, 1 + seed);
    base::Hash256 one{}, many{}, back{};
    const std::string expected = notes_of(folder / "one", &one);
    EXPECT_GT(std::count(expected.begin(), expected.end(), '\n'), 35);
    EXPECT_EQ(notes_of(folder / "many", &many), expected);
    {
      ledger::WriterOptions options;
      options.durable = false;
      auto writer = ledger::LedgerWriter::open(folder / "many", options);
      ASSERT_TRUE(writer.ok());
      ASSERT_TRUE(writer->rollback(ethereum(), 40 + seed).ok());
    }
    const std::string less = notes_of(folder / "many", &back);
    EXPECT_EQ(expected.rfind(less, 0), 0u);
    EXPECT_NE(back, one);
    store(folder / "many", ethereum(), {maker.blocks.begin() + static_cast<ptrdiff_t>(40 + seed), maker.blocks.end()},
          9);
    EXPECT_EQ(notes_of(folder / "many", &back), expected);
    EXPECT_EQ(one, many);
    EXPECT_EQ(one, back);
  }
}
// A column forged together with every checksum over it: only recomputing shows it.
TEST(NoteColumns, ForgedNotesDoNotVerify) {
  for (const std::string column : {"note_bytes", "note_sum", "note_topic", "note_contract"}) {
    const TemporaryFolder folder;
    store(folder / "l", ethereum(), noted_chain(3, 40).blocks, 1000);
    const std::string segment = folder / "l/ethereum/" + base::list_folder(folder / "l/ethereum")->front();
    auto bytes = *base::read_file(segment + "/" + column + ".col", 1 << 20);
    const auto checksum = [](const std::string& of) {
      char text[17];
      std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(base::xxh3(base::as_bytes(of))));
      return std::string(text);
    };
    const auto replace = [](std::string& in, const std::string& from, const std::string& to) {
      const size_t at = in.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      in.replace(at, from.size(), to);
    };
    const auto body = [](const std::string& sealed) { return sealed.substr(0, sealed.rfind("end ")); };
    const std::string before = checksum(bytes);
    bytes[bytes.size() - 1] = static_cast<char>(bytes[bytes.size() - 1] ^ 1);
    ASSERT_TRUE(base::replace_file(segment + "/" + column + ".col", bytes).ok());
    const std::string record = *base::read_file(segment + "/SEGMENT", 1 << 20);
    std::string forged = body(record);
    replace(forged, before, checksum(bytes));
    forged = ledger::seal(forged);
    ASSERT_TRUE(base::replace_file(segment + "/SEGMENT", forged).ok());
    std::string commit = body(*base::read_file(folder / "l/COMMIT", 1 << 20));
    replace(commit, checksum(record), checksum(forged));
    ASSERT_TRUE(base::replace_file(folder / "l/COMMIT", ledger::seal(commit)).ok());
    const auto ledger = ledger::Ledger::open(folder / "l");
    ASSERT_TRUE(ledger.ok()) << ledger.error().message;
    const auto verified = ledger::verify(*ledger, [](const std::string&) {});
    ASSERT_FALSE(verified.ok()) << column;
    EXPECT_NE(verified.error().message.find("note digest"), std::string::npos) << verified.error().message;
  }
}
}  // namespace
}  // namespace jindo
