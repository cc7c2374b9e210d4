#!/usr/bin/env python3
"""serve follows a real EVM node (Foundry's Anvil): blocks, receipts, traces; a theft is flagged; a pending deposit is
on hold before it is mined; after anvil_reorg the ledger is what a fresh one of the new branch is; the node's end is
said."""

import json
import os
import tempfile
import time
import urllib.request

from live.harness import LIMIT, begin, check, checks, free_port, need, run, started, until
from live.processes import kill
from live.serving import Serving

jindo, root, _ = begin()
anvil = need(os.path.join(root, ".deps", "evm", "anvil"), "Anvil")
port = free_port()
node = started([anvil, "--port", str(port), "--silent", "--no-mining", "--hardfork", "prague", "--accounts", "10"])


def rpc(method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=LIMIT) as answer:
        got = json.load(answer)
    if "error" in got:
        raise RuntimeError(got["error"])
    return got["result"]


def up():
    try:
        return rpc("eth_chainId")
    except OSError:
        return None


def pay(sender, receiver, wei):
    return rpc("eth_sendTransaction", {"from": sender, "to": receiver, "value": hex(wei), "gas": hex(21000)})


def mine():
    rpc("evm_mine")


with tempfile.TemporaryDirectory() as folder:
    until(up)
    accounts = rpc("eth_accounts")
    victim, thief, hop, deposit, clean = accounts[:5]
    fresh_hop = "0x" + "11" * 19 + "01"
    ledger = os.path.join(folder, "L")
    os.makedirs(ledger)
    live = Serving(
        jindo, ledger, "--node", f"ethereum=http://127.0.0.1:{port}", "--not-durable", "--findings-every", "0"
    )
    ether = 10**18
    pay(clean, deposit, ether)
    mine()
    theft = pay(victim, fresh_hop, 50 * ether)
    mine()
    until(lambda: live.height("ethereum"), 2)
    rpc("anvil_impersonateAccount", fresh_hop)
    pay(fresh_hop, hop, 30 * ether)
    mine()
    until(lambda: live.height("ethereum"), 3)
    check(live.get(f"/v1/screen/address/ethereum/{hop}")["verdict"] == "allow", "before the flag")
    check(
        live.call(
            "POST", "/v1/watches", {"kind": "deposit", "chain": "ethereum", "address": deposit, "label": "customer 7"}
        )[0]
        == 201,
        "watch",
    )
    check(live.call("POST", "/v1/watches", {"kind": "incident", "incident": "*"})[0] == 201, "watch")
    begin = time.monotonic()
    flagged = live.call(
        "POST",
        "/v1/incidents",
        json.dumps(
            {
                "id": "anvil-theft",
                "name": "Anvil theft",
                "date": "2026-01-01",
                "thefts": [{"chain": "ethereum", "transaction": theft, "asset": "ETH", "to": fresh_hop}],
            }
        ),
    )
    check(flagged[0] == 201, flagged)
    held = live.get(f"/v1/screen/address/ethereum/{fresh_hop}")
    check(held["verdict"] == "hold" and held["exposure"][0]["hops"] == 0, held)
    # What Anvil gave its accounts at the start no block tells: by the ledger the hop holds the 30 stolen ETH alone.
    sent = pay(hop, deposit, 2 * ether)
    pending = until(
        lambda: live.get(f"/v1/screen/address/ethereum/{deposit}"),
        lambda answer: any(e.get("unconfirmed") for e in answer["exposure"]),
    )
    seconds = time.monotonic() - begin
    exposure = next(e for e in pending["exposure"] if e.get("unconfirmed"))
    expected = 2 * ether
    check(int(exposure["received"]) == expected, (exposure, expected))
    check(pending["verdict"] == "hold", pending["verdict"])
    transaction = live.get(f"/v1/screen/transaction/ethereum/{sent}")
    check(transaction["where"] == "unconfirmed" and transaction["verdict"] == "hold", transaction["verdict"])
    mine()
    until(lambda: live.height("ethereum"), 4)
    confirmed = live.get(f"/v1/screen/address/ethereum/{deposit}")
    mined = next(e for e in confirmed["exposure"] if e["id"] == "anvil-theft")
    check(not mined.get("unconfirmed") and mined["hops"] == 2, mined)
    check([s["transaction"] for s in mined["trail"]][-1] == sent and mined["trail_complete"], mined["trail"])
    stages = until(
        lambda: {(alert["kind"], alert["stage"]) for alert in live.alerts()[0]},
        lambda seen: {("deposit", "unconfirmed"), ("deposit", "confirmed"), ("incident", "confirmed")} <= seen,
    )
    # By the engine, the same amounts as a fresh trace.
    incident = os.path.join(folder, "incident.yaml")
    open(incident, "w").write(
        json.dumps(
            {
                "id": "anvil-theft",
                "name": "Anvil theft",
                "date": "2026-01-01",
                "thefts": [{"chain": "ethereum", "transaction": theft, "asset": "ETH", "to": fresh_hop}],
            }
        )
    )
    traced = json.loads(
        run(
            "trace",
            "--ledger",
            ledger,
            "--incident",
            incident,
            "--policy",
            "haircut",
            "--owners",
            "tags",
            "--format",
            "json",
        )
    )
    for holding in traced["holdings"]:
        answer = live.get(f"/v1/screen/address/ethereum/{holding['address']}")
        own = next(e for e in answer["exposure"] if e["id"] == "anvil-theft")
        check(own["held"] == holding["amount"] and own["held_origin"] == holding["origin"], (own, holding))

    # The node leaves the branch: the deposit's block is replaced.
    rpc("anvil_reorg", 2, [])
    mine()
    tip = int(rpc("eth_blockNumber"), 16)
    tip_hash = rpc("eth_getBlockByNumber", hex(tip), False)["hash"]
    until(lambda: [chain["block"] for chain in live.get("/v1/state")["coverage"]["chains"]], [tip_hash])
    # The follower counts once its blocks are in, a moment after answers rest on them.
    until(lambda: live.get("/v1/state")["nodes"][0]["taken_back"], lambda seen: seen >= 2)
    gone = live.get(f"/v1/screen/address/ethereum/{deposit}")
    check(all(e.get("unconfirmed") for e in gone["exposure"]), gone["exposure"])
    until(lambda: {alert["kind"] for alert in live.alerts()[0]}, lambda seen: "taken_back" in seen)
    digest = live.get("/v1/state")["coverage"]["ledger"]
    other = os.path.join(folder, "fresh")
    os.makedirs(other)
    fresh = Serving(
        jindo, other, "--node", f"ethereum=http://127.0.0.1:{port}", "--not-durable", "--findings-every", "0"
    )
    until(lambda: fresh.height("ethereum"), tip)
    check(fresh.get("/v1/state")["coverage"]["ledger"] == digest, "the ledger after a reorganisation")
    fresh.stop()
    kill(node)
    until(lambda: live.call("GET", "/readyz")[0], 503)
    check(live.get(f"/v1/screen/address/ethereum/{fresh_hop}")["verdict"] == "hold", "answers go on without the node")
    live.stop()
    print(f"from flag to hold on a pending deposit {seconds * 1000:.0f} ms; alerts {sorted(stages)}; {checks()} checks")
