#!/usr/bin/env python3
"""Resolvers and detectors on every exercise, small: precision and recall, pooled over the scenarios, may not fall below
tests/thresholds.csv. `make exercises-report` prints the same figures at a larger scale (docs/exercises-report.md)."""

import csv
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from live.harness import begin

jindo, root, words = begin()
sys.path.insert(0, os.path.join(root, "scripts"))
import exercise_scoring

exercises = exercise_scoring.Exercises(jindo, "100k", "5")
rules, kinds, techniques = {}, {}, {}


def one(name):
    with tempfile.TemporaryDirectory() as folder:
        exercise, ledger, _, incidents, known = exercises.make(name, folder)
        return exercises.links(exercise, ledger, known, f"{folder}/links.csv"), exercises.findings(
            exercise, ledger, incidents, known, f"{folder}/findings.csv"
        )


with ThreadPoolExecutor(2) as pool:
    for (scenario_rules, scenario_kinds), findings in pool.map(one, exercises.names()):
        exercise_scoring.add(rules, scenario_rules)
        exercise_scoring.add(kinds, scenario_kinds)
        exercise_scoring.add(techniques, findings)
figures = {}
for (kind, rule, exact), ratio in rules.items():
    figures["link precision", f"{kind} {rule}"] = ratio
for (kind, knowable), ratio in kinds.items():
    figures["link recall", f"{kind} {knowable}"] = ratio
for (group, name), ratio in techniques.items():
    if group != "findings":
        figures["precision" if group == "precision" else group, name] = ratio
failed = checked = 0
seen = set()
for row in csv.DictReader(open(os.path.join(root, "tests", "thresholds.csv"))):
    part, whole = figures.get((row["figure"], row["what"]), (0, 0))
    seen.add((row["figure"], row["what"]))
    checked += 1
    if whole == 0 or part * 100 < int(row["least_percent"]) * whole:
        failed += 1
        print(f"{row['figure']} of {row['what']}: {part} of {whole}, expected at least {row['least_percent']} %")
# What is exact must be right, whatever it is called.
for (kind, rule, exact), (right, said) in rules.items():
    if exact and right != said:
        failed += 1
        print(f"exact {kind} links by {rule}: {said - right} of {said} are wrong")
if "--all" in words:
    for key in sorted(figures):
        print(
            f"{key[0]},{key[1]},{exercise_scoring.percent(*figures[key])} of {figures[key][1]}{'' if key in seen else '  (no threshold)'}"
        )
print(f"{checked} thresholds: {failed} not met")
sys.exit(1 if failed else 0)
