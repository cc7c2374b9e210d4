// The formats that Jindo reads into a ledger: one row a format. To add one, write its reader (decode/), its ingest
// function, its row in formats.cpp and its section in docs/formats/inputs.md; the command line, its help, completions
// and checks come from the row.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "ingest/ingest.h"

namespace jindo::ingest {

struct Format {
  const char* name;  // as --format takes it
  bool (*reads)(const chain::Network&);
  const char* wrong_chain;  // the error's text for other chains; {} is the chain's name
  const char* partial;      // what --partial does with it; null: nothing, it is refused
  const char* example;      // the command line behind `jindo ingest --ledger L --chain`
  base::Result<IngestSummary> (*ingest)(const std::string& ledger, const chain::Network& network,
                                        const std::vector<std::string>& inputs, const IngestOptions& options);
};

std::span<const Format> formats();
// Error: the name is unknown.
base::Result<const Format*> find_format(std::string_view name);
// Error: the format does not read this chain.
base::Status check_chain(std::string_view format, const chain::Network& network);

// For the command line; they live as long as the program.
const char* format_choices();                // "blk|bitcoin-etl|…"
const char* partial_help();                  // "bitcoin-etl: …; …"
std::vector<const char*> format_examples();  // one command a format
std::string partial_formats();               // "bitcoin-etl or graphsense-tron"

}  // namespace jindo::ingest
