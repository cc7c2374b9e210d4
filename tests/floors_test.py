#!/usr/bin/env python3
"""Every #include between directories of src must be an edge of the table in docs/ARCHITECTURE.md."""
import os, re, sys

root = os.path.abspath(sys.argv[1])
allowed, floors = {}, {}
for line in open(os.path.join(root, "docs", "ARCHITECTURE.md"), encoding="utf-8"):
    row = re.match(r"^\|\s*(\d+)\s*\|\s*`src/(\w+)`\s*\|[^|]*\|\s*([^|]*)\|", line)
    if row:
        floors[row[2]] = int(row[1])
        allowed[row[2]] = set(re.findall(r"`(\w+)`", row[3]))
problems, includes = [], 0
if not allowed:
    problems.append("docs/ARCHITECTURE.md: no table of floors found")
for name, uses in allowed.items():
    for used in uses:
        if used not in floors or floors[used] >= floors[name]:
            problems.append(f"docs/ARCHITECTURE.md: {name} (floor {floors[name]}) may not use {used}: edges point down")
for folder, _, files in os.walk(os.path.join(root, "src")):
    here = os.path.relpath(folder, os.path.join(root, "src")).split(os.sep)[0]
    for file in files:
        if not file.endswith((".h", ".cpp")):
            continue
        path = os.path.join(folder, file)
        if here not in allowed:
            problems.append(f"src/{here}: not in the table of docs/ARCHITECTURE.md")
            break
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            found = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
            if not found:
                continue
            includes += 1
            if found[1] != here and found[1] not in allowed[here]:
                problems.append(f"{os.path.relpath(path, root)}:{number}: {here} may not include {found[1]}")
for problem in problems:
    print(problem)
print(f"{includes} includes checked against {len(allowed)} floors: {len(problems)} wrong")
sys.exit(1 if problems or includes < 50 else 0)
