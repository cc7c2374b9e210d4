#!/usr/bin/env python3
"""The TAXII server, driven by the reference client libraries (OASIS' taxii2-client and stix2): discovery,
collections, add, status, paging, filters, manifest, versions, delete; then, by hand, what a client cannot send: wrong
media types, keys, sizes, hostile bundles. usage: taxii_test.py JINDO ROOT [postgres]; runs itself again under
.deps/stix-venv"""

import json
import os
import tempfile
import urllib.error
import urllib.request

from live.harness import LIMIT, begin, check, checks, run

jindo, root, words = begin(python="stix-venv")

import stix2
from taxii2client.common import TokenAuth
from taxii2client.v21 import Server, as_pages

from live.postgres import Postgres
from live.serving import Serving

SHARING = """
organisation: {id: identity--11111111-1111-4111-8111-111111111111, name: Home Agency, country: KR, kind: agency}
organisations:
  - {id: identity--22222222-2222-4222-8222-222222222222, name: Other Exchange, country: JP, kind: exchange}
groups:
  - {id: inner, name: Inner circle, purpose: what only the agency itself looks at, members: [own]}
collections:
  - {id: aaaaaaaa-0000-4000-8000-000000000001, title: Community, unmarked: green}
  - {id: aaaaaaaa-0000-4000-8000-000000000002, title: Inner, group: inner}
  - {id: aaaaaaaa-0000-4000-8000-000000000003, title: Closed, writable: false}
"""
OTHER = "identity--22222222-2222-4222-8222-222222222222"
COMMUNITY = "aaaaaaaa-0000-4000-8000-000000000001"
TYPE = "application/taxii+json;version=2.1"

with tempfile.TemporaryDirectory() as folder:
    ledger = os.path.join(folder, "L")
    os.makedirs(ledger)
    sharing = os.path.join(folder, "sharing.yaml")
    open(sharing, "w").write(SHARING)
    database = Postgres(folder) if words == ["postgres"] else None
    where = ["--sharing-database", database.database("sharing")] if database else []
    live = Serving(
        jindo,
        ledger,
        "--sharing",
        sharing,
        "--not-durable",
        "--findings-every",
        "0",
        "--log-level",
        "error",
        "--max-body",
        "2M",
        *where,
    )

    def key(role, organisation=None, **more):
        body = {"name": f"{role} of {organisation}", "role": role, **more}
        if organisation:
            body["organisation"] = organisation
        status, made = live.call("POST", "/v1/keys", body)
        check(status == 201, made)
        return made["token"]

    base_url = f"http://127.0.0.1:{live.port}/taxii2/"
    own, other, reader = key("publisher"), key("contributor", OTHER), key("subscriber", OTHER)

    # ---- the reference client ----
    server = Server(base_url, user="anybody", password=own)
    check(server.title == "Jindo of Home Agency" and len(server.api_roots) == 1, server.title)
    api = server.default
    check(api.max_content_length == 2 << 20 and TYPE in api.versions, api.versions)
    titles = {c.title: c for c in api.collections}
    check(set(titles) == {"Community", "Inner", "Closed"}, set(titles))
    check(not titles["Closed"].can_write and titles["Community"].can_write, "can_write")
    foreign = Server(base_url, auth=TokenAuth(other)).default
    check({c.title for c in foreign.collections} == {"Community", "Closed"}, "a group's collection shows to others")

    community = titles["Community"]
    check(community.get_objects() == {}, "an empty collection is an empty envelope")
    wallet = stix2.parse(
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": "indicator--00000000-0000-4000-8000-000000000000",
            "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z",
            "name": "first",
            "pattern": "[url:value = 'http://example.test/']",
            "pattern_type": "stix",
            "valid_from": "2026-01-01T00:00:00Z",
        }
    )
    many = [
        stix2.v21.Indicator(
            name=f"n{i}",
            pattern=f"[url:value = 'http://example.test/{i}']",
            pattern_type="stix",
            valid_from="2026-01-01T00:00:00Z",
        )
        for i in range(250)
    ]
    threat = stix2.v21.ThreatActor(
        name="Actor", threat_actor_types=["crime-syndicate"], allow_custom=True, x_unknown={"kept": [1, 2.50, "é"]}
    )
    report = stix2.v21.Report(name="R", published="2026-01-02T00:00:00Z", object_refs=[threat.id, many[0].id])
    raw = json.loads(stix2.v21.bundle.Bundle(objects=[wallet, *many, threat, report], allow_custom=True).serialize())[
        "objects"
    ]
    status = community.add_objects({"objects": raw})
    check(
        status.status == "complete" and status.success_count == 253 and status.failure_count == 0,
        status.custom_properties,
    )
    check(api.get_status(status.id).success_count == 253, "the status is kept")
    again = community.add_objects({"objects": raw[:3]})
    check(again.success_count == 3, "the same again is no failure")

    # pages: none lost, none twice, in order of date added; `next` is opaque
    seen, pages = [], 0
    for page in as_pages(community.get_objects, per_request=20):
        seen += [o["id"] for o in page.get("objects", [])]
        pages += 1
    check(len(seen) == 253 == len(set(seen)) and pages >= 13, (len(seen), pages))
    manifest = []
    for page in as_pages(community.get_manifest, per_request=50):
        manifest += page.get("objects", [])
    check([m["id"] for m in manifest] == seen, "manifest and pages have one order")
    check(len({m["date_added"] for m in manifest}) == 253, "no two were added at one time")
    middle = manifest[100]["date_added"]
    later = community.get_objects(added_after=middle, limit=1000)
    check([o["id"] for o in later["objects"]] == seen[101:], "added_after")
    found = community.get_object(threat.id)["objects"][0]
    check(found["x_unknown"] == {"kept": [1, 2.5, "é"]}, "unknown properties are kept")
    check(
        json.dumps(found, sort_keys=True) == json.dumps(next(o for o in raw if o["id"] == threat.id), sort_keys=True),
        "nothing is lost",
    )

    # filters
    check(len(community.get_objects(type="report")["objects"]) == 1, "match[type]")
    check(len(community.get_objects(type=["report", "threat-actor"])["objects"]) == 2, "match[type] of two")
    check(
        {o["id"] for o in community.get_objects(id=[threat.id, report.id])["objects"]} == {threat.id, report.id},
        "match[id]",
    )
    check(community.get_objects(spec_version="2.0") == {}, "match[spec_version]")
    second = wallet.new_version(name="second")
    third = second.new_version(revoked=True)
    versions = [json.loads(v.serialize()) for v in (second, third)]
    for version in versions:
        check(community.add_objects({"objects": [version]}).success_count == 1, "a new version")
    texts = ["2026-01-01T00:00:00.000Z"] + [v["modified"] for v in versions]
    check(community.object_versions(wallet.id)["versions"] == texts, community.object_versions(wallet.id))
    check([o["name"] for o in community.get_objects(id=wallet.id)["objects"]] == ["second"], "the last version")
    check(community.get_objects(id=wallet.id, version="first")["objects"][0]["name"] == "first", "the first version")
    check(len(community.get_objects(id=wallet.id, version="all")["objects"]) == 3, "all versions")
    check(community.get_object(wallet.id, version=texts[1])["objects"][0]["name"] == "second", "a version by time")
    late = community.add_objects(
        {
            "objects": [
                json.loads(third.new_version.__self__.serialize())
                | {"modified": "2026-12-01T00:00:00.000Z", "revoked": False}
            ]
        }
    )
    check(late.failure_count == 1, "no version after a withdrawal")
    changed = community.add_objects({"objects": [versions[0] | {"name": "other"}]})
    check(changed.failure_count == 1 and "other content" in json.dumps(changed.failures[0]), "one version, one content")

    # whose an object is
    theirs = {c.title: c for c in foreign.collections}["Community"]
    stolen = theirs.add_objects({"objects": [versions[0] | {"modified": "2026-11-01T00:00:00.000Z"}]})
    check(stolen.failure_count == 1, "another's object gets no versions from us")
    forged = json.loads(
        stix2.v21.Note(
            content="x", object_refs=[threat.id], created_by_ref="identity--11111111-1111-4111-8111-111111111111"
        ).serialize()
    )
    check(theirs.add_objects({"objects": [forged]}).failure_count == 1, "nobody speaks for another")
    opinion = json.loads(
        stix2.v21.Opinion(opinion="disagree", object_refs=[threat.id], created_by_ref=OTHER).serialize()
    )
    check(theirs.add_objects({"objects": [opinion]}).success_count == 1, "an opinion of one's own")
    check(community.get_object(opinion["id"])["objects"][0] == opinion, "both see it")
    try:
        theirs.delete_object(threat.id)
        check(False, "deleted another's object")
    except Exception as error:
        check("403" in str(error), error)
    community.delete_object(many[7].id)
    check(len(community.get_objects(id=many[7].id).get("objects", [])) == 0, "deleted")
    community.delete_object(wallet.id, version=texts[2])
    check(community.get_objects(id=wallet.id)["objects"][0]["name"] == "second", "the version before is the last again")

    # ---- by hand ----
    def raw_call(method, path, token, body=None, accept=TYPE, content=TYPE):
        request = urllib.request.Request(f"http://127.0.0.1:{live.port}{path}", data=body, method=method)
        if token:
            request.add_header("Authorization", "Bearer " + token)
        if accept is not None:
            request.add_header("Accept", accept)
        if body is not None:
            request.add_header("Content-Type", content)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return (
                    answer.status,
                    {k: ", ".join(answer.headers.get_all(k)) for k in answer.headers},
                    json.loads(answer.read() or b"null"),
                )
        except urllib.error.HTTPError as error:
            return (
                error.code,
                {k: ", ".join(error.headers.get_all(k)) for k in error.headers},
                json.loads(error.read() or b"null"),
            )

    objects = f"/taxii2/jindo/collections/{COMMUNITY}/objects/"
    status, headers, body = raw_call("GET", objects + "?limit=2", own)
    check(headers["Content-Type"] == TYPE and body["more"] and "X-TAXII-Date-Added-First" in headers, headers)
    now = community.get_manifest(limit=2)["objects"]
    check(
        [headers["X-TAXII-Date-Added-First"], headers["X-TAXII-Date-Added-Last"]] == [m["date_added"] for m in now],
        (headers, now),
    )
    check(
        raw_call("GET", objects + "?limit=2&match[type]=report&next=" + body["next"], own)[0] == 400,
        "next of another query",
    )
    check(raw_call("GET", objects + "?next=abc", own)[0] == 400, "a next that is none")
    for wrong in (
        "limit=0",
        "limit=x",
        "added_after=yesterday",
        "match[version]=newest",
        "match[id]=x",
        "match[colour]=red",
        "match%5Bid%5D=x",
    ):
        check(raw_call("GET", objects + "?" + wrong, own)[0] == 400, wrong)
    status, headers, body = raw_call("GET", objects, None)
    check(
        status == 401 and "Basic" in str(headers) and headers["Content-Type"] == TYPE and body["title"],
        (status, headers),
    )
    check(raw_call("GET", objects, "jindo_x_y")[0] == 401, "an unknown key")
    check(raw_call("GET", objects, own, accept="application/json")[0] == 406, "406")
    check(raw_call("GET", objects, own, accept="application/taxii+json;version=2.0")[0] == 406, "406 for TAXII 2.0")
    for fine in (None, "*/*", "application/taxii+json", "text/html, application/taxii+json; version=2.1;q=0.9"):
        check(raw_call("GET", objects, own, accept=fine)[0] == 200, fine)
    check(raw_call("GET", objects.rstrip("/"), own)[0] == 200, "without the last slash")
    one = json.dumps({"objects": [opinion | {"id": "opinion--00000000-0000-4000-8000-000000000001"}]}).encode()
    check(raw_call("POST", objects, other, one, content="application/json")[0] == 415, "415")
    check(raw_call("POST", objects, reader, one)[0] == 403, "403 for a subscriber")
    check(raw_call("POST", objects, other, b" " * (3 << 20))[0] == 413, "413")
    check(
        raw_call("GET", "/taxii2/jindo/collections/aaaaaaaa-0000-4000-8000-000000000002/objects/", other)[0] == 404,
        "a hidden collection",
    )
    check(raw_call("GET", "/taxii2/jindo/collections/nonsense/", own)[0] == 404, "no collection")
    check(
        raw_call("POST", "/taxii2/jindo/collections/aaaaaaaa-0000-4000-8000-000000000003/objects/", own, one)[0] == 403,
        "not writable",
    )
    check(raw_call("GET", objects + "indicator--00000000-0000-4000-8000-00000000dead/", own)[0] == 404, "no object")
    check(
        raw_call("GET", "/taxii2/jindo/status/" + status_id + "/", other)[0] == 404
        if (status_id := again.id)
        else False,
        "another's status",
    )
    check(raw_call("PUT", objects, own, one)[0] == 405, "405")
    good = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--00000000-0000-4000-8000-000000000009",
        "created": "2026-01-01T00:00:00Z",
        "modified": "2026-01-01T00:00:00Z",
        "pattern": "[a:b = 1]",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
    }
    hostile = {
        "deep": '{"objects":[' + json.dumps(good)[:-1] + ',"x":' + "[" * 200 + "]" * 200 + "}]}",
        "no JSON": '{"objects":[',
        "a list": "[]",
        "no objects": '{"objects":[]}',
        "objects no list": '{"objects":{}}',
        "a number too large": '{"objects":[' + json.dumps(good)[:-1] + ',"x":123456789012345678901234567890}]}',
        "a key twice": '{"objects":[' + json.dumps(good)[:-1] + ',"pattern":"[a:b = 2]"}]}',
        "id of another type": json.dumps({"objects": [good | {"id": "malware--00000000-0000-4000-8000-000000000009"}]}),
        "no pattern": json.dumps({"objects": [{k: v for k, v in good.items() if k != "pattern"}]}),
        "modified before created": json.dumps({"objects": [good | {"modified": "2025-01-01T00:00:00Z"}]}),
        "STIX 2.0": json.dumps({"objects": [good | {"spec_version": "2.0"}]}),
        "a marking that is no identifier": json.dumps({"objects": [good | {"object_marking_refs": ["TLP:RED"]}]}),
        "a selector of nothing": json.dumps(
            {
                "objects": [
                    good
                    | {
                        "granular_markings": [
                            {
                                "selectors": ["nothing"],
                                "marking_ref": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
                            }
                        ]
                    }
                ]
            }
        ),
    }
    before = raw_call("GET", f"/taxii2/jindo/collections/{COMMUNITY}/manifest/?limit=1000", own)[2]
    for name, text in hostile.items():
        # Whole: the good object before the bad one is not taken either.
        if text.startswith('{"objects": [{') or text.startswith('{"objects":[{'):
            text = text.replace(
                "[{", "[" + json.dumps(good | {"id": "indicator--00000000-0000-4000-8000-0000000000aa"}) + ",{", 1
            )
        status, headers, body = raw_call("POST", objects, own, text.encode())
        check(status == 422 and body["description"], (name, status, body))
    check(
        raw_call("GET", f"/taxii2/jindo/collections/{COMMUNITY}/manifest/?limit=1000", own)[2] == before,
        "a refused bundle leaves nothing",
    )
    unknown = json.dumps(
        {"objects": [good | {"object_marking_refs": ["marking-definition--00000000-0000-4000-8000-000000000042"]}]}
    ).encode()
    check(
        raw_call("POST", objects, own, unknown)[2]["failure_count"] == 1,
        "a marking that nobody knows cannot be kept to",
    )

    # ---- four eyes, and an analyst who may only propose ----
    analyst, publisher = key("analyst"), own
    proposal = json.dumps({"objects": [good]}).encode()
    status, _, body = raw_call("POST", objects, analyst, proposal)
    check(status == 202 and body["status"] == "pending" and body["pending_count"] == 1, body)
    check(raw_call("GET", objects + good["id"] + "/", own)[0] == 404, "what waits is not there yet")
    waiting = live.call("GET", "/v1/sharing/proposals", token=publisher)[1]["proposals"]
    check([p["id"] for p in waiting] == [body["id"]], waiting)
    check(
        live.call("POST", "/v1/sharing/proposals/" + body["id"], {"agree": True}, token=analyst)[0] == 403,
        "an analyst does not agree",
    )
    status, done = live.call("POST", "/v1/sharing/proposals/" + body["id"], {"agree": True}, token=publisher)
    check(status == 200 and done["success_count"] == 1, done)
    check(raw_call("GET", objects + good["id"] + "/", other)[0] == 200, "agreed and there")
    live.call(
        "PUT",
        "/v1/sharing",
        SHARING.replace("kind: agency}", "kind: agency, four_eyes: true}"),
        content_type="application/yaml",
    )
    status, _, body = raw_call(
        "POST",
        objects,
        publisher,
        json.dumps({"objects": [good | {"id": "indicator--00000000-0000-4000-8000-00000000000a"}]}).encode(),
    )
    check(body["status"] == "pending", "four eyes: a publisher's waits too")
    check(
        live.call("POST", "/v1/sharing/proposals/" + body["id"], {"agree": True}, token=publisher)[0] == 422,
        "not by oneself",
    )
    second_one = key("publisher")
    check(
        live.call("POST", "/v1/sharing/proposals/" + body["id"], {"agree": False}, token=second_one)[0] == 200,
        "refused",
    )
    check(raw_call("GET", "/taxii2/jindo/status/" + body["id"] + "/", publisher)[2]["failure_count"] == 1, "and told")

    live.stop()
    verified = run("intel", "verify", "--ledger", ledger, *where)
    check("versions" in verified, verified)
    if database:
        database.stop()
print(f"{checks()} checks passed")
