#!/usr/bin/env python3
"""Kills `jindo exercise new` with SIGKILL at random instants: after each, the exercise is there whole or not at all,
and the command can be given again."""

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
program, root, _ = begin(limit=WHOLE_LIMIT * (10 if SOAK else 1))
wanted = 300 if SOAK else 20  # kills that came in time
random.seed(int(os.environ.get("JINDO_SEED", "1")))
folder = tempfile.mkdtemp(prefix="jindo-exercise-crash-")
out = os.path.join(folder, "ex")
words = [
    program,
    "exercise",
    "new",
    "--scenario",
    "two-thieves",
    "--seed",
    "2",
    "--scale",
    "10k",
    "--out",
    out,
    "--quiet",
]


def run():
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root, stdin=subprocess.DEVNULL)


def whole():
    json.load(open(os.path.join(out, "exercise.json")))
    truth = json.load(open(os.path.join(out, "answers", "truth.json")))
    stolen = sum(int(s["amount"]) for s in truth["stolen"])
    held = sum(int(h["origin"]) for h in truth["holders"]) + sum(int(e["origin"]) for e in truth["ended"])
    assert stolen == held and stolen > 0, "the key does not conserve what was stolen"
    return open(os.path.join(out, "ethereum", "transactions.csv"), "rb").read()


started = time.time()
killed = finished = 0
try:
    process = run()
    begun = time.time()
    assert process.wait(LIMIT) == 0, process.stderr.read()
    typical = time.time() - begun
    expected = whole()
    shutil.rmtree(out)
    rounds = 0
    while killed < wanted and rounds < 20 * wanted:
        rounds += 1
        process = run()
        time.sleep(random.uniform(0, typical))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        killed += process.returncode == -signal.SIGKILL
        if os.path.exists(out):
            assert whole() == expected, "an exercise that is there differs from a whole one"
            finished += 1
            shutil.rmtree(out)
    process = run()
    assert process.wait(LIMIT) == 0, process.stderr.read()
    assert whole() == expected
    assert os.listdir(folder) == ["ex"], f"left behind: {os.listdir(folder)}"
    assert killed == wanted, f"only {killed} of {rounds} were killed in time"
finally:
    shutil.rmtree(folder, ignore_errors=True)
print(f"{rounds} rounds, {killed} killed, {finished} whole, {time.time() - started:.0f} s")
