"""Orders by the thousand: accepted per second over HTTP, each on the disk before it is answered."""

import json
import subprocess
from collections import defaultdict
from statistics import median

from row import Row

MILLION = 1_000_000
# What each engine must accept in a second.
ENGINES = {"SQLite": 10_000, "PostgreSQL": 8_000}


def accepted(ordeal, fapiao, echo):
    """256 clients on the cores of the server; in the same run one client, whose every order is a commit, and an echo."""
    ran = subprocess.run([ordeal, "load", "--fapiao", fapiao, "--echo", echo, "--orders", str(MILLION)], check=True, capture_output=True, text=True)
    return rows([json.loads(line) for line in ran.stdout.splitlines()])


def rows(said):
    """Rows of the table from what `ordeal load` says, a line a measurement; medians over its rounds."""
    of = defaultdict(list)
    for line in said:
        of[line["what"], line["of"]].append(line)

    def middle(what, engine, name):
        return median(line[name] for line in of[what, engine])

    def figure(what, engine):
        rate, half, most = (middle(what, engine, name) for name in ("per_second", "p50_ms", "p99_ms"))
        return f"{rate:,.0f} a second, p50 {half:.1f} ms, p99 {most:.1f} ms"

    made = []
    if of["echo", "axum"]:
        made.append(Row("an echo by axum, 256 clients", figure("echo", "axum"), ""))
    for engine, least in ENGINES.items():
        if not of["orders", engine]:
            continue
        rate, most = middle("orders", engine, "per_second"), middle("orders", engine, "p99_ms")
        alone = middle("orders, one client", engine, "per_second")
        failed = sum(line["failed"] for line in of["orders", engine])
        said_of = f"{figure('orders', engine)}; {rate / alone:.0f}× one commit for each ({alone:,.0f})"
        met = rate >= least and failed == 0 and (engine != "SQLite" or most <= 50)
        made.append(Row(f"orders accepted over HTTP, {engine}, 256 clients", said_of + (f"; {failed} FAILED" if failed else ""), f"≥ {least:,}" + (", p99 ≤ 50 ms" if engine == "SQLite" else ""), met))
        made.append(Row(f"how an order stands, {engine}, 256 clients", figure("details", engine), ""))
    for line in of["memory", "SQLite"]:
        made.append(Row(f"the server's memory after {line['orders']:,} orders", f"{line['mib']} MiB", "≤ 150 MB", line["mib"] <= 143))
    return made
