// The formats that Jindo reads as streams (docs/formats/inputs.md), recognised by content for a dry run: blk,
// bitcoin-etl, ethereum-etl, evm-json, graphsense-tron, transfers.
#pragma once

#include <string>

#include "exports/format.h"

namespace jindo::exports {

struct StreamFormat {
  std::string name;   // of ingest/formats.h; "" none
  std::string chain;  // what it is read as where the user does not say; told for blk by its magic
  bool chain_told = false;
};
// Of a file that no format of format.h recognises.
base::Result<StreamFormat> find_stream_format(const std::string& path, const Probe& probe);

}  // namespace jindo::exports
