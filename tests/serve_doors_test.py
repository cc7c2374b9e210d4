#!/usr/bin/env python3
"""The server's doors: TLS and clients' certificates, refusal to send keys in the clear, ZMQ waking the follower,
blocks pushed by one's own pipeline (the same twice, another branch, wrong ones), event streams that resume,
limits."""

import ctypes
import ctypes.util
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from live import processes
from live.fake_bitcoin import FakeBitcoin, read_blk
from live.harness import LIMIT, begin, check, checks, free_port, jindo as command, run, until
from live.serving import Serving

jindo, root, _ = begin()


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def certificates(folder):
    openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-subj",
        "/CN=test authority",
        "-days",
        "2",
    )
    for name in ("server", "client"):
        openssl(
            folder,
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.csr",
            "-subj",
            f"/CN={name}",
        )
        open(os.path.join(folder, "ext"), "w").write("subjectAltName=IP:127.0.0.1\n")
        openssl(
            folder,
            "x509",
            "-req",
            "-in",
            f"{name}.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-out",
            f"{name}.pem",
            "-days",
            "2",
            "-extfile",
            "ext",
        )


def secure_get(port, folder, client):
    context = ssl.create_default_context(cafile=os.path.join(folder, "ca.pem"))
    if client:
        context.load_cert_chain(os.path.join(folder, "client.pem"), os.path.join(folder, "client.key"))
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=LIMIT)
    out = []
    for _ in range(3):  # kept alive
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        out.append((answer.status, answer.read()))
    connection.close()
    return out


def doors(folder):
    certificates(folder)
    ledger = os.path.join(folder, "L")
    os.makedirs(ledger)
    refused = command("serve", "--ledger", ledger, "--listen", "0.0.0.0", "--port", "0", status=2)
    check("without TLS" in refused.stderr, refused.stderr)
    file = lambda name: os.path.join(folder, name)
    live = Serving(
        jindo, ledger, "--tls-certificate", file("server.pem"), "--tls-key", file("server.key"), "--not-durable"
    )
    check(secure_get(live.port, folder, False) == [(200, b'{"alive":true}')] * 3, "TLS")
    plain = socket.create_connection(("127.0.0.1", live.port))
    plain.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
    check(b"200" not in plain.recv(100), "plain HTTP on a TLS port")
    plain.close()
    live.stop()
    live = Serving(
        jindo,
        ledger,
        "--tls-certificate",
        file("server.pem"),
        "--tls-key",
        file("server.key"),
        "--client-ca",
        file("ca.pem"),
        "--not-durable",
    )
    check(secure_get(live.port, folder, True) == [(200, b'{"alive":true}')] * 3, "TLS with a client's certificate")
    try:
        secure_get(live.port, folder, False)
        check(False, "TLS without a client's certificate")
    except (ssl.SSLError, ConnectionError, http.client.HTTPException):
        check(True, "")
    live.stop()


def first_token(folder):
    ledger = os.path.join(folder, "first")
    os.makedirs(ledger)
    process = processes.start(
        [jindo, "serve", "--ledger", ledger, "--port", "0", "--not-durable"], stderr=subprocess.PIPE, text=True
    )
    port = token = None
    while token is None:
        line = process.stderr.readline()
        if "listening at" in line:
            port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        if "first token" in line:
            token = line.split()[-1]

    def ask(method, path, who, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
        connection.request(method, path, body, {"Authorization": "Bearer " + who, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")

    check(ask("GET", "/v1/state", token)[0] == 200, "the first token")
    made = ask("POST", "/v1/keys", token, json.dumps({"name": "me", "role": "admin"}))
    check(made[0] == 201, made)
    check(ask("GET", "/v1/state", token)[0] == 401, "the first token, used")
    check(ask("GET", "/v1/state", made[1]["token"])[0] == 200, "the key it made")
    # Limits: head, body, a method, a path, a type.
    check(ask("DELETE", "/v1/state", made[1]["token"])[0] == 405, "method")
    check(ask("GET", "/v1/nothing", made[1]["token"])[0] == 404, "path")
    big = socket.create_connection(("127.0.0.1", port))
    big.sendall(b"POST /v1/screen HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n")
    check(b" 413 " in big.recv(200), "body")
    big = socket.create_connection(("127.0.0.1", port))
    big.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 40000 + b"\r\n\r\n")
    check(b" 431 " in big.recv(200), "head")
    # Pipelined requests are answered in order.
    line = socket.create_connection(("127.0.0.1", port))
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    got = b""
    while got.count(b"HTTP/1.1") < 2:
        got += line.recv(4096)
    check(got.index(b" 200 ") < got.index(b" 404 "), got)
    check(processes.end(process, signal.SIGTERM) == 0, "graceful stop")


def transfers(height, previous, amount, salt=0):
    name = lambda kind: "0x" + f"{kind}{salt}{height:04d}".rjust(64, "0")
    return {
        "height": height,
        "hash": name(1),
        "previous": previous,
        "time": 1_700_000_000 + height,
        "transactions": [
            {
                "hash": name(2),
                "index": 0,
                "movements": [
                    {
                        "asset": "ETH",
                        "from_address": "0x" + "11" * 20,
                        "to_address": "0x" + "22" * 20,
                        "amount": str(amount),
                    }
                ],
            }
        ],
    }


def pushes(folder):
    ledger = os.path.join(folder, "pushed")
    os.makedirs(ledger)
    live = Serving(jindo, ledger, "--not-durable", "--findings-every", "0")
    push = lambda **body: live.call("POST", "/v1/ingest/blocks", {"chain": "ethereum", **body})
    one = transfers(1, "0x" + "0" * 64, 5)
    two = transfers(2, one["hash"], 6)
    check(push(blocks=[one, two])[1]["height"] == 2, "pushed")
    digest = live.get("/v1/state")["coverage"]["ledger"]
    check(push(blocks=[one, two])[0] == 200 and live.get("/v1/state")["coverage"]["ledger"] == digest, "the same twice")
    other = transfers(2, one["hash"], 7, 1)
    check(push(blocks=[other])[0] == 422, "another block at a height, unasked")
    check(push(blocks=[transfers(3, "0x" + "9" * 64, 1)])[0] == 422, "a block that does not follow")
    check(push(keep_height=1, blocks=[other, transfers(3, other["hash"], 8, 1)])[1]["height"] == 3, "another branch")
    check(live.get("/v1/state")["coverage"]["ledger"] != digest, "another branch")
    ingester = live.call("POST", "/v1/keys", {"name": "pipeline", "role": "ingester"})[1]["token"]
    check(live.call("GET", "/v1/state", token=ingester)[0] == 403, "an ingester only pushes")
    # Events: from where one left off.
    live.call("POST", "/v1/watches", {"kind": "deposit", "chain": "ethereum", "address": "0x" + "22" * 20})
    flagged = live.call(
        "POST",
        "/v1/incidents",
        json.dumps(
            {
                "id": "t",
                "name": "T",
                "date": "2026-01-01",
                "thefts": [
                    {
                        "chain": "ethereum",
                        "transaction": one["transactions"][0]["hash"],
                        "asset": "ETH",
                        "to": "0x" + "22" * 20,
                    }
                ],
            }
        ),
    )
    check(flagged[0] == 201, flagged)
    stream = http.client.HTTPConnection("127.0.0.1", live.port, timeout=LIMIT)
    stream.request("GET", "/v1/alerts/stream", headers={"Authorization": "Bearer " + live.token, "Last-Event-ID": "0"})
    answer = stream.getresponse()
    text = b""
    while b"data: " not in text:
        text += answer.read1(4096)
    check(b"id: 1\n" in text and b"event: deposit" in text, text)
    stream.close()
    live.stop()


def unknown_is_not_allowed(folder):
    """The default policy: old data and thefts that are not followed are reviewed, and the node is not ready."""
    stranger = "0x" + "22" * 20
    verdict = lambda: (lambda a: (a["verdict"], [r["rule"] for r in a["reasons"] if "rule" in r]))(
        live.get("/v1/screen/address/ethereum/" + stranger)
    )
    ledger = os.path.join(folder, "old")
    movements = os.path.join(root, "examples/ronin-2022/movements.csv")
    run("ingest", "--ledger", ledger, "--chain", "ethereum", "--format", "transfers", movements, "--quiet")
    incidents = os.path.join(root, "data/incidents")
    default = os.path.join(root, "data/policies/default.yaml")
    options = ["--not-durable", "--findings-every", "0", "--incident", incidents]
    live = Serving(jindo, ledger, *options, "--policy", default)
    check(verdict() == ("review", ["unknown", "unknown"]), verdict())  # the chain is behind; thefts are not followed
    status, ready = live.call("GET", "/readyz", token="")
    check(status == 503 and len(ready["because"]) == 2, ready)
    check("ethereum is behind" in ready["because"][0] and "not traced" in ready["because"][1], ready)
    check(not any(id in json.dumps(ready) for id in ("bybit", "upbit", "dmm")), "it names no incident to strangers")
    batch = live.call("POST", "/v1/screen/batch", {"chain": "ethereum", "addresses": [stranger] * 3})[1]
    check([a["verdict"] for a in batch["results"]] == ["review"] * 3, batch)
    check(batch["results"][0]["rule"] == "unknown" and "is behind" in batch["results"][0]["because"], batch)
    chains = live.get("/v1/chains")
    check(chains["chains"][0]["behind"] and chains["chains"][0]["age_seconds"] > 86400 * 365, chains)
    check("bybit-2025" in chains["untraced"] and "ronin-2022" not in chains["untraced"], chains)
    live.stop()
    # The same node told that its ledger ends: what it has not is named, and decides nothing.
    live = Serving(jindo, ledger, *options, "--policy", os.path.join(root, "data/policies/static.yaml"))
    check(verdict() == ("allow", []), verdict())
    check(live.call("GET", "/readyz", token="")[0] == 200, "ready")
    unknown = live.get("/v1/screen/address/ethereum/" + stranger)["unknown"]
    check(any("bybit-2025 is not traced" in line for line in unknown), unknown)
    live.stop()
    # A pipeline's node that is up to date is ready, until a theft is flagged that it cannot follow.
    ledger = os.path.join(folder, "fresh")
    os.makedirs(ledger)
    live = Serving(jindo, ledger, "--not-durable", "--findings-every", "0", "--policy", default)
    check(verdict()[0] == "review", "no ledger of that chain")
    block = transfers(1, "0x" + "0" * 64, 5)
    block["time"] = int(time.time())
    pushed = live.call("POST", "/v1/ingest/blocks", {"chain": "ethereum", "blocks": [block]})
    check(pushed[0] == 200, pushed)
    check(verdict() == ("allow", []) and live.call("GET", "/readyz")[0] == 200, verdict())
    theft = {"chain": "bitcoin", "transaction": "ab" * 32, "output": 0}
    incident = {"id": "t", "name": "T", "date": "2026-01-01", "thefts": [theft]}
    flagged = live.call("POST", "/v1/incidents", json.dumps(incident))
    check(flagged[0] == 201, flagged)
    check(verdict() == ("review", ["unknown"]), verdict())
    check(live.call("GET", "/readyz")[0] == 503, "a theft is not followed")
    check(live.call("DELETE", "/v1/incidents/t")[0] == 204, "withdrawn")
    words = {"id": "w", "name": "W", "date": "2026-01-01"}  # names no theft: no ledger could change that
    check(live.call("POST", "/v1/incidents", json.dumps(words))[0] == 201, "flagged")
    unknown = live.get("/v1/screen/address/ethereum/" + stranger)["unknown"]
    check(any("incident w names no theft" in line for line in unknown), unknown)
    check(verdict() == ("allow", []) and live.call("GET", "/readyz")[0] == 200, verdict())
    live.stop()
    # What was answered is answered again the same, old data or not.
    replayed = run("audit", "replay", "--ledger", ledger)
    check("8 decisions: 8 the same" in replayed, replayed)


def publisher():
    """A ZMQ publisher out of libzmq itself; (send, url)."""
    zmq = ctypes.CDLL(ctypes.util.find_library("zmq"))
    zmq.zmq_ctx_new.restype = zmq.zmq_socket.restype = ctypes.c_void_p
    context = ctypes.c_void_p(zmq.zmq_ctx_new())
    out = ctypes.c_void_p(zmq.zmq_socket(context, 1))
    port = free_port()
    check(zmq.zmq_bind(out, f"tcp://127.0.0.1:{port}".encode()) == 0, "zmq")

    def send(topic, body):
        zmq.zmq_send(out, topic, len(topic), 2)
        zmq.zmq_send(out, body, len(body), 2)
        zmq.zmq_send(out, b"\0\0\0\0", 4, 0)

    return send, f"tcp://127.0.0.1:{port}"


def zmq_wakes(folder):
    exercise = os.path.join(folder, "ex")
    run("exercise", "new", "--scenario", "mined-coins", "--scale", "10k", "--seed", "7", "--out", exercise, "--quiet")
    node = FakeBitcoin(read_blk(os.path.join(exercise, "bitcoin", "blocks", "blk00000.dat"))[:60])
    send, url = publisher()
    node.show(40)
    ledger = os.path.join(folder, "zmq")
    os.makedirs(ledger)
    # It would ask once an hour; a notice wakes it.
    live = Serving(
        jindo,
        ledger,
        "--node",
        f"bitcoin={node.url}",
        "--zmq",
        f"bitcoin={url}",
        "--not-durable",
        "--findings-every",
        "0",
        "--poll",
        "3600000",
    )
    until(lambda: live.height("bitcoin"), 40)
    time.sleep(0.3)
    node.show(41)
    time.sleep(0.3)
    check(live.height("bitcoin") == 40, "it does not poll")
    until(lambda: (send(b"hashblock", b"\1" * 32), live.height("bitcoin"))[1], 41, pause=0.1)
    live.stop()
    node.close()


with tempfile.TemporaryDirectory() as folder:
    for part in (doors, first_token, pushes, unknown_is_not_allowed, zmq_wakes):
        part(folder)
    print(f"{checks()} checks")
