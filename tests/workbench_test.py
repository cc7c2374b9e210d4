#!/usr/bin/env python3
"""The workbench on the real server: what the API promises pages (sessions, own page only, markings, pages of
movements, views that survive kill -9), then the pages themselves by Playwright in Debian's Chromium.
    tests/workbench_test.py JINDO ROOT [playwright's words, as a test's name]"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

from live.harness import LIMIT, begin, check, checks, need, run
from live.workbench import WIDE_THIEF, Bench

jindo, root, words = begin()


def raw(live, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=LIMIT)
    connection.request(method, path, body=body, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, dict((k.lower(), v) for k, v in answer.getheaders()), answer.read()


def sessions(live):
    own = f"http://127.0.0.1:{live.port}"
    json_type = {"Content-Type": "application/json"}
    status, headers, body = raw(live, "POST", "/v1/session", json.dumps({"key": "wrong"}), {**json_type, "Origin": own})
    check(status == 401 and "set-cookie" not in headers, (status, headers))
    status, _, _ = raw(
        live, "POST", "/v1/session", json.dumps({"key": live.token}), {**json_type, "Origin": "http://evil.example"}
    )
    check(status == 403, status)
    status, headers, body = raw(
        live, "POST", "/v1/session", json.dumps({"key": live.token}), {**json_type, "Origin": own}
    )
    check(status == 201 and json.loads(body)["signed_in"], body)
    cookie = headers["set-cookie"]
    check("HttpOnly" in cookie and "SameSite=Strict" in cookie and live.token not in cookie, cookie)
    with_cookie = {"Cookie": cookie.split(";")[0]}
    check(raw(live, "GET", "/v1/board", headers=with_cookie)[0] == 200, "a session reads")
    check(raw(live, "GET", "/v1/board")[0] == 401, "without one nobody does")
    check(
        raw(live, "GET", "/v1/board", headers={**with_cookie, "Sec-Fetch-Site": "cross-site"})[0] == 403,
        "not for another site's page",
    )
    view = json.dumps({"name": "x", "content": {}})
    for headers, wanted in (
        ({}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": own, "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": own, "Sec-Fetch-Site": "same-origin"}, 201),
    ):
        status, _, body = raw(live, "POST", "/v1/views", view, {**json_type, **with_cookie, **headers})
        check(status == wanted, (headers, status, body))
    # The key itself needs no page: a program's way.
    status, body = live.call("POST", "/v1/views", {"name": "by key", "content": {"a": 1}})
    check(status == 201, body)
    # A form of another site cannot even be sent as JSON.
    status, _, _ = raw(live, "POST", "/v1/views", view, {"Content-Type": "text/plain", **with_cookie, "Origin": own})
    check(status == 415, status)
    # A revoked key ends its sessions at once.
    status, made = live.call("POST", "/v1/keys", {"name": "short", "role": "reader"})
    status, headers, _ = raw(
        live, "POST", "/v1/session", json.dumps({"key": made["token"]}), {**json_type, "Origin": own}
    )
    other = {"Cookie": headers["set-cookie"].split(";")[0]}
    check(raw(live, "GET", "/v1/board", headers=other)[0] == 200, "a reader reads")
    check(raw(live, "POST", "/v1/views", view, {**json_type, **other, "Origin": own})[0] == 403, "and writes nothing")
    live.call("DELETE", "/v1/keys/" + made["id"])
    check(raw(live, "GET", "/v1/board", headers=other)[0] == 401, "until the key is revoked")
    status, headers, _ = raw(live, "DELETE", "/v1/session", headers={**with_cookie, "Origin": own})
    check(status == 204 and "Max-Age=0" in headers["set-cookie"], headers)
    check(raw(live, "GET", "/v1/board", headers=with_cookie)[0] == 401, "signed out is out")


def pages(live):
    status, headers, body = raw(live, "GET", "/")
    check(status == 200 and b'<script type="module"' in body, body[:200])
    policy = headers["content-security-policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ):
        check(part in policy, policy)
    check("unsafe" not in policy and "http" not in policy, policy)
    check(
        headers["x-frame-options"] == "DENY"
        and headers["referrer-policy"] == "no-referrer"
        and headers["x-content-type-options"] == "nosniff",
        headers,
    )
    check(b"style=" not in body and b"onload" not in body, "nothing inline")
    status, again, body = raw(live, "GET", "/", headers={"If-None-Match": headers["etag"]})
    check(status == 304 and body == b"", status)
    status, headers, packed = raw(live, "GET", "/", headers={"Accept-Encoding": "gzip"})
    check(headers.get("content-encoding") == "gzip", headers)
    check(
        raw(live, "GET", "/assets/../keys.db")[0] == 404 and raw(live, "GET", "/assets/none.js")[0] == 404,
        "only what is in the program",
    )
    check(raw(live, "POST", "/")[0] == 404, "pages are read")


def answers(live):
    board = live.get("/v1/board")
    ronin = next(i for i in board["incidents"] if i["id"] == "ronin-2022")
    ether = next(a for a in ronin["amounts"] if a["asset"] == "ethereum/ETH")
    check(
        ether["stolen"] == "173600000000000000000000"
        and int(ether["held"]) + int(ether["ended"]) == int(ether["stolen"]),
        ether,
    )
    check(
        sum(int(h["origin"]) for h in ronin["held_where"] if h["asset"] == "ethereum/ETH") == int(ether["held"]),
        ronin["held_where"],
    )
    for policy in ("fifo", "lifo", "haircut", "tiho"):
        for by in ("hops", "time", "service"):
            flow = live.get(f"/v1/incidents/ronin-2022/flow?policy={policy}&by={by}")
            stolen = int(flow["sources"][0]["stolen"])
            # What went in and did not go on is held: nothing of a band is lost between boxes. Bands round down, each.
            arrived = sum(int(l["origin"][0]) for l in flow["links"] if flow["nodes"][l["to"]]["kind"] == "theft")
            check(by == "service" or arrived >= stolen, (policy, by, arrived, stolen))
            forward = [(l["from"], l["to"]) for l in flow["links"] if not l["back"]]
            depth = {}
            for _ in range(len(flow["nodes"]) + 1):  # longest ways: they do not grow for ever where there is no circle
                changed = False
                for a, b in forward:
                    if depth.get(b, 0) < depth.get(a, 0) + 1:
                        depth[b] = depth.get(a, 0) + 1
                        changed = True
            check(not changed, (policy, by, "a circle"))
    poison = live.get("/v1/incidents/ronin-2022?policy=poison")
    check(all(set(a) == {"asset", "stolen"} for a in poison["amounts"]) and poison["addresses"] > 50, poison["amounts"])
    trail = live.get("/v1/incidents/ronin-2022/trail?to=0x002c93452d54b6d64bfa9879fcab14a74f1bdd44")
    check(len(trail["trail"]["steps"]) == 3, trail)
    # The same as the command prints.
    told = json.loads(
        run(
            "trail",
            "--ledger",
            live.ledger,
            "--incident",
            "ronin-2022",
            "--policy",
            "fifo",
            "--to",
            "0x002c93452d54b6d64bfa9879fcab14a74f1bdd44",
            "--format",
            "json",
            cwd=root,
        )
    )
    check([s["transaction"] for s in told["steps"]] == [s["transaction"] for s in trail["trail"]["steps"]], told)
    graph = live.get("/v1/incidents/wide-2023/graph?nodes=4000")
    check(graph["nodes_all"] == 4202 and len(graph["nodes"]) == 4000, graph["nodes_all"])
    wide = live.get(f"/v1/graph/bsc/{WIDE_THIEF}?limit=50")
    check(wide["neighbours_all"] == 201 and len(wide["neighbours"]) == 50 and wide["whole"], wide["neighbours_all"])
    # Along a trace alone: the largest first, as many as asked for, and how many there are; amounts and services
    # narrow it.
    for query, edges, whole in (
        ("only=tainted&limit=50", 50, 201),
        ("only=tainted&limit=1000", 201, 201),
        (f"only=tainted&amount_min={10**18}", 1, 1),
        ("only=tainted&direction=out&limit=1000", 200, 200),
        ("only=tainted&until=2023-11-13", 0, 0),
    ):
        told = live.get(f"/v1/graph/bsc/{WIDE_THIEF}?incident=wide-2023&{query}")
        check(
            told["neighbours"] == [] and len(told["trace"]["edges"]) == edges and told["trace"]["edges_all"] == whole,
            (query, len(told["trace"]["edges"]), told["trace"]["edges_all"]),
        )
    check(
        live.get(f"/v1/graph/bsc/{WIDE_THIEF}?incident=wide-2023&only=services")["trace"]["edges"] == [],
        "no service among them",
    )
    # Pages of movements: all of them, once, whatever the page's size.
    for order in ("newest", "oldest"):
        seen, cursor = [], ""
        while True:
            page = live.get(
                f"/v1/addresses/bsc/{WIDE_THIEF}/movements?limit=17&order={order}"
                + (f"&cursor={cursor}" if cursor else "")
            )
            seen += [m["transaction"] for m in page["movements"]]
            if page["end"]:
                break
            cursor = page["cursor"]
        check(len(seen) == 201 and len(set(seen)) == 201, (order, len(seen)))
    path = live.get(
        "/v1/graph/bsc/0x"
        + "beef".rjust(40, "0")
        + "/path?to=0x"
        + "".join(f"{n:04x}" for n in (2, 199, 19)).rjust(40, "0")
    )
    check(path["found"] and len(path["edges"]) == 3, path)
    backwards = live.get(
        "/v1/graph/bsc/0x"
        + "".join(f"{n:04x}" for n in (2, 199, 19)).rjust(40, "0")
        + "/path?to=0x"
        + "beef".rjust(40, "0")
    )
    check(not backwards["found"], "money flows one way")
    for path, wanted in (
        ("/v1/incidents/none/flow", 404),
        ("/v1/incidents/bybit-2025/graph", 404),
        ("/v1/incidents/ronin-2022/flow?policy=guess", 422),
        ("/v1/incidents/ronin-2022/flow?by=colour", 422),
        (f"/v1/graph/ethereum/{WIDE_THIEF}?only=tainted", 422),
        ("/v1/graph/ethereum/zzz", 422),
        (f"/v1/addresses/bsc/{WIDE_THIEF}/movements?cursor=1", 422),
        (f"/v1/addresses/bsc/{WIDE_THIEF}/movements?from=yesterday", 422),
        ("/v1/views/none", 404),
        ("/v1/transactions/zzz", 422),
        ("/v1/search?q=" + "x" * 301, 422),
    ):
        status, body = live.call("GET", path)
        check(status == wanted and body["detail"], (path, status, body))


def views_survive(live):
    """kill -9 at any instant: what was acknowledged is there, whole."""
    kept, stop = [], threading.Event()

    def save(n):
        i = 0
        while not stop.is_set():
            try:
                status, body = live.call(
                    "POST", "/v1/views", {"name": f"{n} {i}", "content": {"n": n, "i": i, "pad": "x" * 20000}}
                )
            except OSError:
                return
            if status == 201:
                kept.append((body["id"], n, i))
            i += 1

    for _ in range(3):
        threads = [threading.Thread(target=save, args=(n,)) for n in range(3)]
        for t in threads:
            t.start()
        stop.wait(0.6)
        live.kill()
        stop.set()
        for t in threads:
            t.join()
        stop.clear()
        live.start()
        for id, n, i in kept:
            view = live.get("/v1/views/" + id)
            check(
                view["content"]["n"] == n and view["content"]["i"] == i and len(view["content"]["pad"]) == 20000,
                view["name"],
            )
    check(len(kept) > 5, len(kept))
    for id, _, _ in kept:
        live.call("DELETE", "/v1/views/" + id)


def by_hand(bench, words):
    node = os.path.join(root, ".deps/node/bin/node")
    node = node if os.path.exists(node) else "node"
    chromium = need(os.environ.get("JINDO_CHROMIUM") or shutil.which("chromium"), "chromium")
    environment = dict(
        os.environ,
        JINDO_CHROMIUM=chromium,
        JINDO_WB_OUT=os.path.join(bench.folder, "playwright"),
        JINDO_WB_PUBLIC=f"http://127.0.0.1:{bench.public.port}",
        JINDO_WB_PUBLIC_KEY=bench.public.token,
        JINDO_WB_EXERCISE=f"http://127.0.0.1:{bench.exercise.port}",
        JINDO_WB_EXERCISE_KEY=bench.exercise.token,
        JINDO_WB_EXERCISE_INCIDENT=bench.incident_id,
        JINDO_WB_LIMIT_MS=str(round(LIMIT * 1000)),
    )
    web = os.path.join(root, "web")
    done = subprocess.run(
        [
            node,
            os.path.join(web, "node_modules/@playwright/test/cli.js"),
            "test",
            "-c",
            os.path.join(web, "tests/playwright.config.ts"),
            *words,
        ],
        cwd=os.path.join(web, "tests"),
        env=environment,
    )
    return done.returncode


with tempfile.TemporaryDirectory() as folder:
    bench = Bench(jindo, root, folder)
    if not words:
        sessions(bench.public)
        pages(bench.public)
        answers(bench.public)
        views_survive(bench.public)
        for view in bench.public.get("/v1/views")["views"]:
            bench.public.call("DELETE", "/v1/views/" + view["id"])
        print(f"{checks()} checks of the API passed")
    code = by_hand(bench, words)
    bench.stop()
    sys.exit(code)
