// The file's word against the user's.
#include "exports/file_chain.h"

#include "exports/chain_names.h"

namespace jindo::exports {

bool settle_chain(const ReadOptions& options, const std::string& told, Reading& out) {
  if (told.empty()) {
    out.chain = options.chain;
    out.unknown.add(Unknown::kChain);
    return true;
  }
  out.chain = told;
  if (options.chain.empty() || options.chain == told) return true;
  out.refuse_file("the file is of " + told + ", --chain says " + options.chain);
  return false;
}

bool settle_chain_by_coin(const ReadOptions& options, std::string_view coin, Reading& out) {
  const std::string word = normal_name(coin);
  if (word.empty() || word == "eth") return settle_chain(options, "", out);
  const chain::Network* said = network_of(options.chain);
  const std::string told = chain_by_coin(coin);
  if (told.empty() && said == nullptr) {
    out.coin = coin;
    return settle_chain(options, "", out);
  }
  if (said != nullptr && normal_name(said->native) == word) return settle_chain(options, options.chain, out);
  if (!told.empty()) return settle_chain(options, told, out);
  out.refuse_file("amounts are in " + std::string(coin) + "; the coin of " + options.chain + " is " +
                  std::string(said->native));
  return false;
}

Style style_of(const Reading& out) {
  if (out.chain == "solana") return Style::kSolana;
  const chain::Network* network = network_of(out.chain);
  return network != nullptr && network->style == chain::AddressStyle::kTron ? Style::kTron : Style::kEvm;
}

int coin_decimals(const Reading& out) {
  if (out.chain == "solana") return 9;
  const chain::Network* network = network_of(out.chain);
  return network == nullptr ? 18 : network->decimals;
}

bool RowChain::take(std::string_view cell, RowCells& row) {
  std::string chain = chain_by_any_name(cell);
  if (chain.empty()) chain = normal_name(cell);
  if (chain.empty()) {
    row.fault("the row names no chain");
    return false;
  }
  if (!settled_) {
    settled_ = true;
    out_.chain = options_.chain.empty() ? chain : options_.chain;
    if (out_.chain == "solana") out_.coin = "SOL";
    row.set_style(style_of(out_));
  }
  const chain::Network* network = network_of(out_.chain);
  if (network != nullptr && network->model == chain::LedgerModel::kUtxo) {
    row.fault("a row of " + out_.chain + ": one input or output is no movement");
    return false;
  }
  if (chain == out_.chain) return true;
  row.fault("a row of " + chain + "; read as " + out_.chain + " (give --chain " + chain + " for those)");
  return false;
}
}  // namespace jindo::exports
