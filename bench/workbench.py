#!/usr/bin/env python3
"""The workbench's answers, timed at the API: a hub of three million movements filtered, a page deep in it, its
neighbours; a trace of 20,000 addresses as graph and flow; a search over 126,000 tags. Peers in the same run: DuckDB
with the movements in memory, SQLite with the labels.     usage: bench/workbench.py JINDO [MOVEMENTS]"""

import csv, os, random, sqlite3, subprocess, sys, tempfile, time

root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(root, "tests"))
from live.serving import Serving
from live.workbench import wide_theft

jindo = os.path.realpath(sys.argv[1])
movements = int(sys.argv[2]) if len(sys.argv) > 2 else 3_000_000
TAGS = 126_000
HUB = "0x" + "ab" * 20


def best(work, times=7):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    return min(taken), sorted(taken)[len(taken) // 2], result


def show(what, times, note=""):
    print(f"{what:<78} {times[0] * 1e3:9.1f} ms best, {times[1] * 1e3:9.1f} median  {note}", flush=True)


with tempfile.TemporaryDirectory() as folder:
    draw = random.Random(8)
    path = os.path.join(folder, "hub.csv")
    with open(path, "w") as out:
        out.write(
            "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n"
        )
        for n in range(movements):
            other = f"0x{draw.randrange(200_000):040x}"
            payer, payee = (HUB, other) if draw.random() < 0.5 else (other, HUB)
            out.write(
                f"{n // 100},{1600000000 + n // 100 * 12},0x{n:064x},{n % 100},0,transfer,ETH,{payer},{payee},{draw.randrange(1, 10**9)}\n"
            )
    ledger = os.path.join(folder, "L")
    run = lambda *words: subprocess.run([jindo, *words], check=True, stdout=subprocess.DEVNULL)
    run("ingest", "--ledger", ledger, "--chain", "ethereum", "--format", "transfers", path, "--quiet")
    wide, incident = wide_theft(folder)
    run("ingest", "--ledger", ledger, "--chain", "bsc", "--format", "transfers", wide, "--quiet")
    labels = [
        f"{draw.choice(['Binance', 'Kraken', 'Upbit', 'Huobi', 'Wallet', 'Deployer', 'Fund', 'Bridge'])} {draw.randrange(10**7)}"
        for _ in range(TAGS)
    ]
    tags = os.path.join(folder, "tags.csv")
    with open(tags, "w") as out:
        out.write("chain,address,category,name,source\n")
        for n, label in enumerate(labels):
            out.write(f"ethereum,0x{n + (1 << 80):040x},exchange,{label},made up\n")
    run("tag", "import", "--ledger", ledger, "--format", "csv", "--map", "label=name", tags, "--quiet")
    live = Serving(
        jindo, ledger, "--incident", incident, "--not-durable", "--log-level", "error", "--findings-every", "0"
    )

    base = f"/v1/addresses/ethereum/{HUB}/movements?limit=100"
    first = best(lambda: live.get(base))
    show(f"{movements:,} movements of one address: the newest 100", first)
    rare = best(lambda: live.get(base + "&amount_min=999900000"))
    found = rare[2]
    show(
        "… those of the largest ten-thousandth",
        rare,
        f"{len(found['movements'])} found, {found['examined']:,} looked at",
    )
    dated = best(lambda: live.get(base + "&from=2020-09-14&until=2020-09-15&direction=in"))
    show("… received on two days, found by date", dated, f"{len(dated[2]['movements'])} of a page")
    one = best(lambda: live.get(base + f"&counterparty=0x{77:040x}"))
    show(
        "… with one counterparty of 200,000", one, f"{len(one[2]['movements'])} found, {one[2]['examined']:,} looked at"
    )
    hub = best(lambda: live.get(f"/v1/graph/ethereum/{HUB}?limit=100"), 3)
    show("its neighbours (a supernode: a summary of its newest 20,000)", hub)
    try:
        import duckdb

        db = duckdb.connect()
        db.execute("SET threads=2")
        db.execute(
            f"CREATE TABLE m AS SELECT block_time, from_address, to_address, amount::BIGINT amount, transaction_hash FROM read_csv('{path}', all_varchar=false, types={{'amount':'BIGINT'}})"
        )
        peer = best(
            lambda: db.execute(
                f"SELECT * FROM m WHERE (from_address='{HUB}' OR to_address='{HUB}') AND amount>=999900000 ORDER BY block_time DESC LIMIT 100"
            ).fetchall()
        )
        show(
            "   peer: DuckDB in memory, the same filter",
            peer,
            f"{len(peer[2])} found; {peer[0] / rare[0]:.1f} times as long",
        )
        peer = best(
            lambda: db.execute(
                f"SELECT * FROM m WHERE from_address='{HUB}' OR to_address='{HUB}' ORDER BY block_time DESC LIMIT 100"
            ).fetchall()
        )
        show("   peer: DuckDB in memory, the newest 100", peer, f"{peer[0] / first[0]:.1f} times as long")
    except ImportError:
        print("   (DuckDB for Python is not there: scripts/setup bench)")

    # The trace is made once; what follows are answers from it.
    begun = time.perf_counter()
    live.get("/v1/incidents/wide-2023/flow")
    print(
        f"{'a trace of 20,202 addresses, made and drawn as boxes, the first time':<78} {(time.perf_counter() - begun) * 1e3:9.1f} ms"
    )
    show("… as boxes and bands again", best(lambda: live.get("/v1/incidents/wide-2023/flow")))
    show("… as a graph of 20,000 nodes", best(lambda: live.get("/v1/incidents/wide-2023/graph?nodes=20000")))
    show("the board", best(lambda: live.get("/v1/board")))

    live.get("/v1/search?q=upbit")  # the words are gathered with the first search
    for what, q in (
        ("a piece of a name that many have", "upbit"),
        ("a name that one has", labels[77_777].lower()),
        ("a name that nobody has", "no such name"),
        ("an address", HUB),
    ):
        show(f"search over {TAGS:,} tags: {what}", best(lambda: live.get("/v1/search?q=" + q.replace(" ", "%20")), 21))
    peer = sqlite3.connect(":memory:")
    peer.execute("CREATE TABLE t (label TEXT)")
    peer.executemany("INSERT INTO t VALUES (?)", [(label,) for label in labels])
    show(
        "   peer: SQLite in memory, LIKE '%no such name%'",
        best(lambda: peer.execute("SELECT * FROM t WHERE label LIKE '%no such name%' LIMIT 20").fetchall(), 21),
    )
    live.stop()
