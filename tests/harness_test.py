#!/usr/bin/env python3
"""The tests' own ground: whatever a test starts ends with it, however it ends, and a wait that is in vain says what
it saw last. A test is started that starts a real `jindo serve`, a grandchild that leaves its session and hears no
SIGTERM, and, where it is installed, PostgreSQL under another user; then it ends: of itself, of an exception, of
SIGTERM, of SIGKILL, of its time; its caller or its guard is killed. Each time nothing may be left: no process, no
folder.
    tests/harness_test.py JINDO ROOT        (… play HOW: the test that is started)"""

import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid

from live import processes
from live.harness import begin, check, checks, until
from live.postgres import Postgres
from live.serving import Serving

MARK = "JINDO_HARNESS_TEST"  # in the environment of all that is started
STUBBORN = "trap '' TERM INT HUP; echo $$ > {file}; while :; do sleep 1; done"


def marked(mark):
    """{pid: its words} of what runs with this mark."""
    found = {}
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            if f"{MARK}={mark}".encode() in open(path, "rb").read().split(b"\0"):
                found[int(path.split("/")[2])] = (
                    open(path.replace("environ", "cmdline")).read().replace("\0", " ").strip()
                )
        except OSError:  # it ended meanwhile
            pass
    return {pid: words for pid, words in found.items() if words}


def runs(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# ---- the test that is started ----
def play(how, jindo, postgres):
    if how == "a wait in vain":
        until(lambda: {"height": 41}, lambda seen: seen["height"] == 42, "block 42")
    with tempfile.TemporaryDirectory() as folder:
        ledger, file = os.path.join(folder, "L"), os.path.join(folder, "pid")
        os.makedirs(ledger)
        live = Serving(jindo, ledger, "--not-durable", "--findings-every", "0")
        # Two forks away, in a session of its own.
        subprocess.run(["setsid", "--fork", "sh", "-c", STUBBORN.format(file=file)], check=True)
        grandchild = int(until(lambda: os.path.exists(file) and open(file).read()))
        pids = {"test": os.getpid(), "guard": os.getppid(), "server": live.process.pid, "grandchild": grandchild}
        if postgres:
            database = Postgres(folder)
            pids |= {
                "runuser": database.process.pid,
                "postgres": int(open(os.path.join(database.data, "postmaster.pid")).readline()),
            }
        print(json.dumps({"pids": pids, "folder": tempfile.gettempdir()}), flush=True)
        if how == "an exception":
            raise LookupError("as this test wants it")
        if how != "of itself":
            signal.pause()  # until it is ended


# ---- how each ends ----
def ends(how, jindo, root, whom="", number=0, postgres=False, status=None, said=()):
    mark = str(uuid.uuid4())
    words = [sys.executable, os.path.abspath(__file__), jindo, root, "play", how, *(["postgres"] if postgres else [])]
    caller = processes.start(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, MARK: mark}
    )
    told = json.loads(caller.stdout.readline())
    pids = {**told["pids"], "caller": caller.pid}
    if how not in ("of itself", "an exception"):
        check(all(runs(pid) for pid in pids.values()), (how, pids))
        check(len(marked(mark)) >= 5, (how, marked(mark)))
    if number:
        os.kill(pids[whom], number)
    text = caller.communicate()[1]
    until(lambda: [name for name, pid in pids.items() if runs(pid)], [], f"the end of all, after {how}")
    until(lambda: marked(mark), {}, f"the end of all, after {how}")
    until(lambda: os.path.exists(told["folder"]), False, f"the end of its folder, after {how}")
    check(status is None or caller.returncode == status, (how, caller.returncode, text))
    check(all(word in text for word in said), (how, said, text))
    check(True, "nothing is left")


def main(jindo, root):
    postgres = bool(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    for how, more in (
        ("of itself", {"status": 0, "said": ["ended with the test: sh -c"]}),
        ("an exception", {"status": 1, "said": ["LookupError: as this test wants it"]}),
        ("SIGTERM", {"whom": "caller", "number": signal.SIGTERM, "status": 143}),
        ("SIGTERM to the test itself", {"whom": "test", "number": signal.SIGTERM, "status": 143}),
        (
            "SIGKILL",
            {
                "whom": "test",
                "number": signal.SIGKILL,
                "status": 137,
                "said": ["ended by SIGKILL"],
                "postgres": postgres,
            },
        ),
        ("SIGKILL of its caller", {"whom": "caller", "number": signal.SIGKILL, "postgres": postgres}),
        ("SIGKILL of its guard", {"whom": "guard", "number": signal.SIGKILL, "status": 137}),
        (
            "the limit of its time",
            {"status": processes.OVER, "said": ["the test's time is over", "harness_test.py", "in play"]},
        ),
    ):
        ends(how, jindo, root, **more)
    done = subprocess.run(
        [sys.executable, os.path.abspath(__file__), jindo, root, "play", "a wait in vain"],
        capture_output=True,
        text=True,
        env={**os.environ, "JINDO_TEST_PATIENCE": "0.005"},
    )
    check(done.returncode == 1, done.stderr)
    for word in ("in vain for block 42", "seen last: {'height': 41}", 'until(lambda: {"height": 41}'):
        check(word in done.stderr, (word, done.stderr))
    print(f"{checks()} checks")


begun = time.monotonic()
if sys.argv[3:4] == ["play"]:
    program, _, more = begin(limit=3 if sys.argv[4] == "the limit of its time" else processes.WHOLE_LIMIT)
    play(more[1], program, "postgres" in more)
else:
    main(*begin()[:2])
