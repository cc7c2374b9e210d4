#!/usr/bin/env python3
"""The peers, on the same graph in the same run: outputs.csv (output, transaction, value, spender) and the seed
output. networkx: haircut by hand over a DiGraph of transactions, in order, with Python's integers (Jindo's rounding
is not imitated: plain floors, which is less work). DuckDB: a recursive query for the outputs reached (poison), which
is less than haircut."""

import csv, json, sys, time

work = sys.argv[1]
seed = int(open(f"{work}/seed").read())
figures = []


def figure(name, value, unit, note=""):
    figures.append(
        {"name": name, "figure": f"{value:.0f}" if value >= 100 else f"{value:.2f}", "unit": unit, "note": note}
    )
    print(f"{name:58} {figures[-1]['figure']:>12} {unit:14} {note}", flush=True)


import duckdb

db = duckdb.connect()
db.execute("SET threads TO 2")
begun = time.perf_counter()
db.execute(
    f"CREATE TABLE o AS SELECT * FROM read_csv('{work}/outputs.csv', columns={{'output':'BIGINT','transaction':'BIGINT','value':'BIGINT','spender':'BIGINT'}}, header=true)"
)
figure("DuckDB: load outputs", (time.perf_counter() - begun) * 1e3, "ms")
best = 1e9
for _ in range(3):
    begun = time.perf_counter()
    (count,) = db.execute(f"""
        WITH RECURSIVE reached(output, spender) AS (
            SELECT output, spender FROM o WHERE output = {seed}
            UNION
            SELECT o.output, o.spender FROM reached r JOIN o ON o."transaction" = r.spender WHERE r.spender IS NOT NULL)
        SELECT count(*) FROM reached""").fetchone()
    best = min(best, time.perf_counter() - begun)
figure("DuckDB: recursive query, poison from the same seed", best * 1e3, "ms", f"{count} outputs reached")

import networkx as nx

begun = time.perf_counter()
graph = nx.MultiDiGraph()
out_of, value_of, inputs_of = {}, {}, {}
for row in csv.DictReader(open(f"{work}/outputs.csv")):
    output, transaction, value = int(row["output"]), int(row["transaction"]), int(row["value"])
    value_of[output] = value
    out_of.setdefault(transaction, []).append(output)
    if row["spender"]:
        graph.add_edge(transaction, int(row["spender"]), output=output)
figure("networkx: build the graph", (time.perf_counter() - begun) * 1e3, "ms", "in Python's memory")
begun = time.perf_counter()
owner = next(t for t, outputs in out_of.items() if seed in outputs)
reached = nx.descendants(graph, owner) | {owner}
taint = {seed: value_of[seed]}
for transaction in sorted(reached):
    if transaction == owner:
        continue
    spent = [data["output"] for _, _, data in graph.in_edges(transaction, data=True)]
    balance, tainted = sum(value_of[o] for o in spent), sum(taint.get(o, 0) for o in spent)
    for o in out_of.get(transaction, ()):
        part = value_of[o] * tainted // balance if balance else 0
        if part:
            taint[o] = part
figure(
    "networkx: haircut from the same seed", (time.perf_counter() - begun) * 1e3, "ms", f"{len(taint)} tainted outputs"
)
import numpy, scipy.sparse, scipy.sparse.csgraph

edges = numpy.fromfile(f"{work}/edges.bin", dtype=numpy.uint32).reshape(-1, 2)
size = int(edges.max()) + 1
best = 1e9
for _ in range(5):
    begun = time.perf_counter()
    matrix = scipy.sparse.coo_matrix(
        (numpy.ones(len(edges), dtype=numpy.bool_), (edges[:, 0], edges[:, 1])), shape=(size, size)
    ).tocsr()
    components, _ = scipy.sparse.csgraph.connected_components(matrix, directed=False)
    best = min(best, time.perf_counter() - begun)
figure(
    "SciPy: connected components of the same joins",
    best * 1e3,
    "ms",
    f"{len(edges)} pairs of numbers already in memory: no ledger read, no joint transaction told",
)
json.dump(figures, open(f"{work}/peers.json", "w"))
