#!/usr/bin/env python3
"""Three organisations' nodes: one flags and publishes, one holds, one must not see it and does not; who saw and held is told; a
follower is killed and cut off and loses and repeats nothing; a withdrawal reaches all; every object written passes OASIS' validator."""
import json, os, subprocess, sys, tempfile, threading, time, uuid

jindo, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
venv = os.path.join(root, ".deps", "stix-venv", "bin", "python")
if os.path.realpath(sys.prefix) != os.path.realpath(os.path.dirname(os.path.dirname(venv))):
    if not os.path.exists(venv):
        sys.exit("tests/sharing_test.py: OASIS' validator is not there; run scripts/setup test")
    os.execv(venv, [venv, *sys.argv])
sys.path.insert(0, os.path.join(root, "tests", "live"))
from federation import COMMUNITY, Node, seconds_until
from serving import until

checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        raise AssertionError(what)


def indicator(n):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--00000000-0000-4000-8000-{n:012d}", "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z", "name": f"n{n}", "pattern": f"[url:value = 'http://example.test/{n}']", "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z", "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}


incident = open(os.path.join(root, "data", "incidents", "ronin-2022.yaml")).read()
exploiter = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
with tempfile.TemporaryDirectory() as folder:
    home = Node(jindo, root, folder, "Home Agency", "KR", "agency")
    exchange = Node(jindo, root, folder, "West Exchange", "US", "exchange")
    third = Node(jindo, root, folder, "Third Agency", "JP", "agency")
    everyone = [home, exchange, third]
    for node in everyone:
        node.knows(*(other for other in everyone if other is not node))
    home.start()
    for node in (exchange, third):
        node.follows(home)
        node.start()

    check(exchange.screen(exploiter)["verdict"] != "hold", "nothing is known yet")
    check(home.live.call("POST", "/v1/incidents", incident, content_type="application/yaml")[0] == 201, "flagged")
    check(home.screen(exploiter)["verdict"] == "hold", "held at home")
    check(exchange.screen(exploiter)["verdict"] != "hold", "flagged is not published")
    status, report = home.live.call("POST", "/v1/sharing/publish", {"incident": "ronin-2022", "collection": "Community", "marking": "amber", "countries": ["KR", "US"]})
    check(status == 202 and report["failure_count"] == 0, report)
    taken = seconds_until(lambda: exchange.screen(exploiter)["verdict"] == "hold")
    print(f"published to held elsewhere: {taken:.3f} s")
    answer = exchange.screen(exploiter)
    check(answer["marking"] == "TLP:AMBER" and answer["exposure"][0]["marking"] == "TLP:AMBER", answer)
    shared = next(i for i in exchange.live.get("/v1/incidents")["incidents"] if i["id"] == "ronin-2022")
    check(shared["shared_by"] == home.id and shared["marking"] == "TLP:AMBER", shared)

    # Who has seen and held: the publisher sees it, and how long it took.
    def acts():
        return home.live.get("/v1/sharing/incidents/ronin-2022")
    until(lambda: {a["act"] for a in acts()["acts"]} == {"seen", "held"}, 20)
    told = acts()
    check(all(a["organisation"] == exchange.id for a in told["acts"]) and told["flag_to_first_hold_ms"] >= 0, told)
    print(f"flag to first hold, as told: {told['flag_to_first_hold_ms']} ms")
    check(exchange.live.call("POST", "/v1/sharing/incidents/ronin-2022/acts", {"act": "frozen", "chain": "ethereum", "asset": "ETH", "amount": "1000"})[0] == 201, "frozen")
    until(lambda: any(a["act"] == "frozen" and a["amount"] == "1000" for a in acts()["acts"]), 20)

    # What the third may not see does not exist for it: nor the sightings, nor anything that names it.
    time.sleep(0.5)
    key = home.key_for(third, "subscriber")
    check(home.objects(key) == [], "the third sees something at home")
    check(third.objects() == [], "the third got something")
    check(third.screen(exploiter)["verdict"] != "hold" and third.live.get("/v1/incidents")["incidents"] == [], "the third holds")
    seen_by_exchange = home.objects(home.key_for(exchange, "subscriber"))
    check(len(seen_by_exchange) > 10, "the exchange sees it")

    # What is written is STIX 2.1.
    import stix2validator
    everything = home.objects()
    bundle = json.dumps({"type": "bundle", "id": "bundle--" + str(uuid.uuid4()), "objects": everything})
    result = stix2validator.validate_string(bundle, stix2validator.ValidationOptions(version="2.1"))
    check(result.is_valid, [str(e) for e in result.errors])
    import stix2
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
    until(lambda: len(third.objects()) >= 1000, 40)
    got = [o["id"] for o in third.objects()]
    check(len(got) == 1000 == len(set(got)), (len(got), len(set(got))))
    home.live.kill()  # the other side goes away, and is back on another port
    time.sleep(0.5)
    home.live.start()
    for node in (exchange, third):
        node.config["peers"][0]["url"] = f"http://127.0.0.1:{home.live.port}/taxii2/"
        check(node.live.call("PUT", "/v1/sharing", node.config)[0] == 200, "another address")
    home.post([indicator(5000)])
    until(lambda: len(third.objects()) == 1001, 40)

    # Corrections and withdrawals.
    check(home.live.call("DELETE", "/v1/sharing/incidents/ronin-2022")[0] == 200, "withdrawn")
    taken = seconds_until(lambda: exchange.screen(exploiter)["verdict"] != "hold")
    print(f"withdrawn to let go elsewhere: {taken:.3f} s")
    check(acts()["withdrawn"], "and told")
    # Answers that rested on it are given again, and told where they are others now.
    until(lambda: any(a["alert"]["kind"] == "decision_changed" for a in exchange.live.get("/v1/alerts")["alerts"]), 20)
    changed = next(a["alert"] for a in exchange.live.get("/v1/alerts")["alerts"] if a["alert"]["kind"] == "decision_changed")
    check(changed["was"] == "hold" and changed["is"] == "allow" and changed["question"]["address"].lower() == exploiter, changed)

    # AMBER+STRICT: the exchange's own staff, not the clients it serves: neither in answers, nor lists, nor counts, nor alerts.
    other = incident.replace("id: ronin-2022", "id: ronin-strict")
    exchange.live.call("POST", "/v1/watches", {"kind": "address", "chain": "ethereum", "address": exploiter, "label": "x"})
    check(home.live.call("POST", "/v1/incidents", other, content_type="application/yaml")[0] == 201, "another")
    status, report = home.live.call("POST", "/v1/sharing/publish", {"incident": "ronin-strict", "collection": "Community", "marking": "amber+strict", "countries": ["US"]})
    check(status == 202 and report["failure_count"] == 0, report)
    until(lambda: exchange.screen(exploiter)["verdict"] == "hold", 20)
    client = exchange.live.call("POST", "/v1/keys", {"name": "a client", "role": "reader", "affiliation": "client"})[1]["token"]
    staff = exchange.live.call("POST", "/v1/keys", {"name": "staff", "role": "reader"})[1]["token"]

    def ask(token, path, method="GET", body=None):
        status, answer = exchange.live.call(method, path, body, token=token)
        check(status == 200, (path, answer))
        return answer
    until(lambda: ask(staff, "/v1/alerts?limit=1000")["alerts"][-1]["alert"].get("id") == "ronin-strict", 20)
    for token, sees in ((staff, True), (client, False)):
        answer = ask(token, f"/v1/screen/address/ethereum/{exploiter}")
        check((answer["verdict"] == "hold") == sees and answer["coverage"]["incidents"]["count"] == (1 if sees else 0), answer)
        check(("ronin-strict" in json.dumps(answer)) == sees and ("AMBER+STRICT" in json.dumps(answer)) == sees, answer)
        batch = ask(token, "/v1/screen/batch", "POST", {"chain": "ethereum", "addresses": [exploiter]})
        check((batch["results"][0]["verdict"] == "hold") == sees, batch)
        for path in ("/v1/incidents", "/v1/state", "/v1/alerts?limit=1000"):
            check(("strict" in json.dumps(ask(token, path))) == sees or path == "/v1/state", (path, sees))
        check(exchange.live.call("GET", f"/v1/explain/ethereum/{exploiter}?incident=ronin-strict", token=token)[0] == (200 if sees else 404), "explain")
        check(exchange.live.call("GET", "/v1/sharing/incidents/ronin-strict", token=token)[0] == (200 if sees else 404), "acts")

    # Nobody can publish what is not theirs; nobody passes on what is not to be passed on.
    check(exchange.live.call("POST", "/v1/sharing/publish", {"incident": "ronin-2022", "collection": "Community"})[0] in (404, 422), "not theirs")
    for node in everyone:
        node.stop()
        done = subprocess.run([jindo, "intel", "verify", "--ledger", node.ledger, "--format", "json"], capture_output=True, text=True)
        check(done.returncode == 0, done.stderr)
        told = json.loads(done.stdout)
        check(told["unknown_key"] == 0, told)
        print(node.name, told)
    done = subprocess.run([jindo, "audit", "replay", "--ledger", exchange.ledger], capture_output=True, text=True)
    check(done.returncode == 0, done.stdout + done.stderr)  # those of readers from whom something is kept too
    text = open(os.path.join(third.ledger, "node", "sharing", "intel.db"), "rb").read()
    check(exploiter.encode() not in text and b"ronin" not in text.lower(), "the third's disk holds something of it")
print(f"{checks} checks passed")
