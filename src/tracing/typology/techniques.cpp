// The table of techniques. Sources: FATF, "Virtual Assets: Red Flag Indicators of Money Laundering and Terrorist
// Financing", September 2020 (sections: transactions, transaction patterns, anonymity, senders or recipients, source of
// funds, geographical risk); UN Security Council 1718 Committee Panel of Experts, final reports S/2023/171 and
// S/2024/215; MITRE ATT&CK.
#include "base/check.h"
#include "typology/finding.h"

namespace jindo::typology {
namespace {
constexpr TechniqueInfo kTechniques[] = {
    {"address_poisoning", "Address poisoning",
     "Transfers of nothing, of next to nothing or of imitation tokens between an address in the trace and one that "
     "looks like an "
     "address it deals with, so that somebody who copies from the history copies the wrong one",
     "Tsuchiya, Dong, Soska, Christin, \"Blockchain Address Poisoning\" (USENIX Security 2025); decoys after the Bybit "
     "theft, 2025",
     "likeness: 3 characters in front and 4 behind on account chains (6 in all on base58, 7 on bech32). Of the two the "
     "decoy is the one with nothing but noise: transfers of nothing and of unknown tokens that the address did not "
     "begin, dust that came (below 0.1 % of a like transfer). Where both have real money, the one that noise put into "
     "the history first; where noise put both there, \"one of the two\" is said",
     "an address that an owner chose to look like another of his own, with dust between; a token that no table knows "
     "for noise, where the ledger has no fees to say who began the transaction; misses decoys that imitate fewer "
     "characters",
     "", "T1656"},
    {"chain_hop", "Chain-hopping", "Value leaves one chain by a bridge and comes out on another",
     "FATF 2020, anonymity; UN Panel of Experts 2024 on the use of bridges",
     "links of resolvers; bridges by attribution",
     "a bridge used for its purpose: hopping is a laundering step only with the rest of the trail",
     "anonymity: moving a virtual asset between chains", ""},
    {"coinjoin", "CoinJoin use",
     "Stolen value goes into a transaction that many sign together to hide whose output is whose",
     "Möser, Böhme (WEIS 2016); Stütz, Stockinger, Moreno-Sanchez et al. (AFT 2022)",
     "kinds and confidence of cluster/coinjoin",
     "what those detectors take for a CoinJoin wrongly (docs/methodology/owners.md)", "anonymity: mixing services", ""},
    {"commingling", "Commingling", "Stolen value of several incidents meets at one address",
     "FATF 2020, transaction patterns; UN Panel of Experts 2024",
     "an address that got value of two incidents and is no service",
     "a broker who buys from several thieves without knowing", "transaction patterns: funds of several sources mixed",
     ""},
    {"common_gas_funder", "Gas from one wallet",
     "Addresses in the trace got coin for fees from one and the same wallet that is no service",
     "Victor (FC 2020); public research on laundering crews",
     "at least 3 addresses; the wallet funded at most 500 others",
     "a public faucet or an exchange's withdrawal wallet that nobody has tagged", "", ""},
    {"consolidation", "Consolidation", "Many addresses that hold stolen value pay into one",
     "UN Panel of Experts 2023; FATF 2020, transaction patterns", "at least 3 payers within 7 days, none a service",
     "a busy address that is a service nobody has tagged", "transaction patterns: many accounts into one", ""},
    {"dormancy_burst", "Dormancy, then a burst", "Value that lay still for long moves within a short time",
     "FATF 2020, transaction patterns (dormant accounts)",
     "at rest for 14 days or more, then at least 90 % out within 48 hours", "an investor who sells",
     "transaction patterns: a dormant account becomes active", ""},
    {"dusting", "Dusting", "Amounts too small to matter are sent to addresses in the trace and many others alike",
     "Loporchio, Bernasconi, Di Francesco Maesa, Ricci, \"Is Bitcoin gathering dust?\" (2023)",
     "1,000 satoshi or 10^-4 coins and less, by a sender that reached at least 10 addresses in one transaction or in a "
     "day; on bitcoin with at most one larger output, the change",
     "airdrops; change too small to spend", "", ""},
    {"exchange_cash_out", "Cash-out through deposit addresses",
     "Value goes to an exchange, straight or through an address that only passes on to it",
     "Victor (FC 2020) for deposit addresses; FATF 2020, transactions",
     "exchanges by attribution; a fresh address that passes on all",
     "a deposit by somebody who bought the value meanwhile; misses exchanges without tags",
     "transactions: deposit, then immediate withdrawal", ""},
    {"fake_token_noise", "Imitation-token noise",
     "Tokens that nobody knows arrive at addresses in the trace unasked and never leave them",
     "Xia, Wang, Gao et al., \"Trade or Trick?\" (SIGMETRICS 2021)",
     "at least 3 unknown tokens that the holder never sent", "airdrops of honest projects that the asset book lacks",
     "", ""},
    {"fan_out", "Fan-out", "One address pays stolen value out to many that are not services",
     "FATF 2020, transaction patterns; UN Panel of Experts 2023", "at least 3 recipients within 7 days",
     "payroll, an exchange's batch by an untagged wallet", "transaction patterns: one account to many", ""},
    {"fan_out_equal", "Fan-out in equal tranches", "A fan-out in which most parts are one and the same amount",
     "the Bybit theft, 2025: 400,000 ETH in tranches of 10,000 (FBI PSA I-022625; public record)",
     "at least 3 equal parts that make 60 % of what went out", "salaries, mining pools",
     "transactions: equal amounts in short succession", ""},
    {"freeze", "Frozen by the issuer", "A token's issuer has frozen an address in the trace",
     "TetherToken's AddedBlackList, FiatToken's Blacklisted", "these events, by the token's own contract",
     "a freeze that was lifted later", "", ""},
    {"freeze_proof_swap", "Swap into what nobody can freeze",
     "A token whose issuer can freeze it is exchanged for an asset without such an issuer",
     "UN Panel of Experts 2024; public record of the Ronin and Bybit thefts", "issuers' powers by the asset book",
     "any holder who prefers the coin", "transactions: conversion at a loss or without reason", ""},
    {"hops", "Layering through fresh wallets",
     "Value passes whole through two or more addresses in a row that do nothing else",
     "FATF 2020, transaction patterns; Tironsakkul et al. (2019)",
     "at least 90 % of what came in goes on to one address; 2 in a row", "wallet migrations",
     "transaction patterns: no business sense", ""},
    {"it_worker_salaries", "Salary-like payments of IT workers",
     "Stablecoins in like amounts at regular intervals, from several payers, into wallets that pay into one",
     "UN Panel of Experts S/2024/215; joint guidance of the United States, Korea and Japan on DPRK IT workers, 2022 to "
     "2025",
     "at least 2 payments an address, amounts within 30 %, intervals of 6 to 45 days within 35 % of one another; 3 "
     "such "
     "addresses; one wallet where they come together",
     "any team that is paid in stablecoins and pools its money. Nobody's origin is judged by it", "", "T1585"},
    {"look_alike_address", "Theft to a look-alike address",
     "The address that received the theft looks like one that the victim paid before, or is known to use",
     "the DMM Bitcoin theft, 2024 (public record)",
     "likeness as in address poisoning; an address that is in the victim's history by noise alone is no genuine one, "
     "and who was paid before the other is not called its look-alike",
     "chance: below 1 in 10^8 a pair", "", "T1656"},
    {"loss_making_swap", "Loss-making swap",
     "An exchange that gives clearly less than others paid for the same at that time",
     "FATF 2020, transactions (conversion at a loss)",
     "5 % and more below the median of up to 20 exchanges of the pair around it, or of prices given",
     "thin markets, taxed tokens, front-running of the trader", "transactions: conversion at a loss", ""},
    {"many_exchanges", "Several exchanges at once",
     "Deposits of one incident's value to several exchanges within a day",
     "FATF 2020, transaction patterns (several providers)", "at least 3 exchanges within 24 hours",
     "several thieves, each with one exchange", "transaction patterns: multiple accounts at several providers", ""},
    {"mined_coins", "Mining as cover",
     "Stolen coins are paid to somebody, and soon coins straight from coinbases, worth nearly as much, come to fresh "
     "addresses in "
     "equal payments; or a payment to a mining service that the incident names",
     "Mandiant, \"APT43\" (2023): hash rental to launder",
     "3 to 12 payments of one amount within 28 days, all of mined coins, to addresses that got nothing else, no round "
     "one, 60 to 99 % of what was paid in all, begun within 14 days after it",
     "a miner who earns by chance what somebody paid; the join of payment and coins is inferred",
     "source of funds: mining", ""},
    {"mixer", "Mixer use", "Stolen value goes into a mixing service or a pool of fixed denominations",
     "FATF 2020, anonymity; OFAC and Treasury on Blender.io and Tornado Cash, 2022",
     "mixers by attribution and registry", "privacy of somebody honest who holds the value meanwhile",
     "anonymity: mixing services", ""},
    {"nested_service", "Nested service",
     "Value is cashed out through an untagged address that many strangers pay and that passes nearly all on to one "
     "exchange",
     "FATF 2020; Chainalysis and Elliptic on nested brokers",
     "at least 20 payers, at least 90 % of what it sends goes to one exchange",
     "a popular shop that banks with one exchange", "senders or recipients: unregistered brokers", ""},
    {"peel_chain", "Peel chain",
     "A large amount moves on from address to address; at each step a small part is peeled off",
     "Meiklejohn, Pomarole, Jordan et al. (IMC 2013); DOJ, complaint of August 2020 against 280 accounts",
     "at least 3 steps in a row; what is peeled is at most 15 % of what came in",
     "change of an ordinary wallet that pays bills", "transaction patterns: small parts to many recipients", ""},
    {"rapid_pass_through", "Rapid pass-through", "Value goes on within minutes of its arrival",
     "FATF 2020, transaction patterns", "at least 90 % goes on within 30 minutes, at 2 addresses or more in a row",
     "automated services nobody has tagged", "transactions: immediate withdrawal", ""},
    {"shared_infrastructure", "Infrastructure shared between incidents",
     "Gas wallets, exchange deposit addresses or bridge recipients used with the stolen value of more than one "
     "incident",
     "UN Panel of Experts 2024; public research on the overlap of Bybit, Phemex, BingX addresses, 2025",
     "the same wallet, address or key with two incidents; none a service",
     "a broker or over-the-counter trader who serves several thieves", "", ""},
    {"structuring", "Structuring below a threshold",
     "Value is split into parts of like size, none equal, just below a limit", "FATF 2020, transactions (structuring)",
     "at least 4 parts where the largest is 85 % and more of a round limit (1, 2, 5 times a power of ten), else 6; the "
     "smallest at "
     "least 55 % of the largest but for a remainder",
     "payments that happen to be alike; surer where the limit is a round number",
     "transactions: small amounts below thresholds", ""},
    {"swap", "Swap", "One asset is exchanged for another inside a transaction",
     "resolvers (docs/methodology/resolving.md)", "exchanges that resolvers find",
     "an exchange is no laundering by itself", "transactions: conversion between assets", ""},
    {"swap_unswap", "Swap and back", "An asset is exchanged for another and then back by the same address",
     "FATF 2020, transactions (no logical business explanation)", "within 7 days, at least half of the value",
     "traders", "transactions: conversion without reason", ""},
    {"wrap", "Wrap", "A coin becomes its wrapped token, or back", "resolvers (docs/methodology/resolving.md)",
     "wraps that resolvers find", "none known; it is rarely laundering by itself", "", ""},
};
}  // namespace

std::span<const TechniqueInfo> techniques() { return kTechniques; }
const TechniqueInfo& technique(std::string_view id) {
  for (const TechniqueInfo& info : kTechniques)
    if (id == info.id) return info;
  CHECK(false);
  return kTechniques[0];
}
}  // namespace jindo::typology
