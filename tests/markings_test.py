#!/usr/bin/env python3
"""Every marking × reader × endpoint: what a reader may not see is nowhere: not in pages, manifests, counts, versions,
by identifier, through what names it, nor after the clock of an embargo says otherwise. A second model of the rules,
written from docs/formats/markings.md, says what is expected. The same on SQLite and on PostgreSQL."""

import datetime
import glob
import http.client
import json
import os
import re
import tempfile

from live.federation import identity
from live.harness import LIMIT, begin, check, checks, need, until
from live.postgres import Postgres
from live.serving import Serving

jindo, root, words = begin()
FAKETIME = need(next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), ""), "libfaketime")
TLP = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
    "white 1": "613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green 1": "34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber 1": "f88d31f6-486f-44da-b317-01333bde0b82",
    "red 1": "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
TLP = {name: "marking-definition--" + id for name, id in TLP.items()}
EXTENSIONS = open(os.path.join(root, "src", "ground", "stix", "extensions.h")).read()
RELEASE = "extension-definition--" + re.search(r"kReleasability = \"extension-definition--([0-9a-f-]+)", EXTENSIONS)[1]
ORGANISATIONS = {
    "home": ("KR", "agency", True),
    "exchange": ("US", "exchange", True),
    "issuer": ("JP", "issuer", True),
    "guest": ("FR", "researcher", False),
}
GROUPS = {"ring": ["home", "exchange"]}
COLLECTION = "c0000000-0000-4000-8000-0000000000aa"
GROUPED = "c0000000-0000-4000-8000-0000000000bb"
TYPE = "application/taxii+json;version=2.1"
# Tomorrow, by the server's clock; the test lets that clock go on by two days when it has seen enough of the day before.
EMBARGO = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

# name -> (TLP or None, what the releasability marking says)
MARKINGS = {name: (name, {}) for name in TLP}
MARKINGS |= {
    "unmarked": (None, {}),
    "group": ("amber", {"sharing_groups": ["ring"]}),
    "countries": ("green", {"countries": ["JP", "US"]}),
    "kinds": ("clear", {"kinds": ["issuer"]}),
    "organisation": ("amber", {"organisations": [identity("exchange")]}),
    "both": ("green", {"countries": ["US", "JP"], "kinds": ["issuer", "agency"]}),
    "strict group": ("amber+strict", {"sharing_groups": ["ring"]}),
    "red to a person": ("red", {"individuals": ["hana"]}),
    "embargo": ("green", {"embargo_until": EMBARGO}),
    "embargo to a country": ("clear", {"countries": ["US"], "embargo_until": EMBARGO}),
}
# name -> (organisation, role, affiliation, individual)
READERS = {
    f"{organisation} {affiliation}": (organisation, "subscriber", affiliation, "")
    for organisation in ORGANISATIONS
    for affiliation in ("staff", "client", "node")
}
READERS |= {
    "hana": ("exchange", "subscriber", "staff", "hana"),
    "hana as a client": ("exchange", "subscriber", "client", "hana"),
    "home admin": ("home", "admin", "staff", ""),
    "home reader": ("home", "reader", "staff", ""),
    "home analyst": ("home", "analyst", "staff", ""),
    "home publisher": ("home", "publisher", "staff", ""),
    "exchange contributor": ("exchange", "contributor", "staff", ""),
}


def sees(marking, reader, embargo_over):
    """The second model."""
    tlp, release = MARKINGS[marking]
    organisation, _, affiliation, individual = READERS[reader]
    country, kind, community = ORGANISATIONS[organisation]
    level = (tlp or "amber").split(" ")[0].replace("white", "clear")
    if level == "red":
        return affiliation == "staff" and individual != "" and individual in release.get("individuals", []) + ["author"]
    if level == "amber+strict" and affiliation == "client":
        return False
    if organisation == "home":
        return True
    if "embargo_until" in release and not embargo_over:
        return False
    if level != "clear" and not community:
        return False
    return (
        ("sharing_groups" not in release or any(organisation in GROUPS[g] for g in release["sharing_groups"]))
        and ("countries" not in release or country in release["countries"])
        and ("kinds" not in release or kind in release["kinds"])
        and ("organisations" not in release or identity(organisation) in release["organisations"])
    )


def objects_of(number, marking):
    tlp, release = MARKINGS[marking]
    refs, out = ([TLP[tlp]] if tlp else []), []
    if release:
        definition = {
            "type": "marking-definition",
            "spec_version": "2.1",
            "id": f"marking-definition--00000000-0000-4000-8000-{number:012d}",
            "created": "2026-01-01T00:00:00.000Z",
            "object_marking_refs": list(refs),
            "extensions": {RELEASE: {"extension_type": "property-extension", **release}},
        }
        out.append(definition)
        refs.append(definition["id"])
    common = {"spec_version": "2.1", "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z"}
    mark = {"object_marking_refs": refs} if refs else {}
    out.append(
        {
            "type": "malware",
            "id": f"malware--00000000-0000-4000-8000-{number:012d}",
            "is_family": False,
            "name": marking,
            **common,
            **mark,
        }
    )
    # Granular: one property only, and the whole is kept so.
    if refs:
        out.append(
            {
                "type": "tool",
                "id": f"tool--00000000-0000-4000-8000-{number:012d}",
                "name": marking,
                **common,
                "object_marking_refs": [TLP["clear"]],
                "granular_markings": [{"selectors": ["name"], "marking_ref": ref} for ref in refs],
            }
        )
    # What names it, itself for everybody.
    out.append(
        {
            "type": "note",
            "id": f"note--00000000-0000-4000-8000-{number:012d}",
            "content": "of it",
            "object_refs": [f"malware--00000000-0000-4000-8000-{number:012d}"],
            **common,
            "object_marking_refs": [TLP["clear"]],
        }
    )
    out.append(
        {
            "type": "report",
            "id": f"report--00000000-0000-4000-8000-{number:012d}",
            "name": "of the note",
            "published": "2026-01-01T00:00:00Z",
            "object_refs": [f"note--00000000-0000-4000-8000-{number:012d}"],
            **common,
            "object_marking_refs": [TLP["clear"]],
        }
    )
    return out


def walk(database, folder):
    sharing = {
        "organisation": {"id": identity("home"), "name": "home", "country": "KR", "kind": "agency"},
        "organisations": [
            {"id": identity(n), "name": n, "country": c, "kind": k, "community": g}
            for n, (c, k, g) in ORGANISATIONS.items()
            if n != "home"
        ],
        "groups": [{"id": "ring", "name": "Ring", "purpose": "for this test alone", "members": ["home", "exchange"]}],
        "collections": [{"id": COLLECTION, "title": "All"}, {"id": GROUPED, "title": "Ring's", "group": "ring"}],
    }
    ledger, file = os.path.join(folder, "L"), os.path.join(folder, "sharing.yaml")
    os.makedirs(ledger)
    json.dump(sharing, open(file, "w"))
    clock = os.path.join(folder, "clock")
    open(clock, "w").write("+0")
    environment = {
        **os.environ,
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": clock,
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    live = Serving(
        jindo,
        ledger,
        "--sharing",
        file,
        "--not-durable",
        "--findings-every",
        "0",
        "--log-level",
        "error",
        *(["--sharing-database", database] if database else []),
        environment=environment,
    )

    connection = http.client.HTTPConnection(
        "127.0.0.1", live.port, timeout=LIMIT
    )  # one, kept open: there are thousands of questions

    def call(path, token, method="GET", body=None):
        connection.request(
            method,
            f"/taxii2/jindo/{path}",
            body and json.dumps(body),
            {"Authorization": "Bearer " + token, "Accept": TYPE, "Content-Type": TYPE},
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()), answer.headers

    tokens = {}
    for name, (organisation, role, affiliation, individual) in READERS.items():
        body = {"name": name, "role": role, "affiliation": affiliation}
        if organisation != "home":
            body["organisation"] = identity(organisation)
        if individual:
            body["individual"] = individual
        status, made = live.call("POST", "/v1/keys", body)
        check(status == 201, made)
        tokens[name] = made["token"]
    author = live.call("POST", "/v1/keys", {"name": "author", "role": "publisher", "individual": "author"})[1]["token"]
    places = {}  # marking -> its objects
    for number, marking in enumerate(MARKINGS, 1):
        places[marking] = objects_of(number, marking)
        status, report, _ = call(f"collections/{COLLECTION}/objects/", author, "POST", {"objects": places[marking]})
        check(status == 202 and report["success_count"] == len(places[marking]), report)
    # The order does not matter: what names comes first, what it names later, and hides it then.
    late = objects_of(900, "red to a person")
    MARKINGS["late"] = MARKINGS["red to a person"]
    for one in (late[-1], late[-2], *late[:-2]):
        status, report, _ = call(f"collections/{COLLECTION}/objects/", author, "POST", {"objects": [one]})
        check(status == 202 and report["success_count"] == 1, report)
    places["late"] = late

    def expected(reader, over):
        return {o["id"] for marking, objects in places.items() for o in objects if sees(marking, reader, over)}

    def look(over, deep):
        for reader, token in tokens.items():
            want = expected(reader, over)
            for what in ("objects", "manifest"):
                got, following = [], ""
                while True:
                    status, page, headers = call(f"collections/{COLLECTION}/{what}/?limit=7{following}", token)
                    check(status == 200, page)
                    some = page.get("objects", [])
                    got += [o["id"] for o in some]
                    check(
                        len(some) == 7 or not page.get("more"),
                        "a page is full, or the last: its size tells of nothing hidden",
                    )
                    if not page.get("more"):
                        break
                    following = "&next=" + page["next"]
                check(
                    len(got) == len(set(got)) and set(got) == want,
                    (reader, what, "too much", set(got) - want, "missing", want - set(got)),
                )
            for type in ("malware", "tool", "note", "report", "marking-definition"):
                got = {
                    o["id"]
                    for o in call(f"collections/{COLLECTION}/objects/?match[type]={type}", token)[1].get("objects", [])
                }
                check(got == {id for id in want if id.startswith(type)}, (reader, type))
            if not deep:
                continue
            absent = {
                type: call(f"collections/{COLLECTION}/objects/{type}--00000000-0000-4000-8000-999999999999/", token)
                for type in {o["type"] for objects in places.values() for o in objects}
            }
            for marking, objects in places.items():
                for o in objects:
                    seen = o["id"] in want
                    got = call(f"collections/{COLLECTION}/objects/?match[id]={o['id']}", token)[1].get("objects", [])
                    check([x["id"] for x in got] == ([o["id"]] if seen else []), (reader, marking, o["id"]))
                    hidden = call(f"collections/{COLLECTION}/objects/{o['id']}/", token)
                    check(
                        (hidden[0] == 200) == seen and (seen or hidden[1] == absent[o["type"]][1]),
                        (reader, marking, "what is hidden and what is not there answer alike"),
                    )
                    check(
                        (call(f"collections/{COLLECTION}/objects/{o['id']}/versions/", token)[0] == 200) == seen,
                        (reader, marking, "versions"),
                    )
            inner = READERS[reader][0] in GROUPS["ring"]
            check((call(f"collections/{GROUPED}/", token)[0] == 200) == inner, (reader, "a group's collection"))
            check(
                any(c["id"] == GROUPED for c in call("collections/", token)[1].get("collections", [])) == inner,
                (reader, "in the list"),
            )
            check(call(f"collections/{GROUPED}/objects/", token)[0] == (200 if inner else 404), (reader, "its objects"))

    look(False, False)
    markers = {
        reader: call(f"collections/{COLLECTION}/manifest/?limit=1000", token)[1]["objects"][-1]["date_added"]
        for reader, token in tokens.items()
        if expected(reader, False)
    }
    open(clock, "w").write("+2d")
    until(
        lambda: {
            o["id"]
            for o in call(f"collections/{COLLECTION}/objects/?limit=1000", tokens["exchange staff"])[1]["objects"]
        },
        expected("exchange staff", True),
        "the embargoes' end",
    )
    look(True, True)
    # Who polls by date hears of what an embargo let go.
    for reader, marker in markers.items():
        new = {
            o["id"]
            for o in call(f"collections/{COLLECTION}/objects/?added_after={marker}", tokens[reader])[1].get(
                "objects", []
            )
        }
        check(new == expected(reader, True) - expected(reader, False), (reader, new))
    # A withdrawal reaches all who got what is withdrawn: it may not be stricter.
    green = next(o for o in places["green"] if o["type"] == "malware")
    withdrawn = green | {"modified": "2026-01-02T00:00:00.000Z", "revoked": True}
    report = call(
        f"collections/{COLLECTION}/objects/",
        author,
        "POST",
        {"objects": [withdrawn | {"object_marking_refs": [TLP["amber+strict"]]}]},
    )[1]
    check(report["failure_count"] == 1, report)
    check(
        call(f"collections/{COLLECTION}/objects/", author, "POST", {"objects": [withdrawn]})[1]["success_count"] == 1,
        "withdrawn",
    )
    check(
        call(f"collections/{COLLECTION}/objects/{green['id']}/", tokens["issuer staff"])[1]["objects"][0]["revoked"],
        "and seen so",
    )
    # A stricter version hides itself; the one before stays what there is, for whom it is not.
    clear = next(o for o in places["clear"] if o["type"] == "malware")
    stricter = clear | {
        "modified": "2026-01-02T00:00:00.000Z",
        "name": "secret",
        "object_marking_refs": [TLP["amber+strict"]],
    }
    check(
        call(f"collections/{COLLECTION}/objects/", author, "POST", {"objects": [stricter]})[1]["success_count"] == 1,
        "stricter",
    )
    check(
        call(f"collections/{COLLECTION}/objects/{clear['id']}/", tokens["issuer client"])[1]["objects"] == [clear],
        "the old one for clients",
    )
    check(
        call(f"collections/{COLLECTION}/objects/{clear['id']}/versions/", tokens["issuer client"])[1]["versions"]
        == [clear["modified"]],
        "one version",
    )
    check(
        call(f"collections/{COLLECTION}/objects/{clear['id']}/", tokens["issuer staff"])[1]["objects"] == [stricter],
        "the new one for staff",
    )
    live.stop()
    reads = "".join(
        open(os.path.join(ledger, "node", "sharing", "reads", f)).read()
        for f in sorted(os.listdir(os.path.join(ledger, "node", "sharing", "reads")))
        if not f.startswith("LOCK")
    )
    check(reads.count('"kind":"read"') > 500, "reads leave records")


with tempfile.TemporaryDirectory() as folder:
    where = words[0] if words else "both"
    if where != "postgres":
        os.makedirs(os.path.join(folder, "sqlite"))
        walk("", os.path.join(folder, "sqlite"))
        print(f"SQLite: {checks()} checks passed")
    if where != "sqlite":
        MARKINGS.pop("late", None)
        server = Postgres(folder)
        os.makedirs(os.path.join(folder, "other"))
        walk(server.database("sharing"), os.path.join(folder, "other"))
        server.stop()
        print(f"with PostgreSQL: {checks()} checks passed")
