#!/usr/bin/env python3
"""Shared intelligence by files: a MISP event with every distribution, warning lists, what is refused and why; out
again as STIX, MISP (read by pymisp), a feed that another node takes in, CSV, TagPack; each reader's file holds what
that reader may see; encrypted to those with no node, and back, with GnuPG at the other end."""

import csv
import io
import json
import os
import subprocess
import tempfile

from live.harness import LIMIT, begin, check, checks, jindo

begin(python="stix-venv")

import pymisp
import stix2validator


def run(*words, status=0):
    done = jindo(*words, status=status)
    return done.stdout, done.stderr


OWN, OTHER, OUTSIDE = (f"identity--{n * 8}-{n * 4}-4{n * 3}-8{n * 3}-{n * 12}" for n in "123")
uuid = "00000000-0000-4000-8000-%012d"


def attribute(n, type, value, distribution, ids=True, **more):
    return {
        "uuid": uuid % n,
        "type": type,
        "category": "Other",
        "value": value,
        "to_ids": ids,
        "distribution": str(distribution),
        "timestamp": "1767225600",
        "comment": "",
        **more,
    }


EVENT = {
    "Event": {
        "uuid": uuid % 900,
        "info": "a phishing kit and its wallets",
        "date": "2026-01-01",
        "timestamp": "1767225600",
        "distribution": "3",
        "threat_level_id": "1",
        "analysis": "2",
        "Orgc": {"name": "CERT of nowhere", "uuid": uuid % 901},
        "Tag": [{"name": "tlp:green"}],
        "Attribute": [
            attribute(1, "domain", "everybody.example.test", 5),
            attribute(2, "ip-dst", "198.51.100.7", 0),
            attribute(3, "url", "http://group.example.test/a'b", 4, SharingGroup={"uuid": uuid % 77, "name": "Ring"}),
            attribute(4, "sha256", "A" * 64, 4, SharingGroup={"uuid": uuid % 78, "name": "nobody knows"}),
            attribute(5, "btc", "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY", 5),
            attribute(6, "btc", "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYZ", 5),
            attribute(7, "ip-dst", "8.8.8.8", 5),
            attribute(8, "domain", "www.google.com", 5),
            attribute(9, "phone-number", "1", 5),
            attribute(10, "md5", "d41d8cd98f00b204e9800998ecf8427e", 5, ids=False),
            attribute(11, "ip-src", "2001:db8::1", 5),
            attribute(12, "domain", "red.example.test", 5, Tag=[{"name": "tlp:red"}]),
            attribute(13, "domain", "gone.example.test", 5, deleted=True),
        ],
        "Object": [
            {
                "uuid": uuid % 50,
                "name": "coin-address",
                "distribution": "5",
                "Attribute": [
                    attribute(
                        51, "text", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96", 5, object_relation="address-crypto"
                    ),
                    attribute(52, "text", "ETH", 5, ids=False, object_relation="symbol"),
                ],
            }
        ],
    }
}
LISTS = {
    "resolvers": {
        "name": "Public resolvers",
        "type": "cidr",
        "list": ["8.8.8.0/24", "2620::/16"],
        "matching_attributes": ["ip-dst", "ip-src"],
    },
    "top": {"name": "Top sites", "type": "hostname", "list": ["google.com"]},
    "odd": {"name": "Odd", "type": "regex", "list": ["/x/"]},
}

with tempfile.TemporaryDirectory() as folder:

    def node(name, who):
        ledger = os.path.join(folder, name)
        os.makedirs(ledger)
        file = os.path.join(folder, name + ".json")
        known = {
            OWN: ("Home", "KR", "agency", True),
            OTHER: ("Other Exchange", "JP", "exchange", True),
            OUTSIDE: ("Outside", "FR", "researcher", False),
        }
        entry = lambda id: dict(zip(("id", "name", "country", "kind", "community"), (id, *known[id])))
        json.dump(
            {
                "organisation": entry(who),
                "organisations": [entry(i) for i in known if i != who],
                "groups": [
                    {
                        "id": "ring",
                        "name": "Ring",
                        "purpose": "for this test alone",
                        "members": ["Home", "Other Exchange"],
                    }
                ],
                "collections": [{"title": "All"}],
            },
            open(file, "w"),
        )
        run("intel", "apply", "--ledger", ledger, file, "--quiet")
        return ledger

    home = node("home", OWN)
    lists = os.path.join(folder, "lists")
    for name, body in LISTS.items():
        os.makedirs(os.path.join(lists, name))
        json.dump(body, open(os.path.join(lists, name, "list.json"), "w"))
    event = os.path.join(folder, "event.json")
    json.dump(EVENT, open(event, "w"))
    take = (
        "intel",
        "import",
        "--ledger",
        home,
        "--format",
        "misp",
        "--collection",
        "All",
        "--warninglists",
        lists,
        event,
    )
    out, told = run(*take)
    check("1 files" in out and "4 refused" in out, out + told)
    for why in (
        "Public resolvers",
        "Top sites",
        "is no address of a chain",
        "'phone-number' have no STIX observable",
        "Odd (regex)",
    ):
        check(why in told, (why, told))
    check(" 0 objects added" in run(*take)[0], "the same again adds nothing")

    def export(format, whom):
        return run("intel", "export", "--ledger", home, "--collection", "All", "--format", format, "--for", whom)[0]

    def values(whom):
        found = set()
        for o in json.loads(export("stix", whom))["objects"]:
            found |= {o.get("value"), *(o.get("hashes") or {}).values()} - {None}
        return found

    everybody = {
        "everybody.example.test",
        "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY",
        "d41d8cd98f00b204e9800998ecf8427e",
        "2001:db8::1",
        "0x098B716B8Aaf21512996dC57EB0615e2383E2f96",
    }
    check(values("Home") == everybody | {"198.51.100.7", "http://group.example.test/a'b", "a" * 64}, values("Home"))
    check(values("Other Exchange") == everybody | {"http://group.example.test/a'b"}, values("Other Exchange"))
    check(values("Outside") == set(), "TLP:GREEN is for the community")
    # The report names what others may not see: it is for those who may.
    check(
        not [o for o in json.loads(export("stix", "Other Exchange"))["objects"] if o["type"] == "report"], "the report"
    )
    indicators = [o for o in json.loads(export("stix", "Home"))["objects"] if o["type"] == "indicator"]
    check("[url:value = 'http://group.example.test/a\\'b']" in {i["pattern"] for i in indicators}, indicators)
    for whom in ("Home", "Other Exchange"):
        result = stix2validator.validate_string(export("stix", whom), stix2validator.ValidationOptions(version="2.1"))
        check(result.is_valid, [str(e) for e in result.errors])

    rows = list(csv.DictReader(io.StringIO(export("csv", "Other Exchange"))))
    check(
        {r["address"] for r in rows}
        == {"1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"}
        and {r["marking"] for r in rows} == {"TLP:GREEN"},
        rows,
    )
    pack = os.path.join(folder, "pack.yaml")
    open(pack, "w").write(export("tagpack", "Other Exchange"))
    check("TLP:GREEN" in open(pack).read() and "is_public: false" in open(pack).read(), "a TagPack carries its marking")
    out, _ = run("tag", "import", "--ledger", home, "--format", "tagpack", pack)
    check("2" in out, out)

    # pymisp reads what is written; another node takes the feed in.
    written = json.loads(export("misp", "Other Exchange"))["response"]
    loaded = []
    for one in written:
        misp = pymisp.MISPEvent()
        misp.from_dict(**one)
        loaded.append(misp)
    check(
        {a.value for e in loaded for a in e.attributes}
        | {a.value for e in loaded for o in e.objects for a in o.attributes}
        >= {
            "everybody.example.test",
            "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY",
            "0x098B716B8Aaf21512996dC57EB0615e2383E2f96",
        },
        written,
    )
    check({t.name for e in loaded for t in e.tags} <= {"tlp:green", "tlp:amber"}, "TLP tags")
    check({int(e.distribution) for e in loaded} <= {0, 1}, "conservative distribution")
    feed = os.path.join(folder, "feed")
    run(
        "intel",
        "export",
        "--ledger",
        home,
        "--collection",
        "All",
        "--format",
        "misp-feed",
        "--for",
        "Other Exchange",
        "--output",
        feed,
    )
    manifest = json.load(open(os.path.join(feed, "manifest.json")))
    check({f[:-5] for f in os.listdir(feed)} - {"manifest"} == set(manifest), "a feed's manifest names its events")
    other = node("other", OTHER)
    out, _ = run("intel", "import", "--ledger", other, "--format", "misp", "--collection", "All", feed)
    check(" 0 objects added" not in out, out)
    run("intel", "verify", "--ledger", other)

    # By e-mail, with GnuPG at the other end: what is encrypted to one, another cannot read; what comes back signed is
    # that organisation's.
    own_key = os.path.join(folder, "home.asc")
    _, told = run("intel", "mail-key", "--ledger", home, "--output", own_key)
    fingerprint = told.split("fingerprint ")[1].split(":")[0]
    check(
        oct(os.stat(os.path.join(home, "node", "sharing", "mail-key.asc")).st_mode & 0o777) == "0o600",
        "the private key is its owner's alone",
    )
    keyrings = []

    def gpg(who, *words, give=b"", status=0):
        ring = os.path.join(folder, "g" + who)
        if not os.path.exists(ring):
            os.makedirs(ring, 0o700)
            keyrings.append(ring)
        done = subprocess.run(
            [
                "gpg",
                "--homedir",
                ring,
                "--batch",
                "--yes",
                "--no-tty",
                "--trust-model",
                "always",
                "--status-fd",
                "2",
                "--pinentry-mode",
                "loopback",
                "--passphrase",
                "",
                *words,
            ],
            input=give,
            capture_output=True,
            timeout=LIMIT,
        )
        check((done.returncode == 0) == (status == 0), (words, done.stderr))
        return done.stdout, done.stderr.decode()

    try:
        for who in ("other", "outside"):
            gpg(who, "--quick-gen-key", f"{who} <{who}@example.test>", "future-default", "default", "0")
            open(os.path.join(folder, who + ".asc"), "wb").write(gpg(who, "--armor", "--export")[0])
            gpg(who, "--import", own_key)
        mail = os.path.join(folder, "mail.asc")
        refused = (
            "intel",
            "export",
            "--ledger",
            home,
            "--collection",
            "All",
            "--for",
            "Other Exchange",
            "--output",
            mail,
        )
        _, told = run(*refused, "--encrypt", status=2)
        check("mail_key_file" in told, told)
        _, told = run(*refused, "--encrypt-to", event, status=3)
        check("event.json: expected an OpenPGP key" in told, told)
        run(*refused, "--encrypt-to", os.path.join(folder, "other.asc"))
        text, told = gpg("other", "--decrypt", mail)
        check("VALIDSIG " + fingerprint in told, told)  # this node's signature, by GnuPG's word
        bundle = json.loads(text)
        check(
            {o.get("value") for o in bundle["objects"]}
            >= {"everybody.example.test", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"},
            bundle,
        )
        gpg("outside", "--decrypt", mail, status=2)
        # The sharing file names the key: --encrypt is enough, and what the organisation signs is its own.
        file = os.path.join(folder, "home.json")
        config = json.load(open(file))
        for organisation in config["organisations"]:
            if organisation["id"] == OTHER:
                organisation["mail_key_file"] = os.path.join(folder, "other.asc")
        json.dump(config, open(file, "w"))
        run("intel", "apply", "--ledger", home, file, "--quiet")
        run(*refused, "--encrypt", "--format", "csv")
        check(
            b"everybody" not in open(mail, "rb").read()
            and b"1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY" in gpg("other", "--decrypt", mail)[0],
            "CSV by mail",
        )
        said = lambda n: json.dumps(
            {
                "type": "bundle",
                "id": "bundle--" + uuid % n,
                "objects": [
                    {
                        "type": "note",
                        "spec_version": "2.1",
                        "id": "note--" + uuid % n,
                        "created": "2026-01-01T00:00:00.000Z",
                        "modified": "2026-01-01T00:00:00.000Z",
                        "created_by_ref": OTHER,
                        "content": "we saw it too",
                        "object_refs": ["identity--" + uuid % 5],
                        "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
                    }
                ],
            }
        ).encode()
        bring = ("intel", "import", "--ledger", home, "--format", "stix", "--collection", "All", mail)
        open(mail, "wb").write(
            gpg("other", "--armor", "--sign", "--encrypt", "--recipient", fingerprint, give=said(1))[0]
        )
        out, told = run(*bring)
        check("1 objects added" in out and "refused" in out and "0 refused" in out, out + told)
        # Nobody else says it in that organisation's name.
        open(mail, "wb").write(
            gpg("outside", "--armor", "--sign", "--encrypt", "--recipient", fingerprint, give=said(2))[0]
        )
        out, told = run(*bring)
        check(
            "1 refused" in out and "signed by no mail key known here" in told and "neither sent nor signed" in told,
            out + told,
        )
        # Changed on its way, cut off, for somebody else, no message at all.
        whole = gpg("other", "--armor", "--sign", "--encrypt", "--recipient", fingerprint, give=said(3))[0]
        lines = whole.split(b"\n")
        middle = len(lines) // 2
        changed = b"\n".join(
            [
                *lines[:middle],
                lines[middle][:10] + (b"A" if lines[middle][10:11] != b"A" else b"B") + lines[middle][11:],
                *lines[middle + 1 :],
            ]
        )
        for wrong in (
            changed,
            whole[: len(whole) // 2],
            gpg("other", "--armor", "--encrypt", "--recipient", "outside", give=said(3), status=2)[0] or changed,
            b"-----BEGIN PGP MESSAGE-----\n",
        ):
            open(mail, "wb").write(wrong)
            _, told = run(*bring, status=3)
            check("mail.asc" in told and "librepgp" not in told, told)
        check(
            "we saw it too" in export("stix", "Home")
            and not any("note--" + uuid % n in export("stix", "Home") for n in (2, 3)),
            "what was said",
        )
    finally:
        for ring in keyrings:
            subprocess.run(["gpgconf", "--homedir", ring, "--kill", "gpg-agent"], timeout=LIMIT)

    for broken, why in (
        ("{", "MISP event"),
        ("{}", "uuid"),
        (json.dumps({"Event": {"uuid": uuid % 1}}), "info"),
        (json.dumps({"Event": {"uuid": uuid % 1, "info": "x"}}), "nothing in it"),
    ):
        open(event, "w").write(broken)
        _, told = run("intel", "import", "--ledger", home, "--format", "misp", "--collection", "All", event, status=3)
        check(why in told and "event.json" in told, told)
    _, told = run("intel", "export", "--ledger", home, "--collection", "None", status=2)
    check("there are: All" in told, told)
print(f"{checks()} checks passed")
