#!/usr/bin/env python3
"""The workbench's pages in a browser, timed, each figure beside its budget: first useful paint, a search, a trace of
20,000 addresses until one can work in it (web/tests/figures.mjs).     usage: bench/pages.py JINDO"""

import os
import shutil
import subprocess
import sys
import tempfile

root = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
sys.path.insert(0, os.path.join(root, "tests"))
from live.workbench import WIDE_MEASURED, Bench

chromium = os.environ.get("JINDO_CHROMIUM") or shutil.which("chromium")
if chromium is None:
    sys.exit("bench/pages.py: chromium is not there; run scripts/setup test")
node = os.path.join(root, ".deps", "node", "bin", "node")
with tempfile.TemporaryDirectory() as folder:
    bench = Bench(os.path.realpath(sys.argv[1]), root, folder, WIDE_MEASURED)
    done = subprocess.run(
        [
            node if os.path.exists(node) else "node",
            os.path.join(root, "web", "tests", "figures.mjs"),
            f"http://127.0.0.1:{bench.public.port}",
            bench.public.token,
        ],
        env={**os.environ, "JINDO_CHROMIUM": chromium},
    )
    bench.stop()
sys.exit(done.returncode)
