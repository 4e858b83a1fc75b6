#!/usr/bin/env python3
"""Counts of the tickets in the help desk log, straight from its CSV: what an import must agree with.

Written apart from the product and from its mapping's code: only the standard library, only the file.
Usage: helpdesk_counts.py FILE. Prints JSON: tickets by status, agent, customer and month (UTC) of creation.
"""

import collections
import csv
import datetime
import json
import sys
import zoneinfo

ROME = zoneinfo.ZoneInfo("Europe/Rome")
STATUS = {
    "Take in charge ticket": "in_progress",
    "Wait": "pending",
    "Resolve ticket": "resolved",
    "Closed": "closed",
}


def instant(text):
    local = datetime.datetime.strptime(text, "%Y/%m/%d %H:%M:%S.%f").replace(tzinfo=ROME)
    return local.astimezone(datetime.timezone.utc)


def main(path):
    cases = collections.defaultdict(list)
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for ordinal, row in enumerate(rows):
            case, activity, agent, time, customer = row[0], row[1], row[2], row[3], row[8]
            cases[case].append((instant(time), ordinal, activity, agent, customer))
    counts = {name: collections.Counter() for name in ("status", "agent", "customer", "month")}
    for steps in cases.values():
        steps.sort()
        status, assignee = "open", "none"
        for _, _, activity, agent, _ in steps:
            status = STATUS.get(activity, status)
            if activity == "Take in charge ticket":
                assignee = agent
        counts["status"][status] += 1
        counts["agent"][assignee] += 1
        counts["customer"][steps[-1][4]] += 1
        counts["month"][steps[0][0].strftime("%Y-%m")] += 1
    print(json.dumps({"tickets": len(cases), **counts}, sort_keys=True))


main(sys.argv[1])
