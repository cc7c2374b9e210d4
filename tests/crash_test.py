#!/usr/bin/env python3
"""Kills the writer with SIGKILL at random instants; after each the ledger must open, verify whole, and hold exactly
what some commit held: the state before or after the command. Readers run all along and must never fail."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from live.harness import LIMIT, begin
from live.processes import WHOLE_LIMIT

SOAK = bool(os.environ.get("JINDO_SOAK"))
program, _, _ = begin(limit=WHOLE_LIMIT * (10 if SOAK else 1))
rounds = 1000 if SOAK else 160
random.seed(int(os.environ.get("JINDO_SEED", "1")))
folder = tempfile.mkdtemp(prefix="jindo-crash-")
ledger = os.path.join(folder, "ledger")
HEADER = (
    "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n"
)


def rows(block, salt):
    made = random.Random(f"{block},{salt}")
    return "".join(
        f"{block},{1000 + block * 12},0x{made.getrandbits(256):064x},{t},0,transfer,ETH,0x{made.randrange(1, 200):040x},0x{made.randrange(1, 200):040x},{made.randrange(1, 10**18)}\n"
        for t in range(30)
    )


def write_export(path, first, blocks, salt):
    """The same as ethereum-etl tables, with an event a transaction: notes are columns too."""
    os.makedirs(path, exist_ok=True)
    with open(f"{path}/transactions.csv", "w") as transactions, open(f"{path}/logs.csv", "w") as logs:
        transactions.write(
            "hash,block_hash,block_number,transaction_index,from_address,to_address,value,gas,gas_price,input,block_timestamp\n"
        )
        logs.write("log_index,transaction_hash,transaction_index,block_hash,block_number,address,data,topics\n")
        for block in range(first, first + blocks):
            made = random.Random(f"{block},{salt}")
            block_hash = f"0x{made.getrandbits(256):064x}"
            for t in range(30):
                id = f"0x{made.getrandbits(256):064x}"
                transactions.write(
                    f"{id},{block_hash},{block},{t},0x{made.randrange(1, 200):040x},0x{made.randrange(1, 200):040x},{made.randrange(1, 10**18)},21000,7,0x,{1000 + block * 12}\n"
                )
                logs.write(
                    f"{t},{id},{t},{block_hash},{block},0x{made.randrange(1, 9):040x},0x{made.getrandbits(512):0128x},0x{made.randrange(1, 5):064x}\n"
                )


def jindo(*words):
    return subprocess.run([program, *words], capture_output=True, text=True, timeout=LIMIT, stdin=subprocess.DEVNULL)


def state():
    """(the ledger's digest, height of its chain or -1)"""
    done = jindo("ledger", "info", "--ledger", ledger, "--format", "json")
    assert done.returncode == 0, f"the ledger does not open after a crash: {done.stderr}"
    info = json.loads(done.stdout)
    return info["ledger"], info["chains"][0]["height"] if info["chains"] else -1


stop, reader_problem, reads = threading.Event(), [], [0]


def read_along():
    while not stop.is_set():
        done = jindo("ledger", "info", "--ledger", ledger)
        reads[0] += 1
        if done.returncode != 0 and "no such ledger" not in done.stderr:
            reader_problem.append(done.stderr)
            return
        stop.wait(0.05)


started = time.time()
os.makedirs(ledger)
reader = threading.Thread(target=read_along)
reader.start()
killed = finished = height = 0
before = state()
typical = 0.05
try:
    number = -1
    # How many are killed and how many run through is a matter of the machine; there are more rounds until there were
    # enough of both.
    while number + 1 < rounds or (killed <= rounds // 4 or finished <= rounds // 10) and number < 5 * rounds:
        number += 1
        blocks = random.randrange(1, 12)
        path = os.path.join(folder, "next.csv")
        with open(path, "w") as out:
            out.write(HEADER + "".join(rows(height + b, number) for b in range(blocks)))
        rollback = height > 40 and random.random() < 0.15
        if rollback:
            target = random.randrange(height - 20, height - 1)
            words = ["ledger", "rollback", "--ledger", ledger, "--chain", "ethereum", "--to", str(target)]
        elif random.random() < 0.5:
            export = os.path.join(folder, "export")
            write_export(export, height, blocks, number)
            words = ["ingest", "--ledger", ledger, "--chain", "ethereum", "--format", "ethereum-etl", "--quiet", export]
        else:
            words = ["ingest", "--ledger", ledger, "--chain", "ethereum", "--format", "transfers", "--quiet", path]
        process = subprocess.Popen(
            [program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        begun = time.time()
        try:
            out, err = process.communicate(timeout=random.random() * typical * 1.3)
            finished += 1
            typical = 0.9 * typical + 0.1 * max(time.time() - begun, 0.005)
            assert process.returncode == 0, err.decode()
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
            typical *= 1.03  # on a slow machine too some run through
        now = state()
        if now != before:
            height = target + 1 if rollback else height + blocks
            assert now[1] == height - 1, f"neither the state before nor after: expected height {height - 1}: {now}"
        if number % 5 == 0 or now != before and number % 2 == 0:
            done = jindo("ledger", "verify", "--ledger", ledger)
            assert done.returncode == 0, f"round {number}: {done.stderr}"
        before = now
        assert not reader_problem, f"a reader failed: {reader_problem[0]}"
    # What survived is byte for byte a ledger that nothing ever disturbed: verify it, and roll it to nothing and back.
    assert jindo("ledger", "verify", "--ledger", ledger).returncode == 0
    info = json.loads(jindo("ledger", "info", "--ledger", ledger, "--format", "json").stdout)["chains"][0]
    assert info["notes"] > 0 and info["note_digest"] != "0" * 64, info
    assert killed > rounds // 4, f"only {killed} of {number + 1} rounds were killed"
    assert finished > rounds // 10, f"only {finished} of {number + 1} rounds ran through"
finally:
    stop.set()
    reader.join()
    shutil.rmtree(folder, ignore_errors=True)
assert not reader_problem, f"a reader failed: {reader_problem[0]}"
print(
    f"{number + 1} rounds: {killed} killed with SIGKILL, {finished} ran through; {reads[0]} reads alongside, none failed; {time.time() - started:.0f} s"
)
