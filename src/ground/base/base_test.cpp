// Hex, hashes, 256-bit numbers, times, JSON, sorting and locks.
#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <random>

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "base/row_stream.h"
#include "base/uint256.h"

namespace jindo::base {
namespace {

TEST(Hex, EveryByteInEveryPlace) {
  // Twelve digits: eight taken at once, four one by one. Each place with each of the 256 characters.
  for (size_t place = 0; place < 12; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "0123456789aF";
      text[place] = static_cast<char>(c);
      uint8_t bytes[6] = {};
      const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      ASSERT_EQ(from_hex(text, bytes), digit) << place << " " << c;
      if (!digit) continue;
      for (char& letter : text) letter = static_cast<char>(std::tolower(letter));
      EXPECT_EQ(to_hex(bytes), text);
    }
  }
}
TEST(Hex, RoundTripsAndRefuses) {
  uint8_t bytes[3] = {};
  EXPECT_TRUE(from_hex("00Ff7a", bytes));
  EXPECT_EQ(to_hex(bytes), "00ff7a");
  EXPECT_EQ(to_hex_reversed(bytes), "7aff00");
  EXPECT_FALSE(from_hex("00ff7", bytes));
  EXPECT_FALSE(from_hex("00fg7a", bytes));
  EXPECT_FALSE(from_hex("00ff7a00", bytes));
}

// The Keccak team's vectors for the empty text and "abc" with the original padding; the third is longer than one block.
TEST(Keccak, Vectors) {
  EXPECT_EQ(to_hex(keccak256({})), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(to_hex(keccak256(as_bytes("abc"))), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  // The ERC-20 Transfer event's signature hash, known from every token's logs.
  EXPECT_EQ(to_hex(keccak256(as_bytes("Transfer(address,address,uint256)"))),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}
TEST(Keccak, EveryLengthAroundABlockDiffers) {
  std::string last;
  for (size_t size = 130; size < 142; ++size) {
    const std::string hash = to_hex(keccak256(as_bytes(std::string(size, 'a'))));
    EXPECT_NE(hash, last);
    last = hash;
  }
}
TEST(Sha256, Vectors) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(hash160(as_bytes(""))), "b472a266d0bd89c13706a4132ccfb16f7c3b9fcb");
}

TEST(Uint256, Decimal) {
  for (const char* text :
       {"0", "1", "18446744073709551615", "18446744073709551616", "10000000000000000000000000000000000000001",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935"}) {
    const auto value = parse_decimal(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(to_decimal(*value), text);
  }
  EXPECT_FALSE(parse_decimal("115792089237316195423570985008687907853269984665640564039457584007913129639936"));
  for (const char* text : {"", "-1", "1.0", " 1", "1e3", "0x1"}) EXPECT_FALSE(parse_decimal(text)) << text;
  EXPECT_EQ(parse_hex_quantity("0x3814695e26625c000"), parse_decimal("64655529900000002048"));
}
TEST(Uint256, MulDivIsExact) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    Uint256 a, b, c;
    for (size_t w = 0; w < 4; ++w) {
      c.words[w] = random() >> (random() % 64);
      if (w < 2 + random() % 3) a.words[w] = random();
    }
    if (c.is_zero()) c = 1;
    b = c;
    b.words[0] >>= 1;  // b <= c: the quotient fits
    const MulDiv r = mul_div(a, b, c);
    EXPECT_LT(r.remainder, c);
    // quotient·c + remainder = a·b, checked in modular arithmetic on the low 64 bits, and by q <= a.
    EXPECT_EQ(r.quotient.words[0] * c.words[0] + r.remainder.words[0], a.words[0] * b.words[0]);
    EXPECT_LE(r.quotient, a);
  }
  EXPECT_EQ(mul_div(7, 3, 2).quotient, Uint256(10));
  EXPECT_EQ(mul_div(7, 3, 2).remainder, Uint256(1));
}
TEST(Uint256, OverflowIsSeen) {
  Uint256 most;
  most.words.fill(UINT64_MAX);
  Uint256 out;
  EXPECT_TRUE(add_overflows(most, 1, out));
  EXPECT_TRUE(sub_underflows(Uint256(0), 1, out));
  EXPECT_FALSE(sub_underflows(most, 1, out));
}
TEST(Uint256, SumsStopAndNeverWrapRound) {
  EXPECT_EQ(kBeyond + Uint256(1), kBeyond);
  EXPECT_EQ(kBeyond + kBeyond, kBeyond);
  EXPECT_TRUE(is_beyond(kBeyond + Uint256(7)));
  EXPECT_EQ(Uint256(1) - Uint256(2), Uint256());
  EXPECT_EQ(mul_div(kBeyond, kBeyond, 1).quotient, kBeyond);
  EXPECT_EQ(mul_div(5, 7, 0).quotient, kBeyond);
  EXPECT_EQ(mul_div(0, 7, 0).quotient, Uint256());
}
TEST(WideSum, IsExactPastTwoToThe256) {
  WideSum sum = kBeyond;
  sum += kBeyond;
  sum += Uint256(2);  // 2^257
  EXPECT_EQ(sum, WideSum(Uint256(), 2));
  EXPECT_EQ(sum.saturated(), kBeyond);
  sum -= Uint256(1);
  EXPECT_EQ(sum, WideSum(kBeyond, 1));
  EXPECT_EQ(sum - WideSum(kBeyond), WideSum(Uint256(), 1));
  EXPECT_EQ(WideSum(kBeyond) - sum, WideSum());
  EXPECT_TRUE(WideSum(kBeyond) < sum);
  // A third of 2^258, of a value of nine.
  const WideMulDiv share = mul_div(Uint256(9), WideSum(Uint256(), 4), WideSum(Uint256(), 12));
  EXPECT_EQ(share.quotient, Uint256(3));
  EXPECT_TRUE(share.remainder.is_zero());
  EXPECT_EQ(mul_div(kBeyond, WideSum(kBeyond, 3), WideSum(kBeyond, 3)).quotient, kBeyond);
  for (int i = 0; i < 5; ++i) sum -= kBeyond;
  EXPECT_TRUE(sum.is_zero());
}

TEST(Clock, ParsesAndFormats) {
  EXPECT_EQ(parse_time("2022-03-23T13:29:09Z"), 1648042149);
  EXPECT_EQ(parse_time("2022-03-23 13:29:09"), 1648042149);
  EXPECT_EQ(parse_time("2022-03-23T14:29:09+01:00"), 1648042149);
  EXPECT_EQ(parse_time("1970-01-01"), 0);
  EXPECT_EQ(format_time(1648042149), "2022-03-23T13:29:09Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59Z");
  for (const char* text : {"2022-02-30", "2022-13-01", "22-1-1", "2022-03-23T25:00:00Z", "2022-03-23T13:29:09X"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(JsonWriter, EscapesEveryByteAtEveryPlace) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    std::string alone = json_escape(std::string(1, static_cast<char>(byte)));
    alone = alone.substr(1, alone.size() - 2);  // no multi-byte character: what is no UTF-8 alone is none among these
    for (size_t at = 0; at < 20; ++at) {
      std::string text = "abcdefghijklmnopqrst", expected = text;
      text[at] = static_cast<char>(byte);
      expected.replace(at, 1, alone);
      EXPECT_EQ(json_escape(text), "\"" + expected + "\"") << byte << " at " << at;
    }
  }
}
TEST(JsonWriter, EscapesAndNests) {
  std::string text;
  {
    JsonWriter json([&](std::string_view part) { text += part; }, false);
    json.begin_object();
    json.field("a\"b", "line\nend\x01");
    json.key("list");
    json.begin_array();
    json.number(uint64_t{18446744073709551615ULL});
    json.boolean(true);
    json.end_array();
    json.end_object();
  }
  EXPECT_EQ(text, "{\"a\\\"b\":\"line\\nend\\u0001\",\"list\":[18446744073709551615,true]}");
  EXPECT_EQ(json_escape("caf\xc3\xa9 \xe2\x82\xac \xff\xed\xa0\x80\xc0\x80"),
            "\"caf\xc3\xa9 \xe2\x82\xac "
            "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
}
TEST(JsonWriter, ObjectsListsAndRowsBalanceThemselves) {
  std::string text;
  {
    JsonWriter json(text, true);
    json.object([&] {
      json.list("names", std::vector<std::string>{"a", "b"});
      json.rows("rows", std::vector<int64_t>{1, 2}, [&](int64_t number) {
        json.field("number", number);
        json.row("inner", [&] { json.field("square", number * number); });
        json.list("none", std::vector<std::string>{});
      });
      json.objects("objects", std::vector<int64_t>{3}, [&](int64_t number) { json.field("number", number); });
      json.array("last", [&] { json.boolean(true); });
    });
  }
  EXPECT_EQ(text, R"({
  "names": [
    "a",
    "b"
  ],
  "rows": [
    {"number": 1, "inner": {"square": 1}, "none": []},
    {"number": 2, "inner": {"square": 4}, "none": []}
  ],
  "objects": [
    {
      "number": 3
    }
  ],
  "last": [
    true
  ]
}
)");
}

struct Item {
  uint64_t key, sequence;
  friend bool operator<(const Item& a, const Item& b) {
    return a.key != b.key ? a.key < b.key : a.sequence < b.sequence;
  }
};
TEST(ExternalSorter, SortsInLittleMemoryAsInMuch) {
  const char* folder = std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "/tmp";
  for (const size_t memory : {size_t{1} << 30, size_t{16384}}) {
    ExternalSorter<Item> sorter(folder, memory);
    std::mt19937_64 random(5);
    for (uint64_t i = 0; i < 20000; ++i) ASSERT_TRUE(sorter.add({random() % 500, i}).ok());
    ASSERT_TRUE(sorter.finish().ok());
    Item last{0, 0};
    uint64_t count = 0;
    for (;; ++count) {
      const auto item = sorter.peek();
      ASSERT_TRUE(item.ok());
      if (*item == nullptr) break;
      EXPECT_FALSE(**item < last);
      last = **item;
      ASSERT_TRUE(sorter.pop().ok());
    }
    EXPECT_EQ(count, 20000U);
  }
}
TEST(RowStream, YieldsInOrderAndNoticesDisorder) {
  RowStream<Item> good;
  good.start([](const auto& sink) -> Status {
    for (uint64_t i = 0; i < 50000; ++i) JINDO_DO(sink({i / 3, i}));
    return {};
  });
  uint64_t count = 0;
  for (;; ++count) {
    const auto item = good.peek();
    ASSERT_TRUE(item.ok());
    if (*item == nullptr) break;
    ASSERT_EQ((**item).sequence, count);
    ASSERT_TRUE(good.pop().ok());
  }
  EXPECT_EQ(count, 50000U);
  RowStream<Item> bad;
  bad.start([](const auto& sink) -> Status {
    JINDO_DO(sink({5, 0}));
    return sink({4, 1});
  });
  EXPECT_FALSE(bad.peek().ok());
  EXPECT_TRUE(bad.out_of_order());
}
TEST(FileLock, OneHolder) {
  const std::string path = std::string(std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "/tmp") +
                           "/jindo-lock-test-" + std::to_string(::getpid());
  auto first = FileLock::take(path);
  ASSERT_TRUE(first.ok());
  EXPECT_FALSE(FileLock::take(path).ok());
  (void)remove_all(path);
}
}  // namespace
}  // namespace jindo::base
