#!/usr/bin/env python3
"""Three organisations' nodes: one flags and publishes, one holds, one must not see it and does not; who saw and held
is told; a follower is killed and cut off and loses and repeats nothing; a withdrawal reaches all; every object
written passes OASIS' validator."""

import glob
import http.client
import json
import os
import tempfile
import threading
import time
import uuid

from live.harness import begin, check, checks, need, run, seconds_until, until

jindo, root, words = begin(python="stix-venv")

import stix2
import stix2validator

from live.federation import Node, Wire
from live.postgres import Postgres

FAKETIME = need(next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), ""), "libfaketime")


def indicator(n, text=""):
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
        **({"description": text} if text else {}),
        "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
    }


TRACE, FINDING = (
    "extension-definition--9a852b99-5884-537d-a4a2-ccdc511be3a1",
    "extension-definition--7184d388-7ef0-5186-9710-cef83a5cc94b",
)
incident = open(os.path.join(root, "data", "incidents", "ronin-2022.yaml")).read()
exploiter = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
with tempfile.TemporaryDirectory() as folder:
    server = Postgres(folder) if words == ["postgres"] else None
    database = lambda name: server.database(name) if server else None
    home = Node(jindo, root, folder, "Home Agency", "KR", "agency", database=database("home"))
    exchange = Node(jindo, root, folder, "West Exchange", "US", "exchange", database=database("west"))
    third = Node(jindo, root, folder, "Third Agency", "JP", "agency", database=database("third"))
    everyone = [home, exchange, third]
    for node in everyone:
        node.knows(*(other for other in everyone if other is not node))
    home.start()
    # Clocks differ: one is two hours ahead, one an hour behind; places are the server's, so nothing depends on it.
    skewed = lambda offset: {
        **os.environ,
        "LD_PRELOAD": FAKETIME,
        "FAKETIME": offset,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    for node, offset in ((exchange, "+2h"), (third, "-1h")):
        node.follows(home)
        node.environment = skewed(offset)
        node.start()

    check(exchange.screen(exploiter)["verdict"] != "hold", "nothing is known yet")
    check(home.live.call("POST", "/v1/incidents", incident, content_type="application/yaml")[0] == 201, "flagged")
    check(home.screen(exploiter)["verdict"] == "hold", "held at home")
    check(exchange.screen(exploiter)["verdict"] != "hold", "flagged is not published")
    status, report = home.live.call(
        "POST",
        "/v1/sharing/publish",
        {"incident": "ronin-2022", "collection": "Community", "marking": "amber", "countries": ["KR", "US"]},
    )
    check(status == 202 and report["failure_count"] == 0, report)
    taken = seconds_until(lambda: exchange.screen(exploiter)["verdict"], "hold")
    print(f"published to held elsewhere: {taken:.3f} s")
    answer = exchange.screen(exploiter)
    check(answer["marking"] == "TLP:AMBER" and answer["exposure"][0]["marking"] == "TLP:AMBER", answer)
    shared = next(i for i in exchange.live.get("/v1/incidents")["incidents"] if i["id"] == "ronin-2022")
    check(shared["shared_by"] == home.id and shared["marking"] == "TLP:AMBER", shared)

    if server:  # another node of the publisher's, on the same database, is told by it
        os.makedirs(os.path.join(folder, "twin"))
        twin = Node(jindo, root, os.path.join(folder, "twin"), "Home Agency", "KR", "agency", database=home.where[1])
        twin.config = {**home.config, "organisation": {**home.config["organisation"], "keys": [home.key, twin.key]}}
        twin.write()
        twin.start()
        until(lambda: twin.screen(exploiter)["verdict"], "hold")
        check(twin.live.get("/v1/incidents")["incidents"][0]["shared_by"] == home.id, "as its organisation's")
        twin.stop()

    # Who has seen and held: the publisher sees it, and how long it took.
    def acts():
        return home.live.get("/v1/sharing/incidents/ronin-2022")

    until(lambda: {a["act"] for a in acts()["acts"]}, {"seen", "held"})
    told = acts()
    check(
        all(a["organisation"] == exchange.id for a in told["acts"])
        and told["flag_to_first_hold_ms"] >= 0
        and all(a["after_ms"] >= 0 for a in told["acts"]),
        told,
    )
    print(f"flag to first hold, as told: {told['flag_to_first_hold_ms']} ms")
    check(
        exchange.live.call(
            "POST",
            "/v1/sharing/incidents/ronin-2022/acts",
            {"act": "frozen", "chain": "ethereum", "asset": "ETH", "amount": "1000"},
        )[0]
        == 201,
        "frozen",
    )
    until(lambda: acts()["acts"], lambda seen: any(a["act"] == "frozen" and a["amount"] == "1000" for a in seen))

    stolen = [o for o in exchange.objects() if o["type"] == "virtual-asset-transfer"]
    check(stolen and all(o["block_number"] > 0 and o["block_time"].startswith("2022-03-23") for o in stolen), stolen)
    check(
        any(o["type"] == "course-of-action" and "1000 base units" in o["name"] for o in exchange.objects()),
        "a freeze is a course of action",
    )

    # The trace as a report: the same figures as the trace prints, the trail as evidence; findings; what rests on a
    # stricter tag is refused.
    more = {"collection": "Community", "marking": "amber", "countries": ["KR", "US"]}
    status, report = home.live.call("POST", "/v1/sharing/traces", {"incident": "nothing", **more})
    check(status == 404, report)
    status, report = home.live.call("POST", "/v1/sharing/publish", {"incident": "ronin-2022", "policy": "fifo", **more})
    check(status == 422 and "policy" in report["detail"], report)
    for policy in ("fifo", "haircut"):
        status, report = home.live.call(
            "POST", "/v1/sharing/traces", {"incident": "ronin-2022", "policy": policy, **more}
        )
        check(status == 202 and report["failure_count"] == 0, report)
    reports = {o["extensions"][TRACE]["policy"]: o for o in home.objects() if o["type"] == "report"}
    check(set(reports) == {"fifo", "haircut"}, reports.keys())
    traced = json.loads(
        run(
            "trace",
            "--ledger",
            home.ledger,
            "--policy",
            "fifo",
            "--format",
            "json",
            "--incident",
            os.path.join(root, "data", "incidents", "ronin-2022.yaml"),
        )
    )
    said = reports["fifo"]["extensions"][TRACE]
    by_id = {o["id"]: o for o in home.objects()}
    place = lambda h: (h["asset"].lower(), h["amount"], h["origin"])
    held = {(by_id[h["wallet_ref"]]["value"].lower(), *place(h)) for h in said["holdings"]}
    check(
        held == {(h["address"].lower(), *place(h)) for h in traced["holdings"]}
        and said["left_out"] == 0
        and said["ledger"] == traced["ledger"],
        "as the trace prints it",
    )
    check([s["amount"] for s in said["stolen"]] == [s["amount"] for s in traced["stolen"]], said["stolen"])
    check(
        len(said["trail"]) > 5
        and all(by_id[s["transfer_ref"]]["type"] == "virtual-asset-transfer" for s in said["trail"]),
        "the trail",
    )
    # What the trail brings to an address is what it holds; each movement is in the ledger's file, whole.
    into = {}
    for step in said["trail"]:
        moved = by_id[step["transfer_ref"]]
        check(
            int(step["amount"]) <= int(moved["amount"]) and moved["block_number"] > 0 and "position" in moved,
            (step, moved),
        )
        for ref, sign in (("to_ref", 1), ("from_ref", -1)):
            if ref in moved and not (step.get("theft") and sign < 0):
                into[by_id[moved[ref]]["value"].lower(), step.get("stolen")] = into.get(
                    (by_id[moved[ref]]["value"].lower(), step.get("stolen")), 0
                ) + sign * int(step["origin"])
    rest = {}
    for h in said["holdings"]:
        key = by_id[h["wallet_ref"]]["value"].lower(), h.get("stolen")
        rest[key] = rest.get(key, 0) + int(h["origin"])
    check(all(into.get(k, 0) >= v for k, v in rest.items()), (into, rest))
    status, report = home.live.call("POST", "/v1/sharing/traces", {"incident": "ronin-2022", "policy": "fifo", **more})
    check(
        status == 202 and all(s.get("message") == "it was here already" for s in report["successes"]),
        "the same trace is the same versions",
    )
    until(
        lambda: {o["extensions"][TRACE]["policy"] for o in exchange.objects() if o["type"] == "report"},
        {"fifo", "haircut"},
    )
    words = exchange.live.get("/v1/sharing/incidents/ronin-2022")["other_words"]
    check({w["type"] for w in words} >= {"report"}, [w["type"] for w in words])
    patterns = {o["id"] for o in home.objects() if o["type"] == "attack-pattern"}
    notes = [o for o in home.objects() if o["type"] == "note"]
    check(all(patterns & set(n["object_refs"]) and n["extensions"][FINDING]["transactions"] for n in notes), notes)
    print(f"trace as a report: {len(said['trail'])} movements, {len(said['holdings'])} holdings, {len(notes)} findings")

    # What the third may not see does not exist for it: nor the sightings, nor anything that names it.
    time.sleep(0.5)
    key = home.key_for(third, "subscriber")
    check(home.objects(key) == [], "the third sees something at home")
    check(third.objects() == [], "the third got something")
    check(
        third.screen(exploiter)["verdict"] != "hold" and third.live.get("/v1/incidents")["incidents"] == [],
        "the third holds",
    )
    seen_by_exchange = home.objects(home.key_for(exchange, "subscriber"))
    check(len(seen_by_exchange) > 10, "the exchange sees it")

    # What is written is STIX 2.1.
    everything = home.objects()
    bundle = json.dumps({"type": "bundle", "id": "bundle--" + str(uuid.uuid4()), "objects": everything})
    result = stix2validator.validate_string(bundle, stix2validator.ValidationOptions(version="2.1"))
    check(result.is_valid, [str(e) for e in result.errors])
    for one in everything:
        stix2.parse(one, allow_custom=True)

    # A follower is killed, and cut off, while much comes in: nothing is lost, nothing comes twice.
    def flood():
        for batch in range(20):
            home.post([indicator(batch * 50 + i) for i in range(50)])
            time.sleep(0.05)

    flooding = threading.Thread(target=flood)
    flooding.start()
    for _ in range(4):
        time.sleep(0.25)
        third.live.kill()
        third.live.start()
    flooding.join()
    until(lambda: len(third.objects()), lambda seen: seen >= 1000)
    got = [o["id"] for o in third.objects()]
    check(len(got) == 1000 == len(set(got)), (len(got), len(set(got))))
    home.live.kill()  # the other side goes away, and is back on another port
    time.sleep(0.5)
    home.live.start()
    for node in (exchange, third):
        node.config["peers"][0]["url"] = f"http://127.0.0.1:{home.live.port}/taxii2/"
        check(node.live.call("PUT", "/v1/sharing", node.config)[0] == 200, "another address")
    home.post([indicator(5000)])
    until(lambda: len(third.objects()), 1001)

    # The wire between is cut in mid-transfer again and again, and freezes, while much goes over it.
    wire = Wire(home.live.port)
    third.config["peers"][0]["url"] = f"http://127.0.0.1:{wire.port}/taxii2/"
    check(third.live.call("PUT", "/v1/sharing", third.config)[0] == 200, "over the wire")

    def more():
        for batch in range(20):
            home.post([indicator(8000 + batch * 50 + i, "x" * 2000) for i in range(50)])
            time.sleep(0.05)

    flooding = threading.Thread(target=more)
    flooding.start()
    cuts = 0
    for _ in range(8):
        before = wire.passed
        until(lambda: (wire.passed, flooding.is_alive()), lambda seen: seen[0] > before + 50_000 or not seen[1])
        wire.cut()
        cuts += 1
        time.sleep(0.1)
        wire.frozen = cuts % 3 == 0
        wire.whole = True
        time.sleep(0.2)
        wire.mend()
    flooding.join()
    until(lambda: len([o for o in third.objects() if o["type"] == "indicator"]), 2001)
    got = [o["id"] for o in third.objects()]
    check(len(got) == len(set(got)) and wire.passed > 1_000_000, (len(got), len(set(got)), wire.passed))
    print(f"{cuts} cuts, {wire.passed / 1e6:.1f} MB over the wire")

    # The publisher is killed while things are sent to it and others read: what it acknowledged is everywhere, once.
    def insist(batch):
        while True:
            try:
                return home.post([indicator(6000 + batch * 20 + i) for i in range(20)])
            except (OSError, http.client.HTTPException):  # it is down: sent again
                time.sleep(0.05)

    insisting = threading.Thread(target=lambda: [insist(b) for b in range(40)])
    insisting.start()
    for _ in range(3):
        time.sleep(0.3)
        home.live.kill()
        home.live.start()
        for node in (exchange, third):
            node.config["peers"][0]["url"] = f"http://127.0.0.1:{home.live.port}/taxii2/"
            check(node.live.call("PUT", "/v1/sharing", node.config)[0] == 200, "another address")
    insisting.join()
    wire.close()
    until(lambda: len(third.objects()), 2801)
    for node in everyone:
        got = [o["id"] for o in node.objects() if o["type"] == "indicator"]
        check(len(got) == 2801 == len(set(got)), (node.name, len(got), len(set(got))))

    # Corrections and withdrawals.
    check(home.live.call("DELETE", "/v1/sharing/incidents/ronin-2022")[0] == 200, "withdrawn")
    taken = seconds_until(lambda: exchange.screen(exploiter)["verdict"], lambda seen: seen != "hold")
    print(f"withdrawn to let go elsewhere: {taken:.3f} s")
    check(acts()["withdrawn"], "and told")
    # Answers that rested on it are given again, and told where they are others now.
    changed = until(lambda: [alert for alert in exchange.live.alerts()[0] if alert["kind"] == "decision_changed"])[0]
    check(
        changed["was"] == "hold" and changed["is"] == "allow" and changed["question"]["address"].lower() == exploiter,
        changed,
    )

    # Others' words on wallets are tags: who says so, how surely, under which marking; changed and withdrawn, they
    # leave, and answers with them.
    stamp = lambda n: f"2026-01-01T00:00:{n:02d}.000Z"
    accused, indicated = "0x5ce9454909639d2d17a3f753ce7d93fa0b9ab12e", "0x3f5ce5fbfe3e9af3971dd833d26ba9b5c936f0be"
    GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    AMBER = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"

    def made(type, n, at=0, **more):
        return {
            "type": type,
            "spec_version": "2.1",
            "id": f"{type}--11111111-0000-4000-8000-{n:012d}",
            "created": stamp(0),
            "modified": stamp(at),
            "created_by_ref": third.id,
            "object_marking_refs": [AMBER],
            **more,
        }

    actor = made("threat-actor", 1, name="the crew of this test", labels=["theft"])
    wallet = {
        "type": "cryptocurrency-wallet",
        "spec_version": "2.1",
        "id": "cryptocurrency-wallet--"
        + str(
            uuid.uuid5(
                uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), json.dumps({"value": accused}, separators=(",", ":"))
            )
        ),
        "value": accused,
        "object_marking_refs": [GREEN],
        "extensions": {"extension-definition--be78509e-6958-51b1-8b26-d17ee0eba2d7": {"extension_type": "new-sco"}},
    }
    link = made(
        "relationship",
        2,
        relationship_type="related-to",
        source_ref=wallet["id"],
        target_ref=actor["id"],
        confidence=80,
    )
    sign = made(
        "indicator",
        3,
        name="deposit address of a ransom",
        labels=["ransomware"],
        pattern=f"[cryptocurrency-wallet:value = '{indicated}' OR cryptocurrency-wallet:value = 'no address']",
        pattern_type="stix",
        valid_from=stamp(0),
        confidence=75,
    )
    third_key = exchange.key_for(third)  # the third sends it itself
    check(
        exchange.screen(accused)["verdict"] == "allow" == exchange.screen(indicated)["verdict"], "nothing is said yet"
    )
    exchange.post([link], token=third_key)  # in any order
    exchange.post([wallet, sign], token=third_key)
    taken = seconds_until(lambda: exchange.screen(indicated)["verdict"], "hold")
    print(f"an indicator sent to held: {taken:.3f} s")
    until(
        lambda: [
            o for o in exchange.objects(third_key) if o["type"] == "sighting" and o["sighting_of_ref"] == sign["id"]
        ],
        lambda seen: "held" in json.dumps(seen),
    )
    exchange.post([actor], token=third_key)
    until(lambda: exchange.screen(accused)["verdict"], "hold")
    tag = exchange.screen(accused)["tags"][0]
    check(
        tag["label"] == "the crew of this test"
        and tag["source"] == link["id"]
        and exchange.screen(accused)["marking"] == "TLP:AMBER",
        tag,
    )
    _, told_before = exchange.live.alerts()
    exchange.post(
        [
            made(
                "indicator",
                3,
                at=1,
                name="deposit address, not of a ransom",
                pattern=sign["pattern"],
                pattern_type="stix",
                valid_from=stamp(0),
            )
        ],
        token=third_key,
    )
    until(lambda: exchange.screen(indicated)["verdict"], "allow")
    check(
        [t["label"] for t in exchange.screen(indicated)["tags"]] == ["deposit address, not of a ransom"],
        "the correction stands",
    )
    exchange.post([{**actor, "modified": stamp(2), "revoked": True}], token=third_key)
    until(lambda: (lambda answer: (answer["verdict"], answer["tags"]))(exchange.screen(accused)), ("allow", []))
    until(
        lambda: {
            alert["question"]["address"].lower()
            for alert in exchange.live.alerts(told_before)[0]
            if alert["kind"] == "decision_changed"
        },
        lambda seen: seen >= {accused, indicated},
    )
    _, told_before = exchange.live.alerts()

    # AMBER+STRICT: the exchange's own staff, not the clients it serves: neither in answers, nor lists, nor counts,
    # nor alerts.
    other = incident.replace("id: ronin-2022", "id: ronin-strict")
    exchange.live.call(
        "POST", "/v1/watches", {"kind": "address", "chain": "ethereum", "address": exploiter, "label": "x"}
    )
    check(home.live.call("POST", "/v1/incidents", other, content_type="application/yaml")[0] == 201, "another")
    status, report = home.live.call(
        "POST",
        "/v1/sharing/publish",
        {"incident": "ronin-strict", "collection": "Community", "marking": "amber+strict", "countries": ["US"]},
    )
    check(status == 202 and report["failure_count"] == 0, report)
    until(lambda: exchange.screen(exploiter)["verdict"], "hold")
    client = exchange.live.call("POST", "/v1/keys", {"name": "a client", "role": "reader", "affiliation": "client"})[1][
        "token"
    ]
    staff = exchange.live.call("POST", "/v1/keys", {"name": "staff", "role": "reader"})[1]["token"]

    def ask(token, path, method="GET", body=None):
        status, answer = exchange.live.call(method, path, body, token=token)
        check(status == 200, (path, answer))
        return answer

    until(
        lambda: [alert.get("id") for alert in exchange.live.alerts(told_before, staff)[0]],
        lambda seen: "ronin-strict" in seen,
    )
    for token, sees in ((staff, True), (client, False)):
        answer = ask(token, f"/v1/screen/address/ethereum/{exploiter}")
        check(
            (answer["verdict"] == "hold") == sees and answer["coverage"]["incidents"]["count"] == (1 if sees else 0),
            answer,
        )
        check(("ronin-strict" in json.dumps(answer)) == sees and ("AMBER+STRICT" in json.dumps(answer)) == sees, answer)
        batch = ask(token, "/v1/screen/batch", "POST", {"chain": "ethereum", "addresses": [exploiter]})
        check((batch["results"][0]["verdict"] == "hold") == sees, batch)
        for path in ("/v1/incidents", "/v1/state", f"/v1/alerts?limit=1000&after={told_before}"):
            check(("strict" in json.dumps(ask(token, path))) == sees or path == "/v1/state", (path, sees))
        check(
            exchange.live.call("GET", f"/v1/explain/ethereum/{exploiter}?incident=ronin-strict", token=token)[0]
            == (200 if sees else 404),
            "explain",
        )
        check(
            exchange.live.call("GET", "/v1/sharing/incidents/ronin-strict", token=token)[0] == (200 if sees else 404),
            "acts",
        )
        # The workbench's questions, too.
        for path in (
            "/v1/board",
            "/v1/search?q=strict",
            f"/v1/addresses/{exploiter}",
            "/v1/sharing/objects?limit=1000",
            "/v1/views",
            f"/v1/graph/ethereum/{exploiter}",
            f"/v1/addresses/ethereum/{exploiter}/movements",
        ):
            told = {k: v for k, v in ask(token, path).items() if k != "q"}
            check(
                ("strict" in json.dumps(told).lower())
                == (
                    sees
                    and path.split("?")[0].rsplit("/", 1)[-1] in ("board", "search", exploiter, "objects")
                    and "graph" not in path
                ),
                (path, sees, told),
            )
        for path in ("", "/flow", "/trail?to=" + exploiter, "/findings", "/graph", "/file"):
            check(
                exchange.live.call("GET", "/v1/incidents/ronin-strict" + path, token=token)[0]
                == (200 if sees else 404),
                (path, sees),
            )
        check(
            exchange.live.call("GET", f"/v1/graph/ethereum/{exploiter}?incident=ronin-strict", token=token)[0]
            == (200 if sees else 404),
            "a hop in a trace",
        )
    # Case views by their marking, whatever they say they are of.
    writer = exchange.live.call("POST", "/v1/keys", {"name": "analyst", "role": "analyst"})[1]["token"]
    passing_on = exchange.live.call("POST", "/v1/keys", {"name": "a node", "role": "reader", "affiliation": "node"})[1][
        "token"
    ]
    for marking, of, seen_by in (
        ("amber", "", {"writer", "staff", "node", "client"}),
        ("amber+strict", "", {"writer", "staff", "node"}),
        ("red", "", {"writer"}),
        ("", "ronin-strict", {"writer", "staff", "node"}),
    ):
        status, view = exchange.live.call(
            "POST",
            "/v1/views",
            {"name": "v " + marking, "incident": of, "marking": marking, "content": {"a": 1}},
            token=writer,
        )
        check(status == 201 and (of == "" or view["marking"] == "TLP:AMBER+STRICT"), view)
        for name, token in (("writer", writer), ("staff", staff), ("node", passing_on), ("client", client)):
            check(
                (exchange.live.call("GET", "/v1/views/" + view["id"], token=token)[0] == 200) == (name in seen_by),
                (marking, of, name),
            )
            check(
                (view["id"] in json.dumps(ask(token, "/v1/views"))) == (name in seen_by), (marking, of, name, "listed")
            )

    # Nobody can publish what is not theirs; nobody passes on what is not to be passed on.
    check(
        exchange.live.call("POST", "/v1/sharing/publish", {"incident": "ronin-2022", "collection": "Community"})[0]
        in (404, 422),
        "not theirs",
    )
    for node in everyone:
        node.stop()
        told = json.loads(run("intel", "verify", "--ledger", node.ledger, "--format", "json", *node.where))
        check(told["unknown_key"] == 0, told)
        print(node.name, told)
    run("audit", "replay", "--ledger", exchange.ledger)  # those of readers from whom something is kept too
    text = (
        server.text("third").encode()
        if server
        else open(os.path.join(third.ledger, "node", "sharing", "intel.db"), "rb").read()
    )
    check(b"indicator--" in text, "what is looked at")
    if server:
        server.stop()
    check(exploiter.encode() not in text and b"ronin" not in text.lower(), "the third's disk holds something of it")
print(f"{checks()} checks passed")
