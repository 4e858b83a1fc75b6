"""One table of what the run found: the peers' lines (JSON), and the rows of our own benches (Markdown)."""

import json
import sys

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
    ours, peers = {}, []
    for line in lines:
        if line.startswith("{"):
            peers.append(json.loads(line))
        elif line.startswith("| "):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells[0] in OURS:
                ours[OURS[cells[0]]] = float(cells[1].replace(",", ""))
    return ours, peers


def main():
    with open(sys.argv[1], encoding="utf-8") as found:
        ours, peers = read(found)
    print("\n| what | peer | per second | p50 ms | p99 ms | ours per second | times |\n|---|---|---|---|---|---|---|")
    targets = []
    for peer in sorted(peers, key=lambda peer: list(OURS.values()).index(peer["what"])):
        what, mine = peer["what"], ours.get(peer["what"])
        times = mine / peer["rate"] if mine else None
        millis = ["" if peer[key] is None else f"{peer[key]:.1f}" for key in ("p50", "p99")]
        own = [f"{mine:,.0f}", f"{times:.1f}"] if mine else ["", ""]
        print("| " + " | ".join([what, peer["peer"], f"{peer['rate']:,.0f}", *millis, *own]) + " |")
        if times and what in WANTED:
            verdict = "met" if times >= WANTED[what] else "missed"
            name = "http-" + what.split()[0] + "-times-django-helpdesk"
            targets.append(f"target {name} measured {times:.1f} wanted >= {WANTED[what]} {verdict}")
    print("\n" + "\n".join(targets))


main()
