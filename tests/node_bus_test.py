#!/usr/bin/env python3
"""Two nodes of one organisation on one NATS server: what comes to one is in the other's answers at once; one is
killed, cut off, the server goes away: nothing is lost, nothing comes twice; strangers' messages and changed ones are
refused; TLP:RED stays where it is."""

import json
import os
import random
import re
import socket
import tempfile
import threading
import time

from live import processes
from live.federation import Node
from live.harness import LIMIT, begin, check, checks, free_port, run, seconds_until, started, until

jindo, root, _ = begin()


class Nats:
    """A real nats-server on a free port of the loopback, with a token."""

    def __init__(self, folder, token):
        self.token = token
        self.port = free_port()
        self.config = os.path.join(folder, "nats.conf")
        open(self.config, "w").write(f'listen: "127.0.0.1:{self.port}"\nauthorization {{ token: "{token}" }}\n')
        self.process = None
        self.start()

    def start(self):
        self.process = started(["nats-server", "-c", self.config])

        def up():
            with socket.socket() as s:
                return s.connect_ex(("127.0.0.1", self.port)) == 0

        until(up)

    def stop(self):
        processes.end(self.process)

    def client(self):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT)
        s.sendall(b'CONNECT {"verbose":false,"auth_token":"' + self.token.encode() + b'"}\r\n')
        return s

    def publish(self, *payloads):
        with self.client() as s:
            for payload in payloads:
                s.sendall(b"PUB jindo.intel %d\r\n" % len(payload) + payload + b"\r\n")
            s.sendall(b"PING\r\n")
            while b"PONG" not in s.recv(65536):
                pass


def indicator(n, marking="bab4a63c-aed9-4cf5-a766-dfca5abac2bb", **more):
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{n:012d}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": f"n{n}",
        "pattern": f"[url:value = 'http://example.test/{n}']",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
        "object_marking_refs": ["marking-definition--" + marking],
        **more,
    }


def indicators(node):
    return [o["id"] for o in node.objects() if o["type"] == "indicator"]


incident = open(os.path.join(root, "data", "incidents", "ronin-2022.yaml")).read()
exploiter = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
with tempfile.TemporaryDirectory() as folder:
    nats = Nats(folder, "only for this test")
    secret = os.path.join(folder, "nats-token")
    open(secret, "w").write(nats.token)
    seoul = Node(jindo, root, folder, "Home Agency", "KR", "agency")
    other = Node(jindo, root, folder, "West Exchange", "US", "exchange")
    busan = Node(jindo, root, os.path.join(folder, "second"), "Home Agency", "KR", "agency")
    stranger = Node(jindo, root, os.path.join(folder, "third"), "Third Agency", "JP", "agency")
    for node, fellow in ((seoul, busan), (busan, seoul), (stranger, None)):
        node.knows(other)
        if fellow:
            node.config["organisation"]["keys"] = [fellow.key]
        else:
            node.knows(seoul)
        node.config["nats"] = {"url": f"nats://127.0.0.1:{nats.port}", "collection": "Community", "token_file": secret}
        node.write()
        node.start()
    other.start()
    bus = lambda node: node.live.get("/v1/sharing/peers")["bus"]
    for node in (seoul, busan, stranger):
        until(lambda: bus(node), lambda seen: seen["connected"])

    # A flag published by one is in the other's answers at once, and withdrawn again.
    check(seoul.live.call("POST", "/v1/incidents", incident, content_type="application/yaml")[0] == 201, "flagged")
    check(busan.screen(exploiter)["verdict"] != "hold", "flagged is not published")
    status, report = seoul.live.call(
        "POST", "/v1/sharing/publish", {"incident": "ronin-2022", "collection": "Community", "marking": "amber"}
    )
    check(status == 202 and report["failure_count"] == 0, report)
    taken = seconds_until(lambda: busan.screen(exploiter)["verdict"], "hold")
    print(f"published to held by the organisation's other node: {taken:.3f} s")
    check(len(busan.objects()) == len(seoul.objects()), "all of it")
    status, report = busan.live.call(
        "POST", "/v1/sharing/publish", {"incident": "ronin-2022", "collection": "Community"}
    )
    check(status == 422 and "another node" in report["detail"], report)

    # What others send to one, the other has, and shows it to whom it may be shown; TLP:RED stays.
    key = seoul.key_for(other)
    sent = [
        indicator(1, created_by_ref=other.id),
        indicator(2, created_by_ref=other.id, marking="55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    ]
    seoul.post(sent, token=key)
    red = indicator(3, marking="e828b379-4e03-4974-9ac4-e53a884c97c1")
    seoul.post(
        [red],
        token=seoul.live.call("POST", "/v1/keys", {"name": "a person", "role": "publisher", "individual": "a person"})[
            1
        ]["token"],
    )
    until(lambda: len(indicators(busan)), 2)
    check(
        {o["id"] for o in busan.objects(busan.key_for(other))} >= {sent[0]["id"], sent[1]["id"]},
        "its maker sees it at both",
    )
    time.sleep(0.3)
    check(
        red["id"] not in open(os.path.join(busan.ledger, "node", "sharing", "intel.db"), "rb").read().decode("latin-1"),
        "TLP:RED went to a node",
    )

    # Killed while much comes in to both; the server goes away and is back: nothing is lost, nothing comes twice.
    def flood(node, base):
        for batch in range(20):
            node.post([indicator(base + batch * 50 + i) for i in range(50)])
            time.sleep(0.05)

    flooding = [threading.Thread(target=flood, args=(seoul, 10_000))]
    for thread in flooding:
        thread.start()
    for _ in range(3):
        time.sleep(0.3)
        busan.live.kill()
        busan.live.start()
    nats.stop()
    busan.post([indicator(20_000 + i) for i in range(50)])
    time.sleep(0.3)
    nats.start()
    for thread in flooding:
        thread.join()
    for node in (seoul, busan):
        until(lambda: len(indicators(node)), 1052)
        got = indicators(node)
        check(len(got) == len(set(got)), "twice")

    # One larger than the bus takes in one message goes in parts.
    seoul.post([indicator(30_000, description="x" * 3_000_000)])
    until(lambda: [len(o["description"]) for o in busan.objects() if o["id"].endswith("30000")], [3_000_000])

    # Strangers on the same server, changed messages, nonsense: refused, told, and nothing of them taken.
    stranger.post([indicator(40_000)])
    with nats.client() as s:
        s.sendall(b"SUB jindo.intel 1\r\n")
        seoul.post([indicator(50_000)])
        text = b""
        while b'"kind":"objects"' not in text or not text.endswith(b"\r\n"):
            text += s.recv(1 << 20)  # for LIMIT at most
    begin = text.index(b"\r\n", text.rindex(b"MSG jindo.intel", 0, text.index(b'"kind":"objects"'))) + 2
    size = int(text[: begin - 2].rsplit(b" ", 1)[1])
    genuine = text[begin : begin + size]
    random.seed(7)
    forged = [
        b"",
        b"x",
        b"0 1 00 {}\n",
        genuine[:-3] + b"zzz",
        genuine[:40],
        genuine.replace(b'"from":', b'"from" :'),
        re.sub(rb'"to":\d+', b'"to":9000000000000000', genuine),
    ]
    forged += [
        genuine[:at] + bytes([genuine[at] ^ 1]) + genuine[at + 1 :]
        for at in (random.randrange(len(genuine)) for _ in range(20))
    ]
    refused = bus(busan)["refused"]
    nats.publish(*forged, genuine, genuine)
    until(lambda: bus(busan)["refused"], lambda seen: seen > refused)
    seoul.post([indicator(50_001)])
    got = until(lambda: indicators(busan), lambda seen: any(id.endswith("50001") for id in seen))
    check(len(got) == 1055 == len(set(got)) and not any(i.endswith("40000") for i in got), len(got))
    check(
        all(not o["id"].startswith("indicator") or o["id"].endswith("40000") for o in stranger.objects()),
        "the stranger took something",
    )

    # The other node withdraws; the first keeps its own incident, and both let others know.
    check(busan.live.call("DELETE", "/v1/sharing/incidents/ronin-2022")[0] == 200, "withdrawn by the other node")
    until(lambda: busan.screen(exploiter)["verdict"], lambda seen: seen != "hold")
    until(lambda: seoul.live.get("/v1/sharing/incidents/ronin-2022"), lambda seen: seen["withdrawn"])
    check(seoul.screen(exploiter)["verdict"] == "hold", "what was flagged here stays until it is taken out here")
    for node in (seoul, busan, other, stranger):
        node.stop()
    for node in (seoul, busan):
        print(json.loads(run("intel", "verify", "--ledger", node.ledger, "--format", "json")))
    nats.stop()
print(f"{checks()} checks passed")
