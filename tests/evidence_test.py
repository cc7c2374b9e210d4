#!/usr/bin/env python3
"""Evidence that grows file by file: a made-up theft seen through explorers' exports of one address after another. The
same set in any order, whole and in parts, gives one ledger; rows that several files tell count once and all of them
are named; contradictions stand side by side and build nothing; kill -9 at any instant loses and doubles nothing; the
trace says what it rests on and which address to fetch next."""

import csv
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from live.harness import begin, check, checks, jindo, run

program, root, _ = begin()
chance = random.Random(20)
# In memory where there is such a place: what is tested is the set and its order, not the disk.
work = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)

ETHER = 10**18
TOKEN = "0x" + "aa" * 20
PEOPLE = ["0x" + f"{n + 1:02x}" * 20 for n in range(14)]
VICTIM, THIEF = PEOPLE[0], PEOPLE[1]
PRICE = "CurrentValue @ $3000/Eth"
TXS = (
    f'"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","ContractAddress","Value_IN(ETH)",'
    f'"Value_OUT(ETH)","{PRICE}","TxnFee(ETH)","TxnFee(USD)","Historical $Price/Eth","Status","ErrCode","Method"'
)
INTERNAL = (
    f'"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","ParentTxFrom","ParentTxTo","ParentTxETH_Value",'
    f'"From","TxTo","ContractAddress","Value_IN(ETH)","Value_OUT(ETH)","{PRICE}","Historical $Price/Eth","Status",'
    f'"ErrCode","Type"'
)
ERC20 = (
    '"Transaction Hash","Blockno","UnixTimestamp","DateTime (UTC)","From","To","TokenValue","USDValueDayOfTx",'
    '"ContractAddress","TokenName","TokenSymbol"'
)


def whole(units, decimals):
    """Base units as an explorer prints them."""
    text = f"{units // 10**decimals}.{units % 10**decimals:0{decimals}d}".rstrip("0").rstrip(".")
    return text or "0"


def world():
    """Transactions in order: block, hash, sender, recipient, wei, fee, inner calls, tokens. The theft comes first."""
    out = [(100, THIEF, VICTIM, THIEF, 900 * ETHER, [], [])]
    block = 100
    for _ in range(70):
        block += chance.randrange(0, 3)
        sender, to = chance.sample(PEOPLE[1:], 2)
        inner = [(to, chance.choice(PEOPLE[2:]), chance.randrange(1, ETHER)) for _ in range(chance.randrange(0, 3))]
        inner = [(a, b, n) for a, b, n in inner if a != b]
        tokens = [
            (*chance.sample(PEOPLE[1:], 2), chance.choice([5, 7]) * 10**6) for _ in range(chance.randrange(0, 3))
        ]
        out.append((block, sender, sender, to, chance.randrange(1, 5 * ETHER), inner, tokens))
    return [
        {
            "hash": "0x" + hashlib.sha256(str(n).encode()).hexdigest(),
            "block": block,
            "time": 1_700_000_000 + 12 * block,
            "payer": payer,
            "from": sender,
            "to": to,
            "value": value,
            "fee": 21_000 * 10**9 + n,
            "inner": inner,
            "tokens": tokens,
        }
        for n, (block, payer, sender, to, value, inner, tokens) in enumerate(out)
    ]


def day(seconds):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))


def line(*cells):
    return ",".join(f'"{cell}"' for cell in cells)


def exports(truth, mine):
    """What an explorer hands out for one address: three files."""
    txs, inner, tokens = [TXS], [INTERNAL], [ERC20]
    for tx in truth:
        head = (tx["hash"], tx["block"], tx["time"], day(tx["time"]))
        if mine in (tx["from"], tx["to"]):
            value = whole(tx["value"], 18)
            into, out = (value, 0) if tx["to"] == mine else (0, value)
            fee = whole(tx["fee"], 18)
            txs.append(line(*head, tx["from"], tx["to"], "", into, out, 0, fee, 1, 2000, "", "", "Transfer"))
        for a, b, amount in tx["inner"]:
            if mine in (a, b):
                into, out = (whole(amount, 18), 0) if b == mine else (0, whole(amount, 18))
                inner.append(line(*head, tx["from"], tx["to"], 0, a, b, "", into, out, 0, 2000, 0, "", "call"))
        for a, b, amount in tx["tokens"]:
            if mine in (a, b):
                tokens.append(line(*head, a, b, whole(amount, 6), "N/A", TOKEN, "A token", "TOK"))
    return {f"txs-{mine}.csv": txs, f"internal-{mine}.csv": inner, f"erc20-{mine}.csv": tokens}


def write(folder, files):
    os.makedirs(folder, exist_ok=True)
    paths = []
    for name, lines in files.items():
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return paths


truth = world()
files = {}
for person in PEOPLE[:10]:
    files.update(exports(truth, person))
paths = write(os.path.join(work.name, "files"), files)
GIVEN = ["--chain", "ethereum", "--decimals", f"{TOKEN}=6"]
incident = os.path.join(work.name, "theft.yaml")
with open(incident, "w", encoding="utf-8") as file:
    file.write(
        f"id: made-up\nname: A made-up theft\nvictim: Nobody\ndate: 2023-11-14\nthefts:\n"
        f'  - {{chain: ethereum, transaction: "{truth[0]["hash"]}", asset: ETH, to: "{THIEF}"}}\nsources: ["made up"]\n'
    )


def case(name):
    return os.path.join(work.name, name)


def add(folder, some):
    return run("evidence", "add", "--case", folder, *GIVEN, "--from", "an explorer", *some)


def build(folder, status=0):
    done = jindo("evidence", "build", "--case", folder, "--progress", "never", status=status)
    return done.stdout.strip().split("ledger ")[-1] if status == 0 else done.stderr


# One set, fifty orders, whole and in parts.
add(case("whole"), paths)
digest = build(case("whole"))
for order in range(50):
    some = list(paths)
    chance.shuffle(some)
    folder = case(f"order{order}")
    parts = chance.randrange(1, 5)
    for part in range(parts):
        add(folder, some[part::parts])
        if chance.random() < 0.5 and part + 1 < parts:
            build(folder)
    check(build(folder) == digest, f"order {order}: another ledger of the same set")
    if order > 2:
        shutil.rmtree(folder)
run("ledger", "verify", "--ledger", case("whole") + "/ledger")

# Each movement once, with all rows that tell it.
with open(case("whole") + "/attested.csv", encoding="utf-8") as file:
    attested = list(csv.DictReader(file))
seen = PEOPLE[:10]
expected = 0
for tx in truth:
    told = tx["from"] in seen or tx["to"] in seen
    expected += 2 if told else 0
    expected += sum(1 for a, b, _ in tx["inner"] if a in seen or b in seen)
    expected += sum(1 for a, b, _ in tx["tokens"] if a in seen or b in seen)
check(len(attested) == expected, f"{len(attested)} movements, expected {expected}")
theft = [row for row in attested if row["transaction"] == truth[0]["hash"] and row["kind"] == "transfer"]
check(len(theft) == 1, "the theft stands once")
by = theft[0]["attested_by"]
check(f"txs-{VICTIM}.csv:2" in by and f"txs-{THIEF}.csv:" in by, f"both files attest it: {by}")
check(theft[0]["amount"] == str(900 * ETHER), "to the wei")

# Taking out and putting back; the content stays.
folder = case("order0")
alone = next(path for path in paths if f"txs-{PEOPLE[5]}" in path)  # tells what no other file does
gone = os.path.basename(alone)
run("evidence", "remove", "--case", folder, "--reason", "wrong address", gone)
check(build(folder) != digest, "without a file it is another ledger")
listed = json.loads(run("evidence", "list", "--case", folder, "--all", "--format", "json"))
row = next(entry for entry in listed if entry["name"] == gone)
check(row["removed_reason"] == "wrong address", "why it was taken out is kept")
check(os.path.exists(f"{folder}/files/{row['sha256']}"), "its content is kept")
check(hashlib.sha256(open(alone, "rb").read()).hexdigest() == row["sha256"], "named by its SHA-256")
add(folder, [alone])
check(build(folder) == digest, "back in the set, the same ledger")
check("in the set already" in jindo("evidence", "add", "--case", folder, *GIVEN, paths[1]).stderr, "added twice: said")

# A contradiction: both rows are named, nothing is built.
false = [text.replace(f'"{whole(900 * ETHER, 18)}"', '"901"') for text in files[f"txs-{THIEF}.csv"]]
[lie] = write(case("lies"), {"lie.csv": false})
before = run("ledger", "info", "--ledger", folder + "/ledger")
add(folder, [lie])
said = build(folder, status=3)
check("lie.csv:2" in said and "its own value" in said and f"txs-{THIEF}.csv:2" in said, f"both rows are named: {said}")
check(run("ledger", "info", "--ledger", folder + "/ledger") == before, "the ledger is as before")
run("evidence", "remove", "--case", folder, "lie.csv")
check(build(folder) == digest, "without it, as before")

# What the trace rests on, and what to fetch next: files that come bring other places up.
grown = case("grown")
fetched = [THIEF]
while True:
    add(grown, write(case("fetch"), exports(truth, fetched[-1])))
    build(grown)
    trace = json.loads(run("trace", "--ledger", grown + "/ledger", "--incident", incident, "--format", "json"))
    check([one["chain"] for one in trace["coverage"]] == ["ethereum"], "the result says that it is partial")
    check({"internal", "log"} & set(trace["coverage"][0]["unknown"]), "and what the files cannot tell")
    check(len(trace["coverage"][0]["sources"]) == 3 * len(fetched), "and names the files")
    shares = [one["share_millionth"] for one in trace["fetch_next"]]
    check(shares == sorted(shares, reverse=True), "the largest first")
    places = [one["address"].lower() for one in trace["fetch_next"]]
    check(not set(places) & set(fetched), f"not what was fetched: {places}")
    whole_ones = {one["address"]: one["whole"] for one in trace["coverage"][0]["histories"]}
    check(whole_ones == {address: True for address in fetched}, f"whose histories the files are: {whole_ones}")
    fresh = [place for place in places if place not in fetched]
    if not fresh or len(fetched) == 6:
        break
    fetched.append(fresh[0])
check(len(fetched) > 3, f"hop by hop: {len(fetched)}")
table = run("trace", "--ledger", grown + "/ledger", "--incident", incident)
check("Partial: ethereum is made of" in table and "Fetch next" in table, table)
html = run("trace", "--ledger", grown + "/ledger", "--incident", incident, "--format", "html")
check("What this rests on" in html and "SHA-256" in html, "the report says it too")

# An ETL's table among the exports: movements that both tell are one.
rows = io.StringIO()
table = csv.writer(rows)
table.writerow(
    "block_number block_time transaction_hash transaction_index position kind asset from_address to_address "
    "amount".split()
)
for tx in truth[:5]:
    place = (tx["block"], tx["time"], tx["hash"], truth.index(tx))
    table.writerow([*place, 0, "fee", "ETH", tx["from"], "", tx["fee"]])
    table.writerow([*place, 1, "transfer", "ETH", tx["from"], tx["to"], tx["value"]])
[etl] = write(case("etl"), {"movements.csv": rows.getvalue().splitlines()})
mixed = case("mixed")
add(mixed, [p for p in paths])
add(mixed, [etl])
build(mixed)
with open(mixed + "/attested.csv", encoding="utf-8") as file:
    joined = list(csv.DictReader(file))
check(
    [r for r in joined if r["transaction"] == truth[0]["hash"] and r["kind"] == "transfer"][0]["attested_by"].count(";")
    >= 2,
    "the table attests the theft too",
)
new = sum(2 for tx in truth[:5] if not (tx["from"] in seen or tx["to"] in seen))
check(len(joined) == expected + new, f"{len(joined)} movements with the table, expected {expected + new}")

# kill -9 anywhere in adding and building.
killed = case("killed")
for round_ in range(25):
    some = chance.sample(paths, 6)
    words = chance.choice(
        [["evidence", "add", "--case", killed, *GIVEN, *some], ["evidence", "build", "--case", killed]]
    )
    child = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(chance.random() * 0.06)
    child.send_signal(signal.SIGKILL)
    child.wait()
add(killed, paths)
check(build(killed) == digest, "after every kill the set is what was added, and its ledger the same")
names = [entry["name"] for entry in json.loads(run("evidence", "list", "--case", killed, "--format", "json"))]
check(sorted(names) == sorted(os.path.basename(path) for path in paths), "none lost, none twice")

# A folder of somebody else's making: a name leads nowhere else.
for name in ("../../outside.csv", "/outside.csv", "..", ""):
    with open(killed + "/EVIDENCE.json", encoding="utf-8") as file:
        hostile = json.load(file)
    hostile["files"][0]["name"] = name
    os.makedirs(case("hostile"), exist_ok=True)
    with open(case("hostile") + "/EVIDENCE.json", "w", encoding="utf-8") as file:
        json.dump(hostile, file)
    check("no file's name" in build(case("hostile"), status=3), f"refused: {name!r}")

# A content that changed is not what came.
changed = f"{killed}/files/{row['sha256']}"
os.chmod(changed, 0o600)
with open(changed, "a", encoding="utf-8") as file:
    file.write("\n")
check("its SHA-256 is another" in build(killed, status=3), "a changed content builds nothing")

# Wrong use says what to do.
check("jindo evidence add" in jindo("evidence", "list", "--case", case("none"), status=3).stderr, "no such case")
print(f"evidence: {checks()} checks", file=sys.stderr)
