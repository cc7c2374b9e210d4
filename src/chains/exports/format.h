// The foreign formats: one row a format, found by what a file contains, never by its name. To add one: a reader
// (a file of its own), its row in formats.cpp, its section in docs/formats/exports.md, its sample test.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "exports/attested.h"

namespace jindo::exports {

class Table;        // table.h: CSV, TSV, Parquet, one sheet of a workbook
class JsonRecords;  // json_records.h: an array, lines, or an answer's envelope

struct ReadOptions {
  std::string chain;  // what the user says it is; "" lets the file tell
  size_t memory_bytes = size_t{2} << 30;
  // Decimals of tokens that the file does not tell: by contract in canonical form. From --assets and --decimals, and
  // what Jindo knows itself.
  std::function<std::optional<int>(const std::string& chain, const std::string& contract)> decimals;
  std::map<std::string, std::string> tokens;  // token name or symbol as a file writes it -> contract (--assets)
};

// A file as far as it has to be looked at to say what it is.
struct Probe {
  std::string path;                            // the file's name may tell a token page's contract
  std::vector<std::string> header;             // of a table: names as normalised by table.h; empty for JSON
  std::vector<std::vector<std::string>> head;  // of a table: its first rows, for headers that do not stand first
  std::vector<std::string> keys;               // of JSON: key paths of the first record ("result[].timeStamp"), sorted
  std::vector<std::string> sheets;             // of a workbook
  bool has(std::string_view name) const;       // header or key
  bool has_all(std::initializer_list<std::string_view> names) const;
};

struct Format {
  const char* name;   // "etherscan-txs": what a dry run prints
  const char* title;  // "Etherscan and its sisters: transactions"
  bool (*recognises)(const Probe& probe);
  // Exactly one is set.
  base::Status (*read_table)(const Probe& probe, Table& table, const ReadOptions& options, Reading& out);
  base::Status (*read_json)(const Probe& probe, JsonRecords& records, const ReadOptions& options, Reading& out);
};

std::span<const Format> table_formats();    // table_formats.cpp: explorers' and warehouses' tables
std::span<const Format> json_formats();     // json_formats.cpp: APIs' and nodes' answers, JSON lines
std::span<const Format> account_formats();  // account_formats.cpp: histories of wallets and of accounts at exchanges

// Reads one file: opens it (plain, .gz, .zst by content), recognises it, reads it. A file that nothing recognises is a
// Reading with format "none" and refused. Error: the machine failed, or the file is broken where its reader says so.
base::Result<Reading> read_export(const std::string& path, const ReadOptions& options);

}  // namespace jindo::exports
