#!/usr/bin/env python3
"""Runs the end-to-end cases: tests/cases/*.case and tests/regression/*.case. Each is a small story in text; see
docs/HACKING.md for the form. Prints what failed with its file and line, and exits 1."""

import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

from live.harness import LIMIT, begin

program, root, _ = begin()
shared = os.path.normpath(os.path.join(root, "..", "shared", "data"))


def run_case(path):
    lines = open(path, encoding="utf-8").read().split("\n")
    folder = tempfile.mkdtemp(prefix="jindo-case-")
    checks, last, at = 0, None, 0
    where = lambda: f"{os.path.relpath(path, root)}:{at + 1}"
    expand = lambda text: text.replace("{tmp}", folder).replace("{root}", root).replace("{shared}", shared)
    try:
        while at < len(lines):
            line = lines[at]
            if not line.strip() or line.startswith("#"):
                pass
            elif line.startswith("needs shared"):
                if not os.path.isdir(shared):
                    return checks, f"left out: {shared} is not here", None
            elif line.startswith("write "):
                name, end, body = line.split()[1], line.split()[2], []
                at += 1
                while lines[at] != end:
                    body.append(lines[at])
                    at += 1
                target = os.path.join(folder, name)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                open(target, "w", encoding="utf-8").write(expand("\n".join(body)) + "\n")
            elif line.startswith("fill "):  # fill NAME BYTES CHARACTER: a large file without storing one
                _, name, size, character = line.split()
                with open(os.path.join(folder, name), "ab") as out:
                    left = int(size)
                    while left > 0:
                        out.write(character.encode() * min(left, 1 << 24))
                        left -= 1 << 24
            elif line.startswith("$ "):
                if last is not None and last["expected_exit"] != last["exit"]:
                    return (
                        checks,
                        None,
                        f"{last['where']}: exit status {last['exit']}, expected {last['expected_exit']}\n{last['err']}",
                    )
                words = shlex.split(expand(line[2:]))
                done = subprocess.run(
                    [program] + words[1:],
                    capture_output=True,
                    text=True,
                    timeout=LIMIT,
                    cwd=root,
                    stdin=subprocess.DEVNULL,
                )
                last = {
                    "exit": done.returncode,
                    "out": done.stdout,
                    "err": done.stderr,
                    "expected_exit": 0,
                    "where": where(),
                }
            elif line.startswith("exit "):
                last["expected_exit"] = int(line.split()[1])
                checks += 1
            elif line[:2] in ("> ", "! "):
                stream = last["out"] if line[0] == ">" else last["err"]
                wanted = expand(line[2:])
                checks += 1
                if wanted not in stream:
                    return (
                        checks,
                        None,
                        f"{where()}: {'standard output' if line[0] == '>' else 'standard error'} lacks {wanted!r}; it is:\n{stream[:3000]}\n{last['err'][:500]}",
                    )
            elif line.startswith("not> "):
                checks += 1
                if expand(line[5:]) in last["out"]:
                    return checks, None, f"{where()}: standard output holds {line[5:]!r}"
            elif line.startswith("count> "):
                _, number, text = line.split(" ", 2)
                checks += 1
                if last["out"].count(text) != int(number):
                    return (
                        checks,
                        None,
                        f"{where()}: {text!r} stands {last['out'].count(text)} times in standard output, expected {number}",
                    )
            elif line.startswith("file "):
                _, name, wanted = line.split(" ", 2)
                checks += 1
                if wanted not in open(os.path.join(folder, name), encoding="utf-8").read():
                    return checks, None, f"{where()}: file {name} lacks {wanted!r}"
            else:
                return checks, None, f"{where()}: not a case line: {line!r}"
            at += 1
        if last is not None and last["expected_exit"] != last["exit"]:
            return (
                checks,
                None,
                f"{last['where']}: exit status {last['exit']}, expected {last['expected_exit']}\n{last['err']}",
            )
        if checks == 0:
            return checks, None, f"{os.path.relpath(path, root)}: checks nothing"
        return checks, "passed", None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


cases = sorted(
    os.path.join(d, f)
    for d in (os.path.join(root, "tests", "cases"), os.path.join(root, "tests", "regression"))
    if os.path.isdir(d)
    for f in os.listdir(d)
    if f.endswith(".case")
)
failed = passed = left_out = total = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
    for path, (checks, outcome, problem) in zip(cases, pool.map(run_case, cases)):
        total += checks
        if problem:
            failed += 1
            print(f"FAILED {os.path.relpath(path, root)}\n  {problem}")
        elif outcome == "passed":
            passed += 1
        else:
            left_out += 1
            print(f"{os.path.relpath(path, root)}: {outcome}")
print(f"{passed} cases passed, {failed} failed, {left_out} left out; {total} checks")
sys.exit(1 if failed or passed == 0 else 0)
