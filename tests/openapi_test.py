#!/usr/bin/env python3
"""The API against its own description, by schemathesis: no input whatever may give a 5xx (503 for load is told apart
by its Retry-After), and answers are what the description says."""

import os
import subprocess
import sys
import tempfile

from live.harness import LIMIT, begin, need, run
from live.serving import Serving

jindo, root, _ = begin()
examples = os.environ.get("JINDO_OPENAPI_EXAMPLES", "15")
tool = need(os.path.join(root, ".deps", "test-venv", "bin", "schemathesis"), "schemathesis")
with tempfile.TemporaryDirectory() as folder:
    ledger = os.path.join(folder, "L")
    run(
        "ingest",
        "--ledger",
        ledger,
        "--chain",
        "ethereum",
        "--format",
        "transfers",
        os.path.join(root, "examples", "ronin-2022", "movements.csv"),
        "--quiet",
    )
    live = Serving(
        jindo,
        ledger,
        "--incident",
        os.path.join(root, "data", "incidents", "ronin-2022.yaml"),
        "--not-durable",
        "--findings-every",
        "0",
        "--log-level",
        "error",
    )
    # Every route but the stream, which does not end.
    done = subprocess.run(
        [
            tool,
            "run",
            f"http://127.0.0.1:{live.port}/openapi.json",
            "-H",
            f"Authorization: Bearer {live.token}",
            "--exclude-path",
            "/v1/alerts/stream",
            "-n",
            examples,
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
            "--seed",
            "7",
            "--generation-deterministic",
            "--request-timeout",
            str(LIMIT),
            "--no-color",
            "--suppress-health-check",
            "all",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    print(done.stdout[-6000:], done.stderr[-2000:])
    assert live.process.poll() is None, "the server ended:\n" + "\n".join(live.lines[-20:])
    status, _ = live.call("GET", "/healthz")
    assert status == 200
    live.stop()
    sys.exit(done.returncode)
