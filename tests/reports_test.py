#!/usr/bin/env python3
"""Situations out of public bug reports: every folder of ../shared/data/reports is run as its `cmd` says and held
against reports_expected.py. Says so where ../shared/data is absent (exit 77: left out).
    reports_test.py JINDO ROOT [FOLDER ...]"""

import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

from live.harness import begin
from live.patience import LIMIT
from reports_expected import EXPECTED, NOT_YET

program, root, wanted = begin()
reports = os.path.normpath(os.path.join(root, "..", "shared", "data", "reports"))
if not os.path.isdir(reports):
    print(f"tests/reports_test.py: {reports} is not here; left out")
    sys.exit(77)


def problems_of(name):
    """What of a folder's expectation does not hold, a line each; and the output."""
    with tempfile.TemporaryDirectory(prefix="jindo-report-") as folder:
        done = subprocess.run(
            ["bash", "cmd"],
            cwd=os.path.join(reports, name),
            env={**os.environ, "JINDO": program, "T": folder},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=LIMIT,
        )
    holds, lacks = EXPECTED[name]
    out = [f"lacks: {p}" for p in holds if not re.search(p, done.stdout, re.IGNORECASE)]
    out += [f"holds: {p}" for p in lacks if re.search(p, done.stdout, re.IGNORECASE)]
    return out, done.stdout


names = sorted(n for n in os.listdir(reports) if os.path.isfile(os.path.join(reports, n, "cmd")))
names = [n for n in names if not wanted or n in wanted]
failed = [f"{n}: has no expectation in tests/reports_expected.py" for n in names if n not in EXPECTED]
if not wanted:
    failed += [f"{n}: is expected and not in {reports}" for n in EXPECTED if n not in names]
known = [n for n in names if n in EXPECTED]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for name, (problems, output) in zip(known, pool.map(problems_of, known)):
        if name in NOT_YET:
            if not problems:
                failed.append(f"{name}: holds now; take it out of NOT_YET")
        elif problems:
            failed.append(f"{name}:\n  " + "\n  ".join(problems) + "\n    " + output.replace("\n", "\n    "))
for text in failed:
    print(text)
waiting = sorted(set(known) & NOT_YET)
print(f"{len(known)} reports, {len(failed)} failed" + (f", not yet: {', '.join(waiting)}" if waiting else ""))
sys.exit(1 if failed or not known else 0)
