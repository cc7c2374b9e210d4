#!/usr/bin/env python3
"""Kills imports of tags and builds of clusters with SIGKILL at random instants. After each the records hold a whole
number of imports, and the clusters are those of some height that the ledger had, equal to what a fresh build says."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time

from live.harness import LIMIT, begin
from live.processes import WHOLE_LIMIT

SOAK = bool(os.environ.get("JINDO_SOAK"))
program, _, _ = begin(limit=WHOLE_LIMIT * (10 if SOAK else 1))
rounds = 300 if SOAK else 25
random.seed(int(os.environ.get("JINDO_SEED", "1")))
folder = tempfile.mkdtemp(prefix="jindo-owner-crash-")
records, ledger, exercise = (os.path.join(folder, name) for name in ("records.db", "ledger", "exercise"))
TAGS = 400


def jindo(*words, ok=(0,)):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
    assert done.returncode in ok, f"jindo {' '.join(words)}: exit {done.returncode}\n{done.stderr}"
    return done.stdout


def killed_at(seconds, *words):
    """Whether the process was killed before it ended."""
    process = subprocess.Popen(
        [program, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=seconds)
        assert process.returncode == 0, f"jindo {' '.join(words)}: exit {process.returncode}"
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def tags_stored():
    found = [
        c["tags"]
        for c in json.loads(jindo("tag", "collections", "--records", records, "--format", "json"))
        if c["collection"] == "crash"
    ]
    return found[0] if found else 0


killed = 0
try:
    # Tags: snapshot n holds n * TAGS addresses; after a kill the collection holds the last or the next.
    held, day = 0, 1
    jindo(
        "tag",
        "add",
        "0x098b716b8aaf21512996dc57eb0615e2383e2f96",
        "--records",
        records,
        "--label",
        "x",
        "--source",
        "s",
        "--author",
        "a",
    )
    path = os.path.join(folder, "tags.csv")
    took = 0.05
    for number in range(rounds):
        with open(path, "w") as out:
            out.write("chain,address,label\n")
            for n in range(held + TAGS):
                out.write(f"ethereum,0x{0xABCDEF << 100 | n:040x},owner {n}\n")
        words = [
            "tag",
            "import",
            "--records",
            records,
            "--format",
            "csv",
            "--collection",
            "crash",
            "--as-of",
            f"20{day // 365:02d}-{day % 12 + 1:02d}-{day % 28 + 1:02d}",
            "--quiet",
            path,
        ]
        day += 31
        started = time.time()
        if killed_at(random.uniform(0, took * 1.3), *words):
            killed += 1
        else:
            took = max(0.02, time.time() - started)
        now = tags_stored()
        assert now in (held, held + TAGS), f"{now} tags stored; expected {held} or {held + TAGS}"
        held = now

    # Clusters: the ledger grows by portions; builds are killed; what is stored always verifies once brought up.
    jindo("exercise", "new", "--scenario", "mined-coins", "--seed", "3", "--scale", "30k", "--out", exercise, "--quiet")
    jindo(
        "ingest", "--ledger", ledger, "--chain", "bitcoin", "--format", "blk", f"{exercise}/bitcoin/blocks", "--quiet"
    )
    tip = json.loads(jindo("ledger", "info", "--ledger", ledger, "--format", "json"))["chains"][0]["height"]
    took = 0.1
    for number in range(rounds):
        jindo(
            "ledger",
            "rollback",
            "--ledger",
            ledger,
            "--chain",
            "bitcoin",
            "--to",
            str(tip - random.randrange(1, tip // 3)),
        )
        words = ["cluster", "build", "--ledger", ledger, "--quiet"] + (["--rebuild"] if random.random() < 0.4 else [])
        started = time.time()
        if killed_at(random.uniform(0, took * 1.3), *words):
            killed += 1
        else:
            took = max(0.02, time.time() - started)
        jindo(
            "ingest",
            "--ledger",
            ledger,
            "--chain",
            "bitcoin",
            "--format",
            "blk",
            f"{exercise}/bitcoin/blocks",
            "--quiet",
        )
        if killed_at(random.uniform(0, took * 1.3), "cluster", "build", "--ledger", ledger, "--quiet"):
            killed += 1
        jindo("cluster", "build", "--ledger", ledger, "--quiet")
        jindo("cluster", "verify", "--ledger", ledger)
    left = [n for n in os.listdir(f"{ledger}/clusters/bitcoin") if n[0] in "sd"]
    assert len(left) <= 34, f"files that nothing names are not swept: {left}"
finally:
    shutil.rmtree(folder, ignore_errors=True)
assert killed >= rounds // 2, f"only {killed} kills"
print(f"{killed} kills; tags and clusters held")
