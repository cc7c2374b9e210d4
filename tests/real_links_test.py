#!/usr/bin/env python3
"""Resolvers and detectors on real data: Bybit's tranches and decoys, DMM's look-alike address, Nomad's withdrawals,
Radiant's pairs. Reads ../shared/data and says so where it is absent (exit 77: left out)."""

import csv
import datetime
import json
import os
import sys
import tempfile

from live.harness import begin, run

_, root, _ = begin()
shared = os.path.join(root, "..", "shared", "data")
if not os.path.isdir(shared):
    print("tests/real_links_test.py: ../shared/data is not here; left out")
    sys.exit(77)
TRANSFERS = (
    "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n"
)
failures = []


def check(right, what):
    if not right:
        failures.append(what)


def unix(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.timezone.utc).timestamp())


def units(text, decimals):
    whole, _, fraction = text.partition(".")
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def bybit(folder):
    decoys = list(csv.DictReader(open(f"{shared}/incidents/bybit_hop1/hop1_poisoning_decoys.csv")))
    exploiter = "0x47666fab8bd0ac7003bce3f5c3585383f09486e2"
    with open(f"{folder}/bybit.csv", "w") as f:
        f.write(open(f"{root}/examples/bybit-2025/movements.csv").read())
        for n, d in enumerate(decoys):
            f.write(
                f"{d['block']},{unix(d['timestamp_utc'])},{d['hash']},900,{n},transfer,{d['contract']},{exploiter},{d['to']},"
                f"{units(d['amount'], 18)}\n"
            )
    run(
        "ingest",
        "--ledger",
        f"{folder}/bybit",
        "--chain",
        "ethereum",
        "--format",
        "transfers",
        f"{folder}/bybit.csv",
        "--quiet",
    )
    found = json.loads(run("findings", "--ledger", f"{folder}/bybit", "--incident", "bybit-2025", "--format", "json"))[
        "findings"
    ]
    tranches = [f for f in found if f["technique"] == "fan_out_equal"]
    check(
        len(tranches) == 1 and "400,000 ETH in 40 parts of 10,000 ETH to 40 addresses" in tranches[0]["text"],
        "Bybit's 40 tranches",
    )
    check(
        "39 of them on 2025-02-21 between 15:48:11 and 15:54:23 UTC" in tranches[0]["text"],
        f"Bybit's burst: {tranches[0]['text']}",
    )
    poison = [f for f in found if f["technique"] == "address_poisoning"]
    named = {a["address"].lower() for f in poison for a in f["addresses"]}
    seen = {t["transaction"] for f in poison for t in f["transactions"]}
    hit = sum(d["to"] in named and d["hash"] in seen for d in decoys)
    real = {d["imitates"] for d in decoys}
    check(hit == len(decoys) == 12, f"Bybit's decoys: {hit} of {len(decoys)}")
    check(not named & (real - {exploiter}), "a genuine recipient is called a decoy")
    print(f"Bybit: 40 tranches told; {hit} of {len(decoys)} poisoning decoys, no genuine address among them")


def dmm(folder):
    run(
        "ingest",
        "--ledger",
        f"{folder}/dmm",
        "--chain",
        "bitcoin",
        "--format",
        "bitcoin-etl",
        "--partial",
        f"{root}/examples/dmm-2024/transactions.json",
        "--quiet",
    )
    found = json.loads(run("findings", "--ledger", f"{folder}/dmm", "--incident", "dmm-2024", "--format", "json"))[
        "findings"
    ]
    alike = [f for f in found if f["technique"] == "look_alike_address"]
    check(
        len(alike) == 1
        and "1B6rJRfjTXwEy36SCs5zofGMmdv2kdZw7P, which looks like 1B6rJ6ZKfZmkqMyBGe5KR27oWkEbQdNM7P"
        in alike[0]["text"],
        "DMM's look-alike",
    )
    print("DMM: the look-alike address is named")


def score_pairs(ledger, truth, *more):
    """Right, wrong, by whether exact."""
    links = json.loads(
        run("link", "list", "--ledger", ledger, "--kind", "bridge", "--inferred", "0", "--format", "json", *more)
    )["links"]
    out = {"exact": [0, 0], "inferred": [0, 0]}
    for link in links:
        right = truth.get(link["from_transaction"]) == link["to_transaction"]
        out["exact" if link["exact"] else "inferred"][0 if right else 1] += 1
    return out, links


def nomad(folder):
    rows = list(csv.DictReader(open(f"{shared}/bridges/nomad_withdrawals.csv")))
    router = {"moonbeam": "0x" + "11" * 20, "ethereum": "0x" + "22" * 20}
    truth = {r["orig_tx_hash"]: r["dst_tx_hash"] for r in rows}
    with open(f"{folder}/services.csv", "w") as f:
        f.write("chain,address,category,name,source\n")
        for chain, address in router.items():
            f.write(f"{chain},{address},bridge,Nomad,test\n")
    with open(f"{folder}/assets.csv", "w") as f:  # a pair of tokens is one asset on two chains
        f.write("chain,address,symbol,decimals\n")
        symbols = {}
        for r in rows:
            symbol = symbols.setdefault(r["dst_token"], f"N{len(symbols)}")
            for chain, token in (("moonbeam", r["origin_token"]), ("ethereum", r["dst_token"])):
                if symbols.setdefault((chain, token), symbol) == symbol and (chain, token, 0) not in symbols:
                    symbols[(chain, token, 0)] = True
                    f.write(f"{chain},{token},{symbol},18\n")
    sides = {"moonbeam": [], "ethereum": []}
    for r in rows:
        sides["moonbeam"].append(
            (
                int(r["orig_timestamp"]),
                r["orig_tx_hash"],
                r["sender"],
                router["moonbeam"],
                r["origin_token"],
                r["amount"],
                r["withdrawal_id"],
            )
        )
        sides["ethereum"].append(
            (
                int(r["dst_timestamp"]),
                r["dst_tx_hash"],
                router["ethereum"],
                r["beneficiary"],
                r["dst_token"],
                r["amount"],
                r["withdrawal_id"],
            )
        )
    # Value only: what is inferred.
    for chain, moves in sides.items():
        with open(f"{folder}/{chain}.csv", "w") as f:
            f.write(TRANSFERS)
            for n, (time, tx, sender, to, token, amount, _) in enumerate(sorted(moves)):
                f.write(f"{n + 1},{time},{tx},0,0,transfer,{token},{sender},{to},{amount}\n")
        run(
            "ingest",
            "--ledger",
            f"{folder}/nomad",
            "--chain",
            chain,
            "--format",
            "transfers",
            f"{folder}/{chain}.csv",
            "--quiet",
        )
    options = ["--services", f"{folder}/services.csv", "--assets", f"{folder}/assets.csv"]
    for hours in ("24", "2400"):
        counts, links = score_pairs(f"{folder}/nomad", truth, *options, "--bridge-window", hours)
        sure = [l for l in links if float(l["confidence"]) >= 0.8]
        right_sure = sum(truth.get(l["from_transaction"]) == l["to_transaction"] for l in sure)
        print(
            f"Nomad, {len(rows)} withdrawals, value only, window {hours} h: {counts['inferred'][0]} inferred rightly, "
            f"{counts['inferred'][1]} wrongly; of confidence 0.8 and more {right_sure} of {len(sure)} right; exact 0"
        )
        check(counts["exact"] == [0, 0], "nothing without an identifier may be exact")
        if hours == "24":
            check(counts["inferred"][0] >= 3800 and counts["inferred"][1] <= 120, f"Nomad inferred: {counts}")
            check(right_sure >= len(sure) * 0.98, f"Nomad's sure ones: {right_sure} of {len(sure)}")
    # With the identifiers, as the bridge's own events carry them: what is exact.
    for chain, moves in sides.items():
        export = f"{folder}/{chain}-etl"
        os.mkdir(export)
        event = DISPATCH if chain == "moonbeam" else PROCESS
        with (
            open(f"{export}/transactions.csv", "w") as t,
            open(f"{export}/token_transfers.csv", "w") as v,
            open(f"{export}/logs.csv", "w") as l,
        ):
            t.write("hash,block_number,transaction_index,from_address,to_address,value,gas_price,block_timestamp\n")
            v.write("token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n")
            l.write("log_index,transaction_hash,transaction_index,block_number,address,data,topics\n")
            for n, (time, tx, sender, to, token, amount, number) in enumerate(sorted(moves)):
                user = sender if chain == "moonbeam" else to
                t.write(f"{tx},{n + 1},0,{user},{router[chain]},0,1,{time}\n")
                v.write(f"{token},{sender},{to},{amount},{tx},0,{n + 1}\n")
                identifier = f"0x{int(number):064x}"
                zero = "0x" + "00" * 32
                l.write(f'1,{tx},0,{n + 1},{router[chain]},0x{"00" * 96},"{event},{identifier},{zero},{zero}"\n')
        run(
            "ingest", "--ledger", f"{folder}/nomad-ids", "--chain", chain, "--format", "ethereum-etl", export, "--quiet"
        )
    counts, _ = score_pairs(f"{folder}/nomad-ids", truth, *options)
    print(
        f"Nomad, with the identifiers: {counts['exact'][0]} paired exactly and rightly, {counts['exact'][1]} wrongly, "
        f"{sum(counts['inferred'])} inferred"
    )
    check(counts["exact"] == [len(rows), 0], f"Nomad by identifier: {counts}")


def radiant(folder):
    rows = list(csv.DictReader(open(f"{shared}/incidents/radiant_chainge_pairs.csv")))
    chains = {"ETH": ("ethereum", "ETH"), "ARB": ("arbitrum", "ETH"), "BSC": ("bsc", "BNB")}
    customer = "0x" + "33" * 20
    truth, prices, by_chain = {}, [], {}
    with open(f"{folder}/chainge.csv", "w") as f:
        f.write("chain,address,category,name,source\n")
        for place in sorted({(chains[r["chain"]][0], r["counterparty"]) for r in rows}):
            f.write(f"{place[0]},{place[1]},bridge,Chainge,test\n")
    for r in rows:
        chain, symbol = chains[r["chain"]]
        amount = units(r["native_value"], 18)
        prices.append(
            (symbol, r["ts_utc"].replace(" ", "T") + "Z", f"{float(r['usd']) / float(r['native_value']):.6f}")
        )
        ends = (customer, r["counterparty"]) if r["side"] == "in" else (r["counterparty"], customer)
        by_chain.setdefault(chain, []).append((unix(r["ts_utc"]), r["txhash"], *ends, amount))
    for pair in {r["pair"] for r in rows}:
        side = {r["side"]: r["txhash"] for r in rows if r["pair"] == pair}
        truth[side["in"]] = side["out"]
    for chain, moves in by_chain.items():
        with open(f"{folder}/r-{chain}.csv", "w") as f:
            f.write(TRANSFERS)
            for n, (time, tx, sender, to, amount) in enumerate(sorted(moves)):
                f.write(
                    f"{n + 1},{time},{tx},0,0,transfer,{chains[next(k for k in chains if chains[k][0] == chain)][1]},{sender},{to},{amount}\n"
                )
        run(
            "ingest",
            "--ledger",
            f"{folder}/radiant",
            "--chain",
            chain,
            "--format",
            "transfers",
            f"{folder}/r-{chain}.csv",
            "--quiet",
        )
    with open(f"{folder}/prices.csv", "w") as f:
        f.write("symbol,time,usd\n")
        for row in sorted(prices):
            f.write(",".join(row) + "\n")
    for band in ("3,0.2", "3,3"):
        counts, _ = score_pairs(
            f"{folder}/radiant",
            truth,
            "--services",
            f"{folder}/chainge.csv",
            "--prices",
            f"{folder}/prices.csv",
            "--bridge-band",
            band,
        )
        print(
            f"Radiant, {len(truth)} pairs through Chainge, band {band}: {counts['inferred'][0]} inferred rightly, {counts['inferred'][1]} wrongly"
        )
        check(counts["inferred"][1] == 0, f"Radiant, band {band}: {counts}")
        check(counts["inferred"][0] >= (3 if band == "3,0.2" else 5), f"Radiant, band {band}: {counts}")


# Keccak-256 of Dispatch(bytes32,uint256,uint64,bytes32,bytes) and Process(bytes32,bool,bytes), Nomad's Home and
# Replica.
DISPATCH = "0x9d4c83d2e57d7d381feb264b44a5015e7f9ef26340f4fc46b558a6dc16dd811a"
PROCESS = "0xd42de95a9b26f1be134c8ecce389dc4fcfa18753d01661b7b361233569e8fe48"
with tempfile.TemporaryDirectory() as folder:
    for part in (bybit, dmm, nomad, radiant):
        part(folder)
for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures else 0)
