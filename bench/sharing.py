#!/usr/bin/env python3
"""The TAXII server's figures: 100,000 objects in, pages of 1,000 at any depth, by time, by type; beside it the
reference server (medallion, in memory, over HTTP on the same machine) with 1,000 objects, in the same run. usage:
sharing.py JINDO ROOT [OBJECTS [postgres]]: in a PostgreSQL of its own, without the peer"""

import http.client, json, os, statistics, subprocess, sys, tempfile, threading, time, uuid

jindo, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
sys.path.insert(0, os.path.join(root, "tests"))
from live.postgres import Postgres
from live.serving import Serving

COLLECTION = "c0000000-0000-4000-8000-000000000001"
TYPE = "application/taxii+json;version=2.1"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"


def indicator(n):
    kind = "indicator" if n % 10 else "malware"
    more = (
        {
            "pattern": f"[url:value = 'http://example.test/{n}']",
            "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
        }
        if n % 10
        else {"is_family": False}
    )
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid.UUID(int=n * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)}",
        "created": "2026-01-01T00:00:00.000Z",
        "modified": "2026-01-01T00:00:00.000Z",
        "name": f"object {n}",
        "description": "x" * 200,
        "object_marking_refs": [GREEN if n % 3 else AMBER],
        **more,
    }


class Client:
    def __init__(self, port, authorization):
        self.connection, self.authorization = http.client.HTTPConnection("127.0.0.1", port), authorization

    def call(self, method, path, body=None):
        headers = {"Accept": TYPE, "Authorization": self.authorization}
        if body is not None:
            headers["Content-Type"] = TYPE
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status in (200, 202), (answer.status, text[:300])
        return text, answer.headers


def timed(call):
    begin = time.perf_counter()
    out = call()
    return time.perf_counter() - begin, out


def ms(seconds):
    return f"{1000 * statistics.median(seconds):.2f} ms (worst {1000 * max(seconds):.2f})"


with tempfile.TemporaryDirectory() as folder:
    ledger = os.path.join(folder, "L")
    os.makedirs(ledger)
    sharing = os.path.join(folder, "sharing.yaml")
    json.dump(
        {
            "organisation": {
                "id": "identity--11111111-1111-4111-8111-111111111111",
                "name": "Home",
                "country": "KR",
                "kind": "agency",
            },
            "organisations": [
                {
                    "id": "identity--22222222-2222-4222-8222-222222222222",
                    "name": "Other",
                    "country": "JP",
                    "kind": "exchange",
                }
            ],
            "collections": [{"id": COLLECTION, "title": "All"}],
        },
        open(sharing, "w"),
    )
    database = Postgres(folder, "on") if sys.argv[4:] == ["postgres"] else None
    live = Serving(
        jindo,
        ledger,
        "--sharing",
        sharing,
        "--findings-every",
        "0",
        "--log-level",
        "error",
        *(["--sharing-database", database.database("sharing")] if database else []),
    )
    token = live.call(
        "POST",
        "/v1/keys",
        {"name": "o", "role": "contributor", "organisation": "identity--22222222-2222-4222-8222-222222222222"},
    )[1]["token"]
    base = f"/taxii2/jindo/collections/{COLLECTION}/"
    envelopes = [
        json.dumps({"objects": [indicator(n) for n in range(at, min(at + 1000, count))]})
        for at in range(0, count, 1000)
    ]
    client = Client(live.port, "Bearer " + token)

    def send(part):
        mine = Client(live.port, "Bearer " + token)
        for envelope in part:
            mine.call("POST", base + "objects/", envelope)

    def send_all():
        senders = [threading.Thread(target=send, args=(envelopes[i::2],)) for i in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

    taken, _ = timed(send_all)
    print(
        f"add: {count} objects in requests of 1,000 over 2 connections, each on the disk before it is answered: {count / taken:.0f} objects/s ({sum(map(len, envelopes)) / taken / 1e6:.0f} MB/s)"
    )

    # Pages, to the end.
    seconds, position, seen = [], "", 0
    while True:
        took, (text, headers) = timed(lambda: client.call("GET", base + "objects/?limit=1000" + position))
        page = json.loads(text)
        seen += len(page["objects"])
        seconds.append(took)
        if not page.get("more"):
            break
        position = "&next=" + page["next"]
    assert seen == count, (seen, count)
    tenth = max(1, len(seconds) // 10)
    print(
        f"page of 1,000 of {count}, over HTTP: {ms(seconds)}; first tenth {ms(seconds[:tenth])}, last tenth {ms(seconds[-tenth:])}"
    )
    seconds = [timed(lambda: client.call("GET", base + "manifest/?limit=1000"))[0] for _ in range(50)]
    print(f"manifest of 1,000: {ms(seconds)}")
    dates = [o["date_added"] for o in json.loads(client.call("GET", base + "manifest/?limit=1000")[0])["objects"]]
    seconds = [
        timed(lambda d=d: client.call("GET", base + f"objects/?limit=1000&added_after={d}"))[0] for d in dates[::20]
    ]
    print(f"page of 1,000 after a time: {ms(seconds)}")
    seconds = [
        timed(lambda: client.call("GET", base + "objects/?limit=1000&match[type]=malware"))[0] for _ in range(50)
    ]
    print(f"page of 1,000 of one type (a tenth of all): {ms(seconds)}")
    ids = ",".join(indicator(n)["id"] for n in range(0, count, max(1, count // 100)))
    seconds = [timed(lambda: client.call("GET", base + "objects/?limit=1000&match[id]=" + ids))[0] for _ in range(50)]
    print(f"100 objects by identifier: {ms(seconds)}")
    live.stop()
    if database:
        database.stop()
        sys.exit()

    # The reference server.
    python = os.path.join(root, ".deps", "medallion-venv", "bin", "python")
    data = {
        "/discovery": {"title": "peer", "default": "http://127.0.0.1/peer/", "api_roots": ["http://127.0.0.1/peer/"]},
        "peer": {
            "information": {"title": "peer", "versions": [TYPE], "max_content_length": 100 << 20},
            "status": [],
            "collections": [
                {
                    "id": COLLECTION,
                    "title": "All",
                    "can_read": True,
                    "can_write": True,
                    "media_types": ["application/stix+json;version=2.1"],
                    "objects": [],
                    "manifest": [],
                }
            ],
        },
    }
    json.dump(data, open(os.path.join(folder, "peer.json"), "w"))
    json.dump(
        {
            "backend": {
                "module": "medallion.backends.memory_backend",
                "module_class": "MemoryBackend",
                "filename": os.path.join(folder, "peer.json"),
            },
            "users": {"u": "p"},
            "taxii": {"max_page_size": 1000},
        },
        open(os.path.join(folder, "medallion.json"), "w"),
    )
    peer = subprocess.Popen(
        [
            os.path.join(os.path.dirname(python), "medallion"),
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            os.path.join(folder, "medallion.json"),
        ],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    port, lines = None, []
    for line in peer.stderr:
        lines.append(line)
        if "Running on http" in line:
            port = int(line.split("127.0.0.1:")[1].split()[0].split("\x1b")[0].strip("/"))
            break
    if port is None:
        sys.exit("the reference server did not start: " + "".join(lines[-5:]))
    threading.Thread(target=lambda: [None for _ in peer.stderr], daemon=True).start()
    try:
        import base64

        client = Client(port, "Basic " + base64.b64encode(b"u:p").decode())
        small = [json.dumps({"objects": [indicator(n) for n in range(at, at + 100)]}) for at in range(0, 1000, 100)]
        taken, _ = timed(lambda: [client.call("POST", f"/peer/collections/{COLLECTION}/objects/", e) for e in small])
        print(f"reference server (medallion 3.0.0, in memory), add 1,000 objects: {1000 / taken:.0f} objects/s")
        seconds = [
            timed(lambda: client.call("GET", f"/peer/collections/{COLLECTION}/objects/?limit=100"))[0] for _ in range(3)
        ]
        print(f"reference server, page of 100 of 1,000: {ms(seconds)}")
    finally:
        peer.kill()
