#!/usr/bin/env python3
"""The server's figures: wrk over keep-alive connections, the machine's cores shared by server, wrk and blocks that
arrive. bench/serve.py PROGRAM BENCH WORK_FOLDER [EXPOSED_ADDRESSES]"""

import json, os, re, shutil, subprocess, sys, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
from live.serving import Serving

jindo, bench, work = sys.argv[1], sys.argv[2], sys.argv[3]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 10_000_000
seconds = int(os.environ.get("JINDO_BENCH_SECONDS", "8"))
data, ledger = os.path.join(work, f"exposed-{count}"), os.path.join(work, f"exposed-{count}-ledger")
rows = []


def row(name, figure, unit, note=""):
    rows.append({"name": name, "figure": str(figure), "unit": unit, "note": note})
    print(f"{name:58} {figure:>14} {unit:12} {note}", flush=True)


if not os.path.exists(os.path.join(data, "more.txt")):
    subprocess.run([bench, str(count), data, "serving-data"], check=True)
shutil.rmtree(ledger, ignore_errors=True)
begin = time.monotonic()
subprocess.run(
    [jindo, "ingest", "--ledger", ledger, "--chain", "bitcoin-regtest", "--format", "blk", data, "--quiet"], check=True
)
print(f"ingested in {time.monotonic() - begin:.1f} s", flush=True)
begin = time.monotonic()
live = Serving(
    jindo, ledger, "--incident", os.path.join(data, "incident.yaml"), "--findings-every", "0", "--threads", "2"
)
row("start: trace and index of all", f"{time.monotonic() - begin:.1f}", "s", f"{count:,} exposed addresses")
state = live.get("/v1/state")
row(
    "exposure index",
    f"{state['index_bytes'] / state['exposed_addresses']:.1f}",
    "bytes",
    f"an exposed address, {state['exposed_addresses']:,} of them",
)
rss = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{live.process.pid}/status").read())[1])
row("resident memory, all of the server", f"{rss * 1024 / count:.0f}", "bytes", "an exposed address")
exposed = open(os.path.join(data, "addresses.txt")).read().split()
clean = open(os.path.join(data, "clean.txt")).read().split()
more = open(os.path.join(data, "more.txt")).read().split()
script = os.path.join(work, "wrk.lua")


def wrk(connections, addresses, what, batch=0, runs=1):
    with open(script, "w") as out:
        if batch:
            bodies = [
                json.dumps(
                    {"chain": "bitcoin-regtest", "addresses": (addresses * (batch // len(addresses) + 1))[:batch]}
                )
            ]
            out.write(
                "wrk.method='POST'\nwrk.headers['Content-Type']='application/json'\nwrk.headers['Authorization']='Bearer %s'\nwrk.body=[==[%s]==]\n"
                % (live.token, bodies[0])
            )
        else:
            out.write(
                "local a={%s}\nlocal i=0\nlocal n=#a\nwrk.headers['Authorization']='Bearer %s'\nlocal r={}\n"
                "init=function() for k=1,n do r[k]=wrk.format('GET','/v1/screen/address/bitcoin-regtest/'..a[k]) end end\n"
                "request=function() i=i%%n+1 return r[i] end\n"
                % (",".join(f"'{a}'" for a in addresses[:20000]), live.token)
            )
        out.write(
            "done=function(s,l,r) io.write(string.format('FIG %d %d %d %d %d %d %d\\n', s.requests, s.duration, l:percentile(50), l:percentile(99), l:percentile(99.9), s.errors.status, s.errors.timeout)) end\n"
        )
    found = []
    for _ in range(runs):
        out = subprocess.run(
            [
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds}s",
                "-s",
                script,
                f"http://127.0.0.1:{live.port}/v1/screen/batch",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        requests, microseconds, p50, p99, p999, wrong, late = map(int, re.search(r"FIG (.*)", out)[1].split())
        found.append((requests * 1e6 / microseconds, p50 / 1000, p99 / 1000, p999 / 1000, wrong, late))
    middle = [sorted(run[i] for run in found)[runs // 2] for i in range(4)]
    note = f"p50 {middle[1]:.2f}, p99 {middle[2]:.2f}, p99.9 {middle[3]:.2f} ms; {sum(f[4] for f in found)} wrong, {sum(f[5] for f in found)} late"
    if runs > 1:
        note += f"; medians of {runs} runs, p99 " + " ".join(f"{f[2]:.2f}" for f in found)
    row(what, f"{middle[0] * max(batch, 1):,.0f}", "a second", note)


stop = threading.Event()
pushed = []


def push():
    base = live.height("bitcoin-regtest")
    for n, block in enumerate(more):
        if stop.wait(1):
            return
        begin = time.monotonic()
        status, body = live.call(
            "POST",
            "/v1/ingest/blocks",
            {"chain": "bitcoin-regtest", "raw_blocks": [block], "first_height": base + 1 + n},
        )
        assert status == 200, body
        pushed.append(time.monotonic() - begin)


os.sync()  # what the ingest left to be written is not the server's
wrk(8, exposed, "single screenings, exposed, no blocks, 8 connections")
wrk(8, clean, "single screenings, clean, no blocks, 8 connections")
pusher = threading.Thread(target=push)
pusher.start()
wrk(8, exposed, "single screenings, exposed, a block a second, 8 conn.", runs=5)
wrk(32, exposed, "single screenings, exposed, a block a second, 32 conn.", runs=3)
wrk(2, clean, "batches of 10,000, clean", 10_000)
wrk(2, clean * 9 + exposed, "batches of 10,000, a tenth exposed", 10_000)
stop.set()
pusher.join()
pushed.sort()
row(
    "block of 100 tainted movements, under load: pushed to answers",
    f"{pushed[len(pushed) // 2] * 1000:.0f}",
    "ms",
    f"worst {pushed[-1] * 1000:.0f} ms of {len(pushed)}",
)
live.stop()

# A theft with 100,000 tainted addresses, flagged.
small = os.path.join(work, "exposed-100000")
if not os.path.exists(os.path.join(small, "more.txt")):
    subprocess.run([bench, "100000", small, "serving-data"], check=True)
ledger = os.path.join(work, "exposed-100000-ledger")
shutil.rmtree(ledger, ignore_errors=True)
subprocess.run(
    [jindo, "ingest", "--ledger", ledger, "--chain", "bitcoin-regtest", "--format", "blk", small, "--quiet"], check=True
)
live = Serving(jindo, ledger, "--findings-every", "0")
begin = time.monotonic()
status, body = live.call(
    "POST", "/v1/incidents", open(os.path.join(small, "incident.yaml")).read(), content_type="application/yaml"
)
taken = time.monotonic() - begin
address = open(os.path.join(small, "addresses.txt")).readline().strip()
assert status == 201 and live.get(f"/v1/screen/address/bitcoin-regtest/{address}")["verdict"] == "hold"
row("an incident with 100,000 tainted addresses: flag to answers", f"{taken * 1000:.0f}", "ms", "")
live.stop()
json.dump(rows, open(os.path.join(work, "serve.json"), "w"), indent=1)
