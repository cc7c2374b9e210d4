// Archives and UTF-16, whole and broken.
#include "decode/input_file.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "base/file.h"
#include "decode/json_texts.h"
#include "decode/text_lines.h"
#include "support/temporary_folder.h"

namespace jindo::decode {
namespace {
using tests::TemporaryFolder;

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<uint8_t*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}
std::string opened(const std::string& content) {
  const TemporaryFolder folder;
  const std::string path = folder / "f";
  EXPECT_TRUE(base::replace_file(path, content).ok());
  const auto file = InputFile::open(path, folder.path());
  if (!file.ok()) return "error: " + file.error().message;
  const base::Bytes bytes = file->bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(InputFile, UnpacksWhatIsPacked) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",\n";
  EXPECT_EQ(opened(text), text);
  EXPECT_EQ(opened(gzip(text)), text);
  EXPECT_EQ(opened(zstd(text)), text);
  EXPECT_EQ(opened(gzip(text) + gzip("more")), text + "more");  // members one after another
  EXPECT_EQ(opened(zstd(text) + zstd("more")), text + "more");
  EXPECT_EQ(opened(gzip("a") + std::string(512, '\0')), "a");  // padding
  EXPECT_EQ(opened(gzip("")), "");
}
TEST(InputFile, TornAndDamagedArchivesAreErrors) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + ",\n";
  for (const std::string& whole : {gzip(text), zstd(text)}) {
    for (const size_t cut : {size_t{1}, size_t{4}, whole.size() / 2})
      EXPECT_NE(opened(whole.substr(0, whole.size() - cut)).find("torn"), std::string::npos) << cut;
  }
  std::string damaged = gzip(text);
  damaged[damaged.size() / 2] ^= 0x55;
  damaged[damaged.size() / 2 + 1] ^= 0x55;
  EXPECT_NE(opened(damaged).find("the archive is damaged"), std::string::npos);
  EXPECT_NE(opened(gzip(gzip(text))).find("an archive in an archive"), std::string::npos);
}
TEST(InputFile, ABombIsRefused) {
  EXPECT_NE(opened(gzip(std::string(size_t{128} << 20, '0'))).find("(limit)"), std::string::npos);
  EXPECT_NE(opened(zstd(std::string(size_t{128} << 20, '0'))).find("(limit)"), std::string::npos);
}
TEST(InputFile, ReadsUtf16) {
  const std::string little(
      "\xff\xfe"
      "a\0,\0\x94\xb1\x3d\xd8\x00\xde",
      12),
      big("\xfe\xff\0a\0,\xb1\x94\xd8\x3d\xde\x00", 12);
  EXPECT_EQ(opened(little), "a,\xeb\x86\x94\xf0\x9f\x98\x80");
  EXPECT_EQ(opened(big), opened(little));
  EXPECT_NE(opened(little.substr(0, 11)).find("odd number of bytes"), std::string::npos);
  EXPECT_NE(opened(little.substr(0, 10)).find("half a character"), std::string::npos);
}
TEST(JsonTexts, ALineEachOrSpreadOverLines) {
  const TemporaryFolder folder;
  const std::string path = folder / "f.json";
  ASSERT_TRUE(
      base::replace_file(path, "\xef\xbb\xbf{\"a\": 1}\n\n[\n  {\"b\": \"}]\\\"\"},\n  2\n]\r\n{\"c\": [\n1]}\n").ok());
  auto texts = JsonTexts::open(path);
  ASSERT_TRUE(texts.ok());
  std::vector<std::pair<uint64_t, std::string>> seen;
  std::string_view text;
  while (*texts->next(text)) seen.emplace_back(texts->line_number(), std::string(text));
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0], std::make_pair(uint64_t{1}, std::string("{\"a\": 1}")));
  EXPECT_EQ(seen[1].first, 3U);
  EXPECT_EQ(seen[2], std::make_pair(uint64_t{7}, std::string("{\"c\": [\n1]}")));
  ASSERT_TRUE(base::replace_file(path, "{\"a\": [1,\n").ok());
  auto cut = JsonTexts::open(path);
  EXPECT_NE(cut->next(text).error().message.find("f.json:1: the JSON text that begins here is not closed"),
            std::string::npos);
}
}  // namespace
}  // namespace jindo::decode
