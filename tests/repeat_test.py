#!/usr/bin/env python3
"""What a report prints under "To repeat it" is run, as printed, by a shell: it gives the same page, byte for byte,
whatever options the first run had. usage: repeat_test.py JINDO ROOT"""

import html
import os
import re
import subprocess
import tempfile

from live.harness import begin, check

jindo, root, _ = begin()
CHAIN = "ethereum"
THIEF = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"


def run(folder, words, **more):
    done = subprocess.run([jindo, *words], cwd=folder, capture_output=True, **more)
    check(done.returncode == 0, (words, done.stderr.decode()))
    return done.stdout


def repeated(folder, page, environment):
    """The command that the page prints, run by a shell that finds `jindo`."""
    command = html.unescape(re.search(r'<pre class="repeat">(.*?)</pre>', page.decode(), re.S)[1])
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, env=environment)
    check(done.returncode == 0, (command, done.stderr.decode()))
    return command, done.stdout


with tempfile.TemporaryDirectory() as folder:
    bin = os.path.join(folder, "bin")
    os.mkdir(bin)
    os.symlink(os.path.abspath(jindo), os.path.join(bin, "jindo"))
    environment = dict(os.environ, PATH=bin + os.pathsep + os.environ["PATH"])
    environment.pop("JINDO_INCIDENTS", None)
    os.makedirs(os.path.join(folder, "it's a \"case\" & more"))
    odd = "it's a \"case\" & more/"
    movements = os.path.join(root, "examples/ronin-2022/movements.csv")
    run(folder, ["ingest", "--ledger", odd + "l", "--chain", CHAIN, "--format", "transfers", movements, "--quiet"])
    theft = open(os.path.join(root, "data/incidents/ronin-2022.yaml")).read()
    mine = odd + "my $HOME *.yaml"
    open(os.path.join(folder, mine), "w").write(theft.replace("id: ronin-2022", "id: no-such-one-2022", 1))
    # A service that takes most of what the thief sent on: the figures with it are others than those without.
    receivers = re.findall(r"0x[0-9a-f]{40}", open(movements).read().lower())
    busiest = max(set(receivers) - {THIEF}, key=receivers.count)
    services = odd + "services, ours.csv"
    open(os.path.join(folder, services), "w").write(
        f"chain,address,category,name\n{CHAIN},{busiest},exchange,Some Exchange\n"
    )
    base = ["trace", "--ledger", odd + "l", "--format", "html"]
    file, id = ["--incident", mine], ["--incident", "ronin-2022"]
    with_services = ["--services", services]
    seen = set()
    for words in (
        id,
        file,
        [*file, *with_services],
        [*file, "--policy", "haircut", *with_services, "--through", "exchange", "--through", "mixer"],
        [*file, "--policy", "poison", "--max-hops", "2"],
        [*file, "--until", "2022-04-04T00:00:00Z", "--min-amount", "1000000000000000000"],
        [*file, "--links", "none", "--owners", "tags"],
        [*id, "--inferred", "0.4", "--bridge-window", "24", "--bridge-band", "3,0.2", "--through-fees"],
    ):
        page = run(folder, base + words, env=environment)
        command, again = repeated(folder, page, environment)
        check(again == page, f"another page: {command}")
        seen.add(page)
    check(len(seen) == 8, "each of these options changed the page")
    # Tags in force depend on the day, and incidents on the environment: both are said.
    tags = os.path.join(folder, "tags.csv")
    open(tags, "w").write(
        "chain,address,label,category,source,confidence,last_seen\n"
        f"{CHAIN},{busiest},Some Mixer,mixer,a list,90,2022-05-01\n"
    )
    run(folder, ["tag", "import", "--ledger", odd + "l", "--format", "csv", tags, "--quiet"])
    page = run(folder, base + file, env=environment)
    command, again = repeated(folder, page, environment)
    check("--tags-at 20" in command, command)
    check(again == page, f"another page with tags: {command}")
    elsewhere = dict(environment, JINDO_INCIDENTS=odd + "known")
    os.mkdir(os.path.join(folder, odd + "known"))
    open(os.path.join(folder, odd + "known/mine-2022.yaml"), "w").write(theft.replace("id: ronin-2022", "id: mine-2022", 1))
    page = run(folder, [*base, "--incident", "mine-2022"], env=elsewhere)
    command, again = repeated(folder, page, environment)
    check(again == page, f"another page of another folder: {command}")
    # A file that is asked for is the same page too, and is not part of the command.
    run(folder, [*base, *file, "--output", "page.html"], env=environment)
    check("page.html" not in open(os.path.join(folder, "page.html")).read(), "the output is no option of the result")
