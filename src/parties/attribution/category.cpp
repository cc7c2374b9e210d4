// The table of categories, and the search through it by anybody's term.
#include "attribution/category.h"

#include <cstddef>

#include "base/check.h"

namespace jindo::attribution {
namespace {
using C = Category;
constexpr CategoryInfo kCategories[] = {
    {C::kUnknown, "unknown", false, false, "", ""},
    {C::kExchange, "exchange", true, false, "atm",
     "exchange binance kucoin coinbase kraken okx huobi bitfinex bybit gate-io crypto-com bittrex poloniex bithumb "
     "upbit "
     "gemini bitstamp ftx deribit mexc bitget cold-wallet"},
    {C::kMixer, "mixer", true, false, "mixing_service mixing", "mixer tornado-cash"},
    {C::kBridge, "bridge", true, false, "defi_bridge",
     "bridge polygon-bridge optimism-bridge arbitrum-bridge multichain hop-protocol wormhole synapse-protocol "
     "avalanche-bridge ronin-bridge celer-network across-protocol stargate-finance"},
    {C::kGambling, "gambling", true, false, "", "gambling casino"},
    {C::kPayment, "payment", true, false, "payment_processor", "payments"},
    {C::kDex, "dex", false, false, "defi_dex defi_dex_pair",
     "dex uniswap sushiswap curve-fi balancer 0x-protocol 1inch kyberswap pancakeswap quickswap trader-joe router"},
    {C::kLending, "lending", false, false, "defi_lending", "aave compound maker lending"},
    {C::kDefi, "defi", false, false, "defi_dao defi_staking defi_custody defi_derivatives defi_derivative nameservice",
     "defi staking yield-farming yearn-finance lido"},
    {C::kToken, "token", false, false, "defi_token collectible item", "token-contract stablecoin nft"},
    {C::kMiner, "miner", false, false, "mining_service", "mining miner"},
    {C::kWallet, "wallet", false, false, "wallet_service escrow_wallet ico_wallet", "wallet-app ico-wallets"},
    {C::kMarket, "market", false, false, "shop", "marketplace opensea"},
    {C::kCoinjoin, "coinjoin", false, false, "", ""},
    {C::kSanctioned, "sanctioned", false, true, "sanction gov_black_list", "ofac-sanctions-lists ofac-sanctioned"},
    {C::kFrozen, "frozen", false, true, "black_list", "blocked"},
    {C::kTheft, "theft", false, true, "service_hack account_hack hacking exploit data_breach perpetrator",
     "exploit heist hack upbit-hack kucoin-hack cryptopia-hack"},
    {C::kRansomware, "ransomware", false, true, "", "ransomware"},
    {C::kScam, "scam", false, true,
     "investment_fraud ponzi_scheme pyramid_scheme financial_crime money_laundering counterfeit payment_card_fraud "
     "fraud",
     "scam spam ponzi fake"},
    {C::kPhishing, "phishing", false, true, "social_engineering", "phish-hack phishing"},
    {C::kExtortion, "extortion", false, true, "sextortion", "extortion"},
    {C::kTerrorism, "terrorism", false, true, "terrorism_financing extremism", "terrorism"},
    {C::kDarknet, "darknet", false, true, "dark_web drugs weapons", "darknet"},
    {C::kAbuse, "abuse", false, true, "sexual_abuse child_sexual_abuse violence human_trafficking murder torture", ""},
    {C::kMalware, "malware", false, true, "", "malware"},
    {C::kDonation, "donation", false, false, "", "donate charity"},
    {C::kFaucet, "faucet", false, false, "", "faucet airdrop-distributor"},
    {C::kService, "service", false, false, "organization hosting vpn filesharing messaging_service search_engine index",
     ""},
    {C::kUser, "user", false, false, "entity victim hot_wallet cold_wallet warm_wallet deposit_wallet funder deployer",
     "airdrop-hunter delegate"},
    {C::kContract, "contract", false, false, "", "contract-deployer factory-contract old-contract deprecated proxy"},
    {C::kBurn, "burn", false, false, "", "burn genesis"},
};

bool has_word(std::string_view words, std::string_view wanted) {
  while (!words.empty()) {
    const size_t blank = words.find(' ');
    if (words.substr(0, blank) == wanted) return true;
    if (blank == std::string_view::npos) return false;
    words.remove_prefix(blank + 1);
  }
  return false;
}
int telling(const CategoryInfo& info) {
  return info.category == C::kUnknown                                 ? 0
         : info.category == C::kUser || info.category == C::kContract ? 1
         : info.risk                                                  ? 4
         : info.service                                               ? 3
                                                                      : 2;
}
}  // namespace

std::span<const CategoryInfo> categories() { return kCategories; }
const CategoryInfo& info_of(Category category) {
  const CategoryInfo& info = kCategories[static_cast<size_t>(category)];
  CHECK(info.category == category);
  return info;
}
Category find_category(std::string_view term) {
  if (term.empty()) return C::kUnknown;
  for (const CategoryInfo& info : kCategories)
    if (term == info.name || has_word(info.terms, term)) return info.category;
  return C::kUnknown;
}
Category category_of_slug(std::string_view slug) {
  if (slug.empty()) return C::kUnknown;
  for (const CategoryInfo& info : kCategories)
    if (has_word(info.slugs, slug)) return info.category;
  return C::kUnknown;
}
Category more_telling(Category a, Category b) { return telling(info_of(b)) > telling(info_of(a)) ? b : a; }
}  // namespace jindo::attribution
