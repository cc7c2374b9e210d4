#!/usr/bin/env python3
"""serve follows a real Bitcoin node (btcd, on a chain of its own): a theft is flagged, the thief's payment to a deposit
address is on hold before it is mined; a branch takes its block back and another one takes it in; the node goes away and
comes back; at the end the ledger is what a fresh follower makes."""

import base64
import glob
import hashlib
import json
import os
import struct
import tempfile
import time
import urllib.request

from live import processes
from live.harness import LIMIT, begin, check, checks, free_port, need, run, started, until
from live.serving import Serving

jindo, root, _ = begin()
btcd = need(max(glob.glob(os.path.join(root, ".deps", "btcd", "btcd-*[0-9]")), default=""), "btcd")
FEE = 10_000


def sha256(data):
    return hashlib.sha256(data).digest()


def redeem_of(n):
    """A script that anybody may spend, another one for each n up to 16: push n, drop it, true."""
    return bytes([0x50 + n, 0x75, 0x51])


def script_of(n):
    return b"\xa9\x14" + hashlib.new("ripemd160", sha256(redeem_of(n))).digest() + b"\x87"


def address_of(n, version=0xC4):
    """Its pay-to-script-hash address on the regression-test network. (btcd's own one forgets its chain at every
    start, so it is run on its simulation network, which looks the same but for the addresses that only it is
    told.)"""
    letters, out = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", ""
    data = bytes([version]) + script_of(n)[2:22]
    number = int.from_bytes(data + sha256(sha256(data))[:4], "big")
    while number:
        number, rest = divmod(number, 58)
        out = letters[rest] + out
    return out


def payment(spends, pays):
    """(identifier, bytes): spends [(transaction, output, whose)], pays [(to whom, satoshi)]."""
    raw = struct.pack("<i", 1) + bytes([len(spends)])
    for transaction, output, owner in spends:
        script = bytes([len(redeem_of(owner))]) + redeem_of(owner)
        raw += (
            bytes.fromhex(transaction)[::-1] + struct.pack("<I", output) + bytes([len(script)]) + script + b"\xff" * 4
        )
    raw += bytes([len(pays)])
    for to, amount in pays:
        raw += struct.pack("<q", amount) + bytes([len(script_of(to))]) + script_of(to)
    raw += struct.pack("<I", 0)
    return sha256(sha256(raw))[::-1].hex(), raw


class Node:
    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.process = None
        self.start()

    def start(self):
        self.process = started(
            [
                btcd,
                "--simnet",
                f"--datadir={self.folder}",
                f"--logdir={self.folder}",
                "--notls",
                "--nolisten",
                "--txindex",
                "--rpcuser=u",
                "--rpcpass=p",
                f"--rpclisten=127.0.0.1:{self.port}",
                f"--miningaddr={address_of(1, 0x7B)}",
            ]
        )
        until(self.up)

    def up(self):
        try:
            return self.rpc("getblockcount") is not None
        except OSError:
            return False

    def rpc(self, method, *params):
        body = json.dumps({"jsonrpc": "1.0", "id": 1, "method": method, "params": list(params)}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}",
            data=body,
            headers={"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(b"u:p").decode()},
        )
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            got = json.load(answer)
        if got.get("error"):
            raise RuntimeError(got["error"])
        return got["result"]

    def mine(self, count=1):
        return self.rpc("generate", count)

    def stop(self):
        processes.end(self.process)


with tempfile.TemporaryDirectory() as folder:
    node = Node(os.path.join(folder, "btcd"))
    node.mine(110)
    ledger = os.path.join(folder, "L")
    os.makedirs(ledger)
    options = ["--node", f"bitcoin-regtest=http://u:p@127.0.0.1:{node.port}", "--not-durable", "--findings-every", "0"]
    live = Serving(jindo, ledger, *options)
    until(lambda: live.height("bitcoin-regtest"), 110)
    THIEF, HOP, DEPOSIT = 10, 11, 12

    def screen(n):
        return live.get(f"/v1/screen/address/bitcoin-regtest/{address_of(n)}")

    def alerts_when(fits):
        """The alerts that fit, once there are any."""
        seen = until(lambda: live.alerts()[0], lambda seen: any(map(fits, seen)))
        return [alert for alert in seen if fits(alert)]

    # The theft: a miner's coin goes to the thief.
    coin = node.rpc("getblock", node.rpc("getblockhash", 1), 1)["tx"][0]
    value = 50 * 10**8
    theft, raw = payment([(coin, 0, 1)], [(THIEF, value - FEE)])
    node.rpc("sendrawtransaction", raw.hex())
    node.mine()
    until(lambda: live.height("bitcoin-regtest"), 111)
    check(screen(THIEF)["verdict"] == "allow", "nothing is flagged yet")
    yaml = f'id: btcd-theft\nname: theft on a real node\ndate: 2026-01-01\nthefts:\n  - {{chain: bitcoin-regtest, transaction: "{theft}", output: 0}}\n'
    status, body = live.call("POST", "/v1/incidents", yaml, content_type="application/yaml")
    check(status == 201, body)
    check(screen(THIEF)["verdict"] == "hold", screen(THIEF))
    check(
        live.call("POST", "/v1/watches/deposits", {"chain": "bitcoin-regtest", "addresses": [address_of(DEPOSIT)]})[0]
        == 201,
        "watch",
    )

    # On, in one block, and to the exchange, unconfirmed: on hold before it is mined.
    hop, raw = payment([(theft, 0, THIEF)], [(HOP, value // 2), (THIEF, value // 2 - 2 * FEE)])
    node.rpc("sendrawtransaction", raw.hex())
    node.mine()
    until(lambda: live.height("bitcoin-regtest"), 112)
    check(screen(DEPOSIT)["verdict"] == "allow", "the deposit address is clean")
    paid, raw = payment([(hop, 0, HOP)], [(DEPOSIT, value // 2 - FEE)])
    begin = time.monotonic()
    node.rpc("sendrawtransaction", raw.hex())
    answer = until(lambda: screen(DEPOSIT), lambda answer: answer["verdict"] == "hold")
    seen = time.monotonic() - begin
    check(answer["exposure"][0]["unconfirmed"], answer["exposure"])
    by_transaction = live.get(f"/v1/screen/transaction/bitcoin-regtest/{paid}")
    check(by_transaction["verdict"] == "hold" and by_transaction["where"] == "unconfirmed", by_transaction["verdict"])
    unconfirmed = alerts_when(lambda alert: alert.get("stage") == "unconfirmed")
    check(unconfirmed[0]["transaction"] == paid, unconfirmed)

    # Mined; the trail is the thief's way.
    block = node.mine()[0]
    until(lambda: live.height("bitcoin-regtest"), 113)
    mined = next(e for e in screen(DEPOSIT)["exposure"] if not e.get("unconfirmed"))
    check([s["transaction"] for s in mined["trail"]] == [theft, hop, paid], mined["trail"])
    confirmed = alerts_when(lambda alert: alert.get("stage") == "confirmed")
    check(confirmed[0]["block"] == block, confirmed)

    # The node drops the block, the payment waits in its pool again; nothing replaces the block yet, so a node that is
    # only behind tells nothing. Then a longer branch, with the payment in another block.
    node.rpc("invalidateblock", block)
    if paid not in node.rpc("getrawmempool"):
        node.rpc("sendrawtransaction", raw.hex())
    time.sleep(0.3)
    check(
        live.height("bitcoin-regtest") == 113 and screen(DEPOSIT)["verdict"] == "hold",
        "a node that is behind is no branch",
    )
    other = node.mine(2)[0]
    check(other != block, "another block")
    until(lambda: live.height("bitcoin-regtest"), 114)
    again = alerts_when(lambda alert: alert.get("stage") == "confirmed" and alert.get("block") == other)
    check(again[0]["transaction"] == paid, again)
    alerts_when(lambda alert: alert["kind"] == "taken_back")
    check(screen(DEPOSIT)["verdict"] == "hold", "on hold on the new branch")

    # The node goes away: said; it comes back: caught up.
    node.stop()
    until(lambda: live.call("GET", "/readyz")[0], 503)
    check(screen(DEPOSIT)["verdict"] == "hold", "answers go on without the node")
    node.start()
    node.mine(3)
    until(lambda: live.height("bitcoin-regtest"), 117)
    until(lambda: live.call("GET", "/readyz")[0], 200)
    digest = live.get("/v1/state")["coverage"]["ledger"]
    live.stop()
    run("ledger", "verify", "--ledger", ledger, "--quiet")
    run("audit", "verify", "--ledger", ledger)
    replay = json.loads(run("audit", "replay", "--ledger", ledger, "--format", "json"))
    check(replay["same"] > 0 and replay["differ"] == 0 and replay["lost_branch"] > 0, replay)
    fresh = os.path.join(folder, "fresh")
    os.makedirs(fresh)
    other_live = Serving(jindo, fresh, *options)
    until(lambda: other_live.height("bitcoin-regtest"), 117)
    check(other_live.get("/v1/state")["coverage"]["ledger"] == digest, "the ledger of a fresh follower")
    other_live.stop()

    # More unconfirmed transactions than are looked at: said.
    for n, owner in ((3, 20), (4, 21)):
        coin = node.rpc("getblock", node.rpc("getblockhash", n), 1)["tx"][0]
        node.rpc("sendrawtransaction", payment([(coin, 0, 1)], [(14, value - FEE)])[1].hex())
    few = Serving(jindo, fresh, *options, "--max-unconfirmed", "1")
    until(
        lambda: few.get("/v1/state")["unknown"],
        lambda seen: any(
            text.startswith("1 unconfirmed transactions of bitcoin-regtest are not looked at") for text in seen
        ),
    )
    few.stop()
    print(f"from the payment sent to hold, unconfirmed: {seen * 1000:.0f} ms; {checks()} checks")
    node.stop()
