// Tables of any kind: delimiters, encodings, headers further down, torn rows, workbooks, hostile archives.
#include "exports/table.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "exports/opened_file.h"
#include "exports/workbook.h"
#include "exports/workbook_rows.h"

namespace jindo::exports {
namespace {
Table table_of(std::string_view text) {
  auto table = Table::from_text("t.csv", text);
  EXPECT_TRUE(table.ok());
  return std::move(table).value();
}
// The cells of a column, with the row's number before each.
std::vector<std::string> column_of(Table& table, std::string_view name) {
  std::vector<std::string> out;
  const int column = table.column(name);
  for (;;) {
    const auto more = table.next();
    EXPECT_TRUE(more.ok());
    if (!more.ok() || !*more) return out;
    out.push_back(std::to_string(table.row()) + ":" + std::string(table.cell(column)));
  }
}

void put(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}
// A zip archive of stored entries.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files, uint32_t size_lie = 0) {
  std::string out, directory;
  for (const auto& [name, text] : files) {
    const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
    const size_t at = out.size();
    std::string common;
    put(common, 20, 2), put(common, 0, 2), put(common, 0, 2), put(common, 0, 4), put(common, checksum, 4);
    put(common, text.size(), 4), put(common, size_lie == 0 ? text.size() : size_lie, 4), put(common, name.size(), 2);
    put(common, 0, 2);
    out += "PK\x03\x04" + common + name + text;
    directory += "PK\x01\x02";
    put(directory, 20, 2);
    directory += common;
    put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 4), put(directory, at, 4);
    directory += name;
  }
  std::string end = "PK\x05\x06";
  put(end, 0, 4), put(end, files.size(), 2), put(end, files.size(), 2), put(end, directory.size(), 4);
  put(end, out.size(), 4), put(end, 0, 2);
  return out + directory + end;
}
std::string workbook_of(const std::string& sheet) {
  return zip_of(
      {{"xl/workbook.xml", R"(<workbook xmlns:r="r"><sheets><sheet name="Deposits" r:id="rId1"/></sheets></workbook>)"},
       {"xl/_rels/workbook.xml.rels",
        R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)"},
       {"xl/sharedStrings.xml", "<sst><si><t>Tx</t></si><si><r><t>Ti</t></r><r><t>me</t></r></si></sst>"},
       {"xl/styles.xml",
        R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy\-mm\-dd"/></numFmts>)"
        R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="170"/></cellXfs></styleSheet>)"},
       {"xl/worksheets/sheet1.xml", sheet}});
}
}  // namespace

TEST(ExportTable, FindsTheDelimiter) {
  EXPECT_EQ(find_delimiter("a,b,c\n1,2,3\n"), ',');
  EXPECT_EQ(find_delimiter("a\tb\n1,234\t2\n"), '\t');
  EXPECT_EQ(find_delimiter("a;b;c\n1,5;2,5;3\n"), ';');
  EXPECT_EQ(find_delimiter("a|b\n1|2\n"), '|');
  Table excel = table_of("sep=;\r\nx;y\r\n1;2\r\n");
  EXPECT_EQ(excel.header(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(column_of(excel, "y"), std::vector<std::string>{"3:2"});
}

TEST(ExportTable, NamesAreNormalised) {
  EXPECT_EQ(normal_name("\xef\xbb\xbf\"Txhash\""), "txhash");
  EXPECT_EQ(normal_name("CurrentValue @ $2264.03996675132/Eth"), "currentvalue");
  EXPECT_EQ(normal_name("  Value_IN(ETH) "), "value_in(eth)");
  EXPECT_EQ(normal_name("\xc2\xa0"
                        "Block  Time"),
            "block time");
  EXPECT_EQ(normal_name("UTC时间"), "utc时间");
}

TEST(ExportTable, QuotesNewlinesAndTornRows) {
  Table table = table_of("\"a\",\"b\",\"c\"\r\n\"x\ny\",\"say \"\"hi\"\"\",3\r\n\r\n1,2\n\"Tok\"en\",5,6,7\n");
  EXPECT_TRUE(*table.next());
  EXPECT_EQ(table.cell(0), "x\ny");
  EXPECT_EQ(table.cell(1), "say \"hi\"");
  EXPECT_TRUE(*table.next());
  EXPECT_TRUE(table.is_torn(2));
  EXPECT_FALSE(table.is_torn(1));
  EXPECT_EQ(table.cell(2), "");
  EXPECT_TRUE(*table.next());
  EXPECT_EQ(table.cell(0), "Tok\"en") << "a quote that nobody doubled";
  EXPECT_EQ(table.cells(), 4U);
  EXPECT_FALSE(*table.next());
  EXPECT_EQ(table.rows(), 3U);
}

TEST(ExportTable, Utf16BothWays) {
  const std::string text = "a,b\n1,\xed\x95\x9c\n";
  std::string little = "\xff\xfe", big = "\xfe\xff";
  for (const char16_t unit : std::u16string(u"a,b\n1,한\n")) {
    little += static_cast<char>(unit & 0xff), little += static_cast<char>(unit >> 8);
    big += static_cast<char>(unit >> 8), big += static_cast<char>(unit & 0xff);
  }
  for (const std::string& encoded : {little, big}) {
    EXPECT_EQ(file_kind(encoded), FileKind::kText);
    EXPECT_EQ(*utf16_to_utf8("t", encoded), text);
    Table table = table_of(encoded);
    EXPECT_EQ(column_of(table, "b"), std::vector<std::string>{"2:\xed\x95\x9c"});
  }
}

TEST(ExportTable, AHeaderFurtherDown) {
  Table table = table_of("Transactions\nUser,alice\n\nTimestamp,Asset,Quantity\n1,BTC,2\n3,ETH,4\n");
  EXPECT_FALSE(*table.find_header({"timestamp", "network"}));
  ASSERT_TRUE(*table.find_header({"timestamp", "quantity"}));
  EXPECT_EQ(column_of(table, "asset"), (std::vector<std::string>{"5:BTC", "6:ETH"}));
  EXPECT_EQ(table.rows(), 2U);
}

TEST(ExportTable, KindsAreToldByContent) {
  EXPECT_EQ(file_kind(""), FileKind::kEmpty);
  EXPECT_EQ(file_kind(" \n"), FileKind::kEmpty);
  EXPECT_EQ(file_kind("\xef\xbb\xbf [1]"), FileKind::kJson);
  EXPECT_EQ(file_kind("PAR1...."), FileKind::kParquet);
  EXPECT_EQ(file_kind(zip_of({{"a", "b"}})), FileKind::kWorkbook);
  EXPECT_EQ(file_kind(std::string("ab\0\0\0cd,1\n", 11)), FileKind::kBinary);
  EXPECT_EQ(file_kind("a,b\n"), FileKind::kText);
}

TEST(ExportTable, AWorkbooksSheet) {
  const std::string bytes = workbook_of(
      R"(<worksheet><sheetData><row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>)"
      R"(<row r="3"><c r="A3" t="inlineStr"><is><t>0xab</t></is></c><c r="B3"><v>0.1</v></c>)"
      R"(<c r="C3" s="1"><v>45709.594571759259</v></c></row>)"
      R"(<row r="5"><c r="C5" s="2"><v>45709</v></c><c r="D5" t="b"><v>1</v></c></row></sheetData></worksheet>)");
  const auto book = Workbook::open("b.xlsx", bytes);
  ASSERT_TRUE(book.ok()) << book.error().message;
  EXPECT_EQ(book->sheets(), std::vector<std::string>{"Deposits"});
  auto table = book->sheet(0);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->header(), (std::vector<std::string>{"tx", "", "time"}));
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->row(), 3U);
  EXPECT_EQ(table->cell(0), "0xab");
  EXPECT_EQ(table->kind(1), CellKind::kDouble);
  EXPECT_EQ(table->cell(2), "2025-02-21 14:16:11");
  EXPECT_EQ(table->kind(2), CellKind::kTime);
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->cell(2), "2025-02-21 00:00:00");
  EXPECT_EQ(table->cell(3), "true");
  EXPECT_FALSE(*table->next());
  EXPECT_EQ(sheet_time("0", true).value_or(""), "1904-01-01 00:00:00");
  EXPECT_FALSE(sheet_time("1e300", false));
  EXPECT_FALSE(sheet_time("nan", false));
}

TEST(ExportTable, HostileArchivesAreErrors) {
  for (const std::string& bytes :
       {zip_of({{"xl/workbook.xml", "<workbook/>"}}, 400U << 20), zip_of({{"readme.txt", "hello"}}),
        workbook_of("<worksheet><row><c t=\"s\"><v>99</v></c></row></worksheet>"),
        workbook_of("<worksheet><row><c r=\"ZZZZ1\"><v>1</v></c></row></worksheet>"),
        workbook_of("<!DOCTYPE w [<!ENTITY a \"b\">]><worksheet><row><c><v>&a;&b;</v></c></row></worksheet>")}) {
    const auto book = Workbook::open("b.xlsx", bytes);
    if (!book.ok()) {
      EXPECT_NE(book.error().message.find("b.xlsx"), std::string::npos);
      continue;
    }
    const auto table = book->sheet(0);
    EXPECT_FALSE(table.ok());
  }
  const std::string whole = workbook_of("<worksheet><row><c><v>1</v></c></row></worksheet>");
  for (size_t cut = 4; cut < whole.size(); cut += 7)
    EXPECT_FALSE(Workbook::open("b.xlsx", std::string_view(whole).substr(0, cut)).ok()) << cut;
}
}  // namespace jindo::exports
