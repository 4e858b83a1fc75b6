"""What the numbers of the real log must be, from its CSV file alone: the second opinion of tests/all/analytics.

Shares nothing with the product: no code, no database, no library; Python's own only. Prints one JSON object.

    analytics.py FILE [FROM TO]     FROM and TO are instants like 2012-03-01T00:00:00+00:00, FROM <= time < TO
"""

import csv
import json
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

MEANING = {
    "Take in charge ticket": "in_progress",
    "Wait": "pending",
    "Resolve ticket": "resolved",
    "Closed": "closed",
}


def last_sunday(year, month):
    day = datetime(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def utc(text):
    """A time by a clock in Italy: summer time from the last Sunday of March to that of October, 01:00 UTC each."""
    local = datetime.strptime(text, "%Y/%m/%d %H:%M:%S.%f")
    begins = last_sunday(local.year, 3) + timedelta(hours=2)
    ends = last_sunday(local.year, 10) + timedelta(hours=3)
    # An hour that comes twice in October is taken as the first; one that is skipped in March moves with the clock.
    summer = begins + timedelta(hours=1) <= local < ends
    return (local - timedelta(hours=2 if summer else 1)).replace(tzinfo=timezone.utc)


def tickets(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = next(reader)
        case, activity, time, resource, customer = (
            header.index(name) for name in ("Case ID", "Activity", "Complete Timestamp", "Resource", "customer")
        )
        rows = [(utc(row[time]), row[case], row[activity], row[resource], row[customer]) for row in reader]
    # Stable: rows of the same time stay as they are in the file.
    rows.sort(key=lambda row: row[0])
    cases, agents, customers, changes = {}, set(), set(), 0
    for at, case, activity, agent, customer in rows:
        agents.add(agent)
        customers.add(customer)
        if case not in cases:
            cases[case] = {"created": at, "status": "open", "resolved": None, "closed": None, "reopened": [],
                           "first": None, "turns": [("open", at)]}
            changes += 1
        ticket = cases[case]
        status = MEANING.get(activity)
        if status is None:
            continue
        over = ticket["status"] in ("resolved", "closed")
        if (over and status in ("in_progress", "pending")) or (ticket["status"] == "closed" and status == "resolved"):
            ticket.update(resolved=None, closed=None)
            ticket["reopened"].append(at)
            ticket["turns"].append(("open", at))
            changes += 1
        changes += 1
        ticket["status"] = status
        ticket["turns"].append((status, at))
        if status in ("resolved", "closed"):
            ticket[status] = at
            ticket["first"] = ticket["first"] or at
    for ticket in cases.values():
        ticket["solved"] = ticket["resolved"] or ticket["closed"]
    return list(cases.values()), agents, customers, changes


def percentile(values, share):
    """Between two values in proportion, as spreadsheets do."""
    place = share * (len(values) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


def rounded(number, digits):
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def micros(span):
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def ours(ticket):
    """How long it was neither pending nor over, in microseconds."""
    total = 0
    for (status, at), (_, until) in zip(ticket["turns"], ticket["turns"][1:]):
        if status in ("open", "in_progress"):
            total += micros(until - at)
    return total


def spread(spans):
    spans = sorted(spans)
    in_seconds = lambda value: float(rounded(Fraction(value) / 1_000_000, 3))
    shares = {"median_seconds": Fraction(1, 2), "p90_seconds": Fraction(9, 10), "p95_seconds": Fraction(19, 20)}
    found = {name: in_seconds(percentile(spans, share)) if spans else None for name, share in shares.items()}
    mean = in_seconds(Fraction(sum(spans), len(spans))) if spans else None
    return {**found, "n": len(spans), "mean": mean}


def backlog(everything, until):
    """Tickets that are not over just before this instant; None: at the end of the file."""
    count = 0
    for ticket in everything:
        turns = [status for status, at in ticket["turns"] if until is None or at < until]
        count += bool(turns) and turns[-1] not in ("resolved", "closed")
    return count


def main(path, begin=None, end=None):
    everything, agents, customers, changes = tickets(path)
    within = lambda at: at is not None and (begin is None or at >= begin) and (end is None or at < end)
    came = [ticket for ticket in everything if within(ticket["created"])]
    count = lambda *statuses: sum(ticket["status"] in statuses for ticket in came)
    spans = sorted(micros(t["solved"] - t["created"]) for t in everything if within(t["solved"]))
    mean = Fraction(sum(spans), len(spans)) if spans else None
    in_seconds = lambda value: float(rounded(Fraction(value) / 1_000_000, 3))
    days = {}
    for ticket in everything:
        day = ticket["created"].date().isoformat()
        days[day] = days.get(day, 0) + 1
    solved_days = {}
    for ticket in everything:
        if ticket["solved"]:
            day = ticket["solved"].date().isoformat()
            solved_days[day] = solved_days.get(day, 0) + 1
    print(
        json.dumps(
            {
                "tickets": {
                    "total": len(came),
                    "open": count("open"),
                    "in_progress": count("in_progress", "pending"),
                    "resolved": count("resolved", "closed"),
                    "pending": count("pending"),
                    "closed": count("closed"),
                },
                "avg_resolution_time": f"{rounded(mean / 3_600_000_000, 1)} hours" if spans else None,
                "avg_resolution_time_seconds": in_seconds(mean) if spans else None,
                "resolution_time": {
                    "median_seconds": in_seconds(percentile(spans, Fraction(1, 2))) if spans else None,
                    "p90_seconds": in_seconds(percentile(spans, Fraction(9, 10))) if spans else None,
                    "p95_seconds": in_seconds(percentile(spans, Fraction(19, 20))) if spans else None,
                    "n": len(spans),
                    "n_null": count("open", "in_progress", "pending"),
                },
                "unanswered": len(came),
                "resolved_without_reply": len(spans),
                "agents": len(agents),
                "avg_tickets_per_agent": int(rounded(Fraction(len(came), len(agents)), 0)),
                "customers": len(customers),
                "first_resolution_time": spread(
                    micros(t["first"] - t["created"]) for t in everything if within(t["first"])
                ),
                "customer_wait_time": spread(ours(t) for t in everything if within(t["solved"])),
                "reopens": sum(within(at) for ticket in everything for at in ticket["reopened"]),
                "backlog": backlog(everything, end),
                "backlog_by_day_utc": {
                    (end - timedelta(days=back + 1)).date().isoformat(): backlog(everything, end - timedelta(days=back))
                    for back in range(30)
                }
                if end
                else {},
                "status_changes": changes,
                "created_by_day_utc": days,
                "resolved_by_day_utc": solved_days,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], *(datetime.fromisoformat(text) for text in sys.argv[2:4]))
