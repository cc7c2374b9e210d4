#!/usr/bin/env python3
"""Every sample of foreign formats beside the checkout (../shared/data/formats), read by `ingest --dry-run`, against its
expected.json: format, chain, movements, fees, sums, totals, refusals, what is unknown, the first movement.

    formats_test.py PROGRAM ROOT [NAME …]    NAME: samples whose path holds it
"""

import json
import os
import subprocess
import sys

# Folders and files whose readers are not in the tree yet. A sample that reads as expected may not stand here.
PENDING = set()

# What `if_given` of a sample needs: options, and what stands for CONTRACT in its values.
CONTRACT = "0x2791bca1f2de4661ed88a30c99a7a9449aa84174"
GIVEN = {
    "etherscan-csv/token_page_quantity.csv": ["--contract", CONTRACT],
    "dune-csv/metabase_formatted_bybit.csv": ["--columns", "examples/columns/bi-table.yaml"],
}


def is_pending(name):
    return any(name == entry or (entry.endswith("/") and name.startswith(entry)) for entry in PENDING)


def plain_hash(movement):
    """A movement with its hash without 0x: expected.json has one sample's as the file writes it."""
    if not isinstance(movement, dict):
        return movement
    out = dict(movement)
    out["transaction"] = out["transaction"].removeprefix("0x")
    return out


def differences(got, want, given_chain):
    """What is not as expected, a line each."""
    out = []

    def check(what, a, b):
        if a != b:
            out.append(f"{what}: {json.dumps(a, ensure_ascii=False)}; expected {json.dumps(b, ensure_ascii=False)}")

    if "format" in want:
        check("format", got["format"], want["format"])
    chain = want.get("chain", given_chain)
    if chain:
        check("chain", got.get("chain"), chain)
    for name in ("movements", "fees", "transactions", "inputs", "watch"):
        if name in want:
            check(name, got.get(name, 0), want[name])
    for kind, count in want.get("records", {}).items():
        check(f"records, {kind}", got.get("records", {}).get(kind, 0), count)
    if "watch_first" in want:
        check("watch_first", got.get("watch_first"), want["watch_first"])
    if "refused" in want:
        whole = want["refused"] == "file"
        check("file_refused", got.get("file_refused", False), whole)
        if not whole:
            check("refused", got["refused"], want["refused"])
        elif "refused_rows" in want:
            check("refused", got["refused"], want["refused_rows"])
        if whole or want["refused"]:
            check("says why", bool(got.get("why")), True)
    if "unknown" in want:
        check("unknown", sorted(got["unknown"]), sorted(want["unknown"]))
    for name in ("sums", "total", "fee_total"):
        if name in want:
            check(name, got.get(name, {}), want[name])
    for name in ("first", "first_fee"):
        if name in want:
            check(name, plain_hash(got.get(name)), plain_hash(want[name]))
    return out


def run(program, root, path, options):
    command = [program, "ingest", "--dry-run", "--sums", *options, path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root)
    lines = done.stdout.splitlines()
    if len(lines) != 1:
        return None, f"{len(lines)} lines, exit status {done.returncode}: {done.stderr.strip()}"
    return json.loads(lines[0]), ""


def sample_problems(program, root, folder, name, want):
    given = want.get("chain_given", "")
    path = os.path.join(folder, name)
    got, problem = run(program, root, path, ["--chain", given] if given else [])
    if got is None:
        return [problem]
    out = differences(got, want, given)
    if name in GIVEN and "if_given" in want:
        text = json.dumps(want["if_given"]).replace("CONTRACT", CONTRACT)
        options = (["--chain", given] if given else []) + GIVEN[name]
        got, problem = run(program, root, path, options)
        out += ["given: " + line for line in ([problem] if got is None else differences(got, json.loads(text), given))]
    return out


def main():
    program, root, wanted = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    folder = os.path.abspath(os.path.join(root, "..", "shared", "data", "formats"))
    if not os.path.exists(os.path.join(folder, "expected.json")):
        print("skipped: no ../shared/data/formats beside the checkout")
        return 0
    with open(os.path.join(folder, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    wrong = read = pending = 0
    for name, want in expected.items():
        if "/" not in name or (wanted and not any(part in name for part in wanted)):
            continue
        problems = sample_problems(program, root, folder, name, want)
        if is_pending(name) and not wanted:
            pending += 1
            if not problems and not [entry for entry in PENDING if entry.endswith("/") and name.startswith(entry)]:
                print(f"{name}: reads as expected and stands in PENDING")
                wrong += 1
            continue
        read += 1
        wrong += 1 if problems else 0
        for problem in problems:
            print(f"{name}: {problem}")
    print(f"{read} samples, {wrong} wrong, {pending} pending")
    return 1 if wrong or read == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
