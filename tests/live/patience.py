"""How long a test waits: one limit for everything that is waited for. It only has to tell slow from never, so it is
generous, it begins again when what is seen changes, and it grows with JINDO_TEST_PATIENCE (a factor) on machines that
have much else to do; the limit of the whole test (processes.py) stands behind it. How fast things are is measured by
`make bench`, not by a test."""

import linecache
import os
import reprlib
import sys
import time

FACTOR = float(os.environ.get("JINDO_TEST_PATIENCE", "1"))
LIMIT = 120 * FACTOR  # seconds in which nothing changed
PAUSE_MAX = 0.2  # between two looks: a test that asks all the time is itself the load that it waits for

_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 1500
_shown.maxdict = _shown.maxlist = _shown.maxset = 20
_shown.maxlevel = 8


def until(look, wanted=bool, awaited="", pause=0.01):
    """Looks until what it sees is what is wanted: a value, or a function that tells (without one: anything true).
    Returns what it saw. When the limit is over: an AssertionError with what was awaited (`awaited`, and the line that
    waits) and what was seen last."""
    return _watch(look, wanted, awaited, pause, PAUSE_MAX)[0]


def seconds_until(look, wanted=bool, awaited=""):
    """The same, looking more often; returns how long it took. To be printed, not to be judged."""
    return _watch(look, wanted, awaited, 0.002, 0.02)[1]


def _watch(look, wanted, awaited, pause, pause_max):
    fits = wanted if callable(wanted) else lambda seen: seen == wanted
    begun = changed = time.monotonic()
    last = None
    while True:
        over = time.monotonic() - changed > LIMIT
        seen = look()
        now = time.monotonic()
        if fits(seen):
            return seen, now - begun
        if seen != last and now - begun < 5 * LIMIT:  # on its way
            last, changed = seen, now
        elif over:
            raise AssertionError(
                f"waited {now - begun:.0f} s in vain for {_named(awaited, wanted)}\n  seen last: {_shown.repr(seen)}"
            )
        time.sleep(pause)
        pause = min(pause * 1.2, pause_max)


def _named(awaited, wanted):
    """What a wait was for, in words: its own, what it wanted, and the line of the test that it stands in."""
    caller = sys._getframe(3)
    place = f"{os.path.basename(caller.f_code.co_filename)}:{caller.f_lineno}: {linecache.getline(caller.f_code.co_filename, caller.f_lineno).strip()}"
    return " ".join(part for part in (awaited, f"({wanted!r})" if not callable(wanted) else "", f"at {place}") if part)
