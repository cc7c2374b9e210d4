#!/usr/bin/env python3
"""The house's plan, held against every #include: wings on floors, rooms in wings, what each room may use.

An edge that nobody uses is an error too: a wall that has a door for nobody is no wall. The table of wings in
docs/ARCHITECTURE.md and the libraries in CMakeLists.txt are compared with the plan.
    floors_test.py ROOT            checks
    floors_test.py ROOT --table    prints wings and rooms with the arrows between them
"""

import collections
import os
import re
import sys

# Wings, lowest floor first: floor, name, the rooms there are, the rooms to come.
WINGS = [
    (1, "ground", "base net records stix", ""),
    (2, "chains", "chain decode exports ledger ingest follow", "warehouse"),
    (3, "parties", "attribution cluster", "sanctions vessels indicators workforce"),
    (3, "training", "synth simulate exercise", ""),
    (4, "tracing", "resolve trace typology", ""),
    (5, "casework", "incidents evidence inquiry report", "cases measures"),
    (6, "watch", "exposure alerts screening node", "presign payments controls"),
    (7, "sharing", "intel federation", ""),
    (8, "faces", "workbench server cli", ""),
]

# What each room may use. A room of another wing must lie on a lower floor; within a wing there is no circle.
ROOMS = {
    "base": "",
    "net": "base",
    "records": "base",
    "stix": "base",
    "chain": "base",
    "decode": "base chain",
    "exports": "base chain decode",
    "ledger": "base chain",
    "ingest": "base chain decode exports ledger",
    "follow": "base chain decode net",
    "attribution": "base chain decode records",
    "cluster": "base chain ledger",
    "synth": "base chain",
    "simulate": "base chain synth",
    "exercise": "base chain decode simulate",
    "resolve": "attribution base chain cluster decode ledger",
    "trace": "attribution base chain ledger resolve",
    "typology": "attribution base chain ledger resolve trace",
    "incidents": "attribution base decode trace",
    "evidence": "base decode exports ingest",
    "inquiry": "attribution base cluster incidents ledger resolve trace typology",
    "report": "base chain cluster inquiry ledger resolve typology",
    "exposure": "attribution base chain ledger resolve trace",
    "alerts": "base net records",
    "screening": "attribution base cluster decode exposure resolve typology",
    "node": "alerts attribution base cluster exposure follow incidents inquiry ledger report resolve screening",
    "intel": "attribution base chain decode incidents net records stix trace typology",
    "federation": "base inquiry intel net node screening stix",
    "workbench": "attribution base chain exposure federation incidents inquiry ledger node records report resolve stix",
    "server": "base chain decode federation intel net node records stix workbench",
    "cli": "attribution base chain cluster evidence exercise exports federation incidents ingest inquiry ledger node report "
    "resolve server typology",
}
TEST_FOLDERS = {"support"}  # tests/support, for the tests that stand beside the code


def plan():
    """{room: wing}, {wing: floor}, {room to come: wing}, {room: rooms it may use}; what is wrong with the plan
    itself."""
    wing_of, floor_of, coming = {}, {}, {}
    for floor, wing, rooms, later in WINGS:
        floor_of[wing] = floor
        wing_of.update((room, wing) for room in rooms.split())
        coming.update((room, wing) for room in later.split())
    uses = {room: set(used.split()) for room, used in ROOMS.items()}
    problems = [f"{room}: stands in the wings or in the rooms only" for room in set(wing_of) ^ set(uses)]
    order = {room: i for i, room in enumerate(room for _, _, rooms, _ in WINGS for room in rooms.split())}
    for room, used in uses.items():
        for other in used:
            if other not in wing_of:
                problems.append(f"{room} may use {other}: there is no such room")
            elif wing_of[other] == wing_of[room]:
                if order[other] >= order[room]:
                    problems.append(f"{room} may use {other}: it comes later in the wing {wing_of[room]}")
            elif floor_of[wing_of[other]] >= floor_of[wing_of[room]]:
                problems.append(f"{room} may use {other}: edges point down, from floor to floor")
    return wing_of, floor_of, coming, uses, problems


def includes_of(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
            if found:
                yield number, found[1]


def check_sources(root, wing_of, coming, uses):
    """What is wrong with folders and includes; {(room, used): how often}."""
    problems, used = [], collections.Counter()
    for folder, _, files in os.walk(os.path.join(root, "src")):
        parts = os.path.relpath(folder, os.path.join(root, "src")).split(os.sep)
        sources = sorted(f for f in files if f.endswith((".h", ".cpp")))
        if not sources:
            continue
        where = "src/" + "/".join(parts)
        if len(parts) != 2 or wing_of.get(parts[1]) != parts[0]:
            early = "a room to come: give it a row in ROOMS" if parts[-1] in coming else "not a room of the plan"
            problems.append(f"{where}: {early}; a source lies in src/WING/ROOM (tests/floors_test.py)")
            continue
        if not os.path.exists(os.path.join(folder, "README.md")):
            problems.append(f"{where}: has no README.md (what may enter, what not, where to begin)")
        for file in sources:
            for number, text in includes_of(os.path.join(folder, file)):
                problems += check_include(f"{where}/{file}:{number}", parts[1], file, text, uses, used)
    return problems, used


def check_include(place, room, file, text, uses, used):
    other = text.split("/")[0]
    if "/" not in text:
        return [f'{place}: "{text}": an include names room and file']
    if file.endswith("_test.cpp") and other in TEST_FOLDERS:
        return []
    if other == room:
        return []
    if other not in uses[room]:
        return [f"{place}: {room} may not include {other}"]
    used[room, other] += 1
    return []


def check_page(root):
    """The table of wings in docs/ARCHITECTURE.md says the same."""
    rows = {}
    with open(os.path.join(root, "docs", "ARCHITECTURE.md"), encoding="utf-8") as page:
        for line in page:
            row = re.match(r"^\|\s*(\d+)\s*\|\s*`src/(\w+)`\s*\|[^|]*\|([^|]*)\|([^|]*)\|", line)
            if row:
                rows[row[2]] = (int(row[1]), set(re.findall(r"`(\w+)`", row[3])), set(re.findall(r"`(\w+)`", row[4])))
    problems = []
    for floor, wing, rooms, later in WINGS:
        want = (floor, set(rooms.split()), set(later.split()))
        if rows.get(wing) != want:
            problems.append(f"docs/ARCHITECTURE.md: wing {wing}: says {rows.get(wing)}, the plan says {want}")
    return problems + [
        f"docs/ARCHITECTURE.md: no such wing: {wing}" for wing in set(rows) - {w for _, w, _, _ in WINGS}
    ]


def check_libraries(root, wing_of, uses):
    """Each room is a library of its wing, and links what it may include."""
    with open(os.path.join(root, "CMakeLists.txt"), encoding="utf-8") as file:
        found = re.findall(r"^jindo_library\((\w+)\s+(\w+)\s+DEPS([^)]*)\)", file.read(), re.M)
    links = {room: set(re.findall(r"jindo_(\w+)", deps)) & set(uses) for room, _, deps in found}
    problems = [
        f"CMakeLists.txt: {room}: in wing {wing}, the plan says {wing_of.get(room)}"
        for room, wing, _ in found
        if wing_of.get(room) != wing
    ]
    problems += [f"CMakeLists.txt: no library for {room}" for room in set(uses) - set(links)]

    def reached(room):
        out = set(links.get(room, ()))
        for other in links.get(room, ()):
            out |= reached(other)
        return out

    for room in uses:
        missing = uses[room] - reached(room)
        if missing:
            problems.append(f"CMakeLists.txt: {room} links no {', '.join(sorted(missing))}")
        problems += [
            f"CMakeLists.txt: {room} links {other}, which it may not use"
            for other in links.get(room, ())
            if other not in uses[room]
        ]
    return problems


def print_table(wing_of, used):
    between = collections.defaultdict(set)
    for room, other in used:
        if wing_of[room] != wing_of[other]:
            between[wing_of[room]].add(wing_of[other])
    for floor, wing, rooms, later in reversed(WINGS):
        print(f"{floor}  {wing:<9} rooms: {rooms}" + (f" (to come: {later})" if later else ""))
        print(f"   {'':<9} uses:  {' '.join(sorted(between[wing])) or '-'}")
    for room in ROOMS:
        print(f"{room:<12} " + ", ".join(f"{other} {n}" for (r, other), n in sorted(used.items()) if r == room))


def main(root, table):
    wing_of, _, coming, uses, problems = plan()
    if problems:
        return problems, "the plan contradicts itself"
    problems, used = check_sources(root, wing_of, coming, uses)
    problems += [
        f"{room} may use {other}, and does not: take the edge out of ROOMS"
        for room in uses
        for other in sorted(uses[room])
        if (room, other) not in used
    ]
    problems += check_page(root) + check_libraries(root, wing_of, uses)
    if table:
        print_table(wing_of, used)
    wings = len({(wing_of[a], wing_of[b]) for a, b in used if wing_of[a] != wing_of[b]})
    if sum(used.values()) < 500:
        problems.append(f"only {sum(used.values())} includes between rooms were found: is {root} the project?")
    return problems, (
        f"{sum(used.values())} includes between {len(uses)} rooms: {len(used)} edges, "
        f"{wings} between {len(WINGS)} wings"
    )


if __name__ == "__main__":
    wrong, said = main(os.path.abspath(sys.argv[1]), "--table" in sys.argv[2:])
    for problem in wrong:
        print(problem)
    print(f"{said}: {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)
