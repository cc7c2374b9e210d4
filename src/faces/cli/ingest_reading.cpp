// --chain, --assets, --decimals, --contract, --transaction and --format as options of a reading.
#include "cli/ingest_reading.h"

#include "cli/shared_arguments.h"
#include "resolve/registry.h"

namespace jindo::cli {

base::Result<std::unique_ptr<ForeignOptions>> foreign_options(const Arguments& arguments, bool with_known) {
  auto out = std::make_unique<ForeignOptions>();
  if (arguments.has("--chain") && arguments.get("--chain") != "solana") {
    JINDO_TRY(const chain::Network* network, chain::find_network(arguments.get("--chain")));
    out->read.chain = network->name;
  } else {
    out->read.chain = arguments.get("--chain");
  }
  JINDO_TRY(out->read.memory_bytes, memory_bytes(arguments));
  for (const std::string& path : arguments.all("--assets")) JINDO_DO(out->assets.read(path));
  for (const std::string& text : arguments.all("--decimals")) JINDO_DO(out->assets.add(text));
  out->read.ledger_holds_outputs = with_known;  // a real ingest: what the ledger lacks waits, and is said
  if (with_known) {
    JINDO_TRY(const resolve::Registry registry, resolve::Registry::read({data_folder("registry")}));
    for (const resolve::AssetEntry& asset : registry.assets()) out->known.add(*asset.network, asset.key, asset.facts);
  }
  out->read.contract = arguments.get("--contract");
  out->read.transaction = arguments.get("--transaction");
  if (arguments.has("--block")) {
    JINDO_TRY(out->read.block, whole_number(arguments, "--block"));
  }
  out->read.tokens = out->assets.contracts_by_symbol(out->read.chain);
  ForeignOptions* held = out.get();
  out->read.decimals = [held](const std::string& chain, const std::string& contract) -> std::optional<int> {
    if (const auto given = held->assets.decimals(chain, contract)) return given;
    const auto network = chain::find_network(chain);
    if (!network.ok()) return std::nullopt;
    const auto key = chain::parse_asset(**network, contract);
    const resolve::AssetFacts* facts = key.ok() ? held->known.find(**network, *key) : nullptr;
    return facts == nullptr ? std::nullopt : std::optional(facts->decimals);
  };
  if (arguments.has("--format")) {
    out->format = exports::find_foreign_format(arguments.get("--format"));
    if (out->format == nullptr && exports::is_format_family(arguments.get("--format")))
      out->family = arguments.get("--format");
  }
  if (arguments.has("--columns")) {
    JINDO_TRY(out->columns, exports::ColumnMap::read(arguments.get("--columns")));
  }
  return out;
}

base::Result<exports::Reading> read_foreign(const std::string& path, const ForeignOptions& options) {
  if (options.columns) return exports::read_mapped(path, *options.columns, options.read);
  JINDO_TRY(exports::Reading reading, exports::read_export(path, options.read, options.format));
  if (!options.family.empty() && reading.format != "none" && reading.format.rfind(options.family + "-", 0) != 0) {
    return base::bad_input(path + ": --format says " + options.family + "; by its content it is " + reading.format);
  }
  return reading;
}
}  // namespace jindo::cli
