"""How a live test begins and what it says: the program and the sources it was given, the Python it runs in, its
checks, under a guard that ends whatever it started (processes) and with one limit for all it waits for (patience).
usage of every test: X_test.py JINDO ROOT [words]"""

import os
import socket
import subprocess
import sys

from . import processes
from .patience import LIMIT, seconds_until, until

__all__ = [
    "LIMIT",
    "begin",
    "check",
    "checks",
    "free_port",
    "jindo",
    "need",
    "run",
    "seconds_until",
    "started",
    "until",
]

_counted = 0
_program = ""


def begin(python="", limit=processes.WHOLE_LIMIT):
    """(program, root, further words). `python`: the folder in .deps of the virtual environment that the test's
    libraries are in; the test starts again in it."""
    global _program
    if len(sys.argv) < 3:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} JINDO ROOT [words]")
    _program, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    if python:
        home = os.path.join(root, ".deps", python)
        own = need(os.path.join(home, "bin", "python"), python)
        if os.path.realpath(sys.prefix) != os.path.realpath(home):
            os.execv(own, [own, *sys.argv])
    processes.under_guard(limit)
    return _program, root, sys.argv[3:]


def need(path, what):
    """The path, or the end of the test where scripts/setup has not fetched it."""
    if not path or not os.path.exists(path):
        sys.exit(f"tests/{os.path.basename(sys.argv[0])}: {what} is not there; run scripts/setup test")
    return path


def check(condition, what):
    global _counted
    _counted += 1
    if not condition:
        raise AssertionError(what)


def checks():
    """How many were made."""
    return _counted


def jindo(*words, status=0, **options):
    """A command run to its end: what it printed, as subprocess has it. That it ends with the expected exit status is
    a check."""
    done = subprocess.run([_program, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    check(
        done.returncode == status,
        f"jindo {' '.join(words)}: exit {done.returncode}, expected {status}\n{done.stdout}{done.stderr}",
    )
    return done


def run(*words, status=0, **options):
    """The same: its standard output."""
    return jindo(*words, status=status, **options).stdout


def started(words, **options):
    """A server of another make; ends with the test at the latest."""
    return processes.start(words, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options})


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
