// The foreign formats: one row a format, found by what a file contains, never by its name. To add one: a reader
// (a file of its own), its row in formats.cpp, its section in docs/formats/exports.md, its sample test.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
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
  std::string contract;                       // of a token page whose file does not tell it
  std::string transaction;                    // of an answer that only its question named (by-txhash, ots_*)
  std::optional<uint64_t> block;              // the same
  bool ledger_holds_outputs = false;          // UTXO: previous outputs that the file does not tell are in the ledger
};

// A file as far as it has to be looked at to say what it is.
struct Probe {
  std::string path;  // the file's name may tell a token page's contract
  bool parquet = false;
  std::vector<std::string> header;             // of a table: names as normalised by table.h; empty for JSON
  std::vector<std::string> written_header;     // the same as written: prices and units in names
  std::vector<std::vector<std::string>> head;  // of a table: its first rows as they stand, for headers further down
  std::vector<std::string> keys;               // of JSON: key paths of the first record ("result[].timeStamp"), sorted
  std::vector<std::string> sheets;             // of a workbook
  std::string sheet;                           // the one that header and head are of
  bool has(std::string_view name) const;       // header or key
  bool has_all(std::initializer_list<std::string_view> names) const;
  bool has_any(std::initializer_list<std::string_view> names) const;
  bool has_block_objects() const;  // JSON: a node's blocks with their transactions
  bool head_has_all(std::initializer_list<std::string_view> names) const;  // in one row of head, as normalised
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

// The first format that recognises it; nullptr: none.
const Format* find_foreign_format(const Probe& probe);
const Format* find_foreign_format(std::string_view name);

// Readings stand in memory whole, some four times as large as their files' text (Parquet: sixteen). Error: files of so
// many bytes together are more than the ceiling takes; it says what to do.
base::Status check_export_bytes(const std::string& name, uint64_t bytes, bool parquet, size_t memory_bytes);

// "etherscan": a name that begins several formats' names, by which a user says what he has.
bool is_format_family(std::string_view name);
std::vector<const char*> foreign_format_names();  // each once, families first, in the lists' order

// What a file is, as far as recognition looks at it; of a workbook its first sheet.
base::Result<Probe> probe_file(const std::string& path, size_t memory_bytes);

// Reads one file: opens it (by content: text, JSON, Parquet, a workbook; compressed or not), recognises it, reads it.
// Of a workbook every sheet of the first sheet's format that is recognised. A file that nothing recognises is a Reading
// with format "none" and refused. `format`: the user says which; nullptr: found out. Decimals that options tell are put
// to the amounts. Error: the machine failed, or the file is broken where its reader says so.
base::Result<Reading> read_export(const std::string& path, const ReadOptions& options, const Format* format = nullptr);

}  // namespace jindo::exports
