"""`jindo serve` as a child process for tests: a free port, a key, bounded in time, ended by its own id."""

import json
import os
import signal
import subprocess
import threading
import urllib.error
import urllib.request

from . import processes
from .patience import LIMIT


STATIC_POLICY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../data/policies/static.yaml")


class Serving:
    def __init__(self, jindo, ledger, *options, environment=None):
        self.jindo, self.ledger, self.options = jindo, ledger, list(options)
        data = os.path.join(ledger, "node")
        if not os.path.exists(os.path.join(data, "keys.db")):
            self.token = subprocess.run(
                [jindo, "key", "create", "--ledger", ledger, "--name", "test", "--role", "admin", "--quiet"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.strip()
            open(os.path.join(data, "test-token"), "w").write(self.token)
        else:
            self.token = open(os.path.join(data, "test-token")).read()
        self.process = None
        self.lines = []
        self.environment = environment
        self.start()

    def start(self):
        poll = [] if "--poll" in self.options else ["--poll", "50"]
        # The tests' ledgers end years ago: unless a test says otherwise, its node accepts old data, and says so.
        policy = os.path.exists(os.path.join(self.ledger, "node", "policy.yaml")) or "--policy" in self.options
        poll += [] if policy else ["--policy", STATIC_POLICY]
        self.process = processes.start(
            [self.jindo, "serve", "--ledger", self.ledger, "--port", "0", *poll, *self.options],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=self.environment,
        )
        self.port = None
        ready = threading.Event()

        def read(process):
            for line in process.stderr:
                self.lines.append(line.rstrip())
                if "listening at" in line:  # http or https
                    self.port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
                    ready.set()
            ready.set()

        threading.Thread(target=read, args=(self.process,), daemon=True).start()
        assert ready.wait(LIMIT) and self.port, "serve did not start:\n" + "\n".join(self.lines[-20:])

    def call(self, method, path, body=None, token=None, content_type="application/json", timeout=LIMIT):
        data = (
            body
            if body is None or isinstance(body, bytes)
            else body.encode()
            if isinstance(body, str)
            else json.dumps(body).encode()
        )
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, method=method)
        request.add_header("Authorization", "Bearer " + (token if token is not None else self.token))
        if data is not None:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text and answer.headers["Content-Type"].endswith(
                    "json"
                ) else text.decode()
        except urllib.error.HTTPError as error:
            text = error.read()
            try:
                return error.code, json.loads(text)
            except ValueError:
                return error.code, text.decode()

    def get(self, path):
        status, body = self.call("GET", path)
        assert status == 200, (path, status, body)
        return body

    def height(self, chain):
        for entry in self.get("/v1/state")["coverage"]["chains"]:
            if entry["chain"] == chain:
                return entry["height"]
        return -1

    def alerts(self, after=0, token=None):
        """(alerts told after a place, the place after them): all of them, however many pages that is."""
        found = []
        while True:
            status, page = self.call("GET", f"/v1/alerts?after={after}&limit=1000", token=token)
            assert status == 200, page
            if not page["alerts"]:
                return found, after
            found += [entry["alert"] for entry in page["alerts"]]
            after = page["next"]

    def stop(self):
        if self.process and self.process.poll() is None:
            code = processes.end(self.process, signal.SIGTERM)
            assert code == 0, (code, self.lines[-10:])

    def kill(self):
        processes.kill(self.process)
