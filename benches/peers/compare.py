"""One table of what the run found: the peers' lines (JSON), and the rows of our own benches (Markdown).

With LEDGERDESK_BENCH_WRITE=1 also in docs/performance.md, as the benches do it.
"""

import json
import os
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parent / "../../docs/performance.md"

# Row of our table, and which of its columns holds things per second.
OURS = {
    "1": "append, 1",
    "8": "append, 8",
    "32": "append, 32",
    "personal fields closed": "replay",
    "create a ticket": "create a ticket",
    "list tickets": "list tickets",
    "get a ticket": "get a ticket",
}
WANTED = {"create a ticket": 70, "list tickets": 40, "get a ticket": 60}


def read(lines):
    ours, peers, origin = {}, [], ""
    for line in map(str.strip, lines):
        if line.startswith("{"):
            peers.append(json.loads(line))
        elif ", commit " in line:
            origin = line
        elif line.startswith("| "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] in OURS:
                ours[OURS[cells[0]]] = float(cells[1].replace(",", ""))
    return ours, peers, origin


def compared(ours, peers):
    """The rows of the table, and for each target its name, what was measured and what was wanted."""
    rows, targets = [], []
    for peer in sorted(peers, key=lambda peer: list(OURS.values()).index(peer["what"])):
        what, mine = peer["what"], ours.get(peer["what"])
        millis = ["" if peer[key] is None else f"{peer[key]:.1f}" for key in ("p50", "p99")]
        times = mine / peer["rate"] if mine else None
        own = [f"{mine:,.0f}", f"{times:.1f}"] if mine else ["", ""]
        rows.append([what, peer["peer"], f"{peer['rate']:,.0f}", *millis, *own])
        if times and what in WANTED:
            name = f"http-{what.split()[0]}-times-django-helpdesk"
            verdict = "met" if times >= WANTED[what] else "missed"
            targets.append([name, f"{times:.1f}", f">= {WANTED[what]}", verdict])
    return rows, targets


def table(columns, rows):
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main():
    with open(sys.argv[1], encoding="utf-8") as found:
        ours, peers, origin = read(found)
    rows, targets = compared(ours, peers)
    text = table(["what", "peer", "per second", "p50 ms", "p99 ms", "ours per second", "times"], rows)
    print("\n" + text)
    for name, measured, wanted, verdict in targets:
        print(f"target {name} measured {measured} wanted {wanted} {verdict}")
    if os.environ.get("LEDGERDESK_BENCH_WRITE") == "1":
        judged = table(["target", "measured", "wanted", ""], targets)
        before, rest = DOCUMENT.read_text().split("<!-- peers:begin -->\n")
        _, after = rest.split("<!-- peers:end -->")
        written = f"{before}<!-- peers:begin -->\n{origin}\n\n{text}\n{judged}<!-- peers:end -->{after}"
        DOCUMENT.write_text(written)


main()
