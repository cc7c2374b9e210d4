"""A faithful fake of Bitcoin Core's RPC over blocks from blk files: it stands at any height, takes transactions into
its mempool, changes branch, and fails on demand (no answer, slow answer, wrong answer, a height that is gone)."""

import base64
import hashlib
import http.server
import json
import socketserver
import struct
import threading
import time


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def compact(data, at):
    first = data[at]
    if first < 253:
        return first, at + 1
    size = {253: 2, 254: 4, 255: 8}[first]
    return int.from_bytes(data[at + 1 : at + 1 + size], "little"), at + 1 + size


def transaction_end(data, at):
    """(end, identifier) of the transaction that begins at `at`."""
    start = at
    at += 4
    segwit = data[at] == 0 and data[at + 1] == 1
    if segwit:
        at += 2
    body = at
    inputs, at = compact(data, at)
    for _ in range(inputs):
        size, at = compact(data, at + 36)
        at += size + 4
    outputs, at = compact(data, at)
    for _ in range(outputs):
        size, at = compact(data, at + 8)
        at += size
    body_end = at
    if segwit:
        for _ in range(inputs):
            items, at = compact(data, at)
            for _ in range(items):
                size, at = compact(data, at)
                at += size
    at += 4
    plain = data[start : start + 4] + data[body:body_end] + data[at - 4 : at]
    return at, sha256d(plain)[::-1].hex()


def split_block(block):
    """[(identifier, bytes)] of a block's transactions."""
    count, at = compact(block, 80)
    out = []
    for _ in range(count):
        end, identifier = transaction_end(block, at)
        out.append((identifier, block[at:end]))
        at = end
    return out


def merkle_root(identifiers):
    level = [bytes.fromhex(i)[::-1] for i in identifiers]
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def make_block(previous_hash, like, transactions, nonce):
    """A block on top of previous_hash (as printed), header fields as of `like`, with these transactions."""
    header = (
        like[0:4]
        + bytes.fromhex(previous_hash)[::-1]
        + merkle_root([i for i, _ in transactions])
        + like[68:76]
        + struct.pack("<I", nonce)
    )
    assert len(transactions) < 253
    return header + bytes([len(transactions)]) + b"".join(b for _, b in transactions)


def block_hash(block):
    return sha256d(block[:80])[::-1].hex()


def read_blk(path):
    """Blocks of a file in the order of their chain."""
    data = open(path, "rb").read()
    at, blocks = 0, []
    while at + 8 <= len(data) and data[at : at + 4] != b"\0\0\0\0":
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        blocks.append(data[at + 8 : at + 8 + size])
        at += 8 + size
    by_previous = {b[4:36][::-1].hex(): b for b in blocks}
    hashes = {block_hash(b) for b in blocks}
    first = next(b for b in blocks if b[4:36][::-1].hex() not in hashes)
    out = [first]
    while block_hash(out[-1]) in by_previous:
        out.append(by_previous[block_hash(out[-1])])
    return out


class FakeBitcoin:
    def __init__(self, blocks, user="u", password="p"):
        self.hash_of = {}  # header -> hash: once a block, whatever branches it is on
        self.blocks = blocks  # what there is to show
        self.tip = -1  # height shown
        self.mempool = {}  # identifier -> bytes
        self.fault = None  # "down", "slow", "wrong-block", "garbage"
        self.calls = 0
        self.auth = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fault = outer.fault
                if fault == "down":
                    self.close_connection = True
                    self.connection.close()
                    return
                if fault == "slow":
                    time.sleep(3)
                if self.headers.get("Authorization") != outer.auth:
                    text = b"unauthorized"
                    self.send_response(401)
                elif fault == "garbage":
                    text = b"<html>proxy error</html>"
                    self.send_response(502)
                else:
                    asked = json.loads(body)
                    text = json.dumps(
                        [outer.answer(c) for c in asked] if isinstance(asked, list) else outer.answer(asked)
                    ).encode()
                    self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def blocks(self):
        return self._blocks

    @blocks.setter
    def blocks(self, blocks):
        """Another branch, all at once."""
        blocks = list(blocks)
        for block in blocks:
            if block[:80] not in self.hash_of:
                self.hash_of[block[:80]] = block_hash(block)
        heights = {self.hash_of[block[:80]]: height for height, block in enumerate(blocks)}
        self._blocks, self.heights = blocks, heights

    @property
    def url(self):
        return f"http://u:p@127.0.0.1:{self.port}"

    def answer(self, call):
        with self.lock:
            self.calls += 1
            try:
                return {"id": call["id"], "result": self.result(call["method"], call["params"]), "error": None}
            except (LookupError, ValueError) as error:
                return {"id": call["id"], "result": None, "error": {"code": -8, "message": str(error)}}

    def result(self, method, params):
        if method == "getblockcount":
            return self.tip
        if method == "getblockhash":
            if params[0] > self.tip:
                raise LookupError("Block height out of range")
            return self.hash_of[self.blocks[params[0]][:80]]
        if method == "getblock":
            height = self.heights.get(params[0], self.tip + 1)
            if height > self.tip:
                raise LookupError("Block not found")
            return self.blocks[height - 1 if self.fault == "wrong-block" and height > 0 else height].hex()
        if method == "getrawmempool":
            return list(self.mempool)
        if method == "getrawtransaction":
            return self.mempool[params[0]].hex()
        raise ValueError("Method not found")

    def show(self, height):
        with self.lock:
            self.tip = height
            if self.mempool:
                for block in self.blocks[max(0, height - 200) : height + 1]:
                    for identifier, _ in split_block(block):
                        self.mempool.pop(identifier, None)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
