"""Servers with something to look at, for the workbench's tests, pictures and bench: one with the public cases and a
made-up theft of many addresses (4,202; 20,202 for the bench), one with an exercise on three chains that has watched
addresses, alerts and a marked incident."""

import json
import os
import subprocess

from .serving import Serving

WIDE = 200  # whom the thief of the wide theft pays
WIDE_TESTED, WIDE_MEASURED = 20, 100  # whom each of those pays
WIDE_THIEF = "0x" + "a1" * 20


def account(*numbers):
    return "0x" + "".join(f"{n:04x}" for n in numbers).rjust(40, "0")


def wide_theft(folder, second=WIDE_MEASURED):
    """A thief who pays 200 who pay so many each, on bsc, with the incident that names the theft."""
    first = WIDE
    path = os.path.join(folder, "wide.csv")
    with open(path, "w") as out:
        out.write(
            "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n"
        )
        block = [1000]

        def pay(payer, payee, amount):
            block[0] += 1
            out.write(
                f"{block[0]},{1700000000 + block[0] * 3},0x{block[0]:064x},0,0,transfer,BNB,{payer},{payee},{amount}\n"
            )

        pay(account(0xBEEF), WIDE_THIEF, first * second * 10**15)
        for i in range(first):
            pay(WIDE_THIEF, account(1, i), second * 10**15)
        for i in range(first):
            for k in range(second):
                pay(account(1, i), account(2, i, k), 10**15)
    incident = os.path.join(folder, "wide.yaml")
    open(incident, "w").write(
        'id: wide-2023\nname: "Wide theft (made up)"\nvictim: "Nobody"\ndate: 2023-11-14\nsummary: "Made up, to have many addresses to draw."\n'
        f'thefts:\n  - {{chain: bsc, transaction: "0x{1001:064x}", asset: BNB, to: "{WIDE_THIEF}", amount: "{first * second * 10**15}"}}\n'
    )
    return path, incident


def stated_theft(folder):
    """A theft into a service that a partner states a pay-out of: a link that is inferred, not read from the chain."""
    path, incident, statements = (os.path.join(folder, f) for f in ("stated.csv", "stated.yaml", "statements.csv"))
    victim, thief, service, payer, end = (account(0x51, n) for n in range(1, 6))
    tx = lambda n: f"0x{7000 + n:064x}"
    with open(path, "w") as out:
        out.write(
            "block_number,block_time,transaction_hash,transaction_index,position,kind,asset,from_address,to_address,amount\n"
        )
        for n, (payer_, payee) in enumerate(((victim, thief), (thief, service), (payer, end), (end, account(0x51, 9)))):
            out.write(f"{10 + n},{1700000000 + n * 3600},{tx(n)},0,0,transfer,XDAI,{payer_},{payee},{5 * 10**18}\n")
    open(incident, "w").write(
        'id: stated-2023\nname: "Stated theft (made up)"\nvictim: "Nobody"\ndate: 2023-11-14\nsummary: "Made up: a partner states where a service paid out."\n'
        f'thefts:\n  - {{chain: gnosis, transaction: "{tx(0)}", asset: XDAI, to: "{thief}", amount: "{5 * 10**18}"}}\n'
    )
    open(statements, "w").write(
        "kind,from_chain,from_transaction,to_chain,to_transaction,confidence,by,date,source\n"
        f"service,gnosis,{tx(1)},gnosis,{tx(2)},0.9,An exchange,2023-12-01,letter\n"
    )
    return path, incident, statements


class Bench:
    def __init__(self, jindo, root, folder, wide=WIDE_TESTED):
        self.jindo, self.root, self.folder = jindo, root, folder
        run = lambda *words: subprocess.run([jindo, *words], check=True, stdout=subprocess.DEVNULL)
        ledger = os.path.join(folder, "public")
        run(
            "ingest",
            "--ledger",
            ledger,
            "--chain",
            "ethereum",
            "--format",
            "transfers",
            os.path.join(root, "examples/ronin-2022/movements.csv"),
            "--quiet",
        )
        more = []
        if wide:
            movements, incident = wide_theft(folder, wide)
            run("ingest", "--ledger", ledger, "--chain", "bsc", "--format", "transfers", movements, "--quiet")
            stated, stated_incident, statements = stated_theft(folder)
            run("ingest", "--ledger", ledger, "--chain", "gnosis", "--format", "transfers", stated, "--quiet")
            more = ["--incident", incident, "--incident", stated_incident, "--statements", statements]
        self.public = Serving(
            jindo,
            ledger,
            "--incident",
            os.path.join(root, "data/incidents"),
            *more,
            "--not-durable",
            "--log-level",
            "error",
        )

        self.exercise_folder = os.path.join(folder, "exercise")
        run(
            "exercise",
            "new",
            "--scenario",
            "frozen-in-time",
            "--seed",
            "7",
            "--scale",
            "15k",
            "--out",
            self.exercise_folder,
            "--quiet",
        )
        manifest = json.load(open(os.path.join(self.exercise_folder, "exercise.json")))
        ledger = os.path.join(folder, "exercise.ledger")
        for chain in manifest["chains"]:
            run(
                "ingest",
                "--ledger",
                ledger,
                "--chain",
                chain["chain"],
                "--format",
                chain["format"],
                os.path.join(self.exercise_folder, chain["path"]),
                "--quiet",
            )
        run(
            "tag",
            "import",
            "--ledger",
            ledger,
            "--format",
            "csv",
            "--map",
            "label=name",
            "--confidence",
            "service_data",
            os.path.join(self.exercise_folder, "services.csv"),
            "--quiet",
        )
        run("cluster", "build", "--ledger", ledger, "--quiet")
        # The exercise's incident is marked, so that what is shown, copied and exported of it must be.
        self.incident = os.path.join(self.exercise_folder, manifest["incidents"][0])
        text = open(self.incident).read()
        marked = os.path.join(folder, "marked.yaml")
        open(marked, "w").write(text + '\nmarking: "TLP:AMBER"\n')
        self.incident_id = text.split("id:", 1)[1].split()[0]
        sharing = os.path.join(folder, "sharing.yaml")
        open(sharing, "w").write(SHARING)
        self.exercise = Serving(
            jindo,
            ledger,
            "--incident",
            marked,
            "--sharing",
            sharing,
            "--assets",
            os.path.join(self.exercise_folder, "contracts.csv"),
            "--prices",
            os.path.join(self.exercise_folder, "prices.csv"),
            "--not-durable",
            "--log-level",
            "error",
        )
        self.watched = self.watch()

    def watch(self):
        """Watches two services' addresses that stolen value came to: alerts at once."""
        board = self.exercise.get("/v1/board")
        graph = self.exercise.get(f"/v1/incidents/{self.incident_id}/graph?nodes=500")
        found = []
        for node in graph["nodes"]:
            if node["kind"] == "terminal" and node.get("category") == "exchange" and "address" in node:
                status, _ = self.exercise.call(
                    "POST",
                    "/v1/watches",
                    {"kind": "deposit", "chain": node["chain"], "address": node["address"], "label": "customer 4711"},
                )
                assert status == 201
                found.append((node["chain"], node["address"]))
                if len(found) == 3:
                    break
        assert found, (board, "no exchange's address was reached")
        return found

    def stop(self):
        self.public.stop()
        self.exercise.stop()


SHARING = """organisation:
  id: identity--00000000-0000-4000-8000-0000000000a1
  name: "Exercise agency"
  country: KR
  kind: agency
  contact: "desk@agency.example"
collections:
  - {id: 00000000-0000-4000-8000-0000000000c1, title: "Exercise thefts", description: "Thefts of the exercise"}
"""
