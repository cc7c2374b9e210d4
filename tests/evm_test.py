#!/usr/bin/env python3
"""A real EVM judges the swap resolvers: Foundry's Anvil runs the exchanges' own contracts (Uniswap v2 and v3, WETH9,
a token that taxes transfers); swaps are made, what the node answers over JSON-RPC is ingested, and every swap must
resolve to exactly what the traders' balances say. A theft is then traced through them, and its value must lie where
the node says it is."""

import json
import os
import sys
import tempfile
import urllib.request

from live import processes
from live.harness import LIMIT, begin, free_port, need, run, started, until

jindo, root, _ = begin()
evm = os.path.join(root, ".deps", "evm")
need(os.path.join(evm, "ready-1"), "Anvil")


# ---- Keccak-256, for selectors and topics (FIPS 202's permutation, the original padding) ---------------------------
def keccak256(data):
    rounds = [
        0x1,
        0x8082,
        0x800000000000808A,
        0x8000000080008000,
        0x808B,
        0x80000001,
        0x8000000080008081,
        0x8000000000008009,
        0x8A,
        0x88,
        0x80008009,
        0x8000000A,
        0x8000808B,
        0x800000000000008B,
        0x8000000000008089,
        0x8000000000008003,
        0x8000000000008002,
        0x8000000000000080,
        0x800A,
        0x800000008000000A,
        0x8000000080008081,
        0x8000000000008080,
        0x80000001,
        0x8000000080008008,
    ]
    mask = (1 << 64) - 1
    rot = lambda x, n: ((x << n) | (x >> (64 - n))) & mask if n else x
    a = [[0] * 5 for _ in range(5)]
    data = bytearray(data) + b"\x01"
    data += b"\0" * (-len(data) % 136)
    data[-1] |= 0x80
    for block in range(0, len(data), 136):
        for i in range(17):
            a[i % 5][i // 5] ^= int.from_bytes(data[block + 8 * i : block + 8 * i + 8], "little")
        for rc in rounds:
            c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
            d = [c[(x - 1) % 5] ^ rot(c[(x + 1) % 5], 1) for x in range(5)]
            a = [[a[x][y] ^ d[x] for y in range(5)] for x in range(5)]
            b = [[0] * 5 for _ in range(5)]
            x, y, current = 1, 0, a[1][0]
            b[0][0] = a[0][0]
            for t in range(24):
                nx, ny = y, (2 * x + 3 * y) % 5
                b[nx][ny] = rot(a[x][y], (t + 1) * (t + 2) // 2 % 64)
                x, y = nx, ny
            a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y] & mask) for y in range(5)] for x in range(5)]
            a[0][0] ^= rc
    return b"".join(a[i % 5][i // 5].to_bytes(8, "little") for i in range(4))


assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def encode(types, values):
    """ABI: addresses, integers, bool, bytes, and arrays of them."""
    head, tail = [], b""
    for kind, value in zip(types, values):
        if kind in ("bytes",) or kind.endswith("[]"):
            head.append(None)
        else:
            head.append(word(value))
    offset, out = 32 * len(head), b""
    for kind, value, static in zip(types, values, head):
        if static is not None:
            out += static
            continue
        out += word(offset + len(tail))
        if kind == "bytes":
            tail += word(len(value)) + value + b"\0" * (-len(value) % 32)
        elif kind == "bytes[]":
            inner_head, inner_tail = b"", b""
            for item in value:
                inner_head += word(32 * len(value) + len(inner_tail))
                inner_tail += word(len(item)) + item + b"\0" * (-len(item) % 32)
            tail += word(len(value)) + inner_head + inner_tail
        else:
            tail += word(len(value)) + b"".join(word(v) for v in value)
    return out + tail


def word(value):
    if isinstance(value, str):
        value = int(value, 16)
    return (value % (1 << 256)).to_bytes(32, "big")


def call_data(signature, *values):
    types = [t for t in signature[signature.index("(") + 1 : -1].split(",") if t]
    return keccak256(signature.encode())[:4] + encode(types, values)


# ---- the node ------------------------------------------------------------------------------------------------------
port = free_port()
node = started(
    [
        os.path.join(evm, "anvil"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--silent",
        "--hardfork",
        "shanghai",
        "--chain-id",
        "1",
        "--steps-tracing",
        "--order",
        "fifo",
    ]
)


def rpc(method, *params):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=LIMIT) as response:
        answer = json.load(response)
    if "error" in answer:
        raise RuntimeError(f"{method}: {answer['error']}")
    return answer["result"]


def accounts_of_node():
    try:
        return rpc("eth_accounts")
    except OSError:
        return []


def send(sender, to, data=b"", value=0):
    fields = {"from": sender, "value": hex(value), "data": "0x" + data.hex(), "gas": hex(9_000_000)}
    if to:
        fields["to"] = to
    hash_ = rpc("eth_sendTransaction", fields)
    receipt = until(lambda: rpc("eth_getTransactionReceipt", hash_), awaited="a receipt")
    if int(receipt["status"], 16) != 1:
        raise RuntimeError(f"transaction {hash_} failed")
    return receipt


def deploy(name, types=(), values=()):
    artifact = json.load(open(os.path.join(evm, name + ".json")))
    code = artifact["bytecode"].removeprefix("0x")
    return send(accounts[0], None, bytes.fromhex(code) + encode(types, values))["contractAddress"]


def view(to, signature, *values):
    return int(rpc("eth_call", {"to": to, "data": "0x" + call_data(signature, *values).hex()}, "latest"), 16)


def balance(address, token):
    if token == "ETH":
        return int(rpc("eth_getBalance", address, "latest"), 16)
    return view(token, "balanceOf(address)", address)


expected = []  # transaction, giver, asset, amount, receiver, asset, amount


def swap(what, sender, to, data, given, got, value=0, receiver=None, burnt=0):
    """Sends it, and notes what the balances say; what a token burns of what is given is not exchanged."""
    receiver = receiver or sender
    before = balance(sender, given), balance(receiver, got)
    receipt = send(sender, to, data, value)
    fee = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    gave = before[0] - balance(sender, given) - (fee if given == "ETH" else 0)
    gave -= burnt
    received = balance(receiver, got) - before[1] + (fee if got == "ETH" and receiver == sender else 0)
    assert gave > 0 and received > 0, what
    expected.append((what, receipt["transactionHash"], sender, given, gave, receiver, got, received))
    return receipt


FOREVER = 1 << 40
E18 = 10**18


def main(folder):
    global accounts
    accounts = until(accounts_of_node, awaited="Anvil's first answer")
    deployer, trader, friend, thief, victim = accounts[:5]
    weth = deploy("WETH9")
    factory = deploy("UniswapV2Factory", ["address"], [deployer])
    router = deploy("UniswapV2Router02", ["address", "address"], [factory, weth])
    a, b = (deploy("ERC20", ["uint256"], [10**9 * E18]) for _ in range(2))
    taxed = deploy("DeflatingERC20", ["uint256"], [10**9 * E18])
    v3_factory = deploy("UniswapV3Factory")
    v3_router = deploy("SwapRouter", ["address", "address"], [v3_factory, weth])
    positions = deploy("NonfungiblePositionManager", ["address", "address", "address"], [v3_factory, weth, deployer])
    most = (1 << 256) - 1
    for token in (a, b, taxed, weth):
        for spender in (router, v3_router, positions):
            for owner in (deployer, trader, thief, friend):
                send(owner, token, call_data("approve(address,uint256)", spender, most))
    for token, amount in ((a, 2_000_000), (b, 5_000_000), (taxed, 1_000_000)):
        send(
            deployer,
            router,
            call_data(
                "addLiquidityETH(address,uint256,uint256,uint256,address,uint256)",
                token,
                amount * E18,
                0,
                0,
                deployer,
                FOREVER,
            ),
            1000 * E18,
        )
    send(
        deployer,
        router,
        call_data(
            "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
            a,
            b,
            1_000_000 * E18,
            2_500_000 * E18,
            0,
            0,
            deployer,
            FOREVER,
        ),
    )
    # v3: a pool of a and wrapped ether, over the whole range
    send(deployer, weth, call_data("deposit()"), 500 * E18)
    low, high = sorted([a, weth], key=lambda t: int(t, 16))
    send(
        deployer,
        positions,
        call_data("createAndInitializePoolIfNecessary(address,address,uint24,uint160)", low, high, 3000, 1 << 96),
    )
    mint = keccak256(b"mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))")[:4]
    send(
        deployer,
        positions,
        mint
        + b"".join(word(v) for v in (low, high, 3000, -887220, 887220, 400 * E18, 400 * E18, 0, 0, deployer, FOREVER)),
    )
    # -- v2
    swap(
        "v2, coin to token",
        trader,
        router,
        call_data("swapExactETHForTokens(uint256,address[],address,uint256)", 0, [weth, a], trader, FOREVER),
        "ETH",
        a,
        7 * E18,
    )
    swap(
        "v2, token to coin",
        trader,
        router,
        call_data(
            "swapExactTokensForETH(uint256,uint256,address[],address,uint256)",
            3000 * E18,
            0,
            [a, weth],
            trader,
            FOREVER,
        ),
        a,
        "ETH",
    )
    swap(
        "v2, two hops",
        trader,
        router,
        call_data(
            "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
            500 * E18,
            0,
            [a, weth, b],
            trader,
            FOREVER,
        ),
        a,
        b,
    )
    swap(
        "v2, for somebody else",
        trader,
        router,
        call_data(
            "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)", 100 * E18, 0, [a, b], friend, FOREVER
        ),
        a,
        b,
        receiver=friend,
    )
    swap(
        "v2, the rest of the coin comes back",
        trader,
        router,
        call_data("swapETHForExactTokens(uint256,address[],address,uint256)", 1000 * E18, [weth, a], trader, FOREVER),
        "ETH",
        a,
        5 * E18,
    )
    swap(
        "v2, a token that taxes, bought",
        trader,
        router,
        call_data(
            "swapExactETHForTokensSupportingFeeOnTransferTokens(uint256,address[],address,uint256)",
            0,
            [weth, taxed],
            trader,
            FOREVER,
        ),
        "ETH",
        taxed,
        3 * E18,
    )
    swap(
        "v2, a token that taxes, sold",
        trader,
        router,
        call_data(
            "swapExactTokensForETHSupportingFeeOnTransferTokens(uint256,uint256,address[],address,uint256)",
            900 * E18,
            0,
            [taxed, weth],
            trader,
            FOREVER,
        ),
        taxed,
        "ETH",
        burnt=9 * E18,
    )
    # -- wraps
    swap("wrap", trader, weth, call_data("deposit()"), "ETH", weth, 9 * E18)
    swap("unwrap", trader, weth, call_data("withdraw(uint256)", 2 * E18), weth, "ETH")
    # -- v3
    single = keccak256(b"exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))")[:4]
    v3 = lambda given, got, to, amount: (
        single + b"".join(word(v) for v in (given, got, 3000, to, FOREVER, amount, 0, 0))
    )
    swap("v3, wrapped to token", trader, v3_router, v3(weth, a, trader, 2 * E18), weth, a)
    swap(
        "v3, token to wrapped, for somebody else",
        trader,
        v3_router,
        v3(a, weth, friend, 3 * E18),
        a,
        weth,
        receiver=friend,
    )
    swap(
        "v3, coin in, the rest refunded",
        trader,
        v3_router,
        call_data("multicall(bytes[])", [v3(weth, a, trader, 4 * E18), call_data("refundETH()")]),
        "ETH",
        a,
        6 * E18,
    )
    swap(
        "v3, unwrapped at the end",
        trader,
        v3_router,
        call_data(
            "multicall(bytes[])",
            [v3(a, weth, "0x" + "0" * 40, 5 * E18), call_data("unwrapWETH9(uint256,address)", 0, trader)],
        ),
        a,
        "ETH",
    )
    # -- a theft, and what the thief does with it
    theft = send(victim, thief, value=100 * E18)
    swap(
        "thief, coin to token",
        thief,
        router,
        call_data("swapExactETHForTokens(uint256,address[],address,uint256)", 0, [weth, a], thief, FOREVER),
        "ETH",
        a,
        60 * E18,
    )
    swap(
        "thief, token to another's address",
        thief,
        router,
        call_data(
            "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
            10_000 * E18,
            0,
            [a, weth, b],
            accounts[6],
            FOREVER,
        ),
        a,
        b,
        receiver=accounts[6],
    )
    swap("thief, v3", thief, v3_router, v3(a, weth, thief, 5 * E18), a, weth)

    # -- out of the node, into a ledger
    tip = int(rpc("eth_blockNumber"), 16)
    with (
        open(f"{folder}/blocks.jsonl", "w") as blocks,
        open(f"{folder}/receipts.jsonl", "w") as receipts,
        open(f"{folder}/traces.jsonl", "w") as traces,
    ):
        for number in range(tip + 1):
            for file, method, params in (
                (blocks, "eth_getBlockByNumber", (hex(number), True)),
                (receipts, "eth_getBlockReceipts", (hex(number),)),
                (traces, "trace_block", (hex(number),)),
            ):
                file.write(json.dumps({"jsonrpc": "2.0", "id": 1, "result": rpc(method, *params)}) + "\n")
    # What the node's accounts began with: opening balances, as the oldest.
    genesis = int(rpc("eth_getBalance", accounts[9], "0x0"), 16)
    ends = {
        (who, asset): balance(who, asset)
        for who in accounts[:5] + [accounts[6]]
        for asset in ("ETH", a, b, taxed, weth)
    }
    processes.end(node)
    ledger = f"{folder}/ledger"
    run(
        "ingest",
        "--ledger",
        ledger,
        "--chain",
        "ethereum",
        "--format",
        "evm-json",
        f"{folder}/blocks.jsonl",
        f"{folder}/receipts.jsonl",
        f"{folder}/traces.jsonl",
        "--quiet",
    )
    run("ledger", "verify", "--ledger", ledger)
    links = {
        l["from_transaction"]: l
        for l in json.loads(run("link", "list", "--ledger", ledger, "--format", "json"))["links"]
    }
    wrong = []
    for what, transaction, giver, given, gave, receiver, got, received in expected:
        link = links.pop(transaction, None)
        truth = {
            "from_address": giver,
            "from_asset": given,
            "from_amount": str(gave),
            "to_address": receiver,
            "to_asset": got,
            "to_amount": str(received),
            "exact": True,
        }
        seen = link and {
            k: (v.lower() if isinstance(v, str) and v.startswith("0x") else v) for k, v in link.items() if k in truth
        }
        truth = {k: (v.lower() if isinstance(v, str) and v.startswith("0x") else v) for k, v in truth.items()}
        if seen != truth:
            wrong.append(f"{what}: expected {truth}, found {seen}")
        if link and link["kind"] != ("wrap" if "wrap" in what.split() or what == "unwrap" else "swap"):
            wrong.append(f"{what}: is called a {link['kind']}")
    # Nothing else may be called a swap; the deployer's one deposit is a wrap.
    for link in links.values():
        if link["kind"] != "wrap" or link["from_address"].lower() != deployer.lower():
            wrong.append(f"no swap was made there: {link}")
    # Balances: every token's, to the unit; the coin's too, but for what the node gave at the beginning.
    for (who, asset), amount in ends.items():
        page = json.loads(run("address", "--ledger", ledger, "--chain", "ethereum", who, "--format", "json"))[0]
        held = next((h for h in page["totals"] if h["asset"].lower() == asset.lower()), None)
        mine = (
            int(held["received"]) - int(held["sent"]) + (genesis if asset == "ETH" else 0)
            if held
            else (genesis if asset == "ETH" else 0)
        )
        if mine != amount:
            wrong.append(f"balance of {who} in {asset}: the node says {amount}, the ledger {mine}")
    # The theft, under every policy but poison: all of it is where the node says value is.
    with open(f"{folder}/theft.yaml", "w") as f:
        f.write(
            f'id: anvil-theft\nname: Theft\ndate: 2024-01-01\nthefts:\n  - {{chain: ethereum, transaction: "{theft["transactionHash"]}", '
            f'asset: ETH, to: "{thief}"}}\n'
        )
    for policy in ("fifo", "lifo", "haircut", "tiho"):
        trace = json.loads(
            run(
                "trace",
                "--ledger",
                ledger,
                "--incident",
                f"{folder}/theft.yaml",
                "--policy",
                policy,
                "--format",
                "json",
            )
        )
        assert trace["conservation"][0]["difference"] == "0"
        swaps = [l for l in trace["links"] if l["kind"] == "swap"]
        if policy == "tiho":  # taint leaves first: all that the thief got for it is tainted, whole
            held = {(h["address"].lower(), h["asset"].lower()): int(h["amount"]) for h in trace["holdings"]}
            for who, asset in ((accounts[6], b), (thief, weth), (thief, a)):
                if held.get((who.lower(), asset.lower())) != ends[who, asset]:
                    wrong.append(f"tiho: {who} in {asset}: {held.get((who.lower(), asset.lower()))}")
            if len(swaps) != 3:
                wrong.append(f"tiho: {len(swaps)} swaps on the way, not 3")
    for line in wrong:
        print(line)
    print(f"{len(expected)} swaps and wraps, {len(ends)} balances, {tip + 1} blocks: {len(wrong)} wrong")
    return 1 if wrong else 0


with tempfile.TemporaryDirectory() as folder:
    sys.exit(main(folder))
