#!/usr/bin/env python3
"""Hours of load with faults, by the clock: the node goes away and comes back on other branches, the disk fills, the
server is killed with SIGKILL. At the end no acknowledged decision, alert or block is lost, and none is there twice.
tests/serve_soak.py PROGRAM SOURCE [SECONDS]      (make soak: JINDO_SOAK_SECONDS, 3600)"""

import csv
import http.client
import http.server
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

from live.fake_bitcoin import FakeBitcoin, block_hash, make_block, read_blk, split_block
from live.harness import LIMIT, begin, run, until
from live.processes import WHOLE_LIMIT
from live.serving import Serving

seconds = int(sys.argv[3]) if len(sys.argv) > 3 else int(os.environ.get("JINDO_SOAK_SECONDS", "3600"))
jindo, _, _ = begin(limit=seconds + WHOLE_LIMIT)
kill_every = min(60, max(10, seconds // 10))
chance = random.Random(int(os.environ.get("JINDO_SOAK_SEED", "1")))
said = {"decisions": 0, "refused": 0, "kills": 0, "branches": 0, "outages": 0, "full": 0, "blocks": 0}


class Hook:
    def __init__(self):
        self.got = set()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                fine = chance.random() < 0.7
                if fine:
                    outer.got.add(self.headers["Jindo-Alert"])
                self.send_response(200 if fine else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


def main(folder):
    exercise = os.path.join(folder, "ex")
    run("exercise", "new", "--scenario", "mined-coins", "--scale", "10k", "--seed", "3", "--out", exercise, "--quiet")
    yaml = next(os.path.join(exercise, f) for f in os.listdir(exercise) if f.startswith("incident-"))
    blocks = read_blk(os.path.join(exercise, "bitcoin", "blocks", "blk00000.dat"))
    deposits = sorted(
        {
            r["address"]
            for r in csv.DictReader(open(os.path.join(exercise, "answers", "owners-bitcoin.csv")))
            if r["kind"] == "exchange"
        }
    )
    disk = os.path.join(folder, "disk")
    os.makedirs(disk)
    megabytes = 256 + seconds * 3 // 4  # some 0.4 MB of decisions a second, and room to fill
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", disk], capture_output=True
        ).returncode
        == 0
    )
    if not mounted:
        print("no small disk could be mounted here: the disk-full fault is left out", flush=True)
    try:
        play(folder, disk, mounted, yaml, blocks, deposits)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", disk])


def play(folder, disk, mounted, yaml, blocks, deposits):
    node, hook = FakeBitcoin(blocks), Hook()
    ledger = os.path.join(disk, "L")
    os.makedirs(ledger)
    end = time.monotonic() + seconds
    first = len(blocks) * 7 // 10
    node.show(first)
    options = ["--node", f"bitcoin={node.url}", "--incident", yaml, "--findings-every", "0", "--log-level", "error"]
    live = Serving(jindo, ledger, *options)
    until(lambda: live.height("bitcoin"), first)
    status, _ = live.call("POST", "/v1/watches/deposits", {"chain": "bitcoin", "addresses": deposits})
    assert status == 201
    assert live.call("POST", "/v1/watches", {"kind": "incident", "incident": "*"})[0] == 201
    assert live.call("POST", "/v1/webhooks", {"url": hook.url})[0] == 201
    acknowledged, wrong, lock, stop = {}, [], threading.Lock(), threading.Event()

    def load():
        mine = random.Random(chance.random())
        while not stop.is_set():
            address = mine.choice(deposits)
            try:
                status, body = live.call("GET", f"/v1/screen/address/bitcoin/{address}?trails=0", timeout=LIMIT)
            except (OSError, http.client.HTTPException, ValueError, AttributeError):  # it was just killed
                time.sleep(0.05)
                continue
            with lock:
                if status == 200:
                    said["decisions"] += 1
                    if body["decision"] in acknowledged:
                        wrong.append(f"decision {body['decision']} given twice")
                    acknowledged[body["decision"]] = (address, body["verdict"])
                elif status == 503:
                    said["refused"] += 1
                else:
                    wrong.append((status, body))
            time.sleep(0.002)

    workers = [threading.Thread(target=load, daemon=True) for _ in range(4)]
    for worker in workers:
        worker.start()
    begin = time.monotonic()
    next_kill = time.monotonic() + kill_every
    height = first
    while time.monotonic() < end and height + 3 < len(blocks):
        # The blocks that are left, over the time that is left.
        time.sleep(max(0.005, (end - time.monotonic()) / (len(blocks) - 3 - height) - 0.02))
        height += 1
        node.show(height)
        said["blocks"] += 1
        fate = chance.random()
        if fate < 0.01:  # another branch for a while, then ours is longer again
            depth = chance.randint(1, 4)
            other, previous = blocks[: height - depth], block_hash(blocks[height - depth - 1])
            for d in range(depth + 2):
                other.append(
                    make_block(
                        previous,
                        blocks[height - depth + d],
                        split_block(blocks[height - depth + d])[:1],
                        1000 + d + said["branches"],
                    )
                )
                previous = block_hash(other[-1])
            node.blocks = other
            node.show(len(other) - 1)
            time.sleep(chance.random() * 2)
            node.blocks = blocks
            height = len(other) + 1
            if height + 3 >= len(blocks):
                height = len(blocks) - 1
            node.show(height)
            said["branches"] += 1
        elif fate < 0.015:
            node.fault = chance.choice(["down", "garbage", "slow", "wrong-block"])
            time.sleep(chance.random() * 3)
            node.fault = None
            said["outages"] += 1
        elif fate < 0.018 and mounted:
            filler = os.path.join(disk, "filler")
            try:
                with open(filler, "wb", buffering=0) as out:
                    while True:
                        out.write(b"x" * 65536)
            except OSError:
                pass
            time.sleep(1 + chance.random() * 2)
            os.remove(filler)
            said["full"] += 1
        if os.environ.get("JINDO_SOAK_SAY"):
            used = subprocess.run(["du", "-xm", "--max-depth=3", disk], capture_output=True, text=True).stdout.split(
                "\n"
            )
            print(height, said, [u for u in used if not u.startswith(("0\t", "1\t"))], flush=True)
        if time.monotonic() > next_kill:
            next_kill = time.monotonic() + kill_every
            live.kill()
            live.start()
            said["kills"] += 1
    lasted = round(time.monotonic() - begin)
    node.fault = None
    until(lambda: live.height("bitcoin") if live.process.poll() is None else None, lambda seen: seen in (height, None))
    stop.set()
    for worker in workers:
        worker.join()
    assert not wrong, wrong[:3]
    assert said["decisions"] > 0, said
    alerts, _ = live.alerts()
    uids = [alert["uid"] for alert in alerts]
    assert len(uids) == len(set(uids)), "an alert twice"
    until(lambda: set(uids) - hook.got, set(), "alerts that the webhook has not got")
    digest = live.get("/v1/state")["coverage"]["ledger"]
    live.stop()
    # Blocks: the ledger is what a fresh one is. Decisions: each acknowledged one is in the log, once, as it was given.
    path = os.path.join(folder, "final.dat")
    open(path, "wb").write(
        b"".join(b"\xf9\xbe\xb4\xd9" + len(b).to_bytes(4, "little") + b for b in blocks[: height + 1])
    )
    fresh = os.path.join(folder, "fresh")
    run("ingest", "--ledger", fresh, "--chain", "bitcoin", "--format", "blk", path, "--quiet")
    assert json.loads(run("ledger", "info", "--ledger", fresh, "--format", "json"))["ledger"] == digest, "blocks lost"
    run("ledger", "verify", "--ledger", ledger, "--quiet")
    run("audit", "verify", "--ledger", ledger)
    logged, records = {}, os.path.join(ledger, "node", "decisions")
    for name in sorted(os.listdir(records)):
        if name.endswith(".jsonl"):
            for line in open(os.path.join(records, name)):
                record = json.loads(line)
                if record["kind"] == "decision":
                    logged[record["number"]] = (record["question"]["address"], record["verdict"])
    lost = [n for n, what in acknowledged.items() if logged.get(n) != what]
    assert not lost, f"{len(lost)} decisions lost or changed, the first {lost[0]}"
    # Alerts: every arrival at a watched address in the final chain, after the watch, was told as confirmed in its
    # block.
    hashes = {block_hash(b): h for h, b in enumerate(blocks[: height + 1])}
    told = {
        (a["transaction"], a["position"], a["address"])
        for a in alerts
        if a.get("stage") == "confirmed" and a["kind"] == "deposit" and a["block"] in hashes
    }
    again = Serving(jindo, fresh, "--findings-every", "0", "--log-level", "error")
    assert again.call("POST", "/v1/watches/deposits", {"chain": "bitcoin", "addresses": deposits})[0] == 201
    assert (
        again.call("POST", "/v1/incidents", open(yaml).read(), content_type="application/yaml", timeout=LIMIT * 3)[0]
        == 201
    )
    expected = {
        (a["transaction"], a["position"], a["address"])
        for a in again.alerts()[0]
        if a["kind"] == "deposit" and a["stage"] == "confirmed" and a["height"] > first
    }
    again.stop()
    assert told == expected, (len(told), len(expected), sorted(expected - told)[:2], sorted(told - expected)[:2])
    node.close()
    assert expected, "no stolen value reached a watched address: the run shows nothing"
    print(
        f"{lasted} s of load: {said}; {len(alerts)} alerts, {len(expected)} deposits of stolen value told, none lost, none twice",
        flush=True,
    )


with tempfile.TemporaryDirectory() as folder:
    main(folder)
