"""Nodes of several organisations on one machine: each its own ledger, sharing file, keys; for the demo and the
tests."""

import json
import os
import socket
import subprocess
import threading
import time
import uuid

from .serving import Serving

COMMUNITY = "c0000000-0000-4000-8000-000000000001"


def identity(name):
    return "identity--" + str(uuid.uuid5(uuid.UUID("5d6f2a3e-8c41-4b0e-9f57-2e0b7a1c9d34"), "test " + name))


class Node:
    def __init__(self, jindo, root, folder, name, country, kind, movements=None, database=None):
        self.where = ["--sharing-database", database] if database else []
        self.jindo, self.root, self.folder = jindo, root, folder
        self.name, self.country, self.kind, self.id = name, country, kind, identity(name)
        self.ledger = os.path.join(folder, name.lower().replace(" ", "-"))
        movements = movements or os.path.join(root, "examples", "ronin-2022", "movements.csv")
        subprocess.run(
            [
                jindo,
                "ingest",
                "--ledger",
                self.ledger,
                "--chain",
                "ethereum",
                "--format",
                "transfers",
                movements,
                "--quiet",
            ],
            check=True,
        )
        self.file = os.path.join(folder, name.lower().replace(" ", "-") + "-sharing.yaml")
        self.live = None
        self.environment = None  # of the server's process
        self.config = {
            "organisation": {"id": self.id, "name": name, "country": country, "kind": kind},
            "organisations": [],
            "groups": [],
            "collections": [{"id": COMMUNITY, "title": "Community"}],
            "peers": [],
        }
        self.write()
        # The signing key is made when the sharing file is first applied.
        subprocess.run(
            [jindo, "intel", "apply", "--ledger", self.ledger, self.file, "--quiet", *self.where], check=True
        )
        self.key = json.loads(
            subprocess.run(
                [jindo, "intel", "show", "--ledger", self.ledger, "--format", "json", *self.where],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )["signing_key"]

    def write(self):
        json.dump(self.config, open(self.file, "w"))  # JSON is YAML

    def knows(self, *others):
        for other in others:
            self.config["organisations"].append(
                {"id": other.id, "name": other.name, "country": other.country, "kind": other.kind, "keys": [other.key]}
            )
        self.write()

    def start(self, *options):
        self.live = Serving(
            self.jindo,
            self.ledger,
            "--sharing",
            self.file,
            "--findings-every",
            "0",
            "--not-durable",
            *self.where,
            *options,
            environment=self.environment,
        )
        return self

    def key_for(self, other, role="contributor", **more):
        status, made = self.live.call(
            "POST",
            "/v1/keys",
            {"name": f"{other.name}'s node", "role": role, "organisation": other.id, "affiliation": "node", **more},
        )
        assert status == 201, made
        return made["token"]

    def follows(self, hub, poll_ms=100, **more):
        """Reads what the hub shares, and sends it what this node says."""
        self.config["peers"].append(
            {
                "id": hub.name.lower().replace(" ", "-"),
                "url": f"http://127.0.0.1:{hub.live.port}/taxii2/",
                "collection": COMMUNITY,
                "organisation": hub.id,
                "into": COMMUNITY,
                "from": COMMUNITY,
                "token": hub.key_for(self),
                "poll_ms": poll_ms,
                **more,
            }
        )
        self.write()

    def screen(self, address):
        return self.live.get(f"/v1/screen/address/ethereum/{address}")

    def objects(self, token=None):
        """Everything in the collection that the key may see, all versions, by pages."""
        out, path = [], f"/taxii2/jindo/collections/{COMMUNITY}/objects/?limit=1000&match[version]=all"
        following = ""
        while True:
            status, page = self.live.call("GET", path + following, token=token)
            if isinstance(page, str):
                page = json.loads(page)
            assert status == 200, page
            out += page.get("objects", [])
            if not page.get("more"):
                return out
            following = "&next=" + page["next"]

    def post(self, objects, token=None):
        status, report = self.live.call(
            "POST",
            f"/taxii2/jindo/collections/{COMMUNITY}/objects/",
            {"objects": objects},
            token=token,
            content_type="application/taxii+json;version=2.1",
        )
        report = json.loads(report) if isinstance(report, str) else report
        assert status == 202 and report["failure_count"] == 0, report
        return report

    def stop(self):
        if self.live:
            self.live.stop()


class Wire:
    """A connection that can be cut: what comes to its port goes to another, until cut() ends it in mid-transfer or
    freeze() lets nothing through."""

    def __init__(self, to):
        self.to, self.whole, self.frozen, self.passed, self.pairs = to, True, False, 0, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            if not self.whole:
                near.close(), far.close()
                continue
            self.pairs.append((near, far))
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    def carry(self, a, b):
        try:
            a.settimeout(None), b.settimeout(None)
            while data := a.recv(4096):
                while self.frozen:
                    time.sleep(0.01)
                b.sendall(data)
                self.passed += len(data)
        except OSError:
            pass
        for end in (a, b):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.whole = False
        pairs, self.pairs = self.pairs, []
        for near, far in pairs:
            for end in (near, far):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def mend(self):
        self.whole, self.frozen = True, False

    def close(self):
        self.cut()
        self.listener.close()
