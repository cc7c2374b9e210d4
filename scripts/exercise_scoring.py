"""What resolvers and detectors score on exercises: shared by scripts/exercises-report and tests/thresholds_test.py.

Links are compared with every link of the ledger (answers/links.csv), by kind and rule; findings by
`jindo exercise score`.
"""

import csv, json, subprocess, sys


class Exercises:
    def __init__(self, jindo, scale, seed):
        self.jindo, self.scale, self.seed = jindo, scale, seed

    def run(self, *words):
        done = subprocess.run([self.jindo, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"jindo {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return done.stdout

    def names(self):
        return [s["id"] for s in json.loads(self.run("exercise", "list", "--format", "json"))]

    def make(self, name, folder):
        """The exercise's folder, its ledger, the words that name its incidents and what is publicly known."""
        exercise, ledger = f"{folder}/{name}", f"{folder}/{name}.ledger"
        self.run(
            "exercise",
            "new",
            "--scenario",
            name,
            "--seed",
            self.seed,
            "--scale",
            self.scale,
            "--out",
            exercise,
            "--quiet",
        )
        manifest = json.load(open(f"{exercise}/exercise.json"))
        for chain in manifest["chains"]:
            self.run(
                "ingest",
                "--ledger",
                ledger,
                "--chain",
                chain["chain"],
                "--format",
                chain["format"],
                f"{exercise}/{chain['path']}",
                "--quiet",
            )
        incidents = [w for i in manifest["incidents"] for w in ("--incident", f"{exercise}/{i}")]
        known = [
            "--services",
            f"{exercise}/services.csv",
            "--assets",
            f"{exercise}/contracts.csv",
            "--prices",
            f"{exercise}/prices.csv",
        ]
        return exercise, ledger, manifest, incidents, known

    def score(self, exercise, answer):
        scored = json.loads(
            self.run("exercise", "score", "--truth", f"{exercise}/answers/truth.json", answer, "--format", "json")
        )
        return scored["scores"][0]["lines"]

    def links(self, exercise, ledger, known, answer):
        """{(kind, rule, exact): [right, said]}, {kind: [found, all]}; a swap or wrap may be called either."""
        self.run("link", "list", "--ledger", ledger, *known, "--inferred", "0", "--format", "csv", "--output", answer)
        key = lambda r: (
            r["kind"].replace("wrap", "swap"),
            r["from_chain"],
            r["from_transaction"],
            r["to_chain"],
            r["to_transaction"],
        )
        truth, by_knowable = set(), {}
        for r in csv.DictReader(open(f"{exercise}/answers/links.csv")):
            if r["knowable"] == "noise":
                continue
            truth.add(key(r))
            by_knowable.setdefault((r["kind"].replace("wrap", "swap"), r["knowable"]), set()).add(key(r))
        said, rules = set(), {}
        for r in csv.DictReader(open(answer)):
            if r["rule"] == "forced-change":
                continue  # inside a joint transaction: the key has no row for it
            right = key(r) in truth
            said.add(key(r))
            rule = rules.setdefault(
                (
                    r["kind"].replace("wrap", "swap"),
                    r["rule"] if r["kind"] != "coinjoin" else "shape",
                    r["exact"] == "true",
                ),
                [0, 0],
            )
            rule[0] += right
            rule[1] += 1
        return rules, {k: [len(said & v), len(v)] for k, v in by_knowable.items()}

    def findings(self, exercise, ledger, incidents, known, answer):
        """{(group, technique): [part, whole]} of precision, recall, recall as far as the chain leads."""
        self.run("findings", "--ledger", ledger, *incidents, *known, "--format", "csv", "--output", answer)
        return {(l["group"], l["name"]): [int(l["part"]), int(l["whole"])] for l in self.score(exercise, answer)}


def add(sums, more):
    for key, (part, whole) in more.items():
        total = sums.setdefault(key, [0, 0])
        total[0] += part
        total[1] += whole


def percent(part, whole):
    return f"{part * 1000 // whole / 10} %" if whole else "–"
